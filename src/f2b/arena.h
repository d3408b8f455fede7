/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that is given back all at once: what one decoded reply is made of.
 * It cannot be made without naming its maximum, and asks the system for no
 * more than twice what was taken from it.
 */
#ifndef BANGUI_F2B_ARENA_H
#define BANGUI_F2B_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct arena_block;

struct arena {
	struct arena_block *blocks; /* the newest first */
	size_t left;                /* free bytes of the newest */
	size_t used;                /* bytes asked of the system */
	size_t max;                 /* used never passes this */
	bool too_big;               /* a request failed for max, not memory */
};

#define ARENA_INIT(max_)                                                       \
	{                                                                      \
		.max = (max_)                                                  \
	}

/**
 * n bytes, zeroed, aligned for any value. NULL: no memory, or past the
 * maximum (too_big is set then).
 */
void *arena_alloc(struct arena *a, size_t n);
void arena_release(struct arena *a);

#endif
