/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The filters that everything over the archive of bans shares: list,
 * statistics, export. Read by api/ban_filter.h, made into store/ban_find.h's
 * by this.
 */
#ifndef BANGUI_SERVICE_BAN_FILTER_H
#define BANGUI_SERVICE_BAN_FILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/macros.h"
#include "store/ban_find.h"
#include "store/ban_query.h"

struct app;
struct error;

enum ban_range {
	BAN_RANGE_24H,
	BAN_RANGE_7D,
	BAN_RANGE_30D,
	BAN_RANGE_365D,
	BAN_RANGE_ALL,
	BAN_RANGE_GIVEN, /* from and to say it */
	BAN_RANGE__MAX
};

struct ban_filter {
	enum ban_range range;
	int64_t from, to; /* of BAN_RANGE_GIVEN: from <= t < to, -1: open */
	const char *jails[LIMIT_QUERY_PARAMS]; /* any of them; borrowed */
	size_t n_jails;                        /* 0: all */
	char country[GEO_COUNTRY_SIZE]; /* BAN_COUNTRY_UNKNOWN; "": any */
	int64_t asn;                    /* -1: any */
	int origin;                     /* enum ban_origin; -1: any */
	bool has_net;
	struct addr net;        /* only what lies inside it */
	struct ban_query query; /* what must hold besides; n 0: nothing */
};

/* What is asked for of a list that a filter leaves. */
struct ban_ask {
	const struct ban_filter *filter;
	int limit;          /* 1 ... LIMIT_LIST_MAX */
	const char *cursor; /* opaque, from a page before; or NULL */
};

/* A filter as the store wants it; what find points at is in here or in the
 * filter, so neither may move or end before the question is answered. */
struct ban_filter_find {
	struct ban_find find;
	int64_t jails[LIMIT_QUERY_PARAMS];
	int64_t from, to; /* as told to a client; -1: open */
	/* All of the filter as one tree; find.rest points here. */
	struct ban_query query;
	int64_t size; /* with find.rest: bans that find.walk comes by */
};

/** When the present minute ends. */
int64_t ban_filter_now_end(const struct app *app);

/**
 * Make one tree of all that is asked, take out what struct ban_find has a
 * place for, and choose how to get at the bans if something is left. Looks up
 * jails and clock. A range ends with the minute that it is now, and
 * begins so long before it: within a minute, the same question is the same.
 * A jail that the archive does not know is none of its jails.
 */
NODISCARD int ban_filter_resolve(struct app *app,
    const struct ban_filter *filter, struct ban_filter_find *out,
    struct error *err);

/**
 * How the bans in a network are to be counted: by_net, those in it are few
 * enough, else those in the filter's time are. 1 one of both, 0 neither.
 */
NODISCARD int ban_filter_net_plan(struct app *app, const struct ban_find *find,
    int64_t max, bool *by_net, struct error *err);

#endif
