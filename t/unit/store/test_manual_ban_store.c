/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/manual_ban_store.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "t/lib/unit.h"
#include "t/unit/store/store_env.h"

enum { AT = 1000, DONE = 1002, DUE = 1600, WAIT_S = 600 };

static struct manual_ban
ban(uint8_t last, const char *jail)
{
	struct manual_ban b = {
	    .key = {.bytes = {[15] = last, [16] = 128}, .len = 17},
	    .banned_at = AT,
	    .done_at = DONE,
	    .bantime_s = DUE - AT,
	    .due_at = DUE,
	    .author_kind = 2,
	};

	assert_true(str_copy(b.jail, sizeof b.jail, jail));
	assert_true(str_copy(b.reason, sizeof b.reason, "scans"));
	assert_true(str_copy(b.author_name, sizeof b.author_name, "cron"));
	return b;
}

static int64_t
add(struct db *db, const struct manual_ban *b)
{
	struct error err = ERROR_INIT;
	int64_t id = 0;

	assert_int_equal(manual_ban_add(db, b, &id, &err), 0);
	assert_true(id > 0);
	return id;
}

static int
of(struct db *db, const struct manual_ban *b, int64_t at,
    struct manual_ban *out)
{
	struct error err = ERROR_INIT;

	return manual_ban_of(db, &b->key, b->jail, at, out, &err);
}

static int
count(void *ctx, const struct manual_ban *row, struct error *err)
{
	(void)row;
	(void)err;
	*(int *)ctx += 1;
	return 0;
}

static int
n_due(struct db *db, int64_t now)
{
	const struct manual_ban_walk walk = {.now = now, .limit = 100};
	struct error err = ERROR_INIT;
	int n = 0;

	assert_int_equal(manual_ban_each_due(db, &walk, count, &n, &err), 0);
	return n;
}

static void
a_row_belongs_to_the_ban_of_its_time(void **state)
{
	struct store_env *e = *state;
	const struct manual_ban b = ban(1, "sshd"), other = ban(1, "mail");
	struct manual_ban got;

	(void)add(e->db, &b);
	assert_int_equal(of(e->db, &b, AT - 1, &got), 0);
	assert_int_equal(of(e->db, &b, AT, &got), 1);
	assert_string_equal(got.jail, "sshd");
	assert_string_equal(got.reason, "scans");
	assert_string_equal(got.author_name, "cron");
	assert_int_equal(got.author_kind, 2);
	assert_int_equal(got.bantime_s, DUE - AT);
	assert_int_equal(got.due_at, DUE);
	assert_int_equal(of(e->db, &b, DONE + 1, &got), 1); /* rounded up */
	assert_int_equal(of(e->db, &b, DONE + 2, &got), 0);
	assert_int_equal(of(e->db, &other, AT, &got), 0);
}

static void
what_is_not_said_is_not_there(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct manual_ban b = ban(1, "sshd"), got;
	bool any = true;

	assert_int_equal(manual_ban_any(e->db, &any, &err), 0);
	assert_false(any);
	b.reason[0] = b.author_name[0] = '\0';
	b.bantime_s = 0;
	b.due_at = -1;
	(void)add(e->db, &b);
	assert_int_equal(manual_ban_any(e->db, &any, &err), 0);
	assert_true(any);
	assert_int_equal(of(e->db, &b, AT, &got), 1);
	assert_string_equal(got.reason, "");
	assert_string_equal(got.author_name, "");
	assert_int_equal(got.bantime_s, 0);
	assert_int_equal(got.due_at, -1);
	assert_int_equal(n_due(e->db, INT64_MAX), 0);
}

static void
rows_are_due_until_they_are_closed(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct manual_ban a = ban(1, "sshd"), b = ban(2, "sshd");
	int64_t first = add(e->db, &a), last = add(e->db, &b), due = 0;

	assert_int_equal(last, first + 1);
	assert_int_equal(n_due(e->db, DUE - 1), 0);
	assert_int_equal(n_due(e->db, DUE), 2);
	assert_int_equal(manual_ban_next_due(e->db, AT, &due, &err), 1);
	assert_int_equal(due, DUE);
	assert_int_equal(manual_ban_next_due(e->db, DUE, &due, &err), 0);
	assert_int_equal(manual_ban_close(e->db, first, &err), 0);
	assert_int_equal(n_due(e->db, DUE), 1);
}

static void
what_is_missed_for_long_is_closed(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct manual_ban b = ban(1, "sshd");
	int64_t id = add(e->db, &b);

	assert_int_equal(manual_ban_missed(e->db, id, DUE, WAIT_S, &err), 0);
	assert_int_equal(
	    manual_ban_missed(e->db, id, DUE + WAIT_S - 1, WAIT_S, &err), 0);
	assert_int_equal(n_due(e->db, DUE), 1);
	/* its jail was away meanwhile: it counts anew */
	assert_int_equal(manual_ban_unknown(e->db, id, &err), 0);
	assert_int_equal(
	    manual_ban_missed(e->db, id, DUE + WAIT_S, WAIT_S, &err), 0);
	assert_int_equal(n_due(e->db, DUE), 1);
	assert_int_equal(
	    manual_ban_missed(e->db, id, DUE + 2 * WAIT_S, WAIT_S, &err), 0);
	assert_int_equal(n_due(e->db, DUE), 0);
}

static void
another_end_opens_it_again(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct manual_ban b = ban(1, "sshd"), got;

	b.id = add(e->db, &b);
	assert_int_equal(manual_ban_done(e->db, b.id, b.id, AT + 1, &err), 0);
	assert_int_equal(manual_ban_close(e->db, b.id, &err), 0);
	b.due_at = DUE + 50;
	assert_int_equal(manual_ban_change(e->db, &b, &err), 0);
	assert_int_equal(n_due(e->db, DUE), 0);
	assert_int_equal(n_due(e->db, DUE + 50), 1);
	assert_int_equal(of(e->db, &b, AT + 2, &got), 1);
	assert_int_equal(of(e->db, &b, AT + 3, &got), 0);
	b.due_at = -1;
	assert_int_equal(manual_ban_change(e->db, &b, &err), 0);
	assert_int_equal(n_due(e->db, INT64_MAX), 0);
}

int
main(void)
{
#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, store_env_set_up, store_env_tear_down)
	static const struct CMUnitTest tests[] = {
	    CASE(a_row_belongs_to_the_ban_of_its_time),
	    CASE(what_is_not_said_is_not_there),
	    CASE(rows_are_due_until_they_are_closed),
	    CASE(what_is_missed_for_long_is_closed),
	    CASE(another_end_opens_it_again),
	};

	return cmocka_run_group_tests_name(
	    "manual_ban_store", tests, NULL, NULL);
}
