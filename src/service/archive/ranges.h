/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The networks, ASes and countries that most of the bans under a filter come
 * from. From sums where those can tell; else from the newest of the bans, so
 * that it costs the same whatever is asked.
 */
#ifndef BANGUI_SERVICE_RANGES_H
#define BANGUI_SERVICE_RANGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/archive/stats.h"
#include "store/ban_group.h"

struct app;
struct ban_ask;
struct error;

/* One of them; strings are borrowed: valid in the callback only. */
struct range {
	const char *name;  /* as a filter takes it */
	int64_t addresses; /* distinct; -1: sums do not tell */
	int64_t bans;
	int64_t last_at;     /* -1: sums do not tell */
	const char *country; /* of its last ban; NULL: unknown */
	int64_t asn;         /* the same; -1: unknown */
	const char *as_org;  /* NULL: unknown */
};

typedef int ranges_each(void *ctx, const struct range *r, struct error *err);

struct ranges {
	enum ban_group_by by;     /* set it: what is asked for */
	struct stats_frame frame; /* total: bans that were looked at */
	bool exact;               /* those were all that the filter has */
};

/**
 * Up to ask->limit of them (at most LIMIT_TOP_MAX), each given to each().
 * Networks come with the most addresses first; by sums, with the most bans.
 */
NODISCARD int stats_ranges(struct app *app, const struct ban_ask *ask,
    ranges_each *each, void *ctx, struct ranges *out, struct error *err);

#endif
