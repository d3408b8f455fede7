/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Session tokens and set-up codes: making, reading and hashing them. What is
 * stored is the hash; random input of 100 bits and more needs no salt.
 */
#ifndef BANGUI_SERVICE_AUTH_SECRET_H
#define BANGUI_SERVICE_AUTH_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/auth/auth.h"

struct error;

enum { AUTH_SECRET_HASH_LEN = 32 };

/* 20 characters of Crockford base32 with NUL: a code without its dashes */
enum { AUTH_CODE_CANONICAL_SIZE = 21 };

/** A token: 256 random bits in base64url. */
NODISCARD int auth_token_new(char out[AUTH_TOKEN_SIZE], struct error *err);
/** The stored form; false when s does not have the form of a token. */
NODISCARD bool auth_token_hash(
    const char *s, uint8_t out[AUTH_SECRET_HASH_LEN]);

/**
 * A token for a program: "bgt_" and 32 bytes in base64url, of which 28 are
 * random and the last four are the first four of the SHA-256 of these. So a
 * mistyped one is told from a revoked one without a look into the database,
 * and a scanner for leaked secrets can tell a token from its like.
 */
NODISCARD int auth_bearer_new(char out[AUTH_BEARER_SIZE], struct error *err);
/** The stored form; false when s is not a token, by form or checksum. */
NODISCARD bool auth_bearer_hash(
    const char *s, uint8_t out[AUTH_SECRET_HASH_LEN]);

/** A set-up code: 100 random bits, four groups of five. */
NODISCARD int auth_code_new(char out[AUTH_SETUP_CODE_SIZE], struct error *err);
/**
 * The stored form of a code as somebody typed it: either case, O for 0, I or
 * L for 1, dashes and spaces anywhere. False when it cannot be a code.
 */
NODISCARD bool auth_code_hash(
    const char *typed, size_t len, uint8_t out[AUTH_SECRET_HASH_LEN]);

/** Forget len bytes at p, whatever the optimiser thinks of it. */
void auth_wipe(void *p, size_t len);

#endif
