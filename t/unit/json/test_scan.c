/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/scan.h"

#include <stdlib.h>
#include <string.h>

#include "t/lib/unit.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/time.h"

/* A text with its length, so that it may hold NUL bytes. */
struct text {
	const char *s;
	size_t len;
};
#define T(literal)                                                             \
	{                                                                      \
		literal, sizeof(literal) - 1                                   \
	}

static enum err_code
scan(const char *s, size_t len)
{
	struct error err = ERROR_INIT;
	/* Exactly len bytes on the heap: a read past them is seen by ASan. */
	char *copy = malloc(len ? len : 1);
	int rc;

	assert_non_null(copy);
	if (len)
		memcpy(copy, s, len);
	rc = json_scan(copy, len, &err);
	free(copy);
	assert_int_equal(rc, err.code == ERR_NONE ? 0 : -1);
	return err.code;
}

static void
expect_code(const struct text *t, size_t n, enum err_code want)
{
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++)
		if (scan(t[i].s, t[i].len) != want)
			fail_msg("row %zu: %s", i, t[i].s);
}

/* clang-format off */
static const struct text GOOD[] = {
	T("{}"), T("[]"), T("0"), T("-0"), T("1"), T("-1"), T("\"\""),
	T("true"), T("false"), T("null"), T(" \t\r\n[ ] \t\r\n"),
	T("[1,2,3]"), T("[[],[]]"), T("{\"a\":{},\"b\":[]}"), T("[\"a\"]"),
	T("[0.5]"), T("[-0.5]"), T("[1e5]"), T("[1E5]"), T("[1e+5]"), T("[1e-5]"),
	T("[0e1]"), T("[0e+1]"), T("[1.25E-2]"), T("[-0.0]"), T("[1e-400]"),
	T("[9223372036854775807]"), T("[-9223372036854775808]"),
	T("[1.7976931348623157e308]"),
	T("[-0.000000000000000000000000000000000000000000000000000000000001]"),
	T("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]"), T("[\"\\u0041\\u00e9\\u20AC\"]"),
	T("[\"\\ud834\\udd1e\"]"), T("[\"\\uD834\\uDD1E\"]"), T("[\"\\udbff\\udfff\"]"),
	T("[\"\\uffff\\ufffe\"]"), T("[\"\\u007f\"]"), T("[\"\x7f\"]"),
	T("[\"\xc3\xa9\"]"), T("[\"\xe2\x82\xac\"]"), T("[\"\xf0\x9d\x84\x9e\"]"),
	T("[\"\xf4\x8f\xbf\xbf\"]"), T("[\"\xef\xbf\xbf\"]"), T("[\"\xe2\x80\xa8\"]"),
	T("[\"\xc2\x80\"]"), T("[\"\xed\x9f\xbf\"]"), T("[\"\xee\x80\x80\"]"),
	T("{\"\":1}"), T("{\"a\":1,\"b\":1}"), T("{\"a\":1,\"A\":1}"),
	T("{\"a\":{\"a\":1},\"b\":{\"a\":1}}"), T("[{\"a\":1},{\"a\":1}]"),
	T("{\"\xc3\xa9\":1,\"e\xcc\x81\":1}"), T("{\"\":{\"\":{\"\":1}}}"),
	T("{\"ab\":1,\"a\":{\"b\":1}}"),
	T(" { \"a\" : 1 , \"b\" : [ 1 , { } ] } "),
	T("[\"\\uabcd\\uABCD\\ufFaA\\u0fF9\"]"),
	T("{\"\\u0080\":1,\"\\u0081\":1,\"\\u00c0\":1}"),
	T("{\"\\u20ac\":1,\"\\u20ad\":1,\"\\u202c\":1,\"\\u30ac\":1}"),
	T("{\"\\ud834\\udd1e\":1,\"\\ud834\\udd1f\":1,\"\\ud874\\udd1e\":1}"),
};

static const struct text BAD[] = {
	T(""), T(" "), T("\xef\xbb\xbf{}"), T("{}{}"), T("[]]"), T("[]x"), T("[] ,"),
	T("["), T("]"), T("{"), T("}"), T("[}"), T("{]"), T("[1"), T("[1,"),
	T("[1,]"), T("[,1]"), T("[,]"), T("[1,,2]"), T("[1 2]"), T("[1;2]"),
	T("{\"a\"}"), T("{\"a\":}"), T("{\"a\":1,}"), T("{,}"), T("{,\"a\":1}"),
	T("{\"a\" 1}"), T("{\"a\"::1}"), T("{\"a\":1 \"b\":2}"), T("{a:1}"),
	T("{'a':1}"), T("{1:1}"), T("{null:1}"), T("{\"a\":1"), T("{\"a"),
	T("{\"a\":1,,\"b\":2}"), T("{\"a\":1;}"), T("{[]:1}"),
	T("+1"), T("[+1]"), T("[-]"), T("[- 1]"), T("[01]"), T("[-01]"), T("[1.]"),
	T("[.5]"), T("[-.5]"), T("[1e]"), T("[1e+]"), T("[1e-]"), T("[1.e1]"),
	T("[1.5e]"), T("[0x1]"), T("[1_000]"), T("[1e5.5]"), T("[--1]"),
	T("[1a]"), T("[0e]"), T("[00]"), T("[1.2.3]"),
	T("[NaN]"), T("[nan]"), T("[Infinity]"), T("[-Infinity]"), T("[inf]"),
	T("[True]"), T("[tru]"), T("[truex]"), T("[nul]"), T("[NULL]"), T("nul"),
	T("[fals]"), T("undefined"),
	T("[9223372036854775808]"), T("[-9223372036854775809]"),
	T("[100000000000000000000000000]"), T("[1e309]"), T("[-1e309]"),
	T("[1.8e308]"),
	T("'a'"), T("['a']"), T("\""), T("[\"]"), T("[\"a]"), T("[\"\\]"),
	T("[\"\\\"]"), T("[\"\\a\"]"), T("[\"\\x41\"]"), T("[\"\\'\"]"),
	T("[\"\\0\"]"), T("[\"\\U0041\"]"), T("[\"\\\n\"]"), T("[\"\\"),
	T("[\"\\u\"]"), T("[\"\\u1\"]"), T("[\"\\u12\"]"), T("[\"\\u123\"]"),
	T("[\"\\u123g\"]"), T("[\"\\u 123\"]"), T("[\"\\u+123\"]"),
	T("[\"\\ud800\"]"), T("[\"\\udc00\"]"), T("[\"\\ud800\\n\"]"),
	T("[\"\\ud800\\ud800\"]"), T("[\"\\ud800x\"]"), T("[\"\\ud800\\u0041\"]"),
	T("[\"\\ud800\\u\"]"), T("[\"\\udbff\\udbff\"]"), T("[\"\\ud800\\udc0\"]"),
	T("[\"a\nb\"]"), T("[\"a\tb\"]"), T("[\"\x01\"]"), T("[\"\x1f\"]"),
	T("[\"a\0b\"]"), T("{\"a\0\":1}"), T("\0"), T("[1]\0"), T("[\0]"),
	T("[\"\x80\"]"), T("[\"\xc0\x80\"]"), T("[\"\xc1\xbf\"]"),
	T("[\"\xe0\x80\x80\"]"), T("[\"\xe0\x9f\xbf\"]"), T("[\"\xed\xa0\x80\"]"),
	T("[\"\xed\xbf\xbf\"]"), T("[\"\xf0\x80\x80\x80\"]"),
	T("[\"\xf4\x90\x80\x80\"]"), T("[\"\xf8\x88\x80\x80\x80\"]"),
	T("[\"\xff\"]"), T("[\"\xfe\"]"), T("[\"\xc3\"]"), T("[\"\xe2\x82\"]"),
	T("[\"\xe2\x82"), T("[\xc3\xa9]"), T("[\xa0]"), T("{\"\xff\":1}"),
	T("[1]\x0c"), T("\x0b[1]"), T("[1]\xc2\xa0"), T("/**/[1]"), T("[1]//"),
	T("[1]#"), T("{\"a\":/*x*/1}"),
	T("{\"a\":1,\"a\":2}"), T("{\"a\":1,\"b\":2,\"a\":3}"),
	T("{\"a\":1,\"\\u0061\":2}"), T("{\"\\u0061\":1,\"\\u0061\":2}"),
	T("{\"\":1,\"\":2}"), T("{\"/\":1,\"\\/\":2}"),
	T("{\"\xc3\xa9\":1,\"\\u00e9\":2}"), T("{\"\xc3\xa9\":1,\"\\u00E9\":2}"),
	T("{\"\xf0\x9d\x84\x9e\":1,\"\\ud834\\udd1e\":2}"),
	T("{\"\xc2\x80\":1,\"\\u0080\":2}"), T("{\"\xdf\xbf\":1,\"\\u07ff\":2}"),
	T("{\"\xe0\xa0\x80\":1,\"\\u0800\":2}"), T("{\"\xef\xbf\xbf\":1,\"\\uffff\":2}"),
	T("{\"\xf0\x90\x80\x80\":1,\"\\ud800\\udc00\":2}"),
	T("{\"\xf4\x8f\xbf\xbf\":1,\"\\udbff\\udfff\":2}"), T("{\"\x7f\":1,\"\\u007f\":2}"),
	T("{\"x\":{\"a\":1,\"a\":2}}"), T("{\"a\":{\"b\":1},\"c\":1,\"a\":1}"),
	T("[{\"a\":1,\"a\":2}]"),
};

static const struct text WITH_U0000[] = {
	T("\"\\u0000\""), T("[\"a\\u0000b\"]"), T("{\"a\":\"\\u0000\"}"),
	T("{\"a\\u0000\":1}"), T("{\"a\":[\"x\",\"\\u0000\\u0000\"],\"b\":\"\\u0000\"}"),
};
/* clang-format on */

static void
what_rfc_8259_allows_is_taken(void **state)
{
	(void)state;
	expect_code(GOOD, ARRAY_LEN(GOOD), ERR_NONE);
}

static void
what_rfc_8259_forbids_is_malformed(void **state)
{
	(void)state;
	expect_code(BAD, ARRAY_LEN(BAD), ERR_MALFORMED);
}

static void
an_escaped_nul_is_invalid_wherever_it_is(void **state)
{
	(void)state;
	expect_code(WITH_U0000, ARRAY_LEN(WITH_U0000), ERR_INVALID);
}

static void
an_escaped_nul_is_laid_at_the_door_of_its_field(void **state)
{
	static const char TEXT[] =
	    "{\"a\":1,\"ips\":[{\"z\":1},\"\\u0000\",\"\\u0000\"],"
	    "\"b\":\"\\u0000\"}";
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(json_scan(TEXT, sizeof TEXT - 1, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(err.n_fields, 2);
	assert_string_equal(err.fields[0].name, "ips");
	assert_string_equal(err.fields[1].name, "b");
}

static void
a_long_name_of_a_field_is_left_out(void **state)
{
	struct buf b = BUF_INIT(256);
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t n = ERR_FIELD_SIZE - 1; n <= ERR_FIELD_SIZE; n++) {
		buf_clear(&b);
		buf_add_str(&b, "{\"");
		for (size_t i = 0; i < n; i++)
			buf_add_char(&b, 'x');
		buf_add_str(&b, "\":\"\\u0000\"}");
		assert_int_equal(json_scan(b.data, b.len, &err), -1);
		assert_int_equal(err.n_fields, 1);
		assert_int_equal(
		    strlen(err.fields[0].name), n < ERR_FIELD_SIZE ? n : 0);
	}
	buf_release(&b);
}

static void
a_nul_in_a_malformed_text_is_malformed(void **state)
{
	static const char TEXT[] = "{\"a\":\"\\u0000\",}";
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(json_scan(TEXT, sizeof TEXT - 1, &err), -1);
	assert_int_equal(err.code, ERR_MALFORMED);
	assert_int_equal(err.n_fields, 0);
}

static void
the_detail_has_the_byte_offset(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(json_scan("[1,]", 4, &err), -1);
	assert_non_null(strstr(err.detail, "byte 3"));
}

/* open[depth] times, an inside, close[depth] times */
static enum err_code
scan_nested(const char *open, char close, size_t depth)
{
	struct buf b = BUF_INIT(65536);
	enum err_code code;

	for (size_t i = 0; i < depth; i++)
		buf_add_str(&b, open);
	buf_add_str(&b, "1");
	for (size_t i = 0; i < depth; i++)
		buf_add_char(&b, close);
	code = scan(b.data, b.len);
	buf_release(&b);
	return code;
}

static void
nesting_ends_at_the_limit(void **state)
{
	(void)state;
	assert_int_equal(scan_nested("[", ']', LIMIT_JSON_DEPTH), ERR_NONE);
	assert_int_equal(
	    scan_nested("[", ']', LIMIT_JSON_DEPTH + 1), ERR_MALFORMED);
	assert_int_equal(
	    scan_nested("{\"a\":", '}', LIMIT_JSON_DEPTH), ERR_NONE);
	assert_int_equal(
	    scan_nested("{\"a\":", '}', LIMIT_JSON_DEPTH + 1), ERR_MALFORMED);
	assert_int_equal(scan_nested("[", ']', 30000), ERR_MALFORMED);
}

static void
a_name_ends_at_the_limit(void **state)
{
	struct buf b = BUF_INIT(1024);

	(void)state;
	for (size_t n = LIMIT_JSON_KEY; n <= LIMIT_JSON_KEY + 1; n++) {
		buf_clear(&b);
		buf_add_str(&b, "{\"");
		for (size_t i = 0; i < n; i++)
			buf_add_char(&b, 'x');
		buf_add_str(&b, "\":1}");
		assert_int_equal(scan(b.data, b.len),
		    n == LIMIT_JSON_KEY ? ERR_NONE : ERR_MALFORMED);
	}
	buf_release(&b);
}

static void
a_number_may_be_long_but_not_endless(void **state)
{
	struct buf b = BUF_INIT(2048);

	(void)state;
	buf_add_str(&b, "[0.");
	for (int i = 0; i < 500; i++)
		buf_add_char(&b, '1');
	buf_add_char(&b, ']');
	assert_int_equal(scan(b.data, b.len), ERR_NONE);
	b.data[b.len - 1] = '1';
	for (int i = 0; i < 20; i++)
		buf_add_char(&b, '1');
	buf_add_char(&b, ']');
	assert_int_equal(scan(b.data, b.len), ERR_MALFORMED);
	buf_release(&b);
}

/* A body of the largest size, all of it names; the last one again or not. */
static void
fill_with_names(struct buf *b, bool twice)
{
	int i = 0;

	buf_add_char(b, '{');
	while (b->len < LIMIT_BODY - 32)
		buf_addf(b, "\"%x\":1,", i++);
	buf_addf(b, "\"%s\":1}", twice ? "0" : "last");
}

static void
ten_thousand_names_cost_no_square(void **state)
{
	struct buf b = BUF_INIT(LIMIT_BODY);
	int64_t start;

	(void)state;
	fill_with_names(&b, true);
	assert_int_equal(scan(b.data, b.len), ERR_MALFORMED);
	buf_clear(&b);
	fill_with_names(&b, false);
	start = time_mono_ms();
	for (int i = 0; i < 10; i++)
		assert_int_equal(scan(b.data, b.len), ERR_NONE);
	/* a comparison of all pairs takes seconds; this about 15 ms */
	assert_true(time_mono_ms() - start < 1000);
	buf_release(&b);
}

/* Every good text, cut anywhere: never a crash, nearly never accepted. */
static void
a_text_cut_short_is_refused(void **state)
{
	size_t refused = 0, taken = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
		for (size_t n = 0; n < GOOD[i].len; n++) {
			if (scan(GOOD[i].s, n) == ERR_NONE)
				taken++;
			else
				refused++;
		}
	assert_true(refused > 500);
	assert_true(taken > 0); /* "[ ] " without its last space */
}

/* Every good text with each bit of each byte turned over. */
static void
a_flipped_bit_never_crashes_the_scanner(void **state)
{
	size_t refused = 0, taken = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
		for (size_t bit = 0; bit < GOOD[i].len * 8; bit++) {
			char copy[128];
			assert_true(GOOD[i].len <= sizeof copy);
			memcpy(copy, GOOD[i].s, GOOD[i].len);
			copy[bit / 8] ^= (char)(1 << (bit % 8));
			if (scan(copy, GOOD[i].len) == ERR_NONE)
				taken++;
			else
				refused++;
		}
	assert_true(refused > 1000);
	assert_true(taken > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_rfc_8259_allows_is_taken),
	    cmocka_unit_test(what_rfc_8259_forbids_is_malformed),
	    cmocka_unit_test(an_escaped_nul_is_invalid_wherever_it_is),
	    cmocka_unit_test(an_escaped_nul_is_laid_at_the_door_of_its_field),
	    cmocka_unit_test(a_long_name_of_a_field_is_left_out),
	    cmocka_unit_test(a_nul_in_a_malformed_text_is_malformed),
	    cmocka_unit_test(the_detail_has_the_byte_offset),
	    cmocka_unit_test(nesting_ends_at_the_limit),
	    cmocka_unit_test(a_name_ends_at_the_limit),
	    cmocka_unit_test(a_number_may_be_long_but_not_endless),
	    cmocka_unit_test(ten_thousand_names_cost_no_square),
	    cmocka_unit_test(a_text_cut_short_is_refused),
	    cmocka_unit_test(a_flipped_bit_never_crashes_the_scanner),
	};

	return cmocka_run_group_tests_name("json/scan", tests, NULL, NULL);
}
