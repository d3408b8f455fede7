/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The FastCGI worker loop, by the ten rules of doc/Architecture.md. It knows
 * struct route but not the routes; who may call is asked of the guard.
 */
#ifndef BANGUI_HTTP_SERVER_H
#define BANGUI_HTTP_SERVER_H

#include <stddef.h>

#include "base/macros.h"
#include "http/route.h"

/* What the loop serves; all borrowed for as long as it runs. */
struct site {
	struct app *app;
	const struct route *routes;
	size_t n_routes;
	/**
	 * Called once a request before its handler, and for what no route
	 * matches with route NULL. May set req->caller. 0, or -1 with *err:
	 * the handler is not run.
	 */
	int (*guard)(struct app *app, const struct route *route,
	    struct request *req, struct reply *rep, struct error *err);
	/** After the response has gone: at most 50 ms, no network. */
	void (*after)(struct app *app);
	const char *allowed_hosts; /* space-separated, or NULL for any */
};

/**
 * Serve the listening socket listen_fd until SIGTERM, SIGINT, SIGUSR1 or
 * SIGHUP; the request in hand is always completed. Returns the exit code.
 * The caller has blocked those four signals.
 */
NODISCARD int server_run(const struct site *site, int listen_fd);

#endif
