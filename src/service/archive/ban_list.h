/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pages of the archive of bans, newest first. Which index is walked is chosen
 * by how many bans each filter has: counting them costs next to nothing.
 */
#ifndef BANGUI_SERVICE_BAN_LIST_H
#define BANGUI_SERVICE_BAN_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"
#include "service/archive/ban_cursor.h"
#include "service/archive/ban_filter.h"
#include "store/ban_store.h"

struct active_ban_key;
struct app;
struct error;
struct manual_ban;

/* One ban of the archive. Strings are borrowed: valid in the callback only. */
struct ban_list_row {
	int64_t id;
	const char *ip; /* canonical, or fail2ban's own id text */
	const char *jail;
	int64_t banned_at;
	int64_t bantime_s;  /* -1: for ever; -2: unknown */
	int64_t expires_at; /* -1: never, or unknown */
	int64_t ban_count;
	bool active;         /* still in force, as far as is known */
	const char *country; /* NULL: unknown */
	int64_t asn;         /* -1: unknown */
	const char *as_org;  /* NULL: unknown */
	const char *kind;    /* "global", ... "text" */
	const char *origin;  /* "fail2ban", "manual", "blocklist" */
	const struct manual_ban *manual; /* what we keep of it, or NULL */
	int64_t failures;                /* -1: unknown */
};

typedef int ban_list_each(
    void *ctx, const struct ban_list_row *r, struct error *err);

struct ban_list_page {
	/* Matching the filter, on all pages; not exact: more than that many,
	 * and at -1 nobody knows. */
	int64_t total;
	bool total_exact;
	int text_complete; /* a text was looked for in all bans; -1: none was */
	char next_cursor[BAN_CURSOR_SIZE]; /* "" at the end */
	char prev_cursor[BAN_CURSOR_SIZE]; /* "" at the start */
	struct ban_gaps gaps;              /* in the filter's time */
};

/** The word of the wire for an enum ban_origin. */
const char *ban_origin_name(int origin);
/** The enum ban_origin of such a word. */
NODISCARD bool ban_origin_parse(const char *word, int *out);

/**
 * One page of bans from the cursor (NULL: the newest) on, each given to
 * each(). ERR_MALFORMED a cursor that is not ours.
 */
NODISCARD int ban_list(struct app *app, const struct ban_ask *ask,
    ban_list_each *each, void *ctx, struct ban_list_page *page,
    struct error *err);

/* The whole list, some rows at a time. Holds no statement in between. */
struct ban_run {
	struct ban_filter_find f;
	enum ban_walk walk;
	struct ban_place at; /* behind what was given */
	bool begun, ended;
};

/**
 * Begin with the newest; ask's limit and cursor are not looked at. Neither
 * run nor the filter may move or end before the last ban_run_next().
 */
NODISCARD int ban_run_begin(struct app *app, const struct ban_ask *ask,
    struct ban_run *run, struct error *err);
/** Give the next limit bans to each(). 1: there are more; 0: no. */
NODISCARD int ban_run_next(struct app *app, struct ban_run *run, int limit,
    ban_list_each *each, void *ctx, struct error *err);

/** The bans of n places, in their order; those that are gone are left out. */
NODISCARD int ban_list_places(struct app *app, const struct ban_place *places,
    size_t n, ban_list_each *each, void *ctx, struct error *err);

/** The places of the next limit bans, and how many they are. As above. */
NODISCARD int ban_run_places(struct app *app, struct ban_run *run, int limit,
    struct ban_place *out, int *n, struct error *err);

/** Those of the first max bans, a multiple of LIMIT_LIST_MAX, a page at a time.
 * 1: there are more; 0: no. */
NODISCARD int ban_run_newest(struct app *app, struct ban_run *run, size_t max,
    struct ban_place *out, size_t *n, struct error *err);

/** The last LIMIT_IP_RECENT bans of one address, network or text, the newest
 * first. */
NODISCARD int ban_list_of(struct app *app, const struct active_ban_key *key,
    ban_list_each *each, void *ctx, struct error *err);

#endif
