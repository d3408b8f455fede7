/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/memo.h"

#include <string.h>

/* The bucket of offset, or the free one where it would be. Offsets lie one
 * record's length apart, so that their low bits are much the same. */
static size_t
bucket_of(const struct geo_memo *m, uint32_t offset)
{
	size_t i = offset * 2654435761U >> (32 - GEO_MEMO_BITS);

	while (m->keys[i] != 0 && m->keys[i] != offset + 1)
		i = (i + 1) % GEO_MEMO_BUCKETS;
	return i;
}

void
geo_memo_clear(struct geo_memo *m)
{
	m->n = 0;
	memset(m->keys, 0, sizeof m->keys);
}

const struct geo_answer *
geo_memo_get(const struct geo_memo *m, uint32_t offset)
{
	size_t i = bucket_of(m, offset);

	return m->keys[i] == 0 ? NULL : &m->answers[m->at[i]];
}

struct geo_answer *
geo_memo_put(struct geo_memo *m, uint32_t offset)
{
	size_t i;

	if (m->n == GEO_MEMO_MAX)
		geo_memo_clear(m);
	i = bucket_of(m, offset);
	m->keys[i] = offset + 1;
	m->at[i] = (uint16_t)m->n;
	return &m->answers[m->n++];
}
