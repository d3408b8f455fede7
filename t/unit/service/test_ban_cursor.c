/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_cursor.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "t/lib/unit.h"

static void
what_was_written_is_read_back(void **state)
{
	static const struct ban_cursor ALL[] = {
	    {false, {0, 0}                },
	    {true,  {1800000000, 7}       },
	    {true,  {INT64_MAX, INT64_MAX}},
	    {false, {INT64_MIN, INT64_MIN}},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ALL); i++) {
		struct ban_cursor back = {0};
		struct error err = ERROR_INIT;
		char text[BAN_CURSOR_SIZE];

		ban_cursor_write(&ALL[i], text);
		assert_int_equal(strlen(text), BAN_CURSOR_SIZE - 1);
		assert_int_equal(ban_cursor_read(text, &back, &err), 0);
		assert_int_equal(back.back, ALL[i].back);
		assert_true(back.place.time == ALL[i].place.time);
		assert_true(back.place.id == ALL[i].place.id);
	}
}

static void
what_was_not_written_is_refused(void **state)
{
	static const char *const TEXTS[] = {
	    "",
	    "x",
	    "AgAA",
	    "AgAAAAAAAAAAAAAAAAAAAAA" /* one too few */,
	    "AgAAAAAAAAAAAAAAAAAAAAAAA" /* one too many */,
	    "AgAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "AgAAAAAAAAAAAAAAAAAAAAA=",
	    ("Ag\xdf"
	     "AAAAAAAAAAAAAAAAAAAAA") /* an underscore, with a bit more */,
	    "AgAAAAAAAAAAAAAAAAAAAAA ",
	    " gAAAAAAAAAAAAAAAAAAAAAA",
	    "AgAAAAAAAAAAAAAAAAAAAA+/",
	    "AQAAAAAAAAAAAAAAAAAAAAAA" /* format */,
	    "AgIAAAAAAAAAAAAAAAAAAAAA" /* unknown flag */,
	};
	struct ban_cursor c = {
	    true, {3, 4}
        };
	struct error err = ERROR_INIT;

	(void)state;
	/* what most of them are one step away from */
	assert_int_equal(
	    ban_cursor_read("AgAAAAAAAAAAAAAAAAAAAAAA", &c, &err), 0);
	c = (struct ban_cursor){
	    true, {3, 4}
        };
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
		err_clear(&err);
		if (ban_cursor_read(TEXTS[i], &c, &err) == 0)
			fail_msg("taken: %s", TEXTS[i]);
		assert_int_equal(err.code, ERR_MALFORMED);
		assert_true(c.back && c.place.time == 3 && c.place.id == 4);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_written_is_read_back),
	    cmocka_unit_test(what_was_not_written_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
