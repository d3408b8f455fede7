/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nobody may ban by mistake, since it would lock out whoever could lift
 * the ban: who asks, who signed in of late, the server itself and the
 * neighbours it lives by. One service for every act that bans.
 *
 *	AUTO(lockout_freep) struct lockout *l = NULL;
 *	struct lockout_cover cover;
 *
 *	if (lockout_new(app, &request, &l, err) < 0)
 *		return -1;
 *	if (lockout_find(l, &net, &cover, 1) > 0)
 *		... net holds, equals or lies within cover.net
 */
#ifndef BANGUI_SERVICE_LOCKOUT_H
#define BANGUI_SERVICE_LOCKOUT_H

#include <stddef.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/macros.h"

struct app;
struct error;
struct lockout;

/* The gravest first: an address that is known for several things is told of
 * for the first of them. */
enum lockout_reason {
	LOCKOUT_CALLER,      /* asks for it */
	LOCKOUT_SIGNED_IN,   /* within LIMIT_KNOWN_S; of IPv6, its /64 */
	LOCKOUT_OWN_ADDRESS, /* the machine's, or loopback */
	LOCKOUT_GATEWAY,
	LOCKOUT_RESOLVER,
	LOCKOUT_PROXY, /* BANGUI_PROXIES */
	LOCKOUT_ALLOWLIST,
	LOCKOUT_REASON__MAX
};

/** "own_address": as the API has it. */
const char *lockout_reason_name(enum lockout_reason reason);

/* Who would ban, and where. */
struct lockout_request {
	const struct addr *caller; /* NULL: nobody asks, as in a job */
	const char *jail;          /* NULL: some jail */
};

/** A picture of all that is protected now: for one request, or some seconds
 * of a job. */
NODISCARD int lockout_new(struct app *app, const struct lockout_request *req,
    struct lockout **out, struct error *err);
void lockout_free(struct lockout *l);
void lockout_freep(struct lockout **l);

struct lockout_cover {
	struct addr net; /* what is protected: mostly one address */
	enum lockout_reason reason;
};

/**
 * What of it a ban of net would hit: how many, of which the first max are in
 * out (NULL with 0). Takes a microsecond.
 */
size_t lockout_find(const struct lockout *l, const struct addr *net,
    struct lockout_cover *out, size_t max);

/* What many addresses would hit: at most LIMIT_LOCKOUT_TOLD are told. */
struct lockout_hit {
	size_t at; /* which of them */
	struct lockout_cover cover;
};

struct lockout_hits {
	struct lockout_hit *items;
	size_t n;
	size_t more; /* there are, that are not told */
};

#define LOCKOUT_HITS_INIT                                                      \
	{                                                                      \
		.items = NULL                                                  \
	}

void lockout_hits_release(struct lockout_hits *h);

/** What net, which is number at of a list, would hit: added to hits. */
NODISCARD int lockout_add(const struct lockout *l, const struct addr *net,
    size_t at, struct lockout_hits *hits, struct error *err);

/** 0 without hits, else the error ERR_LOCK_OUT, which a handler answers with
 * the list. */
NODISCARD int lockout_refuse(
    const struct lockout_hits *hits, struct error *err);

/** "192.0.2.1 gateway, 203.0.113.9 caller": for the audit log, appended. */
void lockout_describe(const struct lockout_hits *hits, struct buf *to);

#endif
