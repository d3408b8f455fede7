/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bans by hand whose time is over are lifted. */
#include "base/error.h"
#include "jobs/job.h"
#include "service/bans/bans_due.h"
#include "json/write.h"

static int
tell_progress(void *ctx, int64_t lifted, struct error *err)
{
	return job_progress(ctx, lifted, -1, "lifting", err);
}

int
job_unban_due(struct job_run *run, struct error *err)
{
	struct json_out o;
	int64_t lifted = 0;

	if (bans_lift_due(
		run->app, tell_progress, run, &lifted, &run->again_s, err) < 0)
		return -1;
	json_begin(&o, &run->result);
	json_put_object(&o, NULL);
	json_put_i64(&o, "unbanned", lifted);
	json_put_close(&o);
	return json_end(&o, err);
}
