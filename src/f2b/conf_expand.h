/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "%(name)s" in fail2ban's configuration, written out as Python does: of the
 * same section, of [DEFAULT], of another section with %(section/name)s, of the
 * file before with %(known/name)s. What cannot be written out is a problem
 * with file and line, and stays as it is. Source: configparser.py of 3.11,
 * configparserinc.py of fail2ban 1.0.2.
 */
#ifndef BANGUI_F2B_CONF_EXPAND_H
#define BANGUI_F2B_CONF_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"

struct conf_part;
struct conf_read;
struct conf_set;
struct conf_value;
struct error;

/* Names with values, in the order in which they came. */
struct conf_pair {
	struct conf_pair *next;
	const char *name, *text;
	const struct conf_value *from; /* NULL: of no file */
	bool done; /* for conf_tags.c: no tag is left in it */
};

struct conf_dict {
	struct conf_pair *first, *last;
};

/** The pair of that name, or NULL; d may be NULL. */
struct conf_pair *conf_dict_find(const struct conf_dict *d, const char *name);
/** Set, or change in its place. */
NODISCARD int conf_dict_put(struct conf_read *r, struct conf_dict *d,
    const struct conf_pair *pair, struct error *err);

struct conf_scope {
	const struct conf_set *set;
	const struct conf_part *part; /* may be NULL */
	const struct conf_dict *vars; /* before all others; may be NULL */
	const struct conf_dict *more; /* of the section, too; may be NULL */
	bool known; /* the values that those of the section override */
};

struct conf_got {
	const char *text; /* NULL: there is no such option */
	const struct conf_value *from;
	bool broken; /* text is as it stands in the file */
};

/** The value of an option in a scope. ERR_NOMEM, ERR_CONFLICT. */
NODISCARD int conf_expand_option(struct conf_read *r,
    const struct conf_scope *scope, const char *name, struct conf_got *out,
    struct error *err);

#endif
