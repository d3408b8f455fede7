/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is deleted once it is too old. One table of rules, a row each: a name,
 * the table to sweep, and how old is too old. Each is swept in the order of
 * its key, some rows at a time, each batch in a short transaction of its own
 * and with a rest after it: other writers go on, and a pass that is killed
 * has lost nothing.
 */
#ifndef BANGUI_SERVICE_RETENTION_H
#define BANGUI_SERVICE_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

struct app;
struct error;

enum retention_kind {
	RETENTION_GEO_CACHE,
	RETENTION_SESSIONS,
	RETENTION_THROTTLE,
	RETENTION_KNOWN_CLIENTS,
	RETENTION_JOBS,
	RETENTION_ANSWERS,
	RETENTION_EVENTS,
	RETENTION_MANUAL_BANS,
	RETENTION_BANS, /* by age, and by how many there are */
	RETENTION__MAX
};

/** "geo_cache", "sessions", ...: in the log, in the summary, in JSON. */
const char *retention_name(enum retention_kind kind);

struct retention_plan {
	bool dry_run;   /* count, and change nothing */
	int64_t boot_s; /* time_boot_s(): what the wall clock is held against */
	/* Called between two batches: rest for so long, which may be 0. False
	 * ends the pass there, and must be the answer from then on. */
	bool (*rest)(void *arg, int64_t us);
	void *arg;
};

struct retention_report {
	bool dry_run;
	bool complete;      /* it came to its end; rest() did not say no */
	int64_t clock_jump; /* seconds that the wall clock was set; or 0 */
	struct {
		int64_t looked;
		int64_t old; /* deleted or, in a dry run, to be deleted */
	} counts[RETENTION__MAX];
};

/**
 * One pass over all of it, and the database's care at its end. Of a clock
 * that was set forward since the last pass only so much is believed as has
 * really gone by: what the rest would make old is kept until the next pass.
 *
 * ERR_DB_BUSY somebody else was writing for half a minute; other errors are
 * the database's. out is written in either case: what was deleted before
 * stays so.
 */
NODISCARD int retention_run(struct app *app, const struct retention_plan *plan,
    struct retention_report *out, struct error *err);

/** The one line of a pass in the log. */
void retention_log(const struct retention_report *report, int64_t duration_ms);

#endif
