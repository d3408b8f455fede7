/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/history_copy.h"

#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/archive/ban_text.h"
#include "service/bans/bans_manual.h"
#include "service/geo/geo.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"

/* A batch being copied. */
struct copy {
	struct app *app;
	struct history_state *s;
	const char *jail; /* jail_id is this one's; NULL: none asked for */
	int64_t jail_id;
	int64_t n_broken; /* rows whose data is no JSON, or too long */
	const struct ban_db_row *broken; /* the first of them */
};

/* What a row is known by. */
static void
key_fill(const struct ban_db_row *from, int64_t jail_id, struct ban_row *to,
    struct addr *a)
{
	*to = (struct ban_row){
	    .banned_at = from->banned_at,
	    .jail_id = jail_id,
	    .nth = from->nth,
	    .kind = ADDR_TEXT,
	};
	if (!addr_parse_net(from->id, strlen(from->id), a)) {
		to->key = ban_key_of_text(from->id);
		to->ident = from->id;
		return;
	}
	to->key = ban_key_of(a);
	to->kind = addr_kind(a);
}

static int
jail_find(struct copy *c, const char *name, struct error *err)
{
	if (c->jail != NULL && str_eq(c->jail, name))
		return 0;
	c->jail = NULL;
	if (ban_store_jail(c->app->db, name, &c->jail_id, err) < 0)
		return -1;
	c->jail = name;
	return 0;
}

/* The files first, which costs no look into the database; an answer from the
 * network only where such are allowed. */
static int
locate(struct copy *c, const struct addr *a, struct geo_answer *out,
    struct error *err)
{
	struct geo_result r;

	geo_resolve_local(c->app, a, out);
	if (out->country_code[0] != '\0' ||
	    !c->app->settings->geoip_http_fallback)
		return 0;
	if (geo_resolve(c->app, a, &r, err) < 0)
		return -1;
	*out = r.answer;
	return 0;
}

static bool
is_by_hand(const struct ban_data *d)
{
	return d->readable && d->failures == 0 && d->n_matches == 0;
}

static int
data_read(struct copy *c, const struct ban_db_row *from, struct ban_data *out,
    struct error *err)
{
	*out = (struct ban_data){.failures = -1};
	if (from->data == NULL)
		return 0;
	return ban_store_read_data(c->app->db, from->data, out, err);
}

/* Of a ban by hand fail2ban knows nothing that the row does not say. */
static int
evidence_add(struct copy *c, const struct ban_db_row *from,
    const struct ban_data *d, struct error *err)
{
	size_t len = from->data_len;

	if (from->data_size == 0 ||
	    (d->readable && d->n_matches == 0 && !d->has_more))
		return 0;
	if (len > LIMIT_BAN_DATA_KEPT)
		len = LIMIT_BAN_DATA_KEPT;
	return ban_store_add_evidence(c->app->db, c->s->last_id,
	    from->data != NULL ? from->data : "", len, from->data_size, err);
}

/* What belongs to a row that is new: everything that is counted or kept
 * beside it is written here, in the same transaction. */
static int
row_added(struct copy *c, const struct ban_db_row *from,
    const struct ban_row *row, const struct ban_data *data,
    const struct geo_answer *where, struct error *err)
{
	c->s->last_id = row->id;
	c->s->n_rows++;
	if (!data->readable && from->data_size > 0) {
		c->broken = c->n_broken == 0 ? from : c->broken;
		c->n_broken++;
	}
	if (ban_store_as(c->app->db, where->asn, where->as_org, err) < 0)
		return -1;
	return evidence_add(c, from, data, err);
}

static int
row_copy(struct copy *c, const struct ban_db_row *from, struct error *err)
{
	struct geo_answer where = GEO_ANSWER_INIT;
	struct ban_data data;
	struct ban_row row;
	struct addr a;
	int rc;

	if (jail_find(c, from->jail, err) < 0 ||
	    data_read(c, from, &data, err) < 0)
		return -1;
	key_fill(from, c->jail_id, &row, &a);
	if (row.kind == ADDR_GLOBAL && locate(c, &a, &where, err) < 0)
		return -1;
	row.id = c->s->last_id + 1;
	row.bantime_s = from->bantime_s;
	row.ban_count = from->ban_count;
	row.failures = data.failures;
	row.country = where.country_code;
	row.asn = where.asn;
	if (str_eq(from->jail, BANS_JAIL_BLOCKLIST))
		row.origin = BAN_BY_BLOCKLIST;
	else
		row.origin = is_by_hand(&data) ? BAN_BY_HAND : BAN_BY_FILTER;
	rc = ban_store_add(c->app->db, &row, err);
	if (rc <= 0)
		return rc;
	return row_added(c, from, &row, &data, &where, err);
}

static void
log_broken(const struct copy *c)
{
	struct log_line l;

	if (c->n_broken == 0)
		return;
	log_begin(&l, LOG_LEVEL_WARNING, "ban_data_unreadable");
	log_i64(&l, "bans", c->n_broken);
	log_str(&l, "jail", c->broken->jail);
	log_str(&l, "id", c->broken->id);
	log_i64(&l, "banned_at", c->broken->banned_at);
	log_i64(&l, "bytes", (int64_t)c->broken->data_size);
	log_end(&l);
}

int
history_copy_rows(struct app *app, const struct ban_db_rows *rows,
    struct history_state *s, struct error *err)
{
	struct copy c = {.app = app, .s = s};
	int64_t before = s->last_id;

	for (size_t i = 0; i < rows->n; i++)
		if (rows->items[i].banned_at >= s->pruned_before &&
		    row_copy(&c, &rows->items[i], err) < 0)
			return -1;
	if (s->last_id > before &&
	    (ban_sum_add(app->db, before + 1, s->last_id, err) < 0 ||
		ban_text_copied(app, before + 1, s->last_id, err) < 0))
		return -1;
	log_broken(&c);
	return 0;
}

int
history_has_all(struct app *app, const struct ban_db_rows *rows,
    int64_t pruned_before, struct error *err)
{
	struct ban_row row;
	struct addr a;
	int64_t jail_id = 0;
	int rc = 1;

	for (size_t i = 0; rc > 0 && i < rows->n; i++) {
		if (rows->items[i].banned_at < pruned_before)
			continue;
		rc = ban_store_find_jail(
		    app->db, rows->items[i].jail, &jail_id, err);
		if (rc <= 0)
			break;
		key_fill(&rows->items[i], jail_id, &row, &a);
		rc = ban_store_has(app->db, &row, err);
	}
	return rc;
}
