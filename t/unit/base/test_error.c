/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/error.h"

#include <string.h>

#include "t/lib/unit.h"

static void
set_fills_everything_and_yields_minus_one(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	err.retry_after_s = 9;
	err.n_fields = 3;
	assert_int_equal(
	    err_set(&err, ERR_DB_BUSY, "Try again.", "%d ms", 7), -1);
	assert_int_equal(err.code, ERR_DB_BUSY);
	assert_string_equal(err.message, "Try again.");
	assert_string_equal(err.detail, "7 ms");
	assert_string_equal(err.where, __func__);
	assert_int_equal(err.retry_after_s, 0);
	assert_int_equal(err.n_fields, 0);
}

static void
a_long_detail_is_cut_and_still_ends(void **state)
{
	char text[ERR_DETAIL_SIZE * 2];
	struct error err = ERROR_INIT;

	(void)state;
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = '\0';
	(void)err_set(&err, ERR_INTERNAL, "No.", "%s", text);
	assert_int_equal(strlen(err.detail), ERR_DETAIL_SIZE - 1);
}

static void
fields_gather_up_to_their_limit(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	(void)err_set(&err, ERR_INTERNAL, "Was.", "%s", "something else");
	for (int i = 0; i < ERR_FIELDS_MAX + 2; i++)
		assert_int_equal(err_field(&err, "ips[1]", "Bad."), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(err.n_fields, ERR_FIELDS_MAX);
	assert_string_equal(err.fields[ERR_FIELDS_MAX - 1].name, "ips[1]");
	assert_string_equal(err.fields[0].message, "Bad.");
}

static void
a_long_field_name_is_cut(void **state)
{
	char name[ERR_FIELD_SIZE + 10];
	struct error err = ERROR_INIT;

	(void)state;
	memset(name, 'n', sizeof name);
	name[sizeof name - 1] = '\0';
	(void)err_field(&err, name, "Bad.");
	assert_int_equal(strlen(err.fields[0].name), ERR_FIELD_SIZE - 1);
}

static void
out_of_memory_says_when_to_come_back(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(err_nomem(&err), -1);
	assert_int_equal(err.code, ERR_NOMEM);
	assert_int_equal(err.retry_after_s, 5);
	err_clear(&err);
	assert_int_equal(err.code, ERR_NONE);
	assert_null(err.message);
}

static void
every_code_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < ERR__MAX; i++) {
		assert_non_null(err_name((enum err_code)i));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(err_name((enum err_code)i),
			    err_name((enum err_code)k));
	}
	assert_string_equal(err_name(ERR__MAX), "internal_error");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(set_fills_everything_and_yields_minus_one),
	    cmocka_unit_test(a_long_detail_is_cut_and_still_ends),
	    cmocka_unit_test(fields_gather_up_to_their_limit),
	    cmocka_unit_test(a_long_field_name_is_cut),
	    cmocka_unit_test(out_of_memory_says_when_to_come_back),
	    cmocka_unit_test(every_code_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
