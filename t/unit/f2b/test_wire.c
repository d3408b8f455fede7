/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/wire.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "f2b/policy.h"
#include "t/lib/unit.h"
#include "t/unit/f2b/wire_case.h"

/* The first connection gets these bytes and is closed; later ones a pong. */
static void
say_and_close_once(int listener, const void *arg)
{
	static const struct fake_said PONGS = SAY(PONG);
	const struct fake_said *s = arg;
	int conn = fake_accept(listener);

	(void)fake_read(conn, 1);
	fake_say(conn, s->data, s->len);
	(void)close(conn);
	fake_always(listener, &PONGS);
}

/* Each connection: one pong, and closed when it is asked again. */
static void
one_pong_each(int listener, const void *arg)
{
	(void)arg;
	for (;;) {
		int conn = fake_accept(listener);

		(void)fake_read(conn, 1);
		fake_say(conn, PONG, LEN(PONG));
		(void)fake_read(conn, 1);
		(void)close(conn);
	}
}

/* One pong; after that nobody gets an answer before the end. */
static void
one_pong_ever(int listener, const void *arg)
{
	(void)arg;
	for (bool first = true;; first = false) {
		int conn = fake_accept(listener);

		(void)fake_read(conn, 1);
		if (first) {
			fake_say(conn, PONG, LEN(PONG));
			(void)fake_read(conn, 1);
		}
		(void)close(conn);
	}
}

/* Closes with a request unread. */
static void
close_unread(int listener, const void *arg)
{
	int conn = fake_accept(listener);
	char c;

	(void)arg;
	if (read(conn, &c, 1) == 1)
		(void)close(conn);
	fake_hang();
}

/* One pong; asked again, the server is gone. */
static void
one_pong_and_gone(int listener, const void *arg)
{
	int conn = fake_accept(listener);

	(void)arg;
	(void)fake_read(conn, 1);
	fake_say(conn, PONG, LEN(PONG));
	(void)fake_read(conn, 1);
	(void)close(listener);
}

/* A list of long texts that never ends. */
static void
endless(int listener, const void *arg)
{
	static char text[65536] = "X\xfb\xff\0"; /* of 65531 bytes */
	int conn = fake_accept(listener);

	(void)arg;
	memset(text + 5, 'a', sizeof text - 5);
	(void)fake_read(conn, 1);
	for (int i = 0; i < 1100; i++)
		fake_say(conn, text, sizeof text);
	fake_hang();
}

static void
never_accept(int listener, const void *arg)
{
	(void)listener;
	(void)arg;
	fake_hang();
}

/* Two requests, their two replies in one piece; then the next two cut in the
 * middle of the first end marker. */
static void
in_odd_pieces(int listener, const void *arg)
{
	static const char BOTH[] = PONG TEXT("\x05", "1.0.2");
	int conn = fake_accept(listener);

	(void)arg;
	(void)fake_read(conn, 2);
	fake_say(conn, BOTH, LEN(BOTH));
	(void)fake_read(conn, 2);
	fake_say(conn, BOTH, LEN(PONG) - 5);
	fake_sleep(30);
	fake_say(conn, BOTH + LEN(PONG) - 5, LEN(BOTH) - (LEN(PONG) - 5));
	(void)fake_read(conn, 1);
	fake_say(conn, PONG, LEN(PONG));
	fake_hang();
}

/* Reads a lot, slowly, and answers all of it at the end. */
static void
read_slowly(int listener, const void *arg)
{
	int conn = fake_accept(listener);

	(void)arg;
	for (int i = 0; i < 8; i++) {
		fake_sleep(20);
		(void)fake_read(conn, 1);
	}
	for (int i = 0; i < 8; i++)
		fake_say(conn, PONG, LEN(PONG));
	fake_hang();
}

/* The second of two replies comes when nobody waits for it any more. */
static void
second_too_late(int listener, const void *arg)
{
	static const struct fake_said PONGS = SAY(PONG);
	int conn = fake_accept(listener);

	(void)arg;
	(void)fake_read(conn, 2);
	fake_say(conn, PONG, LEN(PONG));
	fake_sleep(100);
	fake_say(conn, TEXT("\x04", "late"), LEN(TEXT("\x04", "late")));
	fake_always(listener, &PONGS);
}

static void
replies_may_come_in_odd_pieces(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, in_odd_pieces, NULL);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(call(f->wire, 2, &f->seen, &f->err), 0);
		assert_int_equal(f->seen.n, 2);
		assert_string_equal(f->seen.text, "1.0.2");
	}
	assert_pong(f);
}

static void
the_end_marker_may_be_part_of_a_text(void **state)
{
	static const struct fake_said S = SAY(TEXT("\x13", "x" END "y"));
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, byte_by_byte, &S);
	assert_int_equal(call(f->wire, 1, &f->seen, &f->err), 0);
	assert_string_equal(f->seen.text, "x" END "y");
}

static void
a_server_that_is_absent_is_down(void **state)
{
	struct fixture_wire *f = *state;

	assert_fails(f, ERR_F2B_DOWN, "connect: No such file");
	assert_took_between(f, 0, 500);
}

static void
a_socket_that_nobody_listens_to_is_down(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, never_accept, NULL);
	fake_stop(&f->fake);
	assert_fails(f, ERR_F2B_DOWN, "connect: Connection refused");
	assert_took_between(f, 0, 500);
}

static void
a_server_that_dies_in_its_reply_is_down_and_asked_anew(void **state)
{
	static const struct fake_said HALF = {PONG, 7};
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, say_and_close_once, &HALF);
	assert_fails(f, ERR_F2B_DOWN, "end of file");
	assert_pong(f);
}

static void
a_server_that_does_not_read_its_request_is_down(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, close_unread, NULL);
	assert_fails(f, ERR_F2B_DOWN, "reset");
}

static void
nonsense_is_refused_at_once_and_the_next_call_works(void **state)
{
	static const struct {
		struct fake_said said;
		const char *detail;
	} ROWS[] = {
	    {SAY("HTTP/1.1 400 Bad Request\r\n\r\n"), "unknown-opcode at 0"},
	    {SAY("\x80\x05]"
		 "2"),
             "forbidden-opcode at 3"				       },
	    {SAY("\x80\x05K\x00N\x86.<F2B_end"),      "no-end-marker"      },
	    {SAY("\x80\x05K\x00N\x86.x" END),         "no-end-marker"      },
	    {SAY(PONG "x"),                           "after-end-marker"   },
	    {SAY(PONG PONG),                          "after-end-marker"   },
	    {SAY("\x80\x05." END),                    "stack-underflow"    },
	    {SAY("N." END),                           "no pair"            },
	    {SAY("\x89N\x86." END),                   "no pair"            },
	    {SAY("K\x02N\x86." END),                  "no pair"            },
	    {SAY("K\x00NN\x87." END),                 "no pair"            },
	    {SAY("](K\x00Ne." END),                   "no pair"            },
	    {SAY("]." END),                           "no pair"            },
	    {SAY(")." END),                           "no pair"            },
	    {SAY("\x8c\x04pong." END),                "no pair"            },
	    {SAY("]\x8c\x04PONGa." END),              "no pair"            },
	};
	struct fixture_wire *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		fake_start(&f->fake, 1, say_and_close_once, &ROWS[i].said);
		assert_fails(f, ERR_F2B_PROTOCOL, ROWS[i].detail);
		assert_took_between(f, 0, 500);
		assert_pong(f);
		fake_stop(&f->fake);
	}
}

static void
an_endless_reply_ends_at_the_limit(void **state)
{
	static const char *const BANNED[] = {"banned"};
	const struct wire_request request = {BANNED, 1};
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, endless, NULL);
	assert_int_equal(
	    wire_call(f->wire, &request, 1, note, &f->seen, &f->err), -1);
	assert_string_equal(f->err.detail, "limit-input");
}

static void
an_error_text_is_a_refusal(void **state)
{
	static const struct fake_said S = SAY("\x8c\x0a"
					      "ERROR: why." END);
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, fake_always, &S);
	assert_int_equal(call(f->wire, 1, &f->seen, &f->err), 0);
	assert_false(f->seen.done);
	assert_string_equal(f->seen.text, "ERROR: why");
}

static void
a_server_that_says_shutdown_is_down(void **state)
{
	static const struct fake_said S = SAY("]\x8c\x08SHUTDOWNa." END);
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, say_and_close_once, &S);
	assert_fails(f, ERR_F2B_DOWN, "shutting down");
	assert_pong(f);
}

static void
a_restarted_server_is_found_without_a_word(void **state)
{
	static const struct fake_said S = SAY(PONG);
	struct fixture_wire *f = *state;

	for (int i = 0; i < 3; i++) {
		fake_start(&f->fake, 1, fake_always, &S);
		assert_pong(f);
		fake_stop(&f->fake);
	}
	assert_fails(f, ERR_F2B_DOWN, "connect");
}

static void
a_replaced_socket_is_found_while_the_old_server_lives(void **state)
{
	static const struct fake_said OLD = SAY(PONG);
	static const struct fake_said NEW = SAY(TEXT("\x03", "new"));
	struct fixture_wire *f = *state;
	struct fake old;

	fake_start(&f->fake, 1, fake_always, &OLD);
	assert_pong(f);
	old = f->fake;
	fake_start(&f->fake, 1, fake_always, &NEW);
	assert_int_equal(call(f->wire, 1, &f->seen, &f->err), 0);
	assert_string_equal(f->seen.text, "new");
	fake_stop(&old);
}

/* The end is not seen before the request is sent: it is sent once more. */
static void
a_kept_connection_that_dies_is_asked_again_once(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, one_pong_each, NULL);
	assert_pong(f);
	assert_pong(f);
	assert_pong(f);
	fake_stop(&f->fake);
	fake_start(&f->fake, 1, one_pong_ever, NULL);
	assert_pong(f);
	assert_fails(f, ERR_F2B_DOWN, "");
	assert_took_between(f, 0, 500);
}

static void
a_server_that_is_gone_is_asked_again_in_vain(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, one_pong_and_gone, NULL);
	assert_pong(f);
	assert_fails(f, ERR_F2B_DOWN, "connect");
}

/* Eight requests that do not fit into the socket's buffers at once. */
static int
call_at_length(struct fixture_wire *f)
{
	static const char *words[POLICY_WORDS_MAX] = {"banned"};
	struct wire_request requests[8];

	for (size_t i = 1; i < ARRAY_LEN(words); i++)
		words[i] = "2001:db8:1111:2222:3333:4444:5555:6666";
	for (size_t i = 0; i < ARRAY_LEN(requests); i++)
		requests[i] = (struct wire_request){words, ARRAY_LEN(words)};
	return wire_call(
	    f->wire, requests, ARRAY_LEN(requests), note, &f->seen, &f->err);
}

static void
a_slow_reader_is_sent_everything(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, read_slowly, NULL);
	assert_int_equal(call_at_length(f), 0);
	assert_int_equal(f->seen.n, 8);
}

static void
a_server_that_dies_while_it_is_sent_to_is_down(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, close_unread, NULL);
	assert_int_equal(call_at_length(f), -1);
	assert_int_equal(f->err.code, ERR_F2B_DOWN);
}

static void
one_conversation_has_a_size(void **state)
{
	static const char *words[POLICY_WORDS_MAX] = {"banned"};
	struct wire_request requests[40];
	struct fixture_wire *f = *state;

	for (size_t i = 1; i < ARRAY_LEN(words); i++)
		words[i] = "2001:db8:1111:2222:3333:4444:5555:6666";
	for (size_t i = 0; i < ARRAY_LEN(requests); i++)
		requests[i] = (struct wire_request){words, ARRAY_LEN(words)};
	/* nobody listens: what fits is tried, what does not is not */
	assert_int_equal(
	    wire_call(f->wire, requests, 20, note, &f->seen, &f->err), -1);
	assert_int_equal(f->err.code, ERR_F2B_DOWN);
	assert_int_equal(wire_call(f->wire, requests, ARRAY_LEN(requests), note,
			     &f->seen, &f->err),
	    -1);
	assert_int_equal(f->err.code, ERR_TOO_LARGE);
}

static void
what_the_policy_refuses_is_not_sent(void **state)
{
	static const char *const SAY_PING[] = {"ping"};
	static const char *const STOP[] = {"reload"};
	const struct wire_request requests[] = {
	    {SAY_PING, 1},
            {STOP,     1}
        };
	struct fixture_wire *f = *state;

	/* nobody listens: it would be ERR_F2B_DOWN if it were tried */
	assert_int_equal(
	    wire_call(f->wire, requests, 2, note, &f->seen, &f->err), -1);
	assert_int_equal(f->err.code, ERR_INVALID);
	assert_int_equal(f->seen.n, 0);
}

static void
a_sink_that_fails_early_ends_the_connection(void **state)
{
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 1, in_odd_pieces, NULL);
	f->seen.fail_at = 1; /* the last: all is read, the connection stays */
	assert_int_equal(call(f->wire, 2, &f->seen, &f->err), -1);
	assert_int_equal(f->err.code, ERR_F2B_REFUSED);
	f->seen.fail_at = SIZE_MAX;
	assert_int_equal(call(f->wire, 2, &f->seen, &f->err), 0);
	fake_stop(&f->fake);

	fake_start(&f->fake, 1, second_too_late, NULL);
	f->seen.fail_at = 0;
	assert_int_equal(call(f->wire, 2, &f->seen, &f->err), -1);
	assert_string_equal(f->err.detail, "sink");
	f->seen.fail_at = SIZE_MAX;
	assert_pong(f);
}

static void
the_socket_is_not_inherited(void **state)
{
	static const struct fake_said S = SAY(PONG);
	struct fixture_wire *f = *state;
	size_t sockets = 0;

	fake_start(&f->fake, 1, fake_always, &S);
	assert_pong(f);
	for (int fd = 3; fd < 64; fd++) {
		struct stat st;

		if (fstat(fd, &st) < 0 || !S_ISSOCK(st.st_mode))
			continue;
		sockets++;
		assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	}
	assert_true(sockets > 0);
}

static void
a_path_has_the_length_of_a_socket_address(void **state)
{
	AUTO(wire_freep) struct wire *w = NULL;
	struct error err = ERROR_INIT;
	char path[109];

	(void)state;
	memset(path, 'a', sizeof path);
	path[108] = '\0';
	assert_int_equal(wire_new(&w, path, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_null(w);
	path[107] = '\0';
	assert_int_equal(wire_new(&w, path, &err), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(replies_may_come_in_odd_pieces),
	    CASE(the_end_marker_may_be_part_of_a_text),
	    CASE(a_server_that_is_absent_is_down),
	    CASE(a_socket_that_nobody_listens_to_is_down),
	    CASE(a_server_that_dies_in_its_reply_is_down_and_asked_anew),
	    CASE(nonsense_is_refused_at_once_and_the_next_call_works),
	    CASE(an_endless_reply_ends_at_the_limit),
	    CASE(an_error_text_is_a_refusal),
	    CASE(a_server_that_says_shutdown_is_down),
	    CASE(a_restarted_server_is_found_without_a_word),
	    CASE(a_replaced_socket_is_found_while_the_old_server_lives),
	    CASE(a_kept_connection_that_dies_is_asked_again_once),
	    CASE(a_server_that_does_not_read_its_request_is_down),
	    CASE(a_server_that_is_gone_is_asked_again_in_vain),
	    CASE(a_slow_reader_is_sent_everything),
	    CASE(a_server_that_dies_while_it_is_sent_to_is_down),
	    CASE(one_conversation_has_a_size),
	    CASE(what_the_policy_refuses_is_not_sent),
	    CASE(a_sink_that_fails_early_ends_the_connection),
	    CASE(the_socket_is_not_inherited),
	    CASE(a_path_has_the_length_of_a_socket_address),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
