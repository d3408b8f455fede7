/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_filter.h"

#include <string.h>

#include "base/error.h"
#include "service/app.h"
#include "service/archive/ban_walk.h"
#include "service/archive/query_fold.h"
#include "store/ban_count.h"

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

/* A tree while it is put together. */
struct tree {
	struct ban_query *q;
	struct ban_query_group all;
	bool full; /* there was no room: more than an API takes */
};

/* A term with a text, for a group. */
static void
add_text(struct tree *t, struct ban_query_group *g, enum ban_query_kind kind,
    const char *text)
{
	uint16_t node = ban_query_add(t->q, kind);

	t->full = t->full || node == BAN_QUERY_NONE ||
		  !ban_query_set_text(t->q, node, text, strlen(text));
	if (!t->full)
		ban_query_join(t->q, g, node);
}

static void
add_value(struct tree *t, enum ban_query_kind kind, int64_t value)
{
	uint16_t node = ban_query_add(t->q, kind);

	t->full = t->full || node == BAN_QUERY_NONE;
	if (t->full)
		return;
	t->q->nodes[node].value = value;
	ban_query_join(t->q, &t->all, node);
}

static void
add_jails(struct tree *t, const struct ban_filter *filter)
{
	struct ban_query_group any = BAN_QUERY_GROUP(BAN_QUERY_OR);
	uint16_t node;

	for (size_t i = 0; i < filter->n_jails; i++)
		add_text(t, &any, BAN_QUERY_JAIL, filter->jails[i]);
	node = ban_query_close(t->q, &any);
	if (node != BAN_QUERY_NONE)
		ban_query_join(t->q, &t->all, node);
	else
		t->full = t->full || any.n > 0;
}

static void
add_net(struct tree *t, const struct addr *net)
{
	uint16_t node = ban_query_add(t->q, BAN_QUERY_IP);

	t->full = t->full || node == BAN_QUERY_NONE;
	if (t->full)
		return;
	t->q->nodes[node].net = *net;
	t->q->nodes[node].last = addr_last(net);
	ban_query_join(t->q, &t->all, node);
}

/* The query and all the single filters in one tree. */
static int
tree_make(
    const struct ban_filter *filter, struct ban_query *out, struct error *err)
{
	struct tree t = {.q = out, .all = BAN_QUERY_GROUP(BAN_QUERY_AND)};

	ban_query_init(out);
	if (filter->query.n > 0)
		*out = filter->query;
	add_jails(&t, filter);
	if (filter->country[0] != '\0')
		add_text(&t, &t.all, BAN_QUERY_COUNTRY, filter->country);
	if (filter->asn >= 0)
		add_value(&t, BAN_QUERY_ASN, filter->asn);
	if (filter->origin >= 0)
		add_value(&t, BAN_QUERY_ORIGIN, filter->origin);
	if (filter->has_net)
		add_net(&t, &filter->net);
	if (filter->query.n > 0)
		ban_query_join(out, &t.all, filter->query.root);
	out->root = ban_query_close(out, &t.all);
	if (t.full || (out->root == BAN_QUERY_NONE && t.all.n > 0))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "%u terms are too many", t.all.n);
	return 0;
}

int
ban_filter_resolve(struct app *app, const struct ban_filter *filter,
    struct ban_filter_find *out, struct error *err)
{
	out->find = (struct ban_find)BAN_FIND_ALL;
	out->size = 0;
	window_set(app, filter, out);
	if (tree_make(filter, &out->query, err) < 0 ||
	    query_fold(app, out, err) < 0)
		return -1;
	if (out->find.rest == NULL)
		return 0;
	return ban_walk_plan(app, out, err);
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
