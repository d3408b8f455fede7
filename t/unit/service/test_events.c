/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/events.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "db/db.h"
#include "service/app.h"
#include "store/history_store.h"
#include "store/sweep.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum { NOW = ARCHIVE_BEGIN + ARCHIVE_DAYS * 86400 };

static int64_t
now_s(void)
{
	return NOW;
}

/* What was told, as "b1 unban:sshd/11.0.0.1x1 ..." */
struct told {
	char text[4096];
	size_t len;
	int n;
};

static int
take(void *ctx, const struct ban_list_row *ban, const struct event_row *event,
    struct error *err)
{
	struct told *t = ctx;
	size_t room = sizeof t->text - t->len;

	(void)err;
	assert_true((ban == NULL) != (event == NULL));
	t->n++;
	if (ban != NULL)
		t->len += (size_t)snprintf(
		    t->text + t->len, room, "b%lld ", (long long)ban->id);
	else
		t->len += (size_t)snprintf(t->text + t->len, room,
		    "%s:%s/%sx%lld ", events_type_name(event->type),
		    event->jail == NULL ? "" : event->jail,
		    event->ident == NULL ? "" : event->ident,
		    (long long)event->bans);
	assert_true(t->len < sizeof t->text);
	return 0;
}

static struct events_page
ask(struct archive_env *e, const char *after, struct told *told)
{
	struct app app = {.db = e->db, .now_s = now_s};
	struct events_page page = {.more = false};
	struct error err = ERROR_INIT;

	*told = (struct told){.n = 0};
	if (events_list(&app, after, take, told, &page, &err) < 0)
		fail_msg("%s", err.detail);
	return page;
}

/* Of made-up bans; the archive's state tells how many. */
static void
bans_add(struct archive_env *e, int n)
{
	AUTO(history_state_release) struct history_state s = {0};
	struct error err = ERROR_INIT;

	archive_add(e, n);
	assert_int_equal(history_store_get(e->db, &s, &err), 0);
	s.last_id = e->n;
	assert_int_equal(history_store_put(e->db, &s, &err), 0);
}

static void
nothing_has_happened_at_first(void **state)
{
	struct told told;
	struct events_page first, next;

	bans_add(*state, 5);
	first = ask(*state, NULL, &told);
	assert_int_equal(told.n, 0);
	assert_false(first.more);
	assert_string_equal(first.next_after, "5-0");
	next = ask(*state, first.next_after, &told);
	assert_int_equal(told.n, 0);
	assert_string_equal(next.next_after, first.next_after);
}

static void
what_happens_is_told_once_and_in_turn(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct told told;
	struct events_page page = ask(e, NULL, &told);

	bans_add(e, 2); /* of earlier than these: */
	assert_int_equal(
	    event_store_jail(e->db, NOW, EVENT_JAIL_STARTED, "sshd", &err), 0);
	assert_int_equal(event_store_unbans(e->db, NOW, "sshd", 77, &err), 0);
	assert_int_equal(
	    event_store_jail(e->db, 1, EVENT_JAIL_STOPPED, "old", &err), 0);
	page = ask(e, page.next_after, &told);
	assert_int_equal(told.n, 5);
	assert_non_null(strstr(told.text, "b1 "));
	assert_non_null(strstr(told.text, "b2 "));
	/* the rows of each list stay in their order */
	assert_non_null(strstr(told.text,
	    "jail_started:sshd/x0 unban:sshd/x77 jail_stopped:old/x0 "));
	assert_false(page.more);
	(void)ask(e, page.next_after, &told);
	assert_int_equal(told.n, 0);
}

static void
fail2ban_goes_and_comes_once_for_all(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct told told;
	static const enum event_type SEEN[] = {EVENT_FAIL2BAN_UP,
	    EVENT_FAIL2BAN_DOWN, EVENT_FAIL2BAN_DOWN, EVENT_FAIL2BAN_UP,
	    EVENT_FAIL2BAN_UP, EVENT_FAIL2BAN_DOWN};

	for (size_t i = 0; i < ARRAY_LEN(SEEN); i++) {
		assert_int_equal(db_set_query_only(e->db, true, &err), 0);
		assert_int_equal(
		    event_store_fail2ban(e->db, NOW, SEEN[i], &err), 0);
		assert_int_equal(db_set_query_only(e->db, false, &err), 0);
	}
	(void)ask(e, "0-0", &told);
	assert_string_equal(
	    told.text, "fail2ban_down:/x0 fail2ban_up:/x0 fail2ban_down:/x0 ");
}

static void
a_ban_is_lifted_unless_it_ended(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct told told;
	static const struct {
		const char *id;
		uint8_t last;
		int64_t expires_at;
	} BANS[] = {
	    {"11.0.0.1", 1, NOW + 100},
	    {"11.0.0.2", 2, NOW      },
	    {"11.0.0.3", 3, NOW + 1  },
	    {"11.0.0.4", 4, INT64_MAX},
	};

	for (size_t i = 0; i < ARRAY_LEN(BANS); i++) {
		struct active_ban ban = {
		    .id = BANS[i].id,
		    .prefix_len = 128,
		    .key = {.bytes = {[15] = BANS[i].last, [16] = 128},
			    .len = 17},
		    .banned_at = NOW - 500,
		    .bantime_s = 600,
		    .expires_at = BANS[i].expires_at,
		};

		assert_int_equal(
		    active_ban_insert(e->db, "sshd", &ban, &err), 0);
		assert_int_equal(
		    event_store_unban(e->db, NOW, "sshd", &ban.key, &err), 0);
	}
	(void)ask(e, "0-0", &told);
	assert_string_equal(
	    told.text, "unban:sshd/11.0.0.1x1 unban:sshd/11.0.0.4x1 ");
}

static void
long_lists_come_in_pieces(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct events_page page = {.next_after = "0-0"};
	struct told told;
	int seen = 0, rounds = 0;

	bans_add(e, LIMIT_EVENTS * 3 / 2);
	for (int i = 0; i < LIMIT_EVENTS; i++)
		assert_int_equal(
		    event_store_jail(e->db, ARCHIVE_BEGIN + i * 86400,
			EVENT_JAIL_STARTED, "sshd", &err),
		    0);
	do {
		page = ask(e, page.next_after, &told);
		assert_int_equal(
		    told.n, page.more ? LIMIT_EVENTS : LIMIT_EVENTS / 2);
		seen += told.n;
		rounds++;
	} while (page.more);
	assert_int_equal(seen, LIMIT_EVENTS * 5 / 2);
	assert_int_equal(rounds, 3);
}

static void
a_place_of_another_database_is_told(void **state)
{
	static const char *const NONE[] = {
	    "", "-", "1", "1-", "-1", "x-1", "1-x", "1-1-1", "-1-1", "1--1"};
	struct archive_env *e = *state;
	struct app app = {.db = e->db, .now_s = now_s};
	struct told told;
	struct events_page page;

	page = ask(e, "7-0", &told);
	assert_true(page.more && told.n == 0);
	assert_string_equal(page.next_after, "0-0");
	page = ask(e, "0-7", &told);
	assert_true(page.more && told.n == 0);
	for (size_t i = 0; i < ARRAY_LEN(NONE); i++) {
		struct error err = ERROR_INIT;

		assert_int_equal(
		    events_list(&app, NONE[i], take, &told, &page, &err), -1);
		assert_int_equal(err.code, ERR_MALFORMED);
	}
}

static void
old_ones_go_but_the_last(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct sweep s = SWEEP_INIT;
	struct told told;
	int64_t dropped = 0;

	for (int i = 0; i < 5; i++)
		assert_int_equal(event_store_unbans(e->db, i, "a", i, &err), 0);
	assert_int_equal(sweep_look(e->db, &EVENT_SWEEP, 100, 10, &s, &err), 1);
	assert_int_equal(s.old, 4);
	assert_int_equal(
	    sweep_drop(e->db, &EVENT_SWEEP, 100, &s, &dropped, &err), 0);
	assert_int_equal(dropped, 4);
	(void)ask(e, "0-0", &told);
	assert_string_equal(told.text, "unban:a/x4 ");
}

static int
list_once(void *arg, struct error *err)
{
	struct archive_env *e = arg;
	struct app app = {.db = e->db, .now_s = now_s};
	struct events_page page = {.next_after = "untouched"};
	struct told told = {.n = 0};

	if (events_list(&app, "0-0", take, &told, &page, err) < 0) {
		assert_string_equal(page.next_after, "untouched");
		return -1;
	}
	assert_int_equal(told.n, 4);
	return 0;
}

static void
allocations_that_fail_are_told_and_leave_nothing(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;

	bans_add(e, 3);
	assert_int_equal(
	    event_store_jail(e->db, NOW, EVENT_JAIL_STARTED, "sshd", &err), 0);
	assert_true(torture_run(list_once, e) >= 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(nothing_has_happened_at_first),
	    CASE(what_happens_is_told_once_and_in_turn),
	    CASE(fail2ban_goes_and_comes_once_for_all),
	    CASE(a_ban_is_lifted_unless_it_ended),
	    CASE(long_lists_come_in_pieces),
	    CASE(a_place_of_another_database_is_told),
	    CASE(old_ones_go_but_the_last),
	    CASE(allocations_that_fail_are_told_and_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
