/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters that all our processes add to: one small file, mapped by each of
 * them, so that a count costs an addition and outlives whoever made it. What
 * the numbers mean is the caller's business; he says so by a layout, and a
 * file of another layout is replaced by an empty one.
 */
#ifndef BANGUI_BASE_COUNTERS_H
#define BANGUI_BASE_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct counters;
struct error;

enum { COUNTERS_MAX = 500 }; /* with the head they fill one page */

/**
 * Map the file, made (0600) and given its blocks when absent: a disk that
 * fills up later cannot take a counter away.
 * layout  never 0; another one than the file's starts from nothing
 *
 * ERR_DB_FULL no room; ERR_DB_UNAVAILABLE anything else of the file system.
 */
NODISCARD int counters_open(struct counters **out, const char *path,
    uint64_t layout, struct error *err);
void counters_close(struct counters *c);
void counters_closep(struct counters **c);

/** Add n to number i, below COUNTERS_MAX. c may be NULL: nothing happens. */
void counters_add(struct counters *c, size_t i, uint64_t n);
/** Number i; 0 where c is NULL. */
uint64_t counters_get(const struct counters *c, size_t i);

/** A layout made of the names of the counters, in their order. */
uint64_t counters_layout(const char *const names[], size_t n);

#endif
