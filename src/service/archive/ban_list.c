/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_list.h"

#include <string.h>

#include "base/addr_kind.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/archive/ban_key.h"
#include "service/archive/ban_text.h"
#include "service/archive/ban_walk.h"
#include "service/list_page.h"
#include "store/active_ban_store.h"
#include "store/ban_count.h"
#include "store/ban_of_key.h"
#include "store/ban_store.h"
#include "store/manual_ban_store.h"

static const char *const ORIGINS[] = {
    [BAN_BY_FILTER] = "fail2ban",
    [BAN_BY_HAND] = "manual",
    [BAN_BY_BLOCKLIST] = "blocklist",
};
_Static_assert(ARRAY_LEN(ORIGINS) == BAN_ORIGIN__MAX, "one word an origin");

const char *
ban_origin_name(int origin)
{
	return ORIGINS[origin];
}

bool
ban_origin_parse(const char *word, int *out)
{
	for (int i = 0; i < BAN_ORIGIN__MAX; i++)
		if (str_eq(word, ORIGINS[i])) {
			*out = i;
			return true;
		}
	return false;
}

/* Rows on their way out. */
struct writer {
	struct db *db;
	ban_list_each *each;
	void *ctx;
	int64_t now_s;
	int64_t as_of_s;   /* fail2ban's list was read then */
	int64_t checked_s; /* and nothing had changed up to then */
};

/* Would the list have the ban? In the second in which it was read only if a
 * later look, which would have met a ban that came after, read it no more. */
static bool
is_listed_time(const struct writer *w, int64_t banned_at)
{
	return banned_at < w->as_of_s ||
	       (banned_at == w->as_of_s && w->checked_s > w->as_of_s);
}

/* In force is what fail2ban's list had, if the ban was made before the list
 * was read; of a later one its own end decides. */
static bool
is_active(const struct writer *w, const struct ban_found *f)
{
	int64_t ends_at = f->in_force        ? f->force_expires_at
			  : f->bantime_s < 0 ? f->bantime_s
					     : f->banned_at + f->bantime_s;

	if (f->in_force && f->banned_at < f->force_banned_at)
		return false; /* a later one of the same address is */
	if (!f->in_force &&
	    (is_listed_time(w, f->banned_at) || f->bantime_s < -1))
		return false;
	return ends_at == -1 || ends_at > w->now_s;
}

static int64_t
expires_at(const struct ban_found *f, bool active)
{
	if (active && f->in_force)
		return f->force_expires_at;
	return f->bantime_s < 0 ? -1 : f->banned_at + f->bantime_s;
}

static int
row_give(void *ctx, const struct ban_found *f, struct error *err)
{
	struct writer *w = ctx;
	struct addr addr;
	char ip[ADDR_TEXT_SIZE] = "";
	bool active = is_active(w, f);
	struct manual_ban manual;
	int by_hand = 0;
	struct ban_list_row row = {
	    .id = f->id,
	    .ip = f->ident != NULL ? f->ident : ip,
	    .jail = f->jail,
	    .banned_at = f->banned_at,
	    .bantime_s = f->bantime_s,
	    .expires_at = expires_at(f, active),
	    .ban_count = f->ban_count,
	    .active = active,
	    .country = f->country,
	    .asn = f->asn,
	    .as_org = f->as_org,
	    .kind = addr_kind_name(f->kind),
	    .origin = ban_origin_name(f->origin),
	    .failures = f->failures,
	};

	if (ban_key_addr(&f->key, &addr))
		addr_format(&addr, ip);
	if (f->origin != BAN_BY_FILTER)
		by_hand = manual_ban_of(
		    w->db, &f->key, f->jail, f->banned_at, &manual, err);
	if (by_hand < 0)
		return -1;
	row.manual = by_hand > 0 ? &manual : NULL;
	return w->each(w->ctx, &row, err);
}

static int
count_up(void *ctx, const char *country, int64_t bans, struct error *err)
{
	int64_t *total = ctx;

	(void)country;
	(void)err;
	*total += bans;
	return 0;
}

/* Within a network there are no sums: the bans are counted, if they are not
 * too many. Those in it are sorted if they are few enough for that. */
static int
net_plan(struct app *app, const struct ban_find *find,
    struct ban_list_page *page, enum ban_walk *walk, struct error *err)
{
	bool by_net = false;
	int rc = ban_filter_net_plan(app, find, LIMIT_BANS_COUNT, &by_net, err);

	if (rc < 0)
		return -1;
	page->total_exact = rc == 1;
	page->total = rc == 1 ? 0 : LIMIT_BANS_COUNT;
	if (rc == 1 && ban_count_rows_by_country(app->db, find, by_net,
			   count_up, &page->total, err) < 0)
		return -1;
	if (by_net) {
		*walk = BAN_WALK_NET;
		return 0;
	}
	return ban_walk_choose(app, find, walk, err);
}

/* Nothing but a text, which has been counted already? */
static bool
is_text_alone(const struct ban_filter_find *f)
{
	return f->query.n == 1 && f->find.walk == BAN_WALK_TEXT &&
	       f->find.from == INT64_MIN && f->find.to == INT64_MAX;
}

/* What sums cannot tell is counted one by one, if that costs little. */
static int
rest_plan(struct app *app, struct ban_filter_find *f,
    struct ban_list_page *page, enum ban_walk *walk, struct error *err)
{
	int n_frequent = 0;

	if (ban_walk_mark_frequent(app, f, &n_frequent, err) < 0)
		return -1;
	*walk = f->find.walk;
	page->total = -1;
	page->total_exact =
	    f->size <= (n_frequent > 0 ? LIMIT_TEXT_COUNTED : LIMIT_BANS_COUNT);
	if (page->total_exact && is_text_alone(f))
		page->total = f->size;
	else if (page->total_exact)
		return ban_find_count(app->db, &f->find, &page->total, err);
	return 0;
}

static int
plan(struct app *app, struct ban_filter_find *f, struct ban_list_page *page,
    enum ban_walk *walk, struct error *err)
{
	const struct ban_find *find = &f->find;

	if (find->rest != NULL)
		return rest_plan(app, f, page, walk, err);
	if (find->net != NULL)
		return net_plan(app, find, page, walk, err);
	page->total_exact = true;
	if (ban_count_total(app->db, find, &page->total, err) < 0)
		return -1;
	return page->total == 0 ? 0 : ban_walk_choose(app, find, walk, err);
}

/* A page while it is read: its places are in the order of the list. */
struct places {
	struct ban_place at[LIMIT_LIST_MAX + 1];
	int n;
	bool more; /* there was one past the end of reading */
};

static void
places_turn(struct places *p)
{
	for (int i = 0, j = p->n - 1; i < j; i++, j--) {
		struct ban_place kept = p->at[i];

		p->at[i] = p->at[j];
		p->at[j] = kept;
	}
}

/* Where the pages before and behind this one begin. */
static void
cursors_make(
    const struct places *p, bool back, bool first, struct ban_list_page *page)
{
	struct list_ends ends = list_ends(back, p->more, first);
	struct ban_cursor c = {0};

	if (p->n == 0)
		return;
	if (ends.next) {
		c.place = p->at[p->n - 1];
		ban_cursor_write(&c, page->next_cursor);
	}
	if (ends.prev) {
		c.back = true;
		c.place = p->at[0];
		ban_cursor_write(&c, page->prev_cursor);
	}
}

/* total of the filter, where it is known, ends the reading of a first page: a
 * walk that has found all there are need not go on to the end of history. */
static int
places_find(struct app *app, const struct ban_find *find,
    const struct ban_page *wanted, int64_t total, struct places *p,
    struct error *err)
{
	struct ban_page one_more = *wanted;

	one_more.limit++;
	if (wanted->after == NULL && total < one_more.limit)
		one_more.limit = (int)total;
	if (ban_find_places(app->db, find, &one_more, p->at, &p->n, err) < 0)
		return -1;
	p->more = p->n > wanted->limit;
	if (p->more)
		p->n = wanted->limit;
	if (wanted->back)
		places_turn(p);
	return 0;
}

static int
text_fill(struct app *app, const struct ban_filter *filter,
    struct ban_list_page *page, struct error *err)
{
	bool complete = false;

	page->text_complete = -1;
	for (uint16_t i = 0; i < filter->query.n; i++)
		if (filter->query.nodes[i].kind == BAN_QUERY_TEXT) {
			if (ban_text_is_complete(app, &complete, err) < 0)
				return -1;
			page->text_complete = complete ? 1 : 0;
			return 0;
		}
	return 0;
}

/* What is known of bans in force. */
static int
writer_fill(struct app *app, struct writer *w, struct error *err)
{
	struct active_ban_state state = {0};

	if (active_ban_state_get(app->db, &state, err) < 0)
		return -1;
	w->db = app->db;
	w->now_s = app->now_s();
	w->as_of_s = state.as_of_ms / 1000;
	w->checked_s = state.checked_at_ms / 1000;
	return 0;
}

int
ban_list_places(struct app *app, const struct ban_place *places, size_t n,
    ban_list_each *each, void *ctx, struct error *err)
{
	struct writer w = {.each = each, .ctx = ctx};

	if (writer_fill(app, &w, err) < 0)
		return -1;
	return ban_find_rows(app->db, places, n, row_give, &w, err);
}

/* Of bans that were deleted there are sums, but no list. */
static int
filter_resolve(struct app *app, const struct ban_ask *ask,
    struct ban_filter_find *out, struct error *err)
{
	int64_t first = 0;
	int rc;

	if (ban_filter_resolve(app, ask->filter, out, err) < 0)
		return -1;
	rc = ban_store_first_kept(app->db, &first, err);
	if (rc == 1 && out->find.from < first)
		out->find.from = first;
	return rc < 0 ? -1 : 0;
}

static int
list(struct app *app, const struct ban_ask *ask, ban_list_each *each, void *ctx,
    struct ban_list_page *page, struct error *err)
{
	struct ban_filter_find f;
	struct ban_cursor from = {0};
	struct ban_page wanted = {.limit = ask->limit};
	struct ban_list_page out = {0};
	struct places places; /* large: filled by places_find() */

	places.n = 0;
	places.more = false;
	if (ask->cursor != NULL && ban_cursor_read(ask->cursor, &from, err) < 0)
		return -1;
	wanted.back = from.back;
	wanted.after = ask->cursor == NULL ? NULL : &from.place;
	if (filter_resolve(app, ask, &f, err) < 0 ||
	    ban_store_gaps(app->db, f.find.from, f.find.to, &out.gaps, err) <
		0 ||
	    plan(app, &f, &out, &wanted.walk, err) < 0)
		return -1;
	if (out.total != 0 &&
	    places_find(app, &f.find, &wanted,
		out.total_exact ? out.total : INT64_MAX, &places, err) < 0)
		return -1;
	if (text_fill(app, ask->filter, &out, err) < 0 ||
	    ban_list_places(app, places.at, (size_t)places.n, each, ctx, err) <
		0)
		return -1;
	cursors_make(&places, wanted.back, ask->cursor == NULL, &out);
	*page = out;
	return 0;
}

int
ban_list(struct app *app, const struct ban_ask *ask, ban_list_each *each,
    void *ctx, struct ban_list_page *page, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	/* the total is that of the rows, even while bans are copied */
	if (db_txn_begin_read(&txn, app->db, err) < 0)
		return -1;
	return list(app, ask, each, ctx, page, err);
}

int
ban_run_begin(struct app *app, const struct ban_ask *ask, struct ban_run *run,
    struct error *err)
{
	struct ban_list_page page = {0};

	*run = (struct ban_run){.begun = false};
	if (filter_resolve(app, ask, &run->f, err) < 0 ||
	    plan(app, &run->f, &page, &run->walk, err) < 0)
		return -1;
	ban_walk_unmark(&run->f); /* many bans are looked at */
	run->f.find.limit_ms = LIMIT_QUERY_EXPORT_MS;
	run->ended = page.total == 0;
	return 0;
}

static int
run_read(struct app *app, struct ban_run *run, int limit, struct places *places,
    struct error *err)
{
	const struct ban_page wanted = {.walk = run->walk,
	    .after = run->begun ? &run->at : NULL,
	    .limit = limit};

	if (run->ended)
		return 0;
	if (places_find(app, &run->f.find, &wanted, INT64_MAX, places, err) < 0)
		return -1;
	if (places->n > 0)
		run->at = places->at[places->n - 1];
	run->begun = true;
	run->ended = !places->more;
	return places->more;
}

int
ban_run_places(struct app *app, struct ban_run *run, int limit,
    struct ban_place *out, int *n, struct error *err)
{
	struct places places = {.n = 0};
	int rc = run_read(app, run, limit, &places, err);

	if (rc < 0)
		return -1;
	*n = places.n;
	for (int i = 0; i < places.n; i++)
		out[i] = places.at[i];
	return rc;
}

int
ban_run_newest(struct app *app, struct ban_run *run, size_t max,
    struct ban_place *out, size_t *n, struct error *err)
{
	size_t got = 0;
	int rc;

	do {
		int more = 0;

		rc = ban_run_places(
		    app, run, LIMIT_LIST_MAX, out + got, &more, err);
		got += (size_t)more;
	} while (rc == 1 && got + LIMIT_LIST_MAX <= max);
	*n = got;
	return rc;
}

int
ban_run_next(struct app *app, struct ban_run *run, int limit,
    ban_list_each *each, void *ctx, struct error *err)
{
	struct places places = {.n = 0};
	int rc = run_read(app, run, limit, &places, err);

	if (rc < 0 || ban_list_places(
			  app, places.at, (size_t)places.n, each, ctx, err) < 0)
		return -1;
	return rc;
}

int
ban_list_of(struct app *app, const struct active_ban_key *key,
    ban_list_each *each, void *ctx, struct error *err)
{
	struct ban_place places[LIMIT_IP_RECENT];
	size_t n = 0;

	if (ban_of_key_places(app->db, key, LIMIT_IP_RECENT, places, &n, err) <
	    0)
		return -1;
	return ban_list_places(app, places, n, each, ctx, err);
}
