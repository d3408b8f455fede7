/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/retention_store.h"

#include "base/error.h"
#include "db/db.h"

enum { RETENTION_GET, RETENTION_BEGIN, RETENTION_DONE, RETENTION_SQL__MAX };

static const struct db_sql SQL[] = {
    // clang-format off
	[RETENTION_GET] = { .text =
	    "SELECT begun_at, boot_s, done_at FROM retention_state"
	    " WHERE one = 1" },
	[RETENTION_BEGIN] = { .text =
	    "UPDATE retention_state SET begun_at = ?1, boot_s = ?2"
	    " WHERE one = 1" },
	[RETENTION_DONE] = { .text =
	    "UPDATE retention_state SET done_at = ?1 WHERE one = 1" },
    // clang-format on
};
_Static_assert(
    ARRAY_LEN(SQL) == RETENTION_SQL__MAX, "every statement has a text");

int
retention_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
retention_store_get(
    struct db *db, struct retention_state *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[RETENTION_GET], err) < 0 ||
	    db_step_row(&q, err) < 0)
		return -1;
	out->begun_at = db_col_i64(&q, 0);
	out->boot_s = db_col_i64(&q, 1);
	out->done_at = db_col_i64(&q, 2);
	return 0;
}

int
retention_store_begin(
    struct db *db, int64_t now, int64_t boot_s, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[RETENTION_BEGIN], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	db_bind_i64(&q, 2, boot_s);
	return db_run(&q, NULL, err);
}

int
retention_store_done(struct db *db, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[RETENTION_DONE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	return db_run(&q, NULL, err);
}
