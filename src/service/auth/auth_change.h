/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Another password in the place of the one that its owner still knows. */
#ifndef BANGUI_SERVICE_AUTH_CHANGE_H
#define BANGUI_SERVICE_AUTH_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/auth/auth.h"

struct app;
struct auth_attempt;
struct error;

struct auth_change {
	const char *password; /* the new one */
	size_t password_len;
	const char *field;  /* of the request that it came in */
	int64_t session_id; /* of the browser that asks, which stays signed in;
			     * 0: nobody stays */
	bool revoke_tokens;
};

/**
 * Set a new password for whoever knows the old one (attempt). Ends every other
 * session; the one that asks goes on under a new token, whose life is as long
 * as that of the old.
 * token  for the cookie; written on success, "" if no session asked
 *
 * ERR_INVALID the new one is not acceptable, or is the old one; what
 * auth_prove() says of the old one.
 */
NODISCARD int auth_password_change(struct app *app,
    const struct auth_attempt *attempt, const struct auth_change *change,
    char token[AUTH_TOKEN_SIZE], struct error *err);

#endif
