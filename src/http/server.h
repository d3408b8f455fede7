/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The FastCGI worker loop, by the ten rules of doc/Architecture.md. It knows
 * struct route but not the routes; who may call is asked of the guard.
 */
#ifndef BANGUI_HTTP_SERVER_H
#define BANGUI_HTTP_SERVER_H

#include <stdatomic.h>

#include "base/addr.h"
#include "base/limits.h"
#include "base/macros.h"
#include "http/site.h"

/* What a worker is doing, in memory that it shares with the master, so that
 * the master can name the request of a worker that died. */
struct server_slot {
	_Atomic int ready; /* it has reached the loop */
	char client[ADDR_TEXT_SIZE];
	char request_id[LIMIT_REQUEST_ID + 1]; /* "" between requests */
};

/**
 * Serve the listening socket listen_fd until SIGTERM, SIGINT, SIGUSR1 or
 * SIGHUP; the request in hand is always completed. Returns the exit code.
 * The caller has blocked those four signals.
 */
NODISCARD int server_run(const struct site *site, int listen_fd);

#endif
