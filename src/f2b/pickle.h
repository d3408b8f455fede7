/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Python's pickle language, as much of it as fail2ban's replies use, read as
 * data: nothing that a reply names is ever called. Replies are hostile input
 * (an attacker chooses ban ids and log paths), so every length is compared
 * with what is left, every count with what could be there, and memory is
 * bounded by LIMIT_PICKLE_*. Sources: pickletools of CPython, and the wire
 * captures in t/fixtures.
 */
#ifndef BANGUI_F2B_PICKLE_H
#define BANGUI_F2B_PICKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct buf;
struct error;

enum pickle_type {
	PICKLE_NONE,
	PICKLE_BOOL,
	PICKLE_INT,
	PICKLE_BIGINT,
	PICKLE_FLOAT,
	PICKLE_STR,
	PICKLE_BYTES,
	PICKLE_LIST,
	PICKLE_TUPLE,
	PICKLE_DICT,
	PICKLE_SET,
	PICKLE_GLOBAL,
	PICKLE_OBJECT,
	PICKLE_TYPE__MAX
};

/* A decoded value; lives in the arena of its struct pickle. */
struct pickle_value {
	enum pickle_type type;
	size_t n; /* bytes of text, or number of elements */
	union {
		bool b;
		int64_t i;
		double f;
		const char *s; /* STR, BYTES, BIGINT (decimal), GLOBAL
				* ("module.name"); NUL behind n bytes */
		const struct pickle_value **items; /* LIST, TUPLE, SET; DICT:
						    * key, value, ... (2n) */
		struct {
			const char *name; /* "module.Class" */
			const struct pickle_value *args;
			const struct pickle_value *state; /* or NULL */
		} object;
	} u;
};

struct pickle; /* arena and value of one decoded text */

/**
 * Decode one pickle at the start of data.
 * used  bytes up to and with STOP
 * ERR_F2B_PROTOCOL with the reason as detail ("forbidden-opcode at 17"),
 * ERR_NOMEM. *out is written on success only; pickle_free() it.
 */
NODISCARD int pickle_decode(struct pickle **out, const void *data, size_t len,
    size_t *used, struct error *err);
void pickle_free(struct pickle *p);
void pickle_freep(struct pickle **p);
const struct pickle_value *pickle_value(const struct pickle *p);

/**
 * Find the end of a pickle that is still arriving, without decoding it.
 * pos   in: 0, or where the last call left it; out: how far it was read, and
 *       on 1 the length with STOP
 * Returns 1 STOP is there, 0 more is needed, or -1: ERR_F2B_PROTOCOL when
 * nothing that follows could make it acceptable.
 */
NODISCARD int pickle_scan(
    const void *data, size_t len, size_t *pos, struct error *err);

/**
 * The words of a request: v must be a list of strings without NUL, and nothing
 * else. words has room for max; they live as long as v.
 * ERR_INVALID otherwise, or when there are more.
 */
NODISCARD int pickle_words(const struct pickle_value *v, const char **words,
    size_t max, size_t *n, struct error *err);

/**
 * Append a request: a flat list of words in the form that every server takes
 * (protocol 2, EMPTY_LIST MARK BINUNICODE... APPENDS STOP), without the end
 * marker. ERR_INVALID when a word holds NUL, invalid UTF-8 or the marker.
 */
NODISCARD int pickle_encode_words(
    struct buf *out, const char *const *words, size_t n, struct error *err);

#endif
