/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/time.h"
#include "db/db.h"
#include "store/owner_store.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define CLIENT "203.0.113.9"

struct code {
	char text[AUTH_SETUP_CODE_SIZE];
};

static struct code
new_code(struct auth_env *e)
{
	struct error err = ERROR_INIT;
	struct code c;

	assert_int_equal(auth_setup_code_new(&e->app, c.text, &err), 0);
	return c;
}

/* A code that is not c. */
static struct code
another(struct code c)
{
	c.text[0] = c.text[0] == '7' ? '8' : '7';
	return c;
}

static enum err_code
set_up(struct auth_env *e, const char *code, const char *client)
{
	struct error err = ERROR_INIT;
	const struct auth_setup req = {
	    .code = code,
	    .code_len = strlen(code),
	    .password = PASSWORD,
	    .password_len = strlen(PASSWORD),
	    .client = auth_env_addr(client),
	};

	if (auth_setup(&e->app, &req, &err) == 0)
		return ERR_NONE;
	assert_non_null(err.message);
	return err.code;
}

static bool
is_done(struct auth_env *e)
{
	struct error err = ERROR_INIT;
	bool done = false;

	assert_int_equal(auth_setup_done(&e->app, &done, &err), 0);
	return done;
}

static void
the_right_code_sets_the_password_once(void **state)
{
	struct auth_env *e = *state;
	struct code code = new_code(e);
	struct auth_grant g;

	assert_false(is_done(e));
	assert_int_equal(set_up(e, code.text, CLIENT), ERR_NONE);
	assert_true(is_done(e));
	assert_int_equal(set_up(e, code.text, CLIENT), ERR_SETUP_DONE);
	assert_int_equal(auth_env_login(e, PASSWORD, CLIENT, &g), ERR_NONE);
}

static void
a_code_typed_without_care_is_accepted(void **state)
{
	struct auth_env *e = *state;
	struct code code = new_code(e);
	char typed[64];
	size_t i, n = 0;

	for (i = 0; code.text[i] != '\0'; i++) {
		char c = code.text[i];

		if (c == '-')
			continue;
		if (c == '0')
			c = 'o';
		if (c == '1')
			c = 'l';
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		typed[n++] = c;
		typed[n++] = ' ';
	}
	typed[n] = '\0';
	assert_int_equal(set_up(e, typed, CLIENT), ERR_NONE);
}

static void
without_a_code_nothing_is_set_up(void **state)
{
	struct auth_env *e = *state;

	assert_int_equal(set_up(e, "", CLIENT), ERR_SETUP_CODE);
	assert_int_equal(
	    set_up(e, "0123A-BCD1F-GHJKM-N0101", CLIENT), ERR_SETUP_CODE);
	assert_false(is_done(e));
}

static void
a_new_code_ends_the_one_before(void **state)
{
	struct auth_env *e = *state;
	struct code old = new_code(e), now = new_code(e);

	assert_string_not_equal(old.text, now.text);
	assert_int_equal(set_up(e, old.text, CLIENT), ERR_SETUP_CODE);
	assert_int_equal(set_up(e, now.text, CLIENT), ERR_NONE);
}

static void
nine_wrong_tries_are_forgiven(void **state)
{
	struct auth_env *e = *state;
	struct code code = new_code(e);
	char client[32];
	int i;

	for (i = 1; i < LIMIT_SETUP_TRIES; i++) {
		(void)snprintf(client, sizeof client, "192.0.2.%d", i);
		assert_int_equal(
		    set_up(e, another(code).text, client), ERR_SETUP_CODE);
	}
	assert_int_equal(set_up(e, code.text, CLIENT), ERR_NONE);
}

static void
the_tenth_wrong_try_burns_the_code(void **state)
{
	struct auth_env *e = *state;
	struct code code = new_code(e);
	char client[32];
	int i;

	for (i = 1; i <= LIMIT_SETUP_TRIES; i++) {
		(void)snprintf(client, sizeof client, "192.0.2.%d", i);
		assert_int_equal(
		    set_up(e, another(code).text, client), ERR_SETUP_CODE);
	}
	assert_int_equal(set_up(e, code.text, CLIENT), ERR_SETUP_CODE);
	code = new_code(e);
	assert_int_equal(set_up(e, code.text, CLIENT), ERR_NONE);
}

static void
guessing_codes_is_throttled(void **state)
{
	struct auth_env *e = *state;
	struct code code = new_code(e);
	int i;

	for (i = 0; i < 6; i++)
		assert_int_equal(
		    set_up(e, another(code).text, CLIENT), ERR_SETUP_CODE);
	assert_int_equal(set_up(e, code.text, CLIENT), ERR_THROTTLED);
	assert_int_equal(set_up(e, code.text, "192.0.2.1"), ERR_NONE);
}

static void
a_wrong_code_costs_no_hash(void **state)
{
	struct auth_env *e = *state;
	struct code code = new_code(e);
	int i;

	e->settings.bcrypt_cost = 31; /* hours */
	for (i = 0; i < 3; i++)
		assert_int_equal(
		    set_up(e, another(code).text, CLIENT), ERR_SETUP_CODE);
	e->settings.bcrypt_cost = COST;
	assert_int_equal(set_up(e, code.text, CLIENT), ERR_NONE);
}

static void
every_bad_field_is_named(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct code code = new_code(e);
	const struct auth_setup req = {
	    .code = code.text,
	    .code_len = strlen(code.text),
	    .password = "short",
	    .password_len = 5,
	    .timezone = "Mars/../Olympus",
	    .session_minutes = 4,
	    .client = auth_env_addr(CLIENT),
	};

	assert_int_equal(auth_setup(&e->app, &req, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(err.n_fields, 3);
	assert_string_equal(err.fields[0].name, "password");
	assert_string_equal(err.fields[1].name, "timezone");
	assert_string_equal(err.fields[2].name, "session_minutes");
	assert_int_equal(set_up(e, code.text, CLIENT), ERR_NONE);
}

static enum err_code
set_up_with(
    struct auth_env *e, const char *code, const char *zone, int64_t minutes)
{
	struct error err = ERROR_INIT;
	const struct auth_setup req = {
	    .code = code,
	    .code_len = strlen(code),
	    .password = PASSWORD,
	    .password_len = strlen(PASSWORD),
	    .timezone = zone,
	    .session_minutes = minutes,
	    .client = auth_env_addr(CLIENT),
	};

	return auth_setup(&e->app, &req, &err) == 0 ? ERR_NONE : err.code;
}

static void
time_zones_and_minutes_have_limits(void **state)
{
	static const char *const BAD[] = {
	    "",
	    "/",
	    "Europe/",
	    "/Berlin",
	    "Europe//Berlin",
	    "Europe Berlin",
	    "../etc",
	    "a/../b",
	    "Z\xc3\xbcrich",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	static const int64_t BAD_MINUTES[] = {-1, 1, 4, 43201, INT64_MAX};
	struct auth_env *e = *state;
	struct code code = new_code(e);
	struct auth_session s;
	struct auth_grant g;
	struct error err = ERROR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(BAD); i++)
		if (set_up_with(e, code.text, BAD[i], 0) != ERR_INVALID)
			fail_msg("accepted: %s", BAD[i]);
	for (i = 0; i < ARRAY_LEN(BAD_MINUTES); i++)
		assert_int_equal(
		    set_up_with(e, code.text, NULL, BAD_MINUTES[i]),
		    ERR_INVALID);
	assert_int_equal(
	    set_up_with(e, code.text, "America/Argentina/Buenos_Aires", 5),
	    ERR_NONE);
	assert_int_equal(auth_env_login(e, PASSWORD, CLIENT, &g), ERR_NONE);
	assert_int_equal(
	    auth_session_find(&e->app, g.token, false, &s, &err), 1);
	assert_int_equal(s.idle_expires_at, auth_env_time() + 300);
}

/* One of several set-ups at the same moment; its outcome as exit code. */
static int
race_one(struct auth_env *e, const char *code, int wait_fd, int i)
{
	char client[32], password[64], c;
	struct error err = ERROR_INIT;
	struct auth_setup req = {.code = code, .code_len = strlen(code)};
	struct app app;
	int rc;

	(void)snprintf(client, sizeof client, "192.0.2.%d", i + 1);
	(void)snprintf(password, sizeof password, "password of racer %d", i);
	req.password = password;
	req.password_len = strlen(password);
	req.client = auth_env_addr(client);
	db_freep(&e->app.db); /* a connection does not cross a fork */
	auth_env_open(e, &app);
	/* all begin when the pipe closes */
	rc = read(wait_fd, &c, 1) == 0 ? auth_setup(&app, &req, &err) : -1;
	db_freep(&app.db);
	if (rc == 0)
		return 1;
	return err.code == ERR_SETUP_DONE  ? 2
	       : err.code == ERR_THROTTLED ? 3
					   : 100;
}

static void
race(struct auth_env *e, int n, int *won, int *late, int *throttled)
{
	struct code code = new_code(e);
	int status = 0, fds[2], i;

	db_freep(&e->app.db);
	assert_int_equal(pipe(fds), 0);
	for (i = 0; i < n; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			(void)close(fds[1]);
			_exit(race_one(e, code.text, fds[0], i));
		}
	}
	(void)close(fds[0]);
	(void)close(fds[1]);
	*won = *late = *throttled = 0;
	for (i = 0; i < n; i++) {
		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		*won += WEXITSTATUS(status) == 1;
		*late += WEXITSTATUS(status) == 2;
		*throttled += WEXITSTATUS(status) == 3;
	}
	auth_env_open(e, &e->app);
}

static void
of_two_set_ups_at_once_one_wins(void **state)
{
	struct auth_env *e = *state;
	int round, won, late, throttled;

	e->settings.bcrypt_cost = 8; /* long enough to meet */
	for (round = 0; round < 8; round++) {
		race(e, 2, &won, &late, &throttled);
		assert_int_equal(won, 1);
		assert_int_equal(late, 1);
		assert_true(is_done(e));
		auth_env_tear_down(state);
		auth_env_set_up(state);
		e = *state;
		e->settings.bcrypt_cost = 8;
	}
}

static void
of_eight_set_ups_at_once_one_wins(void **state)
{
	struct auth_env *e = *state;
	int won, late, throttled;

	e->settings.bcrypt_cost = 8;
	race(e, 8, &won, &late, &throttled);
	assert_int_equal(won, 1);
	assert_int_equal(won + late + throttled, 8);
}

/* The slot is taken after the code was looked at. */
static void
wait_until_hashing(struct auth_env *e)
{
	int64_t deadline_ms = time_mono_ms() + 10000;
	bool free = true;

	while (free) {
		struct error err = ERROR_INIT;
		AUTO(fd_closep)
		int fd = file_lock(scratch_path(&e->scratch, "hash.lock"),
		    FILE_LOCK_EXCLUSIVE, 0, &err);

		free = fd >= 0;
		assert_true(time_mono_ms() < deadline_ms);
		(void)sched_yield();
	}
}

static void
a_code_replaced_while_hashing_is_not_enough(void **state)
{
	struct auth_env *e = *state;
	struct code code = new_code(e);
	int status = 0;
	pid_t pid;

	db_freep(&e->app.db);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int rc;

		/* time for the other */
		e->settings.bcrypt_cost = unit_size(13, 10);
		auth_env_open(e, &e->app);
		rc = (int)set_up(e, code.text, CLIENT);
		db_freep(&e->app.db);
		_exit(rc);
	}
	auth_env_open(e, &e->app);
	wait_until_hashing(e);
	(void)new_code(e);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), ERR_SETUP_CODE);
	assert_false(is_done(e));
}

static void
once_there_is_a_password_no_code_is_made(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	char code[AUTH_SETUP_CODE_SIZE] = "untouched";

	auth_env_complete(e);
	assert_int_equal(auth_setup_code_new(&e->app, code, &err), -1);
	assert_int_equal(err.code, ERR_SETUP_DONE);
	assert_string_equal(code, "untouched");
}

static void
setting_the_password_locally_ends_the_code(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct owner owner;

	(void)new_code(e);
	auth_env_complete(e);
	assert_int_equal(owner_store_get(e->app.db, &owner, &err), 0);
	assert_false(owner.has_code);
}

/* Everything written to stderr by n processes that start at once. */
static size_t
logs_of_first_starts(struct auth_env *e, int n, char *out, size_t size)
{
	size_t len = 0;
	ssize_t got = 0;
	int fds[2], i;

	db_freep(&e->app.db);
	assert_int_equal(pipe(fds), 0);
	for (i = 0; i < n; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			struct error err = ERROR_INIT;
			struct app app;
			int rc;

			(void)dup2(fds[1], STDERR_FILENO);
			log_open("t", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
			auth_env_open(e, &app);
			rc = auth_first_start(&app, &err);
			db_freep(&app.db);
			_exit(rc < 0);
		}
	}
	(void)close(fds[1]);
	while (len < size - 1 &&
	       (got = read(fds[0], out + len, size - 1 - len)) > 0)
		len += (size_t)got;
	(void)close(fds[0]);
	out[len] = '\0';
	for (i = 0; i < n; i++) {
		int status = -1;

		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	auth_env_open(e, &e->app);
	return len;
}

static void
of_eight_first_starts_one_logs_a_code_that_works(void **state)
{
	struct auth_env *e = *state;
	char log[16384];
	const char *line, *code;

	assert_true(logs_of_first_starts(e, 8, log, sizeof log) > 0);
	line = strstr(log, "\"event\":\"setup_code\"");
	assert_non_null(line);
	assert_null(strstr(line + 1, "\"event\":\"setup_code\""));
	code = strstr(line, "\"code\":\"");
	assert_non_null(code);
	log[(size_t)(code - log) + 8 + AUTH_SETUP_CODE_SIZE - 1] = '\0';
	assert_int_equal(set_up(e, code + 8, CLIENT), ERR_NONE);
}

static void
a_later_start_logs_no_code(void **state)
{
	struct auth_env *e = *state;
	char log[16384];

	(void)new_code(e);
	assert_int_equal(logs_of_first_starts(e, 2, log, sizeof log), 0);
}

static void
nothing_that_opens_a_door_is_stored_in_clear(void **state)
{
	struct auth_env *e = *state;
	struct code code = new_code(e);
	struct auth_grant g[3];
	char bare[AUTH_SETUP_CODE_SIZE];
	size_t i, n = 0;

	for (i = 0; code.text[i] != '\0'; i++)
		if (code.text[i] != '-')
			bare[n++] = code.text[i];
	/* The search finds what is there: the time zone is in clear. */
	assert_int_equal(
	    set_up_with(e, code.text, "Europe/Somewhere", 0), ERR_NONE);
	assert_true(scratch_holds(&e->scratch, "Europe/Somewhere", 16));
	for (i = 0; i < ARRAY_LEN(g); i++)
		assert_int_equal(
		    auth_env_login(e, PASSWORD, CLIENT, &g[i]), ERR_NONE);
	assert_int_equal(
	    auth_env_login(e, WRONG, CLIENT, &g[0]), ERR_CREDENTIALS);
	assert_false(scratch_holds(&e->scratch, PASSWORD, strlen(PASSWORD)));
	assert_false(scratch_holds(&e->scratch, WRONG, strlen(WRONG)));
	assert_false(scratch_holds(&e->scratch, code.text, strlen(code.text)));
	assert_false(scratch_holds(&e->scratch, bare, n));
	for (i = 0; i < ARRAY_LEN(g); i++)
		assert_false(scratch_holds(
		    &e->scratch, g[i].token, AUTH_TOKEN_SIZE - 1));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_right_code_sets_the_password_once),
	    CASE(a_code_typed_without_care_is_accepted),
	    CASE(without_a_code_nothing_is_set_up),
	    CASE(a_new_code_ends_the_one_before),
	    CASE(nine_wrong_tries_are_forgiven),
	    CASE(the_tenth_wrong_try_burns_the_code),
	    CASE(guessing_codes_is_throttled),
	    CASE(a_wrong_code_costs_no_hash),
	    CASE(every_bad_field_is_named),
	    CASE(time_zones_and_minutes_have_limits),
	    CASE(of_two_set_ups_at_once_one_wins),
	    CASE(of_eight_set_ups_at_once_one_wins),
	    CASE(a_code_replaced_while_hashing_is_not_enough),
	    CASE(once_there_is_a_password_no_code_is_made),
	    CASE(setting_the_password_locally_ends_the_code),
	    CASE(of_eight_first_starts_one_logs_a_code_that_works),
	    CASE(a_later_start_logs_no_code),
	    CASE(nothing_that_opens_a_door_is_stored_in_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
