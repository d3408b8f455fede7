/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The ends of logs, by lines: fail2ban's own, and those that its jails read.
 * Which files these are, fail2ban itself says; see f2b/tail.h.
 */
#ifndef BANGUI_SERVICE_LOGS_H
#define BANGUI_SERVICE_LOGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/macros.h"

struct app;
struct error;

/* As fail2ban writes them, the most talkative first. */
enum logs_level {
	LOGS_NONE, /* the line has none, and no line before it had */
	LOGS_HEAVYDEBUG,
	LOGS_TRACEDEBUG,
	LOGS_DEBUG,
	LOGS_INFO,
	LOGS_NOTICE,
	LOGS_WARNING,
	LOGS_ERROR,
	LOGS_CRITICAL,
	LOGS_LEVEL__MAX
};

const char *logs_level_name(enum logs_level level); /* "NOTICE"; or NULL */

struct logs_ask {
	const char *path;      /* NULL: fail2ban's own log */
	size_t lines;          /* the last 1 ... LIMIT_LOG_LINES of those ... */
	enum logs_level least; /* ... as bad as this, LOGS_NONE: all */
	const char *q;         /* ... that hold this, in any case; NULL: all */
};

struct logs_line {
	const char *text; /* into logs.text: any bytes */
	size_t len;
	enum logs_level level;
	bool cut; /* it was longer than LIMIT_LOG_LINE */
};

struct logs {
	struct buf text; /* what was read */
	struct logs_line *lines;
	size_t n;
	size_t matched; /* lines that fit, out of what was read */
	bool truncated; /* there may be older ones that nobody looked at */
};

#define LOGS_INIT                                                              \
	{                                                                      \
		.text = BUF_INIT(LIMIT_TAIL_BYTES), .n = 0                     \
	}

void logs_release(struct logs *l);

/** Pick the lines out of l->text. ERR_NOMEM. */
NODISCARD int logs_pick(
    struct logs *l, const struct logs_ask *ask, struct error *err);

/** Read the last LIMIT_TAIL_BYTES of the log and pick. Errors as of
 * f2b_log_tail(). */
NODISCARD int logs_read(struct app *app, const struct logs_ask *ask,
    struct logs *out, struct error *err);

#endif
