/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/guard.h"

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

/* Where a password is sent: encrypted, from this machine (an SSH tunnel), or
 * allowed by the operator. */
static int
check_https(const struct app *app, const struct request *req, struct error *err)
{
	if (req->https || addr_is_loopback(&req->client_addr) ||
	    app->settings->allow_plain_http)
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

/* A program that shows a token is not asked for a cookie: "a request with
 * both uses Bearer alone". There are no tokens yet, so it is nobody. */
static bool
shows_bearer(const struct request *req)
{
	return req->authorization != NULL &&
	       strncasecmp(req->authorization, "Bearer", 6) == 0;
}

/* 1 and req->caller for a session, 0 for none. */
static int
find_session(struct app *app, struct request *req, struct error *err)
{
	struct caller caller = {.kind = CALLER_COOKIE};
	char token[AUTH_TOKEN_SIZE];
	int rc;

	if (shows_bearer(req) || !cookie_token(req, token))
		return 0;
	rc = auth_session_find(
	    app, token, req->bangui_poll == NULL, &caller.session, err);
	explicit_bzero(token, sizeof token);
	if (rc != 1)
		return rc;
	memcpy(req->caller_room, &caller, sizeof caller);
	req->caller = req->caller_room;
	req->caller_kind = "session";
	return 1;
}

/* Before set-up there is nobody who could sign in: say that instead. */
static int
refuse_nobody(struct app *app, struct error *err)
{
	bool done;

	if (auth_setup_done(app, &done, err) < 0)
		return -1;
	if (!done)
		return err_set(err, ERR_SETUP_REQUIRED,
		    "BanGUI has not been set up yet. Open its page, or run "
		    "`bangui setup` on the server.",
		    "%s", "no password is set");
	return err_set(err, ERR_UNAUTHENTICATED,
	    "You are not signed in, or your session has ended. Sign in.", "%s",
	    "no valid session");
}

static int
check_session(struct app *app, struct request *req, struct error *err)
{
	int rc = find_session(app, req, err);

	if (rc < 0)
		return -1;
	return rc == 1 ? 0 : refuse_nobody(app, err);
}

/* Who is signed in learns more here; that nobody can be found is no error. */
static int
look_for_session(struct app *app, struct request *req)
{
	struct error ignored = ERROR_INIT;

	(void)find_session(app, req, &ignored);
	return 0;
}

int
api_guard(struct app *app, const struct route *route, struct request *req,
    struct reply *rep, struct error *err)
{
	(void)rep; /* the guard adds nothing to an answer */
	if (route == NULL)
		return 0;
	switch (route->access) {
	case ACCESS_PUBLIC:
		return 0;
	case ACCESS_PUBLIC_MORE:
		return look_for_session(app, req);
	case ACCESS_PUBLIC_FORM:
		return check_form(app, route, req, err);
	case ACCESS_SESSION:
		return check_session(app, req, err);
	case ACCESS_SESSION_CSRF:
		if (check_session(app, req, err) < 0)
			return -1;
		return check_csrf(req, err);
	case ACCESS__MAX:
		break;
	}
	return err_set(err, ERR_INTERNAL,
	    "Something went wrong here. See the log of BanGUI.",
	    "route %s has no access", route->path);
}
