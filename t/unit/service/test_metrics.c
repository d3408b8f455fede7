/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/metrics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "f2b/cmd.h"
#include "service/jails/jail_counts.h"
#include "t/lib/log_tap.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

static struct log_tap tap;

/* A fail2ban that is not there: asking it shows in the file's time. */
static int
set_up(void **state)
{
	struct auth_env *e;
	struct error err = ERROR_INIT;

	if (auth_env_set_up(state) < 0)
		return -1;
	e = *state;
	return f2b_new(&e->app.f2b, scratch_path(&e->scratch, "none"), &err);
}

static void
get(struct auth_env *e, struct jail_counts *out)
{
	struct error err = ERROR_INIT;

	log_tap_start(&tap); /* that it is away is told of, elsewhere */
	if (jail_counts_get(&e->app, out, &err) < 0)
		fail_msg("jail_counts_get: %s", err.detail);
	log_tap_stop(&tap);
}

/* When the file says that fail2ban was asked. */
static int64_t
asked_ms(struct auth_env *e)
{
	char bytes[16];
	int64_t ms;
	FILE *f = fopen(scratch_path(&e->scratch, "jails.counts"), "r");

	assert_non_null(f);
	assert_int_equal(fread(bytes, 1, sizeof bytes, f), sizeof bytes);
	assert_int_equal(fclose(f), 0);
	memcpy(&ms, bytes + 8, sizeof ms);
	return ms;
}

static void
fail2ban_is_asked_once_in_a_while_for_all(void **state)
{
	struct auth_env *e = *state;
	int64_t began = auth_env_mono();
	struct jail_counts *c = calloc(1, sizeof *c);

	assert_non_null(c);
	c->up = true;
	get(e, c);
	assert_false(c->up);
	assert_int_equal(c->n, 0);
	auth_env_set_mono(began + LIMIT_COUNTS_MS - 1);
	get(e, c);
	assert_int_equal(asked_ms(e), began);
	auth_env_set_mono(began + LIMIT_COUNTS_MS);
	get(e, c);
	assert_int_equal(asked_ms(e), began + LIMIT_COUNTS_MS);
	auth_env_set_mono(5); /* after a reboot */
	get(e, c);
	assert_int_equal(asked_ms(e), 5);
	free(c);
}

static void
a_file_that_is_not_whole_is_written_anew(void **state)
{
	struct auth_env *e = *state;
	struct jail_counts *c = calloc(1, sizeof *c);
	const char *path;

	assert_non_null(c);
	get(e, c);
	path = scratch_path(&e->scratch, "jails.counts");
	assert_int_equal(truncate(path, 100), 0);
	get(e, c);
	assert_true(scratch_size(&e->scratch, "jails.counts") > 100);
	/* of another program: as if it held more jails than fit */
	scratch_damage(&e->scratch, "jails.counts", 0, 1, 0xff);
	auth_env_set_mono(auth_env_mono() + 1);
	get(e, c);
	assert_int_equal(asked_ms(e), auth_env_mono());
	assert_int_equal(c->n, 0);
	free(c);
}

static int
get_without_memory(void *arg, struct error *err)
{
	struct auth_env *e = arg;
	struct jail_counts *c = NULL;
	int rc;

	/* so that it has to ask */
	auth_env_set_mono(auth_env_mono() + LIMIT_COUNTS_MS);
	c = malloc(sizeof *c);
	if (c == NULL)
		return err_nomem(err);
	memset(c, 7, sizeof *c);
	rc = jail_counts_get(&e->app, c, err);
	if (rc < 0)
		assert_int_equal(c->n, INT64_C(0x0707070707070707));
	free(c);
	return rc;
}

static void
no_memory_is_said_so(void **state)
{
	log_tap_start(&tap);
	assert_true(torture_run(get_without_memory, *state) >= 2);
	log_tap_stop(&tap);
}

static void
all_of_it_is_told(void **state)
{
	struct auth_env *e = *state;
	struct metrics *m = calloc(1, sizeof *m);
	struct error err = ERROR_INIT;
	int64_t id;

	assert_non_null(m);
	assert_int_equal(jobs_queue(&e->app, JOB_GEO_RETRY, "", &id, &err), 0);
	auth_env_set_time(auth_env_time() + 90);
	log_tap_start(&tap);
	task_fail_now(&e->app, TASK_RETENTION, &err);
	assert_int_equal(metrics_get(&e->app, m, &err), 0);
	log_tap_stop(&tap);
	assert_true(m->counting);
	assert_int_equal(m->failures[TASK_RETENTION], 1);
	assert_int_equal(m->failures[TASK_GEO_COPY], 0);
	assert_int_equal(m->job_age_s[JOB_GEO_RETRY], 90);
	assert_int_equal(m->job_age_s[JOB_GEO_COPY], 0);
	assert_true(m->db_bytes > 4096);
	free(m);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(fail2ban_is_asked_once_in_a_while_for_all),
	    CASE(a_file_that_is_not_whole_is_written_anew),
	    CASE(no_memory_is_said_so),
	    CASE(all_of_it_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
