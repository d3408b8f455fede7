/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The archive of bans: each row that fail2ban's own database shows is copied
 * into ours once, with where the address was and why it was banned, before
 * fail2ban forgets it. Any number of processes may call it; one at a time
 * copies. That fail2ban's database cannot be read is no error but a state,
 * which is logged when it begins and ends and told by history_status_get().
 */
#ifndef BANGUI_SERVICE_HISTORY_H
#define BANGUI_SERVICE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct addr;
struct app;
struct error;
struct geo_answer;
struct history;

/* Why nothing can be copied; stored, so the numbers stay. */
enum history_off {
	HISTORY_ON,
	HISTORY_UNKNOWN,     /* fail2ban did not tell where its database is */
	HISTORY_NO_DATABASE, /* it keeps none, or one in memory */
	HISTORY_ABSENT,      /* there is no such file */
	HISTORY_DENIED,      /* we may not read it */
	HISTORY_DAMAGED,     /* it is no database, or a broken one */
	HISTORY_FOREIGN,     /* it has not the tables that we know */
	HISTORY_BUSY,        /* somebody keeps it locked */
	HISTORY_OFF__MAX
};

/** What this process keeps between two looks. */
NODISCARD int history_new(struct history **out, struct error *err);
void history_free(struct history *h);
void history_freep(struct history **h);

/** Is it worth while to call history_sync_step()? Asks the clock alone. */
bool history_is_due(const struct app *app);

/**
 * Copy what is new, at most LIMIT_HISTORY_ROWS of it, unless somebody just
 * did: call it as often as you like. It waits for nobody, and takes some 50
 * ms at most. Errors are those of our database.
 */
NODISCARD int history_sync_step(struct app *app, struct error *err);

/** The same at once. more: there is still something to copy. Two must not
 * run at the same time, and if they do, one of them copies nothing. */
NODISCARD int history_sync(struct app *app, bool *more, struct error *err);

/** Somebody found out where an address is: tell its bans that lack it. Within
 * the caller's transaction. */
NODISCARD int history_learn(struct app *app, const struct addr *a,
    const struct geo_answer *answer, struct error *err);

struct history_status {
	enum history_off off;
	int64_t off_since;
	int64_t n_bans;
	int64_t oldest, newest; /* times of bans; 0: there are none */
	int64_t last_sync_at;   /* all was copied then; 0: never */
	bool filling;           /* what was there first is being copied */
	int64_t fill_done, fill_total; /* rows, about */
};

/** How far the archive reaches, and whether it grows; reads our database
 * only. */
NODISCARD int history_status_get(
    struct app *app, struct history_status *out, struct error *err);

/** What a reason means and what to do, for a person; a literal. */
const char *history_off_text(enum history_off off);

#endif
