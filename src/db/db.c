/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/db.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "db/handle.h"

/* Between two looks at a lock that somebody holds. */
enum { BUSY_STEP_MIN_US = 100, BUSY_STEP_MAX_US = 20000 };

const struct db_sql DB_SQL[] = {
    [DB_BEGIN] = {.text = "BEGIN IMMEDIATE"},
    [DB_BEGIN_READ] = {.text = "BEGIN"          },
    [DB_TRY_BEGIN] = {.text = "BEGIN IMMEDIATE", .incidental = true},
    [DB_COMMIT] = {.text = "COMMIT"                        },
    [DB_ROLLBACK] = {.text = "ROLLBACK"},
    [DB_DATA_VERSION] = {.text = "PRAGMA data_version"                        },
    [DB_VERSION] = {.text = "PRAGMA user_version"},
};
_Static_assert(ARRAY_LEN(DB_SQL) == DB_SQL__MAX, "every statement has a text");

int
db_path(char out[DB_PATH_SIZE], const char *dir, const char *name,
    struct error *err)
{
	int n = snprintf(out, DB_PATH_SIZE, "%s/%s", dir, name);

	if (n < 0 || n >= DB_PATH_SIZE)
		return err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_OPEN,
		    "%s: path too long", dir);
	return 0;
}

int
db_exec(struct db *db, const char *sql, struct error *err)
{
	int rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : db_fail(db, rc, sql, err);
}

void
db_free(struct db *db)
{
	if (db == NULL)
		return;
	db_sets_free(db);
	/* Cannot fail: every statement is finalized. */
	(void)sqlite3_close(db->handle);
	fd_closep(&db->lock_fd);
	free(db);
}

void
db_freep(struct db **db)
{
	db_free(*db);
	*db = NULL;
}

static struct db *
db_new(void)
{
	struct db *db = calloc(1, sizeof *db);

	if (db != NULL)
		db->lock_fd = -1;
	return db;
}

int
db_harden(struct db *db, struct error *err)
{
	static const struct {
		int op;
		int value;
	} SWITCHES[] = {
	    {SQLITE_DBCONFIG_DEFENSIVE,      1},
	    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	    {SQLITE_DBCONFIG_DQS_DML,        0},
	    {SQLITE_DBCONFIG_DQS_DDL,        0},
	    {SQLITE_DBCONFIG_ENABLE_FKEY,    1},
	};
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_LEN(SWITCHES); i++) {
		rc = sqlite3_db_config(
		    db->handle, SWITCHES[i].op, SWITCHES[i].value, (int *)NULL);
		if (rc != SQLITE_OK)
			return db_fail(db, rc, "sqlite3_db_config", err);
	}
	return 0;
}

/* SQLite answers with the mode that holds now instead of with an error, and
 * writes the file's first page only as the statement ends. */
static int
db_use_wal(struct db *db, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *sql = "PRAGMA journal_mode = WAL";
	bool wal = false;
	int rc, end;

	rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
	while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
		const unsigned char *mode = sqlite3_column_text(stmt, 0);

		wal = mode != NULL && str_eq((const char *)mode, "wal");
		rc = SQLITE_OK;
	}
	end = sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE || end != SQLITE_OK)
		return db_fail(db, rc != SQLITE_DONE ? rc : end, sql, err);
	if (!wal)
		return err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_WRITE,
		    "%s: the file stays in another mode", sql);
	return 0;
}

/* Others hold a lock for a fraction of a millisecond as a rule: what was
 * waited for in vain so far says how soon to look again. SQLite's own handler
 * sleeps a millisecond first, which is most of what a writer would feel. */
static int
busy_wait(void *arg, int tries)
{
	struct db *db = arg;
	int64_t now = time_mono_us();
	int64_t waited, step;

	if (tries == 0)
		db->busy_us = now;
	waited = now - db->busy_us;
	if (waited >= (int64_t)db->busy_ms * 1000)
		return 0;
	step = waited / 4;
	if (step < BUSY_STEP_MIN_US)
		step = BUSY_STEP_MIN_US;
	if (step > BUSY_STEP_MAX_US)
		step = BUSY_STEP_MAX_US;
	(void)usleep((useconds_t)step); /* a signal only shortens it */
	return 1;
}

/* The caller holds migrate.lock: switching a file to WAL answers BUSY without
 * asking the busy handler. */
static int
db_connect(
    struct db *db, const char *path, enum db_mode mode, struct error *err)
{
	int flags =
	    mode == DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
	int rc = sqlite3_open_v2(path, &db->handle,
	    flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	if (rc != SQLITE_OK)
		return db_fail(db, rc, path, err);
	/* SQLite opens a file that it may not write all the same. */
	if (mode == DB_WRITE && sqlite3_db_readonly(db->handle, "main") != 0)
		return err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_WRITE,
		    "%s cannot be written: it must belong to the user that "
		    "BanGUI runs as, with mode 0600",
		    path);
	if (db_harden(db, err) < 0)
		return -1;
	db->busy_ms = LIMIT_DB_BUSY_MS;
	rc = sqlite3_busy_handler(db->handle, busy_wait, db);
	if (rc != SQLITE_OK)
		return db_fail(db, rc, "sqlite3_busy_handler", err);
	if (db_use_wal(db, err) < 0)
		return -1;
	db_watch_wal(db);
	return db_exec(db,
	    "PRAGMA synchronous = NORMAL; PRAGMA cell_size_check = ON", err);
}

int
db_sys_fail(const char *what, const char *path, struct error *err)
{
	if (errno == ENOSPC || errno == EDQUOT)
		return err_set(
		    err, ERR_DB_FULL, DB_MSG_FULL, "%s %s: %m", what, path);
	return err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_OPEN,
	    "%s %s: %m; the state directory must belong to the user that "
	    "BanGUI runs as, with mode 0700",
	    what, path);
}

int
db_sync_dir(const char *dir, struct error *err)
{
	AUTO(fd_closep)
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return db_sys_fail("fsync", dir, err);
	return 0;
}

int
db_file_new(const char *path, struct error *err)
{
	AUTO(fd_closep) int fd = -1;

	if (unlink(path) < 0 && errno != ENOENT)
		return db_sys_fail("unlink", path, err);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return db_sys_fail("create", path, err);
	return 0;
}

/* A database is made under another name and moved into place whole, so that
 * an empty bangui.db is always damage and never a start that was cut off. */
static int
db_create(const char *dir, const char *path, struct error *err)
{
	AUTO(db_freep) struct db *db = db_new();
	char fresh[DB_PATH_SIZE];

	if (db == NULL)
		return err_nomem(err);
	if (db_path(fresh, dir, "bangui.db.new", err) < 0 ||
	    db_file_new(fresh, err) < 0 ||
	    db_connect(db, fresh, DB_WRITE, err) < 0)
		return -1;
	db_freep(&db);
	if (rename(fresh, path) < 0)
		return db_sys_fail("rename", path, err);
	return db_sync_dir(dir, err);
}

/* Pages that were committed but never moved into a file that is gone now:
 * SQLite would replay them into whatever stands in its place. */
static int
db_refuse_orphan_wal(const char *dir, struct error *err)
{
	char wal[DB_PATH_SIZE];
	struct stat st;

	if (db_path(wal, dir, "bangui.db-wal", err) < 0)
		return -1;
	if (stat(wal, &st) < 0)
		return 0;
	return err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_DAMAGED,
	    "%s is there but bangui.db is not: put a backup in its place, or "
	    "remove bangui.db-wal and bangui.db-shm to begin anew",
	    wal);
}

/* Is the file there, with something in it? */
static int
db_want_file(const char *dir, const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		if (errno != ENOENT)
			return db_sys_fail("stat", path, err);
		if (db_refuse_orphan_wal(dir, err) < 0)
			return -1;
		return err_set(err, ERR_NOT_FOUND,
		    "There is no database yet. Start BanGUI first.",
		    "%s does not exist", path);
	}
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_DAMAGED,
		    "%s is empty or no file: put a backup in its place, or "
		    "remove it to begin anew",
		    path);
	return 0;
}

static int
db_ensure_file(const char *dir, const char *path, struct error *err)
{
	int rc = db_want_file(dir, path, err);

	if (rc == 0 || err->code != ERR_NOT_FOUND)
		return rc;
	err_clear(err);
	return db_create(dir, path, err);
}

int
db_lock(const char *dir, const char *name, enum file_lock kind, int wait_ms,
    struct error *err)
{
	char path[DB_PATH_SIZE];
	int fd;

	if (db_path(path, dir, name, err) < 0)
		return -1;
	fd = file_lock(path, kind, wait_ms, err);
	if (fd >= 0)
		return fd;
	if (err->code == ERR_OVERLOADED) {
		(void)err_set(err, ERR_DB_BUSY, DB_MSG_BUSY,
		    "%s is held by another process", path);
		err->retry_after_s = 2;
	} else if (err->code != ERR_NOMEM && err->code != ERR_DB_FULL) {
		err->code = ERR_DB_UNAVAILABLE;
		err->message = DB_MSG_OPEN;
	}
	return -1;
}

int
db_lock_migrate(const char *dir, struct error *err)
{
	return db_lock(dir, "migrate.lock", FILE_LOCK_EXCLUSIVE,
	    LIMIT_DB_MIGRATE_WAIT_MS, err);
}

/* 0 when the file is there, made if need be; asked under migrate.lock. */
typedef int file_rule(const char *dir, const char *path, struct error *err);

static int
db_open_by(struct db **out, const char *dir, file_rule *rule, enum db_mode mode,
    struct error *err)
{
	AUTO(db_freep) struct db *db = db_new();
	AUTO(fd_closep) int migrate_fd = -1;
	char path[DB_PATH_SIZE];

	if (db == NULL)
		return err_nomem(err);
	if (db_path(path, dir, "bangui.db", err) < 0)
		return -1;
	db->lock_fd = db_lock(dir, "bangui.lock", FILE_LOCK_SHARED, 0, err);
	if (db->lock_fd < 0)
		return -1;
	migrate_fd = db_lock_migrate(dir, err);
	if (migrate_fd < 0)
		return -1;
	if (rule(dir, path, err) < 0 || db_connect(db, path, mode, err) < 0 ||
	    db_prepare(db, DB_SQL, ARRAY_LEN(DB_SQL), err) < 0)
		return -1;
	*out = STEAL(db);
	return 0;
}

int
db_open(struct db **out, const char *dir, struct error *err)
{
	return db_open_by(out, dir, db_ensure_file, DB_WRITE, err);
}

int
db_open_existing(
    struct db **out, const char *dir, enum db_mode mode, struct error *err)
{
	return db_open_by(out, dir, db_want_file, mode, err);
}

int
db_set_query_only(struct db *db, bool on, struct error *err)
{
	if (on && sqlite3_get_autocommit(db->handle) == 0)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG, "%s",
		    "query_only inside a transaction");
	db->query_only = on;
	return 0;
}

bool
db_schema_changed(struct db *db)
{
	bool changed = db->schema_changed;

	db->schema_changed = false;
	return changed;
}
