/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A tree of store/ban_query.h as a condition on the rows of table ban: made
 * of constants and of numbered parameters, so that nothing that somebody has
 * written is ever part of it.
 */
#ifndef BANGUI_STORE_BAN_WHERE_H
#define BANGUI_STORE_BAN_WHERE_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/ban_query.h"

struct buf;
struct db_query;

/* A phrase of ban_text from the text of a parameter, whatever is in it. */
#define BAN_WHERE_PHRASE(parameter)                                            \
	"'\"' || replace(" parameter ", '\"', '\"\"') || '\"'"

enum {
	BAN_WHERE_FIRST = 64, /* number of its first parameter */
	BAN_WHERE_BINDS = 3 * BAN_QUERY_TERMS /* a network has three */
};

/* What its parameters are. */
struct ban_where {
	struct {
		uint16_t node;
		char what; /* the letter of its place in a template */
	} binds[BAN_WHERE_BINDS];
	size_t n;
};

/**
 * Append " AND (...)" for what the tree asks of a row, without the nodes that
 * are asked elsewhere. Times must not be relative any more.
 */
void ban_where_write(
    struct ban_where *w, const struct ban_query *q, struct buf *sql);

/** Bind its parameters, which point into q. */
void ban_where_bind(const struct ban_where *w, const struct ban_query *q,
    struct db_query *query);

#endif
