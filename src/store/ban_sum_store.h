/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables ban_sum, ban_sum_country and ban_sum_asn: the archive's bans, counted
 * by periods (sql/0011_ban_sum.sql). Bans that are deleted stay in them:
 * store/ban_prune.h. Whoever else changes table ban moves the sums
 * with it in the same transaction, by one of the functions here; they move
 * store/ban_often_store.h's table as well.
 */
#ifndef BANGUI_STORE_BAN_SUM_STORE_H
#define BANGUI_STORE_BAN_SUM_STORE_H

#include <stdint.h>

#include "base/macros.h"

struct active_ban_key;
struct db;
struct error;
struct geo_answer;

/** Prepare the statements; once, at start. */
NODISCARD int ban_sum_store_prepare(struct db *db, struct error *err);

/** Bans first ... last (ids, both within) were added to the archive. */
NODISCARD int ban_sum_add(
    struct db *db, int64_t first, int64_t last, struct error *err);

/**
 * The bans of key without a country are about to get that of the answer, and
 * its AS where they have none: call it before they do.
 */
NODISCARD int ban_sum_learn(struct db *db, const struct active_ban_key *key,
    const struct geo_answer *answer, struct error *err);

#endif
