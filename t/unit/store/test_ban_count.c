/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_count.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/geo_answer.h"
#include "base/macros.h"
#include "db/db.h"
#include "db/migrate.h"
#include "store/ban_prune.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"
#include "store/migrations.h"
#include "t/lib/unit.h"
#include "t/unit/store/archive_env.h"

enum { BANS = 1500, GROUPS = 64 };

/* Counts by a name, in the order of the names. */
struct groups {
	struct group {
		char name[16];
		int64_t bans;
	} items[GROUPS];
	size_t n;
};

static void
groups_add(struct groups *g, const char *name, int64_t bans)
{
	size_t at = 0;

	while (at < g->n && strcmp(g->items[at].name, name) < 0)
		at++;
	if (at == g->n || strcmp(g->items[at].name, name) != 0) {
		assert_in_range(g->n, 0, GROUPS - 1);
		memmove(&g->items[at + 1], &g->items[at],
		    (g->n - at) * sizeof g->items[0]);
		g->items[at] = (struct group){.bans = 0};
		(void)snprintf(
		    g->items[at].name, sizeof g->items[at].name, "%s", name);
		g->n++;
	}
	g->items[at].bans += bans;
}

static int
take_country(void *ctx, const char *country, int64_t bans, struct error *err)
{
	(void)err;
	if (bans != 0)
		groups_add(ctx, country, bans);
	return 0;
}

static int
take_asn(void *ctx, int64_t asn, int64_t bans, struct error *err)
{
	char name[16];

	(void)err;
	(void)snprintf(name, sizeof name, "%lld", (long long)asn);
	groups_add(ctx, name, bans);
	return 0;
}

/* By country and by AS, and how many there are. */
static int64_t
plainly(struct archive_env *e, const struct ban_find *find,
    struct groups *country, struct groups *asn)
{
	sqlite3_stmt *s = archive_ask(e,
	    "SELECT CASE kind WHEN 0 THEN ifnull(country, 'ZZ') ELSE '' END,"
	    " CASE kind WHEN 0 THEN ifnull(asn, 0) ELSE -1 END, count(*)"
	    " FROM ban WHERE" ARCHIVE_WHERE " GROUP BY 1, 2",
	    find);
	int64_t sum = 0;

	while (sqlite3_step(s) == SQLITE_ROW) {
		int64_t bans = sqlite3_column_int64(s, 2);

		groups_add(
		    country, (const char *)sqlite3_column_text(s, 0), bans);
		groups_add(asn, (const char *)sqlite3_column_text(s, 1), bans);
		sum += bans;
	}
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return sum;
}

static void
describe(const struct ban_find *f)
{
	print_error("from %lld to %lld jails %zu country %s asn %lld origin "
		    "%d\n",
	    (long long)f->from, (long long)f->to,
	    f->jails == NULL ? 99 : f->n_jails,
	    f->country == NULL ? "any" : f->country, (long long)f->asn,
	    f->origin);
}

static void
assert_same(const struct groups *got, const struct groups *wanted,
    const struct ban_find *find, const char *what)
{
	for (size_t i = 0; i < got->n || i < wanted->n; i++) {
		const struct group *g = &got->items[i], *w = &wanted->items[i];

		if (i < got->n && i < wanted->n &&
		    strcmp(g->name, w->name) == 0 && g->bans == w->bans)
			continue;
		describe(find);
		fail_msg("%s: got \"%s\" %lld of %zu, wanted \"%s\" %lld of "
			 "%zu",
		    what, g->name, (long long)g->bans, got->n, w->name,
		    (long long)w->bans, wanted->n);
	}
}

/* All that is told of find is what plain counting tells: how many bans. */
static int64_t
assert_counts(struct archive_env *e, const struct ban_find *find)
{
	struct groups got = {.n = 0}, wanted = {.n = 0};
	struct groups got_asn = {.n = 0}, wanted_asn = {.n = 0};
	struct error err = ERROR_INIT;
	int64_t total = -1, sum = plainly(e, find, &wanted, &wanted_asn);

	if (ban_count_by_country(e->db, find, take_country, &got, &err) < 0 ||
	    ban_count_by_asn(e->db, find, take_asn, &got_asn, &err) < 0 ||
	    ban_count_total(e->db, find, &total, &err) < 0)
		fail_msg("%s", err.detail);
	assert_same(&got, &wanted, find, "country");
	assert_same(&got_asn, &wanted_asn, find, "asn");
	assert_true(total == sum);
	return sum;
}

static const struct ban_find ANY = BAN_FIND_ALL;

/* Windows of every length and with ends of every kind. */
static void
random_window(struct archive_env *e, struct ban_find *find)
{
	static const int64_t STEPS[] = {1, 60, 3600, 86400, 2592000};
	int64_t length = INT64_C(1) << archive_random(e, 24);
	int64_t step = STEPS[archive_random(e, 5)];

	find->from = ARCHIVE_BEGIN - 86400 +
		     archive_random(e, (ARCHIVE_DAYS + 1) * 86400);
	find->from = find->from / step * step;
	find->to = find->from + length / step * step + 1;
	if (archive_random(e, 4) == 0)
		find->to = INT64_MAX;
	if (archive_random(e, 4) == 0)
		find->from = INT64_MIN;
}

/* One in six of the combinations where each of them takes long. */
static bool
is_taken(struct archive_env *e)
{
	return archive_random(e, unit_size(1, 6)) == 0;
}

/* Every combination of the other filters. Gives how many bans were found. */
static int64_t
assert_combinations(struct archive_env *e, struct ban_find find)
{
	static const int64_t JAILS[][2] = {
	    {1, 3},
            {2, 2}
        };
	static const char *const COUNTRIES[] = {NULL, "DE", "ZZ", "LI"};
	static const int64_t ASNS[] = {-1, 64500, 1};
	int64_t sum = 0;

	for (size_t i = 0; i < ARRAY_LEN(COUNTRIES) * 36; i++) {
		size_t jails = i / 3 % 4;

		if (!is_taken(e))
			continue;
		find.origin = (int)(i % 3) - 1;
		find.jails = jails == 0 ? NULL : JAILS[jails / 2];
		find.n_jails = jails == 0 ? 0 : jails - 1;
		find.asn = ASNS[i / 12 % 3];
		find.country = COUNTRIES[i / 36];
		sum += assert_counts(e, &find);
	}
	return sum;
}

static void
sums_tell_what_plain_counting_tells(void **state)
{
	struct archive_env *e = *state;
	struct ban_find find = ANY;
	int64_t sum;

	(void)assert_combinations(e, find); /* there are none yet */
	archive_add(e, 1);
	for (int left = BANS - 1, n; left > 0; left -= n) {
		n = (int)archive_random(e, 300) + 1;
		n = n < left ? n : left;
		archive_add(e, n);
	}
	assert_true(assert_combinations(e, find) > BANS);
	sum = 0;
	for (int i = 0, n = unit_size(15, 3); i < n; i++) {
		random_window(e, &find);
		sum += assert_combinations(e, find);
	}
	assert_true(sum > BANS);
	for (int i = 0, n = unit_size(300, 30); i < n; i++) {
		struct ban_find only = ANY;

		random_window(e, &only);
		(void)assert_counts(e, &only);
	}
}

static struct active_ban_key
key_of(struct archive_env *e, const char *sql)
{
	struct active_ban_key key = {.len = 17};
	sqlite3_stmt *s = archive_ask(e, sql, &ANY);

	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_int_equal(sqlite3_column_bytes(s, 0), 17);
	memcpy(key.bytes, sqlite3_column_blob(s, 0), 17);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	return key;
}

static void
a_country_that_comes_late_moves_the_sums(void **state)
{
	struct archive_env *e = *state;
	struct geo_answer answer = GEO_ANSWER_INIT;
	struct error err = ERROR_INIT;
	struct active_ban_key key;
	int64_t changed = 0;

	archive_add(e, BANS);
	for (int i = 0, n = unit_size(4, 2); i < n; i++) {
		key = key_of(e, "SELECT addr_key FROM ban WHERE country IS NULL"
				" AND kind = 0 GROUP BY 1 ORDER BY count(asn) "
				"DESC LIMIT 1");
		assert_true(geo_answer_set_country(&answer, "LI", 2));
		answer.asn = i % 2 == 0 ? -1 : 64502;
		assert_int_equal(
		    ban_store_learn(e->db, &key, &answer, &changed, &err), 0);
		assert_true(changed > 0);
		(void)assert_combinations(e, ANY);
	}
}

/* What a total of before is made of stays, but for the times at the ends. */
static void
what_is_deleted_stays_in_the_sums(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct ban_find find = ANY;
	struct groups before = {.n = 0}, after = {.n = 0}, asns = {.n = 0};
	int64_t n = 0, deleted = 0, oldest = 0, newest = 0, first = 0, kept = 0;

	archive_add(e, BANS);
	assert_int_equal(ban_store_first_kept(e->db, &first, &err), 0);
	find.from = (ARCHIVE_BEGIN / 86400 + 1) * 86400;
	(void)plainly(e, &find, &before, &asns);
	assert_int_equal(
	    ban_prune_count(e->db, find.from + 40 * 86400, &n, &err), 0);
	assert_in_range(n, BANS / 3, BANS - BANS / 10);
	while (ban_prune_oldest(
		   e->db, find.from + 40 * 86400, 200, &deleted, &err) == 0 &&
	       deleted > 0)
		n -= deleted;
	assert_int_equal(n, 0);
	assert_int_equal(
	    ban_count_by_country(e->db, &find, take_country, &after, &err), 0);
	assert_same(&after, &before, &find, "after");
	assert_int_equal(ban_count_total(e->db, &ANY, &n, &err), 0);
	assert_int_equal(n, BANS);
	assert_int_equal(ban_store_span(e->db, &oldest, &newest, &err), 1);
	assert_in_range(
	    oldest, ARCHIVE_BEGIN - 3600, ARCHIVE_BEGIN + 2 * 86400);
	/* what is there is counted exactly from its first one on */
	assert_int_equal(ban_store_first_kept(e->db, &first, &err), 1);
	assert_true(first >= find.from + 40 * 86400);
	find.from = first;
	kept = assert_counts(e, &find);
	assert_in_range(kept, BANS / 10, BANS - BANS / 3);
	/* and when all are gone */
	while (ban_prune_oldest(e->db, INT64_MAX, 300, &deleted, &err) == 0 &&
	       deleted > 0)
		kept -= deleted;
	assert_int_equal(kept, 0);
	assert_int_equal(ban_count_total(e->db, &ANY, &n, &err), 0);
	assert_int_equal(n, BANS);
	assert_int_equal(ban_store_first_kept(e->db, &first, &err), 1);
	assert_true(first == INT64_MAX);
}

/* The sums as text, for comparing. */
static void
sums_text(struct archive_env *e, char out[128])
{
	sqlite3_stmt *s = archive_ask(e,
	    "SELECT (SELECT count(*) || ' ' || sum(bans * (start + level * 7"
	    " + jail_id * 31 + origin)) FROM ban_sum) || ' ' ||"
	    " (SELECT count(*) || ' ' || sum(bans * (start + level * 7"
	    " + jail_id * 31 + origin + unicode(country || '.')))"
	    " FROM ban_sum_country) || ' ' ||"
	    " (SELECT count(*) || ' ' || sum(bans * (start + level * 7"
	    " + jail_id * 31 + origin + asn + unicode(country || '.')))"
	    " FROM ban_sum_asn) || ' ' ||"
	    " (SELECT count(*) || ' ' || sum(bans * (since + unicode("
	    "hex(addr_key)))) FROM ban_often)",
	    &ANY);

	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	(void)snprintf(out, 128, "%s", (const char *)sqlite3_column_text(s, 0));
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
}

/* Which of the migrations makes the sums; the one before it is run up to. */
static size_t
migration_of_sums(void)
{
	size_t i = 0;

	while (i < MIGRATIONS_LEN &&
	       strstr(MIGRATIONS[i].sql, "CREATE TABLE ban_sum (") == NULL)
		i++;
	assert_in_range(i, 1, MIGRATIONS_LEN - 1);
	return i;
}

/* Into another database, whose schema is an older one. */
static void
copy_bans(struct archive_env *e, const char *to)
{
	sqlite3_stmt *s = archive_ask(e, "ATTACH ?1 AS old", &ANY);

	assert_int_equal(
	    sqlite3_bind_text(s, 1, to, -1, SQLITE_TRANSIENT), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_DONE);
	assert_int_equal(sqlite3_finalize(s), SQLITE_OK);
	if (sqlite3_exec(e->raw,
		"INSERT INTO old.ban_jail SELECT * FROM ban_jail;"
		"INSERT INTO old.ban SELECT * FROM ban; DETACH old",
		NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s", sqlite3_errmsg(e->raw));
}

static void
bans_from_before_the_sums_are_counted_the_same(void **state)
{
	struct archive_env *e = *state;
	struct error err = ERROR_INIT;
	struct scratch old;
	struct db *db = NULL;
	char added[128], migrated[128];

	archive_add(e, BANS);
	sums_text(e, added);
	scratch_init(&old);
	assert_int_equal(db_open(&db, old.dir, &err), 0);
	assert_int_equal(db_migrate(db, old.dir, MIGRATIONS,
			     migration_of_sums(), NULL, &err),
	    0);
	copy_bans(e, scratch_path(&old, "bangui.db"));
	if (db_migrate(db, old.dir, MIGRATIONS, MIGRATIONS_LEN, NULL, &err) < 0)
		fail_msg("%s", err.detail);
	assert_int_equal(sqlite3_close(e->raw), SQLITE_OK);
	assert_int_equal(
	    sqlite3_open(scratch_path(&old, "bangui.db"), &e->raw), 0);
	sums_text(e, migrated);
	assert_string_equal(migrated, added);
	db_freep(&db);
	scratch_release(&old);
}

static void
far_times_are_counted_by_themselves(void **state)
{
	struct archive_env *e = *state;
	struct ban_find find = ANY;
	struct error err = ERROR_INIT;
	static const int64_t FAR[] = {
	    INT64_MAX - 1, INT64_C(1) << 55, INT64_C(1) << 40};

	archive_add(e, 300);
	find.from = ARCHIVE_BEGIN + 86400 + 1;
	for (size_t i = 0; i < ARRAY_LEN(FAR); i++) {
		const struct ban_row row = {
		    .id = ++e->n,
		    .banned_at = FAR[i],
		    .jail_id = 1,
		    .key = {.bytes = {11, [16] = 128}, .len = 17},
		    .country = "DE",
		    .asn = 64500
                };

		assert_int_equal(ban_store_add(e->db, &row, &err), 1);
		assert_int_equal(ban_sum_add(e->db, e->n, e->n, &err), 0);
		(void)assert_combinations(e, find);
		(void)assert_combinations(e, ANY);
	}
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(name, archive_set_up, archive_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(sums_tell_what_plain_counting_tells),
	    CASE(a_country_that_comes_late_moves_the_sums),
	    CASE(what_is_deleted_stays_in_the_sums),
	    CASE(bans_from_before_the_sums_are_counted_the_same),
	    CASE(far_times_are_counted_by_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
