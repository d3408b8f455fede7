/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/logs/logs.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "f2b/cmd_conf.h"
#include "service/app.h"

static const char *const LEVELS[] = {
    [LOGS_NONE] = NULL,
    [LOGS_HEAVYDEBUG] = "HEAVYDEBUG",
    [LOGS_TRACEDEBUG] = "TRACEDEBUG",
    [LOGS_DEBUG] = "DEBUG",
    [LOGS_INFO] = "INFO",
    [LOGS_NOTICE] = "NOTICE",
    [LOGS_WARNING] = "WARNING",
    [LOGS_ERROR] = "ERROR",
    [LOGS_CRITICAL] = "CRITICAL",
};
_Static_assert(ARRAY_LEN(LEVELS) == LOGS_LEVEL__MAX, "a name a level");

const char *
logs_level_name(enum logs_level level)
{
	return LEVELS[level];
}

void
logs_release(struct logs *l)
{
	buf_release(&l->text);
	free(l->lines);
	l->lines = NULL;
	l->n = 0;
}

/* "2026-11-24 17:25:50,123 fail2ban.filter         [714]: INFO    [sshd] ..."
 * What others wrote comes behind that, so it cannot pretend to be a level. */
static enum logs_level
level_of(const char *s, size_t len)
{
	static const char HEAD[] = "9999-99-99 99:99:99,999 fail2ban";
	const size_t head = sizeof HEAD - 1;
	const char *at;

	if (len <= head)
		return LOGS_NONE;
	for (size_t i = 0; i < head; i++)
		if (HEAD[i] == '9' ? !isdigit((unsigned char)s[i])
				   : s[i] != HEAD[i])
			return LOGS_NONE;
	at = memmem(s + head, len - head, "]: ", 3);
	if (at == NULL)
		return LOGS_NONE;
	at += 3;
	len -= (size_t)(at - s);
	for (size_t i = LOGS_NONE + 1; i < ARRAY_LEN(LEVELS); i++) {
		size_t n = strlen(LEVELS[i]);

		if (len > n && memcmp(at, LEVELS[i], n) == 0 && at[n] == ' ')
			return (enum logs_level)i;
	}
	return LOGS_NONE;
}

static bool
holds(const struct logs_line *line, const char *q)
{
	size_t n = q == NULL ? 0 : strlen(q);

	for (size_t i = 0; i + n <= line->len; i++)
		if (n == 0 || strncasecmp(line->text + i, q, n) == 0)
			return true;
	return false;
}

/* The next line of l->text, of what begins at *at. A line without a level
 * belongs to the one before it, like those of a Python traceback. */
static bool
next_line(const struct logs *l, size_t *at, struct logs_line *line)
{
	const char *s = buf_str(&l->text) + *at;
	size_t left = l->text.len - *at;
	const char *end = left == 0 ? NULL : memchr(s, '\n', left);
	enum logs_level level;

	if (left == 0)
		return false;
	line->text = s;
	line->len = end == NULL ? left : (size_t)(end - s);
	*at += line->len + (end == NULL ? 0 : 1);
	level = level_of(s, line->len);
	if (level != LOGS_NONE)
		line->level = level;
	return true;
}

/* Not through the middle of a character. */
static void
shorten(struct logs_line *line)
{
	if (line->len <= LIMIT_LOG_LINE)
		return;
	line->cut = true;
	line->len = LIMIT_LOG_LINE;
	while (line->len > 0 && (line->text[line->len] & 0xc0) == 0x80)
		line->len--;
}

static size_t
count(const struct logs *l, const struct logs_ask *ask)
{
	struct logs_line line = {.level = LOGS_NONE};
	size_t at = 0, n = 0;

	while (next_line(l, &at, &line))
		n += line.level >= ask->least && holds(&line, ask->q);
	return n;
}

int
logs_pick(struct logs *l, const struct logs_ask *ask, struct error *err)
{
	struct logs_line line = {.level = LOGS_NONE};
	size_t matched = count(l, ask);
	size_t n = matched > ask->lines ? ask->lines : matched;
	size_t skip = matched - n;
	size_t at = 0;
	struct logs_line *lines = calloc(n == 0 ? 1 : n, sizeof *lines);

	if (lines == NULL)
		return err_nomem(err);
	free(l->lines);
	l->lines = lines;
	l->n = 0;
	l->matched = matched;
	/* the end of a bigger file has nearly all the bytes asked for, but
	 * the part of a line */
	l->truncated =
	    skip > 0 || l->text.len > LIMIT_TAIL_BYTES - LIMIT_LOG_LINE;
	while (l->n < n && next_line(l, &at, &line)) {
		if (line.level < ask->least || !holds(&line, ask->q))
			continue;
		if (skip > 0) {
			skip--;
			continue;
		}
		lines[l->n] = line;
		shorten(&lines[l->n++]);
	}
	return 0;
}

int
logs_read(struct app *app, const struct logs_ask *ask, struct logs *out,
    struct error *err)
{
	const char *which = ask->path == NULL ? TAIL_OWN : ask->path;

	if (f2b_log_tail(app->f2b, which, LIMIT_TAIL_BYTES, &out->text, err) <
	    0)
		return -1;
	return logs_pick(out, ask, err);
}
