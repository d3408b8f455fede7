/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { BUF_FIRST = 64 }; /* bytes of the first allocation */

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf)BUF_INIT(max);
}

void
buf_release(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	b->too_big = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

/* Make cap at least need, by doubling: appends stay linear in all. */
static bool
grow(struct buf *b, size_t need)
{
	size_t cap = b->cap < BUF_FIRST ? BUF_FIRST : b->cap;
	char *data;

	if (need <= b->cap)
		return true;
	while (cap < need)
		cap = cap > SIZE_MAX / 2 ? need : cap * 2;
	if (cap - 1 > b->max)
		cap = b->max + 1; /* need fits: its caller compared with max */
	data = realloc(b->data, cap);
	if (data == NULL)
		return false;
	b->data = data;
	b->cap = cap;
	return true;
}

char *
buf_reserve(struct buf *b, size_t n)
{
	if (b->failed)
		return NULL;
	/* SIZE_MAX - 1 leaves room for the NUL whatever max says */
	if (n > b->max - b->len || n > SIZE_MAX - 1 - b->len) {
		b->failed = true;
		b->too_big = true;
		return NULL;
	}
	if (!grow(b, b->len + n + 1)) {
		b->failed = true;
		return NULL;
	}
	b->data[b->len] = '\0';
	return b->data + b->len;
}

void
buf_commit(struct buf *b, size_t n)
{
	b->len += n;
	b->data[b->len] = '\0';
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	char *to = buf_reserve(b, len);

	if (to == NULL)
		return;
	if (len > 0)
		memcpy(to, data, len);
	buf_commit(b, len);
}

void
buf_add_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_add_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void
buf_add_i64(struct buf *b, long long v)
{
	char text[sizeof("-9223372036854775808")];
	int n = snprintf(text, sizeof text, "%lld", v);

	buf_add(b, text, (size_t)n);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_vaddf(b, fmt, args);
	va_end(args);
}

void
buf_vaddf(struct buf *b, const char *fmt, va_list args)
{
	va_list measure;
	char *to;
	int n;

	va_copy(measure, args);
	n = vsnprintf(NULL, 0, fmt, measure);
	va_end(measure);
	if (n < 0) { /* no format of ours fails but for want of memory */
		b->failed = true;
		return;
	}
	to = buf_reserve(b, (size_t)n);
	if (to == NULL)
		return;
	(void)vsnprintf(to, (size_t)n + 1, fmt, args); /* measured above */
	buf_commit(b, (size_t)n);
}

const char *
buf_str(const struct buf *b)
{
	return b->data == NULL ? "" : b->data;
}

int
buf_check(const struct buf *b, struct error *err)
{
	if (!b->failed)
		return 0;
	if (b->too_big)
		return err_set(err, ERR_TOO_LARGE,
		    "This is larger than the server handles. Ask for less.",
		    "buffer limit of %zu bytes passed", b->max);
	return err_nomem(err);
}
