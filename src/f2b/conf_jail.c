/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_jail.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"

const char *const CONF_JAIL_OPTIONS[] = {"action", "backend", "bantime",
    "bantime.factor", "bantime.formula", "bantime.increment", "bantime.maxtime",
    "bantime.multipliers", "bantime.overalljails", "bantime.rndtime",
    "datepattern", "enabled", "failregex", "filter", "findtime", "ignorecache",
    "ignorecommand", "ignoreip", "ignoreregex", "ignoreself", "journalmatch",
    "logencoding", "logpath", "logtimezone", "maxlines", "maxmatches",
    "maxretry", "prefregex", "usedns", NULL};

enum conf_convert
conf_convert_of(const char *name)
{
	static const char *const BOOLS[] = {"actionrepair_on_unban",
	    "actionstart_on_demand", "bantime.increment",
	    "bantime.overalljails", "enabled", "ignoreself", "norestored",
	    NULL};
	static const char *const INTS[] = {
	    "maxlines", "maxmatches", "maxretry", NULL};

	if (conf_is_option_of(BOOLS, name))
		return CONF_AS_BOOL;
	return conf_is_option_of(INTS, name) ? CONF_AS_INT : CONF_AS_TEXT;
}

bool
conf_is_true(const char *text)
{
	return str_eq(text, "1") || strcasecmp(text, "on") == 0 ||
	       strcasecmp(text, "true") == 0 || strcasecmp(text, "yes") == 0;
}

bool
conf_is_int(const char *text)
{
	const char *s = text + strspn(text, " ");
	size_t n;

	s += *s == '-' || *s == '+' ? 1 : 0;
	n = strspn(s, "0123456789");
	return n > 0 && s[n + strspn(s + n, " ")] == '\0';
}

bool
conf_is_jail_part(const struct conf_part *p)
{
	return !str_eq(p->name, "INCLUDES") && !str_starts(p->name, "KNOWN/");
}

/* --- the files ------------------------------------------------------------ */

/* What fail2ban itself sets in [DEFAULT]. */
static int
put_default(struct conf_read *r, struct conf_jails *j, const char *name,
    const char *text, struct error *err)
{
	struct conf_value **end = &j->set.defaults.values;
	struct conf_value *v = conf_read_alloc(&r->arena, sizeof *v, err);

	if (v == NULL)
		return -1;
	while (*end != NULL && !str_eq((*end)->name, name))
		end = &(*end)->next;
	*v = (struct conf_value){.name = name, .raw = text, .file = ""};
	if (*end != NULL)
		v->next = (*end)->next;
	*end = v;
	return 0;
}

int
conf_jails_read(struct conf_read *r, const char *version, const char *dir,
    struct conf_jails *out, struct error *err)
{
	int rc = conf_read_set(r, "jail", &out->set, err);

	if (rc != 1)
		return rc;
	if (put_default(r, out, "fail2ban_version", version, err) < 0 ||
	    put_default(r, out, "fail2ban_confpath", dir, err) < 0)
		return -1;
	return 1;
}

int
conf_jail_option(struct conf_read *r, const struct conf_jails *j,
    const struct conf_part *part, const char *name, struct conf_got *out,
    struct error *err)
{
	const struct conf_scope scope = {.set = &j->set, .part = part};

	return conf_expand_option(r, &scope, name, out, err);
}

/* --- one jail ------------------------------------------------------------- */

struct making {
	struct conf_read *read;
	const struct conf_jails *jails;
	const struct conf_part *part;
	struct conf_jail *jail;
	struct error *err;
};

static int
put(struct making *m, struct conf_dict *to, const char *name, const char *text)
{
	const struct conf_pair p = {.name = name, .text = text};

	return conf_dict_put(m->read, to, &p, m->err);
}

/* Those of names, or all; what the filter has is known after it was read. */
static int
take_options(struct making *m, const char *const *names)
{
	const struct conf_scope scope = {
	    .set = &m->jails->set, .part = m->part, .more = &m->jail->known};

	for (; *names != NULL; names++) {
		struct conf_got got = {.text = NULL};
		struct conf_pair p = {.name = *names};

		if (conf_expand_option(m->read, &scope, *names, &got, m->err) <
		    0)
			return -1;
		if (got.text == NULL || got.broken)
			continue;
		p.text = got.text;
		p.from = got.from;
		if (conf_dict_put(m->read, &m->jail->options, &p, m->err) < 0)
			return -1;
	}
	return 0;
}

static const char *
option(const struct making *m, const char *name)
{
	const struct conf_pair *p = conf_dict_find(&m->jail->options, name);

	return p == NULL ? "" : p->text;
}

/* The options as the filter and the actions see them: a true one is "True". */
static int
make_vars(struct making *m, struct conf_dict *vars)
{
	for (const struct conf_pair *p = m->jail->options.first; p != NULL;
	     p = p->next) {
		const char *text = p->text;

		if (conf_convert_of(p->name) == CONF_AS_BOOL)
			text = conf_is_true(text) ? "True" : "False";
		if (put(m, vars, p->name, text) < 0)
			return -1;
	}
	return 0;
}

static int
put_known(struct making *m, const struct conf_dict *from)
{
	for (const struct conf_pair *p = from->first; p != NULL; p = p->next) {
		size_t n = strlen(p->name);
		char *name;

		if (str_starts(p->name, "known/"))
			continue;
		name = conf_read_alloc(
		    &m->read->arena, sizeof("known/") + n, m->err);
		if (name == NULL)
			return -1;
		memcpy(name, "known/", strlen("known/"));
		memcpy(name + strlen("known/"), p->name, n);
		if (put(m, &m->jail->known, name, p->text) < 0)
			return -1;
	}
	return 0;
}

/* By what the jail reads: the filter may ask for it as <logtype>. */
static int
put_logtype(struct making *m, struct conf_definition *d)
{
	const struct conf_pair *p = conf_dict_find(&d->params, "logtype");
	bool journal = str_starts(option(m, "backend"), "systemd");

	if ((p != NULL && p->text[0] != '\0') ||
	    conf_part_value(conf_set_part(&d->set, "Definition"), "logtype") !=
		NULL)
		return 0;
	return put(m, &d->params, "logtype", journal ? "journal" : "file");
}

static int
take_vars(
    struct making *m, struct conf_definition *d, enum conf_dir dir, bool all)
{
	struct conf_dict vars = {NULL, NULL};

	if (make_vars(m, &vars) < 0)
		return -1;
	return conf_definition_take(m->read, d, dir, &vars, all, m->err);
}

/* 1 there is a filter and it is read; 0 there is none. */
static int
begin_filter(struct making *m, struct conf_definition *d)
{
	struct conf_dict combined = {NULL, NULL};
	const char *text = option(m, "filter");
	int rc = conf_use_parse(
	    m->read, text, strlen(text), &m->jail->filter, m->err);

	if (rc == 1)
		rc = conf_definition_read(
		    m->read, CONF_FILTER, &m->jail->filter, d, m->err);
	m->jail->filter_missing = rc == 0 && text[0] != '\0';
	if (rc != 1)
		return rc;
	if (put_logtype(m, d) < 0 || take_vars(m, d, CONF_FILTER, true) < 0 ||
	    conf_definition_combine(
		m->read, d, CONF_FILTER, &combined, m->err) < 0 ||
	    put_known(m, &combined) < 0)
		return -1;
	return 1;
}

/* Again, without what the jail has itself. */
static int
end_filter(struct making *m, struct conf_definition *d)
{
	struct conf_dict combined = {NULL, NULL};

	if (take_vars(m, d, CONF_FILTER, false) < 0 ||
	    conf_definition_combine(
		m->read, d, CONF_FILTER, &combined, m->err) < 0)
		return -1;
	for (const struct conf_pair *p = combined.first; p != NULL; p = p->next)
		if (conf_is_option_of(CONF_FILTER_OPTIONS, p->name) &&
		    conf_dict_put(
			m->read, &m->jail->filter_options, p, m->err) < 0)
			return -1;
	return 0;
}

/* --- actions -------------------------------------------------------------- */

/* "iptables-multiport", or with a name of its own "iptables-multiport-name". */
static char *
action_name(struct making *m, const char *file, const char *name)
{
	size_t own = strlen(m->jail->name);
	bool more = strncmp(name, m->jail->name, own) == 0;
	const char *rest = more ? name + own : name;
	size_t n = strlen(file);
	char *out =
	    conf_read_alloc(&m->read->arena, n + 1 + strlen(rest) + 1, m->err);

	if (out == NULL)
		return NULL;
	memcpy(out, file, n);
	if (!more)
		out[n++] = '-';
	memcpy(out + n, rest, strlen(rest));
	return out;
}

static int
name_action(
    struct making *m, struct conf_jail_action *a, struct conf_dict *params)
{
	const struct conf_pair *p;

	if (conf_dict_find(params, "name") == NULL &&
	    put(m, params, "name", m->jail->name) < 0)
		return -1;
	p = conf_dict_find(params, "actname");
	if (p != NULL) {
		a->name = p->text;
		return 0;
	}
	a->name =
	    action_name(m, a->use.name, conf_dict_find(params, "name")->text);
	return a->name == NULL ? -1 : put(m, params, "actname", a->name);
}

/* What is sent: fail2ban's own options of the definition, and parameters. */
static int
fill_action(
    struct making *m, struct conf_jail_action *a, struct conf_definition *d)
{
	struct conf_dict combined = {NULL, NULL};

	if (take_vars(m, d, CONF_ACTION, false) < 0 ||
	    conf_definition_combine(
		m->read, d, CONF_ACTION, &combined, m->err) < 0)
		return -1;
	for (const struct conf_pair *p = combined.first; p != NULL; p = p->next)
		if (conf_is_option_of(CONF_ACTION_OPTIONS, p->name) &&
		    conf_dict_put(m->read, &a->options, p, m->err) < 0)
			return -1;
	for (const struct conf_pair *p = d->params.first; p != NULL;
	     p = p->next)
		if (!conf_is_option_of(CONF_ACTION_OPTIONS, p->name) &&
		    !str_starts(p->name, "known/") &&
		    conf_dict_put(m->read, &a->options, p, m->err) < 0)
			return -1;
	return 0;
}

static int
make_python(struct making *m, struct conf_jail_action *a)
{
	const struct conf_pair *p = conf_dict_find(&a->use.params, "actname");
	size_t n = strlen(a->use.name) - strlen(".py");

	a->python = true;
	a->name = p != NULL
		      ? p->text
		      : conf_read_copy(&m->read->arena, a->use.name, n, m->err);
	return a->name == NULL ? -1 : 0;
}

static bool
is_python(const char *name)
{
	size_t n = strlen(name);

	return n > 3 && str_eq(name + n - 3, ".py");
}

static int
make_action(struct making *m, struct conf_jail_action *a)
{
	struct conf_definition d;
	struct conf_use use = a->use;
	int rc;

	if (is_python(a->use.name))
		return make_python(m, a);
	/* the caller's parameters are told as they are written */
	use.params = (struct conf_dict){NULL, NULL};
	for (const struct conf_pair *p = a->use.params.first; p != NULL;
	     p = p->next)
		if (put(m, &use.params, p->name, p->text) < 0)
			return -1;
	if (name_action(m, a, &use.params) < 0)
		return -1;
	rc = conf_definition_read(m->read, CONF_ACTION, &use, &d, m->err);
	a->missing = rc == 0;
	return rc == 1 ? fill_action(m, a, &d) : rc;
}

static int
make_actions(struct making *m)
{
	struct conf_jail_action **end = &m->jail->actions;
	const struct conf_pair *from =
	    conf_dict_find(&m->jail->options, "action");
	const char *at = option(m, "action");
	const char *start;
	size_t len;

	while ((len = conf_use_next(&at, &start)) > 0) {
		struct conf_jail_action *a =
		    conf_read_alloc(&m->read->arena, sizeof *a, m->err);
		int rc = a == NULL ? -1
				   : conf_use_parse(
					 m->read, start, len, &a->use, m->err);

		if (rc < 0)
			return -1;
		if (rc == 0 && from->from != NULL &&
		    conf_read_complain(m->read, from->from,
			"This is no action with its parameters.", m->err) < 0)
			return -1;
		if (rc == 0)
			continue;
		if (make_action(m, a) < 0)
			return -1;
		*end = a;
		end = &a->next;
	}
	return 0;
}

int
conf_jail_read(struct conf_read *r, const struct conf_jails *j,
    const struct conf_part *part, struct conf_jail *out, struct error *err)
{
	static const char *const FIRST[] = {
	    "backend", "enabled", "filter", NULL};
	struct conf_jail jail = {.name = part->name};
	struct making m = {
	    .read = r, .jails = j, .part = part, .jail = &jail, .err = err};
	struct conf_definition filter;
	int rc;

	if (take_options(&m, FIRST) < 0)
		return -1;
	rc = begin_filter(&m, &filter);
	if (rc < 0 || take_options(&m, CONF_JAIL_OPTIONS) < 0 ||
	    (rc == 1 && end_filter(&m, &filter) < 0) || make_actions(&m) < 0)
		return -1;
	jail.enabled = conf_is_true(option(&m, "enabled"));
	*out = jail;
	return 0;
}
