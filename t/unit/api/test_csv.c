/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/csv.h"

#include <string.h>

#include "base/buf.h"
#include "base/macros.h"
#include "t/lib/unit.h"

enum { MAX = 4096 };

/* text, n bytes of it, as the one cell of a row. */
static void
expect_n(const char *text, size_t n, const char *wanted)
{
	AUTO(buf_release) struct buf b = BUF_INIT(MAX);
	struct csv_out o;

	csv_begin(&o, &b);
	csv_put_str_n(&o, text, n);
	assert_false(b.failed);
	assert_string_equal(buf_str(&b), wanted);
	assert_int_equal(strlen(wanted), b.len);
}

static void
expect(const char *text, const char *wanted)
{
	expect_n(text, strlen(text), wanted);
}

static void
a_row_has_a_cell_for_each_value_and_ends_with_cr_lf(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(MAX);
	struct csv_out o;

	(void)state;
	csv_begin(&o, &b);
	csv_put_str(&o, "a");
	csv_put_str(&o, NULL);
	csv_put_str(&o, "");
	csv_put_i64(&o, -1);
	csv_put_i64(&o, INT64_MAX);
	csv_put_i64_known(&o, -1);
	csv_put_i64_known(&o, 0);
	csv_put_bool(&o, true);
	csv_put_bool(&o, false);
	csv_put_time(&o, 0);
	csv_put_time(&o, -1);
	csv_end(&o);
	csv_begin(&o, &b);
	csv_put_str(&o, NULL);
	csv_put_str(&o, "z");
	csv_end(&o);
	assert_string_equal(b.data, "a,,,-1,9223372036854775807,,0,true,false,"
				    "1970-01-01T00:00:00Z,\r\n"
				    ",z\r\n");
}

static void
what_would_end_a_cell_is_quoted(void **state)
{
	(void)state;
	expect("plain text", "plain text");
	expect("a,b", "\"a,b\"");
	expect("a\"b", "\"a\"\"b\"");
	expect("\"", "\"\"\"\"");
	expect("a\nb", "\"a\nb\"");
	expect("a\rb", "\"a\rb\"");
	expect("a\tb;c'd", "a\tb;c'd");
}

static void
what_would_be_a_formula_gets_an_apostrophe(void **state)
{
	(void)state;
	expect("=", "'=");
	expect("+", "'+");
	expect("@", "'@");
	expect("\t", "'\t");
	expect("=1+1", "'=1+1");
	expect("=\"a\",b", "\"'=\"\"a\"\",b\"");
	expect("\r=1", "\"'\r=1\"");
	expect("\n=1", "\"'\n=1\"");
	expect("-1+1|cmd", "'-1+1|cmd");
	expect("-", "'-");
	expect("--1", "'--1");
	expect("\xef\xbc\x9d"
	       "1",
	    "'\xef\xbc\x9d"
	    "1");                                /* wide = */
	expect("\xef\xbc\xa0", "'\xef\xbc\xa0"); /* wide @ */
	expect("-5", "-5");
	expect("-1234567890", "-1234567890");
	expect("1=1", "1=1");
	expect("'=1", "'=1");
	expect("203.0.113.7", "203.0.113.7");
	expect("", "");
}

static void
hostile_bytes_become_text(void **state)
{
	(void)state;
	expect("\xff", "\xef\xbf\xbd");
	expect("a\xc3", "a\xef\xbf\xbd");
	expect("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	expect("\x1b[2J", "\xef\xbf\xbd[2J");
	expect("\x7f", "\xef\xbf\xbd");
	expect("\xc2\x9b"
	       "2J",
	    "\xef\xbf\xbd"
	    "2J"); /* an 8-bit CSI */
	expect("\xc3\xa9\xe2\x80\xae", "\xc3\xa9\xe2\x80\xae");
	expect_n("a\0=b", 4, "a\xef\xbf\xbd=b");
	expect_n("\0", 1, "\xef\xbf\xbd");
	expect_n("=\"\0", 2, "\"'=\"\"\"");
}

static void
every_byte_alone_makes_one_cell_of_valid_text(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		AUTO(buf_release) struct buf b = BUF_INIT(MAX);
		const char byte = (char)c;
		struct csv_out o;

		csv_begin(&o, &b);
		csv_put_str_n(&o, &byte, 1);
		csv_put_str(&o, "end");
		csv_end(&o);
		assert_true(b.len > strlen(",end\r\n"));
		assert_string_equal(b.data + b.len - 6, ",end\r\n");
		assert_null(memchr(b.data, '\x1b', b.len));
		assert_null(memchr(b.data, '\0', b.len));
	}
}

static void
without_room_the_buffer_says_so(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(8);
	struct csv_out o;

	(void)state;
	csv_begin(&o, &b);
	csv_put_str(&o, "a text too long");
	csv_end(&o);
	assert_true(b.failed && b.too_big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		a_row_has_a_cell_for_each_value_and_ends_with_cr_lf),
	    cmocka_unit_test(what_would_end_a_cell_is_quoted),
	    cmocka_unit_test(what_would_be_a_formula_gets_an_apostrophe),
	    cmocka_unit_test(hostile_bytes_become_text),
	    cmocka_unit_test(every_byte_alone_makes_one_cell_of_valid_text),
	    cmocka_unit_test(without_room_the_buffer_says_so),
	};

	return cmocka_run_group_tests_name("api/csv", tests, NULL, NULL);
}
