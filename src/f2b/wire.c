/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "base/time.h"
#include "f2b/pickle.h"
#include "f2b/result.h"
#include "f2b/wire_talk.h"

enum {
	KEEP_MAX = 256 * 1024, /* a bigger buffer is given back after a call */
	PAUSE_FIRST_MS = 2,    /* fail2ban's queue was full: try again */
	PAUSE_MAX_MS = 50,
	LOOK_MS = 500 /* a look at the connection is good for that long */
};

int
wire_new(struct wire **out, const char *path, struct error *err)
{
	AUTO(wire_freep) struct wire *w = calloc(1, sizeof *w);

	if (w == NULL)
		return err_nomem(err);
	w->fd = -1;
	w->direct_level = POLICY_FULL;
	w->turn = (struct turn)TURN_INIT;
	w->addr.sun_family = AF_UNIX;
	buf_init(&w->in, WIRE_IN_MAX);
	if (!str_copy(w->addr.sun_path, sizeof w->addr.sun_path, path))
		return err_set(err, ERR_INVALID,
		    "The path of fail2ban's socket is too long.", "%s", path);
	*out = STEAL(w);
	return 0;
}

int
wire_share(struct wire *w, const char *path, unsigned places, struct error *err)
{
	return turn_share(&w->turn, path, places, err);
}

static void
wire_drop(struct wire *w)
{
	fd_closep(&w->fd);
	w->patience_ms = 0;
	w->looked_ms = 0;
	buf_clear(&w->in);
}

void
wire_free(struct wire *w)
{
	if (w == NULL)
		return;
	wire_drop(w);
	turn_release(&w->turn);
	buf_release(&w->in);
	free(w);
}

void
wire_freep(struct wire **w)
{
	wire_free(*w);
	*w = NULL;
}

int
wire_down(struct error *err, const char *what, int code)
{
	errno = code;
	return err_set(err, ERR_F2B_DOWN,
	    "fail2ban cannot be reached. Check that it is running.", "%s: %m",
	    what);
}

int
wire_late(struct error *err, const char *what)
{
	(void)err_set(err, ERR_F2B_TIMEOUT,
	    "fail2ban did not answer in time. Try again in a moment.", "%s",
	    what);
	err->retry_after_s = LIMIT_F2B_FAILFAST_MS / 1000;
	return -1;
}

int
wire_timed_out(struct wire *w, struct error *err, const char *what)
{
	turn_silence(&w->turn, time_mono_ms() + LIMIT_F2B_FAILFAST_MS);
	return wire_late(err, what);
}

int
wire_nonsense(struct error *err, const char *what)
{
	return err_set(err, ERR_F2B_PROTOCOL,
	    "fail2ban gave an answer that could not be read. Try again.", "%s",
	    what);
}

/* A full queue is answered by EAGAIN at once (its length is 1). */
static int
connect_once(struct wire *w, int64_t until)
{
	int pause_ms = PAUSE_FIRST_MS;

	while (connect(w->fd, (const struct sockaddr *)&w->addr,
		   sizeof w->addr) < 0) {
		if (errno != EAGAIN && errno != EINTR)
			return -1;
		if (time_mono_ms() + pause_ms >= until) {
			errno = ETIMEDOUT;
			return -1;
		}
		(void)poll(NULL, 0, pause_ms); /* only a pause */
		pause_ms =
		    pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : pause_ms * 2;
	}
	return 0;
}

static int
wire_connect(struct wire *w, const struct talk *t, struct error *err)
{
	int64_t until = time_mono_ms() + LIMIT_F2B_CONNECT_MS;
	struct stat st;
	int code;

	if (until > t->until)
		until = t->until;
	w->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (w->fd < 0)
		return wire_down(err, "socket", errno);
	/* before connecting: a path replaced in between is found next time */
	if (stat(w->addr.sun_path, &st) == 0) {
		w->dev = st.st_dev;
		w->ino = st.st_ino;
	}
	/* from then on send() and recv() are told whether to wait */
	if (connect_once(w, until) == 0 && fcntl(w->fd, F_SETFL, 0) == 0)
		return 0;
	code = errno;
	wire_drop(w);
	if (code == ETIMEDOUT)
		return wire_timed_out(w, err, "connect timed out");
	return wire_down(err, "connect", code);
}

/* Is the kept connection still one to the server at the path? What fail2ban
 * sends between calls is at best an end of file. */
static bool
is_fresh(struct wire *w)
{
	struct pollfd p = {.fd = w->fd, .events = POLLIN};
	struct stat st;

	w->looked_ms = time_mono_ms();
	return poll(&p, 1, 0) == 0 && stat(w->addr.sun_path, &st) == 0 &&
	       st.st_dev == w->dev && st.st_ino == w->ino;
}

/* Is a look of a moment ago good enough? For what only looks and may be asked
 * again, should the connection have ended since: in the gate, and in a client
 * of the gate, which looks for itself. */
static bool
was_looked_at(const struct wire *w, const struct talk *t)
{
	return (t->relay != NULL || w->peer.gate) && t->idempotent &&
	       t->highest != NULL && t->highest->level == POLICY_OBSERVE &&
	       w->looked_ms != 0 && time_mono_ms() - w->looked_ms < LOOK_MS;
}

static int
take_peer(void *ctx, const struct wire_reply *reply, struct error *err)
{
	struct wire_peer *peer = ctx;
	const struct pickle_value *v = reply->value;

	if (reply->done && result_is_text(v, "pong"))
		return 0;
	if (!reply->done || v->type != PICKLE_LIST || v->n != 2 ||
	    !result_is_text(v->u.items[0], "bangui-gate") ||
	    v->u.items[1]->type != PICKLE_STR ||
	    !policy_level_parse(v->u.items[1]->u.s, &peer->level))
		return wire_nonsense(err, "neither fail2ban nor its gate");
	peer->gate = true;
	return 0;
}

/* What is behind a new connection? fail2ban takes the question for a ping. */
static int
wire_greet(struct wire *w, const struct talk *waiting, struct error *err)
{
	static const char *const WORDS[] = {"ping", "@level"};
	static const struct wire_request REQUEST = {WORDS, ARRAY_LEN(WORDS)};
	struct wire_peer peer = {.level = w->direct_level};
	AUTO(talk_release)
	struct talk t = {.requests = &REQUEST,
	    .n = 1,
	    .sink = take_peer,
	    .ctx = &peer,
	    .out = BUF_INIT(LIMIT_F2B_REQUEST)};

	if (talk_prepare(&t, err) < 0)
		return -1;
	t.until = waiting->until;
	t.until_end = waiting->until;
	if (talk_run(w, &t, err) < 0) {
		wire_drop(w);
		return -1;
	}
	peer.known = true;
	w->peer = peer;
	return 0;
}

/* A connection, and what is behind it known. */
static int
wire_open(struct wire *w, const struct talk *t, struct error *err)
{
	if (wire_connect(w, t, err) < 0)
		return -1;
	return w->greets ? wire_greet(w, t, err) : 0;
}

/* The gate judges for itself, by what its level is now. */
static int
wire_allow(const struct wire *w, const struct talk *t, struct error *err)
{
	if (!w->greets || w->peer.gate || t->n == 0)
		return 0;
	return policy_allow(t->highest, w->direct_level, err);
}

static int
wire_try(struct wire *w, struct talk *t, struct error *err)
{
	if (wire_allow(w, t, err) < 0)
		return -1;
	return talk_run(w, t, err);
}

static int
wire_talk(struct wire *w, struct talk *t, struct error *err)
{
	bool kept;

	if (w->fd >= 0 && !was_looked_at(w, t) && !is_fresh(w))
		wire_drop(w);
	kept = w->fd >= 0;
	if (!kept && wire_open(w, t, err) < 0)
		return -1;
	if (wire_try(w, t, err) == 0)
		return 0;
	if (!kept || !t->dead || t->done > 0 || t->relayed > 0 ||
	    !t->idempotent)
		return -1;
	wire_drop(w);
	err_clear(err);
	if (wire_open(w, t, err) < 0)
		return -1;
	return wire_try(w, t, err);
}

static int
wire_run(struct wire *w, struct talk *t, struct error *err)
{
	int rc, place;

	if (talk_prepare(t, err) < 0)
		return -1;
	if (time_mono_ms() < turn_silent_until(&w->turn))
		return wire_late(
		    err, "not asked: a call before this one timed out");
	place = turn_enter(&w->turn);
	if (place < 0)
		return wire_late(err, "not asked: as many as may are waiting");
	rc = wire_talk(w, t, err);
	turn_leave(&w->turn, place);
	if (rc < 0 && (t->done < t->n || err->code == ERR_F2B_PROTOCOL))
		wire_drop(w);
	if (w->in.cap > KEEP_MAX)
		buf_release(&w->in);
	return rc;
}

int
wire_call(struct wire *w, const struct wire_request *requests, size_t n,
    wire_sink *sink, void *ctx, struct error *err)
{
	AUTO(talk_release)
	struct talk t = {.requests = requests,
	    .n = n,
	    .sink = sink,
	    .ctx = ctx,
	    .out = BUF_INIT(LIMIT_F2B_PIPELINE)};

	return wire_run(w, &t, err);
}

int
wire_relay(struct wire *w, const struct wire_request *request, wire_bytes *to,
    void *ctx, struct error *err)
{
	AUTO(talk_release)
	struct talk t = {.requests = request,
	    .n = 1,
	    .relay = to,
	    .ctx = ctx,
	    .out = BUF_INIT(LIMIT_F2B_REQUEST)};

	return wire_run(w, &t, err);
}

void
wire_greets(struct wire *w, enum policy_level direct_level)
{
	w->greets = true;
	w->direct_level = direct_level;
}

int
wire_peer(struct wire *w, struct wire_peer *out, struct error *err)
{
	static const char *const WORDS[] = {"ping", "@level"};
	static const struct wire_request REQUEST = {WORDS, ARRAY_LEN(WORDS)};
	struct wire_peer now = {.level = w->direct_level};

	if (wire_call(w, &REQUEST, 1, take_peer, &now, err) < 0)
		return -1;
	now.known = true;
	w->peer = now;
	*out = now;
	return 0;
}

const struct wire_peer *
wire_last_peer(const struct wire *w)
{
	return &w->peer;
}
