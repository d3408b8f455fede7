/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jobs/jobs_lease.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/random.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"

int
job_runner_name(char out[JOB_RUNNER_SIZE], struct error *err)
{
	uint64_t nonce;

	if (random_bytes(&nonce, sizeof nonce, err) < 0)
		return -1;
	(void)snprintf(out, JOB_RUNNER_SIZE, "%ld-%016" PRIx64, (long)getpid(),
	    nonce); /* 20 + 1 + 16 at most */
	return 0;
}

static int
job_cancelled(struct error *err, const struct job *job)
{
	return err_set(err, ERR_CANCELLED, "Somebody has cancelled this.",
	    "job %" PRId64, job->id);
}

static int64_t
lease_end(struct app *app)
{
	return app->mono_ms() + LIMIT_JOB_LEASE_MS;
}

static int
plan_scheduled(
    struct app *app, const struct job_runner *runner, struct error *err)
{
	struct job job;

	for (int i = 0; i < JOB_KIND__MAX; i++) {
		enum job_kind kind = (enum job_kind)i;
		int64_t period_s = runner->types[i].period_s;
		int rc;

		if (period_s == 0 || (runner->kinds >> i & 1) == 0)
			continue;
		rc = job_store_find(app->db, kind, "", &job, err);
		/* the table itself sees to it that there is but one */
		if (rc < 0 || (rc == 0 && job_store_plan(app->db, kind,
					      app->now_s(), period_s, err) < 0))
			return -1;
	}
	return 0;
}

/* 5 s, 10, 20, ... or longer, if a server has asked for it. */
static int64_t
retry_wait_s(
    const struct job_type *p, const struct job *job, const struct error *cause)
{
	int64_t s = p->backoff_s;

	for (int64_t n = 1; n < job->attempt && s < p->backoff_max_s; n++)
		s *= 2;
	if (s > p->backoff_max_s)
		s = p->backoff_max_s;
	return s > cause->retry_after_s ? s : cause->retry_after_s;
}

/* The row as it is to be. */
struct outcome {
	struct job job;
	int64_t wait_s;
};

static void
outcome_again(struct outcome *o, int64_t now, int64_t wait_s)
{
	o->job.state = JOB_QUEUED;
	o->job.due_at = now + wait_s;
	o->wait_s = wait_s;
}

/* Texts of the program: one that is too long for its column has no place. */
static void
take_literal(char *dst, size_t size, const char *s)
{
	if (s == NULL || !str_copy(dst, size, s))
		dst[0] = '\0';
}

static void
outcome_failed(struct outcome *o, const struct job_type *p, int64_t now,
    const struct job_end *end)
{
	const struct error *cause = end->cause;

	take_literal(o->job.error, sizeof o->job.error, err_name(cause->code));
	take_literal(o->job.message, sizeof o->job.message, cause->message);
	if (cause->code == ERR_CANCELLED)
		o->job.state = JOB_CANCELLED;
	else if (p->tries_max == 0 || o->job.attempt < p->tries_max)
		outcome_again(
		    o, now, end->waited ? 0 : retry_wait_s(p, &o->job, cause));
	else
		o->job.state = JOB_FAILED;
}

static void
outcome_done(struct outcome *o, const struct job_type *p, int64_t now,
    const struct job_end *end)
{
	o->job.error[0] = o->job.message[0] = '\0';
	take_literal(o->job.result, sizeof o->job.result, end->result);
	o->job.state = JOB_DONE;
	if (p->period_s == 0)
		return;
	o->job.attempt = 0; /* the same row stands for the next time */
	outcome_again(o, now, end->again_s > 0 ? end->again_s : p->period_s);
}

static struct outcome
outcome_of(struct app *app, const struct job_type *p, const struct job *job,
    const struct job_end *end)
{
	struct outcome o = {.job = *job};
	int64_t now = app->now_s();

	o.job.finished_at = now;
	if (end->cause != NULL)
		outcome_failed(&o, p, now, end);
	else
		outcome_done(&o, p, now, end);
	return o;
}

static void
tell(struct app *app, const struct job_type *p, const struct outcome *o,
    struct job_end *end)
{
	const struct task_failure failure = {
	    .task = p->task,
	    .job_id = o->job.id,
	    .attempt = o->job.attempt,
	    .duration_ms = end->duration_ms,
	    .retry_at = o->job.state == JOB_QUEUED ? o->job.due_at : 0,
	};

	if (end->cause == NULL || end->cause->code == ERR_CANCELLED ||
	    end->told)
		return;
	task_fail(app, &failure, end->cause);
	end->told = true;
}

int
jobs_settle(struct app *app, const struct job_runner *runner,
    const struct job *job, struct job_end *end, struct error *err)
{
	const struct job_type *p = &runner->types[job->kind];
	struct outcome o = outcome_of(app, p, job, end);
	int rc = job_store_settle(app->db, &o.job, job->runner, o.wait_s, err);

	/* Told of although it could not be written, since a full disk must
	 * not hide a failure; but not what another runner has told of. */
	if (rc != 0)
		tell(app, p, &o, end);
	return rc < 0 ? -1 : 0;
}

int
jobs_give_back(struct app *app, const struct job *job, struct error *err)
{
	struct outcome o = {.job = *job};

	o.job.attempt--;
	o.job.finished_at = -1;
	outcome_again(&o, app->now_s(), 0);
	return job_store_settle(app->db, &o.job, job->runner, 0, err) < 0 ? -1
									  : 0;
}

static int64_t
ms_since(struct app *app, int64_t started_at)
{
	int64_t s = app->now_s() - started_at;

	return started_at < 0 || s < 0 ? -1 : s * 1000;
}

/* A job whose runner is dead. Of all who find it so, the one that changes
 * the row tells of it. */
static int
bury(struct app *app, const struct job_runner *runner, const struct job *job,
    const struct error *cause, bool waited, struct error *err)
{
	const struct job_type *p = &runner->types[job->kind];
	struct error stopped = ERROR_INIT;
	struct job_end end = {
	    .cause = cause,
	    .result = "",
	    .duration_ms = ms_since(app, job->started_at),
	    .waited = waited,
	};
	struct outcome o;
	int rc;

	if (job->cancel) { /* nobody waits for it any more */
		(void)job_cancelled(&stopped, job);
		end.cause = &stopped;
	}
	o = outcome_of(app, p, job, &end);
	rc = job_store_settle(app->db, &o.job, job->runner, o.wait_s, err);
	if (rc > 0)
		tell(app, p, &o, &end);
	return rc < 0 ? -1 : 0;
}

int
jobs_mourn(struct app *app, const struct job_runner *runner, const char *dead,
    const struct error *cause, struct error *err)
{
	struct job job;
	int rc;

	while ((rc = job_store_of_runner(app->db, dead, &job, err)) > 0)
		if ((cause == NULL
			    ? jobs_give_back(app, &job, err)
			    : bury(app, runner, &job, cause, false, err)) < 0)
			return -1;
	return rc;
}

static int
bury_lapsed(struct app *app, const struct job_runner *runner, struct error *err)
{
	struct error cause = ERROR_INIT;
	struct job job;
	int rc;

	for (;;) {
		rc = job_store_lapsed(
		    app->db, app->mono_ms(), lease_end(app), &job, err);
		if (rc <= 0)
			return rc;
		if (job.kind < 0 || job.kind >= JOB_KIND__MAX)
			return 0; /* for a runner of a later program */
		(void)err_set(&cause, ERR_RUNNER_LOST,
		    "The process that did this ended before it was done.",
		    "runner %s is gone: its lease has lapsed", job.runner);
		if (bury(app, runner, &job, &cause, true, err) < 0)
			return -1;
	}
}

/* Jobs that wait for a time which the clock has gone back from. */
static int
heed_clock(struct app *app, struct error *err)
{
	int64_t now = app->now_s();
	int64_t changed = 0;
	int rc = job_store_is_ahead(app->db, now, err);

	if (rc <= 0)
		return rc;
	return job_store_heed_clock(app->db, now, &changed, err);
}

static int
be_seen(struct app *app, bool watching, struct error *err)
{
	int64_t now = app->now_s(), at = 0;
	bool was_watching = false;
	int rc = job_store_get_seen(app->db, &at, &was_watching, err);

	if (rc < 0)
		return -1;
	if (rc > 0 && was_watching == watching && at <= now &&
	    at > now - LIMIT_JOB_SEEN_S)
		return 0;
	return job_store_set_seen(app->db, now, watching, err);
}

int
jobs_attend(struct app *app, const struct job_runner *runner, bool watching,
    struct error *err)
{
	if (heed_clock(app, err) < 0 || plan_scheduled(app, runner, err) < 0 ||
	    bury_lapsed(app, runner, err) < 0)
		return -1;
	return be_seen(app, watching, err);
}

int
jobs_version(struct app *app, int64_t *out, struct error *err)
{
	return db_data_version(app->db, out, err);
}

int
jobs_next_due(struct app *app, const struct job_runner *runner, int64_t *due_at,
    struct error *err)
{
	return job_store_next_due(app->db, runner->kinds, due_at, err);
}

int
jobs_claim(struct app *app, const struct job_runner *runner, struct job *out,
    struct error *err)
{
	const struct job_lease lease = {
	    .runner = runner->id,
	    .now = app->now_s(),
	    .until_ms = lease_end(app),
	};
	int64_t due_at = 0;
	int rc = jobs_next_due(app, runner, &due_at, err);

	if (rc <= 0 || due_at > lease.now)
		return rc < 0 ? -1 : 0;
	return job_store_claim(app->db, runner->kinds, &lease, out, err);
}

int
jobs_beat(struct app *app, const struct job *job, struct error *err)
{
	bool cancel = false;
	int rc = job_store_beat(app->db, job, lease_end(app), &cancel, err);

	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(err, ERR_RUNNER_LOST,
		    "Another process has taken this over.",
		    "job %" PRId64 ": the lease had lapsed", job->id);
	return cancel ? job_cancelled(err, job) : 0;
}
