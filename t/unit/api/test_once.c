/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/once.h"

#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "http/reply.h"
#include "http/request.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define BODY "{\"ips\":[\"192.0.2.1\"]}"
#define ANSWER "{\"results\":[]}"

/* What the handler does; the app leads to it. */
struct once_env {
	struct auth_env *auth;
	struct app *app;
	int acts;
	bool fail;
};

static struct once_env env;

static int
act(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app;
	(void)req;
	if (env.fail)
		return err_set(err, ERR_F2B_DOWN,
		    "Cannot reach the fail2ban service. Check the server "
		    "status page.",
		    "%s", "as told to");
	if (reply_header(rep, "Location", "/x", err) < 0)
		return -1;
	buf_add_str(&rep->body, ANSWER);
	if (buf_check(&rep->body, err) < 0)
		return -1;
	env.acts++; /* as the last thing: what was done cannot fail */
	return 0;
}

static int
ask(const char *key, struct error *err)
{
	AUTO(reply_release) struct reply rep = {0};
	struct request req = {.path = "/api/x",
	    .body = BODY,
	    .body_len = strlen(BODY),
	    .idempotency_key = key};

	reply_init(&rep);
	if (once(env.app, &req, &rep, act, err) < 0)
		return -1;
	assert_string_equal(buf_str(&rep.body), ANSWER);
	assert_non_null(strstr(buf_str(&rep.headers), "Location: /x\r\n"));
	return strstr(buf_str(&rep.headers), "Idempotent-Replayed") != NULL;
}

static int
set_up(void **state)
{
	if (auth_env_set_up(state) != 0)
		return -1;
	env = (struct once_env){.auth = *state};
	env.app = &env.auth->app;
	env.app->actor.kind = ACTOR_SESSION;
	env.app->actor.id = 7;
	return 0;
}

static void
without_a_key_each_is_done(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(ask(NULL, &err), 0);
	assert_int_equal(ask(NULL, &err), 0);
	assert_int_equal(env.acts, 2);
}

static void
with_a_key_it_is_done_once(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(ask("k", &err), 0);
	assert_int_equal(ask("k", &err), 1);
	assert_int_equal(env.acts, 1);
}

static void
what_failed_is_tried_again_under_its_key(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	env.fail = true;
	assert_int_equal(ask("k", &err), -1);
	assert_int_equal(err.code, ERR_F2B_DOWN);
	env.fail = false;
	assert_int_equal(ask("k", &err), 0);
	assert_int_equal(env.acts, 1);
}

static void
a_bad_key_is_refused_before_anything_is_done(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(ask("a key", &err), -1);
	assert_int_equal(err.code, ERR_MALFORMED);
	assert_int_equal(env.acts, 0);
}

/* Which of them fails: the act before it has done anything, or an answer. */
static int
attempt(void *arg, struct error *err)
{
	int acts = env.acts, rc = ask(arg, err);

	assert_int_equal(env.acts, rc == 0 ? acts + 1 : acts);
	return rc < 0 ? -1 : 0;
}

static void
without_memory_nothing_is_done_and_the_key_stays_free(void **state)
{
	char key[] = "k";

	(void)state;
	assert_true(torture_run(attempt, key) >= 2);
	assert_int_equal(env.acts, 1);
}

static void
without_memory_for_an_answer_nothing_is_done_again(void **state)
{
	char key[] = "k";
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(ask(key, &err), 0);
	assert_true(torture_run(attempt, key) >= 2);
	assert_int_equal(env.acts, 1);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, auth_env_tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(without_a_key_each_is_done),
	    CASE(with_a_key_it_is_done_once),
	    CASE(what_failed_is_tried_again_under_its_key),
	    CASE(a_bad_key_is_refused_before_anything_is_done),
	    CASE(without_memory_nothing_is_done_and_the_key_stays_free),
	    CASE(without_memory_for_an_answer_nothing_is_done_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
