/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_jail_count.h"

#include "base/buf.h"
#include "base/error.h"
#include "db/db.h"
#include "store/ban_sum_read.h"

#define OF_SUM "jail_id, start"
#define OF_ROW "jail_id, banned_at"

enum { Q_NAMES, Q_IDS, Q_ANY, Q_ONE_COUNTRY, Q_ONE_ASN, Q_NET, Q_TIME, Q__MAX };

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_NAMES] = { .text = "SELECT id, name FROM ban_jail" },
	[Q_IDS] = { .text = "SELECT json_group_array(id) FROM ban_jail" },
	[Q_ANY] = { .text =
	    SUM_MONTHS_AND_ALL(OF_SUM, "ban_sum", "")
	    SUM_DAYS(OF_SUM, "ban_sum", "")
	    SUM_HOURS(OF_SUM, "ban_sum", "") SUM_ROWS(OF_ROW) },
	[Q_ONE_COUNTRY] = { .text =
	    SUM_ONE(OF_SUM, "ban_sum_country", "3", "?23", SUM_ONE_COUNTRY)
	    " UNION ALL "
	    SUM_ONE(OF_SUM, "ban_sum_country", "2", "?21", SUM_ONE_COUNTRY)
	    " UNION ALL "
	    SUM_ONE(OF_SUM, "ban_sum_country", "1", "?17", SUM_ONE_COUNTRY)
	    " UNION ALL "
	    SUM_ONE(OF_SUM, "ban_sum_country", "0", "?13", SUM_ONE_COUNTRY)
	    " UNION ALL " SUM_ROWS(OF_ROW) },
	[Q_ONE_ASN] = { .text =
	    SUM_ONE(OF_SUM, "ban_sum_asn", "3", "?23", SUM_ONE_ASN)
	    " UNION ALL "
	    SUM_ONE(OF_SUM, "ban_sum_asn", "2", "?21", SUM_ONE_ASN)
	    " UNION ALL "
	    SUM_ONE(OF_SUM, "ban_sum_asn", "1", "?17", SUM_ONE_ASN)
	    " UNION ALL " SUM_ASN_ROWS_OF(OF_ROW, "?1", "?2")
	    " UNION ALL " SUM_ASN_ROWS_OF(OF_ROW, "?3", "?4") },
	[Q_NET] = { .text = SUM_IN_NET(OF_ROW) },
	[Q_TIME] = { .text = SUM_ROWS_OF(OF_ROW, "?1", "?2") },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_jail_count_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
ban_jail_count_names(struct db *db,
    int (*each)(void *ctx, int64_t id, const char *name, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_NAMES], err) < 0)
		return -1;
	while ((rc = db_step(&q, err)) == 1)
		if (each(ctx, db_col_i64(&q, 0), db_col_text(&q, 1), err) < 0)
			return -1;
	return rc;
}

static int
give(struct db_query *q, ban_jail_count *each, void *ctx, struct error *err)
{
	int rc;

	while ((rc = db_step(q, err)) == 1)
		if (each(ctx, db_col_i64(q, 0), db_col_i64(q, 1),
			db_col_i64(q, 2), err) < 0)
			return -1;
	return rc;
}

static int
statement_of(const struct ban_find *find)
{
	if (find->asn >= 0)
		return Q_ONE_ASN;
	return find->country != NULL ? Q_ONE_COUNTRY : Q_ANY;
}

/* Without a filter by jail the sums of each jail are asked for, rather than
 * those of all together. */
static int
bind_jails(struct db_query *q, struct db_query *ids,
    const struct ban_find *find, struct error *err)
{
	if (find->jails != NULL)
		return 0;
	if (db_query_begin(ids, q->db, &SQL[Q_IDS], err) < 0 ||
	    db_step_row(ids, err) < 0)
		return -1;
	db_bind_text(q, SUM_AT_JAILS, db_col_text(ids, 0));
	return 0;
}

static int
give_periods(struct db *db, const struct ban_find *find,
    const struct ban_periods *p, ban_jail_count *each, void *ctx,
    struct error *err)
{
	AUTO(ban_sum_room_release)
	struct ban_sum_room room = BAN_SUM_ROOM_INIT;
	AUTO(db_query_end) struct db_query ids = DB_QUERY_INIT;
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int statement = statement_of(find);

	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	ban_sum_bind_filters(&q, find, p, &room);
	if (bind_jails(&q, &ids, find, err) < 0)
		return -1;
	if (statement == Q_ANY)
		ban_sum_bind_spans(&q, p);
	else if (ban_sum_bind_starts(&q, p, &room, err) < 0)
		return -1;
	return give(&q, each, ctx, err);
}

static enum ban_level
shortest_of(const struct ban_find *find)
{
	return find->asn >= 0 ? BAN_LEVEL_DAY : BAN_LEVEL_HOUR;
}

int
ban_jail_count_all(struct db *db, const struct ban_find *find,
    ban_jail_count *each, void *ctx, struct error *err)
{
	struct ban_periods p;
	int rc = ban_sum_periods(db, find, shortest_of(find), &p, err);

	return rc <= 0 ? rc : give_periods(db, find, &p, each, ctx, err);
}

int
ban_jail_count_periods(struct db *db, const struct ban_find *find,
    enum ban_level longest, ban_jail_count *each, void *ctx, struct error *err)
{
	struct ban_periods p;

	ban_periods_cut_short(&p, find, shortest_of(find), longest);
	return give_periods(db, find, &p, each, ctx, err);
}

int
ban_jail_count_rows(struct db *db, const struct ban_find *find, bool by_net,
    ban_jail_count *each, void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct ban_find_room room;

	if (ban_find_begin(&q, db, &SQL[by_net ? Q_NET : Q_TIME], find, err) <
	    0)
		return -1;
	ban_find_bind(&q, find, &room);
	db_bind_i64(&q, SUM_AT_ROWS, find->from);
	db_bind_i64(&q, SUM_AT_ROWS + 1, find->to);
	return give(&q, each, ctx, err);
}
