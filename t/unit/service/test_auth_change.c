/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_change.h"

#include <string.h>

#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "service/auth/auth_prove.h"
#include "service/auth/auth_token.h"
#include "store/owner_store.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"
#include "t/unit/service/auth_env.h"

#define CLIENT "203.0.113.9"
#define NEXT "another battery staple"

struct asked {
	const char *current, *next;
	int64_t session_id;
	bool revoke_tokens;
};

static int
change(struct auth_env *e, const struct asked *a, char token[AUTH_TOKEN_SIZE],
    struct error *err)
{
	const struct auth_attempt attempt = {
	    .password = a->current,
	    .password_len = strlen(a->current),
	    .client = auth_env_addr(CLIENT),
	    .field = "current_password",
	    .purpose = "password",
	};
	const struct auth_change c = {
	    .password = a->next,
	    .password_len = strlen(a->next),
	    .field = "new_password",
	    .session_id = a->session_id,
	    .revoke_tokens = a->revoke_tokens,
	};

	return auth_password_change(&e->app, &attempt, &c, token, err);
}

static struct auth_session
find(struct auth_env *e, const char *token)
{
	struct auth_session s = {.id = 0};
	struct error err = ERROR_INIT;

	assert_true(auth_session_find(&e->app, token, true, &s, &err) >= 0);
	return s;
}

static struct auth_grant
sign_in(struct auth_env *e)
{
	struct auth_grant g;

	assert_int_equal(auth_env_login(e, PASSWORD, CLIENT, &g), ERR_NONE);
	return g;
}

static void
the_one_who_asks_stays_signed_in_under_a_new_token(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_grant own, other;
	char token[AUTH_TOKEN_SIZE];
	struct auth_session before;

	auth_env_complete(e);
	own = sign_in(e);
	other = sign_in(e);
	before = find(e, own.token);
	assert_int_equal(
	    change(e, &(struct asked){PASSWORD, NEXT, before.id, false}, token,
		&err),
	    0);
	assert_string_not_equal(token, own.token);
	assert_int_equal(find(e, own.token).id, 0);
	assert_int_equal(find(e, other.token).id, 0);
	assert_int_equal(find(e, token).id, before.id);
	assert_int_equal(find(e, token).expires_at, before.expires_at);
	assert_int_equal(auth_env_login(e, NEXT, CLIENT, &own), ERR_NONE);
	assert_int_equal(
	    auth_env_login(e, PASSWORD, CLIENT, &own), ERR_CREDENTIALS);
}

static void
asked_by_a_token_nobody_stays_signed_in(void **state)
{
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	char token[AUTH_TOKEN_SIZE] = "x";
	struct auth_grant g;

	auth_env_complete(e);
	g = sign_in(e);
	assert_int_equal(
	    change(e, &(struct asked){PASSWORD, NEXT, 0, false}, token, &err),
	    0);
	assert_string_equal(token, "");
	assert_int_equal(find(e, g.token).id, 0);
}

static int
tokens_left(struct auth_env *e)
{
	struct error err = ERROR_INIT;
	int64_t n = -1;

	assert_int_equal(token_store_count(e->app.db, &n, &err), 0);
	return (int)n;
}

static void
tokens_live_on_unless_said_otherwise(void **state)
{
	const struct auth_token_req req = {"x", 1, AUTH_SCOPE_READ, 3600};
	struct auth_env *e = *state;
	struct error err = ERROR_INIT;
	struct auth_token_grant grant;
	char token[AUTH_TOKEN_SIZE];

	auth_env_complete(e);
	assert_int_equal(
	    auth_token_create_local(&e->app, &req, &grant, &err), 0);
	assert_int_equal(
	    change(e, &(struct asked){PASSWORD, NEXT, 0, false}, token, &err),
	    0);
	assert_int_equal(tokens_left(e), 1);
	assert_int_equal(
	    change(e, &(struct asked){NEXT, PASSWORD, 0, true}, token, &err),
	    0);
	assert_int_equal(tokens_left(e), 0);
}

static void
what_is_refused_changes_nothing(void **state)
{
	static const struct {
		const char *current, *next;
		enum err_code code;
		const char *field;
	} ROWS[] = {
	    {PASSWORD, "too short",    ERR_INVALID,     "new_password"    },
	    {PASSWORD, "password1234", ERR_INVALID,     "new_password"    },
	    {PASSWORD, PASSWORD,       ERR_INVALID,     "new_password"    },
	    {WRONG,    NEXT,           ERR_CREDENTIALS, NULL              },
	    {WRONG,    WRONG,          ERR_CREDENTIALS, NULL              },
	    {"short",  NEXT,           ERR_INVALID,     "current_password"},
	};
	struct auth_env *e = *state;
	struct auth_grant g, other;
	struct auth_session s;

	auth_env_complete(e);
	g = sign_in(e);
	other = sign_in(e);
	s = find(e, g.token);
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		const struct asked a = {
		    ROWS[i].current, ROWS[i].next, s.id, true};
		char token[AUTH_TOKEN_SIZE] = "as before";
		struct error err = ERROR_INIT;

		assert_int_equal(change(e, &a, token, &err), -1);
		assert_int_equal(err.code, ROWS[i].code);
		if (ROWS[i].field != NULL)
			assert_string_equal(err.fields[0].name, ROWS[i].field);
		assert_string_equal(token, "as before");
	}
	assert_int_equal(find(e, g.token).id, s.id);
	assert_true(find(e, other.token).id > 0);
	assert_int_equal(auth_env_login(e, PASSWORD, CLIENT, &g), ERR_NONE);
}

static void
wrong_guesses_are_slowed_down_as_at_sign_in(void **state)
{
	struct auth_env *e = *state;
	char token[AUTH_TOKEN_SIZE];
	struct auth_grant g;

	auth_env_complete(e);
	for (int i = 0; i < 7; i++) {
		struct error err = ERROR_INIT;

		assert_int_equal(
		    change(
			e, &(struct asked){WRONG, NEXT, 0, false}, token, &err),
		    -1);
		assert_int_equal(
		    err.code, i < 6 ? ERR_CREDENTIALS : ERR_THROTTLED);
	}
	assert_int_equal(
	    auth_env_login(e, PASSWORD, CLIENT, &g), ERR_THROTTLED);
}

static int
attempt_change(void *arg, struct error *err)
{
	struct auth_env *e = arg;
	const struct asked a = {PASSWORD, NEXT, 1, true};
	char token[AUTH_TOKEN_SIZE] = "as before";
	struct error other = ERROR_INIT;
	struct owner owner;

	if (change(e, &a, token, err) == 0)
		return 0;
	assert_string_equal(token, "as before");
	assert_int_equal(owner_store_get(e->app.db, &owner, &other), 0);
	assert_true(owner.has_password);
	return -1;
}

static void
a_change_without_memory_leaves_the_token_untouched(void **state)
{
	struct auth_env *e = *state;

	auth_env_complete(e);
	(void)sign_in(e);
	assert_true(torture_run(attempt_change, e) >= 2);
}

#define CASE(name)                                                             \
	cmocka_unit_test_setup_teardown(                                       \
	    name, auth_env_set_up, auth_env_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(the_one_who_asks_stays_signed_in_under_a_new_token),
	    CASE(asked_by_a_token_nobody_stays_signed_in),
	    CASE(tokens_live_on_unless_said_otherwise),
	    CASE(what_is_refused_changes_nothing),
	    CASE(wrong_guesses_are_slowed_down_as_at_sign_in),
	    CASE(a_change_without_memory_leaves_the_token_untouched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
