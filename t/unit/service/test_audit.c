/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/audit/audit.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "service/audit/audit_chain.h"
#include "service/auth/auth_token.h"
#include "service/jobs/task.h"
#include "store/audit_store.h"
#include "t/lib/stranger.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

enum { ROWS = 6, WRITERS = 4, EACH = 25 };

/* As somebody with the file and no scruples: no trigger is in the way. */
static void
tamper(struct auth_env *e, const char *sql)
{
	static const char DROP[] = "DROP TRIGGER IF EXISTS audit_in_order;"
				   "DROP TRIGGER IF EXISTS audit_moves_head;"
				   "DROP TRIGGER IF EXISTS audit_no_update;"
				   "DROP TRIGGER IF EXISTS audit_no_delete;"
				   "DROP TRIGGER IF EXISTS audit_head_follows;"
				   "DROP TRIGGER IF EXISTS audit_head_stays";
	sqlite3 *raw = stranger_open(&e->scratch);

	assert_int_equal(sqlite3_exec(raw, DROP, NULL, NULL, NULL), 0);
	if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(raw));
	stranger_close(raw);
}

static int
politely(struct auth_env *e, const char *sql)
{
	sqlite3 *raw = stranger_open(&e->scratch);
	int rc;

	rc = sqlite3_exec(raw, sql, NULL, NULL, NULL);
	stranger_close(raw);
	return rc;
}

static int64_t
number(struct auth_env *e, const char *sql)
{
	return stranger_number(&e->scratch, sql);
}

static struct audit_report
verified(struct auth_env *e)
{
	struct error err = ERROR_INIT;
	struct audit_report r;

	assert_int_equal(audit_verify(&e->app, &r, &err), 0);
	return r;
}

static void
as_session(struct app *app, int64_t id)
{
	app->actor = (struct actor){
	    .kind = ACTOR_SESSION,
	    .id = id,
	    .name = "a name",
	    .has_client = true,
	    .client = auth_env_addr("203.0.113.9"),
	    .request_id = "req-1",
	};
}

/* Every column has a value that can be changed. */
static void
fill(struct auth_env *e)
{
	as_session(&e->app, 7);
	for (int i = 0; i < ROWS; i++) {
		struct audit_entry note = AUDIT_ENTRY(AUDIT_BAN);

		audit_target(&note, "192.0.2.1");
		audit_detail(&note, "jail", "sshd");
		audit_note(&e->app, &note);
	}
	assert_int_equal(number(e, "SELECT count(*) FROM audit"), ROWS);
}

static void
an_empty_log_is_whole(void **state)
{
	struct audit_report r = verified(*state);

	assert_int_equal(r.fault, AUDIT_WHOLE);
	assert_int_equal(r.rows, 0);
	assert_int_equal(r.last.seq, 0);
}

static void
what_was_written_is_whole(void **state)
{
	struct auth_env *e = *state;
	struct audit_head head;
	struct error err = ERROR_INIT;
	struct audit_report r;

	fill(e);
	r = verified(e);
	assert_int_equal(r.fault, AUDIT_WHOLE);
	assert_int_equal(r.rows, ROWS);
	assert_int_equal(audit_store_head(e->app.db, &head, &err), 0);
	assert_int_equal(head.seq, ROWS);
	assert_memory_equal(head.hash, r.last.hash, sizeof head.hash);
}

/* Worked out by hand from the description: a change of it breaks every log
 * that there is. */
static void
the_bytes_that_are_hashed_are_the_described_ones(void **state)
{
	const struct audit_row row = {
	    .seq = 1,
	    .at = 2,
	    .action = {"ban",  3},
	    .outcome = {"done", 4},
	    .details = {"",     0},
	};
	static const uint8_t EXPECTED[AUDIT_HASH_LEN] = {0xdd, 0x8a, 0xcc, 0xa6,
	    0x88, 0x22, 0x42, 0x86, 0x4d, 0xf1, 0x2c, 0x23, 0x89, 0x02, 0xa0,
	    0x76, 0x03, 0xd6, 0xab, 0x48, 0x90, 0x02, 0xc3, 0x89, 0x3a, 0xc3,
	    0xe2, 0x2a, 0x02, 0x0d, 0x29, 0xd4};
	uint8_t zero[AUDIT_HASH_LEN] = {0}, hash[AUDIT_HASH_LEN];

	(void)state;
	audit_hash(&row, zero, hash);
	assert_memory_equal(hash, EXPECTED, sizeof hash);
}

static void
a_change_of_any_column_is_found(void **state)
{
#define CHANGE(what) "UPDATE audit SET " what " WHERE seq = 3"
	static const char *const CHANGES[] = {
	    CHANGE("at = at + 1"),
	    CHANGE("actor_kind = 2"),
	    CHANGE("actor_id = 8"),
	    CHANGE("actor_id = NULL"),
	    CHANGE("actor_name = 'another'"),
	    CHANGE("actor_name = NULL"),
	    CHANGE("client = zeroblob(16)"),
	    CHANGE("client = NULL"),
	    CHANGE("action = 'unban'"),
	    CHANGE("target = '192.0.2.2'"),
	    CHANGE("target = target || char(0) || 'x'"),
	    CHANGE("target = NULL"),
	    CHANGE("outcome = 'failed'"),
	    CHANGE("request_id = ''"),
	    CHANGE("request_id = NULL"),
	    CHANGE("details = ''"),
	    CHANGE("details = details || 'x'"),
	    CHANGE("hash = zeroblob(32)"),
	};
	struct auth_env *e = *state;

	fill(e);
	tamper(e, "CREATE TABLE good AS SELECT * FROM audit WHERE seq = 3");
	for (size_t i = 0; i < ARRAY_LEN(CHANGES); i++) {
		struct audit_report r;

		tamper(e, CHANGES[i]);
		r = verified(e);
		if (r.fault != AUDIT_CHANGED || r.bad_seq != 3)
			fail_msg("%s: fault %d at %lld", CHANGES[i], r.fault,
			    (long long)r.bad_seq);
		assert_int_equal(r.rows, 2);
		tamper(e, "DELETE FROM audit WHERE seq = 3;"
			  "INSERT INTO audit SELECT * FROM good");
		assert_int_equal(verified(e).fault, AUDIT_WHOLE);
	}
}

static void
a_row_that_moved_with_its_hash_is_found_where_it_stands(void **state)
{
	struct auth_env *e = *state;
	struct audit_report r;

	fill(e);
	/* a true hash, of another place */
	tamper(e, "DELETE FROM audit WHERE seq = 3;"
		  "UPDATE audit SET seq = 3 WHERE seq = 4");
	r = verified(e);
	assert_int_equal(r.fault, AUDIT_CHANGED);
	assert_int_equal(r.bad_seq, 3);
}

static void
removed_moved_cut_and_added_rows_are_found(void **state)
{
	static const struct {
		const char *sql;
		enum audit_fault fault;
		int64_t bad_seq;
	} CASES[] = {
	    {"DELETE FROM audit WHERE seq = 1",                       AUDIT_MISSING, 1},
	    {"DELETE FROM audit WHERE seq IN (3, 4)",                 AUDIT_MISSING, 3},
	    {"DELETE FROM audit WHERE seq > 4",                       AUDIT_CUT,     5},
	    {"DELETE FROM audit",				     AUDIT_CUT,     1},
	    {"UPDATE audit SET seq = 100 WHERE seq = 2;"
	     "UPDATE audit SET seq = 2 WHERE seq = 3;"
	     "UPDATE audit SET seq = 3 WHERE seq = 100", AUDIT_CHANGED, 2},
	    {"DELETE FROM audit WHERE seq = 6;"
	     "UPDATE audit_head SET seq = 5",            AUDIT_CHANGED, 5}, /* the head has another hash */
	    {"UPDATE audit_head SET seq = 4, hash ="
	     " (SELECT hash FROM audit WHERE seq = 4)",  AUDIT_STRAY,   5},
	};
	struct auth_env *e = *state;

	fill(e);
	tamper(e, "CREATE TABLE good AS SELECT * FROM audit;"
		  "CREATE TABLE good_head AS SELECT * FROM audit_head");
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct audit_report r;

		tamper(e, CASES[i].sql);
		r = verified(e);
		if (r.fault != CASES[i].fault || r.bad_seq != CASES[i].bad_seq)
			fail_msg("%s: %s at %lld", CASES[i].sql,
			    audit_fault_name(r.fault), (long long)r.bad_seq);
		tamper(e,
		    "DELETE FROM audit; INSERT INTO audit SELECT * FROM good;"
		    "DELETE FROM audit_head;"
		    "INSERT INTO audit_head SELECT * FROM good_head");
		assert_int_equal(verified(e).fault, AUDIT_WHOLE);
	}
}

static void
the_table_takes_nothing_but_its_next_row(void **state)
{
	static const char *const REFUSED[] = {
	    "UPDATE audit SET at = 1",
	    "DELETE FROM audit",
	    "DELETE FROM audit WHERE seq = 6",
	    "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 1",
	    "INSERT INTO audit SELECT seq + 7, at, actor_kind, actor_id,"
	    " actor_name, client, action, target, outcome, request_id,"
	    " details, hash FROM audit WHERE seq = 1",
	    "UPDATE audit_head SET seq = 1",
	    "UPDATE audit_head SET seq = 7",
	    "DELETE FROM audit_head",
	};
	struct auth_env *e = *state;

	fill(e);
	for (size_t i = 0; i < ARRAY_LEN(REFUSED); i++)
		if (politely(e, REFUSED[i]) != SQLITE_CONSTRAINT)
			fail_msg("taken: %s", REFUSED[i]);
	assert_int_equal(verified(e).fault, AUDIT_WHOLE);
}

static void
write_many(struct auth_env *e)
{
	struct app app;

	auth_env_open(e, &app);
	as_session(&app, getpid());
	for (int i = 0; i < EACH; i++) {
		struct audit_entry note = AUDIT_ENTRY(AUDIT_UNBAN);

		audit_target_i64(&note, i);
		audit_note(&app, &note);
	}
	app_close(&app);
}

static void
processes_that_write_at_once_never_fork_the_chain(void **state)
{
	struct auth_env *e = *state;
	struct audit_report r;
	int status;

	db_freep(&e->app.db); /* a connection does not cross a fork */
	for (int i = 0; i < WRITERS; i++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			write_many(e);
			_exit(0);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	auth_env_open(e, &e->app);
	r = verified(e);
	assert_int_equal(r.fault, AUDIT_WHOLE);
	assert_int_equal(r.rows, WRITERS * EACH);
	assert_int_equal(
	    number(e, "SELECT count(DISTINCT actor_id) FROM audit"), WRITERS);
}

static void
failures_of_a_client_are_one_row_a_minute(void **state)
{
	struct auth_env *e = *state;
	struct auth_grant g;

	auth_env_complete(e);
	auth_env_set_time(1800000000);
	as_session(&e->app, 1);
	e->app.actor.kind = ACTOR_NOBODY;
	for (int i = 0; i < 3; i++)
		assert_int_equal(auth_env_login(e, WRONG, "203.0.113.9", &g),
		    ERR_CREDENTIALS);
#define FAILED "SELECT count(*) FROM audit WHERE action = 'sign_in_failed'"
	assert_int_equal(number(e, FAILED), 1);
	e->app.actor.client = auth_env_addr("203.0.113.10");
	assert_int_equal(
	    auth_env_login(e, WRONG, "203.0.113.10", &g), ERR_CREDENTIALS);
	assert_int_equal(number(e, FAILED), 2);
	auth_env_set_time(1800000060);
	assert_int_equal(
	    auth_env_login(e, WRONG, "203.0.113.10", &g), ERR_CREDENTIALS);
	assert_int_equal(number(e, FAILED), 3);
	/* what the clock once said is not this minute's */
	auth_env_set_time(1700000000);
	assert_int_equal(
	    auth_env_login(e, WRONG, "203.0.113.10", &g), ERR_CREDENTIALS);
	assert_int_equal(number(e, FAILED), 4);
}

static void
an_act_that_is_rolled_back_leaves_no_row(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(auth_session_end(&e->app, 99, &err), -1);
	assert_int_equal(auth_token_revoke(&e->app, 99, &err), -1);
	assert_int_equal(number(e, "SELECT count(*) FROM audit"), 0);
}

static void
a_session_that_signs_in_and_out_is_named(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_grant g;

	auth_env_complete(e);
	assert_int_equal(
	    auth_env_login(e, PASSWORD, "203.0.113.9", &g), ERR_NONE);
	assert_int_equal(auth_logout(&e->app, g.token, &err), 0);
	assert_int_equal(auth_logout(&e->app, g.token, &err), 0);
	assert_int_equal(
	    number(e,
		"SELECT count(*) FROM audit, (SELECT max(seq) AS id FROM"
		" sqlite_sequence WHERE name = 'session')"
		" WHERE action IN ('sign_in', 'sign_out') AND actor_kind = 1"),
	    2);
	assert_int_equal(verified(e).fault, AUDIT_WHOLE);
}

static void
details_stay_within_their_room_and_on_their_lines(void **state)
{
	struct audit_entry e = AUDIT_ENTRY(AUDIT_BAN);
	char longest[2000];

	(void)state;
	audit_detail(&e, "none", NULL);
	assert_int_equal(e.details_len, 0);
	audit_detail(&e, "a", "x\ny=z\x7f");
	assert_string_equal(e.details, "a=x?y=z?\n");
	memset(longest, 'x', sizeof longest);
	memcpy(longest + LIMIT_AUDIT_DETAILS - 14, "\u20ac", 3);
	longest[sizeof longest - 1] = '\0';
	audit_detail(&e, "b", longest);
	assert_true(e.details_len <= LIMIT_AUDIT_DETAILS);
	assert_true(e.details_len >= LIMIT_AUDIT_DETAILS - 3);
	assert_true(str_is_utf8(e.details, e.details_len));
	audit_detail(&e, "c", "no room");
	assert_null(strstr(e.details, "c="));
	audit_target(&e, longest);
	assert_int_equal(strlen(e.target), LIMIT_AUDIT_TARGET);
}

static void
a_row_that_cannot_be_written_is_counted_and_undoes_nothing(void **state)
{
	struct auth_env *e = *state;
	const struct audit_entry note = AUDIT_ENTRY(AUDIT_UNBAN_ALL);
	uint64_t failures = 0;

	audit_note(&e->app, &note);
	tamper(e, "DELETE FROM audit_head");
	audit_note(&e->app, &note); /* nothing to return, nothing to undo */
	assert_true(task_failures(&e->app, TASK_AUDIT, &failures));
	assert_int_equal(failures, 1);
	assert_int_equal(number(e, "SELECT count(*) FROM audit"), 1);
	tamper(e, "INSERT INTO audit_head SELECT 1, seq, hash FROM audit"
		  " ORDER BY seq DESC LIMIT 1");
	assert_int_equal(verified(e).fault, AUDIT_WHOLE);
}

static void
an_act_of_our_own_is_not_done_without_its_row(void **state)
{
	struct auth_env *e = *state;
	struct auth_grant g;

	auth_env_complete(e);
	tamper(e, "DELETE FROM audit_head");
	assert_int_equal(
	    auth_env_login(e, PASSWORD, "203.0.113.9", &g), ERR_DB_UNAVAILABLE);
	assert_int_equal(number(e, "SELECT count(*) FROM session"), 0);
}

int
main(void)
{
#define CASE(f)                                                                \
	cmocka_unit_test_setup_teardown(f, auth_env_set_up, auth_env_tear_down)
	const struct CMUnitTest tests[] = {
	    CASE(an_empty_log_is_whole),
	    CASE(what_was_written_is_whole),
	    CASE(the_bytes_that_are_hashed_are_the_described_ones),
	    CASE(a_change_of_any_column_is_found),
	    CASE(a_row_that_moved_with_its_hash_is_found_where_it_stands),
	    CASE(removed_moved_cut_and_added_rows_are_found),
	    CASE(the_table_takes_nothing_but_its_next_row),
	    CASE(processes_that_write_at_once_never_fork_the_chain),
	    CASE(failures_of_a_client_are_one_row_a_minute),
	    CASE(an_act_that_is_rolled_back_leaves_no_row),
	    CASE(a_session_that_signs_in_and_out_is_named),
	    CASE(a_row_that_cannot_be_written_is_counted_and_undoes_nothing),
	    CASE(an_act_of_our_own_is_not_done_without_its_row),
	    CASE(details_stay_within_their_room_and_on_their_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
