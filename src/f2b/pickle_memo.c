/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/pickle_memo.h"

#include <stdlib.h>

#include "base/limits.h"

enum { PAGE = 64, PAGES_MAX = LIMIT_PICKLE_VALUES / PAGE + 1 };

struct memo_page {
	struct pickle_value *values[PAGE];
};

void
memo_init(struct memo *m)
{
	*m = (struct memo){
	    .arena = ARENA_INIT(PAGES_MAX * sizeof(struct memo_page))};
}

void
memo_release(struct memo *m)
{
	arena_release(&m->arena);
	free(m->pages);
	m->pages = NULL;
}

/* A directory that has page n; at most PAGES_MAX pointers long. */
static int
directory_grow(struct memo *m, size_t n)
{
	size_t want = m->n_pages * 2;
	struct memo_page **pages;

	if (n < m->n_pages)
		return 0;
	if (want <= n)
		want = n + 1;
	pages = reallocarray(m->pages, want, sizeof(*pages));
	if (pages == NULL)
		return -1;
	for (size_t i = m->n_pages; i < want; i++)
		pages[i] = NULL;
	m->pages = pages;
	m->n_pages = want;
	return 0;
}

int
memo_put(struct memo *m, uint64_t index, struct pickle_value *value,
    const char **reason)
{
	size_t n = (size_t)(index / PAGE);
	struct pickle_value **slot;

	*reason = NULL;
	if (index >= LIMIT_PICKLE_VALUES) {
		*reason = "limit-memo";
		return -1;
	}
	if (directory_grow(m, n) < 0)
		return -1;
	if (m->pages[n] == NULL)
		m->pages[n] = arena_alloc(&m->arena, sizeof **m->pages);
	if (m->pages[n] == NULL)
		return -1;
	slot = &m->pages[n]->values[index % PAGE];
	if (*slot == NULL)
		m->n++;
	*slot = value;
	return 0;
}

struct pickle_value *
memo_get(const struct memo *m, uint64_t index)
{
	size_t n = (size_t)(index / PAGE);

	if (n >= m->n_pages || m->pages[n] == NULL)
		return NULL;
	return m->pages[n]->values[index % PAGE];
}
