/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/faults.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { ARGS = 6 }; /* of a system call */

/* clang-format off */
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
int __real_flock(int fd, int op);
int __wrap_flock(int fd, int op);
ssize_t __real_read(int fd, void *to, size_t n);
ssize_t __wrap_read(int fd, void *to, size_t n);
ssize_t __real_write(int fd, const void *from, size_t n);
ssize_t __wrap_write(int fd, const void *from, size_t n);
int __real_fstat(int fd, struct stat *st);
int __wrap_fstat(int fd, struct stat *st);
int __real_fchown(int fd, uid_t owner, gid_t group);
int __wrap_fchown(int fd, uid_t owner, gid_t group);
int __real_fchmod(int fd, mode_t mode);
int __wrap_fchmod(int fd, mode_t mode);
int __wrap_fsync(int fd);
int __real_renameat2(int a, const char *from, int b, const char *to, unsigned how);
int __wrap_renameat2(int a, const char *from, int b, const char *to, unsigned how);
int __real_unlinkat(int fd, const char *name, int flags);
int __wrap_unlinkat(int fd, const char *name, int flags);
int __real_close(int fd);
int __wrap_close(int fd);
/* clang-format on */

static struct {
	size_t at; /* 0: not armed */
	size_t count;
	int error;
	void (*act)(void);
	bool fired;
} state;

static void
arm(size_t nth, int error, void (*act)(void))
{
	state.at = nth;
	state.count = 0;
	state.error = error;
	state.act = act;
	state.fired = false;
}

void
faults_fail(size_t nth, int error)
{
	arm(nth, error, NULL);
}

static void
die(void)
{
	(void)kill(getpid(), SIGKILL);
}

void
faults_kill(size_t nth)
{
	arm(nth, 0, die);
}

void
faults_before(size_t nth, void (*act)(void))
{
	arm(nth, 0, act);
}

bool
faults_end(void)
{
	state.at = 0;
	return state.fired;
}

/* Is it this call's turn, and does it fail then? */
static bool
fails_now(void)
{
	if (state.at == 0 || ++state.count != state.at)
		return false;
	state.fired = true;
	state.at = 0; /* what act does is not counted */
	if (state.act != NULL)
		state.act();
	errno = state.error;
	return state.error != 0;
}

int
__wrap_open(const char *path, int flags, ...)
{
	unsigned mode = 0;
	va_list args;

	va_start(args, flags);
	if ((flags & O_CREAT) != 0)
		mode = va_arg(args, unsigned);
	va_end(args);
	return fails_now() ? -1 : __real_open(path, flags, mode);
}

long
__wrap_syscall(long number, ...)
{
	long a[ARGS];
	va_list args;

	/* as libc does it: whatever was given stands in registers */
	va_start(args, number);
	for (size_t i = 0; i < ARGS; i++)
		a[i] = va_arg(args, long);
	va_end(args);
	return fails_now()
		   ? -1
		   : __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

int
__wrap_flock(int fd, int op)
{
	return fails_now() ? -1 : __real_flock(fd, op);
}

ssize_t
__wrap_read(int fd, void *to, size_t n)
{
	return fails_now() ? -1 : __real_read(fd, to, n);
}

/* Half of it first: writing goes on where it stopped. */
ssize_t
__wrap_write(int fd, const void *from, size_t n)
{
	return fails_now() ? -1 : __real_write(fd, from, n > 1 ? n / 2 : n);
}

int
__wrap_fstat(int fd, struct stat *st)
{
	return fails_now() ? -1 : __real_fstat(fd, st);
}

int
__wrap_fchown(int fd, uid_t owner, gid_t group)
{
	return fails_now() ? -1 : __real_fchown(fd, owner, group);
}

int
__wrap_fchmod(int fd, mode_t mode)
{
	return fails_now() ? -1 : __real_fchmod(fd, mode);
}

/* Nobody pulls the plug here: the disk is spared. */
int
__wrap_fsync(int fd)
{
	(void)fd;
	return fails_now() ? -1 : 0;
}

int
__wrap_renameat2(int a, const char *from, int b, const char *to, unsigned how)
{
	return fails_now() ? -1 : __real_renameat2(a, from, b, to, how);
}

int
__wrap_unlinkat(int fd, const char *name, int flags)
{
	return fails_now() ? -1 : __real_unlinkat(fd, name, flags);
}

/* A close that fails has closed all the same. */
int
__wrap_close(int fd)
{
	bool fails = fails_now();
	int rc = __real_close(fd);

	return fails ? -1 : rc;
}
