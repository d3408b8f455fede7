/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_walk.h"

#include "base/error.h"
#include "service/app.h"
#include "service/archive/ban_filter.h"
#include "store/ban_count.h"
#include "store/ban_text_store.h"

/* How many bans a walk over its index would come by. */
static int
walk_size(struct app *app, const struct ban_find *find, enum ban_walk walk,
    int64_t *out, struct error *err)
{
	struct ban_find alone = BAN_FIND_ALL;

	alone.from = find->from;
	alone.to = find->to;
	if (walk == BAN_WALK_JAIL || walk == BAN_WALK_JAIL_COUNTRY) {
		alone.jails = find->jails;
		alone.n_jails = find->n_jails;
	}
	if (walk == BAN_WALK_COUNTRY || walk == BAN_WALK_JAIL_COUNTRY)
		alone.country = find->country;
	if (walk == BAN_WALK_ASN)
		alone.asn = find->asn;
	if (walk == BAN_WALK_ORIGIN)
		alone.origin = find->origin;
	return ban_count_total(app->db, &alone, out, err);
}

/* The walks that the filters allow; at least one. */
static size_t
walks_list(const struct ban_find *find, enum ban_walk out[BAN_WALK__MAX])
{
	size_t n = 0;

	if (find->jails != NULL)
		out[n++] = find->country != NULL ? BAN_WALK_JAIL_COUNTRY
						 : BAN_WALK_JAIL;
	else if (find->country != NULL)
		out[n++] = BAN_WALK_COUNTRY;
	if (find->asn >= 0)
		out[n++] = BAN_WALK_ASN;
	if (find->origin >= 0)
		out[n++] = BAN_WALK_ORIGIN;
	if (n == 0)
		out[n++] = BAN_WALK_TIME;
	return n;
}

int
ban_walk_least(struct app *app, const struct ban_find *find, enum ban_walk *out,
    int64_t *least, struct error *err)
{
	enum ban_walk walks[BAN_WALK__MAX];
	size_t n = walks_list(find, walks);

	*least = INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		int64_t size = 0;

		if (walk_size(app, find, walks[i], &size, err) < 0)
			return -1;
		if (size < *least)
			*out = walks[i];
		if (size < *least)
			*least = size;
	}
	return 0;
}

int
ban_walk_choose(struct app *app, const struct ban_find *find,
    enum ban_walk *out, struct error *err)
{
	enum ban_walk walks[BAN_WALK__MAX];
	int64_t least;

	*out = BAN_WALK_TIME;
	if (walks_list(find, walks) > 1)
		return ban_walk_least(app, find, out, &least, err);
	*out = walks[0]; /* a single one need not be counted */
	return 0;
}

/* Is the network's index better? */
static int
net_try(struct app *app, struct ban_filter_find *f, struct error *err)
{
	int64_t size = 0;

	if (f->find.net == NULL)
		return 0;
	if (ban_find_net_size(
		app->db, &f->find, LIMIT_BANS_COUNT + 1, &size, err) < 0)
		return -1;
	if (size <= LIMIT_BANS_COUNT && size < f->size) {
		f->find.walk = BAN_WALK_NET;
		f->size = size;
	}
	return 0;
}

/* Is that of a text which all must have? */
static int
text_try(struct app *app, struct ban_filter_find *f, uint16_t node,
    uint16_t *best, struct error *err)
{
	const struct ban_query_node *n = &f->query.nodes[node];
	const char *text = ban_query_text(&f->query, node);
	int64_t size = 0;

	if (n->kind != BAN_QUERY_TEXT || n->negated)
		return 0;
	if (ban_find_text_size(
		app->db, text, LIMIT_BANS_COUNT + 1, &size, err) < 0)
		return -1;
	if (size <= LIMIT_BANS_COUNT && size < f->size) {
		f->find.walk = BAN_WALK_TEXT;
		f->find.text = text;
		f->size = size;
		*best = node;
	}
	return 0;
}

static int
texts_try(struct app *app, struct ban_filter_find *f, struct error *err)
{
	const struct ban_query *q = &f->query;
	const struct ban_query_node *root = &q->nodes[q->root];
	uint16_t best = BAN_QUERY_NONE;

	if (root->kind != BAN_QUERY_AND || root->negated) {
		if (text_try(app, f, q->root, &best, err) < 0)
			return -1;
	} else {
		for (uint16_t c = root->first; c != BAN_QUERY_NONE;
		     c = q->nodes[c].next)
			if (text_try(app, f, c, &best, err) < 0)
				return -1;
	}
	if (best != BAN_QUERY_NONE)
		f->query.nodes[best].elsewhere = true;
	return 0;
}

int
ban_walk_plan(struct app *app, struct ban_filter_find *f, struct error *err)
{
	f->find.walk = BAN_WALK_TIME;
	if (ban_walk_least(app, &f->find, &f->find.walk, &f->size, err) < 0 ||
	    net_try(app, f, err) < 0)
		return -1;
	return texts_try(app, f, err);
}

int
ban_walk_mark_frequent(
    struct app *app, struct ban_filter_find *f, int *n, struct error *err)
{
	*n = 0;
	for (uint16_t i = 0; i < f->query.n; i++) {
		struct ban_query_node *node = &f->query.nodes[i];
		int64_t bans = 0;

		if (node->kind != BAN_QUERY_TEXT || node->elsewhere)
			continue;
		if (ban_text_frequency(app->db, ban_query_text(&f->query, i),
			LIMIT_TEXT_WINDOW, &bans, err) < 0)
			return -1;
		node->frequent = bans >= LIMIT_TEXT_FREQUENT;
		*n += node->frequent ? 1 : 0;
	}
	return 0;
}

void
ban_walk_unmark(struct ban_filter_find *f)
{
	for (uint16_t i = 0; i < f->query.n; i++)
		f->query.nodes[i].frequent = false;
}
