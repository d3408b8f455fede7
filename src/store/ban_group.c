/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_group.h"

#include "base/buf.h"
#include "base/error.h"
#include "db/db.h"

/* The other columns of a group with one max() are those of its row. */
#define GROUPS(of, by)                                                         \
	{                                                                      \
		.text = "SELECT b.id, max(b.banned_at), count(*),"             \
			" count(DISTINCT b.addr_key)"                          \
			" FROM json_each(?1) AS w CROSS JOIN ban AS b"         \
			" ON b.id = w.value WHERE " of " GROUP BY " by         \
			" ORDER BY 4 DESC, 3 DESC, 2 DESC, 1 DESC LIMIT ?2"    \
	}
/* A key that is no text ends with the length of its network. */
#define INSIDE                                                                 \
	"length(b.addr_key) = 17 AND substr(b.addr_key, 17, 1) >= ?4"          \
	" AND substr(b.addr_key, 1, 12) "
#define MAPPED "x'00000000000000000000FFFF'"

static const struct db_sql SQL[] = {
    [BAN_GROUP_V4_24] = GROUPS(INSIDE "= " MAPPED, "substr(b.addr_key, 1, ?3)"),
    [BAN_GROUP_V4_16] = GROUPS(INSIDE "= " MAPPED, "substr(b.addr_key, 1, ?3)"),
    [BAN_GROUP_V6_64] =
	GROUPS(INSIDE "<> " MAPPED, "substr(b.addr_key, 1, ?3)"),
    [BAN_GROUP_V6_48] =
	GROUPS(INSIDE "<> " MAPPED, "substr(b.addr_key, 1, ?3)"),
    [BAN_GROUP_ASN] = GROUPS("b.asn IS NOT NULL", "b.asn"),
    [BAN_GROUP_COUNTRY] =
	GROUPS("b.kind = 0 AND b.country IS NOT NULL", "b.country"),
};
_Static_assert(ARRAY_LEN(SQL) == BAN_GROUP__MAX, "one statement a kind");

uint8_t
ban_group_prefix(enum ban_group_by by)
{
	switch (by) {
	case BAN_GROUP_V4_24:
		return 96 + 24;
	case BAN_GROUP_V4_16:
		return 96 + 16;
	case BAN_GROUP_V6_64:
		return 64;
	case BAN_GROUP_V6_48:
		return 48;
	case BAN_GROUP_ASN:
	case BAN_GROUP_COUNTRY:
	case BAN_GROUP__MAX:
		break;
	}
	return 0;
}

int
ban_group_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static int
groups_read(struct db_query *q, struct ban_groups *out, struct error *err)
{
	int rc;

	out->n = 0;
	while ((rc = db_step(q, err)) == 1)
		out->items[out->n++] = (struct ban_group){
		    .id = db_col_i64(q, 0),
		    .bans = db_col_i64(q, 2),
		    .addresses = db_col_i64(q, 3),
		};
	return rc;
}

int
ban_group_count(struct db *db, const struct ban_place *places, size_t n,
    enum ban_group_by by, struct ban_groups *out, struct error *err)
{
	AUTO(buf_release)
	struct buf ids =
	    BUF_INIT((LIMIT_RANGE_ROWS + 1) * sizeof "-9223372036854775808,");
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	const uint8_t prefix_len = ban_group_prefix(by);

	ban_places_write(places, n, &ids);
	if (buf_check(&ids, err) < 0 ||
	    db_query_begin(&q, db, &SQL[by], err) < 0)
		return -1;
	db_bind_text(&q, 1, ids.data);
	db_bind_i64(&q, 2, out->limit);
	if (prefix_len > 0) {
		db_bind_i64(&q, 3, prefix_len / 8);
		db_bind_blob(&q, 4, &prefix_len, 1);
	}
	return groups_read(&q, out, err);
}
