/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One row decides everything about an endpoint: dispatch, 405 with Allow,
 * who may call and with which token, CSRF, rate class, body limit. The rows
 * themselves are api/'s.
 */
#ifndef BANGUI_HTTP_ROUTE_H
#define BANGUI_HTTP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "http/request.h"

struct app;
struct error;
struct reply;

/* Written out in every row: nothing is public because nobody said otherwise. */
enum access {
	ACCESS_PUBLIC,       /* anybody, also before set-up */
	ACCESS_PUBLIC_MORE,  /* anybody, but who is signed in learns more */
	ACCESS_PUBLIC_FORM,  /* anybody, but browsers pass the CSRF checks */
	ACCESS_SESSION,      /* signed in, reading */
	ACCESS_SESSION_CSRF, /* signed in, changing: CSRF checks */
	ACCESS__MAX
};

/* What a token must be good for. Whoever is signed in by cookie is good for
 * everything. Written out in every row, too. */
enum scope {
	SCOPE_NONE, /* of public rows: nobody is asked */
	SCOPE_ANY,  /* any token: what it may know of itself */
	SCOPE_READ,
	SCOPE_BAN,
	SCOPE_ADMIN,
	SCOPE__MAX
};

enum rate { RATE_NONE, RATE_LOGIN, RATE_READ, RATE_WRITE, RATE__MAX };

/**
 * Answer one request. req is the handler's to read, rep its to fill.
 * Returns 0, or -1 with *err; what rep held until then is discarded.
 */
typedef int route_handler(struct app *app, const struct request *req,
    struct reply *rep, struct error *err);

struct route {
	enum http_method method;
	const char *path; /* "/api/jails/{jail}": one whole segment a name */
	enum access access;
	enum scope scope;
	enum rate rate;
	size_t body_max; /* bytes; 0: no body is taken */
	route_handler *handler;
};

struct route_match {
	const struct route *route; /* NULL: no row for path and method */
	unsigned allow; /* a bit (1 << method) each the path has; 0: 404 */
};

/**
 * The row for req's path and method; a literal part goes before a parameter.
 * Fills req->params when there is one.
 */
struct route_match route_find(
    const struct route *routes, size_t n, struct request *req);

/**
 * What is wrong with a table: two rows for the same requests, a path outside
 * of /api/, a parameter that is no whole part ... NULL when nothing is.
 * row  index of the row at fault
 */
const char *route_table_fault(
    const struct route *routes, size_t n, size_t *row);

#endif
