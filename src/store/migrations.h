/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The schema's history, generated from sql/ by the build. */
#ifndef BANGUI_STORE_MIGRATIONS_H
#define BANGUI_STORE_MIGRATIONS_H

#include <stddef.h>

#include "base/macros.h"
#include "db/migrate.h"

extern const struct migration MIGRATIONS[];
extern const size_t MIGRATIONS_LEN;

#endif
