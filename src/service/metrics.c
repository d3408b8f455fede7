/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/metrics.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/settings.h"
#include "service/app.h"

static int64_t
file_bytes(const struct app *app, const char *name)
{
	char path[SETTING_TEXT_SIZE + sizeof "/bangui.db-wal"];
	struct stat st;

	(void)snprintf(path, sizeof path, "%s/%s", app->settings->state_dir,
	    name); /* the array has room for both */
	return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static void
failures_get(struct app *app, struct metrics *out)
{
	out->counting = true;
	for (int i = 0; i < TASK__MAX; i++)
		if (!task_failures(app, (enum task)i, &out->failures[i]))
			out->counting = false;
}

static int
ages_get(struct app *app, struct metrics *out, struct error *err)
{
	struct jobs_health h;
	int64_t now = app->now_s();

	if (jobs_health(app, &h, err) < 0)
		return -1;
	for (int i = 0; i < JOB_KIND__MAX; i++)
		out->job_age_s[i] = h.due_at[i] < 0 || h.due_at[i] > now
					? 0
					: now - h.due_at[i];
	return 0;
}

int
metrics_get(struct app *app, struct metrics *out, struct error *err)
{
	*out = (struct metrics){0};
	if (ages_get(app, out, err) < 0 ||
	    jail_counts_get(app, &out->jails, err) < 0)
		return -1;
	failures_get(app, out);
	out->db_bytes =
	    file_bytes(app, "bangui.db") + file_bytes(app, "bangui.db-wal");
	return 0;
}
