/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where addresses are, and what that is known from. */
#include "service/geo/geo.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "api/geo_json.h"
#include "api/handlers.h"
#include "api/once.h"
#include "base/error.h"
#include "base/limits.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/audit/audit.h"
#include "service/jobs/jobs.h"
#include "json/decode.h"
#include "json/write.h"

int
api_geo_get(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	const char *text = request_path_param(req, "ip");
	char canonical[ADDR_TEXT_SIZE];
	struct geo_result r;
	struct addr a;
	struct json_out o;

	if (!addr_parse_net(text, strlen(text), &a))
		return err_field(err, "ip",
		    "Is no address or network: write 203.0.113.7, "
		    "2001:db8::7 or 203.0.113.0/24.");
	if (geo_resolve(app, &a, &r, err) < 0)
		return -1;
	addr_format(&a, canonical);
	rep->etag = true;
	json_begin(&o, &rep->body);
	geo_json_put(&o, NULL, canonical, &r);
	return json_end(&o, err);
}

/* One of the two files. */
static void
put_file(struct json_out *o, const char *name, const struct geo_db *db)
{
	bool open = db->file.open; /* be it an older copy than there could be */

	json_put_object(o, name);
	json_put_bool(o, "configured", db->configured);
	json_put_bool(o, "usable", open);
	json_put_str(o, "type", open ? db->file.type : NULL);
	json_put_time(o, "built_at", open ? db->file.built_at : -1);
	json_put_close(o);
}

int
api_geo_stats(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct geo_status s;
	struct json_out o;

	(void)req; /* there is nothing to choose */
	if (geo_status_get(app, &s, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	put_file(&o, "country_db", &s.country);
	put_file(&o, "asn_db", &s.asn);
	json_put_bool(&o, "http_fallback", s.http_fallback);
	json_put_object(&o, "cache");
	json_put_i64(&o, "rows", s.rows);
	json_put_bool(&o, "rows_exact", s.rows < LIMIT_GEO_COUNT);
	json_put_i64(&o, "waiting", s.waiting);
	json_put_i64(&o, "unknown", s.unknown);
	json_put_close(&o);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
re_resolve(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	char location[sizeof "/api/jobs/-9223372036854775808"];
	struct audit_entry note = AUDIT_ENTRY(AUDIT_GEO_RE_RESOLVE);
	struct json_out o;
	int64_t id;

	/* there is nothing to choose, and what is not known is refused */
	if (json_decode(req->body, req->body_len, NULL, 0, NULL, err) < 0 ||
	    jobs_queue(app, JOB_GEO_RETRY, "", &id, err) < 0)
		return -1;
	audit_target_i64(&note, id);
	audit_note(app, &note);
	(void)snprintf(location, sizeof location, "/api/jobs/%" PRId64, id);
	if (reply_header(rep, "Location", location, err) < 0)
		return -1;
	rep->status = 202;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_i64(&o, "job_id", id);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_geo_re_resolve(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return once(app, req, rep, re_resolve, err);
}
