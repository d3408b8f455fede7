/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Starting, stopping, pausing and reloading jails. One such act at a time over
 * all workers, so that what runs before and after it can be compared. A reload
 * goes through f2b_reload(), which begins nothing that would cost a jail; one
 * that is lost all the same is named and started again.
 */
#ifndef BANGUI_SERVICE_JAILS_ACT_H
#define BANGUI_SERVICE_JAILS_ACT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "base/str.h"
#include "f2b/cmd.h"
#include "f2b/conf_issue.h"

struct app;
struct error;

enum jails_outcome {
	JAILS_DONE,
	JAILS_UNCHANGED, /* it was so already */
	JAILS_REFUSED,   /* nothing was begun: the issues say why */
	JAILS_LOST,      /* jails that ran do not, or had to be started again */
	JAILS_OUTCOME__MAX
};

const char *jails_outcome_name(enum jails_outcome o); /* "unchanged" */

/* An act, and what came of it. */
struct jails_act {
	const char *jail;   /* borrowed; NULL: all of them */
	const char *reason; /* borrowed; or NULL */

	enum jails_outcome outcome;
	struct conf_issues issues;
	struct str_list before, after;      /* running jails, sorted */
	struct str_list lost, brought_back; /* out of before */
	/* in force then, in that jail or in all: one that was just started
	 * may still be bringing its own back */
	int64_t banned_before, banned_after;
	bool has_now; /* the one jail runs, and now is how */
	struct f2b_jail now;
};

void jails_act_release(struct jails_act *a);

/*
 * Each: of a only jail and reason are looked at, the rest is zero before and
 * the caller's to release. Errors as f2b/cmd.h and cmd_conf.h;
 * ERR_JAIL_NOT_FOUND a name outside the grammar; ERR_CONFLICT another act is
 * under way.
 */

/** Start a jail out of the configuration; one that runs is woken. */
NODISCARD int jails_start(
    struct app *app, struct jails_act *a, struct error *err);
/** JAILS_UNCHANGED one that does not run, or that there never was. */
NODISCARD int jails_stop(
    struct app *app, struct jails_act *a, struct error *err);
/** ERR_JAIL_NOT_FOUND it does not run. */
NODISCARD int jails_idle(
    struct app *app, struct jails_act *a, bool idle, struct error *err);
/** One jail, which may be new, or all. What was set at run time is lost. */
NODISCARD int jails_reload(
    struct app *app, struct jails_act *a, struct error *err);

#endif
