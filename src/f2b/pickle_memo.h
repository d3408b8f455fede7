/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memo of one pickle: values by index. MEMOIZE counts up from 0, BINPUT
 * names any index; so the memory follows the pages that are touched, never
 * the index.
 */
#ifndef BANGUI_F2B_PICKLE_MEMO_H
#define BANGUI_F2B_PICKLE_MEMO_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/arena.h"

struct pickle_value;
struct memo_page;

struct memo {
	struct memo_page **pages; /* by index / entries of a page, or NULL */
	size_t n_pages;
	size_t n; /* entries in use */
	struct arena arena;
};

void memo_init(struct memo *m);
void memo_release(struct memo *m);

/** -1 with *reason ("limit-memo"; NULL: no memory). Replaces what is there. */
NODISCARD int memo_put(struct memo *m, uint64_t index,
    struct pickle_value *value, const char **reason);

/** NULL: nothing was put there. */
struct pickle_value *memo_get(const struct memo *m, uint64_t index);

#endif
