/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_query.h"

#include <string.h>

void
ban_query_init(struct ban_query *q)
{
	q->n = 0;
	q->n_texts = 0;
	q->root = BAN_QUERY_NONE;
}

uint16_t
ban_query_add(struct ban_query *q, enum ban_query_kind kind)
{
	if (q->n == BAN_QUERY_NODES)
		return BAN_QUERY_NONE;
	q->nodes[q->n] = (struct ban_query_node){
	    .kind = (uint8_t)kind,
	    .first = BAN_QUERY_NONE,
	    .next = BAN_QUERY_NONE,
	};
	return q->n++;
}

bool
ban_query_set_text(
    struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	if (len >= sizeof q->texts - q->n_texts)
		return false;
	memcpy(q->texts + q->n_texts, s, len);
	q->texts[q->n_texts + len] = '\0';
	q->nodes[node].text = q->n_texts;
	q->n_texts = (uint16_t)(q->n_texts + len + 1);
	return true;
}

const char *
ban_query_text(const struct ban_query *q, uint16_t node)
{
	return q->texts + q->nodes[node].text;
}

/* Put the chain of nodes that begins with first behind the others. */
static void
chain(struct ban_query *q, struct ban_query_group *g, uint16_t first)
{
	if (g->first == BAN_QUERY_NONE)
		g->first = first;
	else
		q->nodes[g->last].next = first;
	for (uint16_t at = first; at != BAN_QUERY_NONE;
	     at = q->nodes[at].next) {
		g->last = at;
		g->n++;
	}
}

void
ban_query_join(struct ban_query *q, struct ban_query_group *g, uint16_t node)
{
	const struct ban_query_node *n = &q->nodes[node];

	if (n->kind == (uint8_t)g->kind && !n->negated)
		chain(q, g, n->first);
	else
		chain(q, g, node);
}

uint16_t
ban_query_close(struct ban_query *q, const struct ban_query_group *g)
{
	uint16_t node;

	if (g->n <= 1)
		return g->first;
	node = ban_query_add(q, g->kind);
	if (node != BAN_QUERY_NONE)
		q->nodes[node].first = g->first;
	return node;
}
