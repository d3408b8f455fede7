/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/query_print.h"

#include "base/addr_kind.h"
#include "base/buf.h"
#include "base/macros.h"
#include "base/str.h"
#include "base/time.h"
#include "service/archive/ban_list.h"

static const char *const NAMES[] = {
    [BAN_QUERY_JAIL] = "jail",
    [BAN_QUERY_COUNTRY] = "country",
    [BAN_QUERY_SINCE] = "since",
    [BAN_QUERY_UNTIL] = "until",
    [BAN_QUERY_IP] = "ip",
    [BAN_QUERY_FAILS] = "fails",
    [BAN_QUERY_COUNT] = "count",
    [BAN_QUERY_BANTIME] = "bantime",
    [BAN_QUERY_ASN] = "asn",
    [BAN_QUERY_ORIGIN] = "origin",
    [BAN_QUERY_KIND] = "kind",
    [BAN_QUERY_TEXT] = "",
};
_Static_assert(ARRAY_LEN(NAMES) == BAN_QUERY__MAX, "a name a term");

static const char *const OPS[] = {
    [BAN_QUERY_EQ] = ":",
    [BAN_QUERY_GE] = ">=",
    [BAN_QUERY_LE] = "<=",
    [BAN_QUERY_GT] = ">",
    [BAN_QUERY_LT] = "<",
};
_Static_assert(ARRAY_LEN(OPS) == BAN_QUERY_OP__MAX, "a sign an operator");

static void
print_quoted(const char *s, struct buf *out)
{
	buf_add_char(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_add_char(out, '\\');
		buf_add_char(out, *s);
	}
	buf_add_char(out, '"');
}

/* In the longest unit that is exact. */
static void
print_duration(int64_t s, struct buf *out)
{
	static const struct {
		int64_t seconds;
		char unit;
	} UNITS[] = {
	    {604800, 'w'},
            {86400,  'd'},
            {3600,   'h'},
            {60,     'm'},
            {1,      's'}
        };
	size_t i = 0;

	while (s % UNITS[i].seconds != 0)
		i++;
	buf_add_i64(out, s / UNITS[i].seconds);
	buf_add_char(out, UNITS[i].unit);
}

static void
print_time(const struct ban_query_node *n, struct buf *out)
{
	char text[TIME_RFC3339_SIZE];

	if (n->relative) {
		print_duration(n->value, out);
		return;
	}
	time_format(n->value, text);
	buf_add_str(out, text);
}

static void
print_net(const struct ban_query_node *n, struct buf *out)
{
	char text[ADDR_TEXT_SIZE];

	addr_format(&n->net, text);
	buf_add_str(out, text);
}

static void
print_bantime(int64_t s, struct buf *out)
{
	if (s == -1)
		buf_add_str(out, "permanent");
	else if (s == -2)
		buf_add_str(out, "unknown");
	else
		print_duration(s, out);
}

static void
print_value(const struct ban_query *q, uint16_t at, struct buf *out)
{
	const struct ban_query_node *n = &q->nodes[at];

	switch ((enum ban_query_kind)n->kind) {
	case BAN_QUERY_AND:
	case BAN_QUERY_OR:
	case BAN_QUERY__MAX:
		break;
	case BAN_QUERY_JAIL:
	case BAN_QUERY_COUNTRY:
	case BAN_QUERY_TEXT:
		print_quoted(ban_query_text(q, at), out);
		break;
	case BAN_QUERY_SINCE:
	case BAN_QUERY_UNTIL:
		print_time(n, out);
		break;
	case BAN_QUERY_IP:
		print_net(n, out);
		break;
	case BAN_QUERY_BANTIME:
		print_bantime(n->value, out);
		break;
	case BAN_QUERY_ASN:
		if (n->value == 0)
			buf_add_str(out, "unknown");
		else
			buf_add_i64(out, n->value);
		break;
	case BAN_QUERY_FAILS:
	case BAN_QUERY_COUNT:
		buf_add_i64(out, n->value);
		break;
	case BAN_QUERY_ORIGIN:
		buf_add_str(out, ban_origin_name((int)n->value));
		break;
	case BAN_QUERY_KIND:
		buf_add_str(out, addr_kind_name((enum addr_kind)n->value));
		break;
	}
}

static bool
is_group(const struct ban_query_node *n)
{
	return n->kind == BAN_QUERY_AND || n->kind == BAN_QUERY_OR;
}

/* tight: it stands within an "and", where an "or" needs brackets */
static void
print_node(const struct ban_query *q, uint16_t at, bool tight, struct buf *out)
{
	const struct ban_query_node *n = &q->nodes[at];
	bool brackets =
	    is_group(n) && (n->negated || (tight && n->kind == BAN_QUERY_OR));

	if (n->negated)
		buf_add_char(out, '-');
	if (!is_group(n)) {
		buf_add_str(out, NAMES[n->kind]);
		buf_add_str(out, n->kind == BAN_QUERY_TEXT ? "" : OPS[n->op]);
		print_value(q, at, out);
		return;
	}
	if (brackets)
		buf_add_char(out, '(');
	for (uint16_t c = n->first; c != BAN_QUERY_NONE; c = q->nodes[c].next) {
		if (c != n->first)
			buf_add_str(
			    out, n->kind == BAN_QUERY_OR ? " OR " : " ");
		print_node(q, c, n->kind == BAN_QUERY_AND, out);
	}
	if (brackets)
		buf_add_char(out, ')');
}

void
query_print(const struct ban_query *q, struct buf *out)
{
	if (q->root != BAN_QUERY_NONE)
		print_node(q, q->root, false, out);
}

static bool
same_term(const struct ban_query *a, uint16_t at_a, const struct ban_query *b,
    uint16_t at_b)
{
	const struct ban_query_node *x = &a->nodes[at_a], *y = &b->nodes[at_b];

	if (x->kind == BAN_QUERY_JAIL || x->kind == BAN_QUERY_COUNTRY ||
	    x->kind == BAN_QUERY_TEXT)
		return str_eq(ban_query_text(a, at_a), ban_query_text(b, at_b));
	return x->op == y->op && x->value == y->value &&
	       x->relative == y->relative && addr_equal(&x->net, &y->net);
}

static bool
same_node(const struct ban_query *a, uint16_t at_a, const struct ban_query *b,
    uint16_t at_b)
{
	const struct ban_query_node *x, *y;

	if (at_a == BAN_QUERY_NONE || at_b == BAN_QUERY_NONE)
		return at_a == at_b;
	x = &a->nodes[at_a];
	y = &b->nodes[at_b];
	if (x->kind != y->kind || x->negated != y->negated)
		return false;
	if (!is_group(x))
		return same_term(a, at_a, b, at_b);
	at_a = x->first;
	at_b = y->first;
	while (at_a != BAN_QUERY_NONE && at_b != BAN_QUERY_NONE) {
		if (!same_node(a, at_a, b, at_b))
			return false;
		at_a = a->nodes[at_a].next;
		at_b = b->nodes[at_b].next;
	}
	return at_a == at_b;
}

bool
query_same(const struct ban_query *a, const struct ban_query *b)
{
	return same_node(a, a->root, b, b->root);
}
