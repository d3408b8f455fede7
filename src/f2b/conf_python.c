/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Python's spelling of lists and texts, as far as a command stream has it. */
#include "f2b/conf_stream.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"

enum { DEPTH_MAX = 8 }; /* of lists in lists; a stream has 3 */

struct reader {
	const char *at, *end;
	struct str_list *words;
	struct error *err;
};

static bool
next_is(const struct reader *r, char c)
{
	return r->at < r->end && *r->at == c;
}

static bool
skip(struct reader *r, char c)
{
	if (!next_is(r, c))
		return false;
	r->at++;
	return true;
}

static void
add_utf8(struct buf *b, uint32_t cp)
{
	if (cp == 0 || cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd; /* no C text holds it */
	if (cp < 0x80) {
		buf_add_char(b, (char)cp);
		return;
	}
	if (cp < 0x800) {
		buf_add_char(b, (char)(0xc0 | cp >> 6));
	} else if (cp < 0x10000) {
		buf_add_char(b, (char)(0xe0 | cp >> 12));
		buf_add_char(b, (char)(0x80 | (cp >> 6 & 0x3f)));
	} else {
		buf_add_char(b, (char)(0xf0 | cp >> 18));
		buf_add_char(b, (char)(0x80 | (cp >> 12 & 0x3f)));
		buf_add_char(b, (char)(0x80 | (cp >> 6 & 0x3f)));
	}
	buf_add_char(b, (char)(0x80 | (cp & 0x3f)));
}

/* digits of a code point behind \x, \u or \U */
static bool
take_code(struct reader *r, size_t digits, struct buf *b)
{
	static const char HEX[] = "0123456789abcdef";
	uint32_t cp = 0;

	if ((size_t)(r->end - r->at) < digits)
		return false;
	for (; digits > 0; digits--, r->at++) {
		const char *digit = *r->at == '\0' ? NULL : strchr(HEX, *r->at);

		if (digit == NULL)
			return false;
		cp = cp << 4 | (uint32_t)(digit - HEX);
	}
	add_utf8(b, cp);
	return true;
}

/* Behind a backslash. */
static bool
take_escape(struct reader *r, struct buf *b)
{
	static const char FROM[] = "\\'\"nrt";
	static const char TO[] = "\\'\"\n\r\t";
	const char *known;
	char c;

	if (r->at == r->end || *r->at == '\0')
		return false;
	c = *r->at++;
	known = strchr(FROM, c);
	if (known != NULL) {
		buf_add_char(b, TO[known - FROM]);
		return true;
	}
	return (c == 'x' && take_code(r, 2, b)) ||
	       (c == 'u' && take_code(r, 4, b)) ||
	       (c == 'U' && take_code(r, 8, b));
}

static int
take_text(struct reader *r)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_RUN_OUTPUT);
	char quote = *r->at++;

	while (!next_is(r, quote)) {
		if (r->at == r->end || *r->at == '\0')
			return 0;
		if (*r->at != '\\')
			buf_add_char(&b, *r->at++);
		else if (r->at++, !take_escape(r, &b))
			return 0;
	}
	r->at++;
	if (buf_check(&b, r->err) < 0 ||
	    str_list_add(r->words, buf_str(&b), b.len, r->err) < 0)
		return -1;
	return 1;
}

/* A number, None, True: what is neither text nor list. */
static int
take_plain(struct reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && *r->at != '\0' &&
	       strchr(",[]() '\"", *r->at) == NULL)
		r->at++;
	if (r->at == from)
		return 0;
	return str_list_add(r->words, from, (size_t)(r->at - from), r->err) < 0
		   ? -1
		   : 1;
}

static int take_list(struct reader *r, char close, unsigned depth);

static int
take_value(struct reader *r, unsigned depth)
{
	if (next_is(r, '\'') || next_is(r, '"'))
		return take_text(r);
	if (skip(r, '['))
		return take_list(r, ']', depth + 1);
	if (skip(r, '('))
		return take_list(r, ')', depth + 1);
	return take_plain(r);
}

/* Behind its opening. A tuple of one has a comma before its end. */
static int
take_list(struct reader *r, char close, unsigned depth)
{
	if (depth > DEPTH_MAX)
		return 0;
	while (!skip(r, close)) {
		int rc = take_value(r, depth);

		if (rc != 1)
			return rc;
		if (skip(r, ','))
			(void)skip(r, ' ');
		else if (!next_is(r, close))
			return 0;
	}
	return 1;
}

int
conf_stream_words(
    const char *line, size_t len, struct str_list *words, struct error *err)
{
	AUTO(str_list_release) struct str_list l = STR_LIST_INIT;
	struct reader r = {line, line + len, &l, err};
	int rc = skip(&r, '[') ? take_list(&r, ']', 0) : 0;

	if (rc != 1)
		return rc;
	if (r.at != r.end)
		return 0;
	*words = l;
	l = (struct str_list)STR_LIST_INIT; /* handed over */
	return 1;
}
