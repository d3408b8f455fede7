/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_where.h"

#include "base/buf.h"
#include "db/db.h"

static const char IN_NETWORK[] =
    "(substr(addr_key, 1, 16) BETWEEN $F AND $L"
    " AND length(addr_key) = 17 AND substr(addr_key, 17, 1) >= $P)";

/* In a template: $T is the text of a node, $V its value, $F and $L the first
 * and the last address of its network, $P the network's length, $O its
 * operator. The unary plus keeps each from choosing another index than the
 * one that is walked. */
static const char *const TERMS[] = {
    [BAN_QUERY_JAIL] = "+jail_id = (SELECT id FROM ban_jail WHERE name = $T)",
    [BAN_QUERY_COUNTRY] = "(+kind = 0 AND coalesce(country, 'ZZ') = $T)",
    [BAN_QUERY_SINCE] = "+banned_at >= $V",
    [BAN_QUERY_UNTIL] = "+banned_at < $V",
    [BAN_QUERY_IP] = IN_NETWORK,
    [BAN_QUERY_FAILS] = "failures $O $V",
    [BAN_QUERY_COUNT] = "ban_count $O $V",
    [BAN_QUERY_BANTIME] = "bantime_s $O $V",
    [BAN_QUERY_ASN] = "+asn = $V",
    [BAN_QUERY_ORIGIN] = "+origin = $V",
    [BAN_QUERY_KIND] = "+kind = $V",
    [BAN_QUERY_TEXT] = "id IN (SELECT rowid FROM ban_text WHERE ban_text"
		       " MATCH " BAN_WHERE_PHRASE("$T") ")",
};
_Static_assert(ARRAY_LEN(TERMS) == BAN_QUERY__MAX, "a template a term");

/* Of the newest bans it is found out at once, of older ones one by one. */
#define NEWEST "(SELECT filled_to - 50000 FROM ban_text_state)"
static const char FREQUENT_TEXT[] =
    "CASE WHEN id > " NEWEST " THEN id IN (SELECT rowid FROM ban_text"
    " WHERE ban_text MATCH " BAN_WHERE_PHRASE(
	"$T") " AND rowid > " NEWEST ")"
	      " ELSE EXISTS (SELECT 1 FROM ban_text"
	      " WHERE ban_text MATCH " BAN_WHERE_PHRASE(
		  "$T") " AND rowid = id) END";

/* What is not known is not less than anything; for ever is more. */
static const char UNKNOWN_ASN[] = "(+kind = 0 AND asn IS NULL)";
static const char LESS_BANTIME[] = "(bantime_s >= 0 AND bantime_s $O $V)";
static const char MORE_BANTIME[] = "(bantime_s = -1 OR bantime_s $O $V)";

static const char *const OPERATORS[] = {
    [BAN_QUERY_EQ] = "=",
    [BAN_QUERY_GE] = ">=",
    [BAN_QUERY_LE] = "<=",
    [BAN_QUERY_GT] = ">",
    [BAN_QUERY_LT] = "<",
};
_Static_assert(ARRAY_LEN(OPERATORS) == BAN_QUERY_OP__MAX, "a sign an operator");

static const char *
template_of(const struct ban_query_node *n)
{
	if (n->kind == BAN_QUERY_ASN && n->value == 0)
		return UNKNOWN_ASN;
	if (n->kind == BAN_QUERY_TEXT && n->frequent)
		return FREQUENT_TEXT;
	if (n->kind != BAN_QUERY_BANTIME || n->op == BAN_QUERY_EQ)
		return TERMS[n->kind];
	return n->op == BAN_QUERY_GE || n->op == BAN_QUERY_GT ? MORE_BANTIME
							      : LESS_BANTIME;
}

static void
parameter_write(struct ban_where *w, uint16_t node, char what, struct buf *sql)
{
	if (w->n == BAN_WHERE_BINDS) {
		sql->failed = true; /* no tree has so many */
		return;
	}
	buf_add_char(sql, '?');
	buf_add_i64(sql, BAN_WHERE_FIRST + (long long)w->n);
	w->binds[w->n].node = node;
	w->binds[w->n++].what = what;
}

static void
term_write(struct ban_where *w, const struct ban_query *q, uint16_t node,
    struct buf *sql)
{
	const struct ban_query_node *n = &q->nodes[node];

	for (const char *t = template_of(n); *t != '\0'; t++) {
		if (*t != '$') {
			buf_add_char(sql, *t);
			continue;
		}
		t++;
		if (*t == 'O')
			buf_add_str(sql, OPERATORS[n->op]);
		else
			parameter_write(w, node, *t, sql);
	}
}

/* As deep as the brackets of a query at most. A child that is asked elsewhere
 * is one of the root's. */
static void
node_write(struct ban_where *w, const struct ban_query *q, uint16_t node,
    struct buf *sql)
{
	const struct ban_query_node *n = &q->nodes[node];
	const char *between = "";

	buf_add_char(sql, '(');
	if (n->kind != BAN_QUERY_AND && n->kind != BAN_QUERY_OR)
		term_write(w, q, node, sql);
	for (uint16_t c = n->first; c != BAN_QUERY_NONE; c = q->nodes[c].next) {
		if (q->nodes[c].elsewhere)
			continue;
		buf_add_str(sql, between);
		node_write(w, q, c, sql);
		between = n->kind == BAN_QUERY_AND ? " AND " : " OR ";
	}
	buf_add_char(sql, ')');
	if (n->negated)
		buf_add_str(sql, " IS NOT TRUE");
}

/* Is there anything that is not asked elsewhere? */
static bool
asks_here(const struct ban_query *q)
{
	const struct ban_query_node *root = &q->nodes[q->root];

	if (root->kind != BAN_QUERY_AND || root->negated)
		return !root->elsewhere;
	for (uint16_t c = root->first; c != BAN_QUERY_NONE;
	     c = q->nodes[c].next)
		if (!q->nodes[c].elsewhere)
			return true;
	return false;
}

void
ban_where_write(struct ban_where *w, const struct ban_query *q, struct buf *sql)
{
	w->n = 0;
	if (!asks_here(q))
		return;
	buf_add_str(sql, " AND ");
	node_write(w, q, q->root, sql);
}

static void
bind_one(struct db_query *query, int at, const struct ban_query *q,
    uint16_t node, char what)
{
	const struct ban_query_node *n = &q->nodes[node];

	switch (what) {
	case 'T':
		db_bind_text(query, at, ban_query_text(q, node));
		break;
	case 'F':
		db_bind_blob(query, at, n->net.bytes, sizeof n->net.bytes);
		break;
	case 'L':
		db_bind_blob(query, at, n->last.bytes, sizeof n->last.bytes);
		break;
	case 'P':
		db_bind_blob(query, at, &n->net.prefix_len, 1);
		break;
	default:
		db_bind_i64(query, at, n->value);
		break;
	}
}

void
ban_where_bind(const struct ban_where *w, const struct ban_query *q,
    struct db_query *query)
{
	for (size_t i = 0; i < w->n; i++)
		bind_one(query, BAN_WHERE_FIRST + (int)i, q, w->binds[i].node,
		    w->binds[i].what);
}
