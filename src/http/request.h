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
#include <stdint.h>

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

enum {
	REQUEST_PATH_PARAMS_MAX = 4, /* {names} of one route */
	REQUEST_SEGMENTS_MAX = 8,    /* parts of a path between slashes */
	/* The path twice (whole and in parts) and the query: nothing is longer
	 * decoded than it was encoded, a NUL takes the place of each slash,
	 * and each parameter needs two more. */
	REQUEST_STORE_SIZE = 2 * LIMIT_URI + 2 * LIMIT_QUERY_PARAMS + 2
};

struct request_param {
	const char *name; /* name_len bytes; not always NUL-terminated */
	size_t name_len;
	const char *value; /* decoded, valid UTF-8, no control characters */
};

struct request {
	/* HEAD is dispatched as GET, and head is set; HTTP_METHOD__MAX is one
	 * that we do not know (405) */
	enum http_method method;
	bool head;
	const char *path; /* decoded, "/api/..." */
	/* The path's parts, each decoded by itself: "%2F" splits nothing. */
	const char *segments[REQUEST_SEGMENTS_MAX];
	size_t n_segments; /* of the path, may pass REQUEST_SEGMENTS_MAX */
	struct request_param query[LIMIT_QUERY_PARAMS];
	size_t n_query;
	struct request_param params[REQUEST_PATH_PARAMS_MAX]; /* {jail} ... */
	size_t n_params;
	size_t content_length; /* as declared */
	const char *body;      /* NUL-terminated; "" when there is none */
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
	const char *idempotency_key;
	const char *user_agent;

	/* set by the guard before a handler runs */
	const void *caller;      /* api/'s struct caller; http/ never looks */
	const char *caller_kind; /* literal for the log line, "session" */
	int64_t caller_id;       /* which of them, for the same line */
	/* where it may put what caller points at */
	_Alignas(max_align_t) unsigned char caller_room[192];

	/* what the pointers above point at, where it is not the peer's bytes */
	char id_text[LIMIT_REQUEST_ID + 1];
	char client_text[ADDR_TEXT_SIZE];
	char store[REQUEST_STORE_SIZE]; /* last: not cleared each time */
};

/**
 * Fill req from FastCGI parameters ("NAME=value" each, NULL at the end),
 * which must outlive it. The body is the loop's to read. Whatever it returns,
 * req->id is set, so that the answer to a bad request has one.
 *
 * ERR_MALFORMED: control characters, invalid UTF-8, a bad percent escape, a
 * single-valued header twice, more than LIMIT_QUERY_PARAMS parameters or one
 * of them twice, a bad Content-Length, no client address.
 * ERR_URI_TOO_LONG. A method that we do not know is no error here.
 */
NODISCARD int request_parse(
    struct request *req, char *const *envp, struct error *err);

/** The Host header, without its port, is one of the space-separated hosts. */
bool request_host_is_one_of(const struct request *req, const char *hosts);

/** The method's name, "?" for one that we do not know. */
const char *request_method_name(enum http_method method);

/** Value of a path parameter the route names; never NULL for such a name. */
const char *request_path_param(const struct request *req, const char *name);

/**
 * Value of a query parameter, or NULL. One that comes twice is refused by
 * request_parse(), but for `jail`: see request_query_nth().
 */
const char *request_query(const struct request *req, const char *name);

/** The nth (from 0) value of a parameter that may be repeated, or NULL. */
const char *request_query_nth(
    const struct request *req, const char *name, size_t nth);

#endif
