/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/audit_page.h"

#include <string.h>

#include "base/error.h"
#include "db/db.h"
#include "store/audit_row.h"

/* Parameters, the same in every statement. */
enum {
	P_AT = 1,
	P_SEQ,
	P_FROM,
	P_LIMIT,
	P_ACTION,
	P_TARGET,
	P_PREFIX,
	P_KIND,
	P_ID
};

/* Which index is walked; what else is asked is looked at row by row. */
enum scope { SCOPE_ALL, SCOPE_ACTION, SCOPE_TARGET, SCOPE__MAX };

#define PLACE " (at, seq) < (?1, ?2) AND at >= ?3"
#define WITH_ACTION " AND (?5 IS NULL OR +action = ?5)"
#define WITH_TARGET " AND (?6 IS NULL OR +target = ?6)"
#define WITH_REST                                                              \
	" AND (?7 IS NULL OR substr(target, 1, length(?7)) = ?7)"              \
	" AND (?8 IS NULL OR +actor_kind = ?8)"                                \
	" AND (?9 IS NULL OR +actor_id = ?9)"
#define IN_ALL " FROM audit WHERE" PLACE WITH_ACTION WITH_TARGET WITH_REST
#define IN_ACTION                                                              \
	" FROM audit WHERE action = ?5 AND" PLACE WITH_TARGET WITH_REST
#define IN_TARGET                                                              \
	" FROM audit WHERE target = ?6 AND" PLACE WITH_ACTION WITH_REST
#define LISTED(from)                                                           \
	"SELECT " AUDIT_COLUMNS from " ORDER BY at DESC, seq DESC LIMIT ?4"
#define COUNTED(from) "SELECT count(*) FROM (SELECT 1" from " LIMIT ?4)"

static const struct db_sql SQL[] = {
    // clang-format off
	[SCOPE_ALL] = { .text = LISTED(IN_ALL) },
	[SCOPE_ACTION] = { .text = LISTED(IN_ACTION) },
	[SCOPE_TARGET] = { .text = LISTED(IN_TARGET) },
	[SCOPE__MAX + SCOPE_ALL] = { .text = COUNTED(IN_ALL) },
	[SCOPE__MAX + SCOPE_ACTION] = { .text = COUNTED(IN_ACTION) },
	[SCOPE__MAX + SCOPE_TARGET] = { .text = COUNTED(IN_TARGET) },
    // clang-format on
};
_Static_assert(
    ARRAY_LEN(SQL) == 2 * (size_t)SCOPE__MAX, "each listed, counted");

int
audit_page_prepare(struct db *db, struct error *err)
{
	return db_prepare(db, SQL, ARRAY_LEN(SQL), err);
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

static void
bind(struct db_query *q, const struct audit_find *find, int64_t limit)
{
	db_bind_i64(q, P_AT, find->at);
	db_bind_i64(q, P_SEQ, find->seq);
	db_bind_i64(q, P_FROM, find->from);
	db_bind_i64(q, P_LIMIT, limit);
	db_bind_text(q, P_ACTION, find->action);
	db_bind_text(q, P_TARGET, find->target);
	db_bind_text(q, P_PREFIX, find->prefix);
	bind_known(q, P_KIND, find->actor_kind);
	bind_known(q, P_ID, find->actor_id);
}

int
audit_page_each(struct db *db, const struct audit_find *find, int64_t limit,
    int (*fn)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	struct audit_row row;
	int rc;

	if (db_query_begin(&q, db, &SQL[scope_of(find)], err) < 0)
		return -1;
	bind(&q, find, limit);
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

	if (db_query_begin(&q, db, &SQL[SCOPE__MAX + scope_of(find)], err) < 0)
		return -1;
	bind(&q, find, max);
	if (db_step(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0);
	return 0;
}
