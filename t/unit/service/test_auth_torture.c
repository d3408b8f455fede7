/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every allocation of ours in set-up and sign-in may fail. */
#include <string.h>

#include "base/macros.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

static int
attempt_set_password(void *arg, struct error *err)
{
	struct auth_env *e = arg;
	bool done = false;
	struct error other = ERROR_INIT;

	if (auth_setup_local(&e->app, PASSWORD, strlen(PASSWORD), err) == 0)
		return 0;
	assert_int_equal(auth_setup_done(&e->app, &done, &other), 0);
	assert_false(done);
	return -1;
}

static void
setting_a_password_without_memory_sets_none(void **state)
{
	assert_true(torture_run(attempt_set_password, *state) > 0);
}

static int
attempt_login(void *arg, struct error *err)
{
	struct auth_env *e = arg;
	struct auth_grant grant = {.token = "untouched", .expires_at = 7};
	const struct auth_login req = {
	    .password = PASSWORD,
	    .password_len = strlen(PASSWORD),
	    .client = auth_env_addr("203.0.113.9"),
	};

	if (auth_login(&e->app, &req, &grant, err) == 0)
		return 0;
	assert_string_equal(grant.token, "untouched");
	assert_int_equal(grant.expires_at, 7);
	return -1;
}

static void
a_sign_in_without_memory_leaves_the_grant_untouched(void **state)
{
	struct auth_env *e = *state;

	auth_env_complete(e);
	e->settings.bcrypt_cost = COST + 1; /* hash and hash anew */
	assert_true(torture_run(attempt_login, e) >= 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(setting_a_password_without_memory_sets_none),
	    CASE(a_sign_in_without_memory_leaves_the_grant_untouched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
