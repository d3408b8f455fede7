/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables allow, allow_net and allow_applied (sql/0020_allow.sql). */
#ifndef BANGUI_STORE_ALLOW_STORE_H
#define BANGUI_STORE_ALLOW_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"

struct db;
struct error;

/* Texts are the store's until the next row, or the giver's. */
struct allow_row {
	int64_t id;
	const char *value;
	bool is_host;
	const char *jails; /* each with a line end; "": all */
	const char *note, *author;
	int64_t created_at;
	int64_t expires_at; /* -1: never */
	int64_t applied_at; /* -1: not yet */
	int64_t looked_at;  /* -1: never */
};

/** Prepare the statements; once, at start. */
NODISCARD int allow_store_prepare(struct db *db, struct error *err);

/** Add one; its id is the store's to choose. ERR_CONFLICT there is one. */
NODISCARD int allow_store_add(
    struct db *db, const struct allow_row *row, int64_t *id, struct error *err);
/** Change jails, note and expiry; it has to be applied anew. 1, 0 none such. */
NODISCARD int allow_store_change(
    struct db *db, const struct allow_row *row, struct error *err);
/** 1, 0 none such. */
NODISCARD int allow_store_delete(struct db *db, int64_t id, struct error *err);

typedef int allow_each(
    void *ctx, const struct allow_row *row, struct error *err);
/** All of them, the newest first; fn's -1 ends it. */
NODISCARD int allow_store_list(
    struct db *db, allow_each *fn, void *ctx, struct error *err);
/** One of them: 1 and given to fn, 0 none such. */
NODISCARD int allow_store_get(
    struct db *db, int64_t id, allow_each *fn, void *ctx, struct error *err);
NODISCARD int allow_store_count(struct db *db, int64_t *out, struct error *err);
/** The first that has ended by now: 1 and given to fn, 0 none. */
NODISCARD int allow_store_ended(
    struct db *db, int64_t now, allow_each *fn, void *ctx, struct error *err);

/** A host whose name was last looked up at a time or before, or never: 1 and
 * given to fn, 0 none. */
NODISCARD int allow_store_host_due(struct db *db, int64_t before,
    allow_each *fn, void *ctx, struct error *err);

/** Everything that was not yet is applied now. */
NODISCARD int allow_store_set_applied(
    struct db *db, int64_t now, struct error *err);
/** A host's name was looked up. */
NODISCARD int allow_store_set_looked(
    struct db *db, int64_t id, int64_t now, struct error *err);

/* What entries mean. */
NODISCARD int allow_store_add_net(
    struct db *db, int64_t id, const struct addr *net, struct error *err);
NODISCARD int allow_store_clear_nets(
    struct db *db, int64_t id, struct error *err);
NODISCARD int allow_store_nets_of(struct db *db, int64_t id,
    int (*fn)(void *ctx, const struct addr *net, struct error *err), void *ctx,
    struct error *err);
/** Each network of an entry that holds at now, with the entry's jails. */
NODISCARD int allow_store_nets(struct db *db, int64_t now,
    int (*fn)(void *ctx, const struct addr *net, const char *jails,
	struct error *err),
    void *ctx, struct error *err);

/* What jails have. */
NODISCARD int allow_store_applied(struct db *db, const char *jail,
    int (*fn)(void *ctx, const struct addr *net, bool ours, struct error *err),
    void *ctx, struct error *err);
NODISCARD int allow_store_apply(struct db *db, const char *jail,
    const struct addr *net, bool ours, struct error *err);
NODISCARD int allow_store_unapply(
    struct db *db, const char *jail, const struct addr *net, struct error *err);
/** A jail has begun anew: nothing of it is known. */
NODISCARD int allow_store_forget(
    struct db *db, const char *jail, struct error *err);
/** Is anything applied anywhere? 1 or 0. */
NODISCARD int allow_store_is_applied(struct db *db, struct error *err);

#endif
