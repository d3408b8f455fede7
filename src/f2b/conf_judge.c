/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_judge.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "f2b/conf_grammar.h"
#include "f2b/conf_issue.h"
#include "f2b/conf_option.h"
#include "f2b/conf_stream.h"
#include "f2b/run.h"

enum { PATH_SIZE = 320, ENCODING_MAX = 32 };

#define MSG_FAILED "The configuration cannot be tested. The log says why."
#define ENCODING "utf-8" /* of our own files */
#define MSG_ENCODING "There is no such logencoding."

/* fail2ban-regex refuses a filter without a pattern. */
#define ALWAYS "[Definition]\nfailregex = ^x <HOST>$"

struct judge {
	const struct conf_stream *stream;
	const struct run_programs *programs;
	const char *dir;
	char filter[PATH_SIZE], log[PATH_SIZE];
	int64_t deadline_ms;
	struct conf_issues *issues;
	struct error *err;
};

/* --- the filter's file ------------------------------------------------------
 */

/* A pattern so that fail2ban's reader gives the same back: percent signs
 * doubled, and what begins a comment spelled in another way. */
static void
add_pattern(struct buf *b, const char *s)
{
	char before = ' '; /* begins a line */

	for (; *s != '\0'; before = *s++) {
		if (*s == '%')
			buf_add_str(b, "%%");
		else if (*s == '\n' || *s == '\r')
			buf_add_str(b, "\\n");
		else if (before == ' ' && *s == ';')
			buf_add_str(b, "\\x3b");
		else if (before == ' ' && *s == '#')
			buf_add_str(b, "\\x23");
		else
			buf_add_char(b, *s);
	}
}

static void
add_patterns(struct buf *b, const struct str_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->items[i][0] == '\0')
			continue;
		buf_add_str(b, "\n\t");
		add_pattern(b, l->items[i]);
	}
}

static int
write_file(const struct judge *j, const char *path, const struct buf *b)
{
	AUTO(fd_closep)
	int fd = open(
	    path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (buf_check(b, j->err) < 0)
		return -1;
	if (fd < 0 || fd_write_all(fd, buf_str(b), b->len) < 0)
		return err_set(
		    j->err, ERR_INTERNAL, MSG_FAILED, "write %s: %m", path);
	return 0;
}

/* Patterns of the jails from first up to before last, in one file. */
static int
write_filter(const struct judge *j, size_t first, size_t last)
{
	AUTO(buf_release) struct buf b = BUF_INIT(2 * LIMIT_RUN_OUTPUT);

	buf_add_str(&b, ALWAYS);
	for (size_t i = first; i < last; i++)
		add_patterns(&b, &j->stream->jails[i].fail);
	buf_add_str(&b, "\nignoreregex =");
	for (size_t i = first; i < last; i++)
		add_patterns(&b, &j->stream->jails[i].ignore);
	buf_add_char(&b, '\n');
	return write_file(j, j->filter, &b);
}

static int
write_dates(const struct judge *j, const char *pattern)
{
	AUTO(buf_release) struct buf b = BUF_INIT(2 * LIMIT_RUN_OUTPUT);

	buf_add_str(&b, ALWAYS);
	if (pattern != NULL) {
		buf_add_str(&b, "\ndatepattern = ");
		add_pattern(&b, pattern);
		buf_add_char(&b, '\n');
	}
	return write_file(j, j->filter, &b);
}

/* --- the judge --------------------------------------------------------------
 */

/* Behind this word stands what is for people; else there is a traceback. */
#define WORD "ERROR: "

/* What it says of the jail's patterns, or dates. */
static int
quote(const struct judge *j, const struct run_result *r, const char *jail)
{
	struct conf_said said = {.dir = j->dir};

	said.text = strstr(buf_str(&r->out), WORD);
	if (said.text != NULL) {
		said.text += strlen(WORD);
		said.len = strlen(said.text);
	} else {
		said.text = run_result_last_line(r, &said.len);
	}
	return conf_issues_quote(j->issues, CONF_ERROR, jail, &said, j->err);
}

/* 1 it takes what is in the filter's file, 0 not; an issue of the jail, if
 * one is named. */
static int
ask(const struct judge *j, const char *encoding, const char *jail)
{
	const char *args[] = {
	    "--usedns", "no", "-e", encoding, j->log, j->filter};
	const struct run_call call = {.program = RUN_REGEX,
	    .args = args,
	    .n_args = ARRAY_LEN(args),
	    .wall_ms = (int)(j->deadline_ms - time_mono_ms()),
	    .cpu_s = LIMIT_CONF_TEST_CPU_S};
	AUTO(run_result_release) struct run_result r;

	run_result_init(&r);
	if (run(j->programs, &call, &r, j->err) < 0)
		return -1;
	if (r.exit_code == 0)
		return 1;
	if (jail != NULL && quote(j, &r, jail) < 0)
		return -1;
	return 0;
}

static int
ask_about(const struct judge *j, size_t first, size_t last, const char *jail)
{
	if (write_filter(j, first, last) < 0)
		return -1;
	return ask(j, ENCODING, jail);
}

/*
 * All at once. When something is wrong the first jail with a wrong pattern is
 * told: others are told when this one is mended, for every question costs a
 * start of Python.
 */
static int
judge_patterns(const struct judge *j)
{
	size_t first = 0;
	size_t last = j->stream->n;
	int rc = last == 0 ? 1 : ask_about(j, first, last, NULL);

	while (rc == 0 && last - first > 1) {
		size_t middle = first + (last - first) / 2;
		int well = ask_about(j, first, middle, NULL);

		if (well < 0)
			return -1;
		if (well == 1)
			first = middle;
		else
			last = middle;
	}
	if (rc == 0)
		rc = ask_about(j, first, last, j->stream->jails[first].name);
	return rc < 0 ? -1 : 0;
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && str_eq(a, b));
}

/* Another jail before it has the same. */
static bool
is_judged(const struct conf_stream *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_same(
			s->jails[k].date_pattern, s->jails[i].date_pattern) &&
		    is_same(s->jails[k].encoding, s->jails[i].encoding))
			return true;
	return false;
}

static bool
is_encoding(const char *s)
{
	size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return n > 0 && n <= ENCODING_MAX && s[n] == '\0' && s[0] != '-';
}

/* In the table of those that may be written, and so known. */
static bool
is_known(const char *encoding)
{
	return encoding == NULL || encoding[0] == '\0' ||
	       grammar_is_one_of(
		   encoding, conf_option_find("logencoding")->words);
}

static int
judge_reading(const struct judge *j, const struct conf_stream_jail *jail)
{
	bool known = is_known(jail->encoding);

	if (!known && !is_encoding(jail->encoding))
		return conf_issues_add(
		    j->issues, CONF_ERROR, jail->name, MSG_ENCODING, j->err);
	if (known && jail->date_pattern == NULL)
		return 0;
	if (write_dates(j, jail->date_pattern) < 0)
		return -1;
	return ask(j, known ? ENCODING : jail->encoding, jail->name) < 0 ? -1
									 : 0;
}

int
conf_judge(const struct conf_stream *s, const struct run_programs *programs,
    const char *dir, int64_t deadline_ms, struct conf_issues *issues,
    struct error *err)
{
	const struct buf nothing = BUF_INIT(0);
	struct judge j = {.stream = s,
	    .programs = programs,
	    .dir = dir,
	    .deadline_ms = deadline_ms,
	    .issues = issues,
	    .err = err};
	int n = snprintf(j.filter, sizeof j.filter, "%s/judged.conf", dir);

	if (n < 0 || (size_t)n >= sizeof j.filter)
		return err_set(
		    err, ERR_INTERNAL, MSG_FAILED, "%s is too long", dir);
	(void)snprintf(j.log, sizeof j.log, "%s/empty.log", dir);
	if (write_file(&j, j.log, &nothing) < 0 || judge_patterns(&j) < 0)
		return -1;
	for (size_t i = 0; i < s->n; i++)
		if (!is_judged(s, i) && judge_reading(&j, &s->jails[i]) < 0)
			return -1;
	return 0;
}
