/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/conf_change.h"

#define MSG_FAILED                                                             \
	"fail2ban's configuration cannot be written. The log says why."

/* fail2ban reads *.conf and *.local, and no file that begins with a dot. One
 * of these holds what is to come or what was there; whoever was killed leaves
 * them behind, and the next commit sweeps them away. */
#define TEMP_PREFIX ".bangui-"
enum { TEMP_SIZE = sizeof TEMP_PREFIX "18446744073709551615" };

enum { MODE_NEW = 0644 };

struct step {
	const struct conf_change *change;
	int dir; /* borrowed from the work */
	const char *name;
	char temp[TEMP_SIZE];
	bool has_temp; /* it holds nothing that is missed elsewhere */
	bool swapped;  /* name is new; temp is old, if there was an old one */
};

struct work {
	int root;
	int dirs[CONF_DIR__MAX]; /* -1: no change in it */
	struct step steps[LIMIT_CONF_CHANGES];
	size_t n;
};

static void
work_release(struct work *w)
{
	for (size_t i = 0; i < CONF_DIR__MAX; i++)
		fd_closep(&w->dirs[i]);
	fd_closep(&w->root); /* and with it the lock */
}

/* errno of what could not be done to a file of the step. */
static int
fail(const struct step *s, const char *what, struct error *err)
{
	const char *dir = conf_dir_name(s->change->file.dir);

	if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
		return err_set(err, ERR_DB_FULL, COMMIT_FULL, "%s %s/%s: %m",
		    what, dir, s->name);
	if (errno == EEXIST || errno == ENOENT || errno == ELOOP ||
	    errno == ENOTDIR)
		return err_set(err, ERR_PRECONDITION, COMMIT_CHANGED,
		    "%s %s/%s: %m", what, dir, s->name);
	return err_set(
	    err, ERR_INTERNAL, MSG_FAILED, "%s %s/%s: %m", what, dir, s->name);
}

static int
open_in(int dir, const char *name, int flags, unsigned mode)
{
	return fd_open_below(dir, name, flags, mode, FILE_LINKS_NONE);
}

/* --- what is there -------------------------------------------------------- */

static int
read_all(int fd, struct buf *b)
{
	enum { CHUNK = 16384 };

	for (;;) {
		char *to = buf_reserve(b, CHUNK);
		ssize_t n = to == NULL ? 0 : read(fd, to, CHUNK);

		if (n > 0)
			buf_commit(b, (size_t)n);
		else if (n == 0)
			return 0;
		else if (errno != EINTR)
			return -1;
	}
}

/* Is the file what the change expects? Absent is a content, too. */
static int
check_old(const struct step *s, const char *name, struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CONF_OLD);
	AUTO(fd_closep)
	int fd = open_in(s->dir, name, O_RDONLY | O_NONBLOCK, 0);
	char hash[CONF_HASH_SIZE] = CONF_ABSENT;
	struct stat st;

	if (fd < 0 && errno != ENOENT)
		return fail(s, "open", err);
	if (fd >= 0) {
		if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
			return err_set(err, ERR_PRECONDITION, COMMIT_CHANGED,
			    "%s is no plain file", s->name);
		if (read_all(fd, &b) < 0)
			return fail(s, "read", err);
		if (buf_check(&b, err) < 0)
			return -1;
		conf_hash(buf_str(&b), b.len, hash);
	}
	if (str_eq(hash, s->change->expected))
		return 0;
	return err_set(err, ERR_PRECONDITION, COMMIT_CHANGED,
	    "%s is %s, not %s", s->name, hash, s->change->expected);
}

/* --- the steps ------------------------------------------------------------ */

/* The new content, on the disk but under a name that nobody reads. */
static int
write_temp(struct step *s, struct error *err)
{
	AUTO(fd_closep)
	int fd = open_in(s->dir, s->temp, O_WRONLY | O_CREAT | O_EXCL, S_IRUSR);
	const char *text = s->change->text;

	if (fd < 0)
		return fail(s, "create", err);
	s->has_temp = true;
	/* whatever the umask and the group of the directory say */
	if (fd_write_all(fd, text, strlen(text)) < 0 ||
	    fchown(fd, geteuid(), getegid()) < 0 || fchmod(fd, MODE_NEW) < 0 ||
	    fsync(fd) < 0)
		return fail(s, "write", err);
	return 0;
}

static int
prepare(struct step *s, struct error *err)
{
	if (check_old(s, s->name, err) < 0)
		return -1;
	return s->change->remove ? 0 : write_temp(s, err);
}

static bool
was_absent(const struct step *s)
{
	return str_eq(s->change->expected, CONF_ABSENT);
}

/*
 * One rename puts the new file in place and the old one aside. Only then is
 * it certain what the old one was: if somebody wrote it since prepare(), the
 * steps are undone.
 */
static int
swap(struct step *s, struct error *err)
{
	const char *from = s->change->remove ? s->name : s->temp;
	const char *to = s->change->remove ? s->temp : s->name;
	unsigned how = s->change->remove || was_absent(s) ? RENAME_NOREPLACE
							  : RENAME_EXCHANGE;

	if (renameat2(s->dir, from, s->dir, to, how) < 0)
		return fail(s, "rename", err);
	s->swapped = true;
	s->has_temp = !was_absent(s);
	return was_absent(s) ? 0 : check_old(s, s->temp, err);
}

static int
undo(struct step *s)
{
	const char *from = was_absent(s) ? s->name : s->temp;
	const char *to = was_absent(s) ? s->temp : s->name;
	unsigned how = s->change->remove || was_absent(s) ? RENAME_NOREPLACE
							  : RENAME_EXCHANGE;

	if (!s->swapped)
		return 0;
	if (renameat2(s->dir, from, s->dir, to, how) < 0) {
		s->has_temp = false; /* keep it: it is the old file */
		return -1;
	}
	s->swapped = false;
	s->has_temp = !s->change->remove;
	return 0;
}

/* --- all of them ---------------------------------------------------------- */

static int
sync_dirs(const struct work *w)
{
	int rc = 0;

	for (size_t i = 0; i < CONF_DIR__MAX; i++)
		if (w->dirs[i] >= 0 && fsync(w->dirs[i]) < 0)
			rc = -1;
	return rc;
}

/* What stays is swept away by the next commit. */
static void
drop_temps(const struct work *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->steps[i].has_temp)
			(void)unlinkat(w->steps[i].dir, w->steps[i].temp, 0);
}

/* Everything is as it was, or the error's detail says what is not. */
static void
undo_all(struct work *w, struct error *err)
{
	struct error why = *err;

	for (size_t i = w->n; i-- > 0;) {
		struct step *s = &w->steps[i];

		if (undo(s) < 0)
			(void)err_set(err, ERR_INTERNAL, MSG_FAILED,
			    "%s/%s is not put back (%m), its old content is "
			    "in %s; first: %.200s",
			    conf_dir_name(s->change->file.dir), s->name,
			    s->temp, why.detail);
	}
	(void)sync_dirs(w); /* it failed already */
	drop_temps(w);
}

/* Left behind by a commit that was killed: the lock says that it is over. */
static int
sweep(int dir, struct error *err)
{
	AUTO(fd_closep) int fd = open_in(dir, ".", O_RDONLY | O_DIRECTORY, 0);
	AUTO(dir_closep) DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;

	if (d == NULL)
		return err_set(err, ERR_INTERNAL, MSG_FAILED, "sweep: %m");
	fd = -1; /* d's now */
	while ((e = readdir(d)) != NULL)
		if (str_starts(e->d_name, TEMP_PREFIX))
			(void)unlinkat(
			    dir, e->d_name, 0); /* O_EXCL will tell */
	return 0;
}

static int
open_dirs(struct work *w, const char *dir, struct error *err)
{
	w->root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->root < 0)
		return err_set(
		    err, ERR_INTERNAL, MSG_FAILED, "open %s: %m", dir);
	if (fd_lock(
		w->root, FILE_LOCK_EXCLUSIVE, LIMIT_CONF_LOCK_MS, dir, err) < 0)
		return -1;
	for (size_t i = 0; i < w->n; i++) {
		struct step *s = &w->steps[i];
		int *fd = &w->dirs[s->change->file.dir];

		if (*fd < 0) {
			*fd =
			    open_in(w->root, conf_dir_name(s->change->file.dir),
				O_RDONLY | O_DIRECTORY, 0);
			if (*fd < 0)
				return fail(s, "open the folder of", err);
			if (sweep(*fd, err) < 0)
				return -1;
		}
		s->dir = *fd;
	}
	return 0;
}

static int
do_all(struct work *w, struct error *err)
{
	for (size_t i = 0; i < w->n; i++)
		if (prepare(&w->steps[i], err) < 0)
			return -1;
	for (size_t i = 0; i < w->n; i++)
		if (swap(&w->steps[i], err) < 0)
			return -1;
	if (sync_dirs(w) < 0)
		return err_set(err, ERR_INTERNAL, MSG_FAILED, "fsync: %m");
	return 0;
}

int
commit(const char *dir, const struct conf_changes *changes, struct error *err)
{
	AUTO(work_release) struct work w = {.root = -1, .n = changes->n};

	for (size_t i = 0; i < CONF_DIR__MAX; i++)
		w.dirs[i] = -1;
	for (size_t i = 0; i < w.n; i++) {
		const struct conf_change *c = &changes->items[i];

		w.steps[i] = (struct step){.change = c, .name = c->file.name};
		(void)snprintf(w.steps[i].temp, sizeof w.steps[i].temp,
		    TEMP_PREFIX "%zu", i);
	}
	if (open_dirs(&w, dir, err) < 0)
		return -1;
	if (do_all(&w, err) < 0) {
		undo_all(&w, err);
		return -1;
	}
	drop_temps(&w);
	return 0;
}
