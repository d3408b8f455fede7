/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An empty database of ours, for each case that takes it. */
#ifndef BANGUI_T_UNIT_STORE_STORE_ENV_H
#define BANGUI_T_UNIT_STORE_STORE_ENV_H

#include "t/lib/scratch.h"

struct db;

struct store_env {
	struct scratch scratch;
	struct db *db;
};

/* For cmocka; state is the struct store_env. */
int store_env_set_up(void **state);
int store_env_tear_down(void **state);

#endif
