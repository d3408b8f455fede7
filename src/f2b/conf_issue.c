/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_issue.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

static void
issue_release(struct conf_issue *i)
{
	free(i->where);
	free(i->text);
}

void
conf_issues_release(struct conf_issues *l)
{
	for (size_t i = 0; i < l->n; i++)
		issue_release(&l->items[i]);
	free(l->items);
	*l = (struct conf_issues)CONF_ISSUES_INIT;
}

int
conf_issues_add(struct conf_issues *l, enum conf_severity severity,
    const char *where, const char *text, struct error *err)
{
	AUTO(issue_release)
	struct conf_issue i = {severity, strdup(where), strdup(text)};

	if (i.where == NULL || i.text == NULL)
		return err_nomem(err);
	if (l->items == NULL) {
		l->items = calloc(LIMIT_CONF_ISSUES, sizeof *l->items);
		if (l->items == NULL)
			return err_nomem(err);
	}
	l->n_errors += severity == CONF_ERROR ? 1 : 0;
	if (l->n < LIMIT_CONF_ISSUES) {
		l->items[l->n++] = i;
		i = (struct conf_issue){0}; /* handed over */
	}
	return 0;
}

/* --- fail2ban's words ----------------------------------------------------- */

static bool
ends_path(char c)
{
	return c == '\0' || strchr(" '\"`,;:()[]{}<>=|", c) != NULL;
}

/* Does a path begin at text + at? */
static bool
begins_path(const char *text, size_t len, size_t at)
{
	return text[at] == '/' && at + 1 < len && !ends_path(text[at + 1]) &&
	       (at == 0 || ends_path(text[at - 1]));
}

/* What is told of the path of n bytes at s: where its telling part begins. */
static size_t
hidden_part(const char *s, size_t n, const char *dir)
{
	size_t below = strlen(dir);
	const char *slash;

	if (below > 0 && n > below + 1 && memcmp(s, dir, below) == 0 &&
	    s[below] == '/')
		return below + 1;
	slash = memrchr(s, '/', n - 1);
	return slash == NULL ? 1 : (size_t)(slash - s) + 1;
}

static void
add_clean(struct buf *out, const char *text, size_t len)
{
	for (size_t at = 0; at < len;) {
		uint32_t cp = 0;
		size_t n = str_utf8_char(text + at, len - at, &cp);

		if (n == 0)
			buf_add_str(out, REPLACEMENT);
		else if (cp < ' ' || cp == 0x7f)
			buf_add_char(out, ' ');
		else
			buf_add(out, text + at, n);
		at += n == 0 ? 1 : n;
	}
}

static void
add_without_paths(
    struct buf *out, const char *text, size_t len, const char *dir)
{
	size_t done = 0;

	for (size_t at = 0; at < len; at++) {
		size_t end = at;

		if (!begins_path(text, len, at))
			continue;
		while (end < len && !ends_path(text[end]))
			end++;
		add_clean(out, text + done, at - done);
		done = at + hidden_part(text + at, end - at, dir);
		at = end - 1;
	}
	add_clean(out, text + done, len - done);
}

int
conf_issues_quote(struct conf_issues *l, enum conf_severity severity,
    const char *where, const struct conf_said *said, struct error *err)
{
	/* every byte could become a replacement */
	AUTO(buf_release)
	struct buf b = BUF_INIT(LIMIT_CONF_ISSUE * sizeof REPLACEMENT);
	const char *text = said->text;
	size_t len = said->len;

	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' '))
		len--;
	add_without_paths(&b, text,
	    len < LIMIT_CONF_ISSUE ? len : LIMIT_CONF_ISSUE, said->dir);
	if (buf_check(&b, err) < 0)
		return -1;
	return conf_issues_add(l, severity, where, buf_str(&b), err);
}

int
conf_issues_of(
    struct conf_issues *l, const struct error *invalid, struct error *err)
{
	for (size_t i = 0; i < invalid->n_fields; i++)
		if (conf_issues_add(l, CONF_ERROR, invalid->fields[i].name,
			invalid->fields[i].message, err) < 0)
			return -1;
	return 0;
}
