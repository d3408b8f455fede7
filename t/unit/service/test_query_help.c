/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completions of a query, and the facets of what it finds. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/ban_filter.h"
#include "service/archive/facets.h"
#include "service/archive/query.h"
#include "service/archive/query_complete.h"
#include "store/ban_store.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum { NOW = ARCHIVE_BEGIN + ARCHIVE_DAYS * 86400 + 30, BANS = 600 };

static int64_t
now_s(void)
{
	return NOW;
}

static struct app
app_of(struct archive_env *e)
{
	return (struct app){.db = e->db, .now_s = now_s};
}

/* "|" stands for the cursor. */
static void
complete(struct archive_env *e, const char *marked, struct completions *out)
{
	struct app app = app_of(e);
	struct error err = ERROR_INIT;
	char text[128];
	const char *cursor = strchr(marked, '|');
	size_t before = (size_t)(cursor - marked), at = 0;

	memcpy(text, marked, before);
	assert_true(str_copy(text + before, sizeof text - before, cursor + 1));
	for (size_t i = 0; i < before; i++)
		at += ((unsigned char)text[i] & 0xc0) != 0x80;
	if (query_complete(&app, text, strlen(text), at, out, &err) < 0)
		fail_msg("%s", err.detail);
}

static bool
offers(const struct completions *c, const char *insert)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->items[i].insert, insert) == 0)
			return true;
	return false;
}

static void
a_word_is_completed_where_the_cursor_is(void **state)
{
	static const struct {
		const char *marked;
		const char *offered; /* one of them */
		size_t n;
		size_t from, to;
	} CASES[] = {
	    {"|",		  "jail:",      12, 0,  0 },
	    {"ja|",                "jail:",      1,  0,  2 },
	    {"JA|",                "jail:",      1,  0,  2 },
	    {"-fa|",               "fails>=",    1,  1,  3 },
	    {"xy|",                NULL,         0,  0,  2 },
	    {"a (c|",              "country:",   2,  3,  4 },
	    {"ja|il:x",            "jail:",      1,  0,  5 },
	    {"jail:|",             "jail-1",     3,  5,  5 },
	    {"jail:jail-2|",       "jail-2",     1,  5,  11},
	    {"jail:!j|",           "jail-3",     3,  6,  7 },
	    {"jail:ja|il-1 b",     "jail-1",     3,  5,  11},
	    {"jail:\"ja|",         "jail-1",     3,  5,  8 },
	    {"\"a b\" origin:m|",  "manual",     1,  13, 14},
	    {"\"jail:|",           NULL,         0,  0,  0 },
	    {"\xc3\xa4 country:|", "DE",         4,  10, 10},
	    {"country:z|",         "ZZ",         1,  8,  9 },
	    {"asn:6450|",          "64501",      3,  4,  8 },
	    {"kind:li|",           "link_local", 1,  5,  7 },
	    {"since:|",            "7d",         4,  6,  6 },
	    {"bantime>=1|",        "1d",         4,  9,  10},
	    {"bantime>=p|",        "permanent",  1,  9,  10},
	    {"fails>=|",           NULL,         0,  7,  7 },
	    {"nosuch:a|",          NULL,         0,  0,  8 },
	};
	struct archive_env *e = *state;
	struct completions c;

	archive_add(e, BANS);
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		complete(e, CASES[i].marked, &c);
		if (CASES[i].offered != NULL && !offers(&c, CASES[i].offered))
			fail_msg(
			    "%s: no %s", CASES[i].marked, CASES[i].offered);
		if (CASES[i].marked[0] == '"' && CASES[i].offered == NULL)
			continue; /* within a text nothing is offered */
		if (c.n != CASES[i].n || c.from != CASES[i].from ||
		    c.to != CASES[i].to)
			fail_msg("%s: %zu, %zu to %zu", CASES[i].marked, c.n,
			    c.from, c.to);
	}
	complete(e, "jail:|", &c);
	assert_true(c.items[0].bans >= c.items[1].bans);
	assert_true(
	    c.items[0].bans + c.items[1].bans + c.items[2].bans == BANS);
}

static void
a_name_that_needs_quotes_gets_them(void **state)
{
	struct archive_env *e = *state;
	struct completions c;
	struct error err = ERROR_INIT;
	int64_t id = 0;

	assert_int_equal(ban_store_jail(e->db, "odd \"one\" \\", &id, &err), 0);
	archive_add(e, 10);
	assert_int_equal(sqlite3_exec(e->raw,
			     "UPDATE ban_sum SET jail_id = 4 WHERE jail_id = 3;"
			     "UPDATE ban SET jail_id = 4 WHERE jail_id = 3",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	complete(e, "jail:od|", &c);
	assert_int_equal(c.n, 1);
	assert_string_equal(c.items[0].insert, "\"odd \\\"one\\\" \\\\\"");
	assert_string_equal(c.items[0].label, "odd \"one\" \\");
}

static int64_t
sum_of(const struct facets *f, enum facet facet)
{
	int64_t sum = 0;

	for (size_t i = 0; i < f->n[facet]; i++) {
		sum += f->items[facet][i].bans;
		if (i > 0)
			assert_true(f->items[facet][i - 1].bans >=
				    f->items[facet][i].bans);
	}
	return sum;
}

static struct facets *
facets_of(struct archive_env *e, const char *q)
{
	struct app app = app_of(e);
	struct ban_filter filter = {
	    .range = BAN_RANGE_ALL, .asn = -1, .origin = -1};
	struct facets *f = NULL;
	struct error err = ERROR_INIT;

	assert_int_equal(query_parse(q, strlen(q), &filter.query, &err), 0);
	if (facets_count(&app, &filter, &f, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail);
	return f;
}

/* "-fails>=99" holds for all, and no sum knows it. */
static void
facets_are_the_same_from_sums_and_from_bans(void **state)
{
	static const char *const PAIRS[][2] = {
	    {"",			"-fails>=99"                        },
	    {"jail:jail-2",             "jail:jail-2 -fails>=99"            },
	    {"country:DE",              "country:DE -fails>=99"             },
	    {"country:ZZ",              "country:ZZ -fails>=99"             },
	    {"origin:manual asn:64501", "origin:manual asn:64501 -fails>=99"},
	    {"since:20d",               "since:20d -fails>=99"              },
	    {"jail:none",               "jail:none -fails>=99"              },
	};
	struct archive_env *e = *state;

	archive_add(e, BANS);
	for (size_t i = 0; i < ARRAY_LEN(PAIRS); i++) {
		AUTO(facets_freep)
		struct facets *sums = facets_of(e, PAIRS[i][0]);
		AUTO(facets_freep)
		struct facets *rows = facets_of(e, PAIRS[i][1]);

		assert_true(sums->exact && rows->exact);
		assert_true(sums->counted == rows->counted);
		assert_true(sum_of(rows, FACET_JAIL) == rows->counted);
		for (int k = 0; k < FACET__MAX; k++) {
			assert_int_equal(sums->n[k], rows->n[k]);
			assert_true(sum_of(sums, (enum facet)k) ==
				    sum_of(rows, (enum facet)k));
		}
	}
}

static void
facets_of_many_bans_are_of_the_newest(void **state)
{
	struct archive_env *e = *state;

	archive_add(e, LIMIT_FACET_ROWS + 100);
	{
		AUTO(facets_freep)
		struct facets *f = facets_of(e, "-fails>=99");

		assert_false(f->exact);
		assert_true(f->counted == LIMIT_FACET_ROWS);
		assert_true(sum_of(f, FACET_ORIGIN) == LIMIT_FACET_ROWS);
	}
}

struct torture {
	struct app app;
	struct ban_filter filter;
};

static int
facets_once(void *arg, struct error *err)
{
	struct torture *t = arg;
	AUTO(facets_freep) struct facets *f = NULL;
	int rc = facets_count(&t->app, &t->filter, &f, err);

	assert_true(rc < 0 ? f == NULL : f->counted > 0);
	return rc;
}

static void
a_failed_allocation_leaves_nothing_behind(void **state)
{
	struct archive_env *e = *state;
	struct torture t = {
	    .app = app_of(e),
	    .filter = {.range = BAN_RANGE_ALL, .asn = -1, .origin = -1}
        };
	struct error err = ERROR_INIT;

	archive_add(e, 50);
	assert_true(torture_run(facets_once, &t) > 3);
	assert_int_equal(query_parse("count>0", 7, &t.filter.query, &err), 0);
	assert_true(torture_run(facets_once, &t) > 3);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_word_is_completed_where_the_cursor_is),
	    CASE(a_name_that_needs_quotes_gets_them),
	    CASE(facets_are_the_same_from_sums_and_from_bans),
	    CASE(facets_of_many_bans_are_of_the_newest),
	    CASE(a_failed_allocation_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
