/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/guard/lockout.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/own_addr.h"
#include "base/setting.h"
#include "base/settings.h"
#include "service/app.h"
#include "service/guard/allow_apply.h"
#include "store/allow_store.h"
#include "store/own_address_store.h"
#include "store/throttle_store.h"

enum { V4_PREFIX = 96, PREFIX_MAX = 128, FIRST_ROOM = 32 };

/* Sorted by family, first address and length; each network once. */
struct lockout {
	struct lockout_cover *items;
	size_t n, room;
	bool has_len[PREFIX_MAX + 1]; /* some item has this prefix length */
};

static const char *const REASONS[] = {
    [LOCKOUT_CALLER] = "caller",
    [LOCKOUT_SIGNED_IN] = "signed_in",
    [LOCKOUT_OWN_ADDRESS] = "own_address",
    [LOCKOUT_GATEWAY] = "gateway",
    [LOCKOUT_RESOLVER] = "resolver",
    [LOCKOUT_PROXY] = "proxy",
    [LOCKOUT_ALLOWLIST] = "allowlist",
};
_Static_assert(ARRAY_LEN(REASONS) == LOCKOUT_REASON__MAX, "one name each");

const char *
lockout_reason_name(enum lockout_reason reason)
{
	return REASONS[reason];
}

void
lockout_free(struct lockout *l)
{
	if (l == NULL)
		return;
	free(l->items);
	free(l);
}

void
lockout_freep(struct lockout **l)
{
	lockout_free(*l);
	*l = NULL;
}

void
lockout_hits_release(struct lockout_hits *h)
{
	free(h->items);
	*h = (struct lockout_hits)LOCKOUT_HITS_INIT;
}

static int
put(struct lockout *l, const struct addr *net, enum lockout_reason reason,
    struct error *err)
{
	size_t room = l->room == 0 ? FIRST_ROOM : 2 * l->room;
	struct lockout_cover *more;

	if (l->n == l->room) {
		more = reallocarray(l->items, room, sizeof *more);
		if (more == NULL)
			return err_nomem(err);
		l->items = more;
		l->room = room;
	}
	l->items[l->n++] = (struct lockout_cover){*net, reason};
	return 0;
}

/* ------------------------------------------------------- what is protected */

#define V4(a, b, c, d) 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d

static int
put_loopback(struct lockout *l, struct error *err)
{
	static const struct addr LOOPBACK[] = {
	    {{V4(127, 0, 0, 0)}, V4_PREFIX + 8},
	    {{[15] = 1},         PREFIX_MAX   },
	};

	for (size_t i = 0; i < ARRAY_LEN(LOOPBACK); i++)
		if (put(l, &LOOPBACK[i], LOCKOUT_OWN_ADDRESS, err) < 0)
			return -1;
	return 0;
}

static int
put_known(void *ctx, const struct addr *network, struct error *err)
{
	return put(ctx, network, LOCKOUT_SIGNED_IN, err);
}

static int
put_own(void *ctx, enum own_address_kind kind, const struct addr *a,
    struct error *err)
{
	static const enum lockout_reason BY_KIND[] = {
	    [OWN_ADDRESS_SELF] = LOCKOUT_OWN_ADDRESS,
	    [OWN_ADDRESS_GATEWAY] = LOCKOUT_GATEWAY,
	    [OWN_ADDRESS_RESOLVER] = LOCKOUT_RESOLVER,
	};

	_Static_assert(ARRAY_LEN(BY_KIND) == OWN_ADDRESS__MAX, "one each");
	return put(ctx, a, BY_KIND[kind], err);
}

/* What this process can see by itself; in a sandbox without a network that is
 * nothing, and what the job runner has noted has to do. */
static int
put_seen(struct lockout *l, size_t noted, struct error *err)
{
	AUTO(own_addrs_release) struct own_addrs own = {0};

	if (!own_addrs_get(&own) && noted == 0)
		log_event(LOG_LEVEL_WARNING, "own_addresses_unknown", "%s",
		    "neither this process nor `bangui jobs run` has seen the "
		    "addresses of this machine: only loopback and clients are "
		    "kept from being banned");
	for (size_t i = 0; i < own.n; i++)
		if (put(l, &own.items[i], LOCKOUT_OWN_ADDRESS, err) < 0)
			return -1;
	return 0;
}

static int
put_proxies(struct lockout *l, const char *list, struct error *err)
{
	const char *word;
	struct addr net;
	size_t len;

	while (setting_next_word(&list, &word, &len))
		/* settings_load() has seen that each is one */
		if (addr_parse_net(word, len, &net) &&
		    put(l, &net, LOCKOUT_PROXY, err) < 0)
			return -1;
	return 0;
}

struct allowed {
	struct lockout *l;
	const char *jail;
};

static int
put_allowed(
    void *ctx, const struct addr *net, const char *jails, struct error *err)
{
	struct allowed *a = ctx;

	if (a->jail != NULL && !allow_names_jail(jails, a->jail))
		return 0;
	return put(a->l, net, LOCKOUT_ALLOWLIST, err);
}

static int
put_all(struct app *app, const struct lockout_request *req, struct lockout *l,
    struct error *err)
{
	struct allowed allowed = {.l = l, .jail = req->jail};
	size_t before;

	if (put_loopback(l, err) < 0)
		return -1;
	if (req->caller != NULL && put(l, req->caller, LOCKOUT_CALLER, err) < 0)
		return -1;
	if (throttle_store_each_known(
		app->db, app->now_s() - LIMIT_KNOWN_S, put_known, l, err) < 0)
		return -1;
	before = l->n;
	if (own_address_store_each(app->db, put_own, l, err) < 0 ||
	    put_seen(l, l->n - before, err) < 0)
		return -1;
	if (put_proxies(l, app->settings->proxies, err) < 0)
		return -1;
	return allow_store_nets(
	    app->db, app->now_s(), put_allowed, &allowed, err);
}

/* ------------------------------------------------------------------- order */

static int
compare_start(const struct addr *a, const struct addr *b)
{
	int family = (int)addr_is_v4(a) - (int)addr_is_v4(b);

	return family != 0 ? family
			   : memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static int
compare_net(const struct addr *a, const struct addr *b)
{
	int order = compare_start(a, b);

	return order != 0 ? order : (int)a->prefix_len - (int)b->prefix_len;
}

static int
compare_cover(const void *a, const void *b)
{
	const struct lockout_cover *x = a, *y = b;
	int order = compare_net(&x->net, &y->net);

	return order != 0 ? order : (int)x->reason - (int)y->reason;
}

/* The same network stays once, for its gravest reason. */
static void
arrange(struct lockout *l)
{
	size_t n = 0;

	qsort(l->items, l->n, sizeof *l->items, compare_cover);
	for (size_t i = 0; i < l->n; i++) {
		if (n > 0 && addr_equal(&l->items[n - 1].net, &l->items[i].net))
			continue;
		l->items[n++] = l->items[i];
		l->has_len[l->items[i].net.prefix_len] = true;
	}
	l->n = n;
}

int
lockout_new(struct app *app, const struct lockout_request *req,
    struct lockout **out, struct error *err)
{
	AUTO(lockout_freep) struct lockout *l = calloc(1, sizeof *l);

	if (l == NULL)
		return err_nomem(err);
	if (put_all(app, req, l, err) < 0)
		return -1;
	arrange(l);
	*out = STEAL(l);
	return 0;
}

/* ------------------------------------------------------------------ asking */

/* The first item that is not before net, by such an order. */
static size_t
lower_bound(const struct lockout *l, const struct addr *net,
    int (*compare)(const struct addr *, const struct addr *))
{
	size_t from = 0, to = l->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (compare(&l->items[middle].net, net) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* What was found so far. */
struct found {
	struct lockout_cover *out;
	size_t n, max;
};

static void
note(struct found *f, const struct lockout_cover *cover)
{
	if (f->n < f->max)
		f->out[f->n] = *cover;
	f->n++;
}

/* Networks that hold net and begin before it: one look a length there is. */
static void
find_around(const struct lockout *l, const struct addr *net, struct found *f)
{
	uint8_t first = addr_is_v4(net) ? V4_PREFIX : 0;

	for (uint8_t len = first; len < net->prefix_len; len++) {
		struct addr wide;
		size_t at;

		if (!l->has_len[len])
			continue;
		wide = addr_network(net, len);
		if (compare_start(&wide, net) == 0)
			continue; /* found with what begins where it does */
		at = lower_bound(l, &wide, compare_net);
		if (at < l->n && addr_equal(&l->items[at].net, &wide))
			note(f, &l->items[at]);
	}
}

size_t
lockout_find(const struct lockout *l, const struct addr *net,
    struct lockout_cover *out, size_t max)
{
	struct found f = {.out = out, .max = max};
	struct addr last = addr_last(net);
	size_t i = lower_bound(l, net, compare_start);

	find_around(l, net, &f);
	/* its last address may look like one of IPv4 when it is not */
	for (;
	     i < l->n && addr_is_v4(&l->items[i].net) == addr_is_v4(net) &&
	     memcmp(l->items[i].net.bytes, last.bytes, sizeof last.bytes) <= 0;
	     i++)
		note(&f, &l->items[i]);
	return f.n;
}

static int
hits_grow(struct lockout_hits *hits, struct error *err)
{
	struct lockout_hit *more;

	if (hits->items != NULL)
		return 0;
	more = calloc(LIMIT_LOCKOUT_TOLD, sizeof *more);
	if (more == NULL)
		return err_nomem(err);
	hits->items = more;
	return 0;
}

int
lockout_add(const struct lockout *l, const struct addr *net, size_t at,
    struct lockout_hits *hits, struct error *err)
{
	struct lockout_cover covers[LIMIT_LOCKOUT_TOLD];
	size_t n = lockout_find(l, net, covers, LIMIT_LOCKOUT_TOLD);
	size_t room = LIMIT_LOCKOUT_TOLD - hits->n;
	size_t told = n < room ? n : room;

	if (n == 0)
		return 0;
	if (hits_grow(hits, err) < 0)
		return -1;
	for (size_t i = 0; i < told; i++)
		hits->items[hits->n++] = (struct lockout_hit){at, covers[i]};
	hits->more += n - told;
	return 0;
}

int
lockout_refuse(const struct lockout_hits *hits, struct error *err)
{
	if (hits->n == 0)
		return 0;
	return err_set(err, ERR_LOCK_OUT,
	    "This would ban what keeps you, or the server, connected; nothing "
	    "was done. Leave that out, or use force if you have another way "
	    "in.",
	    "%zu protected addresses, the first for reason %s",
	    hits->n + hits->more, REASONS[hits->items[0].cover.reason]);
}

void
lockout_describe(const struct lockout_hits *hits, struct buf *to)
{
	char text[ADDR_TEXT_SIZE];

	for (size_t i = 0; i < hits->n; i++) {
		addr_format(&hits->items[i].cover.net, text);
		buf_addf(to, "%s%s %s", i == 0 ? "" : ", ", text,
		    REASONS[hits->items[i].cover.reason]);
	}
}
