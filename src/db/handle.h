/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of db/ share and nobody else may see: the handle, and the
 * one place where SQLite's results become ours.
 */
#ifndef BANGUI_DB_HANDLE_H
#define BANGUI_DB_HANDLE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"
#include "base/macros.h"

struct db_sql;
struct error;

/* What a client is told; the log has the rest. */
#define DB_MSG_BUSY "The database is busy. Try again in a moment."
#define DB_MSG_FULL "The server's disk is full. Free some space and try again."
#define DB_MSG_OPEN "The database cannot be opened. See the log of BanGUI."
#define DB_MSG_READ "The database cannot be read. See the log of BanGUI."
#define DB_MSG_WRITE "The database cannot be written. See the log of BanGUI."
#define DB_MSG_DAMAGED "The database is damaged. See the log of BanGUI."
#define DB_MSG_BUG "Something went wrong here. See the log of BanGUI."

/* One prepared statement of a set. */
struct db_stmt {
	const struct db_sql *sql;
	sqlite3_stmt *handle;
	bool in_use;
};

/* The prepared statements of one store file's array. */
struct db_set {
	const struct db_sql *sql; /* the array itself: its address is the key */
	size_t n;
	struct db_stmt *stmts;
};

struct db {
	sqlite3 *handle;
	int lock_fd;         /* shared lock on bangui.lock */
	bool query_only;     /* refuse statements that write */
	int wal_pages;       /* in the WAL, after the last commit */
	int busy_ms;         /* how long a lock is waited for */
	int64_t busy_us;     /* since when, monotonic */
	bool schema_changed; /* a statement had to be prepared anew */
	int64_t deadline_ms; /* db_set_deadline() */
	int64_t least_us;    /* ... but not before so much CPU time */
	struct db_set *sets;
	size_t n_sets;
};

/** Fill err from SQLite's result rc; what says what was tried. -1. */
#define db_fail(db, rc, what, err)                                             \
	db_fail_at((db), (rc), (what), __func__, (err))

/* Behind the macro. */
int db_fail_at(struct db *db, int rc, const char *what, const char *where,
    struct error *err);

/** Run SQL text without parameters and rows, a constant of ours. */
NODISCARD int db_exec(struct db *db, const char *sql, struct error *err);

/** The array of db/ itself: transactions and questions on the file. */
enum {
	DB_BEGIN,
	DB_BEGIN_READ,
	DB_TRY_BEGIN,
	DB_COMMIT,
	DB_ROLLBACK,
	DB_VERSION,
	DB_DATA_VERSION,
	DB_SQL__MAX
};
extern const struct db_sql DB_SQL[];

/* A setting's text, a slash and the name of one of our files. */
enum { DB_PATH_SIZE = 512 + 32 };

/** dir/name; ERR_DB_UNAVAILABLE when too long. */
NODISCARD int db_path(char out[DB_PATH_SIZE], const char *dir, const char *name,
    struct error *err);

/** Switch off what a hostile database file could make SQLite do, and what a
 * typo in our SQL could hide. */
NODISCARD int db_harden(struct db *db, struct error *err);

/** Know from now on how long the WAL is, and move it into the database at
 * LIMIT_WAL_MOST only: db_tend_wal() does it sooner, at a better time. */
void db_watch_wal(struct db *db);

/** What a call of the system's failed with: -1. */
int db_sys_fail(const char *what, const char *path, struct error *err);

/** Have the disk know what was renamed in dir. */
NODISCARD int db_sync_dir(const char *dir, struct error *err);

/** Make an empty file that only we can read, in place of any other. */
NODISCARD int db_file_new(const char *path, struct error *err);

/** Lock dir/name: a descriptor, or -1. ERR_DB_BUSY another process has it; a
 * lock file that cannot be made is a fault of the directory. */
NODISCARD int db_lock(const char *dir, const char *name, enum file_lock kind,
    int wait_ms, struct error *err);

/** Take dir/migrate.lock: a descriptor, or -1. */
NODISCARD int db_lock_migrate(const char *dir, struct error *err);

/** Finalize every set: before the connection is closed. */
void db_sets_free(struct db *db);

#endif
