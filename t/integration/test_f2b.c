/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operations on a real, private fail2ban. */
#include "f2b/cmd.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/time.h"
#include "f2b/wire.h"
#include "t/lib/real_f2b.h"
#include "t/lib/unit.h"

enum { PATIENCE_MS = 20000 };

static struct {
	struct real_f2b real;
	struct f2b *f2b;
	struct error err;
} here;

/* --- the server --------------------------------------------------------- */

static int
start(void **state)
{
	(void)state;
	real_start(&here.real);
	return f2b_new(&here.f2b, here.real.socket, &here.err);
}

static int
stop(void **state)
{
	(void)state;
	f2b_free(here.f2b);
	real_stop(&here.real);
	return 0;
}

static pid_t
server_pid(void)
{
	AUTO(buf_release) struct buf out = BUF_INIT(REAL_OUTPUT_MAX);
	const char *at;

	assert_int_equal(real_script(&here.real, "env", NULL, &out), 0);
	at = strstr(buf_str(&out), "F2B_PID=");
	assert_non_null(at);
	return (pid_t)strtol(at + 8, NULL, 10);
}

/* The log from some byte on. */
static void
read_log(struct buf *out, size_t from)
{
	char path[96];
	struct error err = ERROR_INIT;

	(void)snprintf(path, sizeof path, "%s/log/fail2ban.log", here.real.dir);
	assert_int_equal(file_read(path, out, &err), 0);
	assert_true(from <= out->len);
	memmove(out->data, out->data + from, out->len - from + 1);
	out->len -= from;
}

static size_t
log_size(void)
{
	AUTO(buf_release) struct buf log = BUF_INIT(REAL_OUTPUT_MAX);

	read_log(&log, 0);
	return log.len;
}

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

/* --- cases -------------------------------------------------------------- */

static void
the_server_tells_what_it_is(void **state)
{
	static const char *const NAMES[] = {"bangui-blocklist", "bangui-manual",
	    "blocked", "ftp", "mail", "nginx", "recidive", "sshd"};
	AUTO(f2b_server_release) struct f2b_server s = {{0}, NULL, 0};
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	struct f2b_counters c[ARRAY_LEN(NAMES)];
	char version[F2B_VERSION_SIZE];

	(void)state;
	must(f2b_ping(here.f2b, &here.err));
	must(f2b_version(here.f2b, version, &here.err));
	assert_true(version[0] >= '0' && version[0] <= '9');
	must(f2b_server_get(here.f2b, &s, &here.err));
	assert_string_equal(s.log_level, "INFO");
	assert_non_null(strstr(s.log_target, "/log/fail2ban.log"));
	assert_int_equal(s.db_purge_age_s, 7 * 86400);
	must(f2b_jail_names(here.f2b, &names, NULL, &here.err));
	assert_int_equal(names.n, ARRAY_LEN(NAMES));
	for (size_t i = 0; i < names.n; i++)
		assert_string_equal(names.items[i], NAMES[i]);
	must(f2b_counters_all(here.f2b, &names, c, &here.err));
	for (size_t i = 0; i < names.n; i++)
		assert_true(c[i].currently_failed >= 0);
}

static void
a_jail_tells_its_settings(void **state)
{
	AUTO(f2b_jail_release) struct f2b_jail j = {0};
	AUTO(f2b_jail_release) struct f2b_jail blocked = {0};

	(void)state;
	must(f2b_jail_get(here.f2b, "sshd", &j, &here.err));
	assert_int_equal(j.ban_time_s, 600);
	assert_int_equal(j.find_time_s, 600);
	assert_int_equal(j.max_retry, 3);
	assert_int_equal(j.log_paths.n, 1);
	assert_int_equal(j.fail_regex.n, 2);
	assert_int_equal(j.actions.n, 1);
	assert_string_equal(j.actions.items[0], "record");
	assert_true(j.has_increment);
	must(f2b_jail_get(here.f2b, "blocked", &blocked, &here.err));
	assert_int_equal(blocked.ban_time_s, -1);
}

static struct addr
addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse_net(text, strlen(text), &a));
	return a;
}

static const struct f2b_ban *
find_ban(const struct f2b_ban_list *l, const char *id)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq(l->items[i].id, id))
			return &l->items[i];
	return NULL;
}

static void
a_ban_is_made_listed_and_lifted(void **state)
{
	static const char *const IDS[] = {
	    "192.0.2.1", "2001:db8::1", "198.51.100.0/24", "2001:db8:9::/48"};
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};
	struct addr addrs[ARRAY_LEN(IDS)];
	bool banned[ARRAY_LEN(IDS)];
	int64_t before = time_now_s();
	int64_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(IDS); i++)
		addrs[i] = addr_of(IDS[i]);
	must(f2b_ban(here.f2b, "sshd", addrs, 4, &n, &here.err));
	assert_int_equal(n, 4);
	must(f2b_ban(here.f2b, "sshd", addrs, 4, &n, &here.err));
	assert_int_equal(n, 0);
	must(f2b_jail_bans(here.f2b, "sshd", &l, &here.err));
	for (size_t i = 0; i < ARRAY_LEN(IDS); i++) {
		const struct f2b_ban *b = find_ban(&l, IDS[i]);

		if (b == NULL) {
			fail_msg("%s is not listed", IDS[i]);
			return; /* for the compiler */
		}
		assert_true(b->is_addr && addr_equal(&b->addr, &addrs[i]));
		assert_true(
		    b->banned_at >= before - 1 && b->banned_at <= time_now_s());
		assert_int_equal(b->expires_at, b->banned_at + 600);
	}
	must(f2b_unban(here.f2b, "sshd", &addrs[2], 1, &n, &here.err));
	assert_int_equal(n, 1);
	must(f2b_is_banned(here.f2b, "sshd", addrs, 4, banned, &here.err));
	assert_true(banned[0] && banned[1] && !banned[2] && banned[3]);
	must(f2b_is_banned(here.f2b, "sshd", addrs, 1, banned, &here.err));
	assert_true(banned[0]);
	must(f2b_ban(here.f2b, "nginx", addrs, 1, &n, &here.err));
	must(f2b_unban_everywhere(here.f2b, addrs, 2, &n, &here.err));
	assert_true(n >= 3); /* recidive may have banned one as well */
	must(f2b_is_banned(here.f2b, "nginx", addrs, 1, banned, &here.err));
	assert_false(banned[0]);
	must(f2b_unban_all(here.f2b, &n, &here.err));
	assert_true(n >= 1);
	must(f2b_is_banned(here.f2b, "sshd", addrs, 4, banned, &here.err));
	assert_false(banned[0] || banned[1] || banned[2] || banned[3]);
}

static void
a_ban_in_a_jail_without_end_is_for_ever(void **state)
{
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};
	struct addr a = addr_of("203.0.113.99");
	int64_t n = 0;

	(void)state;
	must(f2b_ban(here.f2b, "blocked", &a, 1, &n, &here.err));
	must(f2b_jail_bans(here.f2b, "blocked", &l, &here.err));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.items[0].bantime_s, -1);
	assert_int_equal(l.items[0].expires_at, -1);
	must(f2b_unban(here.f2b, "blocked", &a, 1, &n, &here.err));
}

/* fail2ban polls its logs about once a second. */
static void
an_attack_is_seen_as_a_ban(void **state)
{
	static const char *const HIT[] = {"sshd", "203.0.113.7", NULL};
	int64_t until = time_mono_ms() + PATIENCE_MS;
	struct addr a = addr_of("203.0.113.7");
	bool banned = false;
	int64_t n;

	(void)state;
	real_run(&here.real, "hit", HIT);
	while (!banned && time_mono_ms() < until) {
		must(
		    f2b_is_banned(here.f2b, "sshd", &a, 1, &banned, &here.err));
		(void)poll(NULL, 0, 50);
	}
	assert_true(banned);
	must(f2b_unban_everywhere(here.f2b, &a, 1, &n, &here.err));
}

static int
ignore_reply(void *ctx, const struct wire_reply *reply, struct error *err)
{
	(void)ctx;
	(void)reply;
	(void)err;
	return 0;
}

static int
send_words(const char *const *words, size_t n)
{
	AUTO(wire_freep) struct wire *w = NULL;
	const struct wire_request request = {words, n};
	int rc;

	must(wire_new(&w, here.real.socket, &here.err));
	wire_greets(w, POLICY_CONFIGURE);
	rc = wire_call(w, &request, 1, ignore_reply, NULL, &here.err);
	return rc;
}

/* SEC-2: what the policy refuses, or the level without a gate, does not arrive.
 * That fail2ban's log would show it is tried with its own client first. */
static void
what_is_refused_never_arrives(void **state)
{
	static const char *const CONTROL[] = {
	    "set", "sshd", "bantime", "1+x", NULL};
	static const char *const ROWS[][5] = {
	    {"set",           "sshd", "action", "record", "actionban"},
	    {"set",       "sshd", "addaction", "x"},
	    {"set",    "sshd", "ignorecommand", "id"},
	    {"set",           "logtarget", "/tmp/x"},
	    {"set",    "dbfile", "/tmp/x"},
	    {"sleep",               "1"},
	    {"multi-set",      "sshd", "addfailregex", "x"},
	    {"server-stream",           "x"},
	    {"reload",           "--all"},
	    {"set",       "sshd", "addignoreip", "file:/etc/passwd"},
	    {"set",           "sshd", "banip", "host"},
	    {"set",       "sshd", "banip", "--x"},
	    {"set",         "sshd", "bantime", "1+1"},
	    {"set",               "../x", "banip", "192.0.2.1"},
	    {"get",    "--all", "bantime"},
	    {"set",            "sshd", "banip", "a<F2B_END_COMMAND>b"},
	    {"nosuch"},
	};
	static const char *const ABOVE[] = {"stop"};
	AUTO(buf_release) struct buf log = BUF_INIT(REAL_OUTPUT_MAX);
	AUTO(f2b_jail_release) struct f2b_jail j = {0};
	size_t size = log_size();

	(void)state;
	assert_int_not_equal(real_client(&here.real, CONTROL), 0);
	read_log(&log, size);
	assert_non_null(strstr(buf_str(&log), "1+x"));
	size = log_size();
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		size_t n = 0;

		while (n < 5 && ROWS[i][n] != NULL)
			n++;
		must_fail(send_words(ROWS[i], n), ERR_INVALID);
	}
	must_fail(send_words(ABOVE, ARRAY_LEN(ABOVE)), ERR_FEATURE);
	must(f2b_jail_get(here.f2b, "sshd", &j, &here.err));
	assert_int_equal(j.ban_time_s, 600);
	assert_int_equal(j.counters.currently_banned, 0);
	buf_clear(&log);
	read_log(&log, size);
	assert_string_equal(buf_str(&log), "");
}

static void
an_unknown_jail_costs_one_line_in_its_log(void **state)
{
	AUTO(buf_release) struct buf log = BUF_INIT(REAL_OUTPUT_MAX);
	struct f2b_jail j = {0};
	size_t size = log_size();
	size_t lines = 0;

	(void)state;
	must_fail(f2b_jail_get(here.f2b, "nosuch", &j, &here.err),
	    ERR_JAIL_NOT_FOUND);
	read_log(&log, size);
	for (size_t i = 0; i < log.len; i++)
		lines += log.data[i] == '\n';
	assert_int_equal(lines, 1);
}

static void
a_name_with_a_comma_is_a_true_name(void **state)
{
	static const char *const ADD[] = {"add", "a, b", "polling", NULL};
	static const char *const END[] = {"stop", "a, b", NULL};
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	AUTO(f2b_jail_release) struct f2b_jail j = {0};

	(void)state;
	assert_int_equal(real_client(&here.real, ADD), 0);
	must(f2b_jail_names(here.f2b, &names, NULL, &here.err));
	assert_int_equal(names.n, 9);
	assert_string_equal(names.items[0], "a, b");
	must(f2b_jail_get(here.f2b, "a, b", &j, &here.err));
	assert_int_equal(j.fail_regex.n, 0);
	assert_int_equal(real_client(&here.real, END), 0);
}

static void
a_restart_is_survived(void **state)
{
	(void)state;
	must(f2b_ping(here.f2b, &here.err));
	real_run(&here.real, "stop", NULL);
	must_fail(f2b_ping(here.f2b, &here.err), ERR_F2B_DOWN);
	real_run(&here.real, "start", NULL);
	must(f2b_ping(here.f2b, &here.err));
	real_run(&here.real, "stop", NULL);
	real_run(&here.real, "start", NULL);
	must(f2b_ping(here.f2b, &here.err)); /* it was not told of this one */
}

static void
a_hung_server_holds_nobody_for_long(void **state)
{
	pid_t pid = server_pid();
	int64_t begin;
	int64_t until = time_mono_ms() + PATIENCE_MS;

	(void)state;
	must(f2b_ping(here.f2b, &here.err));
	assert_int_equal(kill(pid, SIGSTOP), 0);
	begin = time_mono_ms();
	must_fail(f2b_ping(here.f2b, &here.err), ERR_F2B_TIMEOUT);
	assert_true(time_mono_ms() - begin < 3000);
	begin = time_mono_ms();
	must_fail(f2b_ping(here.f2b, &here.err), ERR_F2B_TIMEOUT);
	assert_true(time_mono_ms() - begin < 500);
	assert_int_equal(kill(pid, SIGCONT), 0);
	while (f2b_ping(here.f2b, &here.err) < 0 && time_mono_ms() < until)
		(void)poll(NULL, 0, 100);
	must(f2b_ping(here.f2b, &here.err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_server_tells_what_it_is),
	    cmocka_unit_test(a_jail_tells_its_settings),
	    cmocka_unit_test(a_ban_is_made_listed_and_lifted),
	    cmocka_unit_test(a_ban_in_a_jail_without_end_is_for_ever),
	    cmocka_unit_test(an_attack_is_seen_as_a_ban),
	    cmocka_unit_test(what_is_refused_never_arrives),
	    cmocka_unit_test(an_unknown_jail_costs_one_line_in_its_log),
	    cmocka_unit_test(a_name_with_a_comma_is_a_true_name),
	    cmocka_unit_test(a_restart_is_survived),
	    cmocka_unit_test(a_hung_server_holds_nobody_for_long),
	};

	return cmocka_run_group_tests_name("f2b", tests, start, stop);
}
