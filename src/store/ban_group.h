/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What some bans have in common: a range of addresses, an AS, a country. */
#ifndef BANGUI_STORE_BAN_GROUP_H
#define BANGUI_STORE_BAN_GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"
#include "store/ban_find.h"

struct db;
struct error;

enum ban_group_by {
	BAN_GROUP_V4_24, /* of IPv4 addresses */
	BAN_GROUP_V4_16,
	BAN_GROUP_V6_64, /* of IPv6 addresses */
	BAN_GROUP_V6_48,
	BAN_GROUP_ASN,
	BAN_GROUP_COUNTRY, /* of global addresses that have one */
	BAN_GROUP__MAX
};

struct ban_group {
	int64_t id; /* of its last ban, for ban_find_rows() */
	int64_t bans;
	int64_t addresses; /* distinct */
};

struct ban_groups {
	struct ban_group items[LIMIT_TOP_MAX];
	int n;
	int limit; /* set it: at most LIMIT_TOP_MAX */
};

/** The length of such a range, as struct addr has it; 0: it is none. */
uint8_t ban_group_prefix(enum ban_group_by by);

/** Prepare the statements; once, at start. */
NODISCARD int ban_group_prepare(struct db *db, struct error *err);

/**
 * Those with the most addresses first, of equals the one with more bans, then
 * the one with the later ban. Looks at the bans of n places, at most
 * LIMIT_RANGE_ROWS, alone. A ban that is wider than a range is in none.
 */
NODISCARD int ban_group_count(struct db *db, const struct ban_place *places,
    size_t n, enum ban_group_by by, struct ban_groups *out, struct error *err);

#endif
