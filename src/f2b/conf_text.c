/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/conf_name.h"

/* Part of a line, borrowed. */
struct span {
	const char *s;
	size_t len;
};

struct parser {
	struct conf_text text;
	char *section; /* of the options that follow; NULL before the first */
	bool empty;    /* that section has no option so far */
	size_t lines;  /* of the last value; 0: it does not go on */
	size_t number; /* of the line, from 1 */
	const char *field;
	struct error *err;
};

void
conf_text_release(struct conf_text *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->items[i].section);
		free(t->items[i].name);
		free(t->items[i].value);
	}
	free(t->items);
	*t = (struct conf_text)CONF_TEXT_INIT;
}

static void
parser_release(struct parser *p)
{
	conf_text_release(&p->text);
	free(p->section);
}

const struct conf_entry *
conf_text_find(const struct conf_text *t, const char *section, const char *name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq(t->items[i].section, section) &&
		    str_eq(t->items[i].name, name))
			return &t->items[i];
	return NULL;
}

static void
refuse_at(struct parser *p, const char *message)
{
	char name[ERR_FIELD_SIZE];

	(void)snprintf(name, sizeof name, "%s.line %zu", p->field, p->number);
	err_field_at(p->err, __func__, name, message);
}

#define refuse(p, message) (refuse_at((p), "" message), -1)

/* --- what a line is made of ----------------------------------------------- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
trimmed(struct span l)
{
	while (l.len > 0 && is_blank(l.s[l.len - 1]))
		l.len--;
	while (l.len > 0 && is_blank(l.s[0])) {
		l.s++;
		l.len--;
	}
	return l;
}

/* What Python's str.isspace() takes for a blank, and C1 controls. */
static bool
is_odd_blank(uint32_t cp)
{
	return (cp >= 0x7f && cp <= 0xa0) || cp == 0x1680 ||
	       (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 || cp == 0x2029 ||
	       cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

/* UTF-8 whose only blanks are ' ' and, before everything else, tabs. */
static bool
is_clean(struct span l)
{
	size_t at = 0;

	while (at < l.len && is_blank(l.s[at]))
		at++;
	while (at < l.len) {
		uint32_t cp = 0;
		size_t n = str_utf8_char(l.s + at, l.len - at, &cp);

		if (n == 0 || cp < ' ' || is_odd_blank(cp))
			return false;
		at += n;
	}
	return true;
}

/* Without " ;", which begins a comment, and without what would be one if it
 * stood on a line of its own. */
static bool
is_value(struct span v)
{
	return v.len == 0 || (v.s[0] != '#' && v.s[0] != ';' &&
				 memmem(v.s, v.len, " ;", 2) == NULL);
}

/* --- lines ---------------------------------------------------------------- */

/* s is NULL: no memory. */
static int
own(char **out, struct span s, struct error *err)
{
	*out = strndup(s.s, s.len);
	return *out == NULL ? err_nomem(err) : 0;
}

static int
take_section(struct parser *p, struct span name)
{
	AUTO(str_freep) char *section = NULL;

	if (p->section != NULL && p->empty)
		return refuse(p, "The section before this line is empty.");
	if (own(&section, name, p->err) < 0)
		return -1;
	if (!conf_is_name(section))
		return refuse(p, "This is no name of a section.");
	for (size_t i = 0; i < p->text.n; i++)
		if (str_eq(p->text.items[i].section, section))
			return refuse(p, "This section is there already.");
	free(p->section);
	p->section = STEAL(section);
	p->empty = true;
	return 0;
}

/* Room for one more entry, which is zeroed and counted. */
static struct conf_entry *
add_entry(struct conf_text *t)
{
	if (t->n == t->cap) {
		size_t cap = t->cap == 0 ? 16 : t->cap * 2;
		struct conf_entry *items =
		    reallocarray(t->items, cap, sizeof *items);

		if (items == NULL)
			return NULL;
		t->items = items;
		t->cap = cap;
	}
	t->items[t->n] = (struct conf_entry){0};
	return &t->items[t->n++];
}

static bool
is_option_name(struct span n)
{
	for (size_t i = 0; i < n.len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_.", n.s[i]) ==
		    NULL)
			return false;
	return n.len > 0 && n.len <= LIMIT_CONF_NAME;
}

static int
take_option(struct parser *p, struct span l)
{
	const char *equals = memchr(l.s, '=', l.len);
	struct conf_entry *e;
	struct span name, value;

	if (p->section == NULL)
		return refuse(p, "This line stands before the first section.");
	if (equals == NULL)
		return refuse(p, "This is neither a section nor an option.");
	name = trimmed((struct span){l.s, (size_t)(equals - l.s)});
	value = trimmed(
	    (struct span){equals + 1, l.len - (size_t)(equals - l.s) - 1});
	if (!is_option_name(name))
		return refuse(p, "This is no name of an option.");
	if (!is_value(value))
		return refuse(p, "fail2ban would take this for a comment.");
	if (p->text.n == LIMIT_CONF_OPTIONS)
		return refuse(p, "There are too many options.");
	e = add_entry(&p->text);
	if (e == NULL)
		return err_nomem(p->err);
	if (own(&e->name, name, p->err) < 0 ||
	    own(&e->value, value, p->err) < 0)
		return -1;
	if (conf_text_find(&(struct conf_text){p->text.items, p->text.n - 1, 0},
		p->section, e->name) != NULL)
		return refuse(p, "This option is there already.");
	e->section = strdup(p->section);
	if (e->section == NULL)
		return err_nomem(p->err);
	p->empty = false;
	p->lines = value.len > 0 ? 1 : 0;
	return 0;
}

static int
take_more(struct parser *p, struct span l)
{
	struct conf_entry *e;
	size_t before;
	char *value;

	if (p->lines == 0)
		return refuse(
		    p, "This line is indented but continues nothing.");
	if (p->lines == LIMIT_CONF_LINES)
		return refuse(p, "This value has too many lines.");
	if (!is_value(l))
		return refuse(p, "fail2ban would take this for a comment.");
	e = &p->text.items[p->text.n - 1];
	before = strlen(e->value);
	value = realloc(e->value, before + 1 + l.len + 1);
	if (value == NULL)
		return err_nomem(p->err);
	value[before] = '\n';
	memcpy(value + before + 1, l.s, l.len);
	value[before + 1 + l.len] = '\0';
	e->value = value;
	p->lines++;
	return 0;
}

static int
take_line(struct parser *p, struct span whole)
{
	struct span l = trimmed(whole);

	p->number++;
	if (l.len > LIMIT_CONF_LINE)
		return refuse(p, "This line is too long.");
	if (!is_clean(whole))
		return refuse(p, "Only letters, signs and spaces may be here.");
	if (l.len > 0 && is_blank(whole.s[0]))
		return take_more(p, l);
	p->lines = 0;
	if (l.len == 0 || l.s[0] == '#')
		return 0;
	if (l.s[0] == '[' && l.s[l.len - 1] == ']')
		return take_section(p, (struct span){l.s + 1, l.len - 2});
	return take_option(p, l);
}

int
conf_text_parse(const char *text, size_t len, const char *field,
    struct conf_text *out, struct error *err)
{
	AUTO(parser_release) struct parser p = {.field = field, .err = err};
	const char *end = text + len;

	for (const char *at = text; at < end;) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));

		if (stop == NULL) {
			p.number++;
			return refuse(&p, "The last line has no end.");
		}
		if (take_line(&p, (struct span){at, (size_t)(stop - at)}) < 0)
			return -1;
		at = stop + 1;
	}
	if (p.section != NULL && p.empty)
		return refuse(&p, "The last section is empty.");
	*out = p.text;
	p.text = (struct conf_text)CONF_TEXT_INIT; /* handed over */
	return 0;
}

void
conf_text_write(const struct conf_text *t, struct buf *out)
{
	const char *section = "";

	for (size_t i = 0; i < t->n; i++) {
		const struct conf_entry *e = &t->items[i];

		if (!str_eq(section, e->section))
			buf_addf(
			    out, "%s[%s]\n", i == 0 ? "" : "\n", e->section);
		section = e->section;
		buf_addf(out, "%s =%s", e->name, e->value[0] ? " " : "");
		for (const char *c = e->value; *c != '\0'; c++)
			buf_add(
			    out, *c == '\n' ? "\n\t" : c, *c == '\n' ? 2 : 1);
		buf_add_char(out, '\n');
	}
}
