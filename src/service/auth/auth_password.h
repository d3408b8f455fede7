/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Password hashes: bcrypt or yescrypt by libxcrypt, one at a time on the whole
 * machine, so that a flood of sign-ins cannot eat it.
 */
#ifndef BANGUI_SERVICE_AUTH_PASSWORD_H
#define BANGUI_SERVICE_AUTH_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct error;
struct settings;

/* The longest: "$y$j9T$", 22 characters of salt, "$", 43 of hash, NUL */
enum { AUTH_PASSWORD_HASH_SIZE = 74 };

/* How passwords are to be hashed. */
struct auth_hashing {
	const char *prefix; /* "$2b$" bcrypt, "$y$" yescrypt */
	int cost;         /* log2 of rounds; of yescrypt, libxcrypt's number */
	size_t max_bytes; /* what is longer would be cut or refused */
};

/** As the settings say. */
struct auth_hashing auth_hashing_of(const struct settings *settings);

/**
 * Is a password acceptable? The same check at set-up, login and everywhere
 * else: 12 characters or more, at most max bytes of UTF-8, no NUL, not one of
 * the worst, not the host name. Adds its finding to err under field.
 */
NODISCARD int auth_password_check(const char *password, size_t len, size_t max,
    const char *field, struct error *err);

/**
 * The machine's one slot for hashing, in dir.
 * favoured  waits for it, for at most two seconds, if nobody else does; others
 *           never wait, and do not take it from one who is waiting: a flood
 *           of strangers has one hash at most before the owner's
 * Returns a descriptor that gives it back when closed, or -1: ERR_THROTTLED
 * when it is taken.
 */
NODISCARD int auth_password_slot(
    const char *dir, bool favoured, struct error *err);

/** Hash a password that auth_password_check() accepts. */
NODISCARD int auth_password_hash(const char *password, size_t len,
    const struct auth_hashing *how, char out[AUTH_PASSWORD_HASH_SIZE],
    struct error *err);

/**
 * Is it the password of hash? With hash NULL one is computed all the same, as
 * how says, and the answer is no.
 * ERR_INTERNAL when hash is of no kind that we make: libxcrypt would take it
 * for another one.
 */
NODISCARD int auth_password_verify(const char *password, size_t len,
    const char *hash, const struct auth_hashing *how, bool *good,
    struct error *err);

/** Bytes of the longest password that hash tells apart; 0: of no kind that we
 * make. */
size_t auth_password_hash_max(const char *hash);

/** Is hash as good as how asks for? */
bool auth_password_hash_fits(const char *hash, const struct auth_hashing *how);

#endif
