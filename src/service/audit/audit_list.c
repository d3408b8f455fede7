/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/audit/audit_list.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "service/app.h"
#include "service/archive/ban_filter.h"
#include "service/list_page.h"
#include "store/audit_page.h"

static const char *const ACTORS[] = {
    [ACTOR_NOBODY] = "nobody",
    [ACTOR_SESSION] = "session",
    [ACTOR_TOKEN] = "token",
    [ACTOR_CLI] = "cli",
};
_Static_assert(ARRAY_LEN(ACTORS) == ACTOR__MAX, "one word each");

const char *
audit_actor_name(int64_t kind)
{
	return kind >= 0 && kind < ACTOR__MAX ? ACTORS[kind] : "unknown";
}

bool
audit_actor_parse(const char *word, size_t len, int *out)
{
	for (int i = 0; i < ACTOR__MAX; i++)
		if (strlen(ACTORS[i]) == len &&
		    memcmp(ACTORS[i], word, len) == 0) {
			*out = i;
			return true;
		}
	return false;
}

/* A page under way. */
struct walk {
	int (*each)(void *ctx, const struct audit_row *row, struct error *err);
	void *ctx;
	struct list_page page;
};

static int
walk_row(void *ctx, const struct audit_row *row, struct error *err)
{
	struct walk *w = ctx;

	if (!list_page_takes(&w->page, (struct ban_place){row->at, row->seq}))
		return 0;
	return w->each(w->ctx, row, err);
}

/* From the place of a cursor on, or back; it may be of a question about
 * another time, which begins or ends elsewhere. */
static void
place_take(
    const struct list_page *p, int64_t from, int64_t to, struct audit_find *out)
{
	bool within = p->back ? p->from.time >= from : p->from.time < to;

	out->back = p->back;
	out->end = p->back ? to : from;
	out->at = p->back ? from : to;
	out->seq = p->back ? -1 : 0;
	if (within) {
		out->at = p->from.time;
		out->seq = p->from.id;
	}
}

/* prefix  room for the beginning that a target is to have */
static void
target_split(const char *text, char prefix[LIMIT_AUDIT_TARGET + 1],
    struct audit_find *out)
{
	size_t len = text != NULL ? strlen(text) : 0;

	if (len == 0 || text[len - 1] != '*' ||
	    !str_copy_n(prefix, LIMIT_AUDIT_TARGET + 1, text, len - 1))
		out->target = text;
	else
		out->prefix = prefix;
}

/* What filter asks, but for time and place; prefix as target_split()'s. */
static void
find_fill(const struct audit_filter *filter,
    char prefix[LIMIT_AUDIT_TARGET + 1], struct audit_find *out)
{
	*out = (struct audit_find){
	    .actor_kind = filter->actor, .actor_id = filter->actor_id};
	if (filter->action >= 0)
		out->action =
		    audit_action_name((enum audit_action)filter->action);
	if (filter->outcome >= 0)
		out->outcome =
		    audit_outcome_name((enum audit_outcome)filter->outcome);
	if (filter->base->has_net)
		out->client = &filter->base->net;
	target_split(filter->target, prefix, out);
}

static int
count(struct app *app, const struct audit_find *find, struct audit_page *page,
    struct error *err)
{
	if (audit_page_count(
		app->db, find, LIMIT_AUDIT_COUNT + 1, &page->total, err) < 0)
		return -1;
	page->total_exact = page->total <= LIMIT_AUDIT_COUNT;
	if (!page->total_exact)
		page->total = LIMIT_AUDIT_COUNT;
	return 0;
}

int
audit_run_begin(struct app *app, const struct audit_filter *filter,
    struct audit_run *run, struct error *err)
{
	struct ban_filter_find window;

	if (ban_filter_resolve(app, filter->base, &window, err) < 0)
		return -1;
	find_fill(filter, run->prefix, &run->find);
	/* what has no end yet goes on to the last second of the clock */
	run->find.at = window.to < 0 ? INT64_MAX : window.to;
	run->find.end = window.from;
	return 0;
}

/* Some rows of a run. */
struct bite {
	int (*each)(void *ctx, const struct audit_row *row, struct error *err);
	void *ctx;
	int limit, seen;
	int64_t at, seq; /* of the last that was given */
};

static int
bite_row(void *ctx, const struct audit_row *row, struct error *err)
{
	struct bite *b = ctx;

	if (b->seen++ == b->limit)
		return 0;
	b->at = row->at;
	b->seq = row->seq;
	return b->each(b->ctx, row, err);
}

int
audit_run_next(struct app *app, struct audit_run *run, int limit,
    int (*each)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err)
{
	struct bite b = {.each = each,
	    .ctx = ctx,
	    .limit = limit,
	    .at = run->find.at,
	    .seq = run->find.seq};

	if (audit_page_each(app->db, &run->find, limit + 1, bite_row, &b, err) <
	    0)
		return -1;
	run->find.at = b.at;
	run->find.seq = b.seq;
	return b.seen > limit;
}

int
audit_list(struct app *app, const struct audit_filter *filter,
    int (*each)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct audit_page *page, struct error *err)
{
	struct walk w = {.each = each, .ctx = ctx};
	struct audit_page p = {0};
	struct audit_run run;
	struct audit_find *find = &run.find;

	if (list_page_begin(&w.page, filter->cursor, filter->limit, err) < 0 ||
	    audit_run_begin(app, filter, &run, err) < 0 ||
	    count(app, find, &p, err) < 0)
		return -1;
	place_take(&w.page, find->end, find->at, find);
	while (list_page_pass(&w.page))
		if (audit_page_each(
			app->db, find, w.page.limit + 1, walk_row, &w, err) < 0)
			return -1;
	list_page_end(&w.page, p.next_cursor, p.prev_cursor);
	*page = p;
	return 0;
}
