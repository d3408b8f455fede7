/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

enum { TRIES_MAX = 3 }; /* two programs of different layouts may alternate */

#define MSG_FAILED "The server failed. Try again; its log says why."

/* The file. */
struct counters {
	_Atomic uint64_t layout; /* 0: just made */
	_Atomic uint64_t counts[COUNTERS_MAX];
};

static int
fail(const char *what, const char *path, int code, struct error *err)
{
	errno = code;
	return code == ENOSPC || code == EDQUOT
		   ? err_set(err, ERR_DB_FULL,
			 "The server's disk is full. Free some space and try "
			 "again.",
			 "%s %s: %m", what, path)
		   : err_set(err, ERR_DB_UNAVAILABLE, MSG_FAILED, "%s %s: %m",
			 what, path);
}

static int
map_file(struct counters **out, const char *path, struct error *err)
{
	AUTO(fd_closep)
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	void *at;
	int rc;

	if (fd < 0)
		return fail("open", path, errno, err);
	rc = posix_fallocate(fd, 0, sizeof **out); /* keeps what is there */
	if (rc != 0)
		return fail("make room in", path, rc, err);
	at =
	    mmap(NULL, sizeof **out, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		return fail("map", path, errno, err);
	*out = at;
	return 0;
}

/* Is it of this layout, or has it just become so? */
static bool
is_ours(struct counters *c, uint64_t layout)
{
	uint64_t found = 0;

	return atomic_compare_exchange_strong(&c->layout, &found, layout) ||
	       found == layout;
}

int
counters_open(
    struct counters **out, const char *path, uint64_t layout, struct error *err)
{
	AUTO(counters_closep) struct counters *c = NULL;

	for (int i = 0; i < TRIES_MAX; i++) {
		if (map_file(&c, path, err) < 0)
			return -1;
		if (is_ours(c, layout)) {
			*out = STEAL(c);
			return 0;
		}
		counters_closep(&c);
		/* who has it mapped counts on, to no effect, until he goes */
		if (unlink(path) < 0 && errno != ENOENT)
			return fail("replace", path, errno, err);
	}
	return err_set(err, ERR_DB_UNAVAILABLE, MSG_FAILED,
	    "%s: another program keeps bringing its own back", path);
}

void
counters_close(struct counters *c)
{
	if (c != NULL)
		(void)munmap(c, sizeof *c); /* whole and ours: cannot fail */
}

void
counters_closep(struct counters **c)
{
	counters_close(*c);
	*c = NULL;
}

void
counters_add(struct counters *c, size_t i, uint64_t n)
{
	if (c != NULL && i < COUNTERS_MAX)
		atomic_fetch_add_explicit(
		    &c->counts[i], n, memory_order_relaxed);
}

uint64_t
counters_get(const struct counters *c, size_t i)
{
	if (c == NULL || i >= COUNTERS_MAX)
		return 0;
	return atomic_load_explicit(&c->counts[i], memory_order_relaxed);
}

/* FNV-1a, with the NUL of each name. */
uint64_t
counters_layout(const char *const names[], size_t n)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < n; i++) {
		const char *s = names[i];

		do
			hash = (hash ^ (uint8_t)*s) * UINT64_C(1099511628211);
		while (*s++ != '\0');
	}
	return hash != 0 ? hash : 1;
}
