/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jails/jails_set.h"

#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/jails/jails_lock.h"

static const struct {
	const char *name;
	size_t from; /* in struct f2b_jail */
	bool is_switch;
	bool grows; /* belongs to growing ban times */
} SETTINGS[] = {
    [F2B_FIND_TIME] = {"find_time_seconds",
		       offsetof(struct f2b_jail,                               find_time_s),   false, false},
    [F2B_BAN_TIME] = {"ban_time_seconds",           offsetof(struct f2b_jail, ban_time_s),
		       false,									 false},
    [F2B_MAX_RETRY] = {"max_retry",                  offsetof(struct f2b_jail, max_retry),     false,
		       false									       },
    [F2B_MAX_MATCHES] = {"max_matches",                offsetof(struct f2b_jail, max_matches),
		       false,									 false},
    [F2B_IGNORE_SELF] = {"ignore_self",                offsetof(struct f2b_jail, ignore_self),
		       true,									  false},
    [F2B_INCREMENT] = {"increment_enabled",
		       offsetof(struct f2b_jail,                               increment),     true,  true },
    [F2B_OVERALL_JAILS] = {"increment_overall_jails",
		       offsetof(struct f2b_jail,                               overall_jails), true,  true },
    [F2B_MAX_TIME] = {"increment_max_time_seconds",
		       offsetof(struct f2b_jail,                               max_time_s),    false, true },
    [F2B_RND_TIME] = {"increment_rnd_time_seconds",
		       offsetof(struct f2b_jail,                               rnd_time_s),    false, true },
};
_Static_assert(ARRAY_LEN(SETTINGS) == F2B_SETTING__MAX, "a row each");

const char *
jails_setting_name(enum f2b_setting setting)
{
	return SETTINGS[setting].name;
}

static int64_t
value_of(const struct f2b_jail *j, enum f2b_setting s)
{
	const void *at = (const char *)j + SETTINGS[s].from;

	if (SETTINGS[s].is_switch)
		return *(const bool *)at ? 1 : 0;
	return *(const int64_t *)at;
}

/* Old values are kept beside the new ones: an undo needs them. */
static void
audit_set(struct app *app, const struct jails_set *set,
    const struct f2b_jail *before, const struct error *why)
{
	struct audit_entry e = AUDIT_ENTRY(AUDIT_JAIL_SET);
	char text[2 * sizeof "-9223372036854775808 -> "];

	audit_target(&e, set->jail);
	audit_detail(&e, "reason", set->reason);
	for (size_t i = 0; before != NULL && i < set->n; i++) {
		enum f2b_setting s = set->changes[i].setting;

		if (value_of(before, s) == set->changes[i].value)
			continue;
		(void)snprintf(text, sizeof text, "%lld -> %lld",
		    (long long)value_of(before, s),
		    (long long)set->changes[i].value); /* fits */
		audit_detail(&e, SETTINGS[s].name, text);
	}
	if (why != NULL) {
		e.outcome = AUDIT_FAILED;
		audit_detail(&e, "error", err_name(why->code));
	}
	audit_note(app, &e);
}

static int
check_known(
    const struct jails_set *set, const struct f2b_jail *j, struct error *err)
{
	for (size_t i = 0; i < set->n; i++)
		if (SETTINGS[set->changes[i].setting].grows &&
		    !j->has_increment)
			return err_set(err, ERR_CONFLICT,
			    "This fail2ban is too old to let ban times grow.",
			    "%s of %s", SETTINGS[set->changes[i].setting].name,
			    set->jail);
	return 0;
}

static int
make_changes(struct app *app, const struct jails_set *set,
    const struct f2b_jail *before, size_t *n_made, struct error *err)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct jails_change *c = &set->changes[i];

		if (value_of(before, c->setting) == c->value)
			continue;
		if (f2b_jail_set(
			app->f2b, set->jail, c->setting, c->value, err) < 0)
			return -1;
		++*n_made;
	}
	return 0;
}

int
jails_set(struct app *app, const struct jails_set *set, struct f2b_jail *now,
    struct error *err)
{
	AUTO(fd_closep) int lock = jails_lock(app, err);
	AUTO(f2b_jail_release) struct f2b_jail before = {0};
	size_t n_made = 0;

	if (lock < 0 || f2b_jail_get(app->f2b, set->jail, &before, err) < 0 ||
	    check_known(set, &before, err) < 0) {
		audit_set(app, set, NULL, err);
		return -1;
	}
	if (make_changes(app, set, &before, &n_made, err) < 0) {
		audit_set(app, set, &before, err);
		return -1;
	}
	if (n_made > 0)
		audit_set(app, set, &before, NULL);
	return f2b_jail_get(app->f2b, set->jail, now, err);
}
