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

struct reply {
	int status;               /* 200 until somebody says otherwise */
	const char *content_type; /* literal; application/json by default */
	struct buf headers;       /* complete lines, CR LF each */
	struct buf body;
	bool etag; /* compute a strong ETag, answer 304 if equal */
};

/* SEC-33: every answer says so, whatever it is. Nothing of the API is a page,
 * so its policy allows nothing at all. Complete lines. */
extern const char REPLY_SECURITY_HEADERS[];

void reply_init(struct reply *rep);
void reply_release(struct reply *rep);
/** As after reply_init(), memory kept for the next; what it held is wiped. */
void reply_reset(struct reply *rep);

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
