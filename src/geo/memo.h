/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What records said, by their offsets in the file. A country file has 250
 * records for all addresses: reading each once makes an answer cost the walk
 * down the tree and no more. When it is full it begins anew, which costs a
 * file of many records less than it saves one of few.
 */
#ifndef BANGUI_GEO_MEMO_H
#define BANGUI_GEO_MEMO_H

#include <stddef.h>
#include <stdint.h>

#include "base/geo_answer.h"

enum {
	GEO_MEMO_BITS = 10,
	GEO_MEMO_BUCKETS = 1 << GEO_MEMO_BITS,
	GEO_MEMO_MAX = GEO_MEMO_BUCKETS / 2 /* so that a free bucket is near */
};

/* All 0 is an empty one. */
struct geo_memo {
	size_t n;
	uint32_t keys[GEO_MEMO_BUCKETS]; /* offset + 1; 0 is free */
	uint16_t at[GEO_MEMO_BUCKETS];   /* index of its answer */
	struct geo_answer answers[GEO_MEMO_MAX];
};

/** Forget everything: another file has other records. */
void geo_memo_clear(struct geo_memo *m);

/** What the record at offset said, or NULL. Valid until geo_memo_put(). */
const struct geo_answer *geo_memo_get(
    const struct geo_memo *m, uint32_t offset);

/** Where to write what an offset says that geo_memo_get() does not know. */
struct geo_answer *geo_memo_put(struct geo_memo *m, uint32_t offset);

#endif
