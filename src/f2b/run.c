/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"

enum {
	STREAMS = 2,       /* what it writes: output, errors */
	NOT_STARTED = 127, /* exit code; fail2ban's programs know 0 and 255 */
	FIRST_FREE = 3,    /* descriptor behind the three standard ones */
	CHUNK = 16384,     /* bytes a read() */
	STEP_MS = 10,      /* its end is noticed so soon */
	SIGNALLED = 128,   /* added to the signal, as shells do */
};

#define MSG_FAILED "The server failed. Try again; its log says why."

void
run_programs_find(struct run_programs *p)
{
	static const char *const PLACES[RUN_PROGRAM__MAX][2] = {
	    [RUN_CLIENT] = {"/usr/bin/fail2ban-client",
			    "/usr/local/bin/fail2ban-client"},
	    [RUN_REGEX] = {"/usr/bin/fail2ban-regex",
			    "/usr/local/bin/fail2ban-regex" },
	};

	for (size_t i = 0; i < RUN_PROGRAM__MAX; i++)
		for (size_t k = 0; k < ARRAY_LEN(PLACES[i]); k++)
			if (p->path[i] == NULL &&
			    access(PLACES[i][k], X_OK) == 0)
				p->path[i] = PLACES[i][k];
}

void
run_result_init(struct run_result *r)
{
	*r = (struct run_result){.exit_code = NOT_STARTED,
	    .out = BUF_INIT(LIMIT_RUN_OUTPUT),
	    .errors = BUF_INIT(LIMIT_RUN_OUTPUT)};
}

void
run_result_release(struct run_result *r)
{
	buf_release(&r->out);
	buf_release(&r->errors);
}

const char *
run_result_last_line(const struct run_result *r, size_t *len)
{
	const struct buf *b = r->errors.len > 0 ? &r->errors : &r->out;
	const char *text = buf_str(b);
	const char *before;

	*len = b->len;
	while (*len > 0 && text[*len - 1] == '\n')
		--*len;
	before = *len == 0 ? NULL : memrchr(text, '\n', *len);
	if (before == NULL)
		return text;
	*len -= (size_t)(before + 1 - text);
	return before + 1;
}

/* --- the child, between fork and exec: system calls only ------------------ */

/* Nothing to read, the two pipes to write to, and no other descriptor. */
static bool
take_descriptors(const int write_ends[STREAMS])
{
	int out = fcntl(write_ends[0], F_DUPFD, FIRST_FREE);
	int errors = fcntl(write_ends[1], F_DUPFD, FIRST_FREE);
	int nothing = open("/dev/null", O_RDONLY);

	return out >= 0 && errors >= 0 && nothing >= 0 &&
	       dup2(nothing, STDIN_FILENO) >= 0 &&
	       dup2(out, STDOUT_FILENO) >= 0 &&
	       dup2(errors, STDERR_FILENO) >= 0 &&
	       syscall(SYS_close_range, FIRST_FREE, ~0U, 0) == 0;
}

static bool
reset_signals(void)
{
	const struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &plain, NULL); /* not all can be set */
	(void)sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

static bool
take_limits(int cpu_s)
{
	const struct {
		__rlimit_resource_t what;
		rlim_t soft, hard;
	} LIMITS[] = {
	    {RLIMIT_CPU,   (rlim_t)cpu_s,       (rlim_t)cpu_s + 1  },
	    {RLIMIT_AS,    LIMIT_RUN_MEMORY,    LIMIT_RUN_MEMORY   },
	    {RLIMIT_FSIZE, 0,                   0                  },
	    {RLIMIT_NPROC, LIMIT_RUN_PROCESSES, LIMIT_RUN_PROCESSES},
	    {RLIMIT_CORE,  0,                   0                  },
	};

	for (size_t i = 0; i < ARRAY_LEN(LIMITS); i++) {
		struct rlimit l = {LIMITS[i].soft, LIMITS[i].hard};
		struct rlimit now;

		/* a lower limit of the caller's stays: it cannot be raised */
		if (getrlimit(LIMITS[i].what, &now) < 0)
			return false;
		if (l.rlim_max > now.rlim_max)
			l.rlim_max = now.rlim_max;
		if (l.rlim_cur > l.rlim_max)
			l.rlim_cur = l.rlim_max;
		if (setrlimit(LIMITS[i].what, &l) < 0)
			return false;
	}
	return true;
}

static _Noreturn void
become(const char *path, const struct run_call *call,
    const int write_ends[STREAMS])
{
	static const char *const ENVIRONMENT[] = {
	    "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/",
	    "PYTHONDONTWRITEBYTECODE=1", NULL};
	const char *argv[RUN_ARGS_MAX + 2] = {path};

	for (size_t i = 0; i < call->n_args; i++)
		argv[i + 1] = call->args[i];
	if (setpgid(0, 0) == 0 && chdir("/") == 0 && reset_signals() &&
	    prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    take_descriptors(write_ends) && take_limits(call->cpu_s))
		/* not execve(): a build for coverage writes its counts to a
		 * file there, which the limits forbid */
		(void)execveat(AT_FDCWD, path, (char *const *)(uintptr_t)argv,
		    (char *const *)(uintptr_t)ENVIRONMENT, 0);
	_exit(NOT_STARTED);
}

/* --- the parent ----------------------------------------------------------- */

struct running {
	pid_t pid;
	int read_ends[STREAMS];  /* -1: at its end */
	int write_ends[STREAMS]; /* the child's */
};

#define RUNNING_INIT                                                           \
	{                                                                      \
		-1, {-1, -1},                                                  \
		{                                                              \
			-1, -1                                                 \
		}                                                              \
	}

static void
kill_all(const struct running *r)
{
	/* while the first of the group is not waited for, nobody else can
	 * have its number */
	(void)kill(-r->pid, SIGKILL);
	(void)kill(r->pid, SIGKILL); /* before it made its group */
}

static void
running_end(struct running *r)
{
	if (r->pid > 0) {
		kill_all(r);
		while (waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	for (size_t i = 0; i < STREAMS; i++) {
		fd_closep(&r->read_ends[i]);
		fd_closep(&r->write_ends[i]);
	}
}

static int
make_pipes(struct running *r, struct error *err)
{
	for (size_t i = 0; i < STREAMS; i++) {
		int ends[2];

		if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
			return err_set(
			    err, ERR_INTERNAL, MSG_FAILED, "pipe2: %m");
		r->read_ends[i] = ends[0];
		r->write_ends[i] = ends[1];
		/* only our end is non-blocking */
		if (fcntl(ends[1], F_SETFL, 0) < 0)
			return err_set(
			    err, ERR_INTERNAL, MSG_FAILED, "F_SETFL: %m");
	}
	return 0;
}

/* No handler of ours may run in the child. */
static pid_t
fork_quietly(void)
{
	sigset_t all, before;
	pid_t pid;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid != 0)
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static int
start(struct running *r, const char *path, const struct run_call *call,
    struct error *err)
{
	if (make_pipes(r, err) < 0)
		return -1;
	r->pid = fork_quietly();
	if (r->pid < 0)
		return err_set(err, ERR_INTERNAL, MSG_FAILED, "fork: %m");
	if (r->pid == 0)
		become(path, call, r->write_ends);
	(void)setpgid(r->pid, r->pid); /* whoever of both is first */
	for (size_t i = 0; i < STREAMS; i++)
		fd_closep(&r->write_ends[i]);
	return 0;
}

/* Take what is there now. */
static int
drain(int *fd, struct buf *b, struct error *err)
{
	while (*fd >= 0) {
		char *to = buf_reserve(b, CHUNK);
		ssize_t n;

		if (to == NULL)
			return buf_check(b, err);
		n = read(*fd, to, CHUNK);
		if (n > 0)
			buf_commit(b, (size_t)n);
		else if (n < 0 && errno == EAGAIN)
			return 0;
		else if (n == 0 || errno != EINTR)
			fd_closep(fd);
	}
	return 0;
}

/* Looked at, not yet waited for: its number stays its own. */
static bool
has_ended(const struct running *r)
{
	siginfo_t info = {.si_pid = 0};

	return waitid(P_PID, (id_t)r->pid, &info,
		   WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == r->pid;
}

static int
listen_to(struct running *r, int64_t deadline_ms, struct run_result *out,
    struct error *err)
{
	bool ended = false;

	while (!ended) {
		struct pollfd p[STREAMS] = {
		    {r->read_ends[0], POLLIN, 0},
                    {r->read_ends[1], POLLIN, 0}
                };

		if (time_mono_ms() >= deadline_ms)
			return err_set(err, ERR_F2B_TIMEOUT, RUN_SLOW, "%s",
			    "killed at its deadline");
		/* in steps: a child of its own may keep the pipes open */
		if (poll(p, STREAMS, STEP_MS) < 0 && errno != EINTR)
			return err_set(
			    err, ERR_INTERNAL, MSG_FAILED, "poll: %m");
		/* first this, then what it wrote before: nothing is missed */
		ended = has_ended(r);
		if (drain(&r->read_ends[0], &out->out, err) < 0 ||
		    drain(&r->read_ends[1], &out->errors, err) < 0)
			return -1;
	}
	return 0;
}

/* It has ended. Its group is killed before its number is given back. */
static int
reap(struct running *r, int *exit_code, struct error *err)
{
	int status;
	pid_t got;

	kill_all(r);
	do
		got = waitpid(r->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	r->pid = -1;
	if (got < 0)
		return err_set(err, ERR_INTERNAL, MSG_FAILED, "waitpid: %m");
	if (WIFSIGNALED(status) &&
	    (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
		return err_set(err, ERR_F2B_TIMEOUT, RUN_SLOW,
		    "ended by signal %d: its processor time is used up",
		    WTERMSIG(status));
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
		return err_set(err, ERR_INTERNAL, MSG_FAILED, "%s",
		    "the child could not become the program");
	*exit_code = WIFEXITED(status) ? WEXITSTATUS(status)
				       : SIGNALLED + WTERMSIG(status);
	return 0;
}

int
run(const struct run_programs *programs, const struct run_call *call,
    struct run_result *out, struct error *err)
{
	const char *path = programs->path[call->program];
	int64_t deadline_ms = time_mono_ms() + call->wall_ms;
	AUTO(running_end) struct running r = RUNNING_INIT;

	if (call->n_args > RUN_ARGS_MAX)
		return err_set(err, ERR_INTERNAL, MSG_FAILED, "%zu arguments",
		    call->n_args);
	if (path == NULL || path[0] != '/' || access(path, X_OK) < 0)
		return err_set(err, ERR_F2B_DOWN, RUN_ABSENT,
		    "program %d is not at %s", (int)call->program,
		    path == NULL ? "any known place" : path);
	if (start(&r, path, call, err) < 0 ||
	    listen_to(&r, deadline_ms, out, err) < 0)
		return -1;
	return reap(&r, &out->exit_code, err);
}
