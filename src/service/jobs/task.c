/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jobs/task.h"

#include <stdio.h>

#include "base/counters.h"
#include "base/error.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/time.h"
#include "service/app.h"

static const char *const NAMES[] = {
    [TASK_OPEN] = "open",
    [TASK_REQUEST_END] = "request_end",
    [TASK_AUTH_CLEAN] = "auth_clean",
    [TASK_GEO_NOTES] = "geo_notes",
    [TASK_HISTORY_SYNC] = "history_sync",
    [TASK_GEO_COPY] = "geo_copy",
    [TASK_GEO_HTTP] = "geo_http",
    [TASK_GEO_RETRY] = "geo_retry",
    [TASK_OWN_ADDRESS] = "own_addresses",
    [TASK_UNBAN_DUE] = "unban_due",
    [TASK_ALLOW_APPLY] = "allow_apply",
    [TASK_RETENTION] = "retention",
    [TASK_JOBS] = "jobs",
    [TASK_AUDIT] = "audit",
    [TASK_BAN_TEXT] = "ban_text",
    [TASK_WAL] = "wal",
};
_Static_assert(ARRAY_LEN(NAMES) == TASK__MAX, "every task has a name");
_Static_assert((int)TASK__MAX <= (int)COUNTERS_MAX, "and a counter");

const char *
task_name(enum task task)
{
	return NAMES[task];
}

/* Opened at the first need; one that cannot be opened is told of once and is
 * done without. */
static struct counters *
counters_of(struct app *app)
{
	char path[sizeof app->settings->state_dir + sizeof "/counters"];
	struct error err = ERROR_INIT;
	struct log_line l;

	if (app->counters != NULL || app->counters_tried)
		return app->counters;
	app->counters_tried = true;
	(void)snprintf(
	    path, sizeof path, "%s/counters", app->settings->state_dir);
	if (counters_open(&app->counters, path,
		counters_layout(NAMES, ARRAY_LEN(NAMES)), &err) < 0) {
		log_begin(&l, LOG_LEVEL_WARNING, "counters_unavailable");
		log_error_fields(&l, &err);
		log_end(&l);
	}
	return app->counters;
}

static void
log_number(struct log_line *l, const char *key, int64_t value, bool known)
{
	if (known)
		log_i64(l, key, value);
	else
		log_str(l, key, NULL);
}

static void
log_failure(const struct task_failure *f, const struct error *err)
{
	char at[TIME_RFC3339_SIZE];
	struct log_line l;

	log_begin(&l, LOG_LEVEL_ERROR, "background_task_failed");
	log_str(&l, "task", task_name(f->task));
	log_number(&l, "job_id", f->job_id, f->job_id > 0);
	log_i64(&l, "attempt", f->attempt);
	log_str(&l, "error", err_name(err->code));
	log_str(&l, "detail", err->detail);
	log_number(&l, "duration_ms", f->duration_ms, f->duration_ms >= 0);
	if (f->retry_at > 0)
		time_format(f->retry_at, at);
	log_str(&l, "retry_at", f->retry_at > 0 ? at : NULL);
	log_str(&l, "where", err->where);
	log_end(&l);
}

void
task_fail(struct app *app, const struct task_failure *failure,
    const struct error *err)
{
	log_failure(failure, err);
	counters_add(counters_of(app), failure->task, 1);
}

void
task_fail_now(struct app *app, enum task task, const struct error *err)
{
	const struct task_failure failure = {
	    .task = task, .attempt = 1, .duration_ms = -1};

	task_fail(app, &failure, err);
}

int
task_run(struct app *app, enum task task,
    int (*fn)(struct app *app, struct error *err))
{
	struct task_failure failure = {.task = task, .attempt = 1};
	struct error err = ERROR_INIT;
	int64_t began_ms = time_mono_ms();

	if (fn(app, &err) == 0)
		return 0;
	failure.duration_ms = time_mono_ms() - began_ms;
	task_fail(app, &failure, &err);
	return -1;
}

bool
task_failures(struct app *app, enum task task, uint64_t *out)
{
	const struct counters *c = counters_of(app);

	if (c == NULL)
		return false;
	*out = counters_get(c, task);
	return true;
}
