/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/query_fold.h"

#include "base/error.h"
#include "service/app.h"
#include "service/archive/ban_filter.h"
#include "store/ban_store.h"

/* One jail more of find's; one that the archive does not know is none. */
static int
jail_fold(struct app *app, struct ban_filter_find *f, uint16_t node,
    struct error *err)
{
	int64_t *id = &f->jails[f->find.n_jails];
	int rc = ban_store_find_jail(
	    app->db, ban_query_text(&f->query, node), id, err);

	if (rc < 0)
		return -1;
	for (size_t k = 0; rc == 1 && k < f->find.n_jails; k++)
		if (f->jails[k] == *id)
			rc = 0; /* named twice */
	f->find.n_jails += (size_t)rc;
	return 0;
}

static bool
is_plain_jail(const struct ban_query_node *n)
{
	return n->kind == BAN_QUERY_JAIL && !n->negated;
}

/* How many children an "or" of nothing but jails has; 0: it is none. */
static size_t
jails_of(const struct ban_query *q, const struct ban_query_node *n)
{
	size_t jails = 0;

	if (n->kind != BAN_QUERY_OR || n->negated)
		return 0;
	for (uint16_t c = n->first; c != BAN_QUERY_NONE; c = q->nodes[c].next) {
		if (!is_plain_jail(&q->nodes[c]))
			return 0;
		jails++;
	}
	return jails <= LIMIT_QUERY_PARAMS ? jails : 0;
}

/* 1 they are find's now, 0 there are some already. */
static int
jails_fold(struct app *app, struct ban_filter_find *f, uint16_t node,
    struct error *err)
{
	const struct ban_query_node *n = &f->query.nodes[node];
	uint16_t at = n->kind == BAN_QUERY_JAIL ? node : n->first;

	if (f->find.jails != NULL)
		return 0;
	f->find.jails = f->jails;
	for (; at != BAN_QUERY_NONE; at = f->query.nodes[at].next) {
		if (jail_fold(app, f, at, err) < 0)
			return -1;
		if (at == node)
			break;
	}
	return 1;
}

/* What comes before is left off; -since:x is until:x. */
static void
time_fold(struct ban_filter_find *f, const struct ban_query_node *n)
{
	bool is_since = (n->kind == BAN_QUERY_SINCE) != n->negated;

	if (is_since && n->value > f->find.from)
		f->find.from = f->from = n->value;
	if (!is_since && n->value < f->find.to)
		f->find.to = f->to = n->value;
}

static bool
country_fold(struct ban_find *find, const char *country)
{
	if (find->country != NULL)
		return false;
	find->country = country;
	return true;
}

static bool
number_fold(int64_t value, int64_t *to)
{
	if (*to >= 0)
		return false;
	*to = value;
	return true;
}

/* A term that must hold: is it find's now? */
static bool
term_fold(struct ban_filter_find *f, uint16_t node)
{
	const struct ban_query_node *n = &f->query.nodes[node];
	struct ban_find *find = &f->find;
	int64_t origin = find->origin;

	if (n->kind == BAN_QUERY_SINCE || n->kind == BAN_QUERY_UNTIL) {
		time_fold(f, n);
		return true;
	}
	if (n->negated)
		return false;
	if (n->kind == BAN_QUERY_COUNTRY)
		return country_fold(find, ban_query_text(&f->query, node));
	if (n->kind == BAN_QUERY_ASN && n->value > 0)
		return number_fold(n->value, &find->asn);
	if (n->kind == BAN_QUERY_IP && find->net == NULL) {
		find->net = &n->net;
		return true;
	}
	if (n->kind != BAN_QUERY_ORIGIN || !number_fold(n->value, &origin))
		return false;
	find->origin = (int)origin;
	return true;
}

static int
node_fold(struct app *app, struct ban_filter_find *f, uint16_t node,
    struct error *err)
{
	struct ban_query_node *n = &f->query.nodes[node];
	int rc;

	if (is_plain_jail(n) || jails_of(&f->query, n) > 0)
		rc = jails_fold(app, f, node, err);
	else
		rc = term_fold(f, node) ? 1 : 0;
	if (rc < 0)
		return -1;
	n->elsewhere = rc == 1;
	if (rc == 0)
		f->find.rest = &f->query;
	return 0;
}

static void
times_fix(struct ban_query *q, int64_t now_end)
{
	for (uint16_t i = 0; i < q->n; i++)
		if (q->nodes[i].relative) {
			q->nodes[i].value = now_end - q->nodes[i].value;
			q->nodes[i].relative = false;
		}
}

int
query_fold(struct app *app, struct ban_filter_find *f, struct error *err)
{
	const struct ban_query_node *root;

	if (f->query.root == BAN_QUERY_NONE)
		return 0;
	root = &f->query.nodes[f->query.root];
	times_fix(&f->query, ban_filter_now_end(app));
	if (root->kind != BAN_QUERY_AND || root->negated)
		return node_fold(app, f, f->query.root, err);
	for (uint16_t c = root->first; c != BAN_QUERY_NONE;
	     c = f->query.nodes[c].next)
		if (node_fold(app, f, c, err) < 0)
			return -1;
	return 0;
}
