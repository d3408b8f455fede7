/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/once.h"

#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/idempotency.h"

static int
replay(struct reply *rep, int status, struct error *err)
{
	rep->status = status;
	return reply_header(rep, "Idempotent-Replayed", "true", err);
}

int
once(struct app *app, const struct request *req, struct reply *rep,
    route_handler *handler, struct error *err)
{
	const struct idempotency_request request = {.key = req->idempotency_key,
	    .what = req->path,
	    .body = req->body,
	    .body_len = req->body_len};
	struct idempotency_answer answer = {
	    .headers = &rep->headers, .body = &rep->body};
	struct idempotency_id id;
	int rc;

	if (req->idempotency_key == NULL)
		return handler(app, req, rep, err);
	if (!idempotency_key_ok(req->idempotency_key))
		return err_set(err, ERR_MALFORMED,
		    "The Idempotency-Key must be 1 to 64 letters, digits, _ "
		    "and -.",
		    "%s", "another key");
	rc = idempotency_begin(app, &request, &id, &answer, err);
	if (rc != 0)
		return rc < 0 ? -1 : replay(rep, answer.status, err);
	if (handler(app, req, rep, err) < 0) {
		idempotency_forget(app, &id);
		return -1;
	}
	answer.status = rep->status;
	idempotency_end(app, &id, &answer);
	return 0;
}
