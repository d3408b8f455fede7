/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "t/lib/raw_server.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define REDIRECT "HTTP/1.1 302 Found\r\nX-Mark: of the first\r\nLocation: "

enum { BODY_MAX = 1000, SHORT_MS = 300, LONG_MS = 3000 };

/* The second server, which nothing may ever reach. */
static struct raw_server forbidden;

static void
say_nothing(int fd, const char *request)
{
	(void)fd;
	(void)request;
}

static void
say_bytes(int fd, size_t n)
{
	char head[128];

	(void)snprintf(head, sizeof head, OK "Content-Length: %zu\r\n\r\n", n);
	(void)raw_say_text(fd, head);
	for (size_t i = 0; i < n && raw_say_text(fd, "x"); i++)
		;
}

/* Without end, a piece at a time. */
static void
say_for_ever(int fd, const char *head, const char *piece, useconds_t pause)
{
	(void)raw_say_text(fd, head);
	while (raw_say_text(fd, piece))
		(void)usleep(pause);
}

static void
say_redirect(int fd, const char *where)
{
	(void)raw_say_text(fd, REDIRECT);
	(void)raw_say_text(fd, where);
	(void)raw_say_text(fd, "\r\nContent-Length: 0\r\n\r\n");
}

static void
say_inside(int fd)
{
	char url[64];

	(void)snprintf(
	    url, sizeof url, "http://127.0.0.1:%u/", (unsigned)forbidden.port);
	say_redirect(fd, url);
}

static const struct {
	const char *path, *bytes;
} FIXED[] = {
    {"/good",    OK "X-Rl: 14\r\nx-ttl:\t 42 \r\nContent-Length: 2\r\n\r\nhi"},
    {"/error",   "HTTP/1.1 429 No\r\nContent-Length: 2\r\n\r\nno"            },
    {"/gzip",    OK "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nraw" },
    {"/lying",   OK "Content-Length: 1001\r\n\r\nx"                          },
    {"/cut",     OK "Content-Length: 9\r\n\r\n1234"                          },
    {"/nothing", ""							  },
    {"/no-http", "this is no HTTP\r\n\r\n"                                   },
    {"/cookie",  OK "Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"           },
};

static void
answer(int fd, const char *request)
{
	for (size_t i = 0; i < ARRAY_LEN(FIXED); i++)
		if (raw_is_for(request, FIXED[i].path))
			(void)raw_say_text(fd, FIXED[i].bytes);
	if (raw_is_for(request, "/1000"))
		say_bytes(fd, BODY_MAX);
	if (raw_is_for(request, "/1001"))
		say_bytes(fd, BODY_MAX + 1);
	if (raw_is_for(request, "/endless"))
		say_for_ever(fd, OK "\r\n", "endless ", 0);
	if (raw_is_for(request, "/endless-head"))
		say_for_ever(fd, OK, "X-More: and more and more\r\n", 0);
	if (raw_is_for(request, "/drip"))
		say_for_ever(fd, OK "\r\n", ".", 20000);
	if (raw_is_for(request, "/hangs"))
		(void)pause();
	if (raw_is_for(request, "/3"))
		say_redirect(fd, "/2");
	if (raw_is_for(request, "/2"))
		say_redirect(fd, "/1");
	if (raw_is_for(request, "/1"))
		say_redirect(fd, "/good");
	if (raw_is_for(request, "/4"))
		say_redirect(fd, "/3");
	if (raw_is_for(request, "/inside"))
		say_inside(fd);
	if (raw_is_for(request, "/to-file"))
		say_redirect(fd, "file:///etc/passwd");
	if (raw_is_for(request, "/to-gopher"))
		say_redirect(fd, "gopher://127.0.0.1:70/x");
	if (raw_is_for(request, "/to-user"))
		say_redirect(fd, "//me:secret@127.0.0.1/");
}

static struct raw_server server;

/* To the one server and nowhere else. */
static bool
to_server(const struct addr *to, uint16_t port)
{
	return addr_is_loopback(to) && port == server.port;
}

static int
set_up(void **state)
{
	(void)state;
	raw_server_start(&forbidden, "127.0.0.1", say_nothing);
	raw_server_start(&server, "127.0.0.1", answer);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	raw_server_stop(&server);
	raw_server_stop(&forbidden);
	return 0;
}

/* A server that a case has left in the middle of something. */
static void
restart(void)
{
	raw_server_stop(&server);
	raw_server_start(&server, "127.0.0.1", answer);
}

static struct fetch_request
request_for(const char *path)
{
	return (struct fetch_request){
	    .url = raw_server_url(&server, path),
	    .may_connect = to_server,
	    .max_bytes = BODY_MAX,
	    .total_ms = LONG_MS,
	};
}

static void
refuses(const struct fetch_request *req, enum err_code code)
{
	AUTO(buf_release) struct buf untouched = BUF_INIT(7);
	struct fetch_reply reply = {.status = 7, .body = untouched};
	struct error err = ERROR_INIT;

	if (fetch(req, NULL, 0, &reply, &err) != -1)
		fail_msg("%s: taken", req->url);
	if (err.code != code)
		fail_msg("%s: %s (%s) instead of %s", req->url,
		    err_name(err.code), err.detail, err_name(code));
	assert_int_equal(reply.status, 7);
	assert_null(reply.body.data);
	assert_true(err.message[0] != '\0');
}

static void
takes(const struct fetch_request *req, const char *body)
{
	struct fetch_reply reply = {0};
	struct error err = ERROR_INIT;

	if (fetch(req, NULL, 0, &reply, &err) != 0)
		fail_msg(
		    "%s: %s: %s", req->url, err_name(err.code), err.detail);
	assert_int_equal(reply.status, 200);
	assert_string_equal(buf_str(&reply.body), body);
	buf_release(&reply.body);
}

static void
a_get_gives_status_headers_and_body(void **state)
{
	struct fetch_request req = request_for("/good");
	struct fetch_header h[] = {
	    {.name = "X-Rl"}, {.name = "X-Ttl"}, {.name = "X-None"}};
	struct fetch_reply reply = {0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(fetch(&req, h, ARRAY_LEN(h), &reply, &err), 0);
	assert_int_equal(reply.status, 200);
	assert_string_equal(buf_str(&reply.body), "hi");
	assert_string_equal(h[0].value, "14");
	assert_string_equal(h[1].value, "42");
	assert_string_equal(h[2].value, "");
	buf_release(&reply.body);
	req = request_for("/error");
	assert_int_equal(fetch(&req, h, ARRAY_LEN(h), &reply, &err), 0);
	assert_int_equal(reply.status, 429);
	assert_string_equal(h[0].value, "");
	buf_release(&reply.body);
}

static void
nothing_is_said_but_what_is_needed(void **state)
{
	struct fetch_request req = request_for("/good");
	char head[256];

	(void)state;
	takes(&req, "hi");
	(void)snprintf(head, sizeof head,
	    "GET /good HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
	    "User-Agent: bangui/" PACKAGE_VERSION "\r\nAccept: */*\r\n\r\n",
	    (unsigned)server.port);
	assert_string_equal(server.seen->request, head);
}

static void
a_post_sends_its_body(void **state)
{
	struct fetch_request req = request_for("/good");

	(void)state;
	req.body = "[\"\0\"]";
	req.body_len = 5;
	req.content_type = "application/json";
	takes(&req, "hi");
	assert_memory_equal(server.seen->request, "POST /good ", 11);
	assert_non_null(strstr(
	    server.seen->request, "\r\nContent-Type: application/json\r\n"));
	assert_memory_equal(
	    strstr(server.seen->request, "\r\n\r\n"), "\r\n\r\n[\"\0\"]", 9);
}

static void
cookies_are_not_kept(void **state)
{
	struct fetch_request req = request_for("/cookie");

	(void)state;
	takes(&req, "");
	takes(&req, "");
	assert_null(strstr(server.seen->request, "Cookie"));
}

static void
a_coded_body_is_not_decoded(void **state)
{
	struct fetch_request req = request_for("/gzip");

	(void)state;
	takes(&req, "raw");
}

static void
a_body_that_fills_the_limit_is_taken_and_one_more_byte_not(void **state)
{
	struct fetch_request req = request_for("/1000");
	struct fetch_reply reply = {0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(fetch(&req, NULL, 0, &reply, &err), 0);
	assert_int_equal(reply.body.len, BODY_MAX);
	buf_release(&reply.body);
	req = request_for("/1001");
	refuses(&req, ERR_REMOTE_TOO_LARGE);
	req = request_for("/lying");
	refuses(&req, ERR_REMOTE_TOO_LARGE);
}

static void
what_never_ends_is_cut_off(void **state)
{
	struct fetch_request req = request_for("/endless");

	(void)state;
	refuses(&req, ERR_REMOTE_TOO_LARGE);
	req = request_for("/endless-head");
	refuses(&req, ERR_REMOTE_TOO_LARGE);
}

static void
what_is_no_whole_answer_is_refused(void **state)
{
	static const char *const PATHS[] = {"/cut", "/nothing", "/no-http"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(PATHS); i++) {
		struct fetch_request req = request_for(PATHS[i]);

		refuses(&req, ERR_REMOTE_PROTOCOL);
	}
}

static void
a_slow_answer_is_not_waited_for(void **state)
{
	static const char *const PATHS[] = {"/drip", "/hangs"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(PATHS); i++) {
		struct fetch_request req = request_for(PATHS[i]);
		int64_t began = time_mono_ms();

		req.total_ms = SHORT_MS;
		refuses(&req, ERR_REMOTE_TIMEOUT);
		assert_in_range(time_mono_ms() - began, SHORT_MS - 50, LONG_MS);
	}
	restart();
}

static int
stop_at_once(void *arg, struct error *err)
{
	++*(int *)arg;
	return err_set(err, ERR_CONFLICT, "Stopped.", "%s", "by the test");
}

static void
its_caller_can_end_it(void **state)
{
	struct fetch_request req = request_for("/hangs");
	int calls = 0;

	(void)state;
	req.beat = stop_at_once;
	req.beat_arg = &calls;
	refuses(&req, ERR_CONFLICT);
	assert_int_equal(calls, 1);
	restart();
}

static void
nobody_there_is_told(void **state)
{
	struct fetch_request req = request_for("/good");

	(void)state;
	raw_server_stop(&server);
	refuses(&req, ERR_REMOTE_DOWN);
	raw_server_start(&server, "127.0.0.1", answer);
}

static void
redirects_are_followed_as_far_as_was_asked(void **state)
{
	struct fetch_request req = request_for("/3");
	struct fetch_header h = {.name = "X-Mark"};
	struct fetch_reply reply = {0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(fetch(&req, &h, 1, &reply, &err), 0);
	assert_int_equal(reply.status, 302);
	assert_string_equal(h.value, "of the first");
	buf_release(&reply.body);
	req.redirects = 2;
	refuses(&req, ERR_REMOTE_PROTOCOL);
	req.redirects = 3;
	assert_int_equal(fetch(&req, &h, 1, &reply, &err), 0);
	assert_int_equal(reply.status, 200);
	assert_string_equal(h.value, "");
	buf_release(&reply.body);
	req = request_for("/4");
	req.redirects = 100;
	refuses(&req, ERR_REMOTE_PROTOCOL);
}

static void
no_redirect_leads_inside(void **state)
{
	static const char *const PATHS[] = {
	    "/inside", "/to-file", "/to-gopher", "/to-user"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(PATHS); i++) {
		struct fetch_request req = request_for(PATHS[i]);

		req.redirects = 3;
		refuses(&req, ERR_REMOTE_REFUSED);
	}
	assert_int_equal(forbidden.seen->connections, 0);
}

/* SEC-50: however this machine is spelled, before and after a port where
 * somebody would answer. */
static const char *const INSIDE[][2] = {
    {"http://127.0.0.1:",           "/"},
    {"http://127.1:",               "/"},
    {"http://2130706433:",          "/"},
    {"http://017700000001:",        "/"},
    {"http://0x7f000001:",          "/"},
    {"http://0177.0.0.1:",          "/"},
    {"http://0x7f.0.0.1:",          "/"},
    {"http://0:",		   "/"},
    {"http://[::1]:",               "/"},
    {"http://[::ffff:127.0.0.1]:",  "/"},
    {"http://[::127.0.0.1]:",       "/"},
    {"http://[64:ff9b::7f00:1]:",   "/"},
    {"http://[2002:7f00:1::]:",     "/"},
    {"http://[fe80::1%25lo]:",      "/"},
    {"http://localhost:",           "/"},
    {"HTTP://LOCALHOST:",           "/"},
    {"http://me:secret@127.0.0.1:", "/"},
    {"http://me@127.0.0.1:",        "/"},
    {"file:///etc/passwd?",         "" },
    {"gopher://127.0.0.1:",         "/"},
    {"ftp://127.0.0.1:",            "/"},
    {"127.0.0.1:",                  "/"},
    {"//127.0.0.1:",                "/"},
    {"http:///",		    "" },
    {"",			    "" },
};

static void
no_spelling_leads_inside(void **state)
{
	char url[RAW_URL_SIZE];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(INSIDE); i++) {
		struct fetch_request req = {.url = url, .max_bytes = 1};

		(void)snprintf(url, sizeof url, "%s%u%s", INSIDE[i][0],
		    (unsigned)forbidden.port, INSIDE[i][1]);
		refuses(&req, ERR_REMOTE_REFUSED);
	}
	assert_int_equal(forbidden.seen->connections, 0);
}

static void
plain_http_is_refused_where_it_is_not_wanted(void **state)
{
	struct fetch_request req = request_for("/good");
	unsigned before = server.seen->connections;

	(void)state;
	req.https_only = true;
	refuses(&req, ERR_REMOTE_REFUSED);
	assert_int_equal(server.seen->connections, before);
}

/* What the shell of an operator may hold; putenv() keeps the text itself. */
static void
a_proxy_of_the_environment_is_passed_by(void **state)
{
	static char http[64], all[64];
	struct fetch_request req = request_for("/good");
	struct fetch_request other = {
	    .url = "http://192.0.2.1/", .max_bytes = 1};

	(void)state;
	(void)snprintf(http, sizeof http, "http_proxy=http://127.0.0.1:%u",
	    (unsigned)forbidden.port);
	(void)snprintf(all, sizeof all, "ALL_PROXY=http://127.0.0.1:%u",
	    (unsigned)forbidden.port);
	assert_int_equal(putenv(http), 0);
	assert_int_equal(putenv(all), 0);
	takes(&req, "hi");
	refuses(&other, ERR_REMOTE_REFUSED);
	assert_int_equal(forbidden.seen->connections, 0);
	assert_int_equal(unsetenv("http_proxy"), 0);
	assert_int_equal(unsetenv("ALL_PROXY"), 0);
}

static int
fetch_once(void *arg, struct error *err)
{
	struct fetch_request req = request_for("/1000");
	struct fetch_reply reply = {.status = 7};
	int rc = fetch(&req, NULL, 0, &reply, err);

	(void)arg;
	assert_int_equal(reply.status, rc < 0 ? 7 : 200);
	buf_release(&reply.body);
	return rc;
}

static void
a_failed_allocation_is_told(void **state)
{
	(void)state;
	assert_true(torture_run(fetch_once, NULL) >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_get_gives_status_headers_and_body),
	    cmocka_unit_test(nothing_is_said_but_what_is_needed),
	    cmocka_unit_test(a_post_sends_its_body),
	    cmocka_unit_test(cookies_are_not_kept),
	    cmocka_unit_test(a_coded_body_is_not_decoded),
	    cmocka_unit_test(
		a_body_that_fills_the_limit_is_taken_and_one_more_byte_not),
	    cmocka_unit_test(what_never_ends_is_cut_off),
	    cmocka_unit_test(what_is_no_whole_answer_is_refused),
	    cmocka_unit_test(a_slow_answer_is_not_waited_for),
	    cmocka_unit_test(its_caller_can_end_it),
	    cmocka_unit_test(nobody_there_is_told),
	    cmocka_unit_test(redirects_are_followed_as_far_as_was_asked),
	    cmocka_unit_test(no_redirect_leads_inside),
	    cmocka_unit_test(no_spelling_leads_inside),
	    cmocka_unit_test(plain_http_is_refused_where_it_is_not_wanted),
	    cmocka_unit_test(a_proxy_of_the_environment_is_passed_by),
	    cmocka_unit_test(a_failed_allocation_is_told),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
