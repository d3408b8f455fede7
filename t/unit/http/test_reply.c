/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/reply.h"

#include <string.h>

#include "t/lib/unit.h"

#include "base/error.h"
#include "base/macros.h"
#include "http/etag.h"
#include "http/request.h"

static struct request req;

/* The head of rep; with = must be in it, without = must not. */
static void
expect_head(struct reply *rep, const char *with, const char *without)
{
	struct buf head = BUF_INIT(8192);
	struct error err = ERROR_INIT;

	assert_int_equal(reply_head(rep, &req, &head, &err), 0);
	if (with && !strstr(head.data, with))
		fail_msg("no %s in\n%s", with, head.data);
	if (without && strstr(head.data, without))
		fail_msg("%s in\n%s", without, head.data);
	assert_string_equal(head.data + head.len - 4, "\r\n\r\n");
	buf_release(&head);
}

static void
start(struct reply *rep)
{
	reply_init(rep);
	memset(&req, 0, sizeof req);
	req.id = "id-1";
}

static void
every_answer_has_the_security_headers(void **state)
{
	static const char *const WANT[] = {"Status: 200 OK\r\n",
	    "Content-Type: application/json\r\n", "Content-Length: 2\r\n",
	    "X-Request-ID: id-1\r\n", "Cache-Control: no-store\r\n",
	    "X-Content-Type-Options: nosniff\r\n", "X-Frame-Options: DENY\r\n",
	    "Referrer-Policy: no-referrer\r\n",
	    "Cross-Origin-Opener-Policy: same-origin\r\n",
	    "Cross-Origin-Resource-Policy: same-origin\r\n",
	    "Permissions-Policy: accelerometer=()",
	    ("Content-Security-Policy: default-src 'none'; "
	     "frame-ancestors 'none'\r\n")};
	struct reply rep;

	(void)state;
	start(&rep);
	buf_add_str(&rep.body, "{}");
	for (size_t i = 0; i < ARRAY_LEN(WANT); i++)
		expect_head(&rep, WANT[i], NULL);
	reply_release(&rep);
}

static void
an_answer_without_a_body_says_nothing_of_one(void **state)
{
	struct reply rep;

	(void)state;
	start(&rep);
	rep.status = 204;
	expect_head(&rep, "Status: 204 No Content\r\n", "Content-Length");
	rep.status = 304;
	expect_head(&rep, "Status: 304 Not Modified\r\n", "Content-Length");
	reply_release(&rep);
}

static void
headers_that_could_split_an_answer_are_refused(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *value;
	} BAD[] = {
		{ "X", "a\r\nSet-Cookie: b" }, { "X", "a\n" }, { "X", "\r" },
		{ "X", "a\tb" }, { "X", "\xc3\xa9" }, { "X", "\x7f" }, { "X", "\x01" },
		{ "X\r\n", "a" }, { "X:", "a" }, { "X Y", "a" }, { "", "a" }, { "\xc3", "a" },
	};
	/* clang-format on */
	struct reply rep;
	struct error err;

	(void)state;
	start(&rep);
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		err_clear(&err);
		if (reply_header(&rep, BAD[i].name, BAD[i].value, &err) == 0)
			fail_msg("row %zu", i);
		assert_int_equal(err.code, ERR_INTERNAL);
	}
	assert_int_equal(rep.headers.len, 0);
	assert_int_equal(
	    reply_header(&rep, "Location", "/api/jobs/1", &err), 0);
	assert_int_equal(reply_header(&rep, "X-Empty", "", &err), 0);
	assert_int_equal(reply_header(&rep, "X-Words", " a ~!", &err), 0);
	expect_head(&rep, "Location: /api/jobs/1\r\nX-Empty: \r\n", NULL);
	reply_release(&rep);
}

static void
headers_end_at_a_limit(void **state)
{
	struct reply rep;
	struct error err = ERROR_INIT;
	char value[1001];
	int n = 0;

	(void)state;
	start(&rep);
	memset(value, 'v', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	while (n < 100 && reply_header(&rep, "X", value, &err) == 0)
		n++;
	assert_int_equal(n, 16); /* 16 KiB */
	assert_int_equal(err.code, ERR_TOO_LARGE);
	reply_release(&rep);
}

static void
a_reset_forgets_and_wipes(void **state)
{
	struct reply rep;
	struct error err = ERROR_INIT;
	const char *memory;

	(void)state;
	start(&rep);
	rep.status = 500;
	rep.content_type = "text/plain";
	rep.etag = true;
	buf_add_str(&rep.body, "body");
	assert_int_equal(
	    reply_header(&rep, "Set-Cookie", "bangui=secret", &err), 0);
	memory = rep.headers.data;
	reply_reset(&rep);
	assert_ptr_equal(memory, rep.headers.data);
	assert_null(memmem(memory, rep.headers.cap, "secret", 6));
	assert_int_equal(rep.status, 200);
	assert_string_equal(rep.content_type, "application/json");
	assert_false(rep.etag);
	assert_int_equal(rep.body.len, 0);
	assert_int_equal(rep.headers.len, 0);
	reply_release(&rep);
}

static void
a_big_body_does_not_stay_in_memory(void **state)
{
	struct reply rep;

	(void)state;
	start(&rep);
	assert_non_null(buf_reserve(&rep.body, 4 * 1024 * 1024));
	reply_reset(&rep);
	assert_null(rep.body.data);
	assert_non_null(buf_reserve(&rep.body, 1000));
	reply_reset(&rep);
	assert_non_null(rep.body.data);
	reply_release(&rep);
}

static void
an_equal_etag_becomes_304(void **state)
{
	struct reply rep;
	char tag[ETAG_SIZE];

	(void)state;
	start(&rep);
	etag_of("{}", 2, tag);
	buf_add_str(&rep.body, "{}");
	rep.etag = true;
	expect_head(&rep, tag, "no-store");
	expect_head(&rep, "Cache-Control: private, no-cache\r\n", NULL);
	req.if_none_match = "\"other\"";
	expect_head(&rep, "Status: 200 OK\r\n", NULL);
	req.if_none_match = tag;
	expect_head(&rep, "Status: 304 Not Modified\r\n", "Content-Length");
	assert_int_equal(rep.body.len, 0);
	reply_release(&rep);
}

static void
only_a_get_that_went_well_has_an_etag(void **state)
{
	struct reply rep;

	(void)state;
	start(&rep);
	rep.etag = true;
	rep.status = 503;
	expect_head(&rep, "no-store", "ETag");
	rep.status = 200;
	req.method = HTTP_POST;
	expect_head(&rep, "no-store", "ETag");
	reply_release(&rep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_answer_has_the_security_headers),
	    cmocka_unit_test(an_answer_without_a_body_says_nothing_of_one),
	    cmocka_unit_test(headers_that_could_split_an_answer_are_refused),
	    cmocka_unit_test(headers_end_at_a_limit),
	    cmocka_unit_test(a_reset_forgets_and_wipes),
	    cmocka_unit_test(a_big_body_does_not_stay_in_memory),
	    cmocka_unit_test(an_equal_etag_becomes_304),
	    cmocka_unit_test(only_a_get_that_went_well_has_an_etag),
	};

	return cmocka_run_group_tests_name("http/reply", tests, NULL, NULL);
}
