/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/jobs/chores.h"

#include "base/limits.h"
#include "base/macros.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/ban_text.h"
#include "service/archive/history.h"
#include "service/auth/auth.h"
#include "service/geo/geo.h"
#include "service/jobs/task.h"

static bool
wal_is_long(const struct app *app)
{
	return db_wal_is_long(app->db, LIMIT_WAL_WORKER);
}

static int
tend_wal(struct app *app, struct error *err)
{
	return db_tend_wal(app->db, LIMIT_WAL_WORKER, err);
}

/* In the order of their turns. A chore is asked after each response whether
 * it is due, so the answer must cost next to nothing. */
static const struct chore {
	enum task task;
	bool (*is_due)(const struct app *app);
	int (*run)(struct app *app, struct error *err);
} CHORES[] = {
    {TASK_GEO_NOTES,    geo_has_notes,     geo_flush        },
    {TASK_HISTORY_SYNC, history_is_due,    history_sync_step},
    {TASK_BAN_TEXT,     ban_text_is_due,   ban_text_step    },
    {TASK_AUTH_CLEAN,   auth_clean_is_due, auth_clean       },
    {TASK_WAL,          wal_is_long,       tend_wal         },
};

_Static_assert(ARRAY_LEN(CHORES) < CHORES_MAX, "as it says");

bool
chores_run(struct app *app)
{
	geo_rest(app);
	for (unsigned i = 0; i < ARRAY_LEN(CHORES); i++) {
		unsigned at = (app->chore + i) % ARRAY_LEN(CHORES);
		const struct chore *c = &CHORES[at];

		if (!c->is_due(app))
			continue;
		app->chore = at + 1;
		/* a failure has been told of; there will be another turn */
		(void)task_run(app, c->task, c->run);
		return true;
	}
	return false;
}
