/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pool/master.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "t/lib/unit.h"

#include "base/log.h"
#include "base/time.h"

/* What the processes of one test tell each other, in shared memory. */
struct shared {
	_Atomic int births;
	_Atomic int prepared;     /* calls of prepare() */
	_Atomic int old_at_work;  /* an old worker is still there */
	_Atomic int old_was_seen; /* ... when prepare() was called */
	_Atomic int drain_asked;
	int prepare_rc;
	bool must_drain;
	bool dies_at_start;
};

static int
setup(void **state)
{
	*state = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	return *state == MAP_FAILED ? -1 : 0;
}

static int
teardown(void **state)
{
	return munmap(*state, sizeof(struct shared));
}

static int
prepare(void *arg)
{
	struct shared *s = arg;

	s->prepared++;
	s->old_was_seen += s->old_at_work;
	return s->prepare_rc;
}

static int
must_drain(void *arg)
{
	struct shared *s = arg;

	s->drain_asked++;
	return s->must_drain;
}

static int
work(void *arg, struct server_slot *slot)
{
	struct shared *s = arg;
	sigset_t open;

	s->births++;
	if (s->dies_at_start)
		return 3;
	slot->ready = 1;
	(void)sigemptyset(&open);
	(void)signal(SIGTERM, _exit); /* its number is not 0: a death */
	(void)sigsuspend(&open);
	return 0;
}

/* A master in a process of its own; its log goes to *log_fd. */
static pid_t
start_master(struct shared *s, int resume_fd, int *log_fd)
{
	static char name[] = "master";
	char *argv[] = {name, NULL};
	const struct pool pool = {.workers = 2,
	    .argv = argv,
	    .resume_fd = resume_fd,
	    .arg = s,
	    .prepare = prepare,
	    .must_drain = must_drain,
	    .work = work};
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(fds[1], STDERR_FILENO);
		(void)close(fds[0]);
		_exit(master_run(&pool));
	}
	(void)close(fds[1]);
	*log_fd = fds[0];
	return pid;
}

/* Its exit code, when all who write to its log have gone. */
static int
wait_master(pid_t pid, int log_fd, char *log, size_t log_size)
{
	size_t len = 0;
	ssize_t n;
	int status;

	while ((n = read(log_fd, log + len, log_size - 1 - len)) > 0)
		len += (size_t)n;
	log[len] = '\0';
	(void)close(log_fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)) != NULL; text++)
		n++;
	return n;
}

/* Until a counter of another process is there, or for ten seconds. */
static void
wait_for(const _Atomic int *counter, int least)
{
	int64_t end = time_mono_ms() + 10000;

	while (*counter < least && time_mono_ms() < end)
		(void)usleep(1000);
	assert_true(*counter >= least);
}

static void
workers_that_die_at_start_are_born_once_a_second(void **state)
{
	static char log[65536];
	struct shared *s = *state;
	int64_t start = time_mono_ms();
	int log_fd, births;
	pid_t pid;

	s->dies_at_start = true;
	pid = start_master(s, -1, &log_fd);
	/* six die at once, and a seventh may be born before the sixth death
	 * is known; from then on it is one a second */
	wait_for(&s->births, 9);
	assert_true(time_mono_ms() - start >= 1500);
	births = s->births;
	(void)kill(pid, SIGTERM);
	assert_int_equal(wait_master(pid, log_fd, log, sizeof log), 0);
	assert_true(births < 12);
	assert_int_equal(count(log, "\"event\":\"respawn_slowed\""), 1);
	assert_true(count(log, "\"event\":\"worker_died\"") >= 8);
	assert_non_null(strstr(log, "\"exit_status\":3"));
}

static void
a_preparation_that_fails_is_the_exit_code(void **state)
{
	static char log[65536];
	struct shared *s = *state;
	int log_fd;
	pid_t pid;

	s->prepare_rc = 78;
	pid = start_master(s, -1, &log_fd);
	assert_int_equal(wait_master(pid, log_fd, log, sizeof log), 78);
	assert_int_equal(s->births, 0);
	assert_int_equal(s->drain_asked, 0);
}

/* An "old worker": a child of the process that becomes the master. */
static pid_t
start_resumed(struct shared *s, int *log_fd)
{
	int fds[2];
	pid_t pid;

	assert_int_equal(pipe(fds), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		static char name[] = "master";
		char *argv[] = {name, NULL};
		const struct pool pool = {.workers = 1,
		    .argv = argv,
		    .resume_fd = fds[0], /* no table of ours */
		    .arg = s,
		    .prepare = prepare,
		    .must_drain = must_drain,
		    .work = work};
		(void)dup2(fds[1], STDERR_FILENO);
		s->old_at_work = 1;
		if (fork() == 0) {
			(void)usleep(300000);
			s->old_at_work = 0;
			_exit(0);
		}
		_exit(master_run(&pool));
	}
	(void)close(fds[1]);
	*log_fd = fds[0];
	return pid;
}

static void
check_resumed(struct shared *s, bool drains)
{
	static char log[65536];
	int log_fd;
	pid_t pid;

	s->must_drain = drains;
	pid = start_resumed(s, &log_fd);
	wait_for(&s->births, 1);
	(void)kill(pid, SIGTERM);
	assert_int_equal(wait_master(pid, log_fd, log, sizeof log), 0);
	assert_int_equal(s->drain_asked, 1);
	assert_int_equal(s->prepared, 1);
	assert_int_equal(s->old_was_seen, drains ? 0 : 1);
}

static void
with_a_migration_the_old_workers_go_first(void **state)
{
	check_resumed(*state, true);
}

static void
without_one_the_new_do_not_wait_for_the_old(void **state)
{
	check_resumed(*state, false);
}

static void
at_a_reload_a_failed_preparation_stops_nobody(void **state)
{
	struct shared *s = *state;

	s->prepare_rc = 69;
	check_resumed(s, false);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
	    TEST(workers_that_die_at_start_are_born_once_a_second),
	    TEST(a_preparation_that_fails_is_the_exit_code),
	    TEST(with_a_migration_the_old_workers_go_first),
	    TEST(without_one_the_new_do_not_wait_for_the_old),
	    TEST(at_a_reload_a_failed_preparation_stops_nobody),
	};

	return cmocka_run_group_tests_name("pool/master", tests, NULL, NULL);
}
