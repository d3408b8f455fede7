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
struct f2b;

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
	struct db *db;    /* NULL: not open here */
	struct f2b *gate; /* not NULL: it is open there, borrowed */
	int64_t epoch;    /* of what the gate told: another one, another gate */
	const struct db_sql *sql;
	int64_t device, inode;
	int64_t version, settled; /* PRAGMA data_version; settled 0: never */
	enum ban_db_fault fault;
};

/** Note what a failed statement means; -1. */
int ban_db_blame(struct ban_db *b, const struct error *err);

/* The functions of ban_db.h as they are done through b->gate. */
NODISCARD int ban_db_gate_last(
    struct ban_db *b, int64_t *out, struct error *err);
NODISCARD int ban_db_gate_oldest(
    struct ban_db *b, int64_t *out, struct error *err);
NODISCARD int ban_db_gate_read(struct ban_db *b, const struct ban_db_ask *ask,
    struct ban_db_batch *out, struct error *err);

#endif
