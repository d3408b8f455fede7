/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bodies that are made while they go out: http/reply.h, http/dispatch.h. */
#include "http/dispatch.h"

#include <string.h>

#include "t/lib/unit.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/macros.h"
#include "http/route.h"
#include "http/site.h"

/* A stream of "0", "1", ... and what was asked of it. */
struct app {
	int bites;    /* there are so many */
	int fail_at;  /* -1: none fails */
	bool silent;  /* it fails without saying why */
	bool too_big; /* a bite past all limits */
	int begun, ended, asked, freed;
	int guarded, signed_out_at; /* 0: never */
};

static int
next(void *arg, struct buf *to, struct error *err)
{
	struct app *app = arg;

	assert_int_equal(to->len, 0);
	assert_int_equal(app->begun, app->ended + 1); /* within the hooks */
	assert_int_equal(app->freed, 0);
	if (app->asked == app->fail_at && app->silent)
		return -1;
	if (app->asked == app->fail_at)
		return err_set(err, ERR_DB_BUSY, "Later.", "%s", "why");
	if (app->too_big)
		to->max = 0;
	buf_add_i64(to, app->asked++);
	return app->asked < app->bites;
}

static void
free_stream(void *arg)
{
	((struct app *)arg)->freed++;
}

static int
guard(struct app *app, const struct route *route, struct request *req,
    struct reply *rep, struct error *err)
{
	(void)req;
	(void)rep;
	assert_non_null(route);
	assert_int_equal(app->begun, app->ended);
	if (++app->guarded == app->signed_out_at)
		return err_set(err, ERR_UNAUTHENTICATED, "Sign in.", "%s", "");
	return 0;
}

static int
begin(struct app *app, bool reading, struct error *err)
{
	(void)err;
	assert_true(reading);
	app->begun++;
	return 0;
}

static void
end(struct app *app)
{
	app->ended++;
}

static int
stream(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	const struct reply_stream s = {next, free_stream, app};

	(void)req;
	(void)err;
	reply_set_stream(rep, &s);
	return 0;
}

static int
think_again(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	if (stream(app, req, rep, err) < 0)
		return -1;
	return err_set(err, ERR_NOT_FOUND, "No.", "%s", "");
}

static const struct route ROUTES[] = {
    {HTTP_GET, "/api/stream", ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0, stream},
    {HTTP_GET, "/api/again",  ACCESS_PUBLIC, SCOPE_NONE, RATE_NONE, 0,
     think_again							     },
};

static size_t
read_nothing(void *arg, char *to, size_t n)
{
	(void)arg;
	(void)to;
	(void)n;
	return 0;
}

struct fixture {
	struct exchange x;
	struct app app;
	struct site site;
};

static void
ask(struct fixture *f, char *method, char *uri)
{
	static char client[] = "REMOTE_ADDR=192.0.2.1";
	char *env[] = {client, method, uri, NULL};
	const struct body_source source = {NULL, read_nothing};

	exchange_begin(&f->x, env);
	exchange_answer(&f->x, &f->site, &source);
}

static void
get(struct fixture *f)
{
	static char method[] = "REQUEST_METHOD=GET";
	static char uri[] = "REQUEST_URI=/api/stream";

	ask(f, method, uri);
}

static int
setup(void **state)
{
	static struct fixture f;

	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	f = (struct fixture){
	    .app = {.bites = 3, .fail_at = -1}
        };
	exchange_init(&f.x);
	f.site = (struct site){.app = &f.app,
	    .routes = ROUTES,
	    .n_routes = ARRAY_LEN(ROUTES),
	    .guard = guard,
	    .begin = begin,
	    .end = end};
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	exchange_release(&f->x);
	assert_int_equal(f->app.begun, f->app.ended);
	assert_int_equal(f->app.freed, 1);
	return 0;
}

static void
bites_come_one_by_one_between_the_hooks(void **state)
{
	struct fixture *f = *state;

	get(f);
	assert_int_equal(f->x.rep.status, 200);
	assert_null(strstr(f->x.head.data, "Content-Length"));
	assert_string_equal(f->x.rep.body.data, "0");
	for (int i = 1; i < 3; i++) {
		assert_true(f->x.more);
		assert_int_equal(exchange_next(&f->x, &f->site), 0);
		assert_int_equal(f->x.rep.body.data[0], '0' + i);
		assert_int_equal(f->x.sent, i);
	}
	assert_false(f->x.more);
	assert_int_equal(f->app.begun, 4); /* the handler's as well */
}

static void
what_is_one_bite_is_done_with_the_head(void **state)
{
	struct fixture *f = *state;

	f->app.bites = 1;
	get(f);
	assert_false(f->x.more);
	assert_int_equal(exchange_body_len(&f->x), 1);
}

static void
head_asks_for_no_bite(void **state)
{
	static char method[] = "REQUEST_METHOD=HEAD";
	static char uri[] = "REQUEST_URI=/api/stream";
	struct fixture *f = *state;

	ask(f, method, uri);
	assert_int_equal(f->x.rep.status, 200);
	assert_null(strstr(f->x.head.data, "Content-Length"));
	assert_false(f->x.more);
	assert_int_equal(f->app.asked, 0);
	assert_int_equal(exchange_body_len(&f->x), 0);
}

static void
a_failing_first_bite_is_a_problem(void **state)
{
	struct fixture *f = *state;

	f->app.fail_at = 0;
	get(f);
	assert_int_equal(f->x.rep.status, 503);
	assert_false(f->x.more);
	assert_int_equal(f->app.freed, 1);
	assert_non_null(strstr(f->x.head.data, "Content-Length"));
	assert_non_null(strstr(f->x.rep.body.data, "database_busy"));
}

static void
a_failing_later_bite_is_told_and_leaves_nothing_to_send(void **state)
{
	struct fixture *f = *state;

	f->app.fail_at = 1;
	get(f);
	assert_int_equal(exchange_next(&f->x, &f->site), -1);
	assert_int_equal(f->x.err.code, ERR_DB_BUSY);
	assert_int_equal(f->x.rep.body.len, 0);
	assert_false(f->x.more);
	assert_int_equal(f->x.sent, 1);
}

static void
a_bite_that_fails_silently_is_an_internal_error(void **state)
{
	struct fixture *f = *state;

	f->app.fail_at = 1;
	f->app.silent = true;
	get(f);
	assert_int_equal(exchange_next(&f->x, &f->site), -1);
	assert_int_equal(f->x.err.code, ERR_INTERNAL);
}

static void
a_bite_past_its_limit_is_none(void **state)
{
	struct fixture *f = *state;

	get(f);
	f->app.too_big = true;
	assert_int_equal(exchange_next(&f->x, &f->site), -1);
	assert_int_equal(f->x.err.code, ERR_TOO_LARGE);
	assert_int_equal(f->x.rep.body.len, 0);
}

static void
who_is_signed_out_meanwhile_gets_no_more(void **state)
{
	struct fixture *f = *state;
	int64_t then_us = (LIMIT_STREAM_GUARD_S + 1) * 1000000L;

	f->app.bites = 9;
	f->app.signed_out_at = 3;
	get(f);
	assert_int_equal(exchange_next(&f->x, &f->site), 0);
	assert_int_equal(f->app.guarded, 1); /* so soon it is not asked */
	f->x.guarded_us -= then_us;
	assert_int_equal(exchange_next(&f->x, &f->site), 0);
	assert_int_equal(exchange_next(&f->x, &f->site), 0);
	assert_int_equal(f->app.guarded, 2);
	f->x.guarded_us -= then_us;
	assert_int_equal(exchange_next(&f->x, &f->site), -1);
	assert_int_equal(f->x.err.code, ERR_UNAUTHENTICATED);
	assert_int_equal(f->app.asked, 4);
	assert_int_equal(f->x.rep.body.len, 0);
	assert_false(f->x.more);
}

static void
a_handler_that_fails_after_all_has_no_stream(void **state)
{
	static char method[] = "REQUEST_METHOD=GET";
	static char uri[] = "REQUEST_URI=/api/again";
	struct fixture *f = *state;

	ask(f, method, uri);
	assert_int_equal(f->x.rep.status, 404);
	assert_int_equal(f->app.asked, 0);
	assert_int_equal(f->app.freed, 1);
}

static void
a_second_stream_ends_the_first(void **state)
{
	struct fixture *f = *state;
	struct app other = {0};
	const struct reply_stream s = {next, free_stream, &other};

	get(f);
	reply_set_stream(&f->x.rep, &s);
	assert_int_equal(f->app.freed, 1);
	reply_end_stream(&f->x.rep);
	assert_int_equal(other.freed, 1);
	reply_end_stream(&f->x.rep);
	assert_int_equal(other.freed, 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(bites_come_one_by_one_between_the_hooks),
	    TEST(what_is_one_bite_is_done_with_the_head),
	    TEST(head_asks_for_no_bite),
	    TEST(a_failing_first_bite_is_a_problem),
	    TEST(a_failing_later_bite_is_told_and_leaves_nothing_to_send),
	    TEST(a_bite_that_fails_silently_is_an_internal_error),
	    TEST(a_bite_past_its_limit_is_none),
	    TEST(who_is_signed_out_meanwhile_gets_no_more),
	    TEST(a_handler_that_fails_after_all_has_no_stream),
	    TEST(a_second_stream_ends_the_first),
	};

	return cmocka_run_group_tests_name("http/stream", tests, NULL, NULL);
}
