/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_where.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "service/archive/ban_key.h"
#include "service/bans/bans_diff.h"
#include "service/geo/geo.h"
#include "store/active_ban_page.h"
#include "store/active_ban_where.h"
#include "t/lib/mmdb_maker.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

enum { FILE_MAX = 1024 * 1024, NOW = 1800000000 };

/* The operator's file: 11.0.0.0/8 is in that country, and in an AS. */
static void
put_file(struct auth_env *e, const char *code)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	AUTO(mmdb_release) struct mmdb_maker m;
	const struct mmdb_place place = {
	    .code = code, .name = "Somewhere", .asn = 64500, .org = "Net"};
	struct error err = ERROR_INIT;

	mmdb_init(&m, 28, 6, "Countries");
	mmdb_add(&m, "11.0.0.0/8", mmdb_record(&m, MMDB_IPINFO_LITE, &place));
	mmdb_finish(&m, &file);
	scratch_write(&e->scratch, code, file.data, file.len);
	assert_true(str_copy(e->settings.geoip_db_path,
	    sizeof e->settings.geoip_db_path, scratch_path(&e->scratch, code)));
	if (geo_copy_files(&e->settings, &err) < 0)
		fail_msg("%s", err.detail);
}

static int
set_up(void **state)
{
	struct error err = ERROR_INIT;
	struct auth_env *e;

	assert_int_equal(auth_env_set_up(state), 0);
	e = *state;
	auth_env_set_time(NOW);
	e->settings.geoip_http_fallback = true;
	put_file(e, "DE");
	assert_int_equal(geo_new(&e->app.geo, &e->settings, &err), 0);
	return 0;
}

static int
tear_down(void **state)
{
	struct auth_env *e = *state;

	geo_freep(&e->app.geo);
	return auth_env_tear_down(state);
}

static void
list_add(struct f2b_ban_list *l, const char *id)
{
	struct f2b_ban *b;

	l->items = reallocarray(l->items, l->n + 1, sizeof *l->items);
	assert_non_null(l->items);
	b = &l->items[l->n++];
	*b = (struct f2b_ban){
	    .id = strdup(id), .bantime_s = -1, .expires_at = -1};
	assert_non_null(b->id);
	b->is_addr = addr_parse_net(id, strlen(id), &b->addr);
}

/* fail2ban bans them, in two jails. */
static void
ban(struct auth_env *e, const char *const ids[], size_t n)
{
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};
	struct error err = ERROR_INIT;
	int64_t rows;

	for (size_t i = 0; i < n; i++)
		list_add(&l, ids[i]);
	assert_int_equal(bans_diff_apply(&e->app, "a", &l, &rows, &err), 0);
	assert_int_equal(bans_diff_apply(&e->app, "b", &l, &rows, &err), 0);
	assert_int_equal(rows, n);
}

static int64_t
in_country(struct auth_env *e, const char *country)
{
	const struct active_ban_find find = {.country = country};
	struct error err = ERROR_INIT;
	int64_t n = -1;

	assert_int_equal(active_ban_count(e->app.db, &find, &n, &err), 0);
	return n;
}

static int64_t
in_as(struct auth_env *e, int64_t asn)
{
	const struct active_ban_find find = {.asn = asn};
	struct error err = ERROR_INIT;
	int64_t n = -1;

	assert_int_equal(active_ban_count(e->app.db, &find, &n, &err), 0);
	return n;
}

static void
sweep(struct auth_env *e)
{
	struct active_ban_sweep s = {0};
	struct error err = ERROR_INIT;

	do { /* on a slow machine it takes more than one go */
		if (bans_where_sweep(&e->app, &err) < 0)
			fail_msg("%s", err.detail);
		assert_int_equal(active_ban_sweep_get(e->app.db, &s, &err), 0);
	} while (!s.done);
}

static void
learn(struct auth_env *e, const char *ip, const char *code)
{
	struct error err = ERROR_INIT;
	struct geo_lesson l = {
	    .addr = auth_env_addr(ip), .answer = GEO_ANSWER_INIT};

	assert_true(geo_answer_set_country(&l.answer, code, 2));
	if (geo_learn(&e->app, &l, 1, "ip-api", &err) < 0)
		fail_msg("%s", err.detail);
}

static const char *const MIXED[] = {"11.0.0.1", "11.0.0.0/16", "12.0.0.1",
    "10.0.0.1", "203.0.113.1", "alice", "2a00::1"};

static void
what_comes_is_located_by_the_files(void **state)
{
	struct auth_env *e = *state;

	ban(e, MIXED, ARRAY_LEN(MIXED));
	assert_int_equal(in_country(e, "DE"), 4);
	assert_int_equal(in_as(e, 64500), 4);
	/* the special ones and the text are nowhere, not unknown */
	assert_int_equal(in_country(e, "ZZ"), 4);
	assert_false(geo_has_notes(&e->app)); /* nobody looked at them */
}

static void
an_answer_moves_the_rows_of_its_address(void **state)
{
	struct auth_env *e = *state;

	ban(e, MIXED, ARRAY_LEN(MIXED));
	learn(e, "12.0.0.1", "FR");
	assert_int_equal(in_country(e, "FR"), 2);
	assert_int_equal(in_country(e, "ZZ"), 2);
	learn(e, "11.0.0.1", "FR"); /* the file knows better */
	assert_int_equal(in_country(e, "FR"), 2);
	assert_int_equal(in_country(e, "DE"), 4);
	/* what is known already when the ban comes */
	learn(e, "13.0.0.1", "IT");
	ban(e, (const char *const[]){"13.0.0.1"}, 1);
	assert_int_equal(in_country(e, "IT"), 2);
	assert_int_equal(in_country(e, "FR"), 0);
}

static void
another_file_moves_all_rows_to_where_it_says(void **state)
{
	struct auth_env *e = *state;

	ban(e, MIXED, ARRAY_LEN(MIXED));
	learn(e, "12.0.0.1", "IT");
	sweep(e);
	assert_int_equal(in_country(e, "DE"), 4);
	put_file(e, "FR");
	sweep(e);
	assert_int_equal(in_country(e, "DE"), 0);
	assert_int_equal(in_country(e, "FR"), 4);
	assert_int_equal(in_country(e, "IT"), 2);
	assert_int_equal(in_country(e, "ZZ"), 2);
	/* nothing has changed since: rows are not looked at again */
	const struct active_ban_where lie = {.country = "US"};
	struct addr a = auth_env_addr("11.0.0.1");
	struct active_ban_key key = ban_key_of(&a);
	struct error err = ERROR_INIT;

	assert_int_equal(active_ban_where_put(e->app.db, &key, &lie, &err), 0);
	sweep(e);
	assert_int_equal(in_country(e, "US"), 2);
}

enum { MANY = LIMIT_GEO_SWEEP_ROWS + LIMIT_GEO_SWEEP_ROWS / 2 };

/* Two jails, so that the middle of an address is where a batch ends. */
static void
a_sweep_goes_on_where_it_stopped(void **state)
{
	struct auth_env *e = *state;
	static char ids[MANY][sizeof "11.0.255.255"];
	const char *list[MANY];

	for (unsigned i = 0; i < MANY; i++) {
		(void)snprintf(ids[i], sizeof ids[i], "11.0.%u.%u",
		    i / 256 % 256, i % 256);
		list[i] = ids[i];
	}
	ban(e, list, MANY - 1);
	put_file(e, "FR");
	sweep(e);
	assert_int_equal(in_country(e, "DE"), 0);
	assert_int_equal(in_country(e, "FR"), 2 * (MANY - 1));
}

static int
sweep_once(void *arg, struct error *err)
{
	struct auth_env *e = arg;

	return bans_where_sweep(&e->app, err);
}

static void
a_sweep_without_memory_is_told(void **state)
{
	struct auth_env *e = *state;

	ban(e, MIXED, ARRAY_LEN(MIXED));
	assert_true(torture_run(sweep_once, e) > 0);
	assert_int_equal(in_country(e, "DE"), 4);
}

int
main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(what_comes_is_located_by_the_files),
	    CASE(an_answer_moves_the_rows_of_its_address),
	    CASE(another_file_moves_all_rows_to_where_it_says),
	    CASE(a_sweep_goes_on_where_it_stopped),
	    CASE(a_sweep_without_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
