/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

enum { TEXT_MAX = 256 * 1024 };

static const char GOOD[] = "# what this is\n"
			   "[DEFAULT]\n"
			   "bantime = 600\n"
			   "\n"
			   "[sshd]\n"
			   "enabled=true\n"
			   "ignoreip =\n"
			   "failregex = ^a b <HOST>$\n"
			   "\t^c  d \xc3\xa9 <HOST>$  \n"
			   "    ^e;f#g <HOST>$\n";

static int
parse(const char *text, struct conf_text *out, struct error *err)
{
	return conf_text_parse(text, strlen(text), "text", out, err);
}

static void
is(const struct conf_text *t, const char *section, const char *name,
    const char *value)
{
	const struct conf_entry *e = conf_text_find(t, section, name);

	assert_non_null(e);
	assert_string_equal(e->value, value);
}

static void
sections_options_and_values_of_many_lines_are_read(void **state)
{
	AUTO(conf_text_release) struct conf_text t = CONF_TEXT_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(parse(GOOD, &t, &err), 0);
	assert_int_equal(t.n, 4);
	is(&t, "DEFAULT", "bantime", "600");
	is(&t, "sshd", "enabled", "true");
	is(&t, "sshd", "ignoreip", "");
	is(&t, "sshd", "failregex",
	    "^a b <HOST>$\n^c  d \xc3\xa9 <HOST>$\n^e;f#g <HOST>$");
	assert_null(conf_text_find(&t, "sshd", "bantime"));
}

static void
what_is_written_is_read_the_same(void **state)
{
	AUTO(conf_text_release) struct conf_text t = CONF_TEXT_INIT;
	AUTO(conf_text_release) struct conf_text again = CONF_TEXT_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	AUTO(buf_release) struct buf twice = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(parse(GOOD, &t, &err), 0);
	conf_text_write(&t, &text);
	assert_string_equal(buf_str(&text),
	    "[DEFAULT]\nbantime = 600\n\n[sshd]\nenabled = true\nignoreip =\n"
	    "failregex = ^a b <HOST>$\n\t^c  d \xc3\xa9 <HOST>$\n"
	    "\t^e;f#g <HOST>$\n");
	assert_int_equal(parse(buf_str(&text), &again, &err), 0);
	conf_text_write(&again, &twice);
	assert_string_equal(buf_str(&twice), buf_str(&text));
}

static void
a_text_that_two_readers_could_read_in_two_ways_is_refused(void **state)
{
	static const struct {
		const char *text;
		const char *field;
	} BAD[] = {
	    {"enabled = true\n",                     "text.line 1"}, /* no section */
	    {"[a]\nx = 1",			   "text.line 2"}, /* no end */
	    {"[a]\nx: 1\n",                          "text.line 2"},
            {"[a]\nx\n",                             "text.line 2"},
	    {"[a]\nX = 1\n",                         "text.line 2"}, /* upper case */
	    {"[a]\nx y = 1\n",                       "text.line 2"},
            {"[a]\n = 1\n",                          "text.line 2"},
	    {"[a]\nx = 1 ;2\n",                      "text.line 2"}, /* comment */
	    {"[a]\nx = ;2\n",                        "text.line 2"},
	    {"[a]\nx = 1\n\t#2\n",                   "text.line 3"},
	    {"[a]\nx = #1\n",                        "text.line 2"},
	    {"[a]\nx = 1\n\t;2\n",                   "text.line 3"},
	    {"[a]\nx = 1\n\t2 ;3\n",                 "text.line 3"},
	    {"[a]\nx =\n\t2\n",                      "text.line 3"}, /* "\n2" */
	    {"[a]\nx = 1\n\n\t2\n",                  "text.line 4"},
	    {"[a]\nx = 1\n# no\n\t2\n",              "text.line 4"},
	    {"[a]\n\tx = 1\n",                       "text.line 2"},
	    {"[a]\nx = 1\nx = 2\n",                  "text.line 3"},
	    {"[a]\nx = 1\n[b]\ny = 1\n[a]\nz = 1\n", "text.line 5"},
	    {"[a]\n[b]\nx = 1\n",                    "text.line 2"}, /* empty */
	    {"[a]\n",				"text.line 1"},
            {"[a] x\nx = 1\n",                       "text.line 1"},
	    {"[a b]\nx = 1\n",                       "text.line 1"},
            {"[]\nx = 1\n",                          "text.line 1"},
	    {"[../a]\nx = 1\n",                      "text.line 1"},
	    {"[Init?family=inet6]\nx = 1\n",         "text.line 1"},
	    {"[a]\r\nx = 1\r\n",                     "text.line 1"},
	    {"[a]\nx = 1\rfoo\n",                    "text.line 2"},
	    {"[a]\nx = 1\t2\n",                      "text.line 2"},
	    {"[a]\nx = 1\v2\n",                      "text.line 2"},
	    {"[a]\nx = \x7f\n",                      "text.line 2"},
	    {"[a]\nx = \xff\n",                      "text.line 2"},
	    {"[a]\nx = 1\xc2\x85\n",                 "text.line 2"}, /* NEL */
	    {"[a]\nx = 1\xc2\xa0\n",                 "text.line 2"}, /* NBSP */
	    {"[a]\nx = 1\xe2\x80\xa8\n",             "text.line 2"}, /* U+2028 */
	    {"[a]\nx = 1\xe3\x80\x80\n",             "text.line 2"}, /* U+3000 */
	    {"\xef\xbb\xbf[a]\nx = 1\n",             "text.line 1"}, /* BOM */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		AUTO(conf_text_release) struct conf_text t = CONF_TEXT_INIT;
		struct error err = ERROR_INIT;

		if (parse(BAD[i].text, &t, &err) == 0)
			fail_msg("taken: %s", BAD[i].text);
		assert_int_equal(err.code, ERR_INVALID);
		assert_int_equal(err.n_fields, 1);
		assert_string_equal(err.fields[0].name, BAD[i].field);
		assert_int_equal(t.n, 0);
	}
}

static void
a_nul_is_no_end(void **state)
{
	static const char TEXT[] = "[a]\nx = 1\0\ny = 2\n";
	struct conf_text t = CONF_TEXT_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(
	    conf_text_parse(TEXT, sizeof TEXT - 1, "text", &t, &err), -1);
	assert_string_equal(err.fields[0].name, "text.line 2");
}

/* n options, lines of a value, and bytes of a line. */
static bool
takes(size_t options, size_t lines, size_t bytes)
{
	AUTO(conf_text_release) struct conf_text t = CONF_TEXT_INIT;
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;

	buf_add_str(&text, "[a]\n");
	for (size_t i = 0; i < options; i++)
		buf_addf(&text, "x%zu = 1\n", i);
	for (size_t i = 1; i < lines; i++)
		buf_add_str(&text, "\t2\n");
	buf_add_str(&text, "y = ");
	for (size_t i = 4; i < bytes; i++)
		buf_add_char(&text, 'y');
	buf_add_str(&text, "\n");
	assert_int_equal(buf_check(&text, &err), 0);
	return parse(buf_str(&text), &t, &err) == 0;
}

static void
the_limits_hold_on_both_sides(void **state)
{
	(void)state;
	assert_true(takes(LIMIT_CONF_OPTIONS - 1, 1, 10));
	assert_false(takes(LIMIT_CONF_OPTIONS, 1, 10));
	assert_true(takes(1, LIMIT_CONF_LINES, 10));
	assert_false(takes(1, LIMIT_CONF_LINES + 1, 10));
	assert_true(takes(1, 1, LIMIT_CONF_LINE));
	assert_false(takes(1, 1, LIMIT_CONF_LINE + 1));
}

static int
attempt(void *arg, struct error *err)
{
	AUTO(conf_text_release) struct conf_text t = CONF_TEXT_INIT;

	(void)arg;
	if (parse(GOOD, &t, err) < 0) {
		assert_int_equal(t.n, 0);
		return -1;
	}
	return 0;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	assert_true(torture_run(attempt, NULL) > 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		sections_options_and_values_of_many_lines_are_read),
	    cmocka_unit_test(what_is_written_is_read_the_same),
	    cmocka_unit_test(
		a_text_that_two_readers_could_read_in_two_ways_is_refused),
	    cmocka_unit_test(a_nul_is_no_end),
	    cmocka_unit_test(the_limits_hold_on_both_sides),
	    cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
