/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The values of a data section of a MaxMind DB file: heads, and a walk over a
 * whole value that ends whatever the bytes are.
 */
#ifndef BANGUI_GEO_VALUE_H
#define BANGUI_GEO_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* As the format numbers them; 12 and 13 are nothing that a file may hold. */
enum value_type {
	VALUE_POINTER = 1,
	VALUE_STRING = 2,
	VALUE_DOUBLE = 3,
	VALUE_BYTES = 4,
	VALUE_UINT16 = 5,
	VALUE_UINT32 = 6,
	VALUE_MAP = 7,
	VALUE_INT32 = 8,
	VALUE_UINT64 = 9,
	VALUE_UINT128 = 10,
	VALUE_ARRAY = 11,
	VALUE_BOOL = 14,
	VALUE_FLOAT = 15,
	VALUE__MAX
};

/* Pointers count from its begin. */
struct value_section {
	const uint8_t *bytes;
	size_t len;
};

struct value_head {
	enum value_type type;
	size_t size; /* bytes of a scalar, entries of a map or an array */
	size_t at;   /* where they begin; of a pointer: where it points to */
	size_t next; /* behind a scalar or a pointer; of others: == at */
};

/** The head of the value at offset pos; false when it is not all there. */
NODISCARD bool value_head(
    const struct value_section *s, size_t pos, struct value_head *out);

/** The same, and a pointer is replaced by what it points to, but next is
 * behind the pointer unless it points to a map or an array. */
NODISCARD bool value_follow(
    const struct value_section *s, size_t pos, struct value_head *out);

/**
 * Go over the whole value at *pos, pointers followed, and set *pos behind it.
 * budget  how many values may be looked at, counted down
 * False when something of it is not as it must be.
 */
NODISCARD bool value_skip(
    const struct value_section *s, size_t *pos, uint64_t *budget);

/** A string equal to text? */
bool value_is_text(const struct value_section *s, const struct value_head *h,
    const char *text);

/** The number of an unsigned integer of at most 64 bits. */
NODISCARD bool value_uint(
    const struct value_section *s, const struct value_head *h, uint64_t *out);

#endif
