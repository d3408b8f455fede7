/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/hooks/routes.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

enum { MS_MAX = 60000, STREAM_MAX = 32 * 1024 * 1024 };

static int
query_number(const struct request *req, const char *name, int64_t max,
    int64_t *out, struct error *err)
{
	const char *text = request_query(req, name);

	if (text && num_parse_i64(text, strlen(text), 0, max, out))
		return 0;
	return err_field(err, name, "Must be a number in range.");
}

static int
crash(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app;
	(void)req;
	(void)rep;
	(void)err;
	/* as a bad pointer would, also where a sanitizer has its handler */
	(void)signal(SIGSEGV, SIG_DFL);
	(void)raise(SIGSEGV);
	return 0;
}

static int
hang(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	(void)app;
	(void)req;
	(void)rep;
	(void)err;
	while (pause() != 0) /* -1 whatever happens */
		continue;
	return 0;
}

static int
sleep_ms(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	int64_t ms = 0;

	(void)app;
	if (query_number(req, "ms", MS_MAX, &ms, err) < 0)
		return -1;
	(void)poll(NULL, 0, (int)ms);
	buf_add_str(&rep->body, "{\"slept\":true}");
	return 0;
}

/* Bytes of a pattern whose period is no power of two: a piece that is lost
 * or doubled shows. */
static int
stream(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	int64_t n = 0;
	char *to;

	(void)app;
	if (query_number(req, "bytes", STREAM_MAX, &n, err) < 0)
		return -1;
	rep->content_type = "application/octet-stream";
	to = buf_reserve(&rep->body, (size_t)n);
	if (!to)
		return buf_check(&rep->body, err);
	for (int64_t i = 0; i < n; i++)
		to[i] = (char)(i % 251);
	buf_commit(&rep->body, (size_t)n);
	return 0;
}

/* A body of so many bites of so many bytes, each made in so long, that breaks
 * off before the bite `fail` (0: it does not). */
struct bites {
	int64_t n, size, ms, fail, at;
};

static int
bite(void *arg, struct buf *to, struct error *err)
{
	struct bites *b = arg;
	char *room = buf_reserve(to, (size_t)b->size);

	(void)poll(NULL, 0, (int)b->ms);
	if (++b->at == b->fail)
		return err_set(err, ERR_DB_BUSY, "Later.", "%s", "a hook");
	for (int64_t i = 0; room && i < b->size; i++)
		room[i] = (char)('a' + b->at % 26);
	buf_commit(to, (size_t)b->size);
	return b->at < b->n;
}

static int
in_bites(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct bites *b = calloc(1, sizeof *b);
	const struct reply_stream s = {bite, free, b};

	(void)app;
	if (!b)
		return err_nomem(err);
	reply_set_stream(rep, &s);
	rep->content_type = "text/plain";
	if (query_number(req, "n", STREAM_MAX, &b->n, err) < 0 ||
	    query_number(req, "size", STREAM_MAX, &b->size, err) < 0 ||
	    query_number(req, "ms", MS_MAX, &b->ms, err) < 0)
		return -1;
	return query_number(req, "fail", STREAM_MAX, &b->fail, err);
}

static int
count_body(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct json_out o;

	(void)app;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_i64(&o, "length", (int64_t)req->body_len);
	json_put_i64(&o, "pid", getpid());
	json_put_close(&o);
	return json_end(&o, err);
}

/* clang-format off */
const struct route HOOK_ROUTES[] = {
	{ HTTP_GET, "/api/test/bites", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, in_bites },
	{ HTTP_GET, "/api/test/crash", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, crash },
	{ HTTP_GET, "/api/test/hang", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, hang },
	{ HTTP_GET, "/api/test/sleep", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, sleep_ms },
	{ HTTP_GET, "/api/test/stream", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, stream },
	{ HTTP_POST, "/api/test/count", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, LIMIT_BODY, count_body },
};
/* clang-format on */
const size_t HOOK_ROUTES_LEN = ARRAY_LEN(HOOK_ROUTES);
