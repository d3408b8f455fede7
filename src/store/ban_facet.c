/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_facet.h"

#include "base/buf.h"
#include "base/error.h"
#include "db/db.h"

/* clang-format off */
static const struct db_sql SQL[] = {
	{ .text =
	    "WITH w AS MATERIALIZED (SELECT b.jail_id AS jail_id,"
	    "  CASE b.kind WHEN 0 THEN coalesce(b.country, 'ZZ') END AS country,"
	    "  b.asn AS asn, b.origin AS origin"
	    "  FROM json_each(?1) AS w CROSS JOIN ban AS b ON b.id = w.value)"
	    " SELECT 0, (SELECT name FROM ban_jail WHERE id = w.jail_id),"
	    "  w.jail_id, count(*) FROM w GROUP BY w.jail_id"
	    " UNION ALL SELECT 1, w.country, 0, count(*) FROM w"
	    "  WHERE w.country NOT NULL GROUP BY w.country"
	    " UNION ALL SELECT 2,"
	    "  coalesce((SELECT org FROM ban_as AS a WHERE a.asn = w.asn), ''),"
	    "  w.asn, count(*) FROM w WHERE w.asn NOT NULL GROUP BY w.asn"
	    " UNION ALL SELECT 3, '', w.origin, count(*) FROM w"
	    "  GROUP BY w.origin"
	    " ORDER BY 1, 4 DESC, 2, 3" },
};
/* clang-format on */

int
ban_facet_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static int
give(struct db_query *q, ban_facet_each *each, void *ctx, struct error *err)
{
	int rc;

	while ((rc = db_step(q, err)) == 1) {
		const char *text = db_col_text(q, 1);
		const struct ban_facet_row row = {
		    .facet = (enum ban_facet)db_col_i64(q, 0),
		    .text = text == NULL ? "" : text,
		    .number = db_col_i64(q, 2),
		    .bans = db_col_i64(q, 3),
		};

		if (each(ctx, &row, err) < 0)
			return -1;
	}
	return rc;
}

int
ban_facet_count(struct db *db, const struct ban_place *places, size_t n,
    ban_facet_each *each, void *ctx, struct error *err)
{
	AUTO(buf_release)
	struct buf ids =
	    BUF_INIT((LIMIT_FACET_ROWS + 1) * sizeof "-9223372036854775808,");
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	ban_places_write(places, n, &ids);
	if (buf_check(&ids, err) < 0 ||
	    db_query_begin(&q, db, &SQL[0], err) < 0)
		return -1;
	db_bind_text(&q, 1, ids.data);
	return give(&q, each, ctx, err);
}
