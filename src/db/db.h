/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our SQLite database, and the only place that includes sqlite3.h. Statements
 * are constants in an array at the top of the store file that runs them; each
 * is prepared when it is first used. A test prepares all there are, so that a
 * typo fails there and not on the day a page is first opened.
 */
#ifndef BANGUI_DB_DB_H
#define BANGUI_DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

/**
 * Open dir/bangui.db, made (0600) when absent: WAL, foreign keys, DEFENSIVE,
 * no trusted schema, no double-quoted strings, busy timeout LIMIT_DB_BUSY_MS.
 * Holds a shared lock on dir/bangui.lock for as long as it is open, so that
 * nobody can put another file in its place. Does not migrate: db_migrate().
 *
 * ERR_DB_UNAVAILABLE dir or file missing rights, damaged, or an empty file
 * (the program never leaves one behind); ERR_DB_BUSY being restored.
 */
NODISCARD int db_open(struct db **out, const char *dir, struct error *err);

enum db_mode {
	DB_WRITE,
	DB_READ, /* SQLite itself refuses to write the file */
};

/**
 * Open a database as it stands, for what only makes sense on one that is
 * there: it is not made. Otherwise as db_open().
 *
 * ERR_NOT_FOUND there is none yet.
 */
NODISCARD int db_open_existing(
    struct db **out, const char *dir, enum db_mode mode, struct error *err);
void db_free(struct db *db);
void db_freep(struct db **db);

/**
 * With on, statements that write are refused (ERR_INTERNAL) before they run:
 * what a GET handler runs under. Costs nothing, so switch it per request.
 * ERR_INTERNAL inside a transaction.
 */
NODISCARD int db_set_query_only(struct db *db, bool on, struct error *err);

/**
 * Did somebody change the schema since the last call? Then compare
 * db_version() with what this program was built for.
 */
bool db_schema_changed(struct db *db);

/**
 * Open a database of somebody else's to read it: it is never made, written,
 * migrated or locked for longer than a statement or transaction runs. Waits
 * busy_ms for a writer. db_free() closes it.
 *
 * ERR_DB_UNAVAILABLE it cannot be opened; what is in it shows later.
 */
NODISCARD int db_open_foreign(
    struct db **out, const char *path, int busy_ms, struct error *err);

/**
 * From mono_ms (of time_mono_ms()) on, statements end with ERR_DB_BUSY; 0:
 * they may run for as long as they like.
 */
void db_set_deadline(struct db *db, int64_t mono_ms);

/**
 * A number that is another one when some other connection has changed the
 * database since the last call. Cheap enough for several times a second.
 */
NODISCARD int db_data_version(struct db *db, int64_t *out, struct error *err);

/* One statement of a store file. */
struct db_sql {
	const char *text;
	/* A write that a reading request makes on the side (when a session was
	 * last seen): allowed under query_only, and never waits for a lock. */
	bool incidental;
};

/**
 * Make an array known: its statements are prepared as each is first used, and
 * kept. A process uses few of all there are. Later calls with the same array
 * do nothing.
 */
NODISCARD int db_declare(
    struct db *db, const struct db_sql *sql, size_t n, struct error *err);
/** The same, and prepare all of them now: will this database do? */
NODISCARD int db_prepare(
    struct db *db, const struct db_sql *sql, size_t n, struct error *err);

/** The i-th statement declared, or NULL: for the test of query plans. */
const struct db_sql *db_prepared(const struct db *db, size_t i);

/* A statement in use; AUTO(db_query_end) gives it back. */
struct db_query {
	struct db *db;
	void *stmt;
	bool once;    /* of db_query_once() */
	bool limited; /* of db_query_limit() */
	int bind_rc;  /* first failed bind, reported by the next step */
};

#define DB_QUERY_INIT                                                          \
	{                                                                      \
		0                                                              \
	}

/** Take &SQL[Q_X] into use. It must not be in use already. */
NODISCARD int db_query_begin(struct db_query *q, struct db *db,
    const struct db_sql *sql, struct error *err);
void db_query_end(struct db_query *q);

/**
 * The same for a statement that was put together from constants of the
 * program, since there are too many of its kind: never from what somebody
 * sent. It reads, and is gone after db_query_end().
 */
NODISCARD int db_query_once(
    struct db_query *q, struct db *db, const char *text, struct error *err);

/** Its steps may take so long together, a fifth of it on the CPU at least: then
 * ERR_QUERY_BROAD. */
void db_query_limit(struct db_query *q, int64_t ms);

/* Parameters ?1, ?2, ...; failures latch. Text and blobs are borrowed until
 * db_query_end(). A NULL text binds SQL NULL. */
void db_bind_i64(struct db_query *q, int at, int64_t v);
void db_bind_text(struct db_query *q, int at, const char *s);
void db_bind_blob(struct db_query *q, int at, const void *data, size_t len);
void db_bind_null(struct db_query *q, int at);

/** 1 a row, 0 done, -1 ERR_DB_BUSY, _FULL, _UNAVAILABLE or ERR_CONFLICT
 * (a constraint). */
NODISCARD int db_step(struct db_query *q, struct error *err);
/** The one row that a table was made with: 0, or -1, ERR_DB_UNAVAILABLE also
 * when it is gone. */
NODISCARD int db_step_row(struct db_query *q, struct error *err);
/** Run a statement that gives no row; changed (may be NULL) gets the count. */
NODISCARD int db_run(struct db_query *q, int64_t *changed, struct error *err);

/** The number that a question without parameters yields. Errors as
 * db_step_row(). */
NODISCARD int db_number(
    struct db *db, const struct db_sql *sql, int64_t *out, struct error *err);
/** Run a statement whose one parameter is a number: 1 it changed something, 0
 * it did not. Errors as db_step(). */
NODISCARD int db_run_i64(
    struct db *db, const struct db_sql *sql, int64_t value, struct error *err);

/* Columns of the row at hand, from 0; pointers live until the next step. */
int64_t db_col_i64(const struct db_query *q, int at);
bool db_col_is_null(const struct db_query *q, int at);
bool db_col_is_blob(const struct db_query *q, int at);
const char *db_col_text(const struct db_query *q, int at); /* NULL for NULL */
const void *db_col_blob(const struct db_query *q, int at, size_t *len);

/* A write transaction (BEGIN IMMEDIATE); AUTO(db_txn_end) rolls back what
 * was not committed. They do not nest. */
struct db_txn {
	struct db *db;
	bool durable;
};

#define DB_TXN_INIT                                                            \
	{                                                                      \
		0                                                              \
	}

/** End it by db_txn_commit(); db_txn_end() is for AUTO(). */
NODISCARD int db_txn_begin(
    struct db_txn *txn, struct db *db, struct error *err);
/** For several statements that only read: they see one state, and the lock for
 * it is taken once. Ended by db_txn_end(). */
NODISCARD int db_txn_begin_read(
    struct db_txn *txn, struct db *db, struct error *err);
/** db_txn_begin(), and its commit waits until the disk has it: a power cut
 * takes others back by some seconds, but not this one. */
NODISCARD int db_txn_begin_durable(
    struct db_txn *txn, struct db *db, struct error *err);
/** db_txn_begin() without waiting: 1 begun, 0 somebody else is writing. */
NODISCARD int db_txn_try_begin(
    struct db_txn *txn, struct db *db, struct error *err);
NODISCARD int db_txn_commit(struct db_txn *txn, struct error *err);
void db_txn_end(struct db_txn *txn);

/** A write in a savepoint, rolled back: is the database writable now? */
NODISCARD int db_check_writable(struct db *db, struct error *err);
/** Had the WAL so many pages after this connection's last commit? */
bool db_wal_is_long(const struct db *db, int pages);
/**
 * Between two transactions, where nobody waits: if the WAL has so many pages,
 * move it into the database, which waits for the disk. At LIMIT_WAL_MOST some
 * commit does it, whoever waits for that. A reader may keep it from being
 * done: that is no error.
 */
NODISCARD int db_tend_wal(struct db *db, int pages, struct error *err);
/**
 * What a nightly pass does last: statistics for the planner where the old
 * ones no longer fit, looking at a bounded number of rows, and all of the WAL
 * into the database, so that its file becomes empty. Writers wait at most
 * LIMIT_DB_CARE_MS for it. Where others are too busy to let it, it is left
 * for the next night: that is no error.
 */
NODISCARD int db_care(struct db *db, struct error *err);
/** PRAGMA quick_check; ERR_DB_UNAVAILABLE with the first finding. */
NODISCARD int db_quick_check(struct db *db, struct error *err);

#endif
