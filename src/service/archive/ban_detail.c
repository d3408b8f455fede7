/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_detail.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/health.h"
#include "store/audit_page.h"
#include "store/ban_count.h"

/* The neighbours of an address: these first bits are the same. */
enum { NEAR_V4 = 96 + 24, NEAR_V6 = 64 };

void
ban_detail_release(struct ban_detail *d)
{
	free(d->ip);
	free(d->jail);
	buf_release(&d->evidence);
	*d = (struct ban_detail)BAN_DETAIL_INIT;
}

static int
row_take(void *ctx, const struct ban_list_row *r, struct error *err)
{
	struct ban_detail *d = ctx;

	d->place = (struct ban_place){.time = r->banned_at, .id = r->id};
	d->ip = strdup(r->ip);
	d->jail = strdup(r->jail);
	d->asn = r->asn;
	if (d->ip == NULL || d->jail == NULL)
		return err_nomem(err);
	if (r->as_org == NULL ||
	    !str_copy(d->as_org, sizeof d->as_org, r->as_org))
		d->as_org[0] = '\0';
	return 0;
}

/* What cannot be asked is not known: a jail that is gone, a fail2ban that
 * does not answer. */
static int
jail_find(struct app *app, struct ban_detail *d, struct error *err)
{
	AUTO(f2b_jail_release) struct f2b_jail jail = {.name = NULL};

	if (f2b_jail_get(app->f2b, d->jail, &jail, err) < 0) {
		if (err->code != ERR_JAIL_NOT_FOUND &&
		    err->code != ERR_INVALID && !health_is_f2b_away(err))
			return -1;
		err_clear(err);
		return 0;
	}
	d->jail_runs = true;
	d->max_retry = jail.max_retry;
	d->find_time_s = jail.find_time_s;
	d->has_increment = jail.has_increment;
	d->increment = jail.increment;
	return 0;
}

static int
network_count(struct app *app, struct ban_detail *d, struct error *err)
{
	struct addr a, net;
	uint8_t near;

	if (!ban_key_addr(&d->key, &a))
		return 0;
	near = addr_is_v4(&a) ? NEAR_V4 : NEAR_V6;
	if (a.prefix_len < near)
		return 0;
	net = addr_network(&a, near);
	addr_format(&net, d->network);
	return ban_of_net_count(
	    app->db, &net, LIMIT_BANS_COUNT, &d->in_network, err);
}

static int
as_count(struct app *app, struct ban_detail *d, struct error *err)
{
	struct ban_find find = BAN_FIND_ALL;

	if (d->asn < 0)
		return 0;
	find.asn = d->asn;
	return ban_count_total(app->db, &find, &d->as_bans, err);
}

static int
not_found(int64_t id, struct error *err)
{
	return err_set(err, ERR_NOT_FOUND,
	    "The history has no such ban. See the list.", "ban %lld",
	    (long long)id);
}

int
ban_detail_get(
    struct app *app, int64_t id, struct ban_detail *out, struct error *err)
{
	AUTO(ban_detail_release) struct ban_detail d = BAN_DETAIL_INIT;
	const struct ban_place at = {.id = id};
	struct addr a;

	if (ban_list_places(app, &at, 1, row_take, &d, err) < 0)
		return -1;
	if (d.ip == NULL)
		return not_found(id, err);
	d.key = addr_parse_net(d.ip, strlen(d.ip), &a) ? ban_key_of(&a)
						       : ban_key_of_text(d.ip);
	if (jail_find(app, &d, err) < 0 || network_count(app, &d, err) < 0 ||
	    as_count(app, &d, err) < 0 ||
	    ban_of_key_evidence(
		app->db, id, &d.evidence, &d.evidence_size, err) < 0)
		return -1;
	*out = d;
	d = (struct ban_detail)BAN_DETAIL_INIT; /* it is the caller's now */
	return 0;
}

int
ban_detail_each(struct app *app, const struct ban_detail *d,
    enum ban_detail_rows rows, ban_list_each *each, void *ctx,
    struct error *err)
{
	struct ban_place places[LIMIT_BAN_AROUND] = {d->place};
	const struct ban_around around = {
	    .place = &d->place,
	    .later = rows == BAN_DETAIL_LATER,
	    .limit = LIMIT_BAN_AROUND,
	};
	size_t n = 1;

	if (rows != BAN_DETAIL_ITSELF &&
	    ban_of_key_around(app->db, &d->key, &around, places, &n, err) < 0)
		return -1;
	return ban_list_places(app, places, n, each, ctx, err);
}

int
ban_detail_acts(struct app *app, const struct ban_detail *d,
    int (*each)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err)
{
	const struct audit_find find = {
	    .at = INT64_MAX,
	    .target = d->ip,
	    .actor_kind = -1,
	    .actor_id = -1,
	};

	return audit_page_each(
	    app->db, &find, LIMIT_BAN_AROUND, each, ctx, err);
}

int
ban_detail_evidence(
    struct app *app, int64_t id, struct buf *out, struct error *err)
{
	int64_t size = 0;
	int rc = ban_of_key_evidence(app->db, id, out, &size, err);

	if (rc == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "Of this ban nothing is kept: it was made by hand, or is "
		    "not in the history.",
		    "no evidence of ban %lld", (long long)id);
	return rc < 0 ? -1 : 0;
}
