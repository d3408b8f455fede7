/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/own_address_store.h"

#include <string.h>

#include "base/error.h"
#include "db/db.h"

enum { Q_EACH, Q_ADD, Q_CLEAR, Q__MAX };

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_EACH] = { .text =
	    "SELECT kind, addr FROM own_address ORDER BY kind, addr" },
	[Q_ADD] = { .text =
	    "INSERT INTO own_address (kind, addr) VALUES (?1, ?2)"
	    " ON CONFLICT DO NOTHING" },
	[Q_CLEAR] = { .text = "DELETE FROM own_address" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
own_address_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
own_address_store_each(struct db *db,
    int (*fn)(void *ctx, enum own_address_kind kind, const struct addr *a,
	struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_EACH], err) < 0)
		return -1;
	while ((rc = db_step(&q, err)) == 1) {
		struct addr a = {.prefix_len = 128};
		size_t len;
		const void *bytes = db_col_blob(&q, 1, &len);

		if (bytes == NULL || len != sizeof a.bytes)
			return err_set(err, ERR_DB_UNAVAILABLE,
			    "The database of BanGUI is damaged. See its log.",
			    "an own_address of %zu bytes", len);
		memcpy(a.bytes, bytes, sizeof a.bytes);
		if (fn(ctx, (enum own_address_kind)db_col_i64(&q, 0), &a, err) <
		    0)
			return -1;
	}
	return rc;
}

int
own_address_store_add(struct db *db, enum own_address_kind kind,
    const struct addr *a, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_ADD], err) < 0)
		return -1;
	db_bind_i64(&q, 1, kind);
	db_bind_blob(&q, 2, a->bytes, sizeof a->bytes);
	return db_run(&q, NULL, err);
}

int
own_address_store_clear(struct db *db, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_CLEAR], err) < 0)
		return -1;
	return db_run(&q, NULL, err);
}
