/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/ban_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/time.h"
#include "db/db.h"
#include "f2b/ban_db_rows.h"
#include "t/lib/f2b_db.h"
#include "t/lib/scratch.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

#define FILE_NAME "f2b.sqlite3"
enum { NOBODY = 65534, TRIES = 100 };

#define DATA "{\"failures\": 3}"

struct env {
	struct scratch scratch;
	char path[SCRATCH_PATH_SIZE];
	struct sqlite3 *f2b; /* fail2ban's side */
	struct ban_db *db;
};

static int
set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;

	assert_non_null(e);
	scratch_init(&e->scratch);
	(void)snprintf(e->path, sizeof e->path, "%s",
	    scratch_path(&e->scratch, FILE_NAME));
	e->f2b = f2b_db_open(e->path);
	assert_int_equal(ban_db_new(&e->db, &err), 0);
	assert_int_equal(ban_db_open(e->db, e->path, &err), 0);
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;

	ban_db_freep(&e->db);
	f2b_db_close(e->f2b);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

static void
read_rows(struct env *e, const struct ban_db_ask *ask, struct ban_db_batch *out)
{
	struct error err = ERROR_INIT;

	if (ban_db_read(e->db, ask, out, &err) < 0)
		fail_msg("%s", err.detail);
}

/* A bite of n fresh rows: where the machine is busy, one may end early. */
static void
read_n(struct env *e, const struct ban_db_ask *ask, size_t n,
    struct ban_db_batch *out)
{
	for (int i = 0; i < TRIES && out->fresh.n != n; i++) {
		ban_db_batch_release(out);
		read_rows(e, ask, out);
	}
	assert_int_equal(out->fresh.n, n);
}

static void
rows_come_in_the_order_of_writing(void **state)
{
	struct env *e = *state;
	AUTO(ban_db_batch_release) struct ban_db_batch b = {0};
	const struct ban_db_ask ask = {.mark = 2, .n_known = 9, .n_fresh = 9};

	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 300, DATA);
	f2b_db_ban(e->f2b, "sshd", "192.0.2.2", 200, DATA);
	f2b_db_ban(e->f2b, "web", "('a', 'b')", 100, NULL);
	f2b_db_ban(e->f2b, "web", "2001:db8::/32", 400, DATA);
	read_n(e, &ask, 2, &b);
	assert_int_equal(b.known.n, 2);
	assert_int_equal(b.known.items[0].rowid, 1);
	assert_int_equal(b.known.items[1].rowid, 2);
	assert_string_equal(b.known.items[1].jail, "sshd");
	assert_string_equal(b.known.items[1].id, "192.0.2.2");
	assert_int_equal(b.known.items[1].banned_at, 200);
	assert_false(b.more);
	assert_int_equal(b.fresh.items[0].rowid, 3);
	assert_string_equal(b.fresh.items[0].id, "('a', 'b')");
	assert_null(b.fresh.items[0].data);
	assert_int_equal(b.fresh.items[0].data_size, 0);
	assert_int_equal(b.fresh.items[1].bantime_s, 600);
	assert_int_equal(b.fresh.items[1].ban_count, 1);
	assert_string_equal(b.fresh.items[1].data, DATA);
	assert_int_equal(b.fresh.items[1].data_len, strlen(DATA));
	assert_int_equal(b.fresh.items[1].data_size, strlen(DATA));
}

static void
a_bite_has_an_end(void **state)
{
	struct env *e = *state;
	struct ban_db_ask ask = {.n_fresh = 2};

	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA);
	f2b_db_ban(e->f2b, "sshd", "192.0.2.2", 100, DATA);
	{
		AUTO(ban_db_batch_release) struct ban_db_batch b = {0};

		read_n(e, &ask, 2, &b);
		assert_false(b.more);
	}
	f2b_db_ban(e->f2b, "sshd", "192.0.2.3", 100, DATA);
	{
		AUTO(ban_db_batch_release) struct ban_db_batch b = {0};

		read_n(e, &ask, 2, &b);
		assert_true(b.more);
	}
}

static void
big_rows_end_a_bite_early_but_each_gets_through(void **state)
{
	struct env *e = *state;
	struct ban_db_ask ask = {.n_fresh = 100};
	size_t n = 0;
	int bites = 0;
	bool more = true;

	f2b_db_run(e->f2b,
	    "INSERT INTO jails(name) VALUES ('sshd');"
	    "INSERT INTO bans SELECT 'sshd', value, value, 600, 1,"
	    " zeroblob(3000000) FROM json_each('[1,2,3,4,5,6,7]')");
	f2b_db_run(e->f2b, "INSERT INTO bans VALUES ('sshd', 8, 8, 600, 1,"
			   " zeroblob(4194305))");
	for (; more; bites++) {
		AUTO(ban_db_batch_release) struct ban_db_batch b = {0};

		read_rows(e, &ask, &b);
		assert_true(b.fresh.n > 0);
		assert_true(b.memory.used <= LIMIT_BAN_DB_MEMORY);
		n += b.fresh.n;
		more = b.more;
		ask.mark = b.fresh.items[b.fresh.n - 1].rowid;
		if (!more) { /* the last is over the limit */
			assert_null(b.fresh.items[b.fresh.n - 1].data);
			assert_int_equal(
			    b.fresh.items[b.fresh.n - 1].data_size, 4194305);
		}
	}
	assert_int_equal(n, 8);
	assert_true(bites >= 3);
}

static void
texts_without_end_are_cut(void **state)
{
	struct env *e = *state;
	AUTO(ban_db_batch_release) struct ban_db_batch b = {0};
	const struct ban_db_ask ask = {.n_fresh = 1};

	f2b_db_run(e->f2b, "PRAGMA foreign_keys = OFF;"
			   "INSERT INTO bans VALUES"
			   " (hex(zeroblob(500000)), hex(zeroblob(500000)), 1,"
			   " 600, 1, NULL)");
	read_n(e, &ask, 1, &b);
	assert_int_equal(strlen(b.fresh.items[0].jail), 8192);
	assert_int_equal(strlen(b.fresh.items[0].id), 8192);
}

static void
no_id_is_an_empty_one(void **state)
{
	struct env *e = *state;
	AUTO(ban_db_batch_release) struct ban_db_batch b = {0};
	const struct ban_db_ask ask = {.n_fresh = 1};

	f2b_db_run(e->f2b, "INSERT INTO jails(name) VALUES ('sshd');"
			   "INSERT INTO bans VALUES"
			   " ('sshd', NULL, 2, 600, 1, NULL)");
	read_n(e, &ask, 1, &b);
	assert_string_equal(b.fresh.items[0].id, "");
}

static void
equal_rows_are_counted_over_the_whole_table(void **state)
{
	struct env *e = *state;
	AUTO(ban_db_batch_release) struct ban_db_batch b = {0};
	const struct ban_db_ask ask = {
	    .mark = 3, .n_known = 1, .n_fresh = 9, .high_at = 100};

	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA); /* 1 */
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA); /* 2 */
	f2b_db_ban(e->f2b, "web", "192.0.2.1", 100, DATA);  /* 3: the mark */
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA); /* 4: 2 before */
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 101, DATA); /* 5 */
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA); /* 6: 3 before */
	f2b_db_ban(e->f2b, "web", "192.0.2.1", 100, DATA);  /* 7: 1 before */
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 101, DATA); /* 8: 1 before */
	read_n(e, &ask, 5, &b);
	assert_int_equal(b.fresh.items[0].nth, 2);
	assert_int_equal(b.fresh.items[1].nth, 0);
	assert_int_equal(b.fresh.items[2].nth, 3);
	assert_int_equal(b.fresh.items[3].nth, 1);
	assert_int_equal(b.fresh.items[4].nth, 1);
}

static bool
is_changed(struct env *e)
{
	struct error err = ERROR_INIT;
	int rc = ban_db_is_changed(e->db, &err);

	assert_true(rc >= 0);
	return rc > 0;
}

static void
what_was_seen_is_no_change_until_somebody_writes(void **state)
{
	struct env *e = *state;

	assert_true(is_changed(e));
	assert_true(is_changed(e));
	ban_db_settle(e->db);
	assert_false(is_changed(e));
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA);
	assert_true(is_changed(e));
	/* what comes between looking and having seen is not seen */
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA);
	ban_db_settle(e->db);
	assert_true(is_changed(e));
}

static void
nothing_is_held_after_a_bite(void **state)
{
	struct env *e = *state;
	AUTO(ban_db_batch_release) struct ban_db_batch b = {0};
	const struct ban_db_ask ask = {.n_fresh = 9};
	struct error err = ERROR_INIT;
	int64_t at;

	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA);
	f2b_db_ban(e->f2b, "web", "192.0.2.1", 90, DATA);
	(void)sqlite3_busy_timeout(e->f2b, 0);
	read_rows(e, &ask, &b);
	f2b_db_run(e->f2b, "BEGIN EXCLUSIVE; COMMIT");
	assert_int_equal(ban_db_oldest(e->db, &at, &err), 1);
	assert_int_equal(at, 90);
	f2b_db_run(e->f2b, "BEGIN EXCLUSIVE; COMMIT");
	assert_int_equal(ban_db_last_rowid(e->db, &at, &err), 0);
	assert_int_equal(at, 2);
	f2b_db_run(e->f2b, "BEGIN EXCLUSIVE; DELETE FROM bans; COMMIT");
	assert_int_equal(ban_db_last_rowid(e->db, &at, &err), 0);
	assert_int_equal(at, 0);
	assert_int_equal(ban_db_oldest(e->db, &at, &err), 0);
}

static void
a_file_that_takes_its_place_is_opened(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	int64_t device, inode, other_device, other_inode, last;
	struct sqlite3 *other = f2b_db_open(scratch_path(&e->scratch, "other"));

	f2b_db_ban(other, "sshd", "192.0.2.1", 100, DATA);
	f2b_db_close(other);
	ban_db_identity(e->db, &device, &inode);
	assert_int_equal(
	    rename(scratch_path(&e->scratch, "other"), e->path), 0);
	assert_int_equal(ban_db_open(e->db, e->path, &err), 0);
	ban_db_identity(e->db, &other_device, &other_inode);
	assert_int_equal(device, other_device);
	assert_int_not_equal(inode, other_inode);
	assert_int_equal(ban_db_last_rowid(e->db, &last, &err), 0);
	assert_int_equal(last, 1);
	assert_true(is_changed(e));
}

/* Open what is at path now: the fault that this has. */
static enum ban_db_fault
fault_of(struct env *e, const char *path)
{
	struct error err = ERROR_INIT;

	assert_int_equal(ban_db_open(e->db, path, &err), -1);
	assert_int_equal(err.code == ERR_NONE || err.detail[0] == '\0', false);
	return ban_db_fault(e->db);
}

static void
what_is_no_such_database_is_told_apart(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	const char *path = scratch_path(&e->scratch, "x");
	struct sqlite3 *other;

	assert_int_equal(fault_of(e, path), BAN_DB_ABSENT);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(fault_of(e, path), BAN_DB_DAMAGED);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(fault_of(e, path), BAN_DB_DAMAGED);
	assert_int_equal(unlink(path), 0);
	scratch_write(&e->scratch, "x", "no database, just a line of text", 32);
	assert_int_equal(fault_of(e, path), BAN_DB_DAMAGED);
	scratch_write(&e->scratch, "x", "", 0);
	assert_int_equal(fault_of(e, path), BAN_DB_FOREIGN);
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	f2b_db_run(other, "CREATE TABLE bans(jail TEXT, what TEXT)");
	f2b_db_close(other);
	assert_int_equal(fault_of(e, path), BAN_DB_FOREIGN);
	assert_int_equal(ban_db_open(e->db, e->path, &err), 0);
	assert_int_equal(ban_db_fault(e->db), BAN_DB_FINE);
}

/* In a child that is nobody, as root may read anything. */
static int
fault_for_nobody(struct env *e)
{
	struct error err = ERROR_INIT;
	pid_t pid = fork();
	int status = 0;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (geteuid() == 0 &&
		    (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
			_exit(99);
		if (ban_db_open(e->db, e->path, &err) < 0)
			status = (int)ban_db_fault(e->db);
		else
			status = 98;
		ban_db_freep(&e->db);
		_exit(status);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
rights_that_lack_are_told(void **state)
{
	struct env *e = *state;

	ban_db_close(e->db);
	f2b_db_close(e->f2b); /* no connection crosses a fork */
	e->f2b = NULL;
	assert_int_equal(chmod(e->scratch.dir, 0), 0);
	assert_int_equal(fault_for_nobody(e), BAN_DB_DENIED);
	assert_int_equal(chmod(e->scratch.dir, 0755), 0);
	assert_int_equal(chmod(e->path, 0), 0);
	assert_int_equal(fault_for_nobody(e), BAN_DB_DENIED);
	assert_int_equal(chmod(e->path, 0644), 0);
	assert_int_equal(fault_for_nobody(e), 98); /* that is all it takes */
}

/* How SQLite gets at the rows of each statement. */
static void
no_statement_reads_more_rows_than_it_gives(void **state)
{
	struct env *e = *state;
	const struct db_sql *sql;
	size_t looked_at = 0;

	for (size_t i = 0; (sql = db_prepared(e->db->db, i)) != NULL; i++) {
		char *text =
		    sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql->text);
		sqlite3_stmt *stmt = NULL;

		if (strncmp(sql->text, "SELECT", 6) == 0) {
			assert_int_equal(
			    sqlite3_prepare_v2(e->f2b, text, -1, &stmt, NULL),
			    SQLITE_OK);
			looked_at++;
		}
		while (stmt != NULL && sqlite3_step(stmt) == SQLITE_ROW) {
			const char *detail =
			    (const char *)sqlite3_column_text(stmt, 3);

			/* a row a jail is not many */
			if (strncmp(detail, "SCAN ", 5) == 0 &&
			    strncmp(detail, "SCAN jails", 10) != 0 &&
			    strncmp(detail, "SCAN CONSTANT ROW", 17) != 0)
				fail_msg("%s: %s", sql->text, detail);
		}
		(void)sqlite3_finalize(stmt);
		sqlite3_free(text);
	}
	assert_int_equal(looked_at, 5);
}

static void
a_writer_is_waited_for_but_not_long(void **state)
{
	struct env *e = *state;
	struct ban_db_batch b = {0};
	const struct ban_db_ask ask = {.n_fresh = 9};
	struct error err = ERROR_INIT;
	int64_t began_ms;

	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA);
	f2b_db_run(e->f2b, "BEGIN EXCLUSIVE");
	began_ms = time_mono_ms();
	assert_int_equal(ban_db_read(e->db, &ask, &b, &err), -1);
	assert_in_range(time_mono_ms() - began_ms, LIMIT_BAN_DB_BUSY_MS / 2,
	    LIMIT_BAN_DB_STOP_MS * 5);
	assert_int_equal(ban_db_fault(e->db), BAN_DB_BUSY);
	assert_null(b.fresh.items);
	f2b_db_run(e->f2b, "COMMIT");
	read_n(e, &ask, 1, &b);
	ban_db_batch_release(&b);
}

static void
a_table_that_never_ends_is_left(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	int64_t last, began_ms;

	f2b_db_run(e->f2b,
	    "ALTER TABLE bans RENAME TO kept;"
	    "CREATE VIEW bans(jail, ip, timeofban, bantime, bancount, data,"
	    " rowid) AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL"
	    " SELECT x + 1 FROM n) SELECT 'sshd', '192.0.2.1', x, 600, 1,"
	    " NULL, x FROM n");
	began_ms = time_mono_ms();
	assert_int_equal(ban_db_last_rowid(e->db, &last, &err), -1);
	assert_int_equal(ban_db_fault(e->db), BAN_DB_BUSY);
	assert_in_range(time_mono_ms() - began_ms, LIMIT_BAN_DB_STOP_MS,
	    LIMIT_BAN_DB_STOP_MS * 10);
	f2b_db_run(e->f2b, "BEGIN EXCLUSIVE; COMMIT"); /* nothing is held */
}

static void
what_was_read_before_the_damage_is_given(void **state)
{
	struct env *e = *state;
	AUTO(ban_db_batch_release) struct ban_db_batch b = {0};
	const struct ban_db_ask ask = {.n_fresh = 1000};
	size_t size;

	f2b_db_fill(e->f2b, 900, 1000, 200);
	size = scratch_size(&e->scratch, FILE_NAME);
	scratch_damage(
	    &e->scratch, FILE_NAME, size / 8192 * 4096, size / 4, 0xff);
	read_rows(e, &ask, &b);
	assert_in_range(b.fresh.n, 1, 899);
	assert_true(b.more);
}

static int
attempt(void *arg, struct error *err)
{
	struct env *e = arg;
	AUTO(ban_db_freep) struct ban_db *db = NULL;
	AUTO(ban_db_batch_release) struct ban_db_batch b = {0};
	const struct ban_db_ask ask = {.mark = 1, .n_known = 2, .n_fresh = 2};

	if (ban_db_new(&db, err) < 0 || ban_db_open(db, e->path, err) < 0 ||
	    ban_db_read(db, &ask, &b, err) < 0) {
		assert_null(b.fresh.items);
		if (db != NULL)
			assert_int_equal(ban_db_fault(db), BAN_DB_FINE);
		return -1;
	}
	assert_int_equal(b.fresh.n, 1);
	return 0;
}

static void
reading_survives_every_failing_allocation(void **state)
{
	struct env *e = *state;

	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", 100, DATA);
	f2b_db_ban(e->f2b, "sshd", "192.0.2.2", 100, DATA);
	assert_true(torture_run(attempt, e) > 4);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(rows_come_in_the_order_of_writing),
	    CASE(a_bite_has_an_end),
	    CASE(big_rows_end_a_bite_early_but_each_gets_through),
	    CASE(texts_without_end_are_cut),
	    CASE(no_id_is_an_empty_one),
	    CASE(equal_rows_are_counted_over_the_whole_table),
	    CASE(what_was_seen_is_no_change_until_somebody_writes),
	    CASE(nothing_is_held_after_a_bite),
	    CASE(a_file_that_takes_its_place_is_opened),
	    CASE(what_is_no_such_database_is_told_apart),
	    CASE(rights_that_lack_are_told),
	    CASE(no_statement_reads_more_rows_than_it_gives),
	    CASE(a_writer_is_waited_for_but_not_long),
	    CASE(a_table_that_never_ends_is_left),
	    CASE(what_was_read_before_the_damage_is_given),
	    CASE(reading_survives_every_failing_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
