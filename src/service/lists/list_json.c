/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The texts of a JSON value, or of one value a line. Not a judge of JSON: it
 * looks for texts, and refuses what has no shape. An address has no escape in
 * it but "\/", as some writers have it.
 */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "service/lists/list_range.h"
#include "service/lists/list_reader.h"

enum { TEXT_MAX = 128 }; /* longer ones are no entry, and no name of a field */

struct scan {
	struct list_reader *r;
	const char *at, *end;
	char open[LIMIT_JSON_DEPTH]; /* '{' or '[' */
	size_t depth;
	bool opened;             /* there was an array or object at all */
	char text[TEXT_MAX + 1]; /* the last one */
	size_t text_len;
	bool text_whole;
	bool at_field; /* the value that follows is of the wanted field */
};

static int
broken(const struct scan *k, const char *what, struct error *err)
{
	return err_set(err, ERR_REMOTE_PROTOCOL, LIST_NO_LIST,
	    "%s in line %lld", what, (long long)k->r->line);
}

/* The text whose first quote has been read. */
static int
read_text(struct scan *k, struct error *err)
{
	k->text_len = 0;
	k->text_whole = true;
	while (k->at < k->end && *k->at != '"') {
		char c = *k->at++;

		if ((unsigned char)c < ' ')
			return broken(k, "a control character", err);
		if (c == '\\' && k->at < k->end) {
			c = *k->at++;
			if (c != '/')
				k->text_whole = false;
		}
		if (k->text_len < TEXT_MAX)
			k->text[k->text_len++] = c;
		else
			k->text_whole = false;
	}
	if (k->at == k->end)
		return broken(k, "a text without end", err);
	k->at++;
	k->text[k->text_len] = '\0';
	return 0;
}

static bool
is_name(const struct scan *k)
{
	const char *p = k->at;

	while (p < k->end && *p != '\0' && strchr(" \t\r\n", *p) != NULL)
		p++;
	return p < k->end && *p == ':' && k->depth > 0 &&
	       k->open[k->depth - 1] == '{';
}

/* Without a field each text of an array is to be an entry; one of an object
 * may be anything. */
static int
take_text(struct scan *k, struct error *err)
{
	const char *field = k->r->how->field;
	bool in_array = k->depth > 0 && k->open[k->depth - 1] == '[';
	struct list_range entry;

	if (is_name(k)) {
		k->at_field =
		    field != NULL && k->text_whole && str_eq(k->text, field);
		return 0;
	}
	if (field != NULL
		? !k->at_field
		: !in_array && !list_range_parse(k->text, k->text_len, &entry))
		return 0;
	if (!in_array)
		k->at_field = false;
	if (k->text_whole)
		return list_reader_take(k->r, k->text, k->text_len, err);
	list_add_fault(k->r->list, k->r->line, k->text, k->text_len);
	return 0;
}

static int
open_scope(struct scan *k, char c, struct error *err)
{
	if (k->depth == LIMIT_JSON_DEPTH)
		return broken(k, "too deep", err);
	if (c == '{')
		k->at_field = false;
	k->opened = true;
	k->open[k->depth++] = c;
	return 0;
}

static int
close_scope(struct scan *k, char c, struct error *err)
{
	if (k->depth == 0 || k->open[k->depth - 1] != (c == '}' ? '{' : '['))
		return broken(k, "a bracket that closes nothing", err);
	k->depth--;
	k->at_field = false;
	return 0;
}

/* Numbers, words, and what parts them. */
static int
take_other(const struct scan *k, char c, struct error *err)
{
	bool blank = c != '\0' && strchr(" \t\r", c) != NULL;
	bool known =
	    c != '\0' && (strchr(",:+-.E", c) != NULL ||
			     (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));

	if (blank || (known && k->depth > 0))
		return 0;
	return broken(k, "what is no JSON", err);
}

static int
take(struct scan *k, char c, struct error *err)
{
	switch (c) {
	case '"':
		return read_text(k, err) < 0 ? -1 : take_text(k, err);
	case '{':
	case '[':
		return open_scope(k, c, err);
	case '}':
	case ']':
		return close_scope(k, c, err);
	case '\n':
		k->r->line++;
		return 0;
	default:
		break;
	}
	return take_other(k, c, err);
}

int
list_json_read(
    struct list_reader *r, const char *text, size_t len, struct error *err)
{
	struct scan k = {.r = r, .at = text, .end = text + len};

	while (k.at < k.end) {
		char c = *k.at++;

		if (take(&k, c, err) < 0)
			return -1;
		if (r->line > LIMIT_LIST_LINES)
			return err_set(err, ERR_REMOTE_TOO_LARGE,
			    "The list has more lines than are taken.",
			    "more than %d lines", LIMIT_LIST_LINES);
	}
	return k.depth == 0 && k.opened ? 0
					: broken(&k, "an end too early", err);
}
