/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/route.h"

#include <stdio.h>
#include <string.h>

#include "t/lib/unit.h"

#include "base/error.h"
#include "base/str.h"

static int
handler(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app;
	(void)req;
	(void)rep;
	(void)err;
	return 0;
}

#define ROW(method, path)                                                      \
	{                                                                      \
		method, path, ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, handler \
	}
#define BODY_ROW(method, path)                                                 \
	{                                                                      \
		method, path, ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 1024,      \
		    handler                                                    \
	}

static const struct route ROUTES[] = {
    ROW(HTTP_GET, "/api/jails"),
    ROW(HTTP_GET, "/api/jails/{jail}"),
    BODY_ROW(HTTP_PATCH, "/api/jails/{jail}"),
    ROW(HTTP_POST, "/api/jails/reload"),
    ROW(HTTP_GET, "/api/jails/{jail}/bans/{ip}"),
    BODY_ROW(HTTP_DELETE, "/api/jails/{jail}/bans/{ip}"),
    ROW(HTTP_GET, "/api/bans/{id}"),
    ROW(HTTP_GET, "/api/bans/all"),
};

static struct request req;

static struct route_match
find(enum http_method method, const char *uri)
{
	static char uri_param[256];
	static char method_param[32], client[] = "REMOTE_ADDR=::1";
	char *env[] = {method_param, uri_param, client, NULL};
	struct error err = ERROR_INIT;

	(void)snprintf(uri_param, sizeof uri_param, "REQUEST_URI=%s", uri);
	(void)snprintf(method_param, sizeof method_param, "REQUEST_METHOD=%s",
	    request_method_name(method));
	assert_int_equal(request_parse(&req, env, &err), 0);
	return route_find(ROUTES, ARRAY_LEN(ROUTES), &req);
}

static void
expect_row(enum http_method method, const char *uri, size_t row)
{
	struct route_match m = find(method, uri);

	if (m.route != &ROUTES[row])
		fail_msg("%s is not row %zu", uri, row);
}

static void
a_path_finds_its_row(void **state)
{
	(void)state;
	expect_row(HTTP_GET, "/api/jails", 0);
	expect_row(HTTP_HEAD, "/api/jails", 0);
	expect_row(HTTP_GET, "/api/jails/sshd", 1);
	expect_row(HTTP_PATCH, "/api/jails/sshd?x=1", 2);
	expect_row(HTTP_POST, "/api/jails/reload", 3);
	expect_row(HTTP_GET, "/api/jails/sshd/bans/192.0.2.1", 4);
	expect_row(HTTP_DELETE, "/api/jails/sshd/bans/192.0.2.1", 5);
	expect_row(HTTP_GET, "/api/%6aails", 0);
}

static void
a_literal_goes_before_a_parameter(void **state)
{
	(void)state;
	expect_row(HTTP_GET, "/api/bans/all", 7);
	expect_row(HTTP_GET, "/api/bans/allx", 6);
	expect_row(HTTP_GET, "/api/jails/reload", 1); /* POST is another row */
}

static void
parameters_are_decoded_whole_segments(void **state)
{
	(void)state;
	expect_row(HTTP_GET, "/api/jails/a%20b/bans/2001:db8::%2F32", 4);
	assert_int_equal(req.n_params, 2);
	assert_string_equal(request_path_param(&req, "jail"), "a b");
	assert_string_equal(request_path_param(&req, "ip"), "2001:db8::/32");
	assert_null(request_path_param(&req, "jai"));
	assert_null(request_path_param(&req, "jails"));
}

static void
what_is_not_in_the_table_is_not_there(void **state)
{
	static const char *const PATHS[] = {"/api", "/api/", "/api/jail",
	    "/api/jailsx", "/api/jails/", "/api/jails//bans/x", "/api//jails",
	    "/api/jails/sshd/", "/api/jails/sshd/bans", "/api/jails/sshd/bans/",
	    "/api/jails/sshd/bans/x/y", "/", "/jails", "/api/jails%2Fsshd",
	    "/API/jails", "/api/./jails", "/api/x/../jails",
	    "/api/a/a/a/a/a/a/a/a/a/a"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(PATHS); i++) {
		struct route_match m = find(HTTP_GET, PATHS[i]);
		if (m.route || m.allow)
			fail_msg("%s", PATHS[i]);
	}
}

static void
a_path_knows_its_methods(void **state)
{
	struct route_match m = find(HTTP_PUT, "/api/jails/sshd");

	(void)state;
	assert_null(m.route);
	assert_int_equal(m.allow, 1U << HTTP_GET | 1U << HTTP_HEAD |
				      1U << HTTP_PATCH | 1U << HTTP_OPTIONS);
	/* the literal path is one of the parameter's as well */
	m = find(HTTP_PUT, "/api/jails/reload");
	assert_int_equal(m.allow, 1U << HTTP_GET | 1U << HTTP_HEAD |
				      1U << HTTP_PATCH | 1U << HTTP_POST |
				      1U << HTTP_OPTIONS);
	m = find(HTTP_OPTIONS, "/api/jails");
	assert_null(m.route);
	assert_int_equal(
	    m.allow, 1U << HTTP_GET | 1U << HTTP_HEAD | 1U << HTTP_OPTIONS);
}

static void
an_unknown_method_finds_no_row_but_the_methods(void **state)
{
	struct route_match m;

	(void)state;
	(void)find(HTTP_GET, "/api/jails");
	req.method = HTTP_METHOD__MAX;
	req.n_params = 0;
	m = route_find(ROUTES, ARRAY_LEN(ROUTES), &req);
	assert_null(m.route);
	assert_true(m.allow != 0);
}

static void
a_right_table_has_no_fault(void **state)
{
	size_t row;

	(void)state;
	assert_null(route_table_fault(ROUTES, ARRAY_LEN(ROUTES), &row));
	assert_null(route_table_fault(ROUTES, 0, &row));
}

static void
a_path_may_have_eight_parts_and_four_parameters(void **state)
{
	static const struct route DEEP[] = {
	    ROW(HTTP_GET, "/api/1/2/3/{a}/{b}/{c}/{d}")};
	struct route_match m;
	size_t row;

	(void)state;
	assert_null(route_table_fault(DEEP, 1, &row));
	(void)find(HTTP_GET, "/api/1/2/3/4/5/6/7");
	m = route_find(DEEP, 1, &req);
	assert_ptr_equal(m.route, &DEEP[0]);
	assert_string_equal(request_path_param(&req, "d"), "7");
	(void)find(HTTP_GET, "/api/1/2/3/4/5/6/7/8");
	assert_null(route_find(DEEP, 1, &req).route);
}

static void
each_fault_of_a_table_is_found(void **state)
{
	/* clang-format off */
	static const struct route ROWS[] = {
		ROW(HTTP_HEAD, "/api/x"), ROW(HTTP_OPTIONS, "/api/x"),
		ROW(HTTP_METHOD__MAX, "/api/x"),
		BODY_ROW(HTTP_GET, "/api/x"),
		{ HTTP_GET, "/api/x", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, NULL },
		{ HTTP_GET, "/api/x", ACCESS__MAX, SCOPE_NONE, RATE_NONE, 0, handler },
		{ HTTP_GET, "/api/x", ACCESS_PUBLIC, SCOPE_NONE, RATE__MAX, 0, handler },
		{ HTTP_GET, "/api/x", ACCESS_PUBLIC, SCOPE_READ, RATE_NONE, 0, handler },
		{ HTTP_GET, "/api/x", ACCESS_PUBLIC_MORE, SCOPE_NONE, RATE_NONE, 0, handler },
		{ HTTP_GET, "/api/x", ACCESS_SESSION, SCOPE_NONE, RATE_NONE, 0, handler },
		{ HTTP_POST, "/api/x", ACCESS_PUBLIC_FORM, SCOPE_ANY, RATE_NONE, 0, handler },
		{ HTTP_POST, "/api/x", ACCESS_SESSION_CSRF, SCOPE_NONE, RATE_NONE, 0, handler },
		{ HTTP_POST, "/api/x", ACCESS_SESSION, SCOPE__MAX, RATE_NONE, 0, handler },
		ROW(HTTP_GET, "/x"), ROW(HTTP_GET, "api/x"), ROW(HTTP_GET, "/api"),
		ROW(HTTP_GET, "/api/"), ROW(HTTP_GET, "/api//x"), ROW(HTTP_GET, "/api/x/"),
		ROW(HTTP_GET, "/api/{}"), ROW(HTTP_GET, "/api/x{id}"), ROW(HTTP_GET, "/api/{id}x"),
		ROW(HTTP_GET, "/api/{a}/{b}/{c}/{d}/{e}"),
		ROW(HTTP_GET, "/api/1/2/3/4/5/6/7/8"),
	};
	/* clang-format on */
	size_t row = 9;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		if (!route_table_fault(&ROWS[i], 1, &row))
			fail_msg("row %zu: %s", i, ROWS[i].path);
		assert_int_equal(row, 0);
	}
}

static void
two_rows_for_the_same_requests_are_a_fault(void **state)
{
	static const struct route SAME[] = {ROW(HTTP_GET, "/api/a/{x}/b"),
	    ROW(HTTP_POST, "/api/a/{x}/b"), ROW(HTTP_GET, "/api/a/{y}/b")};
	static const struct route DIFFERENT[] = {ROW(HTTP_GET, "/api/a/{x}"),
	    ROW(HTTP_GET, "/api/a/b"), ROW(HTTP_GET, "/api/a"),
	    ROW(HTTP_GET, "/api/a/{x}/{y}"), ROW(HTTP_GET, "/api/a/bb")};
	size_t row = 0;

	(void)state;
	assert_non_null(route_table_fault(SAME, ARRAY_LEN(SAME), &row));
	assert_int_equal(row, 2);
	assert_null(route_table_fault(DIFFERENT, ARRAY_LEN(DIFFERENT), &row));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_path_finds_its_row),
	    cmocka_unit_test(a_literal_goes_before_a_parameter),
	    cmocka_unit_test(parameters_are_decoded_whole_segments),
	    cmocka_unit_test(what_is_not_in_the_table_is_not_there),
	    cmocka_unit_test(a_path_knows_its_methods),
	    cmocka_unit_test(an_unknown_method_finds_no_row_but_the_methods),
	    cmocka_unit_test(a_right_table_has_no_fault),
	    cmocka_unit_test(a_path_may_have_eight_parts_and_four_parameters),
	    cmocka_unit_test(each_fault_of_a_table_is_found),
	    cmocka_unit_test(two_rows_for_the_same_requests_are_a_fault),
	};

	return cmocka_run_group_tests_name("http/route", tests, NULL, NULL);
}
