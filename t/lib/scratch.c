/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t/lib/unit.h"

void
scratch_init(struct scratch *s)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(s->dir, sizeof s->dir, "%s/bangui-t-XXXXXX",
	    tmp != NULL && strlen(tmp) < 100 ? tmp : "/tmp");
	if (mkdtemp(s->dir) == NULL)
		fail_msg("mkdtemp %s: errno %d", s->dir, errno);
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
scratch_release(struct scratch *s)
{
	(void)chmod(s->dir, 0700); /* a case may have taken rights away */
	if (nftw(s->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS) < 0)
		fail_msg("cannot remove %s: errno %d", s->dir, errno);
}

int
scratch_set_up(void **state)
{
	struct scratch *s = calloc(1, sizeof *s);

	assert_non_null(s);
	scratch_init(s);
	*state = s;
	return 0;
}

int
scratch_tear_down(void **state)
{
	struct scratch *s = *state;

	scratch_release(s);
	free(s);
	return 0;
}

const char *
scratch_path(struct scratch *s, const char *name)
{
	int n = snprintf(s->path, sizeof s->path, "%s/%s", s->dir, name);

	assert_true(n > 0 && (size_t)n < sizeof s->path);
	return s->path;
}

static void
write_at(int fd, const void *data, size_t len, size_t at)
{
	if (pwrite(fd, data, len, (off_t)at) != (ssize_t)len)
		fail_msg("pwrite: errno %d", errno);
}

void
scratch_write(struct scratch *s, const char *name, const void *data, size_t len)
{
	int fd = open(scratch_path(s, name),
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	write_at(fd, data, len, 0);
	assert_int_equal(close(fd), 0);
}

void
scratch_damage(
    struct scratch *s, const char *name, size_t at, size_t len, int value)
{
	int fd = open(scratch_path(s, name), O_WRONLY | O_CLOEXEC);
	char *bytes = malloc(len);

	assert_true(fd >= 0);
	assert_non_null(bytes);
	memset(bytes, value, len);
	write_at(fd, bytes, len, at);
	free(bytes);
	assert_int_equal(close(fd), 0);
}

size_t
scratch_size(struct scratch *s, const char *name)
{
	struct stat st;

	assert_int_equal(stat(scratch_path(s, name), &st), 0);
	return (size_t)st.st_size;
}

static bool
file_holds(const char *path, size_t size, const char *bytes, size_t len)
{
	char *data = malloc(size + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	bool found;

	assert_non_null(data);
	assert_true(fd >= 0);
	n = read(fd, data, size);
	assert_true(n >= 0);
	found = memmem(data, (size_t)n, bytes, len) != NULL;
	if (found)
		print_error("%s holds it\n", path);
	free(data);
	assert_int_equal(close(fd), 0);
	return found;
}

bool
scratch_holds(struct scratch *s, const char *bytes, size_t len)
{
	DIR *d = opendir(s->dir);
	struct dirent *e;
	struct stat st;
	bool found = false;
	size_t looked_at = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		const char *path = scratch_path(s, e->d_name);

		if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		looked_at++;
		found =
		    file_holds(path, (size_t)st.st_size, bytes, len) || found;
	}
	assert_int_equal(closedir(d), 0);
	assert_true(looked_at > 0);
	return found;
}
