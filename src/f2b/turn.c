/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/turn.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/time.h"

enum { STEP_MS = 2 }; /* between two looks for a place */

/* The file: times on the clock of time_mono_ms(). They outlive a restart of
 * the machine, which sets that clock back to 0: what lies too far in the future
 * is of no meaning. */
enum turn_time {
	TURN_SILENT, /* until when nobody asks */
	TURN_MOVED,  /* when somebody last came or went */
};

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

static int64_t
read_time(const struct turn *t, enum turn_time which)
{
	int64_t value = 0;
	off_t at = (off_t)which * (off_t)sizeof value;

	if (t->fd < 0 ||
	    pread(t->fd, &value, sizeof value, at) != sizeof value ||
	    value > time_mono_ms() + LIMIT_F2B_FAILFAST_MS)
		return 0;
	return value;
}

/* On a full disk the others find out by themselves. */
static void
write_time(const struct turn *t, enum turn_time which, int64_t value)
{
	off_t at = (off_t)which * (off_t)sizeof value;

	if (t->fd >= 0 &&
	    pwrite(t->fd, &value, sizeof value, at) != sizeof value)
		return;
}

int64_t
turn_silent_until(const struct turn *t)
{
	int64_t until = read_time(t, TURN_SILENT);

	return until > t->silent_until ? until : t->silent_until;
}

void
turn_silence(struct turn *t, int64_t until_ms)
{
	t->silent_until = until_ms;
	write_time(t, TURN_SILENT, until_ms);
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

static int
take_place(const struct turn *t)
{
	for (unsigned i = 0; i < t->places; i++)
		if (lock_place(t, i, F_WRLCK) == 0)
			return (int)i;
	return -1;
}

int
turn_enter(const struct turn *t)
{
	const int64_t end = time_mono_ms() + LIMIT_F2B_QUICK_MS;
	int64_t now = 0;
	int place;

	if (t->fd < 0)
		return 0;
	while ((place = take_place(t)) < 0) {
		now = time_mono_ms();
		if (now >= end ||
		    now - read_time(t, TURN_MOVED) >= LIMIT_F2B_TURN_MS)
			return -1;
		(void)poll(NULL, 0, STEP_MS); /* only a pause */
	}
	write_time(t, TURN_MOVED, time_mono_ms());
	return place;
}

void
turn_leave(const struct turn *t, int place)
{
	if (t->fd < 0)
		return;
	(void)lock_place(t, (unsigned)place, F_UNLCK); /* was ours */
	write_time(t, TURN_MOVED, time_mono_ms());
}
