/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_count.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/ban_periods.h"
#include "store/ban_store.h"

/* Parameters besides those of BAN_FIND_FILTERS: ?1 to ?4 what is counted from
 * rows, ?5 the jails of sums, ?13 on the periods. */
enum {
	AT_ROWS = 1,
	AT_JAILS = 5,
	AT_HOURS = 13,
	AT_DAYS = 17,
	AT_MONTHS = 21,
	AT_ALL = 23
};

#define COUNTRY "CASE WHEN kind <> 0 THEN '' ELSE coalesce(country, 'ZZ') END"
#define ASN "CASE WHEN kind <> 0 THEN -1 ELSE coalesce(asn, 0) END"

/* Periods of one level with start in [a, b). */
#define PERIODS(what, table, level, a, b, where)                               \
	"SELECT " what ", bans FROM " table " WHERE level = " level            \
	" AND jail_id IN (SELECT value FROM json_each(?5))"                    \
	" AND start >= " a " AND start < " b                                   \
	" AND (?9 IS NULL OR origin = ?9)" where
#define MONTHS_AND_ALL(what, table, where)                                     \
	PERIODS(what, table, "3", "?23", "?24", where)                         \
	" UNION ALL " PERIODS(                                                 \
	    what, table, "2", "?21", "?22", where) " UNION ALL "
#define DAYS(what, table, where)                                               \
	PERIODS(what, table, "1", "?17", "?18", where)                         \
	" UNION ALL " PERIODS(                                                 \
	    what, table, "1", "?19", "?20", where) " UNION ALL "
#define HOURS(what, table, where)                                              \
	PERIODS(what, table, "0", "?13", "?14", where)                         \
	" UNION ALL " PERIODS(                                                 \
	    what, table, "0", "?15", "?16", where) " UNION ALL "
/* What is left over at both ends. */
#define ROWS_OF(what, a, b)                                                    \
	"SELECT " what ", 1 FROM ban INDEXED BY ban_time"                      \
	" WHERE banned_at >= " a " AND banned_at < " b BAN_FIND_FILTERS
#define ROWS(what)                                                             \
	ROWS_OF(what, "?1", "?2") " UNION ALL " ROWS_OF(what, "?3", "?4")

/* For one country or AS the periods are named one by one: it is looked up in
 * each of them, instead of going through all that they hold. */
#define ONE(what, table, level, list, of)                                      \
	"SELECT " what ", bans FROM " table " WHERE level = " level            \
	" AND jail_id IN (SELECT value FROM json_each(?5))"                    \
	" AND start IN (SELECT value FROM json_each(" list "))" of             \
	" AND (?9 IS NULL OR origin = ?9)"
#define ASN_ROWS_OF(what, a, b)                                                \
	"SELECT " what ", 1 FROM ban INDEXED BY ban_asn_time"                  \
	" WHERE asn = ?8 AND banned_at >= " a                                  \
	" AND banned_at < " b BAN_FIND_FILTERS

#define ONE_COUNTRY " AND country = ?7"
#define ONE_ASN " AND asn = ?8 AND (?7 IS NULL OR country = ?7)"
#define ANY_COUNTRY " AND (?7 IS NULL OR country = ?7)"

/* Those inside of a network, or all in a time. */
#define IN_NET(what)                                                           \
	"SELECT " what ", 1 AS bans FROM ban"                                  \
	" WHERE addr_key BETWEEN ?10 AND ?11" BAN_FIND_FILTERS                 \
	" AND +banned_at >= ?1 AND +banned_at < ?2"
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
	    MONTHS_AND_ALL("''", "ban_sum", "")
	    DAYS("''", "ban_sum", "") HOURS("''", "ban_sum", "") ROWS("''") },
	[Q_TOTAL_ALL] = { .text =
	    PERIODS("''", "ban_sum", "3", "0", "1", " AND ?12 IS NULL") },
	[Q_BY_COUNTRY] = { .text =
	    MONTHS_AND_ALL("country", "ban_sum_country", "")
	    DAYS("country", "ban_sum_country", "")
	    HOURS("country", "ban_sum_country", "") ROWS(COUNTRY) },
	[Q_ONE_COUNTRY] = { .text =
	    ONE("country", "ban_sum_country", "3", "?23", ONE_COUNTRY)
	    " UNION ALL "
	    ONE("country", "ban_sum_country", "2", "?21", ONE_COUNTRY)
	    " UNION ALL "
	    ONE("country", "ban_sum_country", "1", "?17", ONE_COUNTRY)
	    " UNION ALL "
	    ONE("country", "ban_sum_country", "0", "?13", ONE_COUNTRY)
	    " UNION ALL " ROWS(COUNTRY) },
	[Q_ONE_ASN] = { .text =
	    ONE("country", "ban_sum_asn", "3", "?23", ONE_ASN)
	    " UNION ALL "
	    ONE("country", "ban_sum_asn", "2", "?21", ONE_ASN)
	    " UNION ALL "
	    ONE("country", "ban_sum_asn", "1", "?17", ONE_ASN)
	    " UNION ALL " ASN_ROWS_OF(COUNTRY, "?1", "?2")
	    " UNION ALL " ASN_ROWS_OF(COUNTRY, "?3", "?4") },
	[Q_BY_ASN] = { .text = BY_ASN(
	    MONTHS_AND_ALL("asn", "ban_sum_asn", ANY_COUNTRY)
	    DAYS("asn", "ban_sum_asn", ANY_COUNTRY)
	    ROWS(ASN " AS asn")) },
	[Q_NET_BY_COUNTRY] = { .text = IN_NET(COUNTRY) },
	[Q_TIME_BY_COUNTRY] = { .text = ROWS_OF(COUNTRY, "?1", "?2") },
	[Q_NET_BY_ASN] = { .text = BY_ASN(IN_NET(ASN " AS asn")) },
	[Q_TIME_BY_ASN] = { .text = BY_ASN(
	    "SELECT " ASN " AS asn, 1 AS bans FROM ban INDEXED BY ban_time"
	    " WHERE banned_at >= ?1 AND banned_at < ?2" BAN_FIND_FILTERS) },
	[Q_ADDRESSES] = { .text =
	    "SELECT " COUNTRY ", count(DISTINCT addr_key)"
	    " FROM ban INDEXED BY ban_time"
	    " WHERE banned_at >= ?1 AND banned_at < ?2" BAN_FIND_FILTERS
	    " GROUP BY 1" },
	[Q_AS_ORG] = { .text = "SELECT org FROM ban_as WHERE asn = ?1" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_count_prepare(struct db *db, struct error *err)
{
	return db_prepare(db, SQL, ARRAY_LEN(SQL), err);
}

/* The archive's ends decide what need not be cut off. */
static int
periods_of(struct db *db, const struct ban_find *find, enum ban_level shortest,
    struct ban_periods *p, struct error *err)
{
	int64_t oldest = 0, newest = 0;
	int rc = ban_store_span(db, &oldest, &newest, err);

	*p = (struct ban_periods){0}; /* no bans at all */
	if (rc == 1)
		ban_periods_cut(p, find, shortest, oldest, newest);
	return rc;
}

static void
bind_span(struct db_query *q, int at, const struct ban_span *s)
{
	db_bind_i64(q, at, s->from);
	db_bind_i64(q, at + 1, s->to);
}

/* What sums are asked with: everything but the periods. */
static void
bind_filters(struct db_query *q, const struct ban_find *find,
    const struct ban_periods *p, struct ban_find_room *room)
{
	struct ban_find without = *find;

	without.net = NULL;
	ban_find_bind(q, &without, room);
	bind_span(q, AT_ROWS, &p->rows[0]);
	bind_span(q, AT_ROWS + 2, &p->rows[1]);
	db_bind_text(q, AT_JAILS, find->jails == NULL ? "[0]" : room->jails);
}

static void
bind_spans(struct db_query *q, const struct ban_periods *p)
{
	bind_span(q, AT_HOURS, &p->hours[0]);
	bind_span(q, AT_HOURS + 2, &p->hours[1]);
	bind_span(q, AT_DAYS, &p->days[0]);
	bind_span(q, AT_DAYS + 2, &p->days[1]);
	bind_span(q, AT_MONTHS, &p->months);
	db_bind_i64(q, AT_ALL, 0);
	db_bind_i64(q, AT_ALL + 1, p->all ? 1 : 0);
}

/* Room for the starts of all months; there are at most 62 days, 46 hours. */
enum { STARTS_MAX = BAN_PERIODS_MONTHS * sizeof "4611686018427387904," };

struct starts {
	struct buf months, days, hours;
};

#define STARTS_INIT                                                            \
	{                                                                      \
		BUF_INIT(STARTS_MAX), BUF_INIT(STARTS_MAX),                    \
		    BUF_INIT(STARTS_MAX)                                       \
	}

static void
starts_release(struct starts *s)
{
	buf_release(&s->months);
	buf_release(&s->days);
	buf_release(&s->hours);
}

static int
starts_write(struct buf *b, const struct ban_span spans[], size_t n, int64_t s,
    struct error *err)
{
	buf_add_str(b, "[");
	for (size_t i = 0; i < n; i++)
		for (int64_t at = spans[i].from; at < spans[i].to && !b->failed;
		     at += s) {
			if (b->len > 1)
				buf_add_str(b, ",");
			buf_add_i64(b, at);
		}
	buf_add_str(b, "]");
	return buf_check(b, err);
}

static int
bind_starts(struct db_query *q, const struct ban_periods *p, struct starts *s,
    struct error *err)
{
	if (starts_write(&s->months, &p->months, 1, BAN_MONTH_S, err) < 0 ||
	    starts_write(&s->days, p->days, 2, BAN_DAY_S, err) < 0 ||
	    starts_write(&s->hours, p->hours, 2, BAN_HOUR_S, err) < 0)
		return -1;
	db_bind_text(q, AT_HOURS, buf_str(&s->hours));
	db_bind_text(q, AT_DAYS, buf_str(&s->days));
	db_bind_text(q, AT_MONTHS, buf_str(&s->months));
	db_bind_text(q, AT_ALL, p->all ? "[0]" : "[]");
	return 0;
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
	AUTO(starts_release) struct starts starts = STARTS_INIT;
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;
	struct ban_periods p;
	enum ban_level shortest =
	    statement == Q_ONE_ASN ? BAN_LEVEL_DAY : BAN_LEVEL_HOUR;
	int rc = periods_of(db, find, shortest, &p, err);

	if (rc <= 0)
		return rc;
	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	bind_filters(&q, find, &p, &room);
	if (bind_starts(&q, &p, &starts, err) < 0)
		return -1;
	return give_countries(&q, each, ctx, err);
}

/* All countries, or their sum. */
static int
many_each(struct db *db, const struct ban_find *find, int statement,
    ban_count_country *each, void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;
	struct ban_periods p;
	int rc = periods_of(db, find, BAN_LEVEL_HOUR, &p, err);

	if (rc <= 0)
		return rc;
	if (statement == Q_TOTAL && p.all)
		statement = Q_TOTAL_ALL; /* each page of the list asks it */
	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	bind_filters(&q, find, &p, &room);
	if (statement != Q_TOTAL_ALL)
		bind_spans(&q, &p);
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
	struct ban_find_room room;
	struct ban_periods p;
	int64_t total = 0;
	int rc;

	if (find->asn >= 0) {
		if (ban_count_total(db, find, &total, err) < 0)
			return -1;
		return total == 0 ? 0 : each(ctx, find->asn, total, err);
	}
	rc = periods_of(db, find, BAN_LEVEL_DAY, &p, err);
	if (rc <= 0)
		return rc;
	if (db_query_begin(&q, db, &SQL[Q_BY_ASN], err) < 0)
		return -1;
	bind_filters(&q, find, &p, &room);
	bind_spans(&q, &p);
	return give_asns(&q, each, ctx, err);
}

/* A statement that goes through bans alone. */
static int
rows_begin(struct db_query *q, struct db *db, const struct ban_find *find,
    int statement, struct ban_find_room *room, struct error *err)
{
	if (db_query_begin(q, db, &SQL[statement], err) < 0)
		return -1;
	ban_find_bind(q, find, room);
	db_bind_i64(q, AT_ROWS, find->from);
	db_bind_i64(q, AT_ROWS + 1, find->to);
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
