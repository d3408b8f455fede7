/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "base/time.h"
#include "geo/layout.h"
#include "geo/mmdb.h"

#define MSG_FAILED "The server failed. Try again; its log says why."
#define MSG_FULL "The server's disk is full. Free some space and try again."
#define MSG_BAD                                                                \
	"The file is no MaxMind DB file, or it is damaged. Download it again."

enum {
	CHUNK = 256 * 1024, /* bytes a read() */
	RACY_S = 2,         /* a file's time may stand still for so long */
};

struct copy {
	const char *source;
	char dir[GEO_PATH_SIZE];
	char target[GEO_PATH_SIZE];
	char fresh[GEO_PATH_SIZE]; /* until it is good */
};

static int
sys_fail(const char *what, const char *path, struct error *err)
{
	if (errno == ENOENT)
		return err_set(err, ERR_NOT_FOUND,
		    "A file of the server is missing. Its log says which.",
		    "%s %s: %m", what, path);
	if (errno == ENOSPC || errno == EDQUOT)
		return err_set(
		    err, ERR_DB_FULL, MSG_FULL, "%s %s: %m", what, path);
	return err_set(err, ERR_INTERNAL, MSG_FAILED, "%s %s: %m", what, path);
}

static int
path_make(char out[GEO_PATH_SIZE], const char *dir, const char *name,
    const char *suffix, struct error *err)
{
	int n = snprintf(out, GEO_PATH_SIZE, "%s/%s%s", dir, name, suffix);

	if (n < 0 || n >= GEO_PATH_SIZE)
		return err_set(
		    err, ERR_INVALID, MSG_FAILED, "%s: path too long", dir);
	return 0;
}

int
geo_copy_path(char out[GEO_PATH_SIZE], const char *state_dir, const char *name,
    struct error *err)
{
	char dir[GEO_PATH_SIZE];

	if (path_make(dir, state_dir, "geoip", "", err) < 0)
		return -1;
	return path_make(out, dir, name, "", err);
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int
source_open(const char *path, struct stat *st, struct error *err)
{
	/* non-blocking: it may be a pipe that nobody writes to */
	AUTO(fd_closep)
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int opened;

	if (fd < 0 || fstat(fd, st) < 0)
		return sys_fail("open", path, err);
	if (!S_ISREG(st->st_mode))
		return err_set(
		    err, ERR_INVALID, MSG_BAD, "%s is no regular file", path);
	if (st->st_size > LIMIT_GEO_FILE)
		return err_set(err, ERR_TOO_LARGE,
		    "The file is larger than BanGUI takes.",
		    "%s has more than %ld bytes", path, LIMIT_GEO_FILE);
	opened = fd;
	fd = -1;
	return opened;
}

static int
changed(const struct copy *c, struct error *err)
{
	return err_set(err, ERR_CONFLICT,
	    "The file is being replaced. Try again in a moment.",
	    "%s changed while it was copied", c->source);
}

/* Reads to the end, but stops soon behind size. */
static int
bytes_copy(
    int from, int to, off_t size, const struct copy *c, struct error *err)
{
	AUTO(str_freep) char *chunk = malloc(CHUNK);
	off_t total = 0;
	ssize_t n;

	if (chunk == NULL)
		return err_nomem(err);
	do {
		n = read(from, chunk, CHUNK);
		if (n < 0 && errno != EINTR)
			return sys_fail("read", c->source, err);
		if (n > 0 && fd_write_all(to, chunk, (size_t)n) < 0)
			return sys_fail("write", c->fresh, err);
		total += n > 0 ? n : 0;
	} while (n != 0 && total <= size);
	return total == size ? 0 : changed(c, err);
}

/* Whoever wrote the source meanwhile has changed one of these. */
static int
still_same(int from, const struct stat *before, const struct copy *c,
    struct error *err)
{
	struct stat now, named;

	if (fstat(from, &now) < 0 || stat(c->source, &named) < 0)
		return sys_fail("stat", c->source, err);
	if (!is_same_file(&now, before) || !is_same_file(&named, before) ||
	    named.st_dev != before->st_dev || named.st_ino != before->st_ino)
		return changed(c, err);
	return 0;
}

struct map {
	void *at;
	size_t len;
};

static void
map_release(struct map *m)
{
	if (m->at != MAP_FAILED)
		(void)munmap(m->at, m->len); /* fails for bad addresses only */
}

/* The fresh file, which nobody else writes, from end to end. */
static int
layout_check(int fd, const struct copy *c, struct error *err)
{
	AUTO(map_release) struct map m = {.at = MAP_FAILED};
	struct geo_layout layout;
	const uint8_t *bytes;
	struct stat st;
	size_t tail;

	if (fstat(fd, &st) < 0)
		return sys_fail("stat", c->fresh, err);
	m.len = (size_t)st.st_size;
	m.at = m.len == 0 ? MAP_FAILED
			  : mmap(NULL, m.len, PROT_READ, MAP_SHARED, fd, 0);
	if (m.at == MAP_FAILED)
		return m.len == 0 ? err_set(err, ERR_INVALID, MSG_BAD,
					"%s is empty", c->source)
				  : sys_fail("mmap", c->fresh, err);
	bytes = m.at;
	tail = m.len < GEO_TAIL_MAX ? m.len : GEO_TAIL_MAX;
	if (!geo_layout_read(&layout, bytes + m.len - tail, tail, m.len))
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s: the metadata is missing or wrong", c->source);
	return geo_layout_check(&layout, bytes, err);
}

/* What the workers will do with it; it answers some look-ups, too. */
static int
open_check(const struct copy *c, struct error *err)
{
	AUTO(geo_mmdb_freep) struct geo_mmdb *m = NULL;
	struct geo_file info;

	if (geo_mmdb_new(&m, c->fresh, err) < 0)
		return -1;
	geo_mmdb_info(m, &info);
	if (!info.open)
		return err_set(err, ERR_INVALID, MSG_BAD,
		    "%s: libmaxminddb does not open it", c->source);
	return 0;
}

static int
dir_sync(const char *dir, struct error *err)
{
	AUTO(fd_closep)
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0)
		return sys_fail("fsync", dir, err);
	return 0;
}

/* A source that was written just now may have been written again without a
 * change of its time: its copy gets another, so that the next run copies it
 * once more. */
static struct timespec
time_for(const struct stat *source)
{
	struct timespec t = source->st_mtim;
	int64_t age_s = time_now_s() - t.tv_sec;

	if (age_s < RACY_S && age_s > -RACY_S)
		t.tv_sec -= RACY_S;
	return t;
}

/* The time is the source's: that is how the next run knows it. */
static int
put_in_place(
    int to, const struct stat *source, const struct copy *c, struct error *err)
{
	const struct timespec t = time_for(source);
	const struct timespec times[2] = {t, t};

	if (futimens(to, times) < 0 || fsync(to) < 0)
		return sys_fail("fsync", c->fresh, err);
	if (rename(c->fresh, c->target) < 0)
		return sys_fail("rename", c->target, err);
	return dir_sync(c->dir, err);
}

static int
copy_from(int from, const struct stat *source, const struct copy *c,
    struct error *err)
{
	AUTO(fd_closep) int to = -1;

	to = open(
	    c->fresh, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);
	if (to < 0)
		return sys_fail("create", c->fresh, err);
	if (bytes_copy(from, to, source->st_size, c, err) < 0 ||
	    still_same(from, source, c, err) < 0 ||
	    layout_check(to, c, err) < 0 || open_check(c, err) < 0)
		return -1;
	return put_in_place(to, source, c, err);
}

static int
copy_locked(const struct copy *c, bool *made, struct error *err)
{
	AUTO(fd_closep) int from = -1;
	struct stat source, target;

	from = source_open(c->source, &source, err);
	if (from < 0)
		return -1;
	*made = stat(c->target, &target) < 0 || !is_same_file(&source, &target);
	if (!*made)
		return 0;
	(void)unlink(c->fresh); /* left by one that was killed, or not there */
	if (copy_from(from, &source, c, err) < 0) {
		(void)unlink(c->fresh); /* or the next run does */
		return -1;
	}
	return 0;
}

static int
dir_ensure(const char *dir, struct error *err)
{
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return sys_fail("mkdir", dir, err);
	return 0;
}

static int
copy_paths(
    struct copy *c, const char *state_dir, const char *name, struct error *err)
{
	if (path_make(c->dir, state_dir, "geoip", "", err) < 0 ||
	    path_make(c->target, c->dir, name, "", err) < 0)
		return -1;
	return path_make(c->fresh, c->dir, name, ".new", err);
}

int
geo_copy(const char *source, const char *state_dir, const char *name,
    bool *made, struct error *err)
{
	AUTO(fd_closep) int lock_fd = -1;
	struct copy c = {.source = source};
	char lock[GEO_PATH_SIZE];
	bool is_new;

	if (copy_paths(&c, state_dir, name, err) < 0 ||
	    dir_ensure(c.dir, err) < 0 ||
	    path_make(lock, c.dir, "copy.lock", "", err) < 0)
		return -1;
	lock_fd = file_lock(lock, FILE_LOCK_EXCLUSIVE, 0, err);
	if (lock_fd < 0 || copy_locked(&c, &is_new, err) < 0)
		return -1;
	if (made != NULL)
		*made = is_new;
	return 0;
}

int
geo_copy_remove(const char *state_dir, const char *name, struct error *err)
{
	char path[GEO_PATH_SIZE];

	if (geo_copy_path(path, state_dir, name, err) < 0)
		return -1;
	if (unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR)
		return sys_fail("unlink", path, err);
	return 0;
}
