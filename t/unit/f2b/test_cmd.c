/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operations, answered by a script out of the captured replies. */
#include "f2b/cmd.h"

#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "f2b/frame.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/f2b/cmd_case.h"

/* --- servers of every version ------------------------------------------- */

static const char *const VERSIONS[] = {"0.10.6-python2.7", "0.11.2-python2.7",
    "0.11.2-python3.6", "0.11.2-python3.9", "1.0.2-python3.7",
    "1.0.2-python3.11", "1.1.0-python3.11", "1.1.0-python3.12",
    "1.1.2.dev1-python3.8", "1.1.2.dev1-python3.13"};

static void
check_bans_of(const char *version)
{
	AUTO(f2b_ban_list_release) struct f2b_ban_list bans = {0};

	if (strncmp(version, "0.10", 4) == 0) {
		must_fail(f2b_jail_bans(here.f2b, "sshd", &bans, &here.err),
		    ERR_F2B_REFUSED);
		return;
	}
	must(f2b_jail_bans(here.f2b, "sshd", &bans, &here.err));
	assert_true(bans.n > 0);
	for (size_t i = 0; i < bans.n; i++) {
		assert_true(bans.items[i].is_addr);
		assert_int_equal(bans.items[i].bantime_s, 600);
		assert_int_equal(
		    bans.items[i].expires_at, bans.items[i].banned_at + 600);
	}
}

static void
check_version(const char *version)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	char folder[64];
	char text[F2B_VERSION_SIZE];
	struct f2b_counters c[9];

	(void)snprintf(folder, sizeof folder, "versions/%s", version);
	serve_folder(folder);
	must(f2b_ping(here.f2b, &here.err));
	must(f2b_version(here.f2b, text, &here.err));
	assert_memory_equal(text, version, strcspn(version, "-"));
	must(f2b_jail_names(here.f2b, &names, NULL, &here.err));
	assert_int_equal(names.n, 9);
	assert_string_equal(names.items[0], "bigjail");
	assert_string_equal(names.items[8], "users");
	str_list_release(&names);
	must(str_list_add(&names, "sshd", 4, &here.err));
	must(f2b_counters_all(here.f2b, &names, c, &here.err));
	assert_true(c[0].total_failed > 0 && c[0].currently_banned > 0);
	check_bans_of(version);
	(void)end(NULL);
}

static void
servers_of_all_versions_are_understood(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(VERSIONS); i++)
		check_version(VERSIONS[i]);
}

/* --- what is read ------------------------------------------------------- */

static void
assert_list(const struct str_list *l, size_t n, const char *first)
{
	assert_int_equal(l->n, n);
	if (n > 0)
		assert_string_equal(l->items[0], first);
}

static void
everything_of_a_jail_is_read(void **state)
{
	AUTO(f2b_jail_release) struct f2b_jail j = {0};

	(void)state;
	serve_folder("replies");
	must(f2b_jail_get(here.f2b, "full", &j, &here.err));
	assert_string_equal(j.name, "full");
	assert_int_equal(j.counters.currently_failed, 1);
	assert_int_equal(j.counters.total_failed, 26);
	assert_int_equal(j.counters.currently_banned, 8);
	assert_int_equal(j.counters.total_banned, 8);
	assert_false(j.idle_known);
	assert_list(&j.log_paths, 2, "/var/log/full-1.log");
	assert_list(&j.journal_match, 0, NULL);
	assert_list(&j.ignore_regex, 2, "^denied .* healthcheck$");
	assert_list(&j.ignore_ips, 6, "127.0.0.0/8");
	assert_list(&j.actions, 2, "note");
	assert_int_equal(j.fail_regex.n, 2);
	assert_true(j.ignore_self);
	assert_int_equal(j.find_time_s, 93600);
	assert_int_equal(j.ban_time_s, 604800);
	assert_int_equal(j.max_retry, 5);
	assert_int_equal(j.max_matches, 7);
	assert_string_equal(j.use_dns, "warn");
	assert_string_equal(j.encoding, "utf-8");
	assert_string_equal(j.date_pattern, "^%Y-%m-%dT%H:%M:%S");
	assert_true(j.has_increment && j.increment);
	assert_false(j.overall_jails);
	assert_int_equal(j.max_time_s, 3024000);
	assert_int_equal(j.rnd_time_s, 480);
	assert_string_equal(j.factor, "2");
	assert_non_null(strstr(j.formula, "ban.Time"));
	assert_null(j.multipliers);
}

static void
settings_of_the_server_are_read(void **state)
{
	AUTO(f2b_server_release) struct f2b_server s = {{0}, NULL, 0};

	(void)state;
	serve_folder("replies");
	must(f2b_server_get(here.f2b, &s, &here.err));
	assert_string_equal(s.log_level, "INFO");
	assert_string_equal(s.log_target, "/var/log/fail2ban.log");
	assert_int_equal(s.db_purge_age_s, 2592000);
}

static void
ids_of_bans_may_be_any_text(void **state)
{
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};
	static const char *const IDS[] = {"plain",
	    "M\xc3\xbcller \xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e "
	    "\xf0\x9f\x94\x92",
	    "bytes-\xef\xbf\xbd\xef\xbf\xbd-\xef\xbf\xbd", "a'b\"c<d>e\\f,g",
	    "x" FRAME_END "y"};

	(void)state;
	serve_folder("replies");
	must(f2b_jail_bans(here.f2b, "users", &l, &here.err));
	assert_int_equal(l.n, ARRAY_LEN(IDS));
	for (size_t i = 0; i < l.n; i++) {
		assert_string_equal(l.items[i].id, IDS[i]);
		assert_false(l.items[i].is_addr);
		assert_int_equal(l.items[i].bantime_s, 172800);
	}
	f2b_ban_list_release(&l);
	must(f2b_jail_bans(here.f2b, "increment", &l, &here.err));
	assert_string_equal(l.items[0].id, "('alice', 'web1')");
}

static void
a_ban_for_ever_has_no_end(void **state)
{
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};
	int64_t at = 0;

	(void)state;
	serve_folder("replies");
	must(f2b_jail_bans(here.f2b, "permanent", &l, &here.err));
	assert_true(l.n > 5);
	assert_true(time_parse_local("2026-11-24 02:26:50", 19, &at));
	assert_string_equal(l.items[0].id, "203.0.113.5");
	assert_int_equal(l.items[0].banned_at, at);
	assert_int_equal(l.items[0].bantime_s, -1);
	assert_int_equal(l.items[0].expires_at, -1);
}

static void
twelve_thousand_bans_are_read(void **state)
{
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};

	(void)state;
	serve_folder("replies");
	must(f2b_jail_bans(here.f2b, "bigjail", &l, &here.err));
	assert_int_equal(l.n, 12000);
	for (size_t i = 0; i < l.n; i++)
		assert_true(l.items[i].is_addr && l.items[i].banned_at > 0);
}

static void
journal_matches_become_texts(void **state)
{
	AUTO(f2b_jail_release) struct f2b_jail j = {0};

	(void)state;
	serve_but(
	    "replies", "journalmatch", "replies/get-journalmatch.rep.bin");
	must(f2b_jail_get(here.f2b, "full", &j, &here.err));
	assert_list(&j.journal_match, 2, "_SYSTEMD_UNIT=ssh.service");
	assert_string_equal(j.journal_match.items[1], "_COMM=sshd");
}

/* fail2ban's development branch has an object where others have texts. */
static void
a_file_of_addresses_is_named(void **state)
{
	AUTO(f2b_jail_release) struct f2b_jail j = {0};

	(void)state;
	serve_but("replies", "ignoreip",
	    "versions/1.1.2.dev1-python3.13/get-ignoreip-file.rep.bin");
	must(f2b_jail_get(here.f2b, "full", &j, &here.err));
	assert_list(&j.ignore_ips, 9, "127.0.0.0/8");
	assert_true(str_list_has(&j.ignore_ips, "file:/var/log/ignore.list"));
}

static void
a_jail_without_settings_of_its_own_is_read(void **state)
{
	AUTO(f2b_jail_release) struct f2b_jail j = {0};

	(void)state;
	serve_but(
	    "replies", "datepattern", "replies/get-empty-datepattern.rep.bin");
	must(f2b_jail_get(here.f2b, "full", &j, &here.err));
	assert_null(j.date_pattern);
	(void)end(NULL);
	f2b_jail_release(&j);
	serve_but(
	    "replies", "datepattern", "replies/set-datepattern-epoch.rep.bin");
	must(f2b_jail_get(here.f2b, "full", &j, &here.err));
	assert_string_equal(j.date_pattern, "{^LN-BEG}Epoch");
	(void)end(NULL);
	f2b_jail_release(&j);
	/* None, as it is for bantime.increment that was never set */
	serve_but("replies", "bantime.",
	    "replies/get-empty-bantime-increment.rep.bin");
	must(f2b_jail_get(here.f2b, "full", &j, &here.err));
	assert_true(j.has_increment);
	assert_false(j.increment);
	assert_int_equal(j.max_time_s, -1);
	assert_null(j.factor);
	(void)end(NULL);
	f2b_jail_release(&j);
	serve_but("replies", "bantime.", "replies/get-unknown.rep.bin");
	must(f2b_jail_get(here.f2b, "full", &j, &here.err));
	assert_false(j.has_increment);
	assert_int_equal(j.max_time_s, -1);
	(void)end(NULL);
	/* but these are in every version */
	serve_but("replies", "findtime", "replies/get-unknown.rep.bin");
	must_fail(
	    f2b_jail_get(here.f2b, "full", &j, &here.err), ERR_F2B_REFUSED);
}

/* --- what is asked for in vain ------------------------------------------ */

static void
a_jail_that_is_not_there_is_told_apart(void **state)
{
	static const char *const NAMES[] = {"nosuch", "../x", "--all", ""};
	struct f2b_jail j = {0};
	struct f2b_ban_list l = {0};
	struct addr a;
	int64_t n = 77;
	bool banned = true;

	(void)state;
	serve_folder("replies");
	assert_true(addr_parse("192.0.2.1", 9, &a));
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
		must_fail(f2b_jail_get(here.f2b, NAMES[i], &j, &here.err),
		    ERR_JAIL_NOT_FOUND);
		must_fail(f2b_jail_bans(here.f2b, NAMES[i], &l, &here.err),
		    ERR_JAIL_NOT_FOUND);
		must_fail(f2b_ban(here.f2b, NAMES[i], &a, 1, &n, &here.err),
		    ERR_JAIL_NOT_FOUND);
		must_fail(f2b_unban(here.f2b, NAMES[i], &a, 1, &n, &here.err),
		    ERR_JAIL_NOT_FOUND);
		must_fail(f2b_is_banned(
			      here.f2b, NAMES[i], &a, 1, &banned, &here.err),
		    ERR_JAIL_NOT_FOUND);
	}
	assert_null(j.name);
	assert_null(l.items);
	assert_int_equal(n, 77);
	assert_true(banned);
}

static void
a_jail_that_went_away_has_no_counters(void **state)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	struct f2b_counters c[3];

	(void)state;
	serve_folder("replies");
	must(f2b_counters_all(here.f2b, &names, NULL, &here.err));
	must(str_list_add(&names, "sshd", 4, &here.err));
	must(str_list_add(&names, "nosuch", 6, &here.err));
	must(str_list_add(&names, "bigjail", 7, &here.err));
	must(f2b_counters_all(here.f2b, &names, c, &here.err));
	assert_int_equal(c[0].total_failed, 26);
	assert_int_equal(c[1].currently_failed, -1);
	assert_int_equal(c[2].currently_banned, 12000);
	assert_int_equal(c[2].total_banned, 12400);
	must(str_list_add(&names, "other", 5, &here.err)); /* Invalid command */
	must_fail(
	    f2b_counters_all(here.f2b, &names, c, &here.err), ERR_F2B_REFUSED);
}

static void
no_address_and_too_many_are_refused_here(void **state)
{
	static struct addr many[LIMIT_BAN_IPS + 1];
	int64_t n = 0;

	(void)state;
	serve_folder("replies");
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		assert_true(addr_parse("192.0.2.1", 9, &many[i]));
	must_fail(
	    f2b_ban(here.f2b, "sshd", many, 0, &n, &here.err), ERR_INVALID);
	must_fail(
	    f2b_ban(here.f2b, "sshd", many, ARRAY_LEN(many), &n, &here.err),
	    ERR_INVALID);
	must_fail(f2b_unban_everywhere(here.f2b, many, 0, &n, &here.err),
	    ERR_INVALID);
	assert_true(addr_parse_net("0.0.0.0/0", 9, &many[0]));
	must_fail(
	    f2b_ban(here.f2b, "sshd", many, 1, &n, &here.err), ERR_INVALID);
}

/* --- memory ------------------------------------------------------------- */

static int
get_all(void *arg, struct error *err)
{
	static const struct addr a = {
	    .bytes = {[10] = 0xff, 0xff, 192, 0, 2, 1},
              .prefix_len = 128
        };
	AUTO(f2b_jail_release) struct f2b_jail j = {0};
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};
	AUTO(f2b_freep) struct f2b *f = NULL;
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	AUTO(f2b_server_release) struct f2b_server s = {{0}, NULL, 0};
	struct f2b_counters c[16];
	int64_t n;

	if (f2b_new(&f, arg, err) < 0 || f2b_jail_get(f, "full", &j, err) < 0 ||
	    f2b_jail_bans(f, "users", &l, err) < 0 ||
	    f2b_jail_names(f, &names, NULL, err) < 0 ||
	    f2b_server_get(f, &s, err) < 0)
		return -1;
	str_list_release(&names);
	if (str_list_add(&names, "sshd", 4, err) < 0 ||
	    f2b_counters_all(f, &names, c, err) < 0)
		return -1;
	return f2b_unban(f, "sshd", &a, 1, &n, err);
}

static void
every_failed_allocation_is_an_error(void **state)
{
	(void)state;
	serve_folder("replies");
	assert_true(torture_run(get_all, here.fake.path) > 150);
}

/* --- what is done to a jail --------------------------------------------- */

static void
an_act_on_a_jail_is_taken(void **state)
{
	AUTO(str_list_release) struct str_list l = STR_LIST_INIT;

	(void)state;
	serve_folder("replies");
	must(f2b_jail_idle(here.f2b, "full", true, &here.err));
	must(f2b_jail_idle(here.f2b, "full", false, &here.err));
	must(f2b_jail_set(here.f2b, "full", F2B_BAN_TIME, -1, &here.err));
	must(f2b_jail_set(here.f2b, "full", F2B_MAX_RETRY, 4, &here.err));
	must(f2b_jail_set(here.f2b, "full", F2B_INCREMENT, 1, &here.err));
	must(f2b_jail_set(here.f2b, "full", F2B_IGNORE_SELF, 0, &here.err));
	must(f2b_ignore_list(here.f2b, "full", &l, &here.err));
	assert_int_equal(l.n, 6);
	must(f2b_ignore_add(here.f2b, "full", "192.0.2.8", &here.err));
	must(f2b_ignore_remove(here.f2b, "full", "192.0.2.9", &here.err));
	must_fail(f2b_ignore_remove(here.f2b, "full", "192.0.2.222", &here.err),
	    ERR_F2B_REFUSED);
	must(f2b_jail_wake(here.f2b, "made", &here.err));
	must(f2b_jail_stop(here.f2b, "made", &here.err));
	must_fail(
	    f2b_jail_wake(here.f2b, "nosuch", &here.err), ERR_JAIL_NOT_FOUND);
}

static void
an_act_outside_its_grammar_is_not_sent(void **state)
{
	static const struct fake_said NONE = FAKE_SAY("K\x00N\x86." FRAME_END);
	static const char *const ENTRIES[] = {"", "0.0.0.0/0", "192.0.2.0/abc",
	    "two words", "file:/x", "010.0.0.1"};

	(void)state;
	serve(fake_always, &NONE);
	for (size_t i = 0; i < ARRAY_LEN(ENTRIES); i++)
		must_fail(f2b_ignore_add(here.f2b, "x", ENTRIES[i], &here.err),
		    ERR_INVALID);
	must_fail(f2b_jail_set(here.f2b, "x", F2B_FIND_TIME, 0, &here.err),
	    ERR_INVALID);
	must_fail(f2b_jail_set(here.f2b, "x", F2B_BAN_TIME, -2, &here.err),
	    ERR_INVALID);
	must_fail(
	    f2b_jail_stop(here.f2b, "--all", &here.err), ERR_JAIL_NOT_FOUND);
	must(f2b_jail_set(here.f2b, "x", F2B_FIND_TIME, 1, &here.err));
}

#define CASE(name) cmocka_unit_test_teardown(name, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(servers_of_all_versions_are_understood),
	    CASE(everything_of_a_jail_is_read),
	    CASE(journal_matches_become_texts),
	    CASE(a_file_of_addresses_is_named),
	    CASE(a_jail_without_settings_of_its_own_is_read),
	    CASE(settings_of_the_server_are_read),
	    CASE(ids_of_bans_may_be_any_text),
	    CASE(a_ban_for_ever_has_no_end),
	    CASE(twelve_thousand_bans_are_read),
	    CASE(a_jail_that_is_not_there_is_told_apart),
	    CASE(a_jail_that_went_away_has_no_counters),
	    CASE(no_address_and_too_many_are_refused_here),
	    CASE(an_act_on_a_jail_is_taken),
	    CASE(an_act_outside_its_grammar_is_not_sent),
	    CASE(every_failed_allocation_is_an_error),
	};

	return cmocka_run_group_tests_name("cmd", tests, load, unload);
}
