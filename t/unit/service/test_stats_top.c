/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/stats_top.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/ban_list.h"
#include "store/ban_prune.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"
#include "store/ban_top.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum {
	NOW = ARCHIVE_BEGIN + ARCHIVE_DAYS * 86400 + 30,
	BANS = 1500,
	FEW = 400
};

static int64_t
now_s(void)
{
	return NOW;
}

static struct app
app_of(struct archive_env *e)
{
	return (struct app){.db = e->db, .now_s = now_s};
}

static const struct ban_find ANY = BAN_FIND_ALL;
static const struct ban_filter ALL = {
    .range = BAN_RANGE_ALL, .asn = -1, .origin = -1};

/* How many bans the n-th of the most banned has, plainly; and in all. */
static int64_t
plainly(struct archive_env *e, const struct ban_find *find, int n)
{
	int64_t bans = 0;
	sqlite3_stmt *s = archive_ask(e,
	    "SELECT count(*) FROM ban WHERE" ARCHIVE_WHERE
	    " GROUP BY addr_key ORDER BY 1 DESC LIMIT 1 OFFSET ?7",
	    find);

	assert_int_equal(sqlite3_bind_int(s, 7, n), SQLITE_OK);
	if (sqlite3_step(s) == SQLITE_ROW)
		bans = sqlite3_column_int64(s, 0);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return bans;
}

/* The bans of an item's address under find, plainly. */
static int64_t
of_item(struct archive_env *e, const struct ban_find *find,
    const struct ban_top_item *item)
{
	int64_t bans;
	sqlite3_stmt *s = archive_ask(e,
	    "SELECT count(*), max(banned_at) FROM ban WHERE" ARCHIVE_WHERE
	    " AND addr_key = (SELECT addr_key FROM ban WHERE id = ?7)",
	    find);

	assert_int_equal(sqlite3_bind_int64(s, 7, item->id), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	bans = sqlite3_column_int64(s, 0);
	assert_true(sqlite3_column_int64(s, 1) == item->last_at);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return bans;
}

/* Whichever of equals it has: as many as there are, as often as it says. */
static void
assert_top(struct archive_env *e, const struct ban_find *find,
    const struct ban_top *top)
{
	for (int i = 0; i < top->n; i++) {
		assert_true(top->items[i].bans == plainly(e, find, i));
		assert_true(
		    top->items[i].bans == of_item(e, find, &top->items[i]));
		for (int k = 0; k < i; k++)
			assert_true(top->items[k].id != top->items[i].id);
	}
	if (top->n < top->limit)
		assert_true(plainly(e, find, top->n) <= (top->exact ? 0 : 1));
}

/* Both ways of finding them. */
static void
assert_both(struct archive_env *e, const struct ban_find *find,
    enum ban_walk walk, int limit)
{
	struct ban_top counted = {.limit = limit}, often = {.limit = limit};
	struct error err = ERROR_INIT;

	if (ban_top_count(e->db, find, walk, &counted, &err) < 0 ||
	    ban_top_often(e->db, find, &often, &err) < 0)
		fail_msg("%s", err.detail);
	assert_true(counted.exact);
	assert_top(e, find, &counted);
	assert_top(e, find, &often);
}

static void
random_window(struct archive_env *e, struct ban_find *find)
{
	int64_t length = INT64_C(1) << archive_random(e, 24);

	find->from = ARCHIVE_BEGIN + archive_random(e, ARCHIVE_DAYS * 86400);
	find->to = find->from + length;
	if (archive_random(e, 4) == 0)
		find->to = INT64_MAX;
	if (archive_random(e, 4) == 0)
		find->from = INT64_MIN;
}

static void
both_ways_tell_what_plain_counting_tells(void **state)
{
	static const int64_t JAILS[] = {1, 3};
	struct archive_env *e = *state;

	assert_both(e, &ANY, BAN_WALK_TIME, 10); /* there are none yet */
	for (int i = 0; i < 5; i++)
		archive_add(e, BANS / 5);
	assert_both(e, &ANY, BAN_WALK_TIME, 10);
	assert_both(e, &ANY, BAN_WALK_TIME, LIMIT_TOP_MAX);
	for (int i = 0, n = unit_size(25, 2); i < n; i++) {
		int limit = (int)archive_random(e, LIMIT_TOP_MAX) + 1;
		struct ban_find find = ANY;

		random_window(e, &find);
		assert_both(e, &find, BAN_WALK_TIME, limit);
		find.jails = JAILS;
		find.n_jails = 2;
		assert_both(e, &find, BAN_WALK_JAIL, limit);
		find.country = i % 2 == 0 ? "DE" : "ZZ";
		assert_both(e, &find, BAN_WALK_JAIL_COUNTRY, limit);
		find.jails = NULL;
		find.n_jails = 0;
		assert_both(e, &find, BAN_WALK_COUNTRY, limit);
		find.asn = 64500;
		assert_both(e, &find, BAN_WALK_ASN, limit);
		find.origin = 1;
		assert_both(e, &find, BAN_WALK_ORIGIN, limit);
	}
}

/* Table ban_often is what it says, whatever was added and deleted. */
static void
assert_often(struct archive_env *e)
{
	sqlite3_stmt *s = archive_ask(e,
	    "WITH wanted AS (SELECT -1 AS since, addr_key, count(*) AS n"
	    " FROM ban GROUP BY 2 HAVING n > 1"
	    " UNION ALL SELECT banned_at / 2592000 * 2592000 - w.back AS since,"
	    " addr_key, count(*) AS n FROM ban CROSS JOIN"
	    " (SELECT 0 AS back UNION ALL SELECT 2592000) AS w"
	    " GROUP BY 1, 2 HAVING n > 1)"
	    " SELECT (SELECT count(*) FROM (SELECT * FROM wanted EXCEPT"
	    " SELECT * FROM ban_often)), (SELECT count(*) FROM"
	    " (SELECT * FROM ban_often EXCEPT SELECT * FROM wanted)),"
	    " (SELECT count(*) FROM wanted)",
	    &ANY);

	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(sqlite3_column_int64(s, 0), 0);
	assert_int_equal(sqlite3_column_int64(s, 1), 0);
	assert_true(sqlite3_column_int64(s, 2) > 0 || e->n < 100);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

static void
what_was_banned_often_moves_with_the_bans(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;

	for (int left = BANS, n; left > 0; left -= n) {
		n = (int)archive_random(e, unit_size(100, 600)) + 1;
		archive_add(e, n < left ? n : left);
		assert_often(e);
	}
	for (int i = 0; i < 5; i++) {
		int64_t deleted = 0;

		assert_int_equal(
		    ban_prune_oldest(e->db, INT64_MAX, 250, &deleted, &err), 0);
		assert_int_equal(deleted, 250);
		assert_often(e);
	}
}

/* What was told. */
struct told {
	int n;
	int64_t bans[LIMIT_TOP_MAX];
	char ip[LIMIT_TOP_MAX][64];
};

static int
take(
    void *ctx, const struct ban_list_row *last, int64_t bans, struct error *err)
{
	struct told *t = ctx;

	(void)err;
	assert_in_range(t->n, 0, LIMIT_TOP_MAX - 1);
	(void)snprintf(t->ip[t->n], sizeof t->ip[0], "%s", last->ip);
	t->bans[t->n++] = bans;
	return 0;
}

static struct stats_top
top(struct archive_env *e, const struct ban_filter *f, int limit,
    struct told *told)
{
	struct app app = app_of(e);
	struct stats_top out = {.exact = false};
	struct error err = ERROR_INIT;

	told->n = 0;
	if (stats_top(&app, &(struct ban_ask){f, limit, NULL}, take, told, &out,
		&err) < 0)
		fail_msg("%s", err.detail);
	return out;
}

/* So many bans of this second, each of an address of its own or all of one:
 * 12.0.0.1 and so on. */
static void
botnet_add(struct archive_env *e, int bans, bool distinct)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;
	int64_t first = e->n + 1;

	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	for (int i = 1; i <= bans; i++) {
		int who = distinct ? i : 1;
		struct ban_row row = {
		    .id = ++e->n,
		    .banned_at = NOW,
		    .jail_id = 1,
		    .key = {.bytes = {[10] = 0xff,
				[11] = 0xff,
				[12] = 12,
				[13] = (uint8_t)(who >> 16),
				[14] = (uint8_t)(who >> 8),
				[15] = (uint8_t)who,
				[16] = 128},
			    .len = 17},
		    .nth = e->n,
		    .bantime_s = 600,
		    .country = "",
		    .asn = -1,
		};

		assert_int_equal(ban_store_add(e->db, &row, &err), 1);
	}
	assert_int_equal(ban_sum_add(e->db, first, e->n, &err), 0);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
}

static void
a_small_archive_is_asked_anew_each_time(void **state)
{
	struct archive_env *e = *state;
	struct stats_top out;
	struct told told;

	archive_add(e, FEW);
	out = top(e, &ALL, 5, &told);
	assert_int_equal(told.n, 5);
	assert_true(out.exact && out.frame.total == FEW);
	botnet_add(e, 100, false);
	out = top(e, &ALL, 5, &told);
	assert_string_equal(told.ip[0], "12.0.0.1");
	assert_int_equal(told.bans[0], 100);
	assert_true(out.frame.total == FEW + 100);
}

static void
an_answer_is_good_for_a_minute(void **state)
{
	AUTO(buf_release) struct buf known = BUF_INIT(4096);
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct db *db = e->db;

	assert_int_equal(ban_top_note(db, "q", NOW, "1,7", &err), 0);
	assert_int_equal(ban_top_recall(db, "q", NOW, &known, &err), 1);
	assert_string_equal(buf_str(&known), "1,7");
	assert_int_equal(ban_top_recall(db, "Q", NOW, &known, &err), 0);
	assert_int_equal(ban_top_recall(db, "q", NOW + 59, &known, &err), 1);
	assert_int_equal(ban_top_recall(db, "q", NOW + 60, &known, &err), 0);
	/* nor when the clock was set back */
	assert_int_equal(ban_top_recall(db, "q", NOW - 1, &known, &err), 0);
	/* the next one clears it away */
	assert_int_equal(ban_top_note(db, "r", NOW + 60, "1", &err), 0);
	assert_int_equal(ban_top_recall(db, "q", NOW, &known, &err), 0);
}

/* As if there were so many more bans like those there are: only sums know. */
static void
sums_raise(struct archive_env *e, int bans)
{
	sqlite3_stmt *s =
	    archive_ask(e, "UPDATE ban_sum SET bans = bans + ?7", &ANY);

	assert_int_equal(sqlite3_bind_int(s, 7, bans), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_DONE);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

/* Too many to be counted one by one, and of a botnet whose addresses come
 * once each there are no most banned ones. */
static void
many_bans_are_looked_at_by_those_banned_often(void **state)
{
	struct archive_env *e = *state;
	struct ban_filter f = ALL;
	struct stats_top out;
	struct told told, again;
	int bans = unit_size(LIMIT_TOP_ROWS + 1, 300);

	botnet_add(e, bans, true);
	sums_raise(e, LIMIT_TOP_ROWS + 1 - bans);
	out = top(e, &ALL, 9, &told);
	assert_int_equal(told.n, 0);
	assert_false(out.exact);
	archive_add(e, FEW);
	out = top(e, &ALL, 10, &told);
	assert_true(out.exact && told.n == 10);
	for (int i = 0; i < 10; i++)
		assert_true(told.bans[i] == plainly(e, &ANY, i));
	assert_true(out.frame.total == LIMIT_TOP_ROWS + 1 + FEW);
	/* within a minute it is told again as it was, */
	botnet_add(e, 400, false);
	out = top(e, &ALL, 10, &again);
	assert_int_equal(again.n, 10);
	for (int i = 0; i < 10; i++) {
		assert_true(told.bans[i] == again.bans[i]);
		assert_string_equal(told.ip[i], again.ip[i]);
	}
	assert_true(out.exact);
	assert_true(out.frame.total == LIMIT_TOP_ROWS + 1 + FEW);
	/* but for another question */
	(void)top(e, &ALL, 11, &again);
	assert_int_equal(again.bans[0], 401);
	f.has_net = true;
	assert_true(addr_parse_net("12.0.0.0/24", 11, &f.net));
	out = top(e, &f, 3, &told);
	assert_true(out.exact && out.frame.total == 255 + 400);
	assert_int_equal(told.bans[0], 401);
	assert_int_equal(told.bans[1], 1);
}

static int
top_once(void *arg, struct error *err)
{
	struct told told = {.n = 0};
	struct app app = app_of(arg);
	struct stats_top out = {.frame = {.total = -5}};

	if (stats_top(&app, &(struct ban_ask){&ALL, 5, NULL}, take, &told, &out,
		err) < 0) {
		assert_true(out.frame.total == -5);
		return -1;
	}
	assert_int_equal(told.n, 5);
	return 0;
}

static void
allocations_that_fail_are_told_and_leave_nothing(void **state)
{
	archive_add(*state, FEW);
	assert_true(torture_run(top_once, *state) >= 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(both_ways_tell_what_plain_counting_tells),
	    CASE(what_was_banned_often_moves_with_the_bans),
	    CASE(a_small_archive_is_asked_anew_each_time),
	    CASE(an_answer_is_good_for_a_minute),
	    CASE(many_bans_are_looked_at_by_those_banned_often),
	    CASE(allocations_that_fail_are_told_and_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
