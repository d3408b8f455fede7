/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A question to the archive of bans as a tree: terms, joined by "and" and
 * "or", each of which may be negated. It is of a fixed size and owns nothing,
 * so that it can be copied and lie in a struct. service/archive/query.h reads
 * it from text, store/ban_where.h makes SQL of it.
 */
#ifndef BANGUI_STORE_BAN_QUERY_H
#define BANGUI_STORE_BAN_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/limits.h"
#include "base/macros.h"

enum ban_query_kind {
	BAN_QUERY_AND,
	BAN_QUERY_OR,
	BAN_QUERY_JAIL,    /* text: its name */
	BAN_QUERY_COUNTRY, /* text: a code, or BAN_COUNTRY_UNKNOWN */
	BAN_QUERY_SINCE,   /* value: banned then or later */
	BAN_QUERY_UNTIL,   /* value: banned before */
	BAN_QUERY_IP,      /* net */
	BAN_QUERY_FAILS,   /* op and value */
	BAN_QUERY_COUNT,   /* op and value */
	BAN_QUERY_BANTIME, /* op and value; -1: for ever, -2: unknown */
	BAN_QUERY_ASN,     /* value; 0: unknown */
	BAN_QUERY_ORIGIN,  /* value: enum ban_origin */
	BAN_QUERY_KIND,    /* value: enum addr_kind */
	BAN_QUERY_TEXT,    /* text, in the matched lines */
	BAN_QUERY__MAX
};

enum ban_query_op {
	BAN_QUERY_EQ,
	BAN_QUERY_GE,
	BAN_QUERY_LE,
	BAN_QUERY_GT,
	BAN_QUERY_LT,
	BAN_QUERY_OP__MAX
};

enum {
	/* Terms of a text, and those that the other parameters add: up to
	 * LIMIT_QUERY_PARAMS of them. */
	BAN_QUERY_TERMS = LIMIT_QUERY_TERMS + LIMIT_QUERY_PARAMS,
	BAN_QUERY_NODES = 2 * BAN_QUERY_TERMS, /* a group has two children */
	BAN_QUERY_TEXTS = LIMIT_QUERY + LIMIT_QUERY_TERMS +
			  LIMIT_QUERY_PARAMS * (LIMIT_JAIL_NAME + 1),
	BAN_QUERY_NONE = UINT16_MAX, /* the number of no node */
};

struct ban_query_node {
	uint8_t kind; /* enum ban_query_kind */
	uint8_t op;   /* enum ban_query_op */
	bool negated;
	bool relative;  /* value is so many seconds before now */
	bool elsewhere; /* struct ban_find asks it: not part of the WHERE */
	bool frequent;  /* of a text: look it up for each ban, since most have
			 * it, instead of for all at once */
	uint16_t first; /* of a group: its first child */
	uint16_t next;  /* of a child: the next one */
	uint16_t text;  /* where in texts */
	int64_t value;
	struct addr net, last; /* last: its last address */
};

struct ban_query {
	struct ban_query_node nodes[BAN_QUERY_NODES];
	uint16_t n;
	uint16_t root; /* BAN_QUERY_NONE: everything */
	uint16_t n_texts;
	char texts[BAN_QUERY_TEXTS];
};

/** Everything. */
void ban_query_init(struct ban_query *q);

/** A new node of a kind, BAN_QUERY_NONE when there is no room. */
uint16_t ban_query_add(struct ban_query *q, enum ban_query_kind kind);

/** Keep len bytes as the text of a node; false when there is no room. */
NODISCARD bool ban_query_set_text(
    struct ban_query *q, uint16_t node, const char *s, size_t len);

/** The text of a node. */
const char *ban_query_text(const struct ban_query *q, uint16_t node);

/* Children on their way into a group. */
struct ban_query_group {
	enum ban_query_kind kind;
	uint16_t first, last;
	unsigned n;
};

#define BAN_QUERY_GROUP(kind_)                                                 \
	{                                                                      \
		.kind = (kind_), .first = BAN_QUERY_NONE,                      \
		.last = BAN_QUERY_NONE                                         \
	}

/** One child more; a group of the same kind gives its own children. */
void ban_query_join(
    struct ban_query *q, struct ban_query_group *g, uint16_t node);

/** The node that stands for all of them: BAN_QUERY_NONE for none at all, or
 * when there is no room. */
uint16_t ban_query_close(struct ban_query *q, const struct ban_query_group *g);

#endif
