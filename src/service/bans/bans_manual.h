/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What we keep of bans by hand: their reason, author and end (table
 * manual_ban). A row is written before fail2ban is told, so that a process
 * that dies in between leaves no ban without its end; it belongs to the ban
 * that fail2ban makes meanwhile, and to no other of the same address.
 */
#ifndef BANGUI_SERVICE_BANS_MANUAL_H
#define BANGUI_SERVICE_BANS_MANUAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"
#include "store/manual_ban_store.h"

struct app;
struct bans_request;
struct error;

/* The jails that we ship. */
#define BANS_JAIL_MANUAL "bangui-manual"
#define BANS_JAIL_BLOCKLIST "bangui-blocklist"

/**
 * May bans in req->jail last for req->bantime_s? fail2ban ends a ban when its
 * jail says so, and ours can only come before that. ERR_INVALID no.
 */
NODISCARD int bans_manual_check(
    struct app *app, const struct bans_request *req, struct error *err);

/* Rows of one command. */
struct bans_manual_rows {
	int64_t first, last;
};

/** Addresses are about to be banned. */
NODISCARD int bans_manual_begin(struct app *app, const struct bans_request *req,
    const struct addr *addrs, size_t n, struct bans_manual_rows *rows,
    struct error *err);
/** fail2ban has answered, be it that it failed. */
NODISCARD int bans_manual_end(
    struct app *app, const struct bans_manual_rows *rows, struct error *err);

/**
 * What is banned already gets the end and the reason of req, if it was banned
 * by hand: 1 it was; 0 not, and it stays as it is. The shared rows are fresh.
 */
NODISCARD int bans_manual_change(struct app *app,
    const struct bans_request *req, const struct addr *addr, struct error *err);

/**
 * Bans with an end of their own were made: the job that lifts them looks when
 * the first is due. A failure is logged; it looks each minute anyway.
 */
void bans_manual_wake(struct app *app, const struct bans_request *req);

#endif
