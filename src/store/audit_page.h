/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Table audit as it is listed: the newest first, under filters. */
#ifndef BANGUI_STORE_AUDIT_PAGE_H
#define BANGUI_STORE_AUDIT_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "store/audit_store.h"

struct addr;
struct db;
struct error;

struct audit_find {
	int64_t at, seq;    /* only what stands behind this place ... */
	int64_t end;        /* ... and is not older */
	bool back;          /* right before the place, and older than end */
	const char *action; /* or NULL */
	const char *target; /* or NULL */
	const char *prefix; /* with which a target begins, or NULL */
	int64_t actor_kind; /* -1: any */
	int64_t actor_id;   /* -1: any */
	const struct addr *client; /* from there, or from in there; or NULL */
	const char *outcome;       /* or NULL */
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int audit_page_prepare(struct db *db, struct error *err);

/** At most limit rows, the newest first; fn's -1 ends it. */
NODISCARD int audit_page_each(struct db *db, const struct audit_find *find,
    int64_t limit,
    int (*fn)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err);

/** How many there are, counted up to max; not back. */
NODISCARD int audit_page_count(struct db *db, const struct audit_find *find,
    int64_t max, int64_t *out, struct error *err);

#endif
