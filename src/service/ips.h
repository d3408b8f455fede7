/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All that there is to say of one address, network or banned text. */
#ifndef BANGUI_SERVICE_IPS_H
#define BANGUI_SERVICE_IPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"
#include "service/archive/ban_list.h"
#include "service/geo/geo.h"
#include "store/active_ban_store.h"

struct app;
struct error;

/* A ban in force. */
struct ips_ban {
	char *jail;
	int64_t banned_at;
	int64_t expires_at; /* -1: never */
};

/* What a jail did earlier. */
struct ips_past {
	char *jail;
	int64_t bans;
	int64_t first_at, last_at;
};

struct ips_report {
	char canonical[ADDR_TEXT_SIZE]; /* "": it is a text */
	struct active_ban_key key;
	struct geo_result geo;
	bool live; /* active is known: fail2ban answers */
	struct ips_ban *active;
	size_t n_active;
	struct ips_past *past; /* the most bans first */
	size_t n_past;
	int64_t bans;              /* in all jails */
	int64_t first_at, last_at; /* of those; -1: none */
};

void ips_report_release(struct ips_report *r);

/**
 * Report on id: an address, a network (as it is banned itself, not what lies
 * in it), or a text that a filter bans by. While fail2ban cannot be reached
 * the rest is told, for it is ours. out is the caller's to release.
 */
NODISCARD int ips_get(
    struct app *app, const char *id, struct ips_report *out, struct error *err);

/** The last bans of what r reports on, the newest first. */
NODISCARD int ips_recent(struct app *app, const struct ips_report *r,
    ban_list_each *each, void *ctx, struct error *err);

#endif
