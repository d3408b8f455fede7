/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses with the most bans, under the filters of
 * service/archive/ban_filter.h. What takes long to find out is known to all
 * processes for a minute.
 */
#ifndef BANGUI_SERVICE_STATS_TOP_H
#define BANGUI_SERVICE_STATS_TOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/archive/stats.h"

struct app;
struct ban_ask;
struct ban_list_row;
struct error;

struct stats_top {
	struct stats_frame frame; /* total: all bans under the filter */
	bool exact; /* else there may be addresses with more bans */
};

/** last: the address's last ban under the filter. */
typedef int stats_top_each(void *ctx, const struct ban_list_row *last,
    int64_t bans, struct error *err);

/**
 * Up to ask->limit (at most LIMIT_TOP_MAX) addresses, networks and texts, the
 * most bans first, each given to each(). ERR_INVALID with field "ip": a
 * network with too many bans to be counted.
 */
NODISCARD int stats_top(struct app *app, const struct ban_ask *ask,
    stats_top_each *each, void *ctx, struct stats_top *out, struct error *err);

#endif
