/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Another program at our database, as a test's second opinion or trouble: by
 * SQLite itself, not by db/. Each function ends the running case when it
 * cannot do its work.
 */
#ifndef BANGUI_T_LIB_STRANGER_H
#define BANGUI_T_LIB_STRANGER_H

#include <stdint.h>

#include <sqlite3.h>

struct scratch;

/** A connection to bangui.db in the directory; stranger_close() it. */
sqlite3 *stranger_open(struct scratch *s);
void stranger_close(sqlite3 *raw);

/** Statements, by a connection of their own. */
void stranger_run(struct scratch *s, const char *sql);

/** The number that a question yields, by a connection of its own. */
int64_t stranger_number(struct scratch *s, const char *sql);

#endif
