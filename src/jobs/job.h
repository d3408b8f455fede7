/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a kind of job is made of: a function that does one attempt, and a row
 * in JOB_TYPES. Only the job runner links this layer, so that nothing in here
 * can be done by a worker.
 *
 * A function returns 0, or -1 with an error whose message a client may read.
 * It tells how far it has come by job_progress(), at least every second, and
 * gives up when that fails. It may be killed at any moment and is then begun
 * anew: whatever it does must be safe to do twice.
 */
#ifndef BANGUI_JOBS_JOB_H
#define BANGUI_JOBS_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/macros.h"
#include "service/jobs/jobs_lease.h"

struct app;
struct error;

/* One attempt at one job. */
struct job_run {
	struct app *app;
	struct job job;    /* as it was claimed: kind, key, attempt */
	struct buf result; /* a JSON object to keep, or nothing */
	int64_t again_s;   /* when it is done: due again so soon, and not
			    * after its type's period; 0: that */
	bool stopping;     /* the runner is told to end: not the job's fault */
	int64_t limit_s;   /* of its type */
	int64_t began_ms;  /* monotonic, as all _ms here */
	int64_t beat_ms;   /* when the row was last written */
};

void job_run_release(struct job_run *run);

/** By enum job_kind. */
extern const struct job_type JOB_TYPES[JOB_KIND__MAX];

/**
 * How far it has come. Cheap: the row is written once a second at most. Never
 * call it within a transaction, for others would not see what it writes.
 *
 * done, total  in what unit the job likes; -1 not known
 * phase        a word for people, shorter than JOB_PHASE_SIZE
 *
 * ERR_CANCELLED stop, and return -1; ERR_TIMEOUT it has taken too long;
 * ERR_RUNNER_LOST another runner has it by now.
 */
NODISCARD int job_progress(struct job_run *run, int64_t done, int64_t total,
    const char *phase, struct error *err);

/* The functions of JOB_TYPES, one file each. */
/** Private copies of the MaxMind DB files. */
int job_geo_copy(struct job_run *run, struct error *err);
/** The network is asked for addresses that are due, if that is allowed. */
int job_geo_http(struct job_run *run, struct error *err);
/** The allowlist: what has ended goes, hosts are looked up, jails are told. */
int job_allow_apply(struct job_run *run, struct error *err);
/** The addresses that this machine lives by are noted. */
int job_own_addresses(struct job_run *run, struct error *err);
/** Every unknown address is asked for again. */
int job_geo_retry(struct job_run *run, struct error *err);
/** Bans by hand whose time is over are lifted. */
int job_unban_due(struct job_run *run, struct error *err);

#endif
