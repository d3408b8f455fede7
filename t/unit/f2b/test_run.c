/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SEC-7: what a program that we start has, and what it cannot do. */
#include "f2b/run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { PATIENCE_MS = 20000, CPU_S = 7 };

static struct {
	char path[1024]; /* of the stand-in */
	struct run_programs programs;
	struct run_result result;
	struct error err;
} here;

static int
find_stand_in(void **state)
{
	char cwd[900];

	(void)state;
	assert_non_null(getcwd(cwd, sizeof cwd));
	(void)snprintf(here.path, sizeof here.path, "%s/t/lib/stand_in", cwd);
	here.programs.path[RUN_CLIENT] = here.path;
	return 0;
}

static int
begin(void **state)
{
	(void)state;
	here.err = (struct error)ERROR_INIT;
	run_result_init(&here.result);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	run_result_release(&here.result);
	return 0;
}

static int
run_it(const char *how, const char *more, int wall_ms, int cpu_s)
{
	const char *const args[] = {how, more};
	const struct run_call call = {
	    RUN_CLIENT, args, more == NULL ? 1 : 2, wall_ms, cpu_s};

	return run(&here.programs, &call, &here.result, &here.err);
}

static void
must(int rc)
{
	unit_must(rc, &here.err);
}

static void
must_fail(int rc, enum err_code code)
{
	unit_must_fail(rc, code, &here.err);
}

/* The lines of what it told that begin so, one after the other. */
static void
told(const char *beginning, const char *expected)
{
	char got[1024] = "";
	size_t used = 0;
	size_t n = strlen(beginning);
	const char *at = buf_str(&here.result.out);

	for (; *at != '\0'; at += strcspn(at, "\n") + 1)
		if (strncmp(at, beginning, n) == 0)
			used += (size_t)snprintf(got + used, sizeof got - used,
			    "%.*s;", (int)(strcspn(at, "\n") - n), at + n);
	assert_string_equal(got, expected);
}

static void
on_signal(int sig)
{
	(void)sig;
}

static void
the_program_has_nothing_of_its_caller(void **state)
{
	int leak = open("/dev/null", O_RDONLY); /* on purpose not CLOEXEC */
	sigset_t some, before;

	(void)state;
	assert_true(leak >= 0);
	(void)sigemptyset(&some);
	(void)sigaddset(&some, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &some, &before);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, on_signal);
	must(run_it("tell", "a b; $(id)", PATIENCE_MS, CPU_S));
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	assert_int_equal(close(leak), 0);

	assert_int_equal(here.result.exit_code, 3);
	assert_string_equal(buf_str(&here.result.errors), "to errors\n");
	told("arg ", "tell;a b; $(id);");
	told("env ", "PATH=/usr/sbin:/usr/bin:/sbin:/bin;LC_ALL=C.UTF-8;"
		     "HOME=/;PYTHONDONTWRITEBYTECODE=1;");
	told("fd ", "0;1;2;");
	told("blocked ", "");
	told("not default ", "");
	told("leader ", "1;");
	told("new privileges ", "0;");
	told("cwd ", "/;");
	told("input ", "1;");
}

static void
the_program_has_limits(void **state)
{
	char expected[64];

	(void)state;
	must(run_it("tell", NULL, PATIENCE_MS, CPU_S));
	told("limit cpu ", "7;");
	(void)snprintf(expected, sizeof expected, "%lu;", LIMIT_RUN_MEMORY);
	told("limit as ", expected);
	told("limit fsize ", "0;");
	told("limit nproc ", "512;");
	told("limit core ", "0;");
}

static void
the_program_cannot_write_a_file(void **state)
{
	struct scratch s;

	(void)state;
	scratch_init(&s);
	must(run_it("write", scratch_path(&s, "file"), PATIENCE_MS, CPU_S));
	assert_int_equal(here.result.exit_code, 0);
	assert_int_equal(scratch_size(&s, "file"), 0);
	scratch_release(&s);
}

static void
the_program_cannot_eat_all_memory(void **state)
{
	(void)state;
	must(run_it("eat", NULL, PATIENCE_MS, CPU_S));
	assert_int_equal(here.result.exit_code, 0);
}

static void
a_program_is_killed_at_its_deadline(void **state)
{
	int64_t began_ms = time_mono_ms();

	(void)state;
	must_fail(run_it("sleep", NULL, 100, CPU_S), ERR_F2B_TIMEOUT);
	assert_in_range(time_mono_ms() - began_ms, 100, PATIENCE_MS);
}

static void
a_program_is_killed_when_its_processor_time_is_used_up(void **state)
{
	(void)state;
	must_fail(run_it("spin", NULL, PATIENCE_MS, 1), ERR_F2B_TIMEOUT);
}

static void
no_child_of_a_program_is_left(void **state)
{
	int64_t began_ms = time_mono_ms();
	struct pollfd p = {.events = POLLIN};
	struct scratch s;

	(void)state;
	scratch_init(&s);
	assert_int_equal(mkfifo(scratch_path(&s, "held"), 0600), 0);
	p.fd = open(scratch_path(&s, "held"), O_RDONLY | O_NONBLOCK);
	assert_true(p.fd >= 0);
	must(run_it("child", scratch_path(&s, "held"), PATIENCE_MS, CPU_S));
	assert_in_range(time_mono_ms() - began_ms, 0, PATIENCE_MS / 2);
	/* both had it open for writing, and are gone */
	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	assert_int_equal(p.revents, POLLHUP);
	assert_int_equal(close(p.fd), 0);
	scratch_release(&s);
}

static void
a_program_may_not_talk_for_ever(void **state)
{
	(void)state;
	must_fail(run_it("shout", NULL, PATIENCE_MS, CPU_S), ERR_TOO_LARGE);
	assert_true(here.result.out.len <= LIMIT_RUN_OUTPUT);
}

static void
a_signal_that_ends_it_is_its_exit_code(void **state)
{
	(void)state;
	must(run_it("die", NULL, PATIENCE_MS, CPU_S));
	assert_int_equal(here.result.exit_code, 128 + SIGUSR1);
}

static void
a_program_that_is_not_there_is_not_run(void **state)
{
	static const char *const BAD[] = {
	    NULL, "/nowhere/fail2ban-client", "t/lib/stand_in", "stand_in"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		here.programs.path[RUN_CLIENT] = BAD[i];
		must_fail(
		    run_it("tell", NULL, PATIENCE_MS, CPU_S), ERR_F2B_DOWN);
	}
	/* is there, but is no program */
	here.programs.path[RUN_CLIENT] = here.path;
	here.programs.path[RUN_REGEX] = "/tmp";
	must_fail(
	    run(&here.programs,
		&(struct run_call){RUN_REGEX, NULL, 0, PATIENCE_MS, CPU_S},
		&here.result, &here.err),
	    ERR_INTERNAL);
}

static void
there_is_room_for_so_many_arguments(void **state)
{
	const char *args[RUN_ARGS_MAX + 1];
	struct run_call call = {
	    RUN_CLIENT, args, RUN_ARGS_MAX, PATIENCE_MS, CPU_S};

	(void)state;
	for (size_t i = 0; i <= RUN_ARGS_MAX; i++)
		args[i] = "x";
	must(run(&here.programs, &call, &here.result, &here.err));
	told("arg ", "x;x;x;x;x;x;x;x;x;x;x;x;x;x;x;x;");
	call.n_args++;
	must_fail(
	    run(&here.programs, &call, &here.result, &here.err), ERR_INTERNAL);
}

static void
a_path_that_is_set_is_not_looked_for(void **state)
{
	struct run_programs p = {{[RUN_REGEX] = "/x"}};

	(void)state;
	run_programs_find(&p);
	assert_string_equal(p.path[RUN_REGEX], "/x");
	if (p.path[RUN_CLIENT] != NULL)
		assert_int_equal(access(p.path[RUN_CLIENT], X_OK), 0);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
	    CASE(the_program_has_nothing_of_its_caller),
	    CASE(the_program_has_limits),
	    CASE(the_program_cannot_write_a_file),
	    CASE(the_program_cannot_eat_all_memory),
	    CASE(a_program_is_killed_at_its_deadline),
	    CASE(a_program_is_killed_when_its_processor_time_is_used_up),
	    CASE(no_child_of_a_program_is_left),
	    CASE(a_program_may_not_talk_for_ever),
	    CASE(a_signal_that_ends_it_is_its_exit_code),
	    CASE(a_program_that_is_not_there_is_not_run),
	    CASE(there_is_room_for_so_many_arguments),
	    CASE(a_path_that_is_set_is_not_looked_for),
	};
#undef CASE

	return cmocka_run_group_tests(tests, find_stand_in, NULL);
}
