/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tokens for programs: making, listing, ending them. */
#include <string.h>

#include "api/handlers.h"
#include "api/query.h"
#include "api/scopes.h"
#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/auth/auth_prove.h"
#include "service/auth/auth_token.h"
#include "json/decode.h"
#include "json/write.h"

/* Longer than what is accepted, so that it can be judged. */
enum { SCOPES_READ_MAX = 8, SCOPE_READ_BYTES = 16 };

struct token_body {
	struct json_text password, name;
	struct str_list scopes;
	int64_t expires_in_s;
	bool has_expiry;
};

/* clang-format off */
static const struct json_field TOKEN_BODY[] = {
	{ .name = "password", .kind = JSON_STR, .required = true,
	  .into = offsetof(struct token_body, password),
	  .min = 1, .max = LIMIT_PASSWORD_READ, .present = JSON_NO_FLAG },
	{ .name = "name", .kind = JSON_STR, .required = true,
	  .into = offsetof(struct token_body, name),
	  .min = 1, .max = LIMIT_TOKEN_NAME, .present = JSON_NO_FLAG },
	{ .name = "scopes", .kind = JSON_STR_LIST, .required = true,
	  .into = offsetof(struct token_body, scopes),
	  .min = 1, .max = SCOPES_READ_MAX, .item_max = SCOPE_READ_BYTES,
	  .present = JSON_NO_FLAG },
	{ .name = "expires_in_seconds", .kind = JSON_INT_OR_NULL,
	  .into = offsetof(struct token_body, expires_in_s),
	  .min = LIMIT_TOKEN_S_MIN, .max = LIMIT_TOKEN_S_MAX,
	  .present = offsetof(struct token_body, has_expiry) },
};
/* clang-format on */

static void
token_body_release(struct token_body *b)
{
	json_release(TOKEN_BODY, ARRAY_LEN(TOKEN_BODY), b);
}

static int64_t
expiry_of(const struct token_body *b)
{
	if (!b->has_expiry)
		return LIMIT_TOKEN_S;
	return b->expires_in_s == JSON_NULL_INT ? AUTH_TOKEN_FOREVER
						: b->expires_in_s;
}

static int
create_reply(struct reply *rep, const struct token_body *b, unsigned scopes,
    const struct auth_token_grant *grant, struct error *err)
{
	struct json_out o;

	rep->status = 201;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_str(&o, "token", grant->token);
	json_put_str(&o, "token_type", "Bearer");
	json_put_i64(&o, "id", grant->id);
	json_put_str(&o, "name", b->name.s);
	scopes_put(&o, scopes);
	json_put_time(&o, "expires_at", grant->expires_at);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_token_create(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(token_body_release) struct token_body b = {0};
	struct auth_token_grant grant;
	struct auth_token_req token;
	struct auth_attempt attempt;
	int rc;

	if (json_decode(req->body, req->body_len, TOKEN_BODY,
		ARRAY_LEN(TOKEN_BODY), &b, err) < 0)
		return -1;
	token = (struct auth_token_req){
	    .name = b.name.s,
	    .name_len = b.name.len,
	    .scopes = scopes_sum(&b.scopes),
	    .expires_in_s = expiry_of(&b),
	};
	attempt = (struct auth_attempt){
	    .password = b.password.s,
	    .password_len = b.password.len,
	    .client = req->client_addr,
	    .user_agent = req->user_agent,
	    .field = "password",
	    .purpose = "token",
	};
	if (auth_token_create(app, &attempt, &token, &grant, err) < 0)
		return -1;
	rc = create_reply(rep, &b, token.scopes, &grant, err);
	explicit_bzero(&grant, sizeof grant);
	return rc;
}

struct list_ctx {
	struct json_out *o;
	int64_t n;
};

static int
put_row(void *arg, const struct token_row *row, struct error *err)
{
	struct list_ctx *ctx = arg;
	char from[ADDR_TEXT_SIZE];

	(void)err; /* the writer latches, json_end() tells */
	addr_format(&row->last_used_from, from);
	json_put_object(ctx->o, NULL);
	json_put_i64(ctx->o, "id", row->id);
	json_put_str(ctx->o, "name", row->name);
	scopes_put(ctx->o, row->scopes);
	json_put_time(ctx->o, "created_at", row->created_at);
	json_put_time(ctx->o, "expires_at", row->expires_at);
	json_put_time(ctx->o, "last_used_at", row->last_used_at);
	json_put_str(
	    ctx->o, "last_used_from", row->last_used_at < 0 ? NULL : from);
	json_put_close(ctx->o);
	ctx->n++;
	return 0;
}

int
api_tokens_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct json_out o;
	struct list_ctx ctx = {.o = &o};

	(void)req; /* a closed collection: all of it */
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (auth_token_list(app, put_row, &ctx, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", ctx.n);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_tokens_revoke(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	int64_t id;

	if (query_path_id(req, &id, err) < 0 ||
	    auth_token_revoke(app, id, err) < 0)
		return -1;
	rep->status = 204;
	return 0;
}
