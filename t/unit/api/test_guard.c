/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/guard.h"

#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "base/str.h"
#include "http/reply.h"
#include "http/request.h"
#include "http/route.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define HOST "admin.example"

static int
answer(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app;
	(void)req;
	(void)rep;
	(void)err;
	return 0;
}

static enum err_code
guard_route(struct auth_env *e, const struct route *route, struct request *req)
{
	struct reply rep = {0};
	struct error err = ERROR_INIT;

	req->caller = NULL;
	if (api_guard(&e->app, route, req, &rep, &err) == 0)
		return ERR_NONE;
	assert_non_null(err.message);
	return err.code;
}

static enum err_code
guard(
    struct auth_env *e, enum access access, enum rate rate, struct request *req)
{
	struct route route = {
	    HTTP_POST, "/api/x", access, SCOPE_READ, rate, 0, answer};

	return guard_route(e, &route, req);
}

struct signed_in {
	struct auth_grant grant;
	char cookie[128];
};

static void
sign_in(struct auth_env *e, const char *name, struct signed_in *out)
{
	auth_env_complete(e);
	assert_int_equal(
	    auth_env_login(e, PASSWORD, "203.0.113.9", &out->grant), ERR_NONE);
	(void)snprintf(
	    out->cookie, sizeof out->cookie, "%s=%s", name, out->grant.token);
}

static void
before_set_up_only_public_routes_are_open(void **state)
{
	struct auth_env *e = *state;
	struct request req = {.https = true};

	assert_int_equal(guard(e, ACCESS_PUBLIC, RATE_NONE, &req), ERR_NONE);
	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_MORE, RATE_READ, &req), ERR_NONE);
	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_FORM, RATE_LOGIN, &req), ERR_NONE);
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_SETUP_REQUIRED);
	assert_int_equal(guard(e, ACCESS_SESSION_CSRF, RATE_WRITE, &req),
	    ERR_SETUP_REQUIRED);
	auth_env_complete(e);
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_UNAUTHENTICATED);
	assert_int_equal(guard(e, ACCESS_SESSION_CSRF, RATE_WRITE, &req),
	    ERR_UNAUTHENTICATED);
}

static void
what_no_route_matches_is_not_the_guards_to_refuse(void **state)
{
	struct auth_env *e = *state;
	struct request req = {0};
	struct reply rep = {0};
	struct error err = ERROR_INIT;

	assert_int_equal(api_guard(&e->app, NULL, &req, &rep, &err), 0);
	assert_int_equal(api_caller(&req)->kind, CALLER_NOBODY);
}

static void
a_session_opens_what_needs_one_and_names_its_caller(void **state)
{
	struct auth_env *e = *state;
	struct signed_in s;
	struct request req = {.https = true, .host = HOST};

	sign_in(e, "__Host-bangui", &s);
	req.cookie = s.cookie;
	assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_NONE);
	assert_int_equal(api_caller(&req)->kind, CALLER_COOKIE);
	assert_int_equal(
	    api_caller(&req)->session.expires_at, s.grant.expires_at);
	assert_string_equal(req.caller_kind, "session");
	assert_int_equal(req.caller_id, 1);
	assert_int_equal(api_caller(&req)->scopes, AUTH_SCOPE_ALL);
	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_MORE, RATE_READ, &req), ERR_NONE);
	assert_int_equal(api_caller(&req)->kind, CALLER_COOKIE);
	assert_int_equal(guard(e, ACCESS_PUBLIC, RATE_READ, &req), ERR_NONE);
	assert_int_equal(api_caller(&req)->kind, CALLER_NOBODY);
}

static void
a_session_ends_idle_and_absolutely(void **state)
{
	struct auth_env *e = *state;
	struct signed_in s;
	struct request req = {.https = true, .bangui_poll = "1"};
	int64_t start = auth_env_time();

	sign_in(e, "__Host-bangui", &s);
	req.cookie = s.cookie;
	auth_env_set_time(start + 59 * 60); /* a poll, so it does not count */
	assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_NONE);
	auth_env_set_time(start + 61 * 60);
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_UNAUTHENTICATED);
	auth_env_set_time(start + 59 * 60);
	req.bangui_poll = NULL; /* use */
	assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_NONE);
	auth_env_set_time(start + 110 * 60);
	assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_NONE);
	auth_env_set_time(s.grant.expires_at);
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_UNAUTHENTICATED);
}

static void
a_cookie_of_the_other_scheme_is_nobodys(void **state)
{
	struct auth_env *e = *state;
	struct signed_in s;
	struct request req = {.https = false};

	sign_in(e, "__Host-bangui", &s);
	req.cookie = s.cookie;
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_UNAUTHENTICATED);
	(void)snprintf(s.cookie, sizeof s.cookie, "bangui=%s", s.grant.token);
	assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_NONE);
	req.https = true;
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_UNAUTHENTICATED);
}

static void
a_bearer_beside_the_cookie_is_asked_alone(void **state)
{
	struct auth_env *e = *state;
	struct signed_in s;
	struct request req = {.https = true, .authorization = "bearer bgt_x"};

	sign_in(e, "__Host-bangui", &s);
	req.cookie = s.cookie;
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_UNAUTHENTICATED);
	assert_null(req.cookie);
	req.cookie = s.cookie;
	req.authorization = "Basic YTpi"; /* nginx's own, none of ours */
	assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_NONE);
}

/* A request with a token that is good for scopes. */
struct shown {
	struct auth_token_grant grant;
	char header[128];
	struct request req;
};

static void
show_token(struct auth_env *e, unsigned scopes, struct shown *out)
{
	static const char *const NAMES[] = {"0", "1", "2", "3", "4"};
	const struct auth_token_req token = {.name = NAMES[scopes],
	    .name_len = 1,
	    .scopes = scopes,
	    .expires_in_s = 3600};
	struct error err = ERROR_INIT;

	assert_int_equal(
	    auth_token_create_local(&e->app, &token, &out->grant, &err), 0);
	(void)snprintf(
	    out->header, sizeof out->header, "Bearer %s", out->grant.token);
	out->req = (struct request){
	    .https = true,
	    .client = "203.0.113.9",
	    .client_addr = auth_env_addr("203.0.113.9"),
	    .authorization = out->header,
	};
}

static void
a_token_opens_what_its_scope_covers(void **state)
{
	static const struct {
		unsigned scopes;
		bool opens[SCOPE__MAX];
	} ROWS[] = {
	    {AUTH_SCOPE_READ,                  {[SCOPE_ANY] = true, [SCOPE_READ] = true}},
	    {AUTH_SCOPE_BAN,                   {[SCOPE_ANY] = true, [SCOPE_BAN] = true} },
	    {AUTH_SCOPE_READ | AUTH_SCOPE_BAN,
             {[SCOPE_ANY] = true, [SCOPE_READ] = true, [SCOPE_BAN] = true}              },
	    {AUTH_SCOPE_ADMIN,                 {[SCOPE_ANY] = true,
				   [SCOPE_READ] = true,
				   [SCOPE_BAN] = true,
				   [SCOPE_ADMIN] = true}  },
	};
	struct auth_env *e = *state;
	struct shown s;

	auth_env_complete(e);
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		show_token(e, ROWS[i].scopes, &s);
		for (int scope = SCOPE_ANY; scope < SCOPE__MAX; scope++) {
			const struct route route = {HTTP_POST, "/api/x",
			    ACCESS_SESSION_CSRF, (enum scope)scope, RATE_WRITE,
			    0, answer};

			assert_int_equal(guard_route(e, &route, &s.req),
			    ROWS[i].opens[scope] ? ERR_NONE : ERR_SCOPE);
		}
		assert_string_equal(s.req.caller_kind, "token");
		assert_int_equal(s.req.caller_id, s.grant.id);
	}
}

static void
what_is_missing_is_named(void **state)
{
	static const struct {
		enum scope scope;
		const char *says;
	} ROWS[] = {
	    {SCOPE_READ,  "\"read\"" },
	    {SCOPE_BAN,   "\"ban\""  },
	    {SCOPE_ADMIN, "\"admin\""},
	};
	struct auth_env *e = *state;
	struct shown read, ban;

	auth_env_complete(e);
	show_token(e, AUTH_SCOPE_READ, &read);
	show_token(e, AUTH_SCOPE_BAN, &ban);
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		const struct route route = {HTTP_GET, "/api/x", ACCESS_SESSION,
		    ROWS[i].scope, RATE_READ, 0, answer};
		struct error err = ERROR_INIT;
		struct reply rep = {0};

		assert_int_equal(
		    api_guard(&e->app, &route,
			ROWS[i].scope == SCOPE_READ ? &ban.req : &read.req,
			&rep, &err),
		    -1);
		assert_non_null(strstr(err.message, ROWS[i].says));
	}
}

static void
a_token_needs_no_csrf_header_and_no_cookie(void **state)
{
	struct auth_env *e = *state;
	struct shown s;

	auth_env_complete(e);
	show_token(e, AUTH_SCOPE_ADMIN, &s);
	s.req.host = HOST;
	s.req.origin = "https://evil.example";
	s.req.sec_fetch_site = "cross-site";
	assert_int_equal(
	    guard(e, ACCESS_SESSION_CSRF, RATE_WRITE, &s.req), ERR_NONE);
	assert_int_equal(api_caller(&s.req)->kind, CALLER_TOKEN);
}

static void
what_is_no_token_of_ours_is_nobody(void **state)
{
	static const char *const BAD[] = {
	    "Bearer",
	    "Bearer ",
	    "Bearer bgt_",
	    "Bearerbgt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "Bearer bgt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	    "Bearer\tx",
	};
	struct auth_env *e = *state;
	char twice[256];
	struct shown s;

	auth_env_complete(e);
	show_token(e, AUTH_SCOPE_ADMIN, &s);
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		s.req.authorization = BAD[i];
		assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &s.req),
		    ERR_UNAUTHENTICATED);
	}
	(void)snprintf(twice, sizeof twice, "%s, %s", s.header, s.grant.token);
	s.req.authorization = twice;
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &s.req), ERR_UNAUTHENTICATED);
	(void)snprintf(twice, sizeof twice, "bearer   %s", s.grant.token);
	assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &s.req), ERR_NONE);
}

static void
a_token_over_plain_http_is_refused_however_good(void **state)
{
	struct auth_env *e = *state;
	struct shown s;

	auth_env_complete(e);
	show_token(e, AUTH_SCOPE_READ, &s);
	s.req.https = false;
	assert_int_equal(
	    guard(e, ACCESS_SESSION, RATE_READ, &s.req), ERR_HTTPS);
	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_MORE, RATE_READ, &s.req), ERR_NONE);
	assert_int_equal(api_caller(&s.req)->kind, CALLER_NOBODY);
	e->settings.allow_plain_http = true;
	assert_int_equal(guard(e, ACCESS_SESSION, RATE_READ, &s.req), ERR_NONE);
}

static void
who_is_not_good_for_more_learns_no_more(void **state)
{
	struct auth_env *e = *state;
	struct shown s;

	auth_env_complete(e);
	show_token(e, AUTH_SCOPE_BAN, &s);
	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_MORE, RATE_READ, &s.req), ERR_NONE);
	assert_int_equal(api_caller(&s.req)->kind, CALLER_NOBODY);
	show_token(e, AUTH_SCOPE_READ, &s);
	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_MORE, RATE_READ, &s.req), ERR_NONE);
	assert_int_equal(api_caller(&s.req)->kind, CALLER_TOKEN);
}

/* How the headers of a change are judged. */
static const struct {
	const char *header, *origin, *site, *host;
	bool https, passes;
} CSRF[] = {
    {"1",  NULL,		    NULL,          HOST,         true,  true },
    {"1",  "https://" HOST,         NULL,          HOST,         true,  true },
    {"1",  "https://" HOST,         "same-origin", HOST,         true,  true },
    {"1",  "HTTPS://Admin.Example", "same-origin", HOST,         true,  true },
    {"1",  "https://" HOST ":8443", NULL,          HOST ":8443", true,  true },
    {"1",  "http://" HOST,          NULL,          HOST,         false, true },
    {NULL, NULL,		    NULL,          HOST,         true,  false},
    {NULL, "https://" HOST,         "same-origin", HOST,         true,  false},
    {"0",  NULL,		    NULL,          HOST,         true,  false},
    {"1 ", NULL,		    NULL,          HOST,         true,  false},
    {"",   NULL,		    NULL,          HOST,         true,  false},
    {"1",  "null",		  NULL,          HOST,         true,  false},
    {"1",  "",		      NULL,          HOST,         true,  false},
    {"1",  "https://evil.example",  NULL,          HOST,         true,  false},
    {"1",  "https://" HOST ".evil", NULL,          HOST,         true,  false},
    {"1",  "https://x" HOST,        NULL,          HOST,         true,  false},
    {"1",  "https://" HOST ":8443", NULL,          HOST,         true,  false},
    {"1",  "https://" HOST "/",     NULL,          HOST,         true,  false},
    {"1",  "http://" HOST,          NULL,          HOST,         true,  false},
    {"1",  "https://" HOST,         NULL,          HOST,         false, false},
    {"1",  "https://",              NULL,          "",           true,  true },
    {"1",  "https://" HOST,         NULL,          NULL,         true,  false},
    {"1",  NULL,		    "cross-site",  HOST,         true,  false},
    {"1",  NULL,		    "same-site",   HOST,         true,  false},
    {"1",  NULL,		    "none",        HOST,         true,  false},
    {"1",  "https://" HOST,         "cross-site",  HOST,         true,  false},
};

static void
changes_pass_the_csrf_checks_or_not_at_all(void **state)
{
	struct auth_env *e = *state;
	struct signed_in s;
	char both[256];

	sign_in(e, "bangui", &s);
	(void)snprintf(both, sizeof both, "bangui=%s; __Host-bangui=%s",
	    s.grant.token, s.grant.token);
	for (size_t i = 0; i < ARRAY_LEN(CSRF); i++) {
		enum err_code expected = CSRF[i].passes ? ERR_NONE : ERR_CSRF;
		struct request req = {
		    .https = CSRF[i].https,
		    .host = CSRF[i].host,
		    .origin = CSRF[i].origin,
		    .sec_fetch_site = CSRF[i].site,
		    .bangui_request = CSRF[i].header,
		    .cookie = both,
		};

		if (guard(e, ACCESS_SESSION_CSRF, RATE_WRITE, &req) != expected)
			fail_msg("row %zu, with a session", i);
		if (guard(e, ACCESS_PUBLIC_FORM, RATE_WRITE, &req) != expected)
			fail_msg("row %zu, as a form", i);
		/* reading needs none of it */
		assert_int_equal(
		    guard(e, ACCESS_SESSION, RATE_READ, &req), ERR_NONE);
	}
}

static void
a_program_without_cookies_needs_no_header_for_forms(void **state)
{
	struct auth_env *e = *state;
	struct request req = {.https = true, .host = HOST};

	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_FORM, RATE_LOGIN, &req), ERR_NONE);
	req.cookie = "other=1";
	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_FORM, RATE_LOGIN, &req), ERR_NONE);
	req.sec_fetch_site = "same-origin"; /* a browser after all */
	assert_int_equal(
	    guard(e, ACCESS_PUBLIC_FORM, RATE_LOGIN, &req), ERR_CSRF);
}

static void
passwords_need_https_or_the_machine_itself(void **state)
{
	static const struct {
		const char *client;
		bool https, allowed;
		enum err_code expected;
	} CASES[] = {
	    {"203.0.113.9", false, false, ERR_HTTPS},
	    {"2001:db8::1", false, false, ERR_HTTPS},
	    {"203.0.113.9", true,  false, ERR_NONE },
	    {"203.0.113.9", false, true,  ERR_NONE },
	    {"127.0.0.1",   false, false, ERR_NONE },
	    {"127.9.9.9",   false, false, ERR_NONE },
	    {"::1",         false, false, ERR_NONE },
	};
	struct auth_env *e = *state;

	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct request req = {
		    .https = CASES[i].https,
		    .client = CASES[i].client,
		    .client_addr = auth_env_addr(CASES[i].client),
		};

		e->settings.allow_plain_http = CASES[i].allowed;
		assert_int_equal(guard(e, ACCESS_PUBLIC_FORM, RATE_LOGIN, &req),
		    CASES[i].expected);
		/* signing out sends none */
		assert_int_equal(
		    guard(e, ACCESS_PUBLIC_FORM, RATE_WRITE, &req), ERR_NONE);
	}
}

int
main(void)
{
#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, auth_env_set_up, auth_env_tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(before_set_up_only_public_routes_are_open),
	    CASE(what_no_route_matches_is_not_the_guards_to_refuse),
	    CASE(a_session_opens_what_needs_one_and_names_its_caller),
	    CASE(a_session_ends_idle_and_absolutely),
	    CASE(a_cookie_of_the_other_scheme_is_nobodys),
	    CASE(a_token_opens_what_its_scope_covers),
	    CASE(what_is_missing_is_named),
	    CASE(a_token_needs_no_csrf_header_and_no_cookie),
	    CASE(what_is_no_token_of_ours_is_nobody),
	    CASE(a_token_over_plain_http_is_refused_however_good),
	    CASE(who_is_not_good_for_more_learns_no_more),
	    CASE(a_bearer_beside_the_cookie_is_asked_alone),
	    CASE(changes_pass_the_csrf_checks_or_not_at_all),
	    CASE(a_program_without_cookies_needs_no_header_for_forms),
	    CASE(passwords_need_https_or_the_machine_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
