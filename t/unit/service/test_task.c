/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jobs/task.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "f2b/cmd.h"
#include "service/archive/ban_text.h"
#include "service/archive/history.h"
#include "service/geo/geo.h"
#include "service/jobs/chores.h"
#include "t/lib/log_tap.h"
#include "t/lib/scratch.h"
#include "t/lib/stranger.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define FAILED "background_task_failed"

static struct log_tap tap;

static int
works(struct app *app, struct error *err)
{
	(void)app;
	(void)err;
	return 0;
}

static int
is_busy(struct app *app, struct error *err)
{
	(void)app;
	return err_set(
	    err, ERR_DB_BUSY, "Try again.", "%s", "locked \"twice\"");
}

static void
a_failure_is_one_line_and_one_count(void **state)
{
	struct auth_env *e = *state;
	uint64_t n = 9;

	log_tap_start(&tap);
	assert_int_equal(task_run(&e->app, TASK_GEO_NOTES, is_busy), -1);
	log_tap_stop(&tap);
	assert_true(log_tap_once(&tap, FAILED,
	    "\"task\":\"geo_notes\",\"job_id\":null,\"attempt\":1,"
	    "\"error\":\"database_busy\",\"detail\":\"locked \\\"twice\\\"\","
	    "\"duration_ms\":"));
	assert_true(log_tap_once(&tap, FAILED, "\"retry_at\":null"));
	assert_true(task_failures(&e->app, TASK_GEO_NOTES, &n));
	assert_int_equal(n, 1);
	assert_true(task_failures(&e->app, TASK_GEO_COPY, &n));
	assert_int_equal(n, 0);
}

static void
what_goes_well_is_not_told_of(void **state)
{
	struct auth_env *e = *state;
	uint64_t n = 9;

	log_tap_start(&tap);
	assert_int_equal(task_run(&e->app, TASK_GEO_NOTES, works), 0);
	log_tap_stop(&tap);
	assert_int_equal(tap.len, 0);
	assert_true(task_failures(&e->app, TASK_GEO_NOTES, &n));
	assert_int_equal(n, 0);
}

static void
a_job_that_failed_is_told_of_with_its_number_and_plan(void **state)
{
	struct auth_env *e = *state;
	const struct task_failure f = {
	    .task = TASK_GEO_HTTP,
	    .job_id = 41,
	    .attempt = 3,
	    .duration_ms = 1200,
	    .retry_at = 1800000060,
	};
	struct error err = ERROR_INIT;

	(void)err_set(&err, ERR_TIMEOUT, "Too long.", "%s", "60 s");
	log_tap_start(&tap);
	task_fail(&e->app, &f, &err);
	log_tap_stop(&tap);
	assert_true(log_tap_once(&tap, FAILED,
	    "\"task\":\"geo_http\",\"job_id\":41,\"attempt\":3,"
	    "\"error\":\"timed_out\",\"detail\":\"60 s\","
	    "\"duration_ms\":1200,\"retry_at\":\"2027-01-15T08:01:00Z\""));
}

static void
counters_that_cannot_be_opened_are_told_of_once(void **state)
{
	struct auth_env *e = *state;
	uint64_t n;

	/* a directory is in their place */
	assert_int_equal(mkdir(scratch_path(&e->scratch, "counters"), 0700), 0);
	log_tap_start(&tap);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    task_run(&e->app, TASK_GEO_NOTES, is_busy), -1);
	log_tap_stop(&tap);
	assert_int_equal(log_tap_count(&tap, FAILED), 3);
	assert_int_equal(log_tap_count(&tap, "counters_unavailable"), 1);
	assert_false(task_failures(&e->app, TASK_GEO_NOTES, &n));
}

static void
every_task_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < TASK__MAX; i++)
		for (int k = 0; k <= i; k++)
			assert_true(str_eq(task_name((enum task)i),
					task_name((enum task)k)) == (i == k));
}

/* An address that nobody knows, while asking is allowed: one note. */
static void
make_note(struct auth_env *e, const char *ip)
{
	struct addr a = auth_env_addr(ip);
	struct geo_result r;
	struct error err = ERROR_INIT;

	assert_int_equal(geo_resolve(&e->app, &a, &r, &err), 0);
	assert_true(geo_has_notes(&e->app));
}

/* What chores ask. */
static void
make_all(struct auth_env *e)
{
	struct error err = ERROR_INIT;

	assert_int_equal(geo_new(&e->app.geo, &e->settings, &err), 0);
	assert_int_equal(history_new(&e->app.history, &err), 0);
	assert_int_equal(
	    f2b_new(&e->app.f2b, scratch_path(&e->scratch, "none"), &err), 0);
}

static void
chores_take_turns_one_at_a_time(void **state)
{
	struct auth_env *e = *state;

	e->settings.geoip_http_fallback = true;
	make_all(e);
	make_note(e, "11.0.0.1");
	assert_true(auth_clean_is_due(&e->app));
	assert_true(chores_run(&e->app));
	assert_false(geo_has_notes(&e->app));
	assert_true(history_is_due(&e->app));
	assert_true(chores_run(&e->app));
	assert_false(history_is_due(&e->app));
	assert_true(ban_text_is_due(&e->app));
	assert_true(chores_run(&e->app));
	assert_false(ban_text_is_due(&e->app));
	assert_true(auth_clean_is_due(&e->app));
	make_note(e, "11.0.0.2"); /* due again, but it has had its turn */
	assert_true(chores_run(&e->app));
	assert_true(geo_has_notes(&e->app));
	assert_false(auth_clean_is_due(&e->app));
	assert_true(chores_run(&e->app));
	assert_false(geo_has_notes(&e->app));
	assert_false(chores_run(&e->app)); /* nothing is due */
}

static void
a_long_wal_is_a_chore(void **state)
{
	struct auth_env *e = *state;
	sqlite3 *raw = NULL;
	size_t before = scratch_size(&e->scratch, "bangui.db");

	make_all(e);
	raw = stranger_open(&e->scratch);
	assert_int_equal(sqlite3_exec(raw,
			     "PRAGMA wal_autocheckpoint = 0;"
			     " CREATE TABLE ballast (b);"
			     " INSERT INTO ballast VALUES (zeroblob(5000000))",
			     NULL, NULL, NULL),
	    0);
	while (chores_run(&e->app)) /* the first that writes notices */
		continue;
	assert_true(scratch_size(&e->scratch, "bangui.db") > before + 5000000);
	stranger_close(raw);
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_failure_is_one_line_and_one_count),
	    CASE(what_goes_well_is_not_told_of),
	    CASE(a_job_that_failed_is_told_of_with_its_number_and_plan),
	    CASE(counters_that_cannot_be_opened_are_told_of_once),
	    CASE(every_task_has_a_name_of_its_own),
	    CASE(chores_take_turns_one_at_a_time),
	    CASE(a_long_wal_is_a_chore),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
