/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One HTTP exchange with a server that may be hostile, slow or endless: the
 * only place that opens a connection to another machine, and the only one
 * that knows libcurl. Time, bytes, redirects and addresses are all bounded;
 * no proxy, cookie, netrc, password or content coding takes part, and TLS
 * certificates are verified. libcurl sleeps until the first exchange.
 */
#ifndef BANGUI_FETCH_FETCH_H
#define BANGUI_FETCH_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/macros.h"
#include "fetch/policy.h"

struct error;

enum { FETCH_VALUE_SIZE = 256 };

/* A header of the answer that the caller wants to see. */
struct fetch_header {
	const char *name;             /* compared without regard to case */
	char value[FETCH_VALUE_SIZE]; /* "": none came, or none that fits */
};

struct fetch_request {
	const char *url;    /* http:// or https://, without user and password */
	bool https_only;    /* ... and wherever it redirects to */
	unsigned redirects; /* followed, at most LIMIT_FETCH_REDIRECTS */

	const void *body; /* NULL: GET, else POST */
	size_t body_len;
	const char *content_type; /* of body */

	fetch_policy *may_connect; /* NULL: fetch_to_public() */
	size_t max_bytes;          /* of the answer's body */
	int64_t total_ms;          /* 0: LIMIT_FETCH_TOTAL_MS */

	/* Called about once a second, or NULL; -1 with *err ends the exchange
	 * with that error. */
	int (*beat)(void *arg, struct error *err);
	void *beat_arg;
};

struct fetch_reply {
	int status; /* of HTTP: whether it is a good one is the caller's view */
	struct buf body; /* fetch_reply_release() */
};

void fetch_reply_release(struct fetch_reply *reply);

/**
 * Send the request and take the whole answer; headers (n of them) get their
 * values, and reply is filled, on success only.
 *
 * ERR_REMOTE_DOWN no such host or nobody there; ERR_REMOTE_REFUSED the URL or
 * every address behind it is none that we connect to; ERR_REMOTE_TIMEOUT;
 * ERR_REMOTE_TOO_LARGE; ERR_REMOTE_PROTOCOL cut off, no HTTP, too many
 * redirects, a bad certificate; ERR_NOMEM; what beat says.
 */
NODISCARD int fetch(const struct fetch_request *req,
    struct fetch_header *headers, size_t n, struct fetch_reply *reply,
    struct error *err);

#endif
