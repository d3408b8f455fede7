/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/query.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "http/request.h"
#include "t/lib/unit.h"

static const char *const NAMES[] = {"limit", "sort"};
static const char *const WORDS[] = {"ip", "jail"};

static void
add(struct request *req, const char *name, const char *value)
{
	req->query[req->n_query++] = (struct request_param){
	    .name = name, .name_len = strlen(name), .value = value};
}

static void
a_limit_is_a_number_from_1_to_1000(void **state)
{
	static const struct {
		const char *text;
		int limit; /* 0: refused */
	} CASES[] = {
	    {NULL,		   LIMIT_LIST_DEFAULT},
	    {"1",		    1                 },
	    {"1000",                 1000              },
	    {"",		     0                 },
	    {"0",		    0                 },
	    {"1001",                 0                 },
	    {"-1",		   0                 },
	    {"+1",		   0                 },
	    {"05",		   0                 },
	    {"5 ",		   0                 },
	    {"5.0",                  0                 },
	    {"1e2",                  0                 },
	    {"ten",                  0                 },
	    {"99999999999999999999", 0                 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct request req = {0};
		struct error err = ERROR_INIT;
		int limit = -1;

		if (CASES[i].text != NULL)
			add(&req, "limit", CASES[i].text);
		query_limit(&req, &limit, &err);
		assert_int_equal(query_check(&err) < 0, CASES[i].limit == 0);
		if (CASES[i].limit == 0)
			assert_string_equal(err.fields[0].name, "limit");
		else
			assert_int_equal(limit, CASES[i].limit);
	}
}

static void
a_word_is_one_of_those_known(void **state)
{
	struct request req = {0};
	struct error err = ERROR_INIT;
	size_t at = 7;

	(void)state;
	query_word(&req, "sort", WORDS, ARRAY_LEN(WORDS), &at, &err);
	assert_int_equal(at, 7);
	add(&req, "sort", "jail");
	query_word(&req, "sort", WORDS, ARRAY_LEN(WORDS), &at, &err);
	assert_int_equal(at, 1);
	assert_int_equal(query_check(&err), 0);
	req.query[0].value = "Jail";
	query_word(&req, "sort", WORDS, ARRAY_LEN(WORDS), &at, &err);
	assert_int_equal(query_check(&err), -1);
	assert_int_equal(at, 1);
}

static void
a_country_is_a_code_in_capitals_or_zz(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} CASES[] = {
	    {"DE",  true },
            {"XK",  true },
            {"ZZ",  true },
            {"",    false},
	    {"de",  false},
            {"DEU", false},
            {"QQ",  false},
            {"D",   false},
	    {"EU",  false},
            {"DE ", false}
        };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct request req = {0};
		struct error err = ERROR_INIT;
		const char *country = "?";

		query_country(&req, &country, &err);
		assert_null(country);
		add(&req, "country", CASES[i].text);
		query_country(&req, &country, &err);
		assert_int_equal(query_check(&err) == 0, CASES[i].good);
		if (CASES[i].good)
			assert_string_equal(country, CASES[i].text);
		else
			assert_string_equal(err.fields[0].name, "country");
	}
}

static void
an_as_has_a_number_of_32_bits(void **state)
{
	static const struct {
		const char *text;
		int64_t asn; /* 0: refused */
	} CASES[] = {
	    {"1",          1         },
            {"4294967295", 4294967295},
            {"0",          0         },
            {"4294967296", 0         },
	    {"AS1",        0         },
            {"",           0         },
            {"-1",         0         },
            {"1.5",        0         }
        };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct request req = {0};
		struct error err = ERROR_INIT;
		int64_t asn = -1;

		query_asn(&req, &asn, &err);
		assert_int_equal(asn, 0);
		add(&req, "asn", CASES[i].text);
		query_asn(&req, &asn, &err);
		assert_int_equal(query_check(&err) < 0, CASES[i].asn == 0);
		if (CASES[i].asn == 0)
			assert_string_equal(err.fields[0].name, "asn");
		else
			assert_int_equal(asn, CASES[i].asn);
	}
}

static void
unknown_names_are_all_named(void **state)
{
	static const char LONG[] =
	    "a-name-that-is-longer-than-what-an-error-keeps-of-it";
	struct request req = {0};
	struct error err = ERROR_INIT;

	(void)state;
	add(&req, "limit", "1");
	add(&req, "jial", "sshd");
	add(&req, LONG, "");
	query_refuse_unknown(&req, NAMES, ARRAY_LEN(NAMES), &err);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(err.n_fields, 2);
	assert_string_equal(err.fields[0].name, "jial");
	assert_int_equal(
	    strncmp(err.fields[1].name, LONG, strlen(err.fields[1].name)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_limit_is_a_number_from_1_to_1000),
	    cmocka_unit_test(a_word_is_one_of_those_known),
	    cmocka_unit_test(a_country_is_a_code_in_capitals_or_zz),
	    cmocka_unit_test(an_as_has_a_number_of_32_bits),
	    cmocka_unit_test(unknown_names_are_all_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
