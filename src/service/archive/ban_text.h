/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the words of matched lines up with the archive: what is copied a few
 * bans at a time goes in with them, everything else in small steps after a
 * response and in the job runner.
 */
#ifndef BANGUI_SERVICE_BAN_TEXT_H
#define BANGUI_SERVICE_BAN_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct app;
struct error;

/** Is it worth while to call ban_text_step()? Asks the clock alone. */
bool ban_text_is_due(const struct app *app);

/** Add the words of what is not in yet, for some LIMIT_TEXT_STEP_MS. It waits
 * for nobody. */
NODISCARD int ban_text_step(struct app *app, struct error *err);

/** Bans first ... last were just copied, in the caller's transaction. */
NODISCARD int ban_text_copied(
    struct app *app, int64_t first, int64_t last, struct error *err);

/** Does a search see all of the archive? */
NODISCARD int ban_text_is_complete(
    struct app *app, bool *out, struct error *err);

#endif
