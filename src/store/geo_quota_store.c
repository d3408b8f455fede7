/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/geo_quota_store.h"

#include "db/db.h"

enum { QUOTA_GET, QUOTA_PUT, QUOTA_SQL__MAX };

static const struct db_sql SQL[] = {
    // clang-format off
	[QUOTA_GET] = { .text =
	    "SELECT not_before, wait_s FROM geo_quota WHERE id = 1" },
	[QUOTA_PUT] = { .text =
	    "UPDATE geo_quota SET not_before = ?1, wait_s = ?2 WHERE id = 1" },
    // clang-format on
};
_Static_assert(ARRAY_LEN(SQL) == QUOTA_SQL__MAX, "every statement has a text");

int
geo_quota_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
geo_quota_store_get(struct db *db, struct geo_quota *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[QUOTA_GET], err) < 0 ||
	    db_step(&q, err) < 0)
		return -1;
	out->not_before = db_col_i64(&q, 0); /* the migration made the row */
	out->wait_s = db_col_i64(&q, 1);
	return 0;
}

int
geo_quota_store_put(struct db *db, const struct geo_quota *v, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[QUOTA_PUT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, v->not_before);
	db_bind_i64(&q, 2, v->wait_s);
	return db_run(&q, NULL, err);
}
