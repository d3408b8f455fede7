/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps the database file in shape, once a night.
 */
#include "base/error.h"
#include "base/limits.h"
#include "db/db.h"
#include "db/handle.h"

/* The limit is of the connection: rows of an index that an ANALYZE reads. */
static const char OPTIMIZE[] = "PRAGMA analysis_limit = 400; PRAGMA optimize";

static int
checkpoint(struct db *db, int kind, struct error *err)
{
	int rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, kind, NULL, NULL);

	return rc == SQLITE_OK ? 0 : db_fail(db, rc, "wal_checkpoint", err);
}

/* The first checkpoint keeps nobody from writing; what is left to the second,
 * which does, is next to nothing. */
static int
care(struct db *db, struct error *err)
{
	if (db_exec(db, OPTIMIZE, err) < 0 ||
	    checkpoint(db, SQLITE_CHECKPOINT_PASSIVE, err) < 0)
		return -1;
	return checkpoint(db, SQLITE_CHECKPOINT_TRUNCATE, err);
}

int
db_care(struct db *db, struct error *err)
{
	int rc;

	db->busy_ms = LIMIT_DB_CARE_MS;
	rc = care(db, err);
	db->busy_ms = LIMIT_DB_BUSY_MS;
	if (rc < 0 && err->code == ERR_DB_BUSY) {
		err_clear(err);
		return 0;
	}
	return rc;
}
