/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many bans each jail made, and when, under the filters of
 * service/archive/ban_filter.h. Exact for any window, as service/archive/
 * stats.h has it.
 */
#ifndef BANGUI_SERVICE_STATS_JAILS_H
#define BANGUI_SERVICE_STATS_JAILS_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/archive/stats.h"
#include "store/ban_store.h"

struct app;
struct ban_filter;
struct error;

struct stats_jail {
	int64_t id;
	char *name; /* owned */
	int64_t bans;
};

struct stats_jails {
	struct stats_jail *items; /* owned */
	size_t n;
	struct stats_frame frame;
};

void stats_jails_release(struct stats_jails *s);

/** The jails that have bans under the filter, most bans first.
 * ERR_INVALID with field "ip": a network with too many bans to be counted. */
NODISCARD int stats_by_jail(struct app *app, const struct ban_filter *filter,
    struct stats_jails *out, struct error *err);

struct stats_trend {
	int64_t bucket_s;
	int64_t first;            /* when the first bucket begins */
	size_t n;                 /* buckets */
	struct stats_jails jails; /* in no order of meaning */
	int64_t *bans; /* owned: of bucket b, jail j at [b * jails.n + j] */
	struct ban_gaps gaps; /* in the filter's time */
};

void stats_trend_release(struct stats_trend *t);

/** When bucket i begins. */
int64_t stats_trend_start(const struct stats_trend *t, size_t i);

/**
 * Bans over time. A bucket is an hour, six hours, a day, a week from Monday
 * on, or thirty days and multiples of those: the shortest of which no more
 * than LIMIT_STATS_BUCKETS cover the time. Each begins at a whole multiple of
 * its length (UTC), so that the first one and the last one may reach beyond
 * the filter's time; what is outside of that is not counted. Errors as above.
 */
NODISCARD int stats_trend(struct app *app, const struct ban_filter *filter,
    struct stats_trend *out, struct error *err);

#endif
