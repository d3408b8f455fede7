/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_periods.h"

#include "base/macros.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

static const struct ban_find ANY = BAN_FIND_ALL;

/* The seconds of a span, all of whose ends are multiples of s. */
static int64_t
length_of(const struct ban_span *span, int64_t s)
{
	assert_true(span->from <= span->to);
	assert_int_equal(span->from % s, 0);
	assert_int_equal(span->to % s, 0);
	return span->to - span->from;
}

static void
a_window_is_cut_without_gap_or_overlap(void **state)
{
	struct archive_env e = {.seed = 1};
	const int64_t oldest = 100, newest = INT32_MAX;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct ban_find find = ANY;
		struct ban_periods p;
		enum ban_level shortest =
		    i % 2 == 0 ? BAN_LEVEL_HOUR : BAN_LEVEL_DAY;
		int64_t left = shortest == BAN_LEVEL_HOUR ? 3600 : 86400;
		int64_t sum;

		find.from = 101 + archive_random(
				      &e, INT64_C(1) << archive_random(&e, 31));
		find.to = find.from + archive_random(&e, INT64_C(1) << 30);
		if (find.to > newest)
			continue;
		ban_periods_cut(&p, &find, shortest, oldest, newest);
		assert_false(p.all);
		sum = length_of(&p.rows[0], 1) + length_of(&p.rows[1], 1);
		assert_true(sum < 2 * left);
		sum += length_of(&p.hours[0], 3600) +
		       length_of(&p.hours[1], 3600) +
		       length_of(&p.days[0], 86400) +
		       length_of(&p.days[1], 86400) +
		       length_of(&p.months, BAN_MONTH_S);
		assert_true(sum == find.to - find.from);
		if (shortest == BAN_LEVEL_DAY)
			assert_true(p.hours[0].to == 0 && p.hours[1].to == 0);
	}
}

static void
what_holds_every_ban_is_one_period(void **state)
{
	const struct ban_find exactly = {
	    .from = 5000, .to = 9001, .asn = -1, .origin = -1};
	struct ban_periods p;

	(void)state;
	ban_periods_cut(&p, &exactly, BAN_LEVEL_HOUR, 5000, 9000);
	assert_true(p.all);
	ban_periods_cut(&p, &exactly, BAN_LEVEL_HOUR, 4999, 9000);
	assert_false(p.all);
	ban_periods_cut(&p, &exactly, BAN_LEVEL_HOUR, 5000, 9001);
	assert_false(p.all);
	ban_periods_cut(&p, &ANY, BAN_LEVEL_DAY, 0, INT64_MAX - 1);
	assert_true(p.all);
}

static void
no_period_is_longer_than_allowed(void **state)
{
	struct archive_env e = {.seed = 2};

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct ban_find find = ANY;
		struct ban_periods p;
		enum ban_level shortest = (enum ban_level)(i % 2);
		enum ban_level longest = (enum ban_level)(i / 2 % 3);
		int64_t sum;

		find.from = archive_random(&e, INT64_C(1) << 31);
		find.to = find.from + archive_random(&e, INT64_C(1) << 24);
		ban_periods_cut_short(&p, &find, shortest, longest);
		assert_false(p.all);
		sum = length_of(&p.rows[0], 1) + length_of(&p.rows[1], 1) +
		      length_of(&p.hours[0], 3600) +
		      length_of(&p.hours[1], 3600) +
		      length_of(&p.days[0], 86400) +
		      length_of(&p.days[1], 86400) +
		      length_of(&p.months, BAN_MONTH_S);
		assert_true(sum == find.to - find.from);
		if (longest < BAN_LEVEL_MONTH)
			assert_true(p.months.to == 0);
		if (longest < BAN_LEVEL_DAY)
			assert_true(p.days[0].to == 0 && p.days[1].to == 0);
		if (shortest > BAN_LEVEL_HOUR)
			assert_true(p.hours[0].to == 0 && p.hours[1].to == 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_window_is_cut_without_gap_or_overlap),
	    cmocka_unit_test(what_holds_every_ban_is_one_period),
	    cmocka_unit_test(no_period_is_longer_than_allowed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
