/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may call: the only access check there is. Handlers contain none.
 */
#ifndef BANGUI_API_GUARD_H
#define BANGUI_API_GUARD_H

#include <stdbool.h>

#include "base/macros.h"
#include "service/auth/auth.h"
#include "service/auth/auth_token.h"

struct app;
struct error;
struct reply;
struct request;
struct route;

enum caller_kind { CALLER_NOBODY, CALLER_COOKIE, CALLER_TOKEN, CALLER__MAX };

/* Filled by the guard, found by handlers through api_caller(). */
struct caller {
	enum caller_kind kind;
	unsigned scopes;             /* AUTH_SCOPE_*; all of them by cookie */
	struct auth_session session; /* of CALLER_COOKIE */
	struct token_row token;      /* of CALLER_TOKEN */
};

/**
 * The guard of struct site (http/site.h): set-up done, session or token, its
 * scope, CSRF, as the route's row says. A request that shows a token is judged
 * by that alone: its cookie is taken away, and it needs no CSRF header, since
 * no page of another site can make a browser send one.
 *
 * ERR_SETUP_REQUIRED, ERR_UNAUTHENTICATED, ERR_SCOPE, ERR_CSRF, ERR_HTTPS.
 */
NODISCARD int api_guard(struct app *app, const struct route *route,
    struct request *req, struct reply *rep, struct error *err);

/** The caller of a request that the guard let through. */
const struct caller *api_caller(const struct request *req);

#endif
