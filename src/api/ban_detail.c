/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One ban of the archive, and why. */
#include "service/archive/ban_detail.h"

#include <stdio.h>

#include "api/audit_json.h"
#include "api/ban_json.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/archive/ban_evidence.h"
#include "json/write.h"

static void
put_jail(struct json_out *o, const struct ban_detail *d)
{
	json_put_i64_known(o, "max_retry", d->jail_runs ? d->max_retry : -1);
	json_put_i64_known(
	    o, "find_time_seconds", d->jail_runs ? d->find_time_s : -1);
	if (d->jail_runs && d->has_increment)
		json_put_bool(o, "ban_increment", d->increment);
	else
		json_put_null(o, "ban_increment");
}

static int
put_match(void *ctx, const struct ban_match *m, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_str_n(o, "text", m->text, m->text_len);
	json_put_str_n(
	    o, "time", m->time_len == 0 ? NULL : m->time, m->time_len);
	json_put_bool(o, "escaped", m->escaped);
	json_put_bool(o, "truncated", m->truncated);
	json_put_close(o);
	return 0;
}

/* A ban by hand has nothing, and that is all there is. */
static int
put_matches(struct json_out *o, const struct ban_detail *d, struct error *err)
{
	struct ban_evidence e = {.whole = true};

	json_put_array(o, "matches");
	if (d->evidence_size > 0 &&
	    ban_evidence_matches(buf_str(&d->evidence), d->evidence.len,
		put_match, o, &e, err) < 0)
		return -1;
	json_put_close(o);
	json_put_i64(o, "matches_total", e.matches);
	json_put_bool(o, "matches_complete", e.whole);
	json_put_i64(o, "evidence_bytes", d->evidence_size);
	return 0;
}

static void
put_neighbours(struct json_out *o, const struct ban_detail *d)
{
	bool known = d->network[0] != '\0';

	json_put_object(o, "neighbours");
	json_put_str_known(o, "network", d->network);
	json_put_i64_known(o, "bans", known ? d->in_network.bans : -1);
	json_put_i64_known(
	    o, "addresses", known ? d->in_network.addresses : -1);
	json_put_bool(o, "exact", !known || d->in_network.exact);
	if (d->asn < 0) {
		json_put_null(o, "asn");
	} else {
		json_put_object(o, "asn");
		json_put_i64(o, "asn", d->asn);
		json_put_str_known(o, "as_org", d->as_org);
		json_put_i64(o, "bans", d->as_bans);
		json_put_close(o);
	}
	json_put_close(o);
}

/* Who did what is for those to read who may read the audit log. */
static int
put_acts(struct app *app, const struct request *req, const struct ban_detail *d,
    struct json_out *o, struct error *err)
{
	if ((api_caller(req)->scopes & AUTH_SCOPE_ADMIN) == 0) {
		json_put_null(o, "acts");
		return 0;
	}
	json_put_array(o, "acts");
	if (ban_detail_acts(app, d, audit_json_row, o, err) < 0)
		return -1;
	json_put_close(o);
	return 0;
}

static int
put_others(struct app *app, const struct ban_detail *d, struct json_out *o,
    struct error *err)
{
	json_put_array(o, "earlier");
	if (ban_detail_each(app, d, BAN_DETAIL_EARLIER, ban_json_row, o, err) <
	    0)
		return -1;
	json_put_close(o);
	json_put_array(o, "later");
	if (ban_detail_each(app, d, BAN_DETAIL_LATER, ban_json_row, o, err) < 0)
		return -1;
	json_put_close(o);
	return 0;
}

int
api_archive_get(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(ban_detail_release) struct ban_detail d = BAN_DETAIL_INIT;
	struct json_out o;
	int64_t id;

	if (query_path_id(req, &id, err) < 0 ||
	    ban_detail_get(app, id, &d, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	if (ban_detail_each(
		app, &d, BAN_DETAIL_ITSELF, ban_json_fields, &o, err) < 0)
		return -1;
	json_put_null(&o, "hostname"); /* nobody asks for it */
	put_jail(&o, &d);
	if (put_matches(&o, &d, err) < 0 || put_others(app, &d, &o, err) < 0)
		return -1;
	put_neighbours(&o, &d);
	if (put_acts(app, req, &d, &o, err) < 0)
		return -1;
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_archive_evidence(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	char name
	    [sizeof "attachment; filename=\"ban-9223372036854775807.json\""];
	int64_t id;

	if (query_path_id(req, &id, err) < 0 ||
	    ban_detail_evidence(app, id, &rep->body, err) < 0)
		return -1;
	/* the array has room for any number */
	(void)snprintf(name, sizeof name,
	    "attachment; filename=\"ban-%lld.json\"", (long long)id);
	rep->etag = true;
	rep->content_type = "application/octet-stream";
	return reply_header(rep, "Content-Disposition", name, err);
}
