/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table token. Rows are found by the hash of a token; the token itself never
 * comes here. What its scopes mean is the service's.
 */
#ifndef BANGUI_STORE_TOKEN_STORE_H
#define BANGUI_STORE_TOKEN_STORE_H

#include <stdint.h>

#include "base/addr.h"
#include "base/limits.h"
#include "base/macros.h"

struct db;
struct error;

enum { TOKEN_HASH_LEN = 32 };

struct token_row {
	int64_t id; /* never given twice */
	char name[LIMIT_TOKEN_NAME + 1];
	unsigned scopes; /* 1 to 7 */
	int64_t created_at;
	int64_t expires_at;         /* -1: never */
	int64_t last_used_at;       /* -1: not yet */
	struct addr last_used_from; /* if it was used */
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int token_store_prepare(struct db *db, struct error *err);

/** A new token, not used yet; its id is the store's to choose. ERR_CONFLICT
 * when there is one of that name. */
NODISCARD int token_store_add(struct db *db, const uint8_t hash[TOKEN_HASH_LEN],
    const struct token_row *row, int64_t *id, struct error *err);

/** 1 found, 0 none such. */
NODISCARD int token_store_get(struct db *db, const uint8_t hash[TOKEN_HASH_LEN],
    struct token_row *out, struct error *err);

/** Used now. Works under query_only and waits for nobody. */
NODISCARD int token_store_touch(struct db *db, int64_t id, int64_t now,
    const struct addr *from, struct error *err);

/** Every row, the newest first; fn's -1 ends it. The row is fn's until it
 * returns. */
NODISCARD int token_store_list(struct db *db,
    int (*fn)(void *ctx, const struct token_row *row, struct error *err),
    void *ctx, struct error *err);

/** How many there are, those that expired among them. */
NODISCARD int token_store_count(struct db *db, int64_t *out, struct error *err);

/** 1 deleted, 0 none such. */
NODISCARD int token_store_delete(struct db *db, int64_t id, struct error *err);
/** deleted may be NULL. */
NODISCARD int token_store_delete_all(
    struct db *db, int64_t *deleted, struct error *err);
/** Those that expired before. */
NODISCARD int token_store_delete_expired(
    struct db *db, int64_t before, struct error *err);

#endif
