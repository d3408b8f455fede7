/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_due.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/bans/bans_act.h"
#include "service/bans/bans_judge.h"
#include "service/bans/bans_manual.h"
#include "service/bans/bans_refresh.h"
#include "store/active_ban_store.h"
#include "store/manual_ban_store.h"

enum { PERIOD_S = 60 }; /* the job comes by so often anyway */

/* A pass: some rows at a time, of one jail each. */
struct due {
	struct app *app;
	int64_t now;
	struct str_list running;
	struct manual_ban rows[LIMIT_BAN_GROUP];
	size_t n;
	bool other;              /* what follows is of another jail */
	struct bans_items items; /* one a row */
	int64_t lifted;
};

static void
due_free(struct due *d)
{
	if (d == NULL)
		return;
	str_list_release(&d->running);
	bans_items_release(&d->items);
	free(d);
}

static void
due_freep(struct due **d)
{
	due_free(*d);
}

static struct due *
due_new(struct app *app, struct error *err)
{
	struct due *d = calloc(1, sizeof *d);

	if (d != NULL)
		d->items.items =
		    calloc(ARRAY_LEN(d->rows), sizeof *d->items.items);
	if (d == NULL || d->items.items == NULL) {
		due_free(d);
		(void)err_nomem(err);
		return NULL;
	}
	d->app = app;
	d->now = app->now_s();
	return d;
}

/* Rows up to the first one of another jail. */
static int
row_take(void *ctx, const struct manual_ban *row, struct error *err)
{
	struct due *d = ctx;

	(void)err;
	if (d->n > 0 && !str_eq(row->jail, d->rows[0].jail))
		d->other = true;
	if (!d->other && d->n < ARRAY_LEN(d->rows))
		d->rows[d->n++] = *row;
	return 0;
}

struct made {
	const struct manual_ban *row;
	bool is; /* fail2ban has the very ban */
};

static int
made_look(void *ctx, const char *jail, const struct active_ban *ban,
    struct error *err)
{
	struct made *m = ctx;

	(void)err;
	/* one second, as in manual_ban_of() */
	if (str_eq(jail, m->row->jail) && ban->banned_at >= m->row->banned_at &&
	    ban->banned_at <= m->row->done_at + 1)
		m->is = true;
	return 0;
}

/* Which of the rows are still the bans that we made: those are open. */
static int
items_fill(struct due *d, struct error *err)
{
	d->items.n = d->n;
	for (size_t i = 0; i < d->n; i++) {
		struct bans_item *item = &d->items.items[i];
		struct made m = {.row = &d->rows[i]};

		*item = (struct bans_item){.same_as = i};
		if (active_ban_each_of(d->app->db, &d->rows[i].key, d->now,
			made_look, &m, err) < 0)
			return -1;
		item->open = m.is && ban_key_addr(&d->rows[i].key, &item->addr);
	}
	return 0;
}

/* The shared rows as fail2ban has them now. In our own jails nobody but us
 * bans, so their lists, which may be long, need not be read for this. */
static int
list_refresh(struct due *d, struct error *err)
{
	const char *jail = d->rows[0].jail;
	int64_t as_of;

	if (!str_eq(jail, BANS_JAIL_MANUAL) &&
	    !str_eq(jail, BANS_JAIL_BLOCKLIST) &&
	    active_ban_acted(d->app->db, jail, err) < 0)
		return -1;
	if (bans_refresh(d->app, &as_of, err) < 0)
		return -1;
	return db_set_query_only(d->app->db, false, err);
}

static int
row_settle(struct due *d, size_t i, bool was_open, struct error *err)
{
	const struct bans_item *item = &d->items.items[i];
	int64_t id = d->rows[i].id;

	if (was_open && item->outcome == BANS_REFUSED && !item->open)
		return 0; /* fail2ban failed: another time */
	if (!was_open || item->open)
		return manual_ban_missed(
		    d->app->db, id, d->now, LIMIT_MANUAL_MISS_S, err);
	d->lifted++;
	return manual_ban_close(d->app->db, id, err);
}

static int
rows_settle(struct due *d, const bool *was_open, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin(&txn, d->app->db, err) < 0)
		return -1;
	for (size_t i = 0; i < d->n; i++)
		if (row_settle(d, i, was_open[i], err) < 0)
			return -1;
	return db_txn_commit(&txn, err);
}

static int
rows_lift(struct due *d, struct error *err)
{
	bool was_open[LIMIT_BAN_GROUP] = {false};

	if (list_refresh(d, err) < 0 || items_fill(d, err) < 0)
		return -1;
	for (size_t i = 0; i < d->n; i++)
		was_open[i] = d->items.items[i].open;
	if (bans_lift_items(d->app, d->rows[0].jail, &d->items, err) < 0)
		return -1;
	return rows_settle(d, was_open, err);
}

static int
rows_wait(struct due *d, struct error *err)
{
	for (size_t i = 0; i < d->n; i++)
		if (manual_ban_unknown(d->app->db, d->rows[i].id, err) < 0)
			return -1;
	return 0;
}

static int
pass(struct due *d, int (*beat)(void *ctx, int64_t lifted, struct error *err),
    void *ctx, struct error *err)
{
	struct manual_ban_walk walk = {
	    .now = d->now, .limit = (int)ARRAY_LEN(d->rows)};

	for (;;) {
		d->n = 0;
		d->other = false;
		if (manual_ban_each_due(d->app->db, &walk, row_take, d, err) <
		    0)
			return -1;
		if (d->n == 0)
			return 0;
		if (str_list_has(&d->running, d->rows[0].jail)
			? rows_lift(d, err) < 0
			: rows_wait(d, err) < 0)
			return -1;
		walk.due_at = d->rows[d->n - 1].due_at;
		walk.id = d->rows[d->n - 1].id;
		if (beat(ctx, d->lifted, err) < 0)
			return -1;
	}
}

int
bans_lift_due(struct app *app,
    int (*beat)(void *ctx, int64_t lifted, struct error *err), void *ctx,
    int64_t *lifted, int64_t *again_s, struct error *err)
{
	AUTO(due_freep) struct due *d = due_new(app, err);
	const struct manual_ban_walk any = {.now = app->now_s(), .limit = 1};
	int64_t due_at = 0;
	int rc;

	if (d == NULL ||
	    manual_ban_each_due(app->db, &any, row_take, d, err) < 0)
		return -1;
	/* with nothing to do fail2ban is not asked */
	if (d->n > 0 && (f2b_jail_names(app->f2b, &d->running, NULL, err) < 0 ||
			    pass(d, beat, ctx, err) < 0))
		return -1;
	rc = manual_ban_next_due(app->db, d->now, &due_at, err);
	if (rc < 0)
		return -1;
	*lifted = d->lifted;
	*again_s = rc > 0 && due_at - d->now < PERIOD_S ? due_at - d->now : 0;
	return 0;
}
