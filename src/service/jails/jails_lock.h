/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One act on jails at a time, over all processes that share a database. */
#ifndef BANGUI_SERVICE_JAILS_LOCK_H
#define BANGUI_SERVICE_JAILS_LOCK_H

#include "base/macros.h"

struct app;
struct error;

/** A descriptor whose closing gives it back. ERR_CONFLICT another act is under
 * way, as a reload may be for seconds. */
NODISCARD int jails_lock(struct app *app, struct error *err);

#endif
