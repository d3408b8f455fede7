/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One request from its parameters to its answer, and to its line in the log:
 * the only place where an error becomes either. Nothing of FastCGI in here.
 */
#ifndef BANGUI_HTTP_DISPATCH_H
#define BANGUI_HTTP_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "http/reply.h"
#include "http/request.h"

struct route;
struct site;

/* Where the body comes from. */
struct body_source {
	void *arg;
	/** Read up to n bytes, fewer only at the end; how many there were. */
	size_t (*read)(void *arg, char *to, size_t n);
};

/* Everything of one request; used again and again, so that its memory is. */
struct exchange {
	struct request req;
	struct reply rep;
	struct buf head; /* of the response, complete */
	struct buf body; /* of the request */
	const struct route *route;
	unsigned allow;   /* methods of the path, a bit each */
	struct error err; /* code ERR_NONE, or what the answer tells of */
	int64_t start_us;
	bool more;    /* the body in rep is the first bite of a longer one */
	int64_t sent; /* bytes of bites before the one in rep */
	int64_t guarded_us; /* when the guard last let it */
};

void exchange_init(struct exchange *x);
void exchange_release(struct exchange *x);

/**
 * Parse the request: the first step, so that its id is known while the rest
 * is done. Whatever comes of it, exchange_answer() is next.
 */
void exchange_begin(struct exchange *x, char *const *envp);

/** Fill x->head and x->rep: whatever happens, there is an answer to send. */
void exchange_answer(struct exchange *x, const struct site *site,
    const struct body_source *source);

/**
 * The next bite of a body whose x->more is true, in place of the one in
 * x->rep.body. The guard is asked again from time to time: who has been signed
 * out meanwhile gets no more. -1: x->err tells why there is none, and what has
 * been sent of the answer must not look like all of it.
 */
NODISCARD int exchange_next(struct exchange *x, const struct site *site);

/** Bytes of x->rep.body to send: none for HEAD. */
size_t exchange_body_len(const struct exchange *x);

/**
 * The one `request` line of the log.
 * sent  the client took all of the answer
 */
void exchange_log(const struct exchange *x, bool sent);

/** Wipe and forget what was the request's. */
void exchange_end(struct exchange *x);

#endif
