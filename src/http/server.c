/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sysexits.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "http/dispatch.h"

enum {
	SEND_S = 30, /* nginx takes no byte of an answer for so long */
	ACCEPT_PAUSE_MS = 100, /* when accept fails for want of resources */
	PIECE = 8000,          /* bytes: a socket that has room takes so many */
	RECORD_HEAD = 8,       /* bytes, of FastCGI */
	RECORD_MAX = 65535     /* bytes of content */
};

static const int STOP_SIGNALS[] = {SIGTERM, SIGINT, SIGUSR1, SIGHUP};

/* A signal handler has nothing but file scope to look at. */
static volatile sig_atomic_t stop_seen;
static struct last_line {
	char text[512];
	volatile sig_atomic_t len;
} timeout_line, sigbus_line; /* made whole before each request */

struct server {
	const struct site *site;
	FCGX_Request fcgi;
	struct exchange x;
	int listen_fd;
	sigset_t stop_set;
	sigset_t open_mask; /* while waiting: the four are let in */
	unsigned limit_s;
	int64_t stream_end_ms; /* when a streamed answer is cut off */
};

static void
on_stop(int signo)
{
	(void)signo;
	stop_seen = 1;
}

/* A worker stuck in a request is of no use, nor is one under which a mapped
 * file has gone away: the master makes a new one. */
static void
on_fatal(int signo)
{
	const struct last_line *l =
	    signo == SIGBUS ? &sigbus_line : &timeout_line;

	if (write(STDERR_FILENO, l->text, (size_t)l->len) < 0)
		_exit(EX_SOFTWARE); /* nobody listens; the master's line says
				       the same */
	_exit(EX_SOFTWARE);
}

static void
set_handler(int signo, void (*handler)(int))
{
	struct sigaction sa = {.sa_handler = handler};

	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(signo, &sa, NULL); /* fails for bad numbers only */
}

/* FCGX_Init() has put handlers of its own in place of SIG_DFL and SIG_IGN:
 * without SA_RESTART, they cut bodies and responses short. */
static void
init_signals(struct server *s)
{
	(void)sigemptyset(&s->stop_set);
	for (size_t i = 0; i < ARRAY_LEN(STOP_SIGNALS); i++) {
		(void)sigaddset(&s->stop_set, STOP_SIGNALS[i]);
		set_handler(STOP_SIGNALS[i], on_stop);
	}
	set_handler(SIGPIPE, SIG_IGN);
	set_handler(SIGALRM, on_fatal);
	set_handler(SIGBUS, on_fatal);
	(void)sigprocmask(SIG_BLOCK, &s->stop_set, &s->open_mask);
	for (size_t i = 0; i < ARRAY_LEN(STOP_SIGNALS); i++)
		(void)sigdelset(&s->open_mask, STOP_SIGNALS[i]);
}

static int
init_listener(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	/* Several workers wake up for one connection: the slower ones must
	 * not block in accept, where no signal reaches them. */
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
		log_event(LOG_LEVEL_ERROR, "listen_failed", "fcntl: %m");
		return -1;
	}
	return 0;
}

static bool
stop_pending(void)
{
	sigset_t pending;

	if (stop_seen)
		return true;
	(void)sigpending(&pending); /* fails for a bad address only */
	for (size_t i = 0; i < ARRAY_LEN(STOP_SIGNALS); i++)
		if (sigismember(&pending, STOP_SIGNALS[i]) == 1)
			return true;
	return false;
}

/*
 * Wait for a connection, the only place where the stop signals come in. With
 * a descriptor that is ready ppoll() delivers none, so that a busy worker
 * would never stop: hence the question before.
 */
static bool
wait_connection(const struct server *s)
{
	struct pollfd p = {.fd = s->listen_fd, .events = POLLIN};

	while (!stop_pending()) {
		if (ppoll(&p, 1, NULL, &s->open_mask) > 0)
			return true;
	}
	return false;
}

static void
prepare_line(struct last_line *l, const char *event, const struct request *req)
{
	char ts[TIME_RFC3339_SIZE];
	int n;

	time_format_ms(time_now_ms(), ts);
	l->len = 0;
	n = snprintf(l->text, sizeof l->text,
	    "{\"ts\":\"%s\",\"level\":\"error\",\"event\":\"%s\","
	    "\"client\":\"%s\",\"request_id\":\"%s\"}\n",
	    ts, event, req && req->client ? req->client : "",
	    req ? req->id : "");
	l->len = n; /* clean characters, far below the size */
}

/* What on_fatal() will write: made now, since a handler can make nothing. */
static void
prepare_last_lines(const struct request *req)
{
	prepare_line(&timeout_line, "request_timeout", req);
	prepare_line(&sigbus_line, "mapped_file_lost", req);
}

static void
note_request(const struct server *s, const struct request *req)
{
	struct server_slot *slot = s->site->slot;

	if (!slot)
		return;
	/* both fit: their members are of the same sizes */
	(void)snprintf(slot->client, sizeof slot->client, "%s",
	    req && req->client ? req->client : "");
	(void)snprintf(slot->request_id, sizeof slot->request_id, "%s",
	    req ? req->id : "");
}

static void
prepare_connection(FCGX_Request *fcgi)
{
	/* A kept connection that idles would hold this worker: whatever nginx
	 * asked for, one connection is one request. */
	fcgi->keepConnection = 0;
	(void)fcntl(fcgi->ipcFd, F_SETFD, FD_CLOEXEC);
}

/* option: SO_RCVTIMEO or SO_SNDTIMEO. Best effort: the alarm is behind it. */
static void
limit_wait(const FCGX_Request *fcgi, int option)
{
	const struct timeval limit = {.tv_sec = SEND_S};

	(void)setsockopt(fcgi->ipcFd, SOL_SOCKET, option, &limit, sizeof limit);
}

static size_t
read_stream(void *arg, char *to, size_t n)
{
	FCGX_Request *fcgi = arg;
	int got;

	limit_wait(fcgi, SO_RCVTIMEO);
	got = FCGX_GetStr(to, (int)n, fcgi->in); /* n <= body_max + 1 */
	return got < 0 ? 0 : (size_t)got;
}

static bool
send_bytes(FCGX_Stream *out, const char *data, size_t len)
{
	/* at most LIMIT_REPLY */
	return len == 0 || FCGX_PutStr(data, (int)len, out) == (int)len;
}

/* How long a stream waits for its reader, and has left after a stop signal:
 * whoever stops us waits longer than that. */
static int64_t
patience_ms(const struct server *s)
{
	return (int64_t)s->limit_s * 1000 / 2;
}

static void
heed_stop(struct server *s)
{
	int64_t end_ms = time_mono_ms() + patience_ms(s);

	if (stop_pending() && s->stream_end_ms > end_ms)
		s->stream_end_ms = end_ms;
}

static int
too_slow(struct server *s, int64_t now_ms)
{
	struct error *err = &s->x.err;

	if (now_ms >= s->stream_end_ms && stop_pending())
		return err_set(err, ERR_CANCELLED, "", "%s",
		    "the answer was cut off: the server is stopping");
	if (now_ms >= s->stream_end_ms)
		return err_set(err, ERR_TIMEOUT, "",
		    "the answer was cut off after %d s", LIMIT_STREAM_S);
	return err_set(err, ERR_TIMEOUT, "", "%s",
	    "the answer was cut off: nobody reads it");
}

/*
 * Wait until a piece finds room, the other place where the stop signals come
 * in: it holds no request of libfcgi's half-way. -1: it is no use to go on;
 * x.err says why, unless the client has gone, which is nobody's fault.
 */
static int
wait_room(struct server *s)
{
	struct pollfd p = {.fd = s->fcgi.ipcFd, .events = POLLOUT};
	int64_t stalled_ms = time_mono_ms() + patience_ms(s);

	for (;;) {
		int64_t now_ms = time_mono_ms(), left_ms;
		struct timespec left;

		heed_stop(s);
		left_ms = (stalled_ms < s->stream_end_ms ? stalled_ms
							 : s->stream_end_ms) -
			  now_ms;
		if (left_ms <= 0)
			return too_slow(s, now_ms);
		left.tv_sec = left_ms / 1000;
		left.tv_nsec = left_ms % 1000 * 1000000;
		if (ppoll(&p, 1, &left, &s->open_mask) <= 0)
			continue;
		return p.revents == POLLOUT ? 0 : -1;
	}
}

static bool
send_bite(struct server *s)
{
	const char *at = s->x.rep.body.data;
	size_t left = exchange_body_len(&s->x);

	while (left > 0) {
		size_t n = left < PIECE ? left : PIECE;

		if (wait_room(s) < 0 || !send_bytes(s->fcgi.out, at, n))
			return false;
		at += n;
		left -= n;
	}
	return true;
}

/* Each bite has the time of a request; nothing is read while nobody takes
 * what there is. */
static bool
send_stream(struct server *s)
{
	struct exchange *x = &s->x;

	s->stream_end_ms = time_mono_ms() + LIMIT_STREAM_S * 1000L;
	while (send_bite(s)) {
		if (!x->more)
			return true;
		(void)alarm(s->limit_s);
		if (wait_room(s) < 0 || exchange_next(x, s->site) < 0)
			return false;
	}
	return false;
}

/* Is the answer whole, and small enough for one record? */
static bool
is_one_record(const struct exchange *x)
{
	return !x->more && x->head.len + exchange_body_len(x) <= RECORD_MAX;
}

/*
 * An answer in one record, with the records that end it, in one call: by way
 * of libfcgi a page takes a write for every 8 KB, and each of them wakes nginx.
 * Where nginx has no body to send, nothing is lost by closing at once; where it
 * may not have sent all of one (a refusal reads none), libfcgi waits for that.
 */
static void
send_record(struct server *s)
{
	enum { V1 = 1, END_REQUEST = 3, STDOUT = 6 };
	const struct exchange *x = &s->x;
	const uint8_t id[] = {
	    (uint8_t)(s->fcgi.requestId >> 8), (uint8_t)s->fcgi.requestId};
	const size_t body_len = exchange_body_len(x);
	const size_t len = x->head.len + body_len;
	uint8_t begin[RECORD_HEAD] = {
	    V1, STDOUT, id[0], id[1], (uint8_t)(len >> 8), (uint8_t)len};
	uint8_t end[3 * RECORD_HEAD] = {V1, STDOUT, id[0], id[1], 0, 0, 0, 0,
	    V1, END_REQUEST, id[0], id[1], 0, RECORD_HEAD};
	struct iovec parts[] = {
	    {begin,            sizeof begin},
	    {x->head.data,     x->head.len },
	    {x->rep.body.data, body_len    },
	    {end,              sizeof end  },
	};
	struct msghdr msg = {.msg_iov = parts, .msg_iovlen = ARRAY_LEN(parts)};

	limit_wait(&s->fcgi, SO_SNDTIMEO);
	/* a peer that is gone needs no telling */
	(void)sendmsg(s->fcgi.ipcFd, &msg, MSG_NOSIGNAL);
	FCGX_Free(&s->fcgi, x->req.content_length > 0 || x->rep.status >= 400);
	if (s->fcgi.ipcFd >= 0)
		(void)close(s->fcgi.ipcFd);
	s->fcgi.ipcFd = -1;
}

static bool
send_answer(struct server *s)
{
	struct exchange *x = &s->x;

	limit_wait(&s->fcgi, SO_SNDTIMEO);
	if (!send_bytes(s->fcgi.out, x->head.data, x->head.len))
		return false;
	if (x->more)
		return send_stream(s);
	return send_bytes(s->fcgi.out, x->rep.body.data, exchange_body_len(x));
}

/*
 * End the connection so that the answer does not look whole. For nginx the
 * end of the connection is the end of a body, whether or not the record came
 * that says so; but what is no record at all makes it break off its own answer
 * to the client. There is room for it: pieces are sent only where there is
 * room for many of them.
 */
static void
break_off(struct server *s)
{
	static const char NO_RECORD[8]; /* of version 0, which there is not */

	/* a peer that is gone needs no telling */
	(void)send(s->fcgi.ipcFd, NO_RECORD, sizeof NO_RECORD,
	    MSG_DONTWAIT | MSG_NOSIGNAL);
	FCGX_Free(&s->fcgi, 1);
}

static void
serve(struct server *s)
{
	const struct body_source source = {&s->fcgi, read_stream};
	struct exchange *x = &s->x;
	bool sent, one;

	prepare_connection(&s->fcgi);
	exchange_begin(x, s->fcgi.envp);
	note_request(s, &x->req);
	prepare_last_lines(&x->req);
	exchange_answer(x, s->site, &source);
	one = is_one_record(x);
	sent = one || send_answer(s);
	reply_end_stream(&x->rep);
	/* before the last bytes go, so that who has the answer finds it */
	exchange_log(x, sent);
	if (one)
		send_record(s);
	else if (sent)
		FCGX_Finish_r(&s->fcgi);
	else
		break_off(s);
	if (s->site->after)
		s->site->after(s->site->app);
	exchange_end(x);
	note_request(s, NULL);
}

/* accept() failed for another reason than that nobody is there. */
static void
note_accept_failure(int rc)
{
	if (rc == -EAGAIN || rc == -EWOULDBLOCK || rc == -EINTR ||
	    rc == -ECONNABORTED || rc == -EPROTO)
		return; /* another worker was faster, or the peer has gone */
	errno = -rc;
	log_event(LOG_LEVEL_ERROR, "accept_failed", "%m");
	(void)poll(NULL, 0, ACCEPT_PAUSE_MS); /* a pause, not a busy loop */
}

static void
serve_next(struct server *s)
{
	int rc;

	prepare_last_lines(NULL);
	(void)alarm(s->limit_s);
	rc = FCGX_Accept_r(&s->fcgi); /* reads the parameters as well */
	if (rc == 0)
		serve(s);
	(void)alarm(0);
	if (rc < 0)
		note_accept_failure(rc);
}

static void
server_freep(struct server **s)
{
	if (!*s)
		return;
	exchange_release(&(*s)->x);
	free(*s);
}

int
server_run(const struct site *site, int listen_fd)
{
	AUTO(server_freep) struct server *s = calloc(1, sizeof *s);

	if (!s || FCGX_Init() != 0) {
		log_event(LOG_LEVEL_ERROR, "start_failed", "no memory");
		return EX_OSERR;
	}
	s->site = site;
	s->listen_fd = listen_fd;
	s->limit_s =
	    site->request_limit_s ? site->request_limit_s : LIMIT_REQUEST_S;
	exchange_init(&s->x);
	init_signals(s);
	if (init_listener(listen_fd) < 0 ||
	    FCGX_InitRequest(&s->fcgi, listen_fd, FCGI_FAIL_ACCEPT_ON_INTR) !=
		0)
		return EX_OSERR;
	if (site->slot)
		site->slot->ready = 1;
	while (wait_connection(s))
		serve_next(s);
	return EX_OK;
}
