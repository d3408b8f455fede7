/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/scan.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/str.h"

/* No field of ours takes a number this long; it bounds the copy below. */
enum { NUMBER_MAX = 512 };

/* One name of an object that is still open: its decoded text in `arena`. */
struct name {
	size_t off, len;
};

struct scan {
	const char *text;
	size_t len;
	size_t at;
	struct buf arena; /* decoded names of all open objects, one behind
			     the other; cut back when an object closes */
	struct name *names;
	size_t n_names, cap_names;
	size_t top;      /* in names: the outermost object's present member */
	size_t nul_seen; /* ... at which U+0000 was noted last, plus one */
	struct error *err;
};

static int scan_value(struct scan *s, unsigned depth);

static void
scan_release(struct scan *s)
{
	buf_release(&s->arena);
	free(s->names);
}

static int
scan_fail(struct scan *s, const char *what)
{
	return err_set(s->err, ERR_MALFORMED,
	    "The request body is not valid JSON.", "%s at byte %zu", what,
	    s->at);
}

/* The byte at hand, or -1 at the end: no byte is ever read past len. */
static int
peek(const struct scan *s)
{
	return s->at < s->len ? (unsigned char)s->text[s->at] : -1;
}

static bool
take(struct scan *s, char c)
{
	if (peek(s) != c)
		return false;
	s->at++;
	return true;
}

static void
skip_space(struct scan *s)
{
	int c = peek(s);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		s->at++;
		c = peek(s);
	}
}

static int
scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if (s->len - s->at < n || memcmp(s->text + s->at, word, n) != 0)
		return scan_fail(s, "unknown word");
	s->at += n;
	return 0;
}

static bool
skip_digits(struct scan *s)
{
	size_t start = s->at;

	while (peek(s) >= '0' && peek(s) <= '9')
		s->at++;
	return s->at > start;
}

/* The number text[start, at) has a value that int64 or double can hold. */
static int
check_number(struct scan *s, size_t start, bool integer)
{
	char copy[NUMBER_MAX + 1]; /* strtod() wants a NUL behind it */
	size_t n = s->at - start;
	int64_t value;

	if (!str_copy_n(copy, sizeof copy, s->text + start, n))
		return scan_fail(s, "number too long");
	if (integer && !str_eq(copy, "-0") &&
	    !num_parse_i64(copy, n, INT64_MIN, INT64_MAX, &value))
		return scan_fail(s, "integer beyond 64 bits");
	if (!integer && !isfinite(strtod(copy, NULL)))
		return scan_fail(s, "number beyond a double");
	return 0;
}

static int
scan_number(struct scan *s)
{
	size_t start = s->at;
	bool integer = true;

	(void)take(s, '-'); /* the sign is optional */
	if (!take(s, '0') && !skip_digits(s))
		return scan_fail(s, "digit expected");
	if (take(s, '.')) {
		integer = false;
		if (!skip_digits(s))
			return scan_fail(s, "digit expected");
	}
	if (peek(s) == 'e' || peek(s) == 'E') {
		s->at++;
		integer = false;
		if (!take(s, '+'))
			(void)take(s, '-'); /* and so is this one */
		if (!skip_digits(s))
			return scan_fail(s, "digit expected");
	}
	return check_number(s, start, integer);
}

static int
hex_digit(int c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Four hexadecimal digits behind "\u". */
static int
scan_hex4(struct scan *s, uint32_t *out)
{
	uint32_t cp = 0;

	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(peek(s));
		if (digit < 0)
			return scan_fail(s, "four hex digits expected");
		cp = cp << 4 | (uint32_t)digit;
		s->at++;
	}
	*out = cp;
	return 0;
}

static void
add_utf8(struct buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		buf_add_char(out, (char)cp);
		return;
	}
	if (cp < 0x800) {
		buf_add_char(out, (char)(0xc0 | cp >> 6));
	} else {
		if (cp < 0x10000) {
			buf_add_char(out, (char)(0xe0 | cp >> 12));
		} else {
			buf_add_char(out, (char)(0xf0 | cp >> 18));
			buf_add_char(out, (char)(0x80 | (cp >> 12 & 0x3f)));
		}
		buf_add_char(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	}
	buf_add_char(out, (char)(0x80 | (cp & 0x3f)));
}

/* "\uXXXX", the "\u" taken already; a high surrogate wants its low one. */
static int
scan_unicode_escape(struct scan *s, uint32_t *out)
{
	uint32_t cp, low;

	if (scan_hex4(s, &cp) < 0)
		return -1;
	if (cp >= 0xdc00 && cp <= 0xdfff)
		return scan_fail(s, "lone low surrogate");
	if (cp >= 0xd800 && cp <= 0xdbff) {
		if (!take(s, '\\') || !take(s, 'u'))
			return scan_fail(s, "lone high surrogate");
		if (scan_hex4(s, &low) < 0)
			return -1;
		if (low < 0xdc00 || low > 0xdfff)
			return scan_fail(s, "lone high surrogate");
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
	}
	*out = cp;
	return 0;
}

static int
scan_escape(struct scan *s, uint32_t *out)
{
	static const char FROM[] = "\"\\/bfnrt";
	static const char TO[] = "\"\\/\b\f\n\r\t";
	int c = peek(s);
	const char *hit;

	if (take(s, 'u'))
		return scan_unicode_escape(s, out);
	hit = c > 0 ? strchr(FROM, c) : NULL;
	if (!hit)
		return scan_fail(s, "unknown escape");
	s->at++;
	*out = (unsigned char)TO[hit - FROM];
	return 0;
}

/* One character of a string, escaped or not. */
static int
scan_char(struct scan *s, uint32_t *cp)
{
	size_t n;

	if (take(s, '\\'))
		return scan_escape(s, cp);
	if (peek(s) < 0x20)
		return scan_fail(s, "end or raw control character in a string");
	n = str_utf8_char(s->text + s->at, s->len - s->at, cp);
	if (n == 0)
		return scan_fail(s, "invalid UTF-8");
	s->at += n;
	return 0;
}

/* Bytes that stand for themselves: most of most strings. */
static void
skip_plain(struct scan *s)
{
	while (s->at < s->len) {
		unsigned char c = (unsigned char)s->text[s->at];
		if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
			return;
		s->at++;
	}
}

/*
 * U+0000 is noted as a fault of the field it is in and scanned over: a text
 * that is malformed further on is malformed first of all.
 */
static void
note_nul(struct scan *s, bool in_name)
{
	char field[ERR_FIELD_SIZE] = "";

	if (s->nul_seen == s->top + 1)
		return;
	s->nul_seen = s->top + 1;
	if (!in_name && s->top < s->n_names) {
		const struct name *top = &s->names[s->top];
		size_t n = top->len < sizeof field ? top->len : 0;
		memcpy(field, buf_str(&s->arena) + top->off, n);
	}
	(void)err_field(s->err, field, "Must not hold the character U+0000.");
}

/*
 * A string, its opening quote taken already. into is where its decoded text
 * goes, or NULL.
 */
static int
scan_string(struct scan *s, struct buf *into)
{
	uint32_t cp;

	for (;;) {
		size_t start = s->at;
		skip_plain(s);
		if (into)
			buf_add(into, s->text + start, s->at - start);
		if (take(s, '"'))
			return 0;
		if (scan_char(s, &cp) < 0)
			return -1;
		if (cp == 0)
			note_nul(s, into != NULL);
		if (into)
			add_utf8(into, cp);
	}
}

static int
scan_array(struct scan *s, unsigned depth)
{
	skip_space(s);
	if (take(s, ']'))
		return 0;
	for (;;) {
		if (scan_value(s, depth) < 0)
			return -1;
		skip_space(s);
		if (take(s, ']'))
			return 0;
		if (!take(s, ','))
			return scan_fail(s, "comma or bracket expected");
	}
}

/* Room for one more name. */
static int
grow_names(struct scan *s)
{
	size_t cap = s->cap_names ? s->cap_names * 2 : 32;
	struct name *bigger;

	if (s->n_names < s->cap_names)
		return 0;
	bigger = reallocarray(s->names, cap, sizeof *bigger);
	if (!bigger)
		return err_nomem(s->err);
	s->names = bigger;
	s->cap_names = cap;
	return 0;
}

static int
scan_name(struct scan *s)
{
	struct name *name;

	if (!take(s, '"'))
		return scan_fail(s, "name expected");
	if (grow_names(s) < 0)
		return -1;
	name = &s->names[s->n_names];
	name->off = s->arena.len;
	if (scan_string(s, &s->arena) < 0 || buf_check(&s->arena, s->err) < 0)
		return -1;
	name->len = s->arena.len - name->off;
	if (name->len > LIMIT_JSON_KEY)
		return scan_fail(s, "name too long");
	s->n_names++;
	skip_space(s);
	if (!take(s, ':'))
		return scan_fail(s, "colon expected");
	return 0;
}

static int
name_compare(const void *pa, const void *pb, void *arena)
{
	const struct name *a = pa, *b = pb;
	const char *text = arena;

	if (a->len != b->len || a->len == 0)
		return (a->len > b->len) - (a->len < b->len);
	return memcmp(text + a->off, text + b->off, a->len);
}

/*
 * The names from `first` on are one object's, which has just closed: no two
 * may be equal however they were escaped. Sorting keeps 10,000 names cheap.
 */
static int
close_object(struct scan *s, size_t first)
{
	struct name *names = s->names + first;
	size_t n = s->n_names - first;
	size_t arena_len = n ? names[0].off : s->arena.len;

	if (n > 1)
		qsort_r(names, n, sizeof *names, name_compare, s->arena.data);
	for (size_t i = 1; i < n; i++)
		if (name_compare(&names[i - 1], &names[i], s->arena.data) == 0)
			return scan_fail(s, "duplicate name in the object");
	s->n_names = first;
	s->arena.len = arena_len; /* the next name overwrites these */
	return 0;
}

static int
scan_object(struct scan *s, unsigned depth)
{
	size_t first = s->n_names;

	skip_space(s);
	if (take(s, '}'))
		return 0;
	for (;;) {
		skip_space(s);
		if (scan_name(s) < 0)
			return -1;
		if (depth == 1)
			s->top = s->n_names - 1;
		if (scan_value(s, depth) < 0)
			return -1;
		skip_space(s);
		if (take(s, '}'))
			return close_object(s, first);
		if (!take(s, ','))
			return scan_fail(s, "comma or brace expected");
	}
}

/* depth counts the arrays and objects around this value. */
static int
scan_value(struct scan *s, unsigned depth)
{
	int c;

	skip_space(s);
	c = peek(s);
	if ((c == '{' || c == '[') && depth == LIMIT_JSON_DEPTH)
		return scan_fail(s, "nested too deep");
	if (take(s, '{'))
		return scan_object(s, depth + 1);
	if (take(s, '['))
		return scan_array(s, depth + 1);
	if (take(s, '"'))
		return scan_string(s, NULL);
	if (c == 't')
		return scan_word(s, "true");
	if (c == 'f')
		return scan_word(s, "false");
	if (c == 'n')
		return scan_word(s, "null");
	if (c == '-' || (c >= '0' && c <= '9'))
		return scan_number(s);
	return scan_fail(s, "value expected");
}

int
json_scan(const char *text, size_t len, struct error *err)
{
	AUTO(scan_release)
	struct scan s = {
	    .text = text, .len = len, .arena = BUF_INIT(len), .err = err};

	err_clear(err);
	if (scan_value(&s, 0) < 0)
		return -1;
	skip_space(&s);
	if (s.at < len)
		return scan_fail(&s, "more text behind the value");
	return err->code == ERR_NONE ? 0 : -1; /* U+0000 was noted */
}
