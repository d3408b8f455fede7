/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request as handlers see it: parsed, bounded and free of control
 * characters. The loop owns it; everything in it lives until the response
 * has been sent.
 */
#ifndef BANGUI_HTTP_REQUEST_H
#define BANGUI_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/limits.h"
#include "base/macros.h"

struct error;

enum http_method {
	HTTP_GET,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_HEAD,
	HTTP_OPTIONS,
	HTTP_METHOD__MAX
};

enum { REQUEST_PATH_PARAMS_MAX = 4 };

struct request_param {
	const char *name;
	char *value; /* percent-decoded, valid UTF-8, no control characters */
};

struct request {
	enum http_method method; /* HEAD is dispatched as GET; head is set */
	bool head;
	const char *path; /* decoded, "/api/..." */
	struct request_param query[LIMIT_QUERY_PARAMS];
	size_t n_query;
	struct request_param params[REQUEST_PATH_PARAMS_MAX]; /* {jail} ... */
	size_t n_params;
	const char *body; /* NUL-terminated; "" when there is none */
	size_t body_len;
	const char *client; /* REMOTE_ADDR, canonical text */
	struct addr client_addr;
	bool https;     /* REQUEST_SCHEME */
	const char *id; /* request id, ours or a valid one of theirs */

	/* headers that the program reads at all; NULL when absent */
	const char *host;
	const char *origin;
	const char *cookie;
	const char *authorization;
	const char *content_type;
	const char *if_none_match;
	const char *if_match;
	const char *sec_fetch_site;
	const char *bangui_request; /* X-BanGUI-Request */
	const char *bangui_poll;    /* X-BanGUI-Poll */
	const char *user_agent;

	/* set by the guard before a handler runs */
	const void *caller; /* api/'s struct caller; http/ never looks */
};

/** Value of a path parameter the route names; never NULL for such a name. */
const char *request_path_param(const struct request *req, const char *name);

/** Value of a query parameter, or NULL. A doubled one is refused before. */
const char *request_query(const struct request *req, const char *name);

#endif
