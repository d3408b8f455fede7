/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one row of table owner: the master password's hash and the one-time
 * set-up code. Knows nothing of what makes a code or a password good.
 */
#ifndef BANGUI_STORE_OWNER_STORE_H
#define BANGUI_STORE_OWNER_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"

struct db;
struct error;

/* "$2b$12$" and 53 characters, with room for what libxcrypt may give. */
enum { OWNER_HASH_SIZE = 128, OWNER_CODE_HASH_LEN = 32 };

struct owner {
	bool has_password; /* set-up is done */
	char password_hash[OWNER_HASH_SIZE];
	bool has_code; /* made, not used and not burnt */
	uint8_t code_hash[OWNER_CODE_HASH_LEN];
	bool code_made;          /* ever, in whatever state it is now */
	int64_t session_minutes; /* 0: not chosen */
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int owner_store_prepare(struct db *db, struct error *err);

/** ERR_DB_UNAVAILABLE when the row is gone or holds what cannot be. */
NODISCARD int owner_store_get(
    struct db *db, struct owner *out, struct error *err);

/** A new code takes the place of the one before; its tries begin at none. */
NODISCARD int owner_store_set_code(struct db *db,
    const uint8_t hash[OWNER_CODE_HASH_LEN], int64_t now, struct error *err);

/** One wrong try; the code is gone with the max-th. */
NODISCARD int owner_store_count_try(
    struct db *db, int64_t max, struct error *err);

struct owner_setup {
	const char *password_hash;
	const char *timezone;    /* or NULL */
	int64_t session_minutes; /* or 0 */
	int64_t now;
};

/** Finish set-up and end the code. ERR_SETUP_DONE when it was done before. */
NODISCARD int owner_store_set_up(
    struct db *db, const struct owner_setup *s, struct error *err);

/** A new password whatever was before; ends the code. */
NODISCARD int owner_store_set_password(
    struct db *db, const char *hash, int64_t now, struct error *err);

/** The same password under a new hash, if hash is still was. */
NODISCARD int owner_store_rehash(
    struct db *db, const char *was, const char *hash, struct error *err);

#endif
