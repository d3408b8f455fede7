/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Testing, changing, reloading and the ends of logs, on a real fail2ban. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "f2b/cmd.h"
#include "f2b/cmd_conf.h"
#include "f2b/conf_change.h"
#include "f2b/conf_option.h"
#include "f2b/conf_place.h"
#include "f2b/conf_test.h"
#include "f2b/reload.h"
#include "f2b/tail.h"
#include "t/lib/real_f2b.h"
#include "t/lib/unit.h"

enum { PATH_SIZE = 160, TEXT_MAX = 64 * 1024, PATIENCE_MS = 20000 };
enum { N_JAILS = 8 }; /* of the server of real_f2b.h, ours among them */

static struct {
	struct real_f2b real;
	char dir[PATH_SIZE], logs[PATH_SIZE], canary[PATH_SIZE];
	const char *log_dirs[2];
	struct conf_place place, losing;
	char client[2 * PATH_SIZE];
	struct f2b *f2b;
	struct error err;
} here;

static void
must(int rc)
{
	unit_must(rc, &here.err);
}

static void
must_fail(int rc, enum err_code code)
{
	unit_must_fail(rc, code, &here.err);
}

static int
start(void **state)
{
	(void)state;
	real_start(&here.real);
	(void)snprintf(here.dir, PATH_SIZE, "%s/fail2ban", here.real.dir);
	(void)snprintf(here.logs, PATH_SIZE, "%s/log", here.real.dir);
	(void)snprintf(here.canary, PATH_SIZE, "%s/canary", here.real.dir);
	here.log_dirs[0] = here.logs;
	here.place = (struct conf_place){.dir = here.dir,
	    .socket = here.real.socket,
	    .tmp_dir = here.real.dir,
	    .log_dirs = here.log_dirs};
	run_programs_find(&here.place.programs);
	must(f2b_new(&here.f2b, here.real.socket, &here.err));
	f2b_files(here.f2b, &here.place, POLICY_FULL);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	f2b_free(here.f2b);
	real_stop(&here.real);
	return 0;
}

/* --- what the cases do ---------------------------------------------------- */

static const char *
path_of(const char *name)
{
	static char path[2 * PATH_SIZE];

	(void)snprintf(path, sizeof path, "%s/%s", here.dir, name);
	return path;
}

/* The hash of a file as it is. */
static void
hash_of(const char *name, char out[CONF_HASH_SIZE])
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;

	if (file_read(path_of(name), &b, &err) < 0)
		(void)snprintf(out, CONF_HASH_SIZE, "%s", CONF_ABSENT);
	else
		conf_hash(buf_str(&b), b.len, out);
}

/* One change, of the file as it is; text NULL: it is removed. */
static struct conf_changes
change(const char *name, const char *text)
{
	static char hash[CONF_HASH_SIZE];
	const char *const words[] = {name, hash,
	    text == NULL ? "remove" : "write", text == NULL ? "" : text};
	struct conf_changes c = {.n = 0};

	hash_of(name, hash);
	must(conf_changes_read(words, ARRAY_LEN(words), &c, &here.err));
	return c;
}

static int
check(const struct conf_changes *c)
{
	return conf_changes_check(c, here.dir, here.log_dirs, &here.err);
}

static void
put(const char *name, const char *text)
{
	const struct conf_changes c = change(name, text);
	AUTO(conf_issues_release) struct conf_issues l = CONF_ISSUES_INIT;

	must(f2b_conf_commit(here.f2b, &c, &l, &here.err));
	assert_int_equal(l.n, 0);
}

static void
print_issues(const struct conf_issues *l)
{
	for (size_t i = 0; i < l->n; i++)
		print_message("%s [%s] %s\n",
		    l->items[i].severity == CONF_ERROR ? "error" : "warning",
		    l->items[i].where, l->items[i].text);
}

static void
test_with(
    const struct conf_changes *c, const char *only, struct conf_tested *out)
{
	must(conf_test(&here.place, c, only, out, &here.err));
}

static void
reload_all_of(const char *jail, struct reloaded *out)
{
	must(f2b_reload(here.f2b, jail, out, &here.err));
}

/* A reload that is done and loses nothing. */
static void
reload_well(const char *jail)
{
	AUTO(reloaded_release)
	struct reloaded r = {.issues = CONF_ISSUES_INIT};

	reload_all_of(jail, &r);
	print_issues(&r.issues);
	assert_true(r.done);
	assert_int_equal(r.lost.n, 0);
}

static struct addr
addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse_net(text, strlen(text), &a));
	return a;
}

static void
ban(const char *jail, const char *ip)
{
	const struct addr a = addr_of(ip);
	int64_t n = 0;

	must(f2b_ban(here.f2b, jail, &a, 1, &n, &here.err));
}

static bool
is_banned(const char *jail, const char *ip)
{
	const struct addr a = addr_of(ip);
	bool banned = false;

	must(f2b_is_banned(here.f2b, jail, &a, 1, &banned, &here.err));
	return banned;
}

static bool
has_issue(const struct conf_issues *l, const char *where, const char *part)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].severity == CONF_ERROR &&
		    strcmp(l->items[i].where, where) == 0 &&
		    strstr(l->items[i].text, part) != NULL)
			return true;
	return false;
}

/* --- the test ------------------------------------------------------------- */

static void
a_sound_configuration_passes(void **state)
{
	static const struct conf_changes NONE = {.n = 0};
	AUTO(conf_tested_release)
	struct conf_tested t = {.issues = CONF_ISSUES_INIT};

	(void)state;
	test_with(&NONE, NULL, &t);
	print_issues(&t.issues);
	assert_int_equal(t.issues.n_errors, 0);
	assert_int_equal(t.jails.n, N_JAILS);
}

/* Each of these passes fail2ban's own test, and takes all jails away when it
 * is reloaded. */
static void
what_would_remove_every_jail_is_found(void **state)
{
	static const struct {
		const char *jail, *line, *said;
	} BAD[] = {
	    {"b-maxretry", "maxretry = abc",           "maxretry"   },
	    {"b-bantime",  "bantime = 1x",             "bantime"    },
	    {"b-findtime", "findtime = soon",          "findtime"   },
	    {"b-ignoreip", "ignoreip = 192.0.2.0/abc", "ignoreip"   },
	    {"b-backend",  "backend = nosuch",         "backend"    },
	    {"b-encoding", "logencoding = klingon",    "klingon"    },
	    {"b-date",     "datepattern = %%Y-%%q-((", "datepattern"},
	    {"b-regex",    "failregex = ^(<HOST>",     "compile"    },
	};
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
	AUTO(conf_tested_release)
	struct conf_tested t = {.issues = CONF_ISSUES_INIT};
	struct conf_changes c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		buf_addf(&b, "[%s]\nfilter =\n%s\n", BAD[i].jail, BAD[i].line);
	buf_addf(&b, "[b-path]\nfilter =\nlogpath = %s\n", here.logs);
	c = change("jail.d/broken.local", buf_str(&b));
	test_with(&c, NULL, &t);
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		if (!has_issue(&t.issues, BAD[i].jail, BAD[i].said)) {
			print_issues(&t.issues);
			fail_msg("not found: %s", BAD[i].line);
		}
	assert_true(has_issue(&t.issues, "b-path", "logpath"));
	for (size_t i = 0; i < t.issues.n; i++)
		assert_null(strstr(t.issues.items[i].text, here.real.dir));
}

static void
a_wrong_pattern_of_any_kind_is_found(void **state)
{
	static const struct {
		const char *lines, *said;
	} BAD[] = {
	    {"failregex = ^x$",                        "failure-id"},
	    {"failregex = ^<HOST>$\nignoreregex = (x", "compile"   },
	    {"failregex = ^<HOST>$\nprefregex = (x",   "compile"   },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
		AUTO(conf_tested_release)
		struct conf_tested t = {.issues = CONF_ISSUES_INIT};
		struct conf_changes c;

		buf_addf(&b, "[x]\nfilter =\n%s\n[y]\nfilter =\nbantime = 1x\n",
		    BAD[i].lines);
		c = change("jail.d/broken.local", buf_str(&b));
		test_with(&c, "x", &t);
		assert_true(has_issue(&t.issues, "x", BAD[i].said));
		assert_int_equal(t.issues.n_errors, 1); /* y is not asked for */
	}
}

static void
what_fail2ban_cannot_read_is_told(void **state)
{
	static const struct {
		const char *text, *said;
	} BAD[] = {
	    {"[x\nenabled = true\n",                        ""        },
	    {"[x]\nfilter =\nmaxretry = 1\nmaxretry = 2\n", "maxretry"},
	    {"[x]\nfilter =\nbantime = 5%\n",               ""        },
	    {"[x]\nfilter = nosuch\n",                      "nosuch"  },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		const struct conf_changes c =
		    change("jail.d/broken.local", BAD[i].text);
		AUTO(conf_tested_release)
		struct conf_tested t = {.issues = CONF_ISSUES_INIT};

		test_with(&c, NULL, &t);
		if (!has_issue(&t.issues, "", BAD[i].said)) {
			print_issues(&t.issues);
			fail_msg("not found: %s", BAD[i].text);
		}
	}
}

static void
a_link_out_of_the_tree_is_not_followed(void **state)
{
	static const struct conf_changes NONE = {.n = 0};
	struct conf_tested t;

	(void)state;
	assert_int_equal(
	    symlink("/etc/passwd", path_of("jail.d/link.local")), 0);
	must_fail(
	    conf_test(&here.place, &NONE, NULL, &t, &here.err), ERR_CONFLICT);
	assert_int_equal(unlink(path_of("jail.d/link.local")), 0);
}

/* --- SEC-4 ---------------------------------------------------------------- */

/* What would make the canary if anything of it were run. */
static size_t
make_hostile(char texts[][2 * PATH_SIZE])
{
	static const char *const SHAPES[] = {
	    "__import__('os').system('touch %s')", "1;touch %s", "$(touch %s)",
	    "`touch %s`", "1 | touch %s", "sshd[x=\"$(touch %s)\"]",
	    "record[file=\"/dev/null; touch %s\"]"};

	for (size_t i = 0; i < ARRAY_LEN(SHAPES); i++) {
		char *to = texts[i];
		const char *at = strstr(SHAPES[i], "%s");

		(void)snprintf(to, 2 * PATH_SIZE, "%.*s%s%s",
		    (int)(at - SHAPES[i]), SHAPES[i], here.canary, at + 2);
	}
	return ARRAY_LEN(SHAPES);
}

static void
no_value_that_is_taken_is_ever_run(void **state)
{
	char hostile[8][2 * PATH_SIZE];
	size_t n = make_hostile(hostile);
	AUTO(buf_release) struct buf taken = BUF_INIT(TEXT_MAX);
	AUTO(reloaded_release)
	struct reloaded r = {.issues = CONF_ISSUES_INIT};
	size_t refused = 0;

	(void)state;
	buf_add_str(&taken, "[canary]\nenabled = true\nfilter = sample-ftp\n"
			    "bantime = 600\nport = ssh,8000:8010\n"
			    "protocol = tcp\nchain = INPUT\n");
	for (size_t i = 0; i < CONF_OPTIONS_LEN; i++)
		for (size_t k = 0; k < n; k++) {
			AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
			struct conf_changes c;

			buf_addf(&b, "[canary]\n%s = %s\n",
			    CONF_OPTIONS[i].name, hostile[k]);
			c = change("jail.d/canary.local", buf_str(&b));
			if (check(&c) < 0) {
				refused++;
				err_clear(&here.err);
			}
		}
	/* all but patterns, which are text */
	assert_int_equal(refused, (CONF_OPTIONS_LEN - 4) * n);
	buf_addf(&taken,
	    "logpath = %s/ftp.log\n"
	    "failregex = ^$(touch %s) <HOST>$\n\t^`id` <HOST>$\n",
	    here.logs, here.canary);
	f2b_files(here.f2b, &here.place, POLICY_CONFIGURE);
	put("jail.d/canary.local", buf_str(&taken));
	f2b_files(here.f2b, &here.place, POLICY_FULL);
	reload_well("canary");
	ban("canary", "192.0.2.77");
	assert_true(is_banned("canary", "192.0.2.77"));
	put("jail.d/canary.local", NULL);
	must(f2b_jail_stop(here.f2b, "canary", &here.err));
	reload_all_of(NULL, &r);
	assert_true(r.done);
	assert_int_equal(access(here.canary, F_OK), -1);
	/* the canary would be seen: an action of root's own makes one */
	assert_int_equal(close(open(here.canary, O_CREAT | O_WRONLY, 0600)), 0);
	assert_int_equal(access(here.canary, F_OK), 0);
	assert_int_equal(unlink(here.canary), 0);
}

/* --- levels --------------------------------------------------------------- */

static void
a_level_does_what_it_may(void **state)
{
	const struct conf_changes jail =
	    change("jail.d/x.local", "[x]\nbantime = 1d\nport = 22$(id)\n");
	const struct conf_changes action =
	    change("action.d/x.local", "[Definition]\n");
	AUTO(conf_issues_release) struct conf_issues l = CONF_ISSUES_INIT;
	AUTO(conf_tested_release)
	struct conf_tested t = {.issues = CONF_ISSUES_INIT};
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_TAIL_BYTES);
	struct reloaded r;

	(void)state;
	f2b_files(here.f2b, &here.place, POLICY_CONFIGURE);
	must(f2b_conf_commit(here.f2b, &jail, &l, &here.err));
	assert_int_equal(l.n_errors, 2);
	assert_true(has_issue(&l, "changes[0].x.bantime", "whole number"));
	assert_true(has_issue(&l, "changes[0].x.port", "ports"));
	must(f2b_conf_test(here.f2b, &jail, &t, &here.err));
	assert_int_equal(t.issues.n_errors, 2);
	must_fail(
	    f2b_conf_commit(here.f2b, &action, &l, &here.err), ERR_FEATURE);
	f2b_files(here.f2b, &here.place, POLICY_OPERATE);
	must_fail(f2b_conf_test(here.f2b, &jail, &t, &here.err), ERR_FEATURE);
	f2b_files(here.f2b, &here.place, POLICY_OBSERVE);
	must_fail(f2b_reload(here.f2b, NULL, &r, &here.err), ERR_FEATURE);
	must(f2b_log_tail(here.f2b, TAIL_OWN, 10, &b, &here.err));
	f2b_files(here.f2b, &here.place, POLICY_FULL);
	assert_int_equal(access(path_of("jail.d/x.local"), F_OK), -1);
	assert_int_equal(access(path_of("action.d/x.local"), F_OK), -1);
}

static void
a_file_that_changed_meanwhile_is_not_overwritten(void **state)
{
	struct conf_changes c = change("jail.d/x.local", "[x]\nfilter =\n");
	struct conf_issues l = CONF_ISSUES_INIT;

	(void)state;
	put("jail.d/x.local", "[y]\nfilter =\n");
	c.items[0].expected = CONF_ABSENT;
	must_fail(
	    f2b_conf_commit(here.f2b, &c, &l, &here.err), ERR_PRECONDITION);
	put("jail.d/x.local", NULL);
}

/* --- reload --------------------------------------------------------------- */

static void
a_bad_pattern_never_lifts_a_ban(void **state)
{
	AUTO(reloaded_release)
	struct reloaded all = {.issues = CONF_ISSUES_INIT};
	AUTO(reloaded_release)
	struct reloaded one = {.issues = CONF_ISSUES_INIT};

	(void)state;
	ban("sshd", "192.0.2.1");
	put("jail.d/broken.local",
	    "[broken]\nfilter =\nfailregex = ^(<HOST>\n");
	reload_all_of(NULL, &all);
	assert_false(all.done);
	assert_true(has_issue(&all.issues, "broken", "compile"));
	assert_int_equal(all.lost.n, 0);
	assert_true(str_list_has(&all.after, "sshd"));
	assert_true(is_banned("sshd", "192.0.2.1"));
	reload_all_of("broken", &one);
	assert_false(one.done);
	assert_true(has_issue(&one.issues, "broken", "compile"));
	/* another jail is not kept from its own reload */
	reload_well("sshd");
	assert_true(is_banned("sshd", "192.0.2.1"));
	put("jail.d/broken.local", NULL);
}

static void
a_jail_switched_off_is_not_dropped_but_stopped(void **state)
{
	AUTO(reloaded_release)
	struct reloaded off = {.issues = CONF_ISSUES_INIT};
	AUTO(reloaded_release)
	struct reloaded one = {.issues = CONF_ISSUES_INIT};
	AUTO(reloaded_release)
	struct reloaded on = {.issues = CONF_ISSUES_INIT};

	(void)state;
	put("jail.d/off.local", "[ftp]\nenabled = false\n");
	reload_all_of(NULL, &off);
	assert_false(off.done);
	assert_true(has_issue(&off.issues, "ftp", "Stop it first"));
	assert_int_equal(off.after.n, N_JAILS);
	reload_all_of("ftp", &one);
	assert_false(one.done);
	assert_int_equal(one.issues.n_errors, 1);
	reload_well("sshd"); /* which leaves ftp as it is */
	must(f2b_jail_stop(here.f2b, "ftp", &here.err));
	reloaded_release(&off);
	off = (struct reloaded){.issues = CONF_ISSUES_INIT};
	reload_all_of(NULL, &off);
	assert_true(off.done);
	assert_int_equal(off.before.n, N_JAILS - 1);
	assert_int_equal(off.after.n, N_JAILS - 1);
	put("jail.d/off.local", NULL);
	reload_all_of("ftp", &on); /* which is new to the server */
	assert_true(on.done);
	assert_int_equal(on.after.n, N_JAILS);
	assert_int_equal(on.lost.n, 0);
}

/* A client that stops ftp where it should reload, which no test sees before,
 * and fails to reload sshd. */
static void
use_a_client_that_loses_ftp(void)
{
	char path[2 * PATH_SIZE];
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	int fd;

	(void)snprintf(path, sizeof path, "%s/client", here.real.dir);
	buf_addf(&text,
	    "#!/bin/sh\n"
	    "[ \"$7\" = sshd ] && { echo \"no: %s/x\" >&2; exit 255; }\n"
	    "[ \"$5\" = reload ] && "
	    "exec \"%s\" \"$1\" \"$2\" \"$3\" \"$4\" stop ftp\n"
	    "exec \"%s\" \"$@\"\n",
	    here.real.dir, here.place.programs.path[RUN_CLIENT],
	    here.place.programs.path[RUN_CLIENT]);
	fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0700);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, buf_str(&text), text.len), text.len);
	assert_int_equal(close(fd), 0);
	here.losing = here.place;
	(void)snprintf(here.client, sizeof here.client, "%s", path);
	here.losing.programs.path[RUN_CLIENT] = here.client;
	f2b_files(here.f2b, &here.losing, POLICY_FULL);
}

static void
lost_jails_are_named(void **state)
{
	AUTO(reloaded_release)
	struct reloaded failed = {.issues = CONF_ISSUES_INIT};
	AUTO(reloaded_release)
	struct reloaded off = {.issues = CONF_ISSUES_INIT};

	(void)state;
	use_a_client_that_loses_ftp();
	reload_all_of("sshd", &failed);
	reload_all_of(NULL, &off);
	f2b_files(here.f2b, &here.place, POLICY_FULL);
	assert_false(failed.done);
	assert_int_equal(failed.issues.n_errors, 1);
	assert_null(strstr(failed.issues.items[0].text, here.real.dir));
	assert_true(off.done);
	assert_int_equal(off.before.n, N_JAILS);
	assert_int_equal(off.after.n, N_JAILS - 1);
	assert_int_equal(off.lost.n, 1);
	assert_string_equal(off.lost.items[0], "ftp");
	reload_well("ftp");
}

static void
a_jail_that_is_not_configured_is_not_started(void **state)
{
	AUTO(reloaded_release)
	struct reloaded r = {.issues = CONF_ISSUES_INIT};

	(void)state;
	reload_all_of("nosuch", &r);
	assert_false(r.done);
	assert_int_equal(r.issues.n_errors, 1);
	assert_true(has_issue(&r.issues, "nosuch", "no jail of this name"));
	assert_int_equal(r.after.n, N_JAILS);
}

/* --- logs ----------------------------------------------------------------- */

static void
the_end_of_its_own_log_is_shown(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_TAIL_BYTES);
	AUTO(buf_release) struct buf all = BUF_INIT(LIMIT_TAIL_BYTES);

	(void)state;
	must(f2b_log_tail(here.f2b, TAIL_OWN, 300, &b, &here.err));
	assert_in_range(b.len, 10, 300);
	assert_true(b.data[0] >= '0' && b.data[0] <= '9'); /* a line's begin */
	assert_int_equal(b.data[b.len - 1], '\n');
	must(f2b_log_tail(
	    here.f2b, TAIL_OWN, LIMIT_TAIL_BYTES, &all, &here.err));
	assert_true(all.len > b.len);
	assert_non_null(strstr(buf_str(&all), "Starting Fail2ban"));
}

/* Lines in the log of the jail ftp, and what is shown of so many bytes. */
static void
shows(const char *path, size_t bytes, const char *expected)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_TAIL_BYTES);

	must(f2b_log_tail(here.f2b, path, bytes, &b, &here.err));
	assert_string_equal(buf_str(&b), expected);
}

static void
whole_lines_of_a_jails_log_are_shown(void **state)
{
	char path[2 * PATH_SIZE];
	int fd;

	(void)state;
	(void)snprintf(path, sizeof path, "%s/ftp.log", here.logs);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	assert_true(fd >= 0);
	shows(path, 100, "");
	assert_int_equal(write(fd, "one\ntwo\nthr", 11), 11);
	shows(path, 100, "one\ntwo\n");
	shows(path, 11, "one\ntwo\n");
	shows(path, 10, "two\n");
	shows(path, 7, "two\n"); /* begins with that line */
	shows(path, 6, "");
	shows(path, 1, "");
	assert_int_equal(close(fd), 0);
}

static void
no_other_file_is_shown(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_TAIL_BYTES);
	char path[2 * PATH_SIZE];
	char aside[2 * PATH_SIZE];

	(void)state;
	must_fail(tail_read(here.f2b, "/etc/passwd", 10, &b, &here.err),
	    ERR_NOT_FOUND);
	must_fail(
	    tail_read(here.f2b, "passwd", 10, &b, &here.err), ERR_INVALID);
	must_fail(tail_read(here.f2b, TAIL_OWN, 0, &b, &here.err), ERR_INVALID);
	must_fail(
	    tail_read(here.f2b, TAIL_OWN, LIMIT_TAIL_BYTES + 1, &b, &here.err),
	    ERR_INVALID);
	/* the name is right, but somebody put a link or a pipe there */
	(void)snprintf(path, sizeof path, "%s/mail.log", here.logs);
	(void)snprintf(aside, sizeof aside, "%s/mail.aside", here.logs);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	must_fail(tail_read(here.f2b, path, 10, &b, &here.err), ERR_CONFLICT);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	must_fail(tail_read(here.f2b, path, 10, &b, &here.err), ERR_CONFLICT);
	assert_int_equal(unlink(path), 0);
	must_fail(tail_read(here.f2b, path, 10, &b, &here.err), ERR_NOT_FOUND);
	assert_int_equal(rename(aside, path), 0);
	assert_int_equal(b.len, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sound_configuration_passes),
	    cmocka_unit_test(what_would_remove_every_jail_is_found),
	    cmocka_unit_test(a_wrong_pattern_of_any_kind_is_found),
	    cmocka_unit_test(what_fail2ban_cannot_read_is_told),
	    cmocka_unit_test(a_link_out_of_the_tree_is_not_followed),
	    cmocka_unit_test(no_value_that_is_taken_is_ever_run),
	    cmocka_unit_test(a_level_does_what_it_may),
	    cmocka_unit_test(a_file_that_changed_meanwhile_is_not_overwritten),
	    cmocka_unit_test(a_bad_pattern_never_lifts_a_ban),
	    cmocka_unit_test(lost_jails_are_named),
	    cmocka_unit_test(a_jail_switched_off_is_not_dropped_but_stopped),
	    cmocka_unit_test(a_jail_that_is_not_configured_is_not_started),
	    cmocka_unit_test(the_end_of_its_own_log_is_shown),
	    cmocka_unit_test(whole_lines_of_a_jails_log_are_shown),
	    cmocka_unit_test(no_other_file_is_shown),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
