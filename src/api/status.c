/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The state of the server: fail2ban's, and what the operator should know. */
#include "service/status.h"
#include "api/handlers.h"
#include "base/error.h"
#include "f2b/policy.h"
#include "http/reply.h"
#include "json/write.h"

/* A number that is known only while fail2ban answers. */
static void
put_known(struct json_out *o, const char *name, bool known, int64_t v)
{
	if (known)
		json_put_i64(o, name, v);
	else
		json_put_null(o, name);
}

static void
put_fail2ban(struct json_out *o, const struct status *s)
{
	bool on = s->online;

	json_put_object(o, "fail2ban");
	json_put_bool(o, "online", on);
	json_put_str(o, "version", on ? s->version : NULL);
	json_put_null(o, "uptime_hint"); /* fail2ban does not tell it */
	put_known(o, "active_jails", on, s->active_jails);
	put_known(o, "currently_banned", on, s->sum.currently_banned);
	put_known(o, "total_banned", on, s->sum.total_banned);
	put_known(o, "currently_failed", on, s->sum.currently_failed);
	put_known(o, "total_failed", on, s->sum.total_failed);
	json_put_str(o, "log_level", on ? s->server.log_level : NULL);
	json_put_str(o, "log_target", s->server.log_target);
	put_known(o, "db_purge_age_seconds",
	    on && s->server.db_purge_age_s >= 0, s->server.db_purge_age_s);
	json_put_close(o);
}

/* Null until somebody has answered. */
static void
put_gate(struct json_out *o, const struct f2b_peer *p)
{
	if (!p->known) {
		json_put_null(o, "gate");
		return;
	}
	json_put_object(o, "gate");
	json_put_str(o, "mode", p->gate ? "gate" : "direct");
	json_put_str(o, "level", policy_level_name(p->level));
	json_put_close(o);
}

static void
put_geo_db(struct json_out *o, const char *name, const struct geo_db *db)
{
	if (!db->file.open) {
		json_put_null(o, name);
		return;
	}
	json_put_object(o, name);
	json_put_str(o, "type", db->file.type);
	json_put_time(o, "built_at", db->file.built_at);
	json_put_close(o);
}

static void
put_geoip(struct json_out *o, const struct geo_status *s)
{
	bool has_file = s->country.configured || s->asn.configured;

	json_put_object(o, "geoip");
	json_put_str(o, "source",
	    has_file           ? "mmdb"
	    : s->http_fallback ? "http"
			       : "none");
	put_geo_db(o, "country_db", &s->country);
	put_geo_db(o, "asn_db", &s->asn);
	json_put_bool(o, "http_fallback", s->http_fallback);
	json_put_close(o);
}

static const char *
history_state(const struct history_status *h)
{
	if (h->off != HISTORY_ON)
		return "off";
	return h->filling ? "filling" : "on";
}

/* 0 is no time: nothing was banned, copied, or is the matter. */
static void
put_time_or_null(struct json_out *o, const char *name, int64_t t)
{
	if (t != 0)
		json_put_time(o, name, t);
	else
		json_put_null(o, name);
}

static void
put_history(struct json_out *o, const struct history_status *h)
{
	json_put_object(o, "history");
	json_put_str(o, "state", history_state(h));
	put_time_or_null(o, "off_since", h->off_since);
	json_put_i64(o, "rows", h->n_bans);
	put_time_or_null(o, "oldest", h->oldest);
	put_time_or_null(o, "newest", h->newest);
	put_time_or_null(o, "last_sync_at", h->last_sync_at);
	if (h->filling) {
		json_put_object(o, "fill");
		json_put_i64(o, "done", h->fill_done);
		json_put_i64(o, "total", h->fill_total);
		json_put_close(o);
	} else {
		json_put_null(o, "fill");
	}
	json_put_close(o);
}

static void
put_warnings(struct json_out *o, const struct status *s)
{
	json_put_array(o, "warnings");
	for (size_t i = 0; i < s->n_warnings; i++) {
		json_put_object(o, NULL);
		json_put_str(o, "code", s->warnings[i].code);
		json_put_str(o, "detail", s->warnings[i].detail);
		json_put_close(o);
	}
	json_put_close(o);
}

int
api_status(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(status_release) struct status s = {0};
	struct json_out o;

	(void)req; /* there is nothing to choose */
	if (status_get(app, &s, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	put_fail2ban(&o, &s);
	put_gate(&o, &s.peer);
	put_geoip(&o, &s.geo);
	put_history(&o, &s.history);
	put_warnings(&o, &s);
	json_put_close(&o);
	return json_end(&o, err);
}
