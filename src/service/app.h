/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a process holds between requests: built by main, passed first.
 * Nothing in it would be missed by another worker.
 */
#ifndef BANGUI_SERVICE_APP_H
#define BANGUI_SERVICE_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/actor.h"

struct counters;
struct db;
struct error;
struct f2b;
struct geo;
struct history;
struct settings;

/* What this process last saw of something that comes and goes. */
struct app_check {
	bool ok;
	int64_t since_s;  /* so for how long; 0: never looked */
	int64_t asked_ms; /* monotonic */
};

struct app {
	const struct settings *settings; /* borrowed for as long as it lives */
	struct db *db;
	struct f2b *f2b;
	struct geo *geo;           /* service/geo/geo.h */
	struct history *history;   /* service/archive/history.h */
	struct counters *counters; /* service/jobs/task.h; opened when needed */
	bool counters_tried;
	unsigned workers;       /* of the pool it is one of; 0: not known */
	struct actor actor;     /* on whose behalf it acts now */
	int64_t (*now_s)(void); /* the wall clock; tests set their own */
	int64_t (*mono_ms)(
	    void);               /* never set back, the same in all processes */
	unsigned chore;          /* whose turn it is: service/jobs/chores.h */
	int64_t text_next_ms;    /* ban_text_step() then; monotonic */
	int64_t auth_cleaned_at; /* when this process last did auth_clean() */
	struct app_check db_check, f2b_check, geo_check, jobs_check;
	/* ... of service/health.h */
};

/**
 * What a server does at start: open the database, bring it to this program's
 * schema, make its statements known, make fail2ban's client (which connects
 * later). Logs warnings that belong to each start and, once in the life of a
 * database, the set-up code. Call it after fork(), never before.
 *
 * ERR_DB_NEWER the database is of a later version: exit 78; other errors of
 * db_open() and db_migrate().
 */
NODISCARD int app_open(
    struct app *app, const struct settings *settings, struct error *err);

/** The same for a tool: it logs nothing and makes no set-up code. */
NODISCARD int app_open_tool(
    struct app *app, const struct settings *settings, struct error *err);

/**
 * The same for one of so many workers: they take turns at fail2ban, so that
 * it never holds all of them.
 */
NODISCARD int app_open_worker(struct app *app, const struct settings *settings,
    unsigned workers, struct error *err);

/**
 * The database and nothing else, as it stands: neither made nor brought up to
 * date, and with reading on not written. What lives so needs no fail2ban, not
 * even at its linking. db_freep(&app->db) gives it back.
 *
 * ERR_NOT_FOUND there is no database yet; ERR_DB_UNAVAILABLE among others
 * when it waits for a migration; ERR_DB_NEWER as app_open().
 */
NODISCARD int app_open_db(struct app *app, const struct settings *settings,
    bool reading, struct error *err);

/** One warning in the log if addresses may leave the machine: for the start
 * of what stays, which app_open() is for all but the job runner. */
void app_warn_of_fallback(const struct settings *settings);

/** Give back what app_open() took; accepts a zeroed app. */
void app_close(struct app *app);

/**
 * Is the database still of this program's schema? Costs nothing until
 * somebody changes it; a worker that gets ERR_DB_NEWER leaves.
 */
NODISCARD int app_check_schema(struct app *app, struct error *err);

#endif
