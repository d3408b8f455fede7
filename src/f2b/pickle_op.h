/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opcodes of the pickle language: which there are, and the bytes that belong
 * to each. The decoder runs them; a reader of the socket only counts them, to
 * find the end of a reply without searching for the end marker, which may
 * stand inside a string.
 */
#ifndef BANGUI_F2B_PICKLE_OP_H
#define BANGUI_F2B_PICKLE_OP_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

/* pickletools of CPython has the full list. */
enum {
	OP_MARK = '(',
	OP_EMPTY_TUPLE = ')',
	OP_STOP = '.',
	OP_BINBYTES = 'B',
	OP_SHORT_BINBYTES = 'C',
	OP_BINFLOAT = 'G',
	OP_BININT = 'J',
	OP_BININT1 = 'K',
	OP_BININT2 = 'M',
	OP_NONE = 'N',
	OP_REDUCE = 'R',
	OP_BINSTRING = 'T',
	OP_SHORT_BINSTRING = 'U',
	OP_BINUNICODE = 'X',
	OP_EMPTY_LIST = ']',
	OP_APPEND = 'a',
	OP_BUILD = 'b',
	OP_GLOBAL = 'c',
	OP_DICT = 'd',
	OP_APPENDS = 'e',
	OP_BINGET = 'h',
	OP_LONG_BINGET = 'j',
	OP_LIST = 'l',
	OP_BINPUT = 'q',
	OP_LONG_BINPUT = 'r',
	OP_SETITEM = 's',
	OP_TUPLE = 't',
	OP_SETITEMS = 'u',
	OP_EMPTY_DICT = '}',
	OP_PROTO = 0x80,
	OP_NEWOBJ = 0x81,
	OP_TUPLE1 = 0x85,
	OP_TUPLE2 = 0x86,
	OP_TUPLE3 = 0x87,
	OP_NEWTRUE = 0x88,
	OP_NEWFALSE = 0x89,
	OP_LONG1 = 0x8a,
	OP_LONG4 = 0x8b,
	OP_SHORT_BINUNICODE = 0x8c,
	OP_BINUNICODE8 = 0x8d,
	OP_BINBYTES8 = 0x8e,
	OP_EMPTY_SET = 0x8f,
	OP_ADDITEMS = 0x90,
	OP_FROZENSET = 0x91,
	OP_STACK_GLOBAL = 0x93,
	OP_MEMOIZE = 0x94,
	OP_FRAME = 0x95,
	OP_BYTEARRAY8 = 0x96
};

/* What PROTO may say; earlier protocols have no such opcode. */
enum { PICKLE_PROTOCOL_MIN = 2, PICKLE_PROTOCOL_MAX = 5 };

/* One opcode with its bytes, which are borrowed from the text it is in. */
struct pickle_op {
	uint8_t code;
	const uint8_t *arg;
	size_t n;    /* bytes at arg */
	uint64_t u;  /* fixed-width argument, little endian */
	size_t line; /* OP_GLOBAL: arg is "module\nname", length of module */
	size_t at;   /* where the opcode stands */
};

/**
 * Read the opcode at *pos and move behind it.
 * Returns 1, 0 when data end inside it, or -1 with a word of *reason when no
 * more data could make it acceptable. *pos is moved on 1 only.
 */
NODISCARD int pickle_op_next(const uint8_t *data, size_t len, size_t *pos,
    struct pickle_op *out, const char **reason);

#endif
