/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/pickle_op.h"

#include <stdbool.h>
#include <string.h>

#include "base/limits.h"

/* How the bytes behind an opcode are laid out. */
enum layout {
	LAYOUT_UNKNOWN,   /* no such opcode */
	LAYOUT_FORBIDDEN, /* exists, but makes objects or is in no reply */
	LAYOUT_TEXT,      /* a text opcode of protocol 0: no server sends it */
	LAYOUT_PLAIN,     /* nothing */
	LAYOUT_FIXED,     /* width bytes */
	LAYOUT_INT,       /* a count of width bytes, then an integer */
	LAYOUT_STR,       /* a count of width bytes, then text or bytes */
	LAYOUT_LINES      /* two lines */
};

struct shape {
	uint8_t layout;
	uint8_t width;
};

#define PLAIN                                                                  \
	{                                                                      \
		LAYOUT_PLAIN, 0                                                \
	}
#define FIXED(width_)                                                          \
	{                                                                      \
		LAYOUT_FIXED, width_                                           \
	}
#define INT(width_)                                                            \
	{                                                                      \
		LAYOUT_INT, width_                                             \
	}
#define STR(width_)                                                            \
	{                                                                      \
		LAYOUT_STR, width_                                             \
	}
#define FORBIDDEN                                                              \
	{                                                                      \
		LAYOUT_FORBIDDEN, 0                                            \
	}
#define TEXT                                                                   \
	{                                                                      \
		LAYOUT_TEXT, 0                                                 \
	}

/* clang-format off */
static const struct shape SHAPES[256] = {
	[OP_MARK] = PLAIN,
	[OP_EMPTY_TUPLE] = PLAIN,
	[OP_STOP] = PLAIN,
	[OP_NONE] = PLAIN,
	[OP_REDUCE] = PLAIN,
	[OP_EMPTY_LIST] = PLAIN,
	[OP_APPEND] = PLAIN,
	[OP_BUILD] = PLAIN,
	[OP_DICT] = PLAIN,
	[OP_APPENDS] = PLAIN,
	[OP_LIST] = PLAIN,
	[OP_SETITEM] = PLAIN,
	[OP_TUPLE] = PLAIN,
	[OP_SETITEMS] = PLAIN,
	[OP_EMPTY_DICT] = PLAIN,
	[OP_NEWOBJ] = PLAIN,
	[OP_TUPLE1] = PLAIN,
	[OP_TUPLE2] = PLAIN,
	[OP_TUPLE3] = PLAIN,
	[OP_NEWTRUE] = PLAIN,
	[OP_NEWFALSE] = PLAIN,
	[OP_EMPTY_SET] = PLAIN,
	[OP_ADDITEMS] = PLAIN,
	[OP_FROZENSET] = PLAIN,
	[OP_STACK_GLOBAL] = PLAIN,
	[OP_MEMOIZE] = PLAIN,
	[OP_PROTO] = FIXED(1),
	[OP_BININT1] = FIXED(1),
	[OP_BINGET] = FIXED(1),
	[OP_BINPUT] = FIXED(1),
	[OP_BININT2] = FIXED(2),
	[OP_BININT] = FIXED(4),
	[OP_LONG_BINGET] = FIXED(4),
	[OP_LONG_BINPUT] = FIXED(4),
	[OP_BINFLOAT] = FIXED(8),
	[OP_FRAME] = FIXED(8),
	[OP_LONG1] = INT(1),
	[OP_LONG4] = INT(4),
	[OP_SHORT_BINBYTES] = STR(1),
	[OP_SHORT_BINSTRING] = STR(1),
	[OP_SHORT_BINUNICODE] = STR(1),
	[OP_BINBYTES] = STR(4),
	[OP_BINSTRING] = STR(4),
	[OP_BINUNICODE] = STR(4),
	[OP_BINUNICODE8] = STR(8),
	[OP_BINBYTES8] = STR(8),
	[OP_BYTEARRAY8] = STR(8),
	[OP_GLOBAL] = { LAYOUT_LINES, 0 },
	/* INT LONG FLOAT STRING UNICODE PUT GET */
	['I'] = TEXT, ['L'] = TEXT, ['F'] = TEXT, ['S'] = TEXT, ['V'] = TEXT,
	['p'] = TEXT, ['g'] = TEXT,
	/* INST OBJ PERSID BINPERSID POP POP_MARK DUP */
	['i'] = FORBIDDEN, ['o'] = FORBIDDEN, ['P'] = FORBIDDEN,
	['Q'] = FORBIDDEN, ['0'] = FORBIDDEN, ['1'] = FORBIDDEN,
	['2'] = FORBIDDEN,
	/* EXT1 EXT2 EXT4 NEWOBJ_EX NEXT_BUFFER READONLY_BUFFER */
	[0x82] = FORBIDDEN, [0x83] = FORBIDDEN, [0x84] = FORBIDDEN,
	[0x92] = FORBIDDEN, [0x97] = FORBIDDEN, [0x98] = FORBIDDEN,
};
/* clang-format on */

enum {
	INT_MAX_BYTES = 255, /* LONG1 holds no more; fail2ban's have 9 */
	GLOBAL_LINE_MAX = 256
};

static uint64_t
little_endian(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | p[n];
	return v;
}

/* *pos stands on the argument; 1, 0 or -1 as pickle_op_next(). */
static int
take_fixed(const uint8_t *data, size_t len, size_t *pos, size_t width,
    struct pickle_op *out)
{
	if (width > len - *pos)
		return 0;
	out->arg = data + *pos;
	out->n = width;
	out->u = little_endian(out->arg, width);
	*pos += width;
	return 1;
}

/* A negative count of the signed opcodes is past any limit as well. */
static int
take_counted(const uint8_t *data, size_t len, size_t *pos, size_t width,
    struct pickle_op *out)
{
	if (take_fixed(data, len, pos, width, out) == 0)
		return 0;
	if (out->u > (size_t)LIMIT_PICKLE_STRING)
		return -1;
	if (out->u > len - *pos)
		return 0;
	out->arg = data + *pos;
	out->n = (size_t)out->u;
	*pos += out->n;
	return 1;
}

/* 1 with the length of the line at *pos, which moves behind it; 0 when data
 * end first; -1 when it is too long, whatever follows. */
static int
take_line(const uint8_t *data, size_t len, size_t *pos, size_t *n)
{
	size_t left = len - *pos;
	size_t span = left > GLOBAL_LINE_MAX + 1 ? GLOBAL_LINE_MAX + 1 : left;
	const uint8_t *end = memchr(data + *pos, '\n', span);

	if (end == NULL)
		return span > GLOBAL_LINE_MAX ? -1 : 0;
	*n = (size_t)(end - (data + *pos));
	*pos += *n + 1;
	return 1;
}

static int
take_lines(const uint8_t *data, size_t len, size_t *pos, struct pickle_op *out)
{
	size_t name = 0;
	int rc;

	out->arg = data + *pos;
	rc = take_line(data, len, pos, &out->line);
	if (rc != 1)
		return rc;
	rc = take_line(data, len, pos, &name);
	out->n = out->line + 1 + name;
	return rc;
}

int
pickle_op_next(const uint8_t *data, size_t len, size_t *pos,
    struct pickle_op *out, const char **reason)
{
	size_t p = *pos;
	int rc = -1;
	struct shape shape;

	if (p >= len)
		return 0;
	*out = (struct pickle_op){.code = data[p], .at = p};
	shape = SHAPES[data[p++]];
	switch ((enum layout)shape.layout) {
	case LAYOUT_UNKNOWN:
		*reason = "unknown-opcode";
		break;
	case LAYOUT_FORBIDDEN:
		*reason = "forbidden-opcode";
		break;
	case LAYOUT_TEXT:
		*reason = "text-opcode";
		break;
	case LAYOUT_PLAIN:
		rc = 1;
		break;
	case LAYOUT_FIXED:
		rc = take_fixed(data, len, &p, shape.width, out);
		break;
	case LAYOUT_INT:
		*reason = "limit-int";
		rc = take_counted(data, len, &p, shape.width, out);
		if (out->u > INT_MAX_BYTES)
			rc = -1;
		break;
	case LAYOUT_STR:
		*reason = "limit-string";
		rc = take_counted(data, len, &p, shape.width, out);
		break;
	case LAYOUT_LINES:
		*reason = "bad-global";
		rc = take_lines(data, len, &p, out);
		break;
	}
	if (rc == 1)
		*pos = p;
	return rc;
}
