/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Stands in for a program of fail2ban: tells what it was started with, or
 * misbehaves in the way that its first argument names.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static void
tell_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' &&
		    strtol(e->d_name, NULL, 10) != dirfd(d))
			(void)printf("fd %s\n", e->d_name);
	if (d != NULL)
		(void)closedir(d);
}

static void
tell_limit(const char *name, __rlimit_resource_t what)
{
	struct rlimit l;

	if (getrlimit(what, &l) == 0)
		(void)printf(
		    "limit %s %llu\n", name, (unsigned long long)l.rlim_cur);
}

/* Which signals are blocked or not as the system has them. */
static void
tell_signals(void)
{
	struct sigaction now;
	sigset_t blocked;

	(void)sigprocmask(SIG_SETMASK, NULL, &blocked);
	for (int sig = 1; sig < NSIG; sig++) {
		if (sigismember(&blocked, sig) == 1)
			(void)printf("blocked %d\n", sig);
		if (sigaction(sig, NULL, &now) == 0 &&
		    now.sa_handler != SIG_DFL)
			(void)printf("not default %d\n", sig);
	}
}

static int
tell(int argc, char **argv)
{
	char cwd[64];

	for (int i = 1; i < argc; i++)
		(void)printf("arg %s\n", argv[i]);
	for (char **e = environ; *e != NULL; e++)
		(void)printf("env %s\n", *e);
	tell_descriptors();
	tell_limit("cpu", RLIMIT_CPU);
	tell_limit("as", RLIMIT_AS);
	tell_limit("fsize", RLIMIT_FSIZE);
	tell_limit("nproc", RLIMIT_NPROC);
	tell_limit("core", RLIMIT_CORE);
	tell_signals();
	(void)printf("leader %d\n", getpgrp() == getpid());
	(void)printf(
	    "new privileges %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0);
	(void)printf("cwd %s\n", getcwd(cwd, sizeof cwd) == NULL ? "?" : cwd);
	(void)printf("input %d\n", getchar() == EOF);
	return 3;
}

/* A child that keeps the pipes and this file open and would live on. */
static int
leave_a_child(const char *path)
{
	int held = open(path, O_WRONLY | O_CLOEXEC);

	if (held < 0)
		return 1;
	if (fork() == 0)
		(void)sleep(600);
	return 0;
}

static int
shout(void)
{
	static char block[65536];

	memset(block, 'x', sizeof block);
	while (write(STDOUT_FILENO, block, sizeof block) > 0)
		;
	return 0;
}

static int
write_file(const char *path)
{
	int fd;

	(void)signal(SIGXFSZ, SIG_IGN);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	return fd >= 0 && write(fd, "x", 1) < 0 && errno == EFBIG ? 0 : 1;
}

/* Through a pointer that may be another one, lest a compiler decide that
 * memory which nobody uses can always be had. */
static int
eat(void)
{
	void *(*volatile get)(size_t) = malloc;

	return get(500UL * 1024 * 1024) == NULL ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "";

	if (strcmp(how, "sleep") == 0)
		(void)sleep(600);
	while (strcmp(how, "spin") == 0)
		;
	if (strcmp(how, "child") == 0)
		return leave_a_child(argv[2]);
	if (strcmp(how, "shout") == 0)
		return shout();
	if (strcmp(how, "write") == 0)
		return write_file(argv[2]);
	if (strcmp(how, "eat") == 0)
		return eat();
	if (strcmp(how, "die") == 0)
		(void)raise(SIGUSR1);
	(void)fprintf(stderr, "to errors\n");
	return tell(argc, argv);
}
