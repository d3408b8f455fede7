/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/archive/ban_list.h"
#include "service/bans/bans_cursor.h"
#include "service/bans/bans_manual.h"
#include "service/bans/bans_refresh.h"
#include "service/list_page.h"
#include "store/ban_of_key.h"

_Static_assert(sizeof((struct bans_page){0}.next_cursor) >= BANS_CURSOR_SIZE,
    "a page has room for a cursor");

static const enum active_ban_order ORDERS[] = {
    [BANS_SORT_BANNED_AT] = ACTIVE_BAN_BY_BANNED_AT,
    [BANS_SORT_EXPIRES_AT] = ACTIVE_BAN_BY_EXPIRES_AT,
    [BANS_SORT_IP] = ACTIVE_BAN_BY_ADDR,
    [BANS_SORT_JAIL] = ACTIVE_BAN_BY_JAIL,
};
_Static_assert(ARRAY_LEN(ORDERS) == BANS_SORT__MAX, "one order a sort");

/* A row kept for later: a page read backwards is handed out turned round. */
struct kept {
	struct bans_row row; /* its strings are owned */
	struct active_ban_key key;
	char *ip, *jail;
};

/* A page while its rows come in. */
struct reader {
	struct app *app;
	int limit;
	int (*row)(void *ctx, const struct bans_row *r, struct error *err);
	void *ctx;
	bool back;
	int n;     /* rows of this page */
	bool more; /* there was one row past its end */
	struct active_ban_place first, last; /* in the order of reading */
	struct kept *kept;                   /* back: n of them */
	bool any_manual;                     /* some were made by hand */
	struct manual_ban manual;            /* of the row that is given */
};

static void
reader_release(struct reader *r)
{
	for (int i = 0; r->kept != NULL && i < r->n; i++) {
		free(r->kept[i].ip);
		free(r->kept[i].jail);
	}
	free(r->kept);
}

static int
row_keep(struct reader *r, const struct bans_row *row,
    const struct active_ban_key *key, struct error *err)
{
	struct kept *k = &r->kept[r->n];

	k->row = *row;
	k->key = *key;
	k->row.ip = k->ip = strdup(row->ip);
	k->row.jail = k->jail = strdup(row->jail);
	r->n++; /* from here on reader_release() knows it */
	if (k->ip == NULL || k->jail == NULL)
		return err_nomem(err);
	return 0;
}

static int
row_locate(struct app *app, const struct active_ban_key *key,
    struct geo_result *out, struct error *err)
{
	struct addr a;

	if (!ban_key_addr(key, &a)) {
		*out = geo_of_text();
		return 0;
	}
	return geo_resolve(app, &a, out, err);
}

static int
origin_of(const struct bans_row *row)
{
	if (str_eq(row->jail, BANS_JAIL_BLOCKLIST))
		return BAN_BY_BLOCKLIST;
	if (row->manual != NULL || str_eq(row->jail, BANS_JAIL_MANUAL))
		return BAN_BY_HAND;
	return BAN_BY_FILTER;
}

/* With what we keep of it. */
static int
row_give(struct reader *r, struct bans_row *row,
    const struct active_ban_key *key, struct error *err)
{
	int rc = 0;

	if (r->any_manual)
		rc = manual_ban_of(r->app->db, key, row->jail, row->banned_at,
		    &r->manual, err);
	if (rc < 0)
		return -1;
	row->manual = rc > 0 ? &r->manual : NULL;
	row->ban_id = -1;
	if (ban_of_key_id(r->app->db, key, row->jail, row->banned_at,
		&row->ban_id, err) < 0)
		return -1;
	row->origin = ban_origin_name(origin_of(row));
	return r->row(r->ctx, row, err);
}

static int
row_read(void *ctx, const char *jail, const struct active_ban *ban,
    const struct active_ban_place *place, struct error *err)
{
	struct reader *r = ctx;
	struct bans_row row = {
	    .ip = ban->id,
	    .jail = jail,
	    .banned_at = ban->banned_at,
	    .bantime_s = ban->bantime_s,
	    .expires_at = ban->expires_at,
	};

	if (r->n == r->limit) {
		r->more = true;
		return 0;
	}
	if (r->n == 0)
		r->first = *place;
	r->last = *place;
	if (row_locate(r->app, &ban->key, &row.geo, err) < 0)
		return -1;
	if (r->back)
		return row_keep(r, &row, &ban->key, err);
	r->n++;
	return row_give(r, &row, &ban->key, err);
}

static int
kept_give(struct reader *r, struct error *err)
{
	for (int i = r->n - 1; i >= 0; i--)
		if (row_give(r, &r->kept[i].row, &r->kept[i].key, err) < 0)
			return -1;
	return 0;
}

static int
cursor_take(
    const struct bans_filter *filter, struct bans_cursor *c, struct error *err)
{
	if (bans_cursor_read(filter->cursor, c, err) < 0)
		return -1;
	if (c->order != ORDERS[filter->sort] ||
	    c->descending != filter->descending)
		return err_set(err, ERR_MALFORMED,
		    "The cursor belongs to another sort order. Start from the "
		    "first page.",
		    "cursor of order %d, asked for %d", (int)c->order,
		    (int)ORDERS[filter->sort]);
	return 0;
}

/* Where the pages before and behind this one begin. */
static void
cursors_make(const struct reader *r, const struct bans_filter *filter,
    struct bans_page *page)
{
	struct bans_cursor c = {
	    .order = ORDERS[filter->sort],
	    .descending = filter->descending,
	};
	struct list_ends ends =
	    list_ends(r->back, r->more, filter->cursor == NULL);

	page->next_cursor[0] = page->prev_cursor[0] = '\0';
	if (r->n > 0 && ends.next) {
		c.place = r->back ? r->first : r->last;
		bans_cursor_write(&c, page->next_cursor);
	}
	if (r->n > 0 && ends.prev) {
		c.back = true;
		c.place = r->back ? r->last : r->first;
		bans_cursor_write(&c, page->prev_cursor);
	}
}

static int
rows_read(struct app *app, struct reader *r, const struct bans_run *run,
    struct error *err)
{
	const struct active_ban_page page = {
	    .order = ORDERS[run->filter->sort],
	    .descending = run->filter->descending != r->back,
	    .after = run->begun ? &run->at : NULL,
	    .limit = r->limit + 1, /* to see whether there is more */
	};

	if (r->back) {
		r->kept = calloc((size_t)r->limit, sizeof *r->kept);
		if (r->kept == NULL)
			return err_nomem(err);
	}
	if (manual_ban_any(app->db, &r->any_manual, err) < 0 ||
	    active_ban_page_each(app->db, &run->find, &page, row_read, r, err) <
		0)
		return -1;
	return r->back ? kept_give(r, err) : 0;
}

/* Of page, as_of and total are filled. */
static int
run_begin(struct app *app, const struct bans_filter *filter,
    struct bans_run *run, struct bans_page *page, struct error *err)
{
	*run = (struct bans_run){
	    .filter = filter,
	    .find = {
		     .jail = filter->jail,
		     .net = filter->has_net ? &filter->net : NULL,
		     .text = filter->text,
		     .country = filter->country,
		     .asn = filter->asn,
		     .now_s = time_now_s(),
		     }
        };
	if (bans_refresh(app, &page->as_of, err) < 0 ||
	    active_ban_count(app->db, &run->find, &page->total, err) < 0)
		return -1;
	run->find.many = page->total > LIMIT_BANS_SORT;
	return 0;
}

int
bans_run_begin(struct app *app, const struct bans_filter *filter,
    struct bans_run *run, struct error *err)
{
	struct bans_page page = {0};

	return run_begin(app, filter, run, &page, err);
}

int
bans_run_next(struct app *app, struct bans_run *run, int limit,
    int (*row)(void *ctx, const struct bans_row *r, struct error *err),
    void *ctx, struct error *err)
{
	struct reader r = {.app = app, .limit = limit, .row = row, .ctx = ctx};

	if (rows_read(app, &r, run, err) < 0)
		return -1;
	if (r.n > 0)
		run->at = r.last;
	run->begun = true;
	return r.more;
}

int
bans_list(struct app *app, const struct bans_filter *filter,
    int (*row)(void *ctx, const struct bans_row *r, struct error *err),
    void *ctx, struct bans_page *page, struct error *err)
{
	AUTO(reader_release)
	struct reader r = {
	    .app = app, .limit = filter->limit, .row = row, .ctx = ctx};
	struct bans_cursor cursor = {0};
	struct bans_page out = {0};
	struct bans_run run;

	if (filter->cursor != NULL && cursor_take(filter, &cursor, err) < 0)
		return -1;
	r.back = cursor.back;
	if (run_begin(app, filter, &run, &out, err) < 0)
		return -1;
	run.begun = filter->cursor != NULL;
	run.at = cursor.place;
	if (rows_read(app, &r, &run, err) < 0)
		return -1;
	cursors_make(&r, filter, &out);
	*page = out;
	return 0;
}
