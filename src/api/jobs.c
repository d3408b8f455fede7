/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Background work: looking at jobs, ending them. */
#include <string.h>

#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/jobs/jobs.h"
#include "json/scan.h"
#include "json/write.h"

static const char *const LIST_QUERY[] = {"cursor", "limit"};

static const char *
or_null(const char *s)
{
	return s[0] == '\0' ? NULL : s;
}

static void
put_number(struct json_out *o, const char *name, int64_t v)
{
	if (v < 0)
		json_put_null(o, name);
	else
		json_put_i64(o, name, v);
}

/* It was written by a program of ours, but perhaps by a later one. */
static void
put_result(struct json_out *o, const char *text)
{
	struct error err = ERROR_INIT;

	if (text[0] == '\0' || json_scan(text, strlen(text), &err) < 0)
		json_put_null(o, "result");
	else
		json_put_json(o, "result", text);
}

static void
put_error(struct json_out *o, const struct job *job)
{
	if (job->error[0] == '\0') {
		json_put_null(o, "error");
		return;
	}
	json_put_object(o, "error");
	json_put_str(o, "code", job->error);
	json_put_str(o, "detail", or_null(job->message));
	json_put_close(o);
}

static int
put_job(void *ctx, const struct job *job, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_i64(o, "id", job->id);
	json_put_str(o, "kind", job_kind_name(job->kind));
	json_put_str(o, "key", job->key);
	json_put_str(o, "state", job_state_name(job->state));
	json_put_bool(
	    o, "cancelling", job->state == JOB_RUNNING && job->cancel);
	json_put_object(o, "progress");
	put_number(o, "done", job->done);
	put_number(o, "total", job->total);
	json_put_str(o, "phase", or_null(job->phase));
	json_put_close(o);
	json_put_i64(o, "attempt", job->attempt);
	json_put_time(o, "queued_at", job->queued_at);
	json_put_time(o, "due_at", job->due_at);
	json_put_time(o, "started_at", job->started_at);
	json_put_time(o, "finished_at", job->finished_at);
	put_result(o, job->result);
	put_error(o, job);
	json_put_close(o);
	return 0;
}

int
api_jobs_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct jobs_filter filter = {.cursor = request_query(req, "cursor")};
	struct jobs_page page;
	struct json_out o;

	query_refuse_unknown(req, LIST_QUERY, ARRAY_LEN(LIST_QUERY), err);
	query_limit(req, &filter.limit, err);
	if (query_check(err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (jobs_list(app, &filter, put_job, &o, &page, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", page.total);
	json_put_str_known(&o, "next_cursor", page.next_cursor);
	json_put_str_known(&o, "prev_cursor", page.prev_cursor);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
put_one(struct app *app, int64_t id, struct reply *rep, struct error *err)
{
	struct job job;
	struct json_out o;

	if (jobs_get(app, id, &job, err) < 0)
		return -1;
	json_begin(&o, &rep->body);
	return put_job(&o, &job, err) < 0 ? -1 : json_end(&o, err);
}

int
api_jobs_get(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	int64_t id;

	rep->etag = true;
	if (query_path_id(req, &id, err) < 0)
		return -1;
	return put_one(app, id, rep, err);
}

int
api_jobs_cancel(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	int64_t id;

	if (query_path_id(req, &id, err) < 0 || jobs_cancel(app, id, err) < 0)
		return -1;
	return put_one(app, id, rep, err);
}
