/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/unit/f2b/gate_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "f2b/frame.h"
#include "f2b/result.h"
#include "t/lib/unit.h"

int
gate_set_up(void **state)
{
	struct gate_case *c = calloc(1, sizeof *c);

	assert_non_null(c);
	c->client = c->server = -1;
	fake_init(&c->fake);
	scratch_init(&c->scratch);
	(void)snprintf(c->conf_path, sizeof c->conf_path, "%s",
	    scratch_path(&c->scratch, "gate.conf"));
	(void)snprintf(c->heard, sizeof c->heard, "%s",
	    scratch_path(&c->scratch, "heard"));
	buf_init(&c->replies, LIMIT_PICKLE_BYTES);
	gate_level(c, "full");
	assert_int_equal(gate_conf_load(&c->conf, c->conf_path, &c->err), 0);
	gate_connect(c);
	*state = c;
	return 0;
}

int
gate_tear_down(void **state)
{
	struct gate_case *c = *state;

	fd_closep(&c->client);
	fd_closep(&c->server);
	fake_release(&c->fake);
	scratch_release(&c->scratch);
	buf_release(&c->replies);
	free(c);
	return 0;
}

void
gate_level(struct gate_case *c, const char *level)
{
	char text[256];
	int n = snprintf(text, sizeof text,
	    "# a comment\nLEVEL = %s\nFAIL2BAN_SOCKET=%s\n", level,
	    c->fake.path);

	(void)unlink(c->conf_path);
	scratch_write(&c->scratch, "gate.conf", text, (size_t)n);
	assert_int_equal(chmod(c->conf_path, 0644), 0);
}

/* Every request of one connection after the other. */
static void
record(int listener, const void *arg)
{
	const char *path = arg;

	for (;;) {
		int conn = fake_accept(listener);
		FILE *out = fopen(path, "a");
		char byte, last[FRAME_END_LEN] = "";

		if (out == NULL)
			_exit(1);
		while (read(conn, &byte, 1) == 1) {
			(void)fputc(byte, out);
			memmove(last, last + 1, sizeof last - 1);
			last[sizeof last - 1] = byte;
			if (memcmp(last, FRAME_END, sizeof last) != 0)
				continue;
			(void)fflush(out);
			fake_say(conn, GATE_PONG, sizeof GATE_PONG - 1);
		}
		(void)fclose(out);
		(void)close(conn);
	}
}

/* Its process must not hold the ends of the pair. */
void
gate_fake(struct gate_case *c, fake_script *script, const void *arg)
{
	fd_closep(&c->client);
	fd_closep(&c->server);
	fake_start(&c->fake, 8, script, arg);
	gate_connect(c);
}

void
gate_upstream(struct gate_case *c)
{
	gate_fake(c, record, c->heard);
}

void
gate_heard(struct gate_case *c, struct buf *out)
{
	struct error err = ERROR_INIT;

	buf_clear(out);
	if (file_read(c->heard, out, &err) < 0)
		assert_int_equal(err.code, ERR_NOT_FOUND);
}

void
gate_connect(struct gate_case *c)
{
	int fds[2];

	fd_closep(&c->client);
	fd_closep(&c->server);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	c->client = fds[0];
	c->server = fds[1];
	buf_clear(&c->replies);
	c->at = 0;
	err_clear(&c->err);
}

void
gate_say(struct gate_case *c, const void *data, size_t len)
{
	assert_int_equal(
	    send(c->client, data, len, MSG_NOSIGNAL | MSG_DONTWAIT), len);
}

void
gate_ask(struct gate_case *c, const char *const *words)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_F2B_REQUEST);
	struct error err = ERROR_INIT;
	size_t n = 0;

	while (words[n] != NULL)
		n++;
	assert_int_equal(pickle_encode_words(&out, words, n, &err), 0);
	buf_add_str(&out, FRAME_END);
	gate_say(c, out.data, out.len);
}

int
gate_run(struct gate_case *c)
{
	const struct gate_client who = {getpid(), geteuid()};
	char chunk[4096];
	ssize_t n;
	int rc;

	assert_int_equal(shutdown(c->client, SHUT_WR), 0);
	rc = gate_serve(c->server, &c->conf, &who, &c->err);
	fd_closep(&c->server);
	while ((n = read(c->client, chunk, sizeof chunk)) > 0)
		buf_add(&c->replies, chunk, (size_t)n);
	return rc;
}

/* The second argument of an exception of the gate's. */
static const char *
error_name(const struct pickle_value *e)
{
	const struct pickle_value *args;

	assert_int_equal(e->type, PICKLE_OBJECT);
	args = e->u.object.args;
	assert_int_equal(args->n, 4);
	assert_true(result_is_text(args->u.items[0], "bangui-gate"));
	return args->u.items[1]->u.s;
}

const char *
gate_next(struct gate_case *c, char out[64])
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	const struct pickle_value *v;
	struct error err = ERROR_INIT;
	size_t used = 0;

	if (c->at == c->replies.len)
		return NULL;
	if (pickle_decode(&p, c->replies.data + c->at, c->replies.len - c->at,
		&used, &err) < 0)
		fail_msg("%s", err.detail);
	c->at += used + FRAME_END_LEN;
	assert_true(c->at <= c->replies.len);
	v = pickle_value(p)->u.items[1];
	if (v->type == PICKLE_STR)
		(void)snprintf(out, 64, "%s", v->u.s);
	else if (v->type == PICKLE_LIST || v->type == PICKLE_TUPLE)
		(void)snprintf(out, 64, "own");
	else
		(void)snprintf(out, 64, "%s", error_name(v));
	return out;
}
