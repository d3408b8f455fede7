/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/stats_top.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/num.h"
#include "service/app.h"
#include "service/archive/ban_list.h"
#include "service/archive/ban_walk.h"
#include "store/ban_count.h"
#include "store/ban_top.h"

/* exact, total, and two numbers an item, each of 20 digits and a comma. */
enum { ANSWER_MAX = (2 + 2 * LIMIT_TOP_MAX) * 21 + 1 };

/* A question while it is answered. */
struct top {
	struct app *app;
	const struct ban_find *find;
	struct ban_top found;
	int64_t total;
	int64_t looked_at; /* bans, about, to find it out */
};

static int
count_up(void *ctx, const char *country, int64_t bans, struct error *err)
{
	int64_t *total = ctx;

	(void)country;
	(void)err;
	*total += bans;
	return 0;
}

/* By looking at each ban: only one in a network, or under what sums do not
 * know, which has a walk of its own. */
static int
top_in_rows(struct top *t, struct error *err)
{
	enum ban_walk walk = t->find->walk;
	bool by_net = false;

	t->looked_at = INT64_MAX;
	if (stats_net_plan(t->app, t->find, &by_net, err) < 0 ||
	    ban_count_rows_by_country(
		t->app->db, t->find, by_net, count_up, &t->total, err) < 0)
		return -1;
	if (t->find->rest == NULL)
		walk = by_net ? BAN_WALK_NET : BAN_WALK_TIME;
	return ban_top_count(t->app->db, t->find, walk, &t->found, err);
}

static int
top_find(struct top *t, struct error *err)
{
	enum ban_walk walk = BAN_WALK_TIME;

	if (!ban_find_has_sums(t->find))
		return top_in_rows(t, err);
	if (ban_count_total(t->app->db, t->find, &t->total, err) < 0 ||
	    ban_walk_least(t->app, t->find, &walk, &t->looked_at, err) < 0)
		return -1;
	if (t->looked_at <= LIMIT_TOP_ROWS)
		return ban_top_count(t->app->db, t->find, walk, &t->found, err);
	return ban_top_often(t->app->db, t->find, &t->found, err);
}

static void
answer_write(const struct top *t, struct buf *b)
{
	buf_addf(b, "%d,%lld", t->found.exact, (long long)t->total);
	for (int i = 0; i < t->found.n; i++)
		buf_addf(b, ",%lld,%lld", (long long)t->found.items[i].id,
		    (long long)t->found.items[i].bans);
}

/* The next of some numbers; *at moves behind it. */
static bool
number_read(const char **at, int64_t *out)
{
	size_t len = strcspn(*at, ",");

	if (!num_parse_i64(*at, len, 0, INT64_MAX, out))
		return false;
	*at += len + ((*at)[len] == ',' ? 1 : 0);
	return true;
}

/* What is not an answer of ours is none. */
static bool
answer_read(const char *text, struct top *t)
{
	int64_t exact = 0, total = 0;
	struct ban_top *top = &t->found;

	top->n = 0;
	if (!number_read(&text, &exact) || !number_read(&text, &total))
		return false;
	while (*text != '\0' && top->n < top->limit) {
		struct ban_top_item *item = &top->items[top->n++];

		if (!number_read(&text, &item->id) ||
		    !number_read(&text, &item->bans))
			return false;
	}
	top->exact = exact != 0;
	t->total = total;
	return *text == '\0';
}

static void
question_write(const struct top *t, struct buf *b)
{
	buf_addf(b, "top %d ", t->found.limit);
	ban_find_write(t->find, b);
}

/* It is asked for again within the minute, of whichever process. If nobody
 * may write now, it is found out once more: that is no error. */
static void
answer_note(const struct top *t, const char *question)
{
	AUTO(buf_release) struct buf answer = BUF_INIT(ANSWER_MAX);
	struct error ignored = ERROR_INIT;

	answer_write(t, &answer);
	if (buf_check(&answer, &ignored) < 0 ||
	    ban_top_note(t->app->db, question, t->app->now_s(),
		buf_str(&answer), &ignored) < 0)
		log_event(
		    LOG_LEVEL_DEBUG, "answer_not_kept", "%s", ignored.detail);
}

static int
top_answer(struct top *t, struct error *err)
{
	AUTO(buf_release) struct buf question = BUF_INIT(BAN_FIND_TEXT_MAX);
	AUTO(buf_release) struct buf known = BUF_INIT(ANSWER_MAX);
	int rc;

	if (t->find->rest != NULL)
		return top_find(t, err); /* too many to keep them all */
	question_write(t, &question);
	if (buf_check(&question, err) < 0)
		return -1;
	rc = ban_top_recall(
	    t->app->db, buf_str(&question), t->app->now_s(), &known, err);
	if (rc < 0 || buf_check(&known, err) < 0)
		return -1;
	if (rc == 1 && answer_read(buf_str(&known), t))
		return 0;
	t->total = 0;
	if (top_find(t, err) < 0)
		return -1;
	if (t->looked_at > LIMIT_TOP_FEW)
		answer_note(t, buf_str(&question));
	return 0;
}

/* Rows come in the order of their items. */
struct giving {
	const struct ban_top *top;
	int at;
	stats_top_each *each;
	void *ctx;
};

static int
row_give(void *ctx, const struct ban_list_row *r, struct error *err)
{
	struct giving *g = ctx;

	while (g->top->items[g->at].id != r->id)
		g->at++; /* that ban was deleted meanwhile */
	return g->each(g->ctx, r, g->top->items[g->at].bans, err);
}

static int
top_give(
    const struct top *t, stats_top_each *each, void *ctx, struct error *err)
{
	struct ban_place places[LIMIT_TOP_MAX];
	struct giving g = {.top = &t->found, .each = each, .ctx = ctx};

	for (int i = 0; i < t->found.n; i++)
		places[i] = (struct ban_place){.id = t->found.items[i].id};
	return ban_list_places(
	    t->app, places, (size_t)t->found.n, row_give, &g, err);
}

int
stats_top(struct app *app, const struct ban_ask *ask, stats_top_each *each,
    void *ctx, struct stats_top *out, struct error *err)
{
	struct ban_filter_find f;
	struct top t = {.app = app, .found = {.limit = ask->limit}};
	struct stats_frame frame = {0};

	if (ban_filter_resolve(app, ask->filter, &f, err) < 0 ||
	    stats_frame_fill(app, &f, &frame, err) < 0)
		return -1;
	t.find = &f.find;
	if (top_answer(&t, err) < 0 || top_give(&t, each, ctx, err) < 0)
		return -1;
	frame.total = t.total;
	out->frame = frame;
	out->exact = t.found.exact;
	return 0;
}
