/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many bans each jail made, and when: from sums wherever those can tell,
 * as store/ban_count.h does it.
 */
#ifndef BANGUI_STORE_BAN_JAIL_COUNT_H
#define BANGUI_STORE_BAN_JAIL_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/ban_find.h"
#include "store/ban_periods.h"

struct db;
struct error;

/** Prepare the statements; once, at start. */
NODISCARD int ban_jail_count_prepare(struct db *db, struct error *err);

/** Every jail that the archive knows, by its number; name is borrowed. */
NODISCARD int ban_jail_count_names(struct db *db,
    int (*each)(void *ctx, int64_t id, const char *name, struct error *err),
    void *ctx, struct error *err);

/* Counts come in any order, and of a jail more than once. at: when the
 * period begins that they are of, or the very second. */
typedef int ban_jail_count(
    void *ctx, int64_t jail_id, int64_t at, int64_t bans, struct error *err);

/** By jail, all times together: at says nothing. Without regard to
 * find->net. */
NODISCARD int ban_jail_count_all(struct db *db, const struct ban_find *find,
    ban_jail_count *each, void *ctx, struct error *err);

/**
 * By jail and period, none longer than `longest` (HOUR, DAY or MONTH).
 * Without regard to find->net; both ends of find's time are given.
 */
NODISCARD int ban_jail_count_periods(struct db *db, const struct ban_find *find,
    enum ban_level longest, ban_jail_count *each, void *ctx, struct error *err);

/** By jail and second, by looking at each ban: those in find->net if by_net,
 * else those in find's time. The caller has seen to it that they are not too
 * many. */
NODISCARD int ban_jail_count_rows(struct db *db, const struct ban_find *find,
    bool by_net, ban_jail_count *each, void *ctx, struct error *err);

#endif
