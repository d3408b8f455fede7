/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/event_store.h"

#include "base/error.h"
#include "db/db.h"

enum {
	Q_JAIL,
	Q_UNBAN,
	Q_UNBANS,
	Q_IS_DOWN,
	Q_FAIL2BAN,
	Q_END,
	Q_EACH,
	Q_BANS,
	Q_LOOK_OLD,
	Q_DROP_OLD,
	Q__MAX
};

/* The types by their numbers: 0 unban, 3 fail2ban down, 4 up. */
/* clang-format off */
static const struct db_sql SQL[] = {
	[Q_JAIL] = { .text =
	    "INSERT INTO event (at, type, jail, bans) VALUES (?1, ?2, ?3, 0)" },
	[Q_UNBAN] = { .text =
	    "INSERT INTO event (at, type, jail, ident, bans)"
	    " SELECT ?1, 0, jail, id, 1 FROM active_ban"
	    " WHERE jail = ?2 AND addr_key = ?3 AND expires_at > ?1 + 1" },
	[Q_UNBANS] = { .text =
	    "INSERT INTO event (at, type, jail, bans) VALUES (?1, 0, ?2, ?3)" },
	[Q_IS_DOWN] = { .text =
	    "SELECT coalesce((SELECT max(id) FROM event WHERE type = 3), 0)"
	    " > coalesce((SELECT max(id) FROM event WHERE type = 4), 0)" },
	[Q_FAIL2BAN] = { .incidental = true, .text =
	    "INSERT INTO event (at, type, bans) VALUES (?1, ?2, 0)" },
	[Q_END] = { .text =
	    "SELECT s.last_id, coalesce((SELECT max(id) FROM event), 0)"
	    " FROM history_state AS s WHERE s.one = 1" },
	[Q_EACH] = { .text =
	    "SELECT id, at, type, jail, ident, bans FROM event"
	    " WHERE id > ?1 ORDER BY id LIMIT ?2" },
	[Q_BANS] = { .text =
	    "SELECT banned_at, id FROM ban WHERE id > ?1"
	    " ORDER BY id LIMIT ?2" },
	[Q_LOOK_OLD] = { .text =
	    "SELECT id, at < ?3 AND id < (SELECT max(id) FROM event)"
	    " FROM event WHERE id > ?1 ORDER BY id LIMIT ?2" },
	[Q_DROP_OLD] = { .text =
	    "DELETE FROM event WHERE id > ?1 AND id <= ?2 AND at < ?3"
	    " AND id < (SELECT max(id) FROM event)" },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(SQL) == Q__MAX, "every statement has its text");

const struct sweep_sql EVENT_SWEEP = {&SQL[Q_LOOK_OLD], &SQL[Q_DROP_OLD]};

int
event_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

int
event_store_jail(struct db *db, int64_t now, enum event_type type,
    const char *jail, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_JAIL], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	db_bind_i64(&q, 2, type);
	db_bind_text(&q, 3, jail);
	return db_run(&q, NULL, err);
}

int
event_store_unban(struct db *db, int64_t now, const char *jail,
    const struct active_ban_key *key, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_UNBAN], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	db_bind_text(&q, 2, jail);
	db_bind_blob(&q, 3, key->bytes, key->len);
	return db_run(&q, NULL, err);
}

int
event_store_unbans(struct db *db, int64_t now, const char *jail, int64_t bans,
    struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_UNBANS], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	db_bind_text(&q, 2, jail);
	db_bind_i64(&q, 3, bans);
	return db_run(&q, NULL, err);
}

static int
is_down(struct db *db, bool *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_IS_DOWN], err) < 0 ||
	    db_step_row(&q, err) < 0)
		return -1;
	*out = db_col_i64(&q, 0) != 0;
	return 0;
}

int
event_store_fail2ban(
    struct db *db, int64_t now, enum event_type type, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	bool down = false;

	if (is_down(db, &down, err) < 0)
		return -1;
	if (down == (type == EVENT_FAIL2BAN_DOWN))
		return 0;
	if (db_query_begin(&q, db, &SQL[Q_FAIL2BAN], err) < 0)
		return -1;
	db_bind_i64(&q, 1, now);
	db_bind_i64(&q, 2, type);
	return db_run(&q, NULL, err);
}

int
event_store_end(struct db *db, struct event_place *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[Q_END], err) < 0 ||
	    db_step_row(&q, err) < 0)
		return -1;
	*out = (struct event_place){
	    .ban = db_col_i64(&q, 0), .event = db_col_i64(&q, 1)};
	return 0;
}

int
event_store_each(struct db *db, int64_t after, int limit,
    int (*each)(void *ctx, const struct event_row *row, struct error *err),
    void *ctx, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[Q_EACH], err) < 0)
		return -1;
	db_bind_i64(&q, 1, after);
	db_bind_i64(&q, 2, limit);
	while ((rc = db_step(&q, err)) == 1) {
		const struct event_row row = {
		    .id = db_col_i64(&q, 0),
		    .at = db_col_i64(&q, 1),
		    .type = (enum event_type)db_col_i64(&q, 2),
		    .jail = db_col_text(&q, 3),
		    .ident = db_col_text(&q, 4),
		    .bans = db_col_i64(&q, 5),
		};

		if (each(ctx, &row, err) < 0)
			return -1;
	}
	return rc;
}

int
event_store_bans(struct db *db, int64_t after, int limit, struct ban_place *out,
    int *n, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	*n = 0;
	if (db_query_begin(&q, db, &SQL[Q_BANS], err) < 0)
		return -1;
	db_bind_i64(&q, 1, after);
	db_bind_i64(&q, 2, limit);
	while ((rc = db_step(&q, err)) == 1)
		out[(*n)++] =
		    (struct ban_place){db_col_i64(&q, 0), db_col_i64(&q, 1)};
	return rc;
}
