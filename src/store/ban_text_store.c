/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_text_store.h"

#include "base/error.h"
#include "db/db.h"
#include "store/ban_where.h"

/* The text of a ban is part of what the table is made of: it must come out as
 * it went in, so this stays as it is. A line is a text, or three pieces of
 * one. Source: fail2ban's database, column bans.data. */
#define LINES                                                                  \
	"(SELECT group_concat(CASE m.type WHEN 'array'"                        \
	" THEN (SELECT group_concat(p.value, '') FROM json_each(m.value) AS "  \
	"p)"                                                                   \
	" ELSE m.value END, char(10))"                                         \
	" FROM json_each(CAST(e.data AS TEXT), '$.matches') AS m)"
#define READABLE " json_valid(CAST(e.data AS TEXT))"

enum { BYTES = 1024 * 1024 }; /* of evidence, added at once */

enum {
	Q_ENDS,
	Q_END,
	Q_FILL,
	Q_SET_FILLED_TO,
	Q_REMOVE_OLDEST,
	Q_FREQUENCY,
	Q__MAX
};

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_ENDS] = { .text =
	    "SELECT t.filled_to, h.last_id FROM ban_text_state AS t"
	    " CROSS JOIN history_state AS h WHERE t.one = 1 AND h.one = 1" },
	[Q_END] = { .text =
	    "SELECT max(ban_id) FILTER (WHERE bytes < ?4),"
	    " count(*) < ?3 AND max(bytes) < ?4 FROM (SELECT ban_id,"
	    "  sum(size) OVER (ORDER BY ban_id) - size AS bytes"
	    "  FROM ban_evidence WHERE ban_id > ?1 AND ban_id <= ?2"
	    "  ORDER BY ban_id LIMIT ?3)" },
	[Q_FILL] = { .text =
	    "INSERT INTO ban_text (rowid, line) SELECT e.ban_id, " LINES
	    " FROM ban_evidence AS e WHERE e.ban_id > ?1 AND e.ban_id <= ?2"
	    " AND" READABLE " ORDER BY e.ban_id" },
	[Q_SET_FILLED_TO] = { .text =
	    "UPDATE ban_text_state SET filled_to = ?1 WHERE one = 1" },
	[Q_REMOVE_OLDEST] = { .text =
	    "INSERT INTO ban_text (ban_text, rowid, line)"
	    " SELECT 'delete', e.ban_id, " LINES
	    " FROM (SELECT id FROM ban WHERE banned_at < ?1"
	    "  ORDER BY banned_at, id LIMIT ?2) AS b"
	    " CROSS JOIN ban_evidence AS e ON e.ban_id = b.id"
	    " WHERE e.ban_id <= ?3 AND" READABLE },
	[Q_FREQUENCY] = { .text =
	    "SELECT count(*) FROM ban_text"
	    " WHERE ban_text MATCH " BAN_WHERE_PHRASE("?1")
	    " AND rowid > ?2" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_text_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
ban_text_ends(
    struct db *db, int64_t *filled_to, int64_t *last, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_ENDS], err) < 0 ||
	    db_step_row(&q, err) < 0)
		return -1;
	*filled_to = db_col_i64(&q, 0);
	*last = db_col_i64(&q, 1);
	return 0;
}

int
ban_text_filled_to(struct db *db, int64_t *out, struct error *err)
{
	int64_t last;

	return ban_text_ends(db, out, &last, err);
}

/* The end of what is added now: at most max bans with lines, and not many more
 * bytes than BYTES; last itself when there are no others up to it. */
static int
find_end(struct db *db, int64_t from, int64_t last, int64_t max, int64_t *out,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_END], err) < 0)
		return -1;
	db_bind_i64(&q, 1, from);
	db_bind_i64(&q, 2, last);
	db_bind_i64(&q, 3, max);
	db_bind_i64(&q, 4, BYTES);
	if (db_step_row(&q, err) < 0)
		return -1;
	*out = db_col_is_null(&q, 0) || db_col_i64(&q, 1) != 0
		   ? last
		   : db_col_i64(&q, 0);
	return 0;
}

/* A statement with up to three numbers. */
static int
run(struct db *db, int statement, const int64_t *numbers, int n,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	for (int i = 0; i < n; i++)
		db_bind_i64(&q, i + 1, numbers[i]);
	return db_run(&q, NULL, err);
}

int
ban_text_fill(struct db *db, int64_t last, int64_t max, int64_t *filled_to,
    struct error *err)
{
	int64_t span[2] = {0, 0};

	if (ban_text_filled_to(db, &span[0], err) < 0)
		return -1;
	if (span[0] >= last) {
		*filled_to = span[0];
		return 0;
	}
	if (find_end(db, span[0], last, max, &span[1], err) < 0 ||
	    run(db, Q_FILL, span, 2, err) < 0 ||
	    run(db, Q_SET_FILLED_TO, &span[1], 1, err) < 0)
		return -1;
	*filled_to = span[1];
	return 0;
}

int
ban_text_remove_oldest(
    struct db *db, int64_t before, int64_t max, struct error *err)
{
	int64_t numbers[] = {before, max, 0};

	if (ban_text_filled_to(db, &numbers[2], err) < 0)
		return -1;
	return run(db, Q_REMOVE_OLDEST, numbers, 3, err);
}

int
ban_text_frequency(struct db *db, const char *text, int64_t newest,
    int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t filled_to;

	if (ban_text_filled_to(db, &filled_to, err) < 0 ||
	    db_query_begin(&q, db, &SQL[Q_FREQUENCY], err) < 0)
		return -1;
	db_bind_text(&q, 1, text);
	db_bind_i64(&q, 2, filled_to - newest);
	if (db_step_row(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0);
	return 0;
}
