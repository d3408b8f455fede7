/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/real_f2b.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "t/lib/unit.h"

int
real_script(const struct real_f2b *r, const char *action,
    const char *const *more, struct buf *out)
{
	const char *argv[16] = {"sh", NULL, action, r->dir};
	char path[4096];
	int pipe_fds[2];
	int status = 0;
	pid_t pid;

	(void)snprintf(
	    path, sizeof path, "%s/t/lib/fail2ban.sh", getenv("abs_srcdir"));
	argv[1] = path;
	for (size_t i = 0; more != NULL && more[i] != NULL; i++)
		argv[4 + i] = more[i];
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(pipe_fds[1], STDOUT_FILENO);
		(void)dup2(pipe_fds[1], STDERR_FILENO);
		(void)execvp("sh", (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	(void)close(pipe_fds[1]);
	for (char c; read(pipe_fds[0], &c, 1) == 1;)
		buf_add_char(out, c);
	(void)close(pipe_fds[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void
real_run(const struct real_f2b *r, const char *action, const char *const *more)
{
	AUTO(buf_release) struct buf out = BUF_INIT(REAL_OUTPUT_MAX);

	if (real_script(r, action, more, &out) != 0)
		fail_msg("fail2ban.sh %s: %s", action, buf_str(&out));
}

int
real_client(const struct real_f2b *r, const char *const *words)
{
	AUTO(buf_release) struct buf out = BUF_INIT(REAL_OUTPUT_MAX);

	return real_script(r, "client", words, &out);
}

void
real_start(struct real_f2b *r)
{
	(void)snprintf(r->dir, sizeof r->dir, "/tmp/bangui-f2b-XXXXXX");
	assert_non_null(mkdtemp(r->dir));
	(void)snprintf(r->socket, sizeof r->socket, "%s/f2b.sock", r->dir);
	real_run(r, "start", NULL);
}

void
real_stop(struct real_f2b *r)
{
	int status = 0;
	pid_t pid;

	real_run(r, "stop", NULL);
	pid = fork();
	if (pid == 0) {
		(void)execlp("rm", "rm", "-rf", r->dir, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}
