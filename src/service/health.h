/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this worker has last seen of fail2ban: for the readiness check, which
 * must not ask it more often than every few seconds, and for one log line
 * when fail2ban goes and one when it comes back.
 */
#ifndef BANGUI_SERVICE_HEALTH_H
#define BANGUI_SERVICE_HEALTH_H

#include <stdbool.h>

struct app;
struct error;

/** One of the errors that say: fail2ban is not there or not well. */
bool health_is_f2b_away(const struct error *err);

/** fail2ban was just asked. err: how it failed, or NULL: it answered. */
void health_note_f2b(struct app *app, const struct error *err);

#endif
