/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reload that cannot take protection away: what is not safe is not begun,
 * and which jails ran before and run after it is told. It is fail2ban-client
 * that reads the configuration and sends it, with a fixed list of arguments.
 */
#ifndef BANGUI_F2B_RELOAD_H
#define BANGUI_F2B_RELOAD_H

#include <stdbool.h>

#include "base/macros.h"
#include "base/str.h"
#include "f2b/conf_issue.h"

struct conf_place;
struct error;
struct f2b;

struct reloaded {
	bool done;                 /* else nothing was sent, or it failed */
	struct conf_issues issues; /* why not */
	/* Names of running jails, sorted: */
	struct str_list before, after;
	struct str_list lost; /* in before and not in after */
};

void reloaded_release(struct reloaded *r);

/**
 * Reload one jail, which may be new, or with NULL all of them. One that runs
 * and that the configuration does not switch on any more is an issue: it has
 * to be stopped before.
 *
 * f2b  asks fail2ban itself, not a gate
 *
 * Errors as conf_test(), and as f2b/cmd.h when fail2ban is not there.
 */
NODISCARD int reload(struct f2b *f2b, const struct conf_place *place,
    const char *jail, struct reloaded *out, struct error *err);

#endif
