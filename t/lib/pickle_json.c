/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/pickle_json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "f2b/pickle.h"

static void put(struct buf *out, const struct pickle_value *v);

/* One code point; a lone surrogate is one, too, in three bytes. */
static uint32_t
next_char(const char *s, size_t len, size_t *n)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t cp = 0;

	*n = str_utf8_char(s, len, &cp);
	if (*n > 0)
		return cp;
	*n = 3;
	return (uint32_t)(u[0] & 0xf) << 12 | (uint32_t)(u[1] & 0x3f) << 6 |
	       (u[2] & 0x3f);
}

static void
put_char(struct buf *out, uint32_t cp)
{
	static const char FROM[] = "\"\\\n\r\t\b\f";
	static const char TO[] = "\"\\nrtbf";
	const char *short_form =
	    cp == 0 || cp > 0x7f ? NULL : strchr(FROM, (int)cp);

	if (short_form != NULL)
		buf_addf(out, "\\%c", TO[short_form - FROM]);
	else if (cp >= 0x10000)
		buf_addf(out, "\\u%04x\\u%04x",
		    (unsigned)(0xd800 + ((cp - 0x10000) >> 10)),
		    (unsigned)(0xdc00 + (cp & 0x3ff)));
	else if (cp < 0x20 || cp >= 0x7f)
		buf_addf(out, "\\u%04x", (unsigned)cp);
	else
		buf_add_char(out, (char)cp);
}

static void
put_text(struct buf *out, const char *s, size_t len)
{
	size_t n = 0;

	buf_add_char(out, '"');
	for (size_t i = 0; i < len; i += n)
		put_char(out, next_char(s + i, len - i, &n));
	buf_add_char(out, '"');
}

/* The shortest digits that read back as the same number, as Python's repr. */
static void
put_float(struct buf *out, double f)
{
	char text[64];
	int digits = 0;
	long e;

	if (!isfinite(f)) {
		buf_addf(out, "{\"!float\": \"%s\"}",
		    isnan(f) ? "nan"
		    : f > 0  ? "inf"
			     : "-inf");
		return;
	}
	do
		(void)snprintf(text, sizeof text, "%.*e", digits, f);
	while (strtod(text, NULL) != f && ++digits < 17);
	e = strtol(strchr(text, 'e') + 1, NULL, 10);
	if (e >= -4 && e < 16)
		(void)snprintf(text, sizeof text, "%.*f",
		    digits > e ? digits - (int)e : 1, f);
	buf_add_str(out, text);
}

static void
put_items(struct buf *out, const struct pickle_value *v)
{
	buf_add_char(out, '[');
	for (size_t i = 0; i < v->n; i++) {
		buf_add_str(out, i == 0 ? "" : ", ");
		put(out, v->u.items[i]);
	}
	buf_add_char(out, ']');
}

static bool
same_text(const struct pickle_value *a, const struct pickle_value *b)
{
	return a->n == b->n && memcmp(a->u.s, b->u.s, a->n) == 0;
}

/* A key that comes again replaces the value, and stays where it was. */
static void
put_object(struct buf *out, const struct pickle_value *v)
{
	const struct pickle_value **kv = v->u.items;
	bool first = true;

	buf_add_char(out, '{');
	for (size_t i = 0; i < v->n; i++) {
		size_t earlier = 0;
		size_t last = i;

		while (earlier < i && !same_text(kv[2 * earlier], kv[2 * i]))
			earlier++;
		if (earlier < i)
			continue;
		for (size_t k = i + 1; k < v->n; k++)
			if (same_text(kv[2 * k], kv[2 * i]))
				last = k;
		buf_add_str(out, first ? "" : ", ");
		first = false;
		put_text(out, kv[2 * i]->u.s, kv[2 * i]->n);
		buf_add_str(out, ": ");
		put(out, kv[2 * last + 1]);
	}
	buf_add_char(out, '}');
}

static void
put_dict(struct buf *out, const struct pickle_value *v)
{
	size_t texts = 0;

	while (texts < v->n && v->u.items[2 * texts]->type == PICKLE_STR)
		texts++;
	if (texts == v->n) {
		put_object(out, v);
		return;
	}
	buf_add_str(out, "{\"!dict\": [");
	for (size_t i = 0; i < v->n; i++) {
		buf_add_str(out, i == 0 ? "[" : ", [");
		put(out, v->u.items[2 * i]);
		buf_add_str(out, ", ");
		put(out, v->u.items[2 * i + 1]);
		buf_add_char(out, ']');
	}
	buf_add_str(out, "]}");
}

static void
put_instance(struct buf *out, const char *kind, const struct pickle_value *v)
{
	buf_addf(out, "{\"!%s\": ", kind);
	put_text(out, v->u.object.name, strlen(v->u.object.name));
	buf_add_str(out, ", \"args\": ");
	put(out, v->u.object.args);
	if (v->u.object.state != NULL) {
		buf_add_str(out, ", \"state\": ");
		put(out, v->u.object.state);
	}
	buf_add_char(out, '}');
}

static void
put_bytes(struct buf *out, const struct pickle_value *v)
{
	buf_add_str(out, "{\"!bytes\": \"");
	for (size_t i = 0; i < v->n; i++)
		buf_addf(out, "%02x", (unsigned char)v->u.s[i]);
	buf_add_str(out, "\"}");
}

static void
put(struct buf *out, const struct pickle_value *v)
{
	switch (v->type) {
	case PICKLE_NONE:
		buf_add_str(out, "null");
		break;
	case PICKLE_BOOL:
		buf_add_str(out, v->u.b ? "true" : "false");
		break;
	case PICKLE_INT:
		buf_add_i64(out, v->u.i);
		break;
	case PICKLE_BIGINT:
		buf_addf(out, "{\"!int\": \"%s\"}", v->u.s);
		break;
	case PICKLE_FLOAT:
		put_float(out, v->u.f);
		break;
	case PICKLE_STR:
		put_text(out, v->u.s, v->n);
		break;
	case PICKLE_BYTES:
		put_bytes(out, v);
		break;
	case PICKLE_LIST:
	case PICKLE_TUPLE:
		put_items(out, v);
		break;
	case PICKLE_DICT:
		put_dict(out, v);
		break;
	case PICKLE_SET:
		buf_add_str(out, "{\"!set\": ");
		put_items(out, v);
		buf_add_char(out, '}');
		break;
	case PICKLE_GLOBAL:
		buf_add_str(out, "{\"!global\": ");
		put_text(out, v->u.s, v->n);
		buf_add_char(out, '}');
		break;
	case PICKLE_OBJECT:
		put_instance(out, "object", v);
		break;
	case PICKLE_TYPE__MAX:
		break;
	}
}

void
pickle_json_reply(struct buf *out, const struct pickle_value *v)
{
	bool failed = v->type == PICKLE_TUPLE && v->n == 2 &&
		      v->u.items[0]->type == PICKLE_INT &&
		      v->u.items[0]->u.i == 1 &&
		      v->u.items[1]->type == PICKLE_OBJECT;

	if (!failed) {
		put(out, v);
		return;
	}
	buf_add_str(out, "[1, ");
	put_instance(out, "exception", v->u.items[1]);
	buf_add_char(out, ']');
}
