/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The allowlist: addresses, networks and hosts that no jail, or none of some
 * jails, shall ban. What fail2ban is told of it: service/guard/allow_apply.h.
 */
#ifndef BANGUI_SERVICE_ALLOW_H
#define BANGUI_SERVICE_ALLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "store/allow_store.h"

struct app;
struct error;

enum { ALLOW_FOREVER = -1 };

/* What to add, or what to change of one. */
struct allow_request {
	const char *value;            /* allow_add(): address, network, host */
	const struct str_list *jails; /* none: all; NULL: as it is */
	const char *note;             /* NULL: as it is, or none */
	bool has_expiry;              /* else as it is, or never */
	int64_t expires_in_s;         /* or ALLOW_FOREVER */
	bool force;                   /* also a network that is very wide */
	bool lift;                    /* bans in force that it covers */
};

struct allow_done {
	int64_t id;
	bool applied;    /* fail2ban was told; else the job runner does it */
	int64_t covered; /* bans in force then, before any was lifted; -1 not
			  * known */
	int64_t lifted;  /* at most LIMIT_BAN_IPS a jail at once */
};

/** ERR_INVALID of a field; ERR_CONFLICT it is there, or there are too many. */
NODISCARD int allow_add(struct app *app, const struct allow_request *req,
    struct allow_done *out, struct error *err);
/** ERR_NOT_FOUND; ERR_INVALID. */
NODISCARD int allow_change(struct app *app, int64_t id,
    const struct allow_request *req, struct allow_done *out, struct error *err);
/** ERR_NOT_FOUND. */
NODISCARD int allow_remove(struct app *app, int64_t id, struct error *err);

/** Each entry that covers a, or all that a is, the newest first. */
NODISCARD int allow_covering(struct app *app, const struct addr *a,
    allow_each *fn, void *ctx, struct error *err);

/** All of them, the newest first. */
NODISCARD int allow_list(
    struct app *app, allow_each *fn, void *ctx, struct error *err);
/** What an entry means now: itself, or the addresses of a host. */
NODISCARD int allow_nets(struct app *app, int64_t id,
    int (*fn)(void *ctx, const struct addr *net, struct error *err), void *ctx,
    struct error *err);

/* Host names are looked up by who has a network. */
struct allow_host {
	int64_t id;
	char name[LIMIT_ALLOW_VALUE + 1];
};
/** One that was not looked up for LIMIT_ALLOW_HOST_S: 1, 0 none. */
NODISCARD int allow_host_due(
    struct app *app, struct allow_host *out, struct error *err);
/** These are its addresses. None: nobody knows, and those that it had stay. */
NODISCARD int allow_host_learn(struct app *app, int64_t id,
    const struct addr *addrs, size_t n, struct error *err);

/** Entries that have ended go. */
NODISCARD int allow_expire(struct app *app, struct error *err);

#endif
