/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs/ipapi.h"

#include <string.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "service/geo/geo.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

enum { TEXT_MAX = 64 * 1024, ASKED = 3 };

static const char *const TEXTS[ASKED] = {"11.0.0.1", "2a00::1", "12.0.0.1"};

static void
ask(struct addr asked[ASKED])
{
	for (size_t i = 0; i < ASKED; i++)
		assert_true(addr_parse(TEXTS[i], strlen(TEXTS[i]), &asked[i]));
}

static int
read_text(const char *text, struct geo_lesson lessons[ASKED], size_t *n,
    struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
	struct addr asked[ASKED];

	ask(asked);
	buf_add_str(&b, text);
	if (buf_check(&b, err) < 0)
		return -1;
	return ipapi_read_answer(&b, asked, ASKED, lessons, n, err);
}

/* What is learnt of 11.0.0.1 when the rest of its row is such. */
static struct geo_answer
answer_for(const char *rest)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
	struct geo_lesson lessons[ASKED];
	struct error err = ERROR_INIT;
	size_t n = 0;

	buf_addf(
	    &b, "[{\"query\":\"11.0.0.1\",\"status\":\"success\"%s}]", rest);
	if (read_text(buf_str(&b), lessons, &n, &err) < 0)
		fail_msg("%s: %s", rest, err.detail);
	assert_int_equal(n, 1);
	return lessons[0].answer;
}

static void
refuses(const char *text)
{
	struct geo_lesson lessons[ASKED];
	struct error err = ERROR_INIT;
	size_t n = 7;

	if (read_text(text, lessons, &n, &err) == 0)
		fail_msg("%s: taken", text);
	assert_int_equal(err.code, ERR_REMOTE_PROTOCOL);
	assert_int_equal(n, 7);
}

static void
the_question_is_what_the_service_documents(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
	struct addr asked[ASKED];

	(void)state;
	ask(asked);
	ipapi_write_question(&b, asked, ASKED);
	assert_string_equal(
	    buf_str(&b), "[\"11.0.0.1\",\"2a00::1\",\"12.0.0.1\"]");
	buf_clear(&b);
	ipapi_write_question(&b, asked, 0);
	assert_string_equal(buf_str(&b), "[]");
	buf_clear(&b);
	ipapi_write_url(&b, "http://ip-api.com");
	assert_string_equal(buf_str(&b),
	    "http://ip-api.com/batch"
	    "?fields=status,country,countryCode,as,query");
	buf_clear(&b);
	ipapi_write_url(&b, "http://localhost:8080/x//");
	assert_memory_equal(buf_str(&b), "http://localhost:8080/x/batch?", 30);
}

static void
a_good_answer_is_learnt(void **state)
{
	struct geo_lesson l[ASKED];
	struct error err = ERROR_INIT;
	size_t n = 0;

	(void)state;
	assert_int_equal(
	    read_text("[{\"status\":\"success\",\"country\":\"Germany\","
		      "\"countryCode\":\"DE\",\"as\":\"AS64500 Example Net\","
		      "\"query\":\"11.0.0.1\"},"
		      "{\"query\":\"2A00:0::1\",\"status\":\"success\","
		      "\"countryCode\":\"FR\",\"country\":null},"
		      "{\"query\":\"12.0.0.1\",\"status\":\"fail\","
		      "\"message\":\"reserved range\"}]",
		l, &n, &err),
	    0);
	assert_int_equal(n, ASKED);
	assert_string_equal(l[0].answer.country_code, "DE");
	assert_string_equal(l[0].answer.country_name, "Germany");
	assert_int_equal(l[0].answer.asn, 64500);
	assert_string_equal(l[0].answer.as_org, "Example Net");
	assert_string_equal(l[1].answer.country_code, "FR");
	assert_string_equal(l[1].answer.country_name, "");
	assert_int_equal(l[1].answer.asn, -1);
	assert_string_equal(l[2].answer.country_code, "");
	assert_int_equal(l[2].answer.asn, -1);
}

static void
only_addresses_that_were_asked_for_are_learnt_and_once(void **state)
{
	struct geo_lesson l[ASKED];
	struct error err = ERROR_INIT;
	size_t n = 0;

	(void)state;
	assert_int_equal(
	    read_text("[{\"query\":\"13.0.0.1\",\"status\":\"success\","
		      "\"countryCode\":\"DE\"},"
		      "{\"query\":\"11.0.0.1\",\"status\":\"success\","
		      "\"countryCode\":\"FR\"},"
		      "{\"query\":\"::ffff:11.0.0.1\",\"status\":\"success\","
		      "\"countryCode\":\"JP\"},"
		      "{\"query\":\"localhost\",\"status\":\"success\"},"
		      "{\"query\":\"12.0.0.1\",\"status\":\"maybe\"},"
		      "{\"query\":\"12.0.0.1\"},"
		      "{\"status\":\"success\"}]",
		l, &n, &err),
	    0);
	assert_int_equal(n, 1);
	assert_string_equal(l[0].answer.country_code, "FR");
}

static void
no_country_is_one_that_is_none(void **state)
{
	static const char *const BAD[] = {
	    "", "de", "EU", "ZZ", "XX", "DEU", "D", "A1", "\\ud83d\\ude00"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
		struct geo_answer a;

		buf_addf(&b, ",\"countryCode\":\"%s\",\"country\":\"Where\"",
		    BAD[i]);
		a = answer_for(buf_str(&b));
		assert_string_equal(a.country_code, "");
		assert_string_equal(a.country_name, "");
	}
}

static void
no_network_is_one_that_is_none(void **state)
{
	static const struct {
		const char *as, *org;
		int64_t asn;
	} ROWS[] = {
	    {"AS15169 Google LLC",   "Google LLC", 15169     },
	    {"AS15169",              "",           15169     },
	    {"AS15169 ",             "",           15169     },
	    {"64500 Example",        "Example",    64500     },
	    {"AS4294967295 Last",    "Last",       4294967295},
	    {"AS4294967296 Too far", "",           -1        },
	    {"AS0 None",             "",           -1        },
	    {"AS-1 None",            "",           -1        },
	    {"ASx",                  "",           -1        },
	    {" AS15169 Google",      "",           -1        },
	    {"Google LLC",           "",           -1        },
	    {"",		     "",           -1        },
	    {"AS1 a\\u0007b",        "",           1         },
	    {"AS1 \\u202eb",         "\u202eb",    1         },
	    {"AS1 <b>\\\"",          "<b>\"",      1         },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
		struct geo_answer a;

		buf_addf(&b, ",\"as\":\"%s\"", ROWS[i].as);
		a = answer_for(buf_str(&b));
		assert_int_equal(a.asn, ROWS[i].asn);
		assert_string_equal(a.as_org, ROWS[i].org);
	}
}

static void
long_names_are_cut_and_absurd_ones_are_no_row(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
	struct geo_answer a;

	(void)state;
	buf_add_str(&b, ",\"as\":\"AS1 ");
	for (int i = 0; i < 4092; i++)
		buf_add_char(&b, 'x');
	buf_add_char(&b, '"');
	a = answer_for(buf_str(&b));
	assert_int_equal(strlen(a.as_org), GEO_AS_ORG_SIZE - 1);
	buf_clear(&b);
	buf_add_str(&b,
	    "[{\"query\":\"11.0.0.1\",\"status\":\"success\",\"as\":\"AS1 ");
	for (int i = 0; i < 4093; i++)
		buf_add_char(&b, 'x');
	buf_add_str(&b, "\"}]");
	refuses(buf_str(&b));
}

static void
what_is_no_answer_is_told(void **state)
{
	static const char *const BAD[] = {
	    "",
	    "<html>Service unavailable</html>",
	    "{}",
	    "{\"query\":\"11.0.0.1\",\"status\":\"success\"}",
	    "[]",
	    "[{}]",
	    "[[{\"query\":\"11.0.0.1\",\"status\":\"success\"}]]",
	    "[{\"query\":\"13.0.0.1\",\"status\":\"success\"}]",
	    "[{\"query\":184549377,\"status\":\"success\"}]",
	    "[{\"query\":\"11.0.0.1\",\"status\":true}]",
	    "[{\"query\":\"11.0.0.1\",\"status\":\"success\"}",
	    "[{\"query\":\"11.0.0.1\",\"status\":\"success\"}] x",
	    ("[{\"query\":\"11.0.0.1\",\"query\":\"11.0.0.1\","
	     "\"status\":\"success\"}]"),
	    "[{\"query\":\"11.0.0.1\",\"status\":\"success\\u0000\"}]",
	    "[{\"query\":\"11.0.0.1\",\"status\":\"success\",\"as\":5}]",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		refuses(BAD[i]);
}

static void
the_wait_is_what_the_service_says_within_reason(void **state)
{
	static const struct {
		const char *left, *reset;
		int64_t wait_s;
	} ROWS[] = {
	    {"14",    "42",   0   },
	    {"1",     "",     0   },
	    {"0",     "42",   43  },
	    {"0",     "0",    1   },
	    {"0",     "3600", 3601},
	    {"0",     "3601", -1  },
	    {"0",     "",     -1  },
	    {"0",     "-1",   -1  },
	    {"0",     "x",    -1  },
	    {"",      "42",   -1  },
	    {"",      "",     -1  },
	    {"-1",    "42",   -1  },
	    {"10000", "1",    0   },
	    {"10001", "1",    -1  },
	    {"0x0",   "1",    -1  },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++)
		assert_int_equal(
		    ipapi_wait_s(ROWS[i].left, ROWS[i].reset), ROWS[i].wait_s);
}

static int
read_once(void *arg, struct error *err)
{
	struct geo_lesson lessons[ASKED];
	size_t n = 7;
	int rc;

	(void)arg;
	rc = read_text("[{\"query\":\"11.0.0.1\",\"status\":\"success\","
		       "\"as\":\"AS1 x\"},{\"query\":\"12.0.0.1\","
		       "\"status\":\"fail\"}]",
	    lessons, &n, err);
	assert_int_equal(n, rc < 0 ? 7 : 2);
	return rc;
}

static void
a_failed_allocation_is_no_bad_answer(void **state)
{
	(void)state;
	assert_true(torture_run(read_once, NULL) >= 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_question_is_what_the_service_documents),
	    cmocka_unit_test(a_good_answer_is_learnt),
	    cmocka_unit_test(
		only_addresses_that_were_asked_for_are_learnt_and_once),
	    cmocka_unit_test(no_country_is_one_that_is_none),
	    cmocka_unit_test(no_network_is_one_that_is_none),
	    cmocka_unit_test(long_names_are_cut_and_absurd_ones_are_no_row),
	    cmocka_unit_test(what_is_no_answer_is_told),
	    cmocka_unit_test(the_wait_is_what_the_service_says_within_reason),
	    cmocka_unit_test(a_failed_allocation_is_no_bad_answer),
	};

	return cmocka_run_group_tests_name("jobs/ipapi", tests, NULL, NULL);
}
