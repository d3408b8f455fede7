/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/audit/audit_list.h"

#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "service/app.h"
#include "service/archive/ban_filter.h"
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

/* A page under way: one row more than it holds tells whether there are more. */
struct walk {
	int (*each)(void *ctx, const struct audit_row *row, struct error *err);
	void *ctx;
	int limit, seen;
	struct ban_cursor last;
};

static int
walk_row(void *ctx, const struct audit_row *row, struct error *err)
{
	struct walk *w = ctx;

	if (w->seen++ >= w->limit)
		return 0;
	w->last.place.time = row->at;
	w->last.place.id = row->seq;
	return w->each(w->ctx, row, err);
}

static int
place_read(const char *cursor, struct audit_find *out, struct error *err)
{
	struct ban_cursor c;

	if (cursor == NULL)
		return 0;
	if (ban_cursor_read(cursor, &c, err) < 0)
		return -1;
	if (c.place.time >= out->at)
		return 0; /* of another question, which went on for longer */
	out->at = c.place.time;
	out->seq = c.place.id;
	return 0;
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

int
audit_list(struct app *app, const struct audit_filter *filter,
    int (*each)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct audit_page *page, struct error *err)
{
	struct walk w = {.each = each, .ctx = ctx, .limit = filter->limit};
	char prefix[LIMIT_AUDIT_TARGET + 1];
	struct audit_page p = {.total_exact = true};
	struct ban_filter_find window;
	struct audit_find find = {
	    .actor_kind = filter->actor, .actor_id = filter->actor_id};

	if (ban_filter_resolve(app, filter->window, &window, err) < 0)
		return -1;
	/* what has no end yet goes on to the last second of the clock */
	find.at = window.to < 0 ? INT64_MAX : window.to;
	find.from = window.from;
	if (filter->action >= 0)
		find.action =
		    audit_action_name((enum audit_action)filter->action);
	target_split(filter->target, prefix, &find);
	if (audit_page_count(
		app->db, &find, LIMIT_AUDIT_COUNT + 1, &p.total, err) < 0 ||
	    place_read(filter->cursor, &find, err) < 0 ||
	    audit_page_each(app->db, &find, w.limit + 1, walk_row, &w, err) < 0)
		return -1;
	if (p.total > LIMIT_AUDIT_COUNT) {
		p.total = LIMIT_AUDIT_COUNT;
		p.total_exact = false;
	}
	if (w.seen > w.limit)
		ban_cursor_write(&w.last, p.next_cursor);
	*page = p;
	return 0;
}
