/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Slow and hung servers, full queues, signals. */
#include "f2b/wire.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "t/lib/unit.h"
#include "t/unit/f2b/wire_case.h"

static void
say_and_hang(int listener, const void *arg)
{
	const struct fake_said *s = arg;
	int conn = fake_accept(listener);

	(void)fake_read(conn, 1);
	fake_say(conn, s->data, s->len);
	fake_hang();
}

static void
drip(int listener, const void *arg)
{
	int conn = fake_accept(listener);

	(void)arg;
	(void)fake_read(conn, 1);
	for (;;) {
		fake_say(conn, "N", 1);
		fake_sleep(50);
	}
}

static void
never_accept(int listener, const void *arg)
{
	(void)listener;
	(void)arg;
	fake_hang();
}

/* Accepts after a while, and then everybody at once. */
static void
accept_late(int listener, const void *arg)
{
	const struct fake_said *s = arg;

	(void)signal(SIGCHLD, SIG_IGN);
	fake_sleep(300);
	for (;;) {
		int conn = fake_accept(listener);

		if (fork() == 0) {
			while (fake_read(conn, 1))
				fake_say(conn, s->data, s->len);
			_exit(0);
		}
		(void)close(conn);
	}
}

/* Two requests, each answered after two thirds of its time. */
static void
slow_but_steady(int listener, const void *arg)
{
	int conn = fake_accept(listener);

	(void)arg;
	(void)fake_read(conn, 2);
	for (int i = 0; i < 2; i++) {
		fake_sleep(LIMIT_F2B_QUICK_MS * 2 / 3);
		fake_say(conn, PONG, LEN(PONG));
	}
	fake_hang();
}

static void
a_reply_may_come_byte_by_byte(void **state)
{
	static const struct fake_said S = SAY(PONG);
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, byte_by_byte, &S);
	assert_pong(f);
	assert_pong(f);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

static void
signals_in_between_do_no_harm(void **state)
{
	static const struct fake_said S = SAY(PONG);
	const struct itimerval every_ms = {
	    {0, 700},
            {0, 700}
        };
	const struct itimerval off = {
	    {0, 0},
            {0, 0}
        };
	struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, byte_by_byte, &S);
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every_ms, NULL), 0);
	assert_pong(f);
	assert_pong(f);
	assert_int_equal(setitimer(ITIMER_REAL, &off, NULL), 0);
	/* the handler stays: the last signal may still be on its way */
}

static void
a_hung_server_costs_its_time_once(void **state)
{
	static const struct fake_said HALF = {PONG, 7};
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, say_and_hang, &HALF);
	assert_fails(f, ERR_F2B_TIMEOUT, "reply timed out");
	assert_took_between(f, LIMIT_F2B_QUICK_MS - 50, SLOW_MS);
	assert_true(f->err.retry_after_s > 0);
	assert_fails(f, ERR_F2B_TIMEOUT, "not asked");
	assert_took_between(f, 0, 500);
	assert_true(f->err.retry_after_s > 0);
}

static void
a_server_that_drips_is_hung(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, drip, NULL);
	assert_fails(f, ERR_F2B_TIMEOUT, "reply timed out");
	assert_took_between(f, LIMIT_F2B_QUICK_MS - 50, SLOW_MS);
}

/* Take all places in the queue of a server that accepts nobody. */
static size_t
fill_queue(const char *path, int *fds, size_t max)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	size_t n = 0;

	(void)snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
	for (; n < max; n++) {
		fds[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		assert_true(fds[n] >= 0);
		if (connect(fds[n], (const struct sockaddr *)&addr,
			sizeof addr) < 0)
			break;
	}
	assert_int_equal(errno, EAGAIN);
	return n + 1;
}

static void
a_full_queue_is_waited_for(void **state)
{
	static const struct fake_said S = SAY(PONG);
	struct fixture_wire *f = *state;
	int fds[8];
	size_t n;

	fake_start(&f->fake, 0, accept_late, &S);
	n = fill_queue(f->fake.path, fds, ARRAY_LEN(fds));
	assert_pong(f);
	while (n > 0)
		(void)close(fds[--n]);
}

static void
each_reply_has_its_own_time(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, slow_but_steady, NULL);
	assert_int_equal(call(f->wire, 2, &f->seen, &f->err), 0);
	assert_int_equal(f->seen.n, 2);
}

static void
a_queue_that_stays_full_is_a_time_out(void **state)
{
	struct fixture_wire *f = *state;
	int fds[8];
	size_t n;

	fake_start(&f->fake, 0, never_accept, NULL);
	n = fill_queue(f->fake.path, fds, ARRAY_LEN(fds));
	assert_fails(f, ERR_F2B_TIMEOUT, "connect timed out");
	assert_took_between(f, LIMIT_F2B_QUICK_MS - 150, SLOW_MS);
	while (n > 0)
		(void)close(fds[--n]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_reply_may_come_byte_by_byte),
	    CASE(signals_in_between_do_no_harm),
	    CASE(a_hung_server_costs_its_time_once),
	    CASE(a_server_that_drips_is_hung),
	    CASE(a_full_queue_is_waited_for),
	    CASE(each_reply_has_its_own_time),
	    CASE(a_queue_that_stays_full_is_a_time_out),
	};

	return cmocka_run_group_tests_name("wire_deadline", tests, NULL, NULL);
}
