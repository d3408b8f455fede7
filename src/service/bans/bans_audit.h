/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is noted of acts. In the audit log: a row for each address, so that
 * what was done to one can be looked up; written when fail2ban has done it,
 * also when it failed.
 */
#ifndef BANGUI_SERVICE_BANS_AUDIT_H
#define BANGUI_SERVICE_BANS_AUDIT_H

#include "service/audit/audit.h"

struct app;
struct bans_items;
struct bans_request;
struct error;
struct lockout_hits;

/**
 * What came out of a request: those that were banned or unbanned, and those
 * that were refused; not those where nothing was to be done.
 */
void bans_audit_items(struct app *app, enum audit_action action,
    const struct bans_request *req, const struct bans_items *items);

/** A request that failed as a whole; hits: what it would have locked out, or
 * NULL. */
void bans_audit_failure(struct app *app, enum audit_action action,
    const struct bans_request *req, const struct lockout_hits *hits,
    const struct error *why);

/** What is stored of the bans of a jail (NULL: of all) is old: the next who
 * lists them reads them again. */
void bans_note_act(struct app *app, const char *jail);

#endif
