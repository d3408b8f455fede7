/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One conversation at a time on fail2ban's socket: connect, frame, deadlines.
 * Only the files of f2b/ include this header (t/lint checks it): the rest of
 * the program has the named operations of f2b/cmd.h, and each request passes
 * the policy table here before a byte of it is sent.
 */
#ifndef BANGUI_F2B_WIRE_H
#define BANGUI_F2B_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/macros.h"
#include "f2b/policy.h"

struct error;
struct pickle_value;
struct wire;

/** Does not connect yet. ERR_INVALID: a path too long for a socket. */
NODISCARD int wire_new(struct wire **out, const char *path, struct error *err);
void wire_free(struct wire *w);
void wire_freep(struct wire **w);
/** As f2b_share(). */
NODISCARD int wire_share(
    struct wire *w, const char *path, unsigned places, struct error *err);

struct wire_request {
	const char *const *words;
	size_t n;
};

struct wire_reply {
	size_t index;                     /* of its request */
	bool done;                        /* else fail2ban refused */
	const struct pickle_value *value; /* result, exception, "ERROR: ..." */
};

/**
 * What is done with each reply; borrowed until it returns. -1 ends the call
 * with its error: and the connection, unless it was the last reply, and not
 * ERR_F2B_PROTOCOL.
 */
typedef int wire_sink(
    void *ctx, const struct wire_reply *reply, struct error *err);

/**
 * Send n requests at once and hand their replies to sink, in order.
 *
 * The connection is kept for the next call. When a kept one turns out dead
 * before the first reply (fail2ban was restarted), and every request is
 * idempotent, all are sent once more on a new connection. Each reply has the
 * time of its row's pace, counted from the reply before. After a time-out the
 * next calls fail at once for LIMIT_F2B_FAILFAST_MS, so that a hung fail2ban
 * does not hang us as well.
 *
 * ERR_INVALID a request that the policy table does not know; nothing is sent.
 * ERR_F2B_TIMEOUT at once also when all places of wire_share() are taken.
 * ERR_F2B_DOWN, ERR_F2B_TIMEOUT, ERR_F2B_PROTOCOL, ERR_NOMEM: the connection
 * is dropped. A command may have been executed all the same.
 */
NODISCARD int wire_call(struct wire *w, const struct wire_request *requests,
    size_t n, wire_sink *sink, void *ctx, struct error *err);

/* What was found behind a connection. */
struct wire_peer {
	bool known; /* else it has not been asked */
	bool gate;  /* else it is fail2ban itself */
	enum policy_level level;
};

/**
 * From now on ask each new connection whether a gate or fail2ban is behind
 * it. A gate judges by its own level; of fail2ban itself nothing above
 * direct_level is asked: ERR_FEATURE. Without it, all that the table knows.
 */
void wire_greets(struct wire *w, enum policy_level direct_level);

/** What is behind it, and the level, as it is now. */
NODISCARD int wire_peer(
    struct wire *w, struct wire_peer *out, struct error *err);
/** ... as it was when it was last asked; borrowed. */
const struct wire_peer *wire_last_peer(const struct wire *w);

/** Takes bytes of a reply as they come, end marker included; borrowed. -1
 * ends the call with its error. */
typedef int wire_bytes(
    void *ctx, const char *data, size_t n, struct error *err);

/**
 * One request whose reply is not read but handed on, in pieces, none of which
 * holds a part of an opcode. Errors as of wire_call(); when some of it was
 * handed on already, there will be no more.
 */
NODISCARD int wire_relay(struct wire *w, const struct wire_request *request,
    wire_bytes *to, void *ctx, struct error *err);

#endif
