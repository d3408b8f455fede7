/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/geo/geo_quota.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

enum { NOW = 1800000000, HOUR_S = 3600, DAY_S = 86400 };

static int
set_up(void **state)
{
	assert_int_equal(auth_env_set_up(state), 0);
	auth_env_set_time(NOW);
	return 0;
}

/* 0: one may be sent; else in so many seconds. */
static int64_t
take(struct app *app)
{
	struct error err = ERROR_INIT;
	int64_t wait_s = -1;
	int rc = geo_quota_take(app, &wait_s, &err);

	if (rc < 0)
		fail_msg("%s", err.detail);
	assert_int_equal(rc, wait_s == 0 ? 1 : 0);
	return wait_s;
}

static void
set(struct app *app, int64_t wait_s)
{
	struct error err = ERROR_INIT;

	if (geo_quota_set(app, wait_s, &err) < 0)
		fail_msg("%s", err.detail);
}

static void
who_says_nothing_is_asked_at_the_pace_it_allows(void **state)
{
	struct auth_env *e = *state;
	int sent = 0;

	for (int s = 0; s < 60; s++) {
		auth_env_set_time(NOW + s);
		sent += take(&e->app) == 0;
	}
	assert_int_equal(sent, 15);
}

static void
who_wants_more_gets_it_at_once(void **state)
{
	struct auth_env *e = *state;

	for (int i = 0; i < 10; i++) {
		assert_int_equal(take(&e->app), 0);
		set(&e->app, 0);
	}
}

static void
who_wants_to_be_left_alone_is_by_every_process(void **state)
{
	struct auth_env *e = *state;
	struct app other;

	auth_env_open(e, &other);
	assert_int_equal(take(&e->app), 0);
	assert_int_equal(take(&other), LIMIT_GEO_HTTP_PACE_S);
	set(&e->app, 42);
	assert_int_equal(take(&other), 42);
	auth_env_set_time(NOW + 41);
	assert_int_equal(take(&e->app), 1);
	assert_int_equal(take(&other), 1);
	auth_env_set_time(NOW + 42);
	assert_int_equal(take(&other), 0);
	app_close(&other);
}

static void
a_clock_that_is_set_back_makes_nobody_wait_for_it(void **state)
{
	struct auth_env *e = *state;

	set(&e->app, HOUR_S);
	auth_env_set_time(NOW - DAY_S);
	assert_int_equal(take(&e->app), HOUR_S);
	auth_env_set_time(NOW - DAY_S + HOUR_S - 1);
	assert_int_equal(take(&e->app), 1);
	auth_env_set_time(NOW - DAY_S + HOUR_S);
	assert_int_equal(take(&e->app), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		who_says_nothing_is_asked_at_the_pace_it_allows, set_up,
		auth_env_tear_down),
	    cmocka_unit_test_setup_teardown(
		who_wants_more_gets_it_at_once, set_up, auth_env_tear_down),
	    cmocka_unit_test_setup_teardown(
		who_wants_to_be_left_alone_is_by_every_process, set_up,
		auth_env_tear_down),
	    cmocka_unit_test_setup_teardown(
		a_clock_that_is_set_back_makes_nobody_wait_for_it, set_up,
		auth_env_tear_down),
	};

	return cmocka_run_group_tests_name(
	    "service/geo_quota", tests, NULL, NULL);
}
