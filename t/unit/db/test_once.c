/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statements for one use and for one number, and how long one may take. */
#include "db/db.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/macros.h"
#include "t/lib/scratch.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

static const char SUM[] = "SELECT ?1 + 1";
static const char LONG[] =
    "SELECT count(*) FROM (WITH RECURSIVE n(x) AS (SELECT ?1"
    " UNION ALL SELECT x + 1 FROM n LIMIT ?2) SELECT x FROM n)";

struct env {
	struct scratch scratch;
	struct db *db;
};

static int
sum_once(void *arg, struct error *err)
{
	struct env *e = arg;
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_once(&q, e->db, SUM, err) < 0)
		return -1;
	db_bind_i64(&q, 1, 6);
	assert_int_equal(db_step(&q, err), 1);
	assert_int_equal(db_col_i64(&q, 0), 7);
	return 0;
}

static void
a_statement_for_one_use_reads_and_is_gone(void **state)
{
	struct env *e = *state;
	struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(torture_run(sum_once, e), 2);
	assert_int_equal(db_query_once(&q, e->db, "SELEC", &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(
	    db_query_once(&q, e->db, "CREATE TABLE t (a)", &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	db_query_end(&q); /* there is none to give back */
}

static int
count(struct env *e, int64_t n, int64_t limit_ms, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	assert_int_equal(db_query_once(&q, e->db, LONG, err), 0);
	if (limit_ms > 0)
		db_query_limit(&q, limit_ms);
	db_bind_i64(&q, 1, 1);
	db_bind_i64(&q, 2, n);
	return db_step(&q, err);
}

static void
a_statement_ends_in_time_and_no_other_with_it(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(count(e, 50000000, 2, &err), -1);
	assert_int_equal(err.code, ERR_QUERY_BROAD);
	assert_int_equal(count(e, 300000, 0, &err), 1);
	assert_int_equal(count(e, 3, 1000, &err), 1);
}

static void
a_number_and_a_change_by_number_take_one_call(void **state)
{
	static const struct db_sql MAKE[] = {
	    {.text = "CREATE TABLE t AS SELECT 7 AS n UNION SELECT 8"}};
	static const struct db_sql SQL[] = {{.text = "SELECT count(*) FROM t"},
	    {.text = "DELETE FROM t WHERE n = ?1"},
	    {.text = "SELECT n FROM t WHERE n < 0"}};
	struct env *e = *state;
	struct error err = ERROR_INIT;
	int64_t n = -1;

	assert_int_equal(db_prepare(e->db, MAKE, 1, &err), 0);
	{
		AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

		assert_int_equal(db_query_begin(&q, e->db, MAKE, &err), 0);
		assert_int_equal(db_run(&q, NULL, &err), 0);
	}
	assert_int_equal(db_prepare(e->db, SQL, ARRAY_LEN(SQL), &err), 0);
	assert_int_equal(db_number(e->db, &SQL[0], &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(db_run_i64(e->db, &SQL[1], 7, &err), 1);
	assert_int_equal(db_run_i64(e->db, &SQL[1], 7, &err), 0);
	assert_int_equal(db_number(e->db, &SQL[0], &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(db_number(e->db, &SQL[2], &n, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
}

static int
set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;

	assert_non_null(e);
	scratch_init(&e->scratch);
	assert_int_equal(db_open(&e->db, e->scratch.dir, &err), 0);
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

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_statement_for_one_use_reads_and_is_gone),
	    CASE(a_statement_ends_in_time_and_no_other_with_it),
	    CASE(a_number_and_a_change_by_number_take_one_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
