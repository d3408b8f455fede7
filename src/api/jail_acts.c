/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Starting, stopping, pausing and reloading jails. */
#include "api/handlers.h"
#include "api/jail_json.h"
#include "base/error.h"
#include "base/limits.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/jails/jails_act.h"
#include "json/decode.h"
#include "json/write.h"

struct act_body {
	struct json_text reason;
	bool idle;
};

/* clang-format off */
#define FIELD_REASON \
	{ .name = "reason", .kind = JSON_STR, .nullable = true, \
	  .into = offsetof(struct act_body, reason), \
	  .max = LIMIT_REASON, .present = JSON_NO_FLAG }

static const struct json_field ACT_BODY[] = {
	FIELD_REASON,
};

static const struct json_field IDLE_BODY[] = {
	FIELD_REASON,
	{ .name = "idle", .kind = JSON_BOOL, .required = true,
	  .into = offsetof(struct act_body, idle), .present = JSON_NO_FLAG },
};
/* clang-format on */

/* Without a required field the body may be left away. */
static int
act_body_read(const struct request *req, const struct json_field *fields,
    size_t n, struct act_body *out, struct error *err)
{
	if (req->body_len == 0 && fields == ACT_BODY)
		return 0;
	if (json_decode(req->body, req->body_len, fields, n, out, err) < 0)
		return -1;
	if (out->reason.s != NULL &&
	    str_has_control(out->reason.s, out->reason.len))
		return err_field(
		    err, "reason", "Must not hold control characters.");
	return 0;
}

static void
act_body_release(struct act_body *b)
{
	/* both tables own no more than this one names */
	json_release(ACT_BODY, ARRAY_LEN(ACT_BODY), b);
}

static void
put_names(struct json_out *o, const char *name, const struct str_list *l)
{
	json_put_array(o, name);
	for (size_t i = 0; i < l->n; i++)
		json_put_str(o, NULL, l->items[i]);
	json_put_close(o);
}

static void
put_issues(struct json_out *o, const struct conf_issues *l)
{
	json_put_array(o, "issues");
	for (size_t i = 0; i < l->n; i++) {
		const struct conf_issue *issue = &l->items[i];

		json_put_object(o, NULL);
		json_put_str(o, "severity",
		    issue->severity == CONF_ERROR ? "error" : "warning");
		json_put_str_known(o, "where", issue->where);
		json_put_str(o, "message", issue->text);
		json_put_close(o);
	}
	json_put_close(o);
}

static int
put_act(struct reply *rep, const struct jails_act *a, struct error *err)
{
	struct json_out o;

	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_str(&o, "outcome", jails_outcome_name(a->outcome));
	json_put_str(&o, "name", a->jail);
	put_issues(&o, &a->issues);
	put_names(&o, "jails_before", &a->before);
	put_names(&o, "jails_after", &a->after);
	put_names(&o, "lost", &a->lost);
	put_names(&o, "brought_back", &a->brought_back);
	json_put_i64(&o, "banned_before", a->banned_before);
	json_put_i64(&o, "banned_after", a->banned_after);
	if (a->has_now)
		jail_json_put(&o, "jail", &a->now);
	else
		json_put_null(&o, "jail");
	json_put_close(&o);
	return json_end(&o, err);
}

typedef int act_call(struct app *app, struct jails_act *a, struct error *err);

/* An act on the jail of the path, or without one on all. */
static int
run_act(struct app *app, const struct request *req, struct reply *rep,
    act_call *call, struct error *err)
{
	AUTO(act_body_release) struct act_body b = {.idle = false};
	AUTO(jails_act_release)
	struct jails_act a = {.jail = request_path_param(req, "name")};

	if (act_body_read(req, ACT_BODY, ARRAY_LEN(ACT_BODY), &b, err) < 0)
		return -1;
	a.reason = b.reason.s;
	if (call(app, &a, err) < 0)
		return -1;
	return put_act(rep, &a, err);
}

int
api_jails_start(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	return run_act(app, req, rep, jails_start, err);
}

int
api_jails_stop(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	return run_act(app, req, rep, jails_stop, err);
}

int
api_jails_reload(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	return run_act(app, req, rep, jails_reload, err);
}

int
api_jails_idle(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(act_body_release) struct act_body b = {.idle = false};
	AUTO(jails_act_release)
	struct jails_act a = {.jail = request_path_param(req, "name")};

	if (act_body_read(req, IDLE_BODY, ARRAY_LEN(IDLE_BODY), &b, err) < 0)
		return -1;
	a.reason = b.reason.s;
	if (jails_idle(app, &a, b.idle, err) < 0)
		return -1;
	return put_act(rep, &a, err);
}
