/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/status.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/settings.h"
#include "f2b/policy.h"
#include "service/app.h"
#include "service/health.h"
#include "service/jobs/jobs.h"

static const struct status_warning DIRECT = {
    "direct_socket_access",
    "The workers hold fail2ban's own socket, which is as good as root. Use "
    "bangui-gate, or let only people you trust with root sign in.",
};
static const struct status_warning LEVEL_OBSERVE = {
    "level_observe",
    "BanGUI may only look at fail2ban here: nothing can be banned, lifted or "
    "changed. See bangui-gate(8) on the server for its level.",
};
static const struct status_warning LEVEL_FULL = {
    "level_full",
    "BanGUI's level is `full`: whoever signs in can become root on this "
    "server. See bangui-gate(8) for a lower one.",
};
static const struct status_warning PLAIN_HTTP = {
    "plain_http",
    "Signing in without HTTPS is allowed (BANGUI_ALLOW_PLAIN_HTTP): whoever "
    "can listen on the network can read the password. Set up HTTPS.",
};
static const struct status_warning GEO_HTTP = {
    "geo_http_fallback",
    "Addresses that no MaxMind DB file knows are sent over the network "
    "unencrypted, to be told their country "
    "(BANGUI_GEOIP_ALLOW_HTTP_FALLBACK). Set up a MaxMind DB file instead.",
};
static const struct status_warning GEO_MISSING = {
    "geoip_unusable",
    "A MaxMind DB file that is configured is missing or damaged, so that "
    "countries or networks may be unknown or old. Run `bangui doctor` on the "
    "server.",
};
static const struct status_warning JOBS_WAIT = {
    "jobs_not_running", JOBS_NOT_RUNNING};
static const struct status_warning HIDDEN_JAILS = {
    "jails_hidden",
    "fail2ban runs jails whose names BanGUI does not take (over 64 bytes, a "
    "slash, or a dot or dash in front): they and their bans are not shown. "
    "Rename them in fail2ban's configuration.",
};

void
status_release(struct status *s)
{
	f2b_server_release(&s->server);
}

static void
warnings_fill(struct app *app, struct status *s)
{
	struct error err = ERROR_INIT;
	struct jobs_health jobs;

	if (s->peer.known && !s->peer.gate)
		s->warnings[s->n_warnings++] = DIRECT;
	if (s->peer.known && s->peer.level == POLICY_OBSERVE)
		s->warnings[s->n_warnings++] = LEVEL_OBSERVE;
	if (s->peer.known && s->peer.level == POLICY_FULL)
		s->warnings[s->n_warnings++] = LEVEL_FULL;
	if (app->settings->allow_plain_http)
		s->warnings[s->n_warnings++] = PLAIN_HTTP;
	if (s->geo.http_fallback)
		s->warnings[s->n_warnings++] = GEO_HTTP;
	if (geo_is_degraded(&s->geo))
		s->warnings[s->n_warnings++] = GEO_MISSING;
	if (s->history.off != HISTORY_ON)
		s->warnings[s->n_warnings++] = (struct status_warning){
		    "history_unavailable", history_off_text(s->history.off)};
	/* a database that cannot be read is told of by others */
	if (jobs_health(app, &jobs, &err) == 0 && jobs.stuck)
		s->warnings[s->n_warnings++] = JOBS_WAIT;
}

static void
counters_sum(struct status *s, const struct f2b_counters *c, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (c[i].currently_failed < 0)
			continue; /* stopped meanwhile */
		s->active_jails++;
		s->sum.currently_failed += c[i].currently_failed;
		s->sum.total_failed += c[i].total_failed;
		s->sum.currently_banned += c[i].currently_banned;
		s->sum.total_banned += c[i].total_banned;
	}
}

static void
freep(struct f2b_counters **p)
{
	free(*p);
}

static int
counters_fill(struct app *app, struct status *s, struct error *err)
{
	AUTO(str_list_release) struct str_list names = STR_LIST_INIT;
	AUTO(freep) struct f2b_counters *c = NULL;

	size_t n_hidden = 0;

	if (f2b_jail_names(app->f2b, &names, &n_hidden, err) < 0)
		return -1;
	if (n_hidden > 0)
		s->warnings[s->n_warnings++] = HIDDEN_JAILS;
	c = calloc(names.n + 1, sizeof *c);
	if (c == NULL)
		return err_nomem(err);
	if (f2b_counters_all(app->f2b, &names, c, err) < 0)
		return -1;
	counters_sum(s, c, names.n);
	return 0;
}

static int
server_fill(struct app *app, struct status *s, struct error *err)
{
	if (f2b_peer_get(app->f2b, &s->peer, err) < 0 ||
	    f2b_version(app->f2b, s->version, err) < 0 ||
	    f2b_server_get(app->f2b, &s->server, err) < 0)
		return -1;
	return counters_fill(app, s, err);
}

int
status_get(struct app *app, struct status *out, struct error *err)
{
	AUTO(status_release) struct status s = {.online = true};
	int rc = server_fill(app, &s, err);

	if (rc < 0 && !health_is_f2b_away(err))
		return -1;
	health_note_f2b(app, rc == 0 ? NULL : err);
	if (rc < 0) {
		err_clear(err);
		status_release(&s);
		s = (struct status){.online = false};
		f2b_peer_last(app->f2b, &s.peer);
	}
	geo_files(app, &s.geo);
	if (history_status_get(app, &s.history, err) < 0)
		return -1;
	warnings_fill(app, &s);
	*out = s;
	s = (struct status){0}; /* handed over */
	return 0;
}
