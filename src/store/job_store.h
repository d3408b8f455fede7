/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables job and job_runner. What may follow on what is for service/jobs/jobs.h
 * and service/jobs/jobs_lease.h to say; each statement here is one step, and
 * does nothing to a row that has moved on meanwhile.
 */
#ifndef BANGUI_STORE_JOB_STORE_H
#define BANGUI_STORE_JOB_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"
#include "store/sweep.h"

struct db;
struct error;

/* Their numbers are in the table: none is ever used for something else. */
enum job_kind {
	JOB_GEO_COPY = 0,
	JOB_GEO_RETRY = 1,
	JOB_GEO_HTTP = 2,
	JOB_OWN_ADDRESSES = 3,
	JOB_UNBAN_DUE = 4,
	JOB_ALLOW_APPLY = 5,
	JOB_KIND__MAX /* at most 63: they are bits of a mask, too */
};

enum job_state {
	JOB_QUEUED = 0,
	JOB_RUNNING = 1,
	JOB_DONE = 2,
	JOB_FAILED = 3,
	JOB_CANCELLED = 4,
	JOB_STATE__MAX
};

enum {
	JOB_KEY_SIZE = LIMIT_JOB_KEY + 1,
	JOB_RUNNER_SIZE = 48, /* "4711-0011223344556677" */
	JOB_PHASE_SIZE = 32,
	JOB_ERROR_SIZE = 32,
	JOB_MESSAGE_SIZE = 256,
	JOB_RESULT_SIZE = LIMIT_JOB_RESULT + 1,
};

/* One row. Texts that are NULL are "", numbers and times -1. */
struct job {
	int64_t id;
	int64_t kind; /* of a later program, too */
	char key[JOB_KEY_SIZE];
	enum job_state state;
	int64_t queued_at, due_at;
	int64_t attempt;
	bool cancel;
	char runner[JOB_RUNNER_SIZE];
	int64_t done, total;
	char phase[JOB_PHASE_SIZE];
	int64_t started_at, finished_at;
	char result[JOB_RESULT_SIZE];
	char error[JOB_ERROR_SIZE];
	char message[JOB_MESSAGE_SIZE];
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int job_store_prepare(struct db *db, struct error *err);

/**
 * Queue one, or find the unfinished one of its kind and key. That is brought
 * forward if it only waits for its time; one that waits after a failure does
 * so on.
 */
NODISCARD int job_store_queue(struct db *db, enum job_kind kind,
    const char *key, int64_t now, int64_t *id, struct error *err);
/** Queue one for wait_s later unless there is an unfinished one. */
NODISCARD int job_store_plan(struct db *db, enum job_kind kind, int64_t now,
    int64_t wait_s, struct error *err);
/** Is something due later than it ever was to be? 1 yes, 0 no. */
NODISCARD int job_store_is_ahead(struct db *db, int64_t now, struct error *err);
/** What is due later than it ever was to be is due after its wait anew. */
NODISCARD int job_store_heed_clock(
    struct db *db, int64_t now, int64_t *changed, struct error *err);

/** 1 found, 0 none such. */
NODISCARD int job_store_get(
    struct db *db, int64_t id, struct job *out, struct error *err);
/** One that is unfinished, by kind and key: 1 found, 0 none. */
NODISCARD int job_store_find(struct db *db, enum job_kind kind, const char *key,
    struct job *out, struct error *err);
/* Which jobs of the list: those older than one, or those right before it. */
struct job_walk {
	int64_t id;
	bool newer;
	int limit;
};
/** Each of them, the last of the list first. */
NODISCARD int job_store_each(struct db *db, const struct job_walk *walk,
    int (*each)(void *ctx, const struct job *job, struct error *err), void *ctx,
    struct error *err);
/** How many rows there are. */
NODISCARD int job_store_count(struct db *db, int64_t *out, struct error *err);

/** End one that is queued, mark one that runs: 1, 0 no unfinished one. */
NODISCARD int job_store_cancel(
    struct db *db, int64_t id, int64_t now, struct error *err);

/** When the first queued job of the kinds in the mask is due: 1, 0 none. */
NODISCARD int job_store_next_due(
    struct db *db, uint64_t kinds, int64_t *due_at, struct error *err);
/** The longest due job of each kind, if one is. */
NODISCARD int job_store_each_due(struct db *db, int64_t now,
    int (*each)(void *ctx, int64_t kind, int64_t due_at, struct error *err),
    void *ctx, struct error *err);

/* Who takes a job, and until when. */
struct job_lease {
	const char *runner;
	int64_t now;      /* Unix seconds */
	int64_t until_ms; /* the other clock */
};

/** Take the longest due job of the kinds in the mask: 1 taken, 0 none due. */
NODISCARD int job_store_claim(struct db *db, uint64_t kinds,
    const struct job_lease *lease, struct job *out, struct error *err);
/** Renew job->runner's lease and write its progress: 1 with *cancel, 0 it is
 * not that runner's any more. */
NODISCARD int job_store_beat(struct db *db, const struct job *job,
    int64_t until_ms, bool *cancel, struct error *err);
/**
 * What became of an attempt: everything of job but id, kind, key, progress
 * and what is before the start is written. 1 written, 0 not runner's any more.
 * wait_s  how far away due_at is
 */
NODISCARD int job_store_settle(struct db *db, const struct job *job,
    const char *runner, int64_t wait_s, struct error *err);

/** One that runs under a lease that ended before now_ms or ends after
 * latest_ms, which nobody can have given: 1, 0 none. */
NODISCARD int job_store_lapsed(struct db *db, int64_t now_ms, int64_t latest_ms,
    struct job *out, struct error *err);
/** One that runner runs: 1, 0 none. */
NODISCARD int job_store_of_runner(
    struct db *db, const char *runner, struct job *out, struct error *err);

/** A runner is there. */
NODISCARD int job_store_set_seen(
    struct db *db, int64_t now, bool watching, struct error *err);
/** When one was last there: 1, 0 never. */
NODISCARD int job_store_get_seen(
    struct db *db, int64_t *at, bool *watching, struct error *err);

/* Old are jobs that finished before a time. */
extern const struct sweep_sql JOB_SWEEP;

#endif
