/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/job_store.h"

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

enum {
	JOB_QUEUE,
	JOB_PLAN,
	JOB_AHEAD,
	JOB_HEED_CLOCK,
	JOB_GET,
	JOB_FIND,
	JOB_OLDER,
	JOB_NEWER,
	JOB_COUNT,
	JOB_CANCEL,
	JOB_NEXT_DUE,
	JOB_OLDEST_DUE,
	JOB_CLAIM,
	JOB_BEAT,
	JOB_SETTLE,
	JOB_LAPSED,
	JOB_OF_RUNNER,
	JOB_SET_SEEN,
	JOB_GET_SEEN,
	JOB_LOOK_OLD,
	JOB_DROP_OLD,
	JOB_SQL__MAX
};

/* As take_row() reads them. */
#define COLUMNS                                                                \
	"id, kind, key, state, queued_at, due_at, attempt, cancel, runner,"    \
	" done, total, phase, started_at, finished_at, result, error, message"

static const struct db_sql SQL[] = {
    // clang-format off
	[JOB_QUEUE] = { .text =
	    "INSERT INTO job (kind, key, state, queued_at, due_at, wait_s)"
	    " VALUES (?1, ?2, 0, ?3, ?3, 0)"
	    " ON CONFLICT (kind, key) WHERE state <= 1 DO UPDATE SET"
	    " due_at = iif(state = 0 AND attempt = 0,"
	    " min(due_at, ?3), due_at)"
	    " RETURNING id" },
	[JOB_PLAN] = { .text =
	    "INSERT INTO job (kind, key, state, queued_at, due_at, wait_s)"
	    " VALUES (?1, '', 0, ?2, ?2 + ?3, ?3)"
	    " ON CONFLICT (kind, key) WHERE state <= 1 DO NOTHING" },
	[JOB_AHEAD] = { .text =
	    "SELECT 1 FROM job WHERE state = 0 AND due_at > ?1"
	    " AND due_at > ?1 + wait_s LIMIT 1" },
	[JOB_HEED_CLOCK] = { .text =
	    "UPDATE job SET due_at = ?1 + wait_s"
	    " WHERE state = 0 AND due_at > ?1 AND due_at > ?1 + wait_s" },
	[JOB_GET] = { .text =
	    "SELECT " COLUMNS " FROM job WHERE id = ?1" },
	[JOB_FIND] = { .text =
	    "SELECT " COLUMNS " FROM job"
	    " WHERE kind = ?1 AND key = ?2 AND state <= 1" },
	[JOB_OLDER] = { .text =
	    "SELECT " COLUMNS " FROM job WHERE id < ?1"
	    " ORDER BY id DESC LIMIT ?2" },
	[JOB_NEWER] = { .text =
	    "SELECT " COLUMNS " FROM job WHERE id IN"
	    " (SELECT id FROM job WHERE id > ?1 ORDER BY id LIMIT ?2)"
	    " ORDER BY id DESC" },
	[JOB_COUNT] = { .text = "SELECT count(*) FROM job" },
	[JOB_CANCEL] = { .text =
	    "UPDATE job SET cancel = 1, state = iif(state = 0, 4, state),"
	    " finished_at = iif(state = 0, ?2, finished_at)"
	    " WHERE id = ?1 AND state <= 1" },
	[JOB_NEXT_DUE] = { .text =
	    "SELECT due_at FROM job WHERE state = 0 AND (?1 >> kind) & 1"
	    " ORDER BY due_at LIMIT 1" },
	[JOB_OLDEST_DUE] = { .text =
	    "SELECT kind, min(due_at) FROM job"
	    " WHERE state = 0 AND due_at <= ?1 GROUP BY kind" },
	[JOB_CLAIM] = { .text =
	    "UPDATE job SET state = 1, runner = ?3, lease_until = ?4,"
	    " attempt = attempt + 1, started_at = ?2, finished_at = NULL,"
	    " done = NULL, total = NULL, phase = NULL, cancel = 0"
	    " WHERE id = (SELECT id FROM job WHERE state = 0"
	    " AND due_at <= ?2 AND (?1 >> kind) & 1"
	    " ORDER BY due_at, id LIMIT 1)"
	    " RETURNING " COLUMNS },
	[JOB_BEAT] = { .text =
	    "UPDATE job SET lease_until = ?3, done = ?4, total = ?5, phase = ?6"
	    " WHERE id = ?1 AND state = 1 AND runner = ?2 RETURNING cancel" },
	[JOB_SETTLE] = { .text =
	    "UPDATE job SET state = ?3, due_at = ?4, wait_s = ?5, attempt = ?6,"
	    " finished_at = ?7, result = ?8, error = ?9, message = ?10,"
	    " runner = NULL, lease_until = NULL, cancel = 0"
	    " WHERE id = ?1 AND state = 1 AND runner = ?2" },
	[JOB_LAPSED] = { .text =
	    "SELECT " COLUMNS " FROM job WHERE state = 1"
	    " AND (lease_until <= ?1 OR lease_until > ?2) LIMIT 1" },
	[JOB_OF_RUNNER] = { .text =
	    "SELECT " COLUMNS " FROM job WHERE state = 1 AND runner = ?1"
	    " ORDER BY lease_until LIMIT 1" },
	[JOB_SET_SEEN] = { .text =
	    "INSERT INTO job_runner (id, seen_at, watching) VALUES (1, ?1, ?2)"
	    " ON CONFLICT (id) DO UPDATE SET seen_at = ?1, watching = ?2" },
	[JOB_GET_SEEN] = { .text =
	    "SELECT seen_at, watching FROM job_runner WHERE id = 1" },
	[JOB_LOOK_OLD] = { .text =
	    "SELECT id, state >= 2 AND finished_at < ?3 FROM job"
	    " WHERE id > ?1 ORDER BY id LIMIT ?2" },
	[JOB_DROP_OLD] = { .text =
	    "DELETE FROM job WHERE id > ?1 AND id <= ?2"
	    " AND state >= 2 AND finished_at < ?3" },
    // clang-format on
};
_Static_assert(ARRAY_LEN(SQL) == JOB_SQL__MAX, "every statement has a text");

const struct sweep_sql JOB_SWEEP = {&SQL[JOB_LOOK_OLD], &SQL[JOB_DROP_OLD]};

int
job_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

/* What does not fit has been written by nobody of ours. */
static void
take_text(const struct db_query *q, int at, char *dst, size_t size)
{
	const char *s = db_col_text(q, at);

	if (s == NULL || !str_copy(dst, size, s))
		dst[0] = '\0';
}

static int64_t
take_number(const struct db_query *q, int at)
{
	return db_col_is_null(q, at) ? -1 : db_col_i64(q, at);
}

static void
take_row(const struct db_query *q, struct job *out)
{
	out->id = db_col_i64(q, 0);
	out->kind = db_col_i64(q, 1);
	take_text(q, 2, out->key, sizeof out->key);
	out->state = (enum job_state)db_col_i64(q, 3); /* by its CHECK */
	out->queued_at = db_col_i64(q, 4);
	out->due_at = db_col_i64(q, 5);
	out->attempt = db_col_i64(q, 6);
	out->cancel = db_col_i64(q, 7) != 0;
	take_text(q, 8, out->runner, sizeof out->runner);
	out->done = take_number(q, 9);
	out->total = take_number(q, 10);
	take_text(q, 11, out->phase, sizeof out->phase);
	out->started_at = take_number(q, 12);
	out->finished_at = take_number(q, 13);
	take_text(q, 14, out->result, sizeof out->result);
	take_text(q, 15, out->error, sizeof out->error);
	take_text(q, 16, out->message, sizeof out->message);
}

/* The one row of a query, or none. It is stepped to its end: a statement that
 * writes has done so only then. */
static int
take_one(struct db_query *q, struct job *out, struct error *err)
{
	int rc = db_step(q, err);

	if (rc <= 0)
		return rc;
	take_row(q, out);
	return db_step(q, err) < 0 ? -1 : 1;
}

static int
take_i64(struct db_query *q, int64_t *out, struct error *err)
{
	int rc = db_step(q, err);

	if (rc <= 0)
		return rc;
	*out = db_col_i64(q, 0);
	return db_step(q, err) < 0 ? -1 : 1;
}

static void
bind_text(struct db_query *q, int at, const char *s)
{
	db_bind_text(q, at, s[0] == '\0' ? NULL : s);
}

static void
bind_number(struct db_query *q, int at, int64_t v)
{
	if (v < 0)
		db_bind_null(q, at);
	else
		db_bind_i64(q, at, v);
}

int
job_store_queue(struct db *db, enum job_kind kind, const char *key, int64_t now,
    int64_t *id, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_QUEUE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, kind);
	db_bind_text(&q, 2, key);
	db_bind_i64(&q, 3, now);
	return take_i64(&q, id, err) < 0 ? -1 : 0; /* there is always a row */
}

int
job_store_plan(struct db *db, enum job_kind kind, int64_t now, int64_t wait_s,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_PLAN], err) < 0)
		return -1;
	db_bind_i64(&q, 1, kind);
	db_bind_i64(&q, 2, now);
	db_bind_i64(&q, 3, wait_s);
	return db_run(&q, NULL, err);
}

int
job_store_is_ahead(struct db *db, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_AHEAD], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	return db_step(&q, err);
}

int
job_store_heed_clock(
    struct db *db, int64_t now, int64_t *changed, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_HEED_CLOCK], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	return db_run(&q, changed, err);
}

int
job_store_get(struct db *db, int64_t id, struct job *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_GET], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	return take_one(&q, out, err);
}

int
job_store_find(struct db *db, enum job_kind kind, const char *key,
    struct job *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_FIND], err) < 0)
		return -1;
	db_bind_i64(&q, 1, kind);
	db_bind_text(&q, 2, key);
	return take_one(&q, out, err);
}

int
job_store_each(struct db *db, const struct job_walk *walk,
    int (*each)(void *ctx, const struct job *job, struct error *err), void *ctx,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct job job;
	int rc;

	if (db_query_begin(
		&q, db, &SQL[walk->newer ? JOB_NEWER : JOB_OLDER], err) < 0)
		return -1;
	db_bind_i64(&q, 1, walk->id);
	db_bind_i64(&q, 2, walk->limit);
	while ((rc = db_step(&q, err)) > 0) {
		take_row(&q, &job);
		if (each(ctx, &job, err) < 0)
			return -1;
	}
	return rc;
}

int
job_store_count(struct db *db, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_COUNT], err) < 0)
		return -1;
	return take_i64(&q, out, err) < 0 ? -1 : 0;
}

int
job_store_cancel(struct db *db, int64_t id, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t changed = 0;

	if (db_query_begin(&q, db, &SQL[JOB_CANCEL], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	db_bind_i64(&q, 2, now);
	return db_run(&q, &changed, err) < 0 ? -1 : changed > 0;
}

int
job_store_next_due(
    struct db *db, uint64_t kinds, int64_t *due_at, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_NEXT_DUE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, (int64_t)kinds);
	return take_i64(&q, due_at, err);
}

int
job_store_each_due(struct db *db, int64_t now,
    int (*each)(void *ctx, int64_t kind, int64_t due_at, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[JOB_OLDEST_DUE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	while ((rc = db_step(&q, err)) > 0)
		if (each(ctx, db_col_i64(&q, 0), db_col_i64(&q, 1), err) < 0)
			return -1;
	return rc;
}

int
job_store_claim(struct db *db, uint64_t kinds, const struct job_lease *lease,
    struct job *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_CLAIM], err) < 0)
		return -1;
	db_bind_i64(&q, 1, (int64_t)kinds);
	db_bind_i64(&q, 2, lease->now);
	db_bind_text(&q, 3, lease->runner);
	db_bind_i64(&q, 4, lease->until_ms);
	return take_one(&q, out, err);
}

int
job_store_beat(struct db *db, const struct job *job, int64_t until_ms,
    bool *cancel, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t flag = 0;
	int rc;

	if (db_query_begin(&q, db, &SQL[JOB_BEAT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, job->id);
	db_bind_text(&q, 2, job->runner);
	db_bind_i64(&q, 3, until_ms);
	bind_number(&q, 4, job->done);
	bind_number(&q, 5, job->total);
	bind_text(&q, 6, job->phase);
	rc = take_i64(&q, &flag, err);
	if (rc > 0)
		*cancel = flag != 0;
	return rc;
}

int
job_store_settle(struct db *db, const struct job *job, const char *runner,
    int64_t wait_s, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t changed = 0;

	if (db_query_begin(&q, db, &SQL[JOB_SETTLE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, job->id);
	db_bind_text(&q, 2, runner);
	db_bind_i64(&q, 3, job->state);
	db_bind_i64(&q, 4, job->due_at);
	db_bind_i64(&q, 5, wait_s);
	db_bind_i64(&q, 6, job->attempt);
	bind_number(&q, 7, job->finished_at);
	bind_text(&q, 8, job->result);
	bind_text(&q, 9, job->error);
	bind_text(&q, 10, job->message);
	return db_run(&q, &changed, err) < 0 ? -1 : changed > 0;
}

int
job_store_lapsed(struct db *db, int64_t now_ms, int64_t latest_ms,
    struct job *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_LAPSED], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now_ms);
	db_bind_i64(&q, 2, latest_ms);
	return take_one(&q, out, err);
}

int
job_store_of_runner(
    struct db *db, const char *runner, struct job *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_OF_RUNNER], err) < 0)
		return -1;
	db_bind_text(&q, 1, runner);
	return take_one(&q, out, err);
}

int
job_store_set_seen(struct db *db, int64_t now, bool watching, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[JOB_SET_SEEN], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	db_bind_i64(&q, 2, watching ? 1 : 0);
	return db_run(&q, NULL, err);
}

int
job_store_get_seen(
    struct db *db, int64_t *at, bool *watching, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[JOB_GET_SEEN], err) < 0)
		return -1;
	rc = db_step(&q, err);
	if (rc <= 0)
		return rc;
	*at = db_col_i64(&q, 0);
	*watching = db_col_i64(&q, 1) != 0;
	return 1;
}
