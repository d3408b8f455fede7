/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the owner is signed in: listing and ending sessions. */
#include "api/cookie.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/auth/auth.h"
#include "json/write.h"

static const char *const LIST_QUERY[] = {"cursor", "limit"};

/* The session that asks, or 0 for a token. */
static int64_t
own_id(const struct request *req)
{
	const struct caller *who = api_caller(req);

	return who->kind == CALLER_COOKIE ? who->session.id : 0;
}

struct list_ctx {
	struct json_out *o;
	int64_t own_id;
};

static int
put_row(void *arg, const struct session_seen *s, struct error *err)
{
	const struct list_ctx *ctx = arg;
	char client[ADDR_TEXT_SIZE];

	(void)err; /* the writer latches, json_end() tells */
	addr_format(&s->client, client);
	json_put_object(ctx->o, NULL);
	json_put_i64(ctx->o, "id", s->row.id);
	json_put_time(ctx->o, "created_at", s->row.created_at);
	json_put_time(ctx->o, "last_seen_at", s->row.last_seen_at);
	json_put_time(ctx->o, "expires_at", s->row.expires_at);
	json_put_str(ctx->o, "client", client);
	json_put_str(ctx->o, "user_agent", s->user_agent);
	json_put_bool(ctx->o, "current", s->row.id == ctx->own_id);
	json_put_close(ctx->o);
	return 0;
}

int
api_sessions_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct auth_session_page page = {
	    .cursor = request_query(req, "cursor")};
	struct json_out o;
	struct list_ctx ctx = {.o = &o, .own_id = own_id(req)};

	query_refuse_unknown(req, LIST_QUERY, ARRAY_LEN(LIST_QUERY), err);
	query_limit(req, &page.limit, err);
	if (query_check(err) < 0)
		return -1;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (auth_session_list(app, &page, put_row, &ctx, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", page.total);
	json_put_str_known(&o, "next_cursor", page.next_cursor);
	json_put_str_known(&o, "prev_cursor", page.prev_cursor);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_sessions_end(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	int64_t id;

	if (query_path_id(req, &id, err) < 0 ||
	    auth_session_end(app, id, err) < 0)
		return -1;
	rep->status = 204;
	return id == own_id(req) ? cookie_clear(rep, err) : 0;
}

int
api_sessions_end_others(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	struct json_out o;
	int64_t ended;

	if (auth_session_end_others(app, own_id(req), &ended, err) < 0)
		return -1;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_i64(&o, "ended", ended);
	json_put_close(&o);
	return json_end(&o, err);
}
