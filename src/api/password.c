/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another password. */
#include <string.h>

#include "api/cookie.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "base/limits.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/auth/auth_change.h"
#include "service/auth/auth_prove.h"
#include "json/decode.h"

struct password_body {
	struct json_text current, next;
	bool revoke_tokens;
};

/* clang-format off */
static const struct json_field PASSWORD_BODY[] = {
	{ .name = "current_password", .kind = JSON_STR, .required = true,
	  .into = offsetof(struct password_body, current),
	  .min = 1, .max = LIMIT_PASSWORD_READ, .present = JSON_NO_FLAG },
	{ .name = "new_password", .kind = JSON_STR, .required = true,
	  .into = offsetof(struct password_body, next),
	  .min = 1, .max = LIMIT_PASSWORD_READ, .present = JSON_NO_FLAG },
	{ .name = "revoke_tokens", .kind = JSON_BOOL,
	  .into = offsetof(struct password_body, revoke_tokens),
	  .present = JSON_NO_FLAG },
};
/* clang-format on */

static void
password_body_release(struct password_body *b)
{
	json_release(PASSWORD_BODY, ARRAY_LEN(PASSWORD_BODY), b);
}

static int
change(struct app *app, const struct request *req,
    const struct password_body *b, struct auth_grant *out, struct error *err)
{
	const struct caller *who = api_caller(req);
	const struct auth_attempt attempt = {
	    .password = b->current.s,
	    .password_len = b->current.len,
	    .client = req->client_addr,
	    .user_agent = req->user_agent,
	    .field = "current_password",
	    .purpose = "password",
	};
	const struct auth_change change = {
	    .password = b->next.s,
	    .password_len = b->next.len,
	    .field = "new_password",
	    .session_id = who->kind == CALLER_COOKIE ? who->session.id : 0,
	    .revoke_tokens = b->revoke_tokens,
	};

	out->expires_at = who->session.expires_at;
	return auth_password_change(app, &attempt, &change, out->token, err);
}

int
api_password_change(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	AUTO(password_body_release) struct password_body b = {0};
	struct auth_grant grant;
	int rc;

	if (json_decode(req->body, req->body_len, PASSWORD_BODY,
		ARRAY_LEN(PASSWORD_BODY), &b, err) < 0 ||
	    change(app, req, &b, &grant, err) < 0)
		return -1;
	rep->status = 204;
	rc = grant.token[0] != '\0' ? cookie_set(rep, req, &grant, err) : 0;
	explicit_bzero(&grant, sizeof grant);
	return rc;
}
