/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/heap_peak.h"

#include <malloc.h>
#include <stdlib.h>

/* clang-format off */
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__real_reallocarray(void *p, size_t n, size_t size);
void __real_free(void *p);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);
void *__wrap_reallocarray(void *p, size_t n, size_t size);
void __wrap_free(void *p);
/* clang-format on */

static struct {
	size_t held;
	size_t start;
	size_t peak;
} state;

static void *
count(void *p, size_t before)
{
	if (p == NULL)
		return NULL;
	state.held += malloc_usable_size(p) - before;
	if (state.held > state.peak)
		state.peak = state.held;
	return p;
}

void *
__wrap_calloc(size_t n, size_t size)
{
	return count(__real_calloc(n, size), 0);
}

void *
__wrap_realloc(void *p, size_t size)
{
	size_t before = malloc_usable_size(p);

	return count(__real_realloc(p, size), before);
}

void *
__wrap_reallocarray(void *p, size_t n, size_t size)
{
	size_t before = malloc_usable_size(p);

	return count(__real_reallocarray(p, n, size), before);
}

void
__wrap_free(void *p)
{
	state.held -= malloc_usable_size(p);
	__real_free(p);
}

void
heap_peak_start(void)
{
	state.start = state.held;
	state.peak = state.held;
}

size_t
heap_peak(void)
{
	return state.peak - state.start;
}
