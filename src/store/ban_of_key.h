/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the archive of bans holds of one address, network or text. */
#ifndef BANGUI_STORE_BAN_OF_KEY_H
#define BANGUI_STORE_BAN_OF_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/active_ban_store.h"
#include "store/ban_find.h"

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

#endif
