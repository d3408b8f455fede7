/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/ask.h"
#include "f2b/cmd.h"
#include "f2b/result.h"

#define MSG_FAILED "This log cannot be read. The log of BanGUI says why."

/* --- which file ----------------------------------------------------------- */

static int
read_paths(void *out, const struct pickle_value *v, struct error *err)
{
	return result_texts(v, out, err);
}

/* 1 the jail reads that file, 0 it does not, or is gone meanwhile. */
static int
reads(struct f2b *f2b, const char *jail, const char *path, struct error *err)
{
	const char *const words[] = {"get", jail, "logpath"};
	AUTO(str_list_release) struct str_list paths = STR_LIST_INIT;

	if (ask(f2b, words, ARRAY_LEN(words), read_paths, &paths, err) == 0)
		return str_list_has(&paths, path) ? 1 : 0;
	if (err->code != ERR_JAIL_NOT_FOUND)
		return -1;
	err_clear(err);
	return 0;
}

static int
check_named(struct f2b *f2b, const char *path, struct error *err)
{
	AUTO(str_list_release) struct str_list jails = STR_LIST_INIT;
	int rc = 0;

	if (f2b_jail_names(f2b, &jails, NULL, err) < 0)
		return -1;
	for (size_t i = 0; i < jails.n && rc == 0; i++)
		rc = reads(f2b, jails.items[i], path, err);
	if (rc != 0)
		return rc < 0 ? -1 : 0;
	return err_set(
	    err, ERR_NOT_FOUND, TAIL_UNKNOWN, "no jail reads %s", path);
}

static int
open_log(const char *path, struct error *err)
{
	AUTO(fd_closep) int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	AUTO(fd_closep)
	int fd = fd_open_below(root, path + strspn(path, "/"),
	    O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, FILE_LINKS_NONE);
	struct stat st;
	int opened;

	if (fd < 0 && errno == ENOENT)
		return err_set(
		    err, ERR_NOT_FOUND, TAIL_UNKNOWN, "%s is not there", path);
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return err_set(
		    err, ERR_CONFLICT, TAIL_ODD, "%s has a link in it", path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(
		    err, ERR_CONFLICT, MSG_FAILED, "open %s: %m", path);
	if (!S_ISREG(st.st_mode))
		return err_set(
		    err, ERR_CONFLICT, TAIL_ODD, "%s is no plain file", path);
	opened = fd;
	fd = -1;
	return opened;
}

static int
open_named(struct f2b *f2b, const char *which, struct error *err)
{
	AUTO(f2b_server_release) struct f2b_server s = {.log_target = NULL};

	if (!str_eq(which, TAIL_OWN))
		return check_named(f2b, which, err) < 0 ? -1
							: open_log(which, err);
	if (f2b_server_get(f2b, &s, err) < 0)
		return -1;
	if (s.log_target == NULL || s.log_target[0] != '/')
		return err_set(err, ERR_CONFLICT, TAIL_NO_FILE, "logtarget %s",
		    s.log_target == NULL ? "None" : s.log_target);
	return open_log(s.log_target, err);
}

/* --- its end -------------------------------------------------------------- */

/* Bytes from the offset to what is the end now, into b. */
static int
read_from(int fd, off_t at, size_t n, struct buf *b, struct error *err)
{
	char *to = buf_reserve(b, n);

	while (to != NULL && n > 0) {
		ssize_t got = pread(fd, to, n, at);

		if (got == 0)
			break; /* it was cut meanwhile */
		if (got < 0 && errno != EINTR)
			return err_set(
			    err, ERR_CONFLICT, MSG_FAILED, "pread: %m");
		if (got > 0) {
			buf_commit(b, (size_t)got);
			to += got;
			at += got;
			n -= (size_t)got;
		}
	}
	return buf_check(b, err);
}

/* Without the part of a line at either end; the byte before them is read,
 * too, since it tells whether they begin with a line. */
static void
add_lines(struct buf *out, const struct buf *b, bool is_whole)
{
	const char *s = buf_str(b);
	const char *begin = s;
	const char *end = b->len == 0 ? NULL : memrchr(s, '\n', b->len);

	if (!is_whole)
		begin = memchr(s, '\n', b->len);
	if (begin == NULL || end == NULL)
		return;
	if (!is_whole)
		begin++;
	if (end >= begin)
		buf_add(out, begin, (size_t)(end - begin) + 1);
}

int
tail_read(struct f2b *f2b, const char *which, size_t bytes, struct buf *out,
    struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_TAIL_BYTES + 1);
	AUTO(fd_closep) int fd = -1;
	off_t from = 0;
	struct stat st;

	if (bytes == 0 || bytes > LIMIT_TAIL_BYTES ||
	    (which[0] != '/' && !str_eq(which, TAIL_OWN)))
		return err_set(err, ERR_INVALID,
		    "Name a log of fail2ban, and 1 to 262144 bytes of it.",
		    "%s, %zu bytes", which, bytes);
	fd = open_named(f2b, which, err);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return err_set(err, ERR_CONFLICT, MSG_FAILED, "fstat: %m");
	if (st.st_size > (off_t)bytes)
		from = st.st_size - (off_t)bytes - 1;
	if (read_from(fd, from, (size_t)(st.st_size - from), &b, err) < 0)
		return -1;
	add_lines(out, &b, st.st_size <= (off_t)bytes);
	return buf_check(out, err);
}
