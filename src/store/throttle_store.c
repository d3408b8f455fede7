/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/throttle_store.h"

#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "db/db.h"

enum {
	THROTTLE_GET,
	THROTTLE_PUT,
	THROTTLE_DELETE,
	THROTTLE_DELETE_OLD,
	KNOWN_PUT,
	KNOWN_GET,
	KNOWN_EACH,
	KNOWN_DELETE_OLD,
	BUDGET_GET,
	BUDGET_PUT,
	THROTTLE_LOOK_OLD,
	THROTTLE_DROP_OLD,
	KNOWN_LOOK_OLD,
	KNOWN_DROP_OLD,
	THROTTLE_SQL__MAX
};

static const struct db_sql SQL[] = {
    // clang-format off
	[THROTTLE_GET] = { .text =
	    "SELECT failures, updated_at, blocked_until"
	    " FROM throttle WHERE network = ?1" },
	[THROTTLE_PUT] = { .text =
	    "INSERT INTO throttle"
	    " (network, failures, updated_at, blocked_until)"
	    " VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT (network) DO UPDATE SET failures = ?2,"
	    " updated_at = ?3, blocked_until = ?4" },
	[THROTTLE_DELETE] = { .text =
	    "DELETE FROM throttle WHERE network = ?1" },
	[THROTTLE_DELETE_OLD] = { .text =
	    "DELETE FROM throttle WHERE network IN (SELECT network"
	    " FROM throttle WHERE updated_at < ?1 LIMIT ?2)" },
	[KNOWN_PUT] = { .text =
	    "INSERT INTO known_client (network, last_good_at)"
	    " VALUES (?1, ?2)"
	    " ON CONFLICT (network) DO UPDATE SET last_good_at = ?2" },
	[KNOWN_GET] = { .text =
	    "SELECT 1 FROM known_client"
	    " WHERE network = ?1 AND last_good_at >= ?2" },
	[KNOWN_EACH] = { .text =
	    "SELECT network FROM known_client WHERE last_good_at >= ?1" },
	/* One owner signs in from few places. */
	[KNOWN_DELETE_OLD] = { .text =
	    "DELETE FROM known_client WHERE last_good_at < ?1" },
	[BUDGET_GET] = { .text =
	    "SELECT spent, updated_at FROM hash_budget WHERE id = 1" },
	[BUDGET_PUT] = { .text =
	    "UPDATE hash_budget SET spent = ?1, updated_at = ?2"
	    " WHERE id = 1" },
	[THROTTLE_LOOK_OLD] = { .text =
	    "SELECT network, updated_at < ?3 FROM throttle"
	    " WHERE network > ?1 ORDER BY network LIMIT ?2" },
	[THROTTLE_DROP_OLD] = { .text =
	    "DELETE FROM throttle"
	    " WHERE network > ?1 AND network <= ?2 AND updated_at < ?3" },
	[KNOWN_LOOK_OLD] = { .text =
	    "SELECT network, last_good_at < ?3 FROM known_client"
	    " WHERE network > ?1 ORDER BY network LIMIT ?2" },
	[KNOWN_DROP_OLD] = { .text =
	    "DELETE FROM known_client"
	    " WHERE network > ?1 AND network <= ?2 AND last_good_at < ?3" },
    // clang-format on
};
_Static_assert(
    ARRAY_LEN(SQL) == THROTTLE_SQL__MAX, "every statement has a text");

const struct sweep_sql THROTTLE_SWEEP = {
    &SQL[THROTTLE_LOOK_OLD], &SQL[THROTTLE_DROP_OLD]};
const struct sweep_sql KNOWN_CLIENT_SWEEP = {
    &SQL[KNOWN_LOOK_OLD], &SQL[KNOWN_DROP_OLD]};

/* How a network stands in the tables: its prefix length, then its bytes. */
struct key {
	uint8_t bytes[17];
};

static struct key
key_of(const struct addr *network)
{
	struct key k;

	k.bytes[0] = network->prefix_len;
	memcpy(k.bytes + 1, network->bytes, sizeof network->bytes);
	return k;
}

int
throttle_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
throttle_store_get(struct db *db, const struct addr *network,
    struct throttle_row *out, struct error *err)
{
	struct key key = key_of(network);
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[THROTTLE_GET], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key.bytes, sizeof key.bytes);
	rc = db_step(&q, err);
	if (rc <= 0)
		return rc;
	out->failures = db_col_i64(&q, 0);
	out->updated_at = db_col_i64(&q, 1);
	out->blocked_until = db_col_i64(&q, 2);
	return 1;
}

int
throttle_store_put(struct db *db, const struct addr *network,
    const struct throttle_row *row, struct error *err)
{
	struct key key = key_of(network);
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[THROTTLE_PUT], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key.bytes, sizeof key.bytes);
	db_bind_i64(&q, 2, row->failures);
	db_bind_i64(&q, 3, row->updated_at);
	db_bind_i64(&q, 4, row->blocked_until);
	return db_run(&q, NULL, err);
}

int
throttle_store_delete(
    struct db *db, const struct addr *network, struct error *err)
{
	struct key key = key_of(network);
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[THROTTLE_DELETE], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key.bytes, sizeof key.bytes);
	return db_run(&q, NULL, err);
}

int
throttle_store_delete_old(
    struct db *db, int64_t before, int64_t max, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[THROTTLE_DELETE_OLD], err) < 0)
		return -1;
	db_bind_i64(&q, 1, before);
	db_bind_i64(&q, 2, max);
	return db_run(&q, NULL, err);
}

int
throttle_store_set_known(
    struct db *db, const struct addr *network, int64_t now, struct error *err)
{
	struct key key = key_of(network);
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[KNOWN_PUT], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key.bytes, sizeof key.bytes);
	db_bind_i64(&q, 2, now);
	return db_run(&q, NULL, err);
}

int
throttle_store_is_known(
    struct db *db, const struct addr *network, int64_t since, struct error *err)
{
	struct key key = key_of(network);
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[KNOWN_GET], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key.bytes, sizeof key.bytes);
	db_bind_i64(&q, 2, since);
	return db_step(&q, err);
}

static int
network_of(const void *key, size_t len, struct addr *out, struct error *err)
{
	const uint8_t *bytes = key;

	if (bytes == NULL || len != 1 + sizeof out->bytes)
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "The database of BanGUI is damaged. See its log.",
		    "a known_client of %zu bytes", len);
	out->prefix_len = bytes[0];
	memcpy(out->bytes, bytes + 1, sizeof out->bytes);
	return 0;
}

int
throttle_store_each_known(struct db *db, int64_t since,
    int (*fn)(void *ctx, const struct addr *network, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct addr network;
	size_t len;
	int rc;

	if (db_query_begin(&q, db, &SQL[KNOWN_EACH], err) < 0)
		return -1;
	db_bind_i64(&q, 1, since);
	while ((rc = db_step(&q, err)) == 1) {
		const void *key = db_col_blob(&q, 0, &len);

		if (network_of(key, len, &network, err) < 0 ||
		    fn(ctx, &network, err) < 0)
			return -1;
	}
	return rc;
}

int
throttle_store_forget_known(struct db *db, int64_t before, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[KNOWN_DELETE_OLD], err) < 0)
		return -1;
	db_bind_i64(&q, 1, before);
	return db_run(&q, NULL, err);
}

int
throttle_store_get_budget(
    struct db *db, struct hash_budget *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[BUDGET_GET], err) < 0 ||
	    db_step_row(&q, err) < 0)
		return -1;
	out->spent = db_col_i64(&q, 0);
	out->updated_at = db_col_i64(&q, 1);
	return 0;
}

int
throttle_store_put_budget(
    struct db *db, const struct hash_budget *b, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[BUDGET_PUT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, b->spent);
	db_bind_i64(&q, 2, b->updated_at);
	return db_run(&q, NULL, err);
}
