/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "db/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/time.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { MAKE, PUT, GET, COUNT, TOUCH, ALTER, CAP, PAD, MODE, SYNC, SQL__MAX };

/* Prepared in two steps: the table of the others must be there first. */
static const struct db_sql MAKE_SQL[] = {
    {.text = "CREATE TABLE item (k BLOB PRIMARY KEY, n INTEGER NOT NULL,"
	     " s TEXT) STRICT, WITHOUT ROWID"},
};
static const struct db_sql SQL[] = {
    [MAKE] = {.text = "SELECT 1"				      },
    [PUT] = {.text = "INSERT INTO item (k, n, s) VALUES (?1, ?2, ?3)"},
    [GET] = {.text = "SELECT n, s, k FROM item WHERE k = ?1"         },
    [COUNT] = {.text = "SELECT count(*) FROM item"                     },
    [TOUCH] = {.incidental = true,				       .text = "UPDATE item SET n = n + 1"},
    [ALTER] = {.text = "ALTER TABLE item ADD COLUMN more INTEGER"                                                       },
    [CAP] = {.text = "PRAGMA max_page_count = 12"},
    [PAD] = {.text = "INSERT INTO item (k, n) VALUES (zeroblob(65536), 1)"                                                       },
    [MODE] = {.text = "PRAGMA journal_mode"},
    [SYNC] = {.text = "PRAGMA synchronous"						       },
};

struct env {
	struct scratch scratch;
	struct db *db;
};

static void
run(struct db *db, const struct db_sql *sql)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, db, sql, &err), 0);
	assert_true(db_step(&q, &err) >= 0);
}

static int64_t
number(struct db *db, const struct db_sql *sql)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, db, sql, &err), 0);
	assert_int_equal(db_step(&q, &err), 1);
	return db_col_i64(&q, 0);
}

static int
put(struct db *db, const char *key, int64_t n, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t changed = -1;

	if (db_query_begin(&q, db, &SQL[PUT], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key, strlen(key));
	db_bind_i64(&q, 2, n);
	db_bind_text(&q, 3, "text");
	if (db_run(&q, &changed, err) < 0)
		return -1;
	assert_int_equal(changed, 1);
	return 0;
}

static int
touch(struct db *db, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[TOUCH], err) < 0)
		return -1;
	return db_run(&q, NULL, err);
}

static int
set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;

	assert_non_null(e);
	scratch_init(&e->scratch);
	assert_int_equal(db_open(&e->db, e->scratch.dir, &err), 0);
	assert_int_equal(db_prepare(e->db, MAKE_SQL, 1, &err), 0);
	run(e->db, MAKE_SQL);
	assert_int_equal(db_prepare(e->db, SQL, ARRAY_LEN(SQL), &err), 0);
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

/* Another connection, as another program would have it. */
static sqlite3 *
stranger(struct env *e, const char *sql)
{
	sqlite3 *other = NULL;

	assert_int_equal(
	    sqlite3_open(scratch_path(&e->scratch, "bangui.db"), &other), 0);
	assert_int_equal(sqlite3_exec(other, sql, NULL, NULL, NULL), 0);
	return other;
}

static enum err_code
open_code(struct env *e)
{
	struct error err = ERROR_INIT;

	db_freep(&e->db);
	if (db_open(&e->db, e->scratch.dir, &err) == 0)
		return ERR_NONE;
	assert_non_null(err.message);
	assert_true(err.detail[0] != '\0');
	assert_null(e->db);
	return err.code;
}

static mode_t
mode_of(struct env *e, const char *name)
{
	struct stat st;

	assert_int_equal(stat(scratch_path(&e->scratch, name), &st), 0);
	return st.st_mode & 0777;
}

static void
db_open_makes_files_that_only_their_owner_reads(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	mode_t old = umask(0);

	assert_int_equal(put(e->db, "a", 1, &err), 0);
	assert_int_equal(mode_of(e, "bangui.db"), 0600);
	assert_int_equal(mode_of(e, "bangui.db-wal"), 0600);
	assert_int_equal(mode_of(e, "bangui.db-shm"), 0600);
	assert_int_equal(mode_of(e, "bangui.lock"), 0600);
	assert_int_equal(mode_of(e, "migrate.lock"), 0600);
	assert_int_equal(
	    access(scratch_path(&e->scratch, "bangui.db.new"), F_OK), -1);
	(void)umask(old);
}

static void
the_row_that_a_table_was_made_with_is_there_or_it_is_damaged(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(put(e->db, "here", 1, &err), 0);
	for (int there = 1; there >= 0; there--) {
		AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

		assert_int_equal(db_query_begin(&q, e->db, &SQL[GET], &err), 0);
		db_bind_blob(&q, 1, there ? "here" : "gone", 4);
		assert_int_equal(db_step_row(&q, &err), there ? 0 : -1);
		assert_int_equal(
		    err.code, there ? ERR_NONE : ERR_DB_UNAVAILABLE);
	}
}

static void
db_open_uses_a_write_ahead_log(void **state)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, e->db, &SQL[MODE], &err), 0);
	assert_int_equal(db_step(&q, &err), 1);
	assert_string_equal(db_col_text(&q, 0), "wal");
}

static void
db_open_turns_a_copy_in_another_mode_into_wal(void **state)
{
	struct env *e = *state;
	sqlite3 *other;

	db_freep(&e->db);
	other = stranger(e, "PRAGMA journal_mode = DELETE");
	assert_int_equal(sqlite3_close(other), 0);
	assert_int_equal(open_code(e), ERR_NONE);
}

static void
db_open_refuses_a_directory_that_is_not_there(void **state)
{
	struct env *e = *state;
	struct db *db = NULL;
	struct error err = ERROR_INIT;

	assert_int_equal(
	    db_open(&db, scratch_path(&e->scratch, "absent"), &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	assert_null(db);
}

static void
db_open_refuses_a_path_that_is_too_long(void **state)
{
	char dir[1024];
	struct db *db = NULL;
	struct error err = ERROR_INIT;

	(void)state;
	memset(dir, 'x', sizeof dir);
	dir[sizeof dir - 1] = '\0';
	assert_int_equal(db_open(&db, dir, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
}

static void
db_open_refuses_an_empty_file(void **state)
{
	struct env *e = *state;

	db_freep(&e->db);
	scratch_write(&e->scratch, "bangui.db", "", 0);
	assert_int_equal(open_code(e), ERR_DB_UNAVAILABLE);
	assert_int_equal(scratch_size(&e->scratch, "bangui.db"), 0);
}

static void
db_open_refuses_a_file_of_another_kind(void **state)
{
	struct env *e = *state;
	char bytes[8192];

	db_freep(&e->db);
	memset(bytes, 'x', sizeof bytes);
	scratch_write(&e->scratch, "bangui.db", bytes, sizeof bytes);
	assert_int_equal(open_code(e), ERR_DB_UNAVAILABLE);
}

static void
db_open_refuses_a_log_without_its_database(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	db_freep(&e->db);
	assert_int_equal(unlink(scratch_path(&e->scratch, "bangui.db")), 0);
	scratch_write(&e->scratch, "bangui.db-wal", "x", 1);
	assert_int_equal(db_open(&e->db, e->scratch.dir, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	assert_non_null(strstr(err.detail, "bangui.db-wal"));
}

static void
db_open_refuses_damage_in_the_header(void **state)
{
	struct env *e = *state;

	db_freep(&e->db);
	scratch_damage(&e->scratch, "bangui.db", 0, 16, 0x5a);
	assert_int_equal(open_code(e), ERR_DB_UNAVAILABLE);
}

static void
db_open_refuses_damage_in_the_schema_page(void **state)
{
	struct env *e = *state;

	db_freep(&e->db);
	scratch_damage(&e->scratch, "bangui.db", 100, 200, 0x5a);
	assert_int_equal(open_code(e), ERR_DB_UNAVAILABLE);
}

static void
db_quick_check_finds_damage_inside_a_page(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	size_t size;

	assert_int_equal(db_quick_check(e->db, &err), 0);
	run(e->db, &SQL[PAD]);
	db_freep(&e->db);
	size = scratch_size(&e->scratch, "bangui.db");
	scratch_damage(
	    &e->scratch, "bangui.db", size / 2 / 4096 * 4096, 64, 0x5a);
	assert_int_equal(open_code(e), ERR_NONE);
	assert_int_equal(db_quick_check(e->db, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
}

static void
db_quick_check_finds_a_file_that_was_cut_off(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	run(e->db, &SQL[PAD]);
	db_freep(&e->db);
	assert_int_equal(
	    truncate(scratch_path(&e->scratch, "bangui.db"), 3 * 4096), 0);
	if (db_open(&e->db, e->scratch.dir, &err) == 0)
		assert_int_equal(db_quick_check(e->db, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
}

static void
db_open_waits_for_nobody_who_restores(void **state)
{
	AUTO(fd_closep) int fd = -1;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	db_freep(&e->db);
	fd = file_lock(scratch_path(&e->scratch, "bangui.lock"),
	    FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_true(fd >= 0);
	assert_int_equal(open_code(e), ERR_DB_BUSY);
}

static void
an_open_database_keeps_a_restore_away(void **state)
{
	AUTO(fd_closep) int fd = -1;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	fd = file_lock(scratch_path(&e->scratch, "bangui.lock"),
	    FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_int_equal(fd, -1);
	assert_int_equal(err.code, ERR_OVERLOADED);
	db_freep(&e->db);
	fd = file_lock(scratch_path(&e->scratch, "bangui.lock"),
	    FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_true(fd >= 0);
}

static void
db_prepare_refuses_a_typo_and_two_statements(void **state)
{
	static const struct db_sql TYPO[] = {{.text = "SELEKT 1"}};
	static const struct db_sql TWO[] = {{.text = "SELECT 1; SELECT 2"}};
	static const struct db_sql NAME[] = {{.text = "SELECT \"no column\""}};
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(db_prepare(e->db, TYPO, 1, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(db_prepare(e->db, TWO, 1, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(db_prepare(e->db, NAME, 1, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

static void
what_is_declared_is_prepared_at_its_first_use(void **state)
{
	static const struct db_sql LATER[] = {
	    {.text = "SELECT count(*) FROM later"},
	    {.text = "SELEKT 1"},
	};
	struct env *e = *state;
	struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_declare(e->db, LATER, 2, &err), 0);
	assert_int_equal(db_query_begin(&q, e->db, &LATER[0], &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(
	    sqlite3_close(stranger(e, "CREATE TABLE later (x)")), 0);
	assert_int_equal(number(e->db, &LATER[0]), 0);
	assert_int_equal(db_query_begin(&q, e->db, &LATER[1], &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

static void
db_prepare_does_nothing_the_second_time(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	size_t n = 0;

	assert_int_equal(db_prepare(e->db, SQL, ARRAY_LEN(SQL), &err), 0);
	while (db_prepared(e->db, n) != NULL)
		n++;
	assert_true(n > ARRAY_LEN(SQL));
	assert_ptr_equal(db_prepared(e->db, n - 1), &SQL[SQL__MAX - 1]);
}

static void
db_query_begin_refuses_a_statement_in_use_or_never_prepared(void **state)
{
	static const struct db_sql OTHER[] = {{.text = "SELECT 3"}};
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct db_query again = DB_QUERY_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, e->db, &SQL[COUNT], &err), 0);
	assert_int_equal(db_query_begin(&again, e->db, &SQL[COUNT], &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	db_query_end(&q);
	assert_int_equal(db_query_begin(&again, e->db, &SQL[COUNT], &err), 0);
	db_query_end(&again);
	assert_int_equal(db_query_begin(&again, e->db, OTHER, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	db_query_end(&again);
}

static void
values_come_back_as_they_were_bound(void **state)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;
	const void *blob;
	size_t len = 0;

	assert_int_equal(db_query_begin(&q, e->db, &SQL[PUT], &err), 0);
	db_bind_blob(&q, 1, "a\0b", 3);
	db_bind_i64(&q, 2, INT64_MIN);
	db_bind_text(&q, 3, NULL);
	assert_int_equal(db_run(&q, NULL, &err), 0);
	db_query_end(&q);
	assert_int_equal(db_query_begin(&q, e->db, &SQL[GET], &err), 0);
	db_bind_blob(&q, 1, "a\0b", 3);
	assert_int_equal(db_step(&q, &err), 1);
	assert_int_equal(db_col_i64(&q, 0), INT64_MIN);
	assert_true(db_col_is_null(&q, 1));
	assert_null(db_col_text(&q, 1));
	blob = db_col_blob(&q, 2, &len);
	assert_int_equal(len, 3);
	assert_memory_equal(blob, "a\0b", 3);
	assert_int_equal(db_step(&q, &err), 0);
}

static void
an_empty_blob_is_not_null(void **state)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, e->db, &SQL[PUT], &err), 0);
	db_bind_blob(&q, 1, NULL, 0);
	db_bind_i64(&q, 2, 1);
	db_bind_null(&q, 3);
	assert_int_equal(db_run(&q, NULL, &err), 0);
}

static void
a_bind_out_of_range_fails_the_step(void **state)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, e->db, &SQL[GET], &err), 0);
	db_bind_i64(&q, 2, 1);
	db_bind_blob(&q, 1, "a", 1);
	assert_int_equal(db_step(&q, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

static void
db_run_refuses_a_statement_that_gives_a_row(void **state)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(db_query_begin(&q, e->db, &SQL[COUNT], &err), 0);
	assert_int_equal(db_run(&q, NULL, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

static void
a_broken_constraint_is_a_conflict(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(put(e->db, "a", 1, &err), 0);
	assert_int_equal(put(e->db, "a", 2, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_int_equal(put(e->db, "b", 3, &err), 0);
}

static void
query_only_refuses_writes_and_transactions_but_not_reads(void **state)
{
	struct db_txn txn = DB_TXN_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(put(e->db, "a", 1, &err), 0);
	assert_int_equal(db_set_query_only(e->db, true, &err), 0);
	assert_int_equal(put(e->db, "b", 1, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(db_txn_begin(&txn, e->db, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	run(e->db, &SQL[TOUCH]);
	assert_int_equal(number(e->db, &SQL[COUNT]), 1);
	assert_int_equal(db_set_query_only(e->db, false, &err), 0);
	assert_int_equal(put(e->db, "b", 1, &err), 0);
	assert_int_equal(number(e->db, &SQL[COUNT]), 2);
}

static void
query_only_is_not_switched_on_inside_a_transaction(void **state)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	assert_int_equal(db_set_query_only(e->db, true, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

static void
a_transaction_that_is_not_committed_leaves_nothing(void **state)
{
	struct db_txn txn = DB_TXN_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	assert_int_equal(put(e->db, "a", 1, &err), 0);
	db_txn_end(&txn);
	db_txn_end(&txn);
	assert_int_equal(number(e->db, &SQL[COUNT]), 0);
	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	assert_int_equal(put(e->db, "a", 1, &err), 0);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
	db_txn_end(&txn);
	assert_int_equal(number(e->db, &SQL[COUNT]), 1);
}

static void
a_locked_database_is_busy_after_two_seconds_and_reads_go_on(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	sqlite3 *other;
	int64_t began, took;

	assert_int_equal(put(e->db, "a", 1, &err), 0);
	other = stranger(e, "BEGIN EXCLUSIVE");
	assert_int_equal(touch(e->db, &err), -1);
	began = time_mono_ms();
	assert_int_equal(put(e->db, "b", 1, &err), -1);
	took = time_mono_ms() - began;
	assert_int_equal(err.code, ERR_DB_BUSY);
	assert_int_equal(err.retry_after_s, 2);
	assert_true(took >= 1900 && took < 5000);
	began = time_mono_ms();
	assert_int_equal(number(e->db, &SQL[COUNT]), 1);
	assert_true(time_mono_ms() - began < 500);
	assert_int_equal(sqlite3_close(other), 0);
	assert_int_equal(put(e->db, "b", 1, &err), 0);
}

static void
an_incidental_write_waits_for_nobody(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	sqlite3 *other = stranger(e, "BEGIN IMMEDIATE");
	int64_t began = time_mono_ms();

	assert_int_equal(touch(e->db, &err), -1);
	assert_int_equal(err.code, ERR_DB_BUSY);
	assert_true(time_mono_ms() - began < 500);
	assert_int_equal(sqlite3_close(other), 0);
	assert_int_equal(touch(e->db, &err), 0);
}

static void
a_full_database_says_so_and_recovers(void **state)
{
	struct db_txn txn = DB_TXN_INIT;
	struct db_query q = DB_QUERY_INIT;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	run(e->db, &SQL[CAP]);
	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	assert_int_equal(put(e->db, "a", 1, &err), 0);
	assert_int_equal(db_query_begin(&q, e->db, &SQL[PAD], &err), 0);
	assert_int_equal(db_run(&q, NULL, &err), -1);
	assert_int_equal(err.code, ERR_DB_FULL);
	db_query_end(&q);
	db_txn_end(&txn);
	assert_int_equal(number(e->db, &SQL[COUNT]), 0);
	assert_int_equal(put(e->db, "a", 1, &err), 0);
}

static void
db_check_writable_leaves_the_database_as_it_was(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(put(e->db, "a", 1, &err), 0);
	assert_int_equal(db_check_writable(e->db, &err), 0);
	assert_int_equal(db_check_writable(e->db, &err), 0);
	assert_int_equal(number(e->db, &SQL[COUNT]), 1);
	assert_int_equal(put(e->db, "b", 1, &err), 0);
}

static void
db_check_writable_sees_a_lock(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	sqlite3 *other = stranger(e, "BEGIN IMMEDIATE");

	assert_int_equal(db_check_writable(e->db, &err), -1);
	assert_int_equal(err.code, ERR_DB_BUSY);
	assert_int_equal(sqlite3_close(other), 0);
}

static void
a_schema_changed_by_somebody_else_is_noticed(void **state)
{
	struct env *e = *state;
	sqlite3 *other;

	(void)number(e->db, &SQL[COUNT]);
	(void)db_schema_changed(e->db);
	(void)number(e->db, &SQL[COUNT]);
	assert_false(db_schema_changed(e->db));
	other = stranger(e, "ALTER TABLE item ADD COLUMN more INTEGER");
	assert_int_equal(sqlite3_close(other), 0);
	(void)number(e->db, &SQL[COUNT]);
	assert_true(db_schema_changed(e->db));
	assert_false(db_schema_changed(e->db));
}

/* Of another program, in another directory. */
static struct db *
open_foreign(struct env *e)
{
	struct error err = ERROR_INIT;
	struct db *other = NULL;

	if (db_open_foreign(
		&other, scratch_path(&e->scratch, "bangui.db"), 0, &err) < 0)
		fail_msg("%s", err.detail);
	assert_int_equal(db_prepare(other, SQL, ARRAY_LEN(SQL), &err), 0);
	return other;
}

static void
a_foreign_database_is_read_and_never_written(void **state)
{
	struct env *e = *state;
	AUTO(db_freep) struct db *other = open_foreign(e);
	AUTO(db_freep) struct db *none = NULL;
	struct db_query q = DB_QUERY_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(put(e->db, "a", 1, &err), 0);
	assert_int_equal(number(other, &SQL[COUNT]), 1);
	assert_int_equal(db_query_begin(&q, other, &SQL[PUT], &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(
	    db_open_foreign(&none, scratch_path(&e->scratch, "none"), 0, &err),
	    -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	assert_int_equal(access(scratch_path(&e->scratch, "none"), F_OK), -1);
}

static void
a_deadline_ends_a_statement_and_can_be_lifted(void **state)
{
	static const struct db_sql LONG[] = {
	    {.text = "SELECT count(*) FROM (WITH RECURSIVE n(x) AS (SELECT 1"
		     " UNION ALL SELECT x + 1 FROM n LIMIT 300000)"
		     " SELECT x FROM n)"}};
	struct env *e = *state;
	AUTO(db_freep) struct db *other = open_foreign(e);
	struct error err = ERROR_INIT;

	assert_int_equal(db_prepare(other, LONG, 1, &err), 0);
	db_set_deadline(other, time_mono_ms());
	{
		AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

		assert_int_equal(db_query_begin(&q, other, &LONG[0], &err), 0);
		assert_int_equal(db_step(&q, &err), -1);
		assert_int_equal(err.code, ERR_DB_BUSY);
	}
	db_set_deadline(other, 0);
	assert_int_equal(number(other, &LONG[0]), 300000);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* SQLite's numbers: 1 NORMAL, 2 FULL. */
static void
only_a_durable_transaction_waits_for_the_disk(void **state)
{
	struct env *e = *state;
	struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(number(e->db, &SQL[SYNC]), 1);
	assert_int_equal(db_txn_begin_durable(&txn, e->db, &err), 0);
	assert_int_equal(number(e->db, &SQL[SYNC]), 2);
	/* a second one does not begin, and takes nothing from the first */
	assert_int_equal(
	    db_txn_begin_durable(&(struct db_txn){0}, e->db, &err), -1);
	assert_int_equal(number(e->db, &SQL[SYNC]), 2);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
	assert_int_equal(number(e->db, &SQL[SYNC]), 1);
	assert_int_equal(db_txn_begin_durable(&txn, e->db, &err), 0);
	db_txn_end(&txn); /* rolled back */
	assert_int_equal(number(e->db, &SQL[SYNC]), 1);
	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	assert_int_equal(number(e->db, &SQL[SYNC]), 1);
	db_txn_end(&txn);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(db_open_makes_files_that_only_their_owner_reads),
	    CASE(only_a_durable_transaction_waits_for_the_disk),
	    CASE(the_row_that_a_table_was_made_with_is_there_or_it_is_damaged),
	    CASE(db_open_uses_a_write_ahead_log),
	    CASE(db_open_turns_a_copy_in_another_mode_into_wal),
	    CASE(db_open_refuses_a_directory_that_is_not_there),
	    CASE(db_open_refuses_a_path_that_is_too_long),
	    CASE(db_open_refuses_an_empty_file),
	    CASE(db_open_refuses_a_file_of_another_kind),
	    CASE(db_open_refuses_a_log_without_its_database),
	    CASE(db_open_refuses_damage_in_the_header),
	    CASE(db_open_refuses_damage_in_the_schema_page),
	    CASE(db_quick_check_finds_damage_inside_a_page),
	    CASE(db_quick_check_finds_a_file_that_was_cut_off),
	    CASE(db_open_waits_for_nobody_who_restores),
	    CASE(an_open_database_keeps_a_restore_away),
	    CASE(db_prepare_refuses_a_typo_and_two_statements),
	    CASE(what_is_declared_is_prepared_at_its_first_use),
	    CASE(db_prepare_does_nothing_the_second_time),
	    CASE(db_query_begin_refuses_a_statement_in_use_or_never_prepared),
	    CASE(values_come_back_as_they_were_bound),
	    CASE(an_empty_blob_is_not_null),
	    CASE(a_bind_out_of_range_fails_the_step),
	    CASE(db_run_refuses_a_statement_that_gives_a_row),
	    CASE(a_broken_constraint_is_a_conflict),
	    CASE(query_only_refuses_writes_and_transactions_but_not_reads),
	    CASE(query_only_is_not_switched_on_inside_a_transaction),
	    CASE(a_transaction_that_is_not_committed_leaves_nothing),
	    CASE(a_locked_database_is_busy_after_two_seconds_and_reads_go_on),
	    CASE(an_incidental_write_waits_for_nobody),
	    CASE(a_full_database_says_so_and_recovers),
	    CASE(db_check_writable_leaves_the_database_as_it_was),
	    CASE(db_check_writable_sees_a_lock),
	    CASE(a_schema_changed_by_somebody_else_is_noticed),
	    CASE(a_foreign_database_is_read_and_never_written),
	    CASE(a_deadline_ends_a_statement_and_can_be_lifted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
