/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command stream that fail2ban-client makes of a configuration, as its
 * option -d prints it: one Python list a line. A reload sends it in one
 * request, and the first command that fails ends it with every jail removed
 * and every ban lifted: so what the server would refuse is looked for here,
 * before. Source: fail2ban/server/transmitter.py of 1.0.2.
 */
#ifndef BANGUI_F2B_CONF_STREAM_H
#define BANGUI_F2B_CONF_STREAM_H

#include <stddef.h>

#include "base/macros.h"
#include "base/str.h"

struct buf;
struct conf_issues;
struct error;

/* What of one jail is left to fail2ban-regex. */
struct conf_stream_jail {
	char *name;
	struct str_list fail, ignore;  /* patterns; prefregex is in ignore */
	char *date_pattern, *encoding; /* NULL: not set */
};

struct conf_stream {
	struct conf_stream_jail *jails;
	size_t n, cap;
	struct str_list started; /* names, sorted */
};

#define CONF_STREAM_INIT                                                       \
	{                                                                      \
		0                                                              \
	}

void conf_stream_release(struct conf_stream *s);

/**
 * The words of one line; lists in the list are levelled, and what is no text
 * is as Python spells it. 1 they are in words; 0 it is no list; -1 ERR_NOMEM.
 */
NODISCARD int conf_stream_words(
    const char *line, size_t len, struct str_list *words, struct error *err);

/**
 * Read a whole stream into out, which is empty, and add an issue for each
 * command that the server would refuse.
 *
 * only  a jail: nothing of others is kept or looked at but that they start;
 *       NULL: all are
 */
NODISCARD int conf_stream_read(const struct buf *text, const char *only,
    struct conf_stream *out, struct conf_issues *issues, struct error *err);

#endif
