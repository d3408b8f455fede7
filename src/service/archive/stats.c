/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/stats.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "service/app.h"
#include "service/archive/history.h"
#include "store/ban_count.h"

/* By code, and the two that are none. */
struct counts {
	int64_t by_code[STATS_COUNTRIES];
	int64_t unresolved, special;
};

static int
count_add(void *ctx, const char *country, int64_t bans, struct error *err)
{
	struct counts *c = ctx;

	if (country[0] == '\0')
		c->special += bans;
	else if (strcmp(country, BAN_COUNTRY_UNKNOWN) == 0)
		c->unresolved += bans;
	else if (geo_is_country(country, strlen(country)))
		c->by_code[(country[0] - 'A') * 26 + country[1] - 'A'] += bans;
	else
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "a country of %zu bytes in the archive", strlen(country));
	return 0;
}

static int
more_bans(const void *a, const void *b)
{
	const struct stats_country *x = a, *y = b;

	if (x->bans != y->bans)
		return x->bans > y->bans ? -1 : 1;
	return strcmp(x->code, y->code);
}

static void
items_fill(struct stats_countries *out, const struct counts *bans,
    const struct counts *addresses)
{
	out->n = 0;
	for (int i = 0; i < STATS_COUNTRIES; i++)
		if (bans->by_code[i] > 0)
			out->items[out->n++] = (struct stats_country){
			    .code = {(char)('A' + i / 26),
				     (char)('A' + i % 26)},
			    .bans = bans->by_code[i],
			    .addresses =
				addresses == NULL ? -1 : addresses->by_code[i],
			};
	qsort(out->items, out->n, sizeof out->items[0], more_bans);
}

static void
frame_count(struct stats_frame *frame, const struct counts *c)
{
	frame->unresolved = c->unresolved;
	frame->special = c->special;
	frame->total = c->unresolved + c->special;
	for (int i = 0; i < STATS_COUNTRIES; i++)
		frame->total += c->by_code[i];
}

int
stats_frame_fill(struct app *app, const struct ban_filter_find *f,
    struct stats_frame *frame, struct error *err)
{
	struct history_status h;

	if (history_status_get(app, &h, err) < 0)
		return -1;
	frame->from = f->from;
	frame->to = f->to;
	frame->oldest = h.oldest > 0 ? h.oldest : -1;
	frame->last_sync_at = h.last_sync_at > 0 ? h.last_sync_at : -1;
	return 0;
}

int
stats_net_plan(struct app *app, const struct ban_find *find, bool *by_net,
    struct error *err)
{
	int rc;

	*by_net = false;
	if (find->rest != NULL)
		return 0; /* find->walk says how */
	rc = ban_filter_net_plan(app, find, LIMIT_STATS_ROWS, by_net, err);
	if (rc == 0)
		return err_field(err, "ip",
		    "Holds too many bans to count them. Take a smaller "
		    "network or a shorter time.");
	return rc < 0 ? -1 : 0;
}

static int
countries_count(struct app *app, const struct ban_find *find,
    struct counts *out, struct error *err)
{
	bool by_net = false;

	if (ban_find_has_sums(find))
		return ban_count_by_country(app->db, find, count_add, out, err);
	if (stats_net_plan(app, find, &by_net, err) < 0)
		return -1;
	return ban_count_rows_by_country(
	    app->db, find, by_net, count_add, out, err);
}

/* Distinct addresses, where telling them apart costs little: 1 counted, 0
 * there are too many bans in the time. */
static int
addresses_count(struct app *app, const struct ban_find *find,
    struct counts *out, struct error *err)
{
	struct ban_find window = BAN_FIND_ALL;
	int64_t n = 0;

	window.from = find->from;
	window.to = find->to;
	if (ban_count_total(app->db, &window, &n, err) < 0)
		return -1;
	if (n > LIMIT_STATS_ADDRESSES)
		return 0;
	if (ban_count_addresses(app->db, find, count_add, out, err) < 0)
		return -1;
	return 1;
}

int
stats_by_country(struct app *app, const struct ban_filter *filter,
    struct stats_countries *out, struct error *err)
{
	struct ban_filter_find f;
	struct counts bans = {0}, addresses = {0};
	struct stats_frame frame = {0};
	int rc;

	if (ban_filter_resolve(app, filter, &f, err) < 0 ||
	    stats_frame_fill(app, &f, &frame, err) < 0 ||
	    countries_count(app, &f.find, &bans, err) < 0)
		return -1;
	rc = addresses_count(app, &f.find, &addresses, err);
	if (rc < 0)
		return -1;
	frame_count(&frame, &bans);
	items_fill(out, &bans, rc == 1 ? &addresses : NULL);
	out->frame = frame;
	return 0;
}

/* The first of the networks, and the sum of all. */
struct asns {
	struct stats_asn items[LIMIT_LIST_MAX];
	int limit, n;
	struct stats_frame *frame;
};

static int
asn_take(void *ctx, int64_t asn, int64_t bans, struct error *err)
{
	struct asns *a = ctx;

	(void)err;
	a->frame->total += bans;
	if (asn < 0)
		a->frame->special += bans;
	else if (asn == 0)
		a->frame->unresolved += bans;
	else if (a->n < a->limit)
		a->items[a->n++] = (struct stats_asn){.asn = asn, .bans = bans};
	return 0;
}

static int
asns_count(struct app *app, const struct ban_find *find, struct asns *out,
    struct error *err)
{
	bool by_net = false;

	if (ban_find_has_sums(find))
		return ban_count_by_asn(app->db, find, asn_take, out, err);
	if (stats_net_plan(app, find, &by_net, err) < 0)
		return -1;
	return ban_count_rows_by_asn(app->db, find, by_net, asn_take, out, err);
}

int
stats_by_asn(struct app *app, const struct ban_ask *ask,
    int (*each)(void *ctx, const struct stats_asn *a, struct error *err),
    void *ctx, struct stats_frame *frame, struct error *err)
{
	struct ban_filter_find f;
	struct stats_frame counted = {0};
	struct asns asns = {.limit = ask->limit, .frame = &counted};
	char org[GEO_AS_ORG_SIZE];

	if (ban_filter_resolve(app, ask->filter, &f, err) < 0 ||
	    stats_frame_fill(app, &f, &counted, err) < 0 ||
	    asns_count(app, &f.find, &asns, err) < 0)
		return -1;
	for (int i = 0; i < asns.n; i++) {
		struct stats_asn *a = &asns.items[i];

		if (ban_count_as_org(app->db, a->asn, org, sizeof org, err) < 0)
			return -1;
		a->as_org = org;
		if (each(ctx, a, err) < 0)
			return -1;
	}
	*frame = counted;
	return 0;
}
