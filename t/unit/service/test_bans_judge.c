/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_judge.h"

#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/macros.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

enum expected { OPEN, INVALID, REFUSED };

static enum expected
judge(const char *text, bool banning)
{
	AUTO(str_list_release) struct str_list ips = STR_LIST_INIT;
	AUTO(bans_items_release) struct bans_items items = {0};
	struct bans_request req = {.ips = &ips};
	struct error err = ERROR_INIT;

	assert_int_equal(str_list_add(&ips, text, strlen(text), &err), 0);
	assert_int_equal(bans_judge(&req, banning, &items, &err), 0);
	assert_int_equal(items.n, 1);
	if (items.items[0].open)
		return OPEN;
	assert_non_null(items.items[0].detail);
	assert_true(items.items[0].outcome == BANS_INVALID ||
		    items.items[0].outcome == BANS_REFUSED);
	return items.items[0].outcome == BANS_INVALID ? INVALID : REFUSED;
}

static const struct {
	const char *text;
	enum expected banning, lifting;
} JUDGED[] = {
    {"203.0.113.7",              OPEN,    OPEN   },
    {"203.0.113.0/24",           OPEN,    OPEN   },
    {"2001:db8::1",              OPEN,    OPEN   },
    {"2001:DB8:0::1",            OPEN,    OPEN   },
    {"2001:db8::/48",            OPEN,    OPEN   },
    {"::ffff:203.0.113.7",       OPEN,    OPEN   },
    {"127.0.0.1",                OPEN,    OPEN   },
    {"127.8.9.10",               OPEN,    OPEN   },
    {"127.0.0.0/9",              OPEN,    OPEN   },
    {"126.0.0.0/7",              OPEN,    OPEN   },
    {"::1",		      OPEN,    OPEN   },
    {"::ffff:127.0.0.1",         OPEN,    OPEN   },
    {"0.0.0.0/0",                REFUSED, OPEN   },
    {"::/0",		     REFUSED, OPEN   },
    {"0.0.0.0",		  REFUSED, OPEN   },
    {"0.1.2.3",		  REFUSED, OPEN   },
    {"128.0.0.0/1",              REFUSED, OPEN   },
    {"::",		       REFUSED, OPEN   },
    {"::/3",		     REFUSED, OPEN   },
    {"224.0.0.1",                REFUSED, OPEN   },
    {"239.255.255.255",          REFUSED, OPEN   },
    {"255.255.255.255",          REFUSED, OPEN   },
    {"ff02::1",		  REFUSED, OPEN   },
    {"",			 INVALID, INVALID},
    {"example.org",              INVALID, INVALID},
    {"203.0.113",                INVALID, INVALID},
    {"203.0.113.07",             INVALID, INVALID},
    {"203.0.113.256",            INVALID, INVALID},
    {"203.0.113.7/33",           INVALID, INVALID},
    {"203.0.113.7/24",           INVALID, INVALID},
    {"203.0.113.0/ 24",          INVALID, INVALID},
    {"203.0.113.0/+24",          INVALID, INVALID},
    {" 203.0.113.7",             INVALID, INVALID},
    {"203.0.113.7\n",            INVALID, INVALID},
    {"0x7f000001",               INVALID, INVALID},
    {"2130706433",               INVALID, INVALID},
    {"fe80::1%eth0",             INVALID, INVALID},
    {"[2001:db8::1]",            INVALID, INVALID},
    {"--all",		    INVALID, INVALID},
    {"203.0.113.7 --all",        INVALID, INVALID},
    {"1.2.3.4<F2B_END_COMMAND>", INVALID, INVALID},
};

static void
each_address_is_judged_as_the_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(JUDGED); i++) {
		const char *t = JUDGED[i].text;

		if (judge(t, true) != JUDGED[i].banning ||
		    judge(t, false) != JUDGED[i].lifting)
			fail_msg("not as expected: %s", t);
	}
}

static void
doubles_in_any_spelling_share_the_first_outcome(void **state)
{
	static const char *const TEXTS[] = {"2001:db8::1", "nonsense",
	    "203.0.113.7", "2001:DB8:0:0::1", "::ffff:203.0.113.7",
	    "203.0.113.7/32", "203.0.113.8"};
	static const size_t SAME_AS[] = {0, 1, 2, 0, 2, 2, 6};
	AUTO(str_list_release) struct str_list ips = STR_LIST_INIT;
	AUTO(bans_items_release) struct bans_items items = {0};
	AUTO(bans_results_release) struct bans_results results = {0};
	struct bans_request req = {.ips = &ips};
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++)
		assert_int_equal(
		    str_list_add(&ips, TEXTS[i], strlen(TEXTS[i]), &err), 0);
	assert_int_equal(bans_judge(&req, true, &items, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
		assert_int_equal(items.items[i].same_as, SAME_AS[i]);
		assert_int_equal(
		    items.items[i].open, SAME_AS[i] == i && i != 1);
	}
	bans_item_close(&items.items[0], BANS_BANNED, NULL);
	bans_item_close(&items.items[2], BANS_ALREADY_BANNED, "why");
	assert_int_equal(bans_items_results(&items, &ips, &results, &err), 0);
	assert_int_equal(results.n, ARRAY_LEN(TEXTS));
	for (size_t i = 0; i < results.n; i++)
		assert_string_equal(results.items[i].ip, TEXTS[i]);
	assert_int_equal(results.items[3].outcome, BANS_BANNED);
	assert_int_equal(results.items[4].outcome, BANS_ALREADY_BANNED);
	assert_string_equal(results.items[5].detail, "why");
	assert_int_equal(results.items[1].outcome, BANS_INVALID);
}

/* Judge and tell the results, as a request does. */
static int
judge_all(void *arg, struct error *err)
{
	AUTO(bans_items_release) struct bans_items items = {0};
	AUTO(bans_results_release) struct bans_results results = {0};
	const struct bans_request *req = arg;

	if (bans_judge(req, false, &items, err) < 0) {
		assert_null(items.items);
		return -1;
	}
	if (bans_items_results(&items, req->ips, &results, err) < 0) {
		assert_null(results.items);
		return -1;
	}
	assert_int_equal(results.n, req->ips->n);
	return 0;
}

static void
allocations_that_fail_are_told_and_leave_nothing(void **state)
{
	AUTO(str_list_release) struct str_list ips = STR_LIST_INIT;
	struct bans_request req = {.ips = &ips};
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(str_list_add(&ips, "203.0.113.7", 11, &err), 0);
	assert_int_equal(str_list_add(&ips, "203.0.113.8", 11, &err), 0);
	/* items, their order, results, one text each */
	assert_int_equal(torture_run(judge_all, &req), 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_address_is_judged_as_the_table_says),
	    cmocka_unit_test(doubles_in_any_spelling_share_the_first_outcome),
	    cmocka_unit_test(allocations_that_fail_are_told_and_leave_nothing),
	};

	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
