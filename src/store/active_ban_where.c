/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/active_ban_where.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

enum { Q_PUT, Q_EACH, Q_SWEEP_GET, Q_SWEEP_PUT, Q__MAX };

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_PUT] = { .text =
	    "UPDATE active_ban SET country = ?2, asn = ?3"
	    " WHERE addr_key = ?1" },
	[Q_EACH] = { .text =
	    "SELECT addr_key, country, asn FROM active_ban"
	    " WHERE addr_key > ?1 ORDER BY addr_key LIMIT ?2" },
	[Q_SWEEP_GET] = { .text = "SELECT stamp, at FROM active_ban_sweep" },
	[Q_SWEEP_PUT] = { .text =
	    "UPDATE active_ban_sweep SET stamp = ?1, at = ?2" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
active_ban_where_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, Q__MAX, err);
}

bool
active_ban_where_equal(
    const struct active_ban_where *a, const struct active_ban_where *b)
{
	return a->asn == b->asn && strcmp(a->country, b->country) == 0;
}

int
active_ban_where_put(struct db *db, const struct active_ban_key *key,
    const struct active_ban_where *where, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_PUT], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key->bytes, key->len);
	active_ban_where_bind(&q, 2, where);
	return db_run(&q, NULL, err);
}

static void
where_read(const struct db_query *q, int at, struct active_ban_where *out)
{
	const char *country = db_col_text(q, at);

	/* the table's CHECK says that it fits */
	if (country == NULL ||
	    !str_copy(out->country, sizeof out->country, country))
		out->country[0] = '\0';
	out->asn = db_col_i64(q, at + 1); /* NULL reads as 0 */
}

int
active_ban_where_each(struct db *db, const struct active_ban_key *after,
    int limit,
    int (*each)(void *ctx, const struct active_ban_key *key,
	const struct active_ban_where *where, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_EACH], err) < 0)
		return -1;
	db_bind_blob(&q, 1, after->bytes, after->len);
	db_bind_i64(&q, 2, limit);
	while ((rc = db_step(&q, err)) == 1) {
		struct active_ban_key key;
		struct active_ban_where where;

		if (active_ban_key_read(&q, 0, &key, err) < 0)
			return -1;
		where_read(&q, 1, &where);
		if (each(ctx, &key, &where, err) < 0)
			return -1;
	}
	return rc;
}

int
active_ban_sweep_get(
    struct db *db, struct active_ban_sweep *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct active_ban_sweep s = {0};

	if (db_query_begin(&q, db, &SQL[Q_SWEEP_GET], err) < 0 ||
	    db_step_row(&q, err) < 0)
		return -1;
	s.stamp = db_col_i64(&q, 0);
	s.done = db_col_is_null(&q, 1);
	if (!s.done && active_ban_key_read(&q, 1, &s.at, err) < 0)
		return -1;
	*out = s;
	return 0;
}

int
active_ban_sweep_put(
    struct db *db, const struct active_ban_sweep *sweep, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_SWEEP_PUT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, sweep->stamp);
	if (sweep->done)
		db_bind_null(&q, 2);
	else
		db_bind_blob(&q, 2, sweep->at.bytes, sweep->at.len);
	return db_run(&q, NULL, err);
}
