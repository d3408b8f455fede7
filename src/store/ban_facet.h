/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What some bans fall into, by jail, country, network and origin. */
#ifndef BANGUI_STORE_BAN_FACET_H
#define BANGUI_STORE_BAN_FACET_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/ban_find.h"

struct db;
struct error;

enum ban_facet {
	BAN_FACET_JAIL,
	BAN_FACET_COUNTRY,
	BAN_FACET_ASN,
	BAN_FACET_ORIGIN
};

struct ban_facet_row {
	enum ban_facet facet;
	const char *text; /* a jail, a country, the name of a network or "" */
	int64_t number;   /* of a network, or enum ban_origin */
	int64_t bans;
};

typedef int ban_facet_each(
    void *ctx, const struct ban_facet_row *r, struct error *err);

/** Prepare the statements; once, at start. */
NODISCARD int ban_facet_prepare(struct db *db, struct error *err);

/** Of each facet those with the most bans first, of the bans of n places, at
 * most LIMIT_FACET_ROWS. */
NODISCARD int ban_facet_count(struct db *db, const struct ban_place *places,
    size_t n, ban_facet_each *each, void *ctx, struct error *err);

#endif
