/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/f2b_db.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

#include "base/macros.h"

enum { FILL_DATA_SIZE = 4096 };

/* Source: fail2ban/server/database.py of 1.0.2; sql/ of ours says no word of
 * it, since a test must not share its mistakes. */
#define SCHEMA(columns)                                                        \
	"CREATE TABLE IF NOT EXISTS fail2banDb(version INTEGER);"              \
	"CREATE TABLE IF NOT EXISTS jails(name TEXT NOT NULL UNIQUE,"          \
	" enabled INTEGER NOT NULL DEFAULT 1);"                                \
	"CREATE INDEX IF NOT EXISTS jails_name ON jails(name);"                \
	"CREATE TABLE IF NOT EXISTS bans(jail TEXT NOT NULL, ip TEXT,"         \
	" timeofban INTEGER NOT NULL, " columns                                \
	"data JSON, FOREIGN KEY(jail) REFERENCES jails(name));"                \
	"CREATE INDEX IF NOT EXISTS bans_jail_timeofban_ip"                    \
	" ON bans(jail, timeofban);"                                           \
	"CREATE INDEX IF NOT EXISTS bans_jail_ip ON bans(jail, ip);"           \
	"CREATE INDEX IF NOT EXISTS bans_ip ON bans(ip);"

static _Noreturn void
give_up(sqlite3 *db, const char *what)
{
	(void)fprintf(stderr, "f2b_db: %s: %s\n", what, sqlite3_errmsg(db));
	abort();
}

void
f2b_db_run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		give_up(db, sql);
}

static sqlite3 *
open_with(const char *path, const char *schema)
{
	sqlite3 *db = NULL;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		give_up(db, path);
	(void)sqlite3_busy_timeout(db, 5000);
	f2b_db_run(db, "PRAGMA foreign_keys = ON; PRAGMA synchronous = OFF;"
		       "PRAGMA journal_mode = MEMORY");
	f2b_db_run(db, schema);
	return db;
}

sqlite3 *
f2b_db_open(const char *path)
{
	sqlite3 *db =
	    open_with(path, SCHEMA("bantime INTEGER NOT NULL,"
				   " bancount INTEGER NOT NULL default 1, "));

	f2b_db_run(db, "INSERT INTO fail2banDb SELECT 4"
		       " WHERE NOT EXISTS (SELECT 1 FROM fail2banDb)");
	return db;
}

sqlite3 *
f2b_db_open_old(const char *path)
{
	sqlite3 *db = open_with(path, SCHEMA(""));

	f2b_db_run(db, "INSERT INTO fail2banDb SELECT 2"
		       " WHERE NOT EXISTS (SELECT 1 FROM fail2banDb)");
	return db;
}

void
f2b_db_close(sqlite3 *db)
{
	(void)sqlite3_close(db);
}

/* Binds texts to ?1, ?2 and at, if not below 0, to ?3. */
static sqlite3_stmt *
prepare(
    sqlite3 *db, const char *sql, const char *jail, const char *id, int64_t at)
{
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(stmt, 1, jail, -1, SQLITE_STATIC) != 0 ||
	    (id != NULL &&
		sqlite3_bind_text(stmt, 2, id, -1, SQLITE_STATIC) != 0) ||
	    (at >= 0 && sqlite3_bind_int64(stmt, 3, at) != 0))
		give_up(db, sql);
	return stmt;
}

static void
finish(sqlite3 *db, sqlite3_stmt *stmt)
{
	if (sqlite3_step(stmt) != SQLITE_DONE)
		give_up(db, sqlite3_sql(stmt));
	(void)sqlite3_finalize(stmt);
}

void
f2b_db_run_with(sqlite3 *db, const char *sql, const char *text)
{
	finish(db, prepare(db, sql, text, NULL, -1));
}

static void
jail_add(sqlite3 *db, const char *jail)
{
	f2b_db_run_with(
	    db, "INSERT OR IGNORE INTO jails(name) VALUES (?1)", jail);
}

void
f2b_db_ban(
    sqlite3 *db, const char *jail, const char *id, int64_t at, const char *data)
{
	const char *sql =
	    sqlite3_table_column_metadata(db, NULL, "bans", "bantime", NULL,
		NULL, NULL, NULL, NULL) == SQLITE_OK
		? "INSERT INTO bans(jail, ip, timeofban, bantime, bancount,"
		  " data) VALUES (?1, ?2, ?3, 600, 1, CAST(?4 AS BLOB))"
		: "INSERT INTO bans(jail, ip, timeofban, data)"
		  " VALUES (?1, ?2, ?3, CAST(?4 AS BLOB))";
	sqlite3_stmt *stmt;

	jail_add(db, jail);
	stmt = prepare(db, sql, jail, id, at);
	if (sqlite3_bind_text(stmt, 4, data, -1, SQLITE_STATIC) != SQLITE_OK)
		give_up(db, sql);
	finish(db, stmt);
}

void
f2b_db_unban(sqlite3 *db, const char *jail, const char *id)
{
	finish(db, prepare(db, "DELETE FROM bans WHERE jail = ?1 AND ip = ?2",
		       jail, id, -1));
}

/* A generator of our own: the same numbers on every machine. */
static uint32_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) +
		 UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

static void
fill_one(sqlite3 *db, uint64_t *seed, int64_t at, const char *lines)
{
	static const char *const JAILS[] = {
	    "sshd", "sshd", "sshd", "postfix", "nginx-http-auth", "recidive"};
	uint32_t r = next_random(seed), net = next_random(seed);
	char id[64], data[FILL_DATA_SIZE];

	/* two in five are of some hundred addresses that come again */
	if (r % 5 < 2)
		net %= 300;
	if (r % 8 == 0)
		(void)snprintf(id, sizeof id, "2a00:%x:%x::%x",
		    net >> 16 & 0xff, net & 0xffff, 1U + r % 7);
	else
		(void)snprintf(id, sizeof id, "%u.%u.%u.%u", 60 + net % 60,
		    net >> 8 & 0xff, net >> 16 & 0xff, net >> 24);
	(void)snprintf(data, sizeof data,
	    "{\"matches\": [\"%s\"], \"failures\": %u, \"ip4\": \"%s\"}", lines,
	    3 + r % 5, id);
	f2b_db_ban(db, JAILS[r % ARRAY_LEN(JAILS)], id, at, data);
}

void
f2b_db_fill(sqlite3 *db, int64_t n, int64_t at, int matches_len)
{
	char lines[FILL_DATA_SIZE - 256];
	uint64_t seed = (uint64_t)at;

	(void)snprintf(lines, sizeof lines, "%.*s", matches_len,
	    "Nov 10 14:41:13 host sshd[1281]: Failed password for root from "
	    "192.0.2.1 port 40001 ssh2, and so on and so forth, and what "
	    "else comes to the mind of whoever tries names and passwords in "
	    "the night");
	f2b_db_run(db, "BEGIN");
	for (int64_t i = 0; i < n; i++)
		fill_one(db, &seed, at + i / 3, lines);
	f2b_db_run(db, "COMMIT");
}

int64_t
f2b_db_ask(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	int64_t n;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK ||
	    sqlite3_step(stmt) != SQLITE_ROW)
		give_up(db, sql);
	n = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return n;
}
