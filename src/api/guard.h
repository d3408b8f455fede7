/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who may call: the only access check there is. Handlers contain none.
 */
#ifndef BANGUI_API_GUARD_H
#define BANGUI_API_GUARD_H

#include <stdbool.h>

#include "base/macros.h"
#include "service/auth.h"

struct app;
struct error;
struct reply;
struct request;
struct route;

enum caller_kind { CALLER_NOBODY, CALLER_COOKIE, CALLER__MAX };

/* Filled by the guard, found by handlers through api_caller(). */
struct caller {
	enum caller_kind kind;
	struct auth_session session; /* of CALLER_COOKIE */
};

/**
 * The guard of struct site (http/site.h): set-up done, session, CSRF, as the
 * route's row says.
 *
 * ERR_SETUP_REQUIRED, ERR_UNAUTHENTICATED, ERR_CSRF, ERR_HTTPS.
 */
NODISCARD int api_guard(struct app *app, const struct route *route,
    struct request *req, struct reply *rep, struct error *err);

/** The caller of a request that the guard let through. */
const struct caller *api_caller(const struct request *req);

#endif
