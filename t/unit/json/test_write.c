/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/write.h"

#include <stdlib.h>
#include <string.h>

#include "t/lib/unit.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "json/scan.h"

static void
expect_text(struct json_out *o, struct buf *b, const char *want)
{
	struct error err = ERROR_INIT;

	assert_int_equal(json_end(o, &err), 0);
	assert_string_equal(buf_str(b), want);
	assert_int_equal(json_scan(b->data, b->len, &err), 0);
	buf_release(b);
}

static void
expect_refusal(struct json_out *o, struct buf *b, enum err_code code)
{
	struct error err = ERROR_INIT;

	assert_int_equal(json_end(o, &err), -1);
	assert_int_equal(err.code, code);
	buf_release(b);
}

static void
a_name_that_is_data_is_escaped(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct json_out o;
	char longer[600];

	(void)state;
	memset(longer, 'j', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	json_begin(&o, &b);
	json_put_object(&o, NULL);
	json_put_i64_of(&o, "a\"\n\xc3\xa4\xff", 7);
	json_put_i64_of(&o, "", INT64_MIN);
	json_put_close(&o);
	expect_text(&o, &b,
	    "{\"a\\\"\\n\xc3\xa4\xef\xbf\xbd\":7,"
	    "\"\":-9223372036854775808}");
	json_begin(&o, &b);
	json_put_object(&o, NULL);
	json_put_i64_of(&o, longer, 1);
	json_put_close(&o);
	assert_int_equal(b.len, sizeof longer - 1 + strlen("{\"\":1}"));
	buf_release(&b);
	json_begin(&o, &b);
	json_put_array(&o, NULL);
	json_put_i64_of(&o, "name in an array", 1);
	json_put_close(&o);
	expect_refusal(&o, &b, ERR_INTERNAL);
}

static void
an_object_holds_every_kind(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_object(&o, NULL);
	json_put_str(&o, "s", "x");
	json_put_str(&o, "none", NULL);
	json_put_i64(&o, "i", -5);
	json_put_bool(&o, "yes", true);
	json_put_bool(&o, "no", false);
	json_put_null(&o, "n");
	json_put_time(&o, "t", 0);
	json_put_time(&o, "never", -1);
	json_put_array(&o, "a");
	json_put_i64(&o, NULL, 1);
	json_put_i64(&o, NULL, 2);
	json_put_object(&o, NULL);
	json_put_close(&o);
	json_put_close(&o);
	json_put_object(&o, "o");
	json_put_str(&o, "k", "v");
	json_put_close(&o);
	json_put_close(&o);
	expect_text(&o, &b,
	    "{\"s\":\"x\",\"none\":null,\"i\":-5,\"yes\":true,\"no\":false,"
	    "\"n\":null,\"t\":\"1970-01-01T00:00:00Z\",\"never\":null,"
	    "\"a\":[1,2,{}],\"o\":{\"k\":\"v\"}}");
}

static void
what_is_not_known_is_null(void **state)
{
	struct buf b = BUF_INIT(4096);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_array(&o, NULL);
	json_put_str_known(&o, NULL, "x");
	json_put_str_known(&o, NULL, "");
	json_put_i64_known(&o, NULL, 0);
	json_put_i64_known(&o, NULL, -1);
	json_put_close(&o);
	expect_text(&o, &b, "[\"x\",null,0,null]");
}

static void
the_top_may_be_any_one_value(void **state)
{
	struct buf b = BUF_INIT(64);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_str(&o, NULL, "x");
	expect_text(&o, &b, "\"x\"");
	json_begin(&o, &b);
	json_put_array(&o, NULL);
	json_put_close(&o);
	expect_text(&o, &b, "[]");
}

static void
strings_are_escaped(void **state)
{
	/* clang-format off */
	static const struct {
		const char *in;
		size_t len;
		const char *out;
	} ROWS[] = {
		{ "\"\\/", 3, "\"\\\"\\\\/\"" },
		{ "\n\r\t", 3, "\"\\n\\r\\t\"" },
		{ "a\0b", 3, "\"a\\u0000b\"" },
		{ "\x01\x1f\x7f", 3, "\"\\u0001\\u001f\\u007f\"" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e", 9, "\"\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e\"" },
		{ "a\xff" "b", 3, "\"a\xef\xbf\xbd" "b\"" },
		{ "\xc3", 1, "\"\xef\xbf\xbd\"" },
		{ "\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ "\xc0\x80", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
	};
	/* clang-format on */
	struct buf b = BUF_INIT(512);
	struct json_out o;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		struct error err = ERROR_INIT;
		json_begin(&o, &b);
		json_put_str_n(&o, NULL, ROWS[i].in, ROWS[i].len);
		assert_int_equal(json_end(&o, &err), 0);
		assert_string_equal(buf_str(&b), ROWS[i].out);
		buf_clear(&b);
	}
	buf_release(&b);
}

static void
the_ends_of_int64_are_written_whole(void **state)
{
	struct buf b = BUF_INIT(256);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_array(&o, NULL);
	json_put_i64(&o, NULL, INT64_MIN);
	json_put_i64(&o, NULL, INT64_MAX);
	json_put_i64(&o, NULL, 0);
	json_put_close(&o);
	expect_text(&o, &b, "[-9223372036854775808,9223372036854775807,0]");
}

/* A long string of characters of n bytes, so that pieces end inside one. */
static void
check_long(const char *one, size_t n)
{
	struct buf in = BUF_INIT(65536), b = BUF_INIT(524288);
	struct json_out o;
	struct error err = ERROR_INIT;

	for (int i = 0; i < 2000; i++)
		buf_add(&in, one, n);
	json_begin(&o, &b);
	json_put_array(&o, NULL);
	json_put_str_n(&o, NULL, in.data + 0, in.len);
	json_put_str_n(&o, NULL, in.data, in.len);
	json_put_close(&o);
	assert_int_equal(json_end(&o, &err), 0);
	assert_int_equal(json_scan(b.data, b.len, &err), 0);
	if ((unsigned char)*one >= 0x20) {
		assert_int_equal(b.len, 2 * in.len + 7);
		assert_memory_equal(b.data + 2, in.data, in.len);
	}
	buf_release(&in);
	buf_release(&b);
}

static void
long_strings_are_written_whole(void **state)
{
	(void)state;
	check_long("x", 1);
	check_long("\xc3\xa9", 2);
	check_long("\xe2\x82\xac", 3);
	check_long("\xf0\x9d\x84\x9e", 4);
	check_long("x\xf0\x9d\x84\x9e", 5);
	check_long("\x01", 1);
}

static void
a_name_in_an_array_is_misuse(void **state)
{
	struct buf b = BUF_INIT(64);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_array(&o, NULL);
	json_put_i64(&o, "a", 1);
	json_put_close(&o);
	expect_refusal(&o, &b, ERR_INTERNAL);
}

static void
no_name_in_an_object_is_misuse(void **state)
{
	struct buf b = BUF_INIT(64);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_object(&o, NULL);
	json_put_i64(&o, NULL, 1);
	json_put_close(&o);
	expect_refusal(&o, &b, ERR_INTERNAL);
}

static void
a_name_that_needs_escaping_is_misuse(void **state)
{
	static const char *const NAMES[] = {"a\"b", "a\\", "a\n", "\xc3\xa9"};
	struct buf b = BUF_INIT(64);
	struct json_out o;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
		json_begin(&o, &b);
		json_put_object(&o, NULL);
		json_put_i64(&o, NAMES[i], 1);
		json_put_close(&o);
		expect_refusal(&o, &b, ERR_INTERNAL);
	}
}

static void
scopes_must_be_closed_as_often_as_opened(void **state)
{
	struct buf b = BUF_INIT(64);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_object(&o, NULL);
	expect_refusal(&o, &b, ERR_INTERNAL);
	json_begin(&o, &b);
	json_put_object(&o, NULL);
	json_put_close(&o);
	json_put_close(&o);
	expect_refusal(&o, &b, ERR_INTERNAL);
	json_begin(&o, &b);
	expect_refusal(&o, &b, ERR_INTERNAL);
}

static void
a_second_value_at_the_top_is_misuse(void **state)
{
	struct buf b = BUF_INIT(64);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_i64(&o, NULL, 1);
	json_put_i64(&o, NULL, 2);
	expect_refusal(&o, &b, ERR_INTERNAL);
}

static void
after_a_misuse_nothing_more_is_written(void **state)
{
	struct buf b = BUF_INIT(64);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_object(&o, NULL);
	json_put_i64(&o, NULL, 1);
	json_put_i64(&o, "a", 2);
	json_put_close(&o);
	assert_string_equal(buf_str(&b), "{}");
	expect_refusal(&o, &b, ERR_INTERNAL);
}

static void
scopes_end_at_the_limit(void **state)
{
	struct buf b = BUF_INIT(256);
	struct json_out o;
	struct error err = ERROR_INIT;

	(void)state;
	for (unsigned n = JSON_WRITE_DEPTH - 1; n <= JSON_WRITE_DEPTH; n++) {
		json_begin(&o, &b);
		for (unsigned i = 0; i < n; i++)
			json_put_array(&o, NULL);
		for (unsigned i = 0; i < n; i++)
			json_put_close(&o);
		assert_int_equal(
		    json_end(&o, &err), n < JSON_WRITE_DEPTH ? 0 : -1);
		buf_clear(&b);
	}
	buf_release(&b);
}

static void
what_passes_the_buffers_limit_fails_once_at_the_end(void **state)
{
	struct buf b = BUF_INIT(20);
	struct json_out o;

	(void)state;
	json_begin(&o, &b);
	json_put_array(&o, NULL);
	for (int i = 0; i < 100; i++)
		json_put_i64(&o, NULL, i);
	json_put_close(&o);
	expect_refusal(&o, &b, ERR_TOO_LARGE);
}

static void
a_long_string_may_pass_the_limit_half_way(void **state)
{
	char text[4000];
	struct buf b = BUF_INIT(5000);
	struct json_out o;

	(void)state;
	memset(text, 'x', sizeof text);
	json_begin(&o, &b);
	json_put_str_n(&o, NULL, text, sizeof text);
	expect_refusal(&o, &b, ERR_TOO_LARGE);
}

/* A small generator of its own: the same sequence on every machine. */
static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525U + 1013904223U;
	return *seed >> 8;
}

static void
put_random(struct json_out *o, uint32_t *seed, const char *name)
{
	char bytes[16];
	size_t n = next(seed) % sizeof bytes;

	switch (next(seed) % 5) {
	case 0:
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)(1 + next(seed) % 255);
		json_put_str_n(o, name, bytes, n);
		break;
	case 1:
		json_put_i64(o, name,
		    (int64_t)((uint64_t)next(seed) << 40 ^ next(seed)));
		break;
	case 2:
		json_put_time(o, name, (int64_t)next(seed) * 64);
		break;
	case 3:
		json_put_bool(o, name, next(seed) & 1);
		break;
	default:
		json_put_null(o, name);
	}
}

/* Whatever is put in, in whatever shape: the scanner takes what comes out. */
static void
random_answers_always_pass_the_scanner(void **state)
{
	static const char *const NAMES[] = {"a", "b", "c", "d", "e", "f"};
	uint32_t seed = 2026;
	struct buf b = BUF_INIT(65536);
	struct json_out o;
	struct error err = ERROR_INIT;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		buf_clear(&b);
		json_begin(&o, &b);
		json_put_array(&o, NULL);
		for (uint32_t i = next(&seed) % 8; i > 0; i--) {
			json_put_object(&o, NULL);
			for (uint32_t k = next(&seed) % 6; k > 0; k--)
				put_random(&o, &seed, NAMES[k]);
			json_put_close(&o);
			put_random(&o, &seed, NULL);
		}
		json_put_close(&o);
		assert_int_equal(json_end(&o, &err), 0);
		if (json_scan(b.data, b.len, &err) < 0)
			fail_msg("%s: %s", err.detail, b.data);
	}
	buf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_object_holds_every_kind),
	    cmocka_unit_test(a_name_that_is_data_is_escaped),
	    cmocka_unit_test(what_is_not_known_is_null),
	    cmocka_unit_test(the_top_may_be_any_one_value),
	    cmocka_unit_test(strings_are_escaped),
	    cmocka_unit_test(the_ends_of_int64_are_written_whole),
	    cmocka_unit_test(long_strings_are_written_whole),
	    cmocka_unit_test(a_name_in_an_array_is_misuse),
	    cmocka_unit_test(no_name_in_an_object_is_misuse),
	    cmocka_unit_test(a_name_that_needs_escaping_is_misuse),
	    cmocka_unit_test(scopes_must_be_closed_as_often_as_opened),
	    cmocka_unit_test(a_second_value_at_the_top_is_misuse),
	    cmocka_unit_test(after_a_misuse_nothing_more_is_written),
	    cmocka_unit_test(scopes_end_at_the_limit),
	    cmocka_unit_test(a_long_string_may_pass_the_limit_half_way),
	    cmocka_unit_test(
		what_passes_the_buffers_limit_fails_once_at_the_end),
	    cmocka_unit_test(random_answers_always_pass_the_scanner),
	};

	return cmocka_run_group_tests_name("json/write", tests, NULL, NULL);
}
