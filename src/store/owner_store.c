/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/owner_store.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

enum {
	OWNER_GET,
	OWNER_SET_CODE,
	OWNER_COUNT_TRY,
	OWNER_SET_UP,
	OWNER_SET_PASSWORD,
	OWNER_REHASH,
	OWNER_SQL__MAX
};

static const struct db_sql SQL[] = {
    // clang-format off
	[OWNER_GET] = { .text =
	    "SELECT password_hash, setup_code_hash, setup_code_made_at,"
	    " session_minutes FROM owner WHERE id = 1" },
	[OWNER_SET_CODE] = { .text =
	    "UPDATE owner SET setup_code_hash = ?1, setup_code_made_at = ?2,"
	    " setup_code_tries = 0 WHERE id = 1" },
	[OWNER_COUNT_TRY] = { .text =
	    "UPDATE owner SET setup_code_tries = setup_code_tries + 1,"
	    " setup_code_hash = CASE WHEN setup_code_tries + 1 < ?1"
	    " THEN setup_code_hash END WHERE id = 1" },
	[OWNER_SET_UP] = { .text =
	    "UPDATE owner SET password_hash = ?1, completed_at = ?2,"
	    " timezone = ?3, session_minutes = nullif(?4, 0),"
	    " setup_code_hash = NULL WHERE id = 1 AND password_hash IS NULL" },
	[OWNER_SET_PASSWORD] = { .text =
	    "UPDATE owner SET password_hash = ?1,"
	    " completed_at = coalesce(completed_at, ?2),"
	    " setup_code_hash = NULL WHERE id = 1" },
	[OWNER_REHASH] = { .text =
	    "UPDATE owner SET password_hash = ?2"
	    " WHERE id = 1 AND password_hash = ?1" },
    // clang-format on
};
_Static_assert(ARRAY_LEN(SQL) == OWNER_SQL__MAX, "every statement has a text");

int
owner_store_prepare(struct db *db, struct error *err)
{
	return db_declare(db, SQL, ARRAY_LEN(SQL), err);
}

static int
owner_damaged(const char *what, struct error *err)
{
	return err_set(err, ERR_DB_UNAVAILABLE,
	    "The database is damaged. See the log of BanGUI.",
	    "table owner: %s", what);
}

static int
owner_read(const struct db_query *q, struct owner *out, struct error *err)
{
	struct owner o = {0};
	size_t len = 0;
	const char *hash = db_col_text(q, 0);
	const void *code = db_col_blob(q, 1, &len);

	if (hash != NULL &&
	    !str_copy(o.password_hash, sizeof o.password_hash, hash))
		return owner_damaged("password_hash too long", err);
	if (code != NULL && len != sizeof o.code_hash)
		return owner_damaged("setup_code_hash of another length", err);
	o.has_password = hash != NULL;
	o.has_code = code != NULL;
	if (code != NULL)
		memcpy(o.code_hash, code, sizeof o.code_hash);
	o.code_made = !db_col_is_null(q, 2);
	o.session_minutes = db_col_i64(q, 3);
	*out = o;
	return 0;
}

int
owner_store_get(struct db *db, struct owner *out, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int rc;

	if (db_query_begin(&q, db, &SQL[OWNER_GET], err) < 0)
		return -1;
	rc = db_step(&q, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return owner_damaged("no row", err);
	return owner_read(&q, out, err);
}

int
owner_store_set_code(struct db *db, const uint8_t hash[OWNER_CODE_HASH_LEN],
    int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[OWNER_SET_CODE], err) < 0)
		return -1;
	db_bind_blob(&q, 1, hash, OWNER_CODE_HASH_LEN);
	db_bind_i64(&q, 2, now);
	return db_run(&q, NULL, err);
}

int
owner_store_count_try(struct db *db, int64_t max, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[OWNER_COUNT_TRY], err) < 0)
		return -1;
	db_bind_i64(&q, 1, max);
	return db_run(&q, NULL, err);
}

int
owner_store_set_up(
    struct db *db, const struct owner_setup *s, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;
	int64_t changed = 0;

	if (db_query_begin(&q, db, &SQL[OWNER_SET_UP], err) < 0)
		return -1;
	db_bind_text(&q, 1, s->password_hash);
	db_bind_i64(&q, 2, s->now);
	db_bind_text(&q, 3, s->timezone);
	db_bind_i64(&q, 4, s->session_minutes);
	if (db_run(&q, &changed, err) < 0)
		return -1;
	if (changed == 0)
		return err_set(err, ERR_SETUP_DONE,
		    "Set-up has been done already. Sign in.", "%s",
		    "there is a password");
	return 0;
}

int
owner_store_set_password(
    struct db *db, const char *hash, int64_t now, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[OWNER_SET_PASSWORD], err) < 0)
		return -1;
	db_bind_text(&q, 1, hash);
	db_bind_i64(&q, 2, now);
	return db_run(&q, NULL, err);
}

int
owner_store_rehash(
    struct db *db, const char *was, const char *hash, struct error *err)
{
	AUTO(db_query_end) struct db_query q = DB_QUERY_INIT;

	if (db_query_begin(&q, db, &SQL[OWNER_REHASH], err) < 0)
		return -1;
	db_bind_text(&q, 1, was);
	db_bind_text(&q, 2, hash);
	return db_run(&q, NULL, err);
}
