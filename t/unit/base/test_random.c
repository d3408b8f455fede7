/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/random.h"

#include <string.h>

#include "base/error.h"
#include "t/lib/unit.h"

static void
two_draws_differ_and_every_byte_is_written(void **state)
{
	unsigned char a[4096] = {0}, b[4096] = {0};
	struct error err = ERROR_INIT;
	int seen[256] = {0};

	(void)state;
	assert_int_equal(random_bytes(a, sizeof a, &err), 0);
	assert_int_equal(random_bytes(b, sizeof b, &err), 0);
	assert_memory_not_equal(a, b, sizeof a);
	for (size_t i = 0; i < sizeof a; i++)
		seen[a[i]]++;
	/* 16 expected of each; a value in more than 80 of 4096 places has a
	 * chance below 1e-30: it is memory that was not written */
	for (size_t i = 0; i < 256; i++)
		assert_in_range(seen[i], 0, 80);
}

static void
nothing_beyond_the_length_is_written(void **state)
{
	unsigned char a[8] = {0};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(random_bytes(a, 0, &err), 0);
	assert_memory_equal(a, "\0\0\0\0\0\0\0\0", 8);
	for (int i = 0; i < 100; i++)
		assert_int_equal(random_bytes(a, 4, &err), 0);
	assert_memory_equal(a + 4, "\0\0\0\0", 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_draws_differ_and_every_byte_is_written),
	    cmocka_unit_test(nothing_beyond_the_length_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
