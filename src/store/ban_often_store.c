/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_often_store.h"

#include "base/error.h"
#include "db/db.h"

/* Each ban is of two times of sixty days, and of all history. */
#define GROUPS(from)                                                           \
	"SELECT CASE w.back WHEN -1 THEN -1"                                   \
	" ELSE b.banned_at / 2592000 * 2592000 - w.back END AS since,"         \
	" b.addr_key, count(*) AS n FROM " from " AS b"                        \
	" CROSS JOIN (SELECT -1 AS back UNION ALL SELECT 0"                    \
	" UNION ALL SELECT 2592000) AS w GROUP BY 1, 2"

/* What is not counted yet had one ban before these, if any: there is little
 * to count. */
#define COUNTED                                                                \
	"coalesce(o.bans + g.n, (SELECT count(*) FROM ban AS x"                \
	" WHERE x.addr_key = g.addr_key"                                       \
	" AND x.banned_at >= CASE g.since WHEN -1 THEN 0 ELSE g.since END"     \
	" AND x.banned_at <= CASE g.since WHEN -1 THEN 9223372036854775807"    \
	" ELSE g.since + 5183999 END))"

#define OLDEST                                                                 \
	GROUPS("(SELECT banned_at, addr_key FROM ban WHERE banned_at < ?1"     \
	       " ORDER BY banned_at, id LIMIT ?2)")

enum { Q_ADD, Q_REMOVE, Q_FORGET, Q__MAX };

/* clang-format off */
static const struct db_sql SQL[] = {
	/* Most addresses come once, which one look into the index tells. */
	[Q_ADD] = { .text =
	    "INSERT INTO ban_often (since, addr_key, bans)"
	    " WITH again AS MATERIALIZED (SELECT b.banned_at, b.addr_key"
	    "  FROM ban AS b WHERE b.id BETWEEN ?1 AND ?2"
	    "  AND (SELECT count(*) FROM (SELECT 1 FROM ban AS x"
	    "   WHERE x.addr_key = b.addr_key LIMIT 2)) = 2),"
	    " g AS MATERIALIZED (" GROUPS("again") "),"
	    " c AS MATERIALIZED (SELECT g.since, g.addr_key,"
	    "  " COUNTED " AS bans FROM g LEFT JOIN ban_often AS o"
	    "  ON o.since = g.since AND o.addr_key = g.addr_key)"
	    " SELECT since, addr_key, bans FROM c WHERE bans > 1"
	    " ON CONFLICT (since, addr_key) DO UPDATE SET bans = excluded.bans" },
	[Q_REMOVE] = { .text =
	    "UPDATE ban_often SET bans = bans - g.n FROM (" OLDEST ") AS g"
	    " WHERE ban_often.since = g.since"
	    " AND ban_often.addr_key = g.addr_key" },
	[Q_FORGET] = { .text =
	    "DELETE FROM ban_often WHERE bans < 2 AND (since, addr_key) IN"
	    " (SELECT since, addr_key FROM (" OLDEST "))" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_often_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static int
run(struct db *db, int statement, int64_t a, int64_t b, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	db_bind_i64(&q, 1, a);
	db_bind_i64(&q, 2, b);
	return db_run(&q, NULL, err);
}

int
ban_often_add(struct db *db, int64_t first, int64_t last, struct error *err)
{
	return run(db, Q_ADD, first, last, err);
}

int
ban_often_remove_oldest(
    struct db *db, int64_t before, int64_t max, struct error *err)
{
	if (run(db, Q_REMOVE, before, max, err) < 0)
		return -1;
	return run(db, Q_FORGET, before, max, err);
}
