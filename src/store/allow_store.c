/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/allow_store.h"

#include <string.h>

#include "base/error.h"
#include "db/db.h"

enum {
	Q_ADD,
	Q_CHANGE,
	Q_DELETE,
	Q_LIST,
	Q_GET,
	Q_COUNT,
	Q_ENDED,
	Q_SET_APPLIED,
	Q_SET_LOOKED,
	Q_HOST_DUE,
	Q_ADD_NET,
	Q_CLEAR_NETS,
	Q_NETS_OF,
	Q_NETS,
	Q_APPLIED,
	Q_APPLY,
	Q_UNAPPLY,
	Q_FORGET,
	Q_IS_APPLIED,
	Q__MAX
};

#define COLUMNS                                                                \
	"id, value, is_host, jails, note, author, created_at, expires_at,"     \
	" applied_at, looked_at"

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_ADD] = { .text =
	    "INSERT INTO allow (value, is_host, jails, note, author,"
	    " created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
	    " ON CONFLICT (value) DO NOTHING RETURNING id" },
	[Q_CHANGE] = { .text =
	    "UPDATE allow SET jails = ?2, note = ?3, expires_at = ?4,"
	    " applied_at = NULL WHERE id = ?1" },
	[Q_DELETE] = { .text = "DELETE FROM allow WHERE id = ?1" },
	[Q_LIST] = { .text = "SELECT " COLUMNS " FROM allow ORDER BY id DESC" },
	[Q_GET] = { .text = "SELECT " COLUMNS " FROM allow WHERE id = ?1" },
	[Q_COUNT] = { .text = "SELECT count(*) FROM allow" },
	[Q_ENDED] = { .text =
	    "SELECT " COLUMNS " FROM allow WHERE expires_at <= ?1"
	    " ORDER BY expires_at LIMIT 1" },
	[Q_SET_APPLIED] = { .text =
	    "UPDATE allow SET applied_at = ?1 WHERE applied_at IS NULL" },
	[Q_SET_LOOKED] = { .text =
	    "UPDATE allow SET looked_at = ?2 WHERE id = ?1" },
	[Q_HOST_DUE] = { .text =
	    "SELECT " COLUMNS " FROM allow WHERE is_host = 1"
	    " AND (looked_at IS NULL OR looked_at <= ?1) LIMIT 1" },
	[Q_ADD_NET] = { .text =
	    "INSERT INTO allow_net (allow_id, net) VALUES (?1, ?2)"
	    " ON CONFLICT DO NOTHING" },
	[Q_CLEAR_NETS] = { .text = "DELETE FROM allow_net WHERE allow_id = ?1" },
	[Q_NETS_OF] = { .text =
	    "SELECT net FROM allow_net WHERE allow_id = ?1 ORDER BY net" },
	[Q_NETS] = { .text =
	    "SELECT n.net, a.jails FROM allow AS a"
	    " JOIN allow_net AS n ON n.allow_id = a.id"
	    " WHERE a.expires_at IS NULL OR a.expires_at > ?1" },
	[Q_APPLIED] = { .text =
	    "SELECT net, ours FROM allow_applied WHERE jail = ?1 ORDER BY net" },
	[Q_APPLY] = { .text =
	    "INSERT INTO allow_applied (jail, net, ours) VALUES (?1, ?2, ?3)"
	    " ON CONFLICT DO UPDATE SET ours = ?3" },
	[Q_UNAPPLY] = { .text =
	    "DELETE FROM allow_applied WHERE jail = ?1 AND net = ?2" },
	[Q_FORGET] = { .text = "DELETE FROM allow_applied WHERE jail = ?1" },
	[Q_IS_APPLIED] = { .text = "SELECT 1 FROM allow_applied LIMIT 1" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

/* How a network stands in the tables: its prefix length, then its bytes. */
struct key {
	uint8_t bytes[17];
};

static struct key
key_of(const struct addr *net)
{
	struct key k;

	k.bytes[0] = net->prefix_len;
	memcpy(k.bytes + 1, net->bytes, sizeof net->bytes);
	return k;
}

static int
col_net(const struct db_query *q, int at, struct addr *out, struct error *err)
{
	size_t len = 0;
	const uint8_t *key = db_col_blob(q, at, &len);

	if (key == NULL || len != 1 + sizeof out->bytes)
		return err_set(err, ERR_DB_UNAVAILABLE,
		    "The database of BanGUI is damaged. See its log.",
		    "a network of %zu bytes", len);
	out->prefix_len = key[0];
	memcpy(out->bytes, key + 1, sizeof out->bytes);
	return 0;
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

int
allow_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
allow_store_add(
    struct db *db, const struct allow_row *row, int64_t *id, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t fresh;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_ADD], err) < 0)
		return -1;
	db_bind_text(&q, 1, row->value);
	db_bind_i64(&q, 2, row->is_host);
	db_bind_text(&q, 3, row->jails);
	db_bind_text(&q, 4, row->note);
	db_bind_text(&q, 5, row->author);
	db_bind_i64(&q, 6, row->created_at);
	bind_time(&q, 7, row->expires_at);
	rc = db_step(&q, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(err, ERR_CONFLICT,
		    "This is on the allowlist already. Change that entry.",
		    "%s is there", row->value);
	fresh = db_col_i64(&q, 0);
	if (db_step(&q, err) < 0) /* only then has it been written */
		return -1;
	*id = fresh;
	return 0;
}

int
allow_store_change(
    struct db *db, const struct allow_row *row, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t changed = 0;

	if (db_query_begin(&q, db, &SQL[Q_CHANGE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, row->id);
	db_bind_text(&q, 2, row->jails);
	db_bind_text(&q, 3, row->note);
	bind_time(&q, 4, row->expires_at);
	if (db_run(&q, &changed, err) < 0)
		return -1;
	return changed > 0;
}

int
allow_store_delete(struct db *db, int64_t id, struct error *err)
{
	return db_run_i64(db, &SQL[Q_DELETE], id, err);
}

static struct allow_row
row_of(const struct db_query *q)
{
	return (struct allow_row){
	    .id = db_col_i64(q, 0),
	    .value = db_col_text(q, 1),
	    .is_host = db_col_i64(q, 2) != 0,
	    .jails = db_col_text(q, 3),
	    .note = db_col_text(q, 4),
	    .author = db_col_text(q, 5),
	    .created_at = db_col_i64(q, 6),
	    .expires_at = col_time(q, 7),
	    .applied_at = col_time(q, 8),
	    .looked_at = col_time(q, 9),
	};
}

int
allow_store_list(struct db *db, allow_each *fn, void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_LIST], err) < 0)
		return -1;
	while ((rc = db_step(&q, err)) == 1) {
		const struct allow_row row = row_of(&q);

		if (fn(ctx, &row, err) < 0)
			return -1;
	}
	return rc;
}

static int
give_one(struct db *db, int which, int64_t value, allow_each *fn, void *ctx,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct allow_row row;
	int rc;

	if (db_query_begin(&q, db, &SQL[which], err) < 0)
		return -1;
	db_bind_i64(&q, 1, value);
	rc = db_step(&q, err);
	if (rc <= 0)
		return rc;
	row = row_of(&q);
	return fn(ctx, &row, err) < 0 ? -1 : 1;
}

int
allow_store_get(
    struct db *db, int64_t id, allow_each *fn, void *ctx, struct error *err)
{
	return give_one(db, Q_GET, id, fn, ctx, err);
}

int
allow_store_ended(
    struct db *db, int64_t now, allow_each *fn, void *ctx, struct error *err)
{
	return give_one(db, Q_ENDED, now, fn, ctx, err);
}

int
allow_store_host_due(
    struct db *db, int64_t before, allow_each *fn, void *ctx, struct error *err)
{
	return give_one(db, Q_HOST_DUE, before, fn, ctx, err);
}

int
allow_store_count(struct db *db, int64_t *out, struct error *err)
{
	return db_number(db, &SQL[Q_COUNT], out, err);
}

int
allow_store_set_applied(struct db *db, int64_t now, struct error *err)
{
	return db_run_i64(db, &SQL[Q_SET_APPLIED], now, err) < 0 ? -1 : 0;
}

int
allow_store_set_looked(
    struct db *db, int64_t id, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_SET_LOOKED], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	db_bind_i64(&q, 2, now);
	return db_run(&q, NULL, err);
}

int
allow_store_add_net(
    struct db *db, int64_t id, const struct addr *net, struct error *err)
{
	struct key key = key_of(net);
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_ADD_NET], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	db_bind_blob(&q, 2, key.bytes, sizeof key.bytes);
	return db_run(&q, NULL, err);
}

int
allow_store_clear_nets(struct db *db, int64_t id, struct error *err)
{
	return db_run_i64(db, &SQL[Q_CLEAR_NETS], id, err) < 0 ? -1 : 0;
}

int
allow_store_nets_of(struct db *db, int64_t id,
    int (*fn)(void *ctx, const struct addr *net, struct error *err), void *ctx,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct addr net;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_NETS_OF], err) < 0)
		return -1;
	db_bind_i64(&q, 1, id);
	while ((rc = db_step(&q, err)) == 1)
		if (col_net(&q, 0, &net, err) < 0 || fn(ctx, &net, err) < 0)
			return -1;
	return rc;
}

int
allow_store_nets(struct db *db, int64_t now,
    int (*fn)(void *ctx, const struct addr *net, const char *jails,
	struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct addr net;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_NETS], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	while ((rc = db_step(&q, err)) == 1)
		if (col_net(&q, 0, &net, err) < 0 ||
		    fn(ctx, &net, db_col_text(&q, 1), err) < 0)
			return -1;
	return rc;
}

int
allow_store_applied(struct db *db, const char *jail,
    int (*fn)(void *ctx, const struct addr *net, bool ours, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct addr net;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_APPLIED], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail);
	while ((rc = db_step(&q, err)) == 1)
		if (col_net(&q, 0, &net, err) < 0 ||
		    fn(ctx, &net, db_col_i64(&q, 1) != 0, err) < 0)
			return -1;
	return rc;
}

int
allow_store_apply(struct db *db, const char *jail, const struct addr *net,
    bool ours, struct error *err)
{
	struct key key = key_of(net);
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_APPLY], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail);
	db_bind_blob(&q, 2, key.bytes, sizeof key.bytes);
	db_bind_i64(&q, 3, ours);
	return db_run(&q, NULL, err);
}

int
allow_store_unapply(
    struct db *db, const char *jail, const struct addr *net, struct error *err)
{
	struct key key = key_of(net);
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_UNAPPLY], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail);
	db_bind_blob(&q, 2, key.bytes, sizeof key.bytes);
	return db_run(&q, NULL, err);
}

int
allow_store_forget(struct db *db, const char *jail, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_FORGET], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail);
	return db_run(&q, NULL, err);
}

int
allow_store_is_applied(struct db *db, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_IS_APPLIED], err) < 0)
		return -1;
	return db_step(&q, err);
}
