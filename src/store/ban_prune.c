/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/ban_prune.h"

#include "base/error.h"
#include "db/db.h"
#include "store/ban_often_store.h"
#include "store/ban_text_store.h"

#define OLDEST                                                                 \
	"SELECT id, banned_at FROM ban WHERE banned_at < ?1"                   \
	" ORDER BY banned_at, id LIMIT ?2"

enum { Q_COUNT, Q_LAST, Q_DELETE, Q_NOTE, Q__MAX };

/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_COUNT] = { .text = "SELECT count(*) FROM ban WHERE banned_at < ?1" },
	[Q_LAST] = { .text = "SELECT max(banned_at) FROM (" OLDEST ")" },
	[Q_DELETE] = { .text =
	    "DELETE FROM ban WHERE id IN (SELECT id FROM (" OLDEST "))" },
	[Q_NOTE] = { .text =
	    "UPDATE history_state SET pruned_before = max(pruned_before, ?1),"
	    " n_rows = n_rows - ?2 WHERE one = 1" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

int
ban_prune_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
ban_prune_count(struct db *db, int64_t before, int64_t *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_COUNT], err) < 0)
		return -1;
	db_bind_i64(&q, 1, before);
	if (db_step_row(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0);
	return 0;
}

/* When the last of them was banned: 1, or 0 there are none. */
static int
last_find(struct db *db, int64_t before, int64_t max, int64_t *last,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_LAST], err) < 0)
		return -1;
	db_bind_i64(&q, 1, before);
	db_bind_i64(&q, 2, max);
	if (db_step_row(&q, err) < 0)
		return -1;
	*last = db_col_i64(&q, 0);
	return !db_col_is_null(&q, 0);
}

/* Two numbers bound. */
static int
run(struct db *db, int statement, int64_t a, int64_t b, int64_t *changed,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[statement], err) < 0)
		return -1;
	db_bind_i64(&q, 1, a);
	db_bind_i64(&q, 2, b);
	return db_run(&q, changed, err);
}

int
ban_prune_oldest(struct db *db, int64_t before, int64_t max, int64_t *deleted,
    struct error *err)
{
	int64_t last = 0, n = 0;
	int rc = last_find(db, before, max, &last, err);

	*deleted = 0;
	if (rc <= 0)
		return rc;
	/* those look at the bans once more: they go first */
	if (ban_often_remove_oldest(db, before, max, err) < 0 ||
	    ban_text_remove_oldest(db, before, max, err) < 0 ||
	    run(db, Q_DELETE, before, max, &n, err) < 0 ||
	    run(db, Q_NOTE, last + 1, n, NULL, err) < 0)
		return -1;
	*deleted = n;
	return 0;
}
