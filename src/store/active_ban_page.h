/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of the bans in force: each sort order, alone, within a jail and within
 * a network, is a statement of its own that walks one index from a place on.
 */
#ifndef BANGUI_STORE_ACTIVE_BAN_PAGE_H
#define BANGUI_STORE_ACTIVE_BAN_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/limits.h"
#include "base/macros.h"
#include "store/active_ban_store.h"

struct db;
struct error;

enum active_ban_order {
	ACTIVE_BAN_BY_BANNED_AT,
	ACTIVE_BAN_BY_EXPIRES_AT,
	ACTIVE_BAN_BY_ADDR,
	ACTIVE_BAN_BY_JAIL,
	ACTIVE_BAN_ORDER__MAX
};

/* A place between two rows: the row just before it. */
struct active_ban_place {
	int64_t time; /* as stored: banned_at or expires_at; else 0 */
	struct active_ban_key key;
	char jail[LIMIT_JAIL_NAME + 1];
};

/* What to list. */
struct active_ban_find {
	const char *jail;       /* or NULL: all */
	const struct addr *net; /* only what lies inside it; or NULL */
	const char *text;    /* part of the id, at most LIMIT_IP_FILTER bytes,
			      * whatever its case; or NULL; not with net */
	const char *country; /* as in active_ban_where; or NULL: all */
	int64_t asn;         /* or 0: all */
	bool many;     /* there are: better walk the order than sort them */
	int64_t now_s; /* what has expired by then is left out */
};

struct active_ban_page {
	enum active_ban_order order;
	bool descending;
	const struct active_ban_place *after; /* NULL: from the start */
	int limit;
};

/** Prepare the statements; once, at start. */
NODISCARD int active_ban_page_prepare(struct db *db, struct error *err);

/**
 * Up to page->limit bans after the place, in order. place is where the next
 * page would begin behind this row; everything is borrowed for the call.
 */
NODISCARD int active_ban_page_each(struct db *db,
    const struct active_ban_find *find, const struct active_ban_page *page,
    int (*each)(void *ctx, const char *jail, const struct active_ban *ban,
	const struct active_ban_place *place, struct error *err),
    void *ctx, struct error *err);

/** How many bans there are to find. */
NODISCARD int active_ban_count(struct db *db,
    const struct active_ban_find *find, int64_t *out, struct error *err);

#endif
