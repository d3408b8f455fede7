/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A query as text again, in one form for each tree, and whether two trees are
 * the same: what the parser of service/archive/query.h is held against.
 */
#ifndef BANGUI_T_LIB_QUERY_PRINT_H
#define BANGUI_T_LIB_QUERY_PRINT_H

#include <stdbool.h>

#include "store/ban_query.h"

struct buf;

/** Append q, which the parser made. */
void query_print(const struct ban_query *q, struct buf *out);

/** Do they ask the same, term by term? */
bool query_same(const struct ban_query *a, const struct ban_query *b);

#endif
