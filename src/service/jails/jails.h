/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jails as they run, and the server around them. Reading only.
 */
#ifndef BANGUI_SERVICE_JAILS_H
#define BANGUI_SERVICE_JAILS_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/cmd.h"

struct app;
struct error;

struct jails_list {
	struct str_list names;
	struct f2b_jail *items; /* names.n of them */
};

void jails_list_release(struct jails_list *l);

/** Every running jail with its settings and counters. */
NODISCARD int jails_list(
    struct app *app, struct jails_list *out, struct error *err);

/** One running jail; ERR_JAIL_NOT_FOUND, also for a name outside the grammar.
 */
NODISCARD int jails_get(
    struct app *app, const char *name, struct f2b_jail *out, struct error *err);

#endif
