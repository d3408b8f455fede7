/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is logged to stderr while a test taps it. */
#ifndef BANGUI_T_LIB_LOG_TAP_H
#define BANGUI_T_LIB_LOG_TAP_H

#include <stdbool.h>
#include <stddef.h>

enum { LOG_TAP_MAX = 256 * 1024 };

struct log_tap {
	int saved, file;
	size_t len;
	char text[LOG_TAP_MAX];
};

/** From now on stderr goes to t; the level of the log becomes info. */
void log_tap_start(struct log_tap *t);
/** stderr is as before, and t->text holds what was written meanwhile. */
void log_tap_stop(struct log_tap *t);

/** How many lines hold the text? */
size_t log_tap_count(const struct log_tap *t, const char *text);
/** Is there exactly one line with the text a, and does it hold b too? */
bool log_tap_once(const struct log_tap *t, const char *a, const char *b);

#endif
