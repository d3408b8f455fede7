/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/unit/store/store_env.h"

#include <stdlib.h>

#include "db/db.h"
#include "t/lib/migrated.h"
#include "t/lib/unit.h"

int
store_env_set_up(void **state)
{
	struct store_env *e = calloc(1, sizeof *e);

	assert_non_null(e);
	scratch_init(&e->scratch);
	e->db = migrated_open(&e->scratch);
	*state = e;
	return 0;
}

int
store_env_tear_down(void **state)
{
	struct store_env *e = *state;

	db_freep(&e->db);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}
