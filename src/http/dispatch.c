/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/dispatch.h"

#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "http/problem.h"
#include "http/route.h"
#include "http/site.h"

enum {
	HEAD_MAX = 32 * 1024, /* bytes of a whole response head */
	HEAD_USUAL = 2048     /* ... of nearly every one */
};

/* When memory is too short even for a problem, this is sent. */
static const char LAST_RESORT[] = "Status: 503 Service Unavailable\r\n"
				  "Cache-Control: no-store\r\n"
				  "Retry-After: 5\r\n"
				  "Content-Length: 0\r\n";

void
exchange_init(struct exchange *x)
{
	memset(x, 0, sizeof *x);
	reply_init(&x->rep);
	buf_init(&x->head, HEAD_MAX);
	/* now, so that the answer of last resort finds room when there is no
	 * more; without it a later append tries again */
	(void)buf_reserve(&x->head, HEAD_USUAL);
	buf_init(&x->body, LIMIT_BODY);
}

void
exchange_release(struct exchange *x)
{
	exchange_end(x);
	reply_release(&x->rep);
	buf_release(&x->head);
	buf_release(&x->body);
}

void
exchange_begin(struct exchange *x, char *const *envp)
{
	x->start_us = time_mono_us();
	x->route = NULL;
	x->allow = 0;
	x->more = false;
	x->sent = 0;
	err_clear(&x->err);
	/* the code in err is the result, looked at by exchange_answer() */
	if (request_parse(&x->req, envp, &x->err) < 0 &&
	    x->err.code == ERR_NONE)
		x->err.code = ERR_INTERNAL;
	log_context(x->req.client, x->req.id);
}

/* "GET, HEAD, OPTIONS" for the methods whose bits are set. */
static int
add_allow(struct reply *rep, unsigned allow, struct error *err)
{
	char text[64]; /* all seven names and their commas take 46 */
	size_t len = 0;

	for (int i = 0; i < HTTP_METHOD__MAX; i++) {
		const char *name = request_method_name((enum http_method)i);
		size_t n = strlen(name);
		if (!(allow & 1U << i) || len + n + 3 > sizeof text)
			continue;
		if (len > 0) {
			memcpy(text + len, ", ", 2);
			len += 2;
		}
		memcpy(text + len, name, n);
		len += n;
	}
	text[len] = '\0';
	return reply_header(rep, "Allow", text, err);
}

/* A body that the route takes: its declared size and its type. */
static int
check_body(
    const struct request *req, const struct route *route, struct error *err)
{
	if (req->content_length > route->body_max && route->body_max == 0)
		return err_set(err, ERR_TOO_LARGE,
		    "This call takes no request body.", "%zu bytes",
		    req->content_length);
	if (req->content_length > route->body_max)
		return err_set(err, ERR_TOO_LARGE,
		    "The request body is too large.", "%zu bytes of %zu",
		    req->content_length, route->body_max);
	if (req->content_length > 0 &&
	    (!req->content_type ||
		!str_eq(req->content_type, "application/json")))
		return err_set(err, ERR_MEDIA_TYPE,
		    "Send the request body as application/json.", "%s",
		    req->content_type ? req->content_type : "no type");
	return 0;
}

/* One byte more than declared is asked for, to see that there is none. */
static int
read_body(struct exchange *x, const struct body_source *source)
{
	size_t want = x->req.content_length;
	size_t got;
	char *to;

	buf_clear(&x->body);
	x->body.max = want + 1;
	to = buf_reserve(&x->body, want + 1);
	if (!to)
		return buf_check(&x->body, &x->err);
	got = source->read(source->arg, to, want + 1);
	if (got != want)
		return err_set(&x->err, ERR_MALFORMED,
		    "The request body is not as long as declared.",
		    "%zu bytes declared, %zu read", want, got);
	buf_commit(&x->body, got);
	x->req.body = buf_str(&x->body);
	x->req.body_len = got;
	return 0;
}

static int
no_route(struct exchange *x)
{
	if (!x->allow)
		return err_set(&x->err, ERR_NOT_FOUND,
		    "There is nothing at this address of the API.", "%s",
		    x->req.path);
	return err_set(&x->err, ERR_METHOD,
	    "This address does not answer this method. See Allow.", "%s",
	    request_method_name(x->req.method));
}

static int
run_begin(struct exchange *x, const struct site *site)
{
	if (!site->begin)
		return 0;
	return site->begin(site->app, x->req.method == HTTP_GET, &x->err);
}

static int
run_handler(struct exchange *x, const struct site *site)
{
	int rc;

	if (run_begin(x, site) < 0)
		return -1;
	rc = x->route->handler(site->app, &x->req, &x->rep, &x->err);
	if (site->end)
		site->end(site->app);
	return rc;
}

static int
take_bite(struct exchange *x, const struct site *site)
{
	struct reply *rep = &x->rep;
	int rc;

	buf_clear(&rep->body);
	if (run_begin(x, site) < 0)
		return -1;
	rc = rep->stream.next(rep->stream.arg, &rep->body, &x->err);
	if (site->end)
		site->end(site->app);
	if (rc >= 0 && buf_check(&rep->body, &x->err) < 0)
		rc = -1;
	x->more = rc == 1;
	return rc < 0 ? -1 : 0;
}

static int
ask_guard(struct exchange *x, const struct site *site)
{
	x->guarded_us = time_mono_us();
	if (!site->guard)
		return 0;
	return site->guard(site->app, x->route, &x->req, &x->rep, &x->err);
}

static int
answer(struct exchange *x, const struct site *site,
    const struct body_source *source)
{
	struct route_match match;

	if (x->err.code != ERR_NONE) /* exchange_begin() found it */
		return -1;
	if (site->allowed_hosts && *site->allowed_hosts &&
	    !request_host_is_one_of(&x->req, site->allowed_hosts))
		return err_set(&x->err, ERR_HOST,
		    "The server does not answer under this host name.", "%s",
		    x->req.host ? x->req.host : "no host");
	match = route_find(site->routes, site->n_routes, &x->req);
	x->route = match.route;
	x->allow = match.allow;
	if (x->allow && x->req.method == HTTP_OPTIONS) {
		x->rep.status = 204;
		return add_allow(&x->rep, x->allow, &x->err);
	}
	if (ask_guard(x, site) < 0)
		return -1;
	if (!x->route)
		return no_route(x);
	if (check_body(&x->req, x->route, &x->err) < 0 ||
	    read_body(x, source) < 0)
		return -1;
	return run_handler(x, site);
}

/* The answer that tells of x->err. */
static int
answer_problem(struct exchange *x, struct error *err)
{
	if (x->err.code == ERR_NONE)
		(void)err_set(&x->err, ERR_INTERNAL, "", "%s",
		    "a handler failed without saying why");
	if (problem_write(&x->rep, &x->req, &x->err, err) < 0)
		return -1;
	if (x->err.code == ERR_METHOD)
		return add_allow(&x->rep, x->allow, err);
	return 0;
}

/* The first bite is made before the head goes, so that it can still be told
 * of when it fails. */
static int
finish_reply(struct exchange *x, const struct site *site)
{
	if (x->rep.stream.next && !x->req.head && take_bite(x, site) < 0)
		return -1;
	if (buf_check(&x->rep.body, &x->err) < 0)
		return -1;
	buf_clear(&x->head);
	return reply_head(&x->rep, &x->req, &x->head, &x->err);
}

void
exchange_answer(struct exchange *x, const struct site *site,
    const struct body_source *source)
{
	struct error err = ERROR_INIT;

	if (answer(x, site, source) == 0 && finish_reply(x, site) == 0)
		return;
	x->more = false;
	buf_clear(&x->head);
	if (answer_problem(x, &err) == 0 &&
	    reply_head(&x->rep, &x->req, &x->head, &err) == 0)
		return;
	reply_reset(&x->rep);
	x->rep.status = 503;
	buf_clear(&x->head);
	/* what it needs is less than what it holds already, or nothing goes */
	buf_add_str(&x->head, REPLY_SECURITY_HEADERS);
	buf_add_str(&x->head, LAST_RESORT);
	buf_add_str(&x->head, "\r\n");
}

int
exchange_next(struct exchange *x, const struct site *site)
{
	bool fresh =
	    time_mono_us() - x->guarded_us < LIMIT_STREAM_GUARD_S * 1000000L;

	x->sent += (int64_t)x->rep.body.len;
	if ((fresh || ask_guard(x, site) == 0) && take_bite(x, site) == 0)
		return 0;
	x->more = false;
	buf_clear(&x->rep.body);
	if (x->err.code == ERR_NONE)
		(void)err_set(&x->err, ERR_INTERNAL, "", "%s",
		    "a stream broke off without saying why");
	return -1;
}

size_t
exchange_body_len(const struct exchange *x)
{
	return x->req.head ? 0 : x->rep.body.len;
}

/* Ours is an error, what another part could not do is a warning; who may not
 * do what, and who asked for what is not there, is every day's business. */
static enum log_level
log_level_of(const struct exchange *x)
{
	if (x->rep.status == 500 || x->err.code == ERR_INTERNAL)
		return LOG_LEVEL_ERROR;
	if (x->rep.status == 200 && x->err.code != ERR_NONE)
		return LOG_LEVEL_WARNING; /* it broke off */
	if (x->rep.status > 500 && x->err.code != ERR_SETUP_REQUIRED)
		return LOG_LEVEL_WARNING;
	return LOG_LEVEL_INFO;
}

void
exchange_log(const struct exchange *x, bool sent)
{
	const struct request *req = &x->req;
	struct log_line l;

	log_begin(&l, log_level_of(x), "request");
	log_str(&l, "method",
	    req->head ? "HEAD" : request_method_name(req->method));
	log_str(&l, "route", x->route ? x->route->path : NULL);
	log_i64(&l, "status", x->rep.status);
	log_i64(&l, "ms", (time_mono_us() - x->start_us) / 1000);
	log_i64(&l, "bytes", x->sent + (int64_t)exchange_body_len(x));
	log_str(&l, "caller", req->caller_kind);
	if (req->caller_id != 0)
		log_i64(&l, "caller_id", req->caller_id);
	if (!sent)
		log_bool(&l, "aborted", true);
	if (x->err.code != ERR_NONE)
		log_error_fields(&l, &x->err);
	log_end(&l);
}

void
exchange_end(struct exchange *x)
{
	log_context(NULL, NULL);
	if (x->body.data) /* it may have been a login */
		explicit_bzero(x->body.data, x->body.cap);
	buf_clear(&x->body);
	if (x->body.cap > LIMIT_BODY + 2)
		buf_release(&x->body);
	reply_reset(&x->rep);
	if (x->head.data)
		explicit_bzero(x->head.data, x->head.cap);
	buf_clear(&x->head);
}
