/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text: bounded copies, UTF-8 and control-character checks, and a list of
 * owned strings. Nothing here allocates but the list.
 */
#ifndef BANGUI_BASE_STR_H
#define BANGUI_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct error;

/** Copy s with its NUL into dst; false (and dst "") when it does not fit. */
NODISCARD bool str_copy(char *dst, size_t dst_size, const char *s);
/** The same for n bytes that need not end in NUL. */
NODISCARD bool str_copy_n(char *dst, size_t dst_size, const char *s, size_t n);

/** Byte by byte; for secrets there is str_equal_secret(). */
bool str_eq(const char *a, const char *b);
bool str_starts(const char *s, const char *prefix);

/**
 * Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, at most
 * U+10FFFF. NUL bytes inside len are valid characters here.
 */
bool str_is_utf8(const char *s, size_t len);

/** Length in bytes of the valid UTF-8 character at s, or 0. */
size_t str_utf8_char(const char *s, size_t len, uint32_t *cp);

/** A byte below 0x20 or 0x7f anywhere in len bytes. */
bool str_has_control(const char *s, size_t len);

/** Equal, in time that depends on len alone (secrets). */
bool str_equal_secret(const void *a, const void *b, size_t len);

/** For AUTO(): free *s, and make it NULL. */
void str_freep(char **s);

/* A list that owns its strings. */
struct str_list {
	char **items;
	size_t n;
	size_t cap;
};

#define STR_LIST_INIT                                                          \
	{                                                                      \
		0                                                              \
	}

void str_list_release(struct str_list *l);
/** Append a copy of len bytes; a NUL is put behind them. */
NODISCARD int str_list_add(
    struct str_list *l, const char *s, size_t len, struct error *err);
/** One of them equals s. */
bool str_list_has(const struct str_list *l, const char *s);
/** By bytes, as strcmp() orders. */
void str_list_sort(struct str_list *l);

#endif
