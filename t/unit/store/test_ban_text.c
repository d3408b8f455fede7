/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_text_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "db/db.h"
#include "store/ban_find.h"
#include "store/ban_store.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

static void
add_evidence(struct archive_env *e, int64_t id, const char *data)
{
	struct error err = ERROR_INIT;

	assert_int_equal(ban_store_add_evidence(
			     e->db, id, data, strlen(data), strlen(data), &err),
	    0);
}

static int64_t
fill(struct archive_env *e, int64_t last, int64_t max)
{
	struct error err = ERROR_INIT;
	int64_t filled_to = -1;

	if (ban_text_fill(e->db, last, max, &filled_to, &err) < 0)
		fail_msg("%s", err.detail);
	return filled_to;
}

static int64_t
bans_with(struct archive_env *e, const char *text)
{
	struct error err = ERROR_INIT;
	int64_t n = -1;

	if (ban_find_text_size(e->db, text, 1000, &n, &err) < 0)
		fail_msg("%s", err.detail);
	return n;
}

static void
a_line_is_found_by_its_words_in_whatever_form_it_is_kept(void **state)
{
	static const char *const DATA[] = {
	    "{\"matches\":[\"Failed password for J\\u00fcrgen\"]}",
	    "{\"matches\":[[\"Failed pass\",\"word\",\" for root\"],\"two\"]}",
	    "{\"matches\":[],\"failures\":3}",
	    "{\"failures\":3}",
	    "{\"matches\":{\"a\":\"odd shape\"}}",
	    "{\"matches\":[1,null,[\"x\",2]]}",
	    "{\"matches\":\"just a text\"}",
	    "{\"matches\":[\"cut off",
	    "",
	};
	static const struct {
		const char *text;
		int64_t bans;
	} CASES[] = {
	    {"failed password", 2},
	    {"jurgen",          1},
	    {"J\xc3\xbcrgen",   1},
	    {"for root",        1},
	    {"root two",        1},
	    {"odd shape",       1},
	    {"just a text",     1},
	    {"cut",             0},
	    {"x2",              1},
	    {"passw",           0},
	};
	struct archive_env *e = *state;

	archive_add(e, ARRAY_LEN(DATA));
	for (size_t i = 0; i < ARRAY_LEN(DATA); i++)
		add_evidence(e, (int64_t)i + 1, DATA[i]);
	assert_true(fill(e, e->n, 100) == e->n);
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		if (bans_with(e, CASES[i].text) != CASES[i].bans)
			fail_msg("%s: %lld", CASES[i].text,
			    (long long)bans_with(e, CASES[i].text));
}

static void
it_is_filled_in_steps_of_bounded_size(void **state)
{
	struct archive_env *e = *state;
	char *big = calloc(1, 700001);

	assert_non_null(big);
	archive_add(e, 60);
	for (int64_t id = 1; id <= 50; id += 2)
		add_evidence(e, id, "{\"matches\":[\"needle\"]}");
	assert_true(fill(e, 0, 10) == 0);
	assert_true(fill(e, 60, 10) == 19); /* ten of them */
	assert_true(bans_with(e, "needle") == 10);
	assert_true(fill(e, 60, 15) == 49);
	assert_true(fill(e, 60, 15) == 60); /* there are none behind it */
	assert_true(fill(e, 60, 15) == 60); /* and nothing is added twice */
	assert_true(bans_with(e, "needle") == 25);
	archive_add(e, 4);
	memset(big, ' ', 700000);
	memcpy(big, "{\"matches\":[\"big", 16);
	memcpy(big + 699997, "\"]}", 3);
	for (int64_t id = 61; id <= 64; id++)
		add_evidence(e, id, big);
	assert_true(fill(e, 64, 100) == 62); /* a megabyte is enough */
	assert_true(fill(e, 64, 100) == 64);
	assert_true(bans_with(e, "big") == 4);
	free(big);
}

static void
words_go_with_the_oldest_bans(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	int64_t n = -1;

	archive_add(e, 40);
	for (int64_t id = 1; id <= 40; id++) {
		char data[64];

		(void)snprintf(data, sizeof data,
		    "{\"matches\":[[\"all \",\"\",\"of%lld\"]]}",
		    (long long)id);
		add_evidence(e, id, data);
	}
	assert_true(fill(e, 30, 30) == 30); /* ten are not in it yet */
	assert_true(bans_with(e, "all") == 30);
	assert_int_equal(ban_text_remove_oldest(e->db, INT64_MAX, 12, &err), 0);
	assert_int_equal(sqlite3_exec(e->raw,
			     "CREATE TEMP TABLE gone AS SELECT id FROM ban"
			     " ORDER BY banned_at, id LIMIT 12;"
			     "DELETE FROM ban_evidence WHERE ban_id IN gone;"
			     "DELETE FROM ban WHERE id IN gone",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	assert_true(fill(e, 40, 30) == 40);
	assert_true(bans_with(e, "all") == 28);
	assert_int_equal(ban_text_frequency(e->db, "all", 1000, &n, &err), 0);
	assert_true(n == 28);
	assert_int_equal(ban_text_remove_oldest(e->db, INT64_MAX, 99, &err), 0);
	assert_true(bans_with(e, "all") == 0);
	/* the index knows of none that is not there: no error, no ghost */
	assert_int_equal(
	    sqlite3_exec(e->raw,
		"INSERT INTO ban_text (ban_text) VALUES ('integrity-check')",
		NULL, NULL, NULL),
	    SQLITE_OK);
}

static void
a_text_is_frequent_by_the_newest_bans(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	int64_t n = -1;

	archive_add(e, 30);
	for (int64_t id = 1; id <= 30; id++)
		add_evidence(e, id,
		    id % 10 == 0 ? "{\"matches\":[\"now and then\"]}"
				 : "{\"matches\":[\"often\"]}");
	assert_true(fill(e, 30, 100) == 30);
	assert_int_equal(ban_text_frequency(e->db, "often", 15, &n, &err), 0);
	assert_true(n == 13);
	assert_int_equal(ban_text_frequency(e->db, "then", 15, &n, &err), 0);
	assert_true(n == 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_line_is_found_by_its_words_in_whatever_form_it_is_kept),
	    CASE(it_is_filled_in_steps_of_bounded_size),
	    CASE(words_go_with_the_oldest_bans),
	    CASE(a_text_is_frequent_by_the_newest_bans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
