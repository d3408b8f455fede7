/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ranges.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/ban_filter.h"
#include "service/archive/query.h"
#include "store/ban_store.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum { NOW = ARCHIVE_BEGIN + ARCHIVE_DAYS * 86400 + 30, BANS = 600 };

struct found {
	struct {
		char name[64];
		int64_t addresses, bans, last_at;
	} items[LIMIT_TOP_MAX];
	int n;
	struct ranges ranges;
};

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

static int
take(void *ctx, const struct range *r, struct error *err)
{
	struct found *f = ctx;

	(void)err;
	assert_true(
	    str_copy(f->items[f->n].name, sizeof f->items[0].name, r->name));
	f->items[f->n].addresses = r->addresses;
	f->items[f->n].bans = r->bans;
	f->items[f->n++].last_at = r->last_at;
	return 0;
}

static void
find(struct archive_env *e, const char *q, enum ban_group_by by, int limit,
    struct found *out)
{
	struct app app = app_of(e);
	struct ban_filter filter = {
	    .range = BAN_RANGE_ALL, .asn = -1, .origin = -1};
	const struct ban_ask ask = {.filter = &filter, .limit = limit};
	struct error err = ERROR_INIT;

	*out = (struct found){.ranges = {.by = by}};
	assert_int_equal(query_parse(q, strlen(q), &filter.query, &err), 0);
	if (stats_ranges(&app, &ask, take, out, &out->ranges, &err) < 0)
		fail_msg("%s: %s", err.message, err.detail);
}

static int64_t
ask_raw(struct archive_env *e, const char *sql)
{
	const struct ban_find all = BAN_FIND_ALL;
	sqlite3_stmt *s = archive_ask(e, sql, &all);
	int64_t v;

	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	v = sqlite3_column_int64(s, 0);
	(void)sqlite3_finalize(s);
	return v;
}

static void
a_network_has_its_addresses_and_bans(void **state)
{
	struct archive_env *e = *state;
	struct found f;
	int64_t bans = 0;

	archive_add(e, BANS);
	find(e, "", BAN_GROUP_V4_24, 10, &f);
	assert_int_equal(f.n, 4);
	assert_true(f.ranges.exact);
	assert_true(f.ranges.frame.total == BANS);
	for (int i = 0; i < f.n; i++) {
		assert_true(f.items[i].addresses <= 32);
		assert_memory_equal(f.items[i].name, "11.0.", 5);
		bans += f.items[i].bans;
		if (i > 0)
			assert_true(
			    f.items[i - 1].addresses >= f.items[i].addresses);
	}
	assert_true(bans == BANS);
	find(e, "ip:11.0.2.0/24", BAN_GROUP_V4_24, 10, &f);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.items[0].name, "11.0.2.0/24");
	assert_true(f.items[0].bans ==
		    ask_raw(e, "SELECT count(*) FROM ban"
			       " WHERE substr(addr_key, 15, 1) = x'02'"));
	assert_true(f.items[0].addresses ==
		    ask_raw(e, "SELECT count(DISTINCT addr_key) FROM ban"
			       " WHERE substr(addr_key, 15, 1) = x'02'"));
	assert_true(f.items[0].last_at ==
		    ask_raw(e, "SELECT max(banned_at) FROM ban"
			       " WHERE substr(addr_key, 15, 1) = x'02'"));
	find(e, "", BAN_GROUP_V4_16, 10, &f);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.items[0].name, "11.0.0.0/16");
	assert_true(f.items[0].bans == BANS);
}

/* So many bans more like the first one, of what key says. */
static void
add(struct archive_env *e, const char *key, int n)
{
	static const char SQL[] =
	    "WITH RECURSIVE more (id) AS (VALUES (%lld)"
	    " UNION ALL SELECT id + 1 FROM more LIMIT %d)"
	    " INSERT INTO ban SELECT m.id, banned_at, jail_id, x'%s', NULL,"
	    " m.id, bantime_s, ban_count, failures, NULL, NULL, 0, origin"
	    " FROM more AS m, ban AS b WHERE b.id = 1";
	char *text = sqlite3_mprintf(SQL, (long long)e->n + 1, n, key);

	assert_int_equal(
	    sqlite3_exec(e->raw, text, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_free(text);
	e->n += n;
}

static void
families_are_apart_and_what_is_wider_is_in_none(void **state)
{
	static const char V6_A[] = "20010db800000001aaaaaaaaaaaaaaaa80";
	static const char V6_B[] = "20010db800000001bbbbbbbbbbbbbbbb80";
	static const char V6_C[] = "20010db800000002bbbbbbbbbbbbbbbb80";
	static const char V6_NET[] = "20010db80000004000000000000000003a";
	static const char V4_NET[] = "00000000000000000000ffff0b00000070";
	struct archive_env *e = *state;
	struct found f;

	archive_add(e, 1);
	add(e, V6_A, 1);
	add(e, V6_B, 1);
	add(e, V6_C, 1);
	add(e, V6_NET, 1);
	add(e, V4_NET, 1);
	find(e, "", BAN_GROUP_V6_64, 10, &f);
	assert_int_equal(f.n, 2);
	assert_string_equal(f.items[0].name, "2001:db8:0:1::/64");
	assert_true(f.items[0].addresses == 2);
	assert_string_equal(f.items[1].name, "2001:db8:0:2::/64");
	find(e, "", BAN_GROUP_V6_48, 10, &f);
	assert_int_equal(f.n, 1);
	assert_string_equal(f.items[0].name, "2001:db8::/48");
	assert_true(f.items[0].addresses == 4);
	find(e, "", BAN_GROUP_V4_24, 10, &f);
	assert_int_equal(f.n, 1);
	assert_true(f.items[0].bans == 1);
	find(e, "", BAN_GROUP_V4_16, 10, &f);
	assert_true(f.items[0].bans == 2);
}

static int64_t
bans_of(const struct found *f, const char *name)
{
	for (int i = 0; i < f->n; i++)
		if (strcmp(f->items[i].name, name) == 0)
			return f->items[i].bans;
	return -1;
}

/* "-fails>=99" holds for all, and no sum knows it. */
static void
sums_and_bans_tell_the_same_of_asns_and_countries(void **state)
{
	static const enum ban_group_by BY[] = {
	    BAN_GROUP_ASN, BAN_GROUP_COUNTRY};
	struct archive_env *e = *state;
	struct found sums, rows;

	archive_add(e, BANS);
	for (size_t k = 0; k < ARRAY_LEN(BY); k++) {
		find(e, "", BY[k], 10, &sums);
		find(e, "-fails>=99", BY[k], 10, &rows);
		assert_int_equal(sums.n, 3);
		assert_int_equal(rows.n, 3);
		assert_true(sums.ranges.frame.total == BANS);
		assert_true(rows.ranges.frame.total == BANS);
		for (int i = 0; i < rows.n; i++) {
			assert_true(rows.items[i].bans ==
				    bans_of(&sums, rows.items[i].name));
			assert_true(rows.items[i].addresses > 0);
			assert_true(rows.items[i].last_at > 0);
			assert_true(sums.items[i].last_at == -1);
		}
		find(e, "", BY[k], 2, &sums);
		assert_int_equal(sums.n, 2);
	}
}

static void
of_many_bans_the_newest_are_looked_at(void **state)
{
	struct archive_env *e = *state;
	struct found f;

	archive_add(e, 1);
	add(e, "00000000000000000000ffff0c00000080", LIMIT_RANGE_ROWS + 100);
	find(e, "", BAN_GROUP_V4_16, 10, &f);
	assert_false(f.ranges.exact);
	assert_true(f.ranges.frame.total == LIMIT_RANGE_ROWS);
	assert_true(f.items[0].bans == LIMIT_RANGE_ROWS);
}

static int
ranges_once(void *arg, struct error *err)
{
	struct app *app = arg;
	const struct ban_filter filter = {
	    .range = BAN_RANGE_ALL, .asn = -1, .origin = -1};
	const struct ban_ask ask = {.filter = &filter, .limit = 5};
	struct ranges ranges = {.by = BAN_GROUP_V4_24, .frame = {.total = -7}};
	struct found f = {.n = 0};
	int rc = stats_ranges(app, &ask, take, &f, &ranges, err);

	assert_true(rc < 0 ? ranges.frame.total == -7 : f.n > 0);
	return rc;
}

static void
a_failed_allocation_leaves_nothing_behind(void **state)
{
	struct archive_env *e = *state;
	struct app app = app_of(e);

	archive_add(e, 50);
	assert_true(torture_run(ranges_once, &app) > 3);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_network_has_its_addresses_and_bans),
	    CASE(families_are_apart_and_what_is_wider_is_in_none),
	    CASE(sums_and_bans_tell_the_same_of_asns_and_countries),
	    CASE(of_many_bans_the_newest_are_looked_at),
	    CASE(a_failed_allocation_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
