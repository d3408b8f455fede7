/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/fake_f2b.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "f2b/frame.h"
#include "t/lib/unit.h"

void
fake_init(struct fake *f)
{
	*f = (struct fake){.dir = "/tmp/bangui-fake-XXXXXX"};
	assert_non_null(mkdtemp(f->dir));
	(void)snprintf(f->path, sizeof f->path, "%s/f2b.sock", f->dir);
}

static int
listen_at(const char *path, int backlog)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	(void)snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
	(void)unlink(path);
	assert_int_equal(
	    bind(fd, (const struct sockaddr *)&addr, sizeof addr), 0);
	assert_int_equal(listen(fd, backlog), 0);
	return fd;
}

void
fake_start(struct fake *f, int backlog, fake_script *script, const void *arg)
{
	int listener = listen_at(f->path, backlog);

	f->pid = fork();
	assert_true(f->pid >= 0);
	if (f->pid == 0) {
		(void)signal(SIGPIPE, SIG_IGN);
		script(listener, arg);
		_exit(0);
	}
	(void)close(listener);
}

void
fake_stop(struct fake *f)
{
	if (f->pid == 0)
		return;
	(void)kill(f->pid, SIGKILL);
	assert_int_equal(waitpid(f->pid, NULL, 0), f->pid);
	f->pid = 0;
}

void
fake_release(struct fake *f)
{
	fake_stop(f);
	(void)unlink(f->path);
	assert_int_equal(rmdir(f->dir), 0);
}

int
fake_accept(int listener)
{
	int conn = accept(listener, NULL, NULL);

	if (conn < 0)
		_exit(1);
	return conn;
}

int
fake_read(int conn, size_t n)
{
	static const char END[] = FRAME_END;
	size_t at = 0;
	char c;

	while (n > 0 && read(conn, &c, 1) == 1) {
		at = c == END[at] ? at + 1 : c == END[0];
		if (at == FRAME_END_LEN) {
			at = 0;
			n--;
		}
	}
	return n == 0;
}

void
fake_say(int conn, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(conn, p, len);

		if (n <= 0)
			return;
		p += n;
		len -= (size_t)n;
	}
}

void
fake_sleep(int ms)
{
	(void)poll(NULL, 0, ms);
}

void
fake_hang(void)
{
	for (;;)
		(void)pause();
}

void
fake_always(int listener, const void *arg)
{
	const struct fake_said *s = arg;

	for (;;) {
		int conn = fake_accept(listener);

		while (fake_read(conn, 1))
			fake_say(conn, s->data, s->len);
		(void)close(conn);
	}
}

void
fake_in_turn(int listener, const void *arg)
{
	const struct fake_said *s = arg;
	int conn = fake_accept(listener);

	while (fake_read(conn, 1)) {
		fake_say(conn, s->data, s->len);
		if (s[1].data != NULL)
			s++;
	}
}
