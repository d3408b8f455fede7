/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How the server is: the status page and the readiness checks.
 */
#ifndef BANGUI_SERVICE_STATUS_H
#define BANGUI_SERVICE_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "f2b/cmd.h"
#include "service/archive/history.h"
#include "service/geo/geo.h"

struct app;
struct error;

/* Something the operator should know; both are literals. */
struct status_warning {
	const char *code;   /* "direct_socket_access" */
	const char *detail; /* what it means and what to do */
};

enum { STATUS_WARNINGS_MAX = 8 };

struct status {
	bool online;
	struct f2b_peer peer; /* fail2ban or its gate, and the level */
	char version[F2B_VERSION_SIZE];
	struct f2b_server server;
	int64_t active_jails;
	struct f2b_counters sum; /* over all jails */
	struct geo_status geo;   /* the files; no counts */
	struct history_status history;
	struct status_warning warnings[STATUS_WARNINGS_MAX];
	size_t n_warnings;
};

void status_release(struct status *s);

/** fail2ban being away is not an error here: online is false then. */
NODISCARD int status_get(
    struct app *app, struct status *out, struct error *err);

enum health { HEALTH_OK, HEALTH_DEGRADED, HEALTH_UNAVAILABLE, HEALTH__MAX };

struct health_check {
	const char *name; /* "database", "fail2ban", "geoip", "jobs" */
	enum health status;
	int64_t since;      /* in this state as far as this worker knows */
	const char *detail; /* literal for people who are signed in */
};

enum { HEALTH_CHECKS_MAX = 8 };

struct health_report {
	enum health status; /* the worst that matters */
	struct health_check checks[HEALTH_CHECKS_MAX];
	size_t n;
};

/**
 * Never fails: what cannot be checked is a check that failed. Works on an app
 * that has neither database, fail2ban nor files, too.
 */
void health_check(struct app *app, struct health_report *out);

#endif
