/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work for the job runner: queueing it, looking at it, cancelling it. Whoever
 * wants something done queues a job and goes on; `bangui jobs run` does it
 * (src/jobs/), by service/jobs/jobs_lease.h.
 */
#ifndef BANGUI_SERVICE_JOBS_H
#define BANGUI_SERVICE_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/archive/ban_cursor.h"
#include "store/job_store.h"

struct app;
struct error;

/** "geo_retry"; "unknown" for one of a later program. */
const char *job_kind_name(int64_t kind);
/** "queued", "running", "done", "failed", "cancelled". */
const char *job_state_name(enum job_state state);

/**
 * Have it done as soon as may be. There is at most one unfinished job of a
 * kind and key: if there is one already, id is that one's.
 * key  which one of its kind, at most LIMIT_JOB_KEY bytes; "" the only one
 */
NODISCARD int jobs_queue(struct app *app, enum job_kind kind, const char *key,
    int64_t *id, struct error *err);

/** ERR_NOT_FOUND no such job. */
NODISCARD int jobs_get(
    struct app *app, int64_t id, struct job *out, struct error *err);

struct jobs_filter {
	int limit;          /* 1 ... LIMIT_LIST_MAX */
	const char *cursor; /* opaque, from a page before; or NULL */
};

struct jobs_page {
	int64_t total;
	char next_cursor[BAN_CURSOR_SIZE]; /* "" at the end */
	char prev_cursor[BAN_CURSOR_SIZE]; /* "" at the start */
};

/**
 * One page of the jobs, the last queued first, each given to row(). A row()
 * that returns -1 ends the list with its error. ERR_MALFORMED the cursor.
 */
NODISCARD int jobs_list(struct app *app, const struct jobs_filter *filter,
    int (*row)(void *ctx, const struct job *job, struct error *err), void *ctx,
    struct jobs_page *page, struct error *err);

/**
 * End one that is queued; one that runs is told to stop and does so within
 * two seconds. ERR_NOT_FOUND; ERR_CONFLICT it has finished.
 */
NODISCARD int jobs_cancel(struct app *app, int64_t id, struct error *err);

/* For people, of jobs_health.stuck. */
#define JOBS_NOT_RUNNING                                                       \
	"Background work waits, and nothing does it. Start `bangui jobs run "  \
	"--watch` on the server, or have cron run `bangui jobs run` each "     \
	"minute."

/* How the runner keeps up. */
struct jobs_health {
	int64_t due_at[JOB_KIND__MAX]; /* the longest due of a kind; -1 none */
	int64_t oldest_due_at;         /* of all of them, or -1 */
	int64_t runner_seen_at;        /* -1: never */
	bool runner_watches;           /* it stays; else it comes by */
	bool stuck; /* jobs are due, and no runner was seen for so long */
};

/** Costs two look-ups in small indices. */
NODISCARD int jobs_health(
    struct app *app, struct jobs_health *out, struct error *err);

#endif
