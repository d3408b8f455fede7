/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/conf_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "f2b/conf_change.h"

enum {
	CHUNK = 65536,     /* bytes a read() */
	PATH_SIZE = 1024,  /* below the tree */
	OPEN_AT_ONCE = 16, /* descriptors of nftw() */
};

#define MSG_FAILED "The configuration cannot be tested. The log says why."
#define MSG_FULL "The disk is full, so the configuration cannot be tested."
#define MSG_LARGE                                                              \
	"fail2ban's configuration is larger than what BanGUI tests. See its "  \
	"log."

struct copying {
	int from, to; /* both roots */
	size_t files, bytes;
	struct error *err;
};

static void
copying_release(struct copying *c)
{
	fd_closep(&c->from);
	fd_closep(&c->to);
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

void
conf_copy_release(struct conf_copy *c)
{
	/* what cannot be removed stays: it is below a directory for such */
	if (c->dir[0] != '\0')
		(void)nftw(
		    c->dir, remove_one, OPEN_AT_ONCE, FTW_DEPTH | FTW_PHYS);
	c->dir[0] = '\0';
}

static int
fail(struct copying *c, const char *what, const char *name)
{
	if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG)
		return err_set(
		    c->err, ERR_DB_FULL, MSG_FULL, "%s %s: %m", what, name);
	return err_set(
	    c->err, ERR_INTERNAL, MSG_FAILED, "%s %s: %m", what, name);
}

static int
create(struct copying *c, const char *name)
{
	int fd = openat(c->to, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? fail(c, "create", name) : fd;
}

static int
copy_file(struct copying *c, int from, const char *name)
{
	AUTO(fd_closep) int to = create(c, name);
	AUTO(buf_release) struct buf chunk = BUF_INIT(CHUNK);
	char *data = buf_reserve(&chunk, CHUNK);
	ssize_t n;

	if (to < 0)
		return -1;
	if (data == NULL)
		return err_nomem(c->err);
	c->files++;
	while ((n = read(from, data, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(c, "read", name);
		c->bytes += (size_t)n;
		if (c->bytes > LIMIT_CONF_BYTES)
			break;
		if (fd_write_all(to, data, (size_t)n) < 0)
			return fail(c, "write", name);
	}
	if (c->files <= LIMIT_CONF_FILES && c->bytes <= LIMIT_CONF_BYTES)
		return 0;
	return err_set(c->err, ERR_TOO_LARGE, MSG_LARGE,
	    "at %s: %zu files, %zu bytes", name, c->files, c->bytes);
}

static int copy_dir(struct copying *c, int fd, const char *path, int depth);

static int
copy_entry(struct copying *c, const char *path, const char *name, int depth)
{
	AUTO(fd_closep) int fd = -1;
	char whole[PATH_SIZE];
	struct stat st;
	int n = snprintf(whole, sizeof whole, "%s%s%s", path,
	    path[0] == '\0' ? "" : "/", name);

	if (n < 0 || (size_t)n >= sizeof whole)
		return err_set(c->err, ERR_TOO_LARGE, MSG_LARGE, "%s/%s: %d",
		    path, name, n);
	fd = fd_open_below(c->from, whole, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0,
	    FILE_LINKS_BELOW);
	if (fd < 0 && errno == ENOENT)
		return 0; /* a link to nowhere: fail2ban finds nothing, too */
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(
		    c->err, ERR_CONFLICT, CONF_COPY_ODD, "%s: %m", whole);
	if (S_ISDIR(st.st_mode))
		return copy_dir(c, fd, whole, depth + 1);
	return S_ISREG(st.st_mode) ? copy_file(c, fd, whole) : 0;
}

static int
copy_dir(struct copying *c, int fd, const char *path, int depth)
{
	AUTO(fd_closep) int own = dup(fd);
	AUTO(dir_closep) DIR *d = own < 0 ? NULL : fdopendir(own);
	const struct dirent *e;

	if (d == NULL)
		return fail(c, "look into", path);
	own = -1; /* d's now */
	if (depth > LIMIT_CONF_DEPTH)
		return err_set(c->err, ERR_TOO_LARGE, MSG_LARGE,
		    "%s is %d folders deep", path, depth);
	if (depth > 0 && mkdirat(c->to, path, 0700) < 0)
		return fail(c, "make", path);
	while ((e = readdir(d)) != NULL)
		/* fail2ban reads no file whose name begins with a dot */
		if (e->d_name[0] != '.' &&
		    copy_entry(c, path, e->d_name, depth) < 0)
			return -1;
	return 0;
}

static int
change(struct copying *c, const struct conf_change *change)
{
	const char *dir = conf_dir_name(change->file.dir);
	AUTO(fd_closep) int fd = -1;
	char path[PATH_SIZE];

	(void)snprintf(path, sizeof path, "%s/%s", dir, change->file.name);
	if (unlinkat(c->to, path, 0) < 0 && errno != ENOENT)
		return fail(c, "remove", path);
	if (change->remove)
		return 0;
	if (mkdirat(c->to, dir, 0700) < 0 && errno != EEXIST)
		return fail(c, "make", dir);
	fd = create(c, path);
	if (fd < 0)
		return -1;
	if (fd_write_all(fd, change->text, strlen(change->text)) < 0)
		return fail(c, "write", path);
	return 0;
}

static int
make_place(struct conf_copy *out, const char *tmp_dir, struct error *err)
{
	char dir[CONF_COPY_PATH_SIZE];
	int n = snprintf(dir, sizeof dir, "%s/bangui-test-XXXXXX", tmp_dir);

	if (n < 0 || (size_t)n >= sizeof dir - sizeof "/tree")
		return err_set(err, ERR_INTERNAL, MSG_FAILED,
		    "%s is too long a path", tmp_dir);
	if (mkdtemp(dir) == NULL)
		return err_set(
		    err, ERR_INTERNAL, MSG_FAILED, "mkdtemp %s: %m", dir);
	memcpy(out->dir, dir, sizeof dir);
	(void)snprintf(out->tree, sizeof out->tree, "%.240s/tree", dir);
	if (mkdir(out->tree, 0700) < 0)
		return err_set(
		    err, ERR_INTERNAL, MSG_FAILED, "mkdir %s: %m", out->tree);
	return 0;
}

int
conf_copy_make(struct conf_copy *out, const char *dir, const char *tmp_dir,
    const struct conf_changes *changes, struct error *err)
{
	AUTO(conf_copy_release) struct conf_copy copy = {"", ""};
	AUTO(copying_release) struct copying c = {.from = -1, .to = -1};

	c.err = err;
	c.from = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c.from < 0)
		return fail(&c, "open", dir);
	if (make_place(&copy, tmp_dir, err) < 0)
		return -1;
	c.to = open(copy.tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c.to < 0)
		return fail(&c, "open", copy.tree);
	if (copy_dir(&c, c.from, "", 0) < 0)
		return -1;
	for (size_t i = 0; i < changes->n; i++)
		if (change(&c, &changes->items[i]) < 0)
			return -1;
	*out = copy;
	copy.dir[0] = '\0'; /* handed over */
	return 0;
}
