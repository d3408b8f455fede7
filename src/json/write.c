/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/write.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"

/* Strings go out in pieces of this many bytes, so that the room asked for in
 * advance (6 bytes a byte at worst, "\u001f") stays small. */
enum { PIECE = 512 };
/* "-9223372036854775808" */
enum { I64_CHARS = 20 };

static const char HEX[] = "0123456789abcdef";
static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */

/* Bytes that stand for themselves in a string. */
static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Is a value with this name allowed here? The top takes one, unnamed. */
static bool
has_place(const struct json_out *o, const char *name)
{
	if (o->misused)
		return false;
	if (o->depth == 0)
		return !o->filled[0] && !name;
	return o->object[o->depth] == (name != NULL);
}

/* ,"name": written to p; returns the byte behind it, NULL for a bad name. */
static char *
put_name(char *p, const char *name)
{
	*p++ = '"';
	for (; *name; name++) {
		if (!is_plain((unsigned char)*name))
			return NULL;
		*p++ = *name;
	}
	*p++ = '"';
	*p++ = ':';
	return p;
}

/*
 * Begin a value: the comma and name in front of it, and room for `room`
 * bytes more. Returns where to write, or NULL. Ended by finish_value().
 */
static char *
start_value(struct json_out *o, const char *name, size_t room)
{
	size_t name_len = name ? strlen(name) + 3 : 0;
	char *p;

	if (!has_place(o, name)) {
		o->misused = true;
		return NULL;
	}
	p = buf_reserve(o->to, 1 + name_len + room);
	if (!p)
		return NULL;
	if (o->filled[o->depth])
		*p++ = ',';
	o->filled[o->depth] = true;
	if (name)
		p = put_name(p, name);
	if (!p)
		o->misused = true;
	return p;
}

/* end is the byte behind the value that start_value() made room for. */
static void
finish_value(struct json_out *o, const char *end)
{
	buf_commit(o->to, (size_t)(end - (o->to->data + o->to->len)));
}

static void
put_raw(struct json_out *o, const char *name, const char *text, size_t len)
{
	char *p = start_value(o, name, len);

	if (!p)
		return;
	memcpy(p, text, len);
	finish_value(o, p + len);
}

void
json_begin(struct json_out *o, struct buf *to)
{
	*o = (struct json_out){.to = to};
}

int
json_end(struct json_out *o, struct error *err)
{
	if (o->misused || o->depth != 0 || !o->filled[0])
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. The log has more.",
		    "JSON answer misbuilt: depth %u", o->depth);
	return buf_check(o->to, err);
}

static void
open_scope(struct json_out *o, const char *name, bool object)
{
	if (o->depth + 1 >= JSON_WRITE_DEPTH) {
		o->misused = true;
		return;
	}
	put_raw(o, name, object ? "{" : "[", 1);
	o->depth++;
	o->object[o->depth] = object;
	o->filled[o->depth] = false;
}

void
json_put_object(struct json_out *o, const char *name)
{
	open_scope(o, name, true);
}

void
json_put_array(struct json_out *o, const char *name)
{
	open_scope(o, name, false);
}

void
json_put_close(struct json_out *o)
{
	if (o->depth == 0) {
		o->misused = true;
		return;
	}
	buf_add_char(o->to, o->object[o->depth] ? '}' : ']');
	o->depth--;
}

static char
short_escape(unsigned char c)
{
	switch (c) {
	case '"':
	case '\\':
		return (char)c;
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

static char *
put_escaped(char *p, unsigned char c)
{
	char brief = short_escape(c);

	*p++ = '\\';
	if (brief) {
		*p++ = brief;
		return p;
	}
	memcpy(p, "u00", 3);
	p[3] = HEX[c >> 4];
	p[4] = HEX[c & 15];
	return p + 5;
}

/*
 * One character that does not stand for itself, at s with n > 0 bytes left.
 * Returns how many bytes of s it took; *p moves on by at most 6 times that.
 */
static size_t
put_special(char **p, const char *s, size_t n)
{
	uint32_t cp;
	size_t taken;

	if ((unsigned char)*s < 0x80) {
		*p = put_escaped(*p, (unsigned char)*s);
		return 1;
	}
	taken = str_utf8_char(s, n, &cp);
	if (taken == 0) {
		memcpy(*p, REPLACEMENT, 3);
		*p += 3;
		return 1;
	}
	memcpy(*p, s, taken);
	*p += taken;
	return taken;
}

/*
 * Up to PIECE bytes of s (a character begun in them is ended) as the inside
 * of a string, at p. Returns how many bytes it took.
 */
static size_t
put_piece(char **p, const char *s, size_t len)
{
	size_t stop = len < PIECE ? len : PIECE;
	size_t i = 0;
	char *to = *p;

	while (i < stop) {
		if (is_plain((unsigned char)s[i]))
			*to++ = s[i++];
		else
			i += put_special(&to, s + i, len - i);
	}
	*p = to;
	return i;
}

void
json_put_str_n(struct json_out *o, const char *name, const char *s, size_t len)
{
	/* 4: the last character of a piece may end behind it; 2: quotes */
	size_t first = len < PIECE ? len : PIECE;
	char *p;
	size_t done;

	if (!s) {
		json_put_null(o, name);
		return;
	}
	p = start_value(o, name, 6 * first + 4 + 2);
	if (!p)
		return;
	*p++ = '"';
	done = put_piece(&p, s, len);
	while (done < len) {
		finish_value(o, p);
		p = buf_reserve(o->to, 6 * PIECE + 4 + 1);
		if (!p)
			return;
		done += put_piece(&p, s + done, len - done);
	}
	*p++ = '"';
	finish_value(o, p);
}

void
json_put_str(struct json_out *o, const char *name, const char *s)
{
	json_put_str_n(o, name, s, s ? strlen(s) : 0);
}

void
json_put_i64(struct json_out *o, const char *name, int64_t v)
{
	char digits[I64_CHARS];
	size_t n = sizeof digits;
	uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

	do {
		digits[--n] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (v < 0)
		digits[--n] = '-';
	put_raw(o, name, digits + n, sizeof digits - n);
}

void
json_put_i64_of(struct json_out *o, const char *key, int64_t v)
{
	size_t len = strlen(key), done = 0;
	char *p;

	if (!has_place(o, "")) {
		o->misused = true;
		return;
	}
	buf_add_str(o->to, o->filled[o->depth] ? ",\"" : "\"");
	o->filled[o->depth] = true;
	while (done < len) {
		p = buf_reserve(o->to, 6 * PIECE + 4);
		if (!p)
			return;
		done += put_piece(&p, key + done, len - done);
		finish_value(o, p);
	}
	buf_add_str(o->to, "\":");
	buf_add_i64(o->to, v);
}

void
json_put_str_known(struct json_out *o, const char *name, const char *s)
{
	json_put_str(o, name, s[0] == '\0' ? NULL : s);
}

void
json_put_i64_known(struct json_out *o, const char *name, int64_t v)
{
	if (v < 0)
		json_put_null(o, name);
	else
		json_put_i64(o, name, v);
}

void
json_put_bool(struct json_out *o, const char *name, bool v)
{
	put_raw(o, name, v ? "true" : "false", v ? 4 : 5);
}

void
json_put_null(struct json_out *o, const char *name)
{
	put_raw(o, name, "null", 4);
}

void
json_put_json(struct json_out *o, const char *name, const char *text)
{
	put_raw(o, name, text, strlen(text));
}

void
json_put_time(struct json_out *o, const char *name, int64_t t_s)
{
	char text[TIME_RFC3339_SIZE];

	if (t_s < 0) {
		json_put_null(o, name);
		return;
	}
	time_format(t_s, text);
	json_put_str(o, name, text);
}
