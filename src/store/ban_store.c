/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_store.h"

#include "base/error.h"
#include "base/geo_answer.h"
#include "db/db.h"
#include "store/ban_sum_store.h"

enum {
	Q_JAIL_GET,
	Q_JAIL_ADD,
	Q_ADD,
	Q_HAS,
	Q_ADD_EVIDENCE,
	Q_AS,
	Q_LEARN,
	Q_GAP_TOUCHED,
	Q_GAP_DELETE,
	Q_GAP_ADD,
	Q_GAPS,
	Q_OLDEST,
	Q_NEWEST,
	Q_FIRST_KEPT,
	Q_DATA_VALID,
	Q_DATA,
	Q__MAX
};

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_JAIL_GET] = { .text = "SELECT id FROM ban_jail WHERE name = ?1" },
	[Q_JAIL_ADD] = { .text =
	    "INSERT INTO ban_jail (name) VALUES (?1) RETURNING id" },
	[Q_ADD] = { .text =
	    "INSERT INTO ban (id, banned_at, jail_id, addr_key, ident, nth,"
	    " bantime_s, ban_count, failures, country, asn, kind, origin)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
	    " ON CONFLICT (addr_key, banned_at, jail_id, nth) DO NOTHING" },
	[Q_HAS] = { .text =
	    "SELECT 1 FROM ban WHERE addr_key = ?1 AND banned_at = ?2"
	    " AND jail_id = ?3 AND nth = ?4" },
	[Q_ADD_EVIDENCE] = { .text =
	    "INSERT INTO ban_evidence (ban_id, size, data)"
	    " VALUES (?1, ?2, ?3)" },
	[Q_AS] = { .text =
	    "INSERT INTO ban_as (asn, org) VALUES (?1, ?2)"
	    " ON CONFLICT (asn) DO UPDATE SET org = ?2 WHERE org <> ?2" },
	[Q_LEARN] = { .text =
	    "UPDATE ban SET country = ?2, asn = coalesce(asn, ?3)"
	    " WHERE addr_key = ?1 AND country IS NULL" },
	[Q_GAP_TOUCHED] = { .text =
	    "SELECT min(from_at), max(to_at) FROM ban_gap"
	    " WHERE from_at <= ?2 AND to_at >= ?1" },
	[Q_GAP_DELETE] = { .text =
	    "DELETE FROM ban_gap WHERE from_at <= ?2 AND to_at >= ?1" },
	[Q_GAP_ADD] = { .text =
	    "INSERT INTO ban_gap (from_at, to_at) VALUES (?1, ?2)" },
	[Q_GAPS] = { .text =
	    "SELECT from_at, to_at FROM ban_gap"
	    " WHERE from_at < ?2 AND to_at >= ?1"
	    " ORDER BY from_at DESC LIMIT ?3" },
	[Q_OLDEST] = { .text =
	    "SELECT CASE WHEN pruned_before > 0 THEN (SELECT min(start)"
	    "  FROM ban_sum WHERE level = 0 AND jail_id = 0)"
	    " ELSE (SELECT min(banned_at) FROM ban) END"
	    " FROM history_state WHERE one = 1" },
	[Q_NEWEST] = { .text =
	    "SELECT coalesce((SELECT max(banned_at) FROM ban),"
	    " (SELECT max(start) + 3599 FROM ban_sum"
	    "  WHERE level = 0 AND jail_id = 0))" },
	[Q_FIRST_KEPT] = { .text =
	    "SELECT coalesce((SELECT min(banned_at) FROM ban),"
	    " 9223372036854775807)"
	    " FROM history_state WHERE one = 1 AND pruned_before > 0" },
	[Q_DATA_VALID] = { .text = "SELECT json_valid(?1)" },
	[Q_DATA] = { .text =
	    "SELECT CASE json_type(?1, '$.failures') WHEN 'integer'"
	    "  THEN json_extract(?1, '$.failures') END,"
	    " coalesce(json_array_length(?1, '$.matches'), 0),"
	    " EXISTS (SELECT 1 FROM json_each(?1)"
	    "  WHERE coalesce(key, '')"
	    "  NOT IN ('matches', 'failures', 'ip4', 'ip6'))" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

/* 1 and its number, or 0 */
static int
jail_get(struct db *db, int statement, const char *name, int64_t *id,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	db_bind_text(&q, 1, name);
	rc = db_step(&q, err);
	if (rc > 0)
		*id = db_col_i64(&q, 0);
	return rc;
}

int
ban_store_find_jail(
    struct db *db, const char *name, int64_t *id, struct error *err)
{
	return jail_get(db, Q_JAIL_GET, name, id, err);
}

int
ban_store_jail(struct db *db, const char *name, int64_t *id, struct error *err)
{
	int rc = ban_store_find_jail(db, name, id, err);

	if (rc == 0)
		rc = jail_get(db, Q_JAIL_ADD, name, id, err);
	return rc < 0 ? -1 : 0;
}

static void
bind_known(struct db_query *q, int at, int64_t v)
{
	if (v < 0)
		db_bind_null(q, at);
	else
		db_bind_i64(q, at, v);
}

static void
bind_country(struct db_query *q, int at, const char *country)
{
	db_bind_text(q, at, country[0] == '\0' ? NULL : country);
}

int
ban_store_add(struct db *db, const struct ban_row *row, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t added = 0;

	if (db_query_begin(&q, db, &SQL[Q_ADD], err) < 0)
		return -1;
	db_bind_i64(&q, 1, row->id);
	db_bind_i64(&q, 2, row->banned_at);
	db_bind_i64(&q, 3, row->jail_id);
	db_bind_blob(&q, 4, row->key.bytes, row->key.len);
	db_bind_text(&q, 5, row->ident);
	db_bind_i64(&q, 6, row->nth);
	db_bind_i64(&q, 7, row->bantime_s);
	db_bind_i64(&q, 8, row->ban_count);
	bind_known(&q, 9, row->failures);
	bind_country(&q, 10, row->country);
	bind_known(&q, 11, row->asn);
	db_bind_i64(&q, 12, row->kind);
	db_bind_i64(&q, 13, row->origin);
	if (db_run(&q, &added, err) < 0)
		return -1;
	return added > 0;
}

int
ban_store_has(struct db *db, const struct ban_row *row, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_HAS], err) < 0)
		return -1;
	db_bind_blob(&q, 1, row->key.bytes, row->key.len);
	db_bind_i64(&q, 2, row->banned_at);
	db_bind_i64(&q, 3, row->jail_id);
	db_bind_i64(&q, 4, row->nth);
	return db_step(&q, err);
}

int
ban_store_add_evidence(struct db *db, int64_t ban_id, const void *data,
    size_t len, size_t size, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_ADD_EVIDENCE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, ban_id);
	db_bind_i64(&q, 2, (int64_t)size);
	db_bind_blob(&q, 3, data, len);
	return db_run(&q, NULL, err);
}

int
ban_store_as(struct db *db, int64_t asn, const char *org, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (asn < 1 || org[0] == '\0')
		return 0;
	if (db_query_begin(&q, db, &SQL[Q_AS], err) < 0)
		return -1;
	db_bind_i64(&q, 1, asn);
	db_bind_text(&q, 2, org);
	return db_run(&q, NULL, err);
}

int
ban_store_learn(struct db *db, const struct active_ban_key *key,
    const struct geo_answer *answer, int64_t *changed, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (ban_sum_learn(db, key, answer, err) < 0)
		return -1;
	if (db_query_begin(&q, db, &SQL[Q_LEARN], err) < 0)
		return -1;
	db_bind_blob(&q, 1, key->bytes, key->len);
	bind_country(&q, 2, answer->country_code);
	bind_known(&q, 3, answer->asn);
	return db_run(&q, changed, err);
}

/* Widen from and to by the gaps that they touch. */
static int
gap_widen(struct db *db, int64_t *from_at, int64_t *to_at, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_GAP_TOUCHED], err) < 0)
		return -1;
	db_bind_i64(&q, 1, *from_at);
	db_bind_i64(&q, 2, *to_at);
	if (db_step(&q, err) < 0)
		return -1;
	if (db_col_is_null(&q, 0))
		return 0;
	if (db_col_i64(&q, 0) < *from_at)
		*from_at = db_col_i64(&q, 0);
	if (db_col_i64(&q, 1) > *to_at)
		*to_at = db_col_i64(&q, 1);
	return 0;
}

static int
gap_run(struct db *db, int statement, int64_t from_at, int64_t to_at,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	db_bind_i64(&q, 1, from_at);
	db_bind_i64(&q, 2, to_at);
	return db_run(&q, NULL, err);
}

int
ban_store_gap(struct db *db, int64_t from_at, int64_t to_at, struct error *err)
{
	if (gap_widen(db, &from_at, &to_at, err) < 0 ||
	    gap_run(db, Q_GAP_DELETE, from_at, to_at, err) < 0)
		return -1;
	return gap_run(db, Q_GAP_ADD, from_at, to_at, err);
}

static void
gaps_turn(struct ban_gaps *g)
{
	for (size_t i = 0; i < g->n / 2; i++) {
		struct ban_gap kept = g->items[i];

		g->items[i] = g->items[g->n - 1 - i];
		g->items[g->n - 1 - i] = kept;
	}
}

int
ban_store_gaps(struct db *db, int64_t from, int64_t to, struct ban_gaps *out,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_gaps g = {.n = 0};
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_GAPS], err) < 0)
		return -1;
	db_bind_i64(&q, 1, from);
	db_bind_i64(&q, 2, to);
	db_bind_i64(&q, 3, LIMIT_BAN_GAPS);
	while ((rc = db_step(&q, err)) == 1)
		g.items[g.n++] =
		    (struct ban_gap){db_col_i64(&q, 0), db_col_i64(&q, 1)};
	if (rc < 0)
		return -1;
	gaps_turn(&g);
	*out = g;
	return 0;
}

int
ban_store_span(
    struct db *db, int64_t *oldest, int64_t *newest, struct error *err)
{
	AUTO(db_query_end) struct db_query first = DB_QUERY_INIT;
	AUTO(db_query_end) struct db_query last = DB_QUERY_INIT;

	if (db_query_begin(&first, db, &SQL[Q_OLDEST], err) < 0 ||
	    db_query_begin(&last, db, &SQL[Q_NEWEST], err) < 0 ||
	    db_step(&first, err) < 0 || db_step(&last, err) < 0)
		return -1;
	if (db_col_is_null(&first, 0) || db_col_is_null(&last, 0))
		return 0;
	*oldest = db_col_i64(&first, 0);
	*newest = db_col_i64(&last, 0);
	return 1;
}

int
ban_store_first_kept(struct db *db, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_FIRST_KEPT], err) < 0)
		return -1;
	rc = db_step(&q, err);
	if (rc == 1)
		*out = db_col_i64(&q, 0);
	return rc;
}

/* SQLite reads JSON as strictly as we need, and takes the text of each
 * version of fail2ban. */
static int
data_is_valid(struct db *db, const char *text, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_DATA_VALID], err) < 0)
		return -1;
	db_bind_text(&q, 1, text);
	if (db_step(&q, err) < 0)
		return -1;
	return db_col_i64(&q, 0) != 0;
}

int
ban_store_read_data(
    struct db *db, const char *text, struct ban_data *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_data d = {.failures = -1};
	int rc = data_is_valid(db, text, err);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		*out = d;
		return 0;
	}
	if (db_query_begin(&q, db, &SQL[Q_DATA], err) < 0)
		return -1;
	db_bind_text(&q, 1, text);
	if (db_step(&q, err) < 0)
		return -1;
	d.readable = true;
	if (!db_col_is_null(&q, 0) && db_col_i64(&q, 0) >= 0)
		d.failures = db_col_i64(&q, 0);
	d.n_matches = db_col_i64(&q, 1);
	d.has_more = db_col_i64(&q, 2) != 0;
	*out = d;
	return 0;
}
