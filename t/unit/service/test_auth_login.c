/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/macros.h"
#include "base/str.h"
#include "base/time.h"
#include "db/db.h"
#include "service/auth/auth_password.h"
#include "store/owner_store.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define CLIENT "203.0.113.9"
#define A10 "aaaaaaaaaa"
#define A70 A10 A10 A10 A10 A10 A10 A10

static int
login(struct auth_env *e, const char *password, size_t len,
    const char *user_agent, struct error *err)
{
	struct auth_grant grant;
	const struct auth_login req = {
	    .password = password,
	    .password_len = len,
	    .client = auth_env_addr(CLIENT),
	    .user_agent = user_agent,
	};

	return auth_login(&e->app, &req, &grant, err);
}

static int
set_up(struct auth_env *e, const char *password, size_t len, struct error *err)
{
	char code[AUTH_SETUP_CODE_SIZE];
	struct auth_setup req = {
	    .code = code,
	    .code_len = sizeof code - 1,
	    .password = password,
	    .password_len = len,
	    .client = auth_env_addr(CLIENT),
	};

	assert_int_equal(auth_setup_code_new(&e->app, code, err), 0);
	return auth_setup(&e->app, &req, err);
}

/* At set-up, at sign-in and on the command line. */
static void
one_check_judges_passwords_everywhere(void **state)
{
	static const struct {
		const char *s;
		size_t len;
	} BAD[] = {
	    {A70 "aaa",                  73},
	    {"elevenchars",              11},
	    {"abcdefghijkl\0mn",         15},
	    {"abcdefghijkl\xff",         13},
	    {"abcdefghijkl\xed\xa0\x80", 15},
	    {"password1234",             12},
	};
	struct auth_env *e = *state;
	size_t i, way;

	for (i = 0; i < ARRAY_LEN(BAD); i++)
		for (way = 0; way < 3; way++) {
			struct error err = ERROR_INIT;
			const char *s = BAD[i].s;
			int rc = way == 0 ? set_up(e, s, BAD[i].len, &err)
				 : way == 1
				     ? login(e, s, BAD[i].len, NULL, &err)
				     : auth_setup_local(
					   &e->app, s, BAD[i].len, &err);

			assert_int_equal(rc, -1);
			assert_int_equal(err.code, ERR_INVALID);
			assert_string_equal(err.fields[0].name, "password");
		}
}

static void
a_password_of_72_bytes_signs_in_by_all_of_them(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(set_up(e, A70 "ab", 72, &err), 0);
	assert_int_equal(login(e, A70 "ab", 72, NULL, &err), 0);
	assert_int_equal(login(e, A70 "ac", 72, NULL, &err), -1);
	assert_int_equal(err.code, ERR_CREDENTIALS);
	assert_int_equal(login(e, A70 "a", 71, NULL, &err), -1);
	assert_int_equal(err.code, ERR_CREDENTIALS);
}

static const struct auth_hashing YESCRYPT = {"$y$", 5, 511};

static int64_t
stored_cost(struct auth_env *e)
{
	struct error err = ERROR_INIT;
	struct owner owner;

	assert_int_equal(owner_store_get(e->app.db, &owner, &err), 0);
	return (owner.password_hash[4] - '0') * 10 + owner.password_hash[5] -
	       '0';
}

static void
a_dearer_hash_is_made_at_the_next_good_sign_in(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;

	auth_env_complete(e);
	assert_int_equal(stored_cost(e), COST);
	e->settings.bcrypt_cost = COST + 1;
	assert_int_equal(login(e, WRONG, strlen(WRONG), NULL, &err), -1);
	assert_int_equal(stored_cost(e), COST);
	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), NULL, &err), 0);
	assert_int_equal(stored_cost(e), COST + 1);
	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), NULL, &err), 0);
	e->settings.bcrypt_cost = COST;
	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), NULL, &err), 0);
	assert_int_equal(stored_cost(e), COST + 1);
}

static void
another_kind_of_hash_is_made_at_the_next_good_sign_in(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct owner owner;

	auth_env_complete(e);
	assert_true(str_copy(
	    e->settings.hash_kind, sizeof e->settings.hash_kind, "yescrypt"));
	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), NULL, &err), 0);
	assert_int_equal(owner_store_get(e->app.db, &owner, &err), 0);
	assert_true(auth_password_hash_fits(owner.password_hash, &YESCRYPT));
	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), NULL, &err), 0);
	assert_true(str_copy(
	    e->settings.hash_kind, sizeof e->settings.hash_kind, "bcrypt"));
	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), NULL, &err), 0);
	assert_int_equal(stored_cost(e), COST);
}

/* bcrypt would take its first 72 bytes for the whole. */
static void
a_long_password_keeps_the_hash_that_can_tell_it_apart(void **state)
{
	static const char LONG[] = A70 A70 "with yescrypt";
	static const size_t LEN = sizeof LONG - 1;
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct owner owner;

	assert_int_equal(set_up(e, LONG, LEN, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_true(str_copy(
	    e->settings.hash_kind, sizeof e->settings.hash_kind, "yescrypt"));
	err_clear(&err);
	assert_int_equal(set_up(e, LONG, LEN, &err), 0);
	assert_int_equal(login(e, LONG, LEN, NULL, &err), 0);
	assert_int_equal(login(e, LONG, LEN - 1, NULL, &err), -1);
	assert_int_equal(err.code, ERR_CREDENTIALS);
	assert_true(str_copy(
	    e->settings.hash_kind, sizeof e->settings.hash_kind, "bcrypt"));
	assert_int_equal(login(e, LONG, LEN, NULL, &err), 0);
	assert_int_equal(owner_store_get(e->app.db, &owner, &err), 0);
	assert_true(auth_password_hash_fits(owner.password_hash, &YESCRYPT));
}

static void
a_stored_hash_of_another_kind_is_an_error_not_a_wrong_password(void **state)
{
	static const char BAD[] = "$2b$no hash of ours";
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(owner_store_set_password(e->app.db, BAD, 1, &err), 0);
	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), NULL, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_null(strstr(err.detail, BAD));
}

static void
a_long_or_broken_user_agent_is_cut_between_characters(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	char agent[1001];

	auth_env_complete(e);
	memset(agent, 'x', sizeof agent);
	agent[sizeof agent - 1] = '\0';
	memcpy(agent + 199, "\xe2\x82\xac", 3); /* crosses the limit */
	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), agent, &err), 0);
	assert_int_equal(
	    login(e, PASSWORD, strlen(PASSWORD), "bad \xff bytes", &err), 0);
	assert_true(scratch_holds(&e->scratch, agent, 199));
	assert_false(scratch_holds(&e->scratch, agent, 200));
	assert_false(scratch_holds(&e->scratch, "bad \xff", 5));
}

/* stderr of what f does, as text. */
static void
capture(
    void (*f)(struct auth_env *e), struct auth_env *e, char *out, size_t size)
{
	int fds[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_true(saved >= 0);
	assert_int_equal(pipe(fds), 0);
	assert_true(dup2(fds[1], STDERR_FILENO) >= 0);
	log_open("t", LOG_TARGET_STDERR, LOG_LEVEL_WARNING);
	f(e);
	log_context(NULL, NULL);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	(void)close(saved);
	(void)close(fds[1]);
	n = read(fds[0], out, size - 1);
	(void)close(fds[0]);
	assert_true(n >= 0);
	out[n] = '\0';
}

static void
fail_once(struct auth_env *e)
{
	struct error err = ERROR_INIT;

	log_context("2001:db8::7", "request-1");
	assert_int_equal(login(e, WRONG, strlen(WRONG),
			     "\",\"event\":\"login_failed\",\"client\":\"1.2.3"
			     ".4\",\n",
			     &err),
	    -1);
}

static void
a_failed_sign_in_is_one_line_that_the_filter_finds(void **state)
{
	static const char WANT[] =
	    "\",\"level\":\"warning\",\"event\":\"login_failed\","
	    "\"client\":\"2001:db8::7\",";
	struct auth_env *e = *state;
	char log[4096];
	const char *at;

	auth_env_complete(e);
	capture(fail_once, e, log, sizeof log);
	assert_int_equal(strncmp(log, "{\"ts\":\"", 7), 0);
	at = strchr(log + 7, '"'); /* the end of the time */
	assert_non_null(at);
	assert_int_equal(strncmp(at, WANT, sizeof WANT - 1), 0);
	assert_null(
	    strstr(at + 1, "\"event\":\"login_failed\",\"client\":\"1"));
	assert_ptr_equal(strchr(log, '\n'), log + strlen(log) - 1);
	assert_null(strstr(log, WRONG));
}

static void
succeed_once(struct auth_env *e)
{
	struct error err = ERROR_INIT;

	assert_int_equal(login(e, PASSWORD, strlen(PASSWORD), NULL, &err), 0);
}

static void
a_good_sign_in_warns_of_nothing(void **state)
{
	struct auth_env *e = *state;
	char log[4096];

	auth_env_complete(e);
	capture(succeed_once, e, log, sizeof log);
	assert_string_equal(log, "");
}

enum { SAMPLES = 60, TIMED_COST = 7 };

/* Of processor time, so that the machine's other work does not count. */
static int64_t
cost_of_failure(struct auth_env *e, int i, enum err_code want)
{
	struct auth_grant g;
	char client[32];
	int64_t began;
	enum err_code got;

	(void)snprintf(client, sizeof client, "198.51.100.%d", i);
	auth_env_set_time(auth_env_time() + 1); /* refills the budget */
	began = time_cpu_us();
	got = auth_env_login(e, WRONG, client, &g);
	began = time_cpu_us() - began;
	assert_int_equal(got, want);
	return began;
}

/* Of many runs the cheapest is the one that nothing else got into. */
static void
lower(int64_t *least, int64_t sample)
{
	if (sample < *least)
		*least = sample;
}

static void
a_wrong_password_takes_as_long_as_none_at_all(void **state)
{
	struct auth_env *e = *state;
	struct auth_env *empty = NULL;
	int64_t a = INT64_MAX, b = INT64_MAX;
	int i, n = unit_size(SAMPLES, SAMPLES / 5);

	auth_env_set_up((void **)&empty);
	e->settings.bcrypt_cost = empty->settings.bcrypt_cost = TIMED_COST;
	auth_env_complete(e);
	for (i = 0; i < n; i++) {
		lower(&a, cost_of_failure(e, i, ERR_CREDENTIALS));
		lower(&b, cost_of_failure(empty, i, ERR_SETUP_REQUIRED));
	}
	auth_env_tear_down((void **)&empty);
	if (a * 10 < b * 9 || b * 10 < a * 9)
		fail_msg("%lld us with a password, %lld us without",
		    (long long)a, (long long)b);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(one_check_judges_passwords_everywhere),
	    CASE(a_password_of_72_bytes_signs_in_by_all_of_them),
	    CASE(a_dearer_hash_is_made_at_the_next_good_sign_in),
	    CASE(another_kind_of_hash_is_made_at_the_next_good_sign_in),
	    CASE(a_long_password_keeps_the_hash_that_can_tell_it_apart),
	    CASE(
		a_stored_hash_of_another_kind_is_an_error_not_a_wrong_password),
	    CASE(a_long_or_broken_user_agent_is_cut_between_characters),
	    CASE(a_failed_sign_in_is_one_line_that_the_filter_finds),
	    CASE(a_good_sign_in_warns_of_nothing),
	    CASE(a_wrong_password_takes_as_long_as_none_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
