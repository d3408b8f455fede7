/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_stream.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "f2b/conf_issue.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

static void
words_are(const char *line, const char *joined)
{
	AUTO(str_list_release) struct str_list l = STR_LIST_INIT;
	AUTO(buf_release) struct buf b = BUF_INIT(10000);
	struct error err = ERROR_INIT;

	if (conf_stream_words(line, strlen(line), &l, &err) != 1)
		fail_msg("no list: %s", line);
	for (size_t i = 0; i < l.n; i++)
		buf_addf(&b, "%s|", l.items[i]);
	assert_string_equal(buf_str(&b), joined);
}

static void
pythons_lists_are_read(void **state)
{
	(void)state;
	words_are("[]", "");
	words_are("['set', 'x', 'maxretry', 5]", "set|x|maxretry|5|");
	words_are("['set', 'x', 'maxretry', None, True, -1, 1.5]",
	    "set|x|maxretry|None|True|-1|1.5|");
	words_are("['m', ['a', ['b', 'c']], ('d',)]", "m|a|b|c|d|");
	words_are("['', \"it's\", 'a\"b', 'c\\'d']", "|it's|a\"b|c'd|");
	words_are("['\\\\d\\n\\t\\r']", "\\d\n\t\r|");
	words_are("['\\x41\\xe9\\u20ac\\U0001f600 \xc3\xa9']",
	    "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 \xc3\xa9|");
	/* what no C text holds */
	words_are("['a\\x00b\\udce4c']", "a\xef\xbf\xbd"
					 "b\xef\xbf\xbd"
					 "c|");
}

static void
what_is_no_list_is_refused(void **state)
{
	static const char *const BAD[] = {"", "x", "[", "['a'", "['a]",
	    "['a' 'b']", "['a',, 'b']", "['a'] ", "['a'])", "['\\q']",
	    "['\\x4']", "['\\x4g']", "['\\", "{'a': 1}", "[{'a': 1}]",
	    "['a', (']", "[[[[[[[[[['a']]]]]]]]]]", "print(1)"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		AUTO(str_list_release) struct str_list l = STR_LIST_INIT;
		struct error err = ERROR_INIT;

		if (conf_stream_words(BAD[i], strlen(BAD[i]), &l, &err) != 0)
			fail_msg("taken: %s", BAD[i]);
		assert_int_equal(l.n, 0);
	}
}

/* How many errors there are in a stream with this command for the jail x. */
static size_t
errors_of(const char *command)
{
	AUTO(conf_stream_release) struct conf_stream s = CONF_STREAM_INIT;
	AUTO(conf_issues_release) struct conf_issues l = CONF_ISSUES_INIT;
	AUTO(buf_release) struct buf b = BUF_INIT(10000);
	struct error err = ERROR_INIT;

	buf_addf(&b,
	    "['set', 'loglevel', 'INFO']\n['add', 'x', 'auto']\n%s\n"
	    "['start', 'x']\n",
	    command);
	assert_int_equal(conf_stream_read(&b, NULL, &s, &l, &err), 0);
	assert_int_equal(s.n, 1);
	assert_int_equal(s.started.n, 1);
	return l.n_errors;
}

static void
what_the_server_would_refuse_is_found(void **state)
{
	static const char *const BAD[] = {"['set', 'x', 'maxretry', 'abc']",
	    "['set', 'x', 'maxretry', None]", "['set', 'x', 'maxlines', 0]",
	    "['set', 'x', 'bantime', '1x']", "['set', 'x', 'bantime', '']",
	    "['set', 'x', 'bantime', '__import__(\"os\")']",
	    "['set', 'x', 'bantime', '1 +']", "['set', 'x', 'bantime', '10*']",
	    "['set', 'x', 'bantime', '007']",
	    "['set', 'x', 'findtime', 'soon']",
	    "['set', 'x', 'bantime.factor', 'a']",
	    "['set', 'x', 'addignoreip', '::1', '192.0.2.0/abc']",
	    "['set', 'x', 'addlogpath', '/', 'head']",
	    "['set', 'x', 'addlogpath', '/nowhere', 'head']",
	    "['set', 'dbpurgeage', '1x']", "['set', 'loglevel', 'LOUD']",
	    "['set', 'other', 'maxretry', 5]", "['add', 'x']", "nonsense",
	    "['config-error', \"Jail 'x' skipped: no filter 'y'\"]",
	    "['eval', '1']"};
	static const char *const GOOD[] = {"['set', 'x', 'maxretry', 5]",
	    "['set', 'x', 'bantime', '600']", "['set', 'x', 'bantime', '-1']",
	    "['set', 'x', 'bantime', '1h 30m']",
	    "['set', 'x', 'bantime', '1d12h']",
	    "['set', 'x', 'bantime', '1.5 days']",
	    "['set', 'x', 'bantime', '10 * 60']",
	    "['set', 'x', 'bantime.factor', '24']",
	    "['set', 'x', 'addignoreip']",
	    "['set', 'x', 'addignoreip', '127.0.0.1/8', '::1', 'a.example']",
	    "['set', 'x', 'addignoreip', '192.0.2.0/255.255.255.0']",
	    "['set', 'x', 'addlogpath', '/proc/self/status', 'tail']",
	    "['set', 'dbpurgeage', '1d']", "['set', 'x', 'unheard-of', 'y']",
	    "['multi-set', 'x', 'action', 'a', [['actionban', 'id']]]"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		if (errors_of(BAD[i]) != 1)
			fail_msg("%s: %zu errors", BAD[i], errors_of(BAD[i]));
	for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
		if (errors_of(GOOD[i]) != 0)
			fail_msg("refused: %s", GOOD[i]);
}

static void
an_unknown_backend_is_found(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(1000);
	AUTO(conf_stream_release) struct conf_stream s = CONF_STREAM_INIT;
	AUTO(conf_issues_release) struct conf_issues l = CONF_ISSUES_INIT;
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_str(&b, "['add', 'x', 'nosuch']\n['start', 'x']");
	assert_int_equal(conf_stream_read(&b, NULL, &s, &l, &err), 0);
	assert_int_equal(l.n_errors, 1);
	assert_string_equal(l.items[0].where, "x");
}

static const char STREAM[] =
    "['add', 'b', 'auto']\n['add', 'a', 'auto']\n"
    "['set', 'a', 'prefregex', '^p']\n"
    "['set', 'a', 'addfailregex', '^one']\n"
    "['multi-set', 'a', 'addignoreregex', ['^two', '^three']]\n"
    "['set', 'a', 'datepattern', 'EPOCH']\n"
    "['set', 'a', 'logencoding', 'utf-8']\n"
    "['start', 'b']\n['start', 'a']\n['config-error', 'x']\n";

static int
attempt(void *arg, struct error *err)
{
	AUTO(conf_stream_release) struct conf_stream s = CONF_STREAM_INIT;
	AUTO(conf_issues_release) struct conf_issues l = CONF_ISSUES_INIT;
	const struct conf_stream_jail *j;

	if (conf_stream_read(arg, NULL, &s, &l, err) < 0)
		return -1;
	assert_int_equal(s.n, 2);
	j = &s.jails[1];
	assert_string_equal(j->name, "a");
	assert_int_equal(j->fail.n, 1);
	assert_int_equal(j->ignore.n, 3);
	assert_string_equal(j->ignore.items[2], "^three");
	assert_string_equal(j->date_pattern, "EPOCH");
	assert_string_equal(j->encoding, "utf-8");
	assert_null(s.jails[0].encoding);
	assert_string_equal(s.started.items[0], "a");
	assert_string_equal(s.started.items[1], "b");
	return 0;
}

static void
patterns_are_kept_for_the_judge_and_any_allocation_may_fail(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(1000);

	(void)state;
	buf_add_str(&b, STREAM);
	assert_true(torture_run(attempt, &b) > 20);
}

static void
of_other_jails_only_their_start_is_seen(void **state)
{
	AUTO(conf_stream_release) struct conf_stream s = CONF_STREAM_INIT;
	AUTO(conf_issues_release) struct conf_issues l = CONF_ISSUES_INIT;
	AUTO(buf_release) struct buf b = BUF_INIT(1000);
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_str(&b, "['set', 'loglevel', 'LOUD']\n"
			"['add', 'x', 'nosuch']\n"
			"['set', 'x', 'bantime', '1x']\n"
			"['config-error', \"Jail 'z' skipped\"]\n"
			"['add', 'y', 'auto']\n"
			"['set', 'y', 'addfailregex', 'a']\n"
			"['start', 'x']\n['start', 'y']\n");
	assert_int_equal(conf_stream_read(&b, "y", &s, &l, &err), 0);
	assert_int_equal(l.n_errors, 1); /* of the server itself */
	assert_int_equal(s.n, 1);
	assert_int_equal(s.jails[0].fail.n, 1);
	assert_int_equal(s.started.n, 2);
}

static void
issues_tell_no_path_of_the_server(void **state)
{
	static const struct {
		const char *said, *told;
	} CASES[] = {
	    {"File '/tmp/t/tree/jail.d/x.local' bad",
             "File 'jail.d/x.local' bad"                                     },
	    {"open /var/log/auth.log: no",            "open auth.log: no"    },
	    {"a/b c",				 "a/b c"                },
	    {"/etc/shadow",                           "shadow"               },
	    {"/tmp/t/treehouse",                      "treehouse"            },
	    {"1 / 2",				 "1 / 2"                },
	    {"x=/a/b,/c/d/",                          "x=b,d/"               },
	    {"tab\there\x1b[1m",                      "tab here [1m"         },
	    {"bad \xff byte",                         "bad \xef\xbf\xbd byte"},
	    {"under '/tmp/t/tree'",                   "under 'tree'"         },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		AUTO(conf_issues_release)
		struct conf_issues l = CONF_ISSUES_INIT;
		const struct conf_said said = {
		    CASES[i].said, strlen(CASES[i].said), "/tmp/t/tree"};
		struct error err = ERROR_INIT;

		assert_int_equal(
		    conf_issues_quote(&l, CONF_WARNING, "", &said, &err), 0);
		assert_string_equal(l.items[0].text, CASES[i].told);
		assert_int_equal(l.n_errors, 0);
	}
}

static void
there_is_room_for_so_many_issues(void **state)
{
	AUTO(conf_issues_release) struct conf_issues l = CONF_ISSUES_INIT;
	struct error err = ERROR_INIT;
	char text[LIMIT_CONF_ISSUE + 100];
	const struct conf_said said = {text, sizeof text, ""};

	(void)state;
	memset(text, 'x', sizeof text);
	for (size_t i = 0; i < LIMIT_CONF_ISSUES + 5; i++)
		assert_int_equal(
		    conf_issues_quote(&l, CONF_ERROR, "", &said, &err), 0);
	assert_int_equal(l.n, LIMIT_CONF_ISSUES);
	assert_int_equal(l.n_errors, LIMIT_CONF_ISSUES + 5);
	assert_int_equal(strlen(l.items[0].text), LIMIT_CONF_ISSUE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pythons_lists_are_read),
	    cmocka_unit_test(what_is_no_list_is_refused),
	    cmocka_unit_test(what_the_server_would_refuse_is_found),
	    cmocka_unit_test(an_unknown_backend_is_found),
	    cmocka_unit_test(
		patterns_are_kept_for_the_judge_and_any_allocation_may_fail),
	    cmocka_unit_test(of_other_jails_only_their_start_is_seen),
	    cmocka_unit_test(issues_tell_no_path_of_the_server),
	    cmocka_unit_test(there_is_room_for_so_many_issues),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
