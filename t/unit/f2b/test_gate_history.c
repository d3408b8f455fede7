/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/ban_db.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/error.h"
#include "base/limits.h"
#include "f2b/cmd.h"
#include "f2b/gate_conf.h"
#include "f2b/gate_listen.h"
#include "t/lib/f2b_db.h"
#include "t/lib/fake_f2b.h"
#include "t/lib/scratch.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

#define END "<F2B_END_COMMAND>"
#define DATA "{\"failures\": 3}"
enum { AT = 1790000000, TRIES = 100 };

/* A gate of its own process, a fail2ban that tells where its database is, and
 * beside them the same database, opened here. */
struct env {
	struct fake fake;
	struct scratch scratch;
	char path[SCRATCH_PATH_SIZE]; /* of the database */
	char dbfile[512];             /* what fail2ban says of it */
	struct fake_said said;
	struct sqlite3 *f2b;
	struct gate_listen listen;
	char socket[SCRATCH_PATH_SIZE];
	char conf_path[SCRATCH_PATH_SIZE];
	pid_t gate;
	struct f2b *client;
	struct ban_db *far, *near;
};

static void
gate_start(struct env *e)
{
	struct error err = ERROR_INIT;
	struct gate_conf conf;
	int rc;

	assert_int_equal(gate_listen_open(&e->listen, &err), 0);
	e->gate = fork();
	assert_true(e->gate >= 0);
	if (e->gate == 0) {
		rc = gate_conf_load(&conf, e->conf_path, &err);
		if (rc == 0)
			rc =
			    gate_listen_run(&e->listen, &conf, geteuid(), &err);
		_exit(rc);
	}
	(void)close(e->listen.fd);
}

static void
gate_end(struct env *e)
{
	assert_int_equal(kill(e->gate, SIGTERM), 0);
	assert_int_equal(waitpid(e->gate, NULL, 0), e->gate);
}

/* "get dbfile" is answered with it: a text, as Python writes it. */
static void
say_path(struct env *e, const char *path)
{
	int n = snprintf(e->dbfile, sizeof e->dbfile, "\x80\x05KkX%clll%s%s",
	    (char)strlen(path), path, "\x86." END);

	e->dbfile[3] = '\0'; /* the code: done */
	memset(e->dbfile + 6, 0, 3);
	e->said = (struct fake_said){e->dbfile, (size_t)n};
	fake_stop(&e->fake);
	fake_start(&e->fake, 8, fake_always, &e->said);
}

static int
set_up(void **state)
{
	struct env *e = calloc(1, sizeof *e);
	struct error err = ERROR_INIT;
	char conf[256];
	int n;

	assert_non_null(e);
	scratch_init(&e->scratch);
	fake_init(&e->fake);
	(void)snprintf(e->path, sizeof e->path, "%s",
	    scratch_path(&e->scratch, "f2b.sqlite3"));
	(void)snprintf(e->socket, sizeof e->socket, "%s",
	    scratch_path(&e->scratch, "gate.sock"));
	(void)snprintf(e->conf_path, sizeof e->conf_path, "%s",
	    scratch_path(&e->scratch, "gate.conf"));
	n = snprintf(conf, sizeof conf, "LEVEL=observe\nFAIL2BAN_SOCKET=%s\n",
	    e->fake.path);
	scratch_write(&e->scratch, "gate.conf", conf, (size_t)n);
	assert_int_equal(chmod(e->conf_path, 0644), 0);
	say_path(e, e->path);
	e->listen = (struct gate_listen){.path = e->socket};
	gate_start(e);
	e->f2b = f2b_db_open(e->path);
	assert_int_equal(f2b_new(&e->client, e->socket, &err), 0);
	f2b_greets(e->client, POLICY_OBSERVE);
	assert_int_equal(ban_db_new(&e->far, &err), 0);
	assert_int_equal(ban_db_new(&e->near, &err), 0);
	*state = e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;

	ban_db_freep(&e->far);
	ban_db_freep(&e->near);
	f2b_freep(&e->client);
	gate_end(e);
	f2b_db_close(e->f2b);
	fake_release(&e->fake);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

static void
open_both(struct env *e)
{
	struct error err = ERROR_INIT;

	if (ban_db_open_gate(e->far, e->client, &err) < 0)
		fail_msg("%s", err.detail);
	assert_int_equal(ban_db_open(e->near, e->path, &err), 0);
}

static void
assert_same_rows(const struct ban_db_rows *a, const struct ban_db_rows *b)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = 0; i < a->n; i++) {
		const struct ban_db_row *x = &a->items[i], *y = &b->items[i];

		assert_int_equal(x->rowid, y->rowid);
		assert_string_equal(x->jail, y->jail);
		assert_string_equal(x->id, y->id);
		assert_int_equal(x->banned_at, y->banned_at);
		assert_int_equal(x->nth, y->nth);
		assert_int_equal(x->bantime_s, y->bantime_s);
		assert_int_equal(x->ban_count, y->ban_count);
		assert_int_equal(x->data_size, y->data_size);
		assert_int_equal(x->data_len, y->data_len);
		assert_int_equal(x->data == NULL, y->data == NULL);
		if (x->data != NULL)
			assert_memory_equal(x->data, y->data, x->data_len);
	}
}

/* A bite may end early where the machine is busy: until both are the same. */
static void
assert_same(struct env *e, const struct ban_db_ask *ask, size_t n_fresh)
{
	AUTO(ban_db_batch_release) struct ban_db_batch far = {0}, near = {0};

	for (int i = 0; i < TRIES; i++) {
		struct error err = ERROR_INIT;

		ban_db_batch_release(&far);
		ban_db_batch_release(&near);
		if (ban_db_read(e->far, ask, &far, &err) < 0 ||
		    ban_db_read(e->near, ask, &near, &err) < 0)
			fail_msg("%s", err.detail);
		if (far.fresh.n == n_fresh && near.fresh.n == n_fresh)
			break;
	}
	assert_int_equal(far.fresh.n, n_fresh);
	assert_same_rows(&far.known, &near.known);
	assert_same_rows(&far.fresh, &near.fresh);
	assert_int_equal(far.more, near.more);
}

static void
rows_are_the_same_through_the_gate(void **state)
{
	struct env *e = *state;
	/* as much as a bite has time for */
	const size_t some = (size_t)unit_size(100, 5);
	const size_t more = (size_t)unit_size(150, 5);
	struct ban_db_ask ask = {.n_fresh = some, .high_at = INT64_MIN};
	struct error err = ERROR_INIT;
	int64_t far = -1, near = -2;

	f2b_db_fill(e->f2b, 300, AT, 400);
	f2b_db_ban(e->f2b, "odd \xff jail", "no address, \xc3\xbc", AT, NULL);
	f2b_db_run(e->f2b, "UPDATE bans SET bantime = -1 WHERE rowid = 7");
	open_both(e);
	assert_same(e, &ask, some);
	ask = (struct ban_db_ask){
	    100, (size_t)unit_size(64, 4), more, AT + 1000000};
	assert_same(e, &ask, more);
	ask = (struct ban_db_ask){250, (size_t)unit_size(300, 10), 0, AT};
	assert_same(e, &ask, 0);
	ask = (struct ban_db_ask){290, 0, 1000, INT64_MAX};
	assert_same(e, &ask, 11);
	assert_int_equal(ban_db_last_rowid(e->far, &far, &err), 0);
	assert_int_equal(ban_db_last_rowid(e->near, &near, &err), 0);
	assert_int_equal(far, near);
	assert_int_equal(ban_db_oldest(e->far, &far, &err),
	    ban_db_oldest(e->near, &near, &err));
	assert_int_equal(far, near);
	ban_db_identity(e->far, &far, &near);
	assert_true(far != 0 && near != 0);
}

/* More than one string may have: it comes in pieces. */
static void
data_of_any_length_come_whole(void **state)
{
	struct env *e = *state;
	const struct ban_db_ask ask = {.n_fresh = 2, .high_at = INT64_MIN};
	char *data = malloc(3 * LIMIT_PICKLE_STRING + 8);

	assert_non_null(data);
	memset(data, ' ', 3 * LIMIT_PICKLE_STRING + 7);
	memcpy(data, "{}", 2);
	data[3 * LIMIT_PICKLE_STRING + 7] = '\0';
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", AT, data);
	free(data);
	open_both(e);
	assert_same(e, &ask, 1);
}

static void
an_empty_table_has_neither_last_nor_oldest(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	int64_t v = -1;

	open_both(e);
	assert_int_equal(ban_db_last_rowid(e->far, &v, &err), 0);
	assert_int_equal(v, 0);
	assert_int_equal(ban_db_oldest(e->far, &v, &err), 0);
}

/* Cheaply: with what opening it has told. */
static void
a_change_is_seen_and_nothing_else_is(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	open_both(e);
	assert_int_equal(ban_db_is_changed(e->far, &err), 1);
	ban_db_settle(e->far);
	open_both(e);
	assert_int_equal(ban_db_is_changed(e->far, &err), 0);
	f2b_db_ban(e->f2b, "sshd", "192.0.2.1", AT, DATA);
	open_both(e);
	assert_int_equal(ban_db_is_changed(e->far, &err), 1);
	ban_db_settle(e->far);
	gate_end(e);
	gate_start(e);
	open_both(e);
	/* another gate counts from elsewhere */
	assert_int_equal(ban_db_is_changed(e->far, &err), 1);
}

static void
faults_are_told_by_their_names(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;
	int64_t v;

	open_both(e);
	f2b_db_run(e->f2b, "BEGIN EXCLUSIVE");
	assert_int_equal(ban_db_last_rowid(e->far, &v, &err), -1);
	assert_int_equal(ban_db_fault(e->far), BAN_DB_BUSY);
	f2b_db_run(e->f2b, "ROLLBACK");
	open_both(e);
	ban_db_close(e->near);
	f2b_db_run(e->f2b, "DROP TABLE bans");
	assert_int_equal(ban_db_last_rowid(e->far, &v, &err), -1);
	assert_int_equal(ban_db_fault(e->far), BAN_DB_FOREIGN);
	assert_int_equal(ban_db_open_gate(e->far, e->client, &err), -1);
	assert_int_equal(ban_db_fault(e->far), BAN_DB_FOREIGN);
	assert_int_equal(unlink(e->path), 0);
	assert_int_equal(ban_db_open_gate(e->far, e->client, &err), -1);
	assert_int_equal(ban_db_fault(e->far), BAN_DB_ABSENT);
}

static void
a_fail2ban_without_a_file_says_so(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	say_path(e, ":memory:");
	assert_int_equal(ban_db_open_gate(e->far, e->client, &err), -1);
	assert_int_equal(ban_db_fault(e->far), BAN_DB_NONE);
}

/* The fault is not the database's: none is told. */
static void
a_fail2ban_that_is_away_is_an_error(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	fake_stop(&e->fake);
	assert_int_equal(ban_db_open_gate(e->far, e->client, &err), -1);
	assert_int_equal(ban_db_fault(e->far), BAN_DB_FINE);
	assert_int_equal(err.code, ERR_F2B_DOWN);
	say_path(e, e->path);
	err_clear(&err);
	assert_int_equal(ban_db_open_gate(e->far, e->client, &err), 0);
	fake_stop(&e->fake); /* the path is known now */
	assert_int_equal(ban_db_open_gate(e->far, e->client, &err), 0);
}

static int
read_all(void *arg, struct error *err)
{
	AUTO(ban_db_batch_release) struct ban_db_batch batch = {0};
	const struct ban_db_ask ask = {2, 2, 2, AT};
	struct env *e = arg;

	if (ban_db_open_gate(e->far, e->client, err) < 0)
		return -1;
	return ban_db_read(e->far, &ask, &batch, err);
}

static void
reading_survives_every_failing_allocation(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	f2b_db_fill(e->f2b, 10, AT, 100);
	assert_int_equal(read_all(e, &err), 0);
	assert_true(torture_run(read_all, e) > 5);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(rows_are_the_same_through_the_gate),
	    CASE(data_of_any_length_come_whole),
	    CASE(an_empty_table_has_neither_last_nor_oldest),
	    CASE(a_change_is_seen_and_nothing_else_is),
	    CASE(faults_are_told_by_their_names),
	    CASE(a_fail2ban_without_a_file_says_so),
	    CASE(a_fail2ban_that_is_away_is_an_error),
	    CASE(reading_survives_every_failing_allocation),
	};

	return cmocka_run_group_tests_name("gate_history", tests, NULL, NULL);
}
