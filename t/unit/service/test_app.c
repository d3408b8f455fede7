/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/app.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/settings.h"
#include "base/str.h"
#include "db/db.h"
#include "db/migrate.h"
#include "service/auth/auth.h"
#include "store/migrations.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { MIGRATIONS_ROOM = 64 };

struct env {
	struct scratch scratch;
	struct settings settings;
	struct app app;
	char log[8192];
};

static int
set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);

	assert_non_null(e);
	scratch_init(&e->scratch);
	assert_true(str_copy(e->settings.state_dir,
	    sizeof e->settings.state_dir, e->scratch.dir));
	assert_true(str_copy(e->settings.fail2ban_socket,
	    sizeof e->settings.fail2ban_socket, "/nowhere/fail2ban.sock"));
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;

	app_close(&e->app);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

typedef int opener(
    struct app *app, const struct settings *settings, struct error *err);

/* Open and keep what it logs in e->log. */
static void
open_logged(struct env *e, opener *f)
{
	struct error err = ERROR_INIT;
	int fds[2], saved = dup(STDERR_FILENO);
	ssize_t n;
	int rc;

	assert_true(saved >= 0);
	assert_int_equal(pipe(fds), 0);
	assert_true(dup2(fds[1], STDERR_FILENO) >= 0);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_DEBUG);
	rc = f(&e->app, &e->settings, &err);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	/* so that there is something to read */
	assert_int_equal(write(fds[1], "\n", 1), 1);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	(void)close(saved);
	(void)close(fds[1]);
	n = read(fds[0], e->log, sizeof e->log - 1);
	(void)close(fds[0]);
	assert_true(n > 0);
	e->log[n] = '\0';
	assert_int_equal(rc, 0);
}

static bool
logged(const struct env *e, const char *event)
{
	const char *at = strstr(e->log, event);

	if (at != NULL)
		assert_null(strstr(at + 1, event)); /* once */
	return at != NULL;
}

static void
a_server_warns_at_each_start_and_tells_the_code_at_the_first(void **state)
{
	struct env *e = *state;

	open_logged(e, app_open);
	assert_true(logged(e, "\"direct_socket_access\""));
	assert_true(logged(e, "\"setup_code\""));
	assert_false(logged(e, "\"plain_http_allowed\""));
	app_close(&e->app);
	e->settings.allow_plain_http = true;
	open_logged(e, app_open);
	assert_true(logged(e, "\"direct_socket_access\""));
	assert_false(logged(e, "\"setup_code\""));
	assert_true(logged(e, "\"plain_http_allowed\""));
}

static void
a_tool_logs_nothing_and_makes_no_code(void **state)
{
	struct env *e = *state;

	open_logged(e, app_open_tool);
	assert_string_equal(e->log, "\n");
	app_close(&e->app);
	open_logged(e, app_open);
	assert_true(logged(e, "\"setup_code\""));
}

static void
closing_twice_is_no_trouble(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(app_open_tool(&e->app, &e->settings, &err), 0);
	app_close(&e->app);
	app_close(&e->app);
}

static void
an_open_that_fails_leaves_the_app_untouched(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	scratch_write(&e->scratch, "bangui.db", "", 0);
	assert_int_equal(app_open(&e->app, &e->settings, &err), -1);
	assert_int_equal(err.code, ERR_DB_UNAVAILABLE);
	assert_null(e->app.db);
	assert_null(e->app.f2b);
}

/* As a later program would: all of ours, and one more. */
static void
migrate_further(struct env *e)
{
	AUTO(db_freep) struct db *db = NULL;
	static struct migration m[MIGRATIONS_ROOM];
	static char pragma[] = "CREATE TABLE later (n INTEGER) STRICT;"
			       "PRAGMA user_version = 00;";
	struct error err = ERROR_INIT;
	size_t n = MIGRATIONS_LEN;
	char *digits = strstr(pragma, "00");

	assert_true(n + 1 < MIGRATIONS_ROOM);
	memcpy(m, MIGRATIONS, n * sizeof m[0]);
	digits[0] = (char)('0' + (n + 1) / 10);
	digits[1] = (char)('0' + (n + 1) % 10);
	m[n] = (struct migration){"9999_later.sql", pragma};
	assert_int_equal(db_open(&db, e->scratch.dir, &err), 0);
	assert_int_equal(
	    db_migrate(db, e->scratch.dir, m, n + 1, NULL, &err), 0);
}

static void
a_worker_notices_that_a_later_program_took_over(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	bool done = false;

	assert_int_equal(app_open_tool(&e->app, &e->settings, &err), 0);
	assert_int_equal(auth_setup_done(&e->app, &done, &err), 0);
	assert_int_equal(app_check_schema(&e->app, &err), 0);
	migrate_further(e);
	assert_int_equal(auth_setup_done(&e->app, &done, &err), 0);
	assert_int_equal(app_check_schema(&e->app, &err), -1);
	assert_int_equal(err.code, ERR_DB_NEWER);
	app_close(&e->app);
	assert_int_equal(app_open(&e->app, &e->settings, &err), -1);
	assert_int_equal(err.code, ERR_DB_NEWER);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(a_server_warns_at_each_start_and_tells_the_code_at_the_first),
	    CASE(a_tool_logs_nothing_and_makes_no_code),
	    CASE(closing_twice_is_no_trouble),
	    CASE(an_open_that_fails_leaves_the_app_untouched),
	    CASE(a_worker_notices_that_a_later_program_took_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
