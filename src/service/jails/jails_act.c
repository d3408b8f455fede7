/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jails/jails_act.h"
#include "service/guard/allow_apply.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "f2b/cmd_conf.h"
#include "f2b/policy.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/bans/bans_audit.h"
#include "service/jails/jails_lock.h"

static const char *const OUTCOMES[] = {
    [JAILS_DONE] = "done",
    [JAILS_UNCHANGED] = "unchanged",
    [JAILS_REFUSED] = "refused",
    [JAILS_LOST] = "lost",
};
_Static_assert(ARRAY_LEN(OUTCOMES) == JAILS_OUTCOME__MAX, "a name each");

const char *
jails_outcome_name(enum jails_outcome o)
{
	return OUTCOMES[o];
}

void
jails_act_release(struct jails_act *a)
{
	conf_issues_release(&a->issues);
	str_list_release(&a->before);
	str_list_release(&a->after);
	str_list_release(&a->lost);
	str_list_release(&a->brought_back);
	f2b_jail_release(&a->now);
	*a = (struct jails_act){.jail = NULL};
}

/* --- what there is -------------------------------------------------------- */

static void
freep(struct f2b_counters **p)
{
	free(*p);
}

/* The running jails, and how many bans are in force in the one or in all. */
static int
look(struct app *app, const char *jail, struct str_list *names, int64_t *banned,
    struct error *err)
{
	AUTO(freep) struct f2b_counters *c = NULL;
	AUTO(str_list_release) struct str_list l = STR_LIST_INIT;
	int64_t sum = 0;

	if (f2b_jail_names(app->f2b, &l, NULL, err) < 0)
		return -1;
	c = calloc(l.n + 1, sizeof *c);
	if (c == NULL)
		return err_nomem(err);
	if (f2b_counters_all(app->f2b, &l, c, err) < 0)
		return -1;
	for (size_t i = 0; i < l.n; i++)
		if (c[i].currently_failed >= 0 &&
		    (jail == NULL || str_eq(jail, l.items[i])))
			sum += c[i].currently_banned;
	*banned = sum;
	*names = l;
	l = (struct str_list)STR_LIST_INIT; /* handed over */
	return 0;
}

static int
look_before(struct app *app, struct jails_act *a, struct error *err)
{
	return look(app, a->jail, &a->before, &a->banned_before, err);
}

static int
look_after(struct app *app, struct jails_act *a, struct error *err)
{
	if (look(app, a->jail, &a->after, &a->banned_after, err) < 0)
		return -1;
	if (a->jail == NULL || !str_list_has(&a->after, a->jail))
		return 0;
	if (f2b_jail_get(app->f2b, a->jail, &a->now, err) == 0) {
		a->has_now = true;
		return 0;
	}
	if (err->code != ERR_JAIL_NOT_FOUND)
		return -1;
	err_clear(err); /* stopped by somebody else meanwhile */
	return 0;
}

static bool
ran_before(const struct jails_act *a)
{
	return str_list_has(&a->before, a->jail);
}

/* --- what is noted of it -------------------------------------------------- */

static void
log_act(enum audit_action action, const struct jails_act *a)
{
	struct log_line l;
	bool bad = a->outcome == JAILS_LOST;

	log_begin(&l, bad ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO,
	    audit_action_name(action));
	log_str(&l, "outcome", OUTCOMES[a->outcome]);
	if (a->jail != NULL)
		log_str(&l, "jail", a->jail);
	for (size_t i = 0; i < a->lost.n; i++)
		log_str(&l, "lost", a->lost.items[i]);
	if (a->issues.n > 0)
		log_str(&l, "issue", a->issues.items[0].text);
	if (a->reason != NULL)
		log_str(&l, "reason", a->reason);
	log_end(&l);
}

static enum audit_outcome
audit_outcome_of(enum jails_outcome o)
{
	switch (o) {
	case JAILS_DONE:
	case JAILS_UNCHANGED:
		return AUDIT_DONE;
	case JAILS_REFUSED:
		return AUDIT_REFUSED;
	case JAILS_LOST:
	case JAILS_OUTCOME__MAX:
		break;
	}
	return AUDIT_FAILED;
}

static void
audit_act(struct app *app, enum audit_action action, const struct jails_act *a,
    const struct error *why)
{
	struct audit_entry e = AUDIT_ENTRY(action);

	audit_target(&e, a->jail != NULL ? a->jail : "(all)");
	audit_detail(&e, "reason", a->reason);
	if (why != NULL) {
		e.outcome = AUDIT_FAILED;
		audit_detail(&e, "error", err_name(why->code));
	} else {
		e.outcome = audit_outcome_of(a->outcome);
		audit_detail_i64(&e, "bans", a->banned_before);
		for (size_t i = 0; i < a->lost.n; i++)
			audit_detail(&e,
			    str_list_has(&a->brought_back, a->lost.items[i])
				? "brought_back"
				: "lost",
			    a->lost.items[i]);
	}
	audit_note(app, &e);
}

/* --- acts ----------------------------------------------------------------- */

typedef int act_do(struct app *app, struct jails_act *a, struct error *err);

static int
run_locked(
    struct app *app, struct jails_act *a, act_do *body, struct error *err)
{
	AUTO(fd_closep) int lock = jails_lock(app, err);

	if (lock < 0 || look_before(app, a, err) < 0 || body(app, a, err) < 0)
		return -1;
	return look_after(app, a, err);
}

static int
run_act(struct app *app, enum audit_action action, struct jails_act *a,
    act_do *body, struct error *err)
{
	if (a->jail != NULL && !policy_is_jail(a->jail))
		return err_set(err, ERR_JAIL_NOT_FOUND,
		    "There is no such jail. It may have been removed.", "%s",
		    "a name outside the grammar");
	if (run_locked(app, a, body, err) < 0) {
		bans_note_act(app, a->jail); /* who knows */
		audit_act(app, action, a, err);
		return -1;
	}
	if (a->outcome == JAILS_UNCHANGED)
		return 0;
	bans_note_act(app, a->jail);
	log_act(action, a);
	audit_act(app, action, a, NULL);
	return 0;
}

static void
log_not_back(const char *jail, const struct error *why)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_ERROR, "jail_not_brought_back");
	log_str(&l, "jail", jail);
	log_error_fields(&l, why);
	log_end(&l);
}

/* Start what a reload has lost, each by itself: what keeps one of them from
 * it need not be wrong with the others. */
static int
bring_back(
    struct app *app, struct jails_act *a, int64_t until_ms, struct error *err)
{
	for (size_t i = 0; i < a->lost.n && app->mono_ms() < until_ms; i++) {
		AUTO(reloaded_release)
		struct reloaded r = {.issues = CONF_ISSUES_INIT};
		struct error why = ERROR_INIT;
		const char *name = a->lost.items[i];

		if (f2b_reload(app->f2b, name, &r, &why) < 0) {
			log_not_back(name, &why);
			continue;
		}
		if (str_list_has(&r.after, name) &&
		    str_list_add(&a->brought_back, name, strlen(name), err) < 0)
			return -1;
	}
	return 0;
}

static int
do_reload(struct app *app, struct jails_act *a, struct error *err)
{
	AUTO(reloaded_release)
	struct reloaded r = {.issues = CONF_ISSUES_INIT};
	int64_t until_ms = app->mono_ms() + LIMIT_F2B_ACT_MS;

	if (f2b_reload(app->f2b, a->jail, &r, err) < 0)
		return -1;
	a->outcome = r.done ? JAILS_DONE : JAILS_REFUSED;
	a->issues = r.issues;
	r.issues = (struct conf_issues)CONF_ISSUES_INIT; /* handed over */
	a->lost = r.lost;
	r.lost = (struct str_list)STR_LIST_INIT;
	if (a->lost.n == 0)
		return 0;
	a->outcome = JAILS_LOST;
	return bring_back(app, a, until_ms, err);
}

static int
do_start(struct app *app, struct jails_act *a, struct error *err)
{
	if (!ran_before(a))
		return do_reload(app, a, err);
	return f2b_jail_wake(app->f2b, a->jail, err);
}

static int
do_stop(struct app *app, struct jails_act *a, struct error *err)
{
	a->outcome = JAILS_UNCHANGED;
	if (!ran_before(a))
		return 0;
	if (f2b_jail_stop(app->f2b, a->jail, err) == 0) {
		a->outcome = JAILS_DONE;
		return 0;
	}
	if (err->code != ERR_JAIL_NOT_FOUND)
		return -1;
	err_clear(err); /* somebody else was faster */
	return 0;
}

static int
do_idle(struct app *app, struct jails_act *a, struct error *err)
{
	return f2b_jail_idle(app->f2b, a->jail, true, err);
}

static int
do_busy(struct app *app, struct jails_act *a, struct error *err)
{
	return f2b_jail_idle(app->f2b, a->jail, false, err);
}

/* fail2ban does not tell it; whoever has just set it knows. */
static void
set_idle(struct jails_act *a, bool idle)
{
	a->now.idle_known = a->has_now;
	a->now.idle = idle;
}

int
jails_start(struct app *app, struct jails_act *a, struct error *err)
{
	if (run_act(app, AUDIT_JAIL_START, a, do_start, err) < 0)
		return -1;
	allow_wake(app); /* a jail that begins anew knows only its files */
	set_idle(a, false);
	return 0;
}

int
jails_stop(struct app *app, struct jails_act *a, struct error *err)
{
	return run_act(app, AUDIT_JAIL_STOP, a, do_stop, err);
}

int
jails_idle(struct app *app, struct jails_act *a, bool idle, struct error *err)
{
	if (run_act(app, idle ? AUDIT_JAIL_IDLE : AUDIT_JAIL_BUSY, a,
		idle ? do_idle : do_busy, err) < 0)
		return -1;
	set_idle(a, idle);
	return 0;
}

int
jails_reload(struct app *app, struct jails_act *a, struct error *err)
{
	if (run_act(app, AUDIT_JAIL_RELOAD, a, do_reload, err) < 0)
		return -1;
	allow_wake(app);
	if (a->outcome == JAILS_DONE)
		set_idle(a, false);
	return 0;
}
