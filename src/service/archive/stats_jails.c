/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/stats_jails.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "service/app.h"
#include "service/archive/ban_filter.h"
#include "store/ban_jail_count.h"
#include "store/ban_store.h"

/* 1970 began on a Thursday. */
enum { WEEK_S = 604800, MONDAY_S = 3 * BAN_DAY_S };

void
stats_jails_release(struct stats_jails *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->items[i].name);
	free(s->items);
	*s = (struct stats_jails){.n = 0};
}

void
stats_trend_release(struct stats_trend *t)
{
	stats_jails_release(&t->jails);
	free(t->bans);
	*t = (struct stats_trend){.n = 0};
}

/* Every jail of the archive; they come in the order of their numbers. */
static int
jail_take(void *ctx, int64_t id, const char *name, struct error *err)
{
	struct stats_jails *s = ctx;
	struct stats_jail *more =
	    reallocarray(s->items, s->n + 1, sizeof *more);

	if (more == NULL)
		return err_nomem(err);
	s->items = more;
	more[s->n] = (struct stats_jail){.id = id, .name = strdup(name)};
	if (more[s->n].name == NULL)
		return err_nomem(err);
	s->n++;
	return 0;
}

static int
by_id(const void *a, const void *b)
{
	const struct stats_jail *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int
by_name(const void *a, const void *b)
{
	const struct stats_jail *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int
more_bans(const void *a, const void *b)
{
	const struct stats_jail *x = a, *y = b;

	if (x->bans != y->bans)
		return x->bans > y->bans ? -1 : 1;
	return by_name(a, b);
}

static void
jails_sort(struct stats_jails *s, int (*order)(const void *, const void *))
{
	if (s->n > 0)
		qsort(s->items, s->n, sizeof s->items[0], order);
}

static int
jails_read(struct app *app, struct stats_jails *s, struct error *err)
{
	if (ban_jail_count_names(app->db, jail_take, s, err) < 0)
		return -1;
	jails_sort(s, by_id);
	return 0;
}

/* A jail that came to be after the names were read has no place yet: NULL. */
static struct stats_jail *
jail_of(const struct stats_jails *s, int64_t id)
{
	const struct stats_jail wanted = {.id = id};

	return s->n == 0
		   ? NULL
		   : bsearch(&wanted, s->items, s->n, sizeof wanted, by_id);
}

static int
jail_count(void *ctx, int64_t id, int64_t at, int64_t bans, struct error *err)
{
	struct stats_jails *s = ctx;
	struct stats_jail *jail = jail_of(s, id);

	(void)at;
	(void)err;
	if (jail == NULL)
		return 0;
	jail->bans += bans;
	s->frame.total += bans;
	return 0;
}

/* Without the jails that have none. */
static void
jails_trim(struct stats_jails *s)
{
	jails_sort(s, more_bans);
	while (s->n > 0 && s->items[s->n - 1].bans == 0)
		free(s->items[--s->n].name);
}

static int
jails_count(struct app *app, const struct ban_find *find, struct stats_jails *s,
    struct error *err)
{
	bool by_net = false;

	if (ban_find_has_sums(find))
		return ban_jail_count_all(app->db, find, jail_count, s, err);
	if (stats_net_plan(app, find, &by_net, err) < 0)
		return -1;
	return ban_jail_count_rows(app->db, find, by_net, jail_count, s, err);
}

int
stats_by_jail(struct app *app, const struct ban_filter *filter,
    struct stats_jails *out, struct error *err)
{
	AUTO(stats_jails_release) struct stats_jails s = {.n = 0};
	struct ban_filter_find f;

	if (ban_filter_resolve(app, filter, &f, err) < 0 ||
	    stats_frame_fill(app, &f, &s.frame, err) < 0 ||
	    jails_read(app, &s, err) < 0 ||
	    jails_count(app, &f.find, &s, err) < 0)
		return -1;
	jails_trim(&s);
	*out = s;
	s = (struct stats_jails){.n = 0}; /* they are the caller's now */
	return 0;
}

/* The last whole multiple of s up to t; of weeks, the last Monday. */
static int64_t
floor_to(int64_t t, int64_t s)
{
	int64_t shift = s == WEEK_S ? MONDAY_S : 0;

	return (t + shift) / s * s - shift;
}

/* How many buckets of s cover from <= t < to. */
static int64_t
buckets_in(int64_t from, int64_t to, int64_t s)
{
	return (floor_to(to - 1, s) - floor_to(from, s)) / s + 1;
}

static void
buckets_choose(struct stats_trend *t, int64_t from, int64_t to)
{
	static const int64_t SHORT[] = {
	    BAN_HOUR_S, 6 * BAN_HOUR_S, BAN_DAY_S, WEEK_S};
	int64_t s = BAN_MONTH_S;

	for (size_t i = 0; s == BAN_MONTH_S && i < ARRAY_LEN(SHORT); i++)
		if (buckets_in(from, to, SHORT[i]) <= LIMIT_STATS_BUCKETS)
			s = SHORT[i];
	while (buckets_in(from, to, s) > LIMIT_STATS_BUCKETS)
		s *= 2;
	t->bucket_s = s;
	t->first = floor_to(from, s);
	t->n = (size_t)buckets_in(from, to, s);
}

int64_t
stats_trend_start(const struct stats_trend *t, size_t i)
{
	int64_t start = t->first + (int64_t)i * t->bucket_s;

	return start < 0 ? 0 : start; /* the Monday before 1970 */
}

static int
trend_count(void *ctx, int64_t id, int64_t at, int64_t bans, struct error *err)
{
	struct stats_trend *t = ctx;
	const struct stats_jail *jail = jail_of(&t->jails, id);
	int64_t bucket = (floor_to(at, t->bucket_s) - t->first) / t->bucket_s;

	(void)err;
	if (jail == NULL || bucket < 0 || bucket >= (int64_t)t->n)
		return 0;
	t->bans[(size_t)bucket * t->jails.n +
		(size_t)(jail - t->jails.items)] += bans;
	t->jails.frame.total += bans;
	return 0;
}

static enum ban_level
longest_of(const struct stats_trend *t)
{
	if (t->bucket_s < BAN_DAY_S)
		return BAN_LEVEL_HOUR;
	return t->bucket_s < BAN_MONTH_S ? BAN_LEVEL_DAY : BAN_LEVEL_MONTH;
}

static int
buckets_count(struct app *app, const struct ban_find *find,
    struct stats_trend *t, struct error *err)
{
	bool by_net = false;

	if (ban_find_has_sums(find))
		return ban_jail_count_periods(
		    app->db, find, longest_of(t), trend_count, t, err);
	if (stats_net_plan(app, find, &by_net, err) < 0)
		return -1;
	return ban_jail_count_rows(app->db, find, by_net, trend_count, t, err);
}

/*
 * The time that the buckets cover: without ends of its own, from the first
 * ban to the present minute. What a damaged database dates later than that is
 * in no bucket. 0: there is none.
 */
static int
window_find(struct app *app, struct ban_find *find, struct stats_trend *t,
    struct error *err)
{
	int64_t oldest = 0, newest = 0;
	int rc = ban_store_span(app->db, &oldest, &newest, err);

	if (rc < 0)
		return -1;
	if (find->from == INT64_MIN)
		find->from = rc == 0 ? find->to : oldest;
	if (find->to == INT64_MAX)
		find->to = ban_filter_now_end(app);
	if (find->from >= find->to)
		return 0;
	buckets_choose(t, find->from, find->to);
	/* beyond all bans, whole periods instead of bans one by one */
	if (rc == 1 && find->from <= oldest)
		find->from = stats_trend_start(t, 0);
	if (rc == 1 && find->to > newest)
		find->to = t->first + (int64_t)t->n * t->bucket_s;
	return 1;
}

static int
trend_fill(struct app *app, struct ban_find *find, struct stats_trend *t,
    struct error *err)
{
	int rc = window_find(app, find, t, err);

	if (rc <= 0)
		return rc;
	if (ban_store_gaps(app->db, find->from, find->to, &t->gaps, err) < 0 ||
	    jails_read(app, &t->jails, err) < 0)
		return -1;
	t->bans = calloc(t->n * (t->jails.n + 1), sizeof *t->bans);
	if (t->bans == NULL)
		return err_nomem(err);
	return buckets_count(app, find, t, err);
}

int
stats_trend(struct app *app, const struct ban_filter *filter,
    struct stats_trend *out, struct error *err)
{
	AUTO(stats_trend_release)
	struct stats_trend t = {.bucket_s = BAN_HOUR_S};
	struct ban_filter_find f;

	if (ban_filter_resolve(app, filter, &f, err) < 0 ||
	    stats_frame_fill(app, &f, &t.jails.frame, err) < 0 ||
	    trend_fill(app, &f.find, &t, err) < 0)
		return -1;
	*out = t;
	t = (struct stats_trend){.n = 0}; /* it is the caller's now */
	return 0;
}
