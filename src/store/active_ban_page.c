/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/active_ban_page.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

/* Parameters, the same in every statement: ?1 ?2 ?3 the place (time, key,
 * jail), ?4 now, ?5 limit, ?6 jail, ?7 part of the id, ?8 ?9 first and last
 * key of a network, ?10 its prefix length, ?11 country, ?12 AS number. */
enum { P_NOW = 4, P_LIMIT, P_JAIL, P_TEXT, P_NET, P_COUNTRY = 11, P_ASN };

#define COLUMNS                                                                \
	"SELECT id, jail, banned_at, bantime_s, expires_at, addr_key"          \
	" FROM active_ban"
/* The unary plus keeps a column from being chosen as the index to walk. */
#define ALIVE " +expires_at > ?4"
#define WITH_JAIL " AND (?6 IS NULL OR +jail = ?6)"
/* No index serves a part of a text, so asking it of each row is fine; so it
 * is of a network, or a country, that holds most of them. (LIKE takes a
 * quarter of the time of instr(lower(id), ...).) */
#define WITH_TEXT " AND (?7 IS NULL OR id LIKE ?7 ESCAPE '!')"
#define WITH_NET                                                               \
	" AND (?8 IS NULL OR"                                                  \
	" (+addr_key BETWEEN ?8 AND ?9 AND prefix_len >= ?10))"
#define WITH_COUNTRY " AND (?11 IS NULL OR +country = ?11)"
#define WITH_ASN " AND (?12 IS NULL OR +asn = ?12)"

#define IN_NET " addr_key BETWEEN ?8 AND ?9 AND prefix_len >= ?10 AND" ALIVE
#define IN_COUNTRY " country = ?11 AND" ALIVE
#define IN_ASN " asn = ?12 AND" ALIVE

#define FROM_ALL COLUMNS " WHERE" ALIVE WITH_TEXT WITH_NET WITH_COUNTRY WITH_ASN
#define FROM_JAIL                                                              \
	COLUMNS " WHERE jail = ?6 AND" ALIVE WITH_TEXT WITH_NET WITH_COUNTRY   \
	    WITH_ASN
#define FROM_NET COLUMNS " WHERE" IN_NET WITH_JAIL WITH_COUNTRY WITH_ASN
#define FROM_COUNTRY                                                           \
	COLUMNS " WHERE" IN_COUNTRY WITH_JAIL WITH_TEXT WITH_NET WITH_ASN
#define FROM_ASN                                                               \
	COLUMNS " WHERE" IN_ASN WITH_JAIL WITH_TEXT WITH_NET WITH_COUNTRY

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

enum scope {
	SCOPE_ALL,
	SCOPE_JAIL,
	SCOPE_NET,
	SCOPE_COUNTRY,
	SCOPE_ASN,
	SCOPE__MAX
};

/* What is found in a range of its own and sorted for each page: there are
 * few. */
/* clang-format off */
#define SORTED(from) \
	BY_3(from, "+banned_at", "+addr_key", "+jail", "?1, ?2, ?3"), \
	BY_3(from, "+expires_at", "+addr_key", "+jail", "?1, ?2, ?3"), \
	BY_2(from, "+addr_key", "+jail", "?2, ?3"), \
	BY_2(from, "+jail", "+addr_key", "?3, ?2")

/* Within one jail, order by jail is order by address. */
static const struct db_sql PAGES[] = {
	BY_3(FROM_ALL, "banned_at", "addr_key", "jail", "?1, ?2, ?3"),
	BY_3(FROM_ALL, "expires_at", "addr_key", "jail", "?1, ?2, ?3"),
	BY_2(FROM_ALL, "addr_key", "jail", "?2, ?3"),
	BY_2(FROM_ALL, "jail", "addr_key", "?3, ?2"),
	BY_2(FROM_JAIL, "banned_at", "addr_key", "?1, ?2"),
	BY_2(FROM_JAIL, "expires_at", "addr_key", "?1, ?2"),
	BY_1(FROM_JAIL, "addr_key", "?2"),
	BY_1(FROM_JAIL, "addr_key", "?2"),
	SORTED(FROM_NET),
	SORTED(FROM_COUNTRY),
	SORTED(FROM_ASN),
};
_Static_assert(
    ARRAY_LEN(PAGES) == (size_t)SCOPE__MAX * ACTIVE_BAN_ORDER__MAX * 2,
    "scope x order x direction");

enum {
	Q_COUNT_ALL,
	Q_COUNT_JAIL,
	Q_COUNT_TEXT,
	Q_COUNT_NET,
	Q_COUNT_COUNTRY,
	Q_COUNT_ASN,
	Q_COUNT_COUNTRY_AND,
	Q_COUNT_ASN_AND,
	Q_COUNT__MAX
};

/* The whole count is kept (n_rows); only what has expired since is counted,
 * and that is never much. A network, a country and an AS are counted in their
 * indices alone, unless something else is asked as well. */
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
	    "SELECT count(*) FROM active_ban WHERE" IN_NET WITH_JAIL },
	[Q_COUNT_COUNTRY] = { .text =
	    "SELECT count(*) FROM active_ban WHERE" IN_COUNTRY WITH_JAIL },
	[Q_COUNT_ASN] = { .text =
	    "SELECT count(*) FROM active_ban WHERE" IN_ASN WITH_JAIL },
	[Q_COUNT_COUNTRY_AND] = { .text =
	    "SELECT count(*) FROM active_ban WHERE" IN_COUNTRY WITH_JAIL
	    WITH_TEXT WITH_NET },
	[Q_COUNT_ASN_AND] = { .text =
	    "SELECT count(*) FROM active_ban WHERE" IN_ASN WITH_JAIL
	    WITH_TEXT WITH_NET WITH_COUNTRY },
};
_Static_assert(ARRAY_LEN(COUNTS) == Q_COUNT__MAX, "one text a count");

/* The last parameter that each of them has. */
static const int COUNTS_LAST[] = {
	[Q_COUNT_ALL] = P_NOW,
	[Q_COUNT_JAIL] = P_JAIL,
	[Q_COUNT_TEXT] = P_TEXT,
	[Q_COUNT_NET] = P_NET + 2,
	[Q_COUNT_COUNTRY] = P_COUNTRY,
	[Q_COUNT_ASN] = P_ASN,
	[Q_COUNT_COUNTRY_AND] = P_COUNTRY,
	[Q_COUNT_ASN_AND] = P_ASN,
};
_Static_assert(ARRAY_LEN(COUNTS_LAST) == Q_COUNT__MAX, "one number a count");
/* clang-format on */

int
active_ban_page_prepare(struct db *db, struct error *err)
{
	if (db_declare(db, PAGES, ARRAY_LEN(PAGES), err) < 0)
		return -1;
	return db_declare(db, COUNTS, ARRAY_LEN(COUNTS), err);
}

/* The keys that begin and end a network: its first and last address, each
 * with every prefix length. */
struct net_range {
	uint8_t first[17], last[17];
};

static void
net_range_fill(struct net_range *r, const struct addr *net)
{
	const struct addr last = addr_last(net);

	memcpy(r->first, net->bytes, sizeof net->bytes);
	memcpy(r->last, last.bytes, sizeof last.bytes);
	r->first[16] = 0;
	r->last[16] = UINT8_MAX;
}

/* What parameters point at; lives as long as the query. */
struct bound {
	char like[2 * LIMIT_IP_FILTER + sizeof "%%"];
	struct net_range range;
};

/* "%text%", with what LIKE would take for more than itself escaped. */
static int
bind_text(
    struct db_query *q, const char *text, struct bound *b, struct error *err)
{
	size_t n = 0;

	if (text == NULL) {
		db_bind_null(q, P_TEXT);
		return 0;
	}
	if (strlen(text) > LIMIT_IP_FILTER)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "a text of %zu bytes to find", strlen(text));
	b->like[n++] = '%';
	for (const char *s = text; *s != '\0'; s++) {
		if (strchr("%_!", *s) != NULL)
			b->like[n++] = '!';
		b->like[n++] = *s;
	}
	b->like[n++] = '%';
	b->like[n] = '\0';
	db_bind_text(q, P_TEXT, b->like);
	return 0;
}

static void
bind_net(struct db_query *q, const struct addr *net, struct bound *b)
{
	if (net == NULL) {
		for (int i = 0; i < 3; i++)
			db_bind_null(q, P_NET + i);
		return;
	}
	net_range_fill(&b->range, net);
	db_bind_blob(q, P_NET, b->range.first, sizeof b->range.first);
	db_bind_blob(q, P_NET + 1, b->range.last, sizeof b->range.last);
	db_bind_i64(q, P_NET + 2, net->prefix_len);
}

/* Of a statement whose parameters end with last; one that it does not use
 * may be bound all the same. */
static int
bind_find(struct db_query *q, const struct active_ban_find *find, int last,
    struct bound *b, struct error *err)
{
	db_bind_i64(q, P_NOW, find->now_s);
	if (last >= P_JAIL)
		db_bind_text(q, P_JAIL, find->jail);
	if (last >= P_TEXT && bind_text(q, find->text, b, err) < 0)
		return -1;
	if (last >= P_NET + 2)
		bind_net(q, find->net, b);
	if (last >= P_COUNTRY)
		db_bind_text(q, P_COUNTRY, find->country);
	if (last >= P_ASN && find->asn > 0)
		db_bind_i64(q, P_ASN, find->asn);
	else if (last >= P_ASN)
		db_bind_null(q, P_ASN);
	return 0;
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

/* The smallest range first; which that is cannot be known, only guessed. */
static enum scope
scope_of(const struct active_ban_find *find)
{
	if (!find->many && find->asn > 0)
		return SCOPE_ASN;
	if (!find->many && find->net != NULL)
		return SCOPE_NET;
	if (!find->many && find->country != NULL)
		return SCOPE_COUNTRY;
	return find->jail != NULL ? SCOPE_JAIL : SCOPE_ALL;
}

/* A row as it lies in the statement: column order is COLUMNS'. */
static int
row_read(const struct db_query *q, enum active_ban_order order,
    struct active_ban *ban, struct active_ban_place *place, struct error *err)
{
	const char *jail = db_col_text(q, 1);
	int64_t expires_at = db_col_i64(q, 4);

	if (active_ban_key_read(q, 5, &ban->key, err) < 0)
		return -1;
	if (jail == NULL || !str_copy(place->jail, sizeof place->jail, jail))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "a row of active_ban with a jail that is too long");
	ban->id = db_col_text(q, 0);
	ban->prefix_len = -1;
	ban->banned_at = db_col_i64(q, 2);
	ban->bantime_s = db_col_i64(q, 3);
	ban->expires_at = expires_at == INT64_MAX ? -1 : expires_at;
	place->key = ban->key;
	place->time = order == ACTIVE_BAN_BY_BANNED_AT    ? ban->banned_at
		      : order == ACTIVE_BAN_BY_EXPIRES_AT ? expires_at
							  : 0;
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
	struct bound bound;
	int rc;

	if (db_query_begin(&q, db, &PAGES[at], err) < 0 ||
	    bind_find(&q, find, P_ASN, &bound, err) < 0)
		return -1;
	bind_place(&q, page->after != NULL ? page->after : start);
	db_bind_i64(&q, P_LIMIT, page->limit);
	while ((rc = db_step(&q, err)) == 1)
		if (row_read(&q, page->order, &ban, &place, err) < 0 ||
		    each(ctx, place.jail, &ban, &place, err) < 0)
			return -1;
	return rc;
}

static int
count_of(const struct active_ban_find *find)
{
	bool more = find->text != NULL || find->net != NULL;

	if (find->asn > 0)
		return more || find->country != NULL ? Q_COUNT_ASN_AND
						     : Q_COUNT_ASN;
	if (find->country != NULL)
		return more ? Q_COUNT_COUNTRY_AND : Q_COUNT_COUNTRY;
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
	struct bound bound;
	int at = count_of(find);

	if (db_query_begin(&q, db, &COUNTS[at], err) < 0 ||
	    bind_find(&q, find, COUNTS_LAST[at], &bound, err) < 0)
		return -1;
	if (db_step(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0); /* an aggregate gives exactly one row */
	return 0;
}
