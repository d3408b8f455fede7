/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps the database and its write-ahead log in shape.
 */
#include "base/error.h"
#include "base/limits.h"
#include "db/db.h"
#include "db/handle.h"

enum { TEND_MS = 5 }; /* others may be kept waiting for */

/* The limit is of the connection: rows of an index that an ANALYZE reads. */
static const char OPTIMIZE[] = "PRAGMA analysis_limit = 400; PRAGMA optimize";

/* Give back how many pages of the WAL are still to be moved. */
static int
checkpoint(struct db *db, int kind, int *left, struct error *err)
{
	int all = 0, moved = 0;
	int rc =
	    sqlite3_wal_checkpoint_v2(db->handle, NULL, kind, &all, &moved);

	if (rc != SQLITE_OK)
		return db_fail(db, rc, "wal_checkpoint", err);
	*left = all - moved;
	return 0;
}

/* Somebody is reading, or at a checkpoint: the next time will do. */
static int
forgive_busy(int rc, struct error *err)
{
	if (rc == 0 || err->code != ERR_DB_BUSY)
		return rc;
	err_clear(err);
	return 0;
}

/*
 * What others write meanwhile is left over; once nothing is, whoever writes
 * next begins the WAL anew. So it is tried again after the next commit, and
 * by the last means, which keeps writers away meanwhile, only when that has
 * not helped for long.
 */
static int
begin_wal_anew(struct db *db, struct error *err)
{
	bool at_last = db->wal_pages >= LIMIT_WAL_LONG;
	int left = 0;

	db->wal_pages = 0; /* unknown until then */
	if (checkpoint(db, SQLITE_CHECKPOINT_PASSIVE, &left, err) < 0)
		return -1;
	if (left == 0 || !at_last)
		return 0;
	return checkpoint(db, SQLITE_CHECKPOINT_RESTART, &left, err);
}

/* After each commit. It stands in the place of SQLite's own hook, which makes
 * a checkpoint at a thousand pages, be it in the midst of a request. */
static int
note_pages(void *arg, sqlite3 *handle, const char *name, int pages)
{
	struct db *db = arg;

	db->wal_pages = pages;
	if (pages >= LIMIT_WAL_MOST) /* what fails is tried again next time */
		(void)sqlite3_wal_checkpoint_v2(
		    handle, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

void
db_watch_wal(struct db *db)
{
	/* gives back the hook before it, which was SQLite's */
	(void)sqlite3_wal_hook(db->handle, note_pages, db);
}

bool
db_wal_is_long(const struct db *db, int pages)
{
	return db->wal_pages >= pages;
}

int
db_tend_wal(struct db *db, int pages, struct error *err)
{
	int rc;

	if (!db_wal_is_long(db, pages))
		return 0;
	db->busy_ms = TEND_MS;
	rc = begin_wal_anew(db, err);
	db->busy_ms = LIMIT_DB_BUSY_MS;
	return forgive_busy(rc, err);
}

/* The first checkpoint keeps nobody from writing; what is left to the second,
 * which does, is next to nothing. */
static int
care(struct db *db, struct error *err)
{
	int left;

	if (db_exec(db, OPTIMIZE, err) < 0 ||
	    checkpoint(db, SQLITE_CHECKPOINT_PASSIVE, &left, err) < 0)
		return -1;
	return checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE, &left, err);
}

int
db_care(struct db *db, struct error *err)
{
	int rc;

	db->busy_ms = LIMIT_DB_CARE_MS;
	rc = care(db, err);
	db->busy_ms = LIMIT_DB_BUSY_MS;
	return forgive_busy(rc, err);
}
