/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_count.h"

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/ban_sum_read.h"

#define BY_ASN(from)                                                           \
	"SELECT asn, sum(bans) AS n FROM (" from                               \
	") AS u GROUP BY asn HAVING n <> 0 ORDER BY n DESC, asn"

enum {
	Q_TOTAL,
	Q_TOTAL_ALL,
	Q_BY_COUNTRY,
	Q_ONE_COUNTRY,
	Q_ONE_ASN,
	Q_BY_ASN,
	Q_NET_BY_COUNTRY,
	Q_TIME_BY_COUNTRY,
	Q_NET_BY_ASN,
	Q_TIME_BY_ASN,
	Q_ADDRESSES,
	Q_AS_ORG,
	Q__MAX
};

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_TOTAL] = { .text =
	    SUM_MONTHS_AND_ALL("''", "ban_sum", "")
	    SUM_DAYS("''", "ban_sum", "") SUM_HOURS("''", "ban_sum", "") SUM_ROWS("''") },
	[Q_TOTAL_ALL] = { .text =
	    SUM_PERIODS("''", "ban_sum", "3", "0", "1", " AND ?12 IS NULL") },
	[Q_BY_COUNTRY] = { .text =
	    SUM_MONTHS_AND_ALL("country", "ban_sum_country", "")
	    SUM_DAYS("country", "ban_sum_country", "")
	    SUM_HOURS("country", "ban_sum_country", "") SUM_ROWS(SUM_COUNTRY) },
	[Q_ONE_COUNTRY] = { .text =
	    SUM_ONE("country", "ban_sum_country", "3", "?23", SUM_ONE_COUNTRY)
	    " UNION ALL "
	    SUM_ONE("country", "ban_sum_country", "2", "?21", SUM_ONE_COUNTRY)
	    " UNION ALL "
	    SUM_ONE("country", "ban_sum_country", "1", "?17", SUM_ONE_COUNTRY)
	    " UNION ALL "
	    SUM_ONE("country", "ban_sum_country", "0", "?13", SUM_ONE_COUNTRY)
	    " UNION ALL " SUM_ROWS(SUM_COUNTRY) },
	[Q_ONE_ASN] = { .text =
	    SUM_ONE("country", "ban_sum_asn", "3", "?23", SUM_ONE_ASN)
	    " UNION ALL "
	    SUM_ONE("country", "ban_sum_asn", "2", "?21", SUM_ONE_ASN)
	    " UNION ALL "
	    SUM_ONE("country", "ban_sum_asn", "1", "?17", SUM_ONE_ASN)
	    " UNION ALL " SUM_ASN_ROWS_OF(SUM_COUNTRY, "?1", "?2")
	    " UNION ALL " SUM_ASN_ROWS_OF(SUM_COUNTRY, "?3", "?4") },
	[Q_BY_ASN] = { .text = BY_ASN(
	    SUM_MONTHS_AND_ALL("asn", "ban_sum_asn", SUM_ANY_COUNTRY)
	    SUM_DAYS("asn", "ban_sum_asn", SUM_ANY_COUNTRY)
	    SUM_ROWS(SUM_ASN " AS asn")) },
	[Q_NET_BY_COUNTRY] = { .text = SUM_IN_NET(SUM_COUNTRY) },
	[Q_TIME_BY_COUNTRY] = { .text = SUM_ROWS_OF(SUM_COUNTRY, "?1", "?2") },
	[Q_NET_BY_ASN] = { .text = BY_ASN(SUM_IN_NET(SUM_ASN " AS asn")) },
	[Q_TIME_BY_ASN] = { .text = BY_ASN(
	    "SELECT " SUM_ASN " AS asn, 1 AS bans FROM " BAN_FIND_BY_TIME
	    "banned_at >= ?1 AND banned_at < ?2" BAN_FIND_FILTERS) },
	[Q_ADDRESSES] = { .text =
	    "SELECT " SUM_COUNTRY ", count(DISTINCT addr_key)"
	    " FROM " BAN_FIND_BY_TIME
	    "banned_at >= ?1 AND banned_at < ?2" BAN_FIND_FILTERS
	    " GROUP BY 1" },
	[Q_AS_ORG] = { .text = "SELECT org FROM ban_as WHERE asn = ?1" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_count_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static int
give_countries(
    struct db_query *q, ban_count_country *each, void *ctx, struct error *err)
{
	int rc;

	while ((rc = db_step(q, err)) == 1) {
		const char *country = db_col_text(q, 0);

		if (each(ctx, country == NULL ? "" : country, db_col_i64(q, 1),
			err) < 0)
			return -1;
	}
	return rc;
}

/* One country or one AS. */
static int
one_each(struct db *db, const struct ban_find *find, int statement,
    ban_count_country *each, void *ctx, struct error *err)
{
	AUTO(ban_sum_room_release)
	struct ban_sum_room room = BAN_SUM_ROOM_INIT;
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_periods p;
	enum ban_level shortest =
	    statement == Q_ONE_ASN ? BAN_LEVEL_DAY : BAN_LEVEL_HOUR;
	int rc = ban_sum_periods(db, find, shortest, &p, err);

	if (rc <= 0)
		return rc;
	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	ban_sum_bind_filters(&q, find, &p, &room);
	if (ban_sum_bind_starts(&q, &p, &room, err) < 0)
		return -1;
	return give_countries(&q, each, ctx, err);
}

/* All countries, or their sum. */
static int
many_each(struct db *db, const struct ban_find *find, int statement,
    ban_count_country *each, void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_sum_room room = BAN_SUM_ROOM_INIT;
	struct ban_periods p;
	int rc = ban_sum_periods(db, find, BAN_LEVEL_HOUR, &p, err);

	if (rc <= 0)
		return rc;
	if (statement == Q_TOTAL && p.all)
		statement = Q_TOTAL_ALL; /* each page of the list asks it */
	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	ban_sum_bind_filters(&q, find, &p, &room);
	if (statement != Q_TOTAL_ALL)
		ban_sum_bind_spans(&q, &p);
	return give_countries(&q, each, ctx, err);
}

int
ban_count_by_country(struct db *db, const struct ban_find *find,
    ban_count_country *each, void *ctx, struct error *err)
{
	if (find->asn >= 0)
		return one_each(db, find, Q_ONE_ASN, each, ctx, err);
	if (find->country != NULL)
		return one_each(db, find, Q_ONE_COUNTRY, each, ctx, err);
	return many_each(db, find, Q_BY_COUNTRY, each, ctx, err);
}

static int
add_up(void *ctx, const char *country, int64_t bans, struct error *err)
{
	int64_t *total = ctx;

	(void)country;
	(void)err;
	*total += bans;
	return 0;
}

int
ban_count_total(
    struct db *db, const struct ban_find *find, int64_t *out, struct error *err)
{
	int64_t total = 0;
	int rc;

	if (find->asn >= 0 || find->country != NULL)
		rc = ban_count_by_country(db, find, add_up, &total, err);
	else
		rc = many_each(db, find, Q_TOTAL, add_up, &total, err);
	if (rc < 0)
		return -1;
	*out = total;
	return 0;
}

static int
give_asns(struct db_query *q, ban_count_asn *each, void *ctx, struct error *err)
{
	int rc;

	while ((rc = db_step(q, err)) == 1)
		if (each(ctx, db_col_i64(q, 0), db_col_i64(q, 1), err) < 0)
			return -1;
	return rc;
}

int
ban_count_by_asn(struct db *db, const struct ban_find *find,
    ban_count_asn *each, void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_sum_room room = BAN_SUM_ROOM_INIT;
	struct ban_periods p;
	int64_t total = 0;
	int rc;

	if (find->asn >= 0) {
		if (ban_count_total(db, find, &total, err) < 0)
			return -1;
		return total == 0 ? 0 : each(ctx, find->asn, total, err);
	}
	rc = ban_sum_periods(db, find, BAN_LEVEL_DAY, &p, err);
	if (rc <= 0)
		return rc;
	if (db_query_begin(&q, db, &SQL[Q_BY_ASN], err) < 0)
		return -1;
	ban_sum_bind_filters(&q, find, &p, &room);
	ban_sum_bind_spans(&q, &p);
	return give_asns(&q, each, ctx, err);
}

/* A statement that goes through bans alone. */
static int
rows_begin(struct db_query *q, struct db *db, const struct ban_find *find,
    int statement, struct ban_find_room *room, struct error *err)
{
	if (ban_find_begin(q, db, &SQL[statement], find, err) < 0)
		return -1;
	ban_find_bind(q, find, room);
	db_bind_i64(q, SUM_AT_ROWS, find->from);
	db_bind_i64(q, SUM_AT_ROWS + 1, find->to);
	return 0;
}

static int
rows_each(struct db *db, const struct ban_find *find, int statement,
    ban_count_country *each, void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;

	if (rows_begin(&q, db, find, statement, &room, err) < 0)
		return -1;
	return give_countries(&q, each, ctx, err);
}

int
ban_count_rows_by_country(struct db *db, const struct ban_find *find,
    bool by_net, ban_count_country *each, void *ctx, struct error *err)
{
	return rows_each(db, find,
	    by_net ? Q_NET_BY_COUNTRY : Q_TIME_BY_COUNTRY, each, ctx, err);
}

int
ban_count_addresses(struct db *db, const struct ban_find *find,
    ban_count_country *each, void *ctx, struct error *err)
{
	return rows_each(db, find, Q_ADDRESSES, each, ctx, err);
}

int
ban_count_rows_by_asn(struct db *db, const struct ban_find *find, bool by_net,
    ban_count_asn *each, void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;
	int statement = by_net ? Q_NET_BY_ASN : Q_TIME_BY_ASN;

	if (rows_begin(&q, db, find, statement, &room, err) < 0)
		return -1;
	return give_asns(&q, each, ctx, err);
}

int
ban_count_as_org(
    struct db *db, int64_t asn, char *out, size_t size, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	out[0] = '\0';
	if (db_query_begin(&q, db, &SQL[Q_AS_ORG], err) < 0)
		return -1;
	db_bind_i64(&q, 1, asn);
	rc = db_step(&q, err);
	if (rc == 1 && !str_copy(out, size, db_col_text(&q, 0)))
		out[0] = '\0'; /* longer than any that we write */
	return rc < 0 ? -1 : 0;
}
