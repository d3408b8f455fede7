/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/time.h"
#include "t/lib/faults.h"
#include "t/lib/scratch.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

static struct scratch scratch;
static char path[SCRATCH_PATH_SIZE]; /* of the file that the cases share */

static int
set_up(void **state)
{
	(void)state;
	scratch_init(&scratch);
	(void)snprintf(path, sizeof path, "%s", scratch_path(&scratch, "file"));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	scratch_release(&scratch);
	return 0;
}

static void
write_file(size_t len)
{
	char text[10000];

	assert_in_range(len, 0, sizeof text);
	memset(text, 'x', sizeof text);
	scratch_write(&scratch, "file", text, len);
}

static void
close_forgets_and_keeps_errno(void **state)
{
	int fd = open("/dev/null", O_RDONLY);
	int copy = fd;

	(void)state;
	assert_true(fd >= 0);
	errno = EPERM;
	fd_closep(&fd);
	assert_int_equal(fd, -1);
	assert_int_equal(errno, EPERM);
	assert_int_equal(fcntl(copy, F_GETFD), -1);
	fd_closep(&fd);
	assert_int_equal(fd, -1);
}

static void
descriptor_0_is_one_like_any_other(void **state)
{
	struct buf b = BUF_INIT(100);
	struct error err = ERROR_INIT;
	int saved = dup(STDIN_FILENO), fd;

	(void)state;
	write_file(1);
	assert_int_equal(close(STDIN_FILENO), 0);
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_string_equal(buf_str(&b), "x");
	fd = file_lock(path, FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_int_equal(fd, 0);
	fd_closep(&fd);
	assert_int_equal(fd, -1);
	assert_int_equal(fcntl(0, F_GETFD), -1);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	fd_closep(&saved);
	buf_release(&b);
}

static void
a_file_is_read_up_to_the_buffers_maximum(void **state)
{
	struct buf b = BUF_INIT(9000);
	struct error err = ERROR_INIT;

	(void)state;
	write_file(9000);
	buf_add_str(&b, "");
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_int_equal(b.len, 9000);
	buf_clear(&b);
	write_file(9001);
	assert_int_equal(file_read(path, &b, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_clear(&b);
	write_file(0);
	buf_add_str(&b, "before ");
	assert_int_equal(file_read(path, &b, &err), 0);
	assert_string_equal(buf_str(&b), "before ");
	buf_release(&b);
}

static void
an_absent_file_is_told_from_one_that_fails(void **state)
{
	struct buf b = BUF_INIT(100);
	struct error err = ERROR_INIT;

	(void)state;
	(void)unlink(path); /* the case before may not have run */
	assert_int_equal(file_read(path, &b, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(err.detail, path));
	assert_null(strstr(err.message, path));
	assert_int_equal(
	    file_read(scratch.dir, &b, &err), -1); /* a directory */
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(file_read("/dev/null/x", &b, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

static int
read_it(void *arg, struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(10000);

	(void)arg;
	return file_read(path, &b, err);
}

static void
reading_survives_every_failing_allocation(void **state)
{
	(void)state;
	write_file(9000);
	assert_in_range(torture_run(read_it, NULL), 2, 10);
}

static void
a_lock_file_is_private_and_not_inherited(void **state)
{
	struct error err = ERROR_INIT;
	struct stat st;
	int fd;

	(void)state;
	(void)unlink(path); /* so that the lock makes it */
	fd = file_lock(path, FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	fd_closep(&fd);
	assert_int_equal(
	    file_lock("/dev/null/x", FILE_LOCK_SHARED, 0, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

static void
readers_share_a_lock_and_a_writer_is_alone(void **state)
{
	struct error err = ERROR_INIT;
	int a, b;

	(void)state;
	a = file_lock(path, FILE_LOCK_SHARED, 0, &err);
	b = file_lock(path, FILE_LOCK_SHARED, 0, &err);
	assert_true(a >= 0 && b >= 0);
	assert_int_equal(file_lock(path, FILE_LOCK_EXCLUSIVE, 0, &err), -1);
	assert_int_equal(err.code, ERR_OVERLOADED);
	fd_closep(&a);
	assert_int_equal(file_lock(path, FILE_LOCK_EXCLUSIVE, 0, &err), -1);
	fd_closep(&b);
	a = file_lock(path, FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_true(a >= 0);
	assert_int_equal(file_lock(path, FILE_LOCK_SHARED, 0, &err), -1);
	assert_int_equal(err.code, ERR_OVERLOADED);
	fd_closep(&a);
}

static void
waiting_for_a_lock_ends_at_its_deadline(void **state)
{
	struct error err = ERROR_INIT;
	int held = file_lock(path, FILE_LOCK_EXCLUSIVE, 0, &err);
	int64_t start = time_mono_ms();

	(void)state;
	assert_true(held >= 0);
	assert_int_equal(file_lock(path, FILE_LOCK_SHARED, 60, &err), -1);
	assert_int_equal(err.code, ERR_OVERLOADED);
	assert_in_range(time_mono_ms() - start, 60, 5000);
	fd_closep(&held);
}

static void
a_lock_given_back_meanwhile_is_taken(void **state)
{
	struct error err = ERROR_INIT;
	int ready[2], status, fd;
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		fd = file_lock(path, FILE_LOCK_EXCLUSIVE, 0, &err);
		if (fd < 0 || write(ready[1], "x", 1) != 1)
			_exit(1);
		(void)usleep(50000); /* holds the lock; end gives it back */
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(file_lock(path, FILE_LOCK_EXCLUSIVE, 0, &err), -1);
	fd = file_lock(path, FILE_LOCK_EXCLUSIVE, 10000, &err);
	assert_true(fd >= 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	fd_closep(&fd);
	fd_closep(&ready[0]);
	fd_closep(&ready[1]);
}

/* --- below a directory ---------------------------------------------------- */

static int open_root = -1;

static bool
opens(const char *name, enum file_links links)
{
	int fd = fd_open_below(open_root, name, O_RDONLY, 0, links);

	if (fd < 0)
		return false;
	assert_int_equal(close(fd), 0);
	return true;
}

/* The same where the kernel has no openat2(). */
static bool
walks(const char *name)
{
	bool opened;

	faults_fail(1, ENOSYS);
	opened = opens(name, FILE_LINKS_NONE);
	assert_true(faults_end());
	return opened;
}

static void
nothing_is_opened_that_is_not_below_a_directory(void **state)
{
	static const char *const BAD[] = {
	    "../etc/passwd", "sub/../../x", "out", "link/file", "to-file"};

	(void)state;
	assert_int_equal(mkdir(scratch_path(&scratch, "sub"), 0700), 0);
	scratch_write(&scratch, "sub/file", "x", 1);
	assert_int_equal(
	    symlink("/etc/passwd", scratch_path(&scratch, "out")), 0);
	assert_int_equal(symlink("sub", scratch_path(&scratch, "link")), 0);
	assert_int_equal(
	    symlink("sub/file", scratch_path(&scratch, "to-file")), 0);
	open_root = open(scratch.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(open_root >= 0);
	assert_true(opens("sub/file", FILE_LINKS_NONE));
	assert_true(walks("sub/file") && walks("sub"));
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		assert_false(opens(BAD[i], FILE_LINKS_NONE));
		assert_false(walks(BAD[i]));
	}
	assert_false(opens("out", FILE_LINKS_BELOW));
	/* valgrind's kernel has none, so that no link may be */
	assert_true(opens("link/file", FILE_LINKS_BELOW) || errno == ENOTDIR);
	assert_false(opens("nosuch", FILE_LINKS_NONE));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(close(open_root), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(close_forgets_and_keeps_errno),
	    cmocka_unit_test(descriptor_0_is_one_like_any_other),
	    cmocka_unit_test(a_file_is_read_up_to_the_buffers_maximum),
	    cmocka_unit_test(an_absent_file_is_told_from_one_that_fails),
	    cmocka_unit_test(reading_survives_every_failing_allocation),
	    cmocka_unit_test(a_lock_file_is_private_and_not_inherited),
	    cmocka_unit_test(readers_share_a_lock_and_a_writer_is_alone),
	    cmocka_unit_test(waiting_for_a_lock_ends_at_its_deadline),
	    cmocka_unit_test(a_lock_given_back_meanwhile_is_taken),
	    cmocka_unit_test(nothing_is_opened_that_is_not_below_a_directory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
