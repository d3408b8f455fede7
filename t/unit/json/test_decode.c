/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t/lib/torture.h"
#include "t/lib/unit.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"

struct ban_req {
	struct json_text jail;
	struct str_list ips;
	int64_t bantime_s;
	bool has_bantime;
	bool force;
	struct json_text reason;
	bool has_reason;
	int64_t expiry;
	bool has_expiry;
};

/* clang-format off */
static const struct json_field BAN_REQ[] = {
	{ "jail", JSON_STR, offsetof(struct ban_req, jail), true, 1, 8, false, JSON_NO_FLAG, 0 },
	{ "ips", JSON_STR_LIST, offsetof(struct ban_req, ips), true, 1, 4, false, JSON_NO_FLAG, 9 },
	{ "bantime", JSON_INT, offsetof(struct ban_req, bantime_s), false, -1, INT32_MAX, false, offsetof(struct ban_req, has_bantime), 0 },
	{ "force", JSON_BOOL, offsetof(struct ban_req, force), false, 0, 0, false, JSON_NO_FLAG, 0 },
	{ "reason", JSON_STR, offsetof(struct ban_req, reason), false, 0, 8, true, offsetof(struct ban_req, has_reason), 0 },
	{ "expiry", JSON_INT_OR_NULL, offsetof(struct ban_req, expiry), false, 1, 9, false, offsetof(struct ban_req, has_expiry), 0 },
};
/* clang-format on */

static int
decode(const char *text, struct ban_req *req, struct error *err)
{
	*req = (struct ban_req){0};
	err_clear(err);
	return json_decode(
	    text, strlen(text), BAN_REQ, ARRAY_LEN(BAN_REQ), req, err);
}

static void
release(struct ban_req *req)
{
	json_release(BAN_REQ, ARRAY_LEN(BAN_REQ), req);
}

/* The decode fails and leaves the struct zeroed. */
static void
expect_failure(const char *text, enum err_code code, struct error *err)
{
	struct ban_req req, zero = {0};

	assert_int_equal(decode(text, &req, err), -1);
	assert_int_equal(err->code, code);
	assert_memory_equal(&req, &zero, sizeof req);
}

static void
expect_field(const char *text, const char *field, const char *message)
{
	struct error err = ERROR_INIT;

	expect_failure(text, ERR_INVALID, &err);
	assert_int_equal(err.n_fields, 1);
	assert_string_equal(err.fields[0].name, field);
	assert_string_equal(err.fields[0].message, message);
}

static void
null_may_be_a_value_of_its_own(void **state)
{
	static const char HEAD[] = "{\"jail\":\"x\",\"ips\":[\"::1\"]";
	static const struct {
		const char *tail;
		int64_t expiry;
		bool given;
	} ROWS[] = {
	    {"}",                 0,             false},
	    {",\"expiry\":null}", JSON_NULL_INT, true },
	    {",\"expiry\":9}",    9,             true },
	};
	char text[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		struct ban_req req;
		struct error err;

		(void)snprintf(text, sizeof text, "%s%s", HEAD, ROWS[i].tail);
		assert_int_equal(decode(text, &req, &err), 0);
		assert_int_equal(req.expiry, ROWS[i].expiry);
		assert_int_equal(req.has_expiry, ROWS[i].given);
		release(&req);
	}
	expect_field("{\"jail\":\"x\",\"ips\":[\"::1\"],\"expiry\":10}",
	    "expiry", "Is outside of the accepted range.");
}

static void
a_full_body_fills_the_struct(void **state)
{
	struct ban_req req;
	struct error err;

	(void)state;
	assert_int_equal(
	    decode(" {\"jail\":\"sshd\",\"ips\":[\"192.0.2.1\",\"::1\"],"
		   "\"bantime\":-1,\"force\":true,\"reason\":"
		   "\"\\u00e9\xc3\xa9\"} ",
		&req, &err),
	    0);
	assert_string_equal(req.jail.s, "sshd");
	assert_int_equal(req.jail.len, 4);
	assert_int_equal(req.ips.n, 2);
	assert_string_equal(req.ips.items[0], "192.0.2.1");
	assert_string_equal(req.ips.items[1], "::1");
	assert_true(req.has_bantime);
	assert_int_equal(req.bantime_s, -1);
	assert_true(req.force);
	assert_true(req.has_reason);
	assert_string_equal(req.reason.s, "\xc3\xa9\xc3\xa9");
	assert_int_equal(req.reason.len, 4);
	release(&req);
	assert_null(req.jail.s);
	assert_int_equal(req.ips.n, 0);
	assert_false(req.has_bantime);
	assert_int_equal(req.bantime_s, 0);
	assert_false(req.force);
}

static void
what_is_optional_may_be_absent(void **state)
{
	struct ban_req req;
	struct error err;

	(void)state;
	assert_int_equal(
	    decode("{\"ips\":[\"x\"],\"jail\":\"j\"}", &req, &err), 0);
	assert_false(req.has_bantime);
	assert_false(req.has_reason);
	assert_null(req.reason.s);
	release(&req);
}

static void
null_is_absence_where_the_table_says_so(void **state)
{
	struct ban_req req;
	struct error err;

	(void)state;
	assert_int_equal(
	    decode(
		"{\"ips\":[\"x\"],\"jail\":\"j\",\"reason\":null}", &req, &err),
	    0);
	assert_false(req.has_reason);
	assert_null(req.reason.s);
	release(&req);
	expect_field(
	    "{\"ips\":[\"x\"],\"jail\":null}", "jail", "Must not be null.");
}

static void
a_required_field_may_be_null_if_it_is_there(void **state)
{
	static const struct json_field ROW[] = {
	    {"jail", JSON_STR, 0, true, 1, 8, true, JSON_NO_FLAG, 0}
        };
	struct json_text jail = {0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(
	    json_decode("{\"jail\":null}", 13, ROW, 1, &jail, &err), 0);
	assert_null(jail.s);
	assert_int_equal(json_decode("{}", 2, ROW, 1, &jail, &err), -1);
	assert_string_equal(err.fields[0].message, "Is required.");
}

static void
each_fault_of_a_field_has_its_own_words(void **state)
{
	(void)state;
	/* clang-format off */
	expect_field("{\"ips\":[\"x\"],\"jail\":5}", "jail", "Must be a text.");
	expect_field("{\"ips\":[\"x\"],\"jail\":\"\"}", "jail", "Must not be empty.");
	expect_field("{\"ips\":[\"x\"],\"jail\":\"123456789\"}", "jail", "Is too long.");
	expect_field("{\"ips\":[\"x\"]}", "jail", "Is required.");
	expect_field("{\"jail\":\"j\",\"ips\":\"x\"}", "ips", "Must be a list of texts.");
	expect_field("{\"jail\":\"j\",\"ips\":[]}", "ips", "Must not be empty.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"1\",\"2\",\"3\",\"4\",\"5\"]}", "ips", "Has too many elements.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"1\",2]}", "ips[1]", "Must be a text.");
	expect_field("{\"jail\":\"j\",\"ips\":[null]}", "ips[0]", "Must be a text.");
	expect_field("{\"jail\":\"j\",\"ips\":[[\"1\"]]}", "ips[0]", "Must be a text.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"1\",\"2\",\"1234567890\"]}", "ips[2]", "Is too long.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"bantime\":\"5\"}", "bantime", "Must be a whole number.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"bantime\":5.0}", "bantime", "Must be a whole number.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"bantime\":1e2}", "bantime", "Must be a whole number.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"bantime\":true}", "bantime", "Must be a whole number.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"bantime\":-2}", "bantime", "Is outside of the accepted range.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"bantime\":2147483648}", "bantime", "Is outside of the accepted range.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"bantime\":9223372036854775807}", "bantime", "Is outside of the accepted range.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"force\":1}", "force", "Must be true or false.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"force\":\"true\"}", "force", "Must be true or false.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"force\":null}", "force", "Must not be null.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"Force\":true}", "Force", "Is not known here.");
	expect_field("{\"jail\":\"j\",\"ips\":[\"x\"],\"\":{\"a\":[{}]}}", "", "Is not known here.");
	/* clang-format on */
}

static void
the_bounds_themselves_are_accepted(void **state)
{
	struct ban_req req;
	struct error err;

	(void)state;
	assert_int_equal(
	    decode("{\"jail\":\"12345678\",\"ips\":[\"123456789\",\"\",\"a\","
		   "\"b\"],\"bantime\":2147483647,\"reason\":\"\"}",
		&req, &err),
	    0);
	assert_int_equal(req.bantime_s, INT32_MAX);
	assert_true(req.has_reason);
	assert_string_equal(req.reason.s, "");
	release(&req);
}

static void
a_lower_bound_over_one_has_words_too(void **state)
{
	/* clang-format off */
	static const struct json_field ROWS[] = {
		{ "a", JSON_STR, 0, false, 2, 9, false, JSON_NO_FLAG, 0 },
		{ "l", JSON_STR_LIST, sizeof(struct json_text), false, 2, 9, false, JSON_NO_FLAG, 9 },
	};
	/* clang-format on */
	struct {
		struct json_text a;
		struct str_list l;
	} into = {0};
	static const char TEXT[] = "{\"a\":\"1\",\"l\":[\"x\"]}";
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(
	    json_decode(TEXT, sizeof TEXT - 1, ROWS, 2, &into, &err), -1);
	assert_string_equal(err.fields[0].message, "Is too short.");
	assert_string_equal(err.fields[1].message, "Has too few elements.");
}

static void
all_faults_are_named_at_once(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	expect_failure("{\"bantime\":\"1\",\"nonsense\":1,\"ips\":[1,\"a\",2],"
		       "\"force\":0}",
	    ERR_INVALID, &err);
	assert_int_equal(err.n_fields, 6);
	assert_string_equal(err.fields[0].name, "bantime");
	assert_string_equal(err.fields[1].name, "nonsense");
	assert_string_equal(err.fields[2].name, "ips[0]");
	assert_string_equal(err.fields[3].name, "ips[2]");
	assert_string_equal(err.fields[4].name, "force");
	assert_string_equal(err.fields[5].name, "jail");
}

static void
more_faults_than_fit_are_still_one_refusal(void **state)
{
	char text[1024] = "{";
	size_t len = 1;
	struct error err = ERROR_INIT;

	(void)state;
	for (int i = 0; i < 40; i++)
		len += (size_t)snprintf(
		    text + len, sizeof text - len, "\"x%d\":1,", i);
	(void)snprintf(text + len, sizeof text - len, "\"y\":1}");
	expect_failure(text, ERR_INVALID, &err);
	assert_int_equal(err.n_fields, ERR_FIELDS_MAX);
}

static void
what_is_no_object_is_refused_as_such(void **state)
{
	static const char *const TEXTS[] = {
	    "[]", "1", "\"{\"", "null", "true", " [{}]", "[{\"a\":1}]"};
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++)
		expect_failure(TEXTS[i], ERR_INVALID, &err);
	expect_failure("", ERR_MALFORMED, &err);
	expect_failure(" ", ERR_MALFORMED, &err);
	expect_failure("{", ERR_MALFORMED, &err);
}

static void
the_traps_of_json_c_are_closed(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	/* clang-format off */
	expect_failure("{\"jail\":\"a\",\"ips\":[\"x\"],\"jail\":\"b\"}", ERR_MALFORMED, &err);
	expect_failure("{\"jail\":\"a\",\"ips\":[\"x\"],\"bantime\":99999999999999999999}", ERR_MALFORMED, &err);
	expect_failure("{'jail':'a','ips':['x']}", ERR_MALFORMED, &err);
	expect_failure("{\"jail\":\"a\",\"ips\":[\"x\"],\"bantime\":NaN}", ERR_MALFORMED, &err);
	expect_failure("{\"jail\":\"a\\u0000b\",\"ips\":[\"x\"]}", ERR_INVALID, &err);
	assert_string_equal(err.fields[0].name, "jail");
	expect_failure("{\"jail\\u0000x\":\"a\",\"ips\":[\"x\"]}", ERR_INVALID, &err);
	expect_failure("{\"jail\":\"a\",\"ips\":[\"x\"]} x", ERR_MALFORMED, &err);
	expect_failure("{\"jail\":\"a\",\"ips\":[\"x\"],}", ERR_MALFORMED, &err);
	/* clang-format on */
}

static void
a_table_with_a_kind_that_is_none_is_our_fault(void **state)
{
	static const struct json_field ROW[] = {
	    {"a", JSON_KIND__MAX, 0, false, 0, 0, false, JSON_NO_FLAG, 0}
        };
	int64_t into = 0;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(json_decode("{\"a\":1}", 7, ROW, 1, &into, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

static void
an_error_from_before_does_not_count(void **state)
{
	struct ban_req req = {0};
	static const char TEXT[] = "{\"jail\":\"j\",\"ips\":[\"x\"]}";
	struct error err = ERROR_INIT;

	(void)state;
	(void)err_field(&err, "x", "Old.");
	assert_int_equal(json_decode(TEXT, sizeof TEXT - 1, BAN_REQ,
			     ARRAY_LEN(BAN_REQ), &req, &err),
	    0);
	release(&req);
}

static void
a_list_may_be_empty_where_the_table_says_so(void **state)
{
	/* clang-format off */
	static const struct json_field ROW[] = {
		{ "l", JSON_STR_LIST, 0, false, 0, 9, false, JSON_NO_FLAG, 9 },
	};
	/* clang-format on */
	struct str_list l = STR_LIST_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(json_decode("{\"l\":[]}", 8, ROW, 1, &l, &err), 0);
	assert_int_equal(l.n, 0);
}

/* How often memory that held the word SECRET was wiped. The linker brings the
 * calls of explicit_bzero() here, in its two forms. */
static size_t wiped;

void __wrap_explicit_bzero(void *s, size_t n);
void __wrap___explicit_bzero_chk(void *s, size_t n, size_t room);

void
__wrap_explicit_bzero(void *s, size_t n)
{
	if (n > 0 && memmem(s, n, "SECRET", 6))
		wiped++;
	memset(s, 0, n);
}

void
__wrap___explicit_bzero_chk(void *s, size_t n, size_t room)
{
	assert_true(n <= room);
	__wrap_explicit_bzero(s, n);
}

static void
every_copy_of_a_text_is_wiped(void **state)
{
	struct ban_req req;
	struct error err;

	(void)state;
	wiped = 0;
	assert_int_equal(
	    decode("{\"jail\":\"SECRET\",\"ips\":[\"a\",\"SECRET2\"]}", &req,
		&err),
	    0);
	assert_int_equal(wiped, 2); /* in json-c's tree */
	release(&req);
	assert_int_equal(wiped, 4);
	wiped = 0;
	assert_int_equal(
	    decode("{\"jail\":\"SECRET\",\"ips\":[\"a\"],\"x\":1}", &req, &err),
	    -1);
	assert_int_equal(wiped, 2); /* when it fails, both at once */
}

static int
decode_once(void *arg, struct error *err)
{
	struct ban_req req, zero = {0};
	int rc;

	(void)arg;
	rc = decode("{\"jail\":\"sshd\",\"ips\":[\"192.0.2.1\",\"::1\"],"
		    "\"bantime\":-1,\"reason\":\"why\"}",
	    &req, err);
	if (rc < 0)
		assert_memory_equal(&req, &zero, sizeof req);
	else
		assert_int_equal(req.ips.n, 2);
	release(&req);
	return rc;
}

static void
without_memory_nothing_is_decoded(void **state)
{
	(void)state;
	/* names and their table in the scanner, two texts, the list */
	assert_true(torture_run(decode_once, NULL) >= 5);
}

/* json-c allocates in its own library, out of torture's reach. */
struct json_tokener *__real_json_tokener_new_ex(int depth);
struct json_tokener *__wrap_json_tokener_new_ex(int depth);
struct json_object *__real_json_tokener_parse_ex(
    struct json_tokener *tok, const char *s, int len);
struct json_object *__wrap_json_tokener_parse_ex(
    struct json_tokener *tok, const char *s, int len);
static bool no_tokener, no_tree;

struct json_tokener *
__wrap_json_tokener_new_ex(int depth)
{
	return no_tokener ? NULL : __real_json_tokener_new_ex(depth);
}

struct json_object *
__wrap_json_tokener_parse_ex(struct json_tokener *tok, const char *s, int len)
{
	return no_tree ? NULL : __real_json_tokener_parse_ex(tok, s, len);
}

static void
without_memory_in_the_library_nothing_is_decoded(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	no_tokener = true;
	assert_int_equal(decode_once(NULL, &err), -1);
	assert_int_equal(err.code, ERR_NOMEM);
	no_tokener = false;
	no_tree = true;
	assert_int_equal(decode_once(NULL, &err), -1);
	assert_int_equal(err.code, ERR_NOMEM);
	no_tree = false;
	assert_int_equal(decode_once(NULL, &err), 0);
}

static void
a_text_over_the_limit_is_not_even_scanned(void **state)
{
	char *text = malloc(LIMIT_JSON_TEXT + 1);
	struct ban_req req = {0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', LIMIT_JSON_TEXT + 1);
	assert_int_equal(json_decode(text, LIMIT_JSON_TEXT + 1, BAN_REQ,
			     ARRAY_LEN(BAN_REQ), &req, &err),
	    -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_int_equal(json_decode(text, LIMIT_JSON_TEXT, BAN_REQ,
			     ARRAY_LEN(BAN_REQ), &req, &err),
	    -1);
	assert_int_equal(err.code, ERR_MALFORMED);
	free(text);
}

static void
every_cut_of_a_good_body_is_refused(void **state)
{
	static const char TEXT[] =
	    "{\"jail\":\"sshd\",\"ips\":[\"192.0.2.1\"],\"bantime\":60}";
	struct ban_req req;
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t n = 0; n < sizeof TEXT - 1; n++) {
		req = (struct ban_req){0};
		assert_int_equal(json_decode(TEXT, n, BAN_REQ,
				     ARRAY_LEN(BAN_REQ), &req, &err),
		    -1);
		assert_int_equal(err.code, ERR_MALFORMED);
	}
	assert_int_equal(decode(TEXT, &req, &err), 0);
	release(&req);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_full_body_fills_the_struct),
	    cmocka_unit_test(null_may_be_a_value_of_its_own),
	    cmocka_unit_test(a_text_over_the_limit_is_not_even_scanned),
	    cmocka_unit_test(without_memory_in_the_library_nothing_is_decoded),
	    cmocka_unit_test(what_is_optional_may_be_absent),
	    cmocka_unit_test(null_is_absence_where_the_table_says_so),
	    cmocka_unit_test(a_required_field_may_be_null_if_it_is_there),
	    cmocka_unit_test(each_fault_of_a_field_has_its_own_words),
	    cmocka_unit_test(the_bounds_themselves_are_accepted),
	    cmocka_unit_test(a_lower_bound_over_one_has_words_too),
	    cmocka_unit_test(all_faults_are_named_at_once),
	    cmocka_unit_test(more_faults_than_fit_are_still_one_refusal),
	    cmocka_unit_test(what_is_no_object_is_refused_as_such),
	    cmocka_unit_test(the_traps_of_json_c_are_closed),
	    cmocka_unit_test(a_table_with_a_kind_that_is_none_is_our_fault),
	    cmocka_unit_test(an_error_from_before_does_not_count),
	    cmocka_unit_test(a_list_may_be_empty_where_the_table_says_so),
	    cmocka_unit_test(every_copy_of_a_text_is_wiped),
	    cmocka_unit_test(without_memory_nothing_is_decoded),
	    cmocka_unit_test(every_cut_of_a_good_body_is_refused),
	};

	return cmocka_run_group_tests_name("json/decode", tests, NULL, NULL);
}
