/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/migrate.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/macros.h"
#include "base/time.h"
#include "db/db.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

/* A hundred rows are made, then widened, then halved. */
static const struct migration STEPS[] = {
    {"0001_a.sql",
     "CREATE TABLE a (n INTEGER PRIMARY KEY) STRICT;"
	"WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i"
	" WHERE n < 100) INSERT INTO a SELECT n FROM i;"
	"PRAGMA user_version = 1;"				       },
    {"0002_b.sql", "ALTER TABLE a ADD COLUMN wide TEXT;"
		   "UPDATE a SET wide = hex(randomblob(500));"
		   "PRAGMA user_version = 2;"          },
    {"0003_c.sql", "DELETE FROM a WHERE n > 50; PRAGMA user_version = 3;"},
};

static const struct db_sql ROWS[] = {
    {.text = "SELECT count(*) FROM a"},
};
static const struct db_sql WIDE[] = {
    {.text = "SELECT count(*) FROM a WHERE length(wide) = 1000"},
};
static const struct db_sql TABLES[] = {
    {.text = "SELECT count(*) FROM sqlite_schema"},
};

static struct db *
open_db(struct scratch *s)
{
	struct error err = ERROR_INIT;
	struct db *db = NULL;

	if (db_open(&db, s->dir, &err) < 0)
		fail_msg("db_open: %s", err.detail);
	return db;
}

static int64_t
number(struct db *db, const struct db_sql *sql)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_prepare(db, sql, 1, &err), 0);
	assert_int_equal(db_query_begin(&q, db, sql, &err), 0);
	assert_int_equal(db_step(&q, &err), 1);
	return db_col_i64(&q, 0);
}

static int64_t
version(struct db *db)
{
	struct error err = ERROR_INIT;
	int64_t v = -1;

	assert_int_equal(db_version(db, &v, &err), 0);
	return v;
}

static void
a_new_database_runs_every_migration_in_order(void **state)
{
	struct scratch *s = *state;
	AUTO(db_freep) struct db *db = open_db(s);
	struct error err = ERROR_INIT;
	bool created = false;

	assert_int_equal(
	    db_migrate(db, s->dir, STEPS, ARRAY_LEN(STEPS), &created, &err), 0);
	assert_true(created);
	assert_int_equal(version(db), 3);
	assert_int_equal(number(db, ROWS), 50);
	assert_int_equal(number(db, WIDE), 50);
}

static void
a_database_of_this_version_is_left_alone(void **state)
{
	struct scratch *s = *state;
	AUTO(db_freep) struct db *db = open_db(s);
	struct error err = ERROR_INIT;
	bool created = true;

	assert_int_equal(
	    db_migrate(db, s->dir, STEPS, ARRAY_LEN(STEPS), NULL, &err), 0);
	assert_int_equal(
	    db_migrate(db, s->dir, STEPS, ARRAY_LEN(STEPS), &created, &err), 0);
	assert_false(created);
	assert_int_equal(number(db, ROWS), 50);
}

static void
an_older_database_runs_what_it_lacks(void **state)
{
	struct scratch *s = *state;
	AUTO(db_freep) struct db *db = open_db(s);
	struct error err = ERROR_INIT;
	bool created = true;

	assert_int_equal(db_migrate(db, s->dir, STEPS, 1, NULL, &err), 0);
	assert_int_equal(version(db), 1);
	assert_int_equal(number(db, ROWS), 100);
	assert_int_equal(
	    db_migrate(db, s->dir, STEPS, ARRAY_LEN(STEPS), &created, &err), 0);
	assert_false(created);
	assert_int_equal(version(db), 3);
}

static void
a_newer_database_is_refused_with_both_versions(void **state)
{
	struct scratch *s = *state;
	AUTO(db_freep) struct db *db = open_db(s);
	struct error err = ERROR_INIT;

	assert_int_equal(
	    db_migrate(db, s->dir, STEPS, ARRAY_LEN(STEPS), NULL, &err), 0);
	assert_int_equal(db_migrate(db, s->dir, STEPS, 2, NULL, &err), -1);
	assert_int_equal(err.code, ERR_DB_NEWER);
	assert_non_null(strstr(err.detail, "version 3"));
	assert_non_null(strstr(err.detail, "up to 2"));
	assert_int_equal(version(db), 3);
}

static void
a_migration_that_fails_leaves_the_version_before(void **state)
{
	static const struct migration BAD[] = {
	    {"0001_a.sql", "CREATE TABLE a (n INTEGER) STRICT;"
			   "PRAGMA user_version = 1;"},
	    {"0002_b.sql", "CREATE TABLE b (n INTEGER) STRICT;"
			   "INSERT INTO nowhere VALUES (1);"
			   "PRAGMA user_version = 2;"},
	};
	struct scratch *s = *state;
	AUTO(db_freep) struct db *db = open_db(s);
	struct error err = ERROR_INIT;

	assert_int_equal(db_migrate(db, s->dir, BAD, 2, NULL, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_non_null(strstr(err.detail, "nowhere"));
	assert_int_equal(version(db), 1);
	assert_int_equal(number(db, TABLES), 1);
}

static void
a_migration_that_sets_another_version_is_refused(void **state)
{
	static const struct migration BAD[] = {
	    {"0001_a.sql", "CREATE TABLE a (n INTEGER) STRICT;"
			   "PRAGMA user_version = 2;"},
	    {"0002_b.sql", "PRAGMA user_version = 2;"                          },
	};
	struct scratch *s = *state;
	AUTO(db_freep) struct db *db = open_db(s);
	struct error err = ERROR_INIT;

	assert_int_equal(db_migrate(db, s->dir, BAD, 2, NULL, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(version(db), 0);
	assert_int_equal(number(db, TABLES), 0);
}

/* What one process of several does at its start; its exit code. */
static int
start_once(const char *dir, int wait_fd)
{
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;
	bool created = false;
	char go;

	if (read(wait_fd, &go, 1) != 0) /* all begin when the pipe closes */
		return 2;
	if (db_open(&db, dir, &err) < 0 ||
	    db_migrate(db, dir, STEPS, ARRAY_LEN(STEPS), &created, &err) < 0) {
		print_error("%s: %s\n", err_name(err.code), err.detail);
		return 2;
	}
	return created ? 1 : 0;
}

static void
start_together(struct scratch *s, int n)
{
	AUTO(db_freep) struct db *db = NULL;
	int made = 0, status = 0, fds[2];
	int i;

	assert_int_equal(pipe(fds), 0);
	for (i = 0; i < n; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			(void)close(fds[1]);
			_exit(start_once(s->dir, fds[0]));
		}
	}
	(void)close(fds[0]);
	(void)close(fds[1]);
	for (i = 0; i < n; i++) {
		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		assert_true(WEXITSTATUS(status) < 2);
		made += WEXITSTATUS(status);
	}
	assert_int_equal(made, 1);
	db = open_db(s);
	assert_int_equal(version(db), 3);
	assert_int_equal(number(db, WIDE), 50);
}

static void
eight_processes_that_start_at_once_all_end_well(void **state)
{
	struct scratch *s = *state;
	int round;

	for (round = 0; round < 12; round++) {
		start_together(s, 8);
		scratch_release(s);
		scratch_init(s);
	}
}

/* Exit code of a process that opens and migrates. */
static int
start(const struct scratch *s)
{
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;

	if (db_open(&db, s->dir, &err) == 0 &&
	    db_migrate(db, s->dir, STEPS, ARRAY_LEN(STEPS), NULL, &err) == 0)
		return 0;
	print_error("%s\n", err.detail);
	return 1;
}

/* A start, killed after pause_us. */
static void
killed_start(struct scratch *s, useconds_t pause_us)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(start(s));
	(void)usleep(pause_us); /* when the kill comes is the variable */
	(void)kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) != 0);
}

/* What must hold whenever the power went. */
static int64_t
check_whole(struct scratch *s)
{
	AUTO(db_freep) struct db *db = open_db(s);
	struct error err = ERROR_INIT;
	int64_t v = version(db);

	assert_in_range(v, 0, 3);
	assert_int_equal(number(db, TABLES), v == 0 ? 0 : 1);
	if (v > 0)
		assert_int_equal(number(db, ROWS), v == 3 ? 50 : 100);
	if (v > 1)
		assert_int_equal(number(db, WIDE), v == 3 ? 50 : 100);
	assert_int_equal(db_quick_check(db, &err), 0);
	assert_int_equal(
	    db_migrate(db, s->dir, STEPS, ARRAY_LEN(STEPS), NULL, &err), 0);
	assert_int_equal(version(db), 3);
	return v;
}

/* How long a start takes that nobody disturbs. */
static int64_t
start_us(struct scratch *s)
{
	AUTO(db_freep) struct db *db = NULL;
	struct error err = ERROR_INIT;
	int64_t began = time_mono_us();

	db = open_db(s);
	assert_int_equal(
	    db_migrate(db, s->dir, STEPS, ARRAY_LEN(STEPS), NULL, &err), 0);
	return time_mono_us() - began;
}

static void
a_start_killed_at_any_moment_leaves_the_old_or_the_new_version(void **state)
{
	enum { KILLS = 60 };
	struct scratch *s = *state;
	int64_t whole_us = start_us(s);
	int seen[4] = {0};
	int i;

	for (i = 0; i < KILLS; i++) {
		scratch_release(s);
		scratch_init(s);
		killed_start(s, (useconds_t)(whole_us * 3 / 2 * i / KILLS));
		seen[check_whole(s)]++;
	}
	scratch_release(s);
	scratch_init(s);
	killed_start(s, 2000000); /* long enough on a busy machine too */
	seen[check_whole(s)]++;
	/* The loop cut starts short, and let others through. */
	assert_true(seen[0] > 0);
	assert_true(seen[3] > 0);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_set_up, scratch_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_new_database_runs_every_migration_in_order),
	    CASE(a_database_of_this_version_is_left_alone),
	    CASE(an_older_database_runs_what_it_lacks),
	    CASE(a_newer_database_is_refused_with_both_versions),
	    CASE(a_migration_that_fails_leaves_the_version_before),
	    CASE(a_migration_that_sets_another_version_is_refused),
	    CASE(eight_processes_that_start_at_once_all_end_well),
	    CASE(
		a_start_killed_at_any_moment_leaves_the_old_or_the_new_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
