/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes wrong, what comes late, and who else is at it. */
#include "service/archive/history.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "service/geo/geo.h"
#include "t/lib/f2b_db.h"
#include "t/lib/scratch.h"
#include "t/lib/stranger.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"
#include "t/unit/service/history_env.h"

enum { KILLS = 40 };

static void
each_fault_is_told_and_passes(void **state)
{
	/* what is in the place of the database; "" a directory */
	static const struct {
		const char *bytes;
		size_t len;
		enum history_off off;
	} FAULTS[] = {
	    {NULL,					 0,  HISTORY_ABSENT },
	    {"",					   0,  HISTORY_DAMAGED},
	    {"no database at all, just some text, a line", 30, HISTORY_DAMAGED},
	    {"\0",					 0,  HISTORY_FOREIGN},
	};
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	assert_copied(e, 1);
	for (size_t i = 0; i < ARRAY_LEN(FAULTS); i++) {
		char aside[SCRATCH_PATH_SIZE];

		assert_true(str_copy(
		    aside, sizeof aside, scratch_path(&e->scratch, "aside")));
		assert_int_equal(rename(e->settings.fail2ban_db, aside), 0);
		if (FAULTS[i].bytes != NULL &&
		    FAULTS[i].off == HISTORY_DAMAGED && FAULTS[i].len == 0)
			assert_int_equal(
			    mkdir(e->settings.fail2ban_db, 0700), 0);
		else if (FAULTS[i].bytes != NULL)
			scratch_write(&e->scratch, SOURCE, FAULTS[i].bytes,
			    FAULTS[i].len);
		assert_false(step(e));
		assert_int_equal(status_now(e).off, FAULTS[i].off);
		assert_int_equal(status_now(e).off_since, NOW);
		assert_true(strlen(history_off_text(FAULTS[i].off)) > 0);
		(void)remove(e->settings.fail2ban_db);
		assert_int_equal(rename(aside, e->settings.fail2ban_db), 0);
		assert_false(step(e));
		assert_int_equal(status_now(e).off, HISTORY_ON);
	}
	ban(e, "sshd", "203.0.113.2", NOW - 40);
	assert_copied(e, 2);
}

static void
a_database_in_memory_or_nowhere_is_told(void **state)
{
	struct env *e = *state;

	app_close(&e->app);
	assert_true(str_copy(e->settings.fail2ban_db,
	    sizeof e->settings.fail2ban_db, ":memory:"));
	history_env_start(e);
	assert_false(step(e));
	assert_int_equal(status_now(e).off, HISTORY_NO_DATABASE);
	app_close(&e->app);
	e->settings.fail2ban_db[0] = '\0'; /* and no fail2ban to ask */
	history_env_start(e);
	assert_false(step(e));
	assert_int_equal(status_now(e).off, HISTORY_UNKNOWN);
}

static void
a_locked_database_is_waited_for_in_vain_but_not_long(void **state)
{
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	assert_copied(e, 1);
	ban(e, "sshd", "203.0.113.2", NOW - 50);
	f2b_db_run(e->f2b, "BEGIN EXCLUSIVE");
	assert_false(step(e));
	assert_int_equal(
	    status_now(e).off, HISTORY_ON); /* it may be a moment */
	auth_env_set_time(NOW + LIMIT_HISTORY_NOTED_S);
	assert_false(step(e));
	assert_int_equal(status_now(e).off, HISTORY_BUSY);
	f2b_db_run(e->f2b, "COMMIT");
	assert_copied(e, 2);
	assert_int_equal(status_now(e).off, HISTORY_ON);
}

static void
what_stands_before_the_damage_is_copied(void **state)
{
	struct env *e = *state;
	int64_t n, page;
	int bans = unit_size(5000, 2000);

	f2b_db_fill(e->f2b, bans, NOW - 5000, 200);
	f2b_db_close(e->f2b);
	/* a leaf of the table, somewhere behind the middle */
	e->f2b = f2b_db_open(e->settings.fail2ban_db);
	page = f2b_db_ask(e->f2b, "PRAGMA page_size");
	n = (int64_t)scratch_size(&e->scratch, SOURCE);
	scratch_damage(&e->scratch, SOURCE, (size_t)(n / page / 2 * page),
	    (size_t)(n / 4), 0xff);
	(void)sync_all(e);
	assert_int_equal(status_now(e).off, HISTORY_DAMAGED);
	assert_true(n_bans(e) > 100);
	assert_true(n_bans(e) < bans);
}

static void
while_somebody_writes_it_does_not_wait(void **state)
{
	struct env *e = *state;
	sqlite3 *raw = NULL;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	raw = stranger_open(&e->scratch);
	f2b_db_run(raw, "BEGIN IMMEDIATE");
	assert_true(step(e)); /* not now */
	assert_int_equal(n_bans(e), 0);
	f2b_db_run(raw, "ROLLBACK");
	stranger_close(raw);
	assert_copied(e, 1);
}

static void
one_process_at_a_time_looks_and_not_too_often(void **state)
{
	struct env *e = *state;
	struct app other = {0};
	struct error err = ERROR_INIT;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	assert_int_equal(history_sync_step(&e->app, &err), 0);
	assert_int_equal(n_bans(e), 1);
	ban(e, "sshd", "203.0.113.2", NOW - 50);
	assert_int_equal(history_sync_step(&e->app, &err), 0);
	assert_int_equal(n_bans(e), 1);
	assert_int_equal(app_open_tool(&other, &e->settings, &err), 0);
	assert_int_equal(history_sync_step(&other, &err), 0);
	assert_int_equal(n_bans(e), 1); /* somebody else did just now */
	while (n_bans(e) == 1)          /* a second at most */
		assert_int_equal(history_sync_step(&other, &err), 0);
	assert_int_equal(n_bans(e), 2);
	app_close(&other);
}

/* In a child: copy until there is nothing more. */
static _Noreturn void
copy_all(struct env *e)
{
	struct app app = {0};
	struct error err = ERROR_INIT;
	bool more = true;
	int rc = 0;

	if (app_open_tool(&app, &e->settings, &err) < 0)
		_exit(1);
	app.now_s = auth_env_time;
	while (more && rc == 0)
		rc = history_sync(&app, &more, &err);
	app_close(&app);
	_exit(rc < 0 ? 2 : 0);
}

static pid_t
start_child(struct env *e)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		copy_all(e);
	return pid;
}

/* A connection must not cross a fork. */
static void
close_all(struct env *e)
{
	app_close(&e->app);
	f2b_db_close(e->f2b);
	e->f2b = NULL;
}

static void
open_all(struct env *e)
{
	e->f2b = f2b_db_open(e->settings.fail2ban_db);
	history_env_start(e);
}

static void
killed_at_any_moment_it_copies_nothing_twice(void **state)
{
	struct env *e = *state;
	int unfinished = 0, n = unit_size(6000, 1000);

	f2b_db_fill(e->f2b, n, NOW - 5000, 100);
	for (int i = 0; i < 30; i++)
		ban(e, "sshd", "203.0.113.7", NOW - 50);
	close_all(e);
	for (int i = 0; i < KILLS; i++) {
		pid_t pid = start_child(e);
		int status = 0;

		(void)usleep((useconds_t)(4000 + 1111 * i % 23000));
		(void)kill(pid, SIGKILL); /* it may have ended already */
		assert_int_equal(waitpid(pid, &status, 0), pid);
		unfinished += WIFSIGNALED(status) ? 1 : 0;
	}
	open_all(e);
	assert_true(unfinished > KILLS / 4);
	assert_copied(e, n + 30);
	assert_int_equal(ask_ours(e, "SELECT max(id) FROM ban"), n + 30);
	assert_int_equal(
	    ask_ours(e, "SELECT count(*) FROM ban_evidence"), n + 30);
}

static void
many_at_once_copy_nothing_twice(void **state)
{
	struct env *e = *state;
	pid_t pids[4];
	int n = unit_size(6000, 1000);

	f2b_db_fill(e->f2b, n, NOW - 5000, 10);
	close_all(e);
	for (size_t i = 0; i < ARRAY_LEN(pids); i++)
		pids[i] = start_child(e);
	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		int status = 0;

		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	open_all(e);
	assert_copied(e, n);
}

static void
a_country_learned_later_is_told_to_the_bans(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	struct geo_lesson lesson = {
	    .addr = auth_env_addr("81.2.69.142"),
	    .answer = {.country_code = "GB",
		       .country_name = "United Kingdom",
		       .asn = 64500,
		       .as_org = "Example Ltd"},
	};

	ban(e, "sshd", "81.2.69.142", NOW - 50);
	ban(e, "sshd", "81.2.69.143", NOW - 40);
	assert_copied(e, 2);
	assert_int_equal(
	    ask_ours(e, "SELECT count(*) FROM ban WHERE country IS NULL"), 2);
	assert_int_equal(geo_learn(&e->app, &lesson, 1, "test", &err), 0);
	assert_int_equal(ask_ours(e, "SELECT count(*) FROM ban WHERE id = 1"
				     " AND country = 'GB' AND asn = 64500"),
	    1);
	assert_int_equal(
	    ask_ours(e, "SELECT count(*) FROM ban WHERE country IS NULL"), 1);
	assert_int_equal(ask_ours(e, "SELECT count(*) FROM ban_as"), 1);
}

static void
an_answer_of_the_network_is_known_at_the_next_ban(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	struct geo_lesson lesson = {
	    .addr = auth_env_addr("81.2.69.142"),
	    .answer = {.country_code = "GB", .asn = -1},
	};

	app_close(&e->app);
	e->settings.geoip_http_fallback = true;
	history_env_start(e);
	ban(e, "sshd", "81.2.69.142", NOW - 50);
	assert_copied(e, 1);
	assert_true(geo_has_notes(&e->app)); /* it is to be asked for */
	assert_int_equal(geo_learn(&e->app, &lesson, 1, "test", &err), 0);
	ban(e, "sshd", "81.2.69.142", NOW);
	assert_copied(e, 2);
	assert_int_equal(
	    ask_ours(e, "SELECT count(*) FROM ban WHERE country = 'GB'"), 2);
}

static void
a_time_that_fail2ban_forgot_is_a_gap(void **state)
{
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	assert_copied(e, 1);
	auth_env_set_time(NOW + 7200);
	f2b_db_run(e->f2b, "DELETE FROM bans");
	ban(e, "sshd", "203.0.113.1", NOW + 3600);
	assert_copied(e, 2);
	assert_int_equal(ask_ours(e, "SELECT count(*) FROM ban_gap"), 1);
	assert_int_equal(ask_ours(e, "SELECT from_at FROM ban_gap"), NOW);
	assert_int_equal(ask_ours(e, "SELECT to_at FROM ban_gap"), NOW + 3600);
}

static void
a_quiet_time_is_no_gap(void **state)
{
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	assert_copied(e, 1);
	auth_env_set_time(NOW + 7200);
	ban(e, "sshd", "203.0.113.1", NOW + 3600);
	assert_copied(e, 2);
	auth_env_set_time(NOW + 3600); /* and a clock that goes astray */
	assert_copied(e, 2);
	assert_int_equal(ask_ours(e, "SELECT count(*) FROM ban_gap"), 0);
}

static int
attempt(void *arg, struct error *err)
{
	struct env *e = arg;
	bool more = true;
	int rc = 0;

	history_freep(&e->app.history);
	if (history_new(&e->app.history, err) < 0)
		return -1;
	while (rc == 0 && more)
		rc = history_sync(&e->app, &more, err);
	history_freep(&e->app.history);
	assert_int_equal(ask_ours(e, "SELECT off FROM history_state"), 0);
	return rc;
}

static void
copying_survives_every_failing_allocation(void **state)
{
	struct env *e = *state;

	ban(e, "sshd", "203.0.113.1", NOW - 50);
	ban(e, "web", "('alice', 'web1')", NOW - 40);
	assert_true(torture_run(attempt, e) > 10);
	f2b_db_run(e->f2b, "DELETE FROM bans");
	ban(e, "web", "203.0.113.2", NOW - 30); /* nothing is what it was */
	assert_true(torture_run(attempt, e) > 10);
	history_freep(&e->app.history);
	app_close(&e->app);
	history_env_start(e);
	assert_int_equal(n_bans(e), 3);
	(void)sync_all(e);
	assert_int_equal(n_bans(e), 3);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, history_env_set_up, history_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(each_fault_is_told_and_passes),
	    CASE(a_database_in_memory_or_nowhere_is_told),
	    CASE(a_locked_database_is_waited_for_in_vain_but_not_long),
	    CASE(what_stands_before_the_damage_is_copied),
	    CASE(while_somebody_writes_it_does_not_wait),
	    CASE(one_process_at_a_time_looks_and_not_too_often),
	    CASE(copying_survives_every_failing_allocation),
	    CASE(killed_at_any_moment_it_copies_nothing_twice),
	    CASE(many_at_once_copy_nothing_twice),
	    CASE(a_country_learned_later_is_told_to_the_bans),
	    CASE(an_answer_of_the_network_is_known_at_the_next_ban),
	    CASE(a_time_that_fail2ban_forgot_is_a_gap),
	    CASE(a_quiet_time_is_no_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
