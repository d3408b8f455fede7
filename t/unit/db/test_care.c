/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When the WAL is moved into the database, and by whom. */
#include <stdlib.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/time.h"
#include "db/db.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum {
	PAGE = 4096,
	PAGES = 100, /* asked for in these tests */
};

/* Prepared in two steps: the table must be there first. */
static const struct db_sql MAKE = {
    .text = "CREATE TABLE item (k INTEGER PRIMARY KEY, b BLOB) STRICT"};
static const struct db_sql ADD = {
    .text = "INSERT INTO item (b) VALUES (zeroblob(?1))"};

struct env {
	struct scratch scratch;
	struct db *db;
};

static void
make(struct env *e)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_prepare(e->db, &MAKE, 1, &err), 0);
	assert_int_equal(db_query_begin(&q, e->db, &MAKE, &err), 0);
	assert_int_equal(db_run(&q, NULL, &err), 0);
	assert_int_equal(db_prepare(e->db, &ADD, 1, &err), 0);
}

/* One commit that makes the WAL longer by so many pages and a few more. */
static void
add(struct env *e, int64_t pages)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, e->db, &ADD, &err), 0);
	db_bind_i64(&q, 1, pages * PAGE);
	assert_int_equal(db_run(&q, NULL, &err), 0);
}

static int64_t
wal_pages(struct env *e)
{
	return (int64_t)scratch_size(&e->scratch, "bangui.db-wal") / PAGE;
}

static int64_t
db_pages(struct env *e)
{
	return (int64_t)scratch_size(&e->scratch, "bangui.db") / PAGE;
}

static int
set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;

	assert_non_null(e);
	scratch_init(&e->scratch);
	assert_int_equal(db_open(&e->db, e->scratch.dir, &err), 0);
	make(e);
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;

	db_freep(&e->db);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

/* Another program, in the midst of reading. */
static sqlite3 *
reader(struct env *e)
{
	sqlite3 *other = NULL;

	assert_int_equal(
	    sqlite3_open(scratch_path(&e->scratch, "bangui.db"), &other), 0);
	assert_int_equal(
	    sqlite3_exec(other, "BEGIN; SELECT * FROM item", NULL, NULL, NULL),
	    0);
	return other;
}

static void
a_wal_is_long_from_so_many_pages_on(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	add(e, PAGES / 2);
	assert_false(db_wal_is_long(e->db, PAGES));
	assert_int_equal(db_tend_wal(e->db, PAGES, &err), 0);
	assert_true(db_pages(e) < PAGES / 2); /* nothing was moved */
	add(e, PAGES / 2);
	assert_true(db_wal_is_long(e->db, PAGES));
	assert_int_equal(db_tend_wal(e->db, PAGES, &err), 0);
	assert_true(db_pages(e) > PAGES);
	assert_false(db_wal_is_long(e->db, 1));
}

static void
a_wal_that_was_moved_is_begun_anew(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	int64_t longest = 0;

	for (int i = 0; i < 5; i++) {
		add(e, PAGES);
		assert_int_equal(db_tend_wal(e->db, PAGES, &err), 0);
		if (longest == 0)
			longest = wal_pages(e);
	}
	assert_true(longest > PAGES);
	assert_true(wal_pages(e) < longest + PAGES / 2);
}

/* SQLite would, at a thousand pages. */
static void
a_commit_moves_the_wal_at_the_most_only(void **state)
{
	struct env *e = *state;

	add(e, LIMIT_WAL_MOST - PAGES);
	assert_true(db_pages(e) < PAGES);
	add(e, PAGES);
	assert_true(db_pages(e) > LIMIT_WAL_MOST);
}

static void
a_reader_keeps_the_wal_for_another_time(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	sqlite3 *other = reader(e);

	add(e, LIMIT_WAL_LONG);
	assert_int_equal(db_tend_wal(e->db, PAGES, &err), 0);
	assert_int_equal(err.code, ERR_NONE);
	add(e, PAGES);
	assert_true(wal_pages(e) > LIMIT_WAL_LONG + PAGES); /* not anew */
	assert_int_equal(sqlite3_close(other), 0);
	assert_int_equal(db_tend_wal(e->db, PAGES, &err), 0);
	assert_true(db_pages(e) > LIMIT_WAL_LONG + PAGES);
}

/* The last means takes a lock that others hold: not for long. */
static void
a_writer_keeps_nobody_waiting_for_the_wal(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	sqlite3 *other = reader(e);
	int64_t begun_ms;

	add(e, LIMIT_WAL_LONG);
	assert_int_equal(
	    sqlite3_exec(other, "COMMIT; BEGIN IMMEDIATE; DELETE FROM item",
		NULL, NULL, NULL),
	    0);
	begun_ms = time_mono_ms();
	assert_int_equal(db_tend_wal(e->db, PAGES, &err), 0);
	assert_true(time_mono_ms() - begun_ms < LIMIT_DB_BUSY_MS);
	assert_true(db_pages(e) > LIMIT_WAL_LONG);
	assert_int_equal(sqlite3_close(other), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_wal_is_long_from_so_many_pages_on),
	    CASE(a_wal_that_was_moved_is_begun_anew),
	    CASE(a_commit_moves_the_wal_at_the_most_only),
	    CASE(a_reader_keeps_the_wal_for_another_time),
	    CASE(a_writer_keeps_nobody_waiting_for_the_wal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
