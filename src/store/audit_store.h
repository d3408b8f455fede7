/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table audit: rows go in at its end and come out again. What the hash of a
 * row is made of, and whether it is right, is the service's to know.
 */
#ifndef BANGUI_STORE_AUDIT_STORE_H
#define BANGUI_STORE_AUDIT_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct addr;
struct db;
struct error;

enum { AUDIT_HASH_LEN = 32, AUDIT_CLIENT_LEN = 16 };

/* Bytes that may hold anything when somebody has been at the file. */
struct audit_bytes {
	const void *data; /* borrowed; NULL for SQL NULL */
	size_t len;
};

/* A row as it stands; what it points at is its giver's. */
struct audit_row {
	int64_t seq;
	int64_t at;
	int64_t actor_kind;
	bool has_actor_id;
	int64_t actor_id;
	struct audit_bytes actor_name; /* text */
	struct audit_bytes client;     /* AUDIT_CLIENT_LEN bytes */
	struct audit_bytes action, target, outcome, request_id, details;
	struct audit_bytes hash;
};

struct audit_head {
	int64_t seq; /* 0: nothing yet */
	uint8_t hash[AUDIT_HASH_LEN];
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int audit_store_prepare(struct db *db, struct error *err);

/** The end of the log. Read it in the transaction that adds a row. */
NODISCARD int audit_store_head(
    struct db *db, struct audit_head *out, struct error *err);

/** Add a row, whose seq is the head's plus one; ERR_CONFLICT if not. */
NODISCARD int audit_store_add(
    struct db *db, const struct audit_row *row, struct error *err);

/** Was such a thing noted of client in so many seconds from then on? 1 or 0.
 */
NODISCARD int audit_store_seen(struct db *db, const char *action, int64_t from,
    int64_t len_s, const struct addr *client, struct error *err);

/** Every row in the order of seq; fn's -1 ends it. */
NODISCARD int audit_store_walk(struct db *db,
    int (*fn)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err);

#endif
