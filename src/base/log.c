/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"

#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/error.h"
#include "base/str.h"
#include "base/time.h"

/* What log_end() appends at most, so that a full line still ends well. */
#define TAIL_MAX ",\"cut\":true,\"dropped\":18446744073709551615}\n"

enum { CLIENT_SIZE = 64 }; /* an address, see ADDR_TEXT_SIZE */

static const char *const LEVEL_NAMES[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARNING] = "warning",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};
_Static_assert(ARRAY_LEN(LEVEL_NAMES) == LOG_LEVEL__MAX, "one name a level");

static const int PRIORITIES[] = {
    [LOG_LEVEL_ERROR] = LOG_ERR,
    [LOG_LEVEL_WARNING] = LOG_WARNING,
    [LOG_LEVEL_INFO] = LOG_INFO,
    [LOG_LEVEL_DEBUG] = LOG_DEBUG,
};
_Static_assert(ARRAY_LEN(PRIORITIES) == LOG_LEVEL__MAX, "one a level");

/* The one global of the program: a log line must be possible anywhere. */
static struct {
	enum log_target target;
	enum log_level level;
	size_t line_max; /* bytes of one line, with its end */
	size_t dropped;  /* lines since the last that got through */
	char client[CLIENT_SIZE];
	char request_id[LIMIT_REQUEST_ID + 1];
} state = {.level = LOG_LEVEL_INFO, .line_max = LIMIT_LOG_LINE};

bool
log_level_parse(const char *s, enum log_level *out)
{
	for (int i = 0; i < LOG_LEVEL__MAX; i++) {
		if (!str_eq(s, LEVEL_NAMES[i]))
			continue;
		*out = (enum log_level)i;
		return true;
	}
	return false;
}

bool
log_target_parse(const char *s, enum log_target *out)
{
	bool to_syslog = str_eq(s, "syslog");

	if (!to_syslog && !str_eq(s, "stderr"))
		return false;
	*out = to_syslog ? LOG_TARGET_SYSLOG : LOG_TARGET_STDERR;
	return true;
}

void
log_open(const char *ident, enum log_target target, enum log_level level)
{
	struct stat st;

	state.target = target;
	state.level = level;
	state.line_max = LIMIT_LOG_LINE;
	if (target == LOG_TARGET_SYSLOG)
		openlog(ident, LOG_PID, LOG_DAEMON);
	/* Workers share a pipe: only writes up to PIPE_BUF never mix with
	 * others' and never block once poll() has said that there is room. */
	else if (fstat(STDERR_FILENO, &st) == 0 && S_ISFIFO(st.st_mode))
		state.line_max = PIPE_BUF;
}

void
log_context(const char *client, const char *request_id)
{
	/* both are ours and short; a longer one is cut, for reading only */
	(void)snprintf(state.client, sizeof state.client, "%s",
	    client == NULL ? "" : client);
	(void)snprintf(state.request_id, sizeof state.request_id, "%s",
	    request_id == NULL ? "" : request_id);
}

/* All n bytes, or nothing and the line is cut there: whatever was added
 * before stays whole. tail is what must still fit behind them. */
static bool
put(struct log_line *l, const char *s, size_t n, size_t tail)
{
	if (n + tail + sizeof TAIL_MAX > state.line_max - l->len) {
		l->cut = true;
		return false;
	}
	memcpy(l->text + l->len, s, n);
	l->len += n;
	return true;
}

static bool
must_escape(uint32_t cp)
{
	/* C0, DEL, C1; U+2028/9 end lines for some readers, and they stand
	 * among the direction overrides, which reorder what a terminal shows */
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) ||
	       (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

/* One character or one invalid byte at s; returns how many bytes it took. */
static size_t
put_char(struct log_line *l, const char *s, size_t len)
{
	char esc[sizeof("\\u2028")];
	uint32_t cp = 0;
	size_t n = str_utf8_char(s, len, &cp);
	int esc_len;

	if (n == 0) /* reads as \xff once the JSON is decoded */
		esc_len =
		    snprintf(esc, sizeof esc, "\\\\x%02x", (unsigned char)s[0]);
	else if (cp == '"' || cp == '\\')
		esc_len = snprintf(esc, sizeof esc, "\\%c", (char)cp);
	else if (must_escape(cp))
		esc_len = snprintf(esc, sizeof esc, "\\u%04x", cp);
	else {
		(void)put(l, s, n, 1);
		return n;
	}
	(void)put(l, esc, (size_t)esc_len, 1);
	return n == 0 ? 1 : n;
}

/* A JSON string; cut at a character when the line is full. Room for the
 * closing quote is kept by the tail of each put(). */
static void
put_string(struct log_line *l, const char *s, size_t len)
{
	if (!put(l, "\"", 1, 1))
		return;
	for (size_t i = 0; i < len && !l->cut;)
		i += put_char(l, s + i, len - i);
	l->text[l->len++] = '"';
}

/* `,"key":` when a value of at least value_len bytes fits behind it. */
static bool
put_key(struct log_line *l, const char *key, size_t value_len)
{
	size_t len = strlen(key);
	size_t start = l->len;

	if (!l->wanted || l->cut)
		return false;
	if (put(l, ",\"", 2, 0) && put(l, key, len, 0) &&
	    put(l, "\":", 2, value_len))
		return true;
	l->len = start;
	return false;
}

static void
put_literal(struct log_line *l, const char *key, const char *value)
{
	size_t len = strlen(value);

	if (put_key(l, key, len))
		(void)put(l, value, len, 0); /* put_key() saw that it fits */
}

void
log_begin(struct log_line *l, enum log_level level, const char *event)
{
	char ts[TIME_RFC3339_SIZE];

	l->wanted = level <= state.level;
	l->cut = false;
	l->priority = PRIORITIES[level];
	l->len = 0;
	if (!l->wanted)
		return;
	time_format_ms(time_now_ms(), ts);
	l->len = (size_t)snprintf(l->text, sizeof l->text,
	    "{\"ts\":\"%s\",\"level\":\"%s\"", ts, LEVEL_NAMES[level]);
	log_str(l, "event", event);
	log_str(l, "client", state.client[0] == '\0' ? NULL : state.client);
	log_str(l, "request_id",
	    state.request_id[0] == '\0' ? NULL : state.request_id);
}

void
log_str(struct log_line *l, const char *key, const char *value)
{
	log_str_n(l, key, value, value == NULL ? 0 : strlen(value));
}

void
log_str_n(struct log_line *l, const char *key, const char *value, size_t len)
{
	if (value == NULL)
		put_literal(l, key, "null");
	else if (put_key(l, key, 2))
		put_string(l, value, len);
}

void
log_i64(struct log_line *l, const char *key, int64_t value)
{
	char text[sizeof("-9223372036854775808")];

	(void)snprintf(text, sizeof text, "%lld", (long long)value);
	put_literal(l, key, text);
}

void
log_bool(struct log_line *l, const char *key, bool value)
{
	put_literal(l, key, value ? "true" : "false");
}

/* One write(2), and only when it does not block: a request never waits for
 * whoever reads the log. */
static bool
write_line(const char *text, size_t len)
{
	struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0 &&
	       write(STDERR_FILENO, text, len) == (ssize_t)len;
}

static void
add_tail(struct log_line *l)
{
	char dropped[sizeof TAIL_MAX] = "";

	if (state.dropped > 0)
		(void)snprintf(
		    dropped, sizeof dropped, ",\"dropped\":%zu", state.dropped);
	/* fits: put() has kept sizeof TAIL_MAX free */
	l->len += (size_t)snprintf(l->text + l->len, sizeof TAIL_MAX, "%s%s}\n",
	    l->cut ? ",\"cut\":true" : "", dropped);
}

void
log_end(struct log_line *l)
{
	if (!l->wanted)
		return;
	add_tail(l);
	if (state.target == LOG_TARGET_SYSLOG) /* which adds the line end */
		syslog(l->priority, "%.*s", (int)l->len - 1, l->text);
	else if (write_line(l->text, l->len))
		state.dropped = 0;
	else
		state.dropped++;
}

void
log_event(enum log_level level, const char *event, const char *fmt, ...)
{
	struct log_line l;
	char detail[LIMIT_LOG_LINE]; /* more would be cut from the line */
	va_list args;

	log_begin(&l, level, event);
	if (!l.wanted)
		return;
	va_start(args, fmt);
	(void)vsnprintf(detail, sizeof detail, fmt, args);
	va_end(args);
	log_str(&l, "detail", detail);
	log_end(&l);
}

void
log_error_fields(struct log_line *l, const struct error *err)
{
	log_str(l, "code", err_name(err->code));
	log_str(l, "where", err->where);
	log_str(l, "detail", err->detail);
}
