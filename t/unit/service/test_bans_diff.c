/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/macros.h"
#include "f2b/cmd.h"
#include "store/active_ban_page.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

static void
list_add(struct f2b_ban_list *l, const char *id, int64_t banned_at)
{
	struct f2b_ban *b;

	l->items = reallocarray(l->items, l->n + 1, sizeof *l->items);
	assert_non_null(l->items);
	b = &l->items[l->n++];
	*b = (struct f2b_ban){
	    .id = strdup(id),
	    .banned_at = banned_at,
	    .bantime_s = 600,
	    .expires_at = banned_at + 600,
	};
	assert_non_null(b->id);
	b->is_addr = addr_parse_net(id, strlen(id), &b->addr);
}

static int64_t
apply(struct auth_env *e, const char *jail, const struct f2b_ban_list *l)
{
	struct error err = ERROR_INIT;
	int64_t n = -1;

	if (bans_diff_apply(&e->app, jail, l, &n, &err) < 0)
		fail_msg("apply: %s", err.detail);
	return n;
}

struct shown {
	char text[512];
	int n;
};

static int
show(void *ctx, const char *jail, const struct active_ban *ban,
    const struct active_ban_place *place, struct error *err)
{
	struct shown *s = ctx;
	size_t len = strlen(s->text);

	(void)place;
	(void)err;
	s->n++;
	if (len < sizeof s->text - 64)
		(void)snprintf(s->text + len, sizeof s->text - len, "%s:%s@%d ",
		    jail, ban->id, (int)ban->banned_at);
	return 0;
}

static void
assert_rows(struct auth_env *e, const char *expected)
{
	struct active_ban_find find = {0};
	struct active_ban_page page = {
	    .order = ACTIVE_BAN_BY_JAIL, .limit = 100};
	struct error err = ERROR_INIT;
	struct shown s = {0};

	assert_int_equal(
	    active_ban_page_each(e->app.db, &find, &page, show, &s, &err), 0);
	assert_string_equal(s.text, expected);
}

static void
rows_become_what_fail2ban_lists(void **state)
{
	struct auth_env *e = *state;
	AUTO(f2b_ban_list_release) struct f2b_ban_list first = {0};
	AUTO(f2b_ban_list_release) struct f2b_ban_list second = {0};
	struct f2b_ban_list none = {0};

	list_add(&first, "203.0.113.9", 10);
	list_add(&first, "alice", 20);
	list_add(&first, "203.0.113.1", 30);
	assert_int_equal(apply(e, "a", &first), 3);
	assert_int_equal(apply(e, "b", &first), 3);
	assert_rows(e, "a:203.0.113.1@30 a:203.0.113.9@10 a:alice@20 "
		       "b:203.0.113.1@30 b:203.0.113.9@10 b:alice@20 ");
	list_add(&second, "203.0.113.0/30", 40); /* new, sorts first */
	list_add(&second, "203.0.113.9", 11);    /* other time */
	list_add(&second, "alice", 20);          /* the same */
	list_add(&second, "bob", 50);            /* new, sorts last */
	assert_int_equal(apply(e, "a", &second), 4);
	assert_rows(e,
	    "a:203.0.113.0/30@40 a:203.0.113.9@11 a:alice@20 a:bob@50 "
	    "b:203.0.113.1@30 b:203.0.113.9@10 b:alice@20 ");
	assert_int_equal(apply(e, "a", &none), 0);
	assert_rows(e, "b:203.0.113.1@30 b:203.0.113.9@10 b:alice@20 ");
}

static void
two_spellings_of_one_address_are_one_row(void **state)
{
	struct auth_env *e = *state;
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};

	list_add(&l, "203.0.113.1", 10);
	list_add(&l, "::ffff:203.0.113.1", 10);
	assert_int_equal(apply(e, "a", &l), 1);
	assert_int_equal(apply(e, "a", &l), 1);
}

static void
texts_that_begin_alike_are_two_rows(void **state)
{
	struct auth_env *e = *state;
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};

	list_add(&l, "a-name-that-is-long-1", 10);
	list_add(&l, "a-name-that-is-long-2", 10);
	assert_int_equal(apply(e, "a", &l), 2);
	assert_int_equal(apply(e, "a", &l), 2);
	assert_rows(
	    e, "a:a-name-that-is-long-1@10 a:a-name-that-is-long-2@10 ");
}

static void
a_long_difference_takes_several_transactions(void **state)
{
	struct auth_env *e = *state;
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};
	struct active_ban_find find = {.jail = "a"};
	struct active_ban_page page = {.limit = LIMIT_BANS_TXN * 3};
	struct error err = ERROR_INIT;
	struct shown s = {0};
	char id[32];

	for (int i = 0; i < LIMIT_BANS_TXN * 2 + 1; i++) {
		(void)snprintf(id, sizeof id, "10.%d.%d.%d", i >> 16,
		    i >> 8 & 255, i & 255);
		list_add(&l, id, 10);
	}
	assert_int_equal(apply(e, "a", &l), l.n);
	assert_int_equal(
	    active_ban_page_each(e->app.db, &find, &page, show, &s, &err), 0);
	assert_int_equal(s.n, l.n);
}

struct tortured {
	struct auth_env *e;
	const struct f2b_ban_list *list;
};

/* Rows that are there give way to others: both sides of a difference. */
static int
apply_once(void *arg, struct error *err)
{
	const struct tortured *t = arg;
	int64_t n = -1;

	if (bans_diff_apply(&t->e->app, "a", t->list, &n, err) < 0) {
		assert_int_equal(n, -1);
		return -1;
	}
	assert_int_equal(n, t->list->n);
	return 0;
}

static void
allocations_that_fail_are_told_and_leave_nothing(void **state)
{
	struct auth_env *e = *state;
	AUTO(f2b_ban_list_release) struct f2b_ban_list old = {0};
	AUTO(f2b_ban_list_release) struct f2b_ban_list now = {0};
	struct tortured t = {.e = e, .list = &now};

	list_add(&old, "203.0.113.1", 10);
	list_add(&old, "203.0.113.2", 10);
	list_add(&now, "203.0.113.2", 20);
	list_add(&now, "203.0.113.3", 20);
	assert_int_equal(apply(e, "a", &old), 2);
	assert_int_equal(torture_run(apply_once, &t), 2);
	assert_rows(e, "a:203.0.113.2@20 a:203.0.113.3@20 ");
}

int
main(void)
{
#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, auth_env_set_up, auth_env_tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(rows_become_what_fail2ban_lists),
	    CASE(two_spellings_of_one_address_are_one_row),
	    CASE(texts_that_begin_alike_are_two_rows),
	    CASE(a_long_difference_takes_several_transactions),
	    CASE(allocations_that_fail_are_told_and_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
