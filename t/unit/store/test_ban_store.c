/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/geo_answer.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "store/history_store.h"
#include "t/lib/migrated.h"
#include "t/lib/scratch.h"
#include "t/lib/stranger.h"
#include "t/lib/unit.h"

struct env {
	struct scratch scratch;
	struct db *db;
	int64_t jail;
};

static int
set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;

	assert_non_null(e);
	scratch_init(&e->scratch);
	e->db = migrated_open(&e->scratch);
	assert_int_equal(ban_store_jail(e->db, "sshd", &e->jail, &err), 0);
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;

	db_freep(&e->db);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

/* A number that some SQL yields, by a connection of its own. */
static int64_t
ask(struct env *e, const char *sql)
{
	return stranger_number(&e->scratch, sql);
}

/* 203.0.113.LAST, banned at a time */
static struct ban_row
row(const struct env *e, int64_t id, uint8_t last, int64_t at)
{
	return (struct ban_row){
	    .id = id,
	    .banned_at = at,
	    .jail_id = e->jail,
	    .key = {.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 203, 0,
			113, last, 128},
		    .len = 17},
	    .bantime_s = 600,
	    .ban_count = 1,
	    .failures = -1,
	    .country = "",
	    .asn = -1,
	};
}

static int
add(struct env *e, const struct ban_row *r)
{
	struct error err = ERROR_INIT;
	int rc = ban_store_add(e->db, r, &err);

	if (rc < 0)
		fail_msg("%s", err.detail);
	return rc;
}

static void
a_jail_keeps_its_number(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	int64_t again = 0, other = 0;

	assert_int_equal(ban_store_jail(e->db, "web", &other, &err), 0);
	assert_int_equal(ban_store_jail(e->db, "sshd", &again, &err), 0);
	assert_int_equal(again, e->jail);
	assert_int_not_equal(other, e->jail);
}

static void
the_same_ban_is_added_once(void **state)
{
	struct env *e = *state;
	struct ban_row r = row(e, 1, 7, 1000);
	struct error err = ERROR_INIT;

	assert_int_equal(ban_store_has(e->db, &r, &err), 0);
	assert_int_equal(add(e, &r), 1);
	r.id = 2;
	assert_int_equal(add(e, &r), 0);
	assert_int_equal(ban_store_has(e->db, &r, &err), 1);
	r.nth = 1;
	assert_int_equal(ban_store_has(e->db, &r, &err), 0);
	assert_int_equal(add(e, &r), 1);
	assert_int_equal(ask(e, "SELECT count(*) FROM ban"), 2);
}

static void
an_id_is_never_given_twice(void **state)
{
	struct env *e = *state;
	struct ban_row r = row(e, 1, 7, 1000);
	struct error err = ERROR_INIT;

	assert_int_equal(add(e, &r), 1);
	r.banned_at = 1001;
	assert_int_equal(ban_store_add(e->db, &r, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
}

static void
what_is_unknown_is_null(void **state)
{
	struct env *e = *state;
	struct ban_row r = row(e, 1, 7, 1000);

	assert_int_equal(add(e, &r), 1);
	assert_int_equal(
	    ask(e, "SELECT count(*) FROM ban WHERE failures IS NULL"
		   " AND country IS NULL AND asn IS NULL"
		   " AND ident IS NULL"),
	    1);
	r = row(e, 2, 8, 1000);
	r.failures = 0;
	r.country = "DE";
	r.asn = 64500;
	r.ident = "x";
	assert_int_equal(add(e, &r), 1);
	assert_int_equal(ask(e, "SELECT count(*) FROM ban WHERE failures = 0"
				" AND country = 'DE' AND asn = 64500"
				" AND ident = 'x'"),
	    1);
}

static void
evidence_goes_with_its_ban(void **state)
{
	struct env *e = *state;
	struct ban_row r = row(e, 1, 7, 1000);
	struct error err = ERROR_INIT;

	assert_int_equal(add(e, &r), 1);
	assert_int_equal(
	    ban_store_add_evidence(e->db, 1, "{\0}", 3, 900, &err), 0);
	assert_int_equal(ask(e, "SELECT size FROM ban_evidence"
				" WHERE length(data) = 3"),
	    900);
	assert_int_equal(ban_store_add_evidence(e->db, 2, "", 0, 0, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT); /* no such ban */
}

static void
a_network_has_the_name_last_heard(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(ban_store_as(e->db, 64500, "Old", &err), 0);
	assert_int_equal(ban_store_as(e->db, 64500, "New", &err), 0);
	assert_int_equal(ban_store_as(e->db, 64500, "", &err), 0);
	assert_int_equal(ban_store_as(e->db, -1, "Nobody", &err), 0);
	assert_int_equal(ask(e, "SELECT count(*) FROM ban_as"), 1);
	assert_int_equal(
	    ask(e, "SELECT count(*) FROM ban_as WHERE org = 'New'"), 1);
}

static void
a_country_learned_later_changes_no_known_one(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	struct ban_row r = row(e, 1, 7, 1000);
	struct geo_answer fr = {.country_code = "FR", .asn = 64501};
	int64_t n = 0;

	assert_int_equal(add(e, &r), 1);
	r = row(e, 2, 7, 2000);
	r.asn = 64500;
	assert_int_equal(add(e, &r), 1);
	r = row(e, 3, 7, 3000);
	r.country = "DE";
	assert_int_equal(add(e, &r), 1);
	r = row(e, 4, 8, 1000); /* another address */
	assert_int_equal(add(e, &r), 1);
	r.key.bytes[15] = 7;
	assert_int_equal(ban_store_learn(e->db, &r.key, &fr, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(
	    ask(e, "SELECT count(*) FROM ban WHERE country = 'FR'"), 2);
	assert_int_equal(ask(e, "SELECT asn FROM ban WHERE id = 1"), 64501);
	assert_int_equal(ask(e, "SELECT asn FROM ban WHERE id = 2"), 64500);
}

static void
gaps_that_touch_become_one(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(ban_store_gap(e->db, 100, 200, &err), 0);
	assert_int_equal(ban_store_gap(e->db, 400, 500, &err), 0);
	assert_int_equal(ban_store_gap(e->db, 600, 600, &err), 0);
	assert_int_equal(ban_store_gap(e->db, 200, 450, &err), 0);
	assert_int_equal(ask(e, "SELECT count(*) FROM ban_gap"), 2);
	assert_int_equal(
	    ask(e, "SELECT to_at FROM ban_gap WHERE from_at = 100"), 500);
}

static void
the_span_is_that_of_the_times(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	struct ban_row r;
	int64_t oldest = 5, newest = 5;

	assert_int_equal(ban_store_span(e->db, &oldest, &newest, &err), 0);
	assert_int_equal(oldest, 5);
	r = row(e, 1, 7, 3000);
	assert_int_equal(add(e, &r), 1);
	r = row(e, 2, 7, 1000);
	assert_int_equal(add(e, &r), 1);
	assert_int_equal(ban_store_span(e->db, &oldest, &newest, &err), 1);
	assert_int_equal(oldest, 1000);
	assert_int_equal(newest, 3000);
}

/* clang-format off */
static const struct {
	const char *text;
	struct ban_data says;
} DATA[] = {
	{ "{\"matches\": [\"a\", [\"\", \"b\", \"c\"]], \"failures\": 3}",
	  { true, 3, 2, false } },
	{ "{\"matches\": [], \"failures\": 0}", { true, 0, 0, false } },
	{ "{\"failures\": 4, \"ip4\": \"192.0.2.1\"}", { true, 4, 0, false } },
	{ "{\"failures\": 4, \"user\": \"root\"}", { true, 4, 0, true } },
	{ "{}", { true, -1, 0, false } },
	{ "[1]", { true, -1, 0, true } },
	{ "7", { true, -1, 0, true } },
	{ "null", { true, -1, 0, true } },
	{ "{\"failures\": \"3\", \"matches\": 9}", { true, -1, 0, false } },
	{ "{\"failures\": -3}", { true, -1, 0, false } },
	{ "{\"failures\": 3.5}", { true, -1, 0, false } },
	{ "{\"failures\": 99999999999999999999}",
	  { true, INT64_MAX, 0, false } },
	{ "", { false, -1, 0, false } },
	{ "{\"matches\": [\"a", { false, -1, 0, false } },
	{ "{'failures': 3}", { false, -1, 0, false } },
};
/* clang-format on */

static void
of_the_data_only_what_is_plain_is_read(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < ARRAY_LEN(DATA); i++) {
		const struct ban_data *want = &DATA[i].says;
		struct ban_data got;

		if (ban_store_read_data(e->db, DATA[i].text, &got, &err) < 0)
			fail_msg("%s: %s", DATA[i].text, err.detail);
		if (got.readable != want->readable ||
		    got.failures != want->failures ||
		    got.n_matches != want->n_matches ||
		    got.has_more != want->has_more)
			fail_msg("%s: %d %lld %lld %d", DATA[i].text,
			    got.readable, (long long)got.failures,
			    (long long)got.n_matches, got.has_more);
	}
}

static void
bytes_that_are_no_utf8_are_read_like_others(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	struct ban_data got;

	assert_int_equal(
	    ban_store_read_data(e->db,
		"{\"matches\": [\"\xff\xc0\"], \"failures\": 2}", &got, &err),
	    0);
	assert_true(got.readable);
	assert_int_equal(got.failures, 2);
	assert_int_equal(got.n_matches, 1);
}

static void
the_state_is_one_row_that_comes_back_as_it_was_put(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	AUTO(history_state_release) struct history_state got = {0};
	struct history_state put = {
	    .device = -5,
	    .inode = 6,
	    .mark_rowid = 7,
	    .mark_jail = (char[]){"sshd"},
	    .mark_ident = (char[]){"192.0.2.1"},
	    .mark_at = 8,
	    .high_at = 9,
	    .fill_to = 10,
	    .last_id = 11,
	    .n_rows = 12,
	    .last_sync_at = 13,
	};

	assert_int_equal(history_store_get(e->db, &got, &err), 0);
	assert_int_equal(got.inode, 0);
	assert_null(got.mark_jail);
	assert_int_equal(history_store_put(e->db, &put, &err), 0);
	assert_int_equal(history_store_off(e->db, 2, 99, &err), 0);
	assert_int_equal(history_store_synced(e->db, 14, &err), 0);
	history_state_release(&got);
	assert_int_equal(history_store_get(e->db, &got, &err), 0);
	assert_int_equal(got.device, -5);
	assert_int_equal(got.inode, 6);
	assert_int_equal(got.mark_rowid, 7);
	assert_string_equal(got.mark_jail, "sshd");
	assert_string_equal(got.mark_ident, "192.0.2.1");
	assert_int_equal(got.mark_at, 8);
	assert_int_equal(got.high_at, 9);
	assert_int_equal(got.fill_to, 10);
	assert_int_equal(got.last_id, 11);
	assert_int_equal(got.n_rows, 12);
	assert_int_equal(got.last_sync_at, 14);
	assert_int_equal(got.off, 2);
	assert_int_equal(got.off_since, 99);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_jail_keeps_its_number),
	    CASE(the_same_ban_is_added_once),
	    CASE(an_id_is_never_given_twice),
	    CASE(what_is_unknown_is_null),
	    CASE(evidence_goes_with_its_ban),
	    CASE(a_network_has_the_name_last_heard),
	    CASE(a_country_learned_later_changes_no_known_one),
	    CASE(gaps_that_touch_become_one),
	    CASE(the_span_is_that_of_the_times),
	    CASE(of_the_data_only_what_is_plain_is_read),
	    CASE(bytes_that_are_no_utf8_are_read_like_others),
	    CASE(the_state_is_one_row_that_comes_back_as_it_was_put),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
