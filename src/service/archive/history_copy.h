/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the service history: rows of fail2ban's database as rows of ours.
 */
#ifndef BANGUI_SERVICE_HISTORY_COPY_H
#define BANGUI_SERVICE_HISTORY_COPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/ban_db.h"
#include "store/history_store.h"

struct app;
struct error;

/** Are all of the rows in the archive? 1 yes, 0 no. */
NODISCARD int history_has_all(struct app *app, const struct ban_db_rows *rows,
    int64_t pruned_before, struct error *err);

/**
 * Add the rows that are not there yet, within the caller's transaction.
 * s  last_id and n_rows move with them
 */
NODISCARD int history_copy_rows(struct app *app, const struct ban_db_rows *rows,
    struct history_state *s, struct error *err);

#endif
