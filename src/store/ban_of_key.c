/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_of_key.h"

#include <string.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "db/db.h"

enum { Q_JAILS, Q_PLACES, Q_EARLIER, Q_LATER, Q_NET, Q_EVIDENCE, Q_ID, Q__MAX };

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
	[Q_EARLIER] = { .text =
	    "SELECT banned_at, id FROM ban WHERE addr_key = ?1"
	    " AND (banned_at, id) < (?3, ?4)"
	    " ORDER BY banned_at DESC, id DESC LIMIT ?2" },
	[Q_LATER] = { .text =
	    "SELECT banned_at, id FROM ban WHERE addr_key = ?1"
	    " AND (banned_at, id) > (?3, ?4)"
	    " ORDER BY banned_at, id LIMIT ?2" },
	[Q_NET] = { .text =
	    "SELECT count(*), count(DISTINCT addr_key) FROM"
	    " (SELECT addr_key FROM ban WHERE addr_key BETWEEN ?1 AND ?2"
	    "  AND length(addr_key) = 17 LIMIT ?3)" },
	[Q_EVIDENCE] = { .text =
	    "SELECT size, data FROM ban_evidence WHERE ban_id = ?1" },
	[Q_ID] = { .text =
	    "SELECT id FROM ban"
	    " WHERE addr_key = ?1 AND banned_at BETWEEN ?2 AND ?2 + 1"
	    " AND jail_id = (SELECT id FROM ban_jail WHERE name = ?3)"
	    " ORDER BY banned_at DESC, nth DESC LIMIT 1" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_of_key_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, Q__MAX, err);
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

/* A statement that is begun and bound, but for the key and the limit. */
static int
places_read(struct db_query *q, const struct active_ban_key *key, int limit,
    struct ban_place *out, size_t *n, struct error *err)
{
	size_t found = 0;
	int rc;

	db_bind_blob(q, 1, key->bytes, key->len);
	db_bind_i64(q, 2, limit);
	while ((rc = db_step(q, err)) == 1)
		out[found++] = (struct ban_place){
		    .time = db_col_i64(q, 0), .id = db_col_i64(q, 1)};
	if (rc < 0)
		return -1;
	*n = found;
	return 0;
}

int
ban_of_key_places(struct db *db, const struct active_ban_key *key, int limit,
    struct ban_place *out, size_t *n, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_PLACES], err) < 0)
		return -1;
	return places_read(&q, key, limit, out, n, err);
}

int
ban_of_key_around(struct db *db, const struct active_ban_key *key,
    const struct ban_around *around, struct ban_place *out, size_t *n,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int statement = around->later ? Q_LATER : Q_EARLIER;

	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	db_bind_i64(&q, 3, around->place->time);
	db_bind_i64(&q, 4, around->place->id);
	return places_read(&q, key, around->limit, out, n, err);
}

int
ban_of_net_count(struct db *db, const struct addr *net, int64_t max,
    struct ban_of_net *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	const struct addr last = addr_last(net);
	uint8_t first_key[17] = {0}, last_key[17] = {0};

	memcpy(first_key, net->bytes, sizeof net->bytes);
	memcpy(last_key, last.bytes, sizeof last.bytes);
	last_key[16] = UINT8_MAX;
	if (db_query_begin(&q, db, &SQL[Q_NET], err) < 0)
		return -1;
	db_bind_blob(&q, 1, first_key, sizeof first_key);
	db_bind_blob(&q, 2, last_key, sizeof last_key);
	db_bind_i64(&q, 3, max);
	if (db_step_row(&q, err) < 0)
		return -1;
	*out = (struct ban_of_net){.bans = db_col_i64(&q, 0),
	    .addresses = db_col_i64(&q, 1),
	    .exact = db_col_i64(&q, 0) < max};
	return 0;
}

int
ban_of_key_evidence(struct db *db, int64_t ban_id, struct buf *out,
    int64_t *size, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	size_t len = 0;
	const void *data;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_EVIDENCE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, ban_id);
	rc = db_step(&q, err);
	if (rc <= 0)
		return rc;
	data = db_col_blob(&q, 1, &len);
	if (len > 0)
		buf_add(out, data, len);
	if (buf_check(out, err) < 0)
		return -1;
	*size = db_col_i64(&q, 0);
	return 1;
}

int
ban_of_key_id(struct db *db, const struct active_ban_key *key, const char *jail,
    int64_t banned_at, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_ID], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key->bytes, key->len);
	db_bind_i64(&q, 2, banned_at);
	db_bind_text(&q, 3, jail);
	rc = db_step(&q, err);
	if (rc == 1)
		*out = db_col_i64(&q, 0);
	return rc;
}
