/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <signal.h>

#include "base/error.h"
#include "base/str.h"
#include "jobs/job.h"
#include "jobs/stop.h"
#include "service/app.h"

/* A heartbeat that could not be written is no reason to stop while another
 * can still come in time. */
static bool
is_bearable(const struct job_run *run, int64_t now_ms, const struct error *err)
{
	return err->code != ERR_CANCELLED && err->code != ERR_RUNNER_LOST &&
	       now_ms - run->beat_ms < LIMIT_JOB_LEASE_MS / 2;
}

static int
beat(struct job_run *run, int64_t now_ms, struct error *err)
{
	if (jobs_beat(run->app, &run->job, err) == 0) {
		run->beat_ms = now_ms;
		return 0;
	}
	if (!is_bearable(run, now_ms, err))
		return -1;
	err_clear(err);
	return 0;
}

void
job_run_release(struct job_run *run)
{
	buf_release(&run->result);
}

int
job_progress(struct job_run *run, int64_t done, int64_t total,
    const char *phase, struct error *err)
{
	int64_t now_ms = run->app->mono_ms();

	if (stop_is_wanted()) {
		run->stopping = true;
		return err_set(err, ERR_CANCELLED,
		    "BanGUI is being stopped. It goes on later.", "%s",
		    "the runner is told to end");
	}
	if (now_ms - run->began_ms > run->limit_s * 1000)
		return err_set(err, ERR_TIMEOUT,
		    "This took longer than it may, and was stopped.",
		    "more than %" PRId64 " s", run->limit_s);
	run->job.done = done;
	run->job.total = total;
	if (!str_copy(run->job.phase, sizeof run->job.phase, phase))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "%s: too long for a phase", phase);
	if (now_ms - run->beat_ms < LIMIT_JOB_BEAT_MS)
		return 0;
	return beat(run, now_ms, err);
}
