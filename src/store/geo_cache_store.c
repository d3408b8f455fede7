/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/geo_cache_store.h"

#include <string.h>

#include "base/addr.h"
#include "base/str.h"
#include "db/db.h"

enum {
	GEO_GET,
	GEO_TOUCH,
	GEO_WANT,
	GEO_PUT,
	GEO_PUT_UNKNOWN,
	GEO_DUE,
	GEO_RETRY_ALL,
	GEO_COUNT_ROWS,
	GEO_COUNT_OPEN,
	GEO_LOOK_OLD,
	GEO_DROP_OLD,
	GEO_SQL__MAX
};

static const struct db_sql SQL[] = {
    // clang-format off
	[GEO_GET] = { .text =
	    "SELECT country_code, country_name, asn, as_org, source,"
	    " resolved_at, retry_at, attempts, last_seen"
	    " FROM geo_cache WHERE addr = ?1" },
	[GEO_TOUCH] = { .text =
	    "UPDATE geo_cache SET last_seen = ?2 WHERE addr = ?1" },
	[GEO_WANT] = { .text =
	    "INSERT INTO geo_cache (addr, retry_at, last_seen)"
	    " VALUES (?1, ?2, ?2) ON CONFLICT (addr) DO NOTHING" },
	[GEO_PUT] = { .text =
	    "INSERT INTO geo_cache (addr, country_code, country_name, asn,"
	    " as_org, source, resolved_at, last_seen)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)"
	    " ON CONFLICT (addr) DO UPDATE SET country_code = ?2,"
	    " country_name = ?3, asn = ?4, as_org = ?5, source = ?6,"
	    " resolved_at = ?7, retry_at = NULL, attempts = 0" },
	[GEO_PUT_UNKNOWN] = { .text =
	    "UPDATE geo_cache SET asn = ?2, as_org = ?3, source = ?4,"
	    " resolved_at = ?5, retry_at = ?6, attempts = ?7,"
	    " country_code = NULL, country_name = NULL WHERE addr = ?1" },
	[GEO_DUE] = { .text =
	    "SELECT addr FROM geo_cache"
	    " WHERE retry_at IS NOT NULL AND retry_at <= ?1"
	    " ORDER BY retry_at LIMIT ?2" },
	[GEO_RETRY_ALL] = { .text =
	    "UPDATE geo_cache SET retry_at = ?1, attempts = 0"
	    " WHERE retry_at IS NOT NULL AND retry_at > ?1" },
	[GEO_COUNT_ROWS] = { .text =
	    "SELECT count(*) FROM (SELECT 1 FROM geo_cache LIMIT ?1)" },
	/* No more rows than wait: the index holds no others. */
	[GEO_COUNT_OPEN] = { .text =
	    "SELECT count(*) FILTER (WHERE attempts = 0),"
	    " count(*) FILTER (WHERE attempts > 0)"
	    " FROM (SELECT attempts FROM geo_cache"
	    " WHERE retry_at IS NOT NULL LIMIT ?1)" },
	[GEO_LOOK_OLD] = { .text =
	    "SELECT addr, last_seen < ?3 FROM geo_cache WHERE addr > ?1"
	    " ORDER BY addr LIMIT ?2" },
	[GEO_DROP_OLD] = { .text =
	    "DELETE FROM geo_cache"
	    " WHERE addr > ?1 AND addr <= ?2 AND last_seen < ?3" },
    // clang-format on
};
_Static_assert(ARRAY_LEN(SQL) == GEO_SQL__MAX, "every statement has a text");

const struct sweep_sql GEO_CACHE_SWEEP = {
    &SQL[GEO_LOOK_OLD], &SQL[GEO_DROP_OLD]};

int
geo_cache_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static void
bind_addr(struct db_query *q, const struct addr *a)
{
	db_bind_blob(q, 1, a->bytes, sizeof a->bytes);
}

/* "" and numbers below 1 are NULL. */
static void
bind_text(struct db_query *q, int at, const char *s)
{
	db_bind_text(q, at, s[0] == '\0' ? NULL : s);
}

static void
bind_number(struct db_query *q, int at, int64_t v)
{
	if (v < 1)
		db_bind_null(q, at);
	else
		db_bind_i64(q, at, v);
}

/* Our own texts: what does not fit has been written by nobody of ours. */
static void
take_text(const struct db_query *q, int at, char *dst, size_t size)
{
	const char *s = db_col_text(q, at);

	if (s == NULL || !str_copy(dst, size, s))
		dst[0] = '\0';
}

static void
take_row(const struct db_query *q, struct geo_cache_row *out)
{
	struct geo_answer *a = &out->answer;

	take_text(q, 0, a->country_code, sizeof a->country_code);
	take_text(q, 1, a->country_name, sizeof a->country_name);
	a->asn = db_col_is_null(q, 2) ? -1 : db_col_i64(q, 2);
	take_text(q, 3, a->as_org, sizeof a->as_org);
	take_text(q, 4, out->source, sizeof out->source);
	out->resolved_at = db_col_i64(q, 5);
	out->retry_at = db_col_i64(q, 6);
	out->attempts = db_col_i64(q, 7);
	out->last_seen = db_col_i64(q, 8);
}

int
geo_cache_store_get(struct db *db, const struct addr *a,
    struct geo_cache_row *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[GEO_GET], err) < 0)
		return -1;
	bind_addr(&q, a);
	rc = db_step(&q, err);
	if (rc > 0)
		take_row(&q, out);
	return rc;
}

int
geo_cache_store_touch(
    struct db *db, const struct addr *a, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[GEO_TOUCH], err) < 0)
		return -1;
	bind_addr(&q, a);
	db_bind_i64(&q, 2, now);
	return db_run(&q, NULL, err);
}

int
geo_cache_store_want(
    struct db *db, const struct addr *a, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[GEO_WANT], err) < 0)
		return -1;
	bind_addr(&q, a);
	db_bind_i64(&q, 2, now);
	return db_run(&q, NULL, err);
}

int
geo_cache_store_put(struct db *db, const struct addr *a,
    const struct geo_cache_row *row, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[GEO_PUT], err) < 0)
		return -1;
	bind_addr(&q, a);
	bind_text(&q, 2, row->answer.country_code);
	bind_text(&q, 3, row->answer.country_name);
	bind_number(&q, 4, row->answer.asn);
	bind_text(&q, 5, row->answer.as_org);
	bind_text(&q, 6, row->source);
	db_bind_i64(&q, 7, row->resolved_at);
	return db_run(&q, NULL, err);
}

int
geo_cache_store_put_unknown(struct db *db, const struct addr *a,
    const struct geo_cache_row *row, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[GEO_PUT_UNKNOWN], err) < 0)
		return -1;
	bind_addr(&q, a);
	bind_number(&q, 2, row->answer.asn);
	bind_text(&q, 3, row->answer.as_org);
	bind_text(&q, 4, row->source);
	db_bind_i64(&q, 5, row->resolved_at);
	db_bind_i64(&q, 6, row->retry_at);
	db_bind_i64(&q, 7, row->attempts);
	return db_run(&q, NULL, err);
}

static void
take_addr(const struct db_query *q, struct addr *out)
{
	size_t len;
	const void *bytes = db_col_blob(q, 0, &len);

	*out = (struct addr){.prefix_len = 128};
	if (len == sizeof out->bytes) /* the table's CHECK says so */
		memcpy(out->bytes, bytes, len);
}

int
geo_cache_store_due(struct db *db, int64_t now, struct addr *out, size_t max,
    size_t *n, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	size_t found = 0;
	int rc;

	if (db_query_begin(&q, db, &SQL[GEO_DUE], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	db_bind_i64(&q, 2, (int64_t)max);
	while ((rc = db_step(&q, err)) > 0 && found < max)
		take_addr(&q, &out[found++]);
	if (rc < 0)
		return -1;
	*n = found;
	return 0;
}

int
geo_cache_store_retry_all(
    struct db *db, int64_t now, int64_t *changed, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[GEO_RETRY_ALL], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	return db_run(&q, changed, err);
}

int
geo_cache_store_count(
    struct db *db, int64_t max, struct geo_cache_counts *out, struct error *err)
{
	AUTO(db_query_end) struct db_query rows = DB_QUERY_INIT;
	AUTO(db_query_end) struct db_query open = DB_QUERY_INIT;

	if (db_query_begin(&rows, db, &SQL[GEO_COUNT_ROWS], err) < 0 ||
	    db_query_begin(&open, db, &SQL[GEO_COUNT_OPEN], err) < 0)
		return -1;
	db_bind_i64(&rows, 1, max);
	db_bind_i64(&open, 1, max);
	if (db_step(&rows, err) < 0 || db_step(&open, err) < 0)
		return -1;
	out->rows = db_col_i64(&rows, 0);
	out->waiting = db_col_i64(&open, 0);
	out->unknown = db_col_i64(&open, 1);
	return 0;
}
