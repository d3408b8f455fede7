/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/lists/list_read.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "service/lists/list_range.h"
#include "service/lists/list_reader.h"

#define BLANKS " \t\r"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

int
list_reader_take(
    struct list_reader *r, const char *s, size_t len, struct error *err)
{
	struct list_range entry;

	if (list_range_parse(s, len, &entry))
		return list_add(r->list, &entry, r->own, err);
	list_add_fault(r->list, r->line, s, len);
	return 0;
}

size_t
list_word(const char *s, size_t len, const char *ends)
{
	size_t n = 0;

	while (n < len && s[n] != '\0' && strchr(BLANKS "\n", s[n]) == NULL &&
	       strchr(ends, s[n]) == NULL)
		n++;
	return n;
}

static size_t
blanks(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] != '\0' && strchr(BLANKS, s[n]) != NULL)
		n++;
	return n;
}

/* "first - last" is one entry though there are blanks in it. */
static size_t
range_len(const char *s, size_t len, size_t first)
{
	size_t n = first + blanks(s + first, len - first);

	if (n == len || s[n] != '-')
		return first;
	n++;
	n += blanks(s + n, len - n);
	return n + list_word(s + n, len - n, ",;#");
}

static bool
is_comment(const char *s, size_t len)
{
	return len == 0 || s[0] == '#' || s[0] == ';' ||
	       (len > 1 && s[0] == '/' && s[1] == '/');
}

static int
read_plain(struct list_reader *r, const char *s, size_t len, struct error *err)
{
	size_t skipped = blanks(s, len);

	s += skipped;
	len -= skipped;
	if (is_comment(s, len))
		return 0;
	return list_reader_take(
	    r, s, range_len(s, len, list_word(s, len, ",;#")), err);
}

/* The byte that parts the columns of a line. */
static char
separator(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] != '\0' && strchr(",;\t", s[n]) == NULL)
		n++;
	if (n == len || s[n] == '\0')
		return ',';
	return s[n];
}

/* The column at *s, without its quotes; *s and *len are behind it then. */
static size_t
column(const char **s, size_t *len, char sep, const char **out)
{
	bool quoted = *len > 0 && **s == '"';
	const char *end;
	size_t n;

	*out = *s + (quoted ? 1 : 0);
	end = quoted ? memchr(*out, '"', *len - 1) : NULL;
	if (end == NULL) {
		end = memchr(*s, sep, *len);
		*out = *s;
	}
	n = end == NULL ? *len - (size_t)(*out - *s) : (size_t)(end - *out);
	end = memchr(*out + n, sep, *len - (size_t)(*out + n - *s));
	*len = end == NULL ? 0 : *len - (size_t)(end + 1 - *s);
	*s = end == NULL ? *s : end + 1;
	return n;
}

static int
read_csv(struct list_reader *r, const char *s, size_t len, struct error *err)
{
	unsigned wanted = r->how->column == 0 ? 1 : r->how->column;
	char sep = separator(s, len);
	const char *at = s;
	struct list_range entry;
	size_t n = 0, skipped;

	if (is_comment(s, len))
		return 0;
	for (unsigned i = 0; i < wanted; i++)
		n = len == 0 ? 0 : column(&s, &len, sep, &at);
	skipped = blanks(at, n);
	at += skipped;
	n -= skipped;
	while (n > 0 && strchr(BLANKS, at[n - 1]) != NULL)
		n--;
	/* the first line may say what the columns are */
	if (r->line == 1 && !list_range_parse(at, n, &entry))
		return 0;
	return list_reader_take(r, at, n, err);
}

static int
too_large(const char *what, int64_t line, struct error *err)
{
	return err_set(err, ERR_REMOTE_TOO_LARGE,
	    "The list has more lines, or longer ones, than are taken.",
	    "%s, at line %lld", what, (long long)line);
}

static int
read_lines(
    struct list_reader *r, const char *text, size_t len, struct error *err)
{
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end == NULL ? len : (size_t)(end - text);
		size_t whole = end == NULL ? n : n + 1;

		if (r->line > LIMIT_LIST_LINES)
			return too_large("too many lines", r->line, err);
		if (n > LIMIT_LIST_LINE)
			return too_large("a line too long", r->line, err);
		if (n > 0 && text[n - 1] == '\r')
			n--;
		if ((r->list->format == LIST_CSV
			    ? read_csv(r, text, n, err)
			    : read_plain(r, text, n, err)) < 0)
			return -1;
		text += whole;
		len -= whole;
		r->line++;
	}
	r->line--;
	return 0;
}

/* What a text looks like by the first word of it that is no comment. */
static enum list_format
guess(const char *s, size_t len)
{
	static const char *const WORDS[] = {"add", "create", "-A", "-N",
	    "table", "set", "flush", "elements", "-exist", "-!"};
	size_t n;

	while (len > 0 && (strchr(BLANKS "\n", *s) != NULL || *s == '#')) {
		const char *end = *s == '#' ? memchr(s, '\n', len) : s;

		n = end == NULL ? len : (size_t)(end + 1 - s);
		s += n;
		len -= n;
	}
	if (len > 0 && (*s == '{' || *s == '['))
		return LIST_JSON;
	n = list_word(s, len, "");
	for (size_t i = 0; i < ARRAY_LEN(WORDS); i++)
		if (n == strlen(WORDS[i]) && memcmp(s, WORDS[i], n) == 0)
			return LIST_IPSET;
	return LIST_PLAIN;
}

static bool
is_markup(const char *s, size_t len)
{
	while (len > 0 && *s != '\0' && strchr(BLANKS "\n", *s) != NULL) {
		s++;
		len--;
	}
	return len > 0 && *s == '<';
}

static int
read_as(struct list_reader *r, const char *text, size_t len, struct error *err)
{
	switch (r->list->format) {
	case LIST_JSON:
		return list_json_read(r, text, len, err);
	case LIST_IPSET:
		return list_ipset_read(r, text, len, err);
	case LIST_AUTO:
	case LIST_PLAIN:
	case LIST_CSV:
	case LIST_FORMAT__MAX:
		break;
	}
	return read_lines(r, text, len, err);
}

int
list_read(const char *text, size_t len, const struct list_how *how,
    const struct own_addrs *own, struct list *out, struct error *err)
{
	struct list_reader r = {how, own, out, 1};

	if (len >= 3 && memcmp(text, BYTE_ORDER_MARK, 3) == 0) {
		text += 3;
		len -= 3;
	}
	if (is_markup(text, len))
		return err_set(err, ERR_REMOTE_PROTOCOL, LIST_NO_LIST, "%s",
		    "it begins as markup");
	out->format = how->format == LIST_AUTO ? guess(text, len) : how->format;
	if (read_as(&r, text, len, err) < 0)
		return -1;
	out->counts.lines = r.line;
	if (out->counts.entries > 0 &&
	    out->counts.entries == out->counts.invalid)
		return err_set(err, ERR_REMOTE_PROTOCOL, LIST_NO_LIST,
		    "%lld entries, none of them an address",
		    (long long)out->counts.entries);
	list_finish(out);
	return 0;
}
