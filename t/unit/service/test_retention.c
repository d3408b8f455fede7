/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/retention.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/time.h"
#include "db/db.h"
#include "store/geo_cache_store.h"
#include "store/retention_store.h"
#include "store/session_store.h"
#include "store/throttle_store.h"
#include "t/lib/stranger.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

enum {
	NOW = 1800000000,
	DAY = 86400,
	PAGE = 4096,
	KEPT = 90 * DAY,
	BOOT = 1000 * DAY, /* the machine has been on for so long */
	MANY = 3 * LIMIT_RETENTION_ROWS + 100,
};

static int
set_up(void **state)
{
	struct auth_env *e;

	assert_int_equal(auth_env_set_up(state), 0);
	e = *state;
	e->settings.geo_cache_days = 90;
	return 0;
}

/* What the pass under test was told when it asked whether to go on. */
struct watch {
	int asked;
	int stop_at; /* say no from the nth time on; 0: never */
	int64_t rested_us;
	struct scratch *scratch; /* how long the WAL became, if this is set */
	size_t wal_bytes;
	sqlite3 *blocker; /* lets go of the database when asked */
};

static bool
rest(void *arg, int64_t us)
{
	struct watch *w = arg;

	w->asked++;
	w->rested_us += us;
	if (w->scratch != NULL &&
	    scratch_size(w->scratch, "bangui.db-wal") > w->wal_bytes)
		w->wal_bytes = scratch_size(w->scratch, "bangui.db-wal");
	if (w->blocker != NULL)
		assert_int_equal(
		    sqlite3_exec(w->blocker, "ROLLBACK", NULL, NULL, NULL), 0);
	w->blocker = NULL;
	return w->stop_at == 0 || w->asked < w->stop_at;
}

static int
pass_with(struct auth_env *e, struct watch *w, struct retention_plan *plan,
    struct retention_report *out, struct error *err)
{
	plan->rest = rest;
	plan->arg = w;
	memset(out, 'x', sizeof *out);
	return retention_run(&e->app, plan, out, err);
}

/* A pass at a time, the machine on ever since. */
static void
pass(struct auth_env *e, int64_t now, struct retention_report *out)
{
	struct retention_plan plan = {.boot_s = BOOT + now - NOW};
	struct error err = ERROR_INIT;
	struct watch w = {0};

	auth_env_set_time(now);
	if (pass_with(e, &w, &plan, out, &err) < 0)
		fail_msg("%s", err.detail);
	assert_true(out->complete);
	assert_false(out->dry_run);
}

static void
add_geo(struct auth_env *e, uint32_t n, int64_t last_seen)
{
	const struct geo_cache_row row = {
	    .answer = {.country_code = "DE", .country_name = "Germany"},
	    .source = "ip-api",
	    .resolved_at = last_seen,
	};
	struct addr a = auth_env_addr("::ffff:203.0.0.0");
	struct error err = ERROR_INIT;

	a.bytes[13] = (uint8_t)(n >> 16);
	a.bytes[14] = (uint8_t)(n >> 8);
	a.bytes[15] = (uint8_t)n;
	assert_int_equal(geo_cache_store_put(e->app.db, &a, &row, &err), 0);
}

static void
add_session(struct auth_env *e, uint8_t n, int64_t seen, int64_t expires)
{
	const struct session_row row = {.created_at = NOW - DAY,
	    .last_seen_at = seen,
	    .expires_at = expires,
	    .idle_s = 3600};
	const uint8_t hash[SESSION_HASH_LEN] = {n};
	struct addr a = auth_env_addr("192.0.2.1");
	struct error err = ERROR_INIT;

	assert_int_equal(
	    session_store_add(e->app.db, hash, &row, &a, NULL, &err), 0);
}

static void
add_throttle(struct auth_env *e, const char *ip, int64_t at)
{
	const struct throttle_row row = {.failures = 3, .updated_at = at};
	struct addr a = auth_env_addr(ip);
	struct error err = ERROR_INIT;

	assert_int_equal(throttle_store_put(e->app.db, &a, &row, &err), 0);
}

static void
add_known(struct auth_env *e, const char *ip, int64_t at)
{
	struct addr a = auth_env_addr(ip);
	struct error err = ERROR_INIT;

	assert_int_equal(throttle_store_set_known(e->app.db, &a, at, &err), 0);
}

/* What a question of one number says. */
static int64_t
ask(struct auth_env *e, const char *sql)
{
	return stranger_number(&e->scratch, sql);
}

static void
tell(struct auth_env *e, const char *sql)
{
	stranger_run(&e->scratch, sql);
}

static void
an_address_stays_for_as_long_as_the_setting_says(void **state)
{
	struct auth_env *e = *state;
	struct retention_report r;

	add_geo(e, 1, NOW - KEPT - 1);
	add_geo(e, 2, NOW - KEPT);
	add_geo(e, 3, NOW);
	pass(e, NOW, &r);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].looked, 3);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, 1);
	assert_int_equal(
	    ask(e, "SELECT min(last_seen) FROM geo_cache"), NOW - KEPT);
	e->settings.geo_cache_days = 1;
	pass(e, NOW, &r);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, 1);
	assert_int_equal(ask(e, "SELECT count(*) FROM geo_cache"), 1);
}

static void
a_session_goes_once_it_has_ended(void **state)
{
	struct auth_env *e = *state;
	struct retention_report r;

	add_session(e, 1, NOW, NOW);              /* at its end */
	add_session(e, 2, NOW, NOW + 1);          /* just before it */
	add_session(e, 3, NOW - 3600, NOW + DAY); /* idle for too long */
	add_session(e, 4, NOW - 3599, NOW + DAY);
	pass(e, NOW, &r);
	assert_int_equal(r.counts[RETENTION_SESSIONS].looked, 4);
	assert_int_equal(r.counts[RETENTION_SESSIONS].old, 2);
	assert_int_equal(
	    ask(e, "SELECT sum(unicode(token_hash)) FROM session"), 2 + 4);
}

static void
failures_and_known_clients_go_when_they_count_no_more(void **state)
{
	struct auth_env *e = *state;
	struct retention_report r;

	add_throttle(e, "192.0.2.1", NOW - LIMIT_THROTTLE_KEPT_S - 1);
	add_throttle(e, "192.0.2.2", NOW - LIMIT_THROTTLE_KEPT_S);
	add_known(e, "192.0.2.1", NOW - LIMIT_KNOWN_S - 1);
	add_known(e, "192.0.2.2", NOW - LIMIT_KNOWN_S);
	pass(e, NOW, &r);
	assert_int_equal(r.counts[RETENTION_THROTTLE].old, 1);
	assert_int_equal(r.counts[RETENTION_KNOWN_CLIENTS].old, 1);
	assert_int_equal(ask(e, "SELECT updated_at FROM throttle"),
	    NOW - LIMIT_THROTTLE_KEPT_S);
	assert_int_equal(ask(e, "SELECT last_good_at FROM known_client"),
	    NOW - LIMIT_KNOWN_S);
}

static void
a_finished_job_goes_after_a_month_and_no_other(void **state)
{
	static const char ADD[] =
	    "INSERT INTO job (kind, key, state, queued_at, due_at, wait_s,"
	    " finished_at) VALUES"
	    " (0, 'old', 2, 0, 0, 0, 1800000000 - 30 * 86400 - 1),"
	    " (0, 'new', 2, 0, 0, 0, 1800000000 - 30 * 86400),"
	    " (0, 'queued', 0, 0, 0, 0, NULL)";
	struct auth_env *e = *state;
	struct retention_report r;

	tell(e, ADD);
	pass(e, NOW, &r);
	assert_int_equal(r.counts[RETENTION_JOBS].looked, 3);
	assert_int_equal(r.counts[RETENTION_JOBS].old, 1);
	assert_int_equal(
	    ask(e, "SELECT count(*) FROM job WHERE key <> 'old'"), 2);
}

static void
add_rows(struct auth_env *e, uint32_t n)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;

	assert_int_equal(db_txn_begin(&txn, e->app.db, &err), 0);
	for (uint32_t i = 0; i < n; i++)
		add_geo(e, i, i % 3 == 0 ? NOW - KEPT - DAY : NOW);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
}

static void
add_many(struct auth_env *e)
{
	add_rows(e, MANY);
}

static void
of_many_rows_exactly_the_old_ones_go(void **state)
{
	struct auth_env *e = *state;
	struct retention_report r;

	add_many(e);
	pass(e, NOW, &r);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].looked, MANY);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, (MANY + 2) / 3);
	assert_int_equal(
	    ask(e, "SELECT count(*) FROM geo_cache"), MANY - (MANY + 2) / 3);
	assert_int_equal(ask(e, "SELECT min(last_seen) FROM geo_cache"), NOW);
}

static void
a_dry_run_counts_and_changes_nothing(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.dry_run = true, .boot_s = BOOT};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {0};
	struct app other = {0}, app = e->app;

	add_many(e);
	add_session(e, 1, NOW, NOW);
	assert_int_equal(app_open_db(&other, &e->settings, true, &err), 0);
	other.now_s = auth_env_time;
	e->app = other; /* one that SQLite does not let write */
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	e->app = app;
	db_freep(&other.db);
	assert_true(r.dry_run && r.complete);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, (MANY + 2) / 3);
	assert_int_equal(r.counts[RETENTION_SESSIONS].old, 1);
	assert_int_equal(w.rested_us, 0); /* nobody was kept waiting */
	assert_int_equal(ask(e, "SELECT count(*) FROM geo_cache"), MANY);
	assert_int_equal(ask(e, "SELECT count(*) FROM session"), 1);
	assert_int_equal(ask(e, "SELECT begun_at FROM retention_state"), 0);
}

static void
what_was_opened_for_reading_is_not_written(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct app other = {0};

	assert_int_equal(app_open_db(&other, &e->settings, true, &err), 0);
	assert_int_equal(retention_store_done(other.db, NOW, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	db_freep(&other.db);
}

static void
a_batch_that_deleted_is_followed_by_a_rest(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.boot_s = BOOT};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {0};
	int64_t begun_us = time_mono_us();

	add_many(e);
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_int_equal(w.asked, 4); /* batches: no row is in two of them */
	assert_true(w.rested_us > 0);
	assert_true(
	    w.rested_us < LIMIT_RETENTION_REST * (time_mono_us() - begun_us));
	w = (struct watch){0};
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_int_equal(w.rested_us, 0); /* there was nothing to delete */
}

static void
a_pass_that_is_stopped_is_finished_by_the_next(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.boot_s = BOOT};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {.stop_at = 2};
	int64_t first;

	add_many(e);
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_false(r.complete);
	assert_int_equal(w.asked, 2);
	first = r.counts[RETENTION_GEO_CACHE].old;
	assert_int_equal(
	    r.counts[RETENTION_GEO_CACHE].looked, 2 * LIMIT_RETENTION_ROWS);
	assert_int_equal(ask(e, "SELECT done_at FROM retention_state"), 0);
	pass(e, NOW, &r);
	assert_int_equal(
	    first + r.counts[RETENTION_GEO_CACHE].old, (MANY + 2) / 3);
	assert_int_equal(ask(e, "SELECT done_at FROM retention_state"), NOW);
}

static void
a_clock_set_forward_makes_nothing_old_for_one_pass(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.boot_s = BOOT + DAY};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {0};

	add_geo(e, 1, NOW);
	add_geo(e, 2, NOW - KEPT + 1); /* a second to live */
	pass(e, NOW, &r);
	assert_int_equal(r.clock_jump, 0);
	/* a day later, and somebody's clock is at ten years later */
	auth_env_set_time(NOW + 3651 * DAY);
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_int_equal(r.clock_jump, 3650 * DAY);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, 1);
	assert_int_equal(ask(e, "SELECT last_seen FROM geo_cache"), NOW);
	/* a day later it is still so: it is to be believed */
	plan.boot_s += DAY;
	auth_env_set_time(NOW + 3652 * DAY);
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_int_equal(r.clock_jump, 0);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, 1);
}

static void
a_clock_set_forward_by_a_day_costs_a_day_at_most(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.boot_s = BOOT + DAY};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {0};

	pass(e, NOW, &r);
	add_geo(e, 1, NOW - KEPT + 2 * DAY);
	auth_env_set_time(NOW + 2 * DAY);
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, 0);
}

static void
a_clock_set_back_makes_nothing_old(void **state)
{
	static const int64_t TIMES[] = {NOW - DAY, 0};
	struct auth_env *e = *state;
	struct retention_report r;

	for (size_t i = 0; i < ARRAY_LEN(TIMES); i++) {
		struct retention_plan plan = {.boot_s = BOOT + DAY};
		struct error err = ERROR_INIT;
		struct watch w = {0};

		pass(e, NOW, &r);
		add_geo(e, 1, NOW - KEPT);
		add_session(e, (uint8_t)(i + 1), NOW - DAY, NOW);
		auth_env_set_time(TIMES[i]);
		assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
		assert_int_equal(r.clock_jump, TIMES[i] - NOW - DAY);
		assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, 0);
		assert_int_equal(ask(e, "SELECT count(*) FROM geo_cache"), 1);
		tell(e, "UPDATE retention_state SET begun_at = 0");
	}
}

/* The machine's clock at its start is all that is known of the time off. */
static void
after_a_restart_a_week_off_is_believed(void **state)
{
	static const struct {
		int64_t later;
		int64_t jump;
	} CASES[] = {
	    {DAY,       0				  },
	    {8 * DAY,   0				  },
	    {9 * DAY,   9 * DAY - LIMIT_CLOCK_OFF_S - 600  },
	    {400 * DAY, 400 * DAY - LIMIT_CLOCK_OFF_S - 600},
	};
	struct auth_env *e = *state;

	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct retention_plan plan = {.boot_s = 600};
		struct retention_report r;
		struct error err = ERROR_INIT;
		struct watch w = {0};

		tell(e, "UPDATE retention_state SET begun_at = 0");
		pass(e, NOW, &r);
		auth_env_set_time(NOW + CASES[i].later);
		assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
		assert_int_equal(r.clock_jump, CASES[i].jump);
	}
}

/* Somebody else is writing, and does not stop. */
static sqlite3 *
block(struct auth_env *e)
{
	sqlite3 *raw = stranger_open(&e->scratch);

	assert_int_equal(
	    sqlite3_exec(raw, "BEGIN IMMEDIATE", NULL, NULL, NULL), 0);
	return raw;
}

static void
a_busy_database_is_asked_again(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.boot_s = BOOT};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {0};
	sqlite3 *raw;

	add_geo(e, 1, 0);
	raw = w.blocker = block(e);
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_true(r.complete);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, 1);
	stranger_close(raw);
}

static void
whoever_waits_for_a_busy_database_can_be_stopped(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.boot_s = BOOT};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {.stop_at = 1};
	sqlite3 *raw;

	add_geo(e, 1, 0);
	raw = block(e);
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	assert_false(r.complete);
	assert_int_equal(r.counts[RETENTION_GEO_CACHE].old, 0);
	stranger_close(raw);
}

/* Or some writer's commit would have to move it into the database. */
static void
a_long_wal_is_moved_before_more_is_written(void **state)
{
	struct auth_env *e = *state;
	struct retention_plan plan = {.boot_s = BOOT};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {.scratch = &e->scratch};
	size_t before;

	add_rows(e, 20000);
	tell(e, "PRAGMA wal_autocheckpoint = 0; CREATE TABLE ballast (b);"
		" INSERT INTO ballast VALUES (zeroblob(42000000))");
	before = scratch_size(&e->scratch, "bangui.db-wal");
	assert_true(before > (size_t)LIMIT_WAL_REAPER * PAGE);
	assert_int_equal(pass_with(e, &w, &plan, &r, &err), 0);
	/* hundreds of pages went to the log's begin */
	assert_true(w.wal_bytes < before + 50 * (size_t)PAGE);
}

static void
a_pass_leaves_the_wal_empty(void **state)
{
	struct auth_env *e = *state;
	struct retention_report r;
	struct stat st;

	add_many(e);
	assert_int_equal(
	    stat(scratch_path(&e->scratch, "bangui.db-wal"), &st), 0);
	assert_true(st.st_size > 0);
	pass(e, NOW, &r);
	assert_int_equal(
	    stat(scratch_path(&e->scratch, "bangui.db-wal"), &st), 0);
	assert_int_equal(st.st_size, 0);
}

/* Nor does it wait for one, or take it for a fault. */
static void
a_reader_keeps_the_wal_and_nobody_waits(void **state)
{
	struct auth_env *e = *state;
	struct retention_report r;
	sqlite3 *raw = stranger_open(&e->scratch);
	int64_t begun_ms;

	assert_int_equal(sqlite3_exec(raw, "BEGIN; SELECT * FROM geo_cache",
			     NULL, NULL, NULL),
	    0);
	add_many(e);
	begun_ms = time_mono_ms();
	pass(e, NOW, &r);
	assert_true(time_mono_ms() - begun_ms < LIMIT_DB_BUSY_MS);
	assert_true(scratch_size(&e->scratch, "bangui.db-wal") > 0);
	stranger_close(raw);
}

static int
pass_on_a_full_disk(struct auth_env *e)
{
	struct rlimit limit = {(rlim_t)ask(e, "SELECT page_count * page_size"
					      " FROM pragma_page_count,"
					      " pragma_page_size"),
	    RLIM_INFINITY};
	struct retention_plan plan = {.boot_s = BOOT};
	struct retention_report r;
	struct error err = ERROR_INIT;
	struct watch w = {0};
	struct app app;
	int rc;

	/* SQLite's handles do not survive a fork: one of its own */
	if (app_open_db(&app, &e->settings, false, &err) < 0)
		return 98;
	limit.rlim_cur /= 8; /* less than the WAL would take */
	app.now_s = auth_env_time;
	e->app = app;
	(void)signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 97;
	rc = pass_with(e, &w, &plan, &r, &err);
	app_close(&e->app);
	return rc < 0 ? (int)err.code : 96;
}

static void
a_full_disk_costs_the_pass_and_nothing_else(void **state)
{
	struct auth_env *e = *state;
	struct retention_report r;
	int status = 0;
	pid_t pid;

	add_many(e);
	assert_int_equal(ask(e, "PRAGMA wal_checkpoint(TRUNCATE)"), 0);
	db_freep(&e->app.db);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(pass_on_a_full_disk(e));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), ERR_DB_FULL);
	auth_env_open(e, &e->app);
	pass(e, NOW, &r);
	assert_int_equal(
	    ask(e, "SELECT count(*) FROM geo_cache"), MANY - (MANY + 2) / 3);
	assert_int_equal(
	    ask(e, "SELECT quick_check = 'ok' FROM pragma_quick_check"), 1);
}

static void
a_database_of_another_version_is_left_alone(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct app other = {0};

	tell(e, "PRAGMA user_version = 999");
	assert_int_equal(app_open_db(&other, &e->settings, false, &err), -1);
	assert_int_equal(err.code, ERR_DB_NEWER);
	tell(e, "PRAGMA user_version = 3");
	assert_int_equal(app_open_db(&other, &e->settings, false, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	assert_non_null(strstr(err.detail, "restart bangui-fcgi"));
	assert_null(other.db);
	assert_int_equal(ask(e, "PRAGMA user_version"), 3);
}

static void
no_database_is_made(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct app other = {0};

	db_freep(&e->app.db);
	assert_int_equal(unlink(scratch_path(&e->scratch, "bangui.db")), 0);
	assert_int_equal(app_open_db(&other, &e->settings, false, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(
	    access(scratch_path(&e->scratch, "bangui.db"), F_OK), -1);
}

static int
open_and_pass(void *arg, struct error *err)
{
	struct auth_env *e = arg;
	struct retention_plan plan = {.boot_s = BOOT};
	struct retention_report r;
	struct watch w = {0};
	struct app app = {0}, saved = e->app;
	int rc = app_open_db(&app, &e->settings, false, err);

	if (rc == 0) {
		app.now_s = auth_env_time;
		e->app = app;
		rc = pass_with(e, &w, &plan, &r, err);
		e->app = saved;
	}
	db_freep(&app.db);
	return rc;
}

static void
a_lack_of_memory_is_said_and_costs_none(void **state)
{
	assert_true(torture_run(open_and_pass, *state) > 3);
}

static void
every_kind_has_a_name(void **state)
{
	(void)state;
	for (int k = 0; k < RETENTION__MAX; k++)
		assert_true(strlen(retention_name((enum retention_kind)k)) > 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(an_address_stays_for_as_long_as_the_setting_says),
	    CASE(a_session_goes_once_it_has_ended),
	    CASE(failures_and_known_clients_go_when_they_count_no_more),
	    CASE(a_finished_job_goes_after_a_month_and_no_other),
	    CASE(of_many_rows_exactly_the_old_ones_go),
	    CASE(a_dry_run_counts_and_changes_nothing),
	    CASE(what_was_opened_for_reading_is_not_written),
	    CASE(a_batch_that_deleted_is_followed_by_a_rest),
	    CASE(a_pass_that_is_stopped_is_finished_by_the_next),
	    CASE(a_clock_set_forward_makes_nothing_old_for_one_pass),
	    CASE(a_clock_set_forward_by_a_day_costs_a_day_at_most),
	    CASE(a_clock_set_back_makes_nothing_old),
	    CASE(after_a_restart_a_week_off_is_believed),
	    CASE(a_busy_database_is_asked_again),
	    CASE(whoever_waits_for_a_busy_database_can_be_stopped),
	    CASE(a_long_wal_is_moved_before_more_is_written),
	    CASE(a_pass_leaves_the_wal_empty),
	    CASE(a_reader_keeps_the_wal_and_nobody_waits),
	    CASE(a_full_disk_costs_the_pass_and_nothing_else),
	    CASE(a_database_of_another_version_is_left_alone),
	    CASE(no_database_is_made),
	    CASE(a_lack_of_memory_is_said_and_costs_none),
	    CASE(every_kind_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
