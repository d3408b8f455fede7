/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whole lists as a file, under the filters of the lists: bans in force, the
 * archive, the audit log; as CSV or as a JSON object a line. They are read
 * and sent some rows at a time.
 */
#include <stdio.h>
#include <stdlib.h>

#include "api/active_ban_filter.h"
#include "api/active_ban_json.h"
#include "api/audit_filter.h"
#include "api/audit_json.h"
#include "api/ban_filter.h"
#include "api/ban_json.h"
#include "api/csv_rows.h"
#include "api/handlers.h"
#include "api/query.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/app.h"
#include "service/export.h"
#include "json/write.h"

struct kind;

/* One export while it runs. */
struct export
{
	struct app *app;
	const struct request *req; /* which is there for as long as the reply */
	const struct kind *kind;
	bool csv;
	int place;      /* among the exports of all workers; -1: not yet */
	struct buf *to; /* of the bite at hand */
	struct ban_filter history; /* and of audit its time and client */
	struct audit_filter audit;
	struct bans_filter bans;
	union {
		struct bans_run bans;
		struct ban_run history;
		struct audit_run audit;
	} run;
};

/* What can be exported. */
struct kind {
	const char *name, *csv_head;
	const char *const *query; /* the parameters that it takes */
	size_t n_query;
	void (*read)(struct export *x, struct error *err);
	int (*begin)(struct export *x, struct error *err);
	int (*next)(struct export *x, struct error *err); /* 1: more, 0: end */
};

/* Behind one value of JSON. */
static int
end_line(struct export *x, struct json_out *o, struct error *err)
{
	buf_add_char(x->to, '\n');
	return json_end(o, err);
}

static void
bans_read(struct export *x, struct error *err)
{
	active_ban_filter_read(x->req, &x->bans, err);
}

static int
bans_begin(struct export *x, struct error *err)
{
	return bans_run_begin(x->app, &x->bans, &x->run.bans, err);
}

static int
bans_row(void *ctx, const struct bans_row *r, struct error *err)
{
	struct export *x = ctx;
	struct json_out o;

	if (x->csv) {
		csv_row_bans(x->to, r);
		return 0;
	}
	json_begin(&o, x->to);
	return active_ban_json_row(&o, r, err) < 0 ? -1 : end_line(x, &o, err);
}

static int
bans_next(struct export *x, struct error *err)
{
	return bans_run_next(
	    x->app, &x->run.bans, LIMIT_EXPORT_ROWS, bans_row, x, err);
}

static void
history_read(struct export *x, struct error *err)
{
	ban_filter_read(x->req, BAN_RANGE_ALL, &x->history, err);
}

static int
history_begin(struct export *x, struct error *err)
{
	const struct ban_ask ask = {.filter = &x->history};

	return ban_run_begin(x->app, &ask, &x->run.history, err);
}

static int
history_row(void *ctx, const struct ban_list_row *r, struct error *err)
{
	struct export *x = ctx;
	struct json_out o;

	if (x->csv) {
		csv_row_history(x->to, r);
		return 0;
	}
	json_begin(&o, x->to);
	return ban_json_row(&o, r, err) < 0 ? -1 : end_line(x, &o, err);
}

static int
history_next(struct export *x, struct error *err)
{
	return ban_run_next(
	    x->app, &x->run.history, LIMIT_EXPORT_ROWS, history_row, x, err);
}

static void
audit_read(struct export *x, struct error *err)
{
	audit_filter_read(x->req, &x->history, &x->audit, err);
}

/* "action=ban&range=7d", as it was read. */
static void
filters_write(const struct request *req, struct buf *to)
{
	for (size_t i = 0; i < req->n_query; i++) {
		const struct request_param *p = &req->query[i];

		if (i > 0)
			buf_add_char(to, '&');
		buf_add(to, p->name, p->name_len);
		buf_add_char(to, '=');
		buf_add_str(to, p->value);
	}
}

static int
audit_begin(struct export *x, struct error *err)
{
	AUTO(buf_release) struct buf filters = BUF_INIT(LIMIT_URI);

	filters_write(x->req, &filters);
	if (buf_check(&filters, err) < 0 ||
	    export_note_audit(x->app, x->csv ? "csv" : "ndjson",
		filters.len > 0 ? filters.data : NULL, err) < 0)
		return -1;
	return audit_run_begin(x->app, &x->audit, &x->run.audit, err);
}

static int
audit_row(void *ctx, const struct audit_row *r, struct error *err)
{
	struct export *x = ctx;
	struct json_out o;

	if (x->csv) {
		csv_row_audit(x->to, r);
		return 0;
	}
	json_begin(&o, x->to);
	return audit_json_row(&o, r, err) < 0 ? -1 : end_line(x, &o, err);
}

static int
audit_next(struct export *x, struct error *err)
{
	return audit_run_next(
	    x->app, &x->run.audit, LIMIT_EXPORT_ROWS, audit_row, x, err);
}

static const char *const BANS_QUERY[] = {ACTIVE_BAN_FILTER_NAMES};
static const char *const HISTORY_QUERY[] = {BAN_FILTER_NAMES};
static const char *const AUDIT_QUERY[] = {AUDIT_FILTER_NAMES};

/* clang-format off */
static const struct kind BANS = {
	"bans", CSV_HEAD_BANS, BANS_QUERY, ARRAY_LEN(BANS_QUERY),
	bans_read, bans_begin, bans_next,
};
static const struct kind HISTORY = {
	"history", CSV_HEAD_HISTORY, HISTORY_QUERY, ARRAY_LEN(HISTORY_QUERY),
	history_read, history_begin, history_next,
};
static const struct kind AUDIT = {
	"audit", CSV_HEAD_AUDIT, AUDIT_QUERY, ARRAY_LEN(AUDIT_QUERY),
	audit_read, audit_begin, audit_next,
};
/* clang-format on */

static void
export_free(void *arg)
{
	struct export *x = arg;

	if (x == NULL)
		return;
	fd_closep(&x->place);
	free(x);
}

static void
export_freep(struct export **x)
{
	export_free(*x);
}

static int
begin(struct export *x, struct error *err)
{
	x->place = export_place(x->app, err);
	if (x->place < 0 || x->kind->begin(x, err) < 0)
		return -1;
	if (x->csv)
		buf_add_str(x->to, x->kind->csv_head);
	return 0;
}

static int
bite(void *arg, struct buf *to, struct error *err)
{
	struct export *x = arg;

	x->to = to;
	if (x->place < 0 && begin(x, err) < 0)
		return -1;
	return x->kind->next(x, err);
}

/* What a browser saves it as: the day is UTC's, as all times are. */
static int
name_file(const struct export *x, struct reply *rep, struct error *err)
{
	char text[sizeof "attachment; filename=\"bangui-history-2026-11-23"
			 ".ndjson\""];
	char now[TIME_RFC3339_SIZE];

	time_format(x->app->now_s(), now);
	/* fits: no kind has a longer name */
	(void)snprintf(text, sizeof text,
	    "attachment; filename=\"bangui-%s-%.10s.%s\"", x->kind->name, now,
	    x->csv ? "csv" : "ndjson");
	return reply_header(rep, "Content-Disposition", text, err);
}

static int
start(struct app *app, const struct request *req, struct reply *rep,
    const struct kind *kind, bool csv, struct error *err)
{
	AUTO(export_freep) struct export *x = calloc(1, sizeof *x);

	if (x == NULL)
		return err_nomem(err);
	*x = (struct export){
	    .app = app, .req = req, .kind = kind, .csv = csv, .place = -1};
	query_refuse_unknown(req, kind->query, kind->n_query, err);
	kind->read(x, err);
	if (query_check(err) < 0 || name_file(x, rep, err) < 0)
		return -1;
	rep->content_type = csv ? "text/csv; charset=utf-8; header=present"
				: "application/x-ndjson";
	reply_set_stream(
	    rep, &(struct reply_stream){bite, export_free, STEAL(x)});
	return 0;
}

int
api_export_bans_csv(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return start(app, req, rep, &BANS, true, err);
}

int
api_export_bans_ndjson(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return start(app, req, rep, &BANS, false, err);
}

int
api_export_history_csv(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return start(app, req, rep, &HISTORY, true, err);
}

int
api_export_history_ndjson(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return start(app, req, rep, &HISTORY, false, err);
}

int
api_export_audit_csv(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return start(app, req, rep, &AUDIT, true, err);
}

int
api_export_audit_ndjson(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return start(app, req, rep, &AUDIT, false, err);
}
