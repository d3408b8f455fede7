/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SEC-4: each option with what it takes and what it must not take. */
#include "f2b/conf_option.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/conf_grammar.h"
#include "f2b/conf_text.h"
#include "t/lib/unit.h"

enum { BAD_MAX = 12 };

static const char *const LOG_DIRS[] = {"/var/log", "/srv/logs", NULL};

static bool
exists(const void *ctx, enum conf_dir dir, const char *name)
{
	(void)ctx;
	return dir == CONF_FILTER ? str_eq(name, "sshd")
				  : str_eq(name, "nftables");
}

static const struct conf_rules RULES = {LOG_DIRS, exists, NULL};

/* What no option takes, but for patterns, which are text to fail2ban. */
static const char *const HOSTILE[] = {"__import__('os').system('id')", "1;id",
    "$(id)", "`id`", "true\n[x]", "%(x)s", "1\n2", " 1", "1 ", "1|id", "1&id",
    "1>f", "<ip>", "%%", "--x", "1\\", "\"1\"", "'1'", "1\t2", "1\x7f", "1*60",
    "1+1", "file:/etc/passwd", "../../etc/passwd", "/etc/shadow",
    "sshd[x=$(id)]", "nftables[a=b]"};

struct sample {
	const char *name;
	const char *good[4];
	const char *bad[BAD_MAX];
};

/* clang-format off */
static const struct sample SAMPLES[] = {
	{ "enabled", {"true", "false"},
	    {"True", "yes", "1", "", "true false"} },
	{ "ignoreself", {"true", "false"},
	    {"TRUE", "no", "0", "", "false;"} },
	{ "bantime.increment", {"true", "false"},
	    {"on", "off", "tru", "", "truefalse"} },
	{ "bantime.overalljails", {"true", "false"},
	    {"t", "f", "none", "", "true "} },
	{ "bantime", {"600", "-1", "999999999"},
	    {"0", "-2", "1000000000", "", "10m", "6.5", "+1", "-01"} },
	{ "findtime", {"600", "1"},
	    {"0", "-1", "1000000000", "", "600s", "007", "0x10", "1e3"} },
	{ "bantime.maxtime", {"86400"},
	    {"0", "-1", "1w", "", "1000000000"} },
	{ "bantime.rndtime", {"0", "60"},
	    {"-1", "00", "1m", "", "1000000000"} },
	{ "bantime.factor", {"1", "1.5", "0.25", "24"},
	    {"0", "0.0", "1.", ".5", "-1", "1.1234567", "1.5.5", "01",
	     "1000001"} },
	{ "bantime.multipliers", {"1", "1 2 4 8 16"},
	    {"1  2", "1 2 ", "1,2", "0 1", "-1", "1 2.5", ""} },
	{ "maxretry", {"1", "5"},
	    {"0", "-1", "100001", "abc", "5.0", ""} },
	{ "maxmatches", {"0", "10"},
	    {"-1", "1001", "ten", "", "10,"} },
	{ "maxlines", {"1", "10"},
	    {"0", "-1", "1001", "", "1 1"} },
	{ "port", {"ssh", "ssh,2222", "8000:8010,http", "0:65535"},
	    {"22$(id)", "ssh http", "65536", "10:5", "1:2:3", ",ssh", "ssh,",
	     "-1", "ssh;id", ""} },
	{ "protocol", {"tcp", "tcp,udp", "all"},
	    {"tcp udp", "-p", "tcp;id", "tcp,", "_x", ""} },
	{ "chain", {"INPUT", "DOCKER-USER", "f2b_chain"},
	    {"IN PUT", "-j", "INPUT,OUTPUT", "<known/chain>", "",
	     "a23456789012345678901234567890123"} },
	{ "filter", {"sshd", "sshd[mode=aggressive]"},
	    {"nosuch", "sshd[mode=a,x=y]", "sshd[mode=$(id)]", "sshd[]",
	     "sshd[mode=x", "../sshd", "%(__name__)s", "", "sshd\nsshd"} },
	{ "banaction", {"nftables"},
	    {"nosuch", "nftables[type=allports]", "%(banaction)s", "",
	     "nftables nftables", "/bin/sh"} },
	{ "banaction_allports", {"nftables"},
	    {"nosuch", "nftables[type=allports]", "%(action_)s", "",
	     "nftables\nnftables"} },
	{ "action", {"nftables", "%(action_)s", "%(action_mwl)s\nnftables"},
	    {"nosuch", "%(action_nosuch)s", "nftables[port=1]",
	     "%(action_)s[name=x]", "%(banaction)s", "", "nftables\n"} },
	{ "backend", {"auto", "systemd", "polling"},
	    {"nosuch", "Auto", "gamin", "", "systemd[journalflags=1]"} },
	{ "usedns", {"yes", "warn", "no", "raw"},
	    {"true", "NO", "maybe", "", "no warn"} },
	{ "logencoding", {"auto", "utf-8", "iso-8859-1"},
	    {"klingon", "UTF 8", "rot13", "", "utf-8;"} },
	{ "logpath", {"/var/log/auth.log", "/srv/logs/*/access-[0-9]?.log",
	     "/var/log/a.log\n/var/log/b.log"},
	    {"/etc/shadow", "/var/logs/x", "/var/log", "/var/log/",
	     "/var/log/../../etc/shadow", "/var/log//x", "/var/log/./x",
	     "var/log/x", "/var/log/a b", "/var/log/$(id)",
	     "/var/log/a.log tail", ""} },
	{ "journalmatch", {"_SYSTEMD_UNIT=sshd.service + _COMM=sshd",
	     "_TRANSPORT=kernel", "", "A=b C=d"},
	    {"+ A=b", "A=b +", "A=b + + C=d", "A=\"b\"", "a=b", "A=", "=b",
	     "A=b  C=d", "A='b", "A=b\\"} },
	{ "ignoreip", {"127.0.0.0/8 ::1", "192.0.2.7", "host.example.org", ""},
	    {"0.0.0.0/0", "::/0", "file:/etc/passwd", "192.0.2.0/abc",
	     "192.0.2.300", "-x", "a..b", "192.0.2.1,192.0.2.2", "host-",
	     "192.0.2.7/33", "a_b"} },
	{ "failregex", {"^x <HOST>$", "^100%% <HOST>$\n^b <F-USER>.*</F-USER>"
	     " <ADDR>$", "%(known/failregex)s\n^c <HOST>$", ""},
	    {"%(x)s", "50% <HOST>", "%(__prefix_line)s<HOST>", "a\tb", "%(known",
	     "a\n\nb", "%(known/)s", "\xff", "%(known/a$b)s"} },
	{ "ignoreregex", {"", "^x$", "a\nb"},
	    {"%(x)s", "50%", "a\x01", "%", "%(known/x)"} },
	{ "prefregex", {"^<F-CONTENT>.+</F-CONTENT>$", ""},
	    {"a\nb", "%(x)s", "50%", "%(known/x", "\x7f"} },
	{ "datepattern", {"%%Y-%%m-%%d", "{^LN-BEG}", "EPOCH"},
	    {"%Y-%m-%d", "%%Y\n%%m", "%(x)s", "a\rb", "%s"} },
};
/* clang-format on */

static bool
takes(const struct conf_option *o, const char *value)
{
	return conf_option_takes(o, CONF_JAIL, value, &RULES);
}

static void
each_option_takes_its_good_values_and_no_bad_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < CONF_OPTIONS_LEN; i++) {
		const struct conf_option *o = &CONF_OPTIONS[i];
		const struct sample *s = &SAMPLES[i]; /* in the same order */
		size_t n_bad = 0;

		assert_string_equal(s->name, o->name);
		assert_non_null(s->good[0]);
		for (size_t k = 0; k < 4 && s->good[k] != NULL; k++)
			if (!takes(o, s->good[k]))
				fail_msg("%s: %s", o->name, s->good[k]);
		for (; n_bad < BAD_MAX && s->bad[n_bad] != NULL; n_bad++)
			if (takes(o, s->bad[n_bad]))
				fail_msg("%s took %s", o->name, s->bad[n_bad]);
		assert_true(n_bad >= 5);
	}
	assert_int_equal(ARRAY_LEN(SAMPLES), CONF_OPTIONS_LEN);
}

static bool
is_pattern(const struct conf_option *o)
{
	return o->kind == CONF_PATTERN || o->kind == CONF_PATTERNS;
}

static void
no_option_takes_what_would_run(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < CONF_OPTIONS_LEN; i++)
		for (size_t k = 0; k < ARRAY_LEN(HOSTILE); k++) {
			if (is_pattern(&CONF_OPTIONS[i]))
				continue;
			n++;
			if (takes(&CONF_OPTIONS[i], HOSTILE[k]))
				fail_msg("%s took %s", CONF_OPTIONS[i].name,
				    HOSTILE[k]);
		}
	assert_true(n > 700);
}

/* A good value of the option, made too long. */
static void
no_option_takes_what_is_too_long(void **state)
{
	char longer[LIMIT_CONF_LINE + 2];

	(void)state;
	for (size_t i = 0; i < CONF_OPTIONS_LEN; i++) {
		static const char FILLS[] = "1a/";

		for (size_t k = 0; FILLS[k] != '\0'; k++) {
			memset(longer, FILLS[k], sizeof longer - 1);
			longer[sizeof longer - 1] = '\0';
			assert_false(takes(&CONF_OPTIONS[i], longer));
		}
	}
	memset(longer, 'a', LIMIT_CONF_LINE);
	longer[LIMIT_CONF_LINE] = '\0';
	assert_true(takes(conf_option_find("failregex"), longer));
}

static void
a_list_has_only_so_many_lines(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(10000);

	(void)state;
	for (size_t i = 0; i < LIMIT_CONF_LINES; i++)
		buf_addf(&b, "%s/var/log/x%zu", i == 0 ? "" : "\n", i);
	assert_true(takes(conf_option_find("logpath"), buf_str(&b)));
	buf_add_str(&b, "\n/var/log/one-more");
	assert_false(takes(conf_option_find("logpath"), buf_str(&b)));
}

static void
names_of_shipped_files_count_in_filters_only(void **state)
{
	const struct conf_option *o = conf_option_find("failregex");
	const char *value = "^%(__prefix_line)sfailed <HOST>$";

	(void)state;
	assert_true(conf_option_takes(o, CONF_FILTER, value, &RULES));
	assert_false(conf_option_takes(o, CONF_JAIL, value, &RULES));
	assert_false(conf_option_takes(o, CONF_FILTER, "%(__x)s", &RULES));
}

static int
check(const char *text, enum conf_dir dir, struct error *err)
{
	AUTO(conf_text_release) struct conf_text t = CONF_TEXT_INIT;

	assert_int_equal(conf_text_parse(text, strlen(text), "x", &t, err), 0);
	return conf_option_check(&t, dir, "x", &RULES, err);
}

static void
files_within_the_table_pass(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(check("[DEFAULT]\nbantime = 60\n[sshd]\n"
			       "enabled = true\nfilter = sshd\n",
			     CONF_JAIL, &err),
	    0);
	assert_int_equal(check("[INCLUDES]\nbefore = common.conf\n"
			       "[Definition]\nfailregex = ^x <HOST>$\n"
			       "[Init]\nmaxlines = 3\n",
			     CONF_FILTER, &err),
	    0);
}

static void
each_fault_of_a_file_is_told(void **state)
{
	static const char *const NAMES[] = {"x.INCLUDES.before",
	    "x.sshd.ignorecommand", "x.sshd.bantime", "x.known.bantime"};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(check("[INCLUDES]\nbefore = /etc/passwd\n"
			       "[sshd]\nenabled = true\n"
			       "ignorecommand = id\nbantime = 1d\n"
			       "[known]\nbantime = 1\n",
			     CONF_JAIL, &err),
	    -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(err.n_fields, ARRAY_LEN(NAMES));
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		assert_string_equal(err.fields[i].name, NAMES[i]);
}

static void
a_file_has_only_the_sections_and_options_of_its_kind(void **state)
{
	static const struct {
		enum conf_dir dir;
		const char *text;
	} BAD[] = {
	    {CONF_FILTER, "[Definition]\nport = ssh\n"          },
	    {CONF_FILTER, "[sshd]\nfailregex = x\n"             },
	    {CONF_FILTER, "[DEFAULT]\nfailregex = x\n"          },
	    {CONF_FILTER, "[INCLUDES]\nbefore = ../jail.conf\n" },
	    {CONF_FILTER, "[INCLUDES]\nafter = common.conf\n"   },
	    {CONF_FILTER, "[Definition]\nbefore = common.conf\n"},
	    {CONF_JAIL,   "[INCLUDES]\nbefore = common.conf\n"  },
	    {CONF_JAIL,   "[loglevel]\nbantime = 1\n"           },
	    {CONF_JAIL,   "[sshd]\nbantime.formula = 1\n"       },
	    {CONF_ACTION, "[Definition]\nmaxlines = 1\n"        },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct error err = ERROR_INIT;

		if (check(BAD[i].text, BAD[i].dir, &err) == 0)
			fail_msg("taken: %s", BAD[i].text);
		assert_int_equal(err.n_fields, 1);
	}
}

static void
names_of_files_and_jails_are_plain(void **state)
{
	static const char *const BAD[] = {"jail.d/../x.local", "jail.d/.local",
	    "jail.d/x.conf", "jail.d/.x.local", "jail.d/a/b.local",
	    "jail.d//x.local", "/jail.d/x.local", "fail2ban.d/x.local",
	    "jail.d/a..b.local", "jail.d/a..local", "jail.d/x.local/",
	    "jail.dx.local", "jail.d/x\n.local", "jail.d/-x.local",
	    "jail/x.local", "",
	    "jail.d/"
	    "a1234567890123456789012345678901234567890123456789012345678901234"
	    ".local"};
	struct conf_file f;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		if (conf_file_parse(BAD[i], &f))
			fail_msg("taken: %s", BAD[i]);
	assert_true(conf_file_parse("jail.d/zz-bangui.local", &f));
	assert_int_equal(f.dir, CONF_JAIL);
	assert_string_equal(f.name, "zz-bangui.local");
	assert_true(conf_file_parse("filter.d/a."
				    "2345678901234567890123456789012345678901"
				    "2345678901234567890123.local",
	    &f));
	assert_int_equal(f.dir, CONF_FILTER);
	assert_true(conf_is_jail("sshd-2.x"));
	assert_false(conf_is_jail("default"));
	assert_false(conf_is_jail("dbfile"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_option_takes_its_good_values_and_no_bad_one),
	    cmocka_unit_test(no_option_takes_what_would_run),
	    cmocka_unit_test(no_option_takes_what_is_too_long),
	    cmocka_unit_test(a_list_has_only_so_many_lines),
	    cmocka_unit_test(names_of_shipped_files_count_in_filters_only),
	    cmocka_unit_test(files_within_the_table_pass),
	    cmocka_unit_test(each_fault_of_a_file_is_told),
	    cmocka_unit_test(
		a_file_has_only_the_sections_and_options_of_its_kind),
	    cmocka_unit_test(names_of_files_and_jails_are_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
