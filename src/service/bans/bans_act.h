/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Acts on bans that are not a request's: what the job runner does. */
#ifndef BANGUI_SERVICE_BANS_ACT_H
#define BANGUI_SERVICE_BANS_ACT_H

#include "base/macros.h"

struct app;
struct bans_items;
struct error;

/**
 * Lift what of the open items fail2ban has in a jail. Closed are those it was
 * done with, and those of which fail2ban gave no answer (BANS_REFUSED); open
 * stay those that are not banned there.
 */
NODISCARD int bans_lift_items(struct app *app, const char *jail,
    struct bans_items *items, struct error *err);

#endif
