/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes the ignore lists of the running jails hold what the allowlist says.
 * fail2ban forgets it at each restart and reload, so this is done again and
 * again; what a jail's configuration has by itself is never taken away.
 *
 * Whether a jail still has what it was told, an entry of ours tells: an
 * address of the block that leads nowhere (RFC 6666). A jail without it has
 * begun anew.
 */
#ifndef BANGUI_SERVICE_ALLOW_APPLY_H
#define BANGUI_SERVICE_ALLOW_APPLY_H

#include <stdbool.h>

#include "base/macros.h"

struct app;
struct error;

/** "100::62:616e:6775:69" */
extern const char ALLOW_MARK[];

/** Tell the running jails what differs. ERR_CONFLICT another act on jails is
 * under way; errors of fail2ban. What was done is done. */
NODISCARD int allow_apply(struct app *app, struct error *err);

/** Have it done by the job runner, soon. */
void allow_wake(struct app *app);

/** Does a list of jails' names, each with a line end, name this one? "" names
 * all. */
bool allow_names_jail(const char *jails, const char *jail);

#endif
