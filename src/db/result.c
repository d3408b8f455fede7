/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>

#include "base/error.h"
#include "db/db.h"
#include "db/handle.h"

/* What SQLite's results mean to a client. The first row whose code is equal
 * to the extended result, then to the primary one, decides. */
static const struct result {
	int rc;
	enum err_code code;
	int retry_after_s;
	const char *message;
} RESULTS[] = {
  // clang-format off
	{ SQLITE_BUSY, ERR_DB_BUSY, 2, DB_MSG_BUSY },
	{ SQLITE_LOCKED, ERR_DB_BUSY, 2, DB_MSG_BUSY },
	{ SQLITE_INTERRUPT, ERR_DB_BUSY, 2, DB_MSG_BUSY },
	{ SQLITE_FULL, ERR_DB_FULL, 0, DB_MSG_FULL },
	{ SQLITE_IOERR_WRITE, ERR_DB_FULL, 0, DB_MSG_FULL },
	{ SQLITE_CONSTRAINT, ERR_CONFLICT, 0,
	  "This was changed by somebody else meanwhile. Look at it again." },
	{ SQLITE_NOMEM, ERR_NOMEM, 5,
	  "The server is short of memory. Try again in a moment." },
	{ SQLITE_IOERR_NOMEM, ERR_NOMEM, 5,
	  "The server is short of memory. Try again in a moment." },
	{ SQLITE_READONLY, ERR_DB_UNAVAILABLE, 0, DB_MSG_WRITE },
	{ SQLITE_CORRUPT, ERR_DB_UNAVAILABLE, 0, DB_MSG_DAMAGED },
	{ SQLITE_NOTADB, ERR_DB_UNAVAILABLE, 0, DB_MSG_DAMAGED },
	{ SQLITE_CANTOPEN, ERR_DB_UNAVAILABLE, 0, DB_MSG_OPEN },
	{ SQLITE_PERM, ERR_DB_UNAVAILABLE, 0, DB_MSG_OPEN },
	{ SQLITE_AUTH, ERR_DB_UNAVAILABLE, 0, DB_MSG_OPEN },
	{ SQLITE_IOERR, ERR_DB_UNAVAILABLE, 0, DB_MSG_READ },
	{ SQLITE_PROTOCOL, ERR_DB_BUSY, 2, DB_MSG_BUSY },
  // clang-format on
};

static const struct result BUG = {SQLITE_ERROR, ERR_INTERNAL, 0, DB_MSG_BUG};

static const struct result *
result_find(int rc)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(RESULTS); i++)
		if (RESULTS[i].rc == rc)
			return &RESULTS[i];
	return NULL;
}

/* A disk without room shows as an I/O error or a file that cannot be opened
 * when it is the shared memory or a new WAL that finds none. */
static int
result_settle(struct db *db, int rc)
{
	int primary = rc & 0xff;
	int os;

	if (primary != SQLITE_IOERR && primary != SQLITE_CANTOPEN)
		return rc;
	os = db->handle != NULL ? sqlite3_system_errno(db->handle) : 0;
	return os == ENOSPC || os == EDQUOT ? SQLITE_FULL : rc;
}

int
db_fail_at(struct db *db, int rc, const char *what, const char *where,
    struct error *err)
{
	const struct result *r;

	rc = result_settle(db, rc);
	r = result_find(rc);
	if (r == NULL)
		r = result_find(rc & 0xff);
	if (r == NULL)
		r = &BUG;
	/* The reason first: a long statement may be cut off at the end. */
	(void)err_set_at(err, where, r->code, r->message, "%s (%d), %s: %s",
	    sqlite3_errstr(rc), rc,
	    db->handle != NULL ? sqlite3_errmsg(db->handle) : "not open", what);
	err->retry_after_s = r->retry_after_s;
	return -1;
}
