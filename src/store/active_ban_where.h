/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where bans in force are: the columns of active_ban by which a list is
 * filtered, and table active_ban_sweep. What to put there is service/'s.
 */
#ifndef BANGUI_STORE_ACTIVE_BAN_WHERE_H
#define BANGUI_STORE_ACTIVE_BAN_WHERE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/active_ban_store.h"

struct db;
struct error;

/** Prepare the statements; once, at start. */
NODISCARD int active_ban_where_prepare(struct db *db, struct error *err);

/** The same country and the same network. */
bool active_ban_where_equal(
    const struct active_ban_where *a, const struct active_ban_where *b);

/** Of one key, in whatever jails it is banned. */
NODISCARD int active_ban_where_put(struct db *db,
    const struct active_ban_key *key, const struct active_ban_where *where,
    struct error *err);

/**
 * Up to limit rows behind a key (length 0: from the first), by key; a key
 * comes once for each of its jails. An each() that returns -1 ends it with
 * its error.
 */
NODISCARD int active_ban_where_each(struct db *db,
    const struct active_ban_key *after, int limit,
    int (*each)(void *ctx, const struct active_ban_key *key,
	const struct active_ban_where *where, struct error *err),
    void *ctx, struct error *err);

/* The one row of active_ban_sweep. */
struct active_ban_sweep {
	int64_t stamp;
	bool done;
	struct active_ban_key at; /* unless done; length 0: before the first */
};

/** Read it. */
NODISCARD int active_ban_sweep_get(
    struct db *db, struct active_ban_sweep *out, struct error *err);
/** Write it; in the transaction that wrote the rows it tells of. */
NODISCARD int active_ban_sweep_put(
    struct db *db, const struct active_ban_sweep *sweep, struct error *err);

#endif
