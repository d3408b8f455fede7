/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/token_store.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

enum {
	TOKEN_ADD,
	TOKEN_GET,
	TOKEN_TOUCH,
	TOKEN_LIST,
	TOKEN_COUNT,
	TOKEN_DELETE,
	TOKEN_DELETE_ALL,
	TOKEN_DELETE_EXPIRED,
	TOKEN_SQL__MAX
};

#define COLUMNS                                                                \
	"id, name, scopes, created_at, expires_at, last_used_at,"              \
	" last_used_from"

static const struct db_sql SQL[] = {
  // clang-format off
	[TOKEN_ADD] = { .text =
	    "INSERT INTO token (token_hash, name, scopes, created_at, expires_at)"
	    " VALUES (?1, ?2, ?3, ?4, ?5) RETURNING id" },
	[TOKEN_GET] = { .text =
	    "SELECT " COLUMNS " FROM token WHERE token_hash = ?1" },
	[TOKEN_TOUCH] = { .incidental = true, .text =
	    "UPDATE token SET last_used_at = ?2, last_used_from = ?3"
	    " WHERE id = ?1" },
	[TOKEN_LIST] = { .text =
	    "SELECT " COLUMNS " FROM token ORDER BY id DESC" },
	[TOKEN_COUNT] = { .text = "SELECT count(*) FROM token" },
	[TOKEN_DELETE] = { .text = "DELETE FROM token WHERE id = ?1" },
	[TOKEN_DELETE_ALL] = { .text = "DELETE FROM token" },
	[TOKEN_DELETE_EXPIRED] = { .text =
	    "DELETE FROM token WHERE expires_at < ?1" },
  // clang-format on
};
_Static_assert(ARRAY_LEN(SQL) == TOKEN_SQL__MAX, "every statement has a text");

int
token_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static void
bind_time(struct db_query *q, int at, int64_t t_s)
{
	if (t_s < 0)
		db_bind_null(q, at);
	else
		db_bind_i64(q, at, t_s);
}

static int64_t
col_time(const struct db_query *q, int at)
{
	return db_col_is_null(q, at) ? -1 : db_col_i64(q, at);
}

static int
row_read(const struct db_query *q, struct token_row *out, struct error *err)
{
	struct token_row row = {.last_used_from.prefix_len = 128};
	size_t len = 0;
	const char *name = db_col_text(q, 1);
	const void *from = db_col_blob(q, 6, &len);

	if (name == NULL || !str_copy(row.name, sizeof row.name, name) ||
	    (from != NULL && len != sizeof row.last_used_from.bytes))
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "The database is damaged. See the log of BanGUI.", "%s",
		    "table token: a name or an address of another length");
	row.id = db_col_i64(q, 0);
	row.scopes = (unsigned)db_col_i64(q, 2); /* 1 to 7, by the schema */
	row.created_at = db_col_i64(q, 3);
	row.expires_at = col_time(q, 4);
	row.last_used_at = col_time(q, 5);
	if (from != NULL)
		memcpy(row.last_used_from.bytes, from, len);
	*out = row;
	return 0;
}

int
token_store_add(struct db *db, const uint8_t hash[TOKEN_HASH_LEN],
    const struct token_row *row, int64_t *id, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t given;
	int rc;

	if (db_query_begin(&q, db, &SQL[TOKEN_ADD], err) < 0)
		return -1;
	db_bind_blob(&q, 1, hash, TOKEN_HASH_LEN);
	db_bind_text(&q, 2, row->name);
	db_bind_i64(&q, 3, row->scopes);
	db_bind_i64(&q, 4, row->created_at);
	bind_time(&q, 5, row->expires_at);
	if (db_step(&q, err) < 0)
		return -1;
	given = db_col_i64(&q, 0);
	rc = db_step(&q, err); /* only now it is written */
	if (rc < 0)
		return -1;
	*id = given;
	return 0;
}

int
token_store_get(struct db *db, const uint8_t hash[TOKEN_HASH_LEN],
    struct token_row *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[TOKEN_GET], err) < 0)
		return -1;
	db_bind_blob(&q, 1, hash, TOKEN_HASH_LEN);
	rc = db_step(&q, err);
	if (rc <= 0)
		return rc;
	return row_read(&q, out, err) < 0 ? -1 : 1;
}

int
token_store_touch(struct db *db, int64_t id, int64_t now,
    const struct addr *from, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[TOKEN_TOUCH], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	db_bind_i64(&q, 2, now);
	db_bind_blob(&q, 3, from->bytes, sizeof from->bytes);
	return db_run(&q, NULL, err);
}

int
token_store_list(struct db *db,
    int (*fn)(void *ctx, const struct token_row *row, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct token_row row;
	int rc;

	if (db_query_begin(&q, db, &SQL[TOKEN_LIST], err) < 0)
		return -1;
	while ((rc = db_step(&q, err)) > 0)
		if (row_read(&q, &row, err) < 0 || fn(ctx, &row, err) < 0)
			return -1;
	return rc;
}

int
token_store_count(struct db *db, int64_t *out, struct error *err)
{
	return db_number(db, &SQL[TOKEN_COUNT], out, err);
}

int
token_store_delete(struct db *db, int64_t id, struct error *err)
{
	return db_run_i64(db, &SQL[TOKEN_DELETE], id, err);
}

int
token_store_delete_all(struct db *db, int64_t *deleted, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[TOKEN_DELETE_ALL], err) < 0)
		return -1;
	return db_run(&q, deleted, err);
}

int
token_store_delete_expired(struct db *db, int64_t before, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[TOKEN_DELETE_EXPIRED], err) < 0)
		return -1;
	db_bind_i64(&q, 1, before);
	return db_run(&q, NULL, err);
}
