/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_expand.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/conf_read.h"

/* Source: MAX_INTERPOLATION_DEPTH of configparser.py. */
enum { DEPTH_MAX = 10 };
/* Names written out for one value: more is meant to take for ever. */
enum { STEPS_MAX = 2000 };

struct expansion {
	struct conf_read *read;
	const struct conf_scope *scope;
	struct buf out;
	unsigned steps;
	const char *broken; /* why it stopped, literal */
	struct error *err;
};

static void
expansion_release(struct expansion *e)
{
	buf_release(&e->out);
}

struct conf_pair *
conf_dict_find(const struct conf_dict *d, const char *name)
{
	struct conf_pair *p = d == NULL ? NULL : d->first;

	while (p != NULL && !str_eq(p->name, name))
		p = p->next;
	return p;
}

int
conf_dict_put(struct conf_read *r, struct conf_dict *d,
    const struct conf_pair *pair, struct error *err)
{
	struct conf_pair *p = conf_dict_find(d, pair->name);

	if (p == NULL) {
		p = conf_read_alloc(&r->arena, sizeof *p, err);
		if (p == NULL)
			return -1;
		p->name = pair->name;
		if (d->last == NULL)
			d->first = p;
		else
			d->last->next = p;
		d->last = p;
	}
	p->text = pair->text;
	p->from = pair->from;
	return 0;
}

/* --- which value a name stands for ---------------------------------------- */

static bool
lookup_part(const struct conf_scope *s, const char *name, struct conf_got *out)
{
	const struct conf_value *v = conf_part_value(s->part, name);

	if (v != NULL && s->known)
		v = v->over;
	if (v == NULL)
		return false;
	*out = (struct conf_got){.text = v->raw, .from = v};
	return true;
}

static bool
lookup_pair(const struct conf_dict *d, const char *name, struct conf_got *out)
{
	const struct conf_pair *p = conf_dict_find(d, name);

	if (p == NULL || p->text == NULL)
		return false;
	*out = (struct conf_got){.text = p->text, .from = p->from};
	return true;
}

static bool
lookup_default(const struct conf_set *s, const char *name, struct conf_got *out)
{
	const struct conf_value *v = conf_part_value(&s->defaults, name);

	if (v == NULL)
		return false;
	*out = (struct conf_got){.text = v->raw, .from = v};
	return true;
}

static bool
lookup(const struct conf_scope *s, const char *name, struct conf_got *out)
{
	return lookup_pair(s->vars, name, out) ||
	       lookup_pair(s->more, name, out) || lookup_part(s, name, out) ||
	       lookup_default(s->set, name, out);
}

static bool
is_word(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] != '-' && s[i] != '_' &&
		    !((s[i] >= 'a' && s[i] <= 'z') ||
			(s[i] >= '0' && s[i] <= '9')))
			return false;
	return n > 0;
}

/* "known/x", "default/x", "section/x"; all in lower case. */
static bool
lookup_other(const struct conf_scope *s, const char *name, struct conf_got *out)
{
	const char *slash = strchr(name, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - name);
	char section[LIMIT_CONF_NAME];
	struct conf_scope other = {.set = s->set};

	if (slash == NULL || slash[1] == '\0' || !is_word(name, n) ||
	    !str_copy_n(section, sizeof section, name, n))
		return false;
	name = slash + 1;
	if (str_eq(section, "default"))
		return lookup_default(s->set, name, out);
	if (str_eq(section, "known")) {
		/* of what is known already there is nothing before */
		other.part = s->known ? NULL : s->part;
		other.known = true;
	} else {
		other.part = conf_set_part(s->set, section);
		if (other.part == NULL)
			return false;
	}
	return (other.part != NULL && lookup_part(&other, name, out)) ||
	       lookup_default(s->set, name, out);
}

/* --- writing out -----------------------------------------------------------
 */

static int expand(struct expansion *e, const char *text, int depth);

static int
stop(struct expansion *e, const char *why)
{
	e->broken = why;
	return 0;
}

static bool
has_upper(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			return true;
	return false;
}

static int
expand_name(struct expansion *e, const char *s, size_t len, int depth)
{
	AUTO(str_freep) char *raw = strndup(s, len);
	AUTO(str_freep) char *name = strndup(s, len);
	struct conf_got got = {.text = NULL};

	if (raw == NULL || name == NULL)
		return err_nomem(e->err);
	for (char *c = name; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	if (++e->steps > STEPS_MAX)
		return stop(e, "This value refers to too many others.");
	if (str_eq(name, "__name__")) {
		if (e->scope->part != NULL)
			buf_add_str(&e->out, e->scope->part->name);
		return 0;
	}
	if (!lookup(e->scope, name, &got) &&
	    (has_upper(raw) || !lookup_other(e->scope, name, &got)))
		return stop(e, "This value refers to an option that is not "
			       "there.");
	if (strchr(got.text, '%') != NULL)
		return expand(e, got.text, depth + 1);
	buf_add_str(&e->out, got.text);
	return 0;
}

/* Behind "%(": how long the name is; 0: it is not followed by ")s". */
static size_t
name_len(const char *s)
{
	size_t n = strcspn(s, ")");

	return s[n] == ')' && s[n + 1] == 's' ? n : 0;
}

static int
expand(struct expansion *e, const char *text, int depth)
{
	if (depth > DEPTH_MAX)
		return stop(e, "This value refers to itself, or through too "
			       "many others.");
	while (*text != '\0' && e->broken == NULL && !e->out.failed) {
		size_t n = strcspn(text, "%");

		buf_add(&e->out, text, n);
		text += n;
		if (*text == '\0')
			break;
		if (text[1] == '%') {
			buf_add_char(&e->out, '%');
			text += 2;
			continue;
		}
		n = text[1] == '(' ? name_len(text + 2) : 0;
		if (n == 0)
			return stop(e, "A single percent sign is here. Write "
				       "it twice.");
		if (expand_name(e, text + 2, n, depth) < 0)
			return -1;
		text += 2 + n + 2;
	}
	return 0;
}

static int
finish(struct expansion *e, struct conf_got *got)
{
	if (e->out.too_big)
		e->broken = "This value is too long to be shown.";
	else if (e->out.failed)
		return err_nomem(e->err);
	if (e->broken != NULL) {
		got->broken = true;
		return got->from == NULL ? 0
					 : conf_read_complain(e->read,
					       got->from, e->broken, e->err);
	}
	got->text = conf_read_copy(
	    &e->read->arena, buf_str(&e->out), e->out.len, e->err);
	return got->text == NULL ? -1 : 0;
}

int
conf_expand_option(struct conf_read *r, const struct conf_scope *scope,
    const char *name, struct conf_got *out, struct error *err)
{
	AUTO(expansion_release)
	struct expansion e = {.read = r,
	    .scope = scope,
	    .out = BUF_INIT(LIMIT_CONF_VALUE),
	    .err = err};
	struct conf_got got = {.text = NULL};

	if (lookup(scope, name, &got) && strchr(got.text, '%') != NULL &&
	    (expand(&e, got.text, 1) < 0 || finish(&e, &got) < 0))
		return -1;
	*out = got;
	return 0;
}
