/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/retention.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/time.h"
#include "db/db.h"
#include "service/app.h"
#include "store/ban_prune.h"
#include "store/event_store.h"
#include "store/geo_cache_store.h"
#include "store/history_store.h"
#include "store/idempotency_store.h"
#include "store/job_store.h"
#include "store/manual_ban_store.h"
#include "store/retention_store.h"
#include "store/session_store.h"
#include "store/throttle_store.h"

enum { DAY_S = 86400, MS_US = 1000 };

static int64_t
keep_geo(const struct settings *settings)
{
	return settings->geo_cache_days * DAY_S;
}

static int64_t
keep_nothing(const struct settings *settings)
{
	(void)settings;
	return 0; /* the rows hold their end themselves */
}

static int64_t
keep_throttle(const struct settings *settings)
{
	(void)settings;
	return LIMIT_THROTTLE_KEPT_S;
}

static int64_t
keep_known(const struct settings *settings)
{
	(void)settings;
	return LIMIT_KNOWN_S;
}

static int64_t
keep_jobs(const struct settings *settings)
{
	(void)settings;
	return LIMIT_JOB_KEPT_S;
}

static int64_t
keep_answers(const struct settings *settings)
{
	(void)settings;
	return LIMIT_IDEMPOTENCY_S;
}

static int64_t
keep_events(const struct settings *settings)
{
	(void)settings;
	return LIMIT_EVENT_KEPT_S;
}

/* As long as the bans that they tell of. */
static int64_t
keep_bans(const struct settings *settings)
{
	return settings->ban_days > 0 ? settings->ban_days * DAY_S
				      : INT64_MAX / 2;
}

static const struct rule {
	const char *name;
	const struct sweep_sql *sweep;
	int64_t (*keep_s)(const struct settings *settings);
} RULES[] = {
  // clang-format off
	[RETENTION_GEO_CACHE] = { "geo_cache", &GEO_CACHE_SWEEP, keep_geo },
	[RETENTION_SESSIONS] = { "sessions", &SESSION_SWEEP, keep_nothing },
	[RETENTION_THROTTLE] = { "throttle", &THROTTLE_SWEEP, keep_throttle },
	[RETENTION_KNOWN_CLIENTS] =
	    { "known_clients", &KNOWN_CLIENT_SWEEP, keep_known },
	[RETENTION_JOBS] = { "jobs", &JOB_SWEEP, keep_jobs },
	[RETENTION_ANSWERS] =
	    { "answers", &IDEMPOTENCY_SWEEP, keep_answers },
	[RETENTION_EVENTS] = { "events", &EVENT_SWEEP, keep_events },
	[RETENTION_MANUAL_BANS] =
	    { "manual_bans", &MANUAL_BAN_SWEEP, keep_bans },
	/* the oldest first, not in the order of a key */
	[RETENTION_BANS] = { "bans", NULL, NULL },
  // clang-format on
};
_Static_assert(ARRAY_LEN(RULES) == RETENTION__MAX, "one rule a kind");

/* A pass under way. */
struct pass {
	struct app *app;
	const struct retention_plan *plan;
	struct retention_report *report;
	int64_t now; /* by which it is judged what is old */
	/* the batch at hand */
	const struct rule *rule;
	int64_t before; /* older than this is too old */
	struct sweep at;
	int64_t dropped;
	int64_t most; /* bans to be deleted in it */
};

const char *
retention_name(enum retention_kind kind)
{
	return RULES[kind].name;
}

/* Is the pass to go on, after so long a rest? */
static bool
rest(struct pass *p, int64_t us)
{
	int64_t most = LIMIT_RETENTION_REST_MS * MS_US;

	p->report->complete =
	    p->plan->rest(p->plan->arg, us < most ? us : most);
	return p->report->complete;
}

/* Nobody waits for this: when the database is busy, try again. 1 written,
 * 0 the pass is to end before that. */
static int
patiently(struct pass *p, int (*write)(struct pass *, struct error *),
    struct error *err)
{
	for (int i = 1;; i++) {
		if (write(p, err) == 0)
			return 1;
		if (err->code != ERR_DB_BUSY || i == LIMIT_RETENTION_BUSY)
			return -1;
		err_clear(err);
		if (!rest(p, 0))
			return 0;
	}
}

static int
drop(struct pass *p, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin(&txn, p->app->db, err) < 0 ||
	    sweep_drop(p->app->db, p->rule->sweep, p->before, &p->at,
		&p->dropped, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

/* Some rows: 1 go on, 0 the end of the table or of the pass. */
static int
sweep_batch(struct pass *p, enum retention_kind kind, struct error *err)
{
	int64_t begun_us = time_mono_us();
	int64_t took_us = 0;
	int rc;

	rc = sweep_look(p->app->db, p->rule->sweep, p->before,
	    LIMIT_RETENTION_ROWS, &p->at, err);
	if (rc <= 0)
		return rc;
	p->dropped = p->at.old;
	if (p->at.old > 0 && !p->plan->dry_run) {
		/* right before: the first to write after it waits for the disk
		 */
		if (db_tend_wal(p->app->db, LIMIT_WAL_REAPER, err) < 0)
			return -1;
		rc = patiently(p, drop, err);
		if (rc <= 0)
			return rc;
		took_us = time_mono_us() - begun_us;
	}
	p->report->counts[kind].looked += p->at.looked;
	p->report->counts[kind].old += p->dropped;
	sweep_next(&p->at);
	return rest(p, took_us * LIMIT_RETENTION_REST) ? 1 : 0;
}

static int
sweep_table(struct pass *p, enum retention_kind kind, struct error *err)
{
	int rc;

	p->rule = &RULES[kind];
	p->before = p->now - p->rule->keep_s(p->app->settings);
	p->at = (struct sweep)SWEEP_INIT;
	do {
		rc = sweep_batch(p, kind, err);
	} while (rc > 0);
	return rc;
}

static int
prune(struct pass *p, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin(&txn, p->app->db, err) < 0 ||
	    ban_prune_oldest(p->app->db, p->before, p->most, &p->dropped, err) <
		0)
		return -1;
	return db_txn_commit(&txn, err);
}

/* One batch of at most left bans: 1 go on, 0 the end. */
static int
prune_batch(struct pass *p, int64_t left, struct error *err)
{
	int64_t begun_us = time_mono_us();
	int rc;

	p->most = left < LIMIT_RETENTION_ROWS ? left : LIMIT_RETENTION_ROWS;
	if (db_tend_wal(p->app->db, LIMIT_WAL_REAPER, err) < 0)
		return -1;
	rc = patiently(p, prune, err);
	if (rc <= 0 || p->dropped == 0)
		return rc < 0 ? -1 : 0;
	p->report->counts[RETENTION_BANS].looked += p->dropped;
	p->report->counts[RETENTION_BANS].old += p->dropped;
	return rest(p, (time_mono_us() - begun_us) * LIMIT_RETENTION_REST);
}

/* The oldest bans from before a time, as long as left of them are left. */
static int
prune_bans(struct pass *p, int64_t before, int64_t left, struct error *err)
{
	int64_t n = 0;
	int rc = 1;

	p->before = before;
	if (p->plan->dry_run) {
		if (ban_prune_count(p->app->db, before, &n, err) < 0)
			return -1;
		n = n < left ? n : left;
		p->report->counts[RETENTION_BANS].looked += n;
		p->report->counts[RETENTION_BANS].old += n;
		return 0;
	}
	for (; rc == 1 && left > 0; left -= p->dropped)
		rc = prune_batch(p, left, err);
	return rc < 0 ? -1 : 0;
}

static int
sweep_bans(struct pass *p, struct error *err)
{
	AUTO(history_state_release) struct history_state s = {0};
	const struct settings *settings = p->app->settings;
	int64_t already;

	if (settings->ban_days > 0 &&
	    prune_bans(p, p->now - settings->ban_days * DAY_S, INT64_MAX, err) <
		0)
		return -1;
	if (settings->ban_rows == 0 || !p->report->complete)
		return 0;
	if (history_store_get(p->app->db, &s, err) < 0)
		return -1;
	/* a dry run has not deleted what is too old */
	already = p->plan->dry_run ? p->report->counts[RETENTION_BANS].old : 0;
	if (s.n_rows - already <= settings->ban_rows)
		return 0;
	return prune_bans(
	    p, INT64_MAX, s.n_rows - already - settings->ban_rows, err);
}

static int
sweep_all(struct pass *p, struct error *err)
{
	for (int k = 0; k < RETENTION__MAX && p->report->complete; k++)
		if (RULES[k].sweep != NULL &&
		    sweep_table(p, (enum retention_kind)k, err) < 0)
			return -1;
	return p->report->complete ? sweep_bans(p, err) : 0;
}

/*
 * How far the wall clock was set since the last pass, or 0. How much time has
 * really gone by, the time since the machine's start tells. If that is less
 * than it was, the machine was started anew, and nobody knows for how long it
 * was off; if it is not, it may have been all the same, and more has gone by.
 */
static int64_t
find_jump(const struct retention_state *last, int64_t now, int64_t boot_s)
{
	bool restarted = boot_s < last->boot_s;
	int64_t least = restarted ? boot_s : boot_s - last->boot_s;
	int64_t most = least + (restarted ? LIMIT_CLOCK_OFF_S : 0);
	int64_t gone = now - last->begun_at;

	if (last->begun_at == 0)
		return 0;
	if (gone > most + LIMIT_CLOCK_FORWARD_S)
		return gone - most;
	return gone < least - LIMIT_CLOCK_BACK_S ? gone - least : 0;
}

static void
log_jump(int64_t jump)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_WARNING, "clock_jump");
	log_i64(&l, "jump_s", jump);
	log_str(&l, "detail",
	    jump > 0
		? "the clock was set forward since the last pass: what only "
		  "that makes old is kept until the next one"
		: "the clock was set back since the last pass: what it has "
		  "not come to again is kept");
	log_end(&l);
}

static int
note_begin(struct pass *p, struct error *err)
{
	return retention_store_begin(
	    p->app->db, p->app->now_s(), p->plan->boot_s, err);
}

static int
note_done(struct pass *p, struct error *err)
{
	return retention_store_done(p->app->db, p->app->now_s(), err);
}

/* A clock set back makes nothing old by itself. */
static int
ask_clocks(struct pass *p, struct error *err)
{
	struct retention_state last = {0};
	int64_t jump;

	if (retention_store_get(p->app->db, &last, err) < 0)
		return -1;
	p->now = p->app->now_s();
	jump = find_jump(&last, p->now, p->plan->boot_s);
	if (jump != 0)
		log_jump(jump);
	if (jump > 0)
		p->now -= jump;
	p->report->clock_jump = jump;
	return p->plan->dry_run ? 1 : patiently(p, note_begin, err);
}

static int
finish(struct pass *p, struct error *err)
{
	if (p->plan->dry_run || !p->report->complete)
		return 0;
	if (patiently(p, note_done, err) < 0)
		return -1;
	return db_care(p->app->db, err);
}

int
retention_run(struct app *app, const struct retention_plan *plan,
    struct retention_report *out, struct error *err)
{
	struct pass p = {.app = app, .plan = plan, .report = out};

	*out = (struct retention_report){
	    .dry_run = plan->dry_run, .complete = true};
	if (ask_clocks(&p, err) < 0 || sweep_all(&p, err) < 0 ||
	    finish(&p, err) < 0) {
		out->complete = false;
		return -1;
	}
	return 0;
}

void
retention_log(const struct retention_report *report, int64_t duration_ms)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_INFO, "retention_done");
	log_bool(&l, "dry_run", report->dry_run);
	log_bool(&l, "complete", report->complete);
	for (int k = 0; k < RETENTION__MAX; k++)
		log_i64(&l, RULES[k].name, report->counts[k].old);
	log_i64(&l, "duration_ms", duration_ms);
	log_end(&l);
}
