/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One response under construction. Headers can be added through one function
 * only, which refuses anything that could split a response (SEC-37).
 */
#ifndef BANGUI_HTTP_REPLY_H
#define BANGUI_HTTP_REPLY_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/macros.h"

struct error;
struct request;

/* A body that is made while it goes out, so that its length costs no memory
 * and need not be known. */
struct reply_stream {
	/**
	 * Append the next bite to `to`, which is empty. Called as a handler
	 * is, between the hooks of the site; never for HEAD. 1: there is more;
	 * 0: that was the end; -1 with *err: the first time the answer tells
	 * of it, later it breaks off in a way that the client sees.
	 */
	int (*next)(void *arg, struct buf *to, struct error *err);
	void (*end)(void *arg); /* once, whatever came of it */
	void *arg;
};

struct reply {
	int status;               /* 200 until somebody says otherwise */
	const char *content_type; /* literal; application/json by default */
	struct buf headers;       /* complete lines, CR LF each */
	struct buf body;
	const char *more_name; /* a member that a problem has besides, a
				* literal; NULL: none */
	struct buf more;       /* ... its value, JSON text */
	bool etag;             /* compute a strong ETag, answer 304 if equal */
	struct reply_stream stream; /* next not NULL: makes the body */
};

/* SEC-33: every answer says so, whatever it is. Nothing of the API is a page,
 * so its policy allows nothing at all. Complete lines. */
extern const char REPLY_SECURITY_HEADERS[];

void reply_init(struct reply *rep);
void reply_release(struct reply *rep);
/** As after reply_init(), memory kept for the next; what it held is wiped. */
void reply_reset(struct reply *rep);

/**
 * When it becomes a problem, that has one member more: name, a literal. Its
 * value is what the caller writes into the buffer.
 */
struct buf *reply_more(struct reply *rep, const char *name);

/** The body is made by s from now on; s->arg is the reply's to end. */
void reply_set_stream(struct reply *rep, const struct reply_stream *s);
/** End the stream, if there is one: no bite is taken any more. */
void reply_end_stream(struct reply *rep);

/** ERR_INTERNAL when name or value holds CR, LF, NUL or non-ASCII bytes. */
NODISCARD int reply_header(
    struct reply *rep, const char *name, const char *value, struct error *err);

/**
 * Everything of the response in front of its body: status, the program's own
 * headers, the security headers that every answer has. Turns rep into a 304
 * when its ETag is one that the client has. ERR_NOMEM.
 */
NODISCARD int reply_head(struct reply *rep, const struct request *req,
    struct buf *head, struct error *err);

/** The reason phrase of a status that the program sends. */
const char *reply_phrase(int status);

#endif
