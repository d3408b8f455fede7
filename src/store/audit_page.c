/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/audit_page.h"

#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "db/db.h"
#include "store/audit_row.h"

/* Parameters, the same in every statement. */
enum {
	P_AT = 1,
	P_SEQ,
	P_END,
	P_LIMIT,
	P_ACTION,
	P_TARGET,
	P_PREFIX,
	P_KIND,
	P_ID,
	P_FIRST,
	P_LAST,
	P_OUTCOME
};

/* Which index is walked; what else is asked is looked at row by row. */
enum scope { SCOPE_ALL, SCOPE_ACTION, SCOPE_TARGET, SCOPE__MAX };

#define BEHIND " (at, seq) < (?1, ?2) AND at >= ?3"
#define BEFORE " (at, seq) > (?1, ?2) AND at < ?3"
#define WITH_ACTION " AND (?5 IS NULL OR +action = ?5)"
#define WITH_TARGET " AND (?6 IS NULL OR +target = ?6)"
#define WITH_REST                                                              \
	" AND (?7 IS NULL OR substr(target, 1, length(?7)) = ?7)"              \
	" AND (?8 IS NULL OR +actor_kind = ?8)"                                \
	" AND (?9 IS NULL OR +actor_id = ?9)"                                  \
	" AND (?10 IS NULL OR +client BETWEEN ?10 AND ?11)"                    \
	" AND (?12 IS NULL OR +outcome = ?12)"
#define IN_ALL(place)                                                          \
	" FROM audit WHERE" place WITH_ACTION WITH_TARGET WITH_REST
#define IN_ACTION(place)                                                       \
	" FROM audit WHERE action = ?5 AND" place WITH_TARGET WITH_REST
#define IN_TARGET(place)                                                       \
	" FROM audit WHERE target = ?6 AND" place WITH_ACTION WITH_REST
#define NEWEST_FIRST " ORDER BY at DESC, seq DESC"
/* On from a place; back to the rows before it, in the same order; how many. */
#define STATEMENTS(in)                                                         \
	{.text = "SELECT " AUDIT_COLUMNS in(BEHIND)NEWEST_FIRST " LIMIT ?4"},  \
	    {.text = "SELECT " AUDIT_COLUMNS " FROM audit WHERE seq IN"        \
		     " (SELECT seq" in(                                        \
			 BEFORE) " ORDER BY at, seq LIMIT ?4)" NEWEST_FIRST},  \
	{                                                                      \
		.text =                                                        \
		    "SELECT count(*) FROM (SELECT 1" in(BEHIND) " LIMIT ?4)"   \
	}

enum { Q_ON, Q_BACK, Q_COUNT, Q__MAX };

static const struct db_sql SQL[] = {
    STATEMENTS(IN_ALL), STATEMENTS(IN_ACTION), STATEMENTS(IN_TARGET)};
_Static_assert(
    ARRAY_LEN(SQL) == (size_t)Q__MAX * SCOPE__MAX, "each way and index");

int
audit_page_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static enum scope
scope_of(const struct audit_find *find)
{
	if (find->target != NULL)
		return SCOPE_TARGET;
	return find->action != NULL ? SCOPE_ACTION : SCOPE_ALL;
}

static void
bind_known(struct db_query *q, int at, int64_t v)
{
	if (v < 0)
		db_bind_null(q, at);
	else
		db_bind_i64(q, at, v);
}

static const struct db_sql *
sql_of(const struct audit_find *find, int what)
{
	return &SQL[(size_t)scope_of(find) * Q__MAX + (size_t)what];
}

/* last  room for the end of a network, as long as the query lives */
static void
bind_net(struct db_query *q, const struct addr *net, struct addr *last)
{
	if (net == NULL) {
		db_bind_null(q, P_FIRST);
		db_bind_null(q, P_LAST);
		return;
	}
	*last = addr_last(net);
	db_bind_blob(q, P_FIRST, net->bytes, sizeof net->bytes);
	db_bind_blob(q, P_LAST, last->bytes, sizeof last->bytes);
}

static void
bind(struct db_query *q, const struct audit_find *find, int64_t limit,
    struct addr *last)
{
	db_bind_i64(q, P_AT, find->at);
	db_bind_i64(q, P_SEQ, find->seq);
	db_bind_i64(q, P_END, find->end);
	db_bind_i64(q, P_LIMIT, limit);
	db_bind_text(q, P_ACTION, find->action);
	db_bind_text(q, P_TARGET, find->target);
	db_bind_text(q, P_PREFIX, find->prefix);
	bind_known(q, P_KIND, find->actor_kind);
	bind_known(q, P_ID, find->actor_id);
	bind_net(q, find->client, last);
	db_bind_text(q, P_OUTCOME, find->outcome);
}

int
audit_page_each(struct db *db, const struct audit_find *find, int64_t limit,
    int (*fn)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct audit_row row;
	struct addr last;
	int rc;

	if (db_query_begin(
		&q, db, sql_of(find, find->back ? Q_BACK : Q_ON), err) < 0)
		return -1;
	bind(&q, find, limit, &last);
	while ((rc = db_step(&q, err)) > 0) {
		audit_row_read(&q, &row);
		if (fn(ctx, &row, err) < 0)
			return -1;
	}
	return rc;
}

int
audit_page_count(struct db *db, const struct audit_find *find, int64_t max,
    int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct addr last;

	if (db_query_begin(&q, db, sql_of(find, Q_COUNT), err) < 0)
		return -1;
	bind(&q, find, max, &last);
	if (db_step(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0);
	return 0;
}
