/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table history_state: how far fail2ban's database has been copied into the
 * archive (sql/0005_ban.sql). One row, written by whoever copies.
 */
#ifndef BANGUI_STORE_HISTORY_STORE_H
#define BANGUI_STORE_HISTORY_STORE_H

#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

struct history_state {
	int64_t device, inode; /* inode 0: nothing was ever read */
	/* The last row that was copied; mark_rowid 0: none. */
	int64_t mark_rowid;
	char *mark_jail, *mark_ident; /* owned; NULL without a mark */
	int64_t mark_at;
	int64_t high_at;      /* newest time among the rows up to the mark */
	int64_t fill_to;      /* rowid where the first copy is whole; 0: is */
	int64_t last_id;      /* of ban, the greatest ever given */
	int64_t n_rows;       /* of ban */
	int64_t last_sync_at; /* all was copied then; 0: never */
	int64_t off; /* enum history_off of service/archive/history.h */
	int64_t off_since;
	int64_t pruned_before; /* older bans were deleted on purpose */
};

void history_state_release(struct history_state *s);

/** Prepare the statements; once, at start. */
NODISCARD int history_store_prepare(struct db *db, struct error *err);

/** out is the caller's to release. */
NODISCARD int history_store_get(
    struct db *db, struct history_state *out, struct error *err);
/** Write all but off, off_since and pruned_before. */
NODISCARD int history_store_put(
    struct db *db, const struct history_state *s, struct error *err);
/** Everything was copied at now, and there was nothing new. */
NODISCARD int history_store_synced(
    struct db *db, int64_t now, struct error *err);
/** Nothing can be copied since then, and why; off 0: it can again. */
NODISCARD int history_store_off(
    struct db *db, int64_t off, int64_t since, struct error *err);

#endif
