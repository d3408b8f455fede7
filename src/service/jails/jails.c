/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jails/jails.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "service/app.h"

void
jails_list_release(struct jails_list *l)
{
	for (size_t i = 0; l->items != NULL && i < l->names.n; i++)
		f2b_jail_release(&l->items[i]);
	free(l->items);
	str_list_release(&l->names);
	*l = (struct jails_list){.names = STR_LIST_INIT};
}

/* A jail that was stopped since its name was read is left out. */
static int
jail_add(
    struct app *app, struct jails_list *to, const char *name, struct error *err)
{
	if (f2b_jail_get(app->f2b, name, &to->items[to->names.n], err) < 0) {
		if (err->code != ERR_JAIL_NOT_FOUND)
			return -1;
		err_clear(err);
		return 0;
	}
	if (str_list_add(&to->names, name, strlen(name), err) < 0) {
		f2b_jail_release(&to->items[to->names.n]);
		return -1;
	}
	return 0;
}

int
jails_list(struct app *app, struct jails_list *out, struct error *err)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	AUTO(jails_list_release) struct jails_list l = {.items = NULL};

	if (f2b_jail_names(app->f2b, &names, NULL, err) < 0)
		return -1;
	l.items = calloc(names.n + 1, sizeof *l.items);
	if (l.items == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < names.n; i++)
		if (jail_add(app, &l, names.items[i], err) < 0)
			return -1;
	*out = l;
	l = (struct jails_list){.items = NULL}; /* handed over */
	return 0;
}

int
jails_get(
    struct app *app, const char *name, struct f2b_jail *out, struct error *err)
{
	return f2b_jail_get(app->f2b, name, out, err);
}
