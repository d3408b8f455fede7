/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is this the owner's password? The one way to ask: signing in, making a
 * token and changing the password all go through the same throttle, the same
 * slot and the same line in the log.
 */
#ifndef BANGUI_SERVICE_AUTH_PROVE_H
#define BANGUI_SERVICE_AUTH_PROVE_H

#include <stddef.h>

#include "base/addr.h"
#include "base/macros.h"
#include "store/owner_store.h"

struct app;
struct error;

/* A password that somebody sent. */
struct auth_attempt {
	const char *password;
	size_t password_len;
	struct addr client;
	const char *user_agent; /* or NULL */
	const char *field;      /* of the request that it came in */
	const char *purpose;    /* for the log: "login", "token", "password" */
};

/* It was right; the machine's slot for hashing is held until released. */
struct auth_proof {
	int slot;
	struct owner owner; /* as it was when the password was looked at */
};

#define AUTH_PROOF_INIT                                                        \
	{                                                                      \
		.slot = -1                                                     \
	}

/** Give the slot back. */
void auth_proof_release(struct auth_proof *proof);

/**
 * Judge a password. The throttle answers before anything is hashed; one hash
 * is computed whatever is stored. A failure counts in the throttle and is one
 * line login_failed, whose leading keys are a contract (the fail2ban filter).
 * A success is the caller's to note, by auth_throttle_clear() in the
 * transaction in which it makes use of it.
 *
 * ERR_INVALID it can be no password of ours; ERR_CREDENTIALS, ERR_THROTTLED,
 * ERR_SETUP_REQUIRED.
 */
NODISCARD int auth_prove(struct app *app, const struct auth_attempt *attempt,
    struct auth_proof *out, struct error *err);

#endif
