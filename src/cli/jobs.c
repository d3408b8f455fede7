/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands on background work: doing it, looking at it, ending it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/owner.h"
#include "base/time.h"
#include "cli/cli.h"
#include "jobs/job.h"
#include "jobs/runner.h"
#include "service/app.h"
#include "service/jobs/jobs.h"
#include "json/write.h"

enum { LIST_MAX = 50, TEXT_MAX = 256 * 1024 };

int
cli_jobs_run(struct cli *cli)
{
	const struct runner_plan plan = {
	    .settings = &cli->settings,
	    .types = JOB_TYPES,
	    .watch = cli->watch,
	    .pidfile = cli->pidfile,
	};
	struct error err = ERROR_INIT;

	if (owner_become(cli->settings.state_dir, &err) < 0)
		return cli_fail(&err);
	settings_open_log(&cli->settings, "bangui-jobs");
	return runner_run(&plan);
}

static int
put_json(void *ctx, const struct job *job, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_i64(o, "id", job->id);
	json_put_str(o, "kind", job_kind_name(job->kind));
	json_put_str(o, "key", job->key);
	json_put_str(o, "state", job_state_name(job->state));
	json_put_i64(o, "attempt", job->attempt);
	json_put_time(o, "due_at", job->due_at);
	json_put_time(o, "started_at", job->started_at);
	json_put_time(o, "finished_at", job->finished_at);
	json_put_str(o, "error", job->error[0] == '\0' ? NULL : job->error);
	json_put_close(o);
	return 0;
}

/* The time that matters in its state. */
static int64_t
time_of(const struct job *job)
{
	if (job->state == JOB_QUEUED)
		return job->due_at;
	return job->state == JOB_RUNNING ? job->started_at : job->finished_at;
}

static int
put_line(void *ctx, const struct job *job, struct error *err)
{
	struct buf *b = ctx;
	char at[TIME_RFC3339_SIZE];

	(void)err; /* the buffer latches */
	time_format(time_of(job), at);
	buf_addf(b, "%" PRId64 "\t%s\t%s\t%s\t%s\t%s\n", job->id,
	    job_kind_name(job->kind), job->key, job_state_name(job->state), at,
	    job->error);
	return 0;
}

static int
list(struct cli *cli, struct app *app, struct buf *text, struct error *err)
{
	const struct jobs_filter filter = {.limit = LIST_MAX};
	struct jobs_page page;
	struct json_out o;

	if (!cli->json)
		return jobs_list(app, &filter, put_line, text, &page, err);
	json_begin(&o, text);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (jobs_list(app, &filter, put_json, &o, &page, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", page.total);
	json_put_close(&o);
	return json_end(&o, err);
}

int
cli_jobs_list(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;
	int rc = cli_open(cli, &app);

	if (rc != CLI_OK)
		return rc;
	if (list(cli, &app, &text, &err) < 0 || buf_check(&text, &err) < 0)
		return cli_fail(&err);
	if (text.len == 0)
		return CLI_OK;
	if (!cli->json)
		text.data[text.len - 1] = '\0'; /* cli_print() ends the line */
	return cli_print(buf_str(&text));
}

int
cli_jobs_cancel(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	struct error err = ERROR_INIT;
	struct job job;
	char text[96]; /* an object around a number and a word of ours */
	int64_t id = 0;
	int rc;

	if (!num_parse_i64(
		cli->operand, strlen(cli->operand), 1, INT64_MAX, &id)) {
		(void)fprintf(
		    stderr, "bangui: not the id of a job: %s\n", cli->operand);
		return CLI_USAGE;
	}
	rc = cli_open(cli, &app);
	if (rc != CLI_OK)
		return rc;
	if (jobs_cancel(&app, id, &err) < 0 ||
	    jobs_get(&app, id, &job, &err) < 0)
		return cli_fail(&err);
	(void)snprintf(text, sizeof text,
	    cli->json ? "{\"id\":%" PRId64 ",\"state\":\"%s\"}"
		      : "job %" PRId64 " is %s",
	    id, job_state_name(job.state));
	return cli_print(text);
}
