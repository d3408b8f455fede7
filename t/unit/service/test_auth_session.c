/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "base/macros.h"
#include "base/time.h"
#include "db/db.h"
#include "store/store.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define CLIENT "203.0.113.9"

static int
find(struct auth_env *e, const char *token, bool active,
    struct auth_session *out)
{
	struct error err = ERROR_INIT;

	return auth_session_find(&e->app, token, active, out, &err);
}

static struct auth_grant
sign_in(struct auth_env *e)
{
	struct auth_grant g;

	assert_int_equal(auth_env_login(e, PASSWORD, CLIENT, &g), ERR_NONE);
	assert_int_equal(strlen(g.token), AUTH_TOKEN_SIZE - 1);
	return g;
}

static void
a_good_password_begins_a_session(void **state)
{
	struct auth_env *e = *state;
	struct auth_session s;
	struct auth_grant g;

	auth_env_complete(e);
	g = sign_in(e);
	assert_int_equal(g.expires_at, auth_env_time() + 12 * 3600);
	assert_int_equal(find(e, g.token, true, &s), 1);
	assert_int_equal(s.created_at, auth_env_time());
	assert_int_equal(s.expires_at, g.expires_at);
	assert_int_equal(s.idle_expires_at, auth_env_time() + 3600);
}

static void
a_wrong_password_begins_none(void **state)
{
	struct auth_env *e = *state;
	struct auth_grant g;

	auth_env_complete(e);
	assert_int_equal(auth_env_login(e, WRONG, CLIENT, &g), ERR_CREDENTIALS);
}

static void
without_a_password_nobody_signs_in(void **state)
{
	struct auth_env *e = *state;
	struct auth_grant g;

	assert_int_equal(
	    auth_env_login(e, PASSWORD, CLIENT, &g), ERR_SETUP_REQUIRED);
}

static void
what_is_no_token_of_ours_finds_nothing(void **state)
{
	static const char *const BAD[] = {
	    "",
	    "x",
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	    "' OR 1 --",
	};
	struct auth_env *e = *state;
	struct auth_session s;
	size_t i;

	auth_env_complete(e);
	(void)sign_in(e);
	assert_int_equal(find(e, NULL, true, &s), 0);
	for (i = 0; i < ARRAY_LEN(BAD); i++)
		assert_int_equal(find(e, BAD[i], true, &s), 0);
}

static void
a_session_ends_at_its_absolute_end(void **state)
{
	struct auth_env *e = *state;
	struct auth_session s;
	struct auth_grant g;

	auth_env_complete(e);
	g = sign_in(e);
	while (auth_env_time() + 1800 < g.expires_at) {
		auth_env_set_time(auth_env_time() + 1800);
		assert_int_equal(find(e, g.token, true, &s), 1);
	}
	assert_int_equal(s.idle_expires_at, g.expires_at);
	auth_env_set_time(g.expires_at - 1);
	assert_int_equal(find(e, g.token, true, &s), 1);
	auth_env_set_time(g.expires_at);
	assert_int_equal(find(e, g.token, true, &s), 0);
}

static void
a_session_ends_when_it_is_not_used(void **state)
{
	struct auth_env *e = *state;
	struct auth_session s;
	struct auth_grant g;
	int64_t began = auth_env_time();

	auth_env_complete(e);
	g = sign_in(e);
	auth_env_set_time(began + 3599);
	assert_int_equal(find(e, g.token, false, &s), 1);
	auth_env_set_time(began + 3600);
	assert_int_equal(find(e, g.token, false, &s), 0);
}

static void
polls_do_not_keep_a_session_alive(void **state)
{
	struct auth_env *e = *state;
	struct auth_session s;
	struct auth_grant g;
	int64_t began = auth_env_time();
	int64_t t;

	auth_env_complete(e);
	g = sign_in(e);
	for (t = 100; t < 3600; t += 100) {
		auth_env_set_time(began + t);
		assert_int_equal(find(e, g.token, false, &s), 1);
		assert_int_equal(s.idle_expires_at, began + 3600);
	}
	auth_env_set_time(began + 3600);
	assert_int_equal(find(e, g.token, false, &s), 0);
}

static void
use_is_written_once_a_minute(void **state)
{
	struct auth_env *e = *state;
	struct auth_session s;
	struct auth_grant g;
	int64_t began = auth_env_time();

	auth_env_complete(e);
	g = sign_in(e);
	auth_env_set_time(began + 59);
	assert_int_equal(find(e, g.token, true, &s), 1);
	assert_int_equal(s.idle_expires_at, began + 3600);
	auth_env_set_time(began + 60);
	assert_int_equal(find(e, g.token, true, &s), 1);
	assert_int_equal(s.idle_expires_at, began + 60 + 3600);
	assert_int_equal(find(e, g.token, false, &s), 1);
	assert_int_equal(s.idle_expires_at, began + 60 + 3600);
}

static void
use_is_written_under_query_only(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_session s;
	struct auth_grant g;
	int64_t began = auth_env_time();

	auth_env_complete(e);
	g = sign_in(e);
	assert_int_equal(db_set_query_only(e->app.db, true, &err), 0);
	auth_env_set_time(began + 120);
	assert_int_equal(find(e, g.token, true, &s), 1);
	assert_int_equal(s.idle_expires_at, began + 120 + 3600);
}

static void
use_is_not_written_while_another_process_writes(void **state)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_session s;
	struct auth_grant g;
	struct app other;
	int64_t began = auth_env_time(), began_ms;

	auth_env_complete(e);
	g = sign_in(e);
	auth_env_open(e, &other);
	assert_int_equal(db_txn_begin(&txn, other.db, &err), 0);
	auth_env_set_time(began + 120);
	began_ms = time_mono_ms();
	assert_int_equal(find(e, g.token, true, &s), 1);
	assert_true(time_mono_ms() - began_ms < 500);
	assert_int_equal(s.idle_expires_at, began + 3600);
	db_txn_end(&txn);
	db_freep(&other.db);
	assert_int_equal(find(e, g.token, true, &s), 1);
	assert_int_equal(s.idle_expires_at, began + 120 + 3600);
}

static void
a_clock_set_back_ends_sessions_rather_than_stretching_them(void **state)
{
	struct auth_env *e = *state;
	struct auth_session s;
	struct auth_grant g;
	int64_t began = auth_env_time();

	auth_env_complete(e);
	g = sign_in(e);
	auth_env_set_time(began - 5); /* time keeping moves it by seconds */
	assert_int_equal(find(e, g.token, true, &s), 1);
	auth_env_set_time(began - 86400);
	assert_int_equal(find(e, g.token, true, &s), 0);
}

static void
signing_in_again_ends_the_old_session_of_that_browser(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_session s;
	struct auth_grant first, second, other;
	struct auth_login req;

	auth_env_complete(e);
	first = sign_in(e);
	other = sign_in(e);
	req = (struct auth_login){
	    .password = PASSWORD,
	    .password_len = strlen(PASSWORD),
	    .client = auth_env_addr(CLIENT),
	    .old_token = first.token,
	};
	assert_int_equal(auth_login(&e->app, &req, &second, &err), 0);
	assert_string_not_equal(first.token, second.token);
	assert_int_equal(find(e, first.token, true, &s), 0);
	assert_int_equal(find(e, second.token, true, &s), 1);
	assert_int_equal(find(e, other.token, true, &s), 1);
}

static void
a_failed_sign_in_leaves_the_old_session(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_session s;
	struct auth_grant first, second;
	struct auth_login req;

	auth_env_complete(e);
	first = sign_in(e);
	req = (struct auth_login){
	    .password = WRONG,
	    .password_len = strlen(WRONG),
	    .client = auth_env_addr(CLIENT),
	    .old_token = first.token,
	};
	assert_int_equal(auth_login(&e->app, &req, &second, &err), -1);
	assert_int_equal(find(e, first.token, true, &s), 1);
}

static void
signing_out_ends_that_session_alone(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_session s;
	struct auth_grant one, two;

	auth_env_complete(e);
	one = sign_in(e);
	two = sign_in(e);
	assert_int_equal(auth_logout(&e->app, one.token, &err), 0);
	assert_int_equal(find(e, one.token, true, &s), 0);
	assert_int_equal(find(e, two.token, true, &s), 1);
	assert_int_equal(auth_logout(&e->app, one.token, &err), 0);
	assert_int_equal(auth_logout(&e->app, "no token", &err), 0);
	assert_int_equal(auth_logout(&e->app, NULL, &err), 0);
}

static void
ending_all_sessions_reaches_every_process_at_once(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_session s;
	struct auth_grant one, two;
	struct app tool;
	int64_t ended = 0;

	auth_env_complete(e);
	one = sign_in(e);
	two = sign_in(e);
	auth_env_open(e, &tool);
	assert_int_equal(auth_logout_all(&tool, &ended, &err), 0);
	db_freep(&tool.db);
	assert_int_equal(ended, 2);
	assert_int_equal(find(e, one.token, true, &s), 0);
	assert_int_equal(find(e, two.token, true, &s), 0);
}

struct seen {
	int64_t ids[16];
	int n;
};

static int
note_session(void *ctx, const struct session_seen *s, struct error *err)
{
	struct seen *seen = ctx;

	(void)err;
	assert_true(seen->n < 16);
	assert_string_equal(s->user_agent, "a browser");
	assert_int_equal(s->client.bytes[15], 9);
	seen->ids[seen->n++] = s->row.id;
	return 0;
}

/* The page of the cursor, behind what seen holds; cursor becomes the next. */
static void
page_at(struct auth_env *e, char cursor[BAN_CURSOR_SIZE], struct seen *seen,
    struct auth_session_page *page)
{
	struct error err = ERROR_INIT;

	*page = (struct auth_session_page){
	    .limit = 2, .cursor = cursor[0] == '\0' ? NULL : cursor};
	assert_int_equal(
	    auth_session_list(&e->app, page, note_session, seen, &err), 0);
	assert_int_equal(page->total, 5);
}

static void
sessions_are_listed_in_pages_the_newest_first_and_back(void **state)
{
	char cursor[BAN_CURSOR_SIZE] = "";
	struct auth_session_page page;
	struct auth_env *e = *state;
	struct seen seen = {.n = 0}, back = {.n = 0};

	auth_env_complete(e);
	(void)sign_in(e); /* ends meanwhile: it is not listed */
	auth_env_set_time(auth_env_time() + 3600);
	for (int i = 0; i < 5; i++)
		(void)sign_in(e);
	for (int i = 0; i < 3; i++) {
		page_at(e, cursor, &seen, &page);
		assert_int_equal(page.prev_cursor[0] == '\0', i == 0);
		assert_int_equal(page.next_cursor[0] == '\0', i == 2);
		memcpy(cursor, page.next_cursor, sizeof cursor);
	}
	assert_int_equal(seen.n, 5);
	for (int i = 1; i < seen.n; i++)
		assert_true(seen.ids[i] < seen.ids[i - 1]);
	memcpy(cursor, page.prev_cursor, sizeof cursor);
	page_at(e, cursor, &back, &page);
	assert_memory_equal(back.ids, seen.ids + 2, 2 * sizeof *seen.ids);
	assert_string_not_equal(page.next_cursor, "");
	memcpy(cursor, page.prev_cursor, sizeof cursor);
	page_at(e, cursor, &back, &page);
	assert_memory_equal(back.ids + 2, seen.ids, 2 * sizeof *seen.ids);
	assert_string_equal(page.prev_cursor, "");
}

static void
a_session_is_ended_by_its_number(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_session one, two, s;
	struct auth_grant a, b;
	int64_t ended = 0;

	auth_env_complete(e);
	a = sign_in(e);
	b = sign_in(e);
	assert_int_equal(find(e, a.token, true, &one), 1);
	assert_int_equal(find(e, b.token, true, &two), 1);
	assert_true(one.id != two.id);
	assert_int_equal(auth_session_end(&e->app, one.id, &err), 0);
	assert_int_equal(find(e, a.token, true, &s), 0);
	assert_int_equal(auth_session_end(&e->app, one.id, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	(void)sign_in(e);
	(void)sign_in(e);
	assert_int_equal(
	    auth_session_end_others(&e->app, two.id, &ended, &err), 0);
	assert_int_equal(ended, 2);
	assert_int_equal(find(e, b.token, true, &s), 1);
}

static void
signing_in_to_a_database_that_cannot_be_written_begins_no_session(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_grant g = {.token = "untouched"};
	struct db *writable = e->app.db;
	int64_t n = -1;

	auth_env_complete(e);
	assert_int_equal(
	    db_open_existing(&e->app.db, e->scratch.dir, DB_READ, &err), 0);
	assert_int_equal(store_prepare(e->app.db, &err), 0);
	assert_int_equal(
	    auth_env_login(e, PASSWORD, CLIENT, &g), ERR_DB_UNAVAILABLE);
	/* nor does a wrong password seem to be right, or go unnoticed */
	assert_int_equal(
	    auth_env_login(e, WRONG, CLIENT, &g), ERR_DB_UNAVAILABLE);
	db_freep(&e->app.db);
	e->app.db = writable;
	assert_string_equal(g.token, "untouched");
	assert_int_equal(
	    session_store_count(e->app.db, auth_env_time(), &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(auth_env_login(e, PASSWORD, CLIENT, &g), ERR_NONE);
}

static void
a_new_password_ends_every_session(void **state)
{
	struct auth_env *e = *state;
	struct auth_session s;
	struct auth_grant g;

	auth_env_complete(e);
	g = sign_in(e);
	auth_env_complete(e);
	assert_int_equal(find(e, g.token, true, &s), 0);
}

static void
cleaning_removes_ended_sessions_and_only_those(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_session s;
	struct auth_grant live;
	int64_t left = 0;

	auth_env_complete(e);
	(void)sign_in(e);
	auth_env_set_time(auth_env_time() + 4000);
	live = sign_in(e);
	assert_int_equal(auth_clean(&e->app, &err), 0);
	assert_int_equal(find(e, live.token, true, &s), 1);
	assert_int_equal(auth_logout_all(&e->app, &left, &err), 0);
	assert_int_equal(left, 1);
}

static void
cleaning_is_done_every_five_minutes(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	int64_t began;

	assert_int_equal(auth_clean(&e->app, &err), 0);
	began = e->app.auth_cleaned_at;
	assert_int_equal(began, auth_env_time());
	auth_env_set_time(began + 299);
	assert_int_equal(auth_clean(&e->app, &err), 0);
	assert_int_equal(e->app.auth_cleaned_at, began);
	auth_env_set_time(began + 300);
	assert_int_equal(auth_clean(&e->app, &err), 0);
	assert_int_equal(e->app.auth_cleaned_at, began + 300);
	auth_env_set_time(began - 3600);
	assert_int_equal(auth_clean(&e->app, &err), 0);
	assert_int_equal(e->app.auth_cleaned_at, began - 3600);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_good_password_begins_a_session),
	    CASE(a_wrong_password_begins_none),
	    CASE(without_a_password_nobody_signs_in),
	    CASE(what_is_no_token_of_ours_finds_nothing),
	    CASE(a_session_ends_at_its_absolute_end),
	    CASE(a_session_ends_when_it_is_not_used),
	    CASE(polls_do_not_keep_a_session_alive),
	    CASE(use_is_written_once_a_minute),
	    CASE(use_is_written_under_query_only),
	    CASE(use_is_not_written_while_another_process_writes),
	    CASE(a_clock_set_back_ends_sessions_rather_than_stretching_them),
	    CASE(signing_in_again_ends_the_old_session_of_that_browser),
	    CASE(a_failed_sign_in_leaves_the_old_session),
	    CASE(signing_out_ends_that_session_alone),
	    CASE(ending_all_sessions_reaches_every_process_at_once),
	    CASE(sessions_are_listed_in_pages_the_newest_first_and_back),
	    CASE(a_session_is_ended_by_its_number),
	    CASE(
		signing_in_to_a_database_that_cannot_be_written_begins_no_session),
	    CASE(a_new_password_ends_every_session),
	    CASE(cleaning_removes_ended_sessions_and_only_those),
	    CASE(cleaning_is_done_every_five_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
