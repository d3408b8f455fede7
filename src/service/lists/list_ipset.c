/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What `ipset save` and `nft list set` print. Of ipset an entry is the word
 * behind the set's name; of nft all in the braces behind "elements =" or "add
 * element ... ".
 */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "service/lists/list_reader.h"

enum { BEHIND_ADD = 2 }; /* add SET ENTRY */

struct scan {
	struct list_reader *r;
	bool elements; /* the next brace holds them */
	bool inside;   /* of it */
	bool wanted;   /* inside: the next word is an entry; what follows it up
			* to the comma is said of it */
	int n_word;    /* of the line, from 0 */
	bool add;      /* the line began with add or -A */
};

static bool
is_word(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && memcmp(s, word, len) == 0;
}

static int
take_word(struct scan *k, const char *s, size_t len, struct error *err)
{
	int at = k->n_word++;

	if (k->inside) {
		if (!k->wanted)
			return 0;
		k->wanted = false;
		return list_reader_take(k->r, s, len, err);
	}
	if (is_word(s, len, "elements") || is_word(s, len, "element"))
		k->elements = true;
	if (at == 0)
		k->add = is_word(s, len, "add") || is_word(s, len, "-A");
	if (!k->add || k->elements || at != BEHIND_ADD)
		return 0;
	return list_reader_take(k->r, s, len, err);
}

static void
take_mark(struct scan *k, char c)
{
	if (c == '\n') {
		k->r->line++;
		k->n_word = 0;
		k->add = false;
	} else if (c == '{' && k->elements) {
		k->elements = false;
		k->inside = true;
		k->wanted = true;
	} else if (c == '}') {
		k->inside = false;
	} else if (c == ',') {
		k->wanted = true;
	}
}

/* A comment goes up to the end of its line. */
static size_t
comment_len(const char *s, size_t len)
{
	const char *end;

	if (len == 0 || *s != '#')
		return 0;
	end = memchr(s, '\n', len);
	return end == NULL ? len : (size_t)(end - s);
}

int
list_ipset_read(
    struct list_reader *r, const char *text, size_t len, struct error *err)
{
	struct scan k = {.r = r};
	size_t i = 0;

	while (i < len) {
		size_t n = list_word(text + i, len - i, "{},#");

		if (r->line > LIMIT_LIST_LINES)
			return err_set(err, ERR_REMOTE_TOO_LARGE,
			    "The list has more lines than are taken.",
			    "more than %d lines", LIMIT_LIST_LINES);
		if (n > 0 && take_word(&k, text + i, n, err) < 0)
			return -1;
		i += n;
		i += comment_len(text + i, len - i);
		if (i < len)
			take_mark(&k, text[i++]);
	}
	return 0;
}
