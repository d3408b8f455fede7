/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ranges.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "service/app.h"
#include "service/archive/ban_list.h"

/* A question while it is answered. */
struct giving {
	enum ban_group_by by;
	const struct ban_groups *groups;
	int at;
	ranges_each *each;
	void *ctx;
};

enum { NAME_SIZE = ADDR_TEXT_SIZE };

static void
name_write(
    enum ban_group_by by, const struct ban_list_row *last, char name[NAME_SIZE])
{
	struct addr addr, net;

	name[0] = '\0';
	if (by == BAN_GROUP_ASN) {
		(void)snprintf(name, NAME_SIZE, "%u", (unsigned)last->asn);
	} else if (by == BAN_GROUP_COUNTRY) {
		(void)snprintf(name, NAME_SIZE, "%s", last->country);
	} else if (addr_parse_net(last->ip, strlen(last->ip), &addr)) {
		net = addr_network(&addr, ban_group_prefix(by));
		addr_format(&net, name);
	}
}

/* Rows come in the order of their groups. */
static int
row_give(void *ctx, const struct ban_list_row *last, struct error *err)
{
	struct giving *g = ctx;
	const struct ban_group *group;
	char name[NAME_SIZE];

	while (g->groups->items[g->at].id != last->id)
		g->at++; /* that ban was deleted meanwhile */
	group = &g->groups->items[g->at];
	name_write(g->by, last, name);
	return g->each(g->ctx,
	    &(const struct range){.name = name,
		.addresses = group->addresses,
		.bans = group->bans,
		.last_at = last->banned_at,
		.country = last->country,
		.asn = g->by == BAN_GROUP_COUNTRY ? -1 : last->asn,
		.as_org = g->by == BAN_GROUP_COUNTRY ? NULL : last->as_org},
	    err);
}

static int
groups_give(struct app *app, struct giving *g, struct error *err)
{
	struct ban_place places[LIMIT_TOP_MAX];

	for (int i = 0; i < g->groups->n; i++)
		places[i] = (struct ban_place){.id = g->groups->items[i].id};
	return ban_list_places(
	    app, places, (size_t)g->groups->n, row_give, g, err);
}

static void
places_freep(struct ban_place **places)
{
	free(*places);
}

/* By looking at the newest bans of a run. */
static int
from_rows(struct app *app, struct ban_run *run, struct giving *g, int limit,
    struct ranges *out, struct error *err)
{
	AUTO(places_freep)
	struct ban_place *places = calloc(LIMIT_RANGE_ROWS, sizeof *places);
	struct ban_groups groups = {.limit = limit};
	size_t n = 0;
	int rc;

	if (places == NULL)
		return err_nomem(err);
	rc = ban_run_newest(app, run, LIMIT_RANGE_ROWS, places, &n, err);
	if (rc < 0 ||
	    ban_group_count(app->db, places, n, g->by, &groups, err) < 0)
		return -1;
	out->exact = rc == 0;
	out->frame.total = (int64_t)n;
	g->groups = &groups;
	rc = groups_give(app, g, err);
	g->groups = NULL; /* it ends here */
	return rc;
}

static int
asn_give(void *ctx, const struct stats_asn *a, struct error *err)
{
	struct giving *g = ctx;
	char name[NAME_SIZE];

	(void)snprintf(name, sizeof name, "%u", (unsigned)a->asn);
	return g->each(g->ctx,
	    &(const struct range){.name = name,
		.addresses = -1,
		.bans = a->bans,
		.last_at = -1,
		.asn = a->asn,
		.as_org = a->as_org[0] == '\0' ? NULL : a->as_org},
	    err);
}

static int
countries_give(struct app *app, const struct ban_ask *ask, struct giving *g,
    struct stats_frame *frame, struct error *err)
{
	struct stats_countries stats;

	if (stats_by_country(app, ask->filter, &stats, err) < 0)
		return -1;
	for (size_t i = 0; i < stats.n && i < (size_t)ask->limit; i++) {
		const struct range r = {.name = stats.items[i].code,
		    .addresses = stats.items[i].addresses,
		    .bans = stats.items[i].bans,
		    .last_at = -1,
		    .country = stats.items[i].code,
		    .asn = -1};

		if (g->each(g->ctx, &r, err) < 0)
			return -1;
	}
	*frame = stats.frame;
	return 0;
}

static int
from_sums(struct app *app, const struct ban_ask *ask, struct giving *g,
    struct ranges *out, struct error *err)
{
	out->exact = true;
	if (g->by == BAN_GROUP_COUNTRY)
		return countries_give(app, ask, g, &out->frame, err);
	return stats_by_asn(app, ask, asn_give, g, &out->frame, err);
}

int
stats_ranges(struct app *app, const struct ban_ask *ask, ranges_each *each,
    void *ctx, struct ranges *out, struct error *err)
{
	const struct ban_ask first = {.filter = ask->filter};
	struct giving g = {.by = out->by, .each = each, .ctx = ctx};
	struct ranges found = {.by = out->by};
	struct ban_run run;
	int rc;

	if (ban_run_begin(app, &first, &run, err) < 0 ||
	    stats_frame_fill(app, &run.f, &found.frame, err) < 0)
		return -1;
	run.f.find.limit_ms = LIMIT_QUERY_MS;
	if (ban_group_prefix(out->by) == 0 && ban_find_has_sums(&run.f.find))
		rc = from_sums(app, ask, &g, &found, err);
	else
		rc = from_rows(app, &run, &g, ask->limit, &found, err);
	if (rc < 0)
		return -1;
	*out = found;
	return 0;
}
