/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An archive of made-up bans for tests, and a second connection to it that
 * counts them as plainly as can be.
 */
#ifndef BANGUI_T_UNIT_STORE_ARCHIVE_ENV_H
#define BANGUI_T_UNIT_STORE_ARCHIVE_ENV_H

#include <stdint.h>

#include <sqlite3.h>

#include "store/ban_find.h"
#include "t/lib/scratch.h"

struct db;

/* When the made-up bans are: 75 days from the first on. */
enum { ARCHIVE_BEGIN = 1790000000, ARCHIVE_DAYS = 75, ARCHIVE_JAILS = 3 };

struct archive_env {
	struct scratch scratch;
	struct db *db;
	sqlite3 *raw;
	int64_t n; /* bans, whose ids are 1 ... n */
	uint64_t seed;
};

/* For cmocka; state is the struct archive_env. */
int archive_set_up(void **state);
int archive_tear_down(void **state);

/** Add n bans of no particular order, in one batch. */
void archive_add(struct archive_env *e, int n);

/** A number below n, the same ones in every run. */
int64_t archive_random(struct archive_env *e, int64_t n);

/** A statement of the second connection with find bound: ?1 from, ?2 to, ?3
 * jails as JSON, ?4 country, ?5 AS, ?6 origin, each NULL for any. */
sqlite3_stmt *archive_ask(
    struct archive_env *e, const char *sql, const struct ban_find *find);

/* What find means, plainly. */
#define ARCHIVE_WHERE                                                          \
	" (?1 IS NULL OR banned_at >= ?1) AND (?2 IS NULL OR banned_at < ?2)"  \
	" AND (?3 IS NULL OR jail_id IN (SELECT value FROM json_each(?3)))"    \
	" AND (?4 IS NULL OR (kind = 0 AND ifnull(country, 'ZZ') = ?4))"       \
	" AND (?5 IS NULL OR asn = ?5) AND (?6 IS NULL OR origin = ?6)"

#endif
