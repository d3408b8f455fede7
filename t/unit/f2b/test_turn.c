/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/turn.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { PLACES = 2, SHARERS = 3 };

struct fixture {
	struct scratch s;
	struct turn t[SHARERS];
	struct error err;
};

static int
setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof f);
	scratch_init(&f.s);
	for (int i = 0; i < SHARERS; i++) {
		f.t[i] = (struct turn)TURN_INIT;
		assert_int_equal(turn_share(&f.t[i], scratch_path(&f.s, "turn"),
				     PLACES, &f.err),
		    0);
	}
	*state = &f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < SHARERS; i++)
		turn_release(&f->t[i]);
	scratch_release(&f->s);
	return 0;
}

static void
alone_there_is_always_a_turn(void **state)
{
	struct turn t = TURN_INIT;

	(void)state;
	assert_int_equal(turn_enter(&t), 0);
	assert_int_equal(turn_enter(&t), 0);
	turn_leave(&t, 0);
	assert_int_equal(turn_silent_until(&t), 0);
	turn_silence(&t, 5);
	assert_int_equal(turn_silent_until(&t), 5);
	turn_release(&t);
}

static void
as_many_enter_as_there_are_places(void **state)
{
	struct fixture *f = *state;
	int64_t begun = time_mono_ms();

	assert_int_equal(turn_enter(&f->t[0]), 0);
	assert_int_equal(turn_enter(&f->t[1]), 1);
	assert_int_equal(turn_enter(&f->t[2]), -1);
	assert_in_range(
	    time_mono_ms() - begun, LIMIT_F2B_TURN_MS - 1, LIMIT_F2B_QUICK_MS);
}

/* After a while in which nobody has come or gone, they hang. */
static void
nobody_waits_for_those_who_hang(void **state)
{
	struct fixture *f = *state;
	int64_t begun;

	assert_int_equal(turn_enter(&f->t[0]), 0);
	assert_int_equal(turn_enter(&f->t[1]), 1);
	assert_int_equal(turn_enter(&f->t[2]), -1);
	begun = time_mono_ms();
	assert_int_equal(turn_enter(&f->t[2]), -1);
	assert_in_range(time_mono_ms() - begun, 0, LIMIT_F2B_TURN_MS / 2);
}

static void
who_leaves_makes_room(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(turn_enter(&f->t[0]), 0);
	assert_int_equal(turn_enter(&f->t[1]), 1);
	turn_leave(&f->t[0], 0);
	assert_int_equal(turn_enter(&f->t[2]), 0);
}

static void
who_dies_makes_room(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(turn_enter(&f->t[0]), 0);
	assert_int_equal(turn_enter(&f->t[1]), 1);
	turn_release(&f->t[1]); /* what the kernel does at the end */
	assert_int_equal(turn_enter(&f->t[2]), 1);
}

static void
a_silence_of_one_is_known_to_all(void **state)
{
	struct fixture *f = *state;
	int64_t until = time_mono_ms() + LIMIT_F2B_FAILFAST_MS;

	assert_int_equal(turn_silent_until(&f->t[1]), 0);
	turn_silence(&f->t[0], until);
	assert_int_equal(turn_silent_until(&f->t[0]), until);
	assert_int_equal(turn_silent_until(&f->t[1]), until);
}

static void
a_time_from_before_a_restart_of_the_machine_is_no_silence(void **state)
{
	struct fixture *f = *state;

	turn_silence(
	    &f->t[0], time_mono_ms() + (int64_t)LIMIT_F2B_FAILFAST_MS * 100);
	assert_int_equal(turn_silent_until(&f->t[1]), 0);
}

static void
a_file_that_cannot_be_made_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct turn t = TURN_INIT;

	assert_int_equal(
	    turn_share(&t, scratch_path(&f->s, "no/such/turn"), 1, &f->err),
	    -1);
	assert_int_equal(f->err.code, ERR_INTERNAL);
	assert_int_equal(turn_enter(&t), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(alone_there_is_always_a_turn),
	    cmocka_unit_test_setup_teardown(
		as_many_enter_as_there_are_places, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		nobody_waits_for_those_who_hang, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		who_leaves_makes_room, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		who_dies_makes_room, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_silence_of_one_is_known_to_all, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_time_from_before_a_restart_of_the_machine_is_no_silence,
		setup, teardown),
	    cmocka_unit_test_setup_teardown(
		a_file_that_cannot_be_made_is_an_error, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
