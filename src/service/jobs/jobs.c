/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jobs/jobs.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/list_page.h"

static const char *const KINDS[] = {
    [JOB_GEO_COPY] = "geo_copy",
    [JOB_GEO_RETRY] = "geo_retry",
    [JOB_GEO_HTTP] = "geo_http",
    [JOB_ALLOW_APPLY] = "allow_apply",
    [JOB_OWN_ADDRESSES] = "own_addresses",
    [JOB_UNBAN_DUE] = "unban_due",
};
_Static_assert(ARRAY_LEN(KINDS) == JOB_KIND__MAX, "every kind has a name");
_Static_assert((int)JOB_KIND__MAX <= 63, "and a bit of a mask");

static const char *const STATES[] = {
    [JOB_QUEUED] = "queued",
    [JOB_RUNNING] = "running",
    [JOB_DONE] = "done",
    [JOB_FAILED] = "failed",
    [JOB_CANCELLED] = "cancelled",
};
_Static_assert(ARRAY_LEN(STATES) == JOB_STATE__MAX, "every state has a name");

const char *
job_kind_name(int64_t kind)
{
	return kind >= 0 && kind < JOB_KIND__MAX ? KINDS[kind] : "unknown";
}

const char *
job_state_name(enum job_state state)
{
	return STATES[state];
}

int
jobs_queue(struct app *app, enum job_kind kind, const char *key, int64_t *id,
    struct error *err)
{
	if (strlen(key) > LIMIT_JOB_KEY)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "%s: too long for the key of a job", key);
	return job_store_queue(app->db, kind, key, app->now_s(), id, err);
}

static int
no_such_job(struct error *err, int64_t id)
{
	return err_set(err, ERR_NOT_FOUND,
	    "There is no such job. Finished ones are kept for 30 days.",
	    "job %" PRId64, id);
}

int
jobs_get(struct app *app, int64_t id, struct job *out, struct error *err)
{
	int rc = job_store_get(app->db, id, out, err);

	return rc == 0 ? no_such_job(err, id) : rc < 0 ? -1 : 0;
}

/* A page under way; a job's place is its number. */
struct walk {
	int (*row)(void *ctx, const struct job *job, struct error *err);
	void *ctx;
	struct list_page page;
};

static int
walk_row(void *ctx, const struct job *job, struct error *err)
{
	struct walk *w = ctx;

	if (!list_page_takes(&w->page, (struct ban_place){0, job->id}))
		return 0;
	return w->row(w->ctx, job, err);
}

int
jobs_list(struct app *app, const struct jobs_filter *filter,
    int (*row)(void *ctx, const struct job *job, struct error *err), void *ctx,
    struct jobs_page *page, struct error *err)
{
	struct walk w = {.row = row, .ctx = ctx};
	struct jobs_page p = {0};
	struct job_walk walk;

	if (list_page_begin(&w.page, filter->cursor, filter->limit, err) < 0)
		return -1;
	walk = (struct job_walk){w.page.from.id, w.page.back, w.page.limit + 1};
	while (list_page_pass(&w.page))
		if (job_store_each(app->db, &walk, walk_row, &w, err) < 0)
			return -1;
	if (job_store_count(app->db, &p.total, err) < 0)
		return -1;
	list_page_end(&w.page, p.next_cursor, p.prev_cursor);
	*page = p;
	return 0;
}

int
jobs_cancel(struct app *app, int64_t id, struct error *err)
{
	struct audit_entry note = AUDIT_ENTRY(AUDIT_JOB_CANCELLED);
	struct job job;
	int rc = job_store_cancel(app->db, id, app->now_s(), err);

	if (rc < 0)
		return -1;
	if (rc > 0) {
		audit_target_i64(&note, id);
		audit_note(app, &note);
		return 0;
	}
	if (jobs_get(app, id, &job, err) < 0)
		return -1;
	return err_set(err, ERR_CONFLICT, "The job has finished already.",
	    "job %" PRId64 " is %s", id, job_state_name(job.state));
}

static int
note_due(void *ctx, int64_t kind, int64_t due_at, struct error *err)
{
	struct jobs_health *h = ctx;

	(void)err;
	if (kind < 0 || kind >= JOB_KIND__MAX)
		return 0; /* for a runner of a later program */
	h->due_at[kind] = due_at;
	if (h->oldest_due_at < 0 || due_at < h->oldest_due_at)
		h->oldest_due_at = due_at;
	return 0;
}

/* A clock that went back makes everything young again: then it is stuck later
 * than it is. */
static bool
is_stuck(const struct jobs_health *h, int64_t now)
{
	return h->oldest_due_at >= 0 &&
	       h->oldest_due_at < now - LIMIT_JOB_RUNNER_S &&
	       h->runner_seen_at < now - LIMIT_JOB_RUNNER_S;
}

int
jobs_health(struct app *app, struct jobs_health *out, struct error *err)
{
	struct jobs_health h = {.oldest_due_at = -1, .runner_seen_at = -1};
	int64_t now = app->now_s();

	for (int i = 0; i < JOB_KIND__MAX; i++)
		h.due_at[i] = -1;
	if (job_store_get_seen(
		app->db, &h.runner_seen_at, &h.runner_watches, err) < 0 ||
	    job_store_each_due(app->db, now, note_due, &h, err) < 0)
		return -1;
	h.stuck = is_stuck(&h, now);
	*out = h;
	return 0;
}
