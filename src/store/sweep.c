/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/sweep.h"

#include <string.h>

#include "base/error.h"
#include "db/db.h"

static void
bind_key(struct db_query *q, int at, const struct sweep_key *k)
{
	if (k->is_blob)
		db_bind_blob(q, at, k->bytes, k->len);
	else
		db_bind_i64(q, at, k->id);
}

static int
take_key(const struct db_query *q, struct sweep_key *out, struct error *err)
{
	const void *bytes;
	size_t len = 0;

	if (!db_col_is_blob(q, 0)) {
		*out = (struct sweep_key){.id = db_col_i64(q, 0)};
		return 0;
	}
	bytes = db_col_blob(q, 0, &len);
	if (len > SWEEP_KEY_MAX)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "a key of %zu bytes cannot be swept", len);
	*out = (struct sweep_key){.is_blob = true, .len = len};
	memcpy(out->bytes, bytes, len);
	return 0;
}

int
sweep_look(struct db *db, const struct sweep_sql *sql, int64_t t, int64_t max,
    struct sweep *s, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	s->looked = s->old = 0;
	if (db_query_begin(&q, db, sql->look, err) < 0)
		return -1;
	bind_key(&q, 1, &s->from);
	db_bind_i64(&q, 2, max);
	db_bind_i64(&q, 3, t);
	while ((rc = db_step(&q, err)) > 0) {
		if (take_key(&q, &s->to, err) < 0)
			return -1;
		s->looked++;
		s->old += db_col_i64(&q, 1) != 0;
	}
	if (rc < 0)
		return -1;
	return s->looked > 0 ? 1 : 0;
}

int
sweep_drop(struct db *db, const struct sweep_sql *sql, int64_t t,
    const struct sweep *s, int64_t *dropped, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, sql->drop, err) < 0)
		return -1;
	bind_key(&q, 1, &s->from);
	bind_key(&q, 2, &s->to);
	db_bind_i64(&q, 3, t);
	return db_run(&q, dropped, err);
}

void
sweep_next(struct sweep *s)
{
	s->from = s->to;
}
