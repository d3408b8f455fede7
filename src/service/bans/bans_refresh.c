/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_refresh.h"

#ifdef HAVE_MALLOC_TRIM
#include <malloc.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/time.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/bans/bans_diff.h"
#include "service/bans/bans_where.h"
#include "store/active_ban_store.h"
#include "store/event_store.h"

/* One refresh under way. */
struct round {
	struct app *app;
	struct active_ban_state state;
	struct active_ban_jails stored;
	struct str_list names;
	struct f2b_counters *now; /* of names */
	int64_t started_ms;
	bool full;         /* every jail's list is due */
	bool read;         /* a list was read, or a jail has gone */
	size_t n_bans;     /* in the longest list read */
	int64_t cost_ms;   /* of the lists read so far */
	int64_t behind_ms; /* when the most outdated list was read */
};

static void
round_release(struct round *r)
{
	active_ban_jails_release(&r->stored);
	str_list_release(&r->names);
	free(r->now);
}

/* Older than max_ms, or from the future: somebody set the clock back. */
static bool
is_older(int64_t then_ms, int64_t now_ms, int64_t max_ms)
{
	return then_ms > now_ms || now_ms - then_ms > max_ms;
}

static int64_t
pause_after(int64_t cost_ms, int64_t least_ms)
{
	int64_t pause = cost_ms * LIMIT_BANS_COST_FACTOR;

	return pause < least_ms ? least_ms : pause;
}

/* One that was not there at the last look was started; but not when that is
 * the first look at all. */
static int
jail_note(const struct round *r, const char *jail, struct error *err)
{
	if (r->state.checked_at_ms == 0 ||
	    active_ban_jails_find(&r->stored, jail) != NULL)
		return 0;
	return event_store_jail(
	    r->app->db, r->app->now_s(), EVENT_JAIL_STARTED, jail, err);
}

/* Read one jail's list and write what differs. */
static int
jail_read(struct round *r, struct active_ban_jail *jail, struct error *err)
{
	AUTO(f2b_ban_list_release) struct f2b_ban_list list = {0};
	int64_t began_ms = time_mono_ms();

	jail->read_at_ms = time_now_ms();
	if (f2b_jail_bans(r->app->f2b, jail->name, &list, err) < 0)
		return -1;
	jail->read_cost_ms = time_mono_ms() - began_ms;
	r->cost_ms += jail->read_cost_ms;
	r->read = true;
	if (r->n_bans < list.n)
		r->n_bans = list.n;
	if (bans_diff_apply(r->app, jail->name, &list, &jail->n_rows, err) < 0)
		return -1;
	if (active_ban_jail_put(r->app->db, jail, err) < 0)
		return -1;
	return jail_note(r, jail->name, err);
}

/*
 * Are the stored rows of a jail still true? If not, may its list be read
 * now, or would that cost fail2ban too much? What we did ourselves is shown
 * at once whatever it costs.
 */
enum verdict { ROWS_TRUE, ROWS_OLD_WAIT, ROWS_READ };

static enum verdict
jail_judge(const struct round *r, const struct active_ban_jail *old,
    const struct f2b_counters *now)
{
	bool changed;

	if (old == NULL || old->read_at_ms == 0 || old->act_seq > old->read_seq)
		return ROWS_READ;
	changed = old->currently_banned != now->currently_banned ||
		  old->total_banned != now->total_banned;
	if (r->full)
		return ROWS_READ;
	if (!changed)
		return ROWS_TRUE;
	return is_older(old->read_at_ms, r->started_ms,
		   pause_after(old->read_cost_ms, 0))
		   ? ROWS_READ
		   : ROWS_OLD_WAIT;
}

static int
jail_refresh(struct round *r, size_t i, struct error *err)
{
	const struct active_ban_jail *old =
	    active_ban_jails_find(&r->stored, r->names.items[i]);
	struct active_ban_jail jail = {
	    .name = r->names.items[i],
	    .currently_banned = r->now[i].currently_banned,
	    .total_banned = r->now[i].total_banned,
	    .read_seq = old == NULL ? 0 : old->act_seq,
	};

	switch (jail_judge(r, old, &r->now[i])) {
	case ROWS_READ:
		break;
	case ROWS_OLD_WAIT:
		if (old->read_at_ms < r->behind_ms)
			r->behind_ms = old->read_at_ms;
		return 0;
	case ROWS_TRUE:
		return 0;
	}
	if (jail_read(r, &jail, err) < 0 && err->code != ERR_JAIL_NOT_FOUND)
		return -1;
	if (err->code == ERR_JAIL_NOT_FOUND) { /* stopped this very moment */
		err_clear(err);
		r->now[i].currently_failed = -1;
	}
	return 0;
}

static bool
is_running(const struct round *r, const char *jail)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (r->now[i].currently_failed >= 0 &&
		    strcmp(r->names.items[i], jail) == 0)
			return true;
	return false;
}

static int
jails_forget(struct round *r, struct error *err)
{
	for (size_t i = 0; i < r->stored.n; i++) {
		const char *name = r->stored.items[i].name;

		if (is_running(r, name))
			continue;
		if (active_ban_jail_delete(r->app->db, name, err) < 0 ||
		    event_store_jail(r->app->db, r->app->now_s(),
			EVENT_JAIL_STOPPED, name, err) < 0)
			return -1;
		r->read = true;
	}
	return 0;
}

static int
counters_get(struct round *r, struct error *err)
{
	if (f2b_jail_names(r->app->f2b, &r->names, NULL, err) < 0)
		return -1;
	r->now = calloc(r->names.n + 1, sizeof *r->now);
	if (r->now == NULL)
		return err_nomem(err);
	return f2b_counters_all(r->app->f2b, &r->names, r->now, err);
}

static int
jails_refresh(struct round *r, struct error *err)
{
	for (size_t i = 0; i < r->names.n; i++)
		if (r->now[i].currently_failed >= 0 &&
		    jail_refresh(r, i, err) < 0)
			return -1;
	return jails_forget(r, err);
}

/* A list of 100,000 bans leaves 10 MB of freed pieces in whichever worker
 * read it; sooner or later that is each of them. */
static void
memory_give_back(const struct round *r)
{
#ifdef HAVE_MALLOC_TRIM
	if (r->n_bans > LIMIT_BANS_TRIM)
		(void)malloc_trim(0); /* whether there was any */
#else
	(void)r;
#endif
}

static int
round_run(struct round *r, struct error *err)
{
	struct active_ban_state *s = &r->state;

	r->started_ms = time_now_ms();
	r->behind_ms = INT64_MAX;
	r->full = is_older(s->full_at_ms, r->started_ms,
	    pause_after(s->full_cost_ms, LIMIT_BANS_FULL_MS));
	if (active_ban_jails_get(r->app->db, &r->stored, err) < 0 ||
	    counters_get(r, err) < 0 || jails_refresh(r, err) < 0)
		return -1;
	memory_give_back(r);
	if (r->full) {
		s->full_at_ms = r->started_ms;
		s->full_cost_ms = r->cost_ms;
	}
	if (r->read || s->as_of_ms > r->started_ms)
		s->as_of_ms = r->started_ms;
	if (r->behind_ms < s->as_of_ms)
		s->as_of_ms = r->behind_ms;
	s->checked_at_ms = r->started_ms;
	s->failed_at_ms = 0;
	s->read_seq = s->act_seq;
	return active_ban_state_put(r->app->db, s, err);
}

static int
timed_out(struct error *err)
{
	return err_set(err, ERR_F2B_TIMEOUT,
	    "The fail2ban service did not answer in time. Try again.", "%s",
	    "another request waits for fail2ban, or just did in vain");
}

static bool
is_recent(const struct active_ban_state *s, int64_t max_ms)
{
	return s->act_seq == s->read_seq &&
	       !is_older(s->checked_at_ms, time_now_ms(), max_ms);
}

/* While fail2ban hangs, one request in two seconds finds out, not each. */
static bool
just_failed(const struct active_ban_state *s)
{
	return s->failed_at_ms != 0 &&
	       !is_older(s->failed_at_ms, time_now_ms(), LIMIT_F2B_FAILFAST_MS);
}

/* Tell the others. That it cannot be told is no news to whoever waits for an
 * answer, and they will find out themselves. */
static void
note_failure(struct app *app, struct active_ban_state *s)
{
	struct error err = ERROR_INIT;

	s->failed_at_ms = time_now_ms();
	if (active_ban_state_put(app->db, s, &err) < 0)
		log_event(
		    LOG_LEVEL_WARNING, "timeout_not_noted", "%s", err.detail);
}

/* Under the lock; somebody may have done it while we waited for that. */
static int
refresh_locked(struct app *app, struct active_ban_state *out, struct error *err)
{
	AUTO(round_release) struct round r = {.app = app};

	if (active_ban_state_get(app->db, &r.state, err) < 0)
		return -1;
	if (just_failed(&r.state))
		return timed_out(err);
	*out = r.state;
	if (is_recent(&r.state, LIMIT_BANS_FRESH_MS))
		return 0;
	if (round_run(&r, err) < 0) {
		if (err->code == ERR_F2B_TIMEOUT)
			note_failure(app, &r.state);
		return -1;
	}
	*out = r.state;
	return bans_where_sweep(app, err);
}

/*
 * The lock is one of the kernel's, on a file: it ends with its holder,
 * whatever became of him. Who does not get it is served rows that are a
 * little older, or waits.
 */
static int
refresh(struct app *app, struct active_ban_state *s, struct error *err)
{
	AUTO(fd_closep) int fd = -1;
	char path[SETTING_TEXT_SIZE + sizeof "/refresh.lock"];
	bool usable = is_recent(s, LIMIT_BANS_SERVE_MS);

	(void)snprintf(path, sizeof path, "%s/refresh.lock",
	    app->settings->state_dir); /* the array has room for both */
	fd = file_lock(
	    path, FILE_LOCK_EXCLUSIVE, usable ? 0 : LIMIT_BANS_WAIT_MS, err);
	if (fd < 0 && err->code == ERR_OVERLOADED) {
		err_clear(err);
		return usable ? 0 : timed_out(err);
	}
	if (fd < 0)
		return -1;
	return refresh_locked(app, s, err);
}

int
bans_refresh(struct app *app, int64_t *as_of_s, struct error *err)
{
	struct active_ban_state s;
	int rc = 0;

	if (active_ban_state_get(app->db, &s, err) < 0)
		return -1;
	if (just_failed(&s))
		return timed_out(err);
	if (!is_recent(&s, LIMIT_BANS_FRESH_MS)) {
		/* a list is read under query_only; this is what it reads */
		if (db_set_query_only(app->db, false, err) < 0)
			return -1;
		rc = refresh(app, &s, err);
		if (db_set_query_only(app->db, true, err) < 0)
			return -1;
	}
	*as_of_s = s.as_of_ms / 1000;
	return rc;
}
