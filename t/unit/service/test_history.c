/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is copied, from databases that are in order. */
#include "service/archive/history.h"

#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "t/lib/f2b_db.h"
#include "t/lib/scratch.h"
#include "t/lib/stranger.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"
#include "t/unit/service/history_env.h"

static void
each_ban_is_copied_once(void **state)
{
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.7", NOW - 50);
	ban(e, "sshd", "203.0.113.7", NOW - 40);
	ban(e, "web", "203.0.113.7", NOW - 40);
	ban(e, "web", "2001:db8::7", NOW - 30);
	ban(e, "web", "198.51.100.0/24", NOW - 20);
	ban(e, "web", "('alice', 'web1')", NOW - 10);
	assert_copied(e, 6);
	ban(e, "web", "192.0.2.1", NOW - 5);
	assert_copied(e, 7);
	assert_copied(e, 7);
	assert_int_equal(ask_ours(e, "SELECT id FROM ban WHERE kind = 10"
				     " AND ident = '(''alice'', ''web1'')'"),
	    6);
	assert_int_equal(
	    ask_ours(e, "SELECT count(*) FROM ban WHERE ident IS NULL"), 6);
	assert_int_equal(
	    ask_ours(e, "SELECT count(*) FROM ban WHERE failures = 3"
			" AND bantime_s = 600 AND origin = 0"),
	    7);
	assert_int_equal(status_now(e).oldest, NOW - 50);
	assert_int_equal(status_now(e).newest, NOW - 5);
	assert_int_equal(status_now(e).last_sync_at, NOW);
}

static void
what_was_there_first_is_copied_in_steps(void **state)
{
	struct env *e = *state;

	f2b_db_fill(e->f2b, 3500, NOW - 5000, 10);
	assert_true(step(e));
	assert_true(status_now(e).filling);
	assert_int_equal(status_now(e).fill_total, 3500);
	/* fewer where the machine is slow */
	assert_in_range(status_now(e).fill_done, 1, LIMIT_HISTORY_ROWS);
	assert_int_equal(n_bans(e), status_now(e).fill_done);
	assert_int_equal(status_now(e).last_sync_at, 0);
	assert_true(sync_all(e) >= 3);
	assert_false(status_now(e).filling);
	assert_copied(e, 3500);
}

static void
equal_bans_of_one_second_are_all_copied(void **state)
{
	struct env *e = *state;

	f2b_db_fill(e->f2b, LIMIT_HISTORY_ROWS - 2, NOW - 5000, 10);
	for (int i = 0; i < 4; i++) /* two in each step */
		ban(e, "sshd", "203.0.113.7", NOW - 50);
	assert_copied(e, LIMIT_HISTORY_ROWS + 2);
	ban(e, "sshd", "203.0.113.7", NOW - 50);
	assert_copied(e, LIMIT_HISTORY_ROWS + 3);
	assert_int_equal(ask_ours(e, "SELECT max(nth) FROM ban"), 4);
}

static void
rowids_that_come_again_hide_no_ban(void **state)
{
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	ban(e, "sshd", "203.0.113.2", NOW - 40);
	assert_copied(e, 2);
	f2b_db_unban(e->f2b, "sshd", "203.0.113.2");
	ban(e, "sshd", "203.0.113.3", NOW - 30);
	assert_copied(e, 3);
	f2b_db_run(e->f2b, "DELETE FROM bans"); /* unban --all */
	ban(e, "sshd", "203.0.113.1", NOW - 20);
	ban(e, "sshd", "203.0.113.4", NOW - 20);
	ban(e, "sshd", "203.0.113.5", NOW - 20);
	assert_copied(e, 6);
}

static void
a_row_in_the_place_of_an_equal_one_hides_no_other(void **state)
{
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.1", NOW);
	ban(e, "sshd", "203.0.113.2", NOW);
	assert_copied(e, 2);
	f2b_db_run(e->f2b, "DELETE FROM bans");
	ban(e, "sshd", "203.0.113.3", NOW);
	ban(e, "sshd", "203.0.113.2", NOW); /* the mark, to the letter */
	assert_copied(e, 3);
}

static void
a_long_table_that_lost_its_end_is_not_read_again(void **state)
{
	struct env *e = *state;
	int n = unit_size(5000, 1500);

	f2b_db_fill(e->f2b, n, NOW - 5000, 10);
	ban(e, "sshd", "203.0.113.1", NOW - 50);
	assert_copied(e, n + 1);
	f2b_db_unban(e->f2b, "sshd", "203.0.113.1");
	ban(e, "sshd", "203.0.113.2", NOW - 40);
	(void)step(e);
	assert_true(
	    ask_ours(e, "SELECT mark_rowid FROM history_state") > n - 1000);
	assert_copied(e, n + 2);
}

static void
a_clock_that_was_set_back_hides_no_ban(void **state)
{
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.1", NOW);
	ban(e, "sshd", "203.0.113.2", NOW);
	assert_copied(e, 2);
	ban(e, "sshd", "203.0.113.3", NOW - 86400);
	ban(e, "sshd", "203.0.113.1", NOW); /* the same second, once more */
	ban(e, "sshd", "203.0.113.1", 0);
	assert_copied(e, 5);
	auth_env_set_time(NOW - 86400);
	ban(e, "sshd", "203.0.113.4", NOW - 86400);
	assert_copied(e, 6);
}

static void
a_purge_and_new_numbers_change_nothing(void **state)
{
	struct env *e = *state;
	int n = unit_size(2000, 300);

	f2b_db_fill(e->f2b, n, NOW - 5000, 10);
	assert_copied(e, n);
	f2b_db_run(e->f2b, "DELETE FROM bans WHERE rowid % 2 = 0");
	f2b_db_run(e->f2b, "VACUUM");
	ban(e, "sshd", "203.0.113.1", NOW);
	assert_copied(e, n + 1);
	f2b_db_run(e->f2b, "DELETE FROM bans WHERE timeofban < 1799999999");
	f2b_db_run(e->f2b, "VACUUM");
	assert_copied(e, n + 1);
	f2b_db_run(e->f2b, "DELETE FROM bans");
	assert_copied(e, n + 1);
	ban(e, "sshd", "203.0.113.2", NOW);
	assert_copied(e, n + 2);
}

/* As fail2ban's repair and its upgrade do: another file of the same name. */
static void
replace_source(struct env *e, const char *by)
{
	f2b_db_close(e->f2b);
	assert_int_equal(
	    rename(scratch_path(&e->scratch, by), e->settings.fail2ban_db), 0);
	e->f2b = f2b_db_open(e->settings.fail2ban_db);
}

static void
another_file_of_the_name_is_read_whole(void **state)
{
	struct env *e = *state;
	sqlite3 *other = f2b_db_open(scratch_path(&e->scratch, "other"));

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	ban(e, "sshd", "203.0.113.2", NOW - 40);
	assert_copied(e, 2);
	f2b_db_ban(other, "sshd", "203.0.113.9", NOW - 900, MATCHED);
	f2b_db_ban(other, "sshd", "203.0.113.2", NOW - 40, MATCHED);
	f2b_db_close(other);
	replace_source(e, "other");
	assert_copied(e, 3);
	ban(e, "sshd", "203.0.113.3", NOW);
	assert_copied(e, 4);
}

static void
a_repaired_file_is_the_same_to_us(void **state)
{
	struct env *e = *state;
	int n = unit_size(2500, 300);

	f2b_db_fill(e->f2b, n, NOW - 5000, 10);
	assert_copied(e, n);
	f2b_db_run(e->f2b, "DELETE FROM bans WHERE rowid < 100");
	f2b_db_run_with(
	    e->f2b, "VACUUM INTO ?1", scratch_path(&e->scratch, "other"));
	replace_source(e, "other");
	ban(e, "sshd", "203.0.113.3", NOW);
	assert_copied(e, n + 1);
}

static void
a_device_of_another_number_is_no_other_file(void **state)
{
	struct env *e = *state;
	sqlite3 *raw = NULL;
	int n = unit_size(2500, 300);

	f2b_db_fill(e->f2b, n, NOW - 5000, 10);
	assert_copied(e, n);
	raw = stranger_open(&e->scratch);
	f2b_db_run(raw, "UPDATE history_state SET device = device + 1");
	stranger_close(raw);
	app_close(&e->app); /* the machine is started anew */
	history_env_start(e);
	ban(e, "sshd", "203.0.113.3", NOW);
	assert_false(step(e)); /* not all of them again */
	assert_copied(e, n + 1);
}

static void
of_0_10_the_bantime_is_unknown(void **state)
{
	struct env *e = *state;

	f2b_db_close(e->f2b);
	assert_int_equal(unlink(e->settings.fail2ban_db), 0);
	e->f2b = f2b_db_open_old(e->settings.fail2ban_db);
	ban(e, "sshd", "203.0.113.1", NOW);
	assert_copied(e, 1);
	assert_int_equal(ask_ours(e, "SELECT bantime_s FROM ban"), -2);
	/* fail2ban is updated */
	f2b_db_run(e->f2b,
	    "ALTER TABLE bans ADD COLUMN bantime INTEGER NOT NULL DEFAULT -2;"
	    "ALTER TABLE bans ADD COLUMN bancount INTEGER NOT NULL DEFAULT 1");
	ban(e, "sshd", "203.0.113.2", NOW);
	assert_copied(e, 2);
}

static void
any_number_is_a_bantime(void **state)
{
	struct env *e = *state;

	f2b_db_run(e->f2b, "INSERT INTO jails(name) VALUES ('sshd');"
			   "INSERT INTO bans VALUES"
			   " ('sshd', '203.0.113.1', 1, 3601.73, 2, '{}'),"
			   " ('sshd', '203.0.113.2', 2, -1, 1, '{}'),"
			   " ('sshd', '203.0.113.3', 3, -2, 1, '{}'),"
			   " ('sshd', '203.0.113.4', 4, 'soon', 'x', NULL),"
			   " ('sshd', NULL, 5, 600, 1, NULL)");
	(void)sync_all(e); /* a bite may end early where the machine is busy */
	assert_int_equal(n_bans(e), 5);
	assert_int_equal(
	    ask_ours(e, "SELECT bantime_s FROM ban WHERE banned_at = 1"), 3601);
	assert_int_equal(
	    ask_ours(e, "SELECT ban_count FROM ban WHERE banned_at = 1"), 2);
	assert_int_equal(
	    ask_ours(e, "SELECT bantime_s FROM ban WHERE banned_at = 2"), -1);
	assert_int_equal(
	    ask_ours(e, "SELECT bantime_s FROM ban WHERE banned_at = 3"), -2);
	assert_int_equal(
	    ask_ours(e, "SELECT bantime_s FROM ban WHERE banned_at = 4"), 0);
}

static void
who_banned_is_read_from_the_data(void **state)
{
	struct env *e = *state;

	f2b_db_ban(e->f2b, "sshd", "203.0.113.1", 1, MATCHED);
	f2b_db_ban(e->f2b, "sshd", "203.0.113.1", 2, BY_HAND);
	f2b_db_ban(e->f2b, "bangui-blocklist", "203.0.113.1", 3, BY_HAND);
	f2b_db_ban(e->f2b, "sshd", "203.0.113.1", 4, "{\"failures\": 5}");
	f2b_db_ban(e->f2b, "sshd", "203.0.113.1", 5, NULL);
	f2b_db_ban(e->f2b, "sshd", "203.0.113.1", 6,
	    "{\"failures\": 5, \"user\": \"root\"}");
	assert_copied(e, 6);
	assert_int_equal(
	    ask_ours(e, "SELECT sum(origin << banned_at * 2) FROM ban"),
	    1 << 4 | 2 << 6);
	/* 1 and 6 say more than the row does */
	assert_int_equal(
	    ask_ours(e, "SELECT sum(1 << banned_at) FROM ban_evidence"
			" JOIN ban ON id = ban_id"),
	    1 << 1 | 1 << 6);
	assert_int_equal(ask_ours(e, "SELECT count(*) FROM ban_evidence"
				     " WHERE ban_id = 1 AND size = length(data)"
				     " AND CAST(data AS TEXT) = '" MATCHED "'"),
	    1);
}

static void
data_that_cannot_be_read_loses_no_ban(void **state)
{
	struct env *e = *state;

	f2b_db_run(e->f2b,
	    "INSERT INTO jails(name) VALUES ('sshd');"
	    "INSERT INTO bans SELECT 'sshd', '203.0.113.' || value, value, 600,"
	    " 1, CASE value WHEN 1 THEN CAST('{\"matches\": [\"cut' AS BLOB)"
	    " WHEN 2 THEN x'7b22fffe227d' WHEN 3 THEN zeroblob(20)"
	    " WHEN 4 THEN 17 WHEN 5 THEN 'text'"
	    " WHEN 6 THEN CAST('{\"matches\": [\"' || hex(zeroblob(500000))"
	    "  || '\"], \"failures\": 9}' AS BLOB)"
	    " WHEN 7 THEN zeroblob(5000000) END"
	    " FROM json_each('[1,2,3,4,5,6,7,8]')");
	assert_copied(e, 8);
	assert_int_equal(
	    ask_ours(e, "SELECT failures FROM ban WHERE banned_at = 6"), 9);
	assert_int_equal(ask_ours(e, "SELECT count(*) FROM ban_evidence"), 7);
	assert_int_equal(
	    ask_ours(e, "SELECT length(data) FROM ban_evidence"
			" WHERE size > 1000000 AND size < 1000100"),
	    LIMIT_BAN_DATA_KEPT);
	assert_int_equal(ask_ours(e, "SELECT length(data) FROM ban_evidence"
				     " WHERE size = 5000000"),
	    0);
}

static void
what_was_pruned_on_purpose_stays_away(void **state)
{
	struct env *e = *state;
	sqlite3 *raw = NULL;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	ban(e, "sshd", "203.0.113.2", NOW - 40);
	assert_copied(e, 2);
	raw = stranger_open(&e->scratch);
	f2b_db_run(raw, "DELETE FROM ban WHERE banned_at < 1799999960;"
			"UPDATE history_state SET n_rows = 1,"
			" pruned_before = 1799999960, inode = 0");
	stranger_close(raw);
	f2b_db_run(e->f2b, "DELETE FROM bans WHERE timeofban = 1799999960");
	ban(e, "sshd", "203.0.113.3", NOW - 30);
	(void)sync_all(e);
	assert_int_equal(n_bans(e), 2);
	assert_int_equal(status_now(e).n_bans, 2);
	assert_int_equal(ask_ours(e, "SELECT max(id) FROM ban"), 3);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, history_env_set_up, history_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_ban_is_copied_once),
	    CASE(what_was_there_first_is_copied_in_steps),
	    CASE(equal_bans_of_one_second_are_all_copied),
	    CASE(rowids_that_come_again_hide_no_ban),
	    CASE(a_row_in_the_place_of_an_equal_one_hides_no_other),
	    CASE(a_long_table_that_lost_its_end_is_not_read_again),
	    CASE(a_clock_that_was_set_back_hides_no_ban),
	    CASE(a_purge_and_new_numbers_change_nothing),
	    CASE(another_file_of_the_name_is_read_whole),
	    CASE(a_repaired_file_is_the_same_to_us),
	    CASE(a_device_of_another_number_is_no_other_file),
	    CASE(of_0_10_the_bantime_is_unknown),
	    CASE(any_number_is_a_bantime),
	    CASE(who_banned_is_read_from_the_data),
	    CASE(data_that_cannot_be_read_loses_no_ban),
	    CASE(what_was_pruned_on_purpose_stays_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
