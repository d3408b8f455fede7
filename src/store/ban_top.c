/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_top.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "db/db.h"
#include "store/ban_often_store.h"
#include "store/ban_store.h"
#include "store/ban_where.h"

/* The other columns of a group with one max() are those of its row. */
#define GROUPS(walk, of)                                                       \
	{                                                                      \
		.text = "SELECT id, max(banned_at), count(*) FROM ban" walk    \
			" WHERE " of                                           \
			" banned_at >= ?1 AND banned_at < ?2" BAN_FIND_FILTERS \
			" GROUP BY addr_key"                                   \
			" ORDER BY 3 DESC, 2 DESC, 1 DESC LIMIT ?5"            \
	}
#define OF_JAILS " jail_id IN (SELECT value FROM json_each(?6)) AND"
#define OF_COUNTRY " country IS nullif(?7, 'ZZ') AND kind = 0 AND"

/* clang-format off */
static const struct db_sql WALKS[] = {
	[BAN_WALK_TIME] = GROUPS(" INDEXED BY ban_time", ""),
	[BAN_WALK_JAIL] = GROUPS(" INDEXED BY ban_jail_time", OF_JAILS),
	[BAN_WALK_COUNTRY] =
	    GROUPS(" INDEXED BY ban_country_time", OF_COUNTRY),
	[BAN_WALK_JAIL_COUNTRY] =
	    GROUPS(" INDEXED BY ban_jail_country_time", OF_JAILS OF_COUNTRY),
	[BAN_WALK_ASN] = GROUPS(" INDEXED BY ban_asn_time", " asn = ?8 AND"),
	[BAN_WALK_ORIGIN] =
	    GROUPS(" INDEXED BY ban_origin_time", " origin = ?9 AND"),
	[BAN_WALK_NET] = { .text =
	    "SELECT id, max(banned_at), count(*) FROM ban"
	    " WHERE addr_key BETWEEN ?10 AND ?11" BAN_FIND_FILTERS
	    " AND +banned_at >= ?1 AND +banned_at < ?2"
	    " GROUP BY addr_key ORDER BY 3 DESC, 2 DESC, 1 DESC LIMIT ?5" },
	[BAN_WALK_TEXT] = { .text =
	    "SELECT id, max(banned_at), count(*) FROM ban"
	    " WHERE id IN (SELECT rowid FROM ban_text WHERE ban_text MATCH "
	    BAN_WHERE_PHRASE("?13") ")" BAN_FIND_FILTERS
	    " AND +banned_at >= ?1 AND +banned_at < ?2"
	    " GROUP BY addr_key ORDER BY 3 DESC, 2 DESC, 1 DESC LIMIT ?5" },
};
_Static_assert(ARRAY_LEN(WALKS) == BAN_WALK__MAX, "one statement a walk");

enum { Q_OFTEN, Q_OF, Q_RECALL, Q_FORGET, Q_NOTE, Q__MAX };

static const struct db_sql SQL[] = {
	[Q_OFTEN] = { .text =
	    "SELECT addr_key, bans FROM ban_often WHERE since = ?1"
	    " ORDER BY bans DESC" },
	[Q_OF] = { .text =
	    "SELECT id, max(banned_at), count(*) FROM ban"
	    " WHERE addr_key = ?13 AND banned_at >= ?1 AND banned_at < ?2"
	    BAN_FIND_FILTERS },
	[Q_RECALL] = { .text =
	    "SELECT answer FROM ban_answer"
	    " WHERE question = ?1 AND at BETWEEN ?2 AND ?3" },
	[Q_FORGET] = { .incidental = true, .text =
	    "DELETE FROM ban_answer WHERE at NOT BETWEEN ?1 AND ?2" },
	[Q_NOTE] = { .incidental = true, .text =
	    "INSERT INTO ban_answer (question, at, answer)"
	    " VALUES (?1, ?2, ?3)"
	    " ON CONFLICT (question) DO UPDATE SET at = ?2, answer = ?3" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_top_prepare(struct db *db, struct error *err)
{
	if (db_declare(db, WALKS, ARRAY_LEN(WALKS), err) < 0)
		return -1;
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static void
bind_find(
    struct db_query *q, const struct ban_find *find, struct ban_find_room *room)
{
	db_bind_i64(q, 1, find->from);
	db_bind_i64(q, 2, find->to);
	ban_find_bind(q, find, room);
}

static struct ban_top_item
item_read(const struct db_query *q)
{
	return (struct ban_top_item){.id = db_col_i64(q, 0),
	    .last_at = db_col_i64(q, 1),
	    .bans = db_col_i64(q, 2)};
}

int
ban_top_count(struct db *db, const struct ban_find *find, enum ban_walk walk,
    struct ban_top *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;
	int rc;

	if (ban_find_begin(&q, db, &WALKS[walk], find, err) < 0)
		return -1;
	bind_find(&q, find, &room);
	if (walk == BAN_WALK_TEXT)
		db_bind_text(&q, 13, find->text);
	db_bind_i64(&q, 5, out->limit);
	out->n = 0;
	while ((rc = db_step(&q, err)) == 1)
		out->items[out->n++] = item_read(&q);
	out->exact = rc == 0;
	return rc;
}

static bool
is_before(const struct ban_top_item *a, const struct ban_top_item *b)
{
	if (a->bans != b->bans)
		return a->bans > b->bans;
	return a->last_at != b->last_at ? a->last_at > b->last_at
					: a->id > b->id;
}

/* Keep the list sorted, and no longer than its limit. */
static void
item_take(struct ban_top *out, const struct ban_top_item *item)
{
	int at = out->n < out->limit ? out->n++ : out->limit;

	for (; at > 0 && is_before(item, &out->items[at - 1]); at--)
		if (at < out->limit)
			out->items[at] = out->items[at - 1];
	if (at < out->limit)
		out->items[at] = *item;
}

/* How often the address of q's row was banned. */
static int
one_count(struct db *db, const struct ban_find *find,
    const struct db_query *often, struct ban_top_item *item, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;
	size_t len = 0;
	const void *key = db_col_blob(often, 0, &len);

	if (db_query_begin(&q, db, &SQL[Q_OF], err) < 0)
		return -1;
	bind_find(&q, find, &room);
	db_bind_blob(&q, 13, key, len);
	if (db_step_row(&q, err) < 0)
		return -1;
	*item = item_read(&q);
	return 0;
}

/* The shortest time of those in ban_often that all of find's is within; what
 * lies outside of oldest and newest, there is nothing of. */
static int64_t
since_of(const struct ban_find *find, int64_t oldest, int64_t newest)
{
	int64_t from = find->from > oldest ? find->from : oldest;
	int64_t last = find->to <= newest ? find->to - 1 : newest;
	int64_t since = from / BAN_OFTEN_STEP_S * BAN_OFTEN_STEP_S;

	return last - since < 2 * (int64_t)BAN_OFTEN_STEP_S ? since
							    : BAN_OFTEN_ALL;
}

static bool
is_full(const struct ban_top *out)
{
	return out->n == out->limit;
}

static int
often_walk(struct db *db, const struct ban_find *find, int64_t since,
    struct ban_top *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_top_item item;
	int looks = 0, rc;

	if (db_query_begin(&q, db, &SQL[Q_OFTEN], err) < 0)
		return -1;
	db_bind_i64(&q, 1, since);
	while ((rc = db_step(&q, err)) == 1 && looks++ < LIMIT_TOP_LOOKS) {
		if (is_full(out) &&
		    out->items[out->n - 1].bans >= db_col_i64(&q, 1)) {
			out->exact = true;
			return 0;
		}
		if (one_count(db, find, &q, &item, err) < 0)
			return -1;
		if (item.bans > 0)
			item_take(out, &item);
	}
	out->exact = rc == 0 && is_full(out);
	return rc < 0 ? -1 : 0;
}

int
ban_top_often(struct db *db, const struct ban_find *find, struct ban_top *out,
    struct error *err)
{
	int64_t oldest = 0, newest = 0;
	int rc = ban_store_span(db, &oldest, &newest, err);

	out->n = 0;
	out->exact = rc == 0;
	if (rc <= 0)
		return rc;
	return often_walk(db, find, since_of(find, oldest, newest), out, err);
}

static void
bind_time(struct db_query *q, int at, int64_t now)
{
	db_bind_i64(q, at, now - LIMIT_TOP_KEPT_S + 1);
	db_bind_i64(q, at + 1, now);
}

int
ban_top_recall(struct db *db, const char *question, int64_t now,
    struct buf *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_RECALL], err) < 0)
		return -1;
	db_bind_text(&q, 1, question);
	bind_time(&q, 2, now);
	rc = db_step(&q, err);
	if (rc == 1)
		buf_add_str(out, db_col_text(&q, 0));
	return rc;
}

static int
forget(struct db *db, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_FORGET], err) < 0)
		return -1;
	bind_time(&q, 1, now);
	return db_run(&q, NULL, err);
}

int
ban_top_note(struct db *db, const char *question, int64_t now,
    const char *answer, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (forget(db, now, err) < 0 ||
	    db_query_begin(&q, db, &SQL[Q_NOTE], err) < 0)
		return -1;
	db_bind_text(&q, 1, question);
	db_bind_i64(&q, 2, now);
	db_bind_text(&q, 3, answer);
	return db_run(&q, NULL, err);
}
