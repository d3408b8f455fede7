/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside f2b/: what the files of ban_db.h share; nobody else includes it.
 */
#ifndef BANGUI_F2B_BAN_DB_ROWS_H
#define BANGUI_F2B_BAN_DB_ROWS_H

#include <stdint.h>

#include "base/macros.h"
#include "f2b/ban_db.h"

struct db;
struct db_sql;
struct error;

/* The statements, one array a schema. */
enum {
	BAN_DB_BEGIN,
	BAN_DB_END,
	BAN_DB_VERSION,
	BAN_DB_LAST,
	BAN_DB_OLDEST,
	BAN_DB_KNOWN,
	BAN_DB_FRESH,
	BAN_DB_EQUAL,
	BAN_DB_SQL__MAX
};

struct ban_db {
	struct db *db; /* NULL: not open */
	const struct db_sql *sql;
	int64_t device, inode;
	int64_t version, settled; /* PRAGMA data_version; settled 0: never */
	enum ban_db_fault fault;
};

/** Note what a failed statement means; -1. */
int ban_db_blame(struct ban_db *b, const struct error *err);

#endif
