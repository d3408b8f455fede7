/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/geo_answer.h"

#include <string.h>

#include "base/macros.h"
#include "t/lib/unit.h"

static void
a_country_is_one_of_the_list(void **state)
{
	static const char *const GOOD[] = {"AD", "AX", "CI", "DE", "GB", "MK",
	    "OM", "PS", "QA", "SS", "TL", "US", "XK", "ZW"};
	static const char *const BAD[] = {"", "D", "de", "De", "DEU", "EU",
	    "AP", "UK", "XX", "ZZ", "A1", "A2", "O1", "--", "D\xc4"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
		assert_true(geo_is_country(GOOD[i], 2));
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		assert_false(geo_is_country(BAD[i], strlen(BAD[i])));
	assert_false(geo_is_country("A\0", 2));
}

/* ISO 3166-1 has 249 officially assigned codes. */
static void
the_list_has_250_countries(void **state)
{
	char code[3] = "";
	int n = 0;

	(void)state;
	for (code[0] = 'A'; code[0] <= 'Z'; code[0]++)
		for (code[1] = 'A'; code[1] <= 'Z'; code[1]++)
			n += geo_is_country(code, 2) ? 1 : 0;
	assert_int_equal(n, 250);
}

static void
an_as_number_is_of_32_bits_and_not_0(void **state)
{
	struct geo_answer a = GEO_ANSWER_INIT;

	(void)state;
	assert_false(geo_answer_set_asn(&a, 0));
	assert_false(geo_answer_set_asn(&a, 1ULL << 32));
	assert_int_equal(a.asn, -1);
	assert_true(geo_answer_set_asn(&a, UINT32_MAX));
	assert_int_equal(a.asn, UINT32_MAX);
}

static void
an_as_number_may_be_a_text(void **state)
{
	static const char *const BAD[] = {"", "AS", "A", "as64500", "AS 1",
	    "AS0", "0", "-1", "AS01", "4294967296", "AS64500 Example"};
	struct geo_answer a = GEO_ANSWER_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		assert_false(
		    geo_answer_set_asn_text(&a, BAD[i], strlen(BAD[i])));
	assert_int_equal(a.asn, -1);
	assert_true(geo_answer_set_asn_text(&a, "AS64500", 7));
	assert_int_equal(a.asn, 64500);
	assert_true(geo_answer_set_asn_text(&a, "4294967295", 10));
	assert_int_equal(a.asn, UINT32_MAX);
}

static void
what_is_refused_changes_nothing(void **state)
{
	struct geo_answer a = GEO_ANSWER_INIT;

	(void)state;
	assert_true(geo_answer_set_country(&a, "DE", 2));
	assert_true(geo_answer_set_name(&a, "Germany", 7));
	assert_true(geo_answer_set_as_org(&a, "Example", 7));
	assert_false(geo_answer_set_country(&a, "ZZ", 2));
	assert_false(geo_answer_set_name(&a, "", 0));
	assert_false(geo_answer_set_name(&a, "\xff", 1));
	assert_false(geo_answer_set_as_org(&a, "a\tb", 3));
	assert_string_equal(a.country_code, "DE");
	assert_string_equal(a.country_name, "Germany");
	assert_string_equal(a.as_org, "Example");
}

static void
a_text_is_taken_up_to_a_length_and_cut(void **state)
{
	struct geo_answer a = GEO_ANSWER_INIT;
	char text[4097];

	(void)state;
	memset(text, 'x', sizeof text);
	assert_false(geo_answer_set_as_org(&a, text, 4097));
	assert_true(geo_answer_set_as_org(&a, text, 4096));
	assert_int_equal(strlen(a.as_org), GEO_AS_ORG_SIZE - 1);
	memcpy(text + GEO_AS_ORG_SIZE - 3, "\xf0\x9f\x8c\x8d", 4);
	assert_true(geo_answer_set_as_org(&a, text, 4096));
	assert_int_equal(strlen(a.as_org), GEO_AS_ORG_SIZE - 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_country_is_one_of_the_list),
	    cmocka_unit_test(the_list_has_250_countries),
	    cmocka_unit_test(an_as_number_is_of_32_bits_and_not_0),
	    cmocka_unit_test(an_as_number_may_be_a_text),
	    cmocka_unit_test(what_is_refused_changes_nothing),
	    cmocka_unit_test(a_text_is_taken_up_to_a_length_and_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
