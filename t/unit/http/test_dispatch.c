/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/dispatch.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "t/lib/torture.h"
#include "t/lib/unit.h"

#include "base/log.h"
#include "base/macros.h"
#include "base/str.h"
#include "http/route.h"
#include "http/site.h"

/* What the hooks and handlers of these tests did, in order. */
struct app {
	char calls[64];
	bool guard_refuses;
	bool begin_refuses;
	enum err_code guard_code; /* or ERR_UNAUTHENTICATED */
};

static void
note(struct app *app, char what)
{
	size_t n = strlen(app->calls);

	assert_true(n + 1 < sizeof app->calls);
	app->calls[n] = what;
	app->calls[n + 1] = '\0';
}

static int
guard(struct app *app, const struct route *route, struct request *req,
    struct reply *rep, struct error *err)
{
	(void)rep;
	note(app, route ? 'G' : 'g');
	req->caller_kind = "test";
	if (app->guard_refuses)
		return err_set(err,
		    app->guard_code ? app->guard_code : ERR_UNAUTHENTICATED,
		    "Sign in.", "%s", "");
	return 0;
}

static int
begin(struct app *app, bool reading, struct error *err)
{
	note(app, reading ? 'r' : 'w');
	if (app->begin_refuses)
		return err_set(err, ERR_DB_BUSY, "Later.", "%s", "");
	return 0;
}

static void
end(struct app *app)
{
	note(app, 'e');
}

static int
say_ok(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)req;
	(void)err;
	note(app, 'H');
	buf_add_str(&rep->body, "{\"ok\":true}");
	return 0;
}

static int
echo(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)err;
	note(app, 'H');
	assert_int_equal(strlen(req->body), req->body_len);
	buf_add(&rep->body, req->body, req->body_len);
	return 0;
}

static int
fail_silently(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)req;
	(void)err;
	note(app, 'H');
	buf_add_str(&rep->body, "{\"half");
	return -1;
}

static int
overflow(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app;
	(void)req;
	(void)err;
	buf_add_str(&rep->body, "{\"ok\":");
	rep->body.failed = true; /* what the next append would have done */
	rep->body.too_big = true;
	return 0;
}

/* No room for any answer at all from here on. */
static int
starve(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app;
	(void)req;
	(void)err;
	rep->body.max = 4;
	buf_add_str(&rep->body, "{\"ok\":true}");
	return 0;
}

static const struct route ROUTES[] = {
    {HTTP_GET,    "/api/ok",       ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0,  say_ok},
    {HTTP_POST,   "/api/echo",     ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 16, echo  },
    {HTTP_DELETE, "/api/ok",       ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0,  say_ok},
    {HTTP_GET,    "/api/silent",   ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0,
     fail_silently								 },
    {HTTP_GET,    "/api/overflow", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0,
     overflow								      },
    {HTTP_GET,    "/api/starve",   ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0,  starve},
};

/* A body that is there in full, as libfcgi gives it. */
struct stream {
	const char *text;
	size_t len;
	size_t read; /* bytes that were asked for and had */
};

static size_t
read_stream(void *arg, char *to, size_t n)
{
	struct stream *s = arg;
	size_t got = n < s->len ? n : s->len;

	if (got > 0)
		memcpy(to, s->text, got);
	s->read += got;
	return got;
}

struct fixture {
	struct exchange x;
	struct app app;
	struct site site;
	struct stream stream;
	char method[32], uri[128], type[64], length[40];
};

static int
setup(void **state)
{
	static struct fixture f;

	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	f = (struct fixture){0};
	exchange_init(&f.x);
	f.site = (struct site){.app = &f.app,
	    .routes = ROUTES,
	    .n_routes = ARRAY_LEN(ROUTES),
	    .guard = guard,
	    .begin = begin,
	    .end = end};
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	exchange_release(&f->x);
	return 0;
}

/* One request with body (or NULL) declared as `declared` bytes long. */
static void
request(struct fixture *f, const char *method, const char *uri,
    const char *body, size_t declared)
{
	static char client[] = "REMOTE_ADDR=192.0.2.1";
	static char host[] = "HTTP_HOST=example.org";
	static char id[] = "HTTP_X_REQUEST_ID=id-1";
	char *env[] = {
	    client, host, id, f->method, f->uri, f->length, f->type, NULL};
	const struct body_source source = {&f->stream, read_stream};

	exchange_end(&f->x);
	f->app.calls[0] = '\0';
	(void)snprintf(
	    f->method, sizeof f->method, "REQUEST_METHOD=%s", method);
	(void)snprintf(f->uri, sizeof f->uri, "REQUEST_URI=%s", uri);
	(void)snprintf(
	    f->length, sizeof f->length, "CONTENT_LENGTH=%zu", declared);
	if (!f->type[0])
		(void)snprintf(
		    f->type, sizeof f->type, "CONTENT_TYPE=application/json");
	f->stream = (struct stream){body, body ? strlen(body) : 0, 0};
	exchange_begin(&f->x, env);
	exchange_answer(&f->x, &f->site, &source);
	exchange_log(&f->x, true);
}

static void
get(struct fixture *f, const char *uri)
{
	request(f, "GET", uri, NULL, 0);
}

static void
post(struct fixture *f, const char *body, size_t declared)
{
	request(f, "POST", "/api/echo", body, declared);
}

static void
expect(const struct fixture *f, int status, const char *calls)
{
	char line[64];

	(void)snprintf(line, sizeof line, "Status: %d ", status);
	assert_non_null(strstr(f->x.head.data, line));
	assert_int_equal(f->x.rep.status, status);
	assert_string_equal(f->app.calls, calls);
}

static void
expect_code_text(const struct fixture *f, const char *code)
{
	char want[64];

	(void)snprintf(want, sizeof want, "\"code\":\"%s\"", code);
	if (!strstr(buf_str(&f->x.rep.body), want))
		fail_msg("no %s in %s", want, buf_str(&f->x.rep.body));
	assert_non_null(strstr(f->x.rep.body.data, "\"request_id\":\"id-1\""));
}

static void
a_request_goes_through_guard_begin_handler_end(void **state)
{
	struct fixture *f = *state;

	get(f, "/api/ok");
	expect(f, 200, "GrHe");
	assert_string_equal(f->x.rep.body.data, "{\"ok\":true}");
	assert_int_equal(exchange_body_len(&f->x), 11);
	request(f, "DELETE", "/api/ok", NULL, 0);
	expect(f, 200, "GwHe");
}

static void
head_is_get_without_its_body(void **state)
{
	struct fixture *f = *state;

	request(f, "HEAD", "/api/ok", NULL, 0);
	expect(f, 200, "GrHe");
	assert_non_null(strstr(f->x.head.data, "Content-Length: 11\r\n"));
	assert_int_equal(exchange_body_len(&f->x), 0);
	request(f, "HEAD", "/api/nowhere", NULL, 0);
	expect(f, 404, "g");
	assert_int_equal(exchange_body_len(&f->x), 0);
}

static void
options_tells_the_methods(void **state)
{
	struct fixture *f = *state;

	request(f, "OPTIONS", "/api/ok", NULL, 0);
	expect(f, 204, "");
	assert_non_null(
	    strstr(f->x.head.data, "Allow: GET, DELETE, HEAD, OPTIONS\r\n"));
	assert_null(strstr(f->x.head.data, "Access-Control"));
	request(f, "OPTIONS", "/api/nowhere", NULL, 0);
	expect(f, 404, "g");
}

static void
a_wrong_method_is_405_with_allow(void **state)
{
	static const char *const METHODS[] = {
	    "PUT", "POST", "PATCH", "BREW", "get", "TRACE"};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(METHODS); i++) {
		request(f, METHODS[i], "/api/ok", NULL, 0);
		expect(f, 405, "g");
		expect_code_text(f, "method_not_allowed");
		assert_non_null(strstr(
		    f->x.head.data, "Allow: GET, DELETE, HEAD, OPTIONS\r\n"));
	}
	request(f, "GET", "/api/echo", NULL, 0);
	assert_non_null(strstr(f->x.head.data, "Allow: POST, OPTIONS\r\n"));
}

static void
an_unknown_path_is_404_if_the_guard_lets_it(void **state)
{
	struct fixture *f = *state;

	get(f, "/api/nowhere");
	expect(f, 404, "g");
	expect_code_text(f, "not_found");
	f->app.guard_refuses = true;
	get(f, "/api/nowhere");
	expect(f, 401, "g");
}

static void
what_the_guard_refuses_is_not_run(void **state)
{
	struct fixture *f = *state;

	f->app.guard_refuses = true;
	post(f, "{}", 2);
	expect(f, 401, "G");
	expect_code_text(f, "not_signed_in");
	assert_int_equal(f->stream.read, 0);
}

static void
what_begin_refuses_is_not_run_nor_ended(void **state)
{
	struct fixture *f = *state;

	f->app.begin_refuses = true;
	get(f, "/api/ok");
	expect(f, 503, "Gr");
	expect_code_text(f, "database_busy");
}

static void
a_malformed_request_reaches_nobody(void **state)
{
	struct fixture *f = *state;

	get(f, "/api/ok?a=%ff");
	expect(f, 400, "");
	expect_code_text(f, "malformed_request");
	get(f, "/api/ok");
	expect(f, 200, "GrHe");
}

static void
a_body_arrives_whole(void **state)
{
	struct fixture *f = *state;

	post(f, "{\"a\":1}", 7);
	expect(f, 200, "GwHe");
	assert_string_equal(f->x.rep.body.data, "{\"a\":1}");
	post(f, NULL, 0);
	expect(f, 200, "GwHe");
	assert_int_equal(f->x.rep.body.len, 0);
}

static void
a_body_is_as_long_as_declared(void **state)
{
	struct fixture *f = *state;

	post(f, "{}", 3);
	expect(f, 400, "G");
	post(f, "{}x", 2);
	expect(f, 400, "G");
	post(f, "{}", 0);
	expect(f, 400, "G");
	get(f, "/api/ok");
	expect(f, 200, "GrHe");
	request(f, "GET", "/api/ok", "x", 0);
	expect(f, 400, "G");
}

static void
a_body_over_the_routes_limit_is_not_read(void **state)
{
	struct fixture *f = *state;

	post(f, "0123456789abcdef", 16);
	expect(f, 200, "GwHe");
	post(f, "0123456789abcdefg", 17);
	expect(f, 413, "G");
	expect_code_text(f, "body_too_large");
	assert_int_equal(f->stream.read, 0);
	request(f, "DELETE", "/api/ok", "{}", 2);
	expect(f, 413, "G");
	assert_non_null(strstr(f->x.rep.body.data, "takes no request body"));
}

static void
a_body_is_json_by_its_type(void **state)
{
	static const char *const TYPES[] = {"CONTENT_TYPE=text/plain",
	    "CONTENT_TYPE=", "CONTENT_TYPE=application/json; charset=utf-8",
	    "CONTENT_TYPE=application/jsonx", "CONTENT_TYPE=Application/JSON",
	    "CONTENT_TYPE=application/x-www-form-urlencoded", "X="};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(TYPES); i++) {
		assert_true(str_copy(f->type, sizeof f->type, TYPES[i]));
		post(f, "{}", 2);
		expect(f, 415, "G");
		expect_code_text(f, "json_required");
		post(f, NULL, 0); /* nothing has no type */
		expect(f, 200, "GwHe");
	}
}

static void
other_host_names_are_421_if_some_are_set(void **state)
{
	struct fixture *f = *state;

	f->site.allowed_hosts = "example.com";
	get(f, "/api/ok");
	expect(f, 421, "");
	expect_code_text(f, "host_not_allowed");
	f->site.allowed_hosts = "example.com example.org";
	get(f, "/api/ok");
	expect(f, 200, "GrHe");
	f->site.allowed_hosts = "";
	get(f, "/api/ok");
	expect(f, 200, "GrHe");
}

static void
a_handler_that_fails_without_reason_is_500(void **state)
{
	struct fixture *f = *state;

	get(f, "/api/silent");
	expect(f, 500, "GrHe");
	expect_code_text(f, "internal_error");
	assert_null(strstr(f->x.rep.body.data, "half"));
}

static void
an_answer_past_its_limit_is_an_error_not_a_torso(void **state)
{
	struct fixture *f = *state;

	get(f, "/api/overflow");
	assert_int_equal(f->x.err.code, ERR_TOO_LARGE);
	assert_string_equal(f->x.rep.content_type, "application/problem+json");
}

static void
without_memory_for_a_problem_there_is_still_an_answer(void **state)
{
	struct fixture *f = *state;

	get(f, "/api/starve");
	assert_int_equal(f->x.rep.status, 503);
	assert_int_equal(exchange_body_len(&f->x), 0);
	assert_non_null(strstr(f->x.head.data, "Status: 503 "));
	assert_non_null(strstr(f->x.head.data, "nosniff\r\n"));
	assert_non_null(strstr(f->x.head.data, "Content-Length: 0\r\n\r\n"));
}

/* The log line of what `request()` does, and of one more cut short. */
static void
read_log(struct fixture *f, const char *uri, char *text, size_t size)
{
	FILE *file = tmpfile();
	int err_fd = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(file);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	get(f, uri);
	exchange_log(&f->x, false);
	exchange_end(&f->x);
	log_event(LOG_LEVEL_INFO, "after", "%s", "");
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	assert_true(dup2(err_fd, STDERR_FILENO) >= 0);
	(void)close(err_fd);
	rewind(file);
	n = fread(text, 1, size - 1, file);
	text[n] = '\0';
	(void)fclose(file);
}

static void
expect_lines(
    struct fixture *f, const char *uri, const char *start, const char *end)
{
	static char text[8192];
	char *line = text, *next;

	read_log(f, uri, text, sizeof text);
	next = strchr(line, '\n');
	assert_non_null(next);
	*next = '\0';
	assert_non_null(strstr(line, start));
	assert_non_null(strstr(line, end));
	assert_null(strstr(line, "aborted"));
	line = next + 1;
	next = strchr(line, '\n');
	assert_non_null(next);
	*next = '\0';
	assert_non_null(strstr(line, "\"aborted\":true"));
	/* what comes later is no longer of this request */
	assert_non_null(strstr(next + 1,
	    "\"event\":\"after\",\"client\":null,\"request_id\":null"));
}

static void
a_request_is_one_line_of_the_log(void **state)
{
	struct fixture *f = *state;

	expect_lines(f, "/api/ok?secret=1",
	    "\"level\":\"info\",\"event\":\"request\",\"client\":"
	    "\"192.0.2.1\",\"request_id\":\"id-1\",\"method\":\"GET\","
	    "\"route\":\"/api/ok\",\"status\":200,\"ms\":",
	    "\"bytes\":11,\"caller\":\"test\"}");
	expect_lines(f, "/api/nowhere",
	    "\"level\":\"info\",\"event\":\"request\"",
	    "\"code\":\"not_found\",\"where\":\"no_route\",\"detail\":"
	    "\"/api/nowhere\"");
	expect_lines(f, "/api/silent",
	    "\"level\":\"error\",\"event\":\"request\"",
	    "\"code\":\"internal_error\"");
	f->app.begin_refuses = true;
	expect_lines(f, "/api/ok",
	    "\"level\":\"warning\",\"event\":\"request\"",
	    "\"code\":\"database_busy\"");
}

static void
that_set_up_is_needed_is_no_warning(void **state)
{
	struct fixture *f = *state;

	f->app.guard_refuses = true;
	f->app.guard_code = ERR_SETUP_REQUIRED;
	expect_lines(f, "/api/ok", "\"level\":\"info\",\"event\":\"request\"",
	    "\"status\":503");
}

static void
hooks_may_be_absent(void **state)
{
	struct fixture *f = *state;

	f->site.guard = NULL;
	f->site.begin = NULL;
	f->site.end = NULL;
	get(f, "/api/ok");
	expect(f, 200, "H");
	get(f, "/api/nowhere");
	expect(f, 404, "");
}

/* Whichever allocation fails, an answer is there to be sent. */
static void
without_memory_there_is_always_an_answer(void **state)
{
	struct fixture *f = *state;
	size_t n = 0, failed = 0;
	bool met;

	do {
		exchange_release(&f->x);
		exchange_init(&f->x);
		torture_arm(++n);
		post(f, "{\"a\":1}", 7);
		met = torture_disarm();
		failed += met;
		assert_true(f->x.rep.status == 503 || f->x.rep.status == 200);
		assert_non_null(strstr(buf_str(&f->x.head),
		    f->x.rep.status == 503 ? "Status: 503" : "Status: 200"));
	} while (met);
	assert_true(failed >= 2); /* body in, body out */
	expect(f, 200, "GwHe");
}

static void
the_end_wipes_a_body(void **state)
{
	struct fixture *f = *state;
	const char *memory;
	size_t cap;

	post(f, "{\"p\":\"secret\"}", 14);
	expect(f, 200, "GwHe");
	memory = f->x.body.data;
	cap = f->x.body.cap;
	assert_non_null(memmem(memory, cap, "secret", 6));
	exchange_end(&f->x);
	assert_ptr_equal(f->x.body.data, memory);
	assert_null(memmem(memory, cap, "secret", 6));
	assert_int_equal(f->x.head.len, 0);
	assert_null(memmem(f->x.head.data, f->x.head.cap, "Status", 6));
}

static void
a_big_body_does_not_stay_in_memory(void **state)
{
	struct fixture *f = *state;

	f->x.body.max = 1024 * 1024;
	assert_non_null(buf_reserve(&f->x.body, 512 * 1024));
	exchange_end(&f->x);
	assert_null(f->x.body.data);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(a_request_goes_through_guard_begin_handler_end),
	    TEST(head_is_get_without_its_body),
	    TEST(options_tells_the_methods),
	    TEST(a_wrong_method_is_405_with_allow),
	    TEST(an_unknown_path_is_404_if_the_guard_lets_it),
	    TEST(what_the_guard_refuses_is_not_run),
	    TEST(what_begin_refuses_is_not_run_nor_ended),
	    TEST(a_malformed_request_reaches_nobody),
	    TEST(a_body_arrives_whole),
	    TEST(a_body_is_as_long_as_declared),
	    TEST(a_body_over_the_routes_limit_is_not_read),
	    TEST(a_body_is_json_by_its_type),
	    TEST(other_host_names_are_421_if_some_are_set),
	    TEST(a_handler_that_fails_without_reason_is_500),
	    TEST(an_answer_past_its_limit_is_an_error_not_a_torso),
	    TEST(without_memory_for_a_problem_there_is_still_an_answer),
	    TEST(a_request_is_one_line_of_the_log),
	    TEST(that_set_up_is_needed_is_no_warning),
	    TEST(hooks_may_be_absent),
	    TEST(without_memory_there_is_always_an_answer),
	    TEST(the_end_wipes_a_body),
	    TEST(a_big_body_does_not_stay_in_memory),
	};

	return cmocka_run_group_tests_name("http/dispatch", tests, NULL, NULL);
}
