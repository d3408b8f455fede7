/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/config/config_detail.h"

#include <string.h>

#include "base/error.h"
#include "service/config/config.h"

struct filling {
	struct config_detail *detail;
	struct conf_read *read;
	struct config_option **end;
	struct error *err;
};

void
config_detail_release(struct config_detail *d)
{
	config_list_release(&d->list);
}

/* --- options -------------------------------------------------------------- */

static int
add_option(struct filling *f, const struct config_option *o)
{
	struct config_option *own =
	    conf_read_alloc(&f->read->arena, sizeof *own, f->err);

	if (own == NULL)
		return -1;
	*own = *o;
	*f->end = own;
	f->end = &own->next;
	return 0;
}

/* Each value of a section, written out in a scope; what tags make of it is in
 * combined, which may be NULL. */
static int
add_values(struct filling *f, const struct conf_part *part,
    const struct conf_scope *scope, const struct conf_dict *combined)
{
	for (const struct conf_value *v = part == NULL ? NULL : part->values;
	     v != NULL; v = v->next) {
		struct config_option o = {
		    .section = part->name, .name = v->name, .from = v};
		const struct conf_pair *p = conf_dict_find(combined, v->name);
		struct conf_got got;

		if (conf_expand_option(f->read, scope, v->name, &got, f->err) <
		    0)
			return -1;
		o.broken = got.broken;
		o.effective = p == NULL || p->text == NULL || got.broken
				  ? got.text
				  : p->text;
		if (add_option(f, &o) < 0)
			return -1;
	}
	return 0;
}

/* Of a jail: its own, then those that it has of [DEFAULT]. */
static int
add_jail_options(struct filling *f, const struct conf_jails *jails,
    const struct conf_part *part, const struct conf_jail *jail)
{
	const struct conf_scope scope = {
	    .set = &jails->set, .part = part, .more = &jail->known};
	const struct conf_part *parts[] = {part, &jails->set.defaults};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		for (const struct conf_value *v = parts[i]->values; v != NULL;
		     v = v->next) {
			struct config_option o = {.section = parts[i]->name,
			    .name = v->name,
			    .from = v};
			struct conf_got got;

			if (i == 1 && conf_part_value(part, v->name) != NULL)
				continue;
			if (i == 0)
				o.also = conf_part_value(
				    &jails->set.defaults, v->name);
			if (conf_expand_option(
				f->read, &scope, v->name, &got, f->err) < 0)
				return -1;
			o.effective = got.text;
			o.broken = got.broken;
			if (add_option(f, &o) < 0)
				return -1;
		}
	return 0;
}

/* --- files ---------------------------------------------------------------- */

static void
add_file(struct config_detail *d, const char *file)
{
	for (size_t i = 0; i < d->n_files; i++)
		if (str_eq(d->files[i], file))
			return;
	if (file[0] != '\0' && d->n_files < LIMIT_CONF_INCLUDES)
		d->files[d->n_files++] = file;
}

/* Does a value of the section stand in that file? */
static bool
is_in(const struct conf_part *part, const char *file)
{
	if (str_eq(part->file, file))
		return true;
	for (const struct conf_value *v = part->values; v != NULL; v = v->next)
		for (const struct conf_value *o = v; o != NULL; o = o->over)
			if (str_eq(o->file, file))
				return true;
	return false;
}

/* --- uses ----------------------------------------------------------------- */

static struct config_use *
add_use(
    struct filling *f, struct config_use **to, const char *name, bool missing)
{
	struct config_use *u =
	    conf_read_alloc(&f->read->arena, sizeof *u, f->err);

	if (u != NULL) {
		u->name = name;
		u->missing = missing;
		*to = u;
	}
	return u;
}

static int
fill_jail(struct filling *f, const struct conf_jails *jails)
{
	struct config_detail *d = f->detail;
	const struct conf_part *part =
	    conf_set_part(&jails->set, d->entry->name);
	struct config_use **end = &d->actions;
	struct conf_jail jail;

	if (conf_jail_read(f->read, jails, part, &jail, f->err) < 0 ||
	    add_jail_options(f, jails, part, &jail) < 0)
		return -1;
	for (size_t i = 0; i < jails->set.n_files; i++)
		if (is_in(part, jails->set.files[i]))
			add_file(d, jails->set.files[i]);
	if (jail.filter.name != NULL && add_use(f, &d->filter, jail.filter.name,
					    jail.filter_missing) == NULL)
		return -1;
	for (const struct conf_jail_action *a = jail.actions; a != NULL;
	     a = a->next) {
		struct config_use *u = add_use(f, end, a->use.name, a->missing);

		if (u == NULL)
			return -1;
		end = &u->next;
	}
	return 0;
}

/* A filter or action as it is without a jail's parameters. */
static int
fill_definition(struct filling *f, enum conf_dir kind)
{
	struct config_detail *d = f->detail;
	const struct conf_use use = {.name = d->entry->name};
	struct conf_dict combined = {NULL, NULL};
	struct conf_definition def;
	struct conf_scope scope;
	int rc = conf_definition_read(f->read, kind, &use, &def, f->err);

	if (rc == 0) { /* a program: its text is all there is */
		add_file(d, d->entry->file);
		return 0;
	}
	if (rc < 0 ||
	    conf_definition_take(f->read, &def, kind, NULL, true, f->err) < 0 ||
	    conf_definition_combine(f->read, &def, kind, &combined, f->err) < 0)
		return -1;
	for (size_t i = 0; i < def.set.n_files; i++)
		add_file(d, def.set.files[i]);
	scope = (struct conf_scope){.set = &def.set};
	for (const struct conf_part *p = def.set.parts; p != NULL;
	     p = p->next) {
		scope.part = p;
		if (!str_eq(p->name, "INCLUDES") &&
		    add_values(f, p, &scope, &combined) < 0)
			return -1;
	}
	scope.part = NULL;
	return add_values(f, &def.set.defaults, &scope, NULL);
}

int
config_detail_fill(struct config_detail *d, enum conf_dir kind,
    const struct conf_jails *jails, struct error *err)
{
	struct filling f = {
	    .detail = d, .read = &d->list.read, .end = &d->options, .err = err};

	return kind == CONF_JAIL ? fill_jail(&f, jails)
				 : fill_definition(&f, kind);
}
