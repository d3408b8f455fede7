/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/audit_store.h"

#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "db/db.h"
#include "store/audit_row.h"

enum { AUDIT_HEAD, AUDIT_ADD, AUDIT_SEEN, AUDIT_WALK, AUDIT_SQL__MAX };

static const struct db_sql SQL[] = {
    // clang-format off
	[AUDIT_HEAD] = { .text = "SELECT seq, hash FROM audit_head" },
	[AUDIT_ADD] = { .text =
	    "INSERT INTO audit (" AUDIT_COLUMNS ")"
	    " VALUES (?1, ?2, ?3, ?4, CAST(?5 AS TEXT), ?6, CAST(?7 AS TEXT),"
	    " CAST(?8 AS TEXT), CAST(?9 AS TEXT), CAST(?10 AS TEXT),"
	    " CAST(?11 AS TEXT), ?12)" },
	[AUDIT_SEEN] = { .text =
	    "SELECT 1 FROM audit WHERE action = ?1 AND at >= ?2 AND at < ?3"
	    " AND client = ?4 LIMIT 1" },
	[AUDIT_WALK] = { .text =
	    "SELECT " AUDIT_COLUMNS " FROM audit ORDER BY seq" },
    // clang-format on
};
_Static_assert(ARRAY_LEN(SQL) == AUDIT_SQL__MAX, "every statement has a text");

int
audit_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
audit_store_head(struct db *db, struct audit_head *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct audit_head head = {0};
	const void *hash = NULL;
	size_t len = 0;
	int rc;

	if (db_query_begin(&q, db, &SQL[AUDIT_HEAD], err) < 0)
		return -1;
	rc = db_step(&q, err);
	if (rc < 0)
		return -1;
	if (rc > 0)
		hash = db_col_blob(&q, 1, &len);
	if (hash == NULL || len != sizeof head.hash)
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "The database is damaged. See the log of BanGUI.", "%s",
		    "table audit_head has no row of its kind");
	head.seq = db_col_i64(&q, 0);
	memcpy(head.hash, hash, sizeof head.hash);
	*out = head;
	return 0;
}

static void
bind_bytes(struct db_query *q, int at, const struct audit_bytes *b)
{
	if (b->data == NULL)
		db_bind_null(q, at);
	else
		db_bind_blob(q, at, b->data, b->len);
}

int
audit_store_add(struct db *db, const struct audit_row *row, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	const struct audit_bytes *const bytes[] = {&row->actor_name,
	    &row->client, &row->action, &row->target, &row->outcome,
	    &row->request_id, &row->details, &row->hash};

	if (db_query_begin(&q, db, &SQL[AUDIT_ADD], err) < 0)
		return -1;
	db_bind_i64(&q, 1, row->seq);
	db_bind_i64(&q, 2, row->at);
	db_bind_i64(&q, 3, row->actor_kind);
	if (row->has_actor_id)
		db_bind_i64(&q, 4, row->actor_id);
	else
		db_bind_null(&q, 4);
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++)
		bind_bytes(&q, 5 + (int)i, bytes[i]);
	return db_run(&q, NULL, err);
}

int
audit_store_seen(struct db *db, const char *action, int64_t from, int64_t len_s,
    const struct addr *client, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[AUDIT_SEEN], err) < 0)
		return -1;
	db_bind_text(&q, 1, action);
	db_bind_i64(&q, 2, from);
	db_bind_i64(&q, 3, from + len_s);
	db_bind_blob(&q, 4, client->bytes, sizeof client->bytes);
	return db_step(&q, err);
}

int
audit_store_walk(struct db *db,
    int (*fn)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct audit_row row;
	int rc;

	if (db_query_begin(&q, db, &SQL[AUDIT_WALK], err) < 0)
		return -1;
	while ((rc = db_step(&q, err)) > 0) {
		audit_row_read(&q, &row);
		if (fn(ctx, &row, err) < 0)
			return -1;
	}
	return rc;
}
