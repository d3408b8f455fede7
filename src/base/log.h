/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operator's log: one JSON object a line, on stderr or syslog, with the
 * leading keys ts, level, event, client, request_id in that order. Whatever
 * bytes a value holds, one event is one line: control characters, DEL,
 * U+2028/9 and invalid UTF-8 are escaped. A line over LIMIT_LOG_LINE is cut
 * and says so. If stderr would block, the line is dropped and counted, and
 * the next line that gets through says how many were, in `dropped`.
 *
 * Never pass a password, token, cookie, set-up code hash or request body.
 */
#ifndef BANGUI_BASE_LOG_H
#define BANGUI_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"

struct error;

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
	LOG_LEVEL__MAX
};
enum log_target { LOG_TARGET_STDERR, LOG_TARGET_SYSLOG, LOG_TARGET__MAX };

/** "error", "warning", "info", "debug"; "stderr", "syslog". */
NODISCARD bool log_level_parse(const char *s, enum log_level *out);
NODISCARD bool log_target_parse(const char *s, enum log_target *out);

/** Process-wide; called once by main. ident is for syslog, not copied. */
void log_open(const char *ident, enum log_target target, enum log_level level);

/** Whose request the following lines belong to; copied, NULL for none. */
void log_context(const char *client, const char *request_id);

/* A line under construction: begin, add fields, end. Lives on the stack. */
struct log_line {
	bool wanted; /* level is on */
	bool cut;
	int priority;
	size_t len;
	char text[LIMIT_LOG_LINE];
};

/** Start a line with the leading keys; event is a name_of_words. */
void log_begin(struct log_line *l, enum log_level level, const char *event);
/** Add a field; a key is a literal, a NULL text becomes null. */
void log_str(struct log_line *l, const char *key, const char *value);
void log_str_n(
    struct log_line *l, const char *key, const char *value, size_t len);
void log_i64(struct log_line *l, const char *key, int64_t value);
void log_bool(struct log_line *l, const char *key, bool value);
/** Finish and write it; l may be begun again. */
void log_end(struct log_line *l);

/** One line with one field `detail`, built by printf. */
void log_event(enum log_level level, const char *event, const char *fmt, ...)
    PRINTF(3, 4);

/** The fields code, where, detail of an error, for its one log line. */
void log_error_fields(struct log_line *l, const struct error *err);

#endif
