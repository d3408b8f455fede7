/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/problem.h"

#include <string.h>

#include "t/lib/unit.h"

#include "base/macros.h"
#include "base/str.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/scan.h"

static struct request req;

static void
write_problem(struct reply *rep, const struct error *cause)
{
	struct error err = ERROR_INIT;

	req.id = "id-1";
	reply_init(rep);
	assert_int_equal(problem_write(rep, &req, cause, &err), 0);
	assert_int_equal(json_scan(rep->body.data, rep->body.len, &err), 0);
	assert_string_equal(rep->content_type, "application/problem+json");
	assert_int_equal(rep->status, problem_status(cause->code));
}

static void
expect_body(enum err_code code, const char *text)
{
	struct error cause = {.code = code, .message = "Do this."};
	struct reply rep;

	write_problem(&rep, &cause);
	assert_string_equal(buf_str(&rep.body), text);
	reply_release(&rep);
}

static void
a_problem_is_rfc_9457(void **state)
{
	(void)state;
	expect_body(ERR_JAIL_NOT_FOUND,
	    "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,"
	    "\"detail\":\"Do this.\",\"code\":\"jail_not_found\","
	    "\"request_id\":\"id-1\"}");
}

static void
all_of_fail2bans_failures_have_one_text(void **state)
{
	static const enum err_code CODES[] = {
	    ERR_F2B_DOWN, ERR_F2B_PROTOCOL, ERR_F2B_REFUSED};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CODES); i++) {
		struct error cause = {.code = CODES[i], .message = "other"};
		struct reply rep;
		write_problem(&rep, &cause);
		assert_int_equal(rep.status, 502);
		assert_non_null(strstr(rep.body.data,
		    "\"detail\":\"Cannot reach the fail2ban service. Check "
		    "the server status page.\""));
		reply_release(&rep);
	}
}

static void
the_detail_for_the_log_is_never_sent(void **state)
{
	struct error cause = ERROR_INIT;

	(void)state;
	for (int code = ERR_NONE; code < ERR__MAX; code++) {
		struct reply rep;
		(void)err_set(&cause, (enum err_code)code, "For people.", "%s",
		    "/var/lib/bangui SQLITE_FULL");
		write_problem(&rep, &cause);
		assert_null(strstr(rep.body.data, "/var"));
		assert_null(strstr(rep.body.data, "SQLITE"));
		assert_null(strstr(rep.body.data, "write_problem"));
		reply_release(&rep);
	}
}

static void
every_code_has_a_status_with_a_phrase(void **state)
{
	(void)state;
	for (int code = ERR_NONE; code < ERR__MAX; code++) {
		int status = problem_status((enum err_code)code);
		assert_in_range(status, 400, 504);
		assert_string_not_equal(reply_phrase(status), "Unknown");
	}
	assert_int_equal(problem_status(ERR__MAX), 500);
	assert_int_equal(problem_status(ERR_INVALID), 422);
	assert_int_equal(problem_status(ERR_F2B_TIMEOUT), 504);
	assert_int_equal(problem_status(ERR_SETUP_REQUIRED), 503);
	assert_string_equal(reply_phrase(299), "Unknown");
}

static void
all_fields_are_listed(void **state)
{
	struct error cause = ERROR_INIT;
	struct reply rep;

	(void)state;
	(void)err_field(&cause, "ips[3]", "Is no address.");
	(void)err_field(&cause, "na\"me", "Is not known here.");
	write_problem(&rep, &cause);
	assert_int_equal(rep.status, 422);
	assert_non_null(strstr(rep.body.data,
	    "\"errors\":[{\"field\":\"ips[3]\",\"message\":\"Is no "
	    "address.\"},{\"field\":\"na\\\"me\",\"message\":\"Is not known "
	    "here.\"}]}"));
	reply_release(&rep);
}

static void
expect_header(struct error *cause, const char *want)
{
	struct reply rep;

	write_problem(&rep, cause);
	assert_string_equal(buf_str(&rep.headers), want);
	reply_release(&rep);
}

static void
waiting_is_told_where_it_helps(void **state)
{
	struct error cause = {.code = ERR_THROTTLED, .message = ""};

	(void)state;
	expect_header(&cause, "Retry-After: 1\r\n");
	cause.retry_after_s = 900;
	expect_header(&cause, "Retry-After: 900\r\n");
	cause.code = ERR_DB_FULL;
	cause.retry_after_s = 0;
	expect_header(&cause, "");
	cause.code = ERR_DB_BUSY;
	expect_header(&cause, "Retry-After: 2\r\n");
}

static void
who_is_not_signed_in_learns_how(void **state)
{
	struct error cause = {.code = ERR_UNAUTHENTICATED, .message = ""};

	(void)state;
	expect_header(&cause, "WWW-Authenticate: Bearer\r\n");
	cause.code = ERR_CREDENTIALS;
	expect_header(&cause, "WWW-Authenticate: Bearer\r\n");
	cause.code = ERR_CSRF;
	expect_header(&cause, "");
}

static void
what_the_reply_held_before_is_gone(void **state)
{
	struct error cause = {.code = ERR_CONFLICT, .message = "m"};
	struct error err = ERROR_INIT;
	struct reply rep;

	(void)state;
	reply_init(&rep);
	rep.etag = true;
	buf_add_str(&rep.body, "{\"half\":");
	assert_int_equal(reply_header(&rep, "Set-Cookie", "x=y", &err), 0);
	assert_int_equal(problem_write(&rep, &req, &cause, &err), 0);
	assert_null(strstr(rep.body.data, "half"));
	assert_int_equal(rep.headers.len, 0);
	assert_false(rep.etag);
	reply_release(&rep);
}

static void
a_member_of_its_own_is_in_the_problem_and_in_no_other_answer(void **state)
{
	struct error cause = {.code = ERR_LOCK_OUT, .message = "m"};
	struct error err = ERROR_INIT;
	struct reply rep;

	(void)state;
	reply_init(&rep);
	buf_add_str(reply_more(&rep, "covered"), "[1,2]");
	assert_int_equal(problem_write(&rep, &req, &cause, &err), 0);
	assert_non_null(strstr(rep.body.data, ",\"covered\":[1,2]}"));
	assert_int_equal(problem_write(&rep, &req, &cause, &err), 0);
	assert_null(strstr(rep.body.data, "covered"));
	reply_release(&rep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_problem_is_rfc_9457),
	    cmocka_unit_test(all_of_fail2bans_failures_have_one_text),
	    cmocka_unit_test(the_detail_for_the_log_is_never_sent),
	    cmocka_unit_test(every_code_has_a_status_with_a_phrase),
	    cmocka_unit_test(all_fields_are_listed),
	    cmocka_unit_test(waiting_is_told_where_it_helps),
	    cmocka_unit_test(who_is_not_signed_in_learns_how),
	    cmocka_unit_test(what_the_reply_held_before_is_gone),
	    cmocka_unit_test(
		a_member_of_its_own_is_in_the_problem_and_in_no_other_answer),
	};

	return cmocka_run_group_tests_name("http/problem", tests, NULL, NULL);
}
