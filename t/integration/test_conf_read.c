/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What BanGUI reads in a configuration is what fail2ban's own client would
 * send of it (fail2ban-client -d): for every jail, filter and action of the
 * tree that this machine has, and of a tree full of traps.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/conf_jail.h"
#include "f2b/conf_place.h"
#include "f2b/conf_stream.h"
#include "f2b/run.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { TREE_SIZE = 300, PATH_SIZE = 512 };

#define STOCK "/etc/fail2ban" /* as the distribution installs it */

static struct {
	struct scratch scratch;
	char tree[TREE_SIZE];
	struct conf_place place;
	struct error err;
} here;

static void
must(int rc)
{
	if (rc < 0)
		fail_msg("%s: %s", err_name(here.err.code), here.err.detail);
}

/* --- what is compared ----------------------------------------------------- */

/* A sorted list of facts: a command, cut so that order does not count. */
static void
add(struct str_list *facts, const char *jail, const char *what,
    const char *name, const char *value)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_RUN_OUTPUT);

	buf_addf(&b, "%s %s", jail, what);
	if (name != NULL)
		buf_addf(&b, " %s", name);
	if (value != NULL)
		buf_addf(&b, " = %s", value);
	must(buf_check(&b, &here.err));
	if (!str_list_has(facts, buf_str(&b)))
		must(str_list_add(facts, buf_str(&b), b.len, &here.err));
}

static void
join(char *const *w, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++)
		buf_addf(out, "%s%s", i > 0 ? " " : "", w[i]);
}

static void
take_set(struct str_list *facts, char *const *w, size_t n)
{
	AUTO(buf_release) struct buf all = BUF_INIT(LIMIT_RUN_OUTPUT);

	if (n < 4)
		return; /* of the server */
	if (str_eq(w[2], "action")) {
		for (size_t i = 4; i + 1 < n; i += 2)
			add(facts, w[1], w[3], w[i], w[i + 1]);
	} else if (str_eq(w[2], "addaction")) {
		add(facts, w[1], w[2], w[3], NULL);
	} else if (str_eq(w[2], "addlogpath")) {
		add(facts, w[1], w[2], w[3], w[4]);
	} else if (str_eq(w[2], "addjournalmatch")) {
		join(w + 3, n - 3, &all);
		add(facts, w[1], w[2], NULL, buf_str(&all));
	} else {
		for (size_t i = 3; i < n; i++)
			add(facts, w[1], w[2], NULL, w[i]);
	}
}

static void
take_line(struct str_list *facts, const char *line, size_t len)
{
	AUTO(str_list_release) struct str_list words = STR_LIST_INIT;
	int rc = conf_stream_words(line, len, &words, &here.err);

	must(rc);
	if (rc == 0 || words.n < 2)
		return;
	if (str_eq(words.items[0], "add"))
		add(facts, words.items[1], "backend", NULL, words.items[2]);
	else if (str_eq(words.items[0], "start"))
		add(facts, words.items[1], "starts", NULL, NULL);
	else if (str_eq(words.items[0], "config-error"))
		fail_msg("%s", words.items[1]);
	else
		take_set(facts, words.items, words.n);
}

/* What fail2ban says. */
static void
ask_fail2ban(struct str_list *facts)
{
	const char *args[] = {"-c", here.tree, "-d"};
	const struct run_call call = {.program = RUN_CLIENT,
	    .args = args,
	    .n_args = ARRAY_LEN(args),
	    .wall_ms = 60000,
	    .cpu_s = 60};
	AUTO(run_result_release) struct run_result r;

	run_result_init(&r);
	must(run(&here.place.programs, &call, &r, &here.err));
	if (r.exit_code != 0)
		fail_msg("%.*s", 900,
		    buf_str(&r.errors) +
			(r.errors.len > 900 ? r.errors.len - 900 : 0));
	for (const char *at = buf_str(&r.out); *at != '\0';) {
		size_t len = strcspn(at, "\n");

		take_line(facts, at, len);
		at += len + (at[len] == '\n' ? 1 : 0);
	}
	str_list_sort(facts);
}

/* --- what BanGUI says ----------------------------------------------------- */

static const char *
converted(const char *name, const char *text)
{
	switch (conf_convert_of(name)) {
	case CONF_AS_BOOL:
		return conf_is_true(text) ? "True" : "False";
	case CONF_AS_INT:
		return conf_is_int(text) ? text : "None";
	case CONF_AS_TEXT:
		break;
	}
	return text;
}

static void
add_lines(struct str_list *facts, const char *jail, const char *what,
    const char *text, const char *separators)
{
	while (*text != '\0') {
		size_t len = strcspn(text, separators);
		AUTO(str_freep) char *part = strndup(text, len);

		assert_non_null(part);
		if (len > 0)
			add(facts, jail, what, NULL, part);
		text += len + (text[len] == '\0' ? 0 : 1);
	}
}

static void
add_log(struct str_list *facts, const char *jail, char *line)
{
	char *tail = strrchr(line, ' ');
	glob_t g;

	if (tail != NULL)
		*tail++ = '\0';
	if (glob(line, 0, NULL, &g) != 0)
		return;
	for (size_t i = 0; i < g.gl_pathc; i++)
		add(facts, jail, "addlogpath", g.gl_pathv[i],
		    tail == NULL ? "head" : tail);
	globfree(&g);
}

static void
add_logs(struct str_list *facts, const char *jail, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		AUTO(str_freep) char *line = strndup(text, len);

		assert_non_null(line);
		add_log(facts, jail, line);
		text += len + (text[len] == '\0' ? 0 : 1);
	}
}

/* Of the jail or its filter. */
static void
add_option(struct str_list *facts, const struct conf_jail *j,
    const struct conf_pair *p)
{
	if (str_eq(p->name, "failregex"))
		add_lines(facts, j->name, "addfailregex", p->text, "\n");
	else if (str_eq(p->name, "ignoreregex"))
		add_lines(facts, j->name, "addignoreregex", p->text, "\n");
	else if (str_eq(p->name, "journalmatch"))
		add_lines(facts, j->name, "addjournalmatch", p->text, "\n");
	else if (str_eq(p->name, "ignoreip"))
		add_lines(facts, j->name, "addignoreip", p->text, " ,\n");
	else if (str_eq(p->name, "logpath"))
		add_logs(facts, j->name, p->text);
	else if (!str_eq(p->name, "backend") && !str_eq(p->name, "action") &&
		 !str_eq(p->name, "filter") && !str_eq(p->name, "enabled"))
		add(facts, j->name, p->name, NULL, converted(p->name, p->text));
}

static void
add_action(struct str_list *facts, const struct conf_jail *j,
    const struct conf_jail_action *a)
{
	assert_false(a->missing);
	add(facts, j->name, "addaction", a->name, NULL);
	for (const struct conf_pair *p = a->options.first; p != NULL;
	     p = p->next)
		add(facts, j->name, a->name, p->name,
		    converted(p->name, p->text));
}

static void
add_jail(struct str_list *facts, const struct conf_jail *j)
{
	const struct conf_pair *backend =
	    conf_dict_find(&j->options, "backend");
	bool journal = backend != NULL && str_starts(backend->text, "systemd");

	if (j->filter_missing)
		fail_msg("%s has no filter %s", j->name, j->filter.name);
	add(facts, j->name, "starts", NULL, NULL);
	add(facts, j->name, "backend", NULL,
	    backend == NULL ? "auto" : backend->text);
	for (const struct conf_pair *p = j->filter_options.first; p != NULL;
	     p = p->next)
		add_option(facts, j, p);
	for (const struct conf_pair *p = j->options.first; p != NULL;
	     p = p->next)
		if (!journal || !str_eq(p->name, "logpath"))
			add_option(facts, j, p);
	for (const struct conf_jail_action *a = j->actions; a != NULL;
	     a = a->next)
		add_action(facts, j, a);
}

static size_t
ask_bangui(struct str_list *facts)
{
	AUTO(conf_read_release) struct conf_read r = {.dir = -1};
	struct run_result v;
	const char *version_args[] = {"-V"};
	const struct run_call version = {.program = RUN_CLIENT,
	    .args = version_args,
	    .n_args = 1,
	    .wall_ms = 20000,
	    .cpu_s = 20};
	struct conf_jails jails;
	size_t n = 0;

	run_result_init(&v);
	must(run(&here.place.programs, &version, &v, &here.err));
	must(conf_read_open(&r, here.tree, &here.err));
	v.out.data[strcspn(v.out.data, "\n")] = '\0';
	assert_int_equal(
	    conf_jails_read(&r, v.out.data, here.tree, &jails, &here.err), 1);
	for (const struct conf_part *p = jails.set.parts; p != NULL;
	     p = p->next) {
		struct conf_jail j;

		if (!conf_is_jail_part(p))
			continue;
		must(conf_jail_read(&r, &jails, p, &j, &here.err));
		if (j.enabled)
			add_jail(facts, &j);
		n += j.enabled ? 1 : 0;
	}
	for (const struct conf_problem *p = r.problems.first; p != NULL;
	     p = p->next)
		print_message("%s:%u %s\n", p->file, p->line, p->message);
	assert_int_equal(r.problems.n, 0);
	run_result_release(&v);
	str_list_sort(facts);
	return n;
}

/* Each of a that is not in b; both are sorted. */
static size_t
print_others(const struct str_list *a, const struct str_list *b, char mark)
{
	size_t k = 0;
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++) {
		while (k < b->n && strcmp(b->items[k], a->items[i]) < 0)
			k++;
		if (k < b->n && str_eq(b->items[k], a->items[i]))
			continue;
		if (n++ < 20)
			print_message("%c %s\n", mark, a->items[i]);
	}
	return n;
}

static size_t
compare(size_t facts_min)
{
	AUTO(str_list_release) struct str_list theirs = STR_LIST_INIT;
	AUTO(str_list_release) struct str_list ours = STR_LIST_INIT;
	size_t n;

	ask_fail2ban(&theirs);
	n = ask_bangui(&ours);
	assert_true(theirs.n >= facts_min);
	assert_int_equal(print_others(&theirs, &ours, '-') +
			     print_others(&ours, &theirs, '+'),
	    0);
	return n;
}

/* --- the trees ------------------------------------------------------------ */

static void
put(const char *name, const char *text)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof path, "tree/%s", name);
	scratch_write(&here.scratch, path, text, strlen(text));
}

static void
make_dir(const char *name)
{
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof path, "tree%s", name);
	assert_int_equal(mkdir(scratch_path(&here.scratch, path), 0700), 0);
}

static int
begin(void **state)
{
	(void)state;
	here.err = (struct error)ERROR_INIT;
	scratch_init(&here.scratch);
	make_dir("");
	make_dir("/jail.d");
	make_dir("/filter.d");
	make_dir("/action.d");
	(void)snprintf(here.tree, sizeof here.tree, "%s",
	    scratch_path(&here.scratch, "tree"));
	run_programs_find(&here.place.programs);
	put("fail2ban.conf",
	    "[Definition]\nsocket = x\npidfile = x\nloglevel = INFO\n"
	    "logtarget = STDERR\nsyslogsocket = auto\n");
	return 0;
}

static int
end(void **state)
{
	(void)state;
	scratch_release(&here.scratch);
	return 0;
}

static void
copy_file(const char *from, const char *name)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CONF_READ);
	char path[PATH_SIZE];

	must(file_read(from, &b, &here.err));
	(void)snprintf(path, sizeof path, "tree/%s", name);
	scratch_write(&here.scratch, path, buf_str(&b), b.len);
}

/* The files of one folder of this machine's tree; how many. */
static size_t
copy_folder(const char *folder)
{
	char pattern[PATH_SIZE];
	glob_t g;
	size_t n;

	(void)snprintf(pattern, sizeof pattern, "%s/%s*.conf", STOCK, folder);
	if (glob(pattern, 0, NULL, &g) != 0)
		return 0;
	for (size_t i = 0; i < g.gl_pathc; i++)
		copy_file(g.gl_pathv[i], g.gl_pathv[i] + strlen(STOCK) + 1);
	n = g.gl_pathc;
	globfree(&g);
	return n;
}

/* A jail for each file of a folder, that uses it. */
static void
add_users(struct buf *jails, const char *folder, const char *before,
    const char *behind)
{
	char pattern[PATH_SIZE];
	glob_t g;

	(void)snprintf(
	    pattern, sizeof pattern, "%s/%s/*.conf", here.tree, folder);
	assert_int_equal(glob(pattern, 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *name = strrchr(g.gl_pathv[i], '/') + 1;
		int n = (int)(strlen(name) - strlen(".conf"));

		if (strstr(name, "common") != NULL)
			continue; /* only for others to include */
		buf_addf(jails, "[%c-%.*s]\n", folder[0], n, name);
		buf_addf(jails, "%s%.*s%s\n", before, n, name, behind);
	}
	globfree(&g);
}

static void
the_tree_of_this_machine_is_read_as_fail2ban_does(void **state)
{
	AUTO(buf_release) struct buf jails = BUF_INIT(LIMIT_CONF_READ);

	(void)state;
	assert_true(copy_folder("") > 0);
	assert_true(copy_folder("filter.d/") > 50);
	assert_true(copy_folder("action.d/") > 20);
	(void)copy_folder("jail.d/");
	buf_add_str(&jails, "[DEFAULT]\nenabled = true\n");
	add_users(&jails, "filter.d", "action =\nfilter = ", "");
	add_users(&jails, "action.d", "filter =\naction = ", "[port=ssh]");
	put("jail.d/all.local", buf_str(&jails));
	assert_true(compare(5000) > 150);
}

static void
traps_are_read_as_fail2ban_does(void **state)
{
	(void)state;
	put("jail.conf",
	    "[INCLUDES]\nbefore = paths.conf\n\n"
	    "[DEFAULT]\nEnabled: true\nbantime  =  10m ; ten\n"
	    "findtime = %(bantime)s\nmaxretry = 5\nbase = %(word)s-%(tail)s\n"
	    "tail = d\nfilter = %(__name__)s\nlogpath = /dev/null tail\n"
	    "action = one[x=\"a,b]c\", y='q', z=plain]\n"
	    "         two[name=other][port=\"%(port)s\"]\n"
	    "port = 0:65535\n"
	    "ignoreip = 192.0.2.1, 192.0.2.2\n\t192.0.2.3\n\n"
	    "[a]\nport = ssh\nmaxretry: 3\n"
	    "# a comment\n; another\n\n"
	    "[b] behind\nfilter = a[mode=much, other=\"<mode>x\"]\r\n"
	    "failregex = %(known/failregex)s\n    ^more <HOST>$\n\n"
	    "  ; not of it\n    ^yet more <HOST>$\n"
	    "[c]\nenabled = off\n"
	    "[d]\nfilter = a\nignorecommand = %(b/filter)s 100%%\n"
	    "bantime = %(known/bantime)s\nusedns = warn\n");
	put("paths.conf", "[INCLUDES]\nafter = more.conf\n     none.conf\n"
			  "[DEFAULT]\nword = w\nport = 1\n");
	put("paths.local", "[DEFAULT]\nword = local\n");
	put("more.conf", "[DEFAULT]\nword = after\nmaxmatches = 7\n");
	put("jail.d/1.conf", "[a]\nmaxretry = 11\n[d]\nbantime = 1h\n");
	put("jail.d/2.conf", "[a]\nmaxretry = 12\n[d]\nbantime = 2h\n");
	put("jail.local", "[a]\nmaxretry = 13\n[d]\nbantime = 3h\n"
			  "[DEFAULT]\nlogencoding = utf-8\n");
	put("jail.d/1.local", "[a]\nfindtime = %(known/maxretry)s\n[d]\n"
			      "bantime = 1%(known/bantime)s\nfindtime = 9\n");
	put("filter.d/a.conf",
	    "[INCLUDES]\nbefore = common.conf\n[Definition]\n"
	    "_own = x\nfailregex = ^%(__prefix)s%(_own)s <mdre-<mode>> "
	    "<HOST>$\n"
	    "            ^<F-ID>\\S+</F-ID> <other>$\n"
	    "mdre-normal = n\nmdre-much = %(mdre-normal)s|much<known/x>\n"
	    "ignoreregex =\nmaxlines = 2\njournalmatch = _A=b + _C=d\n"
	    "    _E=f\ndatepattern = {^LN-BEG}\nusedns = no\n"
	    "[Init]\nmode = normal\nx = y\nother =\n");
	put("filter.d/a.local", "[Definition]\n_own = z\n"
				"mdre-normal = %(known/mdre-normal)s,more\n"
				"[Init]\nx = <logtype>\n");
	put("filter.d/common.conf", "[DEFAULT]\n__prefix = p\\s*\n");
	put("filter.d/common.local", "[DEFAULT]\n__prefix = P\\s*\n");
	put("action.d/one.conf",
	    "[Definition]\nactionstart = <x> <y> <z> <name> <deep>\n"
	    "actionban = <cmd> <ip> <matches>\n deep on\n"
	    "actionunban = <cmd> <bantime> <maxretry> <findtime>\n"
	    "norestored = yes\ndeep = <deeper>\ndeeper = %(unit)s<y>\n"
	    "[DEFAULT]\nunit = u\n[Init]\ncmd = iptables <port>\nport = 2\n"
	    "[Init?family=inet6]\ncmd = ip6tables <port>\n");
	put("action.d/two.conf",
	    "[Definition]\nactionban = <port> <actname> <name>\n"
	    "actionstart_on_demand = 0\n");
	assert_int_equal(compare(60), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		the_tree_of_this_machine_is_read_as_fail2ban_does, begin, end),
	    cmocka_unit_test_setup_teardown(
		traps_are_read_as_fail2ban_does, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
