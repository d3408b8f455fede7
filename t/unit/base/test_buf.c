/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"

#include <string.h>

#include "base/error.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

static void
an_empty_buffer_reads_as_the_empty_text(void **state)
{
	struct buf b = BUF_INIT(10);
	struct error err = ERROR_INIT;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_check(&b, &err), 0);
	buf_release(&b);
	buf_release(&b); /* twice is harmless */
}

static void
appends_join_and_keep_nul_bytes(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	buf_add_str(&b, "one");
	buf_add_char(&b, ' ');
	buf_add_i64(&b, -9223372036854775807LL - 1);
	buf_addf(&b, " %s-%04d", "x", 7);
	buf_add(&b, "\0z", 2);
	buf_add(&b, NULL, 0);
	buf_addf(&b, "%s", "");
	assert_false(b.failed);
	assert_string_equal(buf_str(&b), "one -9223372036854775808 x-0007");
	assert_int_equal(b.len, strlen(buf_str(&b)) + 2);
	assert_memory_equal(b.data + b.len - 2, "\0z", 3);
	buf_release(&b);
}

static void
the_maximum_is_taken_and_one_more_byte_is_not(void **state)
{
	struct buf b = BUF_INIT(5);
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_str(&b, "12345");
	assert_int_equal(buf_check(&b, &err), 0);
	buf_add_char(&b, '6');
	assert_int_equal(buf_check(&b, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_true(b.too_big);
	assert_string_equal(buf_str(&b), "12345");
	assert_int_equal(b.cap, 6);
	buf_release(&b);
}

static void
a_failure_latches_until_clear(void **state)
{
	struct buf b = BUF_INIT(3);
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_str(&b, "long");
	buf_add_str(&b, "s"); /* would fit, but the text before is missing */
	assert_int_equal(b.len, 0);
	assert_int_equal(buf_check(&b, &err), -1);
	buf_clear(&b);
	buf_addf(&b, "%d", 123);
	assert_int_equal(buf_check(&b, &err), 0);
	assert_string_equal(buf_str(&b), "123");
	buf_addf(&b, "%d", 4);
	assert_int_equal(buf_check(&b, &err), -1);
	buf_release(&b);
}

static void
sizes_near_the_end_of_size_t_do_not_wrap(void **state)
{
	struct buf b = BUF_INIT(SIZE_MAX);
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_char(&b, 'a');
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_int_equal(buf_check(&b, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_clear(&b);
	buf_add_char(&b, 'a');
	assert_null(buf_reserve(&b, SIZE_MAX - 1));
	assert_true(b.too_big);
	buf_release(&b);
}

static void
reserve_gives_room_that_commit_takes(void **state)
{
	struct buf b = BUF_INIT(8);
	char *p;

	(void)state;
	buf_add_str(&b, "ab");
	p = buf_reserve(&b, 6);
	assert_non_null(p);
	assert_string_equal(buf_str(&b), "ab");
	memcpy(p, "cdefgh", 6);
	buf_commit(&b, 4); /* less than reserved */
	assert_string_equal(buf_str(&b), "abcdef");
	assert_null(buf_reserve(&b, 3));
	buf_release(&b);
}

static int
build_long_text(void *arg, struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(10000);

	(void)arg;
	for (int i = 0; i < 500; i++)
		buf_addf(&b, "%d ", i);
	return buf_check(&b, err);
}

static void
every_failing_allocation_becomes_out_of_memory(void **state)
{
	(void)state;
	assert_in_range(torture_run(build_long_text, NULL), 3, 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_buffer_reads_as_the_empty_text),
	    cmocka_unit_test(appends_join_and_keep_nul_bytes),
	    cmocka_unit_test(the_maximum_is_taken_and_one_more_byte_is_not),
	    cmocka_unit_test(a_failure_latches_until_clear),
	    cmocka_unit_test(sizes_near_the_end_of_size_t_do_not_wrap),
	    cmocka_unit_test(reserve_gives_room_that_commit_takes),
	    cmocka_unit_test(every_failing_allocation_becomes_out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
