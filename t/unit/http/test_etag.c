/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/etag.h"

#include <string.h>

#include "t/lib/unit.h"

#include "base/macros.h"

static void
a_tag_is_32_hex_digits_in_quotes(void **state)
{
	char tag[ETAG_SIZE];

	(void)state;
	etag_of("abc", 3, tag);
	/* SipHash-2-4-128 under a key of zeros */
	assert_string_equal(tag, "\"6c95dec302962fa8ca5e69c1d5d15478\"");
	etag_of(NULL, 0, tag);
	assert_string_equal(tag, "\"5049d74780a3e07d4202ab47d4cef2f4\"");
}

static void
other_bodies_have_other_tags(void **state)
{
	char a[ETAG_SIZE], b[ETAG_SIZE];

	(void)state;
	etag_of("abc", 3, a);
	etag_of("abd", 3, b);
	assert_string_not_equal(a, b);
	etag_of("abc\0", 4, b);
	assert_string_not_equal(a, b);
}

static void
lists_are_searched(void **state)
{
	/* clang-format off */
	static const struct {
		const char *list;
		bool yes;
	} ROWS[] = {
		{ "\"a\"", true }, { "*", true }, { "W/\"a\"", true },
		{ "\"b\", \"a\"", true }, { "\"b\",\"a\",\"c\"", true }, { " \"a\" ", true },
		{ ",,\"a\"", true }, { "\"b\"", false }, { "", false }, { "a", false },
		{ "\"a", false }, { "\"aa\"", false }, { "\"b\", *", false }, { ",", false },
		{ "W/", false }, { "w/\"a\"", false },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++)
		if (etag_matches(ROWS[i].list, "\"a\"") != ROWS[i].yes)
			fail_msg("row %zu: %s", i, ROWS[i].list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_tag_is_32_hex_digits_in_quotes),
	    cmocka_unit_test(other_bodies_have_other_tags),
	    cmocka_unit_test(lists_are_searched),
	};

	return cmocka_run_group_tests_name("http/etag", tests, NULL, NULL);
}
