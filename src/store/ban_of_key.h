/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the archive of bans holds of one address, network or text. */
#ifndef BANGUI_STORE_BAN_OF_KEY_H
#define BANGUI_STORE_BAN_OF_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/active_ban_store.h"
#include "store/ban_find.h"

struct addr;
struct buf;
struct db;
struct error;

/** Prepare the statements; once, at start. */
NODISCARD int ban_of_key_prepare(struct db *db, struct error *err);

/* Its bans in one jail; strings are borrowed. */
struct ban_of_key_jail {
	const char *jail;
	int64_t bans;
	int64_t first_at, last_at; /* when it was banned */
};

/** Each jail that has banned it, the most bans first. An each() that returns
 * -1 ends it with its error. */
NODISCARD int ban_of_key_jails(struct db *db, const struct active_ban_key *key,
    int (*each)(
	void *ctx, const struct ban_of_key_jail *row, struct error *err),
    void *ctx, struct error *err);

/** Its last bans, the newest first: up to limit of them into out, for
 * ban_find_rows(). */
NODISCARD int ban_of_key_places(struct db *db, const struct active_ban_key *key,
    int limit, struct ban_place *out, size_t *n, struct error *err);

struct ban_around {
	const struct ban_place *place;
	bool later;
	int limit;
};

/** Up to around->limit of its bans before a place (later: behind it), the
 * nearest first. */
NODISCARD int ban_of_key_around(struct db *db, const struct active_ban_key *key,
    const struct ban_around *around, struct ban_place *out, size_t *n,
    struct error *err);

/** Its ban in force in a jail, begun at the second that fail2ban's list of
 * bans tells: 1, or 0 it is not in the archive. There it may be the second
 * after: fail2ban cuts the time for the list and rounds it for its database
 * (banmanager.py, database.py). */
NODISCARD int ban_of_key_id(struct db *db, const struct active_ban_key *key,
    const char *jail, int64_t banned_at, int64_t *out, struct error *err);

/* How many bans a network has, and of how many addresses. */
struct ban_of_net {
	int64_t bans, addresses;
	bool exact; /* else there are more: it was counted up to a limit */
};

/** By counting up to max bans. */
NODISCARD int ban_of_net_count(struct db *db, const struct addr *net,
    int64_t max, struct ban_of_net *out, struct error *err);

/** What fail2ban wrote of a ban, appended to out: 1, or 0 nothing. size: what
 * it was, of which out may have but the beginning. */
NODISCARD int ban_of_key_evidence(struct db *db, int64_t ban_id,
    struct buf *out, int64_t *size, struct error *err);

#endif
