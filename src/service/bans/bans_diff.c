/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_diff.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/limits.h"
#include "db/db.h"
#include "f2b/cmd.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/bans/bans_where.h"
#include "store/active_ban_store.h"
#include "store/event_store.h"

enum change { CHANGE_INSERT, CHANGE_UPDATE, CHANGE_NONE };

struct entry {
	struct active_ban ban;
	enum change change;
};

struct diff {
	struct entry *now; /* by key, no key twice */
	size_t n_now;
	size_t at;                   /* first of now not compared yet */
	struct active_ban_key *gone; /* stored, but not listed any more */
	size_t n_gone, cap_gone;
};

static void
diff_release(struct diff *d)
{
	free(d->now);
	free(d->gone);
}

static void
ban_fill(struct active_ban *out, const struct f2b_ban *b)
{
	*out = (struct active_ban){
	    .id = b->id,
	    .prefix_len = b->is_addr ? b->addr.prefix_len : -1,
	    .key = b->is_addr ? ban_key_of(&b->addr) : ban_key_of_text(b->id),
	    .banned_at = b->banned_at,
	    .bantime_s = b->bantime_s,
	    .expires_at = b->expires_at,
	};
}

static int
entry_compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return active_ban_key_compare(&x->ban.key, &y->ban.key);
}

static int
diff_fill(struct diff *d, const struct f2b_ban_list *list, struct error *err)
{
	d->now = calloc(list->n + 1, sizeof *d->now);
	if (d->now == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < list->n; i++)
		ban_fill(&d->now[i].ban, &list->items[i]);
	qsort(d->now, list->n, sizeof *d->now, entry_compare);
	/* two spellings of one address are one ban to us */
	for (size_t i = 0; i < list->n; i++)
		if (d->n_now == 0 ||
		    entry_compare(&d->now[d->n_now - 1], &d->now[i]) != 0)
			d->now[d->n_now++] = d->now[i];
	return 0;
}

static int
gone_add(struct diff *d, const struct active_ban_key *key, struct error *err)
{
	struct active_ban_key *gone;
	size_t cap = d->cap_gone == 0 ? 64 : d->cap_gone * 2;

	if (d->n_gone == d->cap_gone) {
		gone = reallocarray(d->gone, cap, sizeof *gone);
		if (gone == NULL)
			return err_nomem(err);
		d->gone = gone;
		d->cap_gone = cap;
	}
	d->gone[d->n_gone++] = *key;
	return 0;
}

/* Both sides come in the order of their keys: one walk along them. */
static int
compare_stored(void *ctx, const struct active_ban *old, struct error *err)
{
	struct diff *d = ctx;
	const struct active_ban *ban;
	int order = -1;

	while (d->at < d->n_now && (order = active_ban_key_compare(
					&d->now[d->at].ban.key, &old->key)) < 0)
		d->at++;
	if (d->at == d->n_now || order > 0)
		return gone_add(d, &old->key, err);
	ban = &d->now[d->at].ban;
	d->now[d->at++].change = ban->banned_at == old->banned_at &&
					 ban->bantime_s == old->bantime_s &&
					 ban->expires_at == old->expires_at
				     ? CHANGE_NONE
				     : CHANGE_UPDATE;
	return 0;
}

/* Many at once are one event. */
static int
gone_apply(struct app *app, const char *jail, const struct diff *d,
    const struct active_ban_key *key, struct error *err)
{
	if (d->n_gone <= LIMIT_EVENT_UNBANS &&
	    event_store_unban(app->db, app->now_s(), jail, key, err) < 0)
		return -1;
	return active_ban_delete(app->db, jail, key, err);
}

static int
change_apply(struct app *app, const char *jail, struct diff *d, size_t i,
    struct error *err)
{
	struct entry *e;

	if (i < d->n_gone)
		return gone_apply(app, jail, d, &d->gone[i], err);
	e = &d->now[i - d->n_gone];
	switch (e->change) {
	case CHANGE_INSERT:
		if (bans_where_find(app, &e->ban.key, &e->ban.where, err) < 0)
			return -1;
		return active_ban_insert(app->db, jail, &e->ban, err);
	case CHANGE_UPDATE:
		return active_ban_update(app->db, jail, &e->ban, err);
	case CHANGE_NONE:
		break;
	}
	return 0;
}

static bool
is_change(const struct diff *d, size_t i)
{
	return i < d->n_gone || d->now[i - d->n_gone].change != CHANGE_NONE;
}

/* One transaction of at most LIMIT_BANS_TXN changes from *at on. */
static int
apply_some(struct app *app, const char *jail, struct diff *d, size_t *at,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	size_t done = 0, i = *at;

	if (db_txn_begin(&txn, app->db, err) < 0)
		return -1;
	for (; i < d->n_gone + d->n_now && done < LIMIT_BANS_TXN; i++) {
		if (change_apply(app, jail, d, i, err) < 0)
			return -1;
		done += is_change(d, i) ? 1 : 0;
	}
	if (db_txn_commit(&txn, err) < 0)
		return -1;
	*at = i;
	return 0;
}

int
bans_diff_apply(struct app *app, const char *jail,
    const struct f2b_ban_list *list, int64_t *n_rows, struct error *err)
{
	AUTO(diff_release) struct diff d = {0};
	size_t at = 0;

	if (diff_fill(&d, list, err) < 0 ||
	    active_ban_each(app->db, jail, compare_stored, &d, err) < 0)
		return -1;
	if (d.n_gone > LIMIT_EVENT_UNBANS &&
	    event_store_unbans(
		app->db, app->now_s(), jail, (int64_t)d.n_gone, err) < 0)
		return -1;
	while (at < d.n_gone + d.n_now && !is_change(&d, at))
		at++;
	while (at < d.n_gone + d.n_now) {
		if (apply_some(app, jail, &d, &at, err) < 0)
			return -1;
		while (at < d.n_gone + d.n_now && !is_change(&d, at))
			at++;
	}
	*n_rows = (int64_t)d.n_now;
	return 0;
}
