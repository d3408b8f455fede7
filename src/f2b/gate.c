/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/time.h"
#include "f2b/ask.h"
#include "f2b/cmd.h"
#include "f2b/conf_place.h"
#include "f2b/frame.h"
#include "f2b/gate_conf.h"
#include "f2b/gate_error.h"
#include "f2b/gate_op.h"
#include "f2b/gate_request.h"
#include "f2b/pickle.h"
#include "f2b/pickle_write.h"
#include "f2b/wire.h"

#define MSG_GONE "BanGUI's gate let a client go. See its log."

enum {
	RECV_CHUNK = 8 * 1024,
	KEEP_MAX = 64 * 1024, /* a bigger reply's memory is given back */
	LOGGED_MAX = 256,     /* bytes of a refused request in the log */
};

/* One client being served. */
struct gate {
	int fd;
	struct gate_conf *conf;
	const struct gate_client *client;
	struct gate_ctx ctx;
	struct conf_place place; /* of fail2ban's files, for ctx */
	struct buf in;
	size_t start;   /* of the next request in it */
	size_t scanned; /* bytes of that which have been looked at */
	struct buf out; /* a reply of our own */
	size_t relayed; /* bytes of fail2ban's present reply */
	bool gone;      /* the client does not take what it is sent */
	unsigned refused;
	struct gate_request request;
};

static void
gate_freep(struct gate **g)
{
	if (*g == NULL)
		return;
	f2b_freep(&(*g)->ctx.f2b);
	gate_ctx_release(&(*g)->ctx);
	buf_release(&(*g)->in);
	buf_release(&(*g)->out);
	free(*g);
	*g = NULL;
}

/* The level is that of gate.conf as it is now. */
static void
refresh(struct gate *g)
{
	struct error why = ERROR_INIT;
	int rc = gate_conf_refresh(g->conf, &why);

	if (rc < 0)
		log_event(LOG_LEVEL_ERROR, "gate_conf_unusable",
		    "the level is observe: %s", why.detail);
	else if (rc > 0)
		log_event(LOG_LEVEL_INFO, "gate_conf_read", "the level is %s",
		    policy_level_name(g->conf->level));
	g->ctx.level = g->conf->level;
}

static int
gate_new(struct gate **out, int fd, struct gate_conf *conf,
    const struct gate_client *client, struct error *err)
{
	AUTO(gate_freep) struct gate *g = calloc(1, sizeof *g);
	const struct timeval step = {.tv_sec = LIMIT_GATE_READ_MS / 1000};

	if (g == NULL)
		return err_nomem(err);
	g->fd = fd;
	g->conf = conf;
	g->client = client;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &step, sizeof step) < 0)
		return err_set(err, ERR_INTERNAL, MSG_GONE, "SO_RCVTIMEO: %m");
	buf_init(&g->in, (size_t)2 * LIMIT_F2B_REQUEST);
	buf_init(&g->out, LIMIT_GATE_REPLY);
	refresh(g);
	conf_place_init(&g->place, conf->socket);
	g->place.dir = conf->config;
	g->ctx.place = &g->place;
	if (f2b_new(&g->ctx.f2b, conf->socket, err) < 0)
		return -1;
	*out = STEAL(g);
	return 0;
}

int
gate_admit(int fd, uid_t user, struct gate_client *out, struct error *err)
{
	struct ucred peer;
	socklen_t len = sizeof peer;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return err_set(err, ERR_INVALID, MSG_GONE,
		    "no socket that tells who is behind it: %m");
	*out = (struct gate_client){peer.pid, peer.uid};
	if (peer.uid == 0 || peer.uid == user || peer.uid == geteuid())
		return 0;
	return err_set(err, ERR_F2B_DOWN, GATE_DENIED,
	    "user %ld (pid %ld) is neither root nor the user of BanGUI",
	    (long)peer.uid, (long)peer.pid);
}

static int
lost(struct gate *g, struct error *err, const char *what)
{
	g->gone = true;
	return err_set(err, ERR_INTERNAL, MSG_GONE, "%s", what);
}

static int
send_all(struct gate *g, const char *data, size_t n, struct error *err)
{
	struct pollfd p = {.fd = g->fd, .events = POLLOUT};
	const int64_t until = time_mono_ms() + LIMIT_GATE_WRITE_MS;

	while (n > 0) {
		ssize_t k = send(g->fd, data, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		int64_t left = until - time_mono_ms();

		if (k >= 0) {
			data += k;
			n -= (size_t)k;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return lost(g, err, "the client is gone");
		if (left <= 0)
			return lost(g, err, "the client does not read");
		(void)poll(&p, 1, (int)left); /* send() finds out */
	}
	return 0;
}

/* Send what is in g->out, or that there is no memory for it: 1. */
static int
send_out(struct gate *g, struct error *err)
{
	int rc = send_all(g, g->out.data, g->out.len, err);

	if (g->out.cap > KEEP_MAX) {
		buf_release(&g->out);
		(void)malloc_trim(0); /* if nothing is given back, so be it */
	}
	return rc < 0 ? -1 : 1;
}

static int
send_error(struct gate *g, const struct error *why, struct error *err)
{
	buf_clear(&g->out);
	if (gate_error_put(&g->out, why, err) < 0)
		return -1;
	return send_out(g, err);
}

/* The words as they were sent, for a person; the log escapes them. */
static void
log_request(struct log_line *l, const struct gate_request *r)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LOGGED_MAX);

	for (size_t i = 0; i < r->n; i++) {
		buf_add_str(&text, i == 0 ? "" : " ");
		buf_add_str(&text, r->words[i]);
	}
	log_str_n(l, "request", buf_str(&text), text.len);
}

static void
log_refused(const struct gate *g, const struct error *why)
{
	struct log_line l;

	log_begin(&l, LOG_LEVEL_WARNING, "gate_refused");
	log_i64(&l, "pid", g->client->pid);
	log_i64(&l, "uid", (int64_t)g->client->uid);
	log_str(&l, "gate_level", policy_level_name(g->conf->level));
	log_request(&l, &g->request);
	log_error_fields(&l, why);
	log_end(&l);
}

/* Tell it, in the log as well: 1; after too many the client is let go. */
static int
refuse(struct gate *g, const struct error *why, struct error *err)
{
	refresh(g); /* the log has the level as it is */
	log_refused(g, why);
	if (send_error(g, why, err) < 0)
		return -1;
	if (++g->refused < LIMIT_GATE_REFUSED)
		return 1;
	return lost(g, err, "too many requests of it were refused");
}

/* What cannot be read any further ends the connection: nobody knows where
 * the next request begins. */
static int
refuse_rest(struct gate *g, const struct error *why, struct error *err)
{
	g->request.n = 0;
	log_refused(g, why);
	if (send_error(g, why, err) < 0)
		return -1;
	*err = *why;
	return -1;
}

static int
relay_bytes(void *ctx, const char *data, size_t n, struct error *err)
{
	struct gate *g = ctx;

	g->relayed += n;
	return send_all(g, data, n, err);
}

/* To fail2ban, written anew; its reply goes on as it is. */
static int
forward(struct gate *g, struct error *err)
{
	const struct wire_request request = {g->request.words, g->request.n};
	struct error why = ERROR_INIT;

	g->relayed = 0;
	if (wire_relay(g->ctx.f2b->wire, &request, relay_bytes, g, &why) == 0)
		return 1;
	if (g->relayed == 0)
		return send_error(g, &why, err);
	*err = why; /* half a reply is no reply: the end says so */
	return -1;
}

static int
do_own(struct gate *g, const struct policy_row *row, struct error *err)
{
	struct error why = ERROR_INIT;

	buf_clear(&g->out);
	pickle_put_begin(&g->out);
	if (gate_op_run(&g->ctx, row, g->request.words, g->request.n, &g->out,
		&why) < 0 ||
	    pickle_put_end(&g->out, &why) < 0) {
		buf_release(&g->out);
		return send_error(g, &why, err);
	}
	return send_out(g, err);
}

/* May it be done? What only looks may be at any level, so nobody asks which
 * one it is now: that is most of what passes. */
static int
judge(struct gate *g, const char *data, size_t len,
    const struct policy_row **row, struct error *why)
{
	struct gate_request *r = &g->request;

	if (gate_request_read(r, data, len, why) < 0 ||
	    policy_check(r->words, r->n, row, why) < 0)
		return -1;
	if ((*row)->level == POLICY_OBSERVE && (*row)->op == POLICY_OP_FORWARD)
		return 0;
	refresh(g);
	return policy_allow(*row, g->ctx.level, why);
}

static int
answer(struct gate *g, const char *data, size_t len, struct error *err)
{
	const struct policy_row *row = NULL;
	struct error why = ERROR_INIT;

	if (judge(g, data, len, &row, &why) < 0)
		return refuse(g, &why, err);
	return row->op == POLICY_OP_FORWARD ? forward(g, err)
					    : do_own(g, row, err);
}

/* Is there a whole request? 1 with its length, less the end marker; 0 not
 * yet; -1 there never will be. */
static int
find_request(struct gate *g, size_t *len, struct error *err)
{
	const char *data = g->in.data + g->start;
	size_t n = g->in.len - g->start;
	size_t behind;
	int rc = n == 0 ? 0 : pickle_scan(data, n, &g->scanned, err);

	if (rc < 0)
		return -1;
	if (g->scanned + FRAME_END_LEN > LIMIT_F2B_REQUEST ||
	    (rc == 0 && n >= LIMIT_F2B_REQUEST))
		return err_set(err, ERR_TOO_LARGE, MSG_GONE,
		    "a request of more than %d bytes", LIMIT_F2B_REQUEST);
	if (rc == 0)
		return 0;
	behind = n - g->scanned;
	if (behind > FRAME_END_LEN)
		behind = FRAME_END_LEN;
	if (memcmp(data + g->scanned, FRAME_END, behind) != 0)
		return err_set(err, ERR_INVALID, MSG_GONE, "%s",
		    "no end marker behind a request");
	if (behind < FRAME_END_LEN) {
		g->scanned--; /* STOP is found again with the rest */
		return 0;
	}
	*len = g->scanned;
	return 1;
}

/* More bytes: 1; 0 the client is gone, or was idle for long. The socket has a
 * time-out of its own, so that one call waits and reads. */
static int
read_more(struct gate *g, int64_t until, struct error *err)
{
	char *room = buf_reserve(&g->in, RECV_CHUNK);
	ssize_t n;

	if (room == NULL)
		return buf_check(&g->in, err);
	while ((n = recv(g->fd, room, RECV_CHUNK, 0)) < 0)
		if ((errno != EAGAIN && errno != EINTR) ||
		    time_mono_ms() >= until)
			return 0;
	buf_commit(&g->in, (size_t)n);
	return n > 0;
}

/* What was answered makes room. */
static void
drop_answered(struct gate *g)
{
	memmove(g->in.data, g->in.data + g->start, g->in.len - g->start);
	g->in.len -= g->start;
	g->start = 0;
}

/* How much of a goodbye there is; 0: it is none. */
static size_t
goodbye(const struct gate *g)
{
	size_t n = g->in.len - g->start;

	if (n > FRAME_CLOSE_LEN)
		n = FRAME_CLOSE_LEN;
	if (n == 0 || memcmp(g->in.data + g->start, FRAME_CLOSE, n) != 0)
		return 0;
	return n;
}

/* The next request, whole: 1; 0 there is none to come. */
static int
next_request(struct gate *g, size_t *len, struct error *err)
{
	int64_t until = time_mono_ms() + LIMIT_GATE_IDLE_MS;
	bool begun = false;
	size_t bye;
	int rc;

	while ((bye = goodbye(g)) < FRAME_CLOSE_LEN) {
		/* what begins like one is no request, but may go on */
		rc = bye > 0 ? 0 : find_request(g, len, err);
		if (rc != 0)
			return rc;
		if (g->start > 0)
			drop_answered(g);
		if (g->in.len > 0 && !begun) {
			begun = true;
			until = time_mono_ms() + LIMIT_GATE_READ_MS;
		}
		rc = read_more(g, until, err);
		if (rc <= 0)
			return rc;
	}
	return 0;
}

int
gate_serve(int fd, struct gate_conf *conf, const struct gate_client *client,
    struct error *err)
{
	AUTO(gate_freep) struct gate *g = NULL;
	struct error why = ERROR_INIT;
	size_t len = 0;
	int rc;

	if (gate_new(&g, fd, conf, client, err) < 0)
		return -1;
	while ((rc = next_request(g, &len, &why)) > 0) {
		size_t from = g->start;

		g->start += len + FRAME_END_LEN;
		g->scanned = 0;
		if (answer(g, g->in.data + from, len, err) < 0)
			return -1;
	}
	return rc < 0 ? refuse_rest(g, &why, err) : 0;
}
