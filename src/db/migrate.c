/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/migrate.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/file.h"
#include "db/backup.h"
#include "db/db.h"
#include "db/handle.h"

int
db_version(struct db *db, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &DB_SQL[DB_VERSION], err) < 0)
		return -1;
	rc = db_step(&q, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG, "%s",
		    "user_version gave no row");
	*out = db_col_i64(&q, 0);
	return 0;
}

static int
refuse_newer(int64_t have, size_t known, struct error *err)
{
	return err_set(err, ERR_DB_NEWER,
	    "The database is of a later version of BanGUI. Install that "
	    "version again.",
	    "the database has schema version %" PRId64
	    ", this program knows versions up to %zu",
	    have, known);
}

/* One migration, unless another process was faster: 1 done or nothing left
 * to do at this version, 0 the database is at the last version. */
static int
migrate_step(struct db *db, const struct migration *m, size_t n,
    bool *from_nothing, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int64_t before = 0, after = 0;

	if (db_txn_begin(&txn, db, err) < 0 || db_version(db, &before, err) < 0)
		return -1;
	if (before < 0 || (uint64_t)before > n)
		return refuse_newer(before, n, err);
	if ((uint64_t)before == n)
		return 0;
	if (db_exec(db, m[before].sql, err) < 0 ||
	    db_version(db, &after, err) < 0)
		return -1;
	if (after != before + 1)
		return err_set(err, ERR_INTERNAL, DB_MSG_BUG,
		    "%s leads to version %" PRId64, m[before].name, after);
	if (db_txn_commit(&txn, err) < 0)
		return -1;
	*from_nothing = *from_nothing || before == 0;
	return 1;
}

/* Whoever is not content with the later version can go back: what is there now
 * is kept. Asked anew under the lock, for another may have been faster. */
static int
keep_what_is_there(struct db *db, const char *dir, size_t n, struct error *err)
{
	int64_t have = 0;

	if (db_version(db, &have, err) < 0)
		return -1;
	if (have <= 0 || (uint64_t)have >= n)
		return 0;
	return db_backup_before(db, dir, have, err);
}

int
db_migrate(struct db *db, const char *dir, const struct migration *m, size_t n,
    bool *created, struct error *err)
{
	AUTO(fd_closep) int lock_fd = -1;
	bool from_nothing = false;
	int64_t have = 0;
	int rc = 1;

	if (db_version(db, &have, err) < 0)
		return -1;
	if (have > 0 && (uint64_t)have == n)
		rc = 0; /* the usual start: no lock, no transaction */
	else if ((lock_fd = db_lock_migrate(dir, err)) < 0 ||
		 keep_what_is_there(db, dir, n, err) < 0)
		return -1;
	while (rc > 0)
		rc = migrate_step(db, m, n, &from_nothing, err);
	if (rc < 0)
		return -1;
	if (created != NULL)
		*created = from_nothing;
	return 0;
}
