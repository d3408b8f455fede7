/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `bangui jobs run`: a process that looks after others, one a lane, which do
 * the jobs. So a job that crashes or hangs takes its process along and nothing
 * else, what it was is told of at once, and long jobs do not keep short ones
 * waiting.
 */
#ifndef BANGUI_JOBS_RUNNER_H
#define BANGUI_JOBS_RUNNER_H

#include <stdbool.h>

#include "base/macros.h"

struct job_type;
struct settings;

struct runner_plan {
	const struct settings *settings;
	const struct job_type *types; /* [JOB_KIND__MAX]: JOB_TYPES */
	bool watch; /* stay and wait for jobs; else do what is due and end */
	const char
	    *pidfile; /* written once it runs, removed at its end; NULL */
};

/**
 * Run jobs until there is none, or with watch until SIGTERM, SIGINT or SIGHUP
 * comes: then what is being done is finished or given back within two seconds.
 * It forks, and returns in each process with the exit code for main():
 * sysexits.h's, 78 for a database of a later version.
 */
NODISCARD int runner_run(const struct runner_plan *plan);

#endif
