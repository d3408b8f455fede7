/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/file.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/str.h"
#include "base/time.h"

enum {
	READ_CHUNK = 4096, /* bytes a read() */
	LOCK_STEP_MS = 10, /* between two tries at a lock */
};

#define MSG_FAILED "The server failed. Try again; its log says why."

void
fd_closep(int *fd)
{
	int saved = errno; /* cleanup must not hide why we are leaving */

	if (*fd >= 0)
		(void)close(*fd); /* the descriptor is gone either way */
	*fd = -1;
	errno = saved;
}

void
dir_closep(DIR **d)
{
	if (*d != NULL)
		(void)closedir(*d); /* it was only read */
	*d = NULL;
}

/* Part by part, each of them no link. */
static int
walk_below(int dir, const char *path, int flags, unsigned mode)
{
	AUTO(fd_closep) int at = openat(dir, ".", O_PATH | O_CLOEXEC);
	char part[NAME_MAX + 1];

	while (at >= 0) {
		size_t len = strcspn(path, "/");
		const char *next = path + len + strspn(path + len, "/");
		int fd;

		if (!str_copy_n(part, sizeof part, path, len) ||
		    str_eq(part, "..")) {
			errno = EXDEV;
			return -1;
		}
		if (*next == '\0')
			return openat(at, part, flags | O_NOFOLLOW, mode);
		fd = openat(
		    at, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		fd_closep(&at);
		at = fd;
		path = next;
	}
	return -1;
}

int
fd_open_below(
    int dir, const char *path, int flags, unsigned mode, enum file_links links)
{
	const struct open_how how = {
	    .flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
	    .mode = mode,
	    .resolve = RESOLVE_BENEATH |
		       (links == FILE_LINKS_NONE ? RESOLVE_NO_SYMLINKS
						 : RESOLVE_NO_MAGICLINKS)};
	int fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof how);

	if (fd >= 0 || errno != ENOSYS)
		return fd;
	return walk_below(dir, path, flags | O_CLOEXEC, mode);
}

int
fd_write_all(int fd, const void *data, size_t n)
{
	const char *at = data;

	while (n > 0) {
		ssize_t done = write(fd, at, n);

		if (done < 0 && errno != EINTR)
			return -1;
		if (done > 0) {
			at += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

int
fd_copy_all(int to, int from)
{
	char chunk[READ_CHUNK];
	ssize_t n;

	while ((n = read(from, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || fd_write_all(to, chunk, (size_t)n) < 0)
			return -1;
	}
	return 0;
}

int
file_read_fd(int fd, const char *path, struct buf *b, struct error *err)
{
	char chunk[READ_CHUNK];
	ssize_t n;

	do {
		n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno != EINTR)
			return err_set(
			    err, ERR_INTERNAL, MSG_FAILED, "read %s: %m", path);
		if (n > 0)
			buf_add(b, chunk, (size_t)n);
	} while (n != 0 && !b->failed);
	return buf_check(b, err);
}

int
file_read(const char *path, struct buf *b, struct error *err)
{
	AUTO(fd_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 && errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND,
		    "A file of the server is missing. Its log says which.",
		    "%s does not exist", path);
	if (fd < 0)
		return err_set(
		    err, ERR_INTERNAL, MSG_FAILED, "open %s: %m", path);
	return file_read_fd(fd, path, b, err);
}

/* flock() by polling: 1 taken, 0 held by somebody else, -1 errno. */
static int
lock_try(int fd, int op)
{
	while (flock(fd, op | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return 0;
		if (errno != EINTR)
			return -1;
	}
	return 1;
}

int
fd_lock(int fd, enum file_lock kind, int wait_ms, const char *what,
    struct error *err)
{
	int op = kind == FILE_LOCK_SHARED ? LOCK_SH : LOCK_EX;
	int64_t deadline_ms = time_mono_ms() + wait_ms;
	int got;

	while ((got = lock_try(fd, op)) == 0) {
		if (time_mono_ms() >= deadline_ms)
			return err_set(err, ERR_OVERLOADED,
			    "The server is busy. Try again in a moment.",
			    "%s is locked, waited %d ms", what, wait_ms);
		(void)poll(NULL, 0, LOCK_STEP_MS); /* a pause, no result */
	}
	if (got < 0)
		return err_set(
		    err, ERR_INTERNAL, MSG_FAILED, "flock %s: %m", what);
	return 0;
}

int
file_lock(const char *path, enum file_lock kind, int wait_ms, struct error *err)
{
	AUTO(fd_closep)
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
	int taken;

	if (fd < 0)
		return err_set(
		    err, ERR_INTERNAL, MSG_FAILED, "open %s: %m", path);
	if (fd_lock(fd, kind, wait_ms, path, err) < 0)
		return -1;
	taken = fd;
	fd = -1;
	return taken;
}
