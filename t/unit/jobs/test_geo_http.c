/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The HTTP fallback against a server that is right, wrong or unwilling. */
#include "jobs/job.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/settings.h"
#include "base/str.h"
#include "db/db.h"
#include "jobs/ipapi.h"
#include "service/geo/geo.h"
#include "service/geo/geo_quota.h"
#include "store/geo_cache_store.h"
#include "t/lib/raw_server.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define A "11.0.0.1"
#define B "2a00::1"
#define PRIVATE "192.168.1.1"
#define OK "HTTP/1.1 200 OK\r\n"
#define DE "\"status\":\"success\",\"countryCode\":\"DE\",\"as\":\"AS1 Net\""
#define HUGE_HEAD OK "X-Rl: 5\r\nContent-Length: 999999999\r\n\r\n"

enum { NOW = 1800000000, MANY = 2 * IPAPI_BATCH + 1 };

static bool nobody_set_the_url;

bool __wrap_settings_is_preset(const struct settings *s, const void *member);

bool
__wrap_settings_is_preset(const struct settings *s, const void *member)
{
	assert_ptr_equal(member, s->geoip_http_url);
	return nobody_set_the_url;
}

struct env {
	struct auth_env *e;
	struct raw_server server;
	struct job_run run;
};

static void
say_body(int fd, const char *head, const char *body)
{
	char length[64];

	(void)snprintf(
	    length, sizeof length, "Content-Length: %zu\r\n\r\n", strlen(body));
	(void)raw_say_text(fd, head);
	(void)raw_say_text(fd, length);
	(void)raw_say_text(fd, body);
}

/* Each address of the question is in Germany. */
static void
say_germany(int fd, const char *head, const char *request)
{
	AUTO(buf_release) struct buf body = BUF_INIT(1024L * 1024);
	const char *at = strstr(request, "\r\n\r\n");

	buf_add_char(&body, '[');
	for (at = strchr(at, '"'); at != NULL; at = strchr(at + 1, '"')) {
		size_t len = strcspn(at + 1, "\"");

		buf_addf(&body, "%s{\"query\":\"%.*s\"," DE "}",
		    body.len > 1 ? "," : "", (int)len, at + 1);
		at += len + 1;
	}
	buf_add_char(&body, ']');
	say_body(fd, head, buf_str(&body));
}

static void
good(int fd, const char *request)
{
	say_germany(fd, OK "X-Rl: 14\r\nX-Ttl: 60\r\n", request);
}

static void
last_one(int fd, const char *request)
{
	say_germany(fd, OK "X-Rl: 0\r\nX-Ttl: 42\r\n", request);
}

static void
mute(int fd, const char *request)
{
	say_germany(fd, OK, request);
}

static void
too_many(int fd, const char *request)
{
	(void)request;
	say_body(fd, "HTTP/1.1 429 No\r\nX-Rl: 0\r\nX-Ttl: 42\r\n", "");
}

static void
too_many_mute(int fd, const char *request)
{
	(void)request;
	say_body(fd, "HTTP/1.1 429 No\r\n", "");
}

static void
out_of_order(int fd, const char *request)
{
	(void)request;
	say_body(fd, "HTTP/1.1 500 Oh\r\n", "[{\"query\":\"" A "\"," DE "}]");
}

static void
elsewhere(int fd, const char *request)
{
	(void)request;
	say_body(
	    fd, "HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:1/\r\n", "");
}

static void
page(int fd, const char *request)
{
	(void)request;
	say_body(fd, OK "Content-Type: text/html\r\n", "<html></html>");
}

static void
huge(int fd, const char *request)
{
	(void)request;
	(void)raw_say_text(fd, HUGE_HEAD);
}

static void
endless(int fd, const char *request)
{
	(void)request;
	(void)raw_say_text(fd, OK "\r\n[");
	while (raw_say_text(fd, "{\"query\":\"" A "\"," DE "},"))
		;
}

static void
cut(int fd, const char *request)
{
	(void)request;
	(void)raw_say_text(
	    fd, OK "Content-Length: 99\r\n\r\n[{\"query\":\"" A "\"," DE "}]");
}

static void
others(int fd, const char *request)
{
	(void)request;
	say_body(fd, OK, "[{\"query\":\"13.0.0.1\"," DE "}]");
}

static void
half(int fd, const char *request)
{
	(void)request;
	say_body(fd, OK "X-Rl: 9\r\n",
	    "[{\"query\":\"" A "\"," DE "},{\"query\":\"13.0.0.1\"," DE "}]");
}

static void
no_idea(int fd, const char *request)
{
	(void)request;
	say_body(fd, OK "X-Rl: 9\r\n",
	    "[{\"query\":\"" A "\",\"status\":\"fail\"}]");
}

static void
open_geo(struct env *env, bool allowed)
{
	struct error err = ERROR_INIT;

	env->e->settings.geoip_http_fallback = allowed;
	geo_freep(&env->e->app.geo);
	assert_int_equal(geo_new(&env->e->app.geo, &env->e->settings, &err), 0);
}

static int
set_up(void **state)
{
	static struct env env;
	void *e = NULL;

	env = (struct env){0};
	assert_int_equal(auth_env_set_up(&e), 0);
	env.e = e;
	auth_env_set_time(NOW);
	open_geo(&env, true);
	*state = &env;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *env = *state;
	void *e = env->e;

	if (env->server.pid != 0)
		raw_server_stop(&env->server);
	return auth_env_tear_down(&e);
}

static void
serve(struct env *env, raw_answer *answer)
{
	if (env->server.pid != 0)
		raw_server_stop(&env->server);
	raw_server_start(&env->server, "127.0.0.1", answer);
	assert_true(str_copy(env->e->settings.geoip_http_url,
	    sizeof env->e->settings.geoip_http_url,
	    raw_server_url(&env->server, "")));
}

static void
want(struct env *env, const char *text)
{
	struct error err = ERROR_INIT;
	struct addr a = auth_env_addr(text);

	assert_int_equal(
	    geo_cache_store_want(env->e->app.db, &a, NOW, &err), 0);
}

static struct geo_cache_row
row(struct env *env, const char *text)
{
	struct error err = ERROR_INIT;
	struct addr a = auth_env_addr(text);
	struct geo_cache_row r;

	assert_int_equal(geo_cache_store_get(env->e->app.db, &a, &r, &err), 1);
	return r;
}

/* One run; the result, or what went wrong in err. */
static int
run(struct env *env, const char *result, struct error *err)
{
	int rc;

	env->run = (struct job_run){
	    .app = &env->e->app,
	    .result = BUF_INIT(LIMIT_JOB_RESULT),
	    .limit_s = 600,
	    .began_ms = auth_env_mono(),
	    .beat_ms = auth_env_mono(),
	};
	rc = job_geo_http(&env->run, err);
	if (rc == 0)
		assert_string_equal(buf_str(&env->run.result), result);
	buf_release(&env->run.result);
	return rc;
}

static void
runs(struct env *env, const char *result)
{
	struct error err = ERROR_INIT;

	if (run(env, result, &err) < 0)
		fail_msg("%s: %s", err_name(err.code), err.detail);
}

/* The address stays due, and it is not held against it. */
static void
fails(struct env *env, raw_answer *answer, enum err_code code)
{
	struct error err = ERROR_INIT;

	serve(env, answer);
	/* the pace of the one before */
	assert_int_equal(geo_quota_set(&env->e->app, 0, &err), 0);
	if (run(env, "", &err) == 0)
		fail_msg("%s was due", err_name(code));
	if (err.code != code)
		fail_msg("%s instead of %s: %s", err_name(err.code),
		    err_name(code), err.detail);
	assert_int_equal(row(env, A).retry_at, NOW);
	assert_int_equal(row(env, A).attempts, 0);
	assert_int_equal(env->server.seen->connections, 1);
}

static void
due_addresses_are_asked_for_and_learnt(void **state)
{
	struct env *env = *state;

	serve(env, good);
	want(env, A);
	want(env, B);
	runs(env, "{\"addresses\":2,\"countries\":2}");
	assert_string_equal(row(env, A).answer.country_code, "DE");
	assert_string_equal(row(env, B).answer.as_org, "Net");
	assert_string_equal(row(env, B).source, IPAPI_RESOLVER);
	assert_int_equal(row(env, A).resolved_at, NOW);
	assert_memory_equal(env->server.seen->request, "POST /batch?", 12);
	runs(env, "{\"addresses\":0,\"countries\":0}");
	assert_int_equal(env->server.seen->connections, 1);
}

static void
many_are_asked_for_a_hundred_at_a_time(void **state)
{
	struct env *env = *state;
	char text[32];

	serve(env, good);
	for (int i = 0; i < MANY; i++) {
		(void)snprintf(text, sizeof text, "11.0.1.%d", i);
		want(env, text);
	}
	runs(env, "{\"addresses\":201,\"countries\":201}");
	assert_int_equal(env->server.seen->connections, 3);
}

static void
nothing_is_sent_without_leave(void **state)
{
	struct env *env = *state;

	serve(env, good);
	want(env, A);
	open_geo(env, false);
	runs(env, "{\"addresses\":0,\"countries\":0}");
	assert_int_equal(env->server.seen->connections, 0);
	assert_int_equal(row(env, A).retry_at, NOW);
}

static void
special_addresses_are_never_sent(void **state)
{
	static const char *const SPECIAL[] = {PRIVATE, "127.0.0.1", "10.1.2.3",
	    "169.254.1.1", "192.0.2.1", "100.64.0.1", "::1", "fe80::1",
	    "fd00::1", "2001:db8::1", "64:ff9b::a00:1", "224.0.0.1"};
	struct env *env = *state;

	serve(env, good);
	for (size_t i = 0; i < ARRAY_LEN(SPECIAL); i++)
		want(env, SPECIAL[i]);
	runs(env, "{\"addresses\":0,\"countries\":0}");
	assert_int_equal(env->server.seen->connections, 0);
	want(env, A);
	runs(env, "{\"addresses\":1,\"countries\":1}");
	assert_non_null(strstr(env->server.seen->request, "[\"" A "\"]"));
	/* nor do they stand in the way */
	assert_true(row(env, PRIVATE).retry_at > NOW);
}

static void
the_service_is_left_alone_when_it_says_so(void **state)
{
	struct env *env = *state;

	serve(env, last_one);
	want(env, A);
	runs(env, "{\"addresses\":1,\"countries\":1}");
	want(env, B);
	auth_env_set_time(NOW + 42);
	runs(env, "{\"addresses\":0,\"countries\":0}");
	assert_int_equal(env->run.again_s, 1);
	assert_int_equal(env->server.seen->connections, 1);
	auth_env_set_time(NOW + 43);
	runs(env, "{\"addresses\":1,\"countries\":1}");
	assert_int_equal(env->server.seen->connections, 2);
}

static void
without_a_word_from_it_there_are_fifteen_a_minute(void **state)
{
	struct env *env = *state;

	serve(env, mute);
	want(env, A);
	runs(env, "{\"addresses\":1,\"countries\":1}");
	want(env, B);
	runs(env, "{\"addresses\":0,\"countries\":0}");
	assert_int_equal(env->run.again_s, LIMIT_GEO_HTTP_PACE_S);
}

static void
too_many_questions_are_a_failure_with_its_time(void **state)
{
	struct env *env = *state;
	struct error err = ERROR_INIT;
	int64_t wait_s = 0;

	want(env, A);
	fails(env, too_many, ERR_THROTTLED);
	assert_int_equal(geo_quota_take(&env->e->app, &wait_s, &err), 0);
	assert_int_equal(wait_s, 43);
	fails(env, too_many_mute, ERR_THROTTLED);
	assert_int_equal(geo_quota_take(&env->e->app, &wait_s, &err), 0);
	assert_int_equal(wait_s, 60);
	/* and the runner is told, too */
	serve(env, too_many);
	assert_int_equal(geo_quota_set(&env->e->app, 0, &err), 0);
	assert_int_equal(run(env, "", &err), -1);
	assert_int_equal(err.retry_after_s, 43);
}

static void
an_answer_that_is_none_leaves_everything_as_it_was(void **state)
{
	struct env *env = *state;

	want(env, A);
	fails(env, out_of_order, ERR_REMOTE_PROTOCOL);
	fails(env, elsewhere, ERR_REMOTE_PROTOCOL);
	fails(env, page, ERR_REMOTE_PROTOCOL);
	fails(env, cut, ERR_REMOTE_PROTOCOL);
	fails(env, others, ERR_REMOTE_PROTOCOL);
	fails(env, huge, ERR_REMOTE_TOO_LARGE);
	fails(env, endless, ERR_REMOTE_TOO_LARGE);
	serve(env, good);
	auth_env_set_time(NOW + LIMIT_GEO_HTTP_PACE_S);
	runs(env, "{\"addresses\":1,\"countries\":1}");
}

static void
what_was_not_answered_stays_due(void **state)
{
	struct env *env = *state;
	struct error err = ERROR_INIT;

	serve(env, half);
	want(env, A);
	want(env, B);
	assert_int_equal(run(env, "", &err), -1); /* B alone: no answer */
	assert_int_equal(err.code, ERR_REMOTE_PROTOCOL);
	assert_int_equal(env->server.seen->connections, 2);
	assert_string_equal(row(env, A).answer.country_code, "DE");
	assert_int_equal(row(env, B).retry_at, NOW);
	assert_int_equal(row(env, B).attempts, 0);
}

static void
what_the_service_does_not_know_is_asked_again_later(void **state)
{
	struct env *env = *state;

	serve(env, no_idea);
	want(env, A);
	runs(env, "{\"addresses\":1,\"countries\":0}");
	assert_int_equal(row(env, A).retry_at, NOW + LIMIT_GEO_RETRY_S);
	assert_int_equal(row(env, A).attempts, 1);
}

static void
the_url_of_the_program_leads_to_no_inside(void **state)
{
	struct env *env = *state;
	struct error err = ERROR_INIT;

	serve(env, good);
	want(env, A);
	nobody_set_the_url = true; /* but its name leads to this machine */
	assert_int_equal(run(env, "", &err), -1);
	nobody_set_the_url = false;
	assert_int_equal(err.code, ERR_REMOTE_REFUSED);
	assert_int_equal(env->server.seen->connections, 0);
	assert_int_equal(row(env, A).retry_at, NOW);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(due_addresses_are_asked_for_and_learnt),
	    CASE(many_are_asked_for_a_hundred_at_a_time),
	    CASE(nothing_is_sent_without_leave),
	    CASE(special_addresses_are_never_sent),
	    CASE(the_service_is_left_alone_when_it_says_so),
	    CASE(without_a_word_from_it_there_are_fifteen_a_minute),
	    CASE(too_many_questions_are_a_failure_with_its_time),
	    CASE(an_answer_that_is_none_leaves_everything_as_it_was),
	    CASE(what_was_not_answered_stays_due),
	    CASE(what_the_service_does_not_know_is_asked_again_later),
	    CASE(the_url_of_the_program_leads_to_no_inside),
	};

	return cmocka_run_group_tests_name("jobs/geo_http", tests, NULL, NULL);
}
