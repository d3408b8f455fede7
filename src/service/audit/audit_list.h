/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The audit log as it is read: pages of it, the newest first. */
#ifndef BANGUI_SERVICE_AUDIT_LIST_H
#define BANGUI_SERVICE_AUDIT_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/archive/ban_cursor.h"
#include "service/audit/audit.h"
#include "store/audit_page.h"
#include "store/audit_store.h"

struct app;
struct ban_filter;
struct error;

struct audit_filter {
	const struct ban_filter *base; /* time, and address of the client */
	int action;                    /* enum audit_action; -1: any */
	int outcome;                   /* enum audit_outcome; -1: any */
	int actor;                     /* enum actor_kind; -1: any */
	int64_t actor_id;              /* -1: any */
	const char *target; /* all of it, or with a * behind it its beginning;
			     * or NULL */
	int limit;          /* 1 ... LIMIT_LIST_MAX */
	const char *cursor; /* opaque, of a page before; or NULL */
};

struct audit_page {
	int64_t total;    /* under the filter, on all pages ... */
	bool total_exact; /* ... or false: more than that many */
	char next_cursor[BAN_CURSOR_SIZE]; /* "" at the end */
	char prev_cursor[BAN_CURSOR_SIZE]; /* "" at the start */
};

/* The whole list, some rows at a time. Holds no statement in between. */
struct audit_run {
	struct audit_find find; /* its place is behind what was given */
	char prefix[LIMIT_AUDIT_TARGET + 1];
};

/** "nobody", "session", "token", "cli"; "unknown" of what nobody wrote. */
const char *audit_actor_name(int64_t kind);
/** The enum actor_kind of such a word. */
NODISCARD bool audit_actor_parse(const char *word, size_t len, int *out);

/**
 * One page, each row given to each(), whose -1 ends the list. ERR_MALFORMED a
 * cursor that is not ours.
 */
NODISCARD int audit_list(struct app *app, const struct audit_filter *filter,
    int (*each)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct audit_page *page, struct error *err);

/**
 * Begin with the newest; filter's limit and cursor are not looked at. Neither
 * run nor what filter points at may move or end before the last
 * audit_run_next().
 */
NODISCARD int audit_run_begin(struct app *app,
    const struct audit_filter *filter, struct audit_run *run,
    struct error *err);
/** Give the next limit rows to each(). 1: there are more; 0: no. */
NODISCARD int audit_run_next(struct app *app, struct audit_run *run, int limit,
    int (*each)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err);

#endif
