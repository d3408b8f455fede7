/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one process of the runner does: jobs, one after the other. */
#ifndef BANGUI_JOBS_LANE_H
#define BANGUI_JOBS_LANE_H

#include <stdbool.h>

#include "base/macros.h"
#include "service/jobs/jobs_lease.h"

struct error;
struct runner_plan;

struct lane {
	const struct runner_plan *plan;
	struct job_runner runner; /* its name, and what it runs */
	bool has_chores;          /* one lane does service/jobs/chores.h, too */
	/* the process that was here before, if it died; "" else */
	char dead[JOB_RUNNER_SIZE];
	const struct error *cause; /* why; NULL: it was told to end */
	bool only_mourn;           /* tell of it, and no more */
};

/** Do it; the exit code. */
NODISCARD int lane_work(struct lane *lane);

#endif
