/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The row that remembers when the remote service for addresses may be asked
 * again.
 */
#ifndef BANGUI_STORE_GEO_QUOTA_STORE_H
#define BANGUI_STORE_GEO_QUOTA_STORE_H

#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

struct geo_quota {
	int64_t not_before; /* Unix seconds */
	int64_t wait_s;     /* how far away it was when it was set */
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int geo_quota_store_prepare(struct db *db, struct error *err);

/** The one row, which is always there. */
NODISCARD int geo_quota_store_get(
    struct db *db, struct geo_quota *out, struct error *err);
/** Overwrite it. */
NODISCARD int geo_quota_store_put(
    struct db *db, const struct geo_quota *q, struct error *err);

#endif
