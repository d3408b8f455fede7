/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_where.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/geo/geo.h"
#include "store/active_ban_where.h"

static const char UNKNOWN[GEO_COUNTRY_SIZE] = "ZZ";

int
bans_where_find(struct app *app, const struct active_ban_key *key,
    struct active_ban_where *out, struct error *err)
{
	struct active_ban_where where = {0};
	struct geo_result r;
	struct addr a;

	if (!ban_key_addr(key, &a)) {
		*out = where;
		return 0;
	}
	if (geo_known(app, &a, &r, err) < 0)
		return -1;
	if (r.kind == ADDR_GLOBAL)
		memcpy(where.country,
		    r.answer.country_code[0] != '\0' ? r.answer.country_code
						     : UNKNOWN,
		    sizeof where.country);
	where.asn = r.answer.asn < 0 ? 0 : r.answer.asn;
	*out = where;
	return 0;
}

int
bans_where_learn(struct app *app, const struct addr *a, struct error *err)
{
	struct active_ban_key key = ban_key_of(a);
	struct active_ban_where where;

	if (bans_where_find(app, &key, &where, err) < 0)
		return -1;
	return active_ban_where_put(app->db, &key, &where, err);
}

struct change {
	struct active_ban_key key;
	struct active_ban_where where;
};

/* Some rows of a sweep. */
struct batch {
	struct app *app;
	struct active_ban_key last;
	int n;                  /* rows looked at */
	struct change *changes; /* LIMIT_GEO_SWEEP_ROWS of them have room */
	int n_changes;
};

static void
batch_release(struct batch *b)
{
	free(b->changes);
}

static int
look_at(void *ctx, const struct active_ban_key *key,
    const struct active_ban_where *where, struct error *err)
{
	struct batch *b = ctx;
	struct change *c = &b->changes[b->n_changes];

	b->n++;
	b->last = *key;
	if (bans_where_find(b->app, key, &c->where, err) < 0)
		return -1;
	if (active_ban_where_equal(&c->where, where))
		return 0;
	c->key = *key;
	b->n_changes++;
	return 0;
}

/* Looked at and written in one transaction: an answer that comes meanwhile is
 * not written over. */
static int
sweep_some(struct app *app, struct active_ban_sweep *s, struct error *err)
{
	AUTO(batch_release) struct batch b = {.app = app};
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct active_ban_sweep next = *s;

	b.changes = calloc(LIMIT_GEO_SWEEP_ROWS, sizeof *b.changes);
	if (b.changes == NULL)
		return err_nomem(err);
	if (db_txn_begin(&txn, app->db, err) < 0 ||
	    active_ban_where_each(
		app->db, &s->at, LIMIT_GEO_SWEEP_ROWS, look_at, &b, err) < 0)
		return -1;
	for (int i = 0; i < b.n_changes; i++)
		if (active_ban_where_put(app->db, &b.changes[i].key,
			&b.changes[i].where, err) < 0)
			return -1;
	/* rows of one key that the limit cut apart are all written by it */
	next.at = b.last;
	next.done = b.n < LIMIT_GEO_SWEEP_ROWS;
	if (active_ban_sweep_put(app->db, &next, err) < 0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	*s = next;
	return 0;
}

int
bans_where_sweep(struct app *app, struct error *err)
{
	int64_t end_ms = time_mono_ms() + LIMIT_GEO_SWEEP_MS;
	int64_t stamp = geo_files_stamp(app);
	struct active_ban_sweep s;

	if (active_ban_sweep_get(app->db, &s, err) < 0)
		return -1;
	if (s.stamp != stamp)
		s = (struct active_ban_sweep){.stamp = stamp};
	while (!s.done && time_mono_ms() < end_ms)
		if (sweep_some(app, &s, err) < 0)
			return -1;
	return 0;
}
