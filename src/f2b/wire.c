/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "f2b/frame.h"
#include "f2b/pickle.h"
#include "f2b/policy.h"
#include "f2b/turn.h"

enum {
	RECV_CHUNK = 64 * 1024,
	KEEP_MAX = 256 * 1024, /* a bigger buffer is given back after a call */
	PAUSE_FIRST_MS = 2,    /* fail2ban's queue was full: try again */
	PAUSE_MAX_MS = 50,
	IN_MAX = LIMIT_PICKLE_BYTES + RECV_CHUNK
};

struct wire {
	struct sockaddr_un addr;
	int fd;    /* -1: not connected */
	dev_t dev; /* of the path when fd was connected to it: */
	ino_t ino; /* a restarted fail2ban has made another */
	struct turn turn;
	struct buf in;
};

/* One call of wire_call(). */
struct talk {
	const struct wire_request *requests;
	size_t n;
	size_t done; /* replies handed out */
	wire_sink *sink;
	void *ctx;
	struct buf out;
	size_t sent;
	size_t start;   /* of the next reply in w->in */
	size_t scanned; /* bytes of it that have been looked at */
	bool idempotent;
	int64_t pace_ms;   /* for one reply */
	int64_t until;     /* for the next reply */
	int64_t until_end; /* for all */
	bool dead;         /* the error is an end of the connection */
};

int
wire_new(struct wire **out, const char *path, struct error *err)
{
	AUTO(wire_freep) struct wire *w = calloc(1, sizeof *w);

	if (w == NULL)
		return err_nomem(err);
	w->fd = -1;
	w->turn = (struct turn)TURN_INIT;
	w->addr.sun_family = AF_UNIX;
	buf_init(&w->in, IN_MAX);
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

static int
down(struct error *err, const char *what, int code)
{
	errno = code;
	return err_set(err, ERR_F2B_DOWN,
	    "fail2ban cannot be reached. Check that it is running.", "%s: %m",
	    what);
}

static int
late(struct error *err, const char *what)
{
	(void)err_set(err, ERR_F2B_TIMEOUT,
	    "fail2ban did not answer in time. Try again in a moment.", "%s",
	    what);
	err->retry_after_s = LIMIT_F2B_FAILFAST_MS / 1000;
	return -1;
}

static int
timed_out(struct wire *w, struct error *err, const char *what)
{
	turn_silence(&w->turn, time_mono_ms() + LIMIT_F2B_FAILFAST_MS);
	return late(err, what);
}

static int
nonsense(struct error *err, const char *what)
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
		return down(err, "socket", errno);
	/* before connecting: a path replaced in between is found next time */
	if (stat(w->addr.sun_path, &st) == 0) {
		w->dev = st.st_dev;
		w->ino = st.st_ino;
	}
	if (connect_once(w, until) == 0)
		return 0;
	code = errno;
	wire_drop(w);
	if (code == ETIMEDOUT)
		return timed_out(w, err, "connect timed out");
	return down(err, "connect", code);
}

/* Is the kept connection still one to the server at the path? What fail2ban
 * sends between calls is at best an end of file. */
static bool
is_fresh(const struct wire *w)
{
	struct pollfd p = {.fd = w->fd, .events = POLLIN};
	struct stat st;

	return poll(&p, 1, 0) == 0 && stat(w->addr.sun_path, &st) == 0 &&
	       st.st_dev == w->dev && st.st_ino == w->ino;
}

static int64_t
pace_ms(enum policy_pace pace)
{
	static const int64_t MS[] = {
	    [POLICY_QUICK] = LIMIT_F2B_QUICK_MS,
	    [POLICY_BULK] = LIMIT_F2B_READ_MS,
	    [POLICY_ACT] = LIMIT_F2B_ACT_MS,
	};
	_Static_assert(ARRAY_LEN(MS) == POLICY_PACE__MAX, "every pace");

	return MS[pace];
}

/* Check every request and write them all, each with its end marker. */
static int
talk_prepare(struct talk *t, struct error *err)
{
	int64_t now = time_mono_ms();

	_Static_assert(
	    POLICY_WORDS_MAX * (5 + ADDR_TEXT_SIZE) + LIMIT_JAIL_NAME + 64 <
		LIMIT_F2B_REQUEST,
	    "no request that the policy takes is too big for the gate");
	t->idempotent = true;
	for (size_t i = 0; i < t->n; i++) {
		const struct wire_request *r = &t->requests[i];
		const struct policy_row *row = NULL;

		if (policy_check(r->words, r->n, &row, err) < 0 ||
		    pickle_encode_words(&t->out, r->words, r->n, err) < 0)
			return -1;
		buf_add_str(&t->out, FRAME_END);
		t->idempotent = t->idempotent && row->idempotent;
		if (t->pace_ms < pace_ms(row->pace))
			t->pace_ms = pace_ms(row->pace);
	}
	t->until = now + t->pace_ms;
	t->until_end = t->until;
	if (t->n > 1 && t->pace_ms < LIMIT_F2B_PIPE_MS)
		t->until_end = now + LIMIT_F2B_PIPE_MS;
	return buf_check(&t->out, err);
}

static int
died(struct talk *t, struct error *err, const char *what, int code)
{
	t->dead = true;
	return down(err, what, code);
}

static int
talk_send(struct wire *w, struct talk *t, struct error *err)
{
	ssize_t n = send(
	    w->fd, t->out.data + t->sent, t->out.len - t->sent, MSG_NOSIGNAL);

	if (n >= 0)
		t->sent += (size_t)n;
	else if (errno != EAGAIN && errno != EINTR)
		return died(t, err, "send", errno);
	return 0;
}

static int
talk_recv(struct wire *w, struct talk *t, struct error *err)
{
	char *room = buf_reserve(&w->in, RECV_CHUNK);
	ssize_t n;

	if (room == NULL)
		return w->in.too_big ? nonsense(err, "limit-input")
				     : err_nomem(err);
	n = recv(w->fd, room, RECV_CHUNK, 0);
	if (n > 0)
		buf_commit(&w->in, (size_t)n);
	else if (n == 0)
		return died(t, err, "end of file", 0);
	else if (errno != EAGAIN && errno != EINTR)
		return died(t, err, "recv", errno);
	return 0;
}

/* (0, value) done, (1, exception) refused; a bare "ERROR: ..." is refused as
 * well; ["SHUTDOWN"] comes from a server that is going away. */
static int
read_shape(
    const struct pickle_value *v, struct wire_reply *r, struct error *err)
{
	const struct pickle_value *first =
	    (v->type == PICKLE_TUPLE || v->type == PICKLE_LIST) && v->n > 0
		? v->u.items[0]
		: NULL;

	r->done = false;
	r->value = v;
	if (v->type == PICKLE_STR && str_starts(v->u.s, "ERROR: "))
		return 0;
	if (v->type == PICKLE_LIST && v->n == 1 && first->type == PICKLE_STR &&
	    str_eq(first->u.s, "SHUTDOWN"))
		return down(err, "server is shutting down", 0);
	if (v->type != PICKLE_TUPLE || v->n != 2 || first->type != PICKLE_INT ||
	    (first->u.i != 0 && first->u.i != 1))
		return nonsense(err, "no pair of code and value");
	r->done = first->u.i == 0;
	r->value = v->u.items[1];
	return 0;
}

static int
talk_deliver(struct talk *t, const char *data, size_t len, struct error *err)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	struct wire_reply reply = {.index = t->done};
	size_t used = 0;

	if (pickle_decode(&p, data, len, &used, err) < 0 ||
	    read_shape(pickle_value(p), &reply, err) < 0)
		return -1;
	t->done++;
	t->until = time_mono_ms() + t->pace_ms;
	if (t->until > t->until_end)
		t->until = t->until_end;
	return t->sink(t->ctx, &reply, err);
}

/* The pickle that begins at t->start, if it is complete, and its end marker:
 * 1 handed out, 0 more must come. */
static int
talk_parse(struct wire *w, struct talk *t, struct error *err)
{
	const char *data = w->in.data + t->start;
	size_t len = w->in.len - t->start;
	size_t behind;
	int rc = pickle_scan(data, len, &t->scanned, err);

	if (rc <= 0)
		return rc;
	behind = len - t->scanned;
	if (behind > FRAME_END_LEN)
		behind = FRAME_END_LEN;
	if (memcmp(data + t->scanned, FRAME_END, behind) != 0)
		return nonsense(err, "no-end-marker");
	if (behind < FRAME_END_LEN) {
		t->scanned--; /* STOP is found again with the rest */
		return 0;
	}
	if (talk_deliver(t, data, t->scanned, err) < 0)
		return -1;
	t->start += t->scanned + FRAME_END_LEN;
	t->scanned = 0;
	return 1;
}

static int
talk_parse_all(struct wire *w, struct talk *t, struct error *err)
{
	int rc = 1;

	while (rc == 1 && t->done < t->n && w->in.len > t->start)
		rc = talk_parse(w, t, err);
	if (rc < 0)
		return -1;
	if (t->done == t->n && w->in.len > t->start)
		return nonsense(err, "after-end-marker");
	memmove(w->in.data, w->in.data + t->start, w->in.len - t->start);
	w->in.len -= t->start;
	t->start = 0;
	return 0;
}

static int
talk_step(struct wire *w, struct talk *t, struct error *err)
{
	struct pollfd p = {.fd = w->fd, .events = POLLIN};
	int64_t left = t->until - time_mono_ms();

	if (left <= 0)
		return timed_out(w, err, "reply timed out");
	if (t->sent < t->out.len)
		p.events |= POLLOUT;
	if (poll(&p, 1, (int)left) <= 0)
		return 0; /* EINTR, or time: seen at the next step */
	if ((p.revents & POLLOUT) != 0 && talk_send(w, t, err) < 0)
		return -1;
	if ((p.revents & ~POLLOUT) == 0)
		return 0;
	return talk_recv(w, t, err) < 0 || talk_parse_all(w, t, err) < 0 ? -1
									 : 0;
}

static int
talk_run(struct wire *w, struct talk *t, struct error *err)
{
	t->sent = 0;
	t->start = 0;
	t->scanned = 0;
	t->dead = false;
	buf_clear(&w->in);
	while (t->done < t->n)
		if (talk_step(w, t, err) < 0)
			return -1;
	return 0;
}

static int
wire_talk(struct wire *w, struct talk *t, struct error *err)
{
	bool kept;

	if (w->fd >= 0 && !is_fresh(w))
		wire_drop(w);
	kept = w->fd >= 0;
	if (!kept && wire_connect(w, t, err) < 0)
		return -1;
	if (talk_run(w, t, err) == 0)
		return 0;
	if (!kept || !t->dead || t->done > 0 || !t->idempotent)
		return -1;
	wire_drop(w);
	err_clear(err);
	if (wire_connect(w, t, err) < 0)
		return -1;
	return talk_run(w, t, err);
}

static void
talk_release(struct talk *t)
{
	buf_release(&t->out);
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
	int rc, place;

	if (talk_prepare(&t, err) < 0)
		return -1;
	if (time_mono_ms() < turn_silent_until(&w->turn))
		return late(err, "not asked: a call before this one timed out");
	place = turn_enter(&w->turn);
	if (place < 0)
		return late(err, "not asked: as many as may are waiting");
	rc = wire_talk(w, &t, err);
	turn_leave(&w->turn, place);
	if (rc < 0 && (t.done < n || err->code == ERR_F2B_PROTOCOL))
		wire_drop(w);
	if (w->in.cap > KEEP_MAX)
		buf_release(&w->in);
	return rc;
}
