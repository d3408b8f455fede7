/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/unit/store/archive_env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr_kind.h"
#include "base/error.h"
#include "db/db.h"
#include "store/ban_store.h"
#include "store/ban_sum_store.h"
#include "t/lib/migrated.h"
#include "t/lib/unit.h"

int
archive_set_up(void **state)
{
	struct archive_env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;
	int64_t id = 0;

	assert_non_null(e);
	scratch_init(&e->scratch);
	e->db = migrated_open(&e->scratch);
	assert_int_equal(
	    sqlite3_open(scratch_path(&e->scratch, "bangui.db"), &e->raw), 0);
	for (int i = 1; i <= ARCHIVE_JAILS; i++) {
		char name[] = "jail-?";

		name[5] = (char)('0' + i);
		assert_int_equal(ban_store_jail(e->db, name, &id, &err), 0);
		assert_int_equal(id, i);
	}
	*state = e;
	return 0;
}

int
archive_tear_down(void **state)
{
	struct archive_env *e = *state;

	assert_int_equal(sqlite3_close(e->raw), SQLITE_OK);
	db_freep(&e->db);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

int64_t
archive_random(struct archive_env *e, int64_t n)
{
	e->seed = e->seed * 6364136223846793005U + 1442695040888963407U;
	return (int64_t)((e->seed >> 33) % (uint64_t)n);
}

/* Many are at full hours and days, and many at the same time. */
static int64_t
random_time(struct archive_env *e)
{
	static const int64_t STEPS[] = {1, 1, 600, 3600, 86400, 2592000};
	int64_t step = STEPS[archive_random(e, 6)];
	int64_t at = ARCHIVE_BEGIN + archive_random(e, ARCHIVE_DAYS * 86400);

	at = at / step * step;
	return at < ARCHIVE_BEGIN ? ARCHIVE_BEGIN : at;
}

static struct ban_row
random_ban(struct archive_env *e)
{
	static const char *const COUNTRIES[] = {"DE", "FR", "US", "", ""};
	static const enum addr_kind KINDS[] = {
	    ADDR_GLOBAL, ADDR_GLOBAL, ADDR_GLOBAL, ADDR_PRIVATE, ADDR_TEXT};
	enum addr_kind kind = KINDS[archive_random(e, 5)];
	bool global = kind == ADDR_GLOBAL;
	struct ban_row row = {
	    .id = ++e->n,
	    .banned_at = random_time(e),
	    .jail_id = archive_random(e, ARCHIVE_JAILS) + 1,
	    .key = {.len = 17},
	    .nth = e->n, /* no two are the same */
	    .bantime_s = e->n % 5 == 4   ? -2
			 : e->n % 5 == 3 ? -1
					 : e->n % 3 * 600,
	    .ban_count = e->n % 4 + 1,
	    .failures = e->n % 7 - 1,
	    .country = global ? COUNTRIES[archive_random(e, 5)] : "",
	    .asn = global && archive_random(e, 3) > 0
		       ? 64500 + archive_random(e, 3)
		       : -1,
	    .kind = kind,
	    .origin = (enum ban_origin)archive_random(e, BAN_ORIGIN__MAX),
	};

	/* 11.0.x.y of few nets, so that addresses come again */
	memset(row.key.bytes + 10, 0xff, 2);
	row.key.bytes[12] = 11;
	row.key.bytes[14] = (uint8_t)archive_random(e, 4);
	row.key.bytes[15] = (uint8_t)archive_random(e, 32);
	row.key.bytes[16] = 128;
	return row;
}

void
archive_add(struct archive_env *e, int n)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct error err = ERROR_INIT;
	int64_t first = e->n + 1;

	assert_int_equal(db_txn_begin(&txn, e->db, &err), 0);
	for (int i = 0; i < n; i++) {
		struct ban_row row = random_ban(e);

		if (ban_store_add(e->db, &row, &err) != 1)
			fail_msg("%s", err.detail);
	}
	if (ban_sum_add(e->db, first, e->n, &err) < 0)
		fail_msg("%s", err.detail);
	assert_int_equal(db_txn_commit(&txn, &err), 0);
}

static void
bind_known(sqlite3_stmt *s, int at, bool known, int64_t v)
{
	if (known)
		assert_int_equal(sqlite3_bind_int64(s, at, v), SQLITE_OK);
}

sqlite3_stmt *
archive_ask(struct archive_env *e, const char *sql, const struct ban_find *find)
{
	sqlite3_stmt *s = NULL;
	char jails[64];
	size_t len = 0;

	if (sqlite3_prepare_v2(e->raw, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(e->raw));
	bind_known(s, 1, find->from != INT64_MIN, find->from);
	bind_known(s, 2, find->to != INT64_MAX, find->to);
	for (size_t i = 0; i < find->n_jails; i++)
		len += (size_t)snprintf(jails + len, sizeof jails - len,
		    "%c%lld", i == 0 ? '[' : ',', (long long)find->jails[i]);
	(void)snprintf(jails + len, sizeof jails - len, "%s",
	    find->n_jails == 0 ? "[]" : "]");
	if (find->jails != NULL)
		(void)sqlite3_bind_text(s, 3, jails, -1, SQLITE_TRANSIENT);
	if (find->country != NULL)
		(void)sqlite3_bind_text(
		    s, 4, find->country, -1, SQLITE_TRANSIENT);
	bind_known(s, 5, find->asn >= 0, find->asn);
	bind_known(s, 6, find->origin >= 0, find->origin);
	return s;
}
