/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the service history: one look into fail2ban's database, which is
 * open already, and what is new in it.
 */
#ifndef BANGUI_SERVICE_HISTORY_LOOK_H
#define BANGUI_SERVICE_HISTORY_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/archive/history.h"

struct app;
struct ban_db;
struct error;

/* What a process keeps between two looks; only it depends on none of it. */
struct history {
	struct ban_db *source;
	char *path;               /* of it; NULL: not known, or none */
	enum history_off no_path; /* why path is NULL */
	int64_t asked_ms;      /* when fail2ban was asked for that; 0: never */
	int64_t next_ms;       /* look again then; monotonic, as above */
	int64_t noted_s;       /* last_sync_at as this process wrote it */
	int64_t gap_checked_s; /* the last_sync_at that was asked about */
	enum history_off off;  /* as this process wrote it */
};

/**
 * Copy what is new. An error while ban_db_fault() of the source is not
 * BAN_DB_FINE is one of that database.
 */
NODISCARD int history_look(struct app *app, bool *more, struct error *err);

/** Note why nothing can be copied, or that it can again (HISTORY_ON); logs
 * each change. why: for the log. */
NODISCARD int history_note_off(struct app *app, enum history_off off,
    const struct error *why, struct error *err);

#endif
