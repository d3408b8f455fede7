/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/facets.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/str.h"
#include "service/app.h"
#include "service/archive/ban_list.h"
#include "service/archive/stats.h"
#include "service/archive/stats_jails.h"
#include "store/ban_count.h"
#include "store/ban_facet.h"

void
facets_freep(struct facets **f)
{
	free(*f);
	*f = NULL;
}

/* Those with the most bans come first, so that what finds no room is few. A
 * name that is too long for the query language is left out. */
static void
item_add(struct facets *f, enum facet facet, const char *value,
    const char *label, int64_t bans)
{
	struct facet_item *item = &f->items[facet][f->n[facet]];

	if (f->n[facet] == LIMIT_FACETS || bans == 0 ||
	    !str_copy(item->value, sizeof item->value, value))
		return;
	if (!str_copy(item->label, sizeof item->label, label))
		item->label[0] = '\0';
	item->bans = bans;
	f->n[facet]++;
}

static int
jails_add(struct app *app, const struct ban_filter *filter, struct facets *f,
    struct error *err)
{
	AUTO(stats_jails_release) struct stats_jails jails = {.n = 0};

	if (stats_by_jail(app, filter, &jails, err) < 0)
		return -1;
	for (size_t i = 0; i < jails.n; i++)
		item_add(f, FACET_JAIL, jails.items[i].name, "",
		    jails.items[i].bans);
	f->counted = jails.frame.total;
	return 0;
}

static int
countries_add(struct app *app, const struct ban_filter *filter,
    struct facets *f, struct error *err)
{
	struct stats_countries stats;
	bool unknown = true;

	if (stats_by_country(app, filter, &stats, err) < 0)
		return -1;
	for (size_t i = 0; i < stats.n; i++) {
		if (unknown && stats.items[i].bans < stats.frame.unresolved) {
			item_add(f, FACET_COUNTRY, BAN_COUNTRY_UNKNOWN, "",
			    stats.frame.unresolved);
			unknown = false;
		}
		item_add(f, FACET_COUNTRY, stats.items[i].code, "",
		    stats.items[i].bans);
	}
	if (unknown)
		item_add(f, FACET_COUNTRY, BAN_COUNTRY_UNKNOWN, "",
		    stats.frame.unresolved);
	return 0;
}

static void
asn_add(struct facets *f, int64_t asn, const char *as_org, int64_t bans)
{
	char value[sizeof "4294967295"] = "";

	(void)snprintf(value, sizeof value, "%u", (unsigned)asn);
	item_add(f, FACET_ASN, value, as_org, bans);
}

static int
asn_take(void *ctx, const struct stats_asn *a, struct error *err)
{
	(void)err;
	asn_add(ctx, a->asn, a->as_org, a->bans);
	return 0;
}

static int
asns_add(struct app *app, const struct ban_filter *filter, struct facets *f,
    struct error *err)
{
	const struct ban_ask ask = {.filter = filter, .limit = LIMIT_FACETS};
	struct stats_frame frame;

	return stats_by_asn(app, &ask, asn_take, f, &frame, err);
}

static int
more_bans(const void *a, const void *b)
{
	const struct facet_item *x = a, *y = b;

	return x->bans > y->bans ? -1 : x->bans < y->bans;
}

static int
origins_add(struct app *app, const struct ban_filter_find *found,
    struct facets *f, struct error *err)
{
	struct ban_find find = found->find;

	for (int i = 0; i < BAN_ORIGIN__MAX; i++) {
		int64_t bans = 0;

		if (found->find.origin >= 0 && found->find.origin != i)
			continue;
		find.origin = i;
		if (ban_count_total(app->db, &find, &bans, err) < 0)
			return -1;
		item_add(f, FACET_ORIGIN, ban_origin_name(i), "", bans);
	}
	qsort(f->items[FACET_ORIGIN], f->n[FACET_ORIGIN], sizeof f->items[0][0],
	    more_bans);
	return 0;
}

static int
from_sums(struct app *app, const struct ban_filter *filter,
    const struct ban_filter_find *found, struct facets *f, struct error *err)
{
	f->exact = true;
	if (jails_add(app, filter, f, err) < 0 ||
	    countries_add(app, filter, f, err) < 0 ||
	    asns_add(app, filter, f, err) < 0)
		return -1;
	return origins_add(app, found, f, err);
}

static int
row_take(void *ctx, const struct ban_facet_row *r, struct error *err)
{
	struct facets *f = ctx;

	(void)err;
	switch (r->facet) {
	case BAN_FACET_JAIL:
		item_add(f, FACET_JAIL, r->text, "", r->bans);
		break;
	case BAN_FACET_COUNTRY:
		item_add(f, FACET_COUNTRY, r->text, "", r->bans);
		break;
	case BAN_FACET_ASN:
		asn_add(f, r->number, r->text, r->bans);
		break;
	case BAN_FACET_ORIGIN:
		item_add(f, FACET_ORIGIN, ban_origin_name((int)r->number), "",
		    r->bans);
		break;
	}
	return 0;
}

/* Of the newest bans. */
static int
from_rows(struct app *app, const struct ban_filter *filter, struct facets *f,
    struct error *err)
{
	const struct ban_ask ask = {.filter = filter};
	struct ban_place places[LIMIT_FACET_ROWS];
	struct ban_run run;
	size_t n = 0;
	int rc;

	if (ban_run_begin(app, &ask, &run, err) < 0)
		return -1;
	run.f.find.limit_ms = LIMIT_QUERY_MS;
	rc = ban_run_newest(app, &run, LIMIT_FACET_ROWS, places, &n, err);
	if (rc < 0)
		return -1;
	f->exact = rc == 0;
	f->counted = (int64_t)n;
	return ban_facet_count(app->db, places, n, row_take, f, err);
}

int
facets_count(struct app *app, const struct ban_filter *filter,
    struct facets **out, struct error *err)
{
	AUTO(facets_freep) struct facets *f = calloc(1, sizeof *f);
	struct ban_filter_find found;
	int rc;

	if (f == NULL)
		return err_nomem(err);
	if (ban_filter_resolve(app, filter, &found, err) < 0)
		return -1;
	if (ban_find_has_sums(&found.find))
		rc = from_sums(app, filter, &found, f, err);
	else
		rc = from_rows(app, filter, f, err);
	if (rc == 0)
		*out = STEAL(f);
	return rc;
}
