/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table idempotency: requests with a key, and what was answered. */
#ifndef BANGUI_STORE_IDEMPOTENCY_STORE_H
#define BANGUI_STORE_IDEMPOTENCY_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/sweep.h"

struct buf;
struct db;
struct error;

enum { IDEMPOTENCY_HASH_LEN = 32 };

/* Which request. */
struct idempotency_id {
	int64_t caller_kind, caller_id;
	const char *key;
	uint8_t hash[IDEMPOTENCY_HASH_LEN];
};

struct idempotency_row {
	bool same; /* it is the same request, by its hash */
	int64_t begun_at;
	int64_t status; /* 0: still being worked on */
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int idempotency_store_prepare(struct db *db, struct error *err);

/** What is known of a key: 1 and out, and headers and body appended; 0. */
NODISCARD int idempotency_store_get(struct db *db,
    const struct idempotency_id *id, struct idempotency_row *out,
    struct buf *headers, struct buf *body, struct error *err);

/** Worked on from now on, whatever was known of the key. */
NODISCARD int idempotency_store_begin(struct db *db,
    const struct idempotency_id *id, int64_t now, struct error *err);

/** Answered. */
NODISCARD int idempotency_store_end(struct db *db,
    const struct idempotency_id *id, int64_t status, const struct buf *headers,
    const struct buf *body, struct error *err);

/** As if it had never come. */
NODISCARD int idempotency_store_forget(
    struct db *db, const struct idempotency_id *id, struct error *err);

/** Rows that were begun before a time. */
extern const struct sweep_sql IDEMPOTENCY_SWEEP;

#endif
