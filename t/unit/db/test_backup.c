/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/backup.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/macros.h"
#include "db/db.h"
#include "db/migrate.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { NEWEST = 2, ROWS = 1000 };

static const struct migration STEPS[] = {
    {"0001_a.sql", "CREATE TABLE a (n INTEGER PRIMARY KEY, t TEXT) STRICT;"
		   "PRAGMA user_version = 1;"},
    {"0002_b.sql", "ALTER TABLE a ADD COLUMN more TEXT;"
		   "PRAGMA user_version = 2;"},
};
static const struct db_sql SQL[] = {
    {.text = "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i"
	     " WHERE n < 1000) INSERT INTO a (n, t) SELECT n, "
	     "hex(randomblob(20))"
	     " FROM i"},
    {.text = "SELECT count(*) FROM a"},
    {.text = "DELETE FROM a"},
};

static int
set_up(void **state)
{
	struct scratch *s = calloc(1, sizeof *s);

	assert_non_null(s);
	scratch_init(s);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct scratch *s = *state;

	scratch_release(s);
	free(s);
	return 0;
}

static struct db *
open_at(struct scratch *s, size_t version)
{
	struct error err = ERROR_INIT;
	struct db *db = NULL;

	if (db_open(&db, s->dir, &err) < 0 ||
	    db_migrate(db, s->dir, STEPS, version, NULL, &err) < 0 ||
	    db_prepare(db, &SQL[1], 2, &err) < 0)
		fail_msg("%s", err.detail);
	return db;
}

static void
run(struct db *db, size_t at)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_prepare(db, &SQL[at], 1, &err), 0);
	assert_int_equal(db_query_begin(&q, db, &SQL[at], &err), 0);
	assert_int_equal(db_run(&q, NULL, &err), 0);
}

static int64_t
rows(struct db *db)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_prepare(db, &SQL[1], 1, &err), 0);
	assert_int_equal(db_query_begin(&q, db, &SQL[1], &err), 0);
	assert_int_equal(db_step(&q, &err), 1);
	return db_col_i64(&q, 0);
}

static int
restore(struct scratch *s, const char *name, char kept[DB_KEPT_SIZE],
    struct error *err)
{
	AUTO(fd_closep)
	int from = open(scratch_path(s, name), O_RDONLY | O_CLOEXEC);

	assert_true(from >= 0);
	return db_restore(s->dir, from, NEWEST, kept, err);
}

/* Files of the directory whose name begins so. */
static size_t
count_files(struct scratch *s, const char *prefix)
{
	AUTO(dir_closep) DIR *d = opendir(s->dir);
	const struct dirent *e;
	size_t n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL)
		if (strncmp(e->d_name, prefix, strlen(prefix)) == 0)
			n++;
	return n;
}

static void
a_copy_brings_back_what_was_there(void **state)
{
	struct scratch *s = *state;
	struct error err = ERROR_INIT;
	char kept[DB_KEPT_SIZE], copy[SCRATCH_PATH_SIZE];
	struct db *db = open_at(s, NEWEST);
	struct stat st;

	(void)snprintf(copy, sizeof copy, "%s", scratch_path(s, "copy"));
	run(db, 0);
	assert_int_equal(db_backup(db, copy, &err), 0);
	assert_int_equal(stat(copy, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	run(db, 2);
	assert_int_equal(restore(s, "copy", kept, &err), -1);
	assert_int_equal(err.code, ERR_DB_BUSY); /* it is open */
	db_freep(&db);
	err_clear(&err);
	if (restore(s, "copy", kept, &err) < 0)
		fail_msg("%s", err.detail);
	assert_int_equal(access(kept, F_OK), 0);
	db = open_at(s, NEWEST);
	assert_int_equal(rows(db), ROWS);
	db_freep(&db);
	/* the copy, the database, what was replaced, and two locks */
	assert_int_equal(count_files(s, "bangui.db"), 2);
	assert_int_equal(count_files(s, "copy"), 1);
}

static void
a_copy_that_is_damaged_changes_nothing(void **state)
{
	struct scratch *s = *state;
	struct error err = ERROR_INIT;
	char kept[DB_KEPT_SIZE], copy[SCRATCH_PATH_SIZE];
	struct db *db = open_at(s, NEWEST);
	size_t size;

	(void)snprintf(copy, sizeof copy, "%s", scratch_path(s, "copy"));
	run(db, 0);
	assert_int_equal(db_backup(db, copy, &err), 0);
	db_freep(&db);
	size = scratch_size(s, "copy");
	for (size_t at = 0; at < size; at += 4096) {
		scratch_damage(s, "copy", at, 100, 0x55);
		err_clear(&err);
		assert_int_equal(restore(s, "copy", kept, &err), -1);
		assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	}
	scratch_write(s, "copy", "SQLite", 6);
	assert_int_equal(restore(s, "copy", kept, &err), -1);
	scratch_write(s, "copy", "", 0);
	assert_int_equal(restore(s, "copy", kept, &err), -1);
	assert_int_equal(count_files(s, "bangui.db"), 1);
	db = open_at(s, NEWEST);
	assert_int_equal(rows(db), ROWS);
	db_freep(&db);
}

static void
a_copy_of_a_later_program_is_refused(void **state)
{
	struct scratch *s = *state;
	struct error err = ERROR_INIT;
	char kept[DB_KEPT_SIZE];
	struct db *db = open_at(s, NEWEST);
	AUTO(fd_closep) int from = -1;

	assert_int_equal(db_backup(db, scratch_path(s, "copy"), &err), 0);
	db_freep(&db);
	from = open(scratch_path(s, "copy"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(db_restore(s->dir, from, 1, kept, &err), -1);
	assert_int_equal(err.code, ERR_DB_NEWER);
	assert_int_equal(count_files(s, "bangui.db"), 1);
}

static void
a_copy_that_cannot_be_written_leaves_the_last_one(void **state)
{
	struct scratch *s = *state;
	struct error err = ERROR_INIT;
	struct db *db = open_at(s, NEWEST);

	assert_int_equal(
	    db_backup(db, scratch_path(s, "nowhere/copy"), &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	scratch_write(s, "copy", "what was there", 14);
	err_clear(&err);
	assert_int_equal(mkdir(scratch_path(s, "copy.new"), 0700), 0);
	assert_int_equal(db_backup(db, scratch_path(s, "copy"), &err), -1);
	assert_int_equal(scratch_size(s, "copy"), 14);
	db_freep(&db);
}

static void
a_migration_keeps_what_was_there_before(void **state)
{
	struct scratch *s = *state;
	struct error err = ERROR_INIT;
	char kept[DB_KEPT_SIZE];
	struct db *db = open_at(s, 1);

	assert_int_equal(count_files(s, "bangui.db.before"), 0);
	db_freep(&db);
	db = open_at(s, NEWEST);
	run(db, 2);
	db_freep(&db);
	db = open_at(s, NEWEST);
	db_freep(&db);
	assert_int_equal(count_files(s, "bangui.db.before"), 1);
	assert_int_equal(restore(s, "bangui.db.before-1", kept, &err), 0);
	db = open_at(s, 1); /* the program of before takes it */
	db_freep(&db);
}

static void
so_many_copies_are_kept(void **state)
{
	struct scratch *s = *state;
	struct error err = ERROR_INIT;
	struct db *db = open_at(s, NEWEST);

	for (int64_t v = 7; v < 12; v++)
		assert_int_equal(db_backup_before(db, s->dir, v, &err), 0);
	assert_int_equal(
	    count_files(s, "bangui.db.before-"), (size_t)DB_KEPT_MAX);
	assert_int_equal(
	    access(scratch_path(s, "bangui.db.before-9"), F_OK), 0);
	db_freep(&db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_copy_brings_back_what_was_there, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_copy_that_is_damaged_changes_nothing, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_copy_of_a_later_program_is_refused, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		a_copy_that_cannot_be_written_leaves_the_last_one, set_up,
		tear_down),
	    cmocka_unit_test_setup_teardown(
		a_migration_keeps_what_was_there_before, set_up, tear_down),
	    cmocka_unit_test_setup_teardown(
		so_many_copies_are_kept, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
