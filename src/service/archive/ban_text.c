/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_text.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "db/db.h"
#include "service/app.h"
#include "store/ban_text_store.h"

bool
ban_text_is_due(const struct app *app)
{
	return time_mono_ms() >= app->text_next_ms;
}

/* Some bans in a transaction of their own: 1 there are more, 0 there are not,
 * or somebody else is writing. */
static int
fill_some(struct app *app, int64_t last, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int64_t filled_to = 0;
	int rc = db_txn_try_begin(&txn, app->db, err);

	if (rc <= 0)
		return rc;
	if (ban_text_fill(app->db, last, LIMIT_TEXT_FILL, &filled_to, err) <
		0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	return filled_to < last ? 1 : 0;
}

int
ban_text_step(struct app *app, struct error *err)
{
	int64_t began_ms = time_mono_ms(), filled_to = 0, last = 0;
	int rc = 1;

	app->text_next_ms = began_ms + LIMIT_TEXT_IDLE_MS;
	if (ban_text_ends(app->db, &filled_to, &last, err) < 0)
		return -1;
	if (filled_to >= last)
		return 0;
	while (rc == 1 && time_mono_ms() - began_ms < LIMIT_TEXT_STEP_MS) {
		rc = fill_some(app, last, err);
		if (rc < 0)
			return -1;
	}
	if (rc == 1)
		app->text_next_ms = time_mono_ms() + LIMIT_TEXT_REST_MS;
	return 0;
}

int
ban_text_copied(struct app *app, int64_t first, int64_t last, struct error *err)
{
	int64_t filled_to = 0;

	if (last - first >= LIMIT_TEXT_COPY)
		return 0;
	if (ban_text_filled_to(app->db, &filled_to, err) < 0)
		return -1;
	if (filled_to != first - 1)
		return 0; /* ban_text_step() will come to them */
	return ban_text_fill(app->db, last, LIMIT_TEXT_COPY, &filled_to, err);
}

int
ban_text_is_complete(struct app *app, bool *out, struct error *err)
{
	int64_t filled_to = 0, last = 0;

	if (ban_text_ends(app->db, &filled_to, &last, err) < 0)
		return -1;
	*out = filled_to >= last;
	return 0;
}
