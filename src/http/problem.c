/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/problem.h"

#include <stdio.h>

#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

/* The one text for everything that keeps fail2ban from answering (API.md). */
#define UNREACHABLE                                                            \
	"Cannot reach the fail2ban service. Check the server status page."

struct problem {
	int status;
	int retry_after_s;  /* where the error has no hint of its own */
	const char *detail; /* instead of the error's message, or NULL */
};

/* clang-format off */
static const struct problem PROBLEMS[] = {
	[ERR_NONE] = { 500, 0, "Something went wrong here. The log has more." },
	[ERR_MALFORMED] = { 400, 0, NULL },
	[ERR_QUERY] = { 400, 0, NULL },
	[ERR_UNAUTHENTICATED] = { 401, 0, NULL },
	[ERR_CREDENTIALS] = { 401, 0, NULL },
	[ERR_CSRF] = { 403, 0, NULL },
	[ERR_SCOPE] = { 403, 0, NULL },
	[ERR_FEATURE] = { 403, 0, NULL },
	[ERR_HTTPS] = { 403, 0, NULL },
	[ERR_SETUP_CODE] = { 403, 0, NULL },
	[ERR_NOT_FOUND] = { 404, 0, NULL },
	[ERR_JAIL_NOT_FOUND] = { 404, 0, NULL },
	[ERR_METHOD] = { 405, 0, NULL },
	[ERR_CONFLICT] = { 409, 0, NULL },
	[ERR_SETUP_DONE] = { 409, 0, NULL },
	[ERR_LOCK_OUT] = { 409, 0, NULL },
	[ERR_PRECONDITION] = { 412, 0, NULL },
	[ERR_TOO_LARGE] = { 413, 0, NULL },
	[ERR_URI_TOO_LONG] = { 414, 0, NULL },
	[ERR_MEDIA_TYPE] = { 415, 0, NULL },
	[ERR_HOST] = { 421, 0, NULL },
	[ERR_INVALID] = { 422, 0, NULL },
	[ERR_QUERY_BROAD] = { 422, 0, NULL },
	[ERR_PRECONDITION_MISSING] = { 428, 0, NULL },
	[ERR_THROTTLED] = { 429, 1, NULL },
	[ERR_INTERNAL] = { 500, 0, "Something went wrong here. The log has more." },
	[ERR_F2B_DOWN] = { 502, 0, UNREACHABLE },
	[ERR_F2B_PROTOCOL] = { 502, 0, UNREACHABLE },
	[ERR_F2B_REFUSED] = { 502, 0, UNREACHABLE },
	[ERR_F2B_TIMEOUT] = { 504, 2, NULL },
	[ERR_REMOTE_DOWN] = { 502, 0, NULL },
	[ERR_REMOTE_REFUSED] = { 502, 0, NULL },
	[ERR_REMOTE_PROTOCOL] = { 502, 0, NULL },
	[ERR_REMOTE_TOO_LARGE] = { 502, 0, NULL },
	[ERR_REMOTE_TIMEOUT] = { 504, 0, NULL },
	[ERR_SETUP_REQUIRED] = { 503, 0, NULL },
	[ERR_OVERLOADED] = { 503, 1, NULL },
	[ERR_NOMEM] = { 503, 5, NULL },
	[ERR_DB_BUSY] = { 503, 2, NULL },
	[ERR_DB_FULL] = { 503, 0, NULL },
	[ERR_DB_UNAVAILABLE] = { 503, 0, NULL },
	[ERR_DB_NEWER] = { 503, 0, NULL },
	[ERR_TIMEOUT] = { 504, 2, NULL },
	[ERR_CANCELLED] = { 409, 0, NULL },
	[ERR_RUNNER_LOST] = { 503, 0, NULL },
};
/* clang-format on */
_Static_assert(ARRAY_LEN(PROBLEMS) == ERR__MAX, "every code has a row");

static const struct problem *
find_problem(enum err_code code)
{
	return &PROBLEMS[(unsigned)code < ERR__MAX ? code : ERR_INTERNAL];
}

int
problem_status(enum err_code code)
{
	return find_problem(code)->status;
}

static int
add_headers(struct reply *rep, const struct problem *p,
    const struct error *cause, struct error *err)
{
	char seconds[sizeof("-2147483648")];
	int wait_s =
	    cause->retry_after_s > 0 ? cause->retry_after_s : p->retry_after_s;

	if (p->status == 401 &&
	    reply_header(rep, "WWW-Authenticate", "Bearer", err) < 0)
		return -1;
	if (wait_s == 0)
		return 0;
	(void)snprintf(seconds, sizeof seconds, "%d", wait_s); /* fits */
	return reply_header(rep, "Retry-After", seconds, err);
}

static void
put_fields(struct json_out *o, const struct error *cause)
{
	json_put_array(o, "errors");
	for (size_t i = 0; i < cause->n_fields; i++) {
		json_put_object(o, NULL);
		json_put_str(o, "field", cause->fields[i].name);
		if (cause->fields[i].column > 0)
			json_put_i64(o, "column", cause->fields[i].column);
		json_put_str(o, "message", cause->fields[i].message);
		json_put_close(o);
	}
	json_put_close(o);
}

int
problem_write(struct reply *rep, const struct request *req,
    const struct error *cause, struct error *err)
{
	const struct problem *p = find_problem(cause->code);
	const char *more = rep->more_name; /* its value outlives the reset */
	struct json_out o;

	reply_reset(rep);
	rep->status = p->status;
	rep->content_type = "application/problem+json";
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_str(&o, "type", "about:blank");
	json_put_str(&o, "title", reply_phrase(p->status));
	json_put_i64(&o, "status", p->status);
	json_put_str(&o, "detail", p->detail ? p->detail : cause->message);
	json_put_str(&o, "code", err_name(cause->code));
	json_put_str(&o, "request_id", req->id);
	if (cause->code == ERR_INVALID || cause->code == ERR_QUERY)
		put_fields(&o, cause);
	if (more != NULL)
		json_put_json(&o, more, buf_str(&rep->more));
	json_put_close(&o);
	if (json_end(&o, err) < 0)
		return -1;
	return add_headers(rep, p, cause, err);
}
