/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/session_store.h"

#include <string.h>

#include "base/error.h"
#include "db/db.h"

enum {
	SESSION_ADD,
	SESSION_GET,
	SESSION_TOUCH,
	SESSION_OLDER,
	SESSION_NEWER,
	SESSION_COUNT,
	SESSION_ROTATE,
	SESSION_DELETE_ID,
	SESSION_DELETE_OTHERS,
	SESSION_DELETE,
	SESSION_DELETE_ALL,
	SESSION_DELETE_ENDED,
	SESSION_LOOK_ENDED,
	SESSION_DROP_ENDED,
	SESSION_SQL__MAX
};

/* As seen_read() reads them. */
#define COLUMNS                                                                \
	"id, created_at, last_seen_at, expires_at, idle_s, client, user_agent"
#define IS_LIVE " AND expires_at > ?1 AND last_seen_at + idle_s > ?1"

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
	[SESSION_OLDER] = { .text =
	    "SELECT " COLUMNS " FROM session WHERE id < ?2" IS_LIVE
	    " ORDER BY id DESC LIMIT ?3" },
	[SESSION_NEWER] = { .text =
	    "SELECT " COLUMNS " FROM session WHERE id IN"
	    " (SELECT id FROM session WHERE id > ?2" IS_LIVE
	    " ORDER BY id LIMIT ?3) ORDER BY id DESC" },
	/* One owner has few sessions: looking at each beats an index. */
	[SESSION_COUNT] = { .text =
	    "SELECT count(*) FROM session"
	    " WHERE expires_at > ?1 AND last_seen_at + idle_s > ?1" },
	[SESSION_ROTATE] = { .text =
	    "UPDATE session SET token_hash = ?2 WHERE id = ?1" },
	[SESSION_DELETE_ID] = { .text = "DELETE FROM session WHERE id = ?1" },
	[SESSION_DELETE_OTHERS] = { .text =
	    "DELETE FROM session WHERE id <> ?1" },
	[SESSION_DELETE] = { .text =
	    "DELETE FROM session WHERE token_hash = ?1" },
	[SESSION_DELETE_ALL] = { .text = "DELETE FROM session" },
	[SESSION_DELETE_ENDED] = { .text =
	    "DELETE FROM session WHERE id IN (SELECT id"
	    " FROM session WHERE expires_at <= ?1"
	    " OR last_seen_at + idle_s <= ?1 LIMIT ?2)" },
	[SESSION_LOOK_ENDED] = { .text =
	    "SELECT id, expires_at <= ?3 OR last_seen_at + idle_s <= ?3"
	    " FROM session WHERE id > ?1 ORDER BY id LIMIT ?2" },
	[SESSION_DROP_ENDED] = { .text =
	    "DELETE FROM session WHERE id > ?1 AND id <= ?2"
	    " AND (expires_at <= ?3 OR last_seen_at + idle_s <= ?3)" },
  // clang-format on
};
_Static_assert(
    ARRAY_LEN(SQL) == SESSION_SQL__MAX, "every statement has a text");

const struct sweep_sql SESSION_SWEEP = {
    &SQL[SESSION_LOOK_ENDED], &SQL[SESSION_DROP_ENDED]};

int
session_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
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

static void
row_read(const struct db_query *q, struct session_row *out)
{
	out->id = db_col_i64(q, 0);
	out->created_at = db_col_i64(q, 1);
	out->last_seen_at = db_col_i64(q, 2);
	out->expires_at = db_col_i64(q, 3);
	out->idle_s = db_col_i64(q, 4);
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
	row_read(&q, out);
	return 1;
}

static int
seen_read(const struct db_query *q, struct session_seen *out, struct error *err)
{
	size_t len = 0;
	const void *client = db_col_blob(q, 5, &len);

	if (client == NULL || len != sizeof out->client.bytes)
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "The database is damaged. See the log of BanGUI.", "%s",
		    "table session: an address of another length");
	row_read(q, &out->row);
	memcpy(out->client.bytes, client, len);
	out->client.prefix_len = 128;
	out->user_agent = db_col_text(q, 6);
	return 0;
}

int
session_store_page(struct db *db, const struct session_cut *cut,
    int (*fn)(void *ctx, const struct session_seen *s, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct session_seen seen;
	int rc;

	if (db_query_begin(&q, db,
		&SQL[cut->newer ? SESSION_NEWER : SESSION_OLDER], err) < 0)
		return -1;
	db_bind_i64(&q, 1, cut->now);
	db_bind_i64(&q, 2, cut->id);
	db_bind_i64(&q, 3, cut->max);
	while ((rc = db_step(&q, err)) > 0)
		if (seen_read(&q, &seen, err) < 0 || fn(ctx, &seen, err) < 0)
			return -1;
	return rc;
}

int
session_store_count(struct db *db, int64_t now, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[SESSION_COUNT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	if (db_step(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0);
	return 0;
}

int
session_store_rotate(struct db *db, int64_t id,
    const uint8_t hash[SESSION_HASH_LEN], struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[SESSION_ROTATE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	db_bind_blob(&q, 2, hash, SESSION_HASH_LEN);
	return db_run(&q, NULL, err);
}

int
session_store_delete_id(struct db *db, int64_t id, struct error *err)
{
	return db_run_i64(db, &SQL[SESSION_DELETE_ID], id, err);
}

int
session_store_delete_others(
    struct db *db, int64_t id, int64_t *deleted, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[SESSION_DELETE_OTHERS], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	return db_run(&q, deleted, err);
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
