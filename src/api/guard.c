/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/guard.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "api/cookie.h"
#include "base/error.h"
#include "base/settings.h"
#include "base/str.h"
#include "http/request.h"
#include "http/route.h"
#include "service/app.h"

_Static_assert(sizeof(struct caller) <= sizeof((struct request){0}.caller_room),
    "a request has room for its caller");

#define BEARER "Bearer"

enum { BEARER_LEN = sizeof(BEARER) - 1 };

static const struct caller NOBODY = {.kind = CALLER_NOBODY};

const struct caller *
api_caller(const struct request *req)
{
	return req->caller != NULL ? req->caller : &NOBODY;
}

/* The page that sent this was one of ours: scheme and Host, byte for byte but
 * for case. The Host header is used for nothing else. */
static bool
origin_is_own(const struct request *req)
{
	const char *scheme = req->https ? "https://" : "http://";
	size_t len = strlen(scheme);

	return req->host != NULL &&
	       strncasecmp(req->origin, scheme, len) == 0 &&
	       strcasecmp(req->origin + len, req->host) == 0;
}

/* Can no page but ours have made a browser send this? The header alone would
 * do (no CORS answer of ours ever allows it); the other two are what a
 * browser says by itself. */
static bool
csrf_passes(const struct request *req)
{
	return req->bangui_request != NULL &&
	       str_eq(req->bangui_request, "1") &&
	       (req->origin == NULL || origin_is_own(req)) &&
	       (req->sec_fetch_site == NULL ||
		   str_eq(req->sec_fetch_site, "same-origin"));
}

static int
check_csrf(const struct request *req, struct error *err)
{
	if (csrf_passes(req))
		return 0;
	return err_set(err, ERR_CSRF,
	    "This request must come from BanGUI's own page: send the header "
	    "X-BanGUI-Request: 1, and no foreign Origin.",
	    "request header %s, origin %s, host %s, fetch site %s",
	    req->bangui_request == NULL ? "absent" : "present",
	    req->origin == NULL ? "absent" : req->origin,
	    req->host == NULL ? "absent" : req->host,
	    req->sec_fetch_site == NULL ? "absent" : req->sec_fetch_site);
}

static bool
is_browser(const struct request *req)
{
	return req->origin != NULL || req->sec_fetch_site != NULL ||
	       cookie_is_sent(req);
}

/* How a secret may be sent: encrypted, from this machine (an SSH tunnel), or
 * as the operator allows. */
static bool
is_private(const struct app *app, const struct request *req)
{
	return req->https || addr_is_loopback(&req->client_addr) ||
	       app->settings->allow_plain_http;
}

static int
check_https(const struct app *app, const struct request *req, struct error *err)
{
	if (is_private(app, req))
		return 0;
	return err_set(err, ERR_HTTPS,
	    "Passwords are taken over HTTPS only. Use HTTPS, or an SSH tunnel "
	    "to this server; its operator can also set "
	    "BANGUI_ALLOW_PLAIN_HTTP=true.",
	    "plain HTTP from %s", req->client);
}

static int
check_form(const struct app *app, const struct route *route,
    const struct request *req, struct error *err)
{
	if (route->rate == RATE_LOGIN && check_https(app, req, err) < 0)
		return -1;
	return is_browser(req) ? check_csrf(req, err) : 0;
}

static bool
shows_bearer(const struct request *req)
{
	return req->authorization != NULL &&
	       strncasecmp(req->authorization, BEARER, BEARER_LEN) == 0;
}

/* Who the audit log names: nobody yet. */
static void
set_nobody(struct app *app, const struct request *req)
{
	struct actor *who = &app->actor;

	*who = (struct actor){
	    .kind = ACTOR_NOBODY,
	    .has_client = req->client != NULL,
	    .client = req->client_addr,
	};
	if (req->id == NULL ||
	    !str_copy(who->request_id, sizeof who->request_id, req->id))
		who->request_id[0] = '\0';
}

static void
set_actor(struct actor *who, const struct caller *caller)
{
	if (caller->kind != CALLER_TOKEN) {
		who->kind = ACTOR_SESSION;
		who->id = caller->session.id;
		return;
	}
	who->kind = ACTOR_TOKEN;
	who->id = caller->token.id;
	memcpy(who->name, caller->token.name, sizeof who->name);
}

static void
set_caller(struct request *req, const struct caller *caller, const char *kind,
    int64_t id)
{
	memcpy(req->caller_room, caller, sizeof *caller);
	req->caller = req->caller_room;
	req->caller_kind = kind;
	req->caller_id = id;
}

/* 1 and req->caller for a session, 0 for none. */
static int
find_session(struct app *app, struct request *req, struct error *err)
{
	struct caller caller = {
	    .kind = CALLER_COOKIE, .scopes = AUTH_SCOPE_ALL};
	char token[AUTH_TOKEN_SIZE];
	int rc;

	if (!cookie_token(req, token))
		return 0;
	rc = auth_session_find(
	    app, token, req->bangui_poll == NULL, &caller.session, err);
	explicit_bzero(token, sizeof token);
	if (rc != 1)
		return rc;
	set_caller(req, &caller, "session", caller.session.id);
	set_actor(&app->actor, &caller);
	return 1;
}

/* The same for the token that the request shows. */
static int
find_token(struct app *app, struct request *req, struct error *err)
{
	struct caller caller = {.kind = CALLER_TOKEN};
	const char *text = req->authorization + BEARER_LEN;
	size_t blanks = strspn(text, " ");
	int rc;

	if (blanks == 0)
		return 0;
	rc = auth_token_find(
	    app, text + blanks, &req->client_addr, &caller.token, err);
	if (rc != 1)
		return rc;
	caller.scopes = caller.token.scopes;
	set_caller(req, &caller, "token", caller.token.id);
	set_actor(&app->actor, &caller);
	return 1;
}

static int
find_caller(struct app *app, struct request *req, struct error *err)
{
	return shows_bearer(req) ? find_token(app, req, err)
				 : find_session(app, req, err);
}

/* Before set-up there is nobody who could sign in: say that instead. */
static int
refuse_nobody(struct app *app, const struct request *req, struct error *err)
{
	bool done;

	if (auth_setup_done(app, &done, err) < 0)
		return -1;
	if (!done)
		return err_set(err, ERR_SETUP_REQUIRED,
		    "BanGUI has not been set up yet. Open its page, or run "
		    "`bangui setup` on the server.",
		    "%s", "no password is set");
	if (shows_bearer(req))
		return err_set(err, ERR_UNAUTHENTICATED,
		    "This token is not valid: it is mistyped, has expired or "
		    "was revoked. Make a new one.",
		    "%s", "no valid token");
	return err_set(err, ERR_UNAUTHENTICATED,
	    "You are not signed in, or your session has ended. Sign in.", "%s",
	    "no valid session");
}

static bool
has_scope(const struct route *route, const struct caller *caller)
{
	static const unsigned BITS[] = {
	    [SCOPE_NONE] = AUTH_SCOPE_ALL,
	    [SCOPE_ANY] = AUTH_SCOPE_ALL,
	    [SCOPE_READ] = AUTH_SCOPE_READ | AUTH_SCOPE_ADMIN,
	    [SCOPE_BAN] = AUTH_SCOPE_BAN | AUTH_SCOPE_ADMIN,
	    [SCOPE_ADMIN] = AUTH_SCOPE_ADMIN,
	};

	_Static_assert(ARRAY_LEN(BITS) == SCOPE__MAX, "every scope has a row");
	return (caller->scopes & BITS[route->scope]) != 0;
}

/* Is caller good for what the row asks? One message each, for it is a
 * literal that names the scope. */
static int
check_scope(
    const struct route *route, const struct caller *caller, struct error *err)
{
	if (has_scope(route, caller))
		return 0;
	switch (route->scope) {
	case SCOPE_READ:
		return err_set(err, ERR_SCOPE,
		    "This call needs a token with the scope \"read\".",
		    "token %" PRId64, caller->token.id);
	case SCOPE_BAN:
		return err_set(err, ERR_SCOPE,
		    "This call needs a token with the scope \"ban\".",
		    "token %" PRId64, caller->token.id);
	case SCOPE_ADMIN:
	case SCOPE_ANY:
	case SCOPE_NONE:
	case SCOPE__MAX:
		break;
	}
	return err_set(err, ERR_SCOPE,
	    "This call needs a token with the scope \"admin\".",
	    "token %" PRId64, caller->token.id);
}

static int
check_caller(struct app *app, const struct route *route, struct request *req,
    struct error *err)
{
	int rc;

	/* Also a good one: whoever is on the way has it by now. */
	if (shows_bearer(req) && !is_private(app, req))
		return err_set(err, ERR_HTTPS,
		    "Tokens are taken over HTTPS only. Use HTTPS, and make a "
		    "new token: this one could be read on its way.",
		    "plain HTTP from %s", req->client);
	rc = find_caller(app, req, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return refuse_nobody(app, req, err);
	return check_scope(route, api_caller(req), err);
}

static int
check_change(struct app *app, const struct route *route, struct request *req,
    struct error *err)
{
	if (check_caller(app, route, req, err) < 0)
		return -1;
	return api_caller(req)->kind == CALLER_COOKIE ? check_csrf(req, err)
						      : 0;
}

/* Who is signed in learns more here; that nobody can be found, or somebody
 * with a token for other things, is no error. */
static int
look_for_caller(struct app *app, const struct route *route, struct request *req)
{
	struct error ignored = ERROR_INIT;

	if (check_caller(app, route, req, &ignored) == 0)
		return 0;
	req->caller = NULL;
	set_nobody(app, req);
	return 0;
}

int
api_guard(struct app *app, const struct route *route, struct request *req,
    struct reply *rep, struct error *err)
{
	(void)rep; /* the guard adds nothing to an answer */
	set_nobody(app, req);
	if (route == NULL)
		return 0;
	if (shows_bearer(req))
		req->cookie = NULL;
	switch (route->access) {
	case ACCESS_PUBLIC:
		return 0;
	case ACCESS_PUBLIC_MORE:
		return look_for_caller(app, route, req);
	case ACCESS_PUBLIC_FORM:
		return check_form(app, route, req, err);
	case ACCESS_SESSION:
		return check_caller(app, route, req, err);
	case ACCESS_SESSION_CSRF:
		return check_change(app, route, req, err);
	case ACCESS__MAX:
		break;
	}
	return err_set(err, ERR_INTERNAL,
	    "Something went wrong here. See the log of BanGUI.",
	    "route %s has no access", route->path);
}
