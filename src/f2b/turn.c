/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/turn.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"

enum { STEP_MS = 5 }; /* between two looks for a place */

int
turn_share(struct turn *t, const char *path, unsigned places, struct error *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "open %s: %m", path);
	turn_release(t);
	t->fd = fd;
	t->places = places;
	return 0;
}

void
turn_release(struct turn *t)
{
	fd_closep(&t->fd);
}

/* The file holds one time. It outlives a restart of the machine, which sets
 * the clock back to 0: a time further away than any silence is none. */
int64_t
turn_silent_until(const struct turn *t)
{
	int64_t until = 0;

	if (t->fd < 0 ||
	    pread(t->fd, &until, sizeof until, 0) != sizeof until ||
	    until > time_mono_ms() + LIMIT_F2B_FAILFAST_MS)
		return t->silent_until;
	return until > t->silent_until ? until : t->silent_until;
}

void
turn_silence(struct turn *t, int64_t until_ms)
{
	t->silent_until = until_ms;
	if (t->fd >= 0 &&
	    pwrite(t->fd, &until_ms, sizeof until_ms, 0) != sizeof until_ms)
		return; /* a full disk: the others find out by themselves */
}

/* One byte of the file a place, locked by the open file, not the process. */
static int
lock_place(const struct turn *t, unsigned place, short kind)
{
	struct flock lock = {.l_type = kind,
	    .l_whence = SEEK_SET,
	    .l_start = (off_t)place,
	    .l_len = 1};

	return fcntl(t->fd, F_OFD_SETLK, &lock);
}

int
turn_enter(const struct turn *t)
{
	const int64_t end = time_mono_ms() + LIMIT_F2B_TURN_MS;

	if (t->fd < 0)
		return 0;
	for (;;) {
		for (unsigned i = 0; i < t->places; i++)
			if (lock_place(t, i, F_WRLCK) == 0)
				return (int)i;
		if (time_mono_ms() >= end)
			return -1;
		(void)poll(NULL, 0, STEP_MS); /* only a pause */
	}
}

void
turn_leave(const struct turn *t, int place)
{
	if (t->fd >= 0)
		(void)lock_place(t, (unsigned)place, F_UNLCK); /* was ours */
}
