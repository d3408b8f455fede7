/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/csv.h"

#include <string.h>

#include "base/buf.h"
#include "base/macros.h"
#include "base/str.h"
#include "base/time.h"

static const char REPLACEMENT[] = "\xef\xbf\xbd"; /* U+FFFD */

void
csv_begin(struct csv_out *o, struct buf *to)
{
	*o = (struct csv_out){.to = to};
}

void
csv_end(struct csv_out *o)
{
	buf_add_str(o->to, "\r\n");
}

static void
cell_begin(struct csv_out *o)
{
	if (o->filled)
		buf_add_char(o->to, ',');
	o->filled = true;
}

/* "-5", which is no more than it looks. */
static bool
is_negative_number(const char *s, size_t len)
{
	if (len < 2 || s[0] != '-')
		return false;
	for (size_t i = 1; i < len; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return true;
}

/* What spreadsheets begin a formula with, or skip in front of one; the wide
 * forms of the same signs are taken for them in some languages. */
static bool
is_formula(const char *s, size_t len)
{
	static const char *const WIDE[] = {
	    "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"};

	if (len == 0 || is_negative_number(s, len))
		return false;
	if (strchr("=+-@\t\r\n", s[0]) != NULL && s[0] != '\0')
		return true;
	for (size_t i = 0; i < ARRAY_LEN(WIDE); i++)
		if (len >= 3 && memcmp(s, WIDE[i], 3) == 0)
			return true;
	return false;
}

static bool
needs_quotes(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == '"' || s[i] == ',' || s[i] == '\r' || s[i] == '\n')
			return true;
	return false;
}

static bool
is_control(uint32_t cp)
{
	if (cp == '\t' || cp == '\r' || cp == '\n')
		return false;
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

/* How many bytes stand for themselves. */
static size_t
plain_len(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= 0x20 && s[n] < 0x7f && s[n] != '"')
		n++;
	return n;
}

/* One character at s; how many bytes of s it was. */
static size_t
put_special(struct buf *to, const char *s, size_t len)
{
	uint32_t cp;
	size_t n = str_utf8_char(s, len, &cp);

	if (n == 0 || is_control(cp))
		buf_add_str(to, REPLACEMENT);
	else if (cp == '"')
		buf_add_str(to, "\"\"");
	else
		buf_add(to, s, n);
	return n == 0 ? 1 : n;
}

void
csv_put_str_n(struct csv_out *o, const char *s, size_t len)
{
	bool quoted = needs_quotes(s, len);

	cell_begin(o);
	if (quoted)
		buf_add_char(o->to, '"');
	if (is_formula(s, len))
		buf_add_char(o->to, '\'');
	for (size_t at = 0; at < len;) {
		size_t n = plain_len(s + at, len - at);

		buf_add(o->to, s + at, n);
		at += n;
		if (at < len)
			at += put_special(o->to, s + at, len - at);
	}
	if (quoted)
		buf_add_char(o->to, '"');
}

void
csv_put_str(struct csv_out *o, const char *s)
{
	csv_put_str_n(o, s == NULL ? "" : s, s == NULL ? 0 : strlen(s));
}

void
csv_put_i64(struct csv_out *o, int64_t v)
{
	cell_begin(o);
	buf_add_i64(o->to, v);
}

void
csv_put_i64_known(struct csv_out *o, int64_t v)
{
	if (v < 0)
		cell_begin(o);
	else
		csv_put_i64(o, v);
}

void
csv_put_bool(struct csv_out *o, bool v)
{
	cell_begin(o);
	buf_add_str(o->to, v ? "true" : "false");
}

void
csv_put_time(struct csv_out *o, int64_t t_s)
{
	char text[TIME_RFC3339_SIZE];

	cell_begin(o);
	if (t_s < 0)
		return;
	time_format(t_s, text);
	buf_add_str(o->to, text);
}
