/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/arena.h"

#include <stdlib.h>

/* A small reply fits into one small block; blocks grow with what is used, so
 * that a big reply takes few of them. */
enum { BLOCK_MIN = 4096, BLOCK_MAX = 1024 * 1024, ALIGN = 8 };

struct arena_block {
	_Alignas(ALIGN) struct arena_block *next;
	size_t size; /* bytes behind this header */
};

static struct arena_block *
block_new(struct arena *a, size_t need)
{
	size_t size = a->used;
	struct arena_block *b;

	if (size < BLOCK_MIN)
		size = BLOCK_MIN;
	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	if (size < need)
		size = need;
	if (size > a->max - a->used)
		size = need;
	if (size > a->max - a->used) {
		a->too_big = true;
		return NULL;
	}
	b = calloc(1, sizeof *b + size);
	if (b == NULL)
		return NULL;
	b->size = size;
	return b;
}

void *
arena_alloc(struct arena *a, size_t n)
{
	struct arena_block *b = a->blocks;
	char *p;

	if (n > a->max) { /* also keeps the rounding below from wrapping */
		a->too_big = true;
		return NULL;
	}
	n = (n + ALIGN - 1) / ALIGN * ALIGN;
	if (b == NULL || n > a->left) {
		b = block_new(a, n);
		if (b == NULL)
			return NULL;
		b->next = a->blocks;
		a->blocks = b;
		a->left = b->size;
		a->used += b->size;
	}
	p = (char *)(b + 1) + (b->size - a->left);
	a->left -= n;
	return p;
}

void
arena_release(struct arena *a)
{
	while (a->blocks != NULL) {
		struct arena_block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
	a->left = 0;
	a->used = 0;
}
