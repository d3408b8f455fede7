/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/reload.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "f2b/cmd.h"
#include "f2b/conf_change.h"
#include "f2b/conf_place.h"
#include "f2b/conf_test.h"
#include "f2b/run.h"

void
reloaded_release(struct reloaded *r)
{
	conf_issues_release(&r->issues);
	str_list_release(&r->before);
	str_list_release(&r->after);
	str_list_release(&r->lost);
}

static int
run_client(const struct conf_place *place, const char *jail, struct reloaded *r,
    struct error *err)
{
	const char *args[] = {"-c", place->dir, "-s", place->socket, "reload",
	    "--if-exists", jail};
	const struct run_call call = {.program = RUN_CLIENT,
	    .args = args,
	    .n_args = jail == NULL ? 5 : 7,
	    .wall_ms = LIMIT_RELOAD_MS,
	    .cpu_s = LIMIT_CONF_TEST_CPU_S};
	AUTO(run_result_release) struct run_result result;
	struct conf_said said = {.dir = place->dir};

	run_result_init(&result);
	if (run(&place->programs, &call, &result, err) < 0)
		return -1;
	r->done = result.exit_code == 0;
	if (r->done)
		return 0;
	said.text = run_result_last_line(&result, &said.len);
	return conf_issues_quote(
	    &r->issues, CONF_ERROR, jail == NULL ? "" : jail, &said, err);
}

static int
find_lost(struct reloaded *r, struct error *err)
{
	for (size_t i = 0; i < r->before.n; i++) {
		const char *name = r->before.items[i];

		if (!str_list_has(&r->after, name) &&
		    str_list_add(&r->lost, name, strlen(name), err) < 0)
			return -1;
	}
	return 0;
}

/* A running jail that the configuration has no more would be stopped, and its
 * bans lifted. Whoever wants that stops it; a reload is not the way. */
static int
find_dropped(struct reloaded *r, const char *jail, struct conf_tested *t,
    struct error *err)
{
	for (size_t i = 0; i < r->before.n; i++) {
		const char *name = r->before.items[i];

		if ((jail != NULL && !str_eq(jail, name)) ||
		    str_list_has(&t->jails, name))
			continue;
		if (conf_issues_add(&t->issues, CONF_ERROR, name,
			"It runs, but the configuration does not switch it on "
			"any more: a reload would stop it and lift its bans. "
			"Stop it first if that is meant.",
			err) < 0)
			return -1;
	}
	return 0;
}

/* fail2ban-client says "OK" to a jail that is switched off, and does nothing.
 */
static int
find_absent(const struct reloaded *r, const char *jail, struct conf_tested *t,
    struct error *err)
{
	if (jail == NULL || str_list_has(&r->before, jail) ||
	    str_list_has(&t->jails, jail))
		return 0;
	return conf_issues_add(&t->issues, CONF_ERROR, jail,
	    "The configuration has no jail of this name, or does not switch "
	    "it on.",
	    err);
}

/* Whether it is safe; if not, the issues are the answer's. */
static int
test_first(const struct conf_place *place, const char *jail, struct reloaded *r,
    bool *safe, struct error *err)
{
	static const struct conf_changes NONE = {.n = 0};
	AUTO(conf_tested_release)
	struct conf_tested t = {.issues = CONF_ISSUES_INIT};

	if (conf_test(place, &NONE, jail, &t, err) < 0)
		return -1;
	/* what cannot be read says nothing of the jails in it */
	if (t.issues.n_errors == 0 && (find_dropped(r, jail, &t, err) < 0 ||
					  find_absent(r, jail, &t, err) < 0))
		return -1;
	*safe = t.issues.n_errors == 0;
	if (!*safe) {
		r->issues = t.issues;
		t.issues = (struct conf_issues)CONF_ISSUES_INIT;
	}
	return 0;
}

int
reload(struct f2b *f2b, const struct conf_place *place, const char *jail,
    struct reloaded *out, struct error *err)
{
	AUTO(reloaded_release)
	struct reloaded r = {.issues = CONF_ISSUES_INIT};
	bool safe = false;

	if (f2b_jail_names(f2b, &r.before, NULL, err) < 0 ||
	    test_first(place, jail, &r, &safe, err) < 0 ||
	    (safe && run_client(place, jail, &r, err) < 0) ||
	    f2b_jail_names(f2b, &r.after, NULL, err) < 0 ||
	    find_lost(&r, err) < 0)
		return -1;
	*out = r;
	r = (struct reloaded){.done = false}; /* handed over */
	return 0;
}
