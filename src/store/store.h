/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All statements of all tables, prepared at start: a typo fails then. */
#ifndef BANGUI_STORE_STORE_H
#define BANGUI_STORE_STORE_H

#include "base/macros.h"

struct db;
struct error;

/** Prepare every statement; the schema is the program's (db_migrate()). */
NODISCARD int store_prepare(struct db *db, struct error *err);

#endif
