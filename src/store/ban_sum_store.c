/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_sum_store.h"

#include "base/error.h"
#include "base/geo_answer.h"
#include "db/db.h"
#include "store/active_ban_store.h"
#include "store/ban_often_store.h"

/* As sql/0011_ban_sum.sql counted what was there before. The longest period
 * begins at 0 for every time. */
#define HOURS "SELECT 0 AS level, 3600 AS s UNION ALL "
#define DAYS                                                                   \
	"SELECT 1 AS level, 86400 AS s UNION ALL SELECT 2, 2592000"            \
	" UNION ALL SELECT 3, 9223372036854775807"

/* Bans are counted by the shortest period first, since each count then goes
 * into as many rows as there are lengths, twice. */
#define SUMS(table, periods, s, n, columns, values, where, groups)             \
	"INSERT INTO " table " (level, jail_id, start, " columns ", bans)"     \
	" SELECT p.level, c.jail_id * k.keep, c.start / p.s * p.s, " columns   \
	", sum(c.n) FROM (SELECT b.jail_id, b.banned_at / " s " * " s          \
	" AS start, " values ", " n " AS n FROM ban AS b" where                \
	" GROUP BY 1, 2, " groups ") AS c CROSS JOIN (" periods                \
	") AS p CROSS JOIN (SELECT 0 AS keep UNION ALL SELECT 1) AS k"         \
	" GROUP BY 1, 2, 3, " columns                                          \
	" ON CONFLICT (level, jail_id, start, " columns                        \
	") DO UPDATE SET bans = bans + excluded.bans"

#define COUNTRY                                                                \
	"CASE WHEN b.kind <> 0 THEN '' ELSE coalesce(b.country, 'ZZ') END"
#define ASN "CASE WHEN b.kind <> 0 THEN -1 ELSE coalesce(b.asn, 0) END"

/* n bans for each group of those that where names. */
#define SUM(n, where)                                                          \
	SUMS("ban_sum", HOURS DAYS, "3600", n, "origin", "b.origin", where, "3")
#define SUM_COUNTRY(n, country, where)                                         \
	SUMS("ban_sum_country", HOURS DAYS, "3600", n, "country, origin",      \
	    country " AS country, b.origin", where, "3, 4")
#define SUM_ASN(n, asn, country, where)                                        \
	SUMS("ban_sum_asn", DAYS, "86400", n, "asn, country, origin",          \
	    asn " AS asn, " country " AS country, b.origin", where, "3, 4, 5")

#define ADDED " WHERE b.id BETWEEN ?1 AND ?2"
/* Each ban is taken away where it was and put where it will be. */
#define LEARNT                                                                 \
	" CROSS JOIN (SELECT -1 AS sign UNION ALL SELECT 1) AS g"              \
	" WHERE b.addr_key = ?1 AND b.country IS NULL AND b.kind = 0"
#define NEW_COUNTRY "CASE g.sign WHEN 1 THEN ?2 ELSE 'ZZ' END"
#define NEW_ASN "coalesce(b.asn, CASE g.sign WHEN 1 THEN ?3 END, 0)"

enum { Q_ADD, Q_ADD_COUNTRY, Q_ADD_ASN, Q_LEARN_COUNTRY, Q_LEARN_ASN, Q__MAX };

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_ADD] = { .text = SUM("count(*)", ADDED) },
	[Q_ADD_COUNTRY] = { .text = SUM_COUNTRY("count(*)", COUNTRY, ADDED) },
	[Q_ADD_ASN] = { .text = SUM_ASN("count(*)", ASN, COUNTRY, ADDED) },
	[Q_LEARN_COUNTRY] = { .text =
	    SUM_COUNTRY("sum(g.sign)", NEW_COUNTRY, LEARNT) },
	[Q_LEARN_ASN] = { .text =
	    SUM_ASN("sum(g.sign)", NEW_ASN, NEW_COUNTRY, LEARNT) },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_sum_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

/* Statements first ... last with two numbers bound. */
static int
run_all(struct db *db, int first, int last, const int64_t numbers[2],
    struct error *err)
{
	for (int i = first; i <= last; i++) {
		AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

		if (db_query_begin(&q, db, &SQL[i], err) < 0)
			return -1;
		db_bind_i64(&q, 1, numbers[0]);
		db_bind_i64(&q, 2, numbers[1]);
		if (db_run(&q, NULL, err) < 0)
			return -1;
	}
	return 0;
}

int
ban_sum_add(struct db *db, int64_t first, int64_t last, struct error *err)
{
	const int64_t numbers[] = {first, last};

	if (ban_often_add(db, first, last, err) < 0)
		return -1;
	return run_all(db, Q_ADD, Q_ADD_ASN, numbers, err);
}

int
ban_sum_learn(struct db *db, const struct active_ban_key *key,
    const struct geo_answer *answer, struct error *err)
{
	for (int i = Q_LEARN_COUNTRY; i <= Q_LEARN_ASN; i++) {
		AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

		if (db_query_begin(&q, db, &SQL[i], err) < 0)
			return -1;
		db_bind_blob(&q, 1, key->bytes, key->len);
		db_bind_text(&q, 2, answer->country_code);
		if (i == Q_LEARN_ASN && answer->asn > 0)
			db_bind_i64(&q, 3, answer->asn);
		else if (i == Q_LEARN_ASN)
			db_bind_null(&q, 3);
		if (db_run(&q, NULL, err) < 0)
			return -1;
	}
	return 0;
}
