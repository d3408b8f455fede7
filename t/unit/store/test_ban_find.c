/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/ban_store.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum { BANS = 1200, PAGE = 7 };

static const struct ban_find ANY = BAN_FIND_ALL;

/* The ids that find means, newest first. */
struct ids {
	int64_t at[2 * BANS];
	size_t n;
};

static void
plainly(struct archive_env *e, const struct ban_find *find, struct ids *out)
{
	sqlite3_stmt *s = archive_ask(e,
	    "SELECT id FROM ban WHERE" ARCHIVE_WHERE
	    " ORDER BY banned_at DESC, id DESC",
	    find);

	out->n = 0;
	while (sqlite3_step(s) == SQLITE_ROW)
		out->at[out->n++] = sqlite3_column_int64(s, 0);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

static int
page_of(struct archive_env *e, const struct ban_find *find,
    const struct ban_page *page, struct ban_place *out)
{
	struct error err = ERROR_INIT;
	int n = -1;

	if (ban_find_places(e->db, find, page, out, &n, &err) < 0)
		fail_msg("%s", err.detail);
	assert_in_range(n, 0, page->limit);
	return n;
}

/* Page by page to the oldest and back again: every ban once, in order. */
static void
assert_pages(struct archive_env *e, const struct ban_find *find,
    enum ban_walk walk, const struct ids *wanted)
{
	struct ban_page page = {.walk = walk, .limit = PAGE};
	struct ban_place places[PAGE], after = {0};
	size_t at = 0;
	int n;

	while ((n = page_of(e, find, &page, places)) > 0) {
		for (int i = 0; i < n; i++) {
			assert_in_range(at, 0, wanted->n - 1);
			assert_true(places[i].id == wanted->at[at++]);
		}
		after = places[n - 1];
		page.after = &after;
	}
	assert_int_equal(at, wanted->n);
	if (at == 0)
		return;
	page.back = true;
	at--; /* the place itself is not on the page before it */
	while ((n = page_of(e, find, &page, places)) > 0) {
		for (int i = 0; i < n; i++)
			assert_true(places[i].id == wanted->at[--at]);
		after = places[n - 1];
	}
	assert_int_equal(at, 0);
}

/* All walks that find allows. Gives how many bans there are. */
static size_t
assert_walks(struct archive_env *e, const struct ban_find *find)
{
	struct ids *wanted = calloc(1, sizeof *wanted);
	size_t n;

	assert_non_null(wanted);
	plainly(e, find, wanted);
	assert_pages(e, find, BAN_WALK_TIME, wanted);
	if (find->jails != NULL)
		assert_pages(e, find, BAN_WALK_JAIL, wanted);
	if (find->country != NULL)
		assert_pages(e, find, BAN_WALK_COUNTRY, wanted);
	if (find->jails != NULL && find->country != NULL)
		assert_pages(e, find, BAN_WALK_JAIL_COUNTRY, wanted);
	if (find->asn >= 0)
		assert_pages(e, find, BAN_WALK_ASN, wanted);
	if (find->origin >= 0)
		assert_pages(e, find, BAN_WALK_ORIGIN, wanted);
	n = wanted->n;
	free(wanted);
	return n;
}

static void
every_walk_lists_the_same_bans_in_the_same_order(void **state)
{
	static const int64_t JAILS[] = {1, 3};
	static const char *const COUNTRIES[] = {NULL, "DE", "ZZ", "LI"};
	struct archive_env *e = *state;
	size_t sum = 0;

	archive_add(e, BANS);
	for (int i = 0; i < 4 * 3 * 2 * 2 * 2; i++) {
		struct ban_find find = ANY;

		find.country = COUNTRIES[i % 4];
		if (i / 4 % 3 > 0) {
			find.jails = JAILS;
			find.n_jails = (size_t)(i / 4 % 3);
		}
		find.asn = i / 12 % 2 == 0 ? -1 : 64501;
		find.origin = i / 24 % 2 == 0 ? -1 : BAN_BY_HAND;
		if (i / 48 % 2 == 1) {
			find.from = ARCHIVE_BEGIN + 20 * 86400 + 1;
			find.to = ARCHIVE_BEGIN + 50 * 86400;
		}
		sum += assert_walks(e, &find);
	}
	assert_true(sum > 2 * (size_t)BANS);
}

static struct addr
addr(const char *text)
{
	struct addr a;

	assert_true(addr_parse_net(text, strlen(text), &a));
	return a;
}

/* A ban of an address, a network or, without one, of a text. */
static void
ban_add(struct archive_env *e, const char *ip, int64_t at)
{
	struct error err = ERROR_INIT;
	struct ban_row row = {.id = ++e->n,
	    .banned_at = at,
	    .jail_id = 1,
	    .key = {.len = 33},
	    .nth = e->n,
	    .country = "",
	    .asn = -1,
	    .kind = ip == NULL ? ADDR_TEXT : 0,
	    .ident = ip == NULL ? "alice" : NULL};
	struct addr a = {0};

	memset(row.key.bytes, 0xff, row.key.len);
	if (ip != NULL) {
		a = addr(ip);
		memcpy(row.key.bytes, a.bytes, sizeof a.bytes);
		row.key.bytes[16] = a.prefix_len;
		row.key.len = 17;
	}
	assert_int_equal(ban_store_add(e->db, &row, &err), 1);
}

static void
assert_in_net(
    struct archive_env *e, const char *text, const int64_t *ids, size_t n)
{
	static const enum ban_walk WALKS[] = {BAN_WALK_NET, BAN_WALK_TIME};
	struct ban_find find = ANY;
	struct addr net = addr(text);
	struct ids wanted = {.n = n};
	struct error err = ERROR_INIT;
	int64_t size = -1;

	if (n > 0) /* else ids may be NULL, which memcpy() may not get */
		memcpy(wanted.at, ids, n * sizeof *ids);
	find.net = &net;
	for (size_t i = 0; i < ARRAY_LEN(WALKS); i++)
		assert_pages(e, &find, WALKS[i], &wanted);
	assert_int_equal(ban_find_net_size(e->db, &find, 99, &size, &err), 0);
	assert_true(size >= (int64_t)n);
	assert_int_equal(ban_find_net_size(e->db, &find, 1, &size, &err), 0);
	assert_in_range(size, n > 0, 1);
}

#define IN_NET(net, ...)                                                       \
	assert_in_net(e, net, (const int64_t[]){__VA_ARGS__},                  \
	    sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void
what_lies_in_a_network_is_found(void **state)
{
	struct archive_env *e = *state;

	ban_add(e, "203.0.113.7", 100);
	ban_add(e, "203.0.113.0/25", 200);
	ban_add(e, "203.0.0.0/16", 300);
	ban_add(e, "203.0.113.7", 400);
	ban_add(e, "2001:db8::1", 500);
	ban_add(e, "ff02::1", 600);
	ban_add(e, NULL, 700);
	ban_add(e, "203.0.114.1", 800);
	IN_NET("203.0.113.7", 4, 1);
	IN_NET("203.0.113.0/24", 4, 2, 1);
	IN_NET("203.0.113.0/25", 4, 2, 1);
	IN_NET("203.0.113.0/26", 4, 1);
	IN_NET("203.0.0.0/16", 8, 4, 3, 2, 1);
	IN_NET("0.0.0.0/0", 8, 4, 3, 2, 1);
	IN_NET("2001:db8::/32", 5);
	IN_NET("ff00::/8", 6); /* and not the text, whose key begins so too */
	IN_NET("::/0", 8, 6, 5, 4, 3, 2, 1);
	assert_in_net(e, "198.51.100.0/24", NULL, 0);
}

static void
new_bans_move_no_page(void **state)
{
	struct archive_env *e = *state;
	struct ban_page page = {.walk = BAN_WALK_TIME, .limit = PAGE};
	struct ban_place first[PAGE], next[PAGE], again[PAGE];

	archive_add(e, 100);
	assert_int_equal(page_of(e, &ANY, &page, first), PAGE);
	page.after = &first[PAGE - 1];
	assert_int_equal(page_of(e, &ANY, &page, next), PAGE);
	/* the same second as the newest, and later */
	ban_add(e, "203.0.113.7", first[0].time);
	ban_add(e, "203.0.113.7", first[0].time + 1);
	assert_int_equal(page_of(e, &ANY, &page, again), PAGE);
	assert_memory_equal(again, next, sizeof next);
	page.back = true;
	page.after = &next[0];
	assert_int_equal(page_of(e, &ANY, &page, again), PAGE);
	for (int i = 0; i < PAGE; i++)
		assert_true(again[i].id == first[PAGE - 1 - i].id);
}

static void
a_place_outside_of_the_time_begins_at_its_end(void **state)
{
	struct archive_env *e = *state;
	struct ban_find find = ANY;
	struct ban_place late = {2000, 1}, early = {1, 1}, got[PAGE];
	struct ban_page page = {.walk = BAN_WALK_TIME, .limit = PAGE};

	ban_add(e, "203.0.113.7", 100);
	ban_add(e, "203.0.113.7", 200);
	ban_add(e, "203.0.113.7", 300);
	find.from = 150;
	find.to = 300;
	page.after = &late;
	assert_int_equal(page_of(e, &find, &page, got), 1);
	assert_int_equal(got[0].id, 2);
	page.back = true;
	page.after = &early;
	assert_int_equal(page_of(e, &find, &page, got), 1);
	assert_int_equal(got[0].id, 2);
}

static int
take_id(void *ctx, const struct ban_found *row, struct error *err)
{
	struct ids *ids = ctx;

	if (row->id == 13)
		return err_set(err, ERR_OVERLOADED, "Enough.", "%s", "13");
	ids->at[ids->n++] = row->id;
	return 0;
}

static void
rows_come_in_the_order_of_their_places(void **state)
{
	struct archive_env *e = *state;
	static const struct ban_place PLACES[] = {
	    {1, 9   },
	    {1, 4000},
	    {1, 2   },
	    {1, 7   },
	};
	const struct ban_place bad = {1, 13};
	struct error err = ERROR_INIT;
	struct ids got = {.n = 0};

	archive_add(e, 20);
	assert_int_equal(
	    ban_find_rows(e->db, PLACES, 4, take_id, &got, &err), 0);
	assert_int_equal(got.n, 3); /* one is gone */
	assert_int_equal(got.at[0], 9);
	assert_int_equal(got.at[1], 2);
	assert_int_equal(got.at[2], 7);
	assert_int_equal(
	    ban_find_rows(e->db, PLACES, 0, take_id, &got, &err), 0);
	assert_int_equal(
	    ban_find_rows(e->db, &bad, 1, take_id, &got, &err), -1);
	assert_int_equal(err.code, ERR_OVERLOADED);
}

/* Only a network's bans are sorted; a walk needs no sorting, and is held to
 * its index by name. */
static void
no_walk_sorts(void **state)
{
	struct archive_env *e = *state;
	const struct db_sql *sql;
	int walks = 0;

	for (size_t i = 0; (sql = db_prepared(e->db, i)) != NULL; i++) {
		char *text;
		sqlite3_stmt *s;

		if (strstr(sql->text, "INDEXED BY") == NULL ||
		    strstr(sql->text, "LIMIT ?5") == NULL ||
		    strstr(sql->text, "GROUP BY") != NULL)
			continue;
		text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql->text);
		s = archive_ask(e, text, &ANY);
		while (sqlite3_step(s) == SQLITE_ROW) {
			const char *detail =
			    (const char *)sqlite3_column_text(s, 3);

			if (strstr(detail, "TEMP B-TREE") != NULL ||
			    (str_starts(detail, "SEARCH ban") &&
				strstr(detail, "banned_at>? AND banned_at<?") ==
				    NULL))
				fail_msg("%s: %s", sql->text, detail);
		}
		assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
		sqlite3_free(text);
		walks++;
	}
	assert_int_equal(walks, 12);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(every_walk_lists_the_same_bans_in_the_same_order),
	    CASE(what_lies_in_a_network_is_found),
	    CASE(new_bans_move_no_page),
	    CASE(a_place_outside_of_the_time_begins_at_its_end),
	    CASE(rows_come_in_the_order_of_their_places),
	    CASE(no_walk_sorts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
