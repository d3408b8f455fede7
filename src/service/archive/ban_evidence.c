/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_evidence.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"

/* Source: fail2ban's database, column bans.data: {"matches": [...], ...}, where
 * a line is a text, or three pieces of one of which the second is its date. */
struct reader {
	const char *s;
	size_t len, at;
	struct buf text; /* of the line at hand */
	struct ban_match match;
	ban_match_each *each;
	void *ctx;
	struct ban_evidence out;
};

static void
skip_space(struct reader *r)
{
	while (r->at < r->len && memchr(" \t\r\n", r->s[r->at], 4) != NULL)
		r->at++;
}

/* Is it the next character that means something? Then it is behind us. */
static bool
take(struct reader *r, char c)
{
	skip_space(r);
	if (r->at == r->len || r->s[r->at] != c)
		return false;
	r->at++;
	return true;
}

static void
add(struct reader *r, const char *bytes, size_t n)
{
	if (r->text.len + n > LIMIT_MATCH_TEXT)
		r->match.truncated = true;
	else if (!r->match.truncated)
		buf_add(&r->text, bytes, n);
}

static void
add_escaped(struct reader *r, unsigned byte)
{
	static const char HEX[] = "0123456789abcdef";
	const char text[] = {'\\', 'x', HEX[byte >> 4 & 15], HEX[byte & 15]};

	r->match.escaped = true;
	add(r, text, sizeof text);
}

static bool
read_hex4(const struct reader *r, size_t at, uint32_t *out)
{
	static const char DIGITS[] = "0123456789abcdefABCDEF";
	uint32_t v = 0;

	if (r->len - at < 4)
		return false;
	for (size_t i = at; i < at + 4; i++) {
		const char *d = memchr(DIGITS, r->s[i], sizeof DIGITS - 1);
		uint32_t digit;

		if (d == NULL)
			return false;
		digit = (uint32_t)(d - DIGITS);
		v = v << 4 | (digit < 16 ? digit : digit - 6);
	}
	*out = v;
	return true;
}

static void
add_char(struct reader *r, uint32_t cp)
{
	char utf8[4];
	size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	if (n == 1) {
		utf8[0] = (char)cp;
	} else {
		for (size_t i = n - 1; i > 0; i--, cp >>= 6)
			utf8[i] = (char)(0x80 | (cp & 0x3f));
		utf8[0] = (char)((0xf0U << (4 - n) & 0xf0U) | cp);
	}
	add(r, utf8, n);
}

/* Behind "\u". Python writes a byte that is no text as half of a pair. */
static bool
read_unicode(struct reader *r)
{
	uint32_t cp = 0, low = 0;

	if (!read_hex4(r, r->at, &cp))
		return false;
	r->at += 4;
	if (cp >= 0xd800 && cp < 0xdc00 && r->len - r->at >= 6 &&
	    r->s[r->at] == '\\' && r->s[r->at + 1] == 'u' &&
	    read_hex4(r, r->at + 2, &low) && low >= 0xdc00 && low < 0xe000) {
		r->at += 6;
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
	}
	if (cp < 0xd800 || cp >= 0xe000) {
		add_char(r, cp);
		return true;
	}
	if (cp < 0xdc80 || cp >= 0xdd00)
		add_escaped(r, cp >> 8);
	add_escaped(r, cp & 0xff);
	return true;
}

/* Behind a backslash. */
static bool
read_escape(struct reader *r)
{
	static const char FROM[] = "\"\\/bfnrt", TO[] = "\"\\/\b\f\n\r\t";
	const char *known;

	if (r->at == r->len)
		return false;
	if (r->s[r->at] == 'u') {
		r->at++;
		return read_unicode(r);
	}
	known = memchr(FROM, r->s[r->at], sizeof FROM - 1);
	if (known == NULL)
		return false;
	add(r, &TO[known - FROM], 1);
	r->at++;
	return true;
}

static void
read_char(struct reader *r)
{
	uint32_t cp;
	size_t n = str_utf8_char(r->s + r->at, r->len - r->at, &cp);

	if (n == 0)
		add_escaped(r, (unsigned char)r->s[r->at]);
	else
		add(r, r->s + r->at, n);
	r->at += n == 0 ? 1 : n;
}

/* Behind the quotes that begin a text, which is added to r->text. */
static bool
read_text(struct reader *r)
{
	while (r->at < r->len && r->s[r->at] != '"') {
		if (r->s[r->at] != '\\') {
			read_char(r);
			continue;
		}
		r->at++;
		if (!read_escape(r))
			break;
	}
	if (r->at < r->len && r->s[r->at] == '"') {
		r->at++;
		return true;
	}
	r->match.truncated = true;
	return false;
}

static bool
skip_text(struct reader *r)
{
	while (r->at < r->len && r->s[r->at] != '"')
		r->at += r->s[r->at] == '\\' ? 2 : 1;
	if (r->at >= r->len) {
		r->at = r->len;
		return false;
	}
	r->at++;
	return true;
}

/* One value of any kind, of which nothing is wanted. */
static bool
skip_value(struct reader *r)
{
	size_t depth = 0, begun;

	skip_space(r);
	begun = r->at;
	while (r->at < r->len) {
		char c = r->s[r->at];

		if (depth == 0 && (c == ',' || c == ']' || c == '}'))
			return r->at > begun;
		r->at++;
		if (c == '"' && !skip_text(r))
			return false;
		if (c == '{' || c == '[')
			depth++;
		else if (c == '}' || c == ']')
			depth--;
	}
	return false;
}

/* The pieces of a line, behind the bracket that begins them. */
static bool
read_pieces(struct reader *r, size_t date[2])
{
	for (int i = 0; !take(r, ']'); i++) {
		size_t begun = r->text.len;

		if (i > 0 && !take(r, ','))
			return false;
		if (!take(r, '"') || !read_text(r))
			return false;
		if (i == 1) {
			date[0] = begun;
			date[1] = r->text.len - begun;
		}
	}
	return true;
}

static int
give(struct reader *r, const size_t date[2], struct error *err)
{
	if (r->out.matches++ >= LIMIT_MATCHES)
		return 0;
	if (buf_check(&r->text, err) < 0)
		return -1;
	r->match.text = buf_str(&r->text);
	r->match.text_len = r->text.len;
	r->match.time = r->match.text + date[0];
	r->match.time_len = date[1];
	return r->each(r->ctx, &r->match, err);
}

/* 1 it was right, 0 it was not, and ends here. */
static int
read_match(struct reader *r, struct error *err)
{
	size_t date[2] = {0, 0};
	bool right, is_text = true;

	buf_clear(&r->text);
	r->match = (struct ban_match){.truncated = false};
	if (take(r, '"')) {
		right = read_text(r);
	} else if (take(r, '[')) {
		right = read_pieces(r, date);
	} else {
		right = skip_value(r);
		is_text = false;
	}
	if (is_text && (right || r->text.len > 0) && give(r, date, err) < 0)
		return -1;
	return right;
}

/* Behind the bracket that begins the list. */
static int
read_matches(struct reader *r, struct error *err)
{
	int rc = 1;

	for (bool first = true; rc == 1 && !take(r, ']'); first = false) {
		if (!first && !take(r, ','))
			return 0;
		rc = read_match(r, err);
	}
	return rc;
}

static int
read_member(struct reader *r, struct error *err)
{
	bool is_matches;

	buf_clear(&r->text);
	r->match = (struct ban_match){.truncated = false};
	if (!take(r, '"') || !read_text(r) || !take(r, ':'))
		return 0;
	if (buf_check(&r->text, err) < 0)
		return -1;
	is_matches = str_eq(buf_str(&r->text), "matches");
	if (is_matches && take(r, '['))
		return read_matches(r, err);
	return skip_value(r);
}

static int
read_all(struct reader *r, struct error *err)
{
	int rc = take(r, '{');

	for (bool first = true; rc == 1 && !take(r, '}'); first = false) {
		if (!first && !take(r, ','))
			return 0;
		rc = read_member(r, err);
	}
	skip_space(r);
	return rc == 1 ? r->at == r->len : rc;
}

int
ban_evidence_matches(const char *data, size_t len, ban_match_each *each,
    void *ctx, struct ban_evidence *out, struct error *err)
{
	struct reader r = {.s = data,
	    .len = len,
	    .text = BUF_INIT(LIMIT_MATCH_TEXT + 1),
	    .each = each,
	    .ctx = ctx};
	int rc = read_all(&r, err);

	buf_release(&r.text);
	if (rc < 0)
		return -1;
	r.out.whole = rc == 1;
	*out = r.out;
	return 0;
}
