/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bans in force: listing, banning, lifting. The truth is fail2ban's socket;
 * what is listed comes from rows shared by all workers, refreshed by one of
 * them at a time and at most two seconds old, so that fifty open pages cost
 * fail2ban's single thread no more than one.
 */
#ifndef BANGUI_SERVICE_BANS_H
#define BANGUI_SERVICE_BANS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"
#include "base/str.h"
#include "service/geo/geo.h"
#include "store/active_ban_page.h"
#include "store/manual_ban_store.h"

struct app;
struct error;
struct lockout_hits;

enum bans_sort {
	BANS_SORT_BANNED_AT,
	BANS_SORT_EXPIRES_AT,
	BANS_SORT_IP,
	BANS_SORT_JAIL,
	BANS_SORT__MAX
};

struct bans_filter {
	const char *jail; /* or NULL: all */
	bool has_net;     /* only what lies inside net */
	struct addr net;
	const char *text;    /* part of an id, or NULL; not with net */
	const char *country; /* ISO 3166-1, "ZZ": not known; or NULL */
	int64_t asn;         /* or 0 */
	enum bans_sort sort;
	bool descending;
	int limit;          /* 1 ... LIMIT_LIST_MAX */
	const char *cursor; /* opaque, from a page before; or NULL */
};

/* One ban in force. Strings are borrowed: valid in the callback only. */
struct bans_row {
	const char *ip; /* canonical, or fail2ban's own id text */
	const char *jail;
	int64_t banned_at;
	int64_t bantime_s;  /* -1: for ever */
	int64_t expires_at; /* -1: never, as far as fail2ban goes */
	const char *origin; /* "fail2ban", "manual", "blocklist" */
	const struct manual_ban *manual; /* what we keep of it, or NULL */
	int64_t ban_id; /* in the archive; -1: it is not there yet */
	struct geo_result geo;
};

struct bans_page {
	int64_t total; /* matching the filter, all pages */
	int64_t as_of; /* when fail2ban's list was last read: its counters
			* have been compared since, and were the same */
	char next_cursor[160]; /* "" at the end */
	char prev_cursor[160]; /* "" at the start */
};

/**
 * One page of the bans in force, each row given to row() in order. A row()
 * that returns -1 ends the list with its error. A cursor that is not one of
 * ours, or of another sort order, is ERR_MALFORMED. Whoever calls it outside
 * of a request calls geo_flush() afterwards.
 */
NODISCARD int bans_list(struct app *app, const struct bans_filter *filter,
    int (*row)(void *ctx, const struct bans_row *r, struct error *err),
    void *ctx, struct bans_page *page, struct error *err);

/* The whole list, some rows at a time. Holds no statement in between. */
struct bans_run {
	const struct bans_filter *filter;
	struct active_ban_find find;
	struct active_ban_place at; /* behind what was given */
	bool begun;
};

/**
 * Begin a run over the bans in force as they are now; filter's limit and
 * cursor are not looked at, and it may not end before the last
 * bans_run_next(). Errors of fail2ban as bans_list().
 */
NODISCARD int bans_run_begin(struct app *app, const struct bans_filter *filter,
    struct bans_run *run, struct error *err);
/** Give the next limit bans to row(). 1: there are more; 0: no. */
NODISCARD int bans_run_next(struct app *app, struct bans_run *run, int limit,
    int (*row)(void *ctx, const struct bans_row *r, struct error *err),
    void *ctx, struct error *err);

enum bans_outcome {
	BANS_BANNED,
	BANS_ALREADY_BANNED,
	BANS_UNBANNED,
	BANS_NOT_BANNED,
	BANS_INVALID,
	BANS_REFUSED,
	BANS_OUTCOME__MAX
};

const char *bans_outcome_name(enum bans_outcome o); /* "already_banned" */

struct bans_result {
	char *ip; /* as the client wrote it */
	enum bans_outcome outcome;
	const char *detail; /* for people; a literal, or NULL */
};

struct bans_results {
	char *jail; /* bans_add(): where; else NULL */
	struct bans_result *items;
	size_t n;
};

void bans_results_release(struct bans_results *r);

struct bans_request {
	const struct str_list *ips; /* as typed; judged one by one */
	const char *jail;           /* NULL: bans_add() the jail for bans by
				     * hand, bans_remove() every jail */
	const char *reason;         /* at most LIMIT_REASON; or NULL */
	int64_t bantime_s;          /* bans_add(): -1 for ever, 0 the jail's */
	bool force;                 /* bans_add(): whatever it locks out */
	struct addr caller;         /* never banned without force */
};

/**
 * Ban addresses and networks in one jail, each with its reason and its end
 * (service/bans/bans_manual.h): the job runner lifts them then, if they are
 * still the same bans. What is banned already by hand gets both anew. What no
 * host has is BANS_REFUSED. Commands are sized by time (50-100 ms each).
 * hits  filled with ERR_LOCK_OUT: what would have been locked out
 *
 * ERR_JAIL_NOT_FOUND, ERR_INVALID of a bantime_s that is more than the jail
 * can do, and ERR_LOCK_OUT without force (service/guard/lockout.h), before
 * anything was done; later failures of fail2ban turn the items not yet done
 * into an error only when nothing was done.
 */
NODISCARD int bans_add(struct app *app, const struct bans_request *req,
    struct lockout_hits *hits, struct bans_results *out, struct error *err);

/** Lift bans; the same shape. A network lifts exactly the ban of that id. */
NODISCARD int bans_remove(struct app *app, const struct bans_request *req,
    struct bans_results *out, struct error *err);

/** Lift every ban in every jail. */
NODISCARD int bans_remove_all(
    struct app *app, int64_t *count, struct error *err);

#endif
