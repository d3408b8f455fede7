/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Keeps the shared rows of bans in force true. One worker at a time asks
 * fail2ban, at most every two seconds, and only its counters while they stay
 * as they were; whole lists are read when a jail changed, and so rarely that
 * fail2ban's one thread spends no more than a hundredth of its time on us.
 */
#ifndef BANGUI_SERVICE_BANS_REFRESH_H
#define BANGUI_SERVICE_BANS_REFRESH_H

#include <stdint.h>

#include "base/macros.h"

struct app;
struct error;

/**
 * Make sure that the shared rows are recent, asking fail2ban if need be.
 * as_of_s  what is listed was true then
 * ERR_F2B_*: fail2ban is away; the rows must not be shown as if they were
 * live. ERR_F2B_TIMEOUT also when another worker waits for it too long.
 */
NODISCARD int bans_refresh(
    struct app *app, int64_t *as_of_s, struct error *err);

#endif
