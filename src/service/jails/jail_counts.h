/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of all jails for whoever watches from outside: shared by the
 * workers through a small file, so that fail2ban is asked once in
 * LIMIT_COUNTS_MS however often they are read and by whom.
 */
#ifndef BANGUI_SERVICE_JAIL_COUNTS_H
#define BANGUI_SERVICE_JAIL_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/macros.h"

struct app;
struct error;

struct jail_count {
	char name[LIMIT_JAIL_NAME + 1];
	int64_t banned_current, banned_total;
	int64_t failed_current, failed_total;
};

struct jail_counts {
	bool up;         /* fail2ban answered */
	int64_t n_jails; /* that it runs and we take, more than n perhaps */
	int64_t n;
	struct jail_count items[LIMIT_COUNTS_JAILS];
};

/** fail2ban being away is no error here: up is false then. ERR_OVERLOADED
 * another worker has been asking for too long; ERR_DB_UNAVAILABLE the file. */
NODISCARD int jail_counts_get(
    struct app *app, struct jail_counts *out, struct error *err);

#endif
