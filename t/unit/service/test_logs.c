/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/logs/logs.h"

#include <string.h>

#include "base/error.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

#define HEAD "2026-11-24 17:25:50,123 fail2ban.filter         [714]: "

static const char TEXT[] = HEAD
    "DEBUG   [sshd] one\n" HEAD "NOTICE  [sshd] Ban 203.0.113.7\n" HEAD
    "ERROR   went wrong\n"
    "Traceback (most recent call last):\n"
    "  2026 fail2ban [1]: DEBUG   no level\n" HEAD
    "INFO    [sshd] Found ERROR   203.0.113.7\n" HEAD "LOUD    what is that\n"
    "the end";

static void
put(struct logs *l, const char *text, size_t n)
{
	buf_clear(&l->text);
	buf_add(&l->text, text, n);
}

/* What was picked: the level of each, or - , and the last word. */
static void
assert_picked(struct logs *l, const struct logs_ask *ask, const char *expected)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4096);
	struct error err = ERROR_INIT;

	assert_int_equal(logs_pick(l, ask, &err), 0);
	for (size_t i = 0; i < l->n; i++) {
		const struct logs_line *line = &l->lines[i];
		const char *name = logs_level_name(line->level);
		const char *word = memrchr(line->text, ' ', line->len);

		assert_non_null(word);
		buf_add_str(&b, name == NULL ? "-" : name);
		buf_add(&b, word, line->len - (size_t)(word - line->text));
		buf_add_char(&b, ';');
	}
	assert_string_equal(buf_str(&b), expected);
}

static void
lines_have_the_level_that_fail2ban_gave_them(void **state)
{
	AUTO(logs_release) struct logs l = LOGS_INIT;
	struct logs_ask ask = {.lines = 100};

	(void)state;
	put(&l, TEXT, sizeof TEXT - 1);
	assert_picked(&l, &ask,
	    "DEBUG one;NOTICE 203.0.113.7;ERROR wrong;ERROR last):;"
	    "ERROR level;INFO 203.0.113.7;INFO that;INFO end;");
	assert_int_equal(l.matched, 8);
	assert_false(l.truncated);
	ask.least = LOGS_NOTICE;
	assert_picked(&l, &ask,
	    "NOTICE 203.0.113.7;ERROR wrong;ERROR last):;ERROR level;");
	ask.least = LOGS_CRITICAL;
	assert_picked(&l, &ask, "");
}

static void
the_last_lines_that_fit_are_picked(void **state)
{
	AUTO(logs_release) struct logs l = LOGS_INIT;
	struct logs_ask ask = {.lines = 1, .q = "bAN 203"};

	(void)state;
	put(&l, TEXT, sizeof TEXT - 1);
	assert_picked(&l, &ask, "NOTICE 203.0.113.7;");
	assert_false(l.truncated);
	ask.q = "203.0.113.7";
	assert_picked(&l, &ask, "INFO 203.0.113.7;");
	assert_int_equal(l.matched, 2);
	assert_true(l.truncated);
	ask.lines = 2;
	assert_picked(&l, &ask, "NOTICE 203.0.113.7;INFO 203.0.113.7;");
	assert_false(l.truncated);
	ask.q = "204";
	assert_picked(&l, &ask, "");
}

static void
nothing_and_bytes_of_no_text_are_lines_like_others(void **state)
{
	static const char ODD[] = "a \0x\n\n \xff\xfe\n";
	AUTO(logs_release) struct logs l = LOGS_INIT;
	struct error err = ERROR_INIT;
	struct logs_ask ask = {.lines = 100};

	(void)state;
	put(&l, "", 0);
	assert_picked(&l, &ask, "");
	put(&l, ODD, sizeof ODD - 1);
	assert_int_equal(logs_pick(&l, &ask, &err), 0);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.lines[0].len, 4);
	assert_int_equal(l.lines[1].len, 0);
	assert_int_equal(l.lines[2].len, 3);
	ask.q = "x";
	assert_int_equal(logs_pick(&l, &ask, &err), 0);
	assert_int_equal(l.n, 1);
}

/* ... and not in the middle of a character. */
static void
a_line_is_cut_at_its_limit(void **state)
{
	static const char EURO[] = "\xe2\x82\xac";
	AUTO(logs_release) struct logs l = LOGS_INIT;
	struct error err = ERROR_INIT;
	struct logs_ask ask = {.lines = 100};

	(void)state;
	for (size_t i = 0; i < LIMIT_LOG_LINE - 2; i++)
		buf_add_char(&l.text, 'x');
	buf_add_str(&l.text, "yz\n");
	for (size_t i = 0; i < LIMIT_LOG_LINE - 1; i++)
		buf_add_char(&l.text, 'x');
	buf_add_str(&l.text, EURO);
	assert_int_equal(logs_pick(&l, &ask, &err), 0);
	assert_int_equal(l.n, 2);
	assert_int_equal(l.lines[0].len, LIMIT_LOG_LINE);
	assert_false(l.lines[0].cut);
	assert_int_equal(l.lines[1].len, LIMIT_LOG_LINE - 1);
	assert_true(l.lines[1].cut);
}

static void
a_file_of_nearly_what_is_read_may_have_had_more(void **state)
{
	AUTO(logs_release) struct logs l = LOGS_INIT;
	struct error err = ERROR_INIT;
	struct logs_ask ask = {.lines = LIMIT_LOG_LINES};

	(void)state;
	while (l.text.len < LIMIT_TAIL_BYTES - LIMIT_LOG_LINE)
		buf_add_char(&l.text, 'x');
	assert_int_equal(logs_pick(&l, &ask, &err), 0);
	assert_false(l.truncated);
	buf_add_char(&l.text, 'x');
	assert_int_equal(logs_pick(&l, &ask, &err), 0);
	assert_true(l.truncated);
}

static void
without_memory_nothing_changes(void **state)
{
	AUTO(logs_release) struct logs l = LOGS_INIT;
	struct error err = ERROR_INIT;
	struct logs_ask ask = {.lines = 100};

	(void)state;
	put(&l, TEXT, sizeof TEXT - 1);
	torture_arm(1);
	assert_int_equal(logs_pick(&l, &ask, &err), -1);
	assert_true(torture_disarm());
	assert_int_equal(err.code, ERR_NOMEM);
	assert_int_equal(l.n, 0);
	assert_null(l.lines);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lines_have_the_level_that_fail2ban_gave_them),
	    cmocka_unit_test(the_last_lines_that_fit_are_picked),
	    cmocka_unit_test(
		nothing_and_bytes_of_no_text_are_lines_like_others),
	    cmocka_unit_test(a_line_is_cut_at_its_limit),
	    cmocka_unit_test(a_file_of_nearly_what_is_read_may_have_had_more),
	    cmocka_unit_test(without_memory_nothing_changes),
	};

	return cmocka_run_group_tests_name("logs", tests, NULL, NULL);
}
