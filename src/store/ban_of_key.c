/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_of_key.h"

#include "base/error.h"
#include "db/db.h"

enum { Q_JAILS, Q_PLACES, Q__MAX };

/* Both in the index of what cannot be copied twice: it begins with the key
 * and the time. */
/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_JAILS] = { .text =
	    "SELECT (SELECT name FROM ban_jail WHERE id = jail_id),"
	    " count(*), min(banned_at), max(banned_at)"
	    " FROM ban WHERE addr_key = ?1"
	    " GROUP BY jail_id ORDER BY count(*) DESC, jail_id" },
	[Q_PLACES] = { .text =
	    "SELECT banned_at, id FROM ban WHERE addr_key = ?1"
	    " ORDER BY banned_at DESC, id DESC LIMIT ?2" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_of_key_prepare(struct db *db, struct error *err)
{
	return db_prepare(db, SQL, Q__MAX, err);
}

int
ban_of_key_jails(struct db *db, const struct active_ban_key *key,
    int (*each)(
	void *ctx, const struct ban_of_key_jail *row, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_JAILS], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key->bytes, key->len);
	while ((rc = db_step(&q, err)) == 1) {
		const struct ban_of_key_jail row = {
		    .jail = db_col_text(&q, 0), /* a foreign key sees to it */
		    .bans = db_col_i64(&q, 1),
		    .first_at = db_col_i64(&q, 2),
		    .last_at = db_col_i64(&q, 3),
		};

		if (each(ctx, &row, err) < 0)
			return -1;
	}
	return rc;
}

int
ban_of_key_places(struct db *db, const struct active_ban_key *key, int limit,
    struct ban_place *out, size_t *n, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	size_t found = 0;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_PLACES], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key->bytes, key->len);
	db_bind_i64(&q, 2, limit);
	while ((rc = db_step(&q, err)) == 1)
		out[found++] = (struct ban_place){
		    .time = db_col_i64(&q, 0), .id = db_col_i64(&q, 1)};
	if (rc < 0)
		return -1;
	*n = found;
	return 0;
}
