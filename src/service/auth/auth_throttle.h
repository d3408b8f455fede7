/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How often somebody may try: per IPv4 address, IPv6 /64 and /48, and for the
 * whole machine. The state is in the database, so it is one for all workers
 * and outlives them.
 */
#ifndef BANGUI_SERVICE_AUTH_THROTTLE_H
#define BANGUI_SERVICE_AUTH_THROTTLE_H

#include <stdbool.h>

#include "base/macros.h"

struct addr;
struct app;
struct error;

/** May client try now? ERR_THROTTLED with the wait if not. */
NODISCARD int auth_throttle_check(
    struct app *app, const struct addr *client, struct error *err);

/**
 * Is a hash left for client in the machine's budget? Asked before waiting for
 * the slot, so that those who are refused anyway do not stand in the way.
 * known  did client sign in within the last 30 days?
 */
NODISCARD int auth_throttle_afford(
    struct app *app, const struct addr *client, bool *known, struct error *err);

/**
 * Take one hash from the machine's budget.
 * favoured  may use the part that is kept free (a proven owner); else only
 *           clients with a good sign-in in the last 30 days may
 * ERR_THROTTLED when there is none left.
 */
NODISCARD int auth_throttle_spend(struct app *app, const struct addr *client,
    bool favoured, struct error *err);

/** A failure of client. Inside a transaction of the caller. */
NODISCARD int auth_throttle_fail(
    struct app *app, const struct addr *client, struct error *err);

/** A success: client's failures are forgotten and it is known from now on.
 * Inside a transaction of the caller. */
NODISCARD int auth_throttle_clear(
    struct app *app, const struct addr *client, struct error *err);

/** Forget what no longer matters, a bounded number of rows. */
NODISCARD int auth_throttle_clean(struct app *app, struct error *err);

#endif
