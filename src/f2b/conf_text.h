/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text of one of our own .local files, there and back. fail2ban's reader
 * is generous: it takes ':' for '=', continues a value over blank lines, drops
 * lines of a value that begin with '#', ends a line at " ;", and trims every
 * kind of blank that Unicode has. This one takes only texts that both read in
 * the same way, so that what was checked is what fail2ban will see. Knows no
 * option; see f2b/conf_option.h.
 *
 *	# a comment is a line of its own, not inside a value
 *	[section]
 *	empty =
 *	name = value
 *		and more lines of it, indented
 */
#ifndef BANGUI_F2B_CONF_TEXT_H
#define BANGUI_F2B_CONF_TEXT_H

#include <stddef.h>

#include "base/macros.h"

struct buf;
struct error;

struct conf_entry {
	char *section;
	char *name;  /* lower case: fail2ban does not tell cases apart */
	char *value; /* lines joined by '\n', each trimmed; "" for none */
};

struct conf_text {
	struct conf_entry *items; /* in the order of the file */
	size_t n;
	size_t cap;
};

#define CONF_TEXT_INIT                                                         \
	{                                                                      \
		0                                                              \
	}

void conf_text_release(struct conf_text *t);

/**
 * Read a whole file into out, which is empty.
 *
 * field  what the text is called in errors: "FIELD.line 7"
 *
 * ERR_INVALID: a line that is none of those above, or whose bytes or blanks
 * are read in more than one way; a section that comes twice or is empty, an
 * option that comes twice; more than LIMIT_CONF_OPTIONS, LIMIT_CONF_LINES of a
 * value or LIMIT_CONF_LINE bytes; no line end at the end.
 */
NODISCARD int conf_text_parse(const char *text, size_t len, const char *field,
    struct conf_text *out, struct error *err);

/** Write it, without comments: conf_text_parse() reads the same again. */
void conf_text_write(const struct conf_text *t, struct buf *out);

/** The entry of that name in that section, or NULL. */
const struct conf_entry *conf_text_find(
    const struct conf_text *t, const char *section, const char *name);

#endif
