/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static const char *const OUTCOMES[] = {
    [BANS_BANNED] = "banned",
    [BANS_ALREADY_BANNED] = "already_banned",
    [BANS_UNBANNED] = "unbanned",
    [BANS_NOT_BANNED] = "not_banned",
    [BANS_INVALID] = "invalid",
    [BANS_REFUSED] = "refused",
};
_Static_assert(ARRAY_LEN(OUTCOMES) == BANS_OUTCOME__MAX, "one name each");

const char *
bans_outcome_name(enum bans_outcome o)
{
	return OUTCOMES[o];
}

void
bans_items_release(struct bans_items *l)
{
	free(l->items);
	*l = (struct bans_items){0};
}

void
bans_results_release(struct bans_results *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->items[i].ip);
	free(r->items);
	free(r->jail);
	*r = (struct bans_results){0};
}

void
bans_item_close(
    struct bans_item *item, enum bans_outcome outcome, const char *detail)
{
	item->open = false;
	item->outcome = outcome;
	item->detail = detail;
}

/* Prefix lengths count in IPv6 terms; IPv4 is ::ffff:0:0/96. */
#define V4(a, b, c, d) 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d
static const struct addr NO_HOST[] = {
    {{0},		      128}, /* :: */
    {{V4(0, 0, 0, 0)},         104}, /* 0.0.0.0/8 */
    {{V4(224, 0, 0, 0)},       100}, /* multicast, 224.0.0.0/4 */
    {{V4(255, 255, 255, 255)}, 128}, /* broadcast */
    {{0xff},		   8  }, /* multicast, ff00::/8 */
};

static bool
overlaps(const struct addr *a, const struct addr *b)
{
	return addr_contains(a, b) || addr_contains(b, a);
}

static bool
overlaps_any(const struct addr *a, const struct addr *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (overlaps(a, &list[i]))
			return true;
	return false;
}

/* Is a every IPv4 or every IPv6 address? */
static bool
is_everything(const struct addr *a)
{
	return a->prefix_len == 0 || (addr_is_v4(a) && a->prefix_len == 96);
}

/* Why nobody can ban a, or NULL. */
static const char *
refusal(const struct addr *a)
{
	if (is_everything(a))
		return "This is every address there is.";
	if (overlaps_any(a, NO_HOST, ARRAY_LEN(NO_HOST)))
		return "No host has such an address.";
	return NULL;
}

static void
item_judge(struct bans_item *item, const char *text, bool banning)
{
	const char *why;

	if (!addr_parse_net(text, strlen(text), &item->addr)) {
		bans_item_close(item, BANS_INVALID,
		    "This is neither an address nor a network.");
		return;
	}
	item->open = true;
	why = banning ? refusal(&item->addr) : NULL;
	if (why != NULL)
		bans_item_close(item, BANS_REFUSED, why);
}

struct by_addr {
	const struct bans_item *item;
	size_t at;
};

static int
by_addr_compare(const void *a, const void *b)
{
	const struct by_addr *x = a, *y = b;
	int order = memcmp(x->item->addr.bytes, y->item->addr.bytes,
	    sizeof x->item->addr.bytes);

	if (order == 0)
		order = (int)x->item->addr.prefix_len -
			(int)y->item->addr.prefix_len;
	if (order == 0)
		order = x->at < y->at ? -1 : 1;
	return order;
}

static void
freep(struct by_addr **p)
{
	free(*p);
}

/* Sorted, the doubles lie side by side, the first of the request first. */
static int
doubles_find(struct bans_items *l, struct error *err)
{
	AUTO(freep) struct by_addr *sorted = calloc(l->n + 1, sizeof *sorted);
	size_t n = 0;

	if (sorted == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < l->n; i++)
		if (l->items[i].open)
			sorted[n++] = (struct by_addr){&l->items[i], i};
	qsort(sorted, n, sizeof *sorted, by_addr_compare);
	for (size_t i = 1; i < n; i++) {
		size_t first = sorted[i - 1].item->same_as;

		if (!addr_equal(&l->items[first].addr, &sorted[i].item->addr))
			continue;
		l->items[sorted[i].at].same_as = first;
		l->items[sorted[i].at].open = false;
	}
	return 0;
}

int
bans_judge(const struct bans_request *req, bool banning, struct bans_items *out,
    struct error *err)
{
	AUTO(bans_items_release) struct bans_items l = {0};

	l.items = calloc(req->ips->n + 1, sizeof *l.items);
	if (l.items == NULL)
		return err_nomem(err);
	l.n = req->ips->n;
	for (size_t i = 0; i < l.n; i++) {
		l.items[i].same_as = i;
		item_judge(&l.items[i], req->ips->items[i], banning);
	}
	if (doubles_find(&l, err) < 0)
		return -1;
	*out = l;
	l = (struct bans_items){0}; /* handed over */
	return 0;
}

int
bans_judge_lockout(struct app *app, const struct bans_request *req,
    struct bans_items *items, struct lockout_hits *hits, struct error *err)
{
	const struct lockout_request who = {
	    .caller = &req->caller, .jail = req->jail};
	AUTO(lockout_freep) struct lockout *l = NULL;

	if (lockout_new(app, &who, &l, err) < 0)
		return -1;
	for (size_t i = 0; i < items->n; i++) {
		struct bans_item *item = &items->items[i];

		if (!item->open)
			continue;
		item->locks_out = lockout_find(l, &item->addr, NULL, 0) > 0;
		if (lockout_add(l, &item->addr, i, hits, err) < 0)
			return -1;
	}
	return req->force ? 0 : lockout_refuse(hits, err);
}

int
bans_items_results(const struct bans_items *l, const struct str_list *ips,
    struct bans_results *out, struct error *err)
{
	AUTO(bans_results_release) struct bans_results r = {0};

	r.items = calloc(l->n + 1, sizeof *r.items);
	if (r.items == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < l->n; i++) {
		const struct bans_item *item = &l->items[l->items[i].same_as];

		r.items[i] = (struct bans_result){
		    .ip = strdup(ips->items[i]),
		    .outcome = item->outcome,
		    .detail = item->detail,
		};
		r.n = i + 1;
		if (r.items[i].ip == NULL)
			return err_nomem(err);
	}
	*out = r;
	r = (struct bans_results){0}; /* handed over */
	return 0;
}
