/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Brings a database to the program's schema. Several processes may do it at
 * once, and any of them may be killed at any moment.
 */
#ifndef BANGUI_DB_MIGRATE_H
#define BANGUI_DB_MIGRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

/* Embedded from sql/ at build time; the index + 1 is the version. */
struct migration {
	const char *name; /* file name, "0001_init.sql" */
	const char *sql;  /* sets user_version to index + 1 at its end */
};

/**
 * Run every migration past user_version, each in one IMMEDIATE transaction
 * with its version, under dir/migrate.lock. A database that is not new is
 * copied first: db_backup_before().
 * created  (may be NULL) set true when this call made the schema from nothing
 * ERR_DB_NEWER when the database is of a later program.
 */
NODISCARD int db_migrate(struct db *db, const char *dir,
    const struct migration *m, size_t n, bool *created, struct error *err);

/** user_version of the database. */
NODISCARD int db_version(struct db *db, int64_t *out, struct error *err);

#endif
