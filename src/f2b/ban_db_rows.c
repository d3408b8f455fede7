/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One bite of rows: read while fail2ban waits, looked at afterwards. */
#include "f2b/ban_db_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "db/db.h"
#include "f2b/ban_db.h"

#define MSG "The ban history cannot be read. See the log of BanGUI."

/* A read under way. */
struct bite {
	struct ban_db *b;
	const struct ban_db_ask *ask;
	struct ban_db_batch *out;
	int64_t until_us; /* begin no other row after that */
};

void
ban_db_batch_release(struct ban_db_batch *b)
{
	arena_release(&b->memory);
	*b = (struct ban_db_batch){0};
}

static int
no_room(const struct arena *a, struct error *err)
{
	if (!a->too_big)
		return err_nomem(err);
	return err_set(err, ERR_TOO_LARGE, MSG, "%s",
	    "one ban has more text than is read at once");
}

static int
rows_init(
    struct bite *t, struct ban_db_rows *rows, size_t cap, struct error *err)
{
	rows->items = arena_alloc(&t->out->memory, cap * sizeof *rows->items);
	return rows->items == NULL ? no_room(&t->out->memory, err) : 0;
}

static char *
keep(struct bite *t, const void *bytes, size_t len)
{
	char *copy = arena_alloc(&t->out->memory, len + 1);

	if (copy != NULL && len > 0)
		memcpy(copy, bytes, len);
	return copy;
}

/* NULL in a column that must be a text is an empty one. */
static char *
keep_text(struct bite *t, const struct db_query *q, int at)
{
	const char *s = db_col_text(q, at);

	return s == NULL ? keep(t, "", 0) : keep(t, s, strlen(s));
}

static int
take_key(struct bite *t, const struct db_query *q, struct ban_db_row *row,
    struct error *err)
{
	*row = (struct ban_db_row){
	    .rowid = db_col_i64(q, 0),
	    .jail = keep_text(t, q, 1),
	    .id = keep_text(t, q, 2),
	    .banned_at = db_col_i64(q, 3),
	};
	if (row->jail == NULL || row->id == NULL)
		return no_room(&t->out->memory, err);
	return 0;
}

static int
take_row(struct bite *t, const struct db_query *q, struct ban_db_row *row,
    struct error *err)
{
	const void *data;

	if (take_key(t, q, row, err) < 0)
		return -1;
	row->bantime_s = db_col_i64(q, 4);
	row->ban_count = db_col_i64(q, 5);
	row->data_size = (size_t)db_col_i64(q, 6);
	if (db_col_is_null(q, 7))
		return 0;
	data = db_col_blob(q, 7, &row->data_len);
	row->data = keep(t, data, row->data_len);
	if (row->data_size < row->data_len)
		row->data_size = row->data_len; /* counted in characters */
	return row->data == NULL ? no_room(&t->out->memory, err) : 0;
}

/* The newest come first; they are wanted in the order of their rowids. */
static void
turn_round(struct ban_db_rows *rows)
{
	for (size_t i = 0; i < rows->n / 2; i++) {
		struct ban_db_row row = rows->items[i];

		rows->items[i] = rows->items[rows->n - 1 - i];
		rows->items[rows->n - 1 - i] = row;
	}
}

static int
read_known(struct bite *t, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_db_rows *rows = &t->out->known;
	size_t max = t->ask->mark == 0 ? 0 : t->ask->n_known;
	int rc = 0;

	if (rows_init(t, rows, max, err) < 0 ||
	    db_query_begin(&q, t->b->db, &t->b->sql[BAN_DB_KNOWN], err) < 0)
		return -1;
	db_bind_i64(&q, 1, t->ask->mark);
	db_bind_i64(&q, 2, (int64_t)max);
	while (rows->n < max && (rc = db_step(&q, err)) > 0) {
		if (take_key(t, &q, &rows->items[rows->n], err) < 0)
			return -1;
		rows->n++;
	}
	turn_round(rows);
	return rc < 0 ? -1 : 0;
}

static bool
is_enough(const struct bite *t)
{
	return t->out->fresh.n > 0 &&
	       (time_mono_us() >= t->until_us ||
		   t->out->memory.used >= LIMIT_BAN_DB_BATCH);
}

/* Damage further on does not take away what was read before it. */
static int
read_fresh(struct bite *t, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_db_rows *rows = &t->out->fresh;
	int rc;

	if (rows_init(t, rows, t->ask->n_fresh, err) < 0 ||
	    db_query_begin(&q, t->b->db, &t->b->sql[BAN_DB_FRESH], err) < 0)
		return -1;
	db_bind_i64(&q, 1, t->ask->mark);
	db_bind_i64(&q, 2, (int64_t)t->ask->n_fresh + 1);
	db_bind_i64(&q, 3, LIMIT_BAN_DATA_READ);
	while ((rc = db_step(&q, err)) > 0) {
		t->out->more = rows->n == t->ask->n_fresh || is_enough(t);
		if (t->out->more)
			return 0;
		if (take_row(t, &q, &rows->items[rows->n], err) < 0)
			return -1;
		rows->n++;
	}
	if (rc < 0 && rows->n > 0) {
		err_clear(err);
		t->out->more = true;
		return 0;
	}
	return rc;
}

static int
count_equal(struct bite *t, struct ban_db_row *row, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, t->b->db, &t->b->sql[BAN_DB_EQUAL], err) < 0)
		return -1;
	db_bind_text(&q, 1, row->jail);
	db_bind_text(&q, 2, row->id);
	db_bind_i64(&q, 3, t->ask->mark);
	db_bind_i64(&q, 4, row->banned_at);
	if (db_step(&q, err) < 0)
		return -1;
	row->nth = db_col_i64(&q, 0);
	return 0;
}

/* Rows up to the mark can equal a fresh one only if it is no younger than
 * they are: in its own second, and when the clock was set back. */
static int
count_before(struct bite *t, struct error *err)
{
	struct ban_db_rows *rows = &t->out->fresh;

	for (size_t i = 0; t->ask->mark != 0 && i < rows->n; i++) {
		if (rows->items[i].banned_at > t->ask->high_at)
			continue;
		if (i > 0 && time_mono_us() >= t->until_us) {
			rows->n = i;
			t->out->more = true;
			return 0;
		}
		if (count_equal(t, &rows->items[i], err) == 0)
			continue;
		if (i == 0)
			return -1;
		err_clear(err); /* it will come up again */
		rows->n = i;
		t->out->more = true;
		return 0;
	}
	return 0;
}

static int
run(struct ban_db *b, int statement, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, b->db, &b->sql[statement], err) < 0)
		return -1;
	return db_run(&q, NULL, err);
}

/* One transaction, so that all of it is of one moment. */
static int
read_all(struct bite *t, struct error *err)
{
	struct error ignored = ERROR_INIT;
	int rc;

	if (run(t->b, BAN_DB_BEGIN, err) < 0)
		return -1;
	rc = read_known(t, err);
	if (rc == 0 && t->ask->n_fresh > 0)
		rc = read_fresh(t, err);
	if (rc == 0)
		rc = count_before(t, err);
	if (run(t->b, BAN_DB_END, rc < 0 ? &ignored : err) < 0) {
		ban_db_close(t->b); /* whatever else: hold it no longer */
		rc = -1;
	}
	return rc;
}

static int
compare(const void *a, const void *b)
{
	const struct ban_db_row *x = *(struct ban_db_row *const *)a;
	const struct ban_db_row *y = *(struct ban_db_row *const *)b;
	int order =
	    (x->banned_at > y->banned_at) - (x->banned_at < y->banned_at);

	if (order == 0)
		order = strcmp(x->id, y->id);
	if (order == 0)
		order = strcmp(x->jail, y->jail);
	if (order == 0)
		order = (x->rowid > y->rowid) - (x->rowid < y->rowid);
	return order;
}

static bool
is_equal(const struct ban_db_row *x, const struct ban_db_row *y)
{
	return x->banned_at == y->banned_at && str_eq(x->id, y->id) &&
	       str_eq(x->jail, y->jail);
}

/* Those that were read together. */
static int
count_among(struct arena *memory, struct ban_db_rows *rows, struct error *err)
{
	struct ban_db_row **sorted =
	    arena_alloc(memory, rows->n * sizeof(struct ban_db_row *));

	if (sorted == NULL)
		return no_room(memory, err);
	for (size_t i = 0; i < rows->n; i++)
		sorted[i] = &rows->items[i];
	if (rows->n > 1)
		qsort(sorted, rows->n, sizeof *sorted, compare);
	for (size_t i = 1; i < rows->n; i++)
		if (is_equal(sorted[i - 1], sorted[i]))
			sorted[i]->nth = sorted[i - 1]->nth + 1;
	return 0;
}

int
ban_db_read(struct ban_db *b, const struct ban_db_ask *ask,
    struct ban_db_batch *out, struct error *err)
{
	AUTO(ban_db_batch_release)
	struct ban_db_batch batch = {.memory = ARENA_INIT(LIMIT_BAN_DB_MEMORY)};
	struct bite t = {
	    .b = b,
	    .ask = ask,
	    .out = &batch,
	    .until_us = time_mono_us() + LIMIT_BAN_DB_HOLD_MS * 1000,
	};

	if (b->gate != NULL)
		return ban_db_gate_read(b, ask, out, err);
	db_set_deadline(b->db, time_mono_ms() + LIMIT_BAN_DB_STOP_MS);
	if (read_all(&t, err) < 0)
		return ban_db_blame(b, err);
	if (count_among(&batch.memory, &batch.known, err) < 0 ||
	    count_among(&batch.memory, &batch.fresh, err) < 0)
		return -1;
	*out = batch;
	batch = (struct ban_db_batch){0}; /* handed over */
	return 0;
}
