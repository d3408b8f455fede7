/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests out, replies in: one conversation, within its time. */
#include "f2b/wire_talk.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"
#include "f2b/frame.h"
#include "f2b/gate_error.h"
#include "f2b/pickle.h"

enum { SLACK_MS = 5 }; /* by which a deadline may be missed */

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

int
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
		if (t->highest == NULL || t->highest->level < row->level)
			t->highest = row;
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
	return wire_down(err, what, code);
}

static int
talk_send(struct wire *w, struct talk *t, struct error *err)
{
	ssize_t n = send(w->fd, t->out.data + t->sent, t->out.len - t->sent,
	    MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n >= 0)
		t->sent += (size_t)n;
	else if (errno != EAGAIN && errno != EINTR)
		return died(t, err, "send", errno);
	return 0;
}

static int
talk_recv(struct wire *w, struct talk *t, int flags, struct error *err)
{
	char *room = buf_reserve(&w->in, WIRE_CHUNK);
	ssize_t n;

	if (room == NULL)
		return w->in.too_big ? wire_nonsense(err, "limit-input")
				     : err_nomem(err);
	n = recv(w->fd, room, WIRE_CHUNK, flags);
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
	if (v->type == PICKLE_LIST && v->n == 1 && first != NULL &&
	    first->type == PICKLE_STR && str_eq(first->u.s, "SHUTDOWN"))
		return wire_down(err, "server is shutting down", 0);
	if (v->type != PICKLE_TUPLE || v->n != 2 || first == NULL ||
	    first->type != PICKLE_INT || (first->u.i != 0 && first->u.i != 1))
		return wire_nonsense(err, "no pair of code and value");
	r->done = first->u.i == 0;
	r->value = v->u.items[1];
	return 0;
}

/* The gate says that fail2ban did not answer it: the same for us. */
static int
failed_behind(struct wire *w, const struct error *err)
{
	if (err->code == ERR_F2B_TIMEOUT)
		turn_silence(&w->turn, time_mono_ms() + LIMIT_F2B_FAILFAST_MS);
	return -1;
}

/* A reply has been read. */
static void
talk_next(struct talk *t)
{
	t->done++;
	t->until = time_mono_ms() + t->pace_ms;
	if (t->until > t->until_end)
		t->until = t->until_end;
}

static int
talk_deliver(struct wire *w, struct talk *t, const char *data, size_t len,
    struct error *err)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	struct wire_reply reply = {.index = t->done};
	size_t used = 0;

	if (pickle_decode(&p, data, len, &used, err) < 0 ||
	    read_shape(pickle_value(p), &reply, err) < 0)
		return -1;
	if (!reply.done && gate_error_read(reply.value, err))
		return failed_behind(w, err);
	talk_next(t);
	return t->sink(t->ctx, &reply, err);
}

/* Hand on n bytes of a reply, whatever they say. */
static int
talk_relay(struct talk *t, const char *data, size_t n, struct error *err)
{
	if (n > LIMIT_PICKLE_BYTES - t->relayed)
		return wire_nonsense(err, "limit-input");
	t->relayed += n;
	t->start += n;
	t->scanned = 0;
	return t->relay(t->ctx, data, n, err);
}

/* A whole reply, and its end marker. */
static int
talk_whole(struct wire *w, struct talk *t, const char *data, struct error *err)
{
	size_t n = t->scanned;

	if (t->relay != NULL) {
		talk_next(t);
		return talk_relay(t, data, n + FRAME_END_LEN, err);
	}
	if (talk_deliver(w, t, data, n, err) < 0)
		return -1;
	t->start += n + FRAME_END_LEN;
	t->scanned = 0;
	return 0;
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

	if (rc == 0 && t->relay != NULL && t->scanned > 0)
		return talk_relay(t, data, t->scanned, err);
	if (rc <= 0)
		return rc;
	behind = len - t->scanned;
	if (behind > FRAME_END_LEN)
		behind = FRAME_END_LEN;
	if (memcmp(data + t->scanned, FRAME_END, behind) != 0)
		return wire_nonsense(err, "no-end-marker");
	if (behind < FRAME_END_LEN) {
		t->scanned--; /* STOP is found again with the rest */
		return 0;
	}
	return talk_whole(w, t, data, err) < 0 ? -1 : 1;
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
		return wire_nonsense(err, "after-end-marker");
	memmove(w->in.data, w->in.data + t->start, w->in.len - t->start);
	w->in.len -= t->start;
	t->start = 0;
	return 0;
}

/* What has been read, if anything, and what it says. */
static int
talk_take(struct wire *w, struct talk *t, int flags, struct error *err)
{
	return talk_recv(w, t, flags, err) < 0 || talk_parse_all(w, t, err) < 0
		   ? -1
		   : 0;
}

/* May one call wait and read? It waits for as long as a reply of this pace may
 * take, so only when all of that is left; the socket remembers how long. */
static bool
talk_may_block(struct wire *w, const struct talk *t, int64_t left)
{
	const struct timeval patience = {
	    .tv_sec = t->pace_ms / 1000, .tv_usec = t->pace_ms % 1000 * 1000};

	if (t->sent < t->out.len || left + SLACK_MS < t->pace_ms)
		return false;
	if (w->patience_ms == t->pace_ms)
		return true;
	if (setsockopt(
		w->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0)
		return false;
	w->patience_ms = t->pace_ms;
	return true;
}

static int
talk_step(struct wire *w, struct talk *t, struct error *err)
{
	struct pollfd p = {.fd = w->fd, .events = POLLIN};
	int64_t left = t->until - time_mono_ms();

	if (left <= 0)
		return wire_timed_out(w, err, "reply timed out");
	if (talk_may_block(w, t, left))
		return talk_take(w, t, 0, err);
	if (t->sent < t->out.len)
		p.events |= POLLOUT;
	if (poll(&p, 1, (int)left) <= 0)
		return 0; /* EINTR, or time: seen at the next step */
	if ((p.revents & POLLOUT) != 0 && talk_send(w, t, err) < 0)
		return -1;
	if ((p.revents & ~POLLOUT) == 0)
		return 0;
	return talk_take(w, t, MSG_DONTWAIT, err);
}

int
talk_run(struct wire *w, struct talk *t, struct error *err)
{
	t->sent = 0;
	t->relayed = 0;
	t->start = 0;
	t->scanned = 0;
	t->dead = false;
	buf_clear(&w->in);
	/* mostly it all fits, and nobody need be asked first */
	if (talk_send(w, t, err) < 0)
		return -1;
	while (t->done < t->n)
		if (talk_step(w, t, err) < 0)
			return -1;
	return 0;
}

void
talk_release(struct talk *t)
{
	buf_release(&t->out);
}
