/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/manual_ban_store.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

enum {
	Q_ANY,
	Q_ADD,
	Q_DONE,
	Q_CHANGE,
	Q_OF,
	Q_DUE,
	Q_NEXT,
	Q_CLOSE,
	Q_MISSED,
	Q_UNKNOWN,
	Q_LOOK_OLD,
	Q_DROP_OLD,
	Q__MAX
};

#define COLUMNS                                                                \
	"id, addr_key, jail, banned_at, done_at, bantime_s, due_at, reason,"   \
	" author_kind, author_name"
#define IS_OLD                                                                 \
	"banned_at < ?3 AND open = 0 AND NOT EXISTS (SELECT 1 FROM active_ban" \
	" WHERE active_ban.jail = manual_ban.jail"                             \
	" AND active_ban.addr_key = manual_ban.addr_key)"

/* fail2ban's own database rounds its times, its list cuts them: hence the one
 * second in Q_OF. */
/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_ANY] = { .text =
	    "SELECT EXISTS (SELECT 1 FROM manual_ban WHERE id > 0)" },
	[Q_ADD] = { .text =
	    "INSERT OR REPLACE INTO manual_ban (addr_key, jail, banned_at,"
	    " done_at, bantime_s, due_at, open, reason, author_kind,"
	    " author_name)"
	    " VALUES (?1, ?2, ?3, ?4, nullif(?5, 0), nullif(?6, -1), ?6 <> -1,"
	    " ?7, ?8, ?9) RETURNING id" },
	[Q_DONE] = { .text =
	    "UPDATE manual_ban SET done_at = ?3 WHERE id BETWEEN ?1 AND ?2" },
	[Q_CHANGE] = { .text =
	    "UPDATE manual_ban SET bantime_s = nullif(?2, 0),"
	    " due_at = nullif(?3, -1), open = ?3 <> -1, missed_at = NULL,"
	    " reason = ?4,"
	    " author_kind = ?5, author_name = ?6 WHERE id = ?1" },
	[Q_OF] = { .text =
	    "SELECT " COLUMNS " FROM manual_ban WHERE addr_key = ?1"
	    " AND jail = ?2 AND banned_at <= ?3 AND done_at >= ?3 - 1"
	    " ORDER BY banned_at DESC LIMIT 1" },
	[Q_DUE] = { .text =
	    "SELECT " COLUMNS " FROM manual_ban WHERE open = 1"
	    " AND due_at <= ?1 AND (due_at, id) > (?2, ?3)"
	    " ORDER BY due_at, id LIMIT ?4" },
	[Q_NEXT] = { .text =
	    "SELECT min(due_at) FROM manual_ban"
	    " WHERE open = 1 AND due_at > ?1" },
	[Q_CLOSE] = { .text = "UPDATE manual_ban SET open = 0 WHERE id = ?1" },
	[Q_MISSED] = { .text =
	    "UPDATE manual_ban SET missed_at = coalesce(missed_at, ?2),"
	    " open = coalesce(missed_at, ?2) > ?2 - ?3 WHERE id = ?1" },
	[Q_UNKNOWN] = { .text =
	    "UPDATE manual_ban SET missed_at = NULL"
	    " WHERE id = ?1 AND missed_at IS NOT NULL" },
	[Q_LOOK_OLD] = { .text =
	    "SELECT id, " IS_OLD " FROM manual_ban"
	    " WHERE id > ?1 ORDER BY id LIMIT ?2" },
	[Q_DROP_OLD] = { .text =
	    "DELETE FROM manual_ban WHERE id > ?1 AND id <= ?2 AND " IS_OLD },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

const struct sweep_sql MANUAL_BAN_SWEEP = {&SQL[Q_LOOK_OLD], &SQL[Q_DROP_OLD]};

int
manual_ban_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, Q__MAX, err);
}

int
manual_ban_any(struct db *db, bool *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_ANY], err) < 0 ||
	    db_step_row(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0) != 0;
	return 0;
}

static void
bind_text_known(struct db_query *q, int at, const char *s)
{
	if (s[0] != '\0')
		db_bind_text(q, at, s);
	else
		db_bind_null(q, at);
}

int
manual_ban_add(
    struct db *db, const struct manual_ban *row, int64_t *id, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_ADD], err) < 0)
		return -1;
	db_bind_blob(&q, 1, row->key.bytes, row->key.len);
	db_bind_text(&q, 2, row->jail);
	db_bind_i64(&q, 3, row->banned_at);
	db_bind_i64(&q, 4, row->done_at);
	db_bind_i64(&q, 5, row->bantime_s);
	db_bind_i64(&q, 6, row->due_at);
	bind_text_known(&q, 7, row->reason);
	db_bind_i64(&q, 8, row->author_kind);
	bind_text_known(&q, 9, row->author_name);
	if (db_step_row(&q, err) < 0)
		return -1;
	*id = db_col_i64(&q, 0);
	return db_step(&q, err); /* written with its last step: 0 */
}

int
manual_ban_done(struct db *db, int64_t first, int64_t last, int64_t done_at,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_DONE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, first);
	db_bind_i64(&q, 2, last);
	db_bind_i64(&q, 3, done_at);
	return db_run(&q, NULL, err);
}

int
manual_ban_change(
    struct db *db, const struct manual_ban *row, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_CHANGE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, row->id);
	db_bind_i64(&q, 2, row->bantime_s);
	db_bind_i64(&q, 3, row->due_at);
	bind_text_known(&q, 4, row->reason);
	db_bind_i64(&q, 5, row->author_kind);
	bind_text_known(&q, 6, row->author_name);
	return db_run(&q, NULL, err);
}

/* A text that may be NULL; only what we have written is in there. */
static bool
copy_text(char *to, size_t size, const struct db_query *q, int at)
{
	const char *text = db_col_text(q, at);

	return str_copy(to, size, text != NULL ? text : "");
}

/* Column order is COLUMNS'. */
static int
row_read(const struct db_query *q, struct manual_ban *row, struct error *err)
{
	if (active_ban_key_read(q, 1, &row->key, err) < 0)
		return -1;
	row->id = db_col_i64(q, 0);
	row->banned_at = db_col_i64(q, 3);
	row->done_at = db_col_i64(q, 4);
	row->bantime_s = db_col_i64(q, 5); /* NULL reads as 0 */
	row->due_at = db_col_is_null(q, 6) ? -1 : db_col_i64(q, 6);
	row->author_kind = (int)db_col_i64(q, 8); /* 0 ... 3 */
	if (!copy_text(row->jail, sizeof row->jail, q, 2) ||
	    !copy_text(row->reason, sizeof row->reason, q, 7) ||
	    !copy_text(row->author_name, sizeof row->author_name, q, 9))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "a row of manual_ban with a text that is too long");
	return 0;
}

int
manual_ban_of(struct db *db, const struct active_ban_key *key, const char *jail,
    int64_t at, struct manual_ban *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_OF], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key->bytes, key->len);
	db_bind_text(&q, 2, jail);
	db_bind_i64(&q, 3, at);
	rc = db_step(&q, err);
	if (rc == 1 && row_read(&q, out, err) < 0)
		return -1;
	return rc;
}

int
manual_ban_each_due(struct db *db, const struct manual_ban_walk *walk,
    int (*each)(void *ctx, const struct manual_ban *row, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct manual_ban row;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_DUE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, walk->now);
	db_bind_i64(&q, 2, walk->due_at);
	db_bind_i64(&q, 3, walk->id);
	db_bind_i64(&q, 4, walk->limit);
	while ((rc = db_step(&q, err)) == 1)
		if (row_read(&q, &row, err) < 0 || each(ctx, &row, err) < 0)
			return -1;
	return rc;
}

int
manual_ban_next_due(
    struct db *db, int64_t now, int64_t *due_at, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_NEXT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	if (db_step_row(&q, err) < 0)
		return -1;
	if (db_col_is_null(&q, 0))
		return 0;
	*due_at = db_col_i64(&q, 0);
	return 1;
}

int
manual_ban_close(struct db *db, int64_t id, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_CLOSE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	return db_run(&q, NULL, err);
}

int
manual_ban_missed(
    struct db *db, int64_t id, int64_t now, int64_t wait_s, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_MISSED], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	db_bind_i64(&q, 2, now);
	db_bind_i64(&q, 3, wait_s);
	return db_run(&q, NULL, err);
}

int
manual_ban_unknown(struct db *db, int64_t id, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_UNKNOWN], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	return db_run(&q, NULL, err);
}
