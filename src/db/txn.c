/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Write transactions, and questions about the state of the database.
 */
#include <sys/statvfs.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "db/db.h"
#include "db/handle.h"

static int
run(struct db *db, const struct db_sql *sql, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, sql, err) < 0)
		return -1;
	return db_run(&q, NULL, err);
}

static int
begin(struct db_txn *txn, struct db *db, const struct db_sql *sql,
    struct error *err)
{
	if (run(db, sql, err) < 0)
		return -1;
	txn->db = db;
	return 0;
}

int
db_txn_begin(struct db_txn *txn, struct db *db, struct error *err)
{
	return begin(txn, db, &DB_SQL[DB_BEGIN], err);
}

int
db_txn_begin_read(struct db_txn *txn, struct db *db, struct error *err)
{
	return begin(txn, db, &DB_SQL[DB_BEGIN_READ], err);
}

/* Outside of a transaction this fails for want of memory only; what is not
 * switched back costs an fsync() more, never a row. */
static void
be_usual(struct db *db)
{
	struct error ignored = ERROR_INIT;
	int rc = db_exec(db, "PRAGMA synchronous = NORMAL", &ignored);

	(void)rc;
}

int
db_txn_begin_durable(struct db_txn *txn, struct db *db, struct error *err)
{
	if (db_exec(db, "PRAGMA synchronous = FULL", err) < 0)
		return -1;
	if (begin(txn, db, &DB_SQL[DB_BEGIN], err) < 0) {
		be_usual(db);
		return -1;
	}
	txn->durable = true;
	return 0;
}

int
db_txn_try_begin(struct db_txn *txn, struct db *db, struct error *err)
{
	/* what does not wait may run while reading, but not what follows */
	if (db->query_only)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG, "%s",
		    "a transaction while reading only");
	if (begin(txn, db, &DB_SQL[DB_TRY_BEGIN], err) == 0)
		return 1;
	if (err->code != ERR_DB_BUSY)
		return -1;
	err_clear(err);
	return 0;
}

int
db_txn_commit(struct db_txn *txn, struct error *err)
{
	if (run(txn->db, &DB_SQL[DB_COMMIT], err) < 0)
		return -1;
	if (txn->durable)
		be_usual(txn->db);
	txn->db = NULL;
	return 0;
}

void
db_txn_end(struct db_txn *txn)
{
	struct error ignored = ERROR_INIT;
	struct db *db = txn->db;

	txn->db = NULL;
	if (db == NULL)
		return;
	/* A full disk or lost memory makes SQLite roll back by itself; else
	 * the error that brought us here is the one to report. */
	if (sqlite3_get_autocommit(db->handle) == 0)
		(void)run(db, &DB_SQL[DB_ROLLBACK], &ignored);
	if (txn->durable)
		be_usual(db);
}

/* A write that is rolled back never reaches the disk, so ask for room too. */
static int
disk_check(struct db *db, struct error *err)
{
	const char *path = sqlite3_db_filename(db->handle, "main");
	struct statvfs st;

	if (statvfs(path, &st) < 0)
		return err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_OPEN,
		    "statvfs %s: %m", path);
	if ((st.f_flag & ST_RDONLY) != 0)
		return err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_WRITE,
		    "%s is on a file system that is mounted read-only", path);
	if (st.f_bavail < LIMIT_DB_FREE_BYTES / st.f_frsize)
		return err_set(err, ERR_DB_FULL, DB_MSG_FULL,
		    "%s: less than %lu bytes are free", path,
		    LIMIT_DB_FREE_BYTES);
	return 0;
}

int
db_check_writable(struct db *db, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (disk_check(db, err) < 0 || db_txn_begin(&txn, db, err) < 0)
		return -1;
	return db_exec(db, "PRAGMA user_version = 0", err); /* rolled back */
}

int
db_quick_check(struct db *db, struct error *err)
{
	sqlite3_stmt *stmt = NULL;
	const char *sql = "PRAGMA quick_check(1)";
	const char *found = NULL;
	int rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
	int result = 0;

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		found = (const char *)sqlite3_column_text(stmt, 0);
	if (rc != SQLITE_ROW)
		result = db_fail(db, rc, sql, err);
	else if (found == NULL || !str_eq(found, "ok"))
		result = err_set(err, ERR_DB_UNAVAILABLE, DB_MSG_DAMAGED,
		    "%s: %s", sql, found != NULL ? found : "out of memory");
	(void)sqlite3_finalize(stmt); /* repeats the step's result */
	return result;
}

int
db_data_version(struct db *db, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &DB_SQL[DB_DATA_VERSION], err) < 0 ||
	    db_step(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0); /* a pragma that always has a row */
	return 0;
}
