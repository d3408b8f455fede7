/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One ban of the archive and all that explains it: its evidence, the jail's
 * limits, the other bans of its address and around it, what was done about it.
 */
#ifndef BANGUI_SERVICE_BAN_DETAIL_H
#define BANGUI_SERVICE_BAN_DETAIL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/macros.h"
#include "service/archive/ban_list.h"
#include "store/active_ban_store.h"
#include "store/ban_of_key.h"

struct app;
struct audit_row;
struct error;

struct ban_detail {
	struct ban_place place;
	struct active_ban_key key;
	char *ip;   /* owned; or what else is banned */
	char *jail; /* owned */
	/* The jail as it is now, which need not be as it was then. */
	bool jail_runs;
	int64_t max_retry, find_time_s;
	bool has_increment, increment; /* fail2ban 0.11 and later have it */
	/* Its /24 or /64; "" for a larger network, and for a text. */
	char network[ADDR_TEXT_SIZE];
	struct ban_of_net in_network;
	int64_t asn; /* -1: unknown */
	char as_org[GEO_AS_ORG_SIZE];
	int64_t as_bans;
	/* What fail2ban wrote of it; evidence_size 0: nothing. */
	struct buf evidence; /* owned */
	int64_t evidence_size;
};

#define BAN_DETAIL_INIT                                                        \
	{                                                                      \
		.asn = -1, .evidence = BUF_INIT(LIMIT_BAN_DATA_KEPT)           \
	}

void ban_detail_release(struct ban_detail *d);

/** ERR_NOT_FOUND. Without fail2ban only jail_runs is false. */
NODISCARD int ban_detail_get(
    struct app *app, int64_t id, struct ban_detail *out, struct error *err);

enum ban_detail_rows {
	BAN_DETAIL_ITSELF,
	BAN_DETAIL_EARLIER, /* the latest of them first */
	BAN_DETAIL_LATER    /* the next one first */
};

/** The ban itself, or up to LIMIT_BAN_AROUND others of its address. */
NODISCARD int ban_detail_each(struct app *app, const struct ban_detail *d,
    enum ban_detail_rows rows, ban_list_each *each, void *ctx,
    struct error *err);

/** What people and tokens did about its address, the latest first: up to
 * LIMIT_BAN_AROUND. */
NODISCARD int ban_detail_acts(struct app *app, const struct ban_detail *d,
    int (*each)(void *ctx, const struct audit_row *row, struct error *err),
    void *ctx, struct error *err);

/** What fail2ban wrote of a ban, appended to out. ERR_NOT_FOUND there is no
 * such ban, or nothing was written. */
NODISCARD int ban_detail_evidence(
    struct app *app, int64_t id, struct buf *out, struct error *err);

#endif
