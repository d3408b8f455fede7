/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the machine remembers of sign-ins: failures per network, networks with
 * good ones, and how many hashes were computed of late. The rules are the
 * service's.
 */
#ifndef BANGUI_STORE_THROTTLE_STORE_H
#define BANGUI_STORE_THROTTLE_STORE_H

#include <stdint.h>

#include "base/macros.h"
#include "store/sweep.h"

struct addr;
struct db;
struct error;

struct throttle_row {
	int64_t failures;
	int64_t updated_at;
	int64_t blocked_until;
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int throttle_store_prepare(struct db *db, struct error *err);

/** 1 found, 0 nothing known of network. */
NODISCARD int throttle_store_get(struct db *db, const struct addr *network,
    struct throttle_row *out, struct error *err);
NODISCARD int throttle_store_put(struct db *db, const struct addr *network,
    const struct throttle_row *row, struct error *err);
NODISCARD int throttle_store_delete(
    struct db *db, const struct addr *network, struct error *err);
/** At most max rows that nothing has happened to since before. */
NODISCARD int throttle_store_delete_old(
    struct db *db, int64_t before, int64_t max, struct error *err);

/** A good sign-in from network. */
NODISCARD int throttle_store_set_known(
    struct db *db, const struct addr *network, int64_t now, struct error *err);
/** Each network that signed in since then; fn's -1 ends it. */
NODISCARD int throttle_store_each_known(struct db *db, int64_t since,
    int (*fn)(void *ctx, const struct addr *network, struct error *err),
    void *ctx, struct error *err);
/** 1 a good sign-in at or after since, 0 none. */
NODISCARD int throttle_store_is_known(struct db *db, const struct addr *network,
    int64_t since, struct error *err);
NODISCARD int throttle_store_forget_known(
    struct db *db, int64_t before, struct error *err);

struct hash_budget {
	int64_t spent;
	int64_t updated_at;
};

/** The machine's one row on what hashing has cost lately. */
NODISCARD int throttle_store_get_budget(
    struct db *db, struct hash_budget *out, struct error *err);
NODISCARD int throttle_store_put_budget(
    struct db *db, const struct hash_budget *b, struct error *err);

/* Old is what nothing has happened to since a time. */
extern const struct sweep_sql THROTTLE_SWEEP, KNOWN_CLIENT_SWEEP;

#endif
