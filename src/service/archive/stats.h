/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many bans the archive has, by country and by network, under the filters
 * of service/archive/ban_filter.h. Exact for any window; from sums, but for
 * filters by address.
 */
#ifndef BANGUI_SERVICE_STATS_H
#define BANGUI_SERVICE_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/geo_answer.h"
#include "base/macros.h"
#include "service/archive/ban_filter.h"

struct app;
struct error;

/* What all statistics tell besides their items. Times of -1: open, never. */
struct stats_frame {
	int64_t total;      /* all bans under the filter */
	int64_t unresolved; /* of global addresses, without what is counted */
	int64_t special;    /* of addresses that are nowhere, and of texts */
	int64_t from, to;   /* of the filter; to is outside */
	int64_t oldest;     /* when the archive begins */
	int64_t last_sync_at;
};

/** The window of a filter, and how far the archive reaches. */
NODISCARD int stats_frame_fill(struct app *app, const struct ban_filter_find *f,
    struct stats_frame *frame, struct error *err);

/** Which way to count the bans in a network. ERR_INVALID with field "ip":
 * they are too many. */
NODISCARD int stats_net_plan(struct app *app, const struct ban_find *find,
    bool *by_net, struct error *err);

struct stats_country {
	char code[GEO_COUNTRY_SIZE];
	int64_t bans;
	int64_t addresses; /* distinct; -1: not counted */
};

enum { STATS_COUNTRIES = 26 * 26 };

struct stats_countries {
	struct stats_frame frame;
	struct stats_country items[STATS_COUNTRIES]; /* most bans first */
	size_t n;
};

/** ERR_INVALID with field "ip": a network with too many bans to be counted. */
NODISCARD int stats_by_country(struct app *app, const struct ban_filter *filter,
    struct stats_countries *out, struct error *err);

/* as_org is borrowed for the call; "" is unknown. */
struct stats_asn {
	int64_t asn;
	const char *as_org;
	int64_t bans;
};

/**
 * The networks with the most bans, each given to each(), most first. There
 * are no pages.
 * Errors as above, and each()'s own.
 */
NODISCARD int stats_by_asn(struct app *app, const struct ban_ask *ask,
    int (*each)(void *ctx, const struct stats_asn *a, struct error *err),
    void *ctx, struct stats_frame *frame, struct error *err);

#endif
