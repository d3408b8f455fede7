/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What somebody far away says of addresses, and who keeps a copy of it. */
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/history.h"
#include "service/bans/bans_where.h"
#include "service/geo/geo.h"
#include "store/geo_cache_store.h"

/* 5 minutes, 10, 20, ... a day. */
static int64_t
retry_after_s(int64_t attempts)
{
	int64_t s = LIMIT_GEO_RETRY_S;

	while (--attempts > 0 && s < LIMIT_GEO_RETRY_MAX_S)
		s *= 2;
	return s < LIMIT_GEO_RETRY_MAX_S ? s : LIMIT_GEO_RETRY_MAX_S;
}

static int
learn_one(struct app *app, const struct geo_lesson *lesson,
    const char *resolver, struct error *err)
{
	int64_t now = app->now_s();
	struct geo_cache_row row = {0};
	int rc;

	if (!geo_has_country(&lesson->answer)) {
		rc = geo_cache_store_get(app->db, &lesson->addr, &row, err);
		/* one that is gone meanwhile is not wanted any more, and an
		 * answer is better than none */
		if (rc <= 0 || geo_has_country(&row.answer))
			return rc < 0 ? -1 : 0;
		row.attempts++;
		row.retry_at = now + retry_after_s(row.attempts);
	}
	row.answer = lesson->answer;
	row.resolved_at = now;
	if (!str_copy(row.source, sizeof row.source, resolver))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "%s: too long for a resolver", resolver);
	if (!geo_has_country(&row.answer))
		return geo_cache_store_put_unknown(
		    app->db, &lesson->addr, &row, err);
	if (geo_cache_store_put(app->db, &lesson->addr, &row, err) < 0)
		return -1;
	return history_learn(app, &lesson->addr, &row.answer, err);
}

int
geo_learn(struct app *app, const struct geo_lesson *lessons, size_t n,
    const char *resolver, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin(&txn, app->db, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (learn_one(app, &lessons[i], resolver, err) < 0 ||
		    bans_where_learn(app, &lessons[i].addr, err) < 0)
			return -1;
	return db_txn_commit(&txn, err);
}
