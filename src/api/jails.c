/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jails as they run. */
#include "service/jails.h"
#include "api/handlers.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

static void
put_list(struct json_out *o, const char *name, const struct str_list *l)
{
	json_put_array(o, name);
	for (size_t i = 0; i < l->n; i++)
		json_put_str(o, NULL, l->items[i]);
	json_put_close(o);
}

static void
put_increment(struct json_out *o, const struct f2b_jail *j)
{
	if (!j->has_increment) {
		json_put_null(o, "ban_time_increment");
		return;
	}
	json_put_object(o, "ban_time_increment");
	json_put_bool(o, "enabled", j->increment);
	json_put_bool(o, "overall_jails", j->overall_jails);
	json_put_i64_known(o, "max_time_seconds", j->max_time_s);
	json_put_i64_known(o, "rnd_time_seconds", j->rnd_time_s);
	json_put_str(o, "factor", j->factor);
	json_put_str(o, "formula", j->formula);
	json_put_str(o, "multipliers", j->multipliers);
	json_put_close(o);
}

static void
put_counters(struct json_out *o, const struct f2b_counters *c)
{
	json_put_i64(o, "currently_failed", c->currently_failed);
	json_put_i64(o, "total_failed", c->total_failed);
	json_put_i64(o, "currently_banned", c->currently_banned);
	json_put_i64(o, "total_banned", c->total_banned);
}

static void
put_limits(struct json_out *o, const struct f2b_jail *j)
{
	json_put_i64(o, "find_time_seconds", j->find_time_s);
	json_put_i64(o, "ban_time_seconds", j->ban_time_s);
	json_put_i64(o, "max_retry", j->max_retry);
	json_put_i64(o, "max_matches", j->max_matches);
	json_put_str(o, "use_dns", j->use_dns);
	json_put_str(o, "encoding", j->encoding);
	json_put_str(o, "date_pattern", j->date_pattern);
	put_increment(o, j);
}

/* The one encoder of a jail. Only its configuration knows backend and filter,
 * and that is not read here. */
static void
put_jail(struct json_out *o, const struct f2b_jail *j)
{
	json_put_object(o, NULL);
	json_put_str(o, "name", j->name);
	json_put_bool(o, "enabled", true);
	json_put_bool(o, "running", true);
	if (j->idle_known)
		json_put_bool(o, "idle", j->idle);
	else
		json_put_null(o, "idle");
	json_put_null(o, "backend");
	json_put_null(o, "filter");
	put_list(o, "log_paths", &j->log_paths);
	put_list(o, "journal_match", &j->journal_match);
	put_counters(o, &j->counters);
	put_limits(o, j);
	put_list(o, "fail_regex", &j->fail_regex);
	put_list(o, "ignore_regex", &j->ignore_regex);
	put_list(o, "actions", &j->actions);
	put_list(o, "ignore_ips", &j->ignore_ips);
	json_put_bool(o, "ignore_self", j->ignore_self);
	json_put_close(o);
}

int
api_jails_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(jails_list_release) struct jails_list l = {.items = NULL};
	struct json_out o;

	(void)req; /* a closed collection: all of it */
	if (jails_list(app, &l, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (size_t i = 0; i < l.names.n; i++)
		put_jail(&o, &l.items[i]);
	json_put_close(&o);
	json_put_i64(&o, "total", (int64_t)l.names.n);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_jails_get(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(f2b_jail_release) struct f2b_jail jail = {0};
	struct json_out o;

	if (jails_get(app, request_path_param(req, "name"), &jail, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	put_jail(&o, &jail);
	return json_end(&o, err);
}
