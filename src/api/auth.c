/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Set-up, sign-in, sign-out, and who is signed in. */
#include <string.h>

#include "api/cookie.h"
#include "api/guard.h"
#include "api/handlers.h"
#include "api/scopes.h"
#include "base/error.h"
#include "base/limits.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/auth/auth.h"
#include "json/decode.h"
#include "json/write.h"

enum { SETUP_CODE_READ_MAX = 64 };

struct setup_body {
	struct json_text code, password, timezone;
	int64_t session_minutes;
};

/* clang-format off */
static const struct json_field SETUP_BODY[] = {
	{ .name = "setup_token", .kind = JSON_STR, .required = true,
	  .into = offsetof(struct setup_body, code),
	  .min = 1, .max = SETUP_CODE_READ_MAX, .present = JSON_NO_FLAG },
	{ .name = "password", .kind = JSON_STR, .required = true,
	  .into = offsetof(struct setup_body, password),
	  .min = 1, .max = LIMIT_PASSWORD_READ, .present = JSON_NO_FLAG },
	{ .name = "timezone", .kind = JSON_STR, .nullable = true,
	  .into = offsetof(struct setup_body, timezone),
	  .min = 1, .max = LIMIT_TIMEZONE, .present = JSON_NO_FLAG },
	{ .name = "session_minutes", .kind = JSON_INT, .nullable = true,
	  .into = offsetof(struct setup_body, session_minutes),
	  .min = LIMIT_SESSION_MINUTES_MIN, .max = LIMIT_SESSION_MINUTES_MAX,
	  .present = JSON_NO_FLAG },
};

struct login_body {
	struct json_text password;
};

static const struct json_field LOGIN_BODY[] = {
	{ .name = "password", .kind = JSON_STR, .required = true,
	  .into = offsetof(struct login_body, password),
	  .min = 1, .max = LIMIT_PASSWORD_READ, .present = JSON_NO_FLAG },
};
/* clang-format on */

static void
setup_body_release(struct setup_body *b)
{
	json_release(SETUP_BODY, ARRAY_LEN(SETUP_BODY), b);
}

static void
login_body_release(struct login_body *b)
{
	json_release(LOGIN_BODY, ARRAY_LEN(LOGIN_BODY), b);
}

int
api_setup_get(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct json_out o;
	bool done;

	(void)req; /* anybody gets the same answer */
	if (auth_setup_done(app, &done, err) < 0)
		return -1;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_bool(&o, "completed", done);
	json_put_bool(&o, "needs_setup_token", !done);
	json_put_object(&o, "password_policy");
	json_put_i64(&o, "min_chars", LIMIT_PASSWORD_MIN_CHARS);
	json_put_i64(&o, "max_bytes", (int64_t)auth_password_max(app));
	json_put_close(&o);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_setup_post(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(setup_body_release) struct setup_body b = {0};
	struct auth_setup setup;
	struct json_out o;

	if (json_decode(req->body, req->body_len, SETUP_BODY,
		ARRAY_LEN(SETUP_BODY), &b, err) < 0)
		return -1;
	setup = (struct auth_setup){
	    .code = b.code.s,
	    .code_len = b.code.len,
	    .password = b.password.s,
	    .password_len = b.password.len,
	    .timezone = b.timezone.s,
	    .session_minutes = b.session_minutes,
	    .client = req->client_addr,
	};
	if (auth_setup(app, &setup, err) < 0)
		return -1;
	rep->status = 201;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_bool(&o, "completed", true);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
login_reply(const struct request *req, struct reply *rep,
    const struct auth_grant *grant, struct error *err)
{
	struct json_out o;

	if (cookie_set(rep, req, grant, err) < 0)
		return -1;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_time(&o, "expires_at", grant->expires_at);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_login(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(login_body_release) struct login_body b = {0};
	char old_token[AUTH_TOKEN_SIZE];
	bool has_old = cookie_token(req, old_token);
	struct auth_grant grant;
	struct auth_login login;
	int rc;

	if (json_decode(req->body, req->body_len, LOGIN_BODY,
		ARRAY_LEN(LOGIN_BODY), &b, err) < 0)
		return -1;
	login = (struct auth_login){
	    .password = b.password.s,
	    .password_len = b.password.len,
	    .client = req->client_addr,
	    .user_agent = req->user_agent,
	    .old_token = has_old ? old_token : NULL,
	};
	rc = auth_login(app, &login, &grant, err);
	explicit_bzero(old_token, sizeof old_token);
	if (rc < 0)
		return -1;
	rc = login_reply(req, rep, &grant, err);
	explicit_bzero(&grant, sizeof grant);
	return rc;
}

int
api_logout(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	char token[AUTH_TOKEN_SIZE];
	int rc;

	rep->status = 204;
	if (cookie_token(req, token)) {
		rc = auth_logout(app, token, err);
		explicit_bzero(token, sizeof token);
		if (rc < 0)
			return -1;
	}
	return cookie_clear(rep, err);
}

int
api_session(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	const struct caller *who = api_caller(req);
	bool token = who->kind == CALLER_TOKEN;
	struct json_out o;

	(void)app; /* the guard has found out */
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_time(&o, "expires_at",
	    token ? who->token.expires_at : who->session.expires_at);
	json_put_time(
	    &o, "idle_expires_at", token ? -1 : who->session.idle_expires_at);
	json_put_str(&o, "kind", token ? "token" : "cookie");
	scopes_put(&o, who->scopes);
	json_put_close(&o);
	return json_end(&o, err);
}
