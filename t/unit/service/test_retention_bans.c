/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/retention.h"

#include "base/error.h"
#include "db/db.h"
#include "store/ban_count.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"
#include "store/history_store.h"
#include "t/lib/stranger.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

enum { NOW = 1800000000, BOOT = 1000 * 86400 };

/* What the pass under test was told when it asked whether to go on. */
struct watch {
	int asked;
	int stop_at; /* say no from the nth time on; 0: never */
};

static bool
rest(void *arg, int64_t us)
{
	struct watch *w = arg;

	(void)us;
	return ++w->asked < w->stop_at || w->stop_at == 0;
}

static int
pass_with(struct auth_env *e, struct watch *w, struct retention_plan *plan,
    struct retention_report *out, struct error *err)
{
	plan->rest = rest;
	plan->arg = w;
	auth_env_set_time(NOW);
	return retention_run(&e->app, plan, out, err);
}

static void
pass(struct auth_env *e, struct retention_report *out)
{
	struct retention_plan plan = {.boot_s = BOOT};
	struct error err = ERROR_INIT;
	struct watch w = {0};

	if (pass_with(e, &w, &plan, out, &err) < 0)
		fail_msg("%s", err.detail);
	assert_true(out->complete);
}

/* What a question of one number says. */
static int64_t
ask(struct auth_env *e, const char *sql)
{
	return stranger_number(&e->scratch, sql);
}

/* One an hour until now, each with its evidence. */
static void
add_bans(struct auth_env *e, int n)
{
	struct error err = ERROR_INIT;
	struct history_state s = {0};
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int64_t jail = 0;

	assert_int_equal(db_txn_begin(&txn, e->app.db, &err), 0);
	assert_int_equal(ban_store_jail(e->app.db, "sshd", &jail, &err), 0);
	for (int i = 1; i <= n; i++) {
		const struct ban_row row = {
		    .id = i,
		    .banned_at = NOW - (n - i) * 3600,
		    .jail_id = jail,
		    .key = {.bytes = {[15] = (uint8_t)(i % 7), [16] = 128},
			    .len = 17},
		    .bantime_s = 600,
		    .country = "DE",
		    .asn = 64500,
		};

		assert_int_equal(ban_store_add(e->app.db, &row, &err), 1);
		assert_int_equal(
		    ban_store_add_evidence(e->app.db, i, "{}", 2, 2, &err), 0);
	}
	assert_int_equal(ban_sum_add(e->app.db, 1, n, &err), 0);
	s.n_rows = s.last_id = n;
	assert_int_equal(history_store_put(e->app.db, &s, &err), 0);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
}

/* Bans and their evidence; and what the archive says of itself. */
static void
assert_bans(struct auth_env *e, int64_t n, int64_t ever)
{
	AUTO(history_state_release) struct history_state s = {0};
	const struct ban_find any = BAN_FIND_ALL;
	struct error err = ERROR_INIT;
	int64_t total = 0;

	assert_int_equal(ask(e, "SELECT count(*) FROM ban"), n);
	assert_int_equal(ask(e, "SELECT count(*) FROM ban_evidence"), n);
	assert_int_equal(history_store_get(e->app.db, &s, &err), 0);
	assert_int_equal(s.n_rows, n);
	assert_int_equal(ban_count_total(e->app.db, &any, &total, &err), 0);
	assert_int_equal(total, ever);
	if (n < ever)
		assert_int_equal(ask(e, "SELECT min(banned_at) >= (SELECT"
					" pruned_before FROM history_state)"
					" FROM ban"),
		    1);
}

static void
bans_are_kept_for_ever_unless_told_otherwise(void **state)
{
	struct auth_env *e = *state;
	struct retention_report r;

	add_bans(e, 1500);
	pass(e, &r);
	assert_int_equal(r.counts[RETENTION_BANS].old, 0);
	assert_bans(e, 1500, 1500);
}

static void
old_bans_go_with_their_evidence_and_stay_counted(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan dry = {.boot_s = BOOT, .dry_run = true};
	struct error err = ERROR_INIT;
	struct retention_report r;
	struct watch w = {0};

	add_bans(e, 1500);
	e->settings.ban_days = 10; /* 241 of them are not older */
	assert_int_equal(pass_with(e, &w, &dry, &r, &err), 0);
	assert_int_equal(r.counts[RETENTION_BANS].old, 1259);
	assert_bans(e, 1500, 1500);
	pass(e, &r);
	assert_int_equal(r.counts[RETENTION_BANS].old, 1259);
	assert_bans(e, 241, 1500);
	pass(e, &r);
	assert_int_equal(r.counts[RETENTION_BANS].old, 0);
}

static void
so_many_of_the_newest_bans_are_kept(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan dry = {.boot_s = BOOT, .dry_run = true};
	struct error err = ERROR_INIT;
	struct retention_report r;
	struct watch w = {0};

	add_bans(e, 1500);
	e->settings.ban_rows = 200;
	assert_int_equal(pass_with(e, &w, &dry, &r, &err), 0);
	assert_int_equal(r.counts[RETENTION_BANS].old, 1300);
	pass(e, &r);
	assert_int_equal(r.counts[RETENTION_BANS].old, 1300);
	assert_bans(e, 200, 1500);
	e->settings.ban_days = 1; /* the stricter of both */
	pass(e, &r);
	assert_bans(e, 25, 1500);
}

/* Between two batches the bans are whole, and the next pass goes on. */
static void
a_pass_that_is_ended_has_deleted_whole_bans(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.boot_s = BOOT};
	struct error err = ERROR_INIT;
	struct retention_report r;
	struct watch w = {.stop_at = 2};

	add_bans(e, 1500);
	e->settings.ban_rows = 100;
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_false(r.complete);
	assert_in_range(r.counts[RETENTION_BANS].old, 1, 1399);
	assert_bans(e, 1500 - r.counts[RETENTION_BANS].old, 1500);
	pass(e, &r);
	assert_bans(e, 100, 1500);
}

#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(bans_are_kept_for_ever_unless_told_otherwise),
	    CASE(old_bans_go_with_their_evidence_and_stay_counted),
	    CASE(so_many_of_the_newest_bans_are_kept),
	    CASE(a_pass_that_is_ended_has_deleted_whole_bans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
