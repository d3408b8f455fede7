/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs/lane.h"

#include <signal.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/time.h"
#include "jobs/job.h"
#include "jobs/runner.h"
#include "jobs/stop.h"
#include "service/app.h"
#include "service/clock.h"
#include "service/jobs/chores.h"

enum {
	TICK_MS = 500,       /* so soon a new job is seen */
	ATTEND_MS = 5000,    /* and a lapsed lease */
	GRACE_S = 2,         /* a job past its limit is killed after */
	RETRY_MIN_MS = 1000, /* to write what could not be written */
	RETRY_MAX_MS = 30000,
};

/* A lane at work. */
struct work {
	struct lane *lane;
	struct app app;
	struct clock_watch clock;
	int64_t data_version; /* of the last pass */
	int64_t attended_ms;
	int64_t retry_ms; /* the wait after a failure; 0: all is well */
};

/* Once more, twice as late. */
static void
pause_longer(struct work *w)
{
	w->retry_ms = w->retry_ms == 0 ? RETRY_MIN_MS : 2 * w->retry_ms;
	if (w->retry_ms > RETRY_MAX_MS)
		w->retry_ms = RETRY_MAX_MS;
	stop_wait_ms(w->retry_ms);
}

/* The signal kills: a job that does not ask whether its time is over. */
static void
time_limit(int64_t limit_s)
{
	(void)alarm(limit_s > 0 ? (unsigned)(limit_s + GRACE_S) : 0);
}

/* Keep trying: what was done must not be done again for want of a note. */
static void
settle(struct work *w, const struct job *job, struct job_end *end)
{
	struct error err = ERROR_INIT;
	bool told = end->cause != NULL; /* jobs_settle() tells of that itself */

	while (jobs_settle(&w->app, &w->lane->runner, job, end, &err) < 0) {
		if (!told)
			task_fail_now(&w->app, TASK_JOBS, &err);
		told = true;
		if (stop_is_wanted())
			return; /* the lease will lapse */
		err_clear(&err);
		pause_longer(w);
	}
	w->retry_ms = 0;
}

static void
give_back(struct work *w, const struct job *job)
{
	struct error err = ERROR_INIT;

	if (jobs_give_back(&w->app, job, &err) < 0)
		task_fail_now(&w->app, TASK_JOBS, &err);
}

static void
log_done(const struct job *job, int64_t ms)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_DEBUG, "job_done");
	log_str(&l, "kind", job_kind_name(job->kind));
	log_i64(&l, "job_id", job->id);
	log_i64(&l, "duration_ms", ms);
	log_end(&l);
}

static void
run_job(struct work *w, const struct job *job)
{
	const struct job_type *type = &w->lane->plan->types[job->kind];
	AUTO(job_run_release)
	struct job_run run = {
	    .app = &w->app,
	    .job = *job,
	    .result = BUF_INIT(LIMIT_JOB_RESULT),
	    .limit_s = type->limit_s,
	    .began_ms = w->app.mono_ms(),
	    .beat_ms = w->app.mono_ms(),
	};
	struct error err = ERROR_INIT;
	struct job_end end = {.result = ""};
	int rc;

	time_limit(type->limit_s);
	rc = type->run(&run, &err);
	time_limit(0);
	end.again_s = run.again_s;
	end.duration_ms = w->app.mono_ms() - run.began_ms;
	if (rc < 0)
		end.cause = &err;
	else if (run.result.len > 0)
		end.result = buf_str(&run.result);
	if (rc < 0 && run.stopping)
		give_back(w, job);
	else
		settle(w, job, &end);
	if (rc == 0)
		log_done(job, end.duration_ms);
}

/* Do what is due: 0, or -1 when the table could not be read or written. */
static int
pass(struct work *w, struct error *err)
{
	struct job job;
	int rc = 1;

	if (app_check_schema(&w->app, err) < 0 ||
	    jobs_attend(&w->app, &w->lane->runner, w->lane->plan->watch, err) <
		0)
		return -1;
	w->attended_ms = w->app.mono_ms();
	while (rc > 0 && !stop_is_wanted()) {
		rc = jobs_claim(&w->app, &w->lane->runner, &job, err);
		if (rc > 0)
			run_job(w, &job);
	}
	return rc < 0 ? -1 : 0;
}

/* Is there a reason to look again? 1 yes, 0 not yet. */
static int
is_time(struct work *w, struct error *err)
{
	int64_t version = 0, due_at = 0;
	int rc;

	if (w->app.mono_ms() - w->attended_ms >= ATTEND_MS)
		return 1;
	if (jobs_version(&w->app, &version, err) < 0)
		return -1;
	if (version != w->data_version) {
		w->data_version = version;
		return 1;
	}
	rc = jobs_next_due(&w->app, &w->lane->runner, &due_at, err);
	return rc <= 0 ? rc : due_at <= w->app.now_s();
}

/* Wait for something to do: 0, or -1. */
static int
idle(struct work *w, struct error *err)
{
	int rc = 0;

	while (rc == 0 && !stop_is_wanted()) {
		/* while something is left of those, at the speed of a worker */
		if (w->lane->has_chores && chores_run(&w->app))
			continue;
		stop_wait_ms(TICK_MS);
		clock_look(&w->clock, &w->app);
		rc = is_time(w, err);
	}
	return rc < 0 ? -1 : 0;
}

/* A failure of the table itself is told of, and waited for to end. */
static void
bear(struct work *w, const struct error *err)
{
	task_fail_now(&w->app, TASK_JOBS, err);
	pause_longer(w);
}

static int
watch(struct work *w)
{
	struct error err = ERROR_INIT;

	while (!stop_is_wanted()) {
		err_clear(&err);
		if (pass(w, &err) == 0 && idle(w, &err) == 0)
			w->retry_ms = 0;
		else if (err.code == ERR_DB_NEWER)
			return EX_CONFIG;
		else
			bear(w, &err);
	}
	return EX_OK;
}

static int
once(struct work *w)
{
	struct error err = ERROR_INIT;

	if (pass(w, &err) < 0) {
		task_fail_now(&w->app, TASK_JOBS, &err);
		return err.code == ERR_DB_NEWER ? EX_CONFIG : EX_UNAVAILABLE;
	}
	for (int i = 0; w->lane->has_chores && i < CHORES_MAX; i++)
		if (!chores_run(&w->app))
			break;
	return EX_OK;
}

/* 0 opened, else the exit code. Someone who watches waits for it. */
static int
open_app(struct work *w)
{
	const struct runner_plan *plan = w->lane->plan;
	struct error err = ERROR_INIT;

	while (app_open_tool(&w->app, plan->settings, &err) < 0) {
		w->app.settings = plan->settings;
		task_fail_now(&w->app, TASK_OPEN, &err);
		app_close(&w->app);
		if (err.code == ERR_DB_NEWER)
			return EX_CONFIG;
		if (!plan->watch || stop_is_wanted())
			return EX_UNAVAILABLE;
		err_clear(&err);
		pause_longer(w);
	}
	return 0;
}

static void
mourn(struct work *w)
{
	struct error err = ERROR_INIT;

	if (w->lane->dead[0] != '\0' &&
	    jobs_mourn(&w->app, &w->lane->runner, w->lane->dead, w->lane->cause,
		&err) < 0)
		task_fail_now(&w->app, TASK_JOBS, &err);
}

int
lane_work(struct lane *lane)
{
	struct work w = {.lane = lane};
	int rc = open_app(&w);

	if (rc != 0)
		return rc;
	mourn(&w);
	if (!lane->only_mourn)
		rc = lane->plan->watch ? watch(&w) : once(&w);
	app_close(&w.app);
	return rc;
}
