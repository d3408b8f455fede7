/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table session. Rows are named by the hash of a token; the token itself
 * never comes here.
 */
#ifndef BANGUI_STORE_SESSION_STORE_H
#define BANGUI_STORE_SESSION_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"
#include "store/sweep.h"

struct db;
struct error;

enum { SESSION_HASH_LEN = 32 };

struct session_row {
	int64_t id; /* for people and logs; says nothing of the token */
	int64_t created_at;
	int64_t last_seen_at;
	int64_t expires_at;
	int64_t idle_s;
};

/* A session as it is listed. */
struct session_seen {
	struct session_row row;
	struct addr client;     /* that signed in */
	const char *user_agent; /* or NULL; until the next row */
};

/* Which sessions to list. */
struct session_cut {
	int64_t now;
	int64_t id; /* only smaller ones ... */
	bool newer; /* ... or those right above it */
	int max;
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int session_store_prepare(struct db *db, struct error *err);

/** A new session of a browser at client; user_agent may be NULL. The id is
 * the store's to choose, row's does not count. */
NODISCARD int session_store_add(struct db *db,
    const uint8_t hash[SESSION_HASH_LEN], const struct session_row *row,
    const struct addr *client, const char *user_agent, struct error *err);

/** 1 found, 0 none such. */
NODISCARD int session_store_get(struct db *db,
    const uint8_t hash[SESSION_HASH_LEN], struct session_row *out,
    struct error *err);

/** Seen now. Works under query_only and waits for nobody. */
NODISCARD int session_store_touch(struct db *db,
    const uint8_t hash[SESSION_HASH_LEN], int64_t now, struct error *err);

/**
 * The sessions that are live at now, the newest first: at most max of those
 * on one side of id. fn's -1 ends it.
 */
NODISCARD int session_store_page(struct db *db, const struct session_cut *cut,
    int (*fn)(void *ctx, const struct session_seen *s, struct error *err),
    void *ctx, struct error *err);

/** How many are live at now. */
NODISCARD int session_store_count(
    struct db *db, int64_t now, int64_t *out, struct error *err);

/** The same session under another token. */
NODISCARD int session_store_rotate(struct db *db, int64_t id,
    const uint8_t hash[SESSION_HASH_LEN], struct error *err);

/** 1 deleted, 0 none such. */
NODISCARD int session_store_delete_id(
    struct db *db, int64_t id, struct error *err);
/** All but one; deleted may be NULL. */
NODISCARD int session_store_delete_others(
    struct db *db, int64_t id, int64_t *deleted, struct error *err);

/** One session, or all; none there is no error. */
NODISCARD int session_store_delete(
    struct db *db, const uint8_t hash[SESSION_HASH_LEN], struct error *err);
NODISCARD int session_store_delete_all(
    struct db *db, int64_t *deleted, struct error *err);
/** At most max sessions that have ended by now. */
NODISCARD int session_store_delete_ended(
    struct db *db, int64_t now, int64_t max, struct error *err);

/* Old are sessions that have ended by a time. */
extern const struct sweep_sql SESSION_SWEEP;

#endif
