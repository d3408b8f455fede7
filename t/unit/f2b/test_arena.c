/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/arena.h"

#include <stdint.h>
#include <string.h>

#include "t/lib/unit.h"

static void
memory_is_zeroed_aligned_and_apart(void **state)
{
	AUTO(arena_release) struct arena a = ARENA_INIT(1024 * 1024);
	char *last = NULL;

	(void)state;
	for (size_t n = 1; n < 600; n++) {
		char *p = arena_alloc(&a, n);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(double), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xa5, n);
		if (last != NULL)
			assert_int_equal((unsigned char)*last, 0xa5);
		last = p;
	}
	assert_false(a.too_big);
}

static void
the_maximum_is_given_and_no_more(void **state)
{
	AUTO(arena_release) struct arena a = ARENA_INIT(10000);

	(void)state;
	assert_non_null(arena_alloc(&a, 10000));
	assert_int_equal(a.used, 10000);
	assert_null(arena_alloc(&a, 1));
	assert_true(a.too_big);
	arena_release(&a);
	a.too_big = false;
	assert_null(arena_alloc(&a, 10001));
	assert_true(a.too_big);
	a.too_big = false;
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_true(a.too_big);
}

/* A block that would pass the maximum is made as small as is asked for. */
static void
the_last_bytes_are_given_too(void **state)
{
	AUTO(arena_release) struct arena a = ARENA_INIT(4096 + 64);

	(void)state;
	assert_non_null(arena_alloc(&a, 4096));
	assert_non_null(arena_alloc(&a, 40));
	assert_int_equal(a.used, 4096 + 40);
	assert_null(arena_alloc(&a, 32));
	assert_true(a.too_big);
	assert_non_null(arena_alloc(&a, 24));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
	    cmocka_unit_test(the_maximum_is_given_and_no_more),
	    cmocka_unit_test(the_last_bytes_are_given_too),
	};

	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
