/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/active_ban_page.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

/* Parameters, the same in every statement: ?1 ?2 ?3 the place (time, key,
 * jail), ?4 now, ?5 limit, ?6 jail, ?7 part of the id, ?8 ?9 first and last
 * key of a network, ?10 its prefix length. */
#define COLUMNS                                                                \
	"SELECT id, jail, banned_at, bantime_s, expires_at, addr_key"          \
	" FROM active_ban"
/* The unary plus keeps expires_at from being chosen as the index to walk. */
#define ALIVE " +expires_at > ?4"
/* No index serves a part of a text, so asking it of each row is fine; so it
 * is of a network that holds most of them. (LIKE takes a quarter of the time
 * of instr(lower(id), ...).) */
#define WITH_TEXT " AND (?7 IS NULL OR id LIKE ?7 ESCAPE '!')"
#define WITH_NET                                                               \
	" AND (?8 IS NULL OR"                                                  \
	" (addr_key BETWEEN ?8 AND ?9 AND prefix_len >= ?10))"
#define IN_NET                                                                 \
	" WHERE addr_key BETWEEN ?8 AND ?9 AND prefix_len >= ?10"              \
	" AND (?6 IS NULL OR +jail = ?6) AND" ALIVE

#define FROM_ALL COLUMNS " WHERE" ALIVE WITH_TEXT WITH_NET
#define FROM_JAIL COLUMNS " WHERE jail = ?6 AND" ALIVE WITH_TEXT WITH_NET
#define FROM_NET COLUMNS IN_NET

/* Two statements: on and back from a place. */
/* clang-format off */
#define SQL_TEXT(...) { .text = __VA_ARGS__ }
#define BY_1(from, a, place) \
	SQL_TEXT(from " AND " a " > " place \
	    " ORDER BY " a " LIMIT ?5"), \
	SQL_TEXT(from " AND " a " < " place \
	    " ORDER BY " a " DESC LIMIT ?5")
#define BY_2(from, a, b, place) \
	SQL_TEXT(from " AND (" a ", " b ") > (" place ")" \
	    " ORDER BY " a ", " b " LIMIT ?5"), \
	SQL_TEXT(from " AND (" a ", " b ") < (" place ")" \
	    " ORDER BY " a " DESC, " b " DESC LIMIT ?5")
#define BY_3(from, a, b, c, place) \
	SQL_TEXT(from " AND (" a ", " b ", " c ") > (" place ")" \
	    " ORDER BY " a ", " b ", " c " LIMIT ?5"), \
	SQL_TEXT(from " AND (" a ", " b ", " c ") < (" place ")" \
	    " ORDER BY " a " DESC, " b " DESC, " c " DESC LIMIT ?5")
/* clang-format on */

enum scope { SCOPE_ALL, SCOPE_JAIL, SCOPE_NET, SCOPE__MAX };

/* Within one jail, order by jail is order by address. Within a network that
 * holds few, its own range is walked and what is found there is sorted. */
/* clang-format off */
static const struct db_sql PAGES[] = {
	BY_3(FROM_ALL, "banned_at", "addr_key", "jail", "?1, ?2, ?3"),
	BY_3(FROM_ALL, "expires_at", "addr_key", "jail", "?1, ?2, ?3"),
	BY_2(FROM_ALL, "addr_key", "jail", "?2, ?3"),
	BY_2(FROM_ALL, "jail", "addr_key", "?3, ?2"),
	BY_2(FROM_JAIL, "banned_at", "addr_key", "?1, ?2"),
	BY_2(FROM_JAIL, "expires_at", "addr_key", "?1, ?2"),
	BY_1(FROM_JAIL, "addr_key", "?2"),
	BY_1(FROM_JAIL, "addr_key", "?2"),
	BY_3(FROM_NET, "+banned_at", "+addr_key", "+jail", "?1, ?2, ?3"),
	BY_3(FROM_NET, "+expires_at", "+addr_key", "+jail", "?1, ?2, ?3"),
	BY_2(FROM_NET, "addr_key", "jail", "?2, ?3"),
	BY_2(FROM_NET, "+jail", "+addr_key", "?3, ?2"),
};
_Static_assert(
    ARRAY_LEN(PAGES) == (size_t)SCOPE__MAX * ACTIVE_BAN_ORDER__MAX * 2,
    "scope x order x direction");

enum { Q_COUNT_ALL, Q_COUNT_JAIL, Q_COUNT_TEXT, Q_COUNT_NET, Q_COUNT__MAX };

/* The whole count is kept (n_rows); only what has expired since is counted,
 * and that is never much. */
static const struct db_sql COUNTS[] = {
	[Q_COUNT_ALL] = { .text =
	    "SELECT (SELECT coalesce(sum(n_rows), 0) FROM active_ban_jail)"
	    " - (SELECT count(*) FROM active_ban WHERE expires_at <= ?4)" },
	[Q_COUNT_JAIL] = { .text =
	    "SELECT coalesce((SELECT n_rows FROM active_ban_jail"
	    " WHERE jail = ?6), 0) - (SELECT count(*) FROM active_ban"
	    " WHERE jail = ?6 AND expires_at <= ?4)" },
	[Q_COUNT_TEXT] = { .text =
	    "SELECT count(*) FROM active_ban WHERE" ALIVE
	    " AND (?6 IS NULL OR jail = ?6)" WITH_TEXT },
	[Q_COUNT_NET] = { .text =
	    "SELECT count(*) FROM active_ban" IN_NET },
};
_Static_assert(ARRAY_LEN(COUNTS) == Q_COUNT__MAX, "one text a count");
/* clang-format on */

int
active_ban_page_prepare(struct db *db, struct error *err)
{
	if (db_prepare(db, PAGES, ARRAY_LEN(PAGES), err) < 0)
		return -1;
	return db_prepare(db, COUNTS, ARRAY_LEN(COUNTS), err);
}

/* The keys that begin and end a network: its first and last address, each
 * with every prefix length. */
struct net_range {
	uint8_t first[17], last[17];
};

static void
net_range_fill(struct net_range *r, const struct addr *net)
{
	memcpy(r->first, net->bytes, sizeof net->bytes);
	memcpy(r->last, net->bytes, sizeof net->bytes);
	for (unsigned bit = net->prefix_len; bit < 128; bit++)
		r->last[bit / 8] |= (uint8_t)(0x80U >> (bit % 8));
	r->first[16] = 0;
	r->last[16] = UINT8_MAX;
}

/* "%text%", with what LIKE would take for more than itself escaped. */
struct like {
	char pattern[2 * LIMIT_IP_FILTER + sizeof "%%"];
};

/* For statements that know texts; like lives as long as the query. */
static int
bind_text(struct db_query *q, const struct active_ban_find *find,
    struct like *like, struct error *err)
{
	size_t n = 0;

	if (find->text == NULL) {
		db_bind_null(q, 7);
		return 0;
	}
	if (strlen(find->text) > LIMIT_IP_FILTER)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "a text of %zu bytes to find", strlen(find->text));
	like->pattern[n++] = '%';
	for (const char *s = find->text; *s != '\0'; s++) {
		if (strchr("%_!", *s) != NULL)
			like->pattern[n++] = '!';
		like->pattern[n++] = *s;
	}
	like->pattern[n++] = '%';
	like->pattern[n] = '\0';
	db_bind_text(q, 7, like->pattern);
	return 0;
}

/* For statements that know networks; range lives as long as the query. */
static void
bind_net(struct db_query *q, const struct active_ban_find *find,
    struct net_range *range)
{
	net_range_fill(range, find->net);
	db_bind_blob(q, 8, range->first, sizeof range->first);
	db_bind_blob(q, 9, range->last, sizeof range->last);
	db_bind_i64(q, 10, find->net->prefix_len);
}

/* Before and after every row there can be: no text begins with byte 0xFF,
 * and no name holds the last character of Unicode. */
static const struct active_ban_place FIRST = {.time = INT64_MIN};
static const struct active_ban_place LAST = {
    .time = INT64_MAX,
    .key = {.bytes = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	    .len = ACTIVE_BAN_KEY_MAX},
    .jail = "\xf4\x8f\xbf\xbf",
};

static void
bind_place(struct db_query *q, const struct active_ban_place *p)
{
	db_bind_i64(q, 1, p->time);
	db_bind_blob(q, 2, p->key.bytes, p->key.len);
	db_bind_text(q, 3, p->jail);
}

static enum scope
scope_of(const struct active_ban_find *find)
{
	if (find->net != NULL && !find->net_is_full)
		return SCOPE_NET;
	return find->jail != NULL ? SCOPE_JAIL : SCOPE_ALL;
}

/* A row as it lies in the statement: column order is COLUMNS'. */
static int
row_read(const struct db_query *q, enum active_ban_order order,
    struct active_ban *ban, struct active_ban_place *place, struct error *err)
{
	size_t key_len = 0;
	const void *key = db_col_blob(q, 5, &key_len);
	const char *jail = db_col_text(q, 1);
	int64_t expires_at = db_col_i64(q, 4);

	if (key == NULL || key_len > sizeof ban->key.bytes || jail == NULL ||
	    !str_copy(place->jail, sizeof place->jail, jail))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "a row of active_ban with a key of %zu bytes", key_len);
	ban->id = db_col_text(q, 0);
	ban->prefix_len = -1;
	ban->banned_at = db_col_i64(q, 2);
	ban->bantime_s = db_col_i64(q, 3);
	ban->expires_at = expires_at == INT64_MAX ? -1 : expires_at;
	memcpy(ban->key.bytes, key, key_len);
	ban->key.len = (uint8_t)key_len;
	place->key = ban->key;
	place->time = order == ACTIVE_BAN_BY_BANNED_AT    ? ban->banned_at
		      : order == ACTIVE_BAN_BY_EXPIRES_AT ? expires_at
							  : 0;
	return 0;
}

static int
query_begin(struct db_query *q, struct db *db, const struct db_sql *sql,
    const struct active_ban_find *find, struct error *err)
{
	if (db_query_begin(q, db, sql, err) < 0)
		return -1;
	db_bind_i64(q, 4, find->now_s);
	return 0;
}

int
active_ban_page_each(struct db *db, const struct active_ban_find *find,
    const struct active_ban_page *page,
    int (*each)(void *ctx, const char *jail, const struct active_ban *ban,
	const struct active_ban_place *place, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	enum scope scope = scope_of(find);
	size_t at = ((size_t)scope * ACTIVE_BAN_ORDER__MAX + page->order) * 2 +
		    (page->descending ? 1 : 0);
	const struct active_ban_place *start =
	    page->descending ? &LAST : &FIRST;
	struct active_ban_place place = {0};
	struct active_ban ban = {0};
	struct net_range range;
	struct like like;
	int rc;

	if (query_begin(&q, db, &PAGES[at], find, err) < 0)
		return -1;
	bind_place(&q, page->after != NULL ? page->after : start);
	db_bind_i64(&q, 5, page->limit);
	if (scope != SCOPE_ALL)
		db_bind_text(&q, 6, find->jail);
	if (scope != SCOPE_NET && bind_text(&q, find, &like, err) < 0)
		return -1;
	if (find->net != NULL)
		bind_net(&q, find, &range);
	while ((rc = db_step(&q, err)) == 1)
		if (row_read(&q, page->order, &ban, &place, err) < 0 ||
		    each(ctx, place.jail, &ban, &place, err) < 0)
			return -1;
	return rc;
}

static int
count_of(const struct active_ban_find *find)
{
	if (find->net != NULL)
		return Q_COUNT_NET;
	if (find->text != NULL)
		return Q_COUNT_TEXT;
	return find->jail != NULL ? Q_COUNT_JAIL : Q_COUNT_ALL;
}

int
active_ban_count(struct db *db, const struct active_ban_find *find,
    int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct net_range range;
	struct like like;
	int at = count_of(find);

	if (query_begin(&q, db, &COUNTS[at], find, err) < 0)
		return -1;
	if (at != Q_COUNT_ALL)
		db_bind_text(&q, 6, find->jail);
	if (at == Q_COUNT_TEXT && bind_text(&q, find, &like, err) < 0)
		return -1;
	if (at == Q_COUNT_NET)
		bind_net(&q, find, &range);
	if (db_step(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0); /* an aggregate gives exactly one row */
	return 0;
}
