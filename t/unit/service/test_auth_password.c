/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_password.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/time.h"
#include "service/auth/auth.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

#define EURO8 "\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac"
#define A10 "aaaaaaaaaa"
#define A70 A10 A10 A10 A10 A10 A10 A10

/* bcrypt's least */
static const struct auth_hashing BCRYPT = {"$2b$", 4, 72};
static const struct auth_hashing YESCRYPT = {"$y$", 5, 511};

static int
check(const char *s, size_t len, struct error *err)
{
	return auth_password_check(s, len, 72, "password", err);
}

static void
twelve_characters_to_72_bytes_are_accepted(void **state)
{
	static const char *const GOOD[] = {
	    "abcdefghijk!",
	    A70 "aa",
	    EURO8 EURO8 EURO8,
	    "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"
	    "\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4",
	    "correct horse battery",
	    "tab\tand\x7f"
	    "delete are characters",
	};
	struct error err = ERROR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(GOOD); i++)
		assert_int_equal(check(GOOD[i], strlen(GOOD[i]), &err), 0);
	assert_int_equal(err.code, ERR_NONE);
}

static void
what_bcrypt_would_not_tell_apart_is_refused(void **state)
{
	static const struct {
		const char *s;
		size_t len;
		const char *says;
	} BAD[] = {
	    {A70 "aaa",                  73,  "72 bytes"     },
	    {EURO8 EURO8 EURO8 "x",      73,  "72 bytes"     },
	    {A70 A70,                    140, "72 bytes"     },
	    {"eleven char",              11,  "12 characters"},
	    {"\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac\u20ac"
	     "\u20ac",      33,  "12 characters"},
	    {"",			 0,   "12 characters"},
	    {"abcdefghijkl\0mn",         15,  "NUL"          },
	    {"\0",		       1,   "NUL"          },
	    {"abcdefghijkl\xff",         13,  "UTF-8"        },
	    {"abcdefghijkl\xc0\xaf",     14,  "UTF-8"        },
	    {"abcdefghijkl\xed\xa0\x80", 15,  "UTF-8"        },
	    {"abcdefghijkl\xe2\x82",     14,  "UTF-8"        },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(BAD); i++) {
		struct error err = ERROR_INIT;

		assert_int_equal(check(BAD[i].s, BAD[i].len, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		assert_int_equal(err.n_fields, 1);
		assert_string_equal(err.fields[0].name, "password");
		if (strstr(err.fields[0].message, BAD[i].says) == NULL)
			fail_msg("row %zu: %s", i, err.fields[0].message);
	}
}

static void
the_worst_passwords_are_refused_in_either_case(void **state)
{
	static const char *const BAD[] = {
	    "password1234",
	    "PassWord1234",
	    "123456789012",
	    "QWERTYUIOP12",
	};
	struct error err = ERROR_INIT;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(BAD); i++)
		assert_int_equal(check(BAD[i], strlen(BAD[i]), &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(err.n_fields, ARRAY_LEN(BAD));
}

static void
a_password_hashes_to_bcrypt_and_back(void **state)
{
	struct error err = ERROR_INIT;
	char hash[AUTH_PASSWORD_HASH_SIZE], other[AUTH_PASSWORD_HASH_SIZE];
	bool good = false;

	(void)state;
	assert_int_equal(
	    auth_password_hash("correct horse", 13, &BCRYPT, hash, &err), 0);
	assert_int_equal(strncmp(hash, "$2b$04$", 7), 0);
	assert_int_equal(strlen(hash), 60);
	assert_true(auth_password_hash_fits(hash, &BCRYPT));
	assert_int_equal(
	    auth_password_hash("correct horse", 13, &BCRYPT, other, &err), 0);
	assert_string_not_equal(hash, other); /* another salt */
	assert_int_equal(auth_password_verify(
			     "correct horse", 13, hash, &BCRYPT, &good, &err),
	    0);
	assert_true(good);
	assert_int_equal(auth_password_verify(
			     "correct horsf", 13, hash, &BCRYPT, &good, &err),
	    0);
	assert_false(good);
}

/* What bcrypt computes, as others do: the test vectors of its author. */
static void
known_hashes_are_verified(void **state)
{
	static const char HASH[] = "$2b$05$CCCCCCCCCCCCCCCCCCCCC."
				   "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";
	struct error err = ERROR_INIT;
	bool good = false;

	(void)state;
	assert_int_equal(
	    auth_password_verify("U*U", 3, HASH, &BCRYPT, &good, &err), 0);
	assert_true(good);
}

static void
the_72nd_byte_counts(void **state)
{
	struct error err = ERROR_INIT;
	char hash[AUTH_PASSWORD_HASH_SIZE];
	bool good = false;

	(void)state;
	assert_int_equal(
	    auth_password_hash(A70 "aa", 72, &BCRYPT, hash, &err), 0);
	assert_int_equal(
	    auth_password_verify(A70 "ab", 72, hash, &BCRYPT, &good, &err), 0);
	assert_false(good);
	assert_int_equal(
	    auth_password_verify(A70 "aa", 72, hash, &BCRYPT, &good, &err), 0);
	assert_true(good);
}

static void
without_a_hash_the_answer_is_no(void **state)
{
	struct error err = ERROR_INIT;
	bool good = true;

	(void)state;
	assert_int_equal(auth_password_verify(
			     "correct horse", 13, NULL, &BCRYPT, &good, &err),
	    0);
	assert_false(good);
}

static void
a_hash_of_another_kind_is_an_error(void **state)
{
	static const char *const BAD[] = {
	    "",
	    "*",
	    "*0",
	    "rl1PjUfDQcBTY",
	    "$1$salt$JQ2T.b1yTvJ.1",
	    "$6$saltsalt$xx",
	    "$2b$",
	    "$2b$xx$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2b$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
	    "$2b$04$short",
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(BAD); i++) {
		struct error err = ERROR_INIT;
		bool good = false;

		if (auth_password_verify(
			"correct horse", 13, BAD[i], &BCRYPT, &good, &err) == 0)
			fail_msg("row %zu: %s", i, BAD[i]);
		assert_int_equal(err.code, ERR_INTERNAL);
		assert_false(good);
	}
}

static void
a_cost_that_bcrypt_does_not_know_is_an_error(void **state)
{
	const struct auth_hashing dear = {"$2b$", 32, 72};
	struct error err = ERROR_INIT;
	char hash[AUTH_PASSWORD_HASH_SIZE];

	(void)state;
	assert_int_equal(
	    auth_password_hash("correct horse", 13, &dear, hash, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
}

/* libxcrypt's limit is its 512 bytes with the NUL. */
static void
yescrypt_takes_511_bytes_and_tells_the_last_one_apart(void **state)
{
	struct error err = ERROR_INIT;
	char phrase[513], hash[AUTH_PASSWORD_HASH_SIZE];
	bool good = false;

	(void)state;
	memset(phrase, 'a', sizeof phrase);
	assert_int_equal(
	    auth_password_check(phrase, 511, 511, "password", &err), 0);
	assert_int_equal(
	    auth_password_check(phrase, 512, 511, "password", &err), -1);
	assert_non_null(strstr(err.fields[0].message, "511 bytes"));
	assert_int_equal(
	    auth_password_hash(phrase, 512, &YESCRYPT, hash, &err), -1);
	assert_int_equal(
	    auth_password_hash(phrase, 511, &YESCRYPT, hash, &err), 0);
	assert_int_equal(strlen(hash), AUTH_PASSWORD_HASH_SIZE - 1);
	assert_true(auth_password_hash_fits(hash, &YESCRYPT));
	assert_false(auth_password_hash_fits(hash, &BCRYPT));
	assert_int_equal(auth_password_hash_max(hash), 511);
	assert_int_equal(
	    auth_password_verify(phrase, 511, hash, &BCRYPT, &good, &err), 0);
	assert_true(good);
	phrase[510] = 'b';
	assert_int_equal(
	    auth_password_verify(phrase, 511, hash, &BCRYPT, &good, &err), 0);
	assert_false(good);
}

static void
bcrypt_opens_to_no_longer_password_that_begins_alike(void **state)
{
	struct error err = ERROR_INIT;
	char hash[AUTH_PASSWORD_HASH_SIZE];
	bool good = true;

	(void)state;
	assert_int_equal(
	    auth_password_hash(A70 "aa", 72, &BCRYPT, hash, &err), 0);
	assert_int_equal(
	    auth_password_verify(A70 "aab", 73, hash, &YESCRYPT, &good, &err),
	    0);
	assert_false(good);
}

/* Hold the slot in another process until the pipe closes. */
static pid_t
hold_slot(const char *dir, int *release_fd)
{
	struct error err = ERROR_INIT;
	int go[2], ready[2];
	char c = 'x';
	pid_t pid;

	assert_int_equal(pipe(go), 0);
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int fd = auth_password_slot(dir, true, &err);

		(void)close(go[1]);
		if (fd < 0 || write(ready[1], &c, 1) != 1 ||
		    read(go[0], &c, 1) != 0)
			_exit(1);
		_exit(0);
	}
	(void)close(go[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	(void)close(ready[0]);
	(void)close(ready[1]);
	*release_fd = go[1];
	return pid;
}

static void
let_go(pid_t pid, int release_fd)
{
	int status = -1;

	(void)close(release_fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
the_machine_has_one_slot_and_one_waiting_place(void **state)
{
	AUTO(fd_closep) int waiting = -1;
	AUTO(fd_closep) int fd = -1;
	struct error err = ERROR_INIT;
	struct scratch s;
	int64_t began;
	int release_fd = -1;
	pid_t pid;

	(void)state;
	scratch_init(&s);
	pid = hold_slot(s.dir, &release_fd);
	waiting = file_lock(
	    scratch_path(&s, "hash-wait.lock"), FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_true(waiting >= 0);
	began = time_mono_ms();
	fd = auth_password_slot(s.dir, true, &err);
	assert_int_equal(fd, -1);
	assert_int_equal(err.code, ERR_THROTTLED);
	assert_true(err.retry_after_s > 0);
	assert_true(time_mono_ms() - began < 500);
	let_go(pid, release_fd);
	fd = auth_password_slot(s.dir, true, &err);
	assert_true(fd >= 0);
	scratch_release(&s);
}

static void
a_waiter_gives_up_after_two_seconds(void **state)
{
	AUTO(fd_closep) int fd = -1;
	struct error err = ERROR_INIT;
	struct scratch s;
	int64_t began, took;
	int release_fd = -1;
	pid_t pid;

	(void)state;
	scratch_init(&s);
	pid = hold_slot(s.dir, &release_fd);
	began = time_mono_ms();
	fd = auth_password_slot(s.dir, true, &err);
	took = time_mono_ms() - began;
	assert_int_equal(fd, -1);
	assert_int_equal(err.code, ERR_THROTTLED);
	assert_true(took >= 1900 && took < 6000);
	/* The waiting place is free again. */
	fd = file_lock(
	    scratch_path(&s, "hash-wait.lock"), FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_true(fd >= 0);
	let_go(pid, release_fd);
	scratch_release(&s);
}

static void
who_is_not_favoured_neither_waits_nor_goes_before_who_does(void **state)
{
	AUTO(fd_closep) int waiting = -1;
	AUTO(fd_closep) int fd = -1;
	struct error err = ERROR_INIT;
	struct scratch s;
	int64_t began = time_mono_ms();
	int release_fd = -1;
	pid_t pid;

	(void)state;
	scratch_init(&s);
	pid = hold_slot(s.dir, &release_fd);
	assert_int_equal(auth_password_slot(s.dir, false, &err), -1);
	assert_int_equal(err.code, ERR_THROTTLED);
	assert_true(time_mono_ms() - began < 500);
	waiting = file_lock(
	    scratch_path(&s, "hash-wait.lock"), FILE_LOCK_EXCLUSIVE, 0, &err);
	assert_true(waiting >= 0);
	let_go(pid, release_fd);
	assert_int_equal(auth_password_slot(s.dir, false, &err), -1);
	assert_int_equal(err.code, ERR_THROTTLED);
	fd_closep(&waiting);
	fd = auth_password_slot(s.dir, false, &err);
	assert_true(fd >= 0);
	scratch_release(&s);
}

static void
the_slot_of_a_dead_process_is_free(void **state)
{
	AUTO(fd_closep) int fd = -1;
	struct error err = ERROR_INIT;
	struct scratch s;
	int release_fd = -1;
	pid_t pid;

	(void)state;
	scratch_init(&s);
	pid = hold_slot(s.dir, &release_fd);
	let_go(pid, release_fd);
	fd = auth_password_slot(s.dir, true, &err);
	assert_true(fd >= 0);
	scratch_release(&s);
}

static void
a_directory_without_room_for_locks_is_an_error(void **state)
{
	struct error err = ERROR_INIT;
	struct scratch s;

	(void)state;
	scratch_init(&s);
	assert_int_equal(
	    auth_password_slot(scratch_path(&s, "no"), true, &err), -1);
	assert_int_equal(err.code, ERR_INTERNAL);
	scratch_release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(twelve_characters_to_72_bytes_are_accepted),
	    cmocka_unit_test(what_bcrypt_would_not_tell_apart_is_refused),
	    cmocka_unit_test(the_worst_passwords_are_refused_in_either_case),
	    cmocka_unit_test(a_password_hashes_to_bcrypt_and_back),
	    cmocka_unit_test(known_hashes_are_verified),
	    cmocka_unit_test(the_72nd_byte_counts),
	    cmocka_unit_test(without_a_hash_the_answer_is_no),
	    cmocka_unit_test(a_hash_of_another_kind_is_an_error),
	    cmocka_unit_test(
		yescrypt_takes_511_bytes_and_tells_the_last_one_apart),
	    cmocka_unit_test(
		bcrypt_opens_to_no_longer_password_that_begins_alike),
	    cmocka_unit_test(a_cost_that_bcrypt_does_not_know_is_an_error),
	    cmocka_unit_test(the_machine_has_one_slot_and_one_waiting_place),
	    cmocka_unit_test(a_waiter_gives_up_after_two_seconds),
	    cmocka_unit_test(
		who_is_not_favoured_neither_waits_nor_goes_before_who_does),
	    cmocka_unit_test(the_slot_of_a_dead_process_is_free),
	    cmocka_unit_test(a_directory_without_room_for_locks_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
