/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_read.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "f2b/conf_jail.h"
#include "t/lib/scratch.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

static struct scratch here;

static int
begin(void **state)
{
	(void)state;
	scratch_init(&here);
	assert_int_equal(mkdir(scratch_path(&here, "jail.d"), 0700), 0);
	assert_int_equal(mkdir(scratch_path(&here, "filter.d"), 0700), 0);
	assert_int_equal(mkdir(scratch_path(&here, "action.d"), 0700), 0);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	scratch_release(&here);
	return 0;
}

static void
put(const char *name, const char *text)
{
	scratch_write(&here, name, text, strlen(text));
}

/* --- one file ------------------------------------------------------------- */

static struct conf_problems problems;

static struct conf_item *
items_of(struct arena *a, const char *text, size_t len)
{
	const struct conf_read_text t = {"x", text, len};
	struct conf_item *items = NULL;
	struct error err = ERROR_INIT;

	problems = (struct conf_problems){.n = 0};
	assert_int_equal(conf_read_file(a, &t, &items, &problems, &err), 0);
	return items;
}

static void
is_item(const struct conf_item *i, unsigned line, const char *section,
    const char *name, const char *value)
{
	assert_non_null(i);
	assert_int_equal(i->line, line);
	assert_string_equal(i->section, section);
	if (name == NULL) {
		assert_null(i->name);
		return;
	}
	assert_string_equal(i->name, name);
	assert_string_equal(i->value, value);
}

static void
lines_comments_and_blanks_are_taken_as_python_does(void **state)
{
	static const char TEXT[] =
	    "# c\r\n[a]\r\nName : v ; c\r\n; c\r\n  w;x\r\n\r\n # c\r\n\ty\r\n"
	    "\r\n[b] z\rempty =\n\xc2\xa0\xc2\xa0k=[\xc3\xa9]";
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CONF_ARENA);
	const struct conf_item *i = items_of(&a, TEXT, sizeof TEXT - 1);

	(void)state;
	assert_int_equal(problems.n, 0);
	is_item(i, 2, "a", NULL, NULL);
	is_item(i->next, 3, "a", "name", "v\nw;x\n\ny");
	is_item(i->next->next, 10, "b", NULL, NULL);
	is_item(i->next->next->next, 11, "b", "empty", "\nk=[\xc3\xa9]");
	assert_null(i->next->next->next->next);
}

static void
what_fail2ban_refuses_is_a_problem_with_its_line(void **state)
{
	static const char TEXT[] = "early\n[a]\nx = 1\nX = 2\n[a]\nnothing\n"
				   "= v\n[DEFAULT]\n[DEFAULT]\n";
	static const unsigned LINES[] = {1, 4, 5, 6, 7};
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CONF_ARENA);
	const struct conf_problem *p;

	(void)state;
	(void)items_of(&a, TEXT, sizeof TEXT - 1);
	p = problems.first;
	for (size_t i = 0; i < ARRAY_LEN(LINES); i++, p = p->next) {
		assert_non_null(p);
		assert_int_equal(p->line, LINES[i]);
	}
	assert_null(p);
}

static void
bytes_that_are_no_text_have_no_items(void **state)
{
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CONF_ARENA);

	(void)state;
	assert_null(items_of(&a, "[a]\nx = \xff\n", 10));
	assert_int_equal(problems.n, 1);
	assert_null(items_of(&a, "[a]\nx = \0\n", 10));
	assert_int_equal(problems.n, 1);
	assert_non_null(items_of(&a, "[a]\nx = y\n", 10));
	assert_int_equal(problems.n, 0);
}

static void
so_many_options_are_read_and_no_more(void **state)
{
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CONF_ARENA);
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CONF_READ);

	(void)state;
	for (int i = 0; i < LIMIT_CONF_ITEMS; i++)
		buf_addf(&b, "[%d]\n", i);
	(void)items_of(&a, buf_str(&b), b.len);
	assert_int_equal(problems.n, 0);
	buf_add_str(&b, "[more]\n");
	(void)items_of(&a, buf_str(&b), b.len);
	assert_int_equal(problems.n, 1);
	assert_int_equal(problems.first->line, LIMIT_CONF_ITEMS + 1);
}

/* --- several -------------------------------------------------------------- */

static int
read_jail(const char *name, struct conf_read *r, struct conf_jail *j,
    struct error *err)
{
	struct conf_jails jails = {.set = {.n_files = 0}};

	if (conf_read_open(r, here.dir, err) < 0)
		return -1;
	if (conf_jails_read(r, "1.0", "/c", &jails, err) < 0)
		return -1;
	return conf_jail_read(
	    r, &jails, conf_set_part(&jails.set, name), j, err);
}

static void
is_option(const struct conf_jail *j, const char *name, const char *text)
{
	const struct conf_pair *p = conf_dict_find(&j->options, name);

	if (text == NULL) {
		assert_null(p);
		return;
	}
	assert_non_null(p);
	assert_string_equal(p->text, text);
}

static void
a_value_knows_where_it_is_from_and_what_it_overrides(void **state)
{
	AUTO(conf_read_release) struct conf_read r = {.dir = -1};
	struct error err = ERROR_INIT;
	const struct conf_value *v;
	struct conf_jail j;

	(void)state;
	put("jail.conf", "[a]\nmaxretry = 1\n");
	put("jail.d/2.conf", "[a]\nmaxretry = 3\n");
	put("jail.d/1.conf", "\n[a]\nmaxretry = 2\n");
	put("jail.local", "[a]\nmaxretry = %(known/maxretry)s4\n");
	assert_int_equal(read_jail("a", &r, &j, &err), 0);
	is_option(&j, "maxretry", "34");
	v = conf_dict_find(&j.options, "maxretry")->from;
	assert_string_equal(v->file, "jail.local");
	assert_int_equal(v->line, 2);
	assert_string_equal(v->over->file, "jail.d/2.conf");
	assert_string_equal(v->over->over->file, "jail.d/1.conf");
	assert_int_equal(v->over->over->line, 3);
	assert_string_equal(v->over->over->over->raw, "1");
	assert_null(v->over->over->over->over);
}

static void
a_value_that_refers_to_itself_is_a_problem_and_no_crash(void **state)
{
	AUTO(conf_read_release) struct conf_read r = {.dir = -1};
	struct error err = ERROR_INIT;
	struct conf_jail j;

	(void)state;
	put("jail.conf",
	    "[a]\nbantime = %(findtime)s\nfindtime = %(bantime)s\n"
	    "maxretry = %(none)s\nusedns = 1%\nfilter = f\naction = f\n");
	put("filter.d/f.conf", "[Definition]\nfailregex = <x>\nx = <y>\n"
			       "y = <x>\nignoreregex = <ignoreregex>\n");
	put("action.d/f.conf", "[Definition]\nactionban = <b>\n"
			       "b = <c><c><c><c>\nc = <b>\n");
	assert_int_equal(read_jail("a", &r, &j, &err), 0);
	is_option(&j, "bantime", NULL);
	is_option(&j, "usedns", NULL);
	assert_true(r.problems.n >= 6);
}

static void
values_that_grow_for_ever_end(void **state)
{
	AUTO(conf_read_release) struct conf_read r = {.dir = -1};
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CONF_READ);
	struct error err = ERROR_INIT;
	struct conf_jail j;

	(void)state;
	buf_add_str(&b, "[a]\nport = x\n");
	for (int i = 1; i <= 9; i++) {
		buf_addf(&b, "v%d =", i);
		for (int k = 0; k < 10; k++)
			buf_addf(
			    &b, i == 1 ? " 0123456789" : " %%(v%d)s", i - 1);
		buf_add_char(&b, '\n');
	}
	buf_add_str(&b, "bantime = %(v9)s\n");
	put("jail.conf", buf_str(&b));
	assert_int_equal(read_jail("a", &r, &j, &err), 0);
	is_option(&j, "bantime", NULL);
	assert_int_equal(r.problems.n, 1);
}

static bool
is_named(const char *file)
{
	static const char *const FILES[] = {"jail.conf", "one.conf", "two.conf",
	    "jail.d/x.conf", "../../../etc/passwd"};

	for (size_t i = 0; i < ARRAY_LEN(FILES); i++)
		if (str_eq(file, FILES[i]))
			return true;
	return false;
}

static void
includes_that_go_round_or_lead_out_end(void **state)
{
	AUTO(conf_read_release) struct conf_read r = {.dir = -1};
	struct error err = ERROR_INIT;
	struct conf_jail j;

	(void)state;
	put("jail.conf", "[INCLUDES]\nbefore = jail.conf\n  one.conf\n"
			 "  /etc/passwd\n  ../../../etc/passwd\n  none\n"
			 "[a]\nmaxretry = 1\n");
	put("one.conf", "[INCLUDES]\nafter = jail.conf\n  two.conf\n");
	put("two.conf", "[INCLUDES]\nafter = one.conf\n[a]\nfindtime = 2\n");
	assert_int_equal(
	    symlink("/etc/passwd", scratch_path(&here, "jail.d/x.conf")), 0);
	assert_int_equal(read_jail("a", &r, &j, &err), 0);
	is_option(&j, "findtime", "2");
	assert_true(r.problems.n >= 2);
	for (const struct conf_problem *p = r.problems.first; p != NULL;
	     p = p->next)
		if (!is_named(p->file))
			fail_msg("%s: %s", p->file, p->message);
}

static void
a_use_is_its_name_and_its_parameters(void **state)
{
	static const char TEXT[] =
	    "one[a=\"x,]y\", b='z' ,c=d e][f=]\n  two\tthree [a=b]";
	AUTO(conf_read_release)
	struct conf_read r = {.arena = ARENA_INIT(LIMIT_CONF_ARENA), .dir = -1};
	struct error err = ERROR_INIT;
	struct conf_use use;
	const char *at = TEXT;
	const char *start;
	size_t n = conf_use_next(&at, &start);

	(void)state;
	assert_int_equal(conf_use_parse(&r, start, n, &use, &err), 0);
	at = "one[a=\"x,]y\", b='z',c=d e][f=]\n  two";
	n = conf_use_next(&at, &start);
	assert_int_equal(conf_use_parse(&r, start, n, &use, &err), 1);
	assert_string_equal(use.name, "one");
	assert_string_equal(conf_dict_find(&use.params, "a")->text, "x,]y");
	assert_string_equal(conf_dict_find(&use.params, "b")->text, "z");
	assert_string_equal(conf_dict_find(&use.params, "c")->text, "d e");
	assert_string_equal(conf_dict_find(&use.params, "f")->text, "");
	n = conf_use_next(&at, &start);
	assert_int_equal(conf_use_parse(&r, start, n, &use, &err), 1);
	assert_string_equal(use.name, "two");
	assert_int_equal(conf_use_next(&at, &start), 0);
	assert_int_equal(conf_use_parse(&r, "[a=b]", 5, &use, &err), 0);
	assert_int_equal(conf_use_parse(&r, "x[a", 3, &use, &err), 0);
	assert_int_equal(conf_use_parse(&r, "x[a]", 4, &use, &err), 0);
}

static int
attempt(void *arg, struct error *err)
{
	AUTO(conf_read_release) struct conf_read r = {.dir = -1};
	struct conf_jail j;

	(void)arg;
	if (read_jail("a", &r, &j, err) < 0)
		return -1;
	is_option(&j, "bantime", "12");
	return 0;
}

static void
every_allocation_may_fail(void **state)
{
	(void)state;
	put("jail.conf", "[DEFAULT]\nfindtime = 1\n[a]\n"
			 "bantime = %(findtime)s2\nfilter = f[m=n]\n"
			 "action = f[name=x]\n");
	put("jail.d/1.local", "[a]\nfailregex = %(known/failregex)s\n  x\n");
	put("filter.d/f.conf",
	    "[Definition]\nfailregex = <m>\n[Init]\nm = 1\n");
	put("action.d/f.conf", "[Definition]\nactionban = <name> <ip>\n");
	assert_true(torture_run(attempt, NULL) > 0);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		lines_comments_and_blanks_are_taken_as_python_does),
	    cmocka_unit_test(what_fail2ban_refuses_is_a_problem_with_its_line),
	    cmocka_unit_test(bytes_that_are_no_text_have_no_items),
	    cmocka_unit_test(so_many_options_are_read_and_no_more),
	    CASE(a_value_knows_where_it_is_from_and_what_it_overrides),
	    CASE(a_value_that_refers_to_itself_is_a_problem_and_no_crash),
	    CASE(values_that_grow_for_ever_end),
	    CASE(includes_that_go_round_or_lead_out_end),
	    cmocka_unit_test(a_use_is_its_name_and_its_parameters),
	    CASE(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
