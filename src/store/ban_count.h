/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the sums of store/ban_sum_store.h tell, exactly and for any window: it
 * is cut into whole periods, and what is left over at its ends is counted
 * from the bans themselves. Where sums cannot tell, bans are counted.
 */
#ifndef BANGUI_STORE_BAN_COUNT_H
#define BANGUI_STORE_BAN_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/ban_find.h"

struct db;
struct error;

/** Prepare the statements; once, at start. */
NODISCARD int ban_count_prepare(struct db *db, struct error *err);

/** How many bans there are to find, without regard to find->net. */
NODISCARD int ban_count_total(struct db *db, const struct ban_find *find,
    int64_t *out, struct error *err);

/* Counts come in any order and a country may come more than once:
 * BAN_COUNTRY_UNKNOWN not known, "" not global. */
typedef int ban_count_country(
    void *ctx, const char *country, int64_t bans, struct error *err);

/** By country, without regard to find->net. */
NODISCARD int ban_count_by_country(struct db *db, const struct ban_find *find,
    ban_count_country *each, void *ctx, struct error *err);

/* Most bans first; each AS once: 0 not known, -1 not global. */
typedef int ban_count_asn(
    void *ctx, int64_t asn, int64_t bans, struct error *err);

/** By AS, without regard to find->net. */
NODISCARD int ban_count_by_asn(struct db *db, const struct ban_find *find,
    ban_count_asn *each, void *ctx, struct error *err);

/**
 * The same by looking at each ban: those in find->net if by_net, else those
 * in find's time, and asking all of find of them. The caller has seen to it
 * that they are not too many.
 */
NODISCARD int ban_count_rows_by_country(struct db *db,
    const struct ban_find *find, bool by_net, ban_count_country *each,
    void *ctx, struct error *err);
NODISCARD int ban_count_rows_by_asn(struct db *db, const struct ban_find *find,
    bool by_net, ban_count_asn *each, void *ctx, struct error *err);

/**
 * Distinct addresses by country, by looking at every ban of find's time: the
 * caller has seen to it that they are not too many.
 */
NODISCARD int ban_count_addresses(struct db *db, const struct ban_find *find,
    ban_count_country *each, void *ctx, struct error *err);

/** The name of a network into out, "" when nobody has told it. */
NODISCARD int ban_count_as_org(
    struct db *db, int64_t asn, char *out, size_t size, struct error *err);

#endif
