/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The oldest bans of the archive are deleted, with their evidence and all
 * that tells of single bans. The sums stay: how many there were is known for
 * ever.
 */
#ifndef BANGUI_STORE_BAN_PRUNE_H
#define BANGUI_STORE_BAN_PRUNE_H

#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

/** Prepare the statements; once, at start. */
NODISCARD int ban_prune_prepare(struct db *db, struct error *err);

/** How many bans there are from before a time. */
NODISCARD int ban_prune_count(
    struct db *db, int64_t before, int64_t *out, struct error *err);

/**
 * Delete the oldest bans from before a time, at most max, in the caller's
 * transaction, and note that bans of those times are not to be copied again.
 * n_rows of history_state goes down by as many as *deleted says.
 */
NODISCARD int ban_prune_oldest(struct db *db, int64_t before, int64_t max,
    int64_t *deleted, struct error *err);

#endif
