/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "service/app.h"

static const char *const TYPES[] = {
    [EVENT_UNBAN] = "unban",
    [EVENT_JAIL_STARTED] = "jail_started",
    [EVENT_JAIL_STOPPED] = "jail_stopped",
    [EVENT_FAIL2BAN_DOWN] = "fail2ban_down",
    [EVENT_FAIL2BAN_UP] = "fail2ban_up",
};
_Static_assert(ARRAY_LEN(TYPES) == EVENT_TYPE__MAX, "one word a type");

const char *
events_type_name(enum event_type type)
{
	return TYPES[type];
}

/* A row of the table, kept. */
struct kept {
	struct event_row row;
	char *jail, *ident; /* owned; row points to them */
};

/* What is read of both lists; one more of each than is given. */
struct feed {
	struct kept events[LIMIT_EVENTS + 1];
	int n_events;
	struct ban_place bans[LIMIT_EVENTS + 1];
	int n_bans;
	int at; /* the next event to be given */
	events_each *each;
	void *ctx;
};

static void
feed_release(struct feed *f)
{
	for (int i = 0; i < LIMIT_EVENTS + 1; i++) {
		free(f->events[i].jail);
		free(f->events[i].ident);
	}
}

static int
place_read(const char *text, struct event_place *out, struct error *err)
{
	size_t len = strcspn(text, "-");

	if (text[len] == '-' &&
	    num_parse_i64(text, len, 0, INT64_MAX, &out->ban) &&
	    num_parse_i64(text + len + 1, strlen(text + len + 1), 0, INT64_MAX,
		&out->event))
		return 0;
	return err_set(err, ERR_MALFORMED,
	    "after is not next_after of an answer before. Leave it out.", "%s",
	    "no place in the events");
}

static void
place_write(const struct event_place *p, char out[EVENTS_PLACE_SIZE])
{
	/* the array has room for both */
	(void)snprintf(out, EVENTS_PLACE_SIZE, "%lld-%lld", (long long)p->ban,
	    (long long)p->event);
}

/* 0 also where there is no text. */
static int
text_keep(const char *text, char **out, struct error *err)
{
	if (text == NULL)
		return 0;
	*out = strdup(text);
	return *out == NULL ? err_nomem(err) : 0;
}

static int
event_keep(void *ctx, const struct event_row *row, struct error *err)
{
	struct feed *f = ctx;
	struct kept *k = &f->events[f->n_events];

	if (row->type < 0 || row->type >= EVENT_TYPE__MAX)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "event %lld of type %d", (long long)row->id,
		    (int)row->type);
	if (text_keep(row->jail, &k->jail, err) < 0 ||
	    text_keep(row->ident, &k->ident, err) < 0)
		return -1;
	k->row = *row;
	k->row.jail = k->jail;
	k->row.ident = k->ident;
	f->n_events++;
	return 0;
}

/* How many of both come first by their times, and leave the rest. */
static bool
feed_cut(struct feed *f)
{
	int events = 0, bans = 0;

	while (events + bans < LIMIT_EVENTS &&
	       (events < f->n_events || bans < f->n_bans)) {
		bool ban = events == f->n_events ||
			   (bans < f->n_bans &&
			       f->bans[bans].time <= f->events[events].row.at);

		bans += ban;
		events += !ban;
	}
	if (events == f->n_events && bans == f->n_bans)
		return false;
	f->n_events = events;
	f->n_bans = bans;
	return true;
}

/* Events that were noticed before a time. */
static int
events_give(struct feed *f, int64_t before, struct error *err)
{
	while (f->at < f->n_events && f->events[f->at].row.at < before)
		if (f->each(f->ctx, NULL, &f->events[f->at++].row, err) < 0)
			return -1;
	return 0;
}

static int
ban_give(void *ctx, const struct ban_list_row *r, struct error *err)
{
	struct feed *f = ctx;

	if (events_give(f, r->banned_at, err) < 0)
		return -1;
	return f->each(f->ctx, r, NULL, err);
}

static int
feed_read(struct app *app, struct feed *f, const struct event_place *after,
    struct error *err)
{
	if (event_store_each(app->db, after->event, LIMIT_EVENTS + 1,
		event_keep, f, err) < 0)
		return -1;
	return event_store_bans(
	    app->db, after->ban, LIMIT_EVENTS + 1, f->bans, &f->n_bans, err);
}

static int
feed_give(
    struct app *app, struct feed *f, struct event_place *at, struct error *err)
{
	if (f->n_bans > 0 && ban_list_places(app, f->bans, (size_t)f->n_bans,
				 ban_give, f, err) < 0)
		return -1;
	if (events_give(f, INT64_MAX, err) < 0)
		return -1;
	if (f->n_bans > 0)
		at->ban = f->bans[f->n_bans - 1].id;
	if (f->n_events > 0)
		at->event = f->events[f->n_events - 1].row.id;
	return 0;
}

int
events_list(struct app *app, const char *after, events_each *each, void *ctx,
    struct events_page *page, struct error *err)
{
	AUTO(feed_release) struct feed f = {.each = each, .ctx = ctx};
	struct event_place end, at = {0};
	bool more;

	if ((after != NULL && place_read(after, &at, err) < 0) ||
	    event_store_end(app->db, &end, err) < 0)
		return -1;
	if (after == NULL || at.ban > end.ban || at.event > end.event) {
		place_write(&end, page->next_after);
		page->more = after != NULL;
		return 0;
	}
	if (feed_read(app, &f, &at, err) < 0)
		return -1;
	more = feed_cut(&f);
	if (feed_give(app, &f, &at, err) < 0)
		return -1;
	place_write(&at, page->next_after);
	page->more = more;
	return 0;
}
