/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where fail2ban's parts are on this machine, for who tests, changes and
 * reloads its configuration. Borrowed throughout.
 */
#ifndef BANGUI_F2B_CONF_PLACE_H
#define BANGUI_F2B_CONF_PLACE_H

#include "f2b/run.h"

struct conf_place {
	const char *dir;             /* of its configuration, absolute */
	const char *socket;          /* on which it takes commands */
	const char *tmp_dir;         /* for private copies */
	const char *const *log_dirs; /* as in struct conf_rules */
	struct run_programs programs;
};

/**
 * As the build was told (--with-fail2banconfdir), with logs below
 * POLICY_LOG_ROOT, and the programs where they are usually installed.
 */
void conf_place_init(struct conf_place *p, const char *socket);

#endif
