/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate_conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "t/lib/scratch.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

enum { NOBODY = 65534 };

struct env {
	struct scratch scratch;
	char path[SCRATCH_PATH_SIZE];
	struct gate_conf conf;
	struct error err;
};

static int
set_up(void **state)
{
	static struct env e;

	e = (struct env){0};
	scratch_init(&e.scratch);
	(void)snprintf(
	    e.path, sizeof e.path, "%s", scratch_path(&e.scratch, "gate.conf"));
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

static void
put(struct env *e, const char *text)
{
	(void)unlink(e->path);
	scratch_write(&e->scratch, "gate.conf", text, strlen(text));
	assert_int_equal(chmod(e->path, 0644), 0);
}

static int
load(struct env *e)
{
	err_clear(&e->err);
	return gate_conf_load(&e->conf, e->path, &e->err);
}

/* Not used, and the level is the lowest. */
static void
assert_refused(struct env *e, const char *why)
{
	assert_int_equal(load(e), -1);
	assert_int_equal(e->conf.level, POLICY_OBSERVE);
	assert_true(e->conf.socket[0] == '/');
	if (strstr(e->err.detail, why) == NULL)
		fail_msg("%s", e->err.detail);
}

static void
an_empty_file_is_all_presets(void **state)
{
	struct env *e = *state;

	put(e, "");
	assert_int_equal(load(e), 0);
	assert_int_equal(e->conf.level, POLICY_CONFIGURE);
	assert_non_null(strstr(e->conf.socket, "fail2ban.sock"));
	assert_string_equal(e->conf.log, "stderr");
	assert_string_equal(e->conf.log_level, "info");
}

static void
each_level_is_read(void **state)
{
	struct env *e = *state;

	for (enum policy_level l = 0; l < POLICY_LEVEL__MAX; l++) {
		char text[64];

		(void)snprintf(
		    text, sizeof text, "LEVEL=%s\n", policy_level_name(l));
		put(e, text);
		assert_int_equal(load(e), 0);
		assert_int_equal(e->conf.level, l);
	}
}

static void
what_cannot_be_read_is_not_used(void **state)
{
	struct env *e = *state;

	assert_refused(e, "No such file");
	put(e, "LEVEL=root\n");
	assert_refused(e, "LEVEL");
	put(e, "LEVEL=full\nlevel=full\n");
	assert_refused(e, "level");
	put(e, "LEVEL=full\nLEVEL=full\n");
	assert_refused(e, "second time");
	put(e, "LEVEL full\n");
	assert_refused(e, "line 1");
	put(e, "LEVEL=full\nBANGUI_LOG=stderr\n");
	assert_refused(e, "BANGUI_LOG");
}

/* SEC-3: nobody but root, or whoever runs it, could have written it. */
static void
what_others_could_have_written_is_not_used(void **state)
{
	struct env *e = *state;

	put(e, "LEVEL=full\n");
	assert_int_equal(chmod(e->path, 0664), 0);
	assert_refused(e, "others");
	assert_int_equal(chmod(e->path, 0646), 0);
	assert_refused(e, "others");
	assert_int_equal(chmod(e->path, 0600), 0);
	assert_int_equal(load(e), 0);
	if (geteuid() == 0) {
		assert_int_equal(chown(e->path, NOBODY, NOBODY), 0);
		assert_refused(e, "root");
	}
	(void)unlink(e->path);
	assert_int_equal(symlink("/etc/passwd", e->path), 0);
	assert_refused(e, "gate.conf");
	(void)unlink(e->path);
	assert_int_equal(mkdir(e->path, 0755), 0);
	assert_refused(e, "not a file");
	assert_int_equal(rmdir(e->path), 0);
}

static void
a_change_is_seen_at_once(void **state)
{
	struct env *e = *state;

	put(e, "LEVEL=observe\n");
	assert_int_equal(load(e), 0);
	assert_int_equal(gate_conf_refresh(&e->conf, &e->err), 0);
	put(e, "LEVEL=operate\n");
	assert_int_equal(gate_conf_refresh(&e->conf, &e->err), 1);
	assert_int_equal(e->conf.level, POLICY_OPERATE);
	assert_int_equal(chmod(e->path, 0666), 0);
	assert_int_equal(gate_conf_refresh(&e->conf, &e->err), -1);
	assert_int_equal(e->conf.level, POLICY_OBSERVE);
	assert_int_equal(gate_conf_refresh(&e->conf, &e->err), 0);
	(void)unlink(e->path);
	assert_int_equal(gate_conf_refresh(&e->conf, &e->err), -1);
	assert_int_equal(gate_conf_refresh(&e->conf, &e->err), 0);
	put(e, "LEVEL=full\n");
	assert_int_equal(gate_conf_refresh(&e->conf, &e->err), 1);
	assert_int_equal(e->conf.level, POLICY_FULL);
}

static int
attempt(void *arg, struct error *err)
{
	struct env *e = arg;

	return gate_conf_load(&e->conf, e->path, err);
}

static void
loading_survives_every_failing_allocation(void **state)
{
	struct env *e = *state;

	put(e, "LEVEL=operate\n");
	assert_true(torture_run(attempt, e) > 0);
}

static void
the_manual_page_names_every_setting(void **state)
{
	AUTO(buf_release) struct buf page = BUF_INIT(256 * 1024);
	struct error err = ERROR_INIT;
	const char *srcdir = getenv("abs_srcdir");
	char path[512];

	(void)state;
	(void)snprintf(path, sizeof path, "%s/doc/gate.conf.5",
	    srcdir == NULL ? "." : srcdir);
	assert_int_equal(file_read(path, &page, &err), 0);
	for (size_t i = 0; i < GATE_SETTINGS_LEN; i++) {
		char item[64];

		(void)snprintf(
		    item, sizeof item, ".It Ic %s", GATE_SETTINGS[i].name);
		if (strstr(buf_str(&page), item) == NULL)
			fail_msg("%s", GATE_SETTINGS[i].name);
	}
	for (enum policy_level l = 0; l < POLICY_LEVEL__MAX; l++) {
		char item[64];

		(void)snprintf(
		    item, sizeof item, ".It Cm %s", policy_level_name(l));
		assert_non_null(strstr(buf_str(&page), item));
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(an_empty_file_is_all_presets),
	    CASE(each_level_is_read),
	    CASE(what_cannot_be_read_is_not_used),
	    CASE(what_others_could_have_written_is_not_used),
	    CASE(a_change_is_seen_at_once),
	    CASE(loading_survives_every_failing_allocation),
	    CASE(the_manual_page_names_every_setting),
	};

	return cmocka_run_group_tests_name("gate_conf", tests, NULL, NULL);
}
