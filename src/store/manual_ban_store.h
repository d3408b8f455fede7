/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table manual_ban: what was banned by hand, why, by whom and until when. A
 * row belongs to the ban that fail2ban made between banned_at and done_at, and
 * to no other of the same address.
 */
#ifndef BANGUI_STORE_MANUAL_BAN_STORE_H
#define BANGUI_STORE_MANUAL_BAN_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"
#include "store/active_ban_store.h"
#include "store/sweep.h"

struct db;
struct error;

struct manual_ban {
	int64_t id;
	struct active_ban_key key;
	char jail[LIMIT_JAIL_NAME + 1];
	int64_t banned_at, done_at;
	int64_t bantime_s;             /* -1 for ever; 0 what the jail says */
	int64_t due_at;                /* -1: not lifted by us */
	char reason[LIMIT_REASON + 1]; /* ""; none */
	int author_kind;               /* as enum actor_kind */
	char author_name[LIMIT_TOKEN_NAME + 1];
};

/* Older than a time, not to be lifted any more, and not in force. */
extern const struct sweep_sql MANUAL_BAN_SWEEP;

/** Prepare the statements; once, at start. */
NODISCARD int manual_ban_store_prepare(struct db *db, struct error *err);

/** Is there any row? Costs next to nothing. */
NODISCARD int manual_ban_any(struct db *db, bool *out, struct error *err);

/** A new row; it is open if due_at is set. One that is there of the same
 * second is replaced. Rows of one transaction have numbers in a row. */
NODISCARD int manual_ban_add(struct db *db, const struct manual_ban *row,
    int64_t *id, struct error *err);
/** fail2ban had done the rows from first to last by done_at. */
NODISCARD int manual_ban_done(struct db *db, int64_t first, int64_t last,
    int64_t done_at, struct error *err);
/** Another end, reason and author for the row with that id. */
NODISCARD int manual_ban_change(
    struct db *db, const struct manual_ban *row, struct error *err);

/** The row of the ban that fail2ban made at that time: 1 found, 0 none. */
NODISCARD int manual_ban_of(struct db *db, const struct active_ban_key *key,
    const char *jail, int64_t at, struct manual_ban *out, struct error *err);

/* Which of the open rows that are due: those behind one. */
struct manual_ban_walk {
	int64_t now;
	int64_t due_at, id; /* of that one; 0 at the start */
	int limit;
};
/** Each of them, the longest due first. */
NODISCARD int manual_ban_each_due(struct db *db,
    const struct manual_ban_walk *walk,
    int (*each)(void *ctx, const struct manual_ban *row, struct error *err),
    void *ctx, struct error *err);
/** When the first open row behind now is due: 1, 0 there is none. */
NODISCARD int manual_ban_next_due(
    struct db *db, int64_t now, int64_t *due_at, struct error *err);
/** It has been lifted. */
NODISCARD int manual_ban_close(struct db *db, int64_t id, struct error *err);
/** fail2ban does not have it: closed if it was so for wait_s. */
NODISCARD int manual_ban_missed(
    struct db *db, int64_t id, int64_t now, int64_t wait_s, struct error *err);
/** Nobody knows whether fail2ban has it: its jail does not run. */
NODISCARD int manual_ban_unknown(struct db *db, int64_t id, struct error *err);

#endif
