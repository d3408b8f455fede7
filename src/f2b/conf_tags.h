/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "<name>" in the values of a filter or an action, written out as fail2ban's
 * client does; those that it leaves to the server stay. Source:
 * substituteRecursiveTags() in helpers.py of fail2ban 1.0.2.
 */
#ifndef BANGUI_F2B_CONF_TAGS_H
#define BANGUI_F2B_CONF_TAGS_H

#include "base/macros.h"

struct conf_definition;
struct conf_dict;
struct conf_read;
struct error;

/**
 * In each value of dict.
 *
 * d     is asked for what is not in dict
 * kept  names that are left alone; NULL ends them
 *
 * ERR_NOMEM, ERR_CONFLICT; a value that refers to itself is a problem.
 */
NODISCARD int conf_tags_write_out(struct conf_read *r,
    struct conf_definition *d, const char *const *kept, struct conf_dict *dict,
    struct error *err);

#endif
