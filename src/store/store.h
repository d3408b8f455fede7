/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All statements of all tables; each is prepared when it is first used. */
#ifndef BANGUI_STORE_STORE_H
#define BANGUI_STORE_STORE_H

#include "base/macros.h"

struct db;
struct error;

/** Make all of them known; the schema is the program's (db_migrate()). */
NODISCARD int store_prepare(struct db *db, struct error *err);

#endif
