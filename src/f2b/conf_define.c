/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_define.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/conf_tags.h"

enum { PATH_SIZE = 512 };

const char *const CONF_FILTER_OPTIONS[] = {"datepattern", "failregex",
    "ignoreregex", "journalmatch", "maxlines", "prefregex", "usedns", NULL};

const char *const CONF_ACTION_OPTIONS[] = {"actionban", "actioncheck",
    "actionflush", "actionprolong", "actionreban", "actionreload",
    "actionrepair", "actionrepair_on_unban", "actionstart",
    "actionstart_on_demand", "actionstop", "actionunban", "norestored", NULL};

/* What an action's commands have of the server. Source: server/action.py and
 * client/actionreader.py. */
static const char *const KEPT_IN_ACTIONS[] = {
    "bantime", "ipjailmatches", "ipmatches", "matches", "timeout", NULL};
static const char *const KEPT_IN_FILTERS[] = {NULL};

bool
conf_is_option_of(const char *const *options, const char *name)
{
	for (; *options != NULL; options++)
		if (str_eq(*options, name))
			return true;
	return false;
}

static const char *const *
options_of(enum conf_dir dir)
{
	return dir == CONF_ACTION ? CONF_ACTION_OPTIONS : CONF_FILTER_OPTIONS;
}

/* --- "name[option=value]" --------------------------------------------------
 */

struct cursor {
	const char *at, *end;
};

static void
skip_blanks(struct cursor *c)
{
	while (c->at < c->end && isspace((unsigned char)*c->at))
		c->at++;
}

static bool
is_param_char(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '.' ||
	       (unsigned char)c >= 0x80;
}

/* Up to, and without, a quote that closes, or what separates parameters. */
static struct cursor
param_value(struct cursor *c)
{
	struct cursor v = *c;
	int quote = c->at < c->end ? *c->at : '\0';
	const char *close =
	    quote == '"' || quote == '\''
		? memchr(c->at + 1, quote, (size_t)(c->end - c->at) - 1)
		: NULL;

	if (close != NULL) {
		v.at = c->at + 1;
		v.end = close;
		c->at = close + 1;
		return v;
	}
	while (c->at < c->end && *c->at != ',' && *c->at != ']')
		c->at++;
	v.end = c->at;
	return v;
}

/* "," or "] [" or the end. */
static bool
skip_separator(struct cursor *c)
{
	if (c->at == c->end)
		return true;
	if (*c->at == ',') {
		c->at++;
		return true;
	}
	if (*c->at != ']')
		return false;
	c->at++;
	skip_blanks(c);
	return c->at < c->end && *c->at++ == '[';
}

/* 1 one was taken, 0 it is none. */
static int
take_param(struct conf_read *r, struct cursor *c, struct conf_dict *to,
    struct error *err)
{
	struct conf_pair p = {.from = NULL};
	const char *name = c->at;
	struct cursor v;

	while (c->at < c->end && is_param_char(*c->at))
		c->at++;
	if (c->at == name || c->at == c->end || *c->at != '=')
		return 0;
	p.name = conf_read_copy(&r->arena, name, (size_t)(c->at - name), err);
	c->at++;
	v = param_value(c);
	skip_blanks(&v);
	while (v.end > v.at && isspace((unsigned char)v.end[-1]))
		v.end--;
	p.text = conf_read_copy(&r->arena, v.at, (size_t)(v.end - v.at), err);
	if (p.name == NULL || p.text == NULL ||
	    conf_dict_put(r, to, &p, err) < 0)
		return -1;
	return skip_separator(c) ? 1 : 0;
}

int
conf_use_parse(struct conf_read *r, const char *text, size_t len,
    struct conf_use *out, struct error *err)
{
	const char *open = memchr(text, '[', len);
	struct cursor c = {text, text + len};
	struct conf_use use = {
	    .params = {NULL, NULL}
        };

	while (c.end > c.at && isspace((unsigned char)c.end[-1]))
		c.end--;
	if (open == text || c.end == c.at)
		return 0;
	use.name = conf_read_copy(&r->arena, text,
	    (size_t)((open == NULL ? c.end : open) - text), err);
	if (use.name == NULL)
		return -1;
	if (open != NULL) {
		c.at = open + 1;
		if (c.at == c.end || *--c.end != ']')
			return 0;
	} else {
		c.at = c.end;
	}
	for (skip_blanks(&c); c.at < c.end; skip_blanks(&c)) {
		int rc = take_param(r, &c, &use.params, err);

		if (rc <= 0)
			return rc;
	}
	*out = use;
	return 1;
}

/* Behind the bracket that closes; or at it, when none does. */
static const char *
skip_brackets(const char *at)
{
	const char *start = at++;

	for (; *at != '\0'; at++) {
		const char *close =
		    *at == '"' || *at == '\'' ? strchr(at + 1, *at) : NULL;

		if (close != NULL) {
			at = close;
		} else if (*at == ']') {
			const char *next = at + 1;

			while (isspace((unsigned char)*next))
				next++;
			if (*next != '[')
				return at + 1;
			at = next;
		}
	}
	return start;
}

size_t
conf_use_next(const char **at, const char **start)
{
	const char *s = *at;
	const char *end;

	while (isspace((unsigned char)*s))
		s++;
	*start = s;
	while (*s != '\0' && *s != '[' && !isspace((unsigned char)*s))
		s++;
	end = s;
	while (isspace((unsigned char)*s))
		s++;
	if (*s == '[' && end > *start)
		end = skip_brackets(s);
	while (*end != '\0' && !isspace((unsigned char)*end))
		end++;
	*at = end;
	return (size_t)(end - *start);
}

/* --- the definition --------------------------------------------------------
 */

int
conf_definition_read(struct conf_read *r, enum conf_dir dir,
    const struct conf_use *use, struct conf_definition *out, struct error *err)
{
	struct conf_definition d = {.params = use->params};
	char name[PATH_SIZE];
	int rc;

	if ((size_t)snprintf(name, sizeof name, "%s/%s", conf_dir_name(dir),
		use->name) >= sizeof name)
		return 0;
	rc = conf_read_set(r, name, &d.set, err);
	if (rc == 1)
		*out = d;
	return rc;
}

static int
put_got(struct conf_read *r, struct conf_dict *to, const char *name,
    const struct conf_got *got, struct error *err)
{
	const struct conf_pair p = {
	    .name = name, .text = got->text, .from = got->from};

	return got->text == NULL ? 0 : conf_dict_put(r, to, &p, err);
}

static int
put_all(struct conf_read *r, struct conf_dict *to, const struct conf_dict *from,
    struct error *err)
{
	for (const struct conf_pair *p = from == NULL ? NULL : from->first;
	     p != NULL; p = p->next)
		if (conf_dict_put(r, to, p, err) < 0)
			return -1;
	return 0;
}

/* Those of [Init]: parameters come first, and "known/x" is what it says. */
static int
take_init(struct conf_read *r, struct conf_definition *d, struct error *err)
{
	const struct conf_scope scope = {
	    .set = &d->set, .part = conf_set_part(&d->set, "Init")};
	const struct conf_value *v =
	    scope.part == NULL ? NULL : scope.part->values;

	for (; v != NULL; v = v->next) {
		size_t n = strlen(v->name);
		struct conf_got got = {.text = NULL};
		char *known;

		if (conf_expand_option(r, &scope, v->name, &got, err) < 0)
			return -1;
		known = conf_read_alloc(&r->arena, sizeof("known/") + n, err);
		if (known == NULL)
			return -1;
		memcpy(known, "known/", strlen("known/"));
		memcpy(known + strlen("known/"), v->name, n);
		if (put_got(r, &d->params, known, &got, err) < 0)
			return -1;
		if (conf_dict_find(&d->params, v->name) == NULL &&
		    put_got(r, &d->params, v->name, &got, err) < 0)
			return -1;
	}
	return 0;
}

int
conf_definition_take(struct conf_read *r, struct conf_definition *d,
    enum conf_dir dir, const struct conf_dict *vars, bool all,
    struct error *err)
{
	struct conf_scope scope = {.set = &d->set,
	    .part = conf_set_part(&d->set, "Definition"),
	    .vars = &d->vars};

	d->vars = (struct conf_dict){NULL, NULL};
	d->own = (struct conf_dict){NULL, NULL};
	if (put_all(r, &d->vars, vars, err) < 0 ||
	    put_all(r, &d->vars, &d->params, err) < 0)
		return -1;
	for (const char *const *o = options_of(dir);
	     scope.part != NULL && *o != NULL; o++) {
		struct conf_got got = {.text = NULL};

		if (conf_dict_find(&d->vars, *o) != NULL)
			continue;
		if (conf_expand_option(r, &scope, *o, &got, err) < 0 ||
		    put_got(r, &d->own, *o, &got, err) < 0)
			return -1;
	}
	if (take_init(r, d, err) < 0)
		return -1;
	scope.vars = NULL;
	for (const struct conf_value *v =
		 !all || scope.part == NULL ? NULL : scope.part->values;
	     v != NULL; v = v->next) {
		struct conf_got got = {.text = NULL};

		if (conf_dict_find(&d->own, v->name) != NULL)
			continue;
		if (conf_expand_option(r, &scope, v->name, &got, err) < 0 ||
		    put_got(r, &d->own, v->name, &got, err) < 0)
			return -1;
	}
	return 0;
}

int
conf_definition_combine(struct conf_read *r, struct conf_definition *d,
    enum conf_dir dir, struct conf_dict *out, struct error *err)
{
	const char *const *kept =
	    dir == CONF_ACTION ? KEPT_IN_ACTIONS : KEPT_IN_FILTERS;

	if (put_all(r, out, &d->own, err) < 0 ||
	    put_all(r, out, &d->params, err) < 0)
		return -1;
	return conf_tags_write_out(r, d, kept, out, err);
}
