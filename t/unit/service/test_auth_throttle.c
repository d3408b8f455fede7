/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_throttle.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/macros.h"
#include "base/time.h"
#include "db/db.h"
#include "service/auth/auth_password.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define CLIENT "203.0.113.9"
#define OTHER "203.0.113.10"

static enum err_code
try_wrong(struct auth_env *e, const char *client, int *wait_s)
{
	return auth_env_try(e, WRONG, client, wait_s);
}

static enum err_code
try_good(struct auth_env *e, const char *client, int *wait_s)
{
	return auth_env_try(e, PASSWORD, client, wait_s);
}

/* n failures that are each let through, waiting as long as it takes. */
static void
fail_times(struct auth_env *e, const char *client, int n)
{
	int wait_s = 0, i;

	for (i = 0; i < n; i++) {
		enum err_code code = try_wrong(e, client, &wait_s);

		if (code == ERR_THROTTLED) {
			auth_env_set_time(auth_env_time() + wait_s);
			code = try_wrong(e, client, &wait_s);
		}
		assert_int_equal(code, ERR_CREDENTIALS);
	}
}

static void
five_failures_are_free_and_then_waits_double_to_15_minutes(void **state)
{
	static const int WAITS[] = {2, 4, 8, 16, 32, 64, 128, 256, 512, 900};
	struct auth_env *e = *state;
	int wait_s = 0;
	size_t i;

	auth_env_complete(e);
	fail_times(e, CLIENT, 5);
	for (i = 0; i < ARRAY_LEN(WAITS); i++) {
		assert_int_equal(
		    try_wrong(e, CLIENT, &wait_s), ERR_CREDENTIALS);
		assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
		assert_int_equal(wait_s, WAITS[i]);
		auth_env_set_time(auth_env_time() + WAITS[i] - 1);
		assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
		assert_int_equal(wait_s, 1);
		auth_env_set_time(auth_env_time() + 1);
	}
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
}

static void
one_client_does_not_slow_another(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	fail_times(e, CLIENT, 6);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
	assert_int_equal(try_good(e, OTHER, &wait_s), ERR_NONE);
}

static void
success_forgets_the_failures(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	fail_times(e, CLIENT, 5);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
	fail_times(e, CLIENT, 5);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
}

static void
failures_halve_each_hour(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	fail_times(e, CLIENT, 8); /* and an hour later they count as four */
	auth_env_set_time(auth_env_time() + 3600);
	assert_int_equal(try_wrong(e, CLIENT, &wait_s), ERR_CREDENTIALS);
	assert_int_equal(try_wrong(e, CLIENT, &wait_s), ERR_CREDENTIALS);
	assert_int_equal(try_wrong(e, CLIENT, &wait_s), ERR_THROTTLED);
	assert_int_equal(wait_s, 2);
}

static void
the_addresses_of_one_64_are_one_client(void **state)
{
	struct auth_env *e = *state;
	char client[64];
	int wait_s = 0, i;

	auth_env_complete(e);
	for (i = 1; i <= 6; i++) {
		(void)snprintf(
		    client, sizeof client, "2001:db8:1:2:%x::%x", i, i);
		assert_int_equal(
		    try_wrong(e, client, &wait_s), ERR_CREDENTIALS);
	}
	assert_int_equal(
	    try_good(e, "2001:db8:1:2:ffff::1", &wait_s), ERR_THROTTLED);
	assert_int_equal(try_good(e, "2001:db8:1:3::1", &wait_s), ERR_NONE);
}

static void
a_48_has_four_times_the_allowance(void **state)
{
	struct auth_env *e = *state;
	char client[64];
	int wait_s = 0, i;

	auth_env_complete(e);
	for (i = 0; i < 21; i++) {
		(void)snprintf(client, sizeof client, "2001:db8:1:%x::1", i);
		auth_env_set_time(auth_env_time() + 1);
		assert_int_equal(
		    try_wrong(e, client, &wait_s), ERR_CREDENTIALS);
	}
	assert_int_equal(
	    try_good(e, "2001:db8:1:ffff::1", &wait_s), ERR_THROTTLED);
	assert_int_equal(wait_s, 2);
	assert_int_equal(try_good(e, "2001:db8:2::1", &wait_s), ERR_NONE);
}

static void
success_does_not_clear_the_whole_48(void **state)
{
	struct auth_env *e = *state;
	char client[64];
	int wait_s = 0, i;

	auth_env_complete(e);
	for (i = 0; i < 20; i++) {
		(void)snprintf(client, sizeof client, "2001:db8:1:%x::1", i);
		auth_env_set_time(auth_env_time() + 1);
		assert_int_equal(
		    try_wrong(e, client, &wait_s), ERR_CREDENTIALS);
	}
	assert_int_equal(try_good(e, "2001:db8:1:1::1", &wait_s), ERR_NONE);
	assert_int_equal(
	    try_wrong(e, "2001:db8:1:2::1", &wait_s), ERR_CREDENTIALS);
	assert_int_equal(
	    try_wrong(e, "2001:db8:1:3::1", &wait_s), ERR_THROTTLED);
}

static void
failures_of_a_whole_48_do_not_lock_the_owner_s_64_out(void **state)
{
	struct auth_env *e = *state;
	char client[64];
	int wait_s = 0, i;

	auth_env_complete(e);
	assert_int_equal(try_good(e, "2001:db8:1:1::1", &wait_s), ERR_NONE);
	for (i = 0; i < 21; i++) {
		(void)snprintf(client, sizeof client, "2001:db8:1:f%x::1", i);
		auth_env_set_time(auth_env_time() + 1);
		assert_int_equal(
		    try_wrong(e, client, &wait_s), ERR_CREDENTIALS);
	}
	assert_int_equal(
	    try_good(e, "2001:db8:1:ffff::1", &wait_s), ERR_THROTTLED);
	assert_int_equal(try_good(e, "2001:db8:1:1::2", &wait_s), ERR_NONE);
	/* its own failures count for it all the same */
	fail_times(e, "2001:db8:1:1::3", 6);
	assert_int_equal(
	    try_good(e, "2001:db8:1:1::2", &wait_s), ERR_THROTTLED);
}

static void
a_mapped_address_is_its_ipv4_address(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	fail_times(e, "::ffff:203.0.113.9", 6);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
}

static void
the_state_is_one_for_all_processes_and_outlives_them(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	fail_times(e, CLIENT, 6);
	db_freep(&e->app.db);
	auth_env_open(e, &e->app);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
}

static void
a_clock_set_back_neither_frees_nor_locks_longer(void **state)
{
	struct auth_env *e = *state;
	int64_t began = auth_env_time();
	int wait_s = 0;

	auth_env_complete(e);
	fail_times(e, CLIENT, 10); /* 32 s */
	auth_env_set_time(began - 3600);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
	assert_int_equal(wait_s, 32);
	auth_env_set_time(auth_env_time() + 31);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
	assert_int_equal(wait_s, 1);
	auth_env_set_time(auth_env_time() + 1);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
}

static void
a_clock_set_back_to_1970_locks_for_15_minutes_at_most(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	fail_times(e, CLIENT, 15);
	auth_env_set_time(100);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
	assert_in_range(wait_s, 800, 900);
	auth_env_set_time(100 + wait_s);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
}

static void
a_clock_set_far_forward_is_no_trouble(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	fail_times(e, CLIENT, 10);
	auth_env_set_time(INT64_C(1) << 40);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
}

/* Failures from addresses that each have their own allowance. */
static int
hashes_until_refused(struct auth_env *e, int wanted)
{
	char client[32];
	int wait_s = 0, i;

	for (i = 0; i < wanted; i++) {
		(void)snprintf(client, sizeof client, "198.51.%d.%d", i / 200,
		    i % 200 + 1);
		if (try_wrong(e, client, &wait_s) == ERR_THROTTLED)
			break;
	}
	return i;
}

static void
strangers_together_get_10_hashes_and_then_one_a_second(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	assert_int_equal(hashes_until_refused(e, 100), 10);
	assert_int_equal(try_good(e, OTHER, &wait_s), ERR_THROTTLED);
	assert_int_equal(wait_s, 1);
	auth_env_set_time(auth_env_time() + 4);
	assert_int_equal(hashes_until_refused(e, 100), 4);
	auth_env_set_time(auth_env_time() + 60);
	assert_int_equal(hashes_until_refused(e, 100), 10);
}

static void
an_attack_from_everywhere_does_not_lock_the_owner_out(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0, i;

	auth_env_complete(e);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
	auth_env_set_time(auth_env_time() + 29 * 86400);
	(void)hashes_until_refused(e, 100);
	for (i = 0; i < 50; i++)
		assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
}

static void
who_cannot_be_afforded_does_not_wait_for_the_slot(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	int64_t began_ms;
	int wait_s = 0;
	AUTO(fd_closep) int slot = -1;

	auth_env_complete(e);
	(void)hashes_until_refused(e, 100);
	slot = auth_password_slot(e->scratch.dir, true, &err);
	assert_true(slot >= 0);
	began_ms = time_mono_ms();
	assert_int_equal(try_good(e, OTHER, &wait_s), ERR_THROTTLED);
	assert_int_equal(wait_s, 1);
	assert_true(time_mono_ms() - began_ms < 500);
}

static void
a_client_is_forgotten_after_30_days(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0;

	auth_env_complete(e);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
	auth_env_set_time(auth_env_time() + 31 * 86400);
	(void)hashes_until_refused(e, 100);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_THROTTLED);
}

static void
a_clock_set_back_does_not_refill_the_budget(void **state)
{
	struct auth_env *e = *state;

	auth_env_complete(e);
	assert_int_equal(hashes_until_refused(e, 100), 10);
	auth_env_set_time(auth_env_time() - 3600);
	assert_int_equal(hashes_until_refused(e, 100), 0);
	auth_env_set_time(auth_env_time() + 5);
	assert_int_equal(hashes_until_refused(e, 100), 5);
}

static int
spend_all(struct auth_env *e)
{
	const struct addr a = auth_env_addr(CLIENT);
	struct error err = ERROR_INIT;
	int n = 0;

	while (n < 200 && auth_throttle_spend(&e->app, &a, true, &err) == 0)
		n++;
	assert_int_equal(err.code, ERR_THROTTLED);
	return n;
}

static void
a_proven_owner_has_the_whole_budget_and_no_more(void **state)
{
	struct auth_env *e = *state;

	assert_int_equal(spend_all(e), 60);
	auth_env_set_time(auth_env_time() - 3600);
	assert_int_equal(spend_all(e), 0);
	auth_env_set_time(auth_env_time() + 5);
	assert_int_equal(spend_all(e), 5);
}

static void
cleaning_forgets_failures_after_a_day(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	const struct addr a = auth_env_addr(CLIENT);

	auth_env_complete(e);
	fail_times(e, CLIENT, 6);
	assert_int_equal(auth_throttle_clean(&e->app, &err), 0);
	assert_int_equal(auth_throttle_check(&e->app, &a, &err), -1);
	auth_env_set_time(auth_env_time() + 86401);
	assert_int_equal(auth_throttle_clean(&e->app, &err), 0);
	auth_env_set_time(auth_env_time() - 86401);
	assert_int_equal(auth_throttle_check(&e->app, &a, &err), 0);
}

static void
a_throttled_attempt_is_not_hashed(void **state)
{
	struct auth_env *e = *state;
	int wait_s = 0, i;

	auth_env_complete(e);
	fail_times(e, CLIENT, 6);
	for (i = 0; i < 100; i++)
		assert_int_equal(try_wrong(e, CLIENT, &wait_s), ERR_THROTTLED);
	/* None of the hundred was taken from the budget. */
	assert_int_equal(hashes_until_refused(e, 100), 10 - 6);
}

static void
where_nothing_can_be_written_nobody_can_guess(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	int wait_s = 0, i;

	auth_env_complete(e);
	assert_int_equal(db_set_query_only(e->app.db, true, &err), 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(try_wrong(e, CLIENT, &wait_s), ERR_INTERNAL);
		assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_INTERNAL);
	}
	assert_int_equal(db_set_query_only(e->app.db, false, &err), 0);
	assert_int_equal(try_good(e, CLIENT, &wait_s), ERR_NONE);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(five_failures_are_free_and_then_waits_double_to_15_minutes),
	    CASE(one_client_does_not_slow_another),
	    CASE(success_forgets_the_failures),
	    CASE(failures_halve_each_hour),
	    CASE(the_addresses_of_one_64_are_one_client),
	    CASE(a_48_has_four_times_the_allowance),
	    CASE(success_does_not_clear_the_whole_48),
	    CASE(failures_of_a_whole_48_do_not_lock_the_owner_s_64_out),
	    CASE(a_mapped_address_is_its_ipv4_address),
	    CASE(the_state_is_one_for_all_processes_and_outlives_them),
	    CASE(a_clock_set_back_neither_frees_nor_locks_longer),
	    CASE(a_clock_set_back_to_1970_locks_for_15_minutes_at_most),
	    CASE(a_clock_set_far_forward_is_no_trouble),
	    CASE(strangers_together_get_10_hashes_and_then_one_a_second),
	    CASE(an_attack_from_everywhere_does_not_lock_the_owner_out),
	    CASE(who_cannot_be_afforded_does_not_wait_for_the_slot),
	    CASE(a_client_is_forgotten_after_30_days),
	    CASE(a_clock_set_back_does_not_refill_the_budget),
	    CASE(a_proven_owner_has_the_whole_budget_and_no_more),
	    CASE(cleaning_forgets_failures_after_a_day),
	    CASE(a_throttled_attempt_is_not_hashed),
	    CASE(where_nothing_can_be_written_nobody_can_guess),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
