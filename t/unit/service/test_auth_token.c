/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_token.h"

#include <stdio.h>
#include <string.h>

#include "base/macros.h"
#include "db/db.h"
#include "service/auth/auth_prove.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define CLIENT "203.0.113.9"
#define A10 "aaaaaaaaaa"

static struct auth_token_req
request(const char *name)
{
	return (struct auth_token_req){
	    .name = name,
	    .name_len = strlen(name),
	    .scopes = AUTH_SCOPE_READ,
	    .expires_in_s = 3600,
	};
}

static enum err_code
create(struct auth_env *e, const char *password,
    const struct auth_token_req *req, struct auth_token_grant *out)
{
	const struct auth_attempt attempt = {
	    .password = password,
	    .password_len = strlen(password),
	    .client = auth_env_addr(CLIENT),
	    .field = "password",
	    .purpose = "token",
	};
	struct error err = ERROR_INIT;

	return auth_token_create(&e->app, &attempt, req, out, &err) == 0
		   ? ERR_NONE
		   : err.code;
}

static struct auth_token_grant
created(struct auth_env *e, const char *name)
{
	const struct auth_token_req req = request(name);
	struct auth_token_grant g;

	assert_int_equal(create(e, PASSWORD, &req, &g), ERR_NONE);
	return g;
}

static int
find(struct auth_env *e, const char *text, const char *from,
    struct token_row *out)
{
	const struct addr addr = auth_env_addr(from);
	struct error err = ERROR_INIT;

	return auth_token_find(&e->app, text, &addr, out, &err);
}

static void
who_knows_the_password_makes_a_token(void **state)
{
	struct auth_env *e = *state;
	struct auth_token_grant g;
	struct token_row row;

	auth_env_complete(e);
	g = created(e, "monitoring");
	assert_int_equal(g.expires_at, auth_env_time() + 3600);
	assert_int_equal(find(e, g.token, CLIENT, &row), 1);
	assert_int_equal(row.id, g.id);
	assert_string_equal(row.name, "monitoring");
	assert_int_equal(row.scopes, AUTH_SCOPE_READ);
}

static void
who_does_not_makes_none_and_is_slowed_down(void **state)
{
	struct auth_env *e = *state;
	const struct auth_token_req req = request("x");
	struct auth_token_grant g;
	int i;

	assert_int_equal(create(e, PASSWORD, &req, &g), ERR_SETUP_REQUIRED);
	auth_env_complete(e);
	for (i = 0; i < 5; i++)
		assert_int_equal(create(e, WRONG, &req, &g), ERR_CREDENTIALS);
	assert_int_equal(create(e, PASSWORD, &req, &g), ERR_THROTTLED);
	assert_int_equal(auth_env_login(e, PASSWORD, CLIENT,
			     &(struct auth_grant){.expires_at = 0}),
	    ERR_THROTTLED);
}

static void
what_cannot_be_a_token_is_refused_before_the_password_is_looked_at(void **state)
{
	static const struct {
		struct auth_token_req req;
		const char *field;
	} BAD[] = {
	    {{"", 0, 1, 3600},			       "name"              },
	    {{A10 A10 A10 A10 A10 A10 "aaaaa", 65, 1, 3600}, "name"              },
	    {{"a\nb", 3, 1, 3600},                           "name"              },
	    {{"a\0b", 3, 1, 3600},                           "name"              },
	    {{"\xff", 1, 1, 3600},                           "name"              },
	    {{" a", 2, 1, 3600},                             "name"              },
	    {{"a ", 2, 1, 3600},                             "name"              },
	    {{"a", 1, 0, 3600},                              "scopes"            },
	    {{"a", 1, 8, 3600},                              "scopes"            },
	    {{"a", 1, 9, 3600},                              "scopes"            },
	    {{"a", 1, 1, 59},				"expires_in_seconds"},
	    {{"a", 1, 1, 0},				 "expires_in_seconds"},
	    {{"a", 1, 1, -2},				"expires_in_seconds"},
	    {{"a", 1, 1, LIMIT_TOKEN_S_MAX + 1},             "expires_in_seconds"},
	};
	struct auth_env *e = *state;
	const struct auth_attempt attempt = {.password = WRONG,
	    .password_len = strlen(WRONG),
	    .client = auth_env_addr(CLIENT),
	    .field = "password",
	    .purpose = "token"};

	auth_env_complete(e);
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct auth_token_grant g;
		struct error err = ERROR_INIT;

		assert_int_equal(
		    auth_token_create(&e->app, &attempt, &BAD[i].req, &g, &err),
		    -1);
		assert_int_equal(err.code, ERR_INVALID);
		assert_int_equal(err.n_fields, 1);
		assert_string_equal(err.fields[0].name, BAD[i].field);
	}
}

static void
both_ends_of_each_limit_are_accepted(void **state)
{
	static const struct auth_token_req GOOD[] = {
	    {"a",			    1,  1, LIMIT_TOKEN_S_MIN },
	    {A10 A10 A10 A10 A10 A10 "aaaa", 64, 7, LIMIT_TOKEN_S_MAX },
	    {"\u00e4 \u20ac",                6,  4, AUTH_TOKEN_FOREVER},
	};
	struct auth_env *e = *state;

	auth_env_complete(e);
	for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
		struct auth_token_grant g;

		assert_int_equal(create(e, PASSWORD, &GOOD[i], &g), ERR_NONE);
	}
}

static void
a_name_is_taken_until_it_is_revoked(void **state)
{
	struct auth_env *e = *state;
	const struct auth_token_req req = request("backup");
	struct auth_token_grant g;
	struct error err = ERROR_INIT;

	auth_env_complete(e);
	g = created(e, "backup");
	assert_int_equal(create(e, PASSWORD, &req, &g), ERR_CONFLICT);
	assert_int_equal(auth_token_revoke(&e->app, g.id, &err), 0);
	assert_int_equal(create(e, PASSWORD, &req, &g), ERR_NONE);
}

static void
there_are_a_hundred_tokens_at_most(void **state)
{
	struct auth_env *e = *state;
	struct auth_token_grant g = {.id = 0};
	struct error err = ERROR_INIT;
	struct auth_token_req req;
	char name[16];

	auth_env_complete(e);
	for (int i = 0; i < LIMIT_TOKENS; i++) {
		(void)snprintf(name, sizeof name, "n%d", i);
		req = request(name);
		assert_int_equal(
		    auth_token_create_local(&e->app, &req, &g, &err), 0);
	}
	req = request("one more");
	assert_int_equal(auth_token_create_local(&e->app, &req, &g, &err), -1);
	assert_int_equal(err.code, ERR_CONFLICT);
}

static void
a_token_ends_when_it_was_said_to(void **state)
{
	struct auth_env *e = *state;
	struct auth_token_grant g;
	struct token_row row;
	int64_t began = auth_env_time();

	auth_env_complete(e);
	g = created(e, "x");
	auth_env_set_time(began + 3599);
	assert_int_equal(find(e, g.token, CLIENT, &row), 1);
	auth_env_set_time(began + 3600);
	assert_int_equal(find(e, g.token, CLIENT, &row), 0);
}

static void
a_token_for_ever_does_not_end(void **state)
{
	struct auth_env *e = *state;
	struct auth_token_req req = request("x");
	struct auth_token_grant g;
	struct token_row row;

	auth_env_complete(e);
	req.expires_in_s = AUTH_TOKEN_FOREVER;
	assert_int_equal(create(e, PASSWORD, &req, &g), ERR_NONE);
	assert_int_equal(g.expires_at, -1);
	auth_env_set_time(auth_env_time() + 20 * 366 * INT64_C(86400));
	assert_int_equal(find(e, g.token, CLIENT, &row), 1);
}

static void
a_revoked_token_is_none_in_every_process(void **state)
{
	struct auth_env *e = *state;
	struct auth_token_grant g;
	struct error err = ERROR_INIT;
	struct token_row row;
	struct app other;

	auth_env_complete(e);
	g = created(e, "x");
	auth_env_open(e, &other);
	assert_int_equal(auth_token_revoke(&other, g.id, &err), 0);
	assert_int_equal(find(e, g.token, CLIENT, &row), 0);
	assert_int_equal(auth_token_revoke(&other, g.id, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	db_freep(&other.db);
}

static void
a_token_of_another_instance_is_none_here(void **state)
{
	struct auth_env *e = *state;
	struct auth_env *there;
	struct auth_token_grant g;
	struct token_row row;
	void *other = NULL;
	int64_t now = auth_env_time();

	auth_env_complete(e);
	assert_int_equal(auth_env_set_up(&other), 0);
	there = other;
	auth_env_complete(there);
	g = created(there, "x");
	assert_int_equal(find(there, g.token, CLIENT, &row), 1);
	assert_int_equal(find(e, g.token, CLIENT, &row), 0);
	assert_int_equal(auth_env_tear_down(&other), 0);
	auth_env_set_time(now);
}

static void
use_is_noted_once_a_minute_with_its_address(void **state)
{
	struct auth_env *e = *state;
	struct auth_token_grant g;
	struct token_row row;
	int64_t began = auth_env_time();
	const struct addr first = auth_env_addr("192.0.2.1");
	const struct addr second = auth_env_addr("2001:db8::2");

	auth_env_complete(e);
	g = created(e, "x");
	assert_int_equal(find(e, g.token, "192.0.2.1", &row), 1);
	auth_env_set_time(began + 59);
	assert_int_equal(find(e, g.token, "2001:db8::2", &row), 1);
	assert_int_equal(row.last_used_at, began);
	assert_true(addr_equal(&row.last_used_from, &first));
	auth_env_set_time(began + 60);
	assert_int_equal(find(e, g.token, "2001:db8::2", &row), 1);
	assert_int_equal(row.last_used_at, began + 60);
	assert_true(addr_equal(&row.last_used_from, &second));
}

static void
a_clock_set_back_leaves_tokens_good_and_their_use_noted(void **state)
{
	struct auth_env *e = *state;
	struct auth_token_grant g;
	struct token_row row;
	int64_t began = auth_env_time();

	auth_env_complete(e);
	g = created(e, "x");
	assert_int_equal(find(e, g.token, CLIENT, &row), 1);
	auth_env_set_time(began - 3600);
	assert_int_equal(find(e, g.token, CLIENT, &row), 1);
	assert_int_equal(row.last_used_at, began - 3600);
}

static void
use_is_not_noted_while_another_process_writes(void **state)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_token_grant g;
	struct token_row row;
	struct app other;

	auth_env_complete(e);
	g = created(e, "x");
	auth_env_open(e, &other);
	assert_int_equal(db_txn_begin(&txn, other.db, &err), 0);
	assert_int_equal(find(e, g.token, CLIENT, &row), 1);
	assert_int_equal(row.last_used_at, -1);
	db_txn_end(&txn);
	db_freep(&other.db);
	assert_int_equal(find(e, g.token, CLIENT, &row), 1);
	assert_int_equal(row.last_used_at, auth_env_time());
}

static int
count_row(void *ctx, const struct token_row *row, struct error *err)
{
	int *n = ctx;

	(void)row;
	(void)err;
	++*n;
	return 0;
}

static void
an_expired_token_is_listed_for_thirty_days(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	int64_t ended = auth_env_time() + 3600;
	int n = 0;

	auth_env_complete(e);
	(void)created(e, "x");
	auth_env_set_time(ended + LIMIT_TOKEN_KEPT_S);
	assert_int_equal(auth_clean(&e->app, &err), 0);
	assert_int_equal(auth_token_list(&e->app, count_row, &n, &err), 0);
	assert_int_equal(n, 1);
	auth_env_set_time(ended + LIMIT_TOKEN_KEPT_S + 301);
	assert_int_equal(auth_clean(&e->app, &err), 0);
	n = 0;
	assert_int_equal(auth_token_list(&e->app, count_row, &n, &err), 0);
	assert_int_equal(n, 0);
}

static void
scopes_have_names_in_one_order(void **state)
{
	(void)state;
	assert_int_equal(auth_scope_parse("read"), AUTH_SCOPE_READ);
	assert_int_equal(auth_scope_parse("ban"), AUTH_SCOPE_BAN);
	assert_int_equal(auth_scope_parse("admin"), AUTH_SCOPE_ADMIN);
	assert_int_equal(auth_scope_parse("Read"), 0);
	assert_int_equal(auth_scope_parse(""), 0);
	assert_string_equal(auth_scope_name(7, 0), "read");
	assert_string_equal(auth_scope_name(7, 2), "admin");
	assert_string_equal(auth_scope_name(6, 0), "ban");
	assert_null(auth_scope_name(6, 2));
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(who_knows_the_password_makes_a_token),
	    CASE(who_does_not_makes_none_and_is_slowed_down),
	    CASE(
		what_cannot_be_a_token_is_refused_before_the_password_is_looked_at),
	    CASE(both_ends_of_each_limit_are_accepted),
	    CASE(a_name_is_taken_until_it_is_revoked),
	    CASE(there_are_a_hundred_tokens_at_most),
	    CASE(a_token_ends_when_it_was_said_to),
	    CASE(a_token_for_ever_does_not_end),
	    CASE(a_revoked_token_is_none_in_every_process),
	    CASE(a_token_of_another_instance_is_none_here),
	    CASE(use_is_noted_once_a_minute_with_its_address),
	    CASE(a_clock_set_back_leaves_tokens_good_and_their_use_noted),
	    CASE(use_is_not_noted_while_another_process_writes),
	    CASE(an_expired_token_is_listed_for_thirty_days),
	    cmocka_unit_test(scopes_have_names_in_one_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
