/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names in fail2ban's configuration that we let anybody choose: of jails, and
 * of the files that we write. Narrower than what fail2ban takes, since a jail's
 * name reaches the commands of its actions.
 */
#ifndef BANGUI_F2B_CONF_NAME_H
#define BANGUI_F2B_CONF_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/limits.h"

/* The folders that hold files of ours. */
enum conf_dir { CONF_JAIL, CONF_FILTER, CONF_ACTION, CONF_DIR__MAX };

/** "jail.d", "filter.d", "action.d". */
const char *conf_dir_name(enum conf_dir dir);

/** [A-Za-z0-9][A-Za-z0-9._-]{0,63}, without "..". */
bool conf_is_name(const char *s);

/** The same, and no word that fail2ban takes for something else. */
bool conf_is_jail(const char *s);

struct conf_file {
	enum conf_dir dir;
	char name[LIMIT_CONF_NAME + sizeof(".local")]; /* "sshd.local" */
};

/** "jail.d/NAME.local" and its kind; false of everything else. */
bool conf_file_parse(const char *s, struct conf_file *out);

#endif
