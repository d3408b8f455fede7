/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/time.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "t/lib/unit.h"

/* The zone for what follows. tzset() reads it from an environment of our own
 * and keeps it; the real one, which steers cmocka, comes back. */
static void
use_zone(const char *zone)
{
	char text[64];
	char *env[] = {text, NULL};
	char **saved = environ;
	int n = snprintf(text, sizeof text, "TZ=%s", zone);

	assert_in_range(n, 3, sizeof text - 1);
	environ = env;
	tzset();
	environ = saved;
}

static int64_t
local(const char *s)
{
	int64_t t = -1;

	if (!time_parse_local(s, strlen(s), &t))
		fail_msg("\"%s\" was refused", s);
	return t;
}

static void
times_print_as_rfc_3339(void **state)
{
	char out[TIME_RFC3339_SIZE];

	(void)state;
	time_format(0, out);
	assert_string_equal(out, "1970-01-01T00:00:00Z");
	time_format(1795467845, out);
	assert_string_equal(out, "2026-11-23T21:04:05Z");
	time_format(-1, out);
	assert_string_equal(out, "1969-12-31T23:59:59Z");
	time_format(-62167219200, out);
	assert_string_equal(out, "0000-01-01T00:00:00Z");
	time_format(253402300799, out);
	assert_string_equal(out, "9999-12-31T23:59:59Z");
}

static void
years_without_four_digits_are_clamped(void **state)
{
	char out[TIME_RFC3339_SIZE];

	(void)state;
	time_format(-62167219201, out);
	assert_string_equal(out, "0000-01-01T00:00:00Z");
	time_format(253402300800, out);
	assert_string_equal(out, "9999-12-31T23:59:59Z");
	time_format(INT64_MIN, out);
	assert_string_equal(out, "0000-01-01T00:00:00Z");
	time_format_ms(INT64_MAX, out);
	assert_int_equal(strlen(out), TIME_RFC3339_SIZE - 1);
	time_format_ms(INT64_MIN, out);
	assert_int_equal(strlen(out), TIME_RFC3339_SIZE - 1);
}

static void
milliseconds_count_forward_before_1970_too(void **state)
{
	char out[TIME_RFC3339_SIZE];

	(void)state;
	time_format_ms(1795467845007, out);
	assert_string_equal(out, "2026-11-23T21:04:05.007Z");
	time_format_ms(-1, out);
	assert_string_equal(out, "1969-12-31T23:59:59.999Z");
	time_format_ms(-1000, out);
	assert_string_equal(out, "1969-12-31T23:59:59.000Z");
}

static void
clocks_agree_with_each_other(void **state)
{
	int64_t a = time_mono_us(), s, ms;

	(void)state;
	s = time_now_s();
	ms = time_now_ms();
	assert_true(ms / 1000 == s || ms / 1000 == s + 1);
	assert_true(s > 1700000000);
	assert_true(time_mono_us() >= a);
	assert_true(time_mono_ms() - a / 1000 < 5000);
}

static void
local_times_follow_the_zone(void **state)
{
	(void)state;
	use_zone("UTC0");
	assert_int_equal(local("1970-01-01 00:00:00"), 0);
	assert_int_equal(local("2024-02-29 12:00:00"), 1709208000);
	assert_int_equal(local("9999-12-31 23:59:59"), 253402300799);
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_int_equal(local("2026-01-15 12:00:00"), 1768474800);
	assert_int_equal(local("2026-07-15 12:00:00"), 1784109600);
	use_zone("EST5EDT,M3.2.0,M11.1.0");
	assert_int_equal(local("2026-01-15 12:00:00"), 1768496400);
}

static void
the_doubled_hour_reads_as_the_later_one(void **state)
{
	(void)state;
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	/* clocks go from 03:00 CEST back to 02:00 CET */
	assert_int_equal(local("2026-10-25 01:59:59"), 1792886399);
	assert_int_equal(local("2026-10-25 02:00:00"), 1792890000);
	assert_int_equal(local("2026-10-25 02:30:00"), 1792891800);
	assert_int_equal(local("2026-10-25 02:59:59"), 1792893599);
	assert_int_equal(local("2026-10-25 03:00:00"), 1792893600);
	use_zone("EST5EDT,M3.2.0,M11.1.0");
	assert_int_equal(local("2026-11-01 01:30:00"), 1793514600);
	assert_int_equal(local("2026-11-01 00:59:59"), 1793509199);
	assert_int_equal(local("2026-11-01 02:00:00"), 1793516400);
	/* half an hour, on the other side of the world */
	use_zone("LHST-10:30LHDT-11,M10.1.0,M4.1.0");
	assert_int_equal(local("2026-04-05 01:45:00"), 1775315700);
	assert_int_equal(local("2026-04-05 01:29:59"), 1775312999);
}

static void
the_skipped_hour_reads_as_if_clocks_had_not_changed(void **state)
{
	(void)state;
	use_zone("CET-1CEST,M3.5.0,M10.5.0/3");
	assert_int_equal(local("2026-03-29 01:59:59"), 1774745999);
	assert_int_equal(local("2026-03-29 02:30:00"), 1774747800);
	assert_int_equal(local("2026-03-29 03:00:00"), 1774746000);
}

static const char *const BAD_TIMES[] = {
    "",
    "2026-11-23",
    "2026-11-23T21:04:05",
    "2026-11-23 21:04:05 ",
    " 2026-11-23 21:04:05",
    "2026-11-23 21:04",
    "2026/11/23 21:04:05",
    "2026-11/23 21:04:05",
    "2026-11-23 21.04:05",
    "2026-11-23 21:04.05",
    "2026-13-01 00:00:00",
    "2026-00-01 00:00:00",
    "2026-01-00 00:00:00",
    "2026-01-32 00:00:00",
    "2026-02-29 00:00:00",
    "1900-02-29 00:00:00",
    "2026-04-31 00:00:00",
    "2026-01-01 24:00:00",
    "2026-01-01 00:60:00",
    "2026-01-01 00:00:60",
    "2026-01-01 -1:00:00",
    "2026-01-01 +1:00:00",
    "2026-01-01 0x:00:00",
    "20 6-01-01 00:00:00",
    "-026-01-01 00:00:00",
    "2026-1-001 00:00:00",
};

static void
what_no_calendar_holds_is_no_time(void **state)
{
	int64_t t = 4711;

	(void)state;
	use_zone("UTC0");
	assert_int_equal(local("2000-02-29 23:59:59"), 951868799);
	for (size_t i = 0; i < ARRAY_LEN(BAD_TIMES); i++)
		if (time_parse_local(BAD_TIMES[i], strlen(BAD_TIMES[i]), &t) ||
		    t != 4711)
			fail_msg("\"%s\" was taken", BAD_TIMES[i]);
	assert_false(time_parse_local("2026-11-23 21:04:05", 18, &t));
}

static void
times_of_clients_are_read_as_the_table_says(void **state)
{
	static const struct {
		const char *text;
		int64_t t; /* -1: refused */
	} CASES[] = {
	    {"2026-11-23T21:04:05Z",      1795467845},
	    {"2026-11-23T21:04:05+00:00", 1795467845},
	    {"2026-11-23T22:04:05+01:00", 1795467845},
	    {"2026-11-23T17:34:05-03:30", 1795467845},
	    {"2026-11-23T21:04:05.999Z",  1795467845},
	    {"1970-01-01T00:00:00Z",      0         },
	    {"1969-12-31T23:59:58Z",      -2        },
	    {"2026-11-23T21:04:05",       -1        },
	    {"2026-11-23 21:04:05Z",      -1        },
	    {"2026-11-23t21:04:05z",      -1        },
	    {"2026-11-23T21:04:05.Z",     -1        },
	    {"2026-11-23T21:04:05Zx",     -1        },
	    {"2026-11-23T21:04:05+1:00",  -1        },
	    {"2026-11-23T21:04:05+24:00", -1        },
	    {"2026-11-23T21:04:05+01:60", -1        },
	    {"2026-11-23T21:04:05+0100",  -1        },
	    {"2026-02-30T21:04:05Z",      -1        },
	    {"2026-11-23",                -1        },
	    {"1795467845",                -1        },
	    {"",			  -1        },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		const char *text = CASES[i].text;
		int64_t t = -1;

		if (time_parse_rfc3339(text, strlen(text), &t) !=
			(CASES[i].t != -1) ||
		    t != CASES[i].t)
			fail_msg("\"%s\" is %lld", text, (long long)t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(times_print_as_rfc_3339),
	    cmocka_unit_test(years_without_four_digits_are_clamped),
	    cmocka_unit_test(milliseconds_count_forward_before_1970_too),
	    cmocka_unit_test(clocks_agree_with_each_other),
	    cmocka_unit_test(local_times_follow_the_zone),
	    cmocka_unit_test(the_doubled_hour_reads_as_the_later_one),
	    cmocka_unit_test(
		the_skipped_hour_reads_as_if_clocks_had_not_changed),
	    cmocka_unit_test(what_no_calendar_holds_is_no_time),
	    cmocka_unit_test(times_of_clients_are_read_as_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
