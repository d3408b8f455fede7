/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/session_store.h"

#include "base/addr.h"
#include "db/db.h"

enum {
	SESSION_ADD,
	SESSION_GET,
	SESSION_TOUCH,
	SESSION_DELETE,
	SESSION_DELETE_ALL,
	SESSION_DELETE_ENDED,
	SESSION_SQL__MAX
};

static const struct db_sql SQL[] = {
  // clang-format off
	[SESSION_ADD] = { .text =
	    "INSERT INTO session (token_hash, created_at, last_seen_at,"
	    " expires_at, idle_s, client, user_agent)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)" },
	[SESSION_GET] = { .text =
	    "SELECT id, created_at, last_seen_at, expires_at, idle_s"
	    " FROM session WHERE token_hash = ?1" },
	[SESSION_TOUCH] = { .incidental = true, .text =
	    "UPDATE session SET last_seen_at = ?2 WHERE token_hash = ?1" },
	[SESSION_DELETE] = { .text =
	    "DELETE FROM session WHERE token_hash = ?1" },
	[SESSION_DELETE_ALL] = { .text = "DELETE FROM session" },
	/* One owner has few sessions: looking at each beats an index. */
	[SESSION_DELETE_ENDED] = { .text =
	    "DELETE FROM session WHERE id IN (SELECT id"
	    " FROM session WHERE expires_at <= ?1"
	    " OR last_seen_at + idle_s <= ?1 LIMIT ?2)" },
  // clang-format on
};
_Static_assert(
    ARRAY_LEN(SQL) == SESSION_SQL__MAX, "every statement has a text");

int
session_store_prepare(struct db *db, struct error *err)
{
	return db_prepare(db, SQL, ARRAY_LEN(SQL), err);
}

int
session_store_add(struct db *db, const uint8_t hash[SESSION_HASH_LEN],
    const struct session_row *row, const struct addr *client,
    const char *user_agent, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[SESSION_ADD], err) < 0)
		return -1;
	db_bind_blob(&q, 1, hash, SESSION_HASH_LEN);
	db_bind_i64(&q, 2, row->created_at);
	db_bind_i64(&q, 3, row->last_seen_at);
	db_bind_i64(&q, 4, row->expires_at);
	db_bind_i64(&q, 5, row->idle_s);
	db_bind_blob(&q, 6, client->bytes, sizeof client->bytes);
	db_bind_text(&q, 7, user_agent);
	return db_run(&q, NULL, err);
}

int
session_store_get(struct db *db, const uint8_t hash[SESSION_HASH_LEN],
    struct session_row *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[SESSION_GET], err) < 0)
		return -1;
	db_bind_blob(&q, 1, hash, SESSION_HASH_LEN);
	rc = db_step(&q, err);
	if (rc <= 0)
		return rc;
	out->id = db_col_i64(&q, 0);
	out->created_at = db_col_i64(&q, 1);
	out->last_seen_at = db_col_i64(&q, 2);
	out->expires_at = db_col_i64(&q, 3);
	out->idle_s = db_col_i64(&q, 4);
	return 1;
}

int
session_store_touch(struct db *db, const uint8_t hash[SESSION_HASH_LEN],
    int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[SESSION_TOUCH], err) < 0)
		return -1;
	db_bind_blob(&q, 1, hash, SESSION_HASH_LEN);
	db_bind_i64(&q, 2, now);
	return db_run(&q, NULL, err);
}

int
session_store_delete(
    struct db *db, const uint8_t hash[SESSION_HASH_LEN], struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[SESSION_DELETE], err) < 0)
		return -1;
	db_bind_blob(&q, 1, hash, SESSION_HASH_LEN);
	return db_run(&q, NULL, err);
}

int
session_store_delete_all(struct db *db, int64_t *deleted, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[SESSION_DELETE_ALL], err) < 0)
		return -1;
	return db_run(&q, deleted, err);
}

int
session_store_delete_ended(
    struct db *db, int64_t now, int64_t max, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[SESSION_DELETE_ENDED], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	db_bind_i64(&q, 2, max);
	return db_run(&q, NULL, err);
}
