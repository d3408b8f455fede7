/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "store/store.h"

#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "store/owner_store.h"
#include "store/session_store.h"
#include "store/throttle_store.h"
#include "store/token_store.h"
#include "t/lib/stranger.h"
#include "t/lib/unit.h"
#include "t/unit/store/store_env.h"

/* clang-format off */
/* Where looking at every row is the right plan, and for which statements. */
static const struct {
	const char *detail;
	const char *sql; /* a part of the text */
} EXPECTED[] = {
    {"SCAN CONSTANT ROW",     ""         },
    {"SCAN active_ban",       "LIKE"     }, /* no index serves a part of a text */
    {"SCAN active_ban_jail",  ""         }, /* a row a jail */
    {"SCAN active_ban_state", ""         }, /* one row */
    {"SCAN active_ban_sweep", ""         }, /* one row */
    {"SCAN audit",            "ORDER BY seq"}, /* to verify: all of it */
    {"SCAN audit_head",       ""         }, /* one row */
    {"SCAN (subquery-1)",     "FROM audit"}, /* counted up to a limit */
    {"SCAN ban_jail",         "SELECT id, name" }, /* a row a jail */
    {"SCAN ban_jail",         "json_group_array" },
    {"SCAN geo_cache",        "LIMIT ?1)"}, /* counted up to a limit */
    {"SCAN (subquery-1)",     "LIMIT ?1)"}, /* the same */
    /* lists that are bound, one ban's data, the lengths that periods have */
    {"SCAN json_each VIRTUAL TABLE INDEX 1:", "json_each(?"},
    {"SCAN w VIRTUAL TABLE INDEX 1:", "json_each(?1) AS w"},
    {"SCAN b", "ban_often"}, /* what was searched for, and its periods */
    {"SCAN c", "ban_often"},
    {"SCAN g", "ban_often"},
    {"SCAN w", "ban_often"},
    {"SCAN (subquery-1)", "ban_often"},
    {"SCAN (subquery-5)", "ban_often"},
    {"SCAN ban_answer", ""}, /* those of a minute */
    /* the words of the lines: by word, and what they are made of */
    {"SCAN ban_text VIRTUAL TABLE INDEX 0:M1", "ban_text MATCH"},
    {"SCAN ban_text VIRTUAL TABLE INDEX 0:M1>", "ban_text MATCH"},
    {"SCAN (subquery-1)", "FROM ban_text"}, /* counted up to a limit */
    {"SCAN (subquery-3)", "LIMIT ?3)"}, /* a step of filling it */
    {"SCAN b", "LIMIT ?2) AS b"}, /* the oldest bans, so many */
    {"SCAN m VIRTUAL TABLE INDEX 3:", "INTO ban_text"},
    {"SCAN p VIRTUAL TABLE INDEX 1:", "INTO ban_text"},
    {"SCAN c", "INTO ban_sum"}, /* what was searched for, in groups */
    {"SCAN p", "INTO ban_sum"},
    {"SCAN k", "INTO ban_sum"},
    {"SCAN g", "INTO ban_sum"},
    {"SCAN (subquery-1)", "LIMIT ?3)"}, /* bans of a network, so many */
    {"SCAN u", "GROUP BY asn"}, /* sums, after they were searched for */
    {"SCAN job",		       "count"    }, /* those of a month */
    {"SCAN job USING INDEX job_due",   ""         }, /* few ever wait */
    {"SCAN job USING INDEX job_lease", ""         }, /* one a runner */
    {"SCAN known_client",     ""         }, /* where one owner signs in from */
    {"SCAN allow",            ""         }, /* at most LIMIT_ALLOW */
    {"SCAN allow USING COVERING INDEX sqlite_autoindex_allow_1", "count"},
    {"SCAN allow_applied",    "LIMIT 1"  }, /* is there any? */
    {"SCAN n",                "FROM allow"},
    {"SCAN a",                "FROM allow"},
    {"SCAN own_address",      ""         }, /* one machine's */
    {"SCAN session",          ""         }, /* one owner's browsers */
    {"SCAN token",            ""         }, /* at most LIMIT_TOKENS */
    {"SCAN token USING COVERING INDEX sqlite_autoindex_token_2", "count"},
};
/* clang-format on */

static bool
is_expected(const char *detail, const char *sql)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(EXPECTED); i++)
		if (str_eq(detail, EXPECTED[i].detail) &&
		    strstr(sql, EXPECTED[i].sql) != NULL)
			return true;
	return !str_starts(detail, "SCAN ");
}

static int
look_at_plan(sqlite3 *raw, const struct db_sql *sql)
{
	char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql->text);
	sqlite3_stmt *stmt = NULL;
	int bad = 0;

	assert_non_null(text);
	assert_int_equal(
	    sqlite3_prepare_v2(raw, text, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(stmt, 3);

		if (!is_expected(detail, sql->text)) {
			print_error("%s\n  %s\n", sql->text, detail);
			bad++;
		}
	}
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	sqlite3_free(text);
	return bad;
}

static bool
has_plan(const char *sql)
{
	return str_starts(sql, "SELECT") || str_starts(sql, "UPDATE") ||
	       str_starts(sql, "DELETE") || str_starts(sql, "INSERT");
}

static void
no_statement_scans_a_table_that_grows(void **state)
{
	struct store_env *e = *state;
	const struct db_sql *sql;
	sqlite3 *raw = stranger_open(&e->scratch);
	int bad = 0;
	size_t i, looked_at = 0;

	for (i = 0; (sql = db_prepared(e->db, i)) != NULL; i++)
		if (has_plan(sql->text)) {
			bad += look_at_plan(raw, sql);
			looked_at++;
		}
	stranger_close(raw);
	assert_true(looked_at > 15);
	assert_int_equal(bad, 0);
}

static void
every_table_is_strict(void **state)
{
	struct store_env *e = *state;
	sqlite3 *raw = stranger_open(&e->scratch);
	sqlite3_stmt *stmt = NULL;

	assert_int_equal(
	    sqlite3_prepare_v2(raw,
		"SELECT group_concat(name), count(*) FROM pragma_table_list"
		" WHERE schema = 'main' AND type = 'table' AND NOT strict"
		" AND name NOT LIKE 'sqlite_%'",
		-1, &stmt, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	if (sqlite3_column_int(stmt, 1) != 0)
		fail_msg("not strict: %s",
		    (const char *)sqlite3_column_text(stmt, 0));
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	stranger_close(raw);
}

static const uint8_t HASH_A[32] = {1, 0, 2};
static const uint8_t HASH_B[32] = {1, 0, 3};
#define BCRYPT "$2b$04$abcdefghijklmnopqrstuuNEtQ0kCPFkp5XGDKfnPXgvMkGDQ6vQq"

static void
the_owner_begins_with_nothing(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct owner o;

	assert_int_equal(owner_store_get(e->db, &o, &err), 0);
	assert_false(o.has_password);
	assert_false(o.has_code);
	assert_false(o.code_made);
	assert_int_equal(o.session_minutes, 0);
}

static void
set_up_is_stored_once(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct owner_setup s = {.password_hash = BCRYPT,
	    .timezone = "Europe/Berlin",
	    .session_minutes = 30,
	    .now = 1800000000};
	struct owner o;

	assert_int_equal(owner_store_set_code(e->db, HASH_A, 5, &err), 0);
	assert_int_equal(owner_store_set_up(e->db, &s, &err), 0);
	assert_int_equal(owner_store_get(e->db, &o, &err), 0);
	assert_true(o.has_password);
	assert_string_equal(o.password_hash, BCRYPT);
	assert_false(o.has_code);
	assert_true(o.code_made);
	assert_int_equal(o.session_minutes, 30);
	assert_int_equal(owner_store_set_up(e->db, &s, &err), -1);
	assert_int_equal(err.code, ERR_SETUP_DONE);
}

static void
a_hash_of_another_kind_is_not_stored(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;

	assert_int_equal(
	    owner_store_set_password(e->db, "rl1PjUfDQcBTY", 1, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
}

static void
rehash_replaces_only_the_hash_it_knows(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct owner o;

	assert_int_equal(owner_store_set_password(e->db, BCRYPT, 1, &err), 0);
	assert_int_equal(
	    owner_store_rehash(e->db, "$2b$other", "$2b$new", &err), 0);
	assert_int_equal(owner_store_get(e->db, &o, &err), 0);
	assert_string_equal(o.password_hash, BCRYPT);
	assert_int_equal(owner_store_rehash(e->db, BCRYPT, "$2b$new", &err), 0);
	assert_int_equal(owner_store_get(e->db, &o, &err), 0);
	assert_string_equal(o.password_hash, "$2b$new");
}

static void
the_last_try_takes_the_code_away(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct owner o;
	int i;

	assert_int_equal(owner_store_set_code(e->db, HASH_A, 5, &err), 0);
	for (i = 1; i <= 3; i++) {
		assert_int_equal(owner_store_count_try(e->db, 3, &err), 0);
		assert_int_equal(owner_store_get(e->db, &o, &err), 0);
		assert_int_equal(o.has_code, i < 3);
	}
	assert_int_equal(owner_store_set_code(e->db, HASH_B, 6, &err), 0);
	assert_int_equal(owner_store_count_try(e->db, 3, &err), 0);
	assert_int_equal(owner_store_get(e->db, &o, &err), 0);
	assert_true(o.has_code);
	assert_memory_equal(o.code_hash, HASH_B, sizeof HASH_B);
}

static void
sessions_are_found_by_their_whole_hash(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct session_row row = {1, 10, 11, 20, 5};
	const struct addr client = {.prefix_len = 128};
	struct session_row found = {0};

	assert_int_equal(
	    session_store_add(e->db, HASH_A, &row, &client, NULL, &err), 0);
	assert_int_equal(session_store_get(e->db, HASH_B, &found, &err), 0);
	assert_int_equal(session_store_get(e->db, HASH_A, &found, &err), 1);
	assert_memory_equal(&found, &row, sizeof row);
	assert_int_equal(
	    session_store_add(e->db, HASH_A, &row, &client, "again", &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
}

static void
ended_sessions_are_deleted_in_portions(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct session_row old = {0, 10, 10, 20, 1000};
	const struct session_row idle = {0, 10, 10, 9000, 5};
	const struct session_row live = {0, 10, 10, 9000, 8000};
	const struct addr client = {.prefix_len = 128};
	uint8_t hash[32] = {9};
	int64_t left = 0;

	assert_int_equal(
	    session_store_add(e->db, HASH_A, &old, &client, NULL, &err), 0);
	assert_int_equal(
	    session_store_add(e->db, HASH_B, &idle, &client, NULL, &err), 0);
	assert_int_equal(
	    session_store_add(e->db, hash, &live, &client, NULL, &err), 0);
	assert_int_equal(session_store_delete_ended(e->db, 20, 1, &err), 0);
	assert_int_equal(session_store_delete_ended(e->db, 20, 9, &err), 0);
	assert_int_equal(session_store_delete_all(e->db, &left, &err), 0);
	assert_int_equal(left, 1);
}

static struct addr
addr(const char *s)
{
	struct addr a;

	assert_true(addr_parse_net(s, strlen(s), &a));
	return a;
}

static void
failures_belong_to_one_network_and_prefix(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct throttle_row row = {3, 100, 200}, more = {4, 101, 300};
	const struct addr narrow = addr("2001:db8::/64");
	const struct addr wide = addr("2001:db8::/48");
	struct throttle_row found = {0};

	assert_int_equal(throttle_store_put(e->db, &narrow, &row, &err), 0);
	assert_int_equal(throttle_store_get(e->db, &wide, &found, &err), 0);
	assert_int_equal(throttle_store_get(e->db, &narrow, &found, &err), 1);
	assert_memory_equal(&found, &row, sizeof row);
	assert_int_equal(throttle_store_put(e->db, &narrow, &more, &err), 0);
	assert_int_equal(throttle_store_get(e->db, &narrow, &found, &err), 1);
	assert_memory_equal(&found, &more, sizeof more);
	assert_int_equal(throttle_store_delete(e->db, &narrow, &err), 0);
	assert_int_equal(throttle_store_get(e->db, &narrow, &found, &err), 0);
}

static void
old_failures_are_forgotten_in_portions(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct throttle_row old = {1, 100, 0}, recent = {1, 200, 0};
	const struct addr a = addr("192.0.2.1"), b = addr("192.0.2.2");
	struct throttle_row found;

	assert_int_equal(throttle_store_put(e->db, &a, &old, &err), 0);
	assert_int_equal(throttle_store_put(e->db, &b, &recent, &err), 0);
	assert_int_equal(throttle_store_delete_old(e->db, 200, 5, &err), 0);
	assert_int_equal(throttle_store_get(e->db, &a, &found, &err), 0);
	assert_int_equal(throttle_store_get(e->db, &b, &found, &err), 1);
}

static void
known_clients_are_known_since_their_last_good_sign_in(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct addr a = addr("192.0.2.1");

	assert_int_equal(throttle_store_is_known(e->db, &a, 0, &err), 0);
	assert_int_equal(throttle_store_set_known(e->db, &a, 50, &err), 0);
	assert_int_equal(throttle_store_set_known(e->db, &a, 100, &err), 0);
	assert_int_equal(throttle_store_is_known(e->db, &a, 100, &err), 1);
	assert_int_equal(throttle_store_is_known(e->db, &a, 101, &err), 0);
	assert_int_equal(throttle_store_forget_known(e->db, 100, &err), 0);
	assert_int_equal(throttle_store_is_known(e->db, &a, 0, &err), 1);
	assert_int_equal(throttle_store_forget_known(e->db, 101, &err), 0);
	assert_int_equal(throttle_store_is_known(e->db, &a, 0, &err), 0);
}

static void
the_budget_is_one_row(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct hash_budget b = {7, 8}, found;

	assert_int_equal(throttle_store_get_budget(e->db, &found, &err), 0);
	assert_int_equal(found.spent, 0);
	assert_int_equal(throttle_store_put_budget(e->db, &b, &err), 0);
	assert_int_equal(throttle_store_get_budget(e->db, &found, &err), 0);
	assert_memory_equal(&found, &b, sizeof b);
}

static const struct token_row ROW = {.name = "monitoring",
    .scopes = 5,
    .created_at = 100,
    .expires_at = 200,
    .last_used_at = -1};

static void
a_token_is_found_by_its_whole_hash(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct token_row found;
	int64_t id = 0;

	assert_int_equal(token_store_add(e->db, HASH_A, &ROW, &id, &err), 0);
	assert_int_equal(token_store_get(e->db, HASH_B, &found, &err), 0);
	assert_int_equal(token_store_get(e->db, HASH_A, &found, &err), 1);
	assert_int_equal(found.id, id);
	assert_string_equal(found.name, "monitoring");
	assert_int_equal(found.scopes, 5);
	assert_int_equal(found.created_at, 100);
	assert_int_equal(found.expires_at, 200);
	assert_int_equal(found.last_used_at, -1);
}

static void
a_name_and_a_number_are_given_once(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	int64_t first = 0, id = 7;

	assert_int_equal(token_store_add(e->db, HASH_A, &ROW, &first, &err), 0);
	assert_int_equal(token_store_add(e->db, HASH_B, &ROW, &id, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_int_equal(id, 7);
	assert_int_equal(token_store_delete(e->db, first, &err), 1);
	assert_int_equal(token_store_delete(e->db, first, &err), 0);
	assert_int_equal(token_store_add(e->db, HASH_B, &ROW, &id, &err), 0);
	assert_true(id > first);
}

static void
the_use_of_a_token_is_noted(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	const struct addr from = addr("2001:db8::7");
	struct token_row found;
	int64_t id = 0;

	assert_int_equal(token_store_add(e->db, HASH_A, &ROW, &id, &err), 0);
	assert_int_equal(db_set_query_only(e->db, true, &err), 0);
	assert_int_equal(token_store_touch(e->db, id, 150, &from, &err), 0);
	assert_int_equal(db_set_query_only(e->db, false, &err), 0);
	assert_int_equal(token_store_get(e->db, HASH_A, &found, &err), 1);
	assert_int_equal(found.last_used_at, 150);
	assert_true(addr_equal(&found.last_used_from, &from));
}

static int
note_row(void *ctx, const struct token_row *row, struct error *err)
{
	char *names = ctx;
	size_t n;

	(void)err;
	n = strlen(names);
	assert_true(n < 8);
	names[n] = row->name[0];
	names[n + 1] = '\0';
	return 0;
}

static void
tokens_are_listed_the_newest_first_and_expire(void **state)
{
	struct store_env *e = *state;
	struct error err = ERROR_INIT;
	struct token_row row = {.name = "a", .scopes = 1, .expires_at = 50};
	uint8_t hash[32] = {9};
	char names[16] = "";
	int64_t id, n = 0;

	assert_int_equal(token_store_add(e->db, HASH_A, &row, &id, &err), 0);
	row.name[0] = 'b';
	row.expires_at = 60;
	assert_int_equal(token_store_add(e->db, HASH_B, &row, &id, &err), 0);
	row.name[0] = 'c';
	row.expires_at = -1; /* never */
	assert_int_equal(token_store_add(e->db, hash, &row, &id, &err), 0);
	assert_int_equal(token_store_list(e->db, note_row, names, &err), 0);
	assert_string_equal(names, "cba");
	assert_int_equal(token_store_delete_expired(e->db, 60, &err), 0);
	names[0] = '\0';
	assert_int_equal(token_store_list(e->db, note_row, names, &err), 0);
	assert_string_equal(names, "cb");
	assert_int_equal(token_store_count(e->db, &n, &err), 0);
	assert_int_equal(n, 2);
	assert_int_equal(token_store_delete_all(e->db, &n, &err), 0);
	assert_int_equal(n, 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, store_env_set_up, store_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(no_statement_scans_a_table_that_grows),
	    CASE(every_table_is_strict),
	    CASE(the_owner_begins_with_nothing),
	    CASE(set_up_is_stored_once),
	    CASE(a_hash_of_another_kind_is_not_stored),
	    CASE(rehash_replaces_only_the_hash_it_knows),
	    CASE(the_last_try_takes_the_code_away),
	    CASE(sessions_are_found_by_their_whole_hash),
	    CASE(ended_sessions_are_deleted_in_portions),
	    CASE(failures_belong_to_one_network_and_prefix),
	    CASE(old_failures_are_forgotten_in_portions),
	    CASE(known_clients_are_known_since_their_last_good_sign_in),
	    CASE(the_budget_is_one_row),
	    CASE(a_token_is_found_by_its_whole_hash),
	    CASE(a_name_and_a_number_are_given_once),
	    CASE(the_use_of_a_token_is_noted),
	    CASE(tokens_are_listed_the_newest_first_and_expire),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
