/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table ban_often: addresses that were banned more than once
 * (sql/0015_ban_often.sql). Moved by store/ban_sum_store.h, whose functions
 * every writer of table ban calls.
 */
#ifndef BANGUI_STORE_BAN_OFTEN_STORE_H
#define BANGUI_STORE_BAN_OFTEN_STORE_H

#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

/* Sixty days, one of which begins each thirty; since -1 is all history. */
#define BAN_OFTEN_STEP_S 2592000
#define BAN_OFTEN_ALL (-1)

/** Prepare the statements; once, at start. */
NODISCARD int ban_often_store_prepare(struct db *db, struct error *err);

/** Bans first ... last (ids, both within) were added to the archive. */
NODISCARD int ban_often_add(
    struct db *db, int64_t first, int64_t last, struct error *err);

/** The oldest bans from before a time, at most max, are about to be deleted:
 * call it before they are. */
NODISCARD int ban_often_remove_oldest(
    struct db *db, int64_t before, int64_t max, struct error *err);

#endif
