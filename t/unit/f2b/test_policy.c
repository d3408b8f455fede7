/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/policy.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "f2b/pickle.h"
#include "t/lib/unit.h"

enum { WORDS = 7 };

struct request {
	const char *words[WORDS]; /* to the first NULL */
};

static size_t
n_words(const struct request *r)
{
	size_t n = 0;

	while (n < WORDS && r->words[n] != NULL)
		n++;
	return n;
}

static int
check(const struct request *r, const struct policy_row **row)
{
	struct error err = ERROR_INIT;
	int rc = policy_check(r->words, n_words(r), row, &err);

	if (rc < 0)
		assert_int_equal(err.code, ERR_INVALID);
	return rc;
}

/* SEC-2, and the neighbours of each. */
static const struct request REFUSED[] = {
    {{NULL}},
    {{""}},
    {{"ping", "0.1"}},
    {{"PING"}},
    {{"ping "}},
    {{"stop", "--all"}},
    {{"add", "x", "polling"}},
    {{"sleep", "1"}},
    {{"echo", "x"}},
    {{"reload"}},
    {{"reload", "--all"}},
    {{"restart"}},
    {{"server-stream"}},
    {{"multi-set", "sshd", "addfailregex", "^x$"}},
    {{"config-error", "x"}},
    {{"stats"}},
    {{"status", "--all"}},
    {{"status", "sshd"}}, /* writes every id: short does not */
    {{"status", "sshd", "basic"}},
    {{"status", "sshd", "cymru"}},
    {{"status", "sshd", "short", "x"}},
    {{"status", "../x", "short"}},
    {{"status", "--all", "short"}},
    {{"banned", "sshd"}},
    {{"banned", "192.0.2.1", "x"}},
    {{"get"}},
    {{"get", "sshd"}},
    {{"get", "dbfile", "x"}},
    {{"get", "loglevel", "x"}},
    {{"get", "thread"}},
    {{"get", "loglevel", "banip", "--with-time"}},
    {{"get", "sshd", "banip"}},
    {{"get", "sshd", "banip", "--with-time", "x"}},
    {{"get", "sshd", "banned"}},
    {{"get", "sshd", "banned", "host"}},
    {{"get", "sshd", "bantime.evformula"}},
    {{"get", "sshd", "action", "a", "actionban"}},
    {{"get", "sshd", "ignorecommand"}},
    {{"get", "../x", "bantime"}},
    {{"get", "--all", "bantime"}},
    {{"set", "logtarget", "/x"}},
    {{"set", "syslogsocket", "/x"}},
    {{"set", "dbfile", "/x"}},
    {{"set", "dbpurgeage", "1+1"}},
    {{"set", "logtarget", "banip", "192.0.2.1"}},
    {{"set", "dbfile", "unbanip", "192.0.2.1"}},
    {{"set", "sshd", "bantime", "1+1"}},
    {{"set", "sshd", "findtime", "__import__('os')"}},
    {{"set", "sshd", "bantime.formula", "x"}},
    {{"set", "sshd", "action", "a", "actionban", "id"}},
    {{"set", "sshd", "addaction", "a"}},
    {{"set", "sshd", "delaction", "a"}},
    {{"set", "sshd", "ignorecommand", "id"}},
    {{"set", "sshd", "addignoreip", "file:/etc/shadow"}},
    {{"set", "sshd", "addlogpath", "/etc/shadow"}},
    {{"set", "sshd", "attempt", "192.0.2.1"}},
    {{"set", "sshd", "banip"}},
    {{"set", "sshd", "banip", ""}},
    {{"set", "sshd", "banip", "host"}},
    {{"set", "sshd", "banip", "example.org"}},
    {{"set", "sshd", "banip", "--x"}},
    {{"set", "sshd", "banip", "192.0.2.1", "--x"}},
    {{"set", "sshd", "banip", "192.0.2.1 "}},
    {{"set", "sshd", "banip", "192.0.2.1\n"}},
    {{"set", "sshd", "banip", "192.0.2.01"}},
    {{"set", "sshd", "banip", "192.0.2"}},
    {{"set", "sshd", "banip", "3221225985"}},
    {{"set", "sshd", "banip", "0xc0000201"}},
    {{"set", "sshd", "banip", "2001:DB8::1"}},
    {{"set", "sshd", "banip", "2001:db8:0::1"}},
    {{"set", "sshd", "banip", "::ffff:192.0.2.1"}},
    {{"set", "sshd", "banip", "fe80::1%eth0"}},
    {{"set", "sshd", "banip", "192.0.2.1/32"}},
    {{"set", "sshd", "banip", "192.0.2.1/24"}},
    {{"set", "sshd", "banip", "192.0.2.0/024"}},
    {{"set", "sshd", "banip", "0.0.0.0/0"}},
    {{"set", "sshd", "banip", "::/0"}},
    {{"set", "sshd", "banip", "a<F2B_END_COMMAND>b"}},
    {{"set", "--all", "banip", "192.0.2.1"}},
    {{"set", "../x", "banip", "192.0.2.1"}},
    {{"set", "", "banip", "192.0.2.1"}},
    {{"set", "a\nb", "banip", "192.0.2.1"}},
    {{"set", "sshd", "unbanip"}},
    {{"set", "sshd", "unbanip", "--report-absent", "192.0.2.1"}},
    {{"set", "sshd", "unbanip", "--all"}},
    {{"@level"}},
    {{"ping", "@level", "x"}},
    {{"@history"}},
    {{"@history", "state", "/x"}},
    {{"@history", "read", "0", "64", "1000"}},
    {{"@history", "read", "-1", "64", "1000", "0"}},
    {{"@history", "read", "0", "64", "1001", "0"}},
    {{"@history", "read", "0", "64", "x", "0"}},
    {{"@history", "read", "0", "64", "01", "0"}},
    {{"start"}},
    {{"start", "--all"}},
    {{"start", "../x"}},
    {{"stop", "../x"}},
    {{"flushlogs", "x"}},
    {{"set", "loglevel", ""}},
    {{"set", "loglevel", "HEAVYDEBUG"}},
    {{"set", "loglevel", "INFO|DEBUG"}},
    {{"set", "loglevel", "INF"}},
    {{"set", "loglevel", "info"}},
    {{"set", "logtarget", "/var/log/x"}},
    {{"set", "logtarget", "STDOUT"}},
    {{"set", "dbpurgeage", "0"}},
    {{"set", "dbpurgeage", "1000000001"}},
    {{"set", "dbmaxmatches", "1"}},
    {{"set", "allowipv6", "no"}},
    {{"set", "thread", "{}"}},
    {{"set", "sshd", "bantime", ""}},
    {{"set", "sshd", "bantime", "-2"}},
    {{"set", "sshd", "bantime", "1h"}},
    {{"set", "sshd", "bantime", "1.5"}},
    {{"set", "sshd", "bantime", "0600"}},
    {{"set", "sshd", "bantime", "+600"}},
    {{"set", "sshd", "bantime", "1e3"}},
    {{"set", "sshd", "bantime", "600 "}},
    {{"set", "sshd", "bantime", "600\n"}},
    {{"set", "sshd", "bantime", "1000000001"}},
    {{"set", "sshd", "bantime", "600", "600"}},
    {{"set", "sshd", "findtime", "0"}},
    {{"set", "sshd", "maxretry", "0"}},
    {{"set", "sshd", "maxretry", "100001"}},
    {{"set", "sshd", "maxmatches", "-1"}},
    {{"set", "sshd", "bantime.increment", "True"}},
    {{"set", "sshd", "bantime.increment", "1"}},
    {{"set", "sshd", "bantime.factor", "1"}},
    {{"set", "sshd", "bantime.multipliers", "1 2"}},
    {{"set", "sshd", "bantime.evformula", "1"}},
    {{"set", "sshd", "idle", "maybe"}},
    {{"set", "sshd", "usedns", "no"}},
    {{"set", "sshd", "addfailregex", "^<HOST>$"}},
    {{"set", "sshd", "addignoreip", ""}},
    {{"set", "sshd", "addignoreip", "0.0.0.0/0"}},
    {{"set", "sshd", "addignoreip", "::/0"}},
    {{"set", "sshd", "addignoreip", "192.0.2.1", "192.0.2.2"}},
    {{"set", "sshd", "addignoreip", "192.0.2"}},
    {{"set", "sshd", "addignoreip", "192.0.2.300"}},
    {{"set", "sshd", "addignoreip", "3221225985"}},
    {{"set", "sshd", "addignoreip", "0xc0000201"}},
    {{"set", "sshd", "addignoreip", "-x.example"}},
    {{"set", "sshd", "addignoreip", "x-.example"}},
    {{"set", "sshd", "addignoreip", "a..example"}},
    {{"set", "sshd", "addignoreip", ".example"}},
    {{"set", "sshd", "addignoreip", "example."}},
    {{"set", "sshd", "addignoreip", "a b"}},
    {{"set", "sshd", "addignoreip", "a_b.example"}},
    {{"set", "sshd", "addignoreip", "/etc/shadow"}},
    {{"set", "sshd", "addignoreip", "example/24"}},
    {{"set", "sshd", "addignoreip", "$(id)"}},
    {{"set", "sshd", "delignoreip", "file:/etc/shadow"}},
    {{"set", "sshd", "delignoreip", "--all"}},
    {{"set", "sshd", "addlogpath", "/etc/shadow", "tail"}},
    {{"set", "sshd", "addlogpath", "/var/log/x"}},
    {{"set", "sshd", "addlogpath", "/var/log/x", "middle"}},
    {{"set", "sshd", "addlogpath", "/var/log", "tail"}},
    {{"set", "sshd", "addlogpath", "/var/log/", "tail"}},
    {{"set", "sshd", "addlogpath", "/var/logs/x", "tail"}},
    {{"set", "sshd", "addlogpath", "/var/log/../x", "tail"}},
    {{"set", "sshd", "addlogpath", "/var/log/a/../../x", "tail"}},
    {{"set", "sshd", "addlogpath", "/var/log//x", "tail"}},
    {{"set", "sshd", "addlogpath", "/var/log/./x", "tail"}},
    {{"set", "sshd", "addlogpath", "/var/log/a\nb", "tail"}},
    {{"set", "sshd", "addlogpath", "var/log/x", "tail"}},
    {{"set", "sshd", "dellogpath", "/etc/shadow"}},
    {{"set", "sshd", "dellogpath", "/var/log/a<F2B_END_COMMAND>b"}},
    {{"@tail", "/var/log/a<F2B_END_COMMAND>b", "100"}},
    {{"unban"}},
    {{"unban", "sshd"}},
    {{"unban", "--all", "192.0.2.1"}},
    {{"unban", "192.0.2.1", "--all"}},
    {{"unban", "--ALL"}},
};

struct allowed {
	struct request request;
	enum policy_level level;
	enum policy_pace pace;
	const char *text;
};

/* clang-format off */
static const struct allowed ALLOWED[] = {
	{ {{"ping"}}, POLICY_OBSERVE, POLICY_QUICK, "ping" },
	{ {{"version"}}, POLICY_OBSERVE, POLICY_QUICK, "version" },
	{ {{"status"}}, POLICY_OBSERVE, POLICY_QUICK, "status" },
	{ {{"status", "sshd", "short"}}, POLICY_OBSERVE, POLICY_QUICK,
	  "status {jail} short" },
	{ {{"status", "odd name; $(x) \"q\", \xc3\xbc", "short"}},
	  POLICY_OBSERVE, POLICY_QUICK, "status {jail} short" },
	{ {{"banned"}}, POLICY_OBSERVE, POLICY_BULK, "banned" },
	{ {{"banned", "192.0.2.1", "2001:db8::1"}}, POLICY_OBSERVE,
	  POLICY_BULK, "banned {ip}..." },
	{ {{"get", "loglevel"}}, POLICY_OBSERVE, POLICY_QUICK, "get "
	  "loglevel|logtarget|syslogsocket|dbfile|dbpurgeage|dbmaxmatches" },
	{ {{"get", "dbfile"}}, POLICY_OBSERVE, POLICY_QUICK, "get "
	  "loglevel|logtarget|syslogsocket|dbfile|dbpurgeage|dbmaxmatches" },
	{ {{"get", "sshd", "bantime.increment"}}, POLICY_OBSERVE,
	  POLICY_QUICK, "get {jail} logpath|logencoding|journalmatch|"
	  "ignoreself|ignoreip|failregex|ignoreregex" },
	{ {{"get", "sshd", "banip", "--with-time"}}, POLICY_OBSERVE,
	  POLICY_BULK, "get {jail} banip --with-time" },
	{ {{"get", "sshd", "banned", "192.0.2.1"}}, POLICY_OBSERVE,
	  POLICY_BULK, "get {jail} banned {ip}..." },
	{ {{"set", "sshd", "banip", "192.0.2.1", "198.51.100.0/24",
	    "2001:db8::/32"}}, POLICY_OPERATE, POLICY_ACT,
	  "set {jail} banip {ip}..." },
	{ {{"@tail", "log", "262144"}}, POLICY_OBSERVE, POLICY_QUICK,
	  "@tail log {n}" },
	{ {{"@tail", "/srv/a b.log", "1"}}, POLICY_OBSERVE, POLICY_QUICK,
	  "@tail {path} {n}" },
	{ {{"@test", "jail.d/x.local", "-", "write", "[x]\n"}},
	  POLICY_CONFIGURE, POLICY_ACT, "@test {changes}" },
	{ {{"set", "sshd", "banip", "128.0.0.0/1"}}, POLICY_OPERATE,
	  POLICY_ACT, "set {jail} banip {ip}..." },
	{ {{"set", "sshd", "unbanip", "0.0.0.0/0", "::/0"}}, POLICY_OPERATE,
	  POLICY_ACT, "set {jail} unbanip {ip}..." },
	{ {{"unban", "192.0.2.1"}}, POLICY_OPERATE, POLICY_ACT,
	  "unban {ip}..." },
	{ {{"unban", "--all"}}, POLICY_OPERATE, POLICY_ACT, "unban --all" },
	{ {{"ping", "@level"}}, POLICY_OBSERVE, POLICY_QUICK, "ping @level" },
	{ {{"@history", "read", "0", "64", "1000",
	    "-9223372036854775808"}}, POLICY_OBSERVE, POLICY_QUICK,
	  "@history read {n} {n} {n} {n}" },
	{ {{"set", "sshd", "idle", "on"}}, POLICY_OPERATE, POLICY_QUICK,
	  "set {jail} idle on|off" },
	{ {{"set", "sshd", "addignoreip", "192.0.2.0/24"}}, POLICY_OPERATE,
	  POLICY_QUICK, "set {jail} addignoreip {host}" },
	{ {{"set", "sshd", "addignoreip", "Mail-1.example.org"}},
	  POLICY_OPERATE, POLICY_QUICK, "set {jail} addignoreip {host}" },
	{ {{"set", "sshd", "addignoreip", "localhost"}}, POLICY_OPERATE,
	  POLICY_QUICK, "set {jail} addignoreip {host}" },
	{ {{"set", "sshd", "addignoreip", "4.example"}}, POLICY_OPERATE,
	  POLICY_QUICK, "set {jail} addignoreip {host}" },
	{ {{"set", "sshd", "delignoreip", "::/0"}}, POLICY_OPERATE,
	  POLICY_QUICK, "set {jail} delignoreip {host}" },
	{ {{"set", "sshd", "bantime", "-1"}}, POLICY_OPERATE, POLICY_QUICK,
	  "set {jail} bantime {n}" },
	{ {{"set", "sshd", "bantime", "1000000000"}}, POLICY_OPERATE,
	  POLICY_QUICK, "set {jail} bantime {n}" },
	{ {{"set", "sshd", "maxretry", "100000"}}, POLICY_OPERATE,
	  POLICY_QUICK, "set {jail} maxretry {n}" },
	{ {{"set", "loglevel", "DEBUG"}}, POLICY_OPERATE, POLICY_QUICK,
	  "set loglevel CRITICAL|ERROR|WARNING|NOTICE|INFO|DEBUG" },
	{ {{"flushlogs"}}, POLICY_OPERATE, POLICY_QUICK, "flushlogs" },
	{ {{"set", "logtarget", "SYSLOG"}}, POLICY_CONFIGURE, POLICY_QUICK,
	  "set logtarget STDERR|SYSLOG|SYSTEMD-JOURNAL|"
	  "/var/log/fail2ban.log" },
	{ {{"set", "sshd", "addlogpath", "/var/log/a b/x.log", "tail"}},
	  POLICY_CONFIGURE, POLICY_QUICK,
	  "set {jail} addlogpath {log} head|tail" },
	{ {{"set", "sshd", "dellogpath", "/var/log/x"}}, POLICY_CONFIGURE,
	  POLICY_QUICK, "set {jail} dellogpath {log}" },
};
/* clang-format on */

static void
what_no_row_describes_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(REFUSED); i++) {
		const struct policy_row *row = NULL;

		if (check(&REFUSED[i], &row) == 0)
			fail_msg("row %zu is allowed", i);
		assert_null(row);
	}
}

static void
what_the_pages_need_is_allowed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ALLOWED); i++) {
		const struct policy_row *row = NULL;
		char text[96];

		if (check(&ALLOWED[i].request, &row) < 0)
			fail_msg("row %zu is refused", i);
		assert_int_equal(row->level, ALLOWED[i].level);
		assert_int_equal(row->pace, ALLOWED[i].pace);
		assert_true(row->idempotent);
		assert_int_equal(row->op == POLICY_OP_FORWARD,
		    strchr(ALLOWED[i].text, '@') == NULL);
		policy_describe(row, text, sizeof text);
		text[strlen(ALLOWED[i].text) < sizeof text
			 ? strlen(ALLOWED[i].text)
			 : sizeof text - 1] = '\0';
		assert_string_equal(text, ALLOWED[i].text);
	}
}

static void
a_description_is_cut_to_the_room_there_is(void **state)
{
	const struct policy_row *row = NULL;
	char text[9];

	(void)state;
	assert_int_equal(check(&ALLOWED[9].request, &row), 0);
	policy_describe(row, text, sizeof text);
	assert_string_equal(text, "get {jai");
}

/* What is allowed is the same words, and allowed, on the other side. */
static void
what_is_allowed_travels_unchanged(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ALLOWED); i++) {
		const struct request *r = &ALLOWED[i].request;
		AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_F2B_REQUEST);
		AUTO(pickle_freep) struct pickle *p = NULL;
		const struct policy_row *row = NULL;
		const struct policy_row *again = NULL;
		struct request back = {{NULL}};
		struct error err = ERROR_INIT;
		size_t used = 0;
		size_t n = 0;

		assert_int_equal(check(r, &row), 0);
		assert_int_equal(
		    pickle_encode_words(&out, r->words, n_words(r), &err), 0);
		assert_int_equal(
		    pickle_decode(&p, out.data, out.len, &used, &err), 0);
		assert_int_equal(
		    pickle_words(pickle_value(p), back.words, WORDS, &n, &err),
		    0);
		assert_int_equal(n, n_words(r));
		for (size_t k = 0; k < n; k++)
			assert_string_equal(back.words[k], r->words[k]);
		assert_int_equal(check(&back, &again), 0);
		assert_ptr_equal(row, again);
	}
}

static void
what_can_be_done_only_once_is_not_sent_again(void **state)
{
	static const struct request ONCE[] = {
	    {{"start", "sshd"}},
	    {{"stop", "sshd"}},
	    {{"stop"}},
	    {{"@reload"}},
	    {{"@reload", "sshd"}},
	    {{"@commit", "jail.d/x.local", "-", "write", ""}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ONCE); i++) {
		const struct policy_row *row = NULL;

		assert_int_equal(check(&ONCE[i], &row), 0);
		assert_false(row->idempotent);
		assert_int_equal(row->pace, POLICY_ACT);
	}
}

/* A word that the slot takes. */
static const char *
sample(const struct policy_slot *s, char *room, size_t size)
{
	static const char *const WORDS_OF[] = {
	    [SLOT_JAIL] = "sshd",
	    [SLOT_HOST] = "192.0.2.1",
	    [SLOT_IGNORE] = "host.example",
	    [SLOT_LOG] = "/var/log/auth.log",
	    [SLOT_IDS] = "192.0.2.1",
	    [SLOT_BANS] = "192.0.2.1",
	    [SLOT_PATH] = "/srv/app.log",
	    [SLOT_CHANGES] = "jail.d/x.local",
	};

	if (s->kind == SLOT_INT)
		(void)snprintf(room, size, "%lld", (long long)s->max);
	else if (s->kind == SLOT_WORD || s->kind == SLOT_ONE)
		(void)snprintf(room, size, "%s", s->word);
	else
		(void)snprintf(room, size, "%s", WORDS_OF[s->kind]);
	if (s->kind == SLOT_ONE)
		room[strcspn(room, "|")] = '\0';
	return room;
}

/* Every row can be met, by what its description says, and by no other: each
 * has its level, and no lower one will do. */
static void
every_row_is_reached_by_its_own_words(void **state)
{
	size_t n_of_level[POLICY_LEVEL__MAX] = {0};

	(void)state;
	for (size_t i = 0; i < POLICY_LEN; i++) {
		char room[WORDS][64];
		struct request r = {{NULL}};
		const struct policy_row *row = NULL;

		for (size_t k = 0; k < POLICY_SLOTS; k++) {
			const struct policy_slot *s = &POLICY[i].slots[k];

			if (s->kind == SLOT_END)
				break;
			r.words[k] = sample(s, room[k], sizeof room[k]);
		}
		assert_int_equal(check(&r, &row), 0);
		assert_ptr_equal(row, &POLICY[i]);
		n_of_level[row->level]++;
		for (enum policy_level l = 0; l < POLICY_LEVEL__MAX; l++) {
			struct error err = ERROR_INIT;

			assert_int_equal(policy_allow(row, l, &err),
			    l < row->level ? -1 : 0);
			if (l >= row->level)
				continue;
			assert_int_equal(err.code, ERR_FEATURE);
			assert_non_null(
			    strstr(err.message, policy_level_name(row->level)));
		}
	}
	for (size_t l = 0; l < POLICY_LEVEL__MAX; l++)
		assert_true(n_of_level[l] > 0);
}

static void
names_of_levels_are_four(void **state)
{
	static const char *const BAD[] = {"", "Observe", "observe ", "root"};
	enum policy_level level = POLICY_LEVEL__MAX;

	(void)state;
	for (enum policy_level l = 0; l < POLICY_LEVEL__MAX; l++) {
		assert_true(policy_level_parse(policy_level_name(l), &level));
		assert_int_equal(level, l);
	}
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		assert_false(policy_level_parse(BAD[i], &level));
}

static void
names_of_hosts_have_a_length(void **state)
{
	char name[256] = "";
	const struct policy_row *row = NULL;
	const struct request r = {
	    {"set", "sshd", "addignoreip", name}
        };

	(void)state;
	memset(name, 'a', 63);
	assert_int_equal(check(&r, &row), 0);
	name[63] = 'a';
	assert_int_equal(check(&r, &row), -1);
	for (size_t i = 0; i < 253; i++)
		name[i] = i % 50 == 49 ? '.' : 'a';
	assert_int_equal(check(&r, &row), 0);
	name[253] = 'a';
	assert_int_equal(check(&r, &row), -1);
}

static void
a_request_has_a_number_of_words(void **state)
{
	static const char *words[POLICY_WORDS_MAX + 1] = {"unban"};
	const struct policy_row *row = NULL;
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 1; i <= POLICY_WORDS_MAX; i++)
		words[i] = "192.0.2.1";
	assert_int_equal(policy_check(words, POLICY_WORDS_MAX, &row, &err), 0);
	assert_int_equal(
	    policy_check(words, POLICY_WORDS_MAX + 1, &row, &err), -1);
	assert_true(POLICY_WORDS_MAX >= LIMIT_BAN_IPS + 3);
}

static void
a_refusal_tells_which_word(void **state)
{
	static const char *const WORD3[] = {"set", "sshd", "bantime", "1+1"};
	struct error err = ERROR_INIT;
	const struct policy_row *row = NULL;

	(void)state;
	assert_int_equal(policy_check(WORD3, 4, &row, &err), -1);
	assert_string_equal(
	    err.detail, "word 4 of 4 has no place in any operation");
}

static void
names_of_jails_have_a_grammar(void **state)
{
	static const struct {
		const char *name;
		bool ok;
	} ROWS[] = {
	    {"sshd",							     true },
	    {"a",								true },
	    {"A-b_c.d",							  true },
	    {"0",								true },
	    {"j\xc3\xa4il",						      true },
	    {"a b, c; $(x) \"q\"",					       true },
	    {"--x-y",							    false},
	    {"-",								false},
	    {"",								 false},
	    {".",								false},
	    {"..",							       false},
	    {"../x",							     false},
	    {"a/b",							      false},
	    {"a\tb",							     false},
	    {"a\x7f",							    false},
	    {"a\xff",							    false},
	    {"\xed\xb3\xbf",						     false},
	    {"loglevel",							 false},
	    {"logtarget",							false},
	    {"syslogsocket",						     false},
	    {"allowipv6",							false},
	    {"thread",							   false},
	    {"dbfile",							   false},
	    {"dbmaxmatches",						     false},
	    {"dbpurgeage",						       false},
	    {"--all",							    false},
	    {"x<F2B_END_COMMAND>y",					      false},
	    {"0123456789012345678901234567890123456789012345678901234567890123",
             true								     },
	    {"0123456789012345678901234567890123456789012345678901234567890123"
	     "4",						   false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++)
		if (policy_is_jail(ROWS[i].name) != ROWS[i].ok)
			fail_msg("%s", ROWS[i].name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_no_row_describes_is_refused),
	    cmocka_unit_test(what_the_pages_need_is_allowed),
	    cmocka_unit_test(a_description_is_cut_to_the_room_there_is),
	    cmocka_unit_test(what_is_allowed_travels_unchanged),
	    cmocka_unit_test(what_can_be_done_only_once_is_not_sent_again),
	    cmocka_unit_test(names_of_levels_are_four),
	    cmocka_unit_test(names_of_hosts_have_a_length),
	    cmocka_unit_test(every_row_is_reached_by_its_own_words),
	    cmocka_unit_test(a_request_has_a_number_of_words),
	    cmocka_unit_test(a_refusal_tells_which_word),
	    cmocka_unit_test(names_of_jails_have_a_grammar),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
