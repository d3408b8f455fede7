/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What SQLite's layer does when the machine lets it down: no room, no rights,
 * no memory.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/macros.h"
#include "db/db.h"
#include "db/migrate.h"
#include "t/lib/scratch.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

enum { NOBODY = 65534 };

static const struct migration SCHEMA[] = {
    {"0001_a.sql", "CREATE TABLE a (n INTEGER, b BLOB) STRICT;"
		   "PRAGMA user_version = 1;"},
};
static const struct db_sql SQL[] = {
    {.text = "INSERT INTO a VALUES (1, zeroblob(200000))"},
    {.text = "SELECT count(*) FROM a"},
};

static int
open_all(const char *dir, struct db **db, struct error *err)
{
	if (db_open(db, dir, err) < 0 ||
	    db_migrate(*db, dir, SCHEMA, 1, NULL, err) < 0)
		return -1;
	return db_prepare(*db, SQL, ARRAY_LEN(SQL), err);
}

static int
run(struct db *db, int at, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[at], err) < 0)
		return -1;
	rc = db_step(&q, err);
	if (rc > 0)
		*out = db_col_i64(&q, 0);
	return rc < 0 ? -1 : 0;
}

/* In a child: f's result, an enum err_code, is its exit code. */
static int
in_child(int (*f)(const char *dir), const char *dir)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(f(dir));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Files may grow no further, as on a disk that is full. */
static void
no_more_room(rlim_t bytes)
{
	const struct rlimit limit = {bytes, bytes};

	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		_exit(99);
}

static int
write_without_room(const char *dir)
{
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;
	int64_t n = -1;

	if (open_all(dir, &db, &err) < 0)
		return 98;
	no_more_room(64 * 1024);
	if (run(db, 0, &n, &err) == 0)
		return 97;
	/* Reads go on, and nothing half is there. */
	if (run(db, 1, &n, &err) < 0 || n != 0)
		return 96;
	return (int)err.code;
}

static void
a_full_disk_says_so_and_leaves_nothing_half(void **state)
{
	struct scratch *s = *state;
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;
	int64_t n = -1;

	assert_int_equal(in_child(write_without_room, s->dir), ERR_DB_FULL);
	assert_int_equal(open_all(s->dir, &db, &err), 0);
	assert_int_equal(run(db, 1, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(run(db, 0, &n, &err), 0);
}

static int
begin_without_room(const char *dir)
{
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;

	no_more_room(1024);
	return open_all(dir, &db, &err) < 0 ? (int)err.code : 0;
}

static void
a_first_start_on_a_full_disk_can_be_repeated(void **state)
{
	struct scratch *s = *state;
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;

	assert_int_equal(in_child(begin_without_room, s->dir), ERR_DB_FULL);
	if (open_all(s->dir, &db, &err) < 0)
		fail_msg("%s", err.detail);
}

/* Root may do anything: be somebody else. */
static void
drop_rights(void)
{
	if (geteuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
		_exit(99);
}

static int
open_unprivileged(const char *dir)
{
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;

	drop_rights();
	if (open_all(dir, &db, &err) == 0)
		return 0;
	return strstr(err.detail, dir) != NULL ? (int)err.code : 97;
}

static void
a_directory_that_cannot_be_written_is_unavailable(void **state)
{
	struct scratch *s = *state;

	assert_int_equal(chmod(s->dir, 0555), 0);
	assert_int_equal(
	    in_child(open_unprivileged, s->dir), ERR_DB_UNAVAILABLE);
}

static void
a_database_that_cannot_be_written_is_unavailable(void **state)
{
	struct scratch *s = *state;
	struct db *db = NULL;
	struct error err = ERROR_INIT;

	assert_int_equal(open_all(s->dir, &db, &err), 0);
	db_freep(&db);
	assert_int_equal(chmod(scratch_path(s, "bangui.db"), 0444), 0);
	assert_int_equal(chmod(scratch_path(s, "bangui.lock"), 0666), 0);
	assert_int_equal(chmod(scratch_path(s, "migrate.lock"), 0666), 0);
	assert_int_equal(chmod(s->dir, 0777), 0);
	assert_int_equal(
	    in_child(open_unprivileged, s->dir), ERR_DB_UNAVAILABLE);
}

static int
attempt_open(void *arg, struct error *err)
{
	struct scratch *s = arg;
	AUTO(db_freep) struct db *db = NULL;
	int64_t n = -1;

	if (open_all(s->dir, &db, err) < 0)
		return -1;
	assert_int_equal(run(db, 1, &n, err), 0);
	assert_int_equal(n, 0);
	return 0;
}

static void
each_allocation_of_a_start_may_fail(void **state)
{
	assert_true(torture_run(attempt_open, *state) >= 4);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_full_disk_says_so_and_leaves_nothing_half),
	    CASE(a_first_start_on_a_full_disk_can_be_repeated),
	    CASE(a_directory_that_cannot_be_written_is_unavailable),
	    CASE(a_database_that_cannot_be_written_is_unavailable),
	    CASE(each_allocation_of_a_start_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
