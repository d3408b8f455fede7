/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/copy.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "geo/mmdb.h"
#include "t/lib/mmdb_maker.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { FILE_MAX = 16 * 1024 * 1024, LOOKUPS = 10000, OLD_S = 1700000000 };

struct env {
	struct scratch scratch; /* the state directory, and the source in it */
	char source[SCRATCH_PATH_SIZE];
	char target[GEO_PATH_SIZE];
};

static int
set_up(void **state)
{
	static struct env e;
	struct error err = ERROR_INIT;

	scratch_init(&e.scratch);
	assert_true(str_copy(e.source, sizeof e.source,
	    scratch_path(&e.scratch, "source.mmdb")));
	assert_int_equal(
	    geo_copy_path(e.target, e.scratch.dir, "country.mmdb", &err), 0);
	*state = &e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;

	scratch_release(&e->scratch);
	return 0;
}

/* Written long ago, unless age_s says otherwise. */
static void
set_time(const char *path, time_t t_s)
{
	const struct timespec times[2] = {{.tv_sec = t_s}, {.tv_sec = t_s}};

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void
make(struct buf *file, const char *code)
{
	AUTO(mmdb_release) struct mmdb_maker m;
	const struct mmdb_place p = {.code = code, .name = "x", .org = "y"};

	mmdb_init(&m, 24, 4, "Test");
	mmdb_add(&m, "192.0.2.0/24", mmdb_record(&m, MMDB_IPTOASN, &p));
	mmdb_finish(&m, file);
}

static void
put_source(struct env *e, const char *code)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);

	make(&file, code);
	scratch_write(&e->scratch, "source.mmdb", file.data, file.len);
	set_time(e->source, OLD_S);
}

/* 1 a copy was made, 0 there was one, or minus the error. */
static int
copy(struct env *e)
{
	struct error err = ERROR_INIT;
	bool made = false;

	if (geo_copy(e->source, e->scratch.dir, "country.mmdb", &made, &err) <
	    0) {
		assert_string_not_equal(err.detail, "");
		return -(int)err.code;
	}
	return made ? 1 : 0;
}

/* The country of an address that the files know. */
static const char *
find(struct geo_mmdb *m)
{
	const struct geo_answer *answer;
	struct addr a;

	assert_true(addr_parse("192.0.2.1", 9, &a));
	answer = geo_mmdb_find(m, &a);
	assert_non_null(answer);
	return answer->country_code;
}

static void
assert_answers(struct env *e, const char *code)
{
	AUTO(geo_mmdb_freep) struct geo_mmdb *m = NULL;
	struct error err = ERROR_INIT;

	assert_int_equal(geo_mmdb_new(&m, e->target, &err), 0);
	assert_string_equal(find(m), code);
}

static void
assert_nothing_half_made(struct env *e)
{
	struct stat st;

	assert_int_equal(
	    stat(scratch_path(&e->scratch, "geoip/country.mmdb.new"), &st), -1);
}

static void
a_copy_is_made_once(void **state)
{
	struct env *e = *state;
	struct stat st;

	put_source(e, "DE");
	assert_int_equal(copy(e), 1);
	assert_answers(e, "DE");
	assert_int_equal(stat(e->target, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(copy(e), 0);
	assert_nothing_half_made(e);
}

static void
another_source_is_copied_again(void **state)
{
	struct env *e = *state;

	put_source(e, "DE");
	assert_int_equal(copy(e), 1);
	put_source(e, "FR");
	set_time(e->source, OLD_S + 1);
	assert_int_equal(copy(e), 1);
	assert_answers(e, "FR");
	set_time(e->source, OLD_S - 1); /* an older one is another one, too */
	assert_int_equal(copy(e), 1);
}

/* Its time does not tell whether it was written again meanwhile. */
static void
a_source_written_just_now_is_copied_twice(void **state)
{
	struct env *e = *state;

	put_source(e, "DE");
	set_time(e->source, time(NULL));
	assert_int_equal(copy(e), 1);
	assert_int_equal(copy(e), 1);
	set_time(e->source, OLD_S);
	assert_int_equal(copy(e), 1);
	assert_int_equal(copy(e), 0);
}

static void
a_source_that_is_missing_is_told_and_the_copy_stays(void **state)
{
	struct env *e = *state;

	assert_int_equal(copy(e), -ERR_NOT_FOUND);
	put_source(e, "DE");
	assert_int_equal(copy(e), 1);
	assert_int_equal(unlink(e->source), 0);
	assert_int_equal(copy(e), -ERR_NOT_FOUND);
	assert_answers(e, "DE");
}

static void
put_bad(struct env *e, const void *bytes, size_t len)
{
	scratch_write(&e->scratch, "source.mmdb", bytes, len);
	set_time(e->source, OLD_S + 7);
}

static void
a_bad_source_leaves_the_copy_that_is_there(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	struct env *e = *state;
	char random[4096];

	put_source(e, "DE");
	assert_int_equal(copy(e), 1);
	put_bad(e, "", 0);
	assert_int_equal(copy(e), -ERR_INVALID);
	for (size_t i = 0; i < sizeof random; i++)
		random[i] = (char)(i * 2654435761U >> 13);
	put_bad(e, random, sizeof random);
	assert_int_equal(copy(e), -ERR_INVALID);
	make(&file, "FR");
	put_bad(e, file.data, file.len / 2);
	assert_int_equal(copy(e), -ERR_INVALID);
	memset(file.data, 0xff, 3); /* the root's left record */
	put_bad(e, file.data, file.len);
	assert_int_equal(copy(e), -ERR_INVALID);
	assert_answers(e, "DE");
	assert_nothing_half_made(e);
}

/* libmaxminddb wants more of the metadata than we do. */
static void
what_libmaxminddb_does_not_open_is_bad(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	struct env *e = *state;
	char *p;

	make(&file, "DE");
	p = memmem(file.data, file.len, "languages", 9);
	assert_non_null(p);
	*p = 'L';
	put_bad(e, file.data, file.len);
	assert_int_equal(copy(e), -ERR_INVALID);
}

static void
a_source_that_is_no_file_is_bad(void **state)
{
	struct env *e = *state;

	assert_int_equal(mkdir(e->source, 0700), 0);
	assert_int_equal(copy(e), -ERR_INVALID);
	assert_int_equal(rmdir(e->source), 0);
	assert_int_equal(mkfifo(e->source, 0600), 0); /* nobody writes to it */
	assert_int_equal(copy(e), -ERR_INVALID);
}

static void
a_source_of_a_gigabyte_and_more_is_too_large(void **state)
{
	struct env *e = *state;

	put_source(e, "DE");
	assert_int_equal(truncate(e->source, LIMIT_GEO_FILE + 1), 0);
	assert_int_equal(copy(e), -ERR_TOO_LARGE);
	assert_nothing_half_made(e);
}

static void
a_second_process_does_not_wait(void **state)
{
	AUTO(fd_closep) int fd = -1;
	struct env *e = *state;
	struct error err = ERROR_INIT;

	put_source(e, "DE");
	assert_int_equal(copy(e), 1);
	fd = file_lock(scratch_path(&e->scratch, "geoip/copy.lock"),
	    FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_true(fd >= 0);
	assert_int_equal(copy(e), -ERR_OVERLOADED);
	fd_closep(&fd);
	assert_int_equal(copy(e), 0);
}

static void
what_a_killed_process_left_is_no_hindrance(void **state)
{
	struct env *e = *state;

	put_source(e, "DE");
	assert_int_equal(copy(e), 1);
	scratch_write(&e->scratch, "geoip/country.mmdb.new", "half", 4);
	set_time(e->source, OLD_S + 1);
	assert_int_equal(copy(e), 1);
	assert_answers(e, "DE");
	assert_nothing_half_made(e);
}

static void
removing_is_done_once_and_again(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	struct stat st;

	assert_int_equal(
	    geo_copy_remove(e->scratch.dir, "country.mmdb", &err), 0);
	put_source(e, "DE");
	assert_int_equal(copy(e), 1);
	assert_int_equal(
	    geo_copy_remove(e->scratch.dir, "country.mmdb", &err), 0);
	assert_int_equal(stat(e->target, &st), -1);
}

/* Writes the source in place, whole, half and other ones, until it dies. */
static pid_t
overwriter(struct env *e)
{
	AUTO(buf_release) struct buf one = BUF_INIT(FILE_MAX);
	AUTO(buf_release) struct buf other = BUF_INIT(FILE_MAX);
	pid_t child;

	make(&one, "DE");
	make(&other, "FR");
	child = fork();
	assert_true(child >= 0);
	if (child > 0)
		return child;
	for (unsigned i = 0;; i++) {
		const struct buf *b = i % 2 == 0 ? &one : &other;
		int fd = open(e->source, O_WRONLY | O_TRUNC | O_CLOEXEC);

		if (fd < 0 ||
		    write(fd, b->data, i % 3 == 0 ? b->len / 2 : b->len) < 0)
			_exit(1);
		(void)close(fd);
		if (getppid() == 1)
			_exit(0);
		if (i % 3 != 0)
			(void)poll(NULL, 0, 5); /* time enough for a copy */
	}
}

static void
a_source_overwritten_in_place_harms_nobody(void **state)
{
	AUTO(geo_mmdb_freep) struct geo_mmdb *m = NULL;
	struct env *e = *state;
	struct error err = ERROR_INIT;
	pid_t child;
	int status, made = 0;

	put_source(e, "DE");
	assert_int_equal(copy(e), 1);
	assert_int_equal(geo_mmdb_new(&m, e->target, &err), 0);
	child = overwriter(e);
	for (int64_t i = 0; i < LOOKUPS || made == 0; i++) {
		assert_true(i < LOOKUPS * 100);
		if (i % 20 == 0) {
			made += copy(e) == 1 ? 1 : 0;
			(void)geo_mmdb_refresh(m, i, 0); /* good or not */
		}
		assert_true(str_eq(find(m), "DE") || str_eq(find(m), "FR"));
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status)); /* it wrote to the end */
	put_source(e, "FR");
	set_time(e->source, OLD_S + 99);
	assert_int_equal(copy(e), 1);
	assert_true(geo_mmdb_refresh(m, LOOKUPS, 0));
	assert_string_equal(find(m), "FR");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_copy_is_made_once),
	    CASE(another_source_is_copied_again),
	    CASE(a_source_written_just_now_is_copied_twice),
	    CASE(a_source_that_is_missing_is_told_and_the_copy_stays),
	    CASE(a_bad_source_leaves_the_copy_that_is_there),
	    CASE(what_libmaxminddb_does_not_open_is_bad),
	    CASE(a_source_that_is_no_file_is_bad),
	    CASE(a_source_of_a_gigabyte_and_more_is_too_large),
	    CASE(a_second_process_does_not_wait),
	    CASE(what_a_killed_process_left_is_no_hindrance),
	    CASE(removing_is_done_once_and_again),
	    CASE(a_source_overwritten_in_place_harms_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
