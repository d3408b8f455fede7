/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All about one address. */
#include "service/ips.h"

#include <string.h>

#include "api/allow_json.h"
#include "api/ban_json.h"
#include "api/geo_json.h"
#include "api/handlers.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/guard/allow.h"
#include "json/write.h"

static void
put_active(struct json_out *o, const struct ips_report *r)
{
	if (!r->live) {
		json_put_null(o, "active");
		return;
	}
	json_put_array(o, "active");
	for (size_t i = 0; i < r->n_active; i++) {
		const struct ips_ban *b = &r->active[i];

		json_put_object(o, NULL);
		json_put_str(o, "jail", b->jail);
		json_put_time(o, "banned_at", b->banned_at);
		json_put_time(o, "expires_at", b->expires_at);
		json_put_bool(o, "permanent", b->expires_at < 0);
		json_put_close(o);
	}
	json_put_close(o);
}

static void
put_history(struct json_out *o, const struct ips_report *r)
{
	json_put_object(o, "history");
	json_put_i64(o, "bans", r->bans);
	json_put_time(o, "first_banned_at", r->first_at);
	json_put_time(o, "last_banned_at", r->last_at);
	json_put_array(o, "jails");
	for (size_t i = 0; i < r->n_past; i++) {
		json_put_object(o, NULL);
		json_put_str(o, "jail", r->past[i].jail);
		json_put_i64(o, "bans", r->past[i].bans);
		json_put_close(o);
	}
	json_put_close(o);
	json_put_close(o);
}

/* What on the allowlist covers it. */
static int
put_allowed(struct app *app, struct json_out *o, const struct ips_report *r,
    struct error *err)
{
	struct allow_json j = {.app = app, .o = o};
	struct addr a;

	json_put_array(o, "allowed_by");
	if (addr_parse_net(r->canonical, strlen(r->canonical), &a) &&
	    allow_covering(app, &a, allow_json_row, &j, err) < 0)
		return -1;
	json_put_close(o);
	return 0;
}

int
api_ips_get(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(ips_report_release) struct ips_report r = {.active = NULL};
	const char *id = request_path_param(req, "ip");
	struct json_out o;

	if (ips_get(app, id, &r, err) < 0)
		return -1;
	if (r.canonical[0] != '\0')
		id = r.canonical;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_str(&o, "ip", id);
	geo_json_put(&o, "geo", id, &r.geo);
	put_active(&o, &r);
	put_history(&o, &r);
	if (put_allowed(app, &o, &r, err) < 0)
		return -1;
	json_put_array(&o, "recent");
	if (ips_recent(app, &r, ban_json_row, &o, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_close(&o);
	return json_end(&o, err);
}
