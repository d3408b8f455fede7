/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One worker: the program's state, the site made of it, and the loop. With a
 * database that cannot be opened it serves all the same: everything but
 * health/ is answered with the reason, until the database is back.
 */
#ifndef BANGUI_POOL_WORKER_H
#define BANGUI_POOL_WORKER_H

#include <stddef.h>

#include "base/macros.h"
#include "http/server.h"

struct route;
struct settings;

/* What the programs that are made of this part differ in. */
struct worker_plan {
	const struct route *routes;
	size_t n_routes;
	unsigned request_limit_s; /* 0: LIMIT_REQUEST_S */
	const struct settings *settings;
	unsigned workers; /* of the pool; 0 or 1: this one alone */
};

/** Serve descriptor 0 until told to stop; the exit code. slot may be NULL. */
NODISCARD int worker_run(
    const struct worker_plan *plan, struct server_slot *slot);

/**
 * Once before workers start: the database is made and migrated, and warnings
 * of a start are logged. An exit code; 78 for a database of a later program.
 */
NODISCARD int worker_prepare(const struct worker_plan *plan);

/** Would worker_prepare() migrate a database that exists? */
NODISCARD bool worker_migration_pending(const struct worker_plan *plan);

#endif
