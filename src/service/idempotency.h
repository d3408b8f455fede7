/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests that carry a key of their sender's choice, so that one that got no
 * answer can be sent again without anything being done twice. A key belongs
 * to the app's actor and is remembered for a day.
 */
#ifndef BANGUI_SERVICE_IDEMPOTENCY_H
#define BANGUI_SERVICE_IDEMPOTENCY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "store/idempotency_store.h"

struct app;
struct buf;
struct error;

struct idempotency_request {
	const char *key;
	const char *what; /* method and path, or whatever else tells apart */
	const char *body;
	size_t body_len;
};

/* An answer as the client gets it; both borrowed. */
struct idempotency_answer {
	int status;
	struct buf *headers, *body;
};

/** 1 to LIMIT_IDEMPOTENCY_KEY of A-Z a-z 0-9 _ - */
bool idempotency_key_ok(const char *key);

/**
 * 1: it has been answered; status is set, headers and body are appended. 0:
 * it is this caller's to do, and to end by one of the two below.
 *
 * ERR_CONFLICT the same is being done at the moment; ERR_INVALID the key was
 * used for another request.
 */
NODISCARD int idempotency_begin(struct app *app,
    const struct idempotency_request *req, struct idempotency_id *id,
    struct idempotency_answer *answer, struct error *err);

/** Keep the answer. One that cannot be kept is told of in the log: what was
 * done is done. */
void idempotency_end(struct app *app, const struct idempotency_id *id,
    const struct idempotency_answer *answer);
/** It failed, so that it may be tried again under the same key. */
void idempotency_forget(struct app *app, const struct idempotency_id *id);

#endif
