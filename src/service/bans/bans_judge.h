/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What may be done with each address of a request, before fail2ban hears of
 * any: read, folded to one form, checked against what no host has and against
 * what must not be locked out.
 */
#ifndef BANGUI_SERVICE_BANS_JUDGE_H
#define BANGUI_SERVICE_BANS_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/macros.h"
#include "service/bans/bans.h"
#include "service/guard/lockout.h"

/* One item of a request on its way to its result. */
struct bans_item {
	struct addr addr;
	size_t same_as; /* the item that says the same first; else its own */
	bool open;      /* no outcome yet */
	enum bans_outcome outcome;
	const char *detail; /* literal, or NULL */
	bool locks_out;     /* by bans_judge_lockout() */
};

struct bans_items {
	struct bans_item *items; /* one an address of the request, in order */
	size_t n;
};

void bans_items_release(struct bans_items *l);

/**
 * Judge the addresses of a request. Open are those that may be passed on;
 * doubles share the outcome of the first and are never open.
 * banning  also refuse what no host has
 */
NODISCARD int bans_judge(const struct bans_request *req, bool banning,
    struct bans_items *out, struct error *err);

/**
 * What the open items of a request to ban would lock out: into hits, which is
 * the caller's to release, and noted of each. ERR_LOCK_OUT when that is
 * anything and the request has no force.
 */
NODISCARD int bans_judge_lockout(struct app *app,
    const struct bans_request *req, struct bans_items *items,
    struct lockout_hits *hits, struct error *err);

/** Give an item its outcome. */
void bans_item_close(
    struct bans_item *item, enum bans_outcome outcome, const char *detail);

/** The results that the client gets. */
NODISCARD int bans_items_results(const struct bans_items *l,
    const struct str_list *ips, struct bans_results *out, struct error *err);

#endif
