/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every piece of work that is done outside of a request has its name here,
 * and runs through task_run() or, as a job, through the job runner. A failure
 * is one log line and one count; it is never raised into a request and never
 * ends the process. This file alone writes `background_task_failed`.
 */
#ifndef BANGUI_SERVICE_TASK_H
#define BANGUI_SERVICE_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct app;
struct error;

enum task {
	TASK_OPEN,         /* open the database, at start or when it is back */
	TASK_REQUEST_END,  /* put the connection back after a request */
	TASK_AUTH_CLEAN,   /* ended sessions, old throttle rows */
	TASK_GEO_NOTES,    /* what a response noted of addresses */
	TASK_HISTORY_SYNC, /* copy new bans to the archive */
	TASK_GEO_COPY,     /* private copies of the MaxMind DB files */
	TASK_GEO_HTTP,     /* ask the network for unknown addresses */
	TASK_GEO_RETRY,    /* ask for every unknown address again */
	TASK_OWN_ADDRESS,  /* which addresses this machine lives by */
	TASK_ALLOW_APPLY,  /* the allowlist into the running jails */
	TASK_RETENTION,    /* delete what has outlived its retention */
	TASK_JOBS,         /* the job table itself: look, claim, settle */
	TASK_AUDIT,        /* note an act that has been done */
	TASK_BAN_TEXT,     /* the words of archived bans' lines */
	TASK_UNBAN_DUE,    /* lift bans by hand that are due */
	TASK_WAL,          /* move a long WAL into the database */
	TASK__MAX
};

/** "geo_notes": in the log, the metrics, the job table. */
const char *task_name(enum task task);

/* One attempt that failed. */
struct task_failure {
	enum task task;
	int64_t job_id;      /* 0: not a job */
	int64_t attempt;     /* of a job, from 1; else 1 */
	int64_t duration_ms; /* of the attempt; -1: nobody knows */
	int64_t retry_at;    /* Unix seconds; 0: there is no plan */
};

/**
 * Run fn. When it fails, that is logged and counted, and -1 returned: there
 * is nothing left to do about it. Needs of app only the settings.
 */
int task_run(struct app *app, enum task task,
    int (*fn)(struct app *app, struct error *err));

/** Log and count an attempt that failed elsewhere: once each. */
void task_fail(struct app *app, const struct task_failure *failure,
    const struct error *err);

/** task_fail() for what is no job and has no second try planned. */
void task_fail_now(struct app *app, enum task task, const struct error *err);

/** How often a task has failed, in all processes; false: nobody counts. */
bool task_failures(struct app *app, enum task task, uint64_t *out);

#endif
