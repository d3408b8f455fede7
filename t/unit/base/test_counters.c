/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/counters.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { LAYOUT = 7, OTHER_LAYOUT = 8, CHILDREN = 4, COUNTS = 1000000 };

static int
set_up(void **state)
{
	struct scratch *s = calloc(1, sizeof *s);

	assert_non_null(s);
	scratch_init(s);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	scratch_release(*state);
	free(*state);
	return 0;
}

static struct counters *
open_file(struct scratch *s, uint64_t layout)
{
	struct counters *c = NULL;
	struct error err = ERROR_INIT;

	if (counters_open(&c, scratch_path(s, "counters"), layout, &err) < 0)
		fail_msg("counters_open: %s", err.detail);
	return c;
}

static void
they_begin_at_nothing_and_outlive_who_counts(void **state)
{
	struct counters *c = open_file(*state, LAYOUT);

	assert_int_equal(counters_get(c, 0), 0);
	assert_int_equal(counters_get(c, COUNTERS_MAX - 1), 0);
	counters_add(c, 0, 1);
	counters_add(c, 0, 2);
	counters_add(c, COUNTERS_MAX - 1, 5);
	counters_close(c);
	c = open_file(*state, LAYOUT);
	assert_int_equal(counters_get(c, 0), 3);
	assert_int_equal(counters_get(c, 1), 0);
	assert_int_equal(counters_get(c, COUNTERS_MAX - 1), 5);
	counters_close(c);
}

static void
nothing_is_lost_between_processes(void **state)
{
	struct counters *c = open_file(*state, LAYOUT);
	int status;

	for (int i = 0; i < CHILDREN; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid > 0)
			continue;
		counters_close(c);
		c = open_file(*state, LAYOUT);
		for (int n = 0; n < COUNTS; n++)
			counters_add(c, 3, 1);
		_exit(0);
	}
	for (int i = 0; i < CHILDREN; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(counters_get(c, 3), CHILDREN * COUNTS);
	counters_close(c);
}

static void
another_layout_starts_from_nothing_and_harms_no_old_one(void **state)
{
	struct counters *old = open_file(*state, LAYOUT);
	struct counters *c;

	counters_add(old, 0, 9);
	c = open_file(*state, OTHER_LAYOUT);
	assert_int_equal(counters_get(c, 0), 0);
	counters_add(old, 0, 1);
	assert_int_equal(counters_get(old, 0), 10);
	assert_int_equal(counters_get(c, 0), 0);
	counters_close(old);
	counters_close(c);
}

static void
a_file_that_was_cut_gets_its_blocks_back(void **state)
{
	struct counters *c = open_file(*state, LAYOUT);
	struct stat st;

	counters_close(c);
	assert_int_equal(truncate(scratch_path(*state, "counters"), 100), 0);
	c = open_file(*state, LAYOUT);
	counters_add(c, COUNTERS_MAX - 1, 1);
	assert_int_equal(counters_get(c, COUNTERS_MAX - 1), 1);
	assert_int_equal(stat(scratch_path(*state, "counters"), &st), 0);
	assert_true(st.st_size >= COUNTERS_MAX * 8);
	assert_true(st.st_blocks > 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	counters_close(c);
}

static void
what_cannot_be_opened_is_an_error_and_no_counter(void **state)
{
	struct counters *c = NULL;
	struct error err = ERROR_INIT;

	assert_int_equal(
	    counters_open(&c, scratch_path(*state, "no-directory/counters"),
		LAYOUT, &err),
	    -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	assert_null(c);
	counters_add(c, 0, 1);
	assert_int_equal(counters_get(c, 0), 0);
	counters_close(c);
}

static void
numbers_that_are_none_are_ignored(void **state)
{
	struct counters *c = open_file(*state, LAYOUT);

	counters_add(c, COUNTERS_MAX, 1);
	assert_int_equal(counters_get(c, COUNTERS_MAX), 0);
	counters_close(c);
}

static void
a_layout_tells_names_and_their_order_apart(void **state)
{
	static const char *const AB_C[] = {"ab", "c"};
	static const char *const A_BC[] = {"a", "bc"};
	static const char *const C_AB[] = {"c", "ab"};
	uint64_t layout = counters_layout(AB_C, 2);

	(void)state;
	assert_int_not_equal(layout, 0);
	assert_int_not_equal(layout, counters_layout(A_BC, 2));
	assert_int_not_equal(layout, counters_layout(C_AB, 2));
	assert_int_not_equal(layout, counters_layout(AB_C, 1));
	assert_int_equal(layout, counters_layout(AB_C, 2));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(they_begin_at_nothing_and_outlive_who_counts),
	    CASE(nothing_is_lost_between_processes),
	    CASE(another_layout_starts_from_nothing_and_harms_no_old_one),
	    CASE(a_file_that_was_cut_gets_its_blocks_back),
	    CASE(what_cannot_be_opened_is_an_error_and_no_counter),
	    CASE(numbers_that_are_none_are_ignored),
	    CASE(a_layout_tells_names_and_their_order_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
