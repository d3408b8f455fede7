/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has happened, for pages that ask again and again: new bans of the
 * archive, and what was noticed of fail2ban. Written once, by whichever
 * process notices it; costs next to nothing when there is nothing new.
 */
#ifndef BANGUI_SERVICE_EVENTS_H
#define BANGUI_SERVICE_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/archive/ban_list.h"
#include "store/event_store.h"

struct app;
struct error;

/* Room for two numbers and what is between them. */
enum { EVENTS_PLACE_SIZE = 2 * 20 + 2 };

struct events_page {
	char next_after[EVENTS_PLACE_SIZE];
	bool more; /* ask again at once; or, without items, all may be new */
};

/* How one item is given: one of both is NULL. */
typedef int events_each(void *ctx, const struct ban_list_row *ban,
    const struct event_row *event, struct error *err);

/** "unban", "jail_started" ... */
const char *events_type_name(enum event_type type);

/**
 * Up to LIMIT_EVENTS of what happened after a place: next_after of a page
 * before, or NULL for none yet, which gives nothing but a place. A place that
 * is not of this database is told by `more` without items.
 * ERR_MALFORMED it is none.
 */
NODISCARD int events_list(struct app *app, const char *after, events_each *each,
    void *ctx, struct events_page *page, struct error *err);

#endif
