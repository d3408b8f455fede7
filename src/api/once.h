/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Handlers whose request may carry an Idempotency-Key. */
#ifndef BANGUI_API_ONCE_H
#define BANGUI_API_ONCE_H

#include "base/macros.h"
#include "http/route.h"

/**
 * Run handler, or answer as it did when the same request came before under
 * the same key; without a key, run it. One that fails is not remembered.
 *
 * ERR_MALFORMED a key that is none; ERR_CONFLICT the first is still at it;
 * ERR_INVALID the key was used for another request.
 */
NODISCARD int once(struct app *app, const struct request *req,
    struct reply *rep, route_handler *handler, struct error *err);

#endif
