/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "f2b/conf_grammar.h"
#include "f2b/conf_issue.h"

static void
jail_release(struct conf_stream_jail *j)
{
	free(j->name);
	str_list_release(&j->fail);
	str_list_release(&j->ignore);
	free(j->date_pattern);
	free(j->encoding);
}

void
conf_stream_release(struct conf_stream *s)
{
	for (size_t i = 0; i < s->n; i++)
		jail_release(&s->jails[i]);
	free(s->jails);
	str_list_release(&s->started);
	*s = (struct conf_stream)CONF_STREAM_INIT;
}

/* --- what the server takes -------------------------------------------------
 */

static bool
is_count(const char *s)
{
	return grammar_is_integer(s, 0, INT32_MAX);
}

static bool
is_count_of_lines(const char *s)
{
	return grammar_is_integer(s, 1, INT32_MAX);
}

/* A unit of fail2ban's durations: how long it is, or 0. */
static size_t
unit_len(const char *s)
{
	static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyz";
	static const char UNITS[] =
	    "s ss sec secs second seconds m mm min mins minute minutes "
	    "h hh hou hour hours d dd day days w ww week weeks "
	    "mo mon month months y yy year years";
	char word[sizeof "minutes"];
	size_t n = strspn(s, LETTERS);

	return str_copy_n(word, sizeof word, s, n) && n > 0 &&
		       grammar_is_one_of(word, UNITS)
		   ? n
		   : 0;
}

/*
 * "600", "-1", "1h 30m", "10 * 60": what it evaluates without an error. Others
 * may be right, too, but nobody could know without evaluating them.
 * Source: fail2ban/server/mytime.py.
 */
static bool
is_duration(const char *s)
{
	static const char DIGITS[] = "0123456789";

	if (str_eq(s, "-1"))
		return true;
	for (bool more = true; more;) {
		size_t n = strspn(s, DIGITS);

		if (n == 0 || n > 12 || (s[0] == '0' && n > 1))
			return false;
		s += n;
		if (s[0] == '.' && strspn(s + 1, DIGITS) > 0)
			s += 1 + strspn(s + 1, DIGITS);
		s += strspn(s, " ");
		n = unit_len(s);
		s += n;
		s += strspn(s, " ");
		more = *s != '\0';
		if (more && n == 0 && *s++ != '*')
			return false;
		s += strspn(s, " ");
	}
	return true;
}

static bool
is_number(const char *s)
{
	return grammar_is_decimal(s, INT32_MAX) || grammar_is_integer(s, 0, 0);
}

static bool
is_backend(const char *s)
{
	return grammar_is_one_of(s, "auto polling pyinotify systemd gamin");
}

static bool
is_log_level(const char *s)
{
	return is_count(s) ||
	       grammar_is_one_of(s,
		   "CRITICAL ERROR WARNING NOTICE INFO MSG DEBUG TRACEDEBUG "
		   "HEAVYDEBUG critical error warning notice info debug");
}

/* Its mask, if it has one, is a length or a dotted quad. */
static bool
is_ignorable(const char *s)
{
	const char *slash = strchr(s, '/');
	struct addr a;

	return slash == NULL || str_starts(s, "file:") ||
	       grammar_is_integer(slash + 1, 0, 128) ||
	       addr_parse(slash + 1, strlen(slash + 1), &a);
}

static bool
is_plain_file(const char *path)
{
	struct stat st;

	/* what we may not look at, fail2ban, which has all rights, may */
	return stat(path, &st) < 0 ? errno == EACCES : S_ISREG(st.st_mode);
}

static const struct rule {
	const char *option;
	bool (*takes)(const char *value);
	bool all; /* each further word, not only the first */
	const char *message;
} RULES[] = {
    {"maxretry",        is_count,          false, "maxretry is no number."         },
    {"maxmatches",      is_count,          false, "maxmatches is no number."       },
    {"maxlines",        is_count_of_lines, false, "maxlines is no number."         },
    {"dbmaxmatches",    is_count,          false, "dbmaxmatches is no number."     },
    {"findtime",        is_duration,       false, "findtime is no duration."       },
    {"bantime",         is_duration,       false, "bantime is no duration."        },
    {"bantime.maxtime", is_duration,       false, "bantime.maxtime is no duration."},
    {"bantime.rndtime", is_duration,       false, "bantime.rndtime is no duration."},
    {"dbpurgeage",      is_duration,       false, "dbpurgeage is no duration."     },
    {"bantime.factor",  is_number,         false, "bantime.factor is no number."   },
    {"loglevel",        is_log_level,      false, "There is no such loglevel."     },
    {"addignoreip",     is_ignorable,      true,
     "ignoreip holds a network whose mask is none."                                },
    {"addlogpath",      is_plain_file,     false,
     "logpath names something that is no plain file."                              },
};

/* --- commands --------------------------------------------------------------
 */

struct reading {
	const char *only; /* a jail, or NULL */
	struct conf_stream *out;
	struct conf_issues *issues;
	struct error *err;
};

static bool
is_asked_for(const struct reading *r, const char *jail)
{
	return r->only == NULL || str_eq(r->only, jail);
}

static int
complain(const struct reading *r, const char *jail, const char *message)
{
	return conf_issues_add(r->issues, CONF_ERROR, jail, message, r->err);
}

/* The options of one command, from the first value on. */
static int
check_option(const struct reading *r, const char *jail, const char *option,
    char *const *values, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(RULES); i++) {
		const struct rule *rule = &RULES[i];

		if (!str_eq(rule->option, option))
			continue;
		for (size_t k = 0; k < (rule->all ? n : 1); k++)
			if (!rule->takes(values[k]))
				return complain(r, jail, rule->message);
	}
	return 0;
}

static struct conf_stream_jail *
last_jail(const struct reading *r, const char *name)
{
	struct conf_stream *s = r->out;

	/* all of a jail stands together, after it was added */
	return s->n > 0 && str_eq(s->jails[s->n - 1].name, name)
		   ? &s->jails[s->n - 1]
		   : NULL;
}

static int
add_jail(const struct reading *r, const char *name)
{
	struct conf_stream *s = r->out;

	if (s->n == s->cap) {
		size_t cap = s->cap == 0 ? 16 : s->cap * 2;
		struct conf_stream_jail *jails =
		    reallocarray(s->jails, cap, sizeof *jails);

		if (jails == NULL)
			return err_nomem(r->err);
		s->jails = jails;
		s->cap = cap;
	}
	s->jails[s->n] = (struct conf_stream_jail){.name = strdup(name)};
	if (s->jails[s->n].name == NULL)
		return err_nomem(r->err);
	s->n++;
	return 0;
}

static int
keep_text(char **into, const char *text, struct error *err)
{
	free(*into);
	*into = strdup(text);
	return *into == NULL ? err_nomem(err) : 0;
}

/* Patterns, and how lines are read, are for fail2ban-regex to judge. */
static int
keep(const struct reading *r, struct conf_stream_jail *j, const char *option,
    char *const *values, size_t n)
{
	struct str_list *into = NULL;

	if (str_eq(option, "datepattern"))
		return keep_text(&j->date_pattern, values[0], r->err);
	if (str_eq(option, "logencoding"))
		return keep_text(&j->encoding, values[0], r->err);
	if (str_eq(option, "addfailregex"))
		into = &j->fail;
	if (str_eq(option, "addignoreregex") || str_eq(option, "prefregex"))
		into = &j->ignore;
	for (size_t i = 0; into != NULL && i < n; i++)
		if (str_list_add(into, values[i], strlen(values[i]), r->err) <
		    0)
			return -1;
	return 0;
}

static int
take_set(const struct reading *r, char *const *w, size_t n)
{
	struct conf_stream_jail *j;

	if (n == 3) /* of the server */
		return check_option(r, "", w[1], w + 2, 1);
	if (n < 4)
		return 0;
	if (!is_asked_for(r, w[1]))
		return 0;
	j = last_jail(r, w[1]);
	if (j == NULL)
		return complain(r, w[1], "fail2ban does not begin this jail.");
	if (check_option(r, w[1], w[2], w + 3, n - 3) < 0)
		return -1;
	return keep(r, j, w[2], w + 3, n - 3);
}

/* "Jail 'x' skipped, because of wrong configuration: ..." */
static int
take_config_error(const struct reading *r, const char *text)
{
	const char *name = strchr(text, '\'');
	const char *end = name == NULL ? NULL : strchr(name + 1, '\'');
	AUTO(str_freep)
	char *jail = end == NULL ? strdup("")
				 : strndup(name + 1, (size_t)(end - name) - 1);

	if (jail == NULL)
		return err_nomem(r->err);
	if (jail[0] != '\0' && !is_asked_for(r, jail))
		return 0;
	return conf_issues_quote(r->issues, CONF_ERROR, jail,
	    &(struct conf_said){text, strlen(text), ""}, r->err);
}

static int
take_add(const struct reading *r, const char *jail, const char *backend)
{
	if (!is_asked_for(r, jail))
		return 0;
	if (add_jail(r, jail) < 0)
		return -1;
	return is_backend(backend)
		   ? 0
		   : complain(r, jail, "There is no such backend.");
}

static int
take_command(const struct reading *r, char *const *w, size_t n)
{
	if (n >= 3 && str_eq(w[0], "add"))
		return take_add(r, w[1], w[2]);
	if (n >= 2 && str_eq(w[0], "start"))
		return str_list_add(
		    &r->out->started, w[1], strlen(w[1]), r->err);
	if (n >= 2 && str_eq(w[0], "config-error"))
		return take_config_error(r, w[1]);
	if (n >= 1 && (str_eq(w[0], "set") || str_eq(w[0], "multi-set")))
		return take_set(r, w, n);
	return complain(r, "", "fail2ban would send what BanGUI cannot read.");
}

static int
take_line(const struct reading *r, const char *line, size_t len)
{
	AUTO(str_list_release) struct str_list words = STR_LIST_INIT;
	int rc = conf_stream_words(line, len, &words, r->err);

	if (rc < 0)
		return -1;
	return take_command(r, words.items, words.n);
}

int
conf_stream_read(const struct buf *text, const char *only,
    struct conf_stream *out, struct conf_issues *issues, struct error *err)
{
	AUTO(conf_stream_release) struct conf_stream s = CONF_STREAM_INIT;
	const struct reading r = {only, &s, issues, err};
	const char *at = buf_str(text);
	const char *end = at + text->len;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL)
			stop = end;
		if (stop > at && take_line(&r, at, (size_t)(stop - at)) < 0)
			return -1;
		at = stop + 1;
	}
	str_list_sort(&s.started);
	*out = s;
	s = (struct conf_stream)CONF_STREAM_INIT; /* handed over */
	return 0;
}
