/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/geo/geo_quota.h"

#include "base/limits.h"
#include "db/db.h"
#include "service/app.h"
#include "store/geo_quota_store.h"

/* A time that is further away than it was when it was set is of a clock that
 * has been set back: nobody knows how much of it is over. Waiting for all of
 * it anew is what the service can be sure to like. */
static int64_t
time_left(const struct geo_quota *q, int64_t now)
{
	int64_t left = q->not_before - now;

	if (left <= 0)
		return 0;
	return left < q->wait_s ? left : q->wait_s;
}

int
geo_quota_set(struct app *app, int64_t wait_s, struct error *err)
{
	const struct geo_quota q = {
	    .not_before = app->now_s() + wait_s,
	    .wait_s = wait_s,
	};

	return geo_quota_store_put(app->db, &q, err);
}

int
geo_quota_take(struct app *app, int64_t *wait_s, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct geo_quota q;
	int64_t left;

	if (db_txn_begin(&txn, app->db, err) < 0 ||
	    geo_quota_store_get(app->db, &q, err) < 0)
		return -1;
	left = time_left(&q, app->now_s());
	/* written also when the clock went back: it counts from now on */
	if (geo_quota_set(app, left > 0 ? left : LIMIT_GEO_HTTP_PACE_S, err) <
		0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	*wait_s = left;
	return left > 0 ? 0 : 1;
}
