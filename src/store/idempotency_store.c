/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/idempotency_store.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "db/db.h"

enum {
	IDEMPOTENCY_GET,
	IDEMPOTENCY_BEGIN,
	IDEMPOTENCY_END,
	IDEMPOTENCY_FORGET,
	IDEMPOTENCY_LOOK_OLD,
	IDEMPOTENCY_DROP_OLD,
	IDEMPOTENCY_SQL__MAX
};

#define THIS " WHERE caller_kind = ?1 AND caller_id = ?2 AND key = ?3"

static const struct db_sql SQL[] = {
    // clang-format off
	[IDEMPOTENCY_GET] = { .text =
	    "SELECT request_hash = ?4, begun_at, status, headers, body"
	    " FROM idempotency" THIS },
	[IDEMPOTENCY_BEGIN] = { .text =
	    "INSERT OR REPLACE INTO idempotency"
	    " (caller_kind, caller_id, key, request_hash, begun_at)"
	    " VALUES (?1, ?2, ?3, ?4, ?5)" },
	[IDEMPOTENCY_END] = { .text =
	    "UPDATE idempotency SET status = ?5, headers = ?6, body = ?7" THIS
	    " AND request_hash = ?4" },
	[IDEMPOTENCY_FORGET] = { .text =
	    "DELETE FROM idempotency" THIS " AND request_hash = ?4" },
	[IDEMPOTENCY_LOOK_OLD] = { .text =
	    "SELECT id, begun_at < ?3 FROM idempotency"
	    " WHERE id > ?1 ORDER BY id LIMIT ?2" },
	[IDEMPOTENCY_DROP_OLD] = { .text =
	    "DELETE FROM idempotency WHERE id > ?1 AND id <= ?2"
	    " AND begun_at < ?3" },
    // clang-format on
};
_Static_assert(
    ARRAY_LEN(SQL) == IDEMPOTENCY_SQL__MAX, "every statement has a text");

const struct sweep_sql IDEMPOTENCY_SWEEP = {
    &SQL[IDEMPOTENCY_LOOK_OLD], &SQL[IDEMPOTENCY_DROP_OLD]};

int
idempotency_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static int
begin(struct db_query *q, struct db *db, size_t which,
    const struct idempotency_id *id, struct error *err)
{
	if (db_query_begin(q, db, &SQL[which], err) < 0)
		return -1;
	db_bind_i64(q, 1, id->caller_kind);
	db_bind_i64(q, 2, id->caller_id);
	db_bind_text(q, 3, id->key);
	db_bind_blob(q, 4, id->hash, sizeof id->hash);
	return 0;
}

static void
add_col(const struct db_query *q, int at, struct buf *to)
{
	size_t len = 0;
	const void *data = db_col_blob(q, at, &len);

	if (len > 0)
		buf_add(to, data, len);
}

int
idempotency_store_get(struct db *db, const struct idempotency_id *id,
    struct idempotency_row *out, struct buf *headers, struct buf *body,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (begin(&q, db, IDEMPOTENCY_GET, id, err) < 0)
		return -1;
	rc = db_step(&q, err);
	if (rc <= 0)
		return rc;
	out->same = db_col_i64(&q, 0) != 0;
	out->begun_at = db_col_i64(&q, 1);
	out->status = db_col_i64(&q, 2); /* 0 for NULL */
	add_col(&q, 3, headers);
	add_col(&q, 4, body);
	return buf_check(headers, err) < 0 || buf_check(body, err) < 0 ? -1 : 1;
}

int
idempotency_store_begin(struct db *db, const struct idempotency_id *id,
    int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (begin(&q, db, IDEMPOTENCY_BEGIN, id, err) < 0)
		return -1;
	db_bind_i64(&q, 5, now);
	return db_run(&q, NULL, err);
}

int
idempotency_store_end(struct db *db, const struct idempotency_id *id,
    int64_t status, const struct buf *headers, const struct buf *body,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (begin(&q, db, IDEMPOTENCY_END, id, err) < 0)
		return -1;
	db_bind_i64(&q, 5, status);
	db_bind_blob(&q, 6, headers->data, headers->len);
	db_bind_blob(&q, 7, body->data, body->len);
	return db_run(&q, NULL, err);
}

int
idempotency_store_forget(
    struct db *db, const struct idempotency_id *id, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (begin(&q, db, IDEMPOTENCY_FORGET, id, err) < 0)
		return -1;
	return db_run(&q, NULL, err);
}
