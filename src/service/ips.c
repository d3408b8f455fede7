/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/ips.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/time.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/bans/bans_refresh.h"
#include "service/health.h"
#include "store/active_ban_store.h"
#include "store/ban_of_key.h"

void
ips_report_release(struct ips_report *r)
{
	for (size_t i = 0; i < r->n_active; i++)
		free(r->active[i].jail);
	free(r->active);
	for (size_t i = 0; i < r->n_past; i++)
		free(r->past[i].jail);
	free(r->past);
	*r = (struct ips_report){0};
}

static int
active_add(void *ctx, const char *jail, const struct active_ban *ban,
    struct error *err)
{
	struct ips_report *r = ctx;
	struct ips_ban *more;

	more = reallocarray(r->active, r->n_active + 1, sizeof *more);
	if (more == NULL)
		return err_nomem(err);
	r->active = more;
	more[r->n_active] = (struct ips_ban){
	    .jail = strdup(jail),
	    .banned_at = ban->banned_at,
	    .expires_at = ban->expires_at,
	};
	return more[r->n_active++].jail == NULL ? err_nomem(err) : 0;
}

static int
past_add(void *ctx, const struct ban_of_key_jail *row, struct error *err)
{
	struct ips_report *r = ctx;
	struct ips_past *more;

	more = reallocarray(r->past, r->n_past + 1, sizeof *more);
	if (more == NULL)
		return err_nomem(err);
	r->past = more;
	more[r->n_past] = (struct ips_past){
	    .jail = strdup(row->jail),
	    .bans = row->bans,
	    .first_at = row->first_at,
	    .last_at = row->last_at,
	};
	if (more[r->n_past++].jail == NULL)
		return err_nomem(err);
	r->bans += row->bans;
	if (r->first_at < 0 || row->first_at < r->first_at)
		r->first_at = row->first_at;
	if (row->last_at > r->last_at)
		r->last_at = row->last_at;
	return 0;
}

/* What cannot be asked is not known; that fail2ban is away is told, and
 * logged, by the state of the server. */
static int
find_active(struct app *app, struct ips_report *r, struct error *err)
{
	int64_t as_of;

	if (bans_refresh(app, &as_of, err) < 0) {
		if (!health_is_f2b_away(err))
			return -1;
		err_clear(err);
		return 0;
	}
	r->live = true;
	return active_ban_each_of(
	    app->db, &r->key, time_now_s(), active_add, r, err);
}

int
ips_get(
    struct app *app, const char *id, struct ips_report *out, struct error *err)
{
	AUTO(ips_report_release)
	struct ips_report r = {.first_at = -1, .last_at = -1};
	struct addr a;

	if (addr_parse_net(id, strlen(id), &a)) {
		addr_format(&a, r.canonical);
		r.key = ban_key_of(&a);
		if (geo_resolve(app, &a, &r.geo, err) < 0)
			return -1;
	} else {
		r.key = ban_key_of_text(id);
		r.geo = geo_of_text();
	}
	if (find_active(app, &r, err) < 0 ||
	    ban_of_key_jails(app->db, &r.key, past_add, &r, err) < 0)
		return -1;
	*out = r;
	r = (struct ips_report){0}; /* handed over */
	return 0;
}

int
ips_recent(struct app *app, const struct ips_report *r, ban_list_each *each,
    void *ctx, struct error *err)
{
	return ban_list_of(app, &r->key, each, ctx, err);
}
