/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bans by hand whose time is over are lifted: by the job runner, whenever it
 * was last there, and only if fail2ban still has the very ban that was made.
 */
#ifndef BANGUI_SERVICE_BANS_DUE_H
#define BANGUI_SERVICE_BANS_DUE_H

#include <stdint.h>

#include "base/macros.h"

struct app;
struct error;

/**
 * Lift what is due.
 *
 * beat     called between two commands with how many were lifted; an error of
 *          it ends the pass
 * lifted   how many
 * again_s  when the next one is due; 0: not within a minute
 *
 * What fail2ban does not have is looked for again, for it may be starting:
 * LIMIT_MANUAL_MISS_S. What is in a jail that does not run waits for it.
 */
NODISCARD int bans_lift_due(struct app *app,
    int (*beat)(void *ctx, int64_t lifted, struct error *err), void *ctx,
    int64_t *lifted, int64_t *again_s, struct error *err);

#endif
