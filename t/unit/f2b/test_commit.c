/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SEC-5: all changes or none, and each file whole at every moment. */
#include "f2b/commit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "f2b/conf_change.h"
#include "t/lib/faults.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { CALLS_MAX = 500 }; /* more than one commit makes */

#define OLD "[sshd]\nbantime = 600\n"
#define NEW "[sshd]\nbantime = 1200\nfindtime = 300\n"
#define GONE "[nginx]\nenabled = true\n"
#define ADDED "[Definition]\nfailregex = ^x <HOST>$\n"

static struct {
	struct scratch s;
	char old_hash[CONF_HASH_SIZE], gone_hash[CONF_HASH_SIZE];
	const char *words[3 * CONF_CHANGE_WORDS]; /* a change of each kind */
	struct conf_changes changes;
	struct error err;
} here;

static int
write_tree(void)
{
	scratch_write(&here.s, "jail.d/own.local", OLD, strlen(OLD));
	scratch_write(&here.s, "jail.d/gone.local", GONE, strlen(GONE));
	(void)unlink(scratch_path(&here.s, "filter.d/new.local"));
	return 0;
}

static int
begin(void **state)
{
	const char *const words[] = {"jail.d/own.local", here.old_hash, "write",
	    NEW, "filter.d/new.local", "-", "write", ADDED, "jail.d/gone.local",
	    here.gone_hash, "remove", ""};

	(void)state;
	here.err = (struct error)ERROR_INIT;
	scratch_init(&here.s);
	assert_int_equal(mkdir(scratch_path(&here.s, "jail.d"), 0755), 0);
	assert_int_equal(mkdir(scratch_path(&here.s, "filter.d"), 0755), 0);
	conf_hash(OLD, strlen(OLD), here.old_hash);
	conf_hash(GONE, strlen(GONE), here.gone_hash);
	memcpy(here.words, words, sizeof words);
	assert_int_equal(conf_changes_read(
			     words, ARRAY_LEN(words), &here.changes, &here.err),
	    0);
	return write_tree();
}

static int
end(void **state)
{
	(void)state;
	scratch_release(&here.s);
	return 0;
}

/* --- what is there -------------------------------------------------------- */

/* text NULL: no such file. */
static bool
is(const char *name, const char *text)
{
	AUTO(buf_release) struct buf b = BUF_INIT(10000);
	struct error err = ERROR_INIT;

	if (file_read(scratch_path(&here.s, name), &b, &err) < 0) {
		assert_int_equal(err.code, ERR_NOT_FOUND);
		return text == NULL;
	}
	return text != NULL && strcmp(buf_str(&b), text) == 0;
}

static bool
is_old(void)
{
	return is("jail.d/own.local", OLD) && is("jail.d/gone.local", GONE) &&
	       is("filter.d/new.local", NULL);
}

static bool
is_new(void)
{
	return is("jail.d/own.local", NEW) && is("jail.d/gone.local", NULL) &&
	       is("filter.d/new.local", ADDED);
}

static bool
each_is_whole(void)
{
	return (is("jail.d/own.local", OLD) || is("jail.d/own.local", NEW)) &&
	       (is("jail.d/gone.local", GONE) ||
		   is("jail.d/gone.local", NULL)) &&
	       (is("filter.d/new.local", NULL) ||
		   is("filter.d/new.local", ADDED));
}

/* Files in a folder that fail2ban does not read. */
static size_t
left_over(const char *dir)
{
	DIR *d = opendir(scratch_path(&here.s, dir));
	const struct dirent *e;
	size_t n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		const char *dot = strrchr(e->d_name, '.');

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (e->d_name[0] == '.') {
			/* it reads what ends so, even if glob hides it */
			assert_true(strcmp(dot, ".local") != 0 &&
				    strcmp(dot, ".conf") != 0);
			n++;
		}
	}
	assert_int_equal(closedir(d), 0);
	return n;
}

static bool
is_clean(void)
{
	return left_over("jail.d") + left_over("filter.d") == 0;
}

static void
must_fail(int rc, enum err_code code)
{
	assert_int_equal(rc, -1);
	if (here.err.code != code)
		fail_msg("%s: %s", err_name(here.err.code), here.err.detail);
}

static int
do_commit(void)
{
	return commit(here.s.dir, &here.changes, &here.err);
}

/* --- cases ---------------------------------------------------------------- */

static void
all_changes_are_made(void **state)
{
	struct stat st;
	mode_t before = umask(0077);

	(void)state;
	if (do_commit() < 0)
		fail_msg("%s", here.err.detail);
	(void)umask(before);
	assert_true(is_new());
	assert_true(is_clean());
	assert_int_equal(
	    stat(scratch_path(&here.s, "filter.d/new.local"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(st.st_uid, geteuid());
	assert_int_equal(st.st_gid, getegid());
	assert_int_equal(
	    stat(scratch_path(&here.s, "jail.d/own.local"), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
}

static void
a_file_that_is_not_as_expected_stops_all(void **state)
{
	static const struct {
		const char *name, *text;
	} MEANWHILE[] = {
	    {"jail.d/own.local",   OLD "#\n"},
	    {"jail.d/gone.local",  ""       },
	    {"filter.d/new.local", "[x]\n"  },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(MEANWHILE); i++) {
		(void)write_tree();
		scratch_write(&here.s, MEANWHILE[i].name, MEANWHILE[i].text,
		    strlen(MEANWHILE[i].text));
		must_fail(do_commit(), ERR_PRECONDITION);
		assert_true(is(MEANWHILE[i].name, MEANWHILE[i].text));
		assert_true(i == 0 || is("jail.d/own.local", OLD));
		assert_true(i == 1 || is("jail.d/gone.local", GONE));
		assert_true(i == 2 || is("filter.d/new.local", NULL));
		assert_true(is_clean());
	}
	(void)write_tree();
	assert_int_equal(unlink(scratch_path(&here.s, "jail.d/own.local")), 0);
	must_fail(do_commit(), ERR_PRECONDITION);
	assert_true(is("jail.d/gone.local", GONE));
}

static const char BY_HAND[] = "[sshd]\nenabled = false\n";

static void
edit_by_hand(void)
{
	scratch_write(&here.s, "jail.d/own.local", BY_HAND, sizeof BY_HAND - 1);
}

/* An editor does not know our lock: whenever it writes, its text is there in
 * the end, or ours was first and whole and it wrote over that. */
static void
what_an_editor_writes_meanwhile_is_never_lost(void **state)
{
	size_t refused = 0;

	(void)state;
	for (size_t nth = 1; nth < CALLS_MAX; nth++) {
		int rc;

		(void)write_tree();
		faults_before(nth, edit_by_hand);
		rc = do_commit();
		if (!faults_end())
			break;
		assert_true(is("jail.d/own.local", BY_HAND));
		if (rc < 0) {
			refused++;
			assert_int_equal(here.err.code, ERR_PRECONDITION);
			assert_true(is("jail.d/gone.local", GONE));
			assert_true(is("filter.d/new.local", NULL));
		}
	}
	assert_true(refused > 20);
}

static void
no_symbolic_link_is_followed(void **state)
{
	char target[SCRATCH_PATH_SIZE];

	(void)state;
	scratch_write(&here.s, "target", OLD, strlen(OLD));
	(void)snprintf(
	    target, sizeof target, "%s", scratch_path(&here.s, "target"));
	assert_int_equal(unlink(scratch_path(&here.s, "jail.d/own.local")), 0);
	assert_int_equal(
	    symlink(target, scratch_path(&here.s, "jail.d/own.local")), 0);
	must_fail(do_commit(), ERR_PRECONDITION);
	assert_true(is("target", OLD));
	assert_true(is("filter.d/new.local", NULL));
	assert_true(is_clean());

	assert_int_equal(unlink(scratch_path(&here.s, "jail.d/own.local")), 0);
	(void)write_tree();
	assert_int_equal(rename(scratch_path(&here.s, "filter.d"), target), -1);
	assert_int_equal(rmdir(scratch_path(&here.s, "filter.d")), 0);
	assert_int_equal(
	    symlink("jail.d", scratch_path(&here.s, "filter.d")), 0);
	must_fail(do_commit(), ERR_PRECONDITION);
	assert_true(is("jail.d/own.local", OLD));
	assert_true(is("jail.d/new.local", NULL));
}

static void
what_is_no_plain_file_is_not_replaced(void **state)
{
	(void)state;
	assert_int_equal(unlink(scratch_path(&here.s, "jail.d/own.local")), 0);
	assert_int_equal(
	    mkfifo(scratch_path(&here.s, "jail.d/own.local"), 0600), 0);
	must_fail(do_commit(), ERR_PRECONDITION);
	assert_int_equal(unlink(scratch_path(&here.s, "jail.d/own.local")), 0);
	assert_int_equal(
	    mkdir(scratch_path(&here.s, "jail.d/own.local"), 0700), 0);
	must_fail(do_commit(), ERR_PRECONDITION);
}

static void
one_commit_waits_for_another(void **state)
{
	int dir = open(here.s.dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_true(dir >= 0);
	assert_int_equal(flock(dir, LOCK_EX), 0);
	must_fail(do_commit(), ERR_OVERLOADED);
	assert_true(is_old());
	assert_int_equal(close(dir), 0);
	assert_int_equal(do_commit(), 0);
}

static void
any_call_may_fail(void **state)
{
	static const int ERRORS[] = {ENOSPC, EIO, EACCES};
	size_t failed = 0;

	(void)state;
	for (int i = 0; i < unit_size(ARRAY_LEN(ERRORS), 1); i++)
		for (size_t nth = 1; nth < CALLS_MAX; nth++) {
			int rc;

			(void)write_tree();
			faults_fail(nth, ERRORS[i]);
			rc = do_commit();
			if (!faults_end())
				break;
			failed += rc < 0 ? 1 : 0;
			if (rc < 0 ? !is_old() : !is_new())
				fail_msg("call %zu: %s", nth, here.err.detail);
			/* only a sweep that failed leaves something */
			(void)write_tree();
			assert_int_equal(do_commit(), 0);
			assert_true(is_clean());
		}
	assert_true(failed > 20);
}

static void
a_full_disk_changes_nothing(void **state)
{
	struct rlimit before;
	struct rlimit tiny;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tiny = (struct rlimit){10, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tiny), 0);
	must_fail(do_commit(), ERR_DB_FULL);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, SIG_DFL);
	assert_true(is_old());
	assert_true(is_clean());
}

/* Commits in a child that is killed before its nth call; true: it was not. */
static bool
survives(size_t nth)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		faults_kill(nth);
		_exit(do_commit() == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFSIGNALED(status)) {
		assert_int_equal(WTERMSIG(status), SIGKILL);
		return false;
	}
	assert_int_equal(WEXITSTATUS(status), 0);
	return true;
}

static void
killed_at_any_moment_each_file_is_whole(void **state)
{
	size_t nth = 1;
	size_t mixed = 0;

	(void)state;
	for (; !survives(nth); nth++) {
		assert_in_range(nth, 1, CALLS_MAX);
		assert_true(each_is_whole());
		mixed += !is_old() && !is_new() ? 1 : 0;
		/* what it left is swept away by the next one */
		(void)write_tree();
		if (do_commit() < 0)
			fail_msg("after call %zu: %s", nth, here.err.detail);
		assert_true(is_new() && is_clean());
		(void)write_tree();
	}
	assert_true(is_new());
	assert_true(nth > 40 && mixed > 0);
}

static void
the_words_of_changes_are_checked(void **state)
{
	static const struct {
		size_t at;
		const char *word, *field;
	} BAD[] = {
	    {0,  "jail.d/../x.local",  "changes[0].file"},
	    {0,  "filter.d/new.local", "changes[1].file"}, /* twice */
	    {1,  "",                   "changes[0].hash"},
	    {1,  "abc",                "changes[0].hash"},
	    {2,  "delete",             "changes[0].act" },
	    {2,  "remove",             "changes[0].text"},
	    {6,  "remove",             "changes[1].act" },
	    {8,  "fail2ban.local",     "changes[2].file"},
	    {11, "x",                  "changes[2].text"},
	};
	const char *words[ARRAY_LEN(here.words)];
	const char *many[(LIMIT_CONF_CHANGES + 1) * CONF_CHANGE_WORDS];
	struct conf_changes c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct error err = ERROR_INIT;

		memcpy(words, here.words, sizeof words);
		words[BAD[i].at] = BAD[i].word;
		assert_int_equal(
		    conf_changes_read(words, ARRAY_LEN(words), &c, &err), -1);
		assert_string_equal(err.fields[0].name, BAD[i].field);
	}
	assert_int_equal(conf_changes_read(words, 0, &c, &here.err), -1);
	assert_int_equal(conf_changes_read(words, 5, &c, &here.err), -1);
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = here.words[i % CONF_CHANGE_WORDS];
	assert_int_equal(
	    conf_changes_read(many, ARRAY_LEN(many), &c, &here.err), -1);
}

static int
check(const char *file, const char *text, struct error *err)
{
	static const char *const LOG_DIRS[] = {"/var/log", NULL};
	const char *const words[] = {
	    file, "-", "write", text, "filter.d/x.local", "-", "write", ADDED};
	struct conf_changes c;

	assert_int_equal(conf_changes_read(words, 8, &c, err), 0);
	return conf_changes_check(&c, here.s.dir, LOG_DIRS, err);
}

static void
texts_are_checked_against_the_table_and_the_tree(void **state)
{
	struct error err = ERROR_INIT;
	struct conf_changes actions;
	const char *const words[] = {"action.d/x.local", "-", "write", ""};

	(void)state;
	/* the filter is made by the same changes */
	assert_int_equal(check("jail.d/a.local", "[a]\nfilter = x\n", &err), 0);
	assert_int_equal(
	    check("jail.d/a.local", "[a]\nfilter = y\n", &err), -1);
	assert_string_equal(err.fields[0].name, "changes[0].a.filter");
	err_clear(&err);
	scratch_write(&here.s, "filter.d/y.conf", "", 0);
	assert_int_equal(check("jail.d/a.local", "[a]\nfilter = y\n", &err), 0);
	assert_int_equal(check("jail.d/a.local", "[a]\nx", &err), -1);
	assert_string_equal(err.fields[0].name, "changes[0].line 2");
	err_clear(&err);
	/* an action of ours is beyond the table, whatever it says */
	assert_false(conf_changes_need_full(&here.changes));
	assert_int_equal(conf_changes_read(words, 4, &actions, &err), 0);
	assert_true(conf_changes_need_full(&actions));
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    CASE(all_changes_are_made),
	    CASE(a_file_that_is_not_as_expected_stops_all),
	    CASE(what_an_editor_writes_meanwhile_is_never_lost),
	    CASE(no_symbolic_link_is_followed),
	    CASE(what_is_no_plain_file_is_not_replaced),
	    CASE(one_commit_waits_for_another),
	    CASE(any_call_may_fail),
	    CASE(a_full_disk_changes_nothing),
	    CASE(killed_at_any_moment_each_file_is_whole),
	    CASE(the_words_of_changes_are_checked),
	    CASE(texts_are_checked_against_the_table_and_the_tree),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
