/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_tags.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/conf_define.h"
#include "f2b/conf_expand.h"
#include "f2b/conf_read.h"

/* Source: MAX_TAG_REPLACE_COUNT of helpers.py. */
enum { REPLACED_MAX = 25 };
/* Tags written out in all values: more is meant to take for ever. */
enum { STEPS_MAX = 5000 };

#define MSG_ITSELF "This value refers to itself."
#define MSG_LONG "This value is too long to be shown."

/* How often a tag was written out in a value. */
struct count {
	struct count *next;
	const struct conf_pair *in;
	const char *tag;
	unsigned n;
};

struct writing {
	struct conf_read *read;
	struct conf_definition *definition;
	const char *const *kept;
	struct conf_dict *dict;
	struct count *counts;
	unsigned steps;
	struct error *err;
};

/* The name of the next tag from at on; NULL: there is none. */
static const char *
next_tag(const char *at, size_t *len)
{
	for (at = strchr(at, '<'); at != NULL; at = strchr(at + 1, '<')) {
		*len = strcspn(at + 1, " <>");
		if (*len > 0 && at[1 + *len] == '>')
			return at + 1;
	}
	return NULL;
}

/* "name?family=inet6": the length of the name; 0: it has no condition. */
static size_t
conditional(const char *name)
{
	size_t n = strcspn(name, "?");

	return n > 0 && name[n] == '?' && name[n + 1] != '\0' ? n : 0;
}

/* Also what has another value under some condition. */
static bool
is_kept(const struct writing *w, const char *name)
{
	if (conf_is_option_of(w->kept, name))
		return true;
	for (const struct conf_pair *p = w->dict->first; p != NULL;
	     p = p->next) {
		size_t n = conditional(p->name);

		if (n > 0 && n == strlen(name) && memcmp(p->name, name, n) == 0)
			return true;
	}
	return false;
}

static char *
lower(struct writing *w, const char *s)
{
	char *name = conf_read_copy(&w->read->arena, s, strlen(s), w->err);

	for (char *c = name; c != NULL && *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return name;
}

/* "section/name" of the definition's own files: the section as it is written,
 * the option in lower case. */
static int
ask_section(
    struct writing *w, const char *tag, const char *name, struct conf_got *got)
{
	const struct conf_set *set = &w->definition->set;
	const char *slash = strchr(tag, '/');
	struct conf_scope scope = {.set = set};
	char section[LIMIT_CONF_NAME];

	if (slash == NULL || slash == tag || slash[1] == '\0' ||
	    !str_copy_n(section, sizeof section, tag, (size_t)(slash - tag)))
		return 0;
	scope.known = strcasecmp(section, "known") == 0;
	scope.part = conf_set_part(set, scope.known ? "Definition" : section);
	if (scope.part == NULL && strcasecmp(section, "default") != 0)
		return 0;
	return conf_expand_option(
	    w->read, &scope, name + (slash - tag) + 1, got, w->err);
}

/* What the definition says, asked once: later it may have other vars. */
static int
ask(struct writing *w, const char *tag, const char **text)
{
	struct conf_definition *d = w->definition;
	const struct conf_scope scope = {.set = &d->set,
	    .part = conf_set_part(&d->set, "Definition"),
	    .vars = &d->vars};
	const struct conf_pair *known = conf_dict_find(&d->asked, tag);
	struct conf_got got = {.text = NULL};
	struct conf_pair p = {.name = tag};
	const char *name;

	if (known != NULL) {
		*text = known->text;
		return 0;
	}
	name = lower(w, tag);
	if (name == NULL || ask_section(w, tag, name, &got) < 0)
		return -1;
	if (got.text == NULL && scope.part != NULL &&
	    conf_expand_option(w->read, &scope, name, &got, w->err) < 0)
		return -1;
	p.text = got.text;
	*text = got.text;
	return conf_dict_put(w->read, &d->asked, &p, w->err);
}

static int
value_of(struct writing *w, const char *tag, const char **text)
{
	const struct conf_pair *p = conf_dict_find(w->dict, tag);

	if (p != NULL && p->text != NULL) {
		*text = p->text;
		return 0;
	}
	return ask(w, tag, text);
}

/* One more time in that value. NULL: no memory. */
static struct count *
count_of(struct writing *w, const struct conf_pair *in, const char *tag)
{
	struct count *c = w->counts;

	while (c != NULL && (c->in != in || !str_eq(c->tag, tag)))
		c = c->next;
	if (c != NULL)
		return c;
	c = conf_read_alloc(&w->read->arena, sizeof *c, w->err);
	if (c != NULL) {
		*c = (struct count){.next = w->counts, .in = in, .tag = tag};
		w->counts = c;
	}
	return c;
}

static int
give_up(struct writing *w, struct conf_pair *p, const char *message)
{
	p->done = true;
	if (p->from == NULL)
		return 0;
	return conf_read_complain(w->read, p->from, message, w->err);
}

/* Each "<tag>" in the value of p becomes text. */
static int
replace(
    struct writing *w, struct conf_pair *p, const char *tag, const char *text)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CONF_VALUE);
	size_t n = strlen(tag);
	const char *at = p->text;

	for (const char *t = strchr(at, '<'); t != NULL; t = strchr(t, '<')) {
		if (strncmp(t + 1, tag, n) != 0 || t[1 + n] != '>') {
			t++;
			continue;
		}
		buf_add(&b, at, (size_t)(t - at));
		buf_add_str(&b, text);
		at = t + n + 2;
		t = at;
	}
	buf_add_str(&b, at);
	if (b.too_big)
		return give_up(w, p, MSG_LONG);
	if (b.failed)
		return err_nomem(w->err);
	p->text = conf_read_copy(&w->read->arena, buf_str(&b), b.len, w->err);
	return p->text == NULL ? -1 : 0;
}

/* 1 it was written out, 0 it stays as it is. */
static int
write_tag(struct writing *w, struct conf_pair *p, const char *tag)
{
	const char *text = NULL;
	struct count *c;

	if (is_kept(w, tag))
		return 0;
	c = count_of(w, p, tag);
	if (c == NULL)
		return -1;
	if (str_eq(tag, p->name) || c->n > REPLACED_MAX ||
	    w->steps++ > STEPS_MAX)
		return give_up(w, p, MSG_ITSELF);
	if (value_of(w, tag, &text) < 0)
		return -1;
	if (text == NULL)
		return 0;
	c->n++;
	return replace(w, p, tag, text) < 0 ? -1 : 1;
}

/* The next tag from *at on, which moves to where to go on. */
static int
write_next(struct writing *w, struct conf_pair *p, size_t *at, bool *changed)
{
	size_t len = 0;
	const char *s = next_tag(p->text + *at, &len);
	char *tag;
	int rc;

	if (s == NULL) {
		*at = strlen(p->text);
		return 0;
	}
	tag = conf_read_copy(&w->read->arena, s, len, w->err);
	if (tag == NULL)
		return -1;
	*at = (size_t)(s - p->text) - 1;
	rc = write_tag(w, p, tag);
	if (rc == 0)
		*at += len + 2;
	if (rc == 1)
		*changed = true;
	return rc < 0 ? -1 : 0;
}

static int
write_value(struct writing *w, struct conf_pair *p, bool *again)
{
	bool changed = false;
	size_t len = 0;

	for (size_t at = 0; !p->done && p->text[at] != '\0';)
		if (write_next(w, p, &at, &changed) < 0)
			return -1;
	if (changed && next_tag(p->text, &len) != NULL)
		*again = true;
	if (strchr(p->text, '<') == NULL)
		p->done = true;
	return 0;
}

int
conf_tags_write_out(struct conf_read *r, struct conf_definition *d,
    const char *const *kept, struct conf_dict *dict, struct error *err)
{
	struct writing w = {
	    .read = r, .definition = d, .kept = kept, .dict = dict, .err = err};

	for (bool again = true; again;) {
		again = false;
		for (struct conf_pair *p = dict->first; p != NULL; p = p->next)
			if (!p->done && p->text != NULL &&
			    !is_kept(&w, p->name) &&
			    write_value(&w, p, &again) < 0)
				return -1;
	}
	return 0;
}
