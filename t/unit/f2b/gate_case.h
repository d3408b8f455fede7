/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of the gate share: a gate that is served in this process on
 * one end of a pair of sockets, with a recording fail2ban behind it.
 */
#ifndef BANGUI_T_UNIT_F2B_GATE_CASE_H
#define BANGUI_T_UNIT_F2B_GATE_CASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "f2b/gate.h"
#include "f2b/gate_conf.h"
#include "f2b/pickle.h"
#include "t/lib/fake_f2b.h"
#include "t/lib/scratch.h"

#define GATE_END "<F2B_END_COMMAND>"
#define GATE_PONG "\x80\x05K\x00\x8c\x04pong\x86." GATE_END

struct gate_case {
	struct fake fake; /* fail2ban */
	struct scratch scratch;
	struct gate_conf conf;
	char conf_path[SCRATCH_PATH_SIZE];
	char heard[SCRATCH_PATH_SIZE]; /* file of what fail2ban heard */
	int client, server;            /* the pair */
	struct error err;              /* of gate_serve() */
	struct buf replies;
	size_t at; /* of the next one in them */
};

/* Of each case; *state is a struct gate_case. */
int gate_set_up(void **state);
int gate_tear_down(void **state);

/** Write gate.conf: that level, and the fake fail2ban. */
void gate_level(struct gate_case *c, const char *level);
/** A fail2ban of that script, and a new pair of sockets. */
void gate_fake(struct gate_case *c, fake_script *script, const void *arg);
/** ... that notes what it hears and answers pong. */
void gate_upstream(struct gate_case *c);
/** What it has heard. */
void gate_heard(struct gate_case *c, struct buf *out);

/** Say bytes; or words, up to NULL, as a request of ours. */
void gate_say(struct gate_case *c, const void *data, size_t len);
void gate_ask(struct gate_case *c, const char *const *words);
/** A new pair of sockets. */
void gate_connect(struct gate_case *c);
/** Serve all that was said, and take the replies; what gate_serve() gave. */
int gate_run(struct gate_case *c);

/** The next reply: "pong", what the gate's error says ("needs-full"), or
 * NULL when there is none. Any other ends the test. */
const char *gate_next(struct gate_case *c, char out[64]);

#define GATE_CASE(name)                                                        \
	cmocka_unit_test_setup_teardown(name, gate_set_up, gate_tear_down)

#endif
