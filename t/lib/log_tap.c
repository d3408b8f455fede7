/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/log_tap.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "t/lib/unit.h"

void
log_tap_start(struct log_tap *t)
{
	char path[] = "/tmp/bangui-test-tap.XXXXXX";

	t->len = 0;
	t->file = mkstemp(path);
	assert_true(t->file >= 0);
	assert_int_equal(unlink(path), 0);
	t->saved = dup(STDERR_FILENO);
	assert_true(t->saved >= 0);
	assert_int_equal(dup2(t->file, STDERR_FILENO), STDERR_FILENO);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
}

void
log_tap_stop(struct log_tap *t)
{
	ssize_t n;

	assert_int_equal(dup2(t->saved, STDERR_FILENO), STDERR_FILENO);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	n = pread(t->file, t->text, sizeof t->text - 1, 0);
	assert_true(n >= 0);
	t->len = (size_t)n;
	t->text[t->len] = '\0';
	assert_int_equal(close(t->saved), 0);
	assert_int_equal(close(t->file), 0);
}

/* The next line from at on that holds text, or NULL; *end is behind it. */
static const char *
find_line(const char *at, const char *text, const char **end)
{
	const char *hit = strstr(at, text);
	const char *start = hit;

	if (hit == NULL)
		return NULL;
	while (start > at && start[-1] != '\n')
		start--;
	*end = strchr(hit, '\n');
	if (*end == NULL)
		*end = hit + strlen(hit);
	return start;
}

size_t
log_tap_count(const struct log_tap *t, const char *text)
{
	const char *at = t->text;
	size_t n = 0;

	while (find_line(at, text, &at) != NULL)
		n++;
	return n;
}

bool
log_tap_once(const struct log_tap *t, const char *a, const char *b)
{
	const char *end = NULL;
	const char *line = find_line(t->text, a, &end);
	const char *hit = line != NULL ? strstr(line, b) : NULL;

	return hit != NULL && hit < end && log_tap_count(t, a) == 1;
}
