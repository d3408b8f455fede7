/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/idempotency.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/macros.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define ANSWER "{\"results\":[]}"
#define ONE "{\"ips\":[\"192.0.2.1\"]}"
#define OTHER "{\"ips\":[\"192.0.2.2\"]}"

struct got {
	int rc;
	enum err_code code;
	int retry_after_s;
	int status;
	struct idempotency_id id;
	char body[64], headers[64];
};

static struct got
ask(struct auth_env *e, const char *key, const char *what, const char *body)
{
	AUTO(buf_release) struct buf h = BUF_INIT(1024), b = BUF_INIT(1024);
	const struct idempotency_request req = {
	    .key = key, .what = what, .body = body, .body_len = strlen(body)};
	struct idempotency_answer a = {.headers = &h, .body = &b};
	struct error err = ERROR_INIT;
	struct got got = {0};

	got.rc = idempotency_begin(&e->app, &req, &got.id, &a, &err);
	got.code = err.code;
	got.retry_after_s = err.retry_after_s;
	got.status = a.status;
	assert_true(b.len < sizeof got.body && h.len < sizeof got.headers);
	if (b.len > 0)
		memcpy(got.body, b.data, b.len);
	if (h.len > 0)
		memcpy(got.headers, h.data, h.len);
	return got;
}

static void
answer(struct auth_env *e, const struct got *got)
{
	AUTO(buf_release) struct buf h = BUF_INIT(1024), b = BUF_INIT(1024);
	const struct idempotency_answer a = {
	    .status = 202, .headers = &h, .body = &b};

	buf_add_str(&h, "Location: /x\r\n");
	buf_add_str(&b, ANSWER);
	idempotency_end(&e->app, &got->id, &a);
}

static void
answered(struct auth_env *e, const char *key)
{
	struct got got = ask(e, key, "/a", ONE);

	assert_int_equal(got.rc, 0);
	answer(e, &got);
}

static int
set_up(void **state)
{
	struct auth_env *e;

	if (auth_env_set_up(state) != 0)
		return -1;
	e = *state;
	e->app.actor.kind = ACTOR_SESSION;
	e->app.actor.id = 7;
	auth_env_set_time(1800000000);
	return 0;
}

static void
the_first_answer_comes_again(void **state)
{
	struct auth_env *e = *state;
	struct got got;

	answered(e, "k");
	got = ask(e, "k", "/a", ONE);
	assert_int_equal(got.rc, 1);
	assert_int_equal(got.status, 202);
	assert_string_equal(got.body, ANSWER);
	assert_string_equal(got.headers, "Location: /x\r\n");
}

static void
another_request_under_the_key_is_refused(void **state)
{
	struct auth_env *e = *state;

	answered(e, "k");
	assert_int_equal(ask(e, "k", "/a", OTHER).code, ERR_INVALID);
	assert_int_equal(ask(e, "k", "/b", ONE).code, ERR_INVALID);
	assert_int_equal(ask(e, "k", "/a", ONE).rc, 1);
	/* also while the first is worked on */
	assert_int_equal(ask(e, "l", "/a", ONE).rc, 0);
	assert_int_equal(ask(e, "l", "/a", OTHER).code, ERR_INVALID);
}

static void
a_key_is_its_callers(void **state)
{
	struct auth_env *e = *state;

	answered(e, "k");
	assert_int_equal(ask(e, "K", "/a", OTHER).rc, 0);
	e->app.actor.id = 8;
	assert_int_equal(ask(e, "k", "/a", OTHER).rc, 0);
	e->app.actor = (struct actor){.kind = ACTOR_TOKEN, .id = 7};
	assert_int_equal(ask(e, "k", "/a", OTHER).rc, 0);
}

static void
a_second_one_waits_until_the_first_is_done_or_has_died(void **state)
{
	struct auth_env *e = *state;
	struct got first = ask(e, "k", "/a", ONE), second;

	second = ask(e, "k", "/a", ONE);
	assert_int_equal(second.code, ERR_CONFLICT);
	assert_true(second.retry_after_s > 0);
	auth_env_set_time(1800000000 + LIMIT_REQUEST_S - 1);
	assert_int_equal(ask(e, "k", "/a", ONE).code, ERR_CONFLICT);
	auth_env_set_time(1800000000 + LIMIT_REQUEST_S);
	assert_int_equal(ask(e, "k", "/a", ONE).rc, 0);
	assert_int_equal(ask(e, "k", "/a", ONE).code, ERR_CONFLICT);
	answer(e, &first);
	assert_int_equal(ask(e, "k", "/a", ONE).rc, 1);
}

static void
what_failed_may_be_tried_again(void **state)
{
	struct auth_env *e = *state;
	struct got got = ask(e, "k", "/a", ONE);

	idempotency_forget(&e->app, &got.id);
	assert_int_equal(ask(e, "k", "/a", OTHER).rc, 0);
}

static void
after_a_day_a_key_is_new(void **state)
{
	struct auth_env *e = *state;
	struct got got;

	answered(e, "k");
	auth_env_set_time(1800000000 + LIMIT_IDEMPOTENCY_S - 1);
	assert_int_equal(ask(e, "k", "/a", ONE).rc, 1);
	auth_env_set_time(1800000000 + LIMIT_IDEMPOTENCY_S);
	got = ask(e, "k", "/a", OTHER);
	assert_int_equal(got.rc, 0);
	assert_string_equal(got.body, ""); /* nothing of the old answer */
	assert_string_equal(got.headers, "");
	/* a clock set back by more than that knows nothing of it either */
	answer(e, &got);
	auth_env_set_time(1800000000 - LIMIT_IDEMPOTENCY_S);
	assert_int_equal(ask(e, "k", "/a", ONE).rc, 0);
}

static void
a_key_is_of_64_plain_characters(void **state)
{
#define K8 "aZ09_-aZ"
#define K64 K8 K8 K8 K8 K8 K8 K8 K8
	static const char *const BAD[] = {
	    "", K64 "a", "a b", "a.b", "a/b", "\u00e4"};

	(void)state;
	assert_true(idempotency_key_ok("a"));
	assert_true(idempotency_key_ok(K64));
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		assert_false(idempotency_key_ok(BAD[i]));
}

/* Each attempt asks for the answer into buffers that hold no memory yet. */
static int
attempt_replay(void *arg, struct error *err)
{
	AUTO(buf_release) struct buf h = BUF_INIT(1024), b = BUF_INIT(1024);
	const struct idempotency_request req = {
	    .key = "k", .what = "/a", .body = ONE, .body_len = strlen(ONE)};
	struct idempotency_answer a = {.headers = &h, .body = &b};
	struct auth_env *e = arg;
	struct idempotency_id id;
	int rc = idempotency_begin(&e->app, &req, &id, &a, err);

	if (rc < 0)
		return -1;
	assert_int_equal(rc, 1); /* never to be done again */
	assert_int_equal(a.status, 202);
	assert_string_equal(buf_str(&b), ANSWER);
	assert_string_equal(buf_str(&h), "Location: /x\r\n");
	return 0;
}

static void
an_answer_that_finds_no_memory_is_kept_for_the_next_try(void **state)
{
	answered(*state, "k");
	assert_true(torture_run(attempt_replay, *state) >= 2);
}

/* A day later the key is new, but the old answer is read before that shows. */
static int
attempt_anew(void *arg, struct error *err)
{
	AUTO(buf_release) struct buf h = BUF_INIT(1024), b = BUF_INIT(1024);
	const struct idempotency_request req = {
	    .key = "k", .what = "/a", .body = OTHER, .body_len = strlen(OTHER)};
	struct idempotency_answer a = {.headers = &h, .body = &b};
	struct auth_env *e = arg;
	struct idempotency_id id;
	int rc = idempotency_begin(&e->app, &req, &id, &a, err);

	if (rc < 0) {
		/* the key was not taken: who comes next may */
		auth_env_set_time(1800000000);
		assert_int_equal(ask(e, "k", "/a", ONE).rc, 1);
		auth_env_set_time(1800000000 + LIMIT_IDEMPOTENCY_S);
		return -1;
	}
	assert_int_equal(rc, 0);
	assert_int_equal(b.len, 0);
	assert_int_equal(h.len, 0);
	return 0;
}

static void
a_key_that_finds_no_memory_is_not_taken(void **state)
{
	answered(*state, "k");
	auth_env_set_time(1800000000 + LIMIT_IDEMPOTENCY_S);
	assert_true(torture_run(attempt_anew, *state) >= 2);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, auth_env_tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(the_first_answer_comes_again),
	    CASE(another_request_under_the_key_is_refused),
	    CASE(a_key_is_its_callers),
	    CASE(a_second_one_waits_until_the_first_is_done_or_has_died),
	    CASE(what_failed_may_be_tried_again),
	    CASE(after_a_day_a_key_is_new),
	    CASE(a_key_is_of_64_plain_characters),
	    CASE(an_answer_that_finds_no_memory_is_kept_for_the_next_try),
	    CASE(a_key_that_finds_no_memory_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
