/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/history_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/db.h"

enum { Q_GET, Q_PUT, Q_SYNCED, Q_OFF, Q__MAX };

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_GET] = { .text =
	    "SELECT device, inode, mark_rowid, mark_at, high_at, fill_to,"
	    " last_id, n_rows, last_sync_at, off, off_since, pruned_before,"
	    " mark_jail, mark_ident FROM history_state WHERE one = 1" },
	[Q_PUT] = { .text =
	    "UPDATE history_state SET device = ?1, inode = ?2,"
	    " mark_rowid = ?3, mark_at = ?4, high_at = ?5, fill_to = ?6,"
	    " last_id = ?7, n_rows = ?8, last_sync_at = ?9, mark_jail = ?10,"
	    " mark_ident = ?11 WHERE one = 1" },
	[Q_SYNCED] = { .text =
	    "UPDATE history_state SET last_sync_at = ?1 WHERE one = 1" },
	[Q_OFF] = { .text =
	    "UPDATE history_state SET off = ?1, off_since = ?2"
	    " WHERE one = 1" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
history_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

void
history_state_release(struct history_state *s)
{
	free(s->mark_jail);
	free(s->mark_ident);
	*s = (struct history_state){0};
}

static int
take_text(const struct db_query *q, int at, char **out, struct error *err)
{
	const char *s = db_col_text(q, at);

	if (s == NULL)
		return 0;
	*out = strdup(s);
	return *out == NULL ? err_nomem(err) : 0;
}

static int
take(const struct db_query *q, struct history_state *s, struct error *err)
{
	s->device = db_col_i64(q, 0);
	s->inode = db_col_i64(q, 1);
	s->mark_rowid = db_col_i64(q, 2);
	s->mark_at = db_col_i64(q, 3);
	s->high_at = db_col_i64(q, 4);
	s->fill_to = db_col_i64(q, 5);
	s->last_id = db_col_i64(q, 6);
	s->n_rows = db_col_i64(q, 7);
	s->last_sync_at = db_col_i64(q, 8);
	s->off = db_col_i64(q, 9);
	s->off_since = db_col_i64(q, 10);
	s->pruned_before = db_col_i64(q, 11);
	if (take_text(q, 12, &s->mark_jail, err) < 0)
		return -1;
	return take_text(q, 13, &s->mark_ident, err);
}

int
history_store_get(struct db *db, struct history_state *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	AUTO(history_state_release) struct history_state s = {0};

	if (db_query_begin(&q, db, &SQL[Q_GET], err) < 0)
		return -1;
	if (db_step_row(&q, err) < 0 || take(&q, &s, err) < 0)
		return -1;
	*out = s;
	s = (struct history_state){0}; /* handed over */
	return 0;
}

int
history_store_put(
    struct db *db, const struct history_state *s, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_PUT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, s->device);
	db_bind_i64(&q, 2, s->inode);
	db_bind_i64(&q, 3, s->mark_rowid);
	db_bind_i64(&q, 4, s->mark_at);
	db_bind_i64(&q, 5, s->high_at);
	db_bind_i64(&q, 6, s->fill_to);
	db_bind_i64(&q, 7, s->last_id);
	db_bind_i64(&q, 8, s->n_rows);
	db_bind_i64(&q, 9, s->last_sync_at);
	db_bind_text(&q, 10, s->mark_jail);
	db_bind_text(&q, 11, s->mark_ident);
	return db_run(&q, NULL, err);
}

int
history_store_synced(struct db *db, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_SYNCED], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	return db_run(&q, NULL, err);
}

int
history_store_off(struct db *db, int64_t off, int64_t since, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_OFF], err) < 0)
		return -1;
	db_bind_i64(&q, 1, off);
	db_bind_i64(&q, 2, since);
	return db_run(&q, NULL, err);
}
