/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_filter.h"

#include "base/error.h"
#include "service/app.h"
#include "store/ban_count.h"
#include "store/ban_store.h"

enum { MINUTE_S = 60, DAY_S = 86400 };

static const int64_t DAYS[] = {
    [BAN_RANGE_24H] = 1,
    [BAN_RANGE_7D] = 7,
    [BAN_RANGE_30D] = 30,
    [BAN_RANGE_365D] = 365,
    [BAN_RANGE_ALL] = 0,
    [BAN_RANGE_GIVEN] = 0,
};
_Static_assert(ARRAY_LEN(DAYS) == BAN_RANGE__MAX, "a length for each range");

static int
jails_find(struct app *app, const struct ban_filter *filter,
    struct ban_filter_find *out, struct error *err)
{
	if (filter->n_jails == 0)
		return 0;
	out->find.jails = out->jails;
	for (size_t i = 0; i < filter->n_jails; i++) {
		int64_t *id = &out->jails[out->find.n_jails];
		int rc =
		    ban_store_find_jail(app->db, filter->jails[i], id, err);

		if (rc < 0)
			return -1;
		for (size_t k = 0; rc == 1 && k < out->find.n_jails; k++)
			if (out->jails[k] == *id)
				rc = 0; /* named twice */
		out->find.n_jails += (size_t)rc;
	}
	return 0;
}

int64_t
ban_filter_now_end(const struct app *app)
{
	return app->now_s() / MINUTE_S * MINUTE_S + MINUTE_S;
}

static void
window_set(struct app *app, const struct ban_filter *filter,
    struct ban_filter_find *out)
{
	out->from = out->to = -1;
	if (filter->range == BAN_RANGE_GIVEN) {
		out->from = filter->from;
		out->to = filter->to;
	} else if (filter->range != BAN_RANGE_ALL) {
		out->to = ban_filter_now_end(app);
		out->from = out->to - DAYS[filter->range] * DAY_S;
	}
	if (out->from >= 0)
		out->find.from = out->from;
	if (out->to >= 0)
		out->find.to = out->to;
}

int
ban_filter_resolve(struct app *app, const struct ban_filter *filter,
    struct ban_filter_find *out, struct error *err)
{
	*out = (struct ban_filter_find){.find = BAN_FIND_ALL};
	window_set(app, filter, out);
	out->find.country = filter->country[0] == '\0' ? NULL : filter->country;
	out->find.asn = filter->asn;
	out->find.origin = filter->origin;
	out->find.net = filter->has_net ? &filter->net : NULL;
	return jails_find(app, filter, out, err);
}

int
ban_filter_net_plan(struct app *app, const struct ban_find *find, int64_t max,
    bool *by_net, struct error *err)
{
	struct ban_find window = BAN_FIND_ALL;
	int64_t n = 0;

	if (ban_find_net_size(app->db, find, max + 1, &n, err) < 0)
		return -1;
	*by_net = n <= max;
	if (*by_net)
		return 1;
	window.from = find->from;
	window.to = find->to;
	if (ban_count_total(app->db, &window, &n, err) < 0)
		return -1;
	return n <= max;
}
