/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table event: what was noticed of fail2ban (sql/0017_event.sql). */
#ifndef BANGUI_STORE_EVENT_STORE_H
#define BANGUI_STORE_EVENT_STORE_H

#include <stdint.h>

#include "base/macros.h"
#include "store/active_ban_store.h"
#include "store/ban_find.h"
#include "store/sweep.h"

struct db;
struct error;

/* Stored, so the numbers stay. */
enum event_type {
	EVENT_UNBAN,
	EVENT_JAIL_STARTED,
	EVENT_JAIL_STOPPED,
	EVENT_FAIL2BAN_DOWN,
	EVENT_FAIL2BAN_UP,
	EVENT_TYPE__MAX
};

/* What is older than a time: all but the last row. */
extern const struct sweep_sql EVENT_SWEEP;

/** Prepare the statements; once, at start. */
NODISCARD int event_store_prepare(struct db *db, struct error *err);

/** A jail was started or stopped. */
NODISCARD int event_store_jail(struct db *db, int64_t now, enum event_type type,
    const char *jail, struct error *err);

/** A ban of table active_ban that is about to be deleted was lifted, unless
 * it ends now by itself. */
NODISCARD int event_store_unban(struct db *db, int64_t now, const char *jail,
    const struct active_ban_key *key, struct error *err);

/** So many of a jail at once. */
NODISCARD int event_store_unbans(struct db *db, int64_t now, const char *jail,
    int64_t bans, struct error *err);

/** fail2ban is down or up (type), which is news unless somebody has told it
 * already; that it is up is none at first. Incidental. */
NODISCARD int event_store_fail2ban(
    struct db *db, int64_t now, enum event_type type, struct error *err);

/* Where somebody is in both lists. */
struct event_place {
	int64_t ban;   /* the id of the last ban seen */
	int64_t event; /* and of the last row of this table */
};

/** Behind all there is. */
NODISCARD int event_store_end(
    struct db *db, struct event_place *out, struct error *err);

struct event_row {
	int64_t id, at;
	enum event_type type;
	const char *jail, *ident; /* borrowed; NULL: of none */
	int64_t bans;
};

/** Up to limit rows behind a place, in their order. */
NODISCARD int event_store_each(struct db *db, int64_t after, int limit,
    int (*each)(void *ctx, const struct event_row *row, struct error *err),
    void *ctx, struct error *err);

/** Up to limit bans behind a place, in their order, into out. */
NODISCARD int event_store_bans(struct db *db, int64_t after, int limit,
    struct ban_place *out, int *n, struct error *err);

#endif
