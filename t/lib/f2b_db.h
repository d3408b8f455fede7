/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A database with the tables of fail2ban, written as fail2ban writes it. Each
 * function ends the process when it cannot do its work.
 */
#ifndef BANGUI_T_LIB_F2B_DB_H
#define BANGUI_T_LIB_F2B_DB_H

#include <stdint.h>

struct sqlite3;

/** Open it, made when absent. */
struct sqlite3 *f2b_db_open(const char *path);
/** The same, of fail2ban 0.10: without bantime and bancount. */
struct sqlite3 *f2b_db_open_old(const char *path);
void f2b_db_close(struct sqlite3 *db);

/** One ban; data is its JSON, NULL for none. */
void f2b_db_ban(struct sqlite3 *db, const char *jail, const char *id,
    int64_t at, const char *data);

/** What an unban does: every row of the id in the jail goes. */
void f2b_db_unban(struct sqlite3 *db, const char *jail, const char *id);

/**
 * n bans of some jails and addresses, from the time at on, several a second,
 * some of them the same: as a busy server has them. With matched lines, as
 * many bytes each.
 */
void f2b_db_fill(struct sqlite3 *db, int64_t n, int64_t at, int matches_len);

/** Any SQL; and one statement with a text in the place of ?1. */
void f2b_db_run(struct sqlite3 *db, const char *sql);
void f2b_db_run_with(struct sqlite3 *db, const char *sql, const char *text);
/** The one number that it yields. */
int64_t f2b_db_ask(struct sqlite3 *db, const char *sql);

#endif
