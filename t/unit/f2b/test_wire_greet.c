/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a client finds out about who is behind its connection, and what it does
 * not ask then. */
#include "f2b/wire.h"

#include <unistd.h>

#include "t/lib/unit.h"
#include "t/unit/f2b/wire_case.h"

/* ["bangui-gate", "operate"] */
#define GREETING(name, level)                                                  \
	"\x80\x05K\x00](\x8c\x0b" name "\x8c\x07" level "e\x86." END

static const char *const UNBAN[] = {"unban", "192.0.2.1"};
static const struct wire_request ACT = {UNBAN, ARRAY_LEN(UNBAN)};

static int
act(struct fixture_wire *f)
{
	f->seen.n = 0;
	err_clear(&f->err);
	return wire_call(f->wire, &ACT, 1, note, &f->seen, &f->err);
}

static void
a_gate_says_its_level_and_judges_for_itself(void **state)
{
	static const struct fake_said SAYS[] = {
	    SAY(GREETING("bangui-gate", "operate")), SAY(PONG), {NULL, 0}
        };
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 8, fake_in_turn, SAYS);
	wire_greets(f->wire, POLICY_OBSERVE);
	assert_false(wire_last_peer(f->wire)->known);
	/* above the level of direct mode, which is not asked for here */
	assert_int_equal(act(f), 0);
	assert_string_equal(f->seen.text, "pong");
	assert_true(wire_last_peer(f->wire)->known);
	assert_true(wire_last_peer(f->wire)->gate);
	assert_int_equal(wire_last_peer(f->wire)->level, POLICY_OPERATE);
}

static void
fail2ban_takes_the_question_for_a_ping(void **state)
{
	static const struct fake_said SAYS = SAY(PONG);
	struct fixture_wire *f = *state;
	struct wire_peer peer = {0};

	fake_start(&f->fake, 8, fake_always, &SAYS);
	wire_greets(f->wire, POLICY_CONFIGURE);
	assert_int_equal(wire_peer(f->wire, &peer, &f->err), 0);
	assert_true(peer.known);
	assert_false(peer.gate);
	assert_int_equal(peer.level, POLICY_CONFIGURE);
}

/* The first connection hears a greeting and no more, or nobody is served. */
static void
expect_a_greeting_only(int listener, const void *arg)
{
	const struct fake_said *s = arg;
	int conn = fake_accept(listener);

	(void)fake_read(conn, 1);
	fake_say(conn, s->data, s->len);
	if (!fake_read(conn, 1))
		fake_always(listener, arg);
	fake_hang();
}

static void
of_fail2ban_nothing_above_the_direct_level_is_asked(void **state)
{
	static const struct fake_said SAYS = SAY(PONG);
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 8, expect_a_greeting_only, &SAYS);
	wire_greets(f->wire, POLICY_OBSERVE);
	assert_int_equal(act(f), -1);
	assert_int_equal(f->err.code, ERR_FEATURE);
	assert_int_equal(f->seen.n, 0);
	wire_greets(f->wire, POLICY_OPERATE);
	assert_int_equal(act(f), 0);
	assert_int_equal(f->seen.n, 1);
}

static void
who_is_neither_is_not_talked_to(void **state)
{
	static const struct fake_said SAYS[] = {SAY(TEXT("\x04", "what")),
	    SAY(GREETING("another-one", "operate")),
	    SAY(GREETING("bangui-gate", "powered"))};
	struct fixture_wire *f = *state;

	wire_greets(f->wire, POLICY_FULL);
	for (size_t i = 0; i < ARRAY_LEN(SAYS); i++) {
		fake_stop(&f->fake);
		fake_start(&f->fake, 8, fake_always, &SAYS[i]);
		assert_fails(f, ERR_F2B_PROTOCOL, "neither");
		assert_int_equal(f->seen.n, 0);
		assert_false(wire_last_peer(f->wire)->known);
	}
}

static void
each_new_connection_is_greeted(void **state)
{
	static const struct fake_said GATE[] = {
	    SAY(GREETING("bangui-gate", "operate")), SAY(PONG), {NULL, 0}
        };
	static const struct fake_said BARE = SAY(PONG);
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 8, fake_in_turn, GATE);
	wire_greets(f->wire, POLICY_OBSERVE);
	assert_pong(f);
	assert_true(wire_last_peer(f->wire)->gate);
	fake_stop(&f->fake);
	fake_start(&f->fake, 8, fake_always, &BARE);
	assert_pong(f);
	assert_false(wire_last_peer(f->wire)->gate);
	assert_int_equal(act(f), -1);
	assert_int_equal(f->err.code, ERR_FEATURE);
}

/* fail2ban was started anew while the old one still answers: what acts is not
 * asked of that, however short ago somebody looked. */
static void
an_act_does_not_go_to_a_replaced_gate(void **state)
{
	static const struct fake_said SAYS[] = {
	    SAY(GREETING("bangui-gate", "operate")), SAY(PONG), {NULL, 0}
        };
	struct fixture_wire *f = *state;

	fake_start(&f->fake, 8, fake_in_turn, SAYS);
	wire_greets(f->wire, POLICY_OBSERVE);
	assert_pong(f);
	assert_pong(f); /* looks */
	assert_int_equal(unlink(f->fake.path), 0);
	assert_int_equal(act(f), -1);
	assert_int_equal(f->err.code, ERR_F2B_DOWN);
	assert_int_equal(f->seen.n, 0);
}

static int
count_bytes(void *ctx, const char *data, size_t n, struct error *err)
{
	size_t *sum = ctx;

	(void)data;
	(void)err;
	*sum += n;
	return 0;
}

static void
the_gate_does_not_relay_an_act_to_a_replaced_fail2ban(void **state)
{
	static const struct fake_said SAYS = SAY(PONG);
	static const char *const WORDS[] = {"ping"};
	static const struct wire_request PING = {WORDS, 1};
	struct fixture_wire *f = *state;
	size_t n = 0;

	fake_start(&f->fake, 8, fake_always, &SAYS);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
		    wire_relay(f->wire, &PING, count_bytes, &n, &f->err), 0);
	assert_int_equal(n, 2 * LEN(PONG));
	assert_int_equal(unlink(f->fake.path), 0);
	assert_int_equal(
	    wire_relay(f->wire, &ACT, count_bytes, &n, &f->err), -1);
	assert_int_equal(f->err.code, ERR_F2B_DOWN);
	assert_int_equal(n, 2 * LEN(PONG));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_gate_says_its_level_and_judges_for_itself),
	    CASE(fail2ban_takes_the_question_for_a_ping),
	    CASE(of_fail2ban_nothing_above_the_direct_level_is_asked),
	    CASE(who_is_neither_is_not_talked_to),
	    CASE(each_new_connection_is_greeted),
	    CASE(an_act_does_not_go_to_a_replaced_gate),
	    CASE(the_gate_does_not_relay_an_act_to_a_replaced_fail2ban),
	};

	return cmocka_run_group_tests_name("wire_greet", tests, NULL, NULL);
}
