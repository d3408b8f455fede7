/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements: prepared once by array, used one at a time, given back by the
 * cleanup of the query that has them.
 */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "db/db.h"
#include "db/handle.h"

static void
set_release(struct db_set *set)
{
	size_t i;

	for (i = 0; set->stmts != NULL && i < set->n; i++)
		(void)sqlite3_finalize(set->stmts[i].handle); /* repeats an
		    error that was reported when it happened */
	free(set->stmts);
	*set = (struct db_set){0};
}

void
db_sets_free(struct db *db)
{
	size_t i;

	for (i = 0; i < db->n_sets; i++)
		set_release(&db->sets[i]);
	free(db->sets);
	db->sets = NULL;
	db->n_sets = 0;
}

static int
stmt_prepare(struct db *db, const struct db_sql *sql, struct db_stmt *stmt,
    struct error *err)
{
	const char *tail = NULL;
	int rc;

	stmt->sql = sql;
	rc = sqlite3_prepare_v3(db->handle, sql->text, -1,
	    SQLITE_PREPARE_PERSISTENT, &stmt->handle, &tail);
	if (rc != SQLITE_OK)
		return db_fail(db, rc, sql->text, err);
	if (stmt->handle == NULL || *tail != '\0')
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG,
		    "not exactly one statement: %s", sql->text);
	return 0;
}

static struct db_set *
set_find(struct db *db, const struct db_sql *sql)
{
	uintptr_t at = (uintptr_t)sql; /* may lie in none of the arrays */
	size_t i;

	for (i = 0; i < db->n_sets; i++) {
		struct db_set *set = &db->sets[i];

		if (at >= (uintptr_t)set->sql &&
		    at < (uintptr_t)(set->sql + set->n))
			return set;
	}
	return NULL;
}

int
db_declare(struct db *db, const struct db_sql *sql, size_t n, struct error *err)
{
	struct db_set *sets;
	struct db_stmt *stmts;

	if (set_find(db, sql) != NULL)
		return 0;
	sets = reallocarray(db->sets, db->n_sets + 1, sizeof *sets);
	if (sets == NULL)
		return err_nomem(err);
	db->sets = sets;
	stmts = calloc(n, sizeof *stmts);
	if (stmts == NULL)
		return err_nomem(err);
	db->sets[db->n_sets++] =
	    (struct db_set){.sql = sql, .n = n, .stmts = stmts};
	return 0;
}

/* A set that cannot be prepared whole is not kept: another one may fit. */
int
db_prepare(struct db *db, const struct db_sql *sql, size_t n, struct error *err)
{
	struct db_set *set;

	if (set_find(db, sql) != NULL)
		return 0;
	if (db_declare(db, sql, n, err) < 0)
		return -1;
	set = &db->sets[db->n_sets - 1];
	for (size_t i = 0; i < n; i++)
		if (stmt_prepare(db, &sql[i], &set->stmts[i], err) < 0) {
			set_release(set);
			db->n_sets--;
			return -1;
		}
	return 0;
}

const struct db_sql *
db_prepared(const struct db *db, size_t i)
{
	size_t at;

	for (at = 0; at < db->n_sets; at++) {
		if (i < db->sets[at].n)
			return &db->sets[at].sql[i];
		i -= db->sets[at].n;
	}
	return NULL;
}

int
db_query_begin(struct db_query *q, struct db *db, const struct db_sql *sql,
    struct error *err)
{
	struct db_set *set = set_find(db, sql);
	struct db_stmt *stmt;

	if (set == NULL)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG,
		    "never prepared: %s", sql->text);
	stmt = &set->stmts[sql - set->sql];
	if (stmt->handle == NULL && stmt_prepare(db, sql, stmt, err) < 0)
		return -1;
	if (stmt->in_use)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG,
		    "in use already: %s", sql->text);
	if (db->query_only && !sql->incidental &&
	    sqlite3_stmt_readonly(stmt->handle) == 0)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG,
		    "a write while reading only: %s", sql->text);
	stmt->in_use = true;
	*q = (struct db_query){.db = db, .stmt = stmt};
	return 0;
}

/* A statement for one use, with its own text. */
struct once {
	struct db_stmt stmt; /* first: db_query has its address */
	struct db_sql sql;
	char *text;
};

static void
once_free(struct once *o)
{
	if (o == NULL)
		return;
	(void)sqlite3_finalize(o->stmt.handle); /* repeats the step's error */
	free(o->text);
	free(o);
}

static void
once_freep(struct once **o)
{
	once_free(*o);
	*o = NULL;
}

int
db_query_once(
    struct db_query *q, struct db *db, const char *text, struct error *err)
{
	AUTO(once_freep) struct once *o = calloc(1, sizeof *o);

	if (o == NULL)
		return err_nomem(err);
	o->text = strdup(text);
	if (o->text == NULL)
		return err_nomem(err);
	o->sql.text = o->text;
	if (stmt_prepare(db, &o->sql, &o->stmt, err) < 0)
		return -1;
	if (sqlite3_stmt_readonly(o->stmt.handle) == 0)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG,
		    "a write that is not prepared: %s", text);
	*q = (struct db_query){.db = db, .stmt = STEAL(o), .once = true};
	return 0;
}

void
db_query_end(struct db_query *q)
{
	struct db_stmt *stmt = q->stmt;

	if (stmt == NULL)
		return;
	if (q->limited)
		db_set_deadline(q->db, 0);
	if (q->once) {
		once_free(q->stmt);
		q->stmt = NULL;
		return;
	}
	(void)sqlite3_reset(stmt->handle); /* repeats the step's error */
	(void)sqlite3_clear_bindings(stmt->handle); /* always SQLITE_OK */
	stmt->in_use = false;
	q->stmt = NULL;
}

enum { LEAST_SHARE = 5 }; /* of the limit, spent on the statement itself */

void
db_query_limit(struct db_query *q, int64_t ms)
{
	q->limited = true;
	db_set_deadline(q->db, time_mono_ms() + ms);
	/* a machine that is short of time is no fault of the question */
	q->db->least_us = time_cpu_us() + ms * 1000 / LEAST_SHARE;
}

static sqlite3_stmt *
query_handle(const struct db_query *q)
{
	const struct db_stmt *stmt = q->stmt;

	return stmt->handle;
}

static void
bind_note(struct db_query *q, int rc)
{
	if (q->bind_rc == SQLITE_OK)
		q->bind_rc = rc;
}

void
db_bind_i64(struct db_query *q, int at, int64_t v)
{
	bind_note(q, sqlite3_bind_int64(query_handle(q), at, v));
}

void
db_bind_text(struct db_query *q, int at, const char *s)
{
	if (s == NULL) {
		db_bind_null(q, at);
		return;
	}
	bind_note(q, sqlite3_bind_text64(query_handle(q), at, s, strlen(s),
			 SQLITE_STATIC, SQLITE_UTF8));
}

void
db_bind_blob(struct db_query *q, int at, const void *data, size_t len)
{
	/* SQLite reads a NULL pointer as SQL NULL, whatever the length. */
	bind_note(q, sqlite3_bind_blob64(query_handle(q), at,
			 len > 0 ? data : "", len, SQLITE_STATIC));
}

void
db_bind_null(struct db_query *q, int at)
{
	bind_note(q, sqlite3_bind_null(query_handle(q), at));
}

/* A write on the side does not wait while somebody else is writing. */
static int
step_now(struct db *db, sqlite3_stmt *handle)
{
	int rc;

	db->busy_ms = 0;
	rc = sqlite3_step(handle);
	db->busy_ms = LIMIT_DB_BUSY_MS;
	return rc;
}

int
db_step(struct db_query *q, struct error *err)
{
	struct db_stmt *stmt = q->stmt;
	int rc = q->bind_rc;

	if (rc != SQLITE_OK)
		return db_fail(q->db, rc, stmt->sql->text, err);
	rc = stmt->sql->incidental ? step_now(q->db, stmt->handle)
				   : sqlite3_step(stmt->handle);
	if (sqlite3_stmt_status(stmt->handle, SQLITE_STMTSTATUS_REPREPARE, 1) >
	    0)
		q->db->schema_changed = true;
	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	if (rc == SQLITE_INTERRUPT && q->limited)
		return err_set(err, ERR_QUERY_BROAD,
		    "This would take too long. Ask for a shorter time, or add "
		    "a jail, a country, a network or an address.",
		    "%s", stmt->sql->text);
	return db_fail(q->db, rc, stmt->sql->text, err);
}

int
db_step_row(struct db_query *q, struct error *err)
{
	const struct db_stmt *stmt = q->stmt;
	int rc = db_step(q, err);

	if (rc == 0)
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "The database is damaged. See the log of BanGUI.",
		    "no row: %s", stmt->sql->text);
	return rc < 0 ? -1 : 0;
}

int
db_run(struct db_query *q, int64_t *changed, struct error *err)
{
	const struct db_stmt *stmt = q->stmt;
	int rc = db_step(q, err);

	if (rc < 0)
		return -1;
	if (rc > 0)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG, "gave a row: %s",
		    stmt->sql->text);
	if (changed != NULL)
		*changed = sqlite3_changes64(q->db->handle);
	return 0;
}

int
db_number(
    struct db *db, const struct db_sql *sql, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, sql, err) < 0 || db_step_row(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0);
	return 0;
}

int
db_run_i64(
    struct db *db, const struct db_sql *sql, int64_t value, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t changed = 0;

	if (db_query_begin(&q, db, sql, err) < 0)
		return -1;
	db_bind_i64(&q, 1, value);
	if (db_run(&q, &changed, err) < 0)
		return -1;
	return changed > 0 ? 1 : 0;
}

int64_t
db_col_i64(const struct db_query *q, int at)
{
	return sqlite3_column_int64(query_handle(q), at);
}

bool
db_col_is_null(const struct db_query *q, int at)
{
	return sqlite3_column_type(query_handle(q), at) == SQLITE_NULL;
}

bool
db_col_is_blob(const struct db_query *q, int at)
{
	return sqlite3_column_type(query_handle(q), at) == SQLITE_BLOB;
}

const char *
db_col_text(const struct db_query *q, int at)
{
	return (const char *)sqlite3_column_text(query_handle(q), at);
}

const void *
db_col_blob(const struct db_query *q, int at, size_t *len)
{
	const void *data = sqlite3_column_blob(query_handle(q), at);

	*len = (size_t)sqlite3_column_bytes(query_handle(q), at);
	return data;
}
