/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/num.h"

#include <string.h>

#include "t/lib/unit.h"

struct row {
	const char *text;
	int64_t min, max;
	bool ok;
	int64_t value;
};

static const struct row ROWS[] = {
    {"0",			  0,         0,         true,  0        },
    {"7",                          0,         9,         true,  7        },
    {"-1",                         -1,        9,         true,  -1       },
    {"9223372036854775807",        INT64_MIN, INT64_MAX, true,  INT64_MAX},
    {"-9223372036854775808",       INT64_MIN, INT64_MAX, true,  INT64_MIN},
    {"9223372036854775808",        INT64_MIN, INT64_MAX, false, 0        },
    {"-9223372036854775809",       INT64_MIN, INT64_MAX, false, 0        },
    {"99999999999999999999999999", INT64_MIN, INT64_MAX, false, 0        },
    {"10",			 10,        14,        true,  10       },
    {"14",                         10,        14,        true,  14       },
    {"9",                          10,        14,        false, 0        },
    {"15",			 10,        14,        false, 0        },
    {"",                           -9,        9,         false, 0        },
    {"-",                          -9,        9,         false, 0        },
    {"-0",			 -9,        9,         false, 0        },
    {"00",                         -9,        9,         false, 0        },
    {"01",                         -9,        9,         false, 0        },
    {"-01",			-9,        9,         false, 0        },
    {"+1",                         -9,        9,         false, 0        },
    {" 1",                         -9,        9,         false, 0        },
    {"1 ",			 -9,        9,         false, 0        },
    {"1.0",                        -9,        9,         false, 0        },
    {"1e0",                        -9,        9,         false, 0        },
    {"0x1",			-9,        9,         false, 0        },
    {"--1",                        -9,        9,         false, 0        },
    {"1-",                         -9,        9,         false, 0        },
    {"\xd9\xa1",		   -9,        9,         false, 0        }, /* a digit, but not of ours */
};

static void
only_whole_decimal_integers_in_range_are_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		const struct row *r = &ROWS[i];
		int64_t out = 4711;
		bool ok = num_parse_i64(
		    r->text, strlen(r->text), r->min, r->max, &out);

		if (ok != r->ok || out != (r->ok ? r->value : 4711))
			fail_msg(
			    "\"%s\": %d, %lld", r->text, ok, (long long)out);
	}
}

static void
length_ends_the_number_and_nul_is_no_end(void **state)
{
	int64_t out = 0;

	(void)state;
	assert_true(num_parse_i64("123", 2, 0, 99, &out));
	assert_int_equal(out, 12);
	assert_false(num_parse_i64("1\0", 2, 0, 99, &out));
	assert_false(num_parse_i64("-1", 0, -99, 99, &out));
	assert_false(num_parse_i64("-1", 1, -99, 99, &out));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_whole_decimal_integers_in_range_are_numbers),
	    cmocka_unit_test(length_ends_the_number_and_nul_is_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
