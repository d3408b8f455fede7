/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The runner's side of the job table. A job is claimed under a lease, which
 * each heartbeat renews; a runner that dies loses it, and the next one to look
 * tells of that and goes on. Leases are measured by a clock that nobody sets,
 * so no change of the time of day makes two runners run one job.
 */
#ifndef BANGUI_SERVICE_JOBS_LEASE_H
#define BANGUI_SERVICE_JOBS_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/jobs/jobs.h"
#include "service/jobs/task.h"

struct app;
struct error;
struct job_run;

/* Jobs of one kind: one row of JOB_TYPES in src/jobs/. */
struct job_type {
	enum task task;        /* its name in the log */
	int64_t limit_s;       /* one attempt takes no longer */
	int64_t period_s;      /* there is always one queued, due so long after
				* the last has ended; 0: when somebody wants it */
	int64_t tries_max;     /* then it has failed for good; 0: never */
	int64_t backoff_s;     /* before the second try, doubling ... */
	int64_t backoff_max_s; /* ... up to this */
	bool is_long;          /* must not keep the short ones waiting */
	int (*run)(struct job_run *run, struct error *err); /* the runner's */
};

/* Who runs jobs. */
struct job_runner {
	const char *id; /* of this process alone, see JOB_RUNNER_SIZE */
	uint64_t kinds; /* that it runs: bits of enum job_kind */
	const struct job_type *types; /* [JOB_KIND__MAX] */
};

/** A name for this process that no other has ever had. */
NODISCARD int job_runner_name(char out[JOB_RUNNER_SIZE], struct error *err);

/**
 * Once a pass: see that each scheduled kind has its next job, that jobs which
 * wait for a time of a clock that was set back do not wait for ever, that jobs
 * of dead runners go on (told of as ERR_RUNNER_LOST), and note that a runner
 * is there.
 */
NODISCARD int jobs_attend(struct app *app, const struct job_runner *runner,
    bool watching, struct error *err);

/** A number that is another one once some other process has changed anything:
 * until then there is no new job. Cheap. */
NODISCARD int jobs_version(struct app *app, int64_t *out, struct error *err);

/** When the next job is due, Unix seconds: 1, 0 none is queued. */
NODISCARD int jobs_next_due(struct app *app, const struct job_runner *runner,
    int64_t *due_at, struct error *err);

/** Take the longest due job: 1 taken, 0 none is due, which costs no write. */
NODISCARD int jobs_claim(struct app *app, const struct job_runner *runner,
    struct job *out, struct error *err);

/**
 * Renew the lease and write job's progress. ERR_CANCELLED somebody wants it
 * to stop; ERR_RUNNER_LOST the lease had lapsed, and it is another's now.
 */
NODISCARD int jobs_beat(
    struct app *app, const struct job *job, struct error *err);

/* What became of an attempt. */
struct job_end {
	const struct error *cause; /* how it failed, or NULL: it is done */
	const char *result;        /* a JSON object, or "" */
	int64_t again_s; /* scheduled ones: due then, and not after a period */
	int64_t duration_ms;
	bool waited; /* for its lease to lapse: it need not wait again */
	bool told;   /* set once the failure has been told of */
};

/**
 * Write what became of it: done, failed, cancelled (ERR_CANCELLED), or to be
 * tried again. A failure is told of here, once (service/jobs/task.h); told
 * keeps it so when the call is repeated, since the table could not be written.
 * If the job is another's by now, nothing is left to do: 0 as well.
 */
NODISCARD int jobs_settle(struct app *app, const struct job_runner *runner,
    const struct job *job, struct job_end *end, struct error *err);

/** Give a job back as if it had not been begun. */
NODISCARD int jobs_give_back(
    struct app *app, const struct job *job, struct error *err);

/**
 * The runner of that name is dead, and this is why: what it ran failed so.
 * cause NULL: it was told to go, so its jobs are given back.
 */
NODISCARD int jobs_mourn(struct app *app, const struct job_runner *runner,
    const char *dead, const struct error *cause, struct error *err);

#endif
