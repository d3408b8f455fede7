/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/pickle_write.h"

#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "f2b/frame.h"
#include "f2b/pickle_op.h"

enum { REPLY_PROTOCOL = 3 }; /* the first that has bytes */

static void
put_byte(struct buf *out, int byte)
{
	buf_add_char(out, (char)byte);
}

static void
put_u32(struct buf *out, uint32_t v)
{
	for (unsigned shift = 0; shift < 32; shift += 8)
		put_byte(out, (int)(v >> shift & 0xff));
}

void
pickle_put_begin(struct buf *out)
{
	put_byte(out, OP_PROTO);
	put_byte(out, REPLY_PROTOCOL);
	put_byte(out, OP_BININT1);
	put_byte(out, 0);
}

int
pickle_put_end(struct buf *out, struct error *err)
{
	put_byte(out, OP_TUPLE2);
	put_byte(out, OP_STOP);
	buf_add_str(out, FRAME_END);
	return buf_check(out, err);
}

void
pickle_put_none(struct buf *out)
{
	put_byte(out, OP_NONE);
}

void
pickle_put_bool(struct buf *out, bool b)
{
	put_byte(out, b ? OP_NEWTRUE : OP_NEWFALSE);
}

void
pickle_put_i64(struct buf *out, int64_t i)
{
	if (i >= INT32_MIN && i <= INT32_MAX) {
		put_byte(out, OP_BININT);
		put_u32(out, (uint32_t)i);
		return;
	}
	put_byte(out, OP_LONG1);
	put_byte(out, 8);
	put_u32(out, (uint32_t)((uint64_t)i & UINT32_MAX));
	put_u32(out, (uint32_t)((uint64_t)i >> 32));
}

static void
put_counted(struct buf *out, int op, const void *bytes, size_t n)
{
	put_byte(out, op);
	put_u32(out, (uint32_t)n);
	buf_add(out, bytes, n);
}

void
pickle_put_str(struct buf *out, const char *s)
{
	put_counted(out, OP_BINUNICODE, s, strlen(s));
}

void
pickle_put_bytes(struct buf *out, const void *bytes, size_t n)
{
	put_counted(out, OP_BINBYTES, bytes, n);
}

void
pickle_put_pieces(struct buf *out, const void *bytes, size_t n)
{
	const char *at = bytes;

	pickle_put_open(out, PICKLE_LIST);
	while (n > 0) {
		size_t k = n > LIMIT_PICKLE_STRING ? LIMIT_PICKLE_STRING : n;

		pickle_put_bytes(out, at, k);
		at += k;
		n -= k;
	}
	pickle_put_close(out, PICKLE_LIST);
}

void
pickle_put_open(struct buf *out, enum pickle_type type)
{
	if (type == PICKLE_LIST)
		put_byte(out, OP_EMPTY_LIST);
	if (type == PICKLE_DICT)
		put_byte(out, OP_EMPTY_DICT);
	put_byte(out, OP_MARK);
}

void
pickle_put_close(struct buf *out, enum pickle_type type)
{
	put_byte(out, type == PICKLE_LIST   ? OP_APPENDS
		      : type == PICKLE_DICT ? OP_SETITEMS
					    : OP_TUPLE);
}

void
pickle_put_begin_failure(struct buf *out, const char *module_and_class)
{
	put_byte(out, OP_PROTO);
	put_byte(out, REPLY_PROTOCOL);
	put_byte(out, OP_BININT1);
	put_byte(out, 1);
	put_byte(out, OP_GLOBAL);
	buf_add_str(out, module_and_class);
	pickle_put_open(out, PICKLE_TUPLE);
}

int
pickle_put_end_failure(struct buf *out, struct error *err)
{
	pickle_put_close(out, PICKLE_TUPLE);
	put_byte(out, OP_REDUCE);
	return pickle_put_end(out, err);
}
