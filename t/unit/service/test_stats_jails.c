/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/stats_jails.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "db/db.h"
#include "service/app.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum { NOW = ARCHIVE_BEGIN + ARCHIVE_DAYS * 86400 + 30, BANS = 1500 };

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

static const struct ban_filter ALL = {
    .range = BAN_RANGE_ALL, .asn = -1, .origin = -1};

/* The filter as archive_ask() takes it, as far as there is no network. */
static struct ban_find
find_of(const struct ban_filter *f, int64_t *jail)
{
	struct ban_find find = BAN_FIND_ALL;

	if (f->range == BAN_RANGE_GIVEN && f->from >= 0)
		find.from = f->from;
	if (f->range == BAN_RANGE_GIVEN && f->to >= 0)
		find.to = f->to;
	if (f->n_jails > 0) {
		*jail = f->jails[0][5] - '0';
		find.jails = jail;
		find.n_jails = 1;
	}
	find.country = f->country[0] == '\0' ? NULL : f->country;
	find.asn = f->asn;
	find.origin = f->origin;
	return find;
}

/* How many bans a jail made in [from, to), plainly. */
static int64_t
plainly(struct archive_env *e, const struct ban_filter *f, const char *jail,
    int64_t from, int64_t to)
{
	int64_t number = 0, n;
	struct ban_find find = find_of(f, &number);
	sqlite3_stmt *s = archive_ask(e,
	    "SELECT count(*) FROM ban WHERE" ARCHIVE_WHERE
	    " AND jail_id = (SELECT id FROM ban_jail WHERE name = ?7)"
	    " AND banned_at >= ?8 AND banned_at < ?9",
	    &find);

	(void)sqlite3_bind_text(s, 7, jail, -1, SQLITE_STATIC);
	(void)sqlite3_bind_int64(s, 8, from);
	(void)sqlite3_bind_int64(s, 9, to);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	n = sqlite3_column_int64(s, 0);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return n;
}

static void
assert_jails(struct archive_env *e, const struct ban_filter *f)
{
	AUTO(stats_jails_release) struct stats_jails s = {.n = 0};
	struct app app = app_of(e);
	struct error err = ERROR_INIT;
	int64_t sum = 0, all = 0;

	if (stats_by_jail(&app, f, &s, &err) < 0)
		fail_msg("%s", err.detail);
	for (size_t i = 0; i < s.n; i++) {
		assert_true(s.items[i].bans > 0);
		assert_true(i == 0 || s.items[i - 1].bans >= s.items[i].bans);
		assert_true(s.items[i].bans ==
			    plainly(e, f, s.items[i].name, 0, INT64_MAX));
		sum += s.items[i].bans;
	}
	all = plainly(e, f, "jail-1", 0, INT64_MAX) +
	      plainly(e, f, "jail-2", 0, INT64_MAX) +
	      plainly(e, f, "jail-3", 0, INT64_MAX);
	assert_true(sum == all && s.frame.total == all);
}

static void
assert_trend(struct archive_env *e, const struct ban_filter *f)
{
	AUTO(stats_trend_release) struct stats_trend t = {.n = 0};
	struct app app = app_of(e);
	struct error err = ERROR_INIT;
	int64_t sum = 0;

	if (stats_trend(&app, f, &t, &err) < 0)
		fail_msg("%s", err.detail);
	assert_in_range(t.n, 1, LIMIT_STATS_BUCKETS);
	for (size_t i = 0; i < t.n; i++)
		for (size_t j = 0; j < t.jails.n; j++) {
			int64_t got = t.bans[i * t.jails.n + j];
			int64_t start = stats_trend_start(&t, i);

			assert_true(got == plainly(e, f, t.jails.items[j].name,
					       start, start + t.bucket_s));
			sum += got;
		}
	assert_true(t.jails.frame.total == sum);
	if (f->from >= 0)
		assert_true(stats_trend_start(&t, 0) <= f->from);
	if (f->to >= 0)
		assert_true(stats_trend_start(&t, t.n - 1) < f->to);
}

/* Windows of a second to all of it, with ends of every kind. */
static struct ban_filter
random_filter(struct archive_env *e)
{
	static const char *const JAILS[] = {"jail-1", "jail-2", "jail-3"};
	static const int64_t STEPS[] = {1, 60, 3600, 86400, 604800, 2592000};
	struct ban_filter f = ALL;
	int64_t length = (INT64_C(1) << archive_random(e, 24)) + 1;
	int64_t step = STEPS[archive_random(e, ARRAY_LEN(STEPS))];

	f.range = BAN_RANGE_GIVEN;
	f.from = ARCHIVE_BEGIN - 86400 +
		 archive_random(e, (ARCHIVE_DAYS + 1) * 86400);
	f.from = f.from / step * step;
	f.to = archive_random(e, 4) == 0 ? -1 : f.from + length;
	if (archive_random(e, 4) == 0)
		f.from = -1;
	if (f.from < 0 && f.to >= 0 && f.to <= ARCHIVE_BEGIN)
		f.to = -1;
	if (archive_random(e, 3) == 0)
		f.jails[f.n_jails++] = JAILS[archive_random(e, 3)];
	if (archive_random(e, 3) == 0)
		memcpy(f.country, archive_random(e, 2) == 0 ? "DE" : "ZZ", 3);
	if (archive_random(e, 3) == 0)
		f.asn = 64500 + archive_random(e, 4);
	if (archive_random(e, 3) == 0)
		f.origin = (int)archive_random(e, 3);
	return f;
}

static void
jails_and_buckets_tell_what_plain_counting_tells(void **state)
{
	struct archive_env *e = *state;

	archive_add(e, BANS);
	assert_jails(e, &ALL);
	assert_trend(e, &(struct ban_filter){.range = BAN_RANGE_GIVEN,
			    .from = ARCHIVE_BEGIN,
			    .to = -1,
			    .asn = -1,
			    .origin = -1});
	for (int i = 0, n = unit_size(150, 15); i < n; i++) {
		struct ban_filter f = random_filter(e);

		assert_jails(e, &f);
		assert_trend(e, &f);
	}
}

static void
a_network_is_counted_one_by_one(void **state)
{
	AUTO(stats_jails_release) struct stats_jails s = {.n = 0};
	AUTO(stats_trend_release) struct stats_trend t = {.n = 0};
	struct archive_env *e = *state;
	struct app app = app_of(e);
	struct ban_filter f = ALL;
	struct error err = ERROR_INIT;

	archive_add(e, BANS); /* a quarter of them in each of four /24 */
	f.has_net = true;
	assert_true(addr_parse_net("11.0.2.0/24", 11, &f.net));
	assert_int_equal(stats_by_jail(&app, &f, &s, &err), 0);
	assert_int_equal(stats_trend(&app, &f, &t, &err), 0);
	assert_int_equal(s.n, ARCHIVE_JAILS);
	assert_in_range(s.frame.total, BANS / 5, BANS / 3);
	assert_true(s.frame.total == t.jails.frame.total);
}

static struct stats_trend
trend(struct archive_env *e, const struct ban_filter *f)
{
	struct stats_trend t = {.n = 0};
	struct app app = app_of(e);
	struct error err = ERROR_INIT;

	if (stats_trend(&app, f, &t, &err) < 0)
		fail_msg("%s", err.detail);
	return t;
}

static void
buckets_are_of_a_length_for_the_range(void **state)
{
	static const struct {
		enum ban_range range;
		int64_t bucket_s;
		size_t n;
	} RANGES[] = {
	    {BAN_RANGE_24H,  3600,   25},
	    {BAN_RANGE_7D,   21600,  29},
	    {BAN_RANGE_30D,  86400,  31},
	    {BAN_RANGE_365D, 604800, 53},
	};
	struct archive_env *e = *state;

	for (size_t i = 0; i < ARRAY_LEN(RANGES); i++) {
		AUTO(stats_trend_release) struct stats_trend t = {.n = 0};
		struct ban_filter f = ALL;

		f.range = RANGES[i].range;
		t = trend(e, &f);
		assert_true(t.bucket_s == RANGES[i].bucket_s);
		assert_in_range(t.n, RANGES[i].n - 1, RANGES[i].n + 1);
		assert_true(t.jails.frame.total == 0); /* and all are there */
	}
}

static void
weeks_begin_on_monday(void **state)
{
	AUTO(stats_trend_release) struct stats_trend t = {.n = 0};
	const struct ban_filter f = {.range = BAN_RANGE_GIVEN,
	    .from = INT64_C(1767268800), /* Thursday 2026-01-01T12:00:00Z */
	    .to = INT64_C(1798761600),   /* a year later */
	    .asn = -1,
	    .origin = -1};

	t = trend(*state, &f);
	assert_int_equal(t.bucket_s, 604800);
	assert_int_equal(stats_trend_start(&t, 0), 1766966400); /* 12-29 */
	assert_int_equal(t.n, 53);
}

static void
times_that_no_archive_has_are_covered_all_the_same(void **state)
{
	AUTO(stats_trend_release) struct stats_trend none = {.n = 0};
	AUTO(stats_trend_release) struct stats_trend ages = {.n = 0};
	struct ban_filter f = ALL;

	none = trend(*state, &f); /* of an archive without bans */
	assert_int_equal(none.n, 0);
	f.range = BAN_RANGE_GIVEN;
	f.from = 0;
	f.to = INT64_C(253402300799); /* 9999-12-31T23:59:59Z */
	ages = trend(*state, &f);
	assert_in_range(ages.n, 1, LIMIT_STATS_BUCKETS);
	assert_int_equal(stats_trend_start(&ages, 0), 0);
	assert_int_equal(ages.bucket_s % 2592000, 0);
	f.from = -1;
	f.to = 86400;
	stats_trend_release(&none);
	none = trend(*state, &f);
	assert_int_equal(none.n, 0);
}

/* What a damaged database said of a ban is no reason for an empty page. */
static void
a_ban_of_the_far_future_is_in_no_bucket(void **state)
{
	AUTO(stats_trend_release) struct stats_trend t = {.n = 0};
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	const struct ban_row far = {
	    .id = BANS + 1,
	    .banned_at = INT64_MAX - 1,
	    .jail_id = 1,
	    .key = {.bytes = {11, [16] = 128}, .len = 17},
	    .country = "DE",
	    .asn = 64500
        };

	archive_add(e, BANS);
	assert_int_equal(ban_store_add(e->db, &far, &err), 1);
	assert_int_equal(ban_sum_add(e->db, far.id, far.id, &err), 0);
	t = trend(e, &ALL);
	assert_int_equal(t.jails.frame.total, BANS);
	assert_int_equal(t.bucket_s, 604800); /* of 75 days */
}

static void
gaps_are_told_where_they_touch_the_time(void **state)
{
	AUTO(stats_trend_release) struct stats_trend t = {.n = 0};
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct ban_gaps many = {.n = 0};
	struct ban_filter f = ALL;

	f.range = BAN_RANGE_GIVEN;
	f.from = ARCHIVE_BEGIN;
	f.to = ARCHIVE_BEGIN + 86400;
	for (int i = -2; i < 4; i++)
		assert_int_equal(ban_store_gap(e->db, ARCHIVE_BEGIN + i * 40000,
				     ARCHIVE_BEGIN + i * 40000 + 10000, &err),
		    0);
	assert_int_equal(ban_store_gap(e->db, f.from - 500, f.from, &err), 0);
	t = trend(e, &f);
	assert_int_equal(t.gaps.n, 3);
	assert_int_equal(t.gaps.items[0].from_at, f.from - 500);
	assert_int_equal(t.gaps.items[2].to_at, ARCHIVE_BEGIN + 90000);
	for (int i = 0; i < 2 * LIMIT_BAN_GAPS; i++)
		assert_int_equal(
		    ban_store_gap(e->db, i * 10, i * 10 + 5, &err), 0);
	assert_int_equal(
	    ban_store_gaps(e->db, 0, 10 * LIMIT_BAN_GAPS * 2, &many, &err), 0);
	assert_int_equal(many.n, LIMIT_BAN_GAPS);
	assert_int_equal(many.items[0].from_at, LIMIT_BAN_GAPS * 10);
}

static int
jails_once(void *arg, struct error *err)
{
	AUTO(stats_jails_release) struct stats_jails s = {.n = 0};
	struct app app = app_of(arg);

	if (stats_by_jail(&app, &ALL, &s, err) < 0) {
		assert_null(s.items);
		return -1;
	}
	assert_int_equal(s.n, ARCHIVE_JAILS);
	return 0;
}

static int
trend_once(void *arg, struct error *err)
{
	AUTO(stats_trend_release) struct stats_trend t = {.n = 0};
	struct app app = app_of(arg);

	if (stats_trend(&app, &ALL, &t, err) < 0) {
		assert_null(t.bans);
		return -1;
	}
	assert_int_equal(t.jails.frame.total, BANS);
	return 0;
}

static void
allocations_that_fail_are_told_and_leave_nothing(void **state)
{
	archive_add(*state, BANS);
	assert_true(torture_run(jails_once, *state) >= 6);
	assert_true(torture_run(trend_once, *state) >= 7);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(jails_and_buckets_tell_what_plain_counting_tells),
	    CASE(a_network_is_counted_one_by_one),
	    CASE(buckets_are_of_a_length_for_the_range),
	    CASE(weeks_begin_on_monday),
	    CASE(times_that_no_archive_has_are_covered_all_the_same),
	    CASE(a_ban_of_the_far_future_is_in_no_bucket),
	    CASE(gaps_are_told_where_they_touch_the_time),
	    CASE(allocations_that_fail_are_told_and_leave_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
