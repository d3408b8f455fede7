/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A jail of the files, whether it runs or not: its options as fail2ban's
 * client would send them, its filter and its actions. Source: jailreader.py,
 * filterreader.py and actionreader.py of fail2ban 1.0.2.
 */
#ifndef BANGUI_F2B_CONF_JAIL_H
#define BANGUI_F2B_CONF_JAIL_H

#include <stdbool.h>

#include "base/macros.h"
#include "f2b/conf_define.h"
#include "f2b/conf_expand.h"

struct conf_jail_action {
	struct conf_jail_action *next;
	struct conf_use use;
	const char *name; /* that the jail knows it by */
	bool missing;     /* there are no such files */
	bool python;      /* "NAME.py": a program, not a file of options */
	struct conf_dict options; /* that would be sent */
};

struct conf_jail {
	const char *name;
	bool enabled;
	struct conf_dict options; /* of fail2ban's own, as they were written */
	struct conf_use filter;   /* name is NULL: none */
	bool filter_missing;
	struct conf_dict filter_options; /* that the jail does not have */
	struct conf_dict known;          /* "known/x": of the filter */
	struct conf_jail_action *actions;
};

/* The options that fail2ban itself knows of a jail, sorted. */
extern const char *const CONF_JAIL_OPTIONS[];

enum conf_convert { CONF_AS_TEXT, CONF_AS_BOOL, CONF_AS_INT };

/** How fail2ban reads an option, of a jail, a filter or an action. */
enum conf_convert conf_convert_of(const char *name);
/** "1", "on", "true" and "yes", in any case. */
bool conf_is_true(const char *text);
/** A whole number, as Python's int() takes it. */
bool conf_is_int(const char *text);

/* Those of a jail's set; read once for all jails. */
struct conf_jails {
	struct conf_set set;
};

/**
 * Read the jails' files.
 *
 * version  of fail2ban, for %(fail2ban_version)s
 * dir      its configuration, for %(fail2ban_confpath)s; both are borrowed
 *
 * 1 read; 0 there are none.
 */
NODISCARD int conf_jails_read(struct conf_read *r, const char *version,
    const char *dir, struct conf_jails *out, struct error *err);

/** Is that section a jail? */
bool conf_is_jail_part(const struct conf_part *p);

/** One option of a jail, without what it may have of its filter. */
NODISCARD int conf_jail_option(struct conf_read *r, const struct conf_jails *j,
    const struct conf_part *part, const char *name, struct conf_got *out,
    struct error *err);

/** All of a jail. */
NODISCARD int conf_jail_read(struct conf_read *r, const struct conf_jails *j,
    const struct conf_part *part, struct conf_jail *out, struct error *err);

#endif
