/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/lib/unit.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"

/* What nginx sends with every request of these tests. */
enum { ENV_MAX = 128 };
struct env {
	char *items[ENV_MAX];
	size_t n;
};

static void
env_add(struct env *env, const char *entry)
{
	assert_true(env->n + 1 < ENV_MAX);
	env->items[env->n] = strdup(entry);
	assert_non_null(env->items[env->n]);
	env->items[++env->n] = NULL;
}

static void
env_begin(struct env *env, const char *method, const char *uri)
{
	struct buf b = BUF_INIT(65536);

	*env = (struct env){0};
	env_add(env, "FCGI_ROLE=RESPONDER");
	env_add(env, "REMOTE_ADDR=192.0.2.7");
	env_add(env, "REQUEST_SCHEME=https");
	buf_addf(&b, "REQUEST_METHOD=%s", method);
	env_add(env, b.data);
	buf_clear(&b);
	buf_addf(&b, "REQUEST_URI=%s", uri);
	env_add(env, b.data);
	buf_release(&b);
}

static void
env_end(struct env *env)
{
	for (size_t i = 0; i < env->n; i++)
		free(env->items[i]);
	env->n = 0;
}

/* 17 kB: one for all tests, as a worker has one. */
static struct request req;

static enum err_code
parse_env(struct env *env)
{
	struct error err = ERROR_INIT;
	int rc = request_parse(&req, env->items, &err);

	assert_int_equal(rc, err.code == ERR_NONE ? 0 : -1);
	assert_non_null(req.id);
	return err.code;
}

/* A GET of uri with up to two more parameters. What req points to is freed
 * at the end, but what a test looks at is in req itself. */
static enum err_code
parse(const char *uri, const char *more, const char *still_more)
{
	struct env env;
	enum err_code code;

	env_begin(&env, "GET", uri);
	if (more)
		env_add(&env, more);
	if (still_more)
		env_add(&env, still_more);
	code = parse_env(&env);
	env_end(&env);
	return code;
}

static void
a_plain_request_is_read(void **state)
{
	struct env env;

	(void)state;
	env_begin(&env, "POST", "/api/jails/sshd?limit=5&cursor=a%3D");
	env_add(&env, "CONTENT_TYPE=application/json");
	env_add(&env, "CONTENT_LENGTH=12");
	env_add(&env, "HTTP_HOST=example.org");
	env_add(&env, "HTTP_ORIGIN=https://example.org");
	env_add(&env, "HTTP_COOKIE=__Host-bangui=x; a=b");
	env_add(&env, "HTTP_AUTHORIZATION=Bearer x");
	env_add(&env, "HTTP_IF_NONE_MATCH=\"a\"");
	env_add(&env, "HTTP_IF_MATCH=\"b\"");
	env_add(&env, "HTTP_SEC_FETCH_SITE=same-origin");
	env_add(&env, "HTTP_X_BANGUI_REQUEST=1");
	env_add(&env, "HTTP_X_BANGUI_POLL=1");
	env_add(&env, "HTTP_USER_AGENT=test");
	env_add(&env, "HTTP_X_REQUEST_ID=abc.DEF-1_2");
	assert_int_equal(parse_env(&env), ERR_NONE);
	assert_int_equal(req.method, HTTP_POST);
	assert_false(req.head);
	assert_string_equal(req.path, "/api/jails/sshd");
	assert_int_equal(req.n_segments, 3);
	assert_string_equal(req.segments[2], "sshd");
	assert_int_equal(req.n_query, 2);
	assert_string_equal(request_query(&req, "limit"), "5");
	assert_string_equal(request_query(&req, "cursor"), "a=");
	assert_null(request_query(&req, "lim"));
	assert_int_equal(req.content_length, 12);
	assert_string_equal(req.content_type, "application/json");
	assert_string_equal(req.client, "192.0.2.7");
	assert_true(req.https);
	assert_string_equal(req.id, "abc.DEF-1_2");
	assert_string_equal(req.host, "example.org");
	assert_string_equal(req.origin, "https://example.org");
	assert_string_equal(req.cookie, "__Host-bangui=x; a=b");
	assert_string_equal(req.authorization, "Bearer x");
	assert_string_equal(req.if_none_match, "\"a\"");
	assert_string_equal(req.if_match, "\"b\"");
	assert_string_equal(req.sec_fetch_site, "same-origin");
	assert_string_equal(req.bangui_request, "1");
	assert_string_equal(req.bangui_poll, "1");
	assert_string_equal(req.user_agent, "test");
	assert_string_equal(req.body, "");
	env_end(&env);
}

static void
absent_headers_are_null(void **state)
{
	(void)state;
	assert_int_equal(
	    parse("/api/x", "CONTENT_TYPE=", "CONTENT_LENGTH="), ERR_NONE);
	assert_null(req.content_type);
	assert_int_equal(req.content_length, 0);
	assert_null(req.host);
	assert_null(req.origin);
	assert_null(req.cookie);
	assert_null(req.bangui_request);
	assert_int_equal(parse("/api/x", "REQUEST_SCHEME_=", NULL), ERR_NONE);
}

static void
methods_are_told_apart(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		enum http_method method;
		bool head;
	} ROWS[] = {
		{ "GET", HTTP_GET, false }, { "HEAD", HTTP_GET, true },
		{ "POST", HTTP_POST, false }, { "PUT", HTTP_PUT, false },
		{ "PATCH", HTTP_PATCH, false }, { "DELETE", HTTP_DELETE, false },
		{ "OPTIONS", HTTP_OPTIONS, false },
		{ "get", HTTP_METHOD__MAX, false }, { "TRACE", HTTP_METHOD__MAX, false },
		{ "", HTTP_METHOD__MAX, false }, { "GETX", HTTP_METHOD__MAX, false },
	};
	/* clang-format on */
	struct env env;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		env_begin(&env, ROWS[i].name, "/api/x");
		env_add(&env, "HTTP_X_HTTP_METHOD_OVERRIDE=DELETE");
		assert_int_equal(parse_env(&env), ERR_NONE);
		assert_int_equal(req.method, ROWS[i].method);
		assert_int_equal(req.head, ROWS[i].head);
		env_end(&env);
	}
	assert_string_equal(request_method_name(HTTP_PATCH), "PATCH");
	assert_string_equal(request_method_name(HTTP_METHOD__MAX), "?");
}

/* clang-format off */
static const char *const BAD_URIS[] = {
	"", "api", "?a=b", "/api/%", "/api/%4", "/api/%zz", "/api/%4g", "/api/%g4",
	"/api/a%0d%0ab", "/api/%00", "/api/%1f", "/api/%7f", "/api/\x01", "/api/\x7f",
	"/api/a\tb", "/api/%ff", "/api/\xff", "/api/%c3", "/api/%c3/%a9",
	"/api/%c0%af", "/api/%ed%a0%80", "/api/%f5%80%80%80",
	"/api/x?a=%", "/api/x?a=%0a", "/api/x?%00=1", "/api/x?a=%ff", "/api/x?%c3=%a9",
	"/api/x?a=1&a=2", "/api/x?a=1&%61=2", "/api/x?a&a", "/api/x?a=1&b=2&a=3",
	"/api/x?=1&=2", "/api/x?a=b\n",
};
/* clang-format on */

static void
bad_paths_and_queries_are_malformed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD_URIS); i++)
		if (parse(BAD_URIS[i], NULL, NULL) != ERR_MALFORMED)
			fail_msg("row %zu: %s", i, BAD_URIS[i]);
}

static void
an_encoded_slash_splits_nothing(void **state)
{
	(void)state;
	assert_int_equal(parse("/api/a%2Fb/c", NULL, NULL), ERR_NONE);
	assert_int_equal(req.n_segments, 3);
	assert_string_equal(req.segments[1], "a/b");
	assert_string_equal(req.path, "/api/a/b/c");
}

static void
segments_are_split_as_they_come(void **state)
{
	(void)state;
	assert_int_equal(parse("/", NULL, NULL), ERR_NONE);
	assert_int_equal(req.n_segments, 1);
	assert_string_equal(req.segments[0], "");
	assert_int_equal(parse("/api//x/", NULL, NULL), ERR_NONE);
	assert_int_equal(req.n_segments, 4);
	assert_string_equal(req.segments[1], "");
	assert_string_equal(req.segments[3], "");
	assert_int_equal(parse("/api/../x/./y", NULL, NULL), ERR_NONE);
	assert_string_equal(req.segments[1], "..");
	assert_int_equal(
	    parse("/1/2/3/4/5/6/7/8/9/10/11/12", NULL, NULL), ERR_NONE);
	assert_int_equal(req.n_segments, 12);
}

static void
query_values_are_decoded_like_forms(void **state)
{
	(void)state;
	assert_int_equal(
	    parse(
		"/api/x?a=1+2%2B3&b=%C3%A9&c&d=&&=v&e=x=y&%61b=1", NULL, NULL),
	    ERR_NONE);
	assert_string_equal(request_query(&req, "a"), "1 2+3");
	assert_string_equal(request_query(&req, "b"), "\xc3\xa9");
	assert_string_equal(request_query(&req, "c"), "");
	assert_string_equal(request_query(&req, "d"), "");
	assert_string_equal(request_query(&req, ""), "v");
	assert_string_equal(request_query(&req, "e"), "x=y");
	assert_string_equal(request_query(&req, "ab"), "1");
	assert_int_equal(req.n_query, 7);
	assert_int_equal(parse("/api/a+b", NULL, NULL), ERR_NONE);
	assert_string_equal(req.segments[1], "a+b");
}

static void
jail_alone_may_be_repeated(void **state)
{
	(void)state;
	assert_int_equal(
	    parse("/api/x?jail=a&jail=b&ip=c", NULL, NULL), ERR_NONE);
	assert_string_equal(request_query(&req, "jail"), "a");
	assert_string_equal(request_query_nth(&req, "jail", 0), "a");
	assert_string_equal(request_query_nth(&req, "jail", 1), "b");
	assert_null(request_query_nth(&req, "jail", 2));
}

static void
query_parameters_end_at_the_limit(void **state)
{
	struct buf b = BUF_INIT(4096);

	(void)state;
	buf_add_str(&b, "/api/x?");
	for (int i = 0; i < LIMIT_QUERY_PARAMS; i++)
		buf_addf(&b, "%s%d", i ? "&" : "", i);
	assert_int_equal(parse(b.data, NULL, NULL), ERR_NONE);
	assert_int_equal(req.n_query, LIMIT_QUERY_PARAMS);
	buf_add_str(&b, "&x");
	assert_int_equal(parse(b.data, NULL, NULL), ERR_MALFORMED);
	buf_release(&b);
}

/* unit once and again after "/api/" until n bytes are reached */
static void
fill_uri(struct buf *b, const char *start, const char *unit, size_t n)
{
	buf_clear(b);
	buf_add_str(b, start);
	while (b->len + strlen(unit) <= n)
		buf_add_str(b, unit);
	while (b->len < n)
		buf_add_char(b, 'x');
}

static void
the_uri_ends_at_the_limit(void **state)
{
	static const char *const UNITS[] = {"x", "/", "%41", "/a"};
	struct buf b = BUF_INIT(LIMIT_URI + 16);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(UNITS); i++) {
		fill_uri(&b, "/api/", UNITS[i], LIMIT_URI);
		assert_int_equal(parse(b.data, NULL, NULL), ERR_NONE);
		fill_uri(&b, "/api/", UNITS[i], LIMIT_URI + 1);
		assert_int_equal(parse(b.data, NULL, NULL), ERR_URI_TOO_LONG);
	}
	fill_uri(&b, "/api/x?a=", "y", LIMIT_URI);
	assert_int_equal(parse(b.data, NULL, NULL), ERR_NONE);
	assert_int_equal(strlen(request_query(&req, "a")), LIMIT_URI - 9);
	buf_release(&b);
}

static void
a_header_that_we_read_ends_at_the_limit(void **state)
{
	struct buf b = BUF_INIT(LIMIT_HEADER + 64);

	(void)state;
	buf_add_str(&b, "HTTP_COOKIE=");
	for (int i = 0; i < LIMIT_HEADER; i++)
		buf_add_char(&b, 'c');
	assert_int_equal(parse("/api/x", b.data, NULL), ERR_NONE);
	buf_add_char(&b, 'c');
	assert_int_equal(parse("/api/x", b.data, NULL), ERR_MALFORMED);
	b.data[5] = 'X'; /* one that nobody reads may be as long as it likes */
	assert_int_equal(parse("/api/x", b.data, NULL), ERR_NONE);
	buf_release(&b);
}

static void
a_header_that_comes_twice_is_malformed(void **state)
{
	static const char *const NAMES[] = {"HTTP_COOKIE", "HTTP_HOST",
	    "HTTP_ORIGIN", "HTTP_AUTHORIZATION", "HTTP_X_BANGUI_REQUEST",
	    "HTTP_X_BANGUI_POLL", "HTTP_SEC_FETCH_SITE", "HTTP_IF_MATCH",
	    "HTTP_IF_NONE_MATCH", "HTTP_IDEMPOTENCY_KEY", "HTTP_USER_AGENT",
	    "HTTP_X_REQUEST_ID", "CONTENT_TYPE", "CONTENT_LENGTH",
	    "REMOTE_ADDR", "REQUEST_URI"};
	char first[64], second[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
		const char *value =
		    str_eq(NAMES[i], "REMOTE_ADDR") ? "192.0.2.1" : "/1";
		(void)snprintf(first, sizeof first, "%s=%s", NAMES[i], value);
		(void)snprintf(second, sizeof second, "%s=%s", NAMES[i], value);
		if (parse("/api/x", first, second) != ERR_MALFORMED)
			fail_msg("%s", NAMES[i]);
	}
	assert_int_equal(
	    parse("/api/x", "HTTP_X_OTHER=1", "HTTP_X_OTHER=2"), ERR_NONE);
}

static void
unclean_headers_are_malformed(void **state)
{
	static const char *const ROWS[] = {"HTTP_COOKIE=a\x01",
	    "HTTP_HOST=a\nb", "HTTP_ORIGIN=\x7f", "HTTP_USER_AGENT=\xff\xfe",
	    "HTTP_AUTHORIZATION=\xc3", "HTTP_X_REQUEST_ID=a\rb",
	    "CONTENT_TYPE=a\tb"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++)
		if (parse("/api/x", ROWS[i], NULL) != ERR_MALFORMED)
			fail_msg("%s", ROWS[i]);
	assert_int_equal(
	    parse("/api/x", "HTTP_USER_AGENT=\xc3\xa9", NULL), ERR_NONE);
	assert_int_equal(parse("/api/x", "HTTP_X_OTHER=\x01", NULL), ERR_NONE);
}

static void
the_declared_length_is_a_plain_number(void **state)
{
	static const char *const BAD[] = {"CONTENT_LENGTH=-1",
	    "CONTENT_LENGTH=+1", "CONTENT_LENGTH=1a", "CONTENT_LENGTH= 1",
	    "CONTENT_LENGTH=0x10", "CONTENT_LENGTH=1.0",
	    "CONTENT_LENGTH=99999999999999999999", "CONTENT_LENGTH=1,1"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		if (parse("/api/x", BAD[i], NULL) != ERR_MALFORMED)
			fail_msg("%s", BAD[i]);
	assert_int_equal(
	    parse("/api/x", "CONTENT_LENGTH=9223372036854775807", NULL),
	    ERR_NONE);
}

static void
the_client_is_remote_addr_and_nothing_else(void **state)
{
	static char method[] = "REQUEST_METHOD=GET", uri[] = "REQUEST_URI=/x";
	static char v6[] = "REMOTE_ADDR=2001:DB8:0:0::1";
	static char forwarded[] = "HTTP_X_FORWARDED_FOR=198.51.100.1";
	static char real_ip[] = "HTTP_X_REAL_IP=198.51.100.1";
	static char unix_peer[] = "REMOTE_ADDR=unix:";
	char *good[] = {method, uri, forwarded, v6, real_ip, NULL};
	char *none[] = {method, uri, forwarded, real_ip, NULL};
	char *bad[] = {method, uri, unix_peer, NULL};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(request_parse(&req, good, &err), 0);
	assert_string_equal(req.client, "2001:db8::1");
	assert_false(req.https);
	assert_int_equal(request_parse(&req, none, &err), -1);
	assert_int_equal(err.code, ERR_MALFORMED);
	assert_int_equal(request_parse(&req, bad, &err), -1);
	assert_int_equal(err.code, ERR_MALFORMED);
}

static void
a_request_without_an_address_is_malformed(void **state)
{
	static char client[] = "REMOTE_ADDR=::1", junk[] = "no_equals_sign";
	char *env[] = {client, junk, NULL};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(request_parse(&req, env, &err), -1);
	assert_int_equal(err.code, ERR_MALFORMED);
	assert_int_equal(strlen(req.id), 32);
}

/* Was the id of theirs kept? */
static bool
keeps_id(const char *entry)
{
	assert_int_equal(parse("/api/x", entry, NULL), ERR_NONE);
	return str_eq(req.id, strchr(entry, '=') + 1);
}

static void
only_a_clean_request_id_is_kept(void **state)
{
	char entry[128] = "HTTP_X_REQUEST_ID=";
	size_t start = strlen(entry);

	(void)state;
	assert_true(keeps_id("HTTP_X_REQUEST_ID=aZ09._-"));
	assert_false(keeps_id("HTTP_X_REQUEST_ID="));
	assert_false(keeps_id("HTTP_X_REQUEST_ID=a b"));
	assert_false(keeps_id("HTTP_X_REQUEST_ID=\"a\""));
	assert_false(keeps_id("HTTP_X_REQUEST_ID=a/b"));
	assert_false(keeps_id("HTTP_X_REQUEST_ID=\xc3\xa9"));
	memset(entry + start, 'a', LIMIT_REQUEST_ID);
	assert_true(keeps_id(entry));
	memset(entry + start, 'a', LIMIT_REQUEST_ID + 1);
	assert_false(keeps_id(entry));
}

static void
own_request_ids_differ(void **state)
{
	char first[LIMIT_REQUEST_ID + 1];

	(void)state;
	assert_int_equal(parse("/api/x", NULL, NULL), ERR_NONE);
	assert_true(str_copy(first, sizeof first, req.id));
	assert_int_equal(strspn(first, "0123456789abcdef"), 32);
	assert_int_equal(strlen(first), 32);
	assert_int_equal(parse("/api/x", NULL, NULL), ERR_NONE);
	assert_string_not_equal(first, req.id);
}

static void
hosts_are_compared_without_port_and_case(void **state)
{
	/* clang-format off */
	static const struct {
		const char *host, *allowed;
		bool yes;
	} ROWS[] = {
		{ "example.org", "example.org", true },
		{ "EXAMPLE.org:8443", "x example.org", true },
		{ "[::1]:8080", "localhost [::1]", true },
		{ "[::1]", "[::1] localhost", true },
		{ "[::1", "[::1]", false },
		{ "example.org.evil", "example.org", false },
		{ "evil-example.org", "example.org", false },
		{ "example.or", "example.org", false },
		{ "", "example.org", false },
		{ NULL, "example.org", false },
		{ "example.org", "  a   example.org  ", true },
		{ "", " ", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		req.host = ROWS[i].host;
		if (request_host_is_one_of(&req, ROWS[i].allowed) !=
		    ROWS[i].yes)
			fail_msg("row %zu", i);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_plain_request_is_read),
	    cmocka_unit_test(absent_headers_are_null),
	    cmocka_unit_test(methods_are_told_apart),
	    cmocka_unit_test(bad_paths_and_queries_are_malformed),
	    cmocka_unit_test(an_encoded_slash_splits_nothing),
	    cmocka_unit_test(segments_are_split_as_they_come),
	    cmocka_unit_test(query_values_are_decoded_like_forms),
	    cmocka_unit_test(jail_alone_may_be_repeated),
	    cmocka_unit_test(query_parameters_end_at_the_limit),
	    cmocka_unit_test(the_uri_ends_at_the_limit),
	    cmocka_unit_test(a_header_that_we_read_ends_at_the_limit),
	    cmocka_unit_test(a_header_that_comes_twice_is_malformed),
	    cmocka_unit_test(unclean_headers_are_malformed),
	    cmocka_unit_test(the_declared_length_is_a_plain_number),
	    cmocka_unit_test(the_client_is_remote_addr_and_nothing_else),
	    cmocka_unit_test(a_request_without_an_address_is_malformed),
	    cmocka_unit_test(only_a_clean_request_id_is_kept),
	    cmocka_unit_test(own_request_ids_differ),
	    cmocka_unit_test(hosts_are_compared_without_port_and_case),
	};

	return cmocka_run_group_tests_name("http/request", tests, NULL, NULL);
}
