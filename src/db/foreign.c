/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Databases that are not ours: read, and left as they are.
 */
#include <stdlib.h>

#include "base/error.h"
#include "base/time.h"
#include "db/db.h"
#include "db/handle.h"

enum { DEADLINE_OPS = 1000 }; /* of SQLite's machine, some ten microseconds */

static int
connect_foreign(struct db *db, const char *path, int busy_ms, struct error *err)
{
	int rc = sqlite3_open_v2(path, &db->handle,
	    SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
	    NULL);

	if (rc != SQLITE_OK)
		return db_fail(db, rc, path, err);
	if (db_harden(db, err) < 0)
		return -1;
	rc = sqlite3_busy_timeout(db->handle, busy_ms);
	if (rc != SQLITE_OK)
		return db_fail(db, rc, "sqlite3_busy_timeout", err);
	return db_exec(
	    db, "PRAGMA query_only = ON; PRAGMA cell_size_check = ON", err);
}

int
db_open_foreign(
    struct db **out, const char *path, int busy_ms, struct error *err)
{
	AUTO(db_freep) struct db *db = calloc(1, sizeof *db);

	if (db == NULL)
		return err_nomem(err);
	db->lock_fd = -1;
	db->query_only = true;
	if (connect_foreign(db, path, busy_ms, err) < 0)
		return -1;
	*out = STEAL(db);
	return 0;
}

static int
is_past_deadline(void *arg)
{
	const struct db *db = arg;

	return time_mono_ms() >= db->deadline_ms &&
	       (db->least_us == 0 || time_cpu_us() >= db->least_us);
}

void
db_set_deadline(struct db *db, int64_t mono_ms)
{
	db->deadline_ms = mono_ms;
	db->least_us = 0;
	if (mono_ms == 0)
		sqlite3_progress_handler(db->handle, 0, NULL, NULL);
	else
		sqlite3_progress_handler(
		    db->handle, DEADLINE_OPS, is_past_deadline, db);
}
