/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Password hashes: bcrypt by libxcrypt, one at a time on the whole machine,
 * so that a flood of sign-ins cannot eat it.
 */
#ifndef BANGUI_SERVICE_AUTH_PASSWORD_H
#define BANGUI_SERVICE_AUTH_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct error;

/* "$2b$12$", 22 characters of salt, 31 of hash, NUL */
enum { AUTH_PASSWORD_HASH_SIZE = 61 };

/**
 * The machine's one slot for hashing, in dir; at most one other process waits
 * for it. Returns a descriptor that gives it back when closed, or -1:
 * ERR_THROTTLED when both places are taken.
 */
NODISCARD int auth_password_slot(const char *dir, struct error *err);

/** Hash a password that auth_password_check() accepts. cost: log2 of rounds. */
NODISCARD int auth_password_hash(const char *password, size_t len, int cost,
    char out[AUTH_PASSWORD_HASH_SIZE], struct error *err);

/**
 * Is it the password of hash? With hash NULL one is computed all the same,
 * at that cost, and the answer is no.
 * ERR_INTERNAL when hash is of no kind that we make: libxcrypt would take it
 * for another one.
 */
NODISCARD int auth_password_verify(const char *password, size_t len,
    const char *hash, int cost, bool *good, struct error *err);

/** The cost that hash was made with, or -1. */
int auth_password_cost(const char *hash);

#endif
