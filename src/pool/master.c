/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pool/master.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "base/time.h"

enum {
	SLOTS = 4 * POOL_WORKERS_MAX, /* old workers have theirs as well */
	EARLY_MAX = 5, /* deaths before service until births slow */
	EARLY_FORGET_MS = 10000,
	SLOW_BIRTH_MS = 1000,
	CHECK_S = 30 /* for the new program to say that it can */
};

enum slot_state { SLOT_FREE, SLOT_SERVING, SLOT_LEAVING };

struct slot {
	pid_t pid;
	enum slot_state state;
	struct server_slot server;
};

/* Shared with the workers, and with the program that this one becomes at a
 * reload, which may be another version: magic holds the layout's size. */
struct table {
	uint64_t magic;
	struct slot slots[SLOTS];
};
#define TABLE_MAGIC (0x42616e47550001U << 8 ^ sizeof(struct table))

struct master {
	const struct pool *pool;
	struct table *table;
	int table_fd;
	pid_t pid;
	pid_t check_pid; /* the new program's --check, or 0 */
	bool stopping;
	bool is_child;    /* after a fork, in the new process: only to return */
	int child_rc;     /* its exit code */
	bool check_again; /* SIGHUP came while a check was running */
	unsigned early;   /* deaths before service, lately */
	int64_t early_ms; /* the last of them */
	int64_t birth_ms; /* the last birth */
	sigset_t set;
};

static void
fill_stop_set(sigset_t *set)
{
	(void)sigemptyset(set);
	(void)sigaddset(set, SIGTERM);
	(void)sigaddset(set, SIGINT);
	(void)sigaddset(set, SIGUSR1);
	(void)sigaddset(set, SIGHUP);
}

void
master_block_stop_signals(void)
{
	sigset_t set;

	fill_stop_set(&set);
	(void)sigprocmask(SIG_SETMASK, &set, NULL); /* fails for bad calls */
}

static struct slot *
slot_of(const struct master *m, pid_t pid)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (m->table->slots[i].state != SLOT_FREE &&
		    m->table->slots[i].pid == pid)
			return &m->table->slots[i];
	return NULL;
}

static struct slot *
free_slot(const struct master *m)
{
	for (size_t i = 0; i < SLOTS; i++)
		if (m->table->slots[i].state == SLOT_FREE)
			return &m->table->slots[i];
	return NULL;
}

static unsigned
count_serving(const struct master *m)
{
	unsigned n = 0;

	for (size_t i = 0; i < SLOTS; i++)
		n += m->table->slots[i].state == SLOT_SERVING;
	return n;
}

static struct table *
map_table(int fd)
{
	void *at = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* The table of the program that became this one, if it is of our layout. */
static bool
adopt_table(struct master *m, int fd)
{
	struct stat st;

	if (fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ||
	    fstat(fd, &st) < 0 || st.st_size != (off_t)sizeof(struct table))
		return false;
	m->table = map_table(fd);
	if (!m->table || m->table->magic != TABLE_MAGIC)
		return false;
	m->table_fd = fd;
	return true;
}

static bool
make_table(struct master *m)
{
	m->table_fd = memfd_create("bangui-pool", MFD_CLOEXEC);
	if (m->table_fd < 0 ||
	    ftruncate(m->table_fd, (off_t)sizeof(struct table)) < 0)
		return false;
	m->table = map_table(m->table_fd);
	if (m->table)
		m->table->magic = TABLE_MAGIC;
	return m->table != NULL;
}

/* A child whose master is gone has nobody to replace it: it goes as well. */
static bool
follow_master(const struct master *m)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* no such error is possible */
	return getppid() == m->pid;
}

/* What a child does from fork() until it has only to return to main(). */
static void
be_worker(struct master *m, struct slot *slot)
{
	master_block_stop_signals();
	m->is_child = true;
	m->child_rc = EX_OK;
	if (follow_master(m))
		m->child_rc = m->pool->work(m->pool->arg, &slot->server);
}

static void
be_step(struct master *m, int (*step)(void *arg))
{
	master_block_stop_signals();
	m->is_child = true;
	m->child_rc = EX_OK;
	if (follow_master(m))
		m->child_rc = step(m->pool->arg);
}

static void
spawn(struct master *m)
{
	struct slot *slot = free_slot(m);
	pid_t pid;

	m->birth_ms = time_mono_ms();
	if (!slot)
		return;
	memset(slot, 0, sizeof *slot);
	pid = fork();
	if (pid == 0) {
		be_worker(m, slot);
		return;
	}
	if (pid < 0) {
		log_event(LOG_LEVEL_ERROR, "fork_failed", "%m");
		m->early = EARLY_MAX + 1; /* once a second, then */
		m->early_ms = m->birth_ms;
		return;
	}
	slot->pid = pid;
	slot->state = SLOT_SERVING;
}

/* Run a step in a process of its own, so that the master keeps nothing of
 * it. Its exit code, or EX_OSERR. */
static int
run_step(struct master *m, int (*step)(void *arg))
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		be_step(m, step);
	if (pid <= 0)
		return pid == 0 ? m->child_rc : EX_OSERR;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return EX_OSERR;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_SOFTWARE;
}

/* One line for each death that was not asked for. */
static void
log_death(const struct slot *slot, pid_t pid, int status)
{
	struct log_line l;

	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OK)
		return;
	if (slot)
		log_context(slot->server.client, slot->server.request_id);
	log_begin(&l, LOG_LEVEL_ERROR, "worker_died");
	log_i64(&l, "pid", pid);
	if (WIFSIGNALED(status))
		log_str(&l, "signal", sigabbrev_np(WTERMSIG(status)));
	else
		log_i64(&l, "exit_status", WEXITSTATUS(status));
	log_end(&l);
	log_context(NULL, NULL);
}

/* A worker that dies before it has served is no use in being made again at
 * once. One that dies of a request is: requests do not come by themselves. */
static void
count_early_death(struct master *m, const struct slot *slot)
{
	int64_t now = time_mono_ms();

	if (slot->server.ready)
		return;
	if (now - m->early_ms > EARLY_FORGET_MS)
		m->early = 0;
	m->early++;
	m->early_ms = now;
	if (m->early == EARLY_MAX + 1)
		log_event(LOG_LEVEL_ERROR, "respawn_slowed",
		    "workers die at start: one birth a second");
}

static void
bury(struct master *m, pid_t pid, int status)
{
	struct slot *slot = slot_of(m, pid);

	log_death(slot, pid, status);
	if (!slot)
		return;
	if (slot->state == SLOT_SERVING)
		count_early_death(m, slot);
	slot->state = SLOT_FREE;
}

static void
dismiss_all(const struct master *m)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &m->table->slots[i];
		if (slot->state == SLOT_FREE)
			continue;
		slot->state = SLOT_LEAVING;
		(void)kill(slot->pid, SIGTERM); /* gone already: reaped soon */
	}
}

/* Ask the program that is on disk now whether it would come up. */
static void
start_check(struct master *m)
{
	char *argv[] = {m->pool->argv[0], (char[]){"--check"}, NULL};

	m->check_again = m->check_pid != 0;
	if (m->check_again)
		return;
	log_event(LOG_LEVEL_INFO, "reload", "checking the program on disk");
	m->check_pid = fork();
	if (m->check_pid < 0)
		m->check_pid = 0; /* no process now: the next SIGHUP, then */
	if (m->check_pid != 0)
		return;
	(void)alarm(CHECK_S); /* lives on through exec */
	(void)sigprocmask(SIG_UNBLOCK, &m->set, NULL);
	(void)execvp(argv[0], argv);
	_exit(EX_UNAVAILABLE);
}

/* The arguments without an earlier --resume, and with a new one. */
static char **
resume_argv(const struct master *m, char fd_text[12])
{
	char *const *argv = m->pool->argv;
	static char option[] = "--resume";
	size_t n = 0, k = 0;
	char **out;

	while (argv[n])
		n++;
	out = calloc(n + 3, sizeof *out);
	if (!out)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(argv[i], option))
			i++; /* and its value */
		else
			out[k++] = argv[i];
	}
	(void)snprintf(fd_text, 12, "%d", m->table_fd); /* fits any int */
	out[k++] = option;
	out[k] = fd_text;
	return out;
}

/*
 * Become the program on disk, pid, socket and children kept. The workers
 * finish what they have in hand and go; who connects until the new ones are
 * there waits in the socket's queue.
 */
static void
reload(struct master *m)
{
	char fd_text[12];
	char **argv = resume_argv(m, fd_text);

	if (!argv || fcntl(m->table_fd, F_SETFD, 0) < 0) {
		free(argv);
		log_event(LOG_LEVEL_ERROR, "reload_failed", "%m");
		return;
	}
	dismiss_all(m);
	(void)execvp(argv[0], argv);
	log_event(LOG_LEVEL_ERROR, "reload_failed", "exec: %m");
	free(argv);
	(void)fcntl(m->table_fd, F_SETFD, FD_CLOEXEC); /* it was set before */
}

static void
end_check(struct master *m, int status)
{
	m->check_pid = 0;
	if (m->stopping)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OK)
		reload(m); /* returns only when it failed */
	else
		log_event(LOG_LEVEL_ERROR, "reload_refused",
		    "the program on disk does not come up (wait status %d)",
		    status);
	if (m->check_again)
		start_check(m);
}

/* All who have died; false when there are no children at all. */
static bool
reap(struct master *m)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == m->check_pid)
			end_check(m, status);
		else
			bury(m, pid, status);
	}
	return !(pid < 0 && errno == ECHILD);
}

static void
handle_signal(struct master *m, int signo)
{
	if (signo == SIGHUP && !m->stopping)
		start_check(m);
	if (signo != SIGTERM && signo != SIGINT && signo != SIGUSR1)
		return; /* SIGCHLD: reap() is next */
	m->stopping = true;
	dismiss_all(m);
}

/* Make what is missing; how long to wait until more may be made, or -1. */
static int64_t
keep_number(struct master *m)
{
	while (!m->stopping && !m->is_child &&
	       count_serving(m) < m->pool->workers) {
		int64_t wait = m->birth_ms + SLOW_BIRTH_MS - time_mono_ms();
		if (m->early > EARLY_MAX && wait > 0)
			return wait;
		spawn(m);
	}
	return -1;
}

static void
wait_signal(struct master *m, int64_t wait_ms)
{
	const struct timespec limit = {
	    .tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
	int signo = sigtimedwait(&m->set, NULL, wait_ms < 0 ? NULL : &limit);

	if (signo > 0)
		handle_signal(m, signo);
}

/* Every child that the program before this one left is gone. */
static void
drain(struct master *m)
{
	while (reap(m))
		wait_signal(m, SLOW_BIRTH_MS);
}

static int
supervise(struct master *m)
{
	int64_t wait_ms;

	for (;;) {
		bool any = reap(m);
		if (m->stopping && !any)
			break;
		wait_ms = keep_number(m);
		if (m->is_child)
			return m->child_rc;
		wait_signal(m, wait_ms);
	}
	log_event(LOG_LEVEL_INFO, "pool_stopped", "all workers have left");
	return EX_OK;
}

/* Before the first worker; an exit code. */
static int
prepare(struct master *m)
{
	bool resumed = m->pool->resume_fd >= 0;
	int rc;

	if (resumed) {
		dismiss_all(m); /* told already; the table may be a new one */
		rc = run_step(m, m->pool->must_drain);
		if (m->is_child)
			return rc;
		if (rc == 1)
			drain(m);
	}
	rc = m->stopping ? EX_OK : run_step(m, m->pool->prepare);
	/* at a reload the workers say what is wrong, and go on trying */
	return resumed && !m->is_child ? EX_OK : rc;
}

int
master_run(const struct pool *pool)
{
	struct master m = {.pool = pool, .pid = getpid(), .table_fd = -1};
	int rc;

	fill_stop_set(&m.set);
	(void)sigaddset(&m.set, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &m.set, NULL);
	if (!adopt_table(&m, pool->resume_fd) && !make_table(&m)) {
		log_event(
		    LOG_LEVEL_ERROR, "start_failed", "no shared memory: %m");
		return EX_OSERR;
	}
	rc = prepare(&m);
	if (rc != EX_OK || m.is_child)
		return rc;
	log_event(LOG_LEVEL_INFO, "pool_started", "%u workers", pool->workers);
	return supervise(&m);
}
