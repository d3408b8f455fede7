/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A text becomes a struct by a table, one row a field. Of a request body,
 * unknown names, wrong kinds and values out of range are all named at once
 * (ERR_INVALID).
 */
#ifndef BANGUI_JSON_DECODE_H
#define BANGUI_JSON_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"

struct error;

enum json_kind {
	JSON_STR,         /* into: struct json_text; min/max: bytes */
	JSON_INT,         /* into: int64_t; min/max: value */
	JSON_INT_OR_NULL, /* the same; null is a value too: JSON_NULL_INT */
	JSON_BOOL,        /* into: bool */
	JSON_STR_LIST,    /* into: struct str_list; min/max: elements */
	JSON_KIND__MAX
};

/* A string value: len counts bytes, there is no NUL inside. */
struct json_text {
	char *s; /* owned by the decoded struct; NULL when absent or null */
	size_t len;
};

struct json_field {
	const char *name;
	enum json_kind kind;
	size_t into; /* offsetof() in the target */
	bool required;
	int64_t min, max;
	bool nullable; /* null is taken as absent */
	size_t
	    present; /* offsetof() of a bool set when given, or JSON_NO_FLAG */
	int64_t item_max; /* JSON_STR_LIST: bytes of one element */
};

#define JSON_NO_FLAG SIZE_MAX
#define JSON_NULL_INT INT64_MIN

/**
 * Scan text, build it, and fill target (zeroed by the caller, who owns what
 * is in it: json_release()). On failure target is released and zeroed.
 * An empty text is ERR_MALFORMED, one over LIMIT_JSON_TEXT ERR_TOO_LARGE; a
 * text that is no object is ERR_INVALID.
 */
NODISCARD int json_decode(const char *text, size_t len,
    const struct json_field *fields, size_t n, void *target, struct error *err);

/* How json_decode_rows() hands over the elements of an array. */
struct json_rows {
	const struct json_field *fields;
	size_t n;
	void *target; /* zeroed by the caller; filled anew for each row */
	/* -1 with *err ends the walk; what is in target is released behind it
	 */
	int (*row)(void *arg, const void *target, struct error *err);
	void *arg;
};

/**
 * An array of objects as another server sends it: names that the table does
 * not have are passed over, and so is an element that does not fit it. As to
 * the text itself it is as strict as json_decode(). ERR_INVALID: no array;
 * else as json_decode(), and what row() says.
 */
NODISCARD int json_decode_rows(const char *text, size_t len,
    const struct json_rows *rows, struct error *err);

/** Free (secrets wiped) every string and list that a table names. */
void json_release(const struct json_field *fields, size_t n, void *target);

#endif
