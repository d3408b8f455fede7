/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_manual.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/bans/bans.h"
#include "service/jobs/jobs.h"
#include "service/jobs/task.h"
#include "store/active_ban_store.h"

enum { JOB_PERIOD_S = 60 }; /* of unban_due */

int
bans_manual_check(
    struct app *app, const struct bans_request *req, struct error *err)
{
	AUTO(f2b_jail_release) struct f2b_jail jail = {.name = NULL};

	if (req->bantime_s == 0)
		return 0;
	if (f2b_jail_get(app->f2b, req->jail, &jail, err) < 0)
		return -1;
	if (jail.ban_time_s < 0 ||
	    (req->bantime_s > 0 && req->bantime_s <= jail.ban_time_s))
		return 0;
	return err_field(err, "bantime_seconds",
	    "This jail lifts its bans sooner. Choose a shorter time, or a jail "
	    "that bans for ever, as bangui-manual does.");
}

/* All of a row but its key and its end. */
static int
row_fill(const struct app *app, const struct bans_request *req, int64_t now,
    struct manual_ban *row, struct error *err)
{
	*row = (struct manual_ban){
	    .banned_at = now,
	    .done_at = now + LIMIT_MANUAL_CLAIM_S,
	    .bantime_s = req->bantime_s,
	    .due_at = req->bantime_s > 0 ? now + req->bantime_s : -1,
	    .author_kind = (int)app->actor.kind,
	};
	if (!str_copy(row->jail, sizeof row->jail, req->jail) ||
	    !str_copy(
		row->author_name, sizeof row->author_name, app->actor.name) ||
	    !str_copy(row->reason, sizeof row->reason,
		req->reason != NULL ? req->reason : ""))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "a text of a ban by hand is too long");
	return 0;
}

int
bans_manual_begin(struct app *app, const struct bans_request *req,
    const struct addr *addrs, size_t n, struct bans_manual_rows *rows,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct manual_ban row;
	int64_t id = 0, first = 0;

	if (row_fill(app, req, app->now_s(), &row, err) < 0 ||
	    db_txn_begin(&txn, app->db, err) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		row.key = ban_key_of(&addrs[i]);
		if (manual_ban_add(app->db, &row, &id, err) < 0)
			return -1;
		first = i == 0 ? id : first;
	}
	if (db_txn_commit(&txn, err) < 0)
		return -1;
	*rows = (struct bans_manual_rows){first, id};
	return 0;
}

int
bans_manual_end(
    struct app *app, const struct bans_manual_rows *rows, struct error *err)
{
	return manual_ban_done(
	    app->db, rows->first, rows->last, app->now_s(), err);
}

/* When the ban of a key in a jail was made. */
struct made {
	const char *jail;
	int64_t at; /* 0: there is none */
};

static int
made_take(void *ctx, const char *jail, const struct active_ban *ban,
    struct error *err)
{
	struct made *m = ctx;

	(void)err;
	if (str_eq(jail, m->jail))
		m->at = ban->banned_at;
	return 0;
}

int
bans_manual_change(struct app *app, const struct bans_request *req,
    const struct addr *addr, struct error *err)
{
	const struct active_ban_key key = ban_key_of(addr);
	struct made made = {.jail = req->jail};
	struct manual_ban old, row;
	int rc;

	if (row_fill(app, req, app->now_s(), &row, err) < 0 ||
	    active_ban_each_of(
		app->db, &key, app->now_s(), made_take, &made, err) < 0)
		return -1;
	rc = made.at == 0
		 ? 0
		 : manual_ban_of(app->db, &key, req->jail, made.at, &old, err);
	if (rc <= 0)
		return rc;
	row.id = old.id;
	return manual_ban_change(app->db, &row, err) < 0 ? -1 : 1;
}

void
bans_manual_wake(struct app *app, const struct bans_request *req)
{
	struct error err = ERROR_INIT;
	int64_t id;

	if (req->bantime_s <= 0 || req->bantime_s > JOB_PERIOD_S)
		return;
	if (jobs_queue(app, JOB_UNBAN_DUE, "", &id, &err) < 0)
		task_fail_now(app, TASK_UNBAN_DUE, &err);
}
