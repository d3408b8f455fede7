/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operations, answered by what no test of a real server brings about. */
#include "f2b/cmd.h"

#include <stdio.h>
#include <string.h>

#include "f2b/frame.h"
#include "t/lib/unit.h"
#include "t/unit/f2b/cmd_case.h"

#define SAY(s) FAKE_SAY(s FRAME_END)

static void
words_of_a_refusal_are_for_the_log(void **state)
{
	static const struct fake_said LOCKED =
	    SAY("\x80\x05K\x01"
		"csqlite3\nOperationalError\n"
		"\x8c\x12"
		"database is locked\x85R\x86.");
	static const struct fake_said NUMBER =
	    SAY("\x80\x05K\x01"
		"cbuiltins\nOSError\nK\x02\x85R\x86.");
	static const struct fake_said BARE = SAY("\x8c\x08"
						 "ERROR: x.");
	static const struct fake_said NONE = SAY("\x80\x05K\x01N\x86.");
	static const struct {
		const struct fake_said *said;
		const char *detail;
	} ROWS[] = {
	    {&LOCKED, "sqlite3.OperationalError: database is locked"},
	    {&NUMBER, "builtins.OSError: "                          },
	    {&BARE,   "ERROR: x"				    },
	    {&NONE,   "no exception"                                },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		serve(fake_always, ROWS[i].said);
		assert_int_equal(f2b_ping(here.f2b, &here.err), -1);
		assert_int_equal(here.err.code, ERR_F2B_REFUSED);
		assert_string_equal(here.err.detail, ROWS[i].detail);
		assert_null(strstr(here.err.message, "sqlite"));
		(void)end(NULL);
	}
}

/* --- names -------------------------------------------------------------- */

#define STATUS(n, len, list)                                                   \
	"K\x00](\x8c\x0e"                                                      \
	"Number of jailK" n "\x86\x8c\x09"                                     \
	"Jail list\x8c" len list "\x86"                                        \
	"e\x86."

static void
assert_names(const struct fake_said *says, size_t n, size_t hidden,
    const char *const *expected)
{
	size_t n_hidden = 99;
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;

	serve(fake_in_turn, says);
	must(f2b_jail_names(here.f2b, &names, &n_hidden, &here.err));
	assert_int_equal(names.n, n);
	assert_int_equal(n_hidden, hidden);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(names.items[i], expected[i]);
	(void)end(NULL);
}

static void
names_of_jails_are_true_names(void **state)
{
	static const struct fake_said NONE[] = {
	    SAY(STATUS("\x00", "\x00", "")), {NULL, 0}
        };
	static const struct fake_said TWO[] = {
	    SAY(STATUS("\x02", "\x06", "b, a b")), {NULL, 0}
        };
	/* one of two is called "a, b" */
	static const struct fake_said COMMA[] = {
	    SAY(STATUS("\x02", "\x07", "a, b, c")),
	    SAY("K\x00](}\x8c\x04"
		"a, b]s}\x8c\x01"
		"c]se\x86."),
	    {NULL, 0}
        };
	static const struct fake_said ODD[] = {
	    SAY(STATUS("\x04", "\x10",
		"../x, a, -b, c\x0a"
		"d")),
	    {NULL, 0}
        };
	static const char *const TWO_NAMES[] = {"a b", "b"};
	static const char *const COMMA_NAMES[] = {"a, b", "c"};
	static const char *const ODD_NAMES[] = {"a"};

	(void)state;
	assert_names(NONE, 0, 0, NULL);
	assert_names(TWO, 2, 0, TWO_NAMES);
	assert_names(COMMA, 2, 0, COMMA_NAMES);
	assert_names(ODD, 1, 3, ODD_NAMES);
}

/* --- texts -------------------------------------------------------------- */

/* An id with a NUL, one with a byte that was no UTF-8, one with a tab. */
static void
texts_leave_as_clean_utf8(void **state)
{
	static const struct fake_said BANS =
	    SAY("K\x00]("
		"\x8c\x2d"
		"a\x00"
		"b \t2026-11-24 02:26:50 + 600 = 2026-11-24 0"
		"\x8c\x2e"
		"\xed\xb3\xbf"
		"b \t2026-11-24 02:26:50 + 600 = 2026-11-24 0"
		"\x8c\x2d"
		"a\tb \t2026-11-24 02:26:50 + 600 = 2026-11-24 0"
		"e\x86.");
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};

	(void)state;
	serve(fake_always, &BANS);
	must(f2b_jail_bans(here.f2b, "x", &l, &here.err));
	assert_int_equal(l.n, 3);
	assert_string_equal(l.items[0].id, "a\xef\xbf\xbd"
					   "b");
	assert_string_equal(l.items[1].id, "\xef\xbf\xbd"
					   "b");
	assert_string_equal(l.items[2].id, "a\tb");
}

/* A list with this one text is the answer to everything. */
static void
serve_ban(const char *text)
{
	char reply[300] = "K\0]\x8c";
	struct fake_said said = {reply, 0};

	reply[4] = (char)strlen(text);
	said.len = 5 + (size_t)snprintf(reply + 5, sizeof reply - 5,
			   "%sa\x86." FRAME_END, text);
	serve(fake_always, &said);
}

static void
ban_with(const char *seconds, struct f2b_ban_list *l)
{
	char text[200];

	(void)snprintf(text, sizeof text,
	    "192.0.2.1 \t2026-11-24 02:26:50 + %s = x", seconds);
	serve_ban(text);
	must(f2b_jail_bans(here.f2b, "x", l, &here.err));
	assert_int_equal(l->n, 1);
	(void)end(NULL);
}

static void
lengths_of_bans_are_whole_seconds_within_reason(void **state)
{
	static const int64_t FAR = INT64_C(253402300799);
	static const struct {
		const char *text;
		int64_t seconds;
		bool far;
	} ROWS[] = {
	    {"600",                  600,                   false},
	    {"0",		    0,		     false},
	    {"600.9",                600,                   false},
	    {"31557600.0",           31557600,              false},
	    {"-1",		   -1,                    false},
	    {"-1.0",                 -1,                    false},
	    {"99999999999",          INT64_C(99999999999),  false},
	    {"253402300799",         INT64_C(253402300799), true },
	    {"253402300800",         INT64_C(253402300799), true },
	    {"99999999999999999999", INT64_C(253402300799), true },
	    {"1.5e+30",              INT64_C(253402300799), true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};

		ban_with(ROWS[i].text, &l);
		assert_int_equal(l.items[0].bantime_s, ROWS[i].seconds);
		assert_int_equal(l.items[0].expires_at,
		    ROWS[i].seconds < 0 ? -1
		    : ROWS[i].far       ? FAR
				  : l.items[0].banned_at + ROWS[i].seconds);
	}
}

/* --- nonsense ----------------------------------------------------------- */

/* Each operation once; how many of them took it for an answer. */
static size_t
ask_everything(enum err_code code)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	AUTO(f2b_server_release) struct f2b_server s = {{0}, NULL, 0};
	AUTO(f2b_jail_release) struct f2b_jail j = {0};
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};
	char version[F2B_VERSION_SIZE];
	struct addr a[2] = {0};
	struct f2b_counters c;
	int64_t n;
	bool banned[2];
	struct str_list one = STR_LIST_INIT;
	size_t good = 0;
	const struct error *e = &here.err;

	must(str_list_add(&one, "x", 1, &here.err));
#define ASK(call)                                                              \
	do {                                                                   \
		err_clear(&here.err);                                          \
		if ((call) == 0)                                               \
			good++;                                                \
		else if (e->code != code)                                      \
			fail_msg(                                              \
			    "%s: %s %s", #call, err_name(e->code), e->detail); \
	} while (0)
	ASK(f2b_ping(here.f2b, &here.err));
	ASK(f2b_version(here.f2b, version, &here.err));
	ASK(f2b_server_get(here.f2b, &s, &here.err));
	ASK(f2b_jail_names(here.f2b, &names, NULL, &here.err));
	ASK(f2b_counters_all(here.f2b, &one, &c, &here.err));
	ASK(f2b_jail_get(here.f2b, "x", &j, &here.err));
	ASK(f2b_jail_bans(here.f2b, "x", &l, &here.err));
	ASK(f2b_ban(
	    here.f2b, "x", (a[0].prefix_len = 128, a), 1, &n, &here.err));
	ASK(f2b_unban(here.f2b, "x", a, 1, &n, &here.err));
	ASK(f2b_unban_everywhere(here.f2b, a, 1, &n, &here.err));
	ASK(f2b_unban_all(here.f2b, &n, &here.err));
	ASK(f2b_is_banned(here.f2b, "x", a, 1, banned, &here.err));
	a[1] = a[0];
	ASK(f2b_is_banned(here.f2b, "x", a, 2, banned, &here.err));
#undef ASK
	str_list_release(&one);
	return good;
}

static void
a_result_of_another_kind_is_nonsense(void **state)
{
	static const struct {
		struct fake_said said;
		size_t good; /* operations for which it is an answer */
	} ROWS[] = {
	    {SAY("K\x00N\x86."),					    0},
	    {SAY("K\x00\x88\x86."),					 0},
	    {SAY("K\x00]\x86."),					    1}, /* no bans */
	    {SAY("K\x00}\x86."),					    0},
	    {SAY("K\x00](NNe\x86."),					0},
	    {SAY("K\x00](]]e\x86."),					0},
	    {SAY("K\x00](K\x01K\x00"
		 "e\x86."),
             1							       }, /* flags of two */
	    {SAY("K\x00](}}e\x86."),					0},
	    {SAY("K\x00K\x05\x86."),					5}, /* counts, and a flag of one */
	    {SAY("K\x00G\x40\x14\x00\x00\x00\x00\x00\x00\x86."),            5},
	    {SAY("K\x00G\x7f\xf8\x00\x00\x00\x00\x00\x00\x86."),            0}, /* nan */
	    {SAY("K\x00G\x7f\xf0\x00\x00\x00\x00\x00\x00\x86."),            5},
	    {SAY("K\x00G\xff\xf0\x00\x00\x00\x00\x00\x00\x86."),            5},
	    {SAY("K\x00\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01\x86."), 5},
	    {SAY("K\x00\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\xff\x86."), 5},
	    {SAY("K\x00\x8c\x04pong\x86."),                                 2}, /* a version, too */
	    {SAY("K\x00\x8c\x01\n\x86."),                                   0},
	    {SAY("K\x00X\x20\x00\x00\x00"
		 "01234567890123456789012345678901"
		 "\x86."),
             0							       },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		size_t good;

		serve(fake_always, &ROWS[i].said);
		good = ask_everything(ERR_F2B_PROTOCOL);
		if (good != ROWS[i].good)
			fail_msg("row %zu: %zu", i, good);
		(void)end(NULL);
	}
}

static void
bans_without_their_form_are_nonsense(void **state)
{
	static const char *const ROWS[] = {
	    "",
	    "192.0.2.1",
	    "\t",
	    "x\t",
	    "192.0.2.1 \t",
	    "192.0.2.1\t2026-11-24 02:26:50 + 600 = x",
	    "192.0.2.1 \t2026-11-24 02:26:50",
	    "192.0.2.1 \t2026-11-24 02:26:50 - 600 = x",
	    "192.0.2.1 \t2026-11-24 02:26:5x + 600 = x",
	    "192.0.2.1 \t2026-11-24 02:26:95 + 600 = x",
	    "192.0.2.1 \t2026-11-24 02:26:x0 + 600 = x",
	    "192.0.2.1 \t2026-13-24 02:26:50 + 600 = x",
	    "192.0.2.1 \t2026-11-24 02:26:50 + 600",
	    "192.0.2.1 \t2026-11-24 02:26:50 +  = x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		struct f2b_ban_list l = {0};

		serve_ban(ROWS[i]);
		must_fail(f2b_jail_bans(here.f2b, "x", &l, &here.err),
		    ERR_F2B_PROTOCOL);
		assert_null(l.items);
		(void)end(NULL);
	}
}

/* One setting of a jail is answered with the value of another. */
static void
a_setting_of_another_kind_is_nonsense(void **state)
{
	static const char *const ROWS[][2] = {
	    {"short",        "get-loglevel"     },
	    {"ignoreself",   "get-loglevel"     },
	    {"logpath",      "get-loglevel"     },
	    {"ignoreip",     "get-journalmatch" },
	    {"journalmatch", "get-loglevel"     },
	    {"journalmatch", "get-full-logpath" },
	    {"datepattern",  "get-loglevel"     },
	    {"datepattern",  "get-sshd-banned"  },
	    {"findtime",     "get-loglevel"     },
	    {"usedns",       "get-full-maxretry"},
	    {"usedns",       "get-full-logpath" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		struct f2b_jail j = {0};
		char reply[64];

		(void)snprintf(
		    reply, sizeof reply, "replies/%s.rep.bin", ROWS[i][1]);
		assert_non_null(fixtures_find(&fixtures, reply));
		serve_but("replies", ROWS[i][0], reply);
		must_fail(f2b_jail_get(here.f2b, "full", &j, &here.err),
		    ERR_F2B_PROTOCOL);
		assert_null(j.name);
		(void)end(NULL);
	}
}

static void
names_of_another_kind_are_nonsense(void **state)
{
	static const struct fake_said ROWS[][3] = {
	    {SAY(STATUS("\x02",     "\x07", "a, b, c")), SAY("K\x00N\x86."),
             {NULL, 0}},
	    {SAY(STATUS("\x02",   "\x07",                     "a, b, c")), SAY("K\x00]Na\x86."),
             {NULL, 0}},
	    {SAY(STATUS("\x02",     "\x07",   "a, b, c")), SAY("K\x00]}NNsa\x86."),
             {NULL, 0}},
	    {SAY("K\x00](\x8c\x0e"
		 "Number of jailN\x86\x8c\x09"
		 "Jail list\x8c\x00\x86"
		 "e\x86."),
             {NULL, 0}                    },
	    {SAY("K\x00](\x8c\x0e"
		 "Number of jailK\x00\x86\x8c\x09"
		 "Jail listN\x86"
		 "e\x86."),
             {NULL, 0}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		struct str_list names = STR_LIST_INIT;

		serve(fake_in_turn, ROWS[i]);
		must_fail(f2b_jail_names(here.f2b, &names, NULL, &here.err),
		    ERR_F2B_PROTOCOL);
		assert_null(names.items);
		(void)end(NULL);
	}
}

static void
an_object_in_a_list_is_named_by_its_class(void **state)
{
	AUTO(f2b_jail_release) struct f2b_jail j = {0};

	(void)state;
	serve_but("replies", "ignoreip", "replies/get-tuple-banned.rep.bin");
	must(f2b_jail_get(here.f2b, "full", &j, &here.err));
	assert_true(j.ignore_ips.n > 0);
	assert_string_equal(j.ignore_ips.items[0], "builtins.str");
	(void)end(NULL);
}

static void
a_refused_setting_of_the_server_is_an_error(void **state)
{
	struct f2b_server s = {{0}, NULL, 0};

	(void)state;
	serve_but("replies", "dbpurgeage", "replies/get-unknown.rep.bin");
	must_fail(f2b_server_get(here.f2b, &s, &here.err), ERR_F2B_REFUSED);
	assert_null(s.log_target);
	(void)end(NULL);
}

static void
where_its_database_is_may_be_nowhere(void **state)
{
	static const struct fake_said NONE = SAY("K\x00N\x86.");
	static const struct fake_said NUMBER = SAY("K\x00K\x05\x86.");
	char *path = NULL;

	(void)state;
	serve_folder("replies");
	must(f2b_database_path(here.f2b, &path, &here.err));
	assert_string_equal(path, "/var/lib/fail2ban/fail2ban.sqlite3");
	free(path);
	(void)end(NULL);
	serve(fake_always, &NONE);
	path = NULL;
	must(f2b_database_path(here.f2b, &path, &here.err));
	assert_null(path);
	(void)end(NULL);
	serve(fake_always, &NUMBER);
	must_fail(
	    f2b_database_path(here.f2b, &path, &here.err), ERR_F2B_PROTOCOL);
	assert_null(path);
	(void)end(NULL);
}

#define CASE(name) cmocka_unit_test_teardown(name, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_of_a_refusal_are_for_the_log),
	    cmocka_unit_test(names_of_jails_are_true_names),
	    CASE(texts_leave_as_clean_utf8),
	    cmocka_unit_test(lengths_of_bans_are_whole_seconds_within_reason),
	    cmocka_unit_test(a_result_of_another_kind_is_nonsense),
	    cmocka_unit_test(bans_without_their_form_are_nonsense),
	    cmocka_unit_test(a_setting_of_another_kind_is_nonsense),
	    cmocka_unit_test(names_of_another_kind_are_nonsense),
	    cmocka_unit_test(an_object_in_a_list_is_named_by_its_class),
	    cmocka_unit_test(where_its_database_is_may_be_nowhere),
	    cmocka_unit_test(a_refused_setting_of_the_server_is_an_error),
	};

	return cmocka_run_group_tests_name("cmd_answers", tests, load, unload);
}
