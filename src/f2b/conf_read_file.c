/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_read_file.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/arena.h"

/* Part of a line, borrowed. */
struct span {
	const char *s;
	size_t len;
};

struct reading {
	struct arena *arena;
	const struct conf_read_text *text;
	struct conf_item **items_at, **end; /* the first; where the next goes */
	const char *section;                /* NULL before the first */
	struct conf_item *item; /* whose value may go on; NULL: none */
	struct buf value;       /* of item, so far */
	size_t indent;          /* of the line that item began with */
	unsigned line;
	size_t items;
	struct conf_problems *problems;
	struct error *err;
};

static void
reading_release(struct reading *r)
{
	buf_release(&r->value);
}

void *
conf_read_alloc(struct arena *a, size_t n, struct error *err)
{
	void *p = arena_alloc(a, n);

	if (p == NULL && a->too_big)
		(void)err_set(err, ERR_CONFLICT,
		    "fail2ban's configuration is too large to be shown.",
		    "more than %zu bytes", a->max);
	else if (p == NULL)
		(void)err_nomem(err);
	return p;
}

char *
conf_read_copy(struct arena *a, const char *s, size_t n, struct error *err)
{
	char *p = conf_read_alloc(a, n + 1, err);

	if (p != NULL && n > 0)
		memcpy(p, s, n);
	return p;
}

int
conf_problem_add(struct conf_problems *l, struct arena *a,
    const struct conf_problem *p, struct error *err)
{
	struct conf_problem *own;

	if (l->n >= LIMIT_CONF_ISSUES)
		return 0;
	for (const struct conf_problem *o = l->first; o != NULL; o = o->next)
		if (o->line == p->line && str_eq(o->message, p->message) &&
		    str_eq(o->file, p->file))
			return 0;
	own = conf_read_alloc(a, sizeof *own, err);
	if (own == NULL)
		return -1;
	*own = *p;
	own->next = NULL;
	own->file = conf_read_copy(a, p->file, strlen(p->file), err);
	if (own->file == NULL)
		return -1;
	if (l->last == NULL)
		l->first = own;
	else
		l->last->next = own;
	l->last = own;
	l->n++;
	return 0;
}

static int
complain(struct reading *r, const char *message)
{
	const struct conf_problem p = {
	    .file = r->text->file, .line = r->line, .message = message};

	return conf_problem_add(r->problems, r->arena, &p, r->err);
}

/* --- blanks --------------------------------------------------------------- */

/* Source: str.isspace() of Python. */
static bool
is_blank(uint32_t cp)
{
	return cp == ' ' || (cp >= 0x09 && cp <= 0x0d) ||
	       (cp >= 0x1c && cp <= 0x1f) || cp == 0x85 || cp == 0xa0 ||
	       cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200a) || cp == 0x2028 ||
	       cp == 0x2029 || cp == 0x202f || cp == 0x205f || cp == 0x3000;
}

size_t
conf_blank_first(const char *s, size_t n)
{
	uint32_t cp = 0;
	size_t len = str_utf8_char(s, n, &cp);

	return len > 0 && is_blank(cp) ? len : 0;
}

size_t
conf_blank_last(const char *s, size_t n)
{
	size_t len = 1;

	while (len < n && len < 4 && ((unsigned char)s[n - len] & 0xc0) == 0x80)
		len++;
	return n > 0 && conf_blank_first(s + n - len, len) == len ? len : 0;
}

static struct span
trimmed(struct span l)
{
	size_t n;

	while ((n = conf_blank_last(l.s, l.len)) > 0)
		l.len -= n;
	while ((n = conf_blank_first(l.s, l.len)) > 0) {
		l.s += n;
		l.len -= n;
	}
	return l;
}

/* How many characters stand before the first that is no blank; 0 if none. */
static size_t
indent_of(struct span l)
{
	size_t count = 0;
	size_t n;

	while ((n = conf_blank_first(l.s, l.len)) > 0) {
		l.s += n;
		l.len -= n;
		count++;
	}
	return l.len == 0 ? 0 : count;
}

/* Without a comment; *had: there was one. */
static struct span
uncommented(struct span l, bool *had)
{
	struct span bare = trimmed(l);

	*had = true;
	if (bare.len > 0 && (bare.s[0] == '#' || bare.s[0] == ';'))
		return (struct span){l.s, 0};
	for (size_t i = 0; i < l.len; i++)
		if (l.s[i] == ';' && (i == 0 || conf_blank_last(l.s, i) > 0))
			return trimmed((struct span){l.s, i});
	*had = false;
	return bare;
}

/* --- items ---------------------------------------------------------------- */

/* The value that was under way is whole. */
static int
finish(struct reading *r)
{
	struct span v = {buf_str(&r->value), r->value.len};
	size_t n;

	if (r->item == NULL)
		return 0;
	if (r->value.failed && !r->value.too_big)
		return err_nomem(r->err);
	if (r->value.too_big &&
	    complain(r, "A value that ends here is too long to be shown.") < 0)
		return -1;
	while ((n = conf_blank_last(v.s, v.len)) > 0)
		v.len -= n;
	r->item->value = conf_read_copy(r->arena, v.s, v.len, r->err);
	if (r->item->value == NULL)
		return -1;
	r->item = NULL;
	buf_release(&r->value);
	buf_init(&r->value, LIMIT_CONF_VALUE);
	return 0;
}

static struct conf_item *
add_item(struct reading *r)
{
	struct conf_item *i = conf_read_alloc(r->arena, sizeof *i, r->err);

	if (i == NULL)
		return NULL;
	r->items++;
	i->section = r->section;
	i->line = r->line;
	*r->end = i;
	r->end = &i->next;
	return i;
}

static bool
is_there(const struct reading *r, const char *section, const char *name)
{
	for (const struct conf_item *i = *r->items_at; i != NULL; i = i->next)
		if (str_eq(i->section, section) &&
		    (name == NULL ? i->name == NULL
				  : i->name != NULL && str_eq(i->name, name)))
			return true;
	return false;
}

static int
take_section(struct reading *r, struct span name)
{
	const char *section =
	    conf_read_copy(r->arena, name.s, name.len, r->err);

	if (section == NULL)
		return -1;
	r->section = section;
	if (!is_there(r, section, NULL))
		return add_item(r) == NULL ? -1 : 0;
	if (str_eq(section, "DEFAULT"))
		return 0;
	return complain(r, "This section is in the file twice.");
}

/* Behind '[' and before the last ']'; len is 0: it is no section. */
static struct span
section_of(struct span v)
{
	const char *end = v.len < 3 || v.s[0] != '['
			      ? NULL
			      : memrchr(v.s + 2, ']', v.len - 2);

	if (end == NULL)
		return (struct span){v.s, 0};
	return (struct span){v.s + 1, (size_t)(end - v.s) - 1};
}

static int
take_option(struct reading *r, struct span v)
{
	size_t at = 0;
	struct span value;
	char *name;

	while (at < v.len && v.s[at] != '=' && v.s[at] != ':')
		at++;
	if (at == v.len || at == 0)
		return complain(
		    r, "This is neither a section, an option nor a comment.");
	value = trimmed((struct span){v.s + at + 1, v.len - at - 1});
	v = trimmed((struct span){v.s, at});
	name = conf_read_copy(r->arena, v.s, v.len, r->err);
	if (name == NULL)
		return -1;
	for (char *c = name; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	if (is_there(r, r->section, name) &&
	    complain(r, "This option is in the section twice.") < 0)
		return -1;
	r->item = add_item(r);
	if (r->item == NULL)
		return -1;
	r->item->name = name;
	buf_add(&r->value, value.s, value.len);
	return 0;
}

static int
take_line(struct reading *r, struct span whole)
{
	bool had = false;
	struct span v = uncommented(whole, &had);
	struct span section;

	if (v.len == 0) {
		if (!had && r->item != NULL)
			buf_add_char(&r->value, '\n');
		return 0;
	}
	if (r->item != NULL && indent_of(whole) > r->indent) {
		buf_add_char(&r->value, '\n');
		buf_add(&r->value, v.s, v.len);
		return 0;
	}
	if (finish(r) < 0)
		return -1;
	r->indent = indent_of(whole);
	section = section_of(v);
	if (section.len > 0)
		return take_section(r, section);
	if (r->section == NULL)
		return complain(
		    r, "This line stands before the first section.");
	return take_option(r, v);
}

/* The end of the line: "\n", "\r\n" or "\r", of *len bytes. */
static const char *
line_end(const char *at, const char *end, size_t *len)
{
	const char *p = at;

	while (p < end && *p != '\n' && *p != '\r')
		p++;
	*len = p == end ? 0 : *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : 1;
	return p;
}

int
conf_read_file(struct arena *a, const struct conf_read_text *t,
    struct conf_item **items, struct conf_problems *problems, struct error *err)
{
	AUTO(reading_release)
	struct reading r = {.arena = a,
	    .text = t,
	    .value = BUF_INIT(LIMIT_CONF_VALUE),
	    .problems = problems,
	    .err = err};
	const char *end = t->text + t->len;

	*items = NULL;
	r.items_at = items;
	r.end = items;
	if (!str_is_utf8(t->text, t->len))
		return complain(
		    &r, "This file is not UTF-8. fail2ban leaves it out.");
	if (memchr(t->text, '\0', t->len) != NULL)
		return complain(&r, "This file holds a NUL byte.");
	for (const char *at = t->text; at < end;) {
		size_t stop_len = 0;
		const char *stop = line_end(at, end, &stop_len);

		r.line++;
		if (r.items == LIMIT_CONF_ITEMS)
			return complain(&r, "This file has too many options.");
		if (take_line(&r, (struct span){at, (size_t)(stop - at)}) < 0)
			return -1;
		at = stop + stop_len;
	}
	return finish(&r);
}
