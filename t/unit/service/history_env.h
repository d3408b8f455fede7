/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the archive share: a database of ours, one of fail2ban's
 * that tests write to, and what must be true of the two.
 */
#ifndef BANGUI_T_UNIT_SERVICE_HISTORY_ENV_H
#define BANGUI_T_UNIT_SERVICE_HISTORY_ENV_H

#include <stdbool.h>
#include <stdint.h>

#include "base/settings.h"
#include "service/app.h"
#include "service/archive/history.h"
#include "t/lib/scratch.h"

struct sqlite3;

#define SOURCE "f2b.sqlite3" /* fail2ban's, in the scratch directory */
#define BY_HAND "{\"matches\": [], \"failures\": 0}"
#define MATCHED "{\"matches\": [\"a line\"], \"failures\": 3}"

enum { NOW = 1800000000 };

struct env {
	struct scratch scratch;
	struct settings settings;
	struct app app;
	struct sqlite3 *f2b; /* fail2ban's side */
};

/* For cmocka; state is the struct env. */
int history_env_set_up(void **state);
int history_env_tear_down(void **state);

/** Open ours, which is closed, as the settings are now. */
void history_env_start(struct env *e);

/** A ban in fail2ban's database, with a matched line. */
void ban(struct env *e, const char *jail, const char *id, int64_t at);

/** One step; whether there is more. */
bool step(struct env *e);
/** Steps until there is no more; how many. */
int sync_all(struct env *e);

/** The number that some SQL yields in ours, by a connection of its own. */
int64_t ask_ours(struct env *e, const char *sql);
/** Bans in ours. */
int64_t n_bans(struct env *e);
struct history_status status_now(struct env *e);

/** After sync_all() ours has n bans, and none of those that are in fail2ban's
 * is missing or there less often. */
void assert_copied(struct env *e, int64_t n);

#endif
