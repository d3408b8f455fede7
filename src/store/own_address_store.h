/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table own_address (sql/0018_own_address.sql): one row an address that this
 * machine lives by, as somebody with a view of the network last saw them. */
#ifndef BANGUI_STORE_OWN_ADDRESS_STORE_H
#define BANGUI_STORE_OWN_ADDRESS_STORE_H

#include "base/addr.h"
#include "base/macros.h"

struct db;
struct error;

/* Stored, so the numbers stay. */
enum own_address_kind {
	OWN_ADDRESS_SELF,
	OWN_ADDRESS_GATEWAY,
	OWN_ADDRESS_RESOLVER,
	OWN_ADDRESS__MAX
};

/** Prepare the statements; once, at start. */
NODISCARD int own_address_store_prepare(struct db *db, struct error *err);

/** Each row, by kind and address; fn's -1 ends it. */
NODISCARD int own_address_store_each(struct db *db,
    int (*fn)(void *ctx, enum own_address_kind kind, const struct addr *a,
	struct error *err),
    void *ctx, struct error *err);

/** In a transaction of the caller's: add one that may be there, ... */
NODISCARD int own_address_store_add(struct db *db, enum own_address_kind kind,
    const struct addr *a, struct error *err);
/** ... and forget all. */
NODISCARD int own_address_store_clear(struct db *db, struct error *err);

#endif
