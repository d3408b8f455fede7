/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A filter or an action as a jail uses it: the options of its [Definition] and
 * [Init], with the parameters "name[option=value, ...]", and "<option>" in the
 * values written out. Source: configreader.py and helpers.py of fail2ban
 * 1.0.2.
 */
#ifndef BANGUI_F2B_CONF_DEFINE_H
#define BANGUI_F2B_CONF_DEFINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "f2b/conf_expand.h"
#include "f2b/conf_name.h"
#include "f2b/conf_read.h"

/* "sshd[mode=aggressive]" */
struct conf_use {
	const char *name;
	struct conf_dict params;
};

/** 1 out is filled; 0 it is not written so; -1 no memory. */
NODISCARD int conf_use_parse(struct conf_read *r, const char *text, size_t len,
    struct conf_use *out, struct error *err);

/**
 * The next of several uses, which lines or blanks separate: its length, or 0
 * at the end. *at moves behind it; *start is where it begins.
 */
size_t conf_use_next(const char **at, const char **start);

struct conf_definition {
	struct conf_set set;
	struct conf_dict params; /* of the use, and of [Init] */
	struct conf_dict vars;   /* these are not read from [Definition] */
	struct conf_dict own;    /* of [Definition] */
	struct conf_dict asked;  /* what a tag stood for when first met */
};

/* The options that fail2ban itself knows, sorted; NULL ends them. */
extern const char *const CONF_FILTER_OPTIONS[];
extern const char *const CONF_ACTION_OPTIONS[];

/** 1 read; 0 there are no such files. */
NODISCARD int conf_definition_read(struct conf_read *r, enum conf_dir dir,
    const struct conf_use *use, struct conf_definition *out, struct error *err);

/**
 * Take the options in. May be done again, with other vars.
 *
 * vars  of the jail; may be NULL
 * all   also those of [Definition] that fail2ban does not know
 */
NODISCARD int conf_definition_take(struct conf_read *r,
    struct conf_definition *d, enum conf_dir dir, const struct conf_dict *vars,
    bool all, struct error *err);

/** What was taken in, tags written out, into out, which is empty. */
NODISCARD int conf_definition_combine(struct conf_read *r,
    struct conf_definition *d, enum conf_dir dir, struct conf_dict *out,
    struct error *err);

/** Is it one of them? */
bool conf_is_option_of(const char *const *options, const char *name);

#endif
