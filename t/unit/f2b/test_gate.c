/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"
#include "f2b/frame.h"
#include "f2b/gate_listen.h"
#include "f2b/policy.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/f2b/gate_case.h"

enum { NOBODY = 65534 };

#define SAY(c, s) gate_say(c, s, sizeof(s) - 1)

static void
assert_next(struct gate_case *c, const char *expected)
{
	char text[64];
	const char *got = gate_next(c, text);

	if (expected == NULL)
		assert_null(got);
	else
		assert_string_equal(got == NULL ? "nothing" : got, expected);
}

/* SEC-2: no client of ours writes these. */
static const struct {
	const char *data;
	size_t len;
	bool last; /* nobody knows where the next one begins */
} NO_REQUESTS[] = {
#define ROW(s, last)                                                           \
	{                                                                      \
		s GATE_END, sizeof(s GATE_END) - 1, last                       \
	}
    /* a call, a nested list, a number, a dict, nothing, a text */
    ROW("\x80\x02"
	"cposix\nsystem\nX\x02\0\0\0id\x85R.",
	false),
    ROW("\x80\x02]((X\x04\0\0\0pinge]e.", false),
    ROW("\x80\x02]]a.", false),
    ROW("\x80\x02](K\x01"
	"e.",
	false),
    ROW("\x80\x02}.", false),
    ROW("\x80\x02N.", false),
    ROW("\x80\x02X\x04\0\0\0ping.", false),
    ROW("\x80\x02(X\x04\0\0\0pingt.", false),
    ROW("\x80\x02](.", false),
    ROW("\x80\x02].", false),
    ROW("\x80\x02](e.", false),
    ROW("](X\x04\0\0\0pinge.", false),
    ROW("\x80\x02](C\x04pinge.", false),
    ROW("\x80\x02](X\x05\0\0\0ping\0e.", false),
    ROW("\x80\x02](X\x04\0\0\0pi\xa3ge.", false),
    ROW("\x80\x02](X\x04\0\0\0pingq\0h\0e.", false),
    ROW("\x80\x02](X\x04\0\0\0pingee.", false),
    /* protocols that are none, a frame that is longer than what follows,
     * something to remember where there is nothing or by no index */
    ROW("\x80\x01](X\x04\0\0\0pinge.", false),
    ROW("\x80\x06](X\x04\0\0\0pinge.", false),
    ROW("\x80\xfe]X\x04\0\0\0pinga.", false),
    ROW("\x80\x04\x95\x80\0\0\0\0\0\0\0]X\x04\0\0\0pinga.", false),
    ROW("\x80\x04\x94](X\x04\0\0\0pinge.", false),
    ROW("\x80\x04](\x94X\x04\0\0\0pinge.", false),
    ROW("\x80\x02](X\x04\0\0\0pingr\xff\xff\xff\xff"
	"e.",
	false),
    /* protocol 0, what is forbidden, garbage, text behind it */
    ROW("(lp0\nVping\np1\na.", true),
    ROW("\x80\x02(iposix\nsystem\n.", true),
    ROW("GET / HTTP/1.0", true),
    ROW("", true),
    ROW("\x80\x02](X\x04\0\0\0pinge.x", true),
    ROW("\x80\x02](X\xff\xff\xff\xffping", true),
};
#undef ROW

static void
what_is_no_request_is_answered_and_reaches_nobody(void **state)
{
	struct gate_case *c = *state;
	AUTO(buf_release) struct buf heard = BUF_INIT(4096);

	gate_upstream(c);
	for (size_t i = 0; i < ARRAY_LEN(NO_REQUESTS); i++) {
		char text[64];
		const char *got;

		gate_connect(c);
		gate_say(c, NO_REQUESTS[i].data, NO_REQUESTS[i].len);
		SAY(c, "\x80\x02](X\x04\0\0\0pinge." GATE_END);
		assert_int_equal(gate_run(c), NO_REQUESTS[i].last ? -1 : 0);
		got = gate_next(c, text);
		if (got == NULL || strcmp(got, "pong") == 0)
			fail_msg("row %zu: %s", i, got == NULL ? "none" : got);
		assert_next(c, NO_REQUESTS[i].last ? NULL : "pong");
		assert_next(c, NULL);
	}
	gate_heard(c, &heard);
	for (size_t at = 0; at < heard.len;) {
		static const char PING[] =
		    "\x80\x02](X\x04\0\0\0pinge." GATE_END;

		assert_true(heard.len - at >= sizeof PING - 1);
		assert_memory_equal(heard.data + at, PING, sizeof PING - 1);
		at += sizeof PING - 1;
	}
	assert_true(heard.len > 0);
}

/* ... as Python does, with frames and a memo: what leaves is written anew. */
static void
what_is_allowed_is_written_anew(void **state)
{
	static const char OURS[] = "\x80\x02](X\x06\0\0\0status"
				   "X\x04\0\0\0sshdX\x05\0\0\0shorte." GATE_END;
	struct gate_case *c = *state;
	AUTO(buf_release) struct buf heard = BUF_INIT(4096);

	gate_upstream(c);
	SAY(c, "\x80\x05\x95\x1d\0\0\0\0\0\0\0]\x94(\x8c\x06status\x94"
	       "\x8c\x04sshd\x94\x8c\x05short\x94"
	       "e." GATE_END);
	SAY(c, "\x80\x04]q\x01X\x07\0\0\0versiona." GATE_END);
	SAY(c, "<F2B_CLOSE_COMMAND>" GATE_END);
	assert_int_equal(gate_run(c), 0);
	assert_next(c, "pong");
	assert_next(c, "pong");
	assert_next(c, NULL);
	gate_connect(c); /* nothing but that is no request either */
	SAY(c, "<F2B_CLOSE_COMMAND>" GATE_END);
	assert_int_equal(gate_run(c), 0);
	assert_next(c, NULL);
	gate_heard(c, &heard);
	assert_true(heard.len > sizeof OURS);
	assert_memory_equal(heard.data, OURS, sizeof OURS - 1);
}

static void
requests_at_once_are_answered_in_their_order(void **state)
{
	static const char *const PING[] = {"ping", NULL};
	static const char *const LEVEL[] = {"ping", "@level", NULL};
	static const char *const BAD[] = {"sleep", "1", NULL};
	struct gate_case *c = *state;

	gate_upstream(c);
	for (int i = 0; i < 20; i++) {
		gate_ask(c, PING);
		gate_ask(c, BAD);
		gate_ask(c, LEVEL);
	}
	assert_int_equal(gate_run(c), 0);
	for (int i = 0; i < 20; i++) {
		assert_next(c, "pong");
		assert_next(c, "invalid");
		assert_next(c, "own");
	}
	assert_next(c, NULL);
}

static void
a_client_that_is_refused_too_often_is_let_go(void **state)
{
	static const char *const BAD[] = {"sleep", "1", NULL};
	struct gate_case *c = *state;

	for (int i = 0; i < LIMIT_GATE_REFUSED - 1; i++)
		gate_ask(c, BAD);
	assert_int_equal(gate_run(c), 0);
	gate_connect(c);
	for (int i = 0; i < LIMIT_GATE_REFUSED + 1; i++)
		gate_ask(c, BAD);
	assert_int_equal(gate_run(c), -1);
	for (int i = 0; i < LIMIT_GATE_REFUSED; i++)
		assert_next(c, "invalid");
	assert_next(c, NULL);
}

/* SEC-3: every row of the table at every level. */
static void
each_level_refuses_everything_above_it(void **state)
{
	static const struct {
		const char *words[8];
		enum policy_level level;
	} ROWS[] = {
	    {{"ping"},				       POLICY_OBSERVE  },
	    {{"ping", "@level"},                             POLICY_OBSERVE  },
	    {{"banned"},				     POLICY_OBSERVE  },
	    {{"get", "sshd", "banip", "--with-time"},        POLICY_OBSERVE  },
	    {{"get", "sshd", "bantime"},                     POLICY_OBSERVE  },
	    {{"set", "sshd", "banip", "192.0.2.1"},          POLICY_OPERATE  },
	    {{"set", "sshd", "unbanip", "192.0.2.1"},        POLICY_OPERATE  },
	    {{"unban", "--all"},                             POLICY_OPERATE  },
	    {{"start", "sshd"},                              POLICY_OPERATE  },
	    {{"stop", "sshd"},			       POLICY_OPERATE  },
	    {{"set", "sshd", "bantime", "600"},              POLICY_OPERATE  },
	    {{"set", "sshd", "addignoreip", "192.0.2.1"},    POLICY_OPERATE  },
	    {{"set", "loglevel", "DEBUG"},                   POLICY_OPERATE  },
	    {{"flushlogs"},				  POLICY_OPERATE  },
	    {{"set", "logtarget", "SYSLOG"},                 POLICY_CONFIGURE},
	    {{"set", "sshd", "dellogpath", "/var/log/auth"}, POLICY_CONFIGURE},
	    {{"stop"},				       POLICY_FULL     },
	};
	static const char *const NEEDS[] = {
	    "", "needs-operate", "needs-configure", "needs-full"};
	struct gate_case *c = *state;

	gate_upstream(c);
	for (enum policy_level l = 0; l < POLICY_LEVEL__MAX; l++) {
		gate_level(c, policy_level_name(l));
		gate_connect(c);
		for (size_t i = 0; i < ARRAY_LEN(ROWS); i++)
			gate_ask(c, ROWS[i].words);
		assert_int_equal(gate_run(c), 0);
		for (size_t i = 0; i < ARRAY_LEN(ROWS); i++)
			assert_next(c, ROWS[i].level > l ? NEEDS[ROWS[i].level]
				       : i == 1          ? "own"
							 : "pong");
	}
}

static void
a_fail2ban_that_is_away_is_told_and_found_again(void **state)
{
	static const char *const PING[] = {"ping", NULL};
	struct gate_case *c = *state;

	gate_ask(c, PING);
	assert_int_equal(gate_run(c), 0);
	assert_next(c, "fail2ban-down");
	gate_upstream(c);
	gate_connect(c);
	gate_ask(c, PING);
	assert_int_equal(gate_run(c), 0);
	assert_next(c, "pong");
}

static void
say_half(int listener, const void *arg)
{
	int conn = fake_accept(listener);

	(void)arg;
	(void)fake_read(conn, 1);
	fake_say(conn, "\x80\x05K\x00\x8c\x04po", 9);
	(void)close(conn);
	fake_hang();
}

/* What has been handed on cannot be taken back: the end says it. */
static void
half_a_reply_ends_the_connection(void **state)
{
	static const char *const UNBAN[] = {"unban", "192.0.2.1", NULL};
	struct gate_case *c = *state;

	gate_fake(c, say_half, NULL);
	gate_ask(c, UNBAN);
	assert_int_equal(gate_run(c), -1);
	assert_int_equal(c->err.code, ERR_F2B_DOWN);
	assert_true(c->replies.len < sizeof GATE_PONG - 1);
}

enum { BIG = 40000 };

static void
say_much(int listener, const void *arg)
{
	int conn = fake_accept(listener);

	(void)arg;
	(void)fake_read(conn, 1);
	fake_say(conn, "\x80\x05K\x00](", 6);
	for (int i = 0; i < BIG; i++)
		fake_say(conn,
		    "\x8c\x0a"
		    "0123456789",
		    12);
	fake_say(conn, "e\x86." GATE_END, 3 + FRAME_END_LEN);
	fake_hang();
}

/* Runs the gate in a child, since its reply is more than a socket holds. */
static void
a_long_reply_passes_as_it_is(void **state)
{
	static const char *const BANNED[] = {"banned", NULL};
	struct gate_case *c = *state;
	const struct gate_client who = {getpid(), geteuid()};
	char chunk[65536];
	size_t n = 0;
	ssize_t k;
	pid_t pid;

	gate_fake(c, say_much, NULL);
	gate_ask(c, BANNED);
	assert_int_equal(shutdown(c->client, SHUT_WR), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(gate_serve(c->server, &c->conf, &who, &c->err) != 0);
	fd_closep(&c->server);
	while ((k = read(c->client, chunk, sizeof chunk)) > 0)
		n += (size_t)k;
	assert_int_equal(n, 6 + 12 * BIG + 3 + FRAME_END_LEN);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* SEC-6 */
static void
a_request_has_a_length(void **state)
{
	struct gate_case *c = *state;
	AUTO(buf_release) struct buf big = BUF_INIT(1024 * 1024);
	const char *words[POLICY_WORDS_MAX + 1] = {"unban"};

	gate_upstream(c);
	for (size_t i = 1; i < POLICY_WORDS_MAX; i++)
		words[i] = "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff";
	gate_ask(c, words);
	assert_int_equal(gate_run(c), 0);
	assert_next(c, "pong");
	gate_connect(c);
	buf_add(&big, "\x80\x02](X\xf0\xff\x01\0", 9);
	while (big.len < LIMIT_F2B_REQUEST - 1)
		buf_add_char(&big, 'x');
	gate_say(c, big.data, big.len);
	assert_int_equal(gate_run(c), 0); /* it might still end in time */
	assert_next(c, NULL);
	gate_connect(c);
	buf_add_char(&big, 'x');
	gate_say(c, big.data, big.len);
	assert_int_equal(gate_run(c), -1);
	assert_next(c, "too-large");
	assert_next(c, NULL);
}

/* One that begins and does not go on, and one that does not read: both have
 * LIMIT_GATE_READ_MS and LIMIT_GATE_WRITE_MS, which are the same. */
static void
a_slow_client_is_let_go(void **state)
{
	static const char *const LEVEL[] = {"ping", "@level", NULL};
	struct gate_case *c = *state;
	const struct gate_client who = {getpid(), geteuid()};
	int64_t start = time_mono_ms(), took;
	int kept, status = 0;
	pid_t pid;

	while (send(c->server, "x", 1, MSG_DONTWAIT) == 1)
		continue; /* until nothing more fits */
	gate_ask(c, LEVEL);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(gate_serve(c->server, &c->conf, &who, &c->err) == -1 ? 7
									   : 1);
	kept = c->client;
	c->client = -1;
	gate_connect(c);
	SAY(c, "\x80\x02](X\x04\0\0\0pi");
	assert_int_equal(gate_serve(c->server, &c->conf, &who, &c->err), 0);
	took = time_mono_ms() - start;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)close(kept);
	assert_int_equal(WEXITSTATUS(status), 7);
	assert_true(took >= LIMIT_GATE_READ_MS);
	assert_true(took < LIMIT_GATE_READ_MS + 3000);
}

static void
whoever_is_not_of_bangui_is_not_served(void **state)
{
	struct gate_case *c = *state;
	struct gate_client who = {0};
	struct error err = ERROR_INIT;
	int pipes[2];

	assert_int_equal(gate_admit(c->server, 12345, &who, &err), 0);
	assert_int_equal(who.uid, geteuid());
	assert_int_equal(who.pid, getpid());
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(gate_admit(pipes[0], 12345, &who, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	(void)close(pipes[0]);
	(void)close(pipes[1]);
}

/* A connection of its own: who connects is who the gate sees. */
static void
connect_as(struct gate_case *c, const char *path, uid_t uid)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const uid_t me = geteuid();

	fd_closep(&c->client);
	(void)snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
	c->client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(c->client >= 0);
	assert_int_equal(seteuid(uid), 0);
	assert_int_equal(
	    connect(c->client, (const struct sockaddr *)&to, sizeof to), 0);
	assert_int_equal(seteuid(me), 0);
}

static void
take_replies(struct gate_case *c)
{
	char chunk[1024];
	ssize_t n;

	buf_clear(&c->replies);
	c->at = 0;
	while ((n = read(c->client, chunk, sizeof chunk)) > 0)
		buf_add(&c->replies, chunk, (size_t)n);
}

static pid_t
listen_in_a_child(struct gate_case *c, struct gate_listen *l, uid_t user)
{
	pid_t pid;

	assert_int_equal(gate_listen_open(l, &c->err), 0);
	assert_int_equal(chmod(l->path, 0666), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* with the test */
		_exit(gate_listen_run(l, &c->conf, user, &c->err));
	}
	(void)close(l->fd);
	return pid;
}

/* SEC-6: the mode of the socket let everybody in. Under root there is a
 * foreign user to be; anybody can say who he is himself. */
static void
a_foreign_user_is_told_that_he_is_not_served(void **state)
{
	static const char *const LEVEL[] = {"ping", "@level", NULL};
	struct gate_case *c = *state;
	struct gate_listen l = {.path = scratch_path(&c->scratch, "gate.sock")};
	const bool root = geteuid() == 0;
	pid_t pid;

	assert_int_equal(chmod(c->scratch.dir, 0755), 0);
	pid = listen_in_a_child(c, &l, 12345);
	for (int foreign = 0; foreign <= (root ? 2 : 0); foreign++) {
		connect_as(c, l.path,
		    foreign == 0   ? geteuid()
		    : foreign == 1 ? NOBODY
				   : 12345);
		gate_ask(c, LEVEL);
		assert_int_equal(shutdown(c->client, SHUT_WR), 0);
		take_replies(c);
		assert_next(c, foreign == 1 ? "denied" : "own");
		assert_next(c, NULL);
	}
	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A goodbye needs no end marker and no answer, also before any request. */
static void
a_goodbye_alone_ends_it_without_a_word(void **state)
{
	struct gate_case *c = *state;

	SAY(c, "<F2B_CLOSE_COMMAND>");
	assert_int_equal(gate_run(c), 0);
	assert_next(c, NULL);
	gate_connect(c);
	SAY(c, "<F2B_CLOSE_DOOR>"); /* which is not one */
	assert_int_equal(gate_run(c), -1);
	assert_next(c, "fail2ban-protocol");
	assert_next(c, NULL);
}

/* ... cut anywhere: the gate has the one part when it answers what came with
 * it, and only then is the other sent. */
static void
a_goodbye_in_two_parts_is_one(void **state)
{
	static const char LEVEL[] =
	    "\x80\x02](X\x04\0\0\0pingX\x06\0\0\0@levele." GATE_END;
	static const size_t CUTS[] = {
	    1, FRAME_CLOSE_LEN / 2, FRAME_CLOSE_LEN - 1};
	struct gate_case *c = *state;
	const struct gate_client who = {getpid(), geteuid()};

	for (size_t i = 0; i < ARRAY_LEN(CUTS); i++) {
		AUTO(buf_release) struct buf first = BUF_INIT(1024);
		char reply[256];
		int status = 0;
		pid_t pid;

		gate_connect(c);
		pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			_exit(
			    gate_serve(c->server, &c->conf, &who, &c->err) == 0
				? 7
				: 1);
		fd_closep(&c->server);
		buf_add(&first, LEVEL, sizeof LEVEL - 1);
		buf_add(&first, FRAME_CLOSE, CUTS[i]);
		gate_say(c, first.data, first.len);
		assert_true(read(c->client, reply, sizeof reply) > 0);
		gate_say(c, &FRAME_CLOSE[CUTS[i]], FRAME_CLOSE_LEN - CUTS[i]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_int_equal(WEXITSTATUS(status), 7);
		/* the end of the connection, and no further word */
		assert_int_equal(read(c->client, reply, sizeof reply), 0);
	}
}

static void
ask_twice(struct gate_case *c)
{
	static const char *const PING[] = {"ping", NULL};
	static const char *const LEVEL[] = {"ping", "@level", NULL};

	gate_connect(c);
	gate_ask(c, PING);
	gate_ask(c, LEVEL);
	assert_int_equal(shutdown(c->client, SHUT_WR), 0);
}

/* Whatever fails, it is told or the connection ends, and nothing is left. */
static void
serving_survives_every_failing_allocation(void **state)
{
	struct gate_case *c = *state;
	const struct gate_client who = {getpid(), geteuid()};
	size_t n = 0;
	bool failed = true;

	gate_upstream(c);
	while (failed) {
		int rc;

		ask_twice(c);
		torture_arm(++n);
		rc = gate_serve(c->server, &c->conf, &who, &c->err);
		assert_int_equal(torture_live(), 0);
		failed = torture_disarm();
		if (rc < 0)
			assert_int_equal(c->err.code, ERR_NOMEM);
		assert_true(failed || rc == 0);
	}
	assert_true(n > 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    GATE_CASE(what_is_no_request_is_answered_and_reaches_nobody),
	    GATE_CASE(what_is_allowed_is_written_anew),
	    GATE_CASE(requests_at_once_are_answered_in_their_order),
	    GATE_CASE(a_client_that_is_refused_too_often_is_let_go),
	    GATE_CASE(each_level_refuses_everything_above_it),
	    GATE_CASE(a_fail2ban_that_is_away_is_told_and_found_again),
	    GATE_CASE(half_a_reply_ends_the_connection),
	    GATE_CASE(a_long_reply_passes_as_it_is),
	    GATE_CASE(a_request_has_a_length),
	    GATE_CASE(a_slow_client_is_let_go),
	    GATE_CASE(whoever_is_not_of_bangui_is_not_served),
	    GATE_CASE(a_foreign_user_is_told_that_he_is_not_served),
	    GATE_CASE(a_goodbye_alone_ends_it_without_a_word),
	    GATE_CASE(a_goodbye_in_two_parts_is_one),
	    GATE_CASE(serving_survives_every_failing_allocation),
	};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
