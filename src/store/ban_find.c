/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_find.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "db/db.h"
#include "store/ban_where.h"

/* Parameters besides those of BAN_FIND_FILTERS: ?1 ?2 the time, ?3 ?4 the
 * place, ?5 limit, ?13 one jail. */
/* clang-format off */
#define SQL_TEXT(...) { .text = __VA_ARGS__ }
#define PLACES "SELECT banned_at, id FROM ban"
#define WALK(index, of) \
	SQL_TEXT(PLACES " INDEXED BY " index " WHERE " of \
	    "(banned_at, id) < (?3, ?4) AND banned_at >= ?1" BAN_FIND_FILTERS \
	    " ORDER BY banned_at DESC, id DESC LIMIT ?5"), \
	SQL_TEXT(PLACES " INDEXED BY " index " WHERE " of \
	    "(banned_at, id) > (?3, ?4) AND banned_at < ?2" BAN_FIND_FILTERS \
	    " ORDER BY banned_at, id LIMIT ?5")
#define COUNTRY "country IS nullif(?7, 'ZZ') AND kind = 0 AND "
#define SORT(of) \
	SQL_TEXT(PLACES " WHERE " of BAN_FIND_FILTERS \
	    " AND +banned_at >= ?1 AND +banned_at < ?2" \
	    " AND (+banned_at, +id) < (?3, ?4)" \
	    " ORDER BY +banned_at DESC, +id DESC LIMIT ?5"), \
	SQL_TEXT(PLACES " WHERE " of BAN_FIND_FILTERS \
	    " AND +banned_at >= ?1 AND +banned_at < ?2" \
	    " AND (+banned_at, +id) > (?3, ?4)" \
	    " ORDER BY +banned_at, +id LIMIT ?5")
#define NET "addr_key BETWEEN ?10 AND ?11"
#define HAS_TEXT(parameter) \
	"id IN (SELECT rowid FROM ban_text WHERE ban_text MATCH " \
	    BAN_WHERE_PHRASE(parameter) ")"

/* Two statements an index: to older bans, and back to newer ones. */
static const struct db_sql WALKS[] = {
	WALK("ban_time", ""),
	WALK("ban_jail_time", "jail_id = ?13 AND "),
	WALK("ban_country_time", COUNTRY),
	WALK("ban_jail_country_time", "jail_id = ?13 AND " COUNTRY),
	WALK("ban_asn_time", "asn = ?8 AND "),
	WALK("ban_origin_time", "origin = ?9 AND "),
	SORT(NET),
	SORT(HAS_TEXT("?13")),
};
_Static_assert(ARRAY_LEN(WALKS) == (size_t)BAN_WALK__MAX * 2,
    "walk x direction");

/* What ban_find_begin() puts in the place of BAN_FIND_BY_TIME: the order of
 * the rows does not matter there, so that several jails are one walk. */
static const char *const WAYS[] = {
	[BAN_WALK_TIME] = BAN_FIND_BY_TIME,
	[BAN_WALK_JAIL] = "ban INDEXED BY ban_jail_time"
	    " WHERE jail_id IN (SELECT value FROM json_each(?6)) AND ",
	[BAN_WALK_COUNTRY] = "ban INDEXED BY ban_country_time WHERE " COUNTRY,
	[BAN_WALK_JAIL_COUNTRY] = "ban INDEXED BY ban_jail_country_time"
	    " WHERE jail_id IN (SELECT value FROM json_each(?6)) AND " COUNTRY,
	[BAN_WALK_ASN] = "ban INDEXED BY ban_asn_time WHERE asn = ?8 AND ",
	[BAN_WALK_ORIGIN] =
	    "ban INDEXED BY ban_origin_time WHERE origin = ?9 AND ",
	[BAN_WALK_NET] = "ban WHERE " NET " AND ",
	[BAN_WALK_TEXT] = "ban WHERE " HAS_TEXT("?63") " AND ",
};
_Static_assert(ARRAY_LEN(WAYS) == BAN_WALK__MAX, "a way a walk");
enum {
	AT_TEXT = BAN_WHERE_FIRST - 1, /* the ?63 above */
	REST_MAX = BAN_QUERY_TERMS * 512, /* a term has at most 400 bytes */
	TEXT_MAX = 8 * REST_MAX, /* a statement has it twice, and itself */
};

enum { Q_NET_SIZE, Q_TEXT_SIZE, Q_COUNT, Q_ROWS, Q__MAX };

static const struct db_sql SQL[] = {
	[Q_NET_SIZE] = { .text =
	    "SELECT count(*) FROM (SELECT 1 FROM ban"
	    " WHERE addr_key BETWEEN ?1 AND ?2 LIMIT ?3)" },
	[Q_TEXT_SIZE] = { .text =
	    "SELECT count(*) FROM (SELECT 1 FROM ban_text"
	    " WHERE ban_text MATCH " BAN_WHERE_PHRASE("?1") " LIMIT ?2)" },
	[Q_COUNT] = { .text = "SELECT count(*) FROM " BAN_FIND_BY_TIME
	    "banned_at >= ?1 AND banned_at < ?2" BAN_FIND_FILTERS },
	[Q_ROWS] = { .text =
	    "SELECT b.id, b.banned_at, j.name, b.addr_key, b.ident,"
	    " b.bantime_s, b.ban_count, b.failures, b.country, b.asn, n.org,"
	    " b.kind, b.origin, a.banned_at, a.expires_at"
	    " FROM json_each(?1) AS w"
	    " CROSS JOIN ban AS b ON b.id = w.value"
	    " CROSS JOIN ban_jail AS j ON j.id = b.jail_id"
	    " LEFT JOIN ban_as AS n ON n.asn = b.asn"
	    " LEFT JOIN active_ban AS a"
	    " ON a.jail = j.name AND a.addr_key = b.addr_key" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_find_prepare(struct db *db, struct error *err)
{
	if (db_declare(db, WALKS, ARRAY_LEN(WALKS), err) < 0)
		return -1;
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

bool
ban_find_has_sums(const struct ban_find *find)
{
	return find->net == NULL && find->rest == NULL;
}

/* Append text with the way of find->walk and with what the rest asks. */
static void
text_write(const char *text, const struct ban_find *find, const char *rest,
    struct buf *sql)
{
	const size_t way_len = sizeof BAN_FIND_BY_TIME - 1;
	const size_t rest_len = sizeof BAN_FIND_REST - 1;

	while (*text != '\0') {
		if (strncmp(text, BAN_FIND_BY_TIME, way_len) == 0) {
			buf_add_str(sql, WAYS[find->walk]);
			text += way_len;
		} else if (strncmp(text, BAN_FIND_REST, rest_len) == 0) {
			buf_add_str(sql, rest);
			text += rest_len;
		} else {
			buf_add_char(sql, *text++);
		}
	}
}

/* Rows are passed over by the hundred thousand when a question is rare: what
 * is made once for it costs less than a millisecond of them. */
static int
begin(struct db_query *q, struct db *db, const struct db_sql *sql,
    const struct ban_find *find, struct error *err)
{
	AUTO(buf_release) struct buf rest = BUF_INIT(REST_MAX);
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct ban_where where;

	if (find->rest == NULL)
		return db_query_begin(q, db, sql, err);
	ban_where_write(&where, find->rest, &rest);
	if (buf_check(&rest, err) < 0)
		return -1;
	text_write(sql->text, find, buf_str(&rest), &text);
	if (buf_check(&text, err) < 0 ||
	    db_query_once(q, db, text.data, err) < 0)
		return -1;
	ban_where_bind(&where, find->rest, q);
	if (find->walk == BAN_WALK_TEXT &&
	    strstr(sql->text, BAN_FIND_BY_TIME) != NULL)
		db_bind_text(q, AT_TEXT, find->text);
	return 0;
}

int
ban_find_begin(struct db_query *q, struct db *db, const struct db_sql *sql,
    const struct ban_find *find, struct error *err)
{
	if (begin(q, db, sql, find, err) < 0)
		return -1;
	db_query_limit(q, find->limit_ms > 0 ? find->limit_ms : LIMIT_QUERY_MS);
	return 0;
}

static void
jails_write(const struct ban_find *find, struct ban_find_room *room)
{
	size_t n = 1;

	room->jails[0] = '[';
	for (size_t i = 0; i < find->n_jails && i < LIMIT_QUERY_PARAMS; i++)
		n += (size_t)snprintf(&room->jails[n],
		    sizeof "-9223372036854775808,", "%s%lld", i == 0 ? "" : ",",
		    (long long)find->jails[i]);
	/* there is room for a comma more */
	(void)snprintf(&room->jails[n], sizeof "]", "]");
}

static void
net_write(const struct addr *net, struct ban_find_room *room)
{
	const struct addr last = addr_last(net);

	memcpy(room->first, net->bytes, sizeof net->bytes);
	memcpy(room->last, last.bytes, sizeof last.bytes);
	room->first[16] = 0;
	room->last[16] = UINT8_MAX;
	room->prefix_len = net->prefix_len;
}

static void
bind_net(struct db_query *q, const struct addr *net, struct ban_find_room *room)
{
	if (net == NULL) {
		for (int at = 10; at <= 12; at++)
			db_bind_null(q, at);
		return;
	}
	net_write(net, room);
	db_bind_blob(q, 10, room->first, sizeof room->first);
	db_bind_blob(q, 11, room->last, sizeof room->last);
	db_bind_blob(q, 12, &room->prefix_len, 1);
}

/* -1 is any. */
static void
bind_number(struct db_query *q, int at, int64_t v)
{
	if (v < 0)
		db_bind_null(q, at);
	else
		db_bind_i64(q, at, v);
}

void
ban_find_write(const struct ban_find *find, struct buf *out)
{
	struct ban_find_room room = {.jails = "*"};
	char net[ADDR_TEXT_SIZE] = "*";

	if (find->jails != NULL)
		jails_write(find, &room);
	if (find->net != NULL)
		addr_format(find->net, net);
	buf_addf(out, "%lld %lld %s %s %lld %d %s", (long long)find->from,
	    (long long)find->to, room.jails,
	    find->country == NULL ? "*" : find->country, (long long)find->asn,
	    find->origin, net);
}

void
ban_find_bind(
    struct db_query *q, const struct ban_find *find, struct ban_find_room *room)
{
	if (find->jails != NULL)
		jails_write(find, room);
	db_bind_text(q, 6, find->jails == NULL ? NULL : room->jails);
	db_bind_text(q, 7, find->country);
	bind_number(q, 8, find->asn);
	bind_number(q, 9, find->origin);
	bind_net(q, find->net, room);
}

/* Where to read from: the end of the time, unless the page begins within. A
 * cursor may come from a page of another time. */
static struct ban_place
start_of(const struct ban_find *find, const struct ban_page *page)
{
	const struct ban_place end = {
	    page->back ? find->from : find->to, INT64_MIN};
	const struct ban_place *after = page->after;

	if (after == NULL)
		return end;
	if (page->back ? after->time < end.time : after->time >= end.time)
		return end;
	return *after;
}

/* The places that one statement finds, and how many they are, or -1; jail is
 * used by those that walk one. */
static int
places_read(struct db *db, const struct ban_find *find,
    const struct ban_page *page, int64_t jail, struct ban_place *out,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;
	const struct ban_place from = start_of(find, page);
	size_t at = (size_t)page->walk * 2 + (page->back ? 1 : 0);
	int rc, n = 0;

	if (ban_find_begin(&q, db, &WALKS[at], find, err) < 0)
		return -1;
	db_bind_i64(&q, 1, find->from);
	db_bind_i64(&q, 2, find->to);
	db_bind_i64(&q, 3, from.time);
	db_bind_i64(&q, 4, from.id);
	db_bind_i64(&q, 5, page->limit);
	ban_find_bind(&q, find, &room);
	if (page->walk == BAN_WALK_JAIL || page->walk == BAN_WALK_JAIL_COUNTRY)
		db_bind_i64(&q, 13, jail);
	if (page->walk == BAN_WALK_TEXT)
		db_bind_text(&q, 13, find->text);
	while ((rc = db_step(&q, err)) == 1)
		out[n++] =
		    (struct ban_place){db_col_i64(&q, 0), db_col_i64(&q, 1)};
	return rc < 0 ? -1 : n;
}

/* Does a come before b on a page? */
static bool
place_before(const struct ban_place *a, const struct ban_place *b, bool back)
{
	bool older = a->time < b->time || (a->time == b->time && a->id < b->id);

	return back ? older : !older;
}

/* Merge b into a, both in order, and keep the first limit of them. */
static void
places_merge(struct ban_place *a, int *n, const struct ban_place *b, int n_b,
    const struct ban_page *page)
{
	struct ban_place both[LIMIT_LIST_MAX + 1];
	int i = 0, j = 0, k = 0;

	while (k < page->limit && (i < *n || j < n_b)) {
		bool first = j == n_b ||
			     (i < *n && place_before(&a[i], &b[j], page->back));

		both[k++] = first ? a[i++] : b[j++];
	}
	for (i = 0; i < k; i++)
		a[i] = both[i];
	*n = k;
}

int
ban_find_places(struct db *db, const struct ban_find *find,
    const struct ban_page *page, struct ban_place *out, int *n,
    struct error *err)
{
	struct ban_place more[LIMIT_LIST_MAX + 1];
	int n_more;

	*n = 0;
	if (page->walk != BAN_WALK_JAIL &&
	    page->walk != BAN_WALK_JAIL_COUNTRY) {
		n_more = places_read(db, find, page, 0, out, err);
		*n = n_more < 0 ? 0 : n_more;
		return n_more < 0 ? -1 : 0;
	}
	for (size_t i = 0; i < find->n_jails; i++) {
		n_more = places_read(db, find, page, find->jails[i], more, err);
		if (n_more < 0)
			return -1;
		places_merge(out, n, more, n_more, page);
	}
	return 0;
}

int
ban_find_net_size(struct db *db, const struct ban_find *find, int64_t max,
    int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;

	if (db_query_begin(&q, db, &SQL[Q_NET_SIZE], err) < 0)
		return -1;
	net_write(find->net, &room);
	db_bind_blob(&q, 1, room.first, sizeof room.first);
	db_bind_blob(&q, 2, room.last, sizeof room.last);
	db_bind_i64(&q, 3, max);
	if (db_step(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0); /* an aggregate gives exactly one row */
	return 0;
}

int
ban_find_text_size(struct db *db, const char *text, int64_t max, int64_t *out,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_TEXT_SIZE], err) < 0)
		return -1;
	db_bind_text(&q, 1, text);
	db_bind_i64(&q, 2, max);
	if (db_step_row(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0);
	return 0;
}

int
ban_find_count(
    struct db *db, const struct ban_find *find, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;

	if (ban_find_begin(&q, db, &SQL[Q_COUNT], find, err) < 0)
		return -1;
	ban_find_bind(&q, find, &room);
	db_bind_i64(&q, 1, find->from);
	db_bind_i64(&q, 2, find->to);
	if (db_step_row(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0);
	return 0;
}

static int64_t
col_known(const struct db_query *q, int at)
{
	return db_col_is_null(q, at) ? -1 : db_col_i64(q, at);
}

static int
row_read(const struct db_query *q, struct ban_found *row, struct error *err)
{
	size_t key_len = 0;
	const void *key = db_col_blob(q, 3, &key_len);
	int64_t kind = db_col_i64(q, 11);

	if (key == NULL || key_len > sizeof row->key.bytes || kind < 0 ||
	    kind >= ADDR_KIND__MAX)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "a row of ban with a key of %zu bytes and kind %lld",
		    key_len, (long long)kind);
	row->id = db_col_i64(q, 0);
	row->banned_at = db_col_i64(q, 1);
	row->jail = db_col_text(q, 2);
	memcpy(row->key.bytes, key, key_len);
	row->key.len = (uint8_t)key_len;
	row->ident = db_col_text(q, 4);
	row->bantime_s = db_col_i64(q, 5);
	row->ban_count = db_col_i64(q, 6);
	row->failures = col_known(q, 7);
	row->country = db_col_text(q, 8);
	row->asn = col_known(q, 9);
	row->as_org = db_col_text(q, 10);
	row->kind = (enum addr_kind)kind;
	row->origin = (int)db_col_i64(q, 12);
	row->in_force = !db_col_is_null(q, 13);
	row->force_banned_at = col_known(q, 13);
	row->force_expires_at = col_known(q, 14);
	if (row->force_expires_at == INT64_MAX)
		row->force_expires_at = -1;
	return 0;
}

/* SQLite goes through the list in its order, but promises nothing: a row of
 * another turn than its place is an error rather than a wrong page. */
static int
rows_read(struct db_query *q, const struct ban_place *places, size_t n,
    int (*each)(void *ctx, const struct ban_found *row, struct error *err),
    void *ctx, struct error *err)
{
	struct ban_found row = {0};
	size_t at = 0;
	int rc;

	while ((rc = db_step(q, err)) == 1) {
		if (row_read(q, &row, err) < 0)
			return -1;
		while (at < n && places[at].id != row.id)
			at++;
		if (at == n)
			return err_set(err, ERR_INTERNAL,
			    "Something went wrong here. See the log of BanGUI.",
			    "ban %lld out of turn", (long long)row.id);
		if (each(ctx, &row, err) < 0)
			return -1;
	}
	return rc;
}

void
ban_places_write(const struct ban_place *places, size_t n, struct buf *out)
{
	buf_add_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_add_char(out, ',');
		buf_add_i64(out, places[i].id);
	}
	buf_add_char(out, ']');
}

int
ban_find_rows(struct db *db, const struct ban_place *places, size_t n,
    int (*each)(void *ctx, const struct ban_found *row, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(buf_release)
	struct buf ids =
	    BUF_INIT((LIMIT_LIST_MAX + 1) * sizeof "-9223372036854775808,");
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (n == 0)
		return 0;
	ban_places_write(places, n, &ids);
	if (buf_check(&ids, err) < 0 ||
	    db_query_begin(&q, db, &SQL[Q_ROWS], err) < 0)
		return -1;
	db_bind_text(&q, 1, ids.data);
	return rows_read(&q, places, n, each, ctx, err);
}
