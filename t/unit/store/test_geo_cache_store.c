/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/geo_cache_store.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "db/migrate.h"
#include "store/migrations.h"
#include "t/lib/stranger.h"
#include "t/lib/unit.h"
#include "t/unit/store/store_env.h"

enum { VERSION_BEFORE_LAST_SEEN = 3, KILLS = 6, NOW = 5000 };

/* Without a schema. */
static int
set_up(void **state)
{
	struct store_env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;

	assert_non_null(e);
	scratch_init(&e->scratch);
	assert_int_equal(db_open(&e->db, e->scratch.dir, &err), 0);
	*state = e;
	return 0;
}

static void
migrate(struct store_env *e, size_t n)
{
	struct error err = ERROR_INIT;

	if (db_migrate(e->db, e->scratch.dir, MIGRATIONS, n, NULL, &err) < 0)
		fail_msg("%s", err.detail);
}

static struct addr
addr(const char *s)
{
	struct addr a;

	assert_true(addr_parse(s, strlen(s), &a));
	return a;
}

/* 1 found, 0 none */
static int
get(struct store_env *e, const char *ip, struct geo_cache_row *row)
{
	struct error err = ERROR_INIT;
	struct addr a = addr(ip);
	int rc;

	memset(row, 'x', sizeof *row);
	rc = geo_cache_store_get(e->db, &a, row, &err);
	assert_true(rc >= 0);
	return rc;
}

static void
want(struct store_env *e, const char *ip, int64_t now)
{
	struct error err = ERROR_INIT;
	struct addr a = addr(ip);

	assert_int_equal(geo_cache_store_want(e->db, &a, now, &err), 0);
}

static void
put(struct store_env *e, const char *ip, const struct geo_cache_row *row)
{
	struct error err = ERROR_INIT;
	struct addr a = addr(ip);

	assert_int_equal(geo_cache_store_put(e->db, &a, row, &err), 0);
}

static const struct geo_cache_row GERMANY = {
    .answer = {.country_code = "DE",
	       .country_name = "Germany",
	       .asn = 64500,
	       .as_org = "Example"},
    .source = "ip-api",
    .resolved_at = NOW,
};

static void
an_answer_comes_back_as_it_was_put(void **state)
{
	struct store_env *e = *state;
	struct geo_cache_row row;

	assert_int_equal(get(e, "192.0.2.1", &row), 0);
	put(e, "192.0.2.1", &GERMANY);
	assert_int_equal(get(e, "192.0.2.1", &row), 1);
	assert_string_equal(row.answer.country_code, "DE");
	assert_string_equal(row.answer.country_name, "Germany");
	assert_int_equal(row.answer.asn, 64500);
	assert_string_equal(row.answer.as_org, "Example");
	assert_string_equal(row.source, "ip-api");
	assert_int_equal(row.resolved_at, NOW);
	assert_int_equal(row.retry_at, 0);
	assert_int_equal(row.attempts, 0);
	assert_int_equal(row.last_seen, NOW);
	assert_int_equal(get(e, "::192.0.2.1", &row), 0);
}

static void
what_is_unknown_of_an_answer_stays_unknown(void **state)
{
	struct geo_cache_row bare = GERMANY, row;
	struct store_env *e = *state;

	bare.answer = (struct geo_answer){.country_code = "FR", .asn = -1};
	put(e, "192.0.2.1", &GERMANY);
	put(e, "192.0.2.1", &bare);
	assert_int_equal(get(e, "192.0.2.1", &row), 1);
	assert_string_equal(row.answer.country_code, "FR");
	assert_string_equal(row.answer.country_name, "");
	assert_int_equal(row.answer.asn, -1);
	assert_string_equal(row.answer.as_org, "");
}

static void
a_wanted_address_is_due_until_it_is_answered(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct geo_cache_row row;
	struct addr due[4], first = addr("192.0.2.1");
	size_t n;

	want(e, "192.0.2.2", NOW + 1);
	want(e, "192.0.2.1", NOW);
	want(e, "192.0.2.1", NOW + 9); /* it waits already */
	assert_int_equal(get(e, "192.0.2.1", &row), 1);
	assert_int_equal(row.retry_at, NOW);
	assert_int_equal(row.answer.asn, -1);
	assert_string_equal(row.source, "");
	assert_int_equal(
	    geo_cache_store_due(e->db, NOW + 1, due, 4, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_true(addr_equal(&due[0], &first));
	assert_int_equal(
	    geo_cache_store_due(e->db, NOW + 1, due, 1, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(geo_cache_store_due(e->db, NOW, due, 4, &n, &err), 0);
	assert_int_equal(n, 1);
	put(e, "192.0.2.1", &GERMANY);
	assert_int_equal(geo_cache_store_due(e->db, NOW, due, 4, &n, &err), 0);
	assert_int_equal(n, 0);
	want(e, "192.0.2.1", NOW); /* an answer stays */
	assert_int_equal(get(e, "192.0.2.1", &row), 1);
	assert_string_equal(row.answer.country_code, "DE");
	assert_int_equal(row.last_seen, NOW); /* as it was wanted first */
}

static void
what_was_asked_in_vain_waits_for_its_time(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct geo_cache_row vain = {
	    .answer = {.asn = 7, .as_org = "Seven"},
	    .source = "ip-api",
	    .resolved_at = NOW,
	    .retry_at = NOW + 300,
	    .attempts = 1,
	};
	struct geo_cache_row row;
	struct addr a = addr("192.0.2.1"), due[1];
	int64_t changed;
	size_t n;

	assert_int_equal(
	    geo_cache_store_put_unknown(e->db, &a, &vain, &err), 0);
	assert_int_equal(get(e, "192.0.2.1", &row), 0); /* it was not wanted */
	want(e, "192.0.2.1", NOW);
	assert_int_equal(
	    geo_cache_store_put_unknown(e->db, &a, &vain, &err), 0);
	assert_int_equal(get(e, "192.0.2.1", &row), 1);
	assert_string_equal(row.answer.country_code, "");
	assert_int_equal(row.answer.asn, 7);
	assert_int_equal(row.attempts, 1);
	assert_int_equal(
	    geo_cache_store_due(e->db, NOW + 299, due, 1, &n, &err), 0);
	assert_int_equal(n, 0);
	assert_int_equal(
	    geo_cache_store_retry_all(e->db, NOW + 1, &changed, &err), 0);
	assert_int_equal(changed, 1);
	assert_int_equal(
	    geo_cache_store_due(e->db, NOW + 1, due, 1, &n, &err), 0);
	assert_int_equal(n, 1);
	assert_int_equal(get(e, "192.0.2.1", &row), 1);
	assert_int_equal(row.attempts, 0);
}

static void
a_touch_moves_last_seen_alone(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct addr a = addr("192.0.2.1");
	struct geo_cache_row row;

	put(e, "192.0.2.1", &GERMANY);
	assert_int_equal(geo_cache_store_touch(e->db, &a, NOW + 9, &err), 0);
	assert_int_equal(get(e, "192.0.2.1", &row), 1);
	assert_int_equal(row.last_seen, NOW + 9);
	assert_int_equal(row.resolved_at, NOW);
	put(e, "192.0.2.1", &GERMANY);
	assert_int_equal(get(e, "192.0.2.1", &row), 1);
	assert_int_equal(row.last_seen, NOW + 9);
}

static void
rows_are_counted_up_to_a_limit(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct geo_cache_counts c;

	put(e, "192.0.2.1", &GERMANY);
	put(e, "192.0.2.2", &GERMANY);
	want(e, "192.0.2.3", NOW);
	assert_int_equal(geo_cache_store_count(e->db, 100, &c, &err), 0);
	assert_int_equal(c.rows, 3);
	assert_int_equal(c.waiting, 1);
	assert_int_equal(c.unknown, 0);
	assert_int_equal(geo_cache_store_count(e->db, 2, &c, &err), 0);
	assert_int_equal(c.rows, 2);
}

/* -------- the migration that brings last_seen, on a filled table -------- */

static int
rows_filled(void)
{
	return unit_size(200000, 10000);
}

static void
fill(struct store_env *e)
{
	sqlite3 *raw = NULL;
	sqlite3_stmt *stmt = NULL;

	migrate(e, VERSION_BEFORE_LAST_SEEN);
	raw = stranger_open(&e->scratch);
	assert_int_equal(
	    sqlite3_prepare_v2(raw,
		"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL"
		" SELECT i + 1 FROM n WHERE i < ?1)"
		"INSERT INTO geo_cache (addr, country_code, asn, source,"
		" resolved_at)"
		" SELECT CAST(substr(hex(randomblob(5)) || printf('%06d', i),"
		" 1, 16) AS BLOB), 'DE', i, 'ip-api', 1 FROM n",
		-1, &stmt, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_bind_int(stmt, 1, rows_filled()), SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_DONE);
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	stranger_close(raw);
}

static int64_t
number(struct store_env *e, const char *sql)
{
	sqlite3 *raw = stranger_open(&e->scratch);
	sqlite3_stmt *stmt = NULL;
	int64_t v = -1; /* of a column that is not there */

	if (sqlite3_prepare_v2(raw, sql, -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW)
		v = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	stranger_close(raw);
	return v;
}

/* The version, after making sure that the table is of it. */
static int64_t
check_table(struct store_env *e, time_t from)
{
	int64_t version = number(e, "PRAGMA user_version");
	int64_t last = number(e, "SELECT min(last_seen) FROM geo_cache");

	assert_int_equal(
	    number(e, "SELECT count(*) FROM geo_cache"), rows_filled());
	assert_int_equal(number(e, "SELECT count(*) FROM pragma_quick_check"
				   " WHERE quick_check = 'ok'"),
	    1);
	if (version == VERSION_BEFORE_LAST_SEEN)
		assert_int_equal(last, -1);
	else
		assert_true(last >= from && last <= time(NULL));
	return version;
}

static void
rows_that_were_there_begin_to_age_at_the_migration(void **state)
{
	struct store_env *e = *state;
	time_t from = time(NULL);

	fill(e);
	assert_int_equal(check_table(e, from), VERSION_BEFORE_LAST_SEEN);
	migrate(e, VERSION_BEFORE_LAST_SEEN + 1);
	assert_int_equal(check_table(e, from), VERSION_BEFORE_LAST_SEEN + 1);
	migrate(e, MIGRATIONS_LEN);
	assert_int_equal(check_table(e, from), MIGRATIONS_LEN);
}

static void
migrate_and_die(struct store_env *e, int after_ms)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		AUTO(db_freep) struct db *db = NULL;
		struct error err = ERROR_INIT;

		_exit(db_open(&db, e->scratch.dir, &err) < 0 ||
		      db_migrate(db, e->scratch.dir, MIGRATIONS, MIGRATIONS_LEN,
			  NULL, &err) < 0);
	}
	(void)poll(NULL, 0, after_ms);
	(void)kill(child, SIGKILL); /* it may have ended already */
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
}

static void
killed_in_the_migration_it_is_the_old_table_or_the_new_one(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	time_t from = time(NULL);
	int old = 0;

	fill(e);
	db_freep(&e->db);
	for (int i = 0; i < KILLS; i++) {
		migrate_and_die(e, i * 25);
		old += check_table(e, from) == VERSION_BEFORE_LAST_SEEN;
	}
	assert_int_equal(db_open(&e->db, e->scratch.dir, &err), 0);
	migrate(e, MIGRATIONS_LEN);
	assert_int_equal(check_table(e, from), MIGRATIONS_LEN);
	assert_true(old > 0); /* the first is killed at once */
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, set_up, store_env_tear_down)
#define WHOLE(name)                                                            \
	cmocka_unit_test_setup_teardown(                                       \
	    name, store_env_set_up, store_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WHOLE(an_answer_comes_back_as_it_was_put),
	    WHOLE(what_is_unknown_of_an_answer_stays_unknown),
	    WHOLE(a_wanted_address_is_due_until_it_is_answered),
	    WHOLE(what_was_asked_in_vain_waits_for_its_time),
	    WHOLE(a_touch_moves_last_seen_alone),
	    WHOLE(rows_are_counted_up_to_a_limit),
	    CASE(rows_that_were_there_begin_to_age_at_the_migration),
	    CASE(killed_in_the_migration_it_is_the_old_table_or_the_new_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
