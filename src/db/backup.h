/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of the database, and putting one in its place. A copy is whole: it
 * is of one moment, has no log beside it, was checked, and is on the disk.
 */
#ifndef BANGUI_DB_BACKUP_H
#define BANGUI_DB_BACKUP_H

#include <stdint.h>

#include "base/macros.h"

struct db;
struct error;

enum {
	DB_KEPT_MAX = 3,     /* copies of before a migration that are kept */
	DB_KEPT_SIZE = 1024, /* a path of a database that was put aside */
};

/**
 * Write a copy of db to path (mode 0600), in place of any other file there,
 * while others go on reading and writing. path stays as it was on failure.
 *
 * ERR_DB_FULL; ERR_DB_UNAVAILABLE also when the copy shows damage.
 */
NODISCARD int db_backup(struct db *db, const char *path, struct error *err);

/** db_backup() of schema version have to dir/bangui.db.before-VERSION; of the
 * copies made so, DB_KEPT_MAX are kept. */
NODISCARD int db_backup_before(
    struct db *db, const char *dir, int64_t have, struct error *err);

/**
 * Put the copy that from reads (an open file) in the place of dir/bangui.db,
 * if it is whole and of a schema version from 1 to newest. The database that
 * was there is kept beside it.
 * kept  gets its path; "" when there was none
 *
 * ERR_DB_BUSY the database is in use; ERR_DB_NEWER; ERR_INVALID from is no
 * database of BanGUI's; ERR_DB_UNAVAILABLE it is damaged.
 */
NODISCARD int db_restore(const char *dir, int from, int64_t newest,
    char kept[DB_KEPT_SIZE], struct error *err);

#endif
