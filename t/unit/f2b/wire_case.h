/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of wire.c share: a client, a scripted server, and what is
 * said to them.
 */
#ifndef BANGUI_T_UNIT_F2B_WIRE_CASE_H
#define BANGUI_T_UNIT_F2B_WIRE_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"
#include "f2b/wire.h"
#include "t/lib/fake_f2b.h"

/* Replies, as Python 3.11 writes them. END is kept apart, for C would take
 * the letters behind a \x escape for more digits. */
#define END "<F2B_END_COMMAND>"
#define TEXT(len, text) "\x80\x05K\x00\x8c" len text "\x86." END
#define PONG TEXT("\x04", "pong")
#define LEN(s) (sizeof(s) - 1)

#define SAY(s) FAKE_SAY(s)

/* A deadline of LIMIT_F2B_QUICK_MS is met, also on a machine that is busy. */
enum { SLOW_MS = LIMIT_F2B_QUICK_MS + 1200 };

/* What the sink has seen. */
struct seen {
	size_t n;
	size_t fail_at; /* return an error for this reply; SIZE_MAX: none */
	bool done;
	char text[64]; /* of the last */
};

#define SEEN_INIT                                                              \
	{                                                                      \
		.fail_at = SIZE_MAX                                            \
	}

struct fixture_wire {
	struct fake fake;
	struct wire *wire;
	struct seen seen;
	struct error err;
	int64_t start;
};

/** Server: what is said (struct fake_said), for each request, byte by byte. */
void byte_by_byte(int listener, const void *arg);
/** Sink: note the reply in ctx, a struct seen. */
int note(void *ctx, const struct wire_reply *reply, struct error *err);
/** Ask n questions at once: ping, and version as the last of several. */
int call(struct wire *w, size_t n, struct seen *s, struct error *err);

/* Of each case; *state is a struct fixture_wire. */
int setup(void **state);
int teardown(void **state);

/* One question is answered; or fails with a word of this in its detail. */
void assert_pong(struct fixture_wire *f);
void assert_fails(
    struct fixture_wire *f, enum err_code code, const char *detail);
/** How long the last assert_fails() took. */
void assert_took_between(
    const struct fixture_wire *f, int64_t min, int64_t max);

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
