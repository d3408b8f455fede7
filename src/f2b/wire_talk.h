/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside f2b/: a connection and one conversation on it; what wire.c and
 * wire_talk.c share. Nobody else includes it.
 */
#ifndef BANGUI_F2B_WIRE_TALK_H
#define BANGUI_F2B_WIRE_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/macros.h"
#include "f2b/policy.h"
#include "f2b/turn.h"
#include "f2b/wire.h"

enum {
	WIRE_CHUNK = 64 * 1024, /* read at once */
	WIRE_IN_MAX = LIMIT_PICKLE_BYTES + WIRE_CHUNK
};

struct wire {
	struct sockaddr_un addr;
	int fd;              /* -1: not connected */
	dev_t dev;           /* of the path when fd was connected to it: */
	ino_t ino;           /* a restarted fail2ban has made another */
	int64_t patience_ms; /* how long recv() on fd waits; 0: for ever */
	int64_t looked_ms;   /* when it was last looked at; 0: never */
	struct turn turn;
	struct buf in;
	bool greets; /* asks each new connection what is behind it */
	struct wire_peer peer;
	enum policy_level direct_level; /* what may be asked of fail2ban */
};

/* One call of wire_call() or wire_relay(). */
struct talk {
	const struct wire_request *requests;
	size_t n;
	size_t done;       /* replies handed out */
	wire_sink *sink;   /* one of these two */
	wire_bytes *relay; /* ... gets the replies as they come */
	void *ctx;
	const struct policy_row *highest; /* of its rows, by level */
	struct buf out;
	size_t sent;
	size_t relayed; /* bytes handed to relay */
	size_t start;   /* of the next reply in w->in */
	size_t scanned; /* bytes of it that have been looked at */
	bool idempotent;
	int64_t pace_ms;   /* for one reply */
	int64_t until;     /* for the next reply */
	int64_t until_end; /* for all */
	bool dead;         /* the error is an end of the connection */
};

/** Check every request and write them all, each with its end marker. */
NODISCARD int talk_prepare(struct talk *t, struct error *err);
void talk_release(struct talk *t);
/** Send all and hand out the replies, on the connection that w has. */
NODISCARD int talk_run(struct wire *w, struct talk *t, struct error *err);

/** ERR_F2B_DOWN: what was tried, and the errno that it failed with. */
int wire_down(struct error *err, const char *what, int code);
/** ERR_F2B_TIMEOUT, after which nobody asks for a while. */
int wire_timed_out(struct wire *w, struct error *err, const char *what);
/** ERR_F2B_TIMEOUT alone. */
int wire_late(struct error *err, const char *what);
/** ERR_F2B_PROTOCOL. */
int wire_nonsense(struct error *err, const char *what);

#endif
