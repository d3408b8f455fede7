/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of a list whose rows have a place each, newest first: where one begins
 * and ends, and whether there are others on both sides of it. Who reads the
 * rows asks for one more than a page holds, which tells.
 *
 *	if (list_page_begin(&p, cursor, limit, err) < 0)
 *		return -1;
 *	while (list_page_pass(&p))
 *		if (each row behind (before) p.from, at most p.limit + 1 ...
 *		        if (list_page_takes(&p, place of the row)) show it
 *	list_page_end(&p, next_cursor, prev_cursor);
 */
#ifndef BANGUI_SERVICE_LIST_PAGE_H
#define BANGUI_SERVICE_LIST_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/archive/ban_cursor.h"

struct error;

/* Which neighbours a page has. */
struct list_ends {
	bool next, prev;
};

/**
 * back   the page was read back from its end
 * more   there was a row past the end of reading
 * first  it was read from the start of the list on
 */
struct list_ends list_ends(bool back, bool more, bool first);

struct list_page {
	struct ban_place from; /* of the cursor; without one the end of time */
	bool back;             /* the page that ends before from */
	bool first;            /* there was no cursor */
	int limit;             /* rows it holds */
	/* the rest is list_page_*()'s */
	int passes, there, seen;
	struct ban_place head, tail;
};

/** cursor: opaque, of a page before; or NULL. ERR_MALFORMED. */
NODISCARD int list_page_begin(
    struct list_page *p, const char *cursor, int limit, struct error *err);

/**
 * Are the rows to be gone through (once more)? A page read backwards is given
 * in the order of the list, so that the row too many comes first: it takes a
 * pass to know whether there is one.
 */
bool list_page_pass(struct list_page *p);

/** Is this row, the next one of the pass, to be shown? */
bool list_page_takes(struct list_page *p, struct ban_place at);

/** Where the neighbours begin; "" none. */
void list_page_end(const struct list_page *p, char next[BAN_CURSOR_SIZE],
    char prev[BAN_CURSOR_SIZE]);

#endif
