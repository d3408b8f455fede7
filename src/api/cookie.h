/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The session cookie: its two names and their attributes (SECURITY 3). Over
 * HTTPS it is __Host-bangui, which a browser takes from nobody but this host
 * over HTTPS; plain HTTP cannot set that, hence the second name.
 */
#ifndef BANGUI_API_COOKIE_H
#define BANGUI_API_COOKIE_H

#include <stdbool.h>

#include "base/macros.h"
#include "service/auth/auth.h"

struct error;
struct reply;
struct request;

/**
 * The token of the cookie that fits the scheme of the request. False when
 * there is none, two of them, or one that cannot be a token.
 */
bool cookie_token(const struct request *req, char out[AUTH_TOKEN_SIZE]);

/** Does the request carry our cookie in any form? Then a browser sent it. */
bool cookie_is_sent(const struct request *req);

/** Give the browser its session, until the absolute end of it. */
NODISCARD int cookie_set(struct reply *rep, const struct request *req,
    const struct auth_grant *grant, struct error *err);

/** Take it away, under both names. */
NODISCARD int cookie_clear(struct reply *rep, struct error *err);

#endif
