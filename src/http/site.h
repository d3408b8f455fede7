/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a worker serves: the table of routes and the functions that the
 * layers above http/ hand down to it. http/ knows none of them by name.
 */
#ifndef BANGUI_HTTP_SITE_H
#define BANGUI_HTTP_SITE_H

#include <stdbool.h>
#include <stddef.h>

struct app;
struct error;
struct reply;
struct request;
struct route;
struct server_slot;

/* All borrowed for as long as the loop runs; hooks may be NULL. */
struct site {
	struct app *app;
	const struct route *routes;
	size_t n_routes;
	/**
	 * Called once a request before its handler, and for what no route
	 * matches with route NULL. May set req->caller and caller_kind. 0, or
	 * -1 with *err: the handler is not run.
	 */
	int (*guard)(struct app *app, const struct route *route,
	    struct request *req, struct reply *rep, struct error *err);
	/**
	 * Around each handler, behind the guard. reading: a GET or HEAD, which
	 * must change nothing. 0, or -1 with *err: the handler is not run and
	 * end is not called.
	 */
	int (*begin)(struct app *app, bool reading, struct error *err);
	void (*end)(struct app *app);
	/** After the response has gone: at most 50 ms, no network. */
	void (*after)(struct app *app);
	const char *allowed_hosts; /* space-separated; NULL or "" for any */
	unsigned request_limit_s;  /* 0: LIMIT_REQUEST_S */
	struct server_slot *slot;  /* of this worker, or NULL */
};

#endif
