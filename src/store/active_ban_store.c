/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/active_ban_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "db/db.h"

enum {
	Q_STATE_GET,
	Q_STATE_PUT,
	Q_JAILS,
	Q_JAIL_PUT,
	Q_JAIL_DELETE,
	Q_JAIL_ROWS_DELETE,
	Q_ACTED,
	Q_ACTED_JAIL,
	Q_ACTED_JAILS,
	Q_EACH,
	Q_EACH_OF,
	Q_INSERT,
	Q_UPDATE,
	Q_DELETE,
	Q__MAX
};

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_STATE_GET] = { .text =
	    "SELECT checked_at_ms, as_of_ms, full_at_ms, full_cost_ms,"
	    " failed_at_ms, act_seq, read_seq FROM active_ban_state" },
	[Q_STATE_PUT] = { .text =
	    "UPDATE active_ban_state SET checked_at_ms = ?1, as_of_ms = ?2,"
	    " full_at_ms = ?3, full_cost_ms = ?4, failed_at_ms = ?5,"
	    " read_seq = ?6" },
	[Q_JAILS] = { .text =
	    "SELECT jail, currently_banned, total_banned, n_rows, read_at_ms,"
	    " read_cost_ms, act_seq, read_seq FROM active_ban_jail"
	    " ORDER BY jail" },
	[Q_JAIL_PUT] = { .text =
	    "INSERT INTO active_ban_jail (jail, currently_banned,"
	    " total_banned, n_rows, read_at_ms, read_cost_ms, act_seq,"
	    " read_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7)"
	    " ON CONFLICT (jail) DO UPDATE SET currently_banned = ?2,"
	    " total_banned = ?3, n_rows = ?4, read_at_ms = ?5,"
	    " read_cost_ms = ?6, read_seq = ?7" },
	[Q_JAIL_DELETE] = { .text = "DELETE FROM active_ban_jail WHERE jail = ?1" },
	[Q_JAIL_ROWS_DELETE] = { .text = "DELETE FROM active_ban WHERE jail = ?1" },
	[Q_ACTED] = { .text =
	    "UPDATE active_ban_state SET act_seq = act_seq + 1" },
	[Q_ACTED_JAIL] = { .text =
	    "INSERT INTO active_ban_jail (jail, currently_banned,"
	    " total_banned, n_rows, read_at_ms, read_cost_ms, act_seq,"
	    " read_seq) VALUES (?1, -1, -1, 0, 0, 0, 1, 0)"
	    " ON CONFLICT (jail) DO UPDATE SET act_seq = act_seq + 1" },
	[Q_ACTED_JAILS] = { .text =
	    "UPDATE active_ban_jail SET act_seq = act_seq + 1" },
	[Q_EACH] = { .text =
	    "SELECT addr_key, banned_at, bantime_s, expires_at"
	    " FROM active_ban WHERE jail = ?1 ORDER BY addr_key" },
	[Q_EACH_OF] = { .text =
	    "SELECT jail, banned_at, bantime_s, expires_at FROM active_ban"
	    " WHERE addr_key = ?1 AND +expires_at > ?2 ORDER BY jail" },
	[Q_INSERT] = { .text =
	    "INSERT INTO active_ban (jail, addr_key, id, prefix_len,"
	    " banned_at, bantime_s, expires_at, country, asn)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)" },
	[Q_UPDATE] = { .text =
	    "UPDATE active_ban SET banned_at = ?3, bantime_s = ?4,"
	    " expires_at = ?5 WHERE jail = ?1 AND addr_key = ?2" },
	[Q_DELETE] = { .text =
	    "DELETE FROM active_ban WHERE jail = ?1 AND addr_key = ?2" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

/* "Never" as the largest integer sorts and compares as the last to expire. */
static int64_t
expiry_stored(int64_t expires_at)
{
	return expires_at < 0 ? INT64_MAX : expires_at;
}

static int64_t
expiry_shown(int64_t stored)
{
	return stored == INT64_MAX ? -1 : stored;
}

int
active_ban_key_compare(
    const struct active_ban_key *a, const struct active_ban_key *b)
{
	size_t both = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->bytes, b->bytes, both);

	return order != 0 ? order : (int)a->len - (int)b->len;
}

int
active_ban_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, Q__MAX, err);
}

int
active_ban_state_get(
    struct db *db, struct active_ban_state *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_STATE_GET], err) < 0 ||
	    db_step_row(&q, err) < 0)
		return -1;
	*out = (struct active_ban_state){
	    .checked_at_ms = db_col_i64(&q, 0),
	    .as_of_ms = db_col_i64(&q, 1),
	    .full_at_ms = db_col_i64(&q, 2),
	    .full_cost_ms = db_col_i64(&q, 3),
	    .failed_at_ms = db_col_i64(&q, 4),
	    .act_seq = db_col_i64(&q, 5),
	    .read_seq = db_col_i64(&q, 6),
	};
	return 0;
}

int
active_ban_state_put(
    struct db *db, const struct active_ban_state *state, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_STATE_PUT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, state->checked_at_ms);
	db_bind_i64(&q, 2, state->as_of_ms);
	db_bind_i64(&q, 3, state->full_at_ms);
	db_bind_i64(&q, 4, state->full_cost_ms);
	db_bind_i64(&q, 5, state->failed_at_ms);
	db_bind_i64(&q, 6, state->read_seq);
	return db_run(&q, NULL, err);
}

void
active_ban_jails_release(struct active_ban_jails *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i].name);
	free(l->items);
	*l = (struct active_ban_jails){0};
}

static int
jails_add(
    struct active_ban_jails *l, const struct db_query *q, struct error *err)
{
	struct active_ban_jail *items;
	char *name;

	items = reallocarray(l->items, l->n + 1, sizeof *items);
	if (items == NULL)
		return err_nomem(err);
	l->items = items;
	name = strdup(db_col_text(q, 0));
	if (name == NULL)
		return err_nomem(err);
	items[l->n++] = (struct active_ban_jail){
	    .name = name,
	    .currently_banned = db_col_i64(q, 1),
	    .total_banned = db_col_i64(q, 2),
	    .n_rows = db_col_i64(q, 3),
	    .read_at_ms = db_col_i64(q, 4),
	    .read_cost_ms = db_col_i64(q, 5),
	    .act_seq = db_col_i64(q, 6),
	    .read_seq = db_col_i64(q, 7),
	};
	return 0;
}

int
active_ban_jails_get(
    struct db *db, struct active_ban_jails *out, struct error *err)
{
	AUTO(active_ban_jails_release) struct active_ban_jails l = {0};
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_JAILS], err) < 0)
		return -1;
	while ((rc = db_step(&q, err)) == 1)
		if (jails_add(&l, &q, err) < 0)
			return -1;
	if (rc < 0)
		return -1;
	*out = l;
	l = (struct active_ban_jails){0}; /* handed over */
	return 0;
}

static int
jail_compare(const void *name, const void *jail)
{
	const struct active_ban_jail *j = jail;

	return strcmp(name, j->name);
}

const struct active_ban_jail *
active_ban_jails_find(const struct active_ban_jails *l, const char *name)
{
	if (l->n == 0)
		return NULL;
	return bsearch(name, l->items, l->n, sizeof *l->items, jail_compare);
}

int
active_ban_jail_put(
    struct db *db, const struct active_ban_jail *jail, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_JAIL_PUT], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail->name);
	db_bind_i64(&q, 2, jail->currently_banned);
	db_bind_i64(&q, 3, jail->total_banned);
	db_bind_i64(&q, 4, jail->n_rows);
	db_bind_i64(&q, 5, jail->read_at_ms);
	db_bind_i64(&q, 6, jail->read_cost_ms);
	db_bind_i64(&q, 7, jail->read_seq);
	return db_run(&q, NULL, err);
}

/* For statements whose one parameter, if any, is a jail. */
static int
run_for_jail(struct db *db, const struct db_sql *sql, const char *jail,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, sql, err) < 0)
		return -1;
	if (jail != NULL)
		db_bind_text(&q, 1, jail);
	return db_run(&q, NULL, err);
}

int
active_ban_jail_delete(struct db *db, const char *jail, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin(&txn, db, err) < 0 ||
	    run_for_jail(db, &SQL[Q_JAIL_ROWS_DELETE], jail, err) < 0 ||
	    run_for_jail(db, &SQL[Q_JAIL_DELETE], jail, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

int
active_ban_acted(struct db *db, const char *jail, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	const struct db_sql *sql =
	    &SQL[jail == NULL ? Q_ACTED_JAILS : Q_ACTED_JAIL];

	if (db_txn_begin(&txn, db, err) < 0 ||
	    run_for_jail(db, &SQL[Q_ACTED], NULL, err) < 0 ||
	    run_for_jail(db, sql, jail, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

int
active_ban_key_read(const struct db_query *q, int at,
    struct active_ban_key *out, struct error *err)
{
	size_t len = 0;
	const void *bytes = db_col_blob(q, at, &len);

	if (len > sizeof out->bytes)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "a key of %zu bytes in active_ban", len);
	if (len > 0) /* else there are no bytes to point at */
		memcpy(out->bytes, bytes, len);
	out->len = (uint8_t)len;
	return 0;
}

void
active_ban_where_bind(
    struct db_query *q, int at, const struct active_ban_where *where)
{
	db_bind_text(q, at, where->country[0] == '\0' ? NULL : where->country);
	if (where->asn > 0)
		db_bind_i64(q, at + 1, where->asn);
	else
		db_bind_null(q, at + 1);
}

int
active_ban_each(struct db *db, const char *jail,
    int (*each)(void *ctx, const struct active_ban *ban, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_EACH], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail);
	while ((rc = db_step(&q, err)) == 1) {
		struct active_ban ban = {
		    .banned_at = db_col_i64(&q, 1),
		    .bantime_s = db_col_i64(&q, 2),
		    .expires_at = expiry_shown(db_col_i64(&q, 3)),
		};
		if (active_ban_key_read(&q, 0, &ban.key, err) < 0 ||
		    each(ctx, &ban, err) < 0)
			return -1;
	}
	return rc;
}

int
active_ban_each_of(struct db *db, const struct active_ban_key *key,
    int64_t now_s,
    int (*each)(void *ctx, const char *jail, const struct active_ban *ban,
	struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_EACH_OF], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key->bytes, key->len);
	db_bind_i64(&q, 2, now_s);
	while ((rc = db_step(&q, err)) == 1) {
		const struct active_ban ban = {
		    .key = *key,
		    .banned_at = db_col_i64(&q, 1),
		    .bantime_s = db_col_i64(&q, 2),
		    .expires_at = expiry_shown(db_col_i64(&q, 3)),
		};
		if (each(ctx, db_col_text(&q, 0), &ban, err) < 0)
			return -1;
	}
	return rc;
}

int
active_ban_insert(struct db *db, const char *jail, const struct active_ban *ban,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_INSERT], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail);
	db_bind_blob(&q, 2, ban->key.bytes, ban->key.len);
	db_bind_text(&q, 3, ban->id);
	if (ban->prefix_len < 0)
		db_bind_null(&q, 4);
	else
		db_bind_i64(&q, 4, ban->prefix_len);
	db_bind_i64(&q, 5, ban->banned_at);
	db_bind_i64(&q, 6, ban->bantime_s);
	db_bind_i64(&q, 7, expiry_stored(ban->expires_at));
	active_ban_where_bind(&q, 8, &ban->where);
	return db_run(&q, NULL, err);
}

int
active_ban_update(struct db *db, const char *jail, const struct active_ban *ban,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_UPDATE], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail);
	db_bind_blob(&q, 2, ban->key.bytes, ban->key.len);
	db_bind_i64(&q, 3, ban->banned_at);
	db_bind_i64(&q, 4, ban->bantime_s);
	db_bind_i64(&q, 5, expiry_stored(ban->expires_at));
	return db_run(&q, NULL, err);
}

int
active_ban_delete(struct db *db, const char *jail,
    const struct active_ban_key *key, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_DELETE], err) < 0)
		return -1;
	db_bind_text(&q, 1, jail);
	db_bind_blob(&q, 2, key->bytes, key->len);
	return db_run(&q, NULL, err);
}
