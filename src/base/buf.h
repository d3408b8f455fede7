/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A growing byte buffer that cannot be made without naming its maximum.
 * Appends latch failure (no memory, maximum passed): callers append freely
 * and ask once at the end.
 */
#ifndef BANGUI_BASE_BUF_H
#define BANGUI_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct error;

struct buf {
	char *data;   /* NUL-terminated whenever not NULL */
	size_t len;   /* bytes in use, without the NUL */
	size_t cap;   /* bytes allocated */
	size_t max;   /* len never passes this */
	bool failed;  /* an append did not fit or found no memory */
	bool too_big; /* ... and the reason was max */
};

#define BUF_INIT(max_)                                                         \
	{                                                                      \
		.max = (max_)                                                  \
	}

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
/** Empty it but keep the memory for the next use. */
void buf_clear(struct buf *b);

/** Append bytes, a text, a number, or what printf makes of the rest. */
void buf_add(struct buf *b, const void *data, size_t len);
void buf_add_str(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_add_i64(struct buf *b, long long v);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_vaddf(struct buf *b, const char *fmt, va_list args) PRINTF(2, 0);

/**
 * Room for n more bytes that the caller writes himself, then buf_commit()s.
 * Returns NULL (and latches) when they do not fit.
 */
char *buf_reserve(struct buf *b, size_t n);
/** n bytes of what buf_reserve() gave are in use now. */
void buf_commit(struct buf *b, size_t n);

/** The text so far; "" when nothing was added. Valid until the next append. */
const char *buf_str(const struct buf *b);

/** 0, or -1 with ERR_NOMEM / ERR_TOO_LARGE when an append failed. */
NODISCARD int buf_check(const struct buf *b, struct error *err);

#endif
