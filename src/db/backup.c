/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/num.h"
#include "base/str.h"
#include "base/time.h"
#include "db/db.h"
#include "db/handle.h"
#include "db/migrate.h"

#define BEFORE "bangui.db.before-"
#define MSG_NO_DATABASE "This file is no database of BanGUI's."

static const struct db_sql SQL[] = {
    {.text = "VACUUM INTO ?1"},
};

static int
file_sync(const char *path, struct error *err)
{
	AUTO(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return db_sys_fail("fsync", path, err);
	return 0;
}

/* Open what nobody else knows of, and look through all of it. */
static int
check_copy(const char *path, int64_t *version, struct error *err)
{
	AUTO(db_freep) struct db *db = NULL;

	if (db_open_foreign(&db, path, 0, err) < 0 ||
	    db_prepare(db, DB_SQL, DB_SQL__MAX, err) < 0 ||
	    db_quick_check(db, err) < 0)
		return -1;
	return db_version(db, version, err);
}

static int
write_copy(struct db *db, const char *path, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_declare(db, SQL, ARRAY_LEN(SQL), err) < 0 ||
	    db_query_begin(&q, db, &SQL[0], err) < 0)
		return -1;
	db_bind_text(&q, 1, path);
	return db_run(&q, NULL, err);
}

/* For AUTO(): the unfinished file goes, unless it was given its name. */
static void
unfinished_remove(char (*path)[DB_KEPT_SIZE])
{
	if ((*path)[0] != '\0')
		(void)unlink(*path); /* there is nothing else to be done */
}

int
db_backup(struct db *db, const char *path, struct error *err)
{
	AUTO(unfinished_remove) char fresh[DB_KEPT_SIZE] = "";
	int64_t version;
	int n = snprintf(fresh, sizeof fresh, "%s.new", path);

	if (n < 0 || (size_t)n >= sizeof fresh)
		return err_set(
		    err, ERR_INVALID, DB_MSG_OPEN, "%s: path too long", path);
	if (db_file_new(fresh, err) < 0 || write_copy(db, fresh, err) < 0 ||
	    check_copy(fresh, &version, err) < 0 || file_sync(fresh, err) < 0)
		return -1;
	if (rename(fresh, path) < 0)
		return db_sys_fail("rename", path, err);
	fresh[0] = '\0';
	return 0;
}

/* Is it such a copy, and of which version? */
static bool
is_before(const char *name, int64_t *version)
{
	const char *number = name + strlen(BEFORE);

	return str_starts(name, BEFORE) &&
	       num_parse_i64(number, strlen(number), 1, INT64_MAX, version);
}

/* How many are of this version or a later one? */
static int
count_from(const char *dir, int64_t from, struct error *err)
{
	AUTO(dir_closep) DIR *d = opendir(dir);
	const struct dirent *e;
	int64_t version;
	int n = 0;

	if (d == NULL)
		return db_sys_fail("opendir", dir, err);
	while ((e = readdir(d)) != NULL)
		if (is_before(e->d_name, &version) && version >= from)
			n++;
	return n;
}

static int
prune(const char *dir, struct error *err)
{
	AUTO(dir_closep) DIR *d = opendir(dir);
	char path[DB_KEPT_SIZE];
	const struct dirent *e;
	int64_t version;
	int n;

	if (d == NULL)
		return db_sys_fail("opendir", dir, err);
	while ((e = readdir(d)) != NULL) {
		if (!is_before(e->d_name, &version))
			continue;
		n = count_from(dir, version, err);
		if (n < 0)
			return -1;
		(void)snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		if (n > DB_KEPT_MAX && unlink(path) < 0)
			return db_sys_fail("unlink", path, err);
	}
	return 0;
}

int
db_backup_before(
    struct db *db, const char *dir, int64_t have, struct error *err)
{
	char path[DB_KEPT_SIZE];

	(void)snprintf(path, sizeof path, "%s/" BEFORE "%" PRId64, dir, have);
	if (db_backup(db, path, err) < 0 || prune(dir, err) < 0)
		return -1;
	return db_sync_dir(dir, err);
}

static int
copy_file(int from, const char *path, struct error *err)
{
	AUTO(fd_closep) int to = open(path, O_WRONLY | O_CLOEXEC);

	if (to < 0)
		return db_sys_fail("open", path, err);
	if (fd_copy_all(to, from) < 0)
		return db_sys_fail("copy to", path, err);
	return fsync(to) < 0 ? db_sys_fail("fsync", path, err) : 0;
}

static int
judge_version(int64_t version, int64_t newest, struct error *err)
{
	if (version < 1)
		return err_set(err, ERR_INVALID, MSG_NO_DATABASE,
		    "it has schema version %" PRId64, version);
	if (version > newest)
		return err_set(err, ERR_DB_NEWER,
		    "The copy is of a later version of BanGUI. Install that "
		    "version to restore it.",
		    "it has schema version %" PRId64
		    ", this program knows versions up to %" PRId64,
		    version, newest);
	return 0;
}

/* The database with its log, which may hold what was committed last. */
static int
put_aside(const char *path, char kept[DB_KEPT_SIZE], struct error *err)
{
	char from[DB_PATH_SIZE + sizeof "-wal"], to[DB_KEPT_SIZE + sizeof from];

	if (access(path, F_OK) < 0) {
		kept[0] = '\0';
		return 0;
	}
	(void)snprintf(
	    kept, DB_KEPT_SIZE, "%s.replaced-%" PRId64, path, time_now_s());
	(void)snprintf(from, sizeof from, "%s-wal", path);
	(void)snprintf(to, sizeof to, "%s-wal", kept);
	if (rename(from, to) < 0 && errno != ENOENT)
		return db_sys_fail("rename", from, err);
	(void)snprintf(from, sizeof from, "%s-shm", path);
	if (unlink(from) < 0 && errno != ENOENT)
		return db_sys_fail("unlink", from, err);
	return rename(path, kept) < 0 ? db_sys_fail("rename", path, err) : 0;
}

int
db_restore(const char *dir, int from, int64_t newest, char kept[DB_KEPT_SIZE],
    struct error *err)
{
	AUTO(unfinished_remove) char fresh[DB_KEPT_SIZE] = "";
	AUTO(fd_closep)
	int lock = db_lock(dir, "bangui.lock", FILE_LOCK_EXCLUSIVE, 0, err);
	char path[DB_PATH_SIZE];
	int64_t version = 0;

	if (lock < 0 || db_path(path, dir, "bangui.db", err) < 0)
		return -1;
	(void)snprintf(fresh, sizeof fresh, "%s.restored", path);
	if (db_file_new(fresh, err) < 0 || copy_file(from, fresh, err) < 0 ||
	    check_copy(fresh, &version, err) < 0 ||
	    judge_version(version, newest, err) < 0 ||
	    put_aside(path, kept, err) < 0)
		return -1;
	if (rename(fresh, path) < 0)
		return db_sys_fail("rename", path, err);
	fresh[0] = '\0';
	return db_sync_dir(dir, err);
}
