/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Transactions that read. */
#include <stdlib.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/macros.h"
#include "db/db.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

/* Of a table that the other one makes. */
static const struct db_sql COUNT = {.text = "SELECT count(*) FROM item"};

struct env {
	struct scratch scratch;
	struct db *db;
	sqlite3 *other; /* another program */
};

static void
tell(struct env *e, const char *sql)
{
	assert_int_equal(sqlite3_exec(e->other, sql, NULL, NULL, NULL), 0);
}

static int64_t
count(struct env *e)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, e->db, &COUNT, &err), 0);
	assert_int_equal(db_step_row(&q, &err), 0);
	return db_col_i64(&q, 0);
}

static int
set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;

	assert_non_null(e);
	scratch_init(&e->scratch);
	assert_int_equal(db_open(&e->db, e->scratch.dir, &err), 0);
	assert_int_equal(
	    sqlite3_open(scratch_path(&e->scratch, "bangui.db"), &e->other), 0);
	tell(e, "CREATE TABLE item (n INTEGER)");
	assert_int_equal(db_declare(e->db, &COUNT, 1, &err), 0);
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;

	db_freep(&e->db);
	(void)sqlite3_close(e->other);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

static void
all_that_one_transaction_reads_is_of_one_state(void **state)
{
	struct env *e = *state;
	struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_txn_begin_read(&txn, e->db, &err), 0);
	assert_int_equal(count(e), 0);
	tell(e, "INSERT INTO item VALUES (1)"); /* it waits for no reader */
	assert_int_equal(count(e), 0);
	db_txn_end(&txn);
	assert_int_equal(count(e), 1);
}

static void
a_request_that_only_reads_may_have_one(void **state)
{
	struct env *e = *state;
	struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_set_query_only(e->db, true, &err), 0);
	assert_int_equal(db_txn_begin(&txn, e->db, &err), -1);
	err_clear(&err);
	assert_int_equal(db_txn_begin_read(&txn, e->db, &err), 0);
	assert_int_equal(count(e), 0);
	db_txn_end(&txn);
	/* nothing is left open */
	assert_int_equal(db_set_query_only(e->db, true, &err), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(all_that_one_transaction_reads_is_of_one_state),
	    CASE(a_request_that_only_reads_may_have_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
