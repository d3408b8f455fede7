/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_evidence.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

/* The lines as one text: each in brackets, its date behind it, and ! for
 * escaped, ~ for truncated. */
static int
take(void *ctx, const struct ban_match *m, struct error *err)
{
	struct buf *b = ctx;

	(void)err;
	buf_add_char(b, '[');
	buf_add(b, m->text, m->text_len);
	buf_add_char(b, ']');
	if (m->time_len > 0) {
		buf_add_char(b, '@');
		buf_add(b, m->time, m->time_len);
	}
	if (m->escaped)
		buf_add_char(b, '!');
	if (m->truncated)
		buf_add_char(b, '~');
	return 0;
}

struct sample {
	const char *data;
	const char *lines;
	int64_t matches;
	bool whole;
};

static void
assert_read(const struct sample *s)
{
	AUTO(buf_release) struct buf b = BUF_INIT(65536);
	struct ban_evidence e = {.matches = -1};
	struct error err = ERROR_INIT;

	assert_int_equal(
	    ban_evidence_matches(s->data, strlen(s->data), take, &b, &e, &err),
	    0);
	assert_string_equal(buf_str(&b), s->lines);
	assert_int_equal(e.matches, s->matches);
	assert_true(e.whole == s->whole);
}

static void
lines_are_read_as_fail2ban_writes_them(void **state)
{
	/* clang-format off */
	static const struct sample SAMPLES[] = {
	    {"{\"matches\": [[\"\", \"Nov 10 14:41:11\", \" login from x\"], "
	     "\"Nov 10 14:41:13 a\\\"b\"], \"failures\": 3, \"user\": \"r\"}",
	     "[Nov 10 14:41:11 login from x]@Nov 10 14:41:11"
	     "[Nov 10 14:41:13 a\"b]", 2, true},
	    {"{\"user\": [\"a\", {\"matches\": [\"no\"]}], "
	     "\"matches\": [\"yes\"]} ", "[yes]", 1, true},
	    {"{\"matches\": [], \"failures\": 0}", "", 0, true},
	    {"{\"failures\": 3}", "", 0, true},
	    {"{}", "", 0, true},
	    {"{\"matches\": [7, null, {\"a\": [1]}, \"x\", [], [\"p\", "
	     "\"q\"]]}", "[x][][pq]@q", 3, true},
	    {"{\"matches\": null, \"x\": \"\\\\\"}", "", 0, true},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(SAMPLES); i++)
		assert_read(&SAMPLES[i]);
}

static void
bytes_that_are_no_text_are_escaped_and_marked(void **state)
{
	/* clang-format off */
	static const struct sample SAMPLES[] = {
	    {"{\"matches\": [\"a\xff\xc3(\"]}", "[a\\xff\\xc3(]!", 1, true},
	     /* as Python writes such bytes */
	    {"{\"matches\": [\"\\udcff\\udc80\"]}", "[\\xff\\x80]!", 1, true},
	    {"{\"matches\": [\"\\ud83d\"]}", "[\\xd8\\x3d]!", 1, true},
	    {"{\"matches\": [\"\\ud83d\\ude00 \\u00e4\xc3\xa4\\u20ac\"]}",
	     "[\xf0\x9f\x98\x80 \xc3\xa4\xc3\xa4\xe2\x82\xac]", 1, true},
	    {"{\"matches\": [\"\\b\\f\\n\\r\\t\\/\\\\\"]}", "[\b\f\n\r\t/\\]",
	     1, true},
	     /* the right-to-left override is text */
	    {"{\"matches\": [\"\\u202e\"]}", "[\xe2\x80\xae]", 1, true},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(SAMPLES); i++)
		assert_read(&SAMPLES[i]);
}

static void
a_zero_byte_is_a_character(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(64);
	static const char DATA[] = "{\"matches\": [\"a\\u0000b\", \"c\0d\"]}";
	struct ban_evidence e = {.matches = -1};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(
	    ban_evidence_matches(DATA, sizeof DATA - 1, take, &b, &e, &err), 0);
	assert_int_equal(b.len, 10);
	assert_memory_equal(b.data, "[a\0b][c\0d]", 10);
	assert_true(e.whole);
}

static void
what_is_broken_gives_what_can_be_read(void **state)
{
	/* clang-format off */
	static const struct sample SAMPLES[] = {
	    {"", "", 0, false},
	    {"no JSON", "", 0, false},
	    {"[\"matches\"]", "", 0, false},
	    {"{\"matches\": [\"one\", \"two", "[one][two]~", 2, false},
	    {"{\"matches\": [\"one\", \"", "[one]", 1, false},
	    {"{\"matches\": [[\"a \", \"b\", \" c", "[a b c]@b~", 1, false},
	    {"{\"matches\": [\"one\" \"two\"]}", "[one]", 1, false},
	    {"{\"matches\": [\"bad \\x escape\"]}", "[bad ]~", 1, false},
	    {"{\"matches\": [\"cut \\u12", "[cut ]~", 1, false},
	    {"{\"matches\": [\"one\"]} and more", "[one]", 1, false},
	    {"{\"a\": {\"b\": [1, \"}\"", "", 0, false},
	    {"{\"a\" 1}", "", 0, false},
	    {"{\"a\": }", "", 0, false},
	    {"{\"a\": \"\\", "", 0, false},
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(SAMPLES); i++)
		assert_read(&SAMPLES[i]);
}

static void
a_line_of_a_megabyte_is_told_by_its_beginning(void **state)
{
	AUTO(buf_release) struct buf data = BUF_INIT(2 * 1024 * 1024);
	AUTO(buf_release) struct buf b = BUF_INIT(65536);
	struct ban_evidence e = {.matches = -1};
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_str(&data, "{\"matches\": [\"");
	while (data.len < 1024 * 1024)
		buf_add_str(&data, "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4");
	buf_add_str(&data, "\", \"next\"]}");
	assert_int_equal(
	    ban_evidence_matches(data.data, data.len, take, &b, &e, &err), 0);
	assert_int_equal(b.len, LIMIT_MATCH_TEXT + 3 + 6);
	assert_string_equal(buf_str(&b) + LIMIT_MATCH_TEXT + 1, "]~[next]");
	assert_true(e.whole && e.matches == 2);
}

static void
so_many_lines_are_told_and_all_are_counted(void **state)
{
	AUTO(buf_release) struct buf data = BUF_INIT(65536);
	AUTO(buf_release) struct buf b = BUF_INIT(65536);
	struct ban_evidence e = {.matches = -1};
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_str(&data, "{\"matches\": [\"x\"");
	for (int i = 0; i < 2 * LIMIT_MATCHES; i++)
		buf_add_str(&data, ",\"x\"");
	buf_add_str(&data, "]}");
	assert_int_equal(
	    ban_evidence_matches(data.data, data.len, take, &b, &e, &err), 0);
	assert_int_equal(b.len, LIMIT_MATCHES * strlen("[x]"));
	assert_int_equal(e.matches, 2 * LIMIT_MATCHES + 1);
}

static int
count(void *ctx, const struct ban_match *m, struct error *err)
{
	(void)m;
	(void)err;
	(*(int *)ctx)++;
	return 0;
}

static int
read_once(void *arg, struct error *err)
{
	static const char DATA[] = "{\"matches\": [\"one\", \"two\"]}";
	struct ban_evidence e = {.matches = -1};
	int n = 0;

	(void)arg;
	if (ban_evidence_matches(DATA, sizeof DATA - 1, count, &n, &e, err) <
	    0) {
		assert_int_equal(e.matches, -1);
		return -1;
	}
	assert_int_equal(n, 2);
	return 0;
}

static void
no_memory_is_told(void **state)
{
	(void)state;
	assert_true(torture_run(read_once, NULL) >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_are_read_as_fail2ban_writes_them),
	    cmocka_unit_test(bytes_that_are_no_text_are_escaped_and_marked),
	    cmocka_unit_test(a_zero_byte_is_a_character),
	    cmocka_unit_test(what_is_broken_gives_what_can_be_read),
	    cmocka_unit_test(a_line_of_a_megabyte_is_told_by_its_beginning),
	    cmocka_unit_test(so_many_lines_are_told_and_all_are_counted),
	    cmocka_unit_test(no_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
