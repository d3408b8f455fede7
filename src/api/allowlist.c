/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The allowlist: who shall not be banned. */
#include "service/guard/allow.h"

#include <string.h>

#include "api/allow_json.h"
#include "api/handlers.h"
#include "api/once.h"
#include "api/query.h"
#include "base/error.h"
#include "base/limits.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/app.h"
#include "json/decode.h"
#include "json/write.h"

static const char *
state_of(const struct allow_json *j, const struct allow_row *row)
{
	if (row->expires_at >= 0 && row->expires_at <= j->app->now_s())
		return "expired";
	if (row->applied_at < 0 || (row->is_host && row->looked_at < 0))
		return "pending";
	return "in_force";
}

static int
put_net(void *ctx, const struct addr *net, struct error *err)
{
	char text[ADDR_TEXT_SIZE];

	(void)err; /* the writer latches, json_end() tells */
	addr_format(net, text);
	json_put_str(ctx, NULL, text);
	return 0;
}

int
allow_json_row(void *ctx, const struct allow_row *row, struct error *err)
{
	struct allow_json *j = ctx;
	struct json_out *o = j->o;

	json_put_object(o, NULL);
	json_put_i64(o, "id", row->id);
	json_put_str(o, "value", row->value);
	json_put_bool(o, "is_host", row->is_host);
	json_put_array(o, "jails");
	for (const char *s = row->jails; *s != '\0'; s += strcspn(s, "\n") + 1)
		json_put_str_n(o, NULL, s, strcspn(s, "\n"));
	json_put_close(o);
	json_put_str(o, "note", row->note);
	json_put_str_known(o, "author", row->author);
	json_put_time(o, "created_at", row->created_at);
	json_put_time(o, "expires_at", row->expires_at);
	json_put_str(o, "state", state_of(j, row));
	json_put_array(o, "addresses");
	if (allow_nets(j->app, row->id, put_net, o, err) < 0)
		return -1;
	json_put_close(o);
	json_put_close(o);
	j->n++;
	return 0;
}

int
api_allow_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct json_out o;
	struct allow_json j = {.app = app, .o = &o};

	(void)req; /* a closed collection: all of it */
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (allow_list(app, allow_json_row, &j, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", j.n);
	json_put_close(&o);
	return json_end(&o, err);
}

struct allow_body {
	struct json_text value, note;
	struct str_list jails;
	bool has_jails;
	int64_t expires_in_s;
	bool has_expiry, force, lift;
};

/* clang-format off */
#define REST_OF_BODY \
	{ .name = "jails", .kind = JSON_STR_LIST, \
	  .into = offsetof(struct allow_body, jails), \
	  .max = LIMIT_ALLOW_JAILS, .item_max = LIMIT_JAIL_NAME, \
	  .present = offsetof(struct allow_body, has_jails) }, \
	{ .name = "note", .kind = JSON_STR, \
	  .into = offsetof(struct allow_body, note), \
	  .max = LIMIT_REASON, .present = JSON_NO_FLAG }, \
	{ .name = "expires_in_seconds", .kind = JSON_INT_OR_NULL, \
	  .into = offsetof(struct allow_body, expires_in_s), \
	  .min = 60, .max = LIMIT_TOKEN_S_MAX, \
	  .present = offsetof(struct allow_body, has_expiry) }, \
	{ .name = "lift", .kind = JSON_BOOL, \
	  .into = offsetof(struct allow_body, lift), .present = JSON_NO_FLAG }

static const struct json_field ADD_BODY[] = {
	{ .name = "value", .kind = JSON_STR, .required = true,
	  .into = offsetof(struct allow_body, value),
	  .min = 1, .max = LIMIT_ALLOW_VALUE, .present = JSON_NO_FLAG },
	{ .name = "force", .kind = JSON_BOOL,
	  .into = offsetof(struct allow_body, force), .present = JSON_NO_FLAG },
	REST_OF_BODY,
};

static const struct json_field CHANGE_BODY[] = { REST_OF_BODY };
/* clang-format on */

static void
body_release(struct allow_body *b)
{
	/* ADD_BODY names everything that the struct can own */
	json_release(ADD_BODY, ARRAY_LEN(ADD_BODY), b);
}

static int
request_of(
    const struct allow_body *b, struct allow_request *out, struct error *err)
{
	if (b->note.s != NULL && str_has_control(b->note.s, b->note.len))
		return err_field(
		    err, "note", "Must not hold control characters.");
	*out = (struct allow_request){
	    .value = b->value.s,
	    .jails = b->has_jails ? &b->jails : NULL,
	    .note = b->note.s,
	    .has_expiry = b->has_expiry,
	    .expires_in_s = b->expires_in_s == JSON_NULL_INT ? ALLOW_FOREVER
							     : b->expires_in_s,
	    .force = b->force,
	    .lift = b->lift,
	};
	return 0;
}

static int
put_done(struct reply *rep, const struct allow_done *done, struct error *err)
{
	struct json_out o;

	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_i64(&o, "id", done->id);
	json_put_bool(&o, "applied", done->applied);
	json_put_i64_known(&o, "covered_bans", done->covered);
	json_put_i64(&o, "lifted", done->lifted);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
add(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(body_release) struct allow_body b = {0};
	struct allow_request request;
	struct allow_done done;

	if (json_decode(req->body, req->body_len, ADD_BODY, ARRAY_LEN(ADD_BODY),
		&b, err) < 0 ||
	    request_of(&b, &request, err) < 0 ||
	    allow_add(app, &request, &done, err) < 0)
		return -1;
	rep->status = 201;
	return put_done(rep, &done, err);
}

int
api_allow_add(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	return once(app, req, rep, add, err);
}

int
api_allow_change(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(body_release) struct allow_body b = {0};
	struct allow_request request;
	struct allow_done done;
	int64_t id;

	if (json_decode(req->body, req->body_len, CHANGE_BODY,
		ARRAY_LEN(CHANGE_BODY), &b, err) < 0 ||
	    request_of(&b, &request, err) < 0 ||
	    query_path_id(req, &id, err) < 0 ||
	    allow_change(app, id, &request, &done, err) < 0)
		return -1;
	return put_done(rep, &done, err);
}

int
api_allow_remove(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	int64_t id;

	if (query_path_id(req, &id, err) < 0 || allow_remove(app, id, err) < 0)
		return -1;
	rep->status = 204;
	return 0;
}
