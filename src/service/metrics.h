/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is counted and measured, for whoever watches from outside. */
#ifndef BANGUI_SERVICE_METRICS_H
#define BANGUI_SERVICE_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/jails/jail_counts.h"
#include "service/jobs/jobs.h"
#include "service/jobs/task.h"

struct app;
struct error;

struct metrics {
	struct jail_counts jails;
	bool counting; /* failures are known */
	uint64_t failures[TASK__MAX];
	int64_t job_age_s[JOB_KIND__MAX]; /* the longest due; 0: none is */
	int64_t db_bytes;                 /* with its log; 0: unknown */
};

/** All of it; costs fail2ban one conversation in LIMIT_COUNTS_MS at most. */
NODISCARD int metrics_get(
    struct app *app, struct metrics *out, struct error *err);

#endif
