/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why somebody was banned: the matched lines out of what fail2ban wrote of a
 * ban. It is JSON as a rule, but may be cut, broken, or hold bytes of no
 * text: what can be read is. All of it was written by attackers.
 */
#ifndef BANGUI_SERVICE_BAN_EVIDENCE_H
#define BANGUI_SERVICE_BAN_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct error;

/* One matched line, borrowed for the call; len bytes of UTF-8, in which there
 * may be control characters, also NUL. */
struct ban_match {
	const char *text;
	size_t text_len;
	const char
	    *time; /* the part of it that fail2ban took for its date ... */
	size_t time_len; /* ... where it tells: 0 else */
	bool escaped;    /* bytes that are no UTF-8 are written \xNN */
	bool truncated;  /* it was longer */
};

struct ban_evidence {
	int64_t matches; /* all lines that are there */
	bool whole;      /* right to its end; else there may have been more */
};

typedef int ban_match_each(
    void *ctx, const struct ban_match *m, struct error *err);

/**
 * The first LIMIT_MATCHES lines of data, each given to each(); of each, the
 * first LIMIT_MATCH_TEXT bytes.
 *
 * ERR_NOMEM; each()'s own.
 */
NODISCARD int ban_evidence_matches(const char *data, size_t len,
    ban_match_each *each, void *ctx, struct ban_evidence *out,
    struct error *err);

#endif
