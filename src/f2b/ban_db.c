/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/ban_db.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "db/db.h"
#include "f2b/ban_db_rows.h"

#define MSG "The ban history cannot be read. See the log of BanGUI."

/* Texts longer than this are cut: a name is one of a jail, an id one line of
 * a log at most. */
#define TEXT_MAX "8192"

/* The statements that need what fail2ban 0.11 brought, and those that do not.
 * length() of a blob does not read it. */
#define STATEMENTS(bantime, bancount)                                          \
	[BAN_DB_BEGIN] = {.text = "BEGIN"},                                    \
	[BAN_DB_END] = {.text = "ROLLBACK"},                                   \
	[BAN_DB_VERSION] = {.text = "PRAGMA data_version"},                    \
	[BAN_DB_LAST] = {.text = "SELECT max(rowid) FROM bans"},               \
	[BAN_DB_OLDEST] = {.text = "SELECT min(at) FROM (SELECT (SELECT"       \
				   " min(timeofban) FROM bans WHERE"           \
				   " jail = name) AS at FROM jails)"},         \
	[BAN_DB_KNOWN] = {.text = "SELECT rowid, substr(jail, 1, " TEXT_MAX    \
				  "), substr(ip, 1, " TEXT_MAX                 \
				  "), timeofban FROM bans WHERE rowid <= ?1"   \
				  " ORDER BY rowid DESC LIMIT ?2"},            \
	[BAN_DB_FRESH] = {.text = "SELECT rowid, substr(jail, 1, " TEXT_MAX    \
				  "), substr(ip, 1, " TEXT_MAX                 \
				  "), timeofban, " bantime ", " bancount       \
				  ", length(data),"                            \
				  " CASE WHEN length(data) <= ?3 THEN data"    \
				  " END FROM bans WHERE rowid > ?1"            \
				  " ORDER BY rowid LIMIT ?2"},                 \
	[BAN_DB_EQUAL] = {.text = "SELECT count(*) FROM bans WHERE jail = ?1"  \
				  " AND ip = ?2 AND rowid <= ?3 AND"           \
				  " CAST(timeofban AS INTEGER) = ?4"},

static const struct db_sql SQL_NOW[] = {STATEMENTS("bantime", "bancount")};
static const struct db_sql SQL_OLD[] = {STATEMENTS("-2", "1")};
_Static_assert(ARRAY_LEN(SQL_NOW) == BAN_DB_SQL__MAX, "each has its text");

int
ban_db_new(struct ban_db **out, struct error *err)
{
	struct ban_db *b = calloc(1, sizeof *b);

	if (b == NULL)
		return err_nomem(err);
	*out = b;
	return 0;
}

void
ban_db_close(struct ban_db *b)
{
	db_freep(&b->db);
	b->gate = NULL;
	b->settled = 0;
}

void
ban_db_free(struct ban_db *b)
{
	if (b == NULL)
		return;
	ban_db_close(b);
	free(b);
}

void
ban_db_freep(struct ban_db **b)
{
	ban_db_free(*b);
	*b = NULL;
}

enum ban_db_fault
ban_db_fault(const struct ban_db *b)
{
	return b->fault;
}

void
ban_db_identity(const struct ban_db *b, int64_t *device, int64_t *inode)
{
	*device = b->device;
	*inode = b->inode;
}

/* errno says why; 0: there is something, but no file */
static int
fault(struct ban_db *b, enum ban_db_fault what, const char *path,
    struct error *err)
{
	b->fault = what;
	if (errno == 0)
		return err_set(
		    err, ERR_DB_UNAVAILABLE, MSG, "%s is not a file", path);
	return err_set(err, ERR_DB_UNAVAILABLE, MSG, "%s: %m", path);
}

int
ban_db_blame(struct ban_db *b, const struct error *err)
{
	b->fault = BAN_DB_FINE;
	if (err->code == ERR_DB_BUSY)
		b->fault = BAN_DB_BUSY;
	else if (err->code == ERR_DB_UNAVAILABLE || err->code == ERR_TOO_LARGE)
		b->fault = BAN_DB_DAMAGED;
	else if (err->code == ERR_INTERNAL)
		b->fault =
		    BAN_DB_FOREIGN; /* "no such table", "no such column" */
	if (b->fault != BAN_DB_BUSY)
		ban_db_close(b);
	return -1;
}

/* SQLite would open a directory or wait for a pipe. */
static int
look(struct ban_db *b, const char *path, struct stat *st, struct error *err)
{
	errno = 0;
	if (stat(path, st) < 0)
		return fault(b, errno == EACCES ? BAN_DB_DENIED : BAN_DB_ABSENT,
		    path, err);
	if (!S_ISREG(st->st_mode))
		return fault(b, BAN_DB_DAMAGED, path, err);
	return 0;
}

static int
prepare(struct ban_db *b, struct error *err)
{
	b->sql = SQL_NOW;
	if (db_prepare(b->db, SQL_NOW, ARRAY_LEN(SQL_NOW), err) == 0)
		return 0;
	if (err->code != ERR_INTERNAL)
		return -1;
	err_clear(err);
	b->sql = SQL_OLD;
	return db_prepare(b->db, SQL_OLD, ARRAY_LEN(SQL_OLD), err);
}

int
ban_db_open(struct ban_db *b, const char *path, struct error *err)
{
	struct stat st;

	b->fault = BAN_DB_FINE;
	if (b->gate != NULL)
		ban_db_close(b);
	if (look(b, path, &st, err) < 0) {
		ban_db_close(b);
		return -1;
	}
	if (b->db != NULL && (int64_t)st.st_dev == b->device &&
	    (int64_t)st.st_ino == b->inode)
		return 0;
	ban_db_close(b);
	if (access(path, R_OK) < 0)
		return fault(b, BAN_DB_DENIED, path, err);
	b->device = (int64_t)st.st_dev;
	b->inode = (int64_t)st.st_ino;
	if (db_open_foreign(&b->db, path, LIMIT_BAN_DB_BUSY_MS, err) < 0 ||
	    prepare(b, err) < 0) {
		(void)ban_db_blame(b, err); /* -1, as we return */
		ban_db_close(b);
		return -1;
	}
	return 0;
}

/* The number that a statement without parameters yields: 1 yes, 0 NULL. */
static int
ask_i64(struct ban_db *b, int statement, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	db_set_deadline(b->db, time_mono_ms() + LIMIT_BAN_DB_STOP_MS);
	if (db_query_begin(&q, b->db, &b->sql[statement], err) < 0 ||
	    db_step(&q, err) < 0) {
		db_query_end(&q);
		return ban_db_blame(b, err);
	}
	if (db_col_is_null(&q, 0))
		return 0;
	*out = db_col_i64(&q, 0);
	return 1;
}

int
ban_db_is_changed(struct ban_db *b, struct error *err)
{
	int rc = b->gate != NULL /* which told when it was opened */
		     ? 0
		     : ask_i64(b, BAN_DB_VERSION, &b->version, err);

	if (rc < 0)
		return -1;
	return b->settled == 0 || b->version != b->settled;
}

void
ban_db_settle(struct ban_db *b)
{
	b->settled = b->version;
}

int
ban_db_last_rowid(struct ban_db *b, int64_t *out, struct error *err)
{
	int rc = b->gate != NULL ? ban_db_gate_last(b, out, err)
				 : ask_i64(b, BAN_DB_LAST, out, err);

	if (rc == 0)
		*out = 0;
	return rc < 0 ? -1 : 0;
}

int
ban_db_oldest(struct ban_db *b, int64_t *out, struct error *err)
{
	return b->gate != NULL ? ban_db_gate_oldest(b, out, err)
			       : ask_i64(b, BAN_DB_OLDEST, out, err);
}
