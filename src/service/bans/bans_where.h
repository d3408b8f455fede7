/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where bans in force are, as the filters of their list ask it: found out
 * when a row comes, and corrected when the answer changes. It is a copy of
 * what geo_resolve() would say, so that 100,000 rows can be searched for a
 * country; what a page shows of its rows it asks anew.
 */
#ifndef BANGUI_SERVICE_BANS_WHERE_H
#define BANGUI_SERVICE_BANS_WHERE_H

#include "base/macros.h"

struct active_ban_key;
struct active_ban_where;
struct addr;
struct app;
struct error;

/** What is known of it now. Reads only. */
NODISCARD int bans_where_find(struct app *app, const struct active_ban_key *key,
    struct active_ban_where *out, struct error *err);

/** Somebody has answered: correct the rows of an address. In the caller's
 * transaction. */
NODISCARD int bans_where_learn(
    struct app *app, const struct addr *a, struct error *err);

/**
 * Correct all rows when the MaxMind DB files are others than they were; goes
 * on where it stopped, for LIMIT_GEO_SWEEP_MS at most. Only one process at a
 * time may.
 */
NODISCARD int bans_where_sweep(struct app *app, struct error *err);

#endif
