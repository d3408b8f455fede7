/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the bans under a filter fall into: jails, countries, networks, and who
 * banned, each with how many. From sums where those can tell; else from the
 * newest of the bans, so that it costs the same whatever is asked.
 */
#ifndef BANGUI_SERVICE_FACETS_H
#define BANGUI_SERVICE_FACETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/macros.h"

struct app;
struct ban_filter;
struct error;

enum facet {
	FACET_JAIL,
	FACET_COUNTRY, /* of global addresses, BAN_COUNTRY_UNKNOWN among them */
	FACET_ASN,     /* without those that are not known */
	FACET_ORIGIN,
	FACET__MAX
};

struct facet_item {
	char value[LIMIT_JAIL_NAME + 1]; /* as the query language takes it */
	char label[GEO_AS_ORG_SIZE];     /* "": there is none */
	int64_t bans;
};

struct facets {
	struct facet_item items[FACET__MAX][LIMIT_FACETS]; /* most bans first */
	size_t n[FACET__MAX];
	int64_t counted; /* bans that were looked at */
	bool exact;      /* those were all that the filter has */
};

void facets_freep(struct facets **f);

/** Count; *out is the caller's to free. */
NODISCARD int facets_count(struct app *app, const struct ban_filter *filter,
    struct facets **out, struct error *err);

#endif
