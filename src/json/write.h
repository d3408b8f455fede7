/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The one writer of JSON answers: text into one bounded buffer, row by row,
 * with a scope stack so that malformed JSON cannot be built. Failure latches.
 */
#ifndef BANGUI_JSON_WRITE_H
#define BANGUI_JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct buf;
struct error;

enum { JSON_WRITE_DEPTH = 16 };

struct json_out {
	struct buf *to; /* borrowed until json_end() */
	unsigned depth;
	bool object[JSON_WRITE_DEPTH]; /* the open scope is an object */
	bool filled[JSON_WRITE_DEPTH]; /* it has an element already */
	bool misused; /* a name in an array, an unclosed scope */
};

/** One value into to, which may hold other bytes before it. */
void json_begin(struct json_out *o, struct buf *to);
/** 0 when one complete value was written, else ERR_INTERNAL or buf's error. */
NODISCARD int json_end(struct json_out *o, struct error *err);

/* name is NULL in arrays and at the top, a plain ASCII literal in objects. */
void json_put_object(struct json_out *o, const char *name);
void json_put_array(struct json_out *o, const char *name);
void json_put_close(struct json_out *o);
/** NULL is written as null. Bytes that are not UTF-8 become U+FFFD. */
void json_put_str(struct json_out *o, const char *name, const char *s);
void json_put_str_n(
    struct json_out *o, const char *name, const char *s, size_t len);
void json_put_i64(struct json_out *o, const char *name, int64_t v);
/** In an object, under a name that is data: any text. */
void json_put_i64_of(struct json_out *o, const char *key, int64_t v);
/** The same where "" and a negative number mean unknown or none: null. */
void json_put_str_known(struct json_out *o, const char *name, const char *s);
void json_put_i64_known(struct json_out *o, const char *name, int64_t v);
void json_put_bool(struct json_out *o, const char *name, bool v);
void json_put_null(struct json_out *o, const char *name);
/** One value that is JSON text already, as json_scan() has found. */
void json_put_json(struct json_out *o, const char *name, const char *text);
/** RFC 3339; a negative time is null (unknown or never). */
void json_put_time(struct json_out *o, const char *name, int64_t t_s);

#endif
