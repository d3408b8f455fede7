/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bans of one jail, as fail2ban lists them now, against the shared rows:
 * only what differs is written.
 */
#ifndef BANGUI_SERVICE_BANS_DIFF_H
#define BANGUI_SERVICE_BANS_DIFF_H

#include <stdint.h>

#include "base/macros.h"

struct app;
struct error;
struct f2b_ban_list;

/**
 * Make the rows of jail equal to list. A long difference is written in several
 * transactions, so that nobody else waits for it.
 * n_rows  how many rows the jail has then
 */
NODISCARD int bans_diff_apply(struct app *app, const char *jail,
    const struct f2b_ban_list *list, int64_t *n_rows, struct error *err);

#endif
