/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Table geo_cache: answers that came from the network, and addresses that are
 * still to be asked for. A row has an answer (a country), or a time to ask.
 */
#ifndef BANGUI_STORE_GEO_CACHE_STORE_H
#define BANGUI_STORE_GEO_CACHE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "base/geo_answer.h"
#include "base/macros.h"
#include "store/sweep.h"

struct addr;
struct db;
struct error;

enum { GEO_SOURCE_SIZE = 16 };

struct geo_cache_row {
	struct geo_answer answer;     /* no country: nobody has told yet */
	char source[GEO_SOURCE_SIZE]; /* who answered, a name of ours; or "" */
	int64_t resolved_at;          /* 0: never */
	int64_t retry_at;             /* 0: answered */
	int64_t attempts;             /* asked in vain */
	int64_t last_seen;
};

/** Prepare the statements of this store; once after migration. */
NODISCARD int geo_cache_store_prepare(struct db *db, struct error *err);

/** 1 found, 0 none such. */
NODISCARD int geo_cache_store_get(struct db *db, const struct addr *a,
    struct geo_cache_row *out, struct error *err);

/** It was of use at now. */
NODISCARD int geo_cache_store_touch(
    struct db *db, const struct addr *a, int64_t now, struct error *err);

/** Ask for it from now on, unless there is a row already. */
NODISCARD int geo_cache_store_want(
    struct db *db, const struct addr *a, int64_t now, struct error *err);

/** An answer with a country; last_seen becomes resolved_at in a new row and
 * stays in an old one. */
NODISCARD int geo_cache_store_put(struct db *db, const struct addr *a,
    const struct geo_cache_row *row, struct error *err);

/** Asked in vain: what else came with it is kept, and so is when to ask
 * again (retry_at, attempts). Does nothing to a row that is gone. */
NODISCARD int geo_cache_store_put_unknown(struct db *db, const struct addr *a,
    const struct geo_cache_row *row, struct error *err);

/** Up to max addresses whose time to ask has come, the longest due first. */
NODISCARD int geo_cache_store_due(struct db *db, int64_t now, struct addr *out,
    size_t max, size_t *n, struct error *err);

/** Every address without an answer is due at now, as if never asked. */
NODISCARD int geo_cache_store_retry_all(
    struct db *db, int64_t now, int64_t *changed, struct error *err);

struct geo_cache_counts {
	int64_t rows;    /* counted up to max */
	int64_t waiting; /* never asked for yet */
	int64_t unknown; /* asked in vain */
};

/** How full it is; counts no more than max rows. */
NODISCARD int geo_cache_store_count(struct db *db, int64_t max,
    struct geo_cache_counts *out, struct error *err);

/* Old are rows last seen before a time. */
extern const struct sweep_sql GEO_CACHE_SWEEP;

#endif
