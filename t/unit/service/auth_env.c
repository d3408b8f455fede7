/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/unit/service/auth_env.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/macros.h"
#include "base/str.h"
#include "db/db.h"
#include "store/store.h"
#include "t/lib/migrated.h"
#include "t/lib/unit.h"

/* the mocked clocks have no argument to come by */
static int64_t clock_s, clock_ms;

void
auth_env_set_time(int64_t now)
{
	clock_s = now;
}

int64_t
auth_env_time(void)
{
	return clock_s;
}

void
auth_env_set_mono(int64_t ms)
{
	clock_ms = ms;
}

int64_t
auth_env_mono(void)
{
	return clock_ms;
}

struct addr
auth_env_addr(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, strlen(text), &a));
	return a;
}

void
auth_env_open(struct auth_env *e, struct app *app)
{
	struct error err = ERROR_INIT;

	*app = (struct app){
	    .settings = &e->settings,
	    .now_s = auth_env_time,
	    .mono_ms = auth_env_mono,
	};
	assert_int_equal(db_open(&app->db, e->scratch.dir, &err), 0);
	assert_int_equal(store_prepare(app->db, &err), 0);
}

int
auth_env_set_up(void **state)
{
	struct auth_env *e = calloc(1, sizeof *e);

	assert_non_null(e);
	auth_env_set_time(1800000000);
	auth_env_set_mono(1000000);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	scratch_init(&e->scratch);
	migrated_put(&e->scratch);
	assert_true(str_copy(e->settings.state_dir,
	    sizeof e->settings.state_dir, e->scratch.dir));
	e->settings.bcrypt_cost = COST;
	e->settings.session_hours = 12;
	e->settings.session_idle_minutes = 60;
	auth_env_open(e, &e->app);
	*state = e;
	return 0;
}

int
auth_env_tear_down(void **state)
{
	struct auth_env *e = *state;

	app_close(&e->app);
	scratch_release(&e->scratch);
	free(e);
	return 0;
}

void
auth_env_complete(struct auth_env *e)
{
	struct error err = ERROR_INIT;

	assert_int_equal(
	    auth_setup_local(&e->app, PASSWORD, strlen(PASSWORD), &err), 0);
}

static int
login(struct auth_env *e, const char *password, const char *client,
    struct auth_grant *out, struct error *err)
{
	const struct auth_login req = {
	    .password = password,
	    .password_len = strlen(password),
	    .client = auth_env_addr(client),
	    .user_agent = "a browser",
	};

	return auth_login(&e->app, &req, out, err);
}

enum err_code
auth_env_login(struct auth_env *e, const char *password, const char *client,
    struct auth_grant *out)
{
	struct error err = ERROR_INIT;

	if (login(e, password, client, out, &err) == 0)
		return ERR_NONE;
	assert_non_null(err.message);
	return err.code;
}

enum err_code
auth_env_try(struct auth_env *e, const char *password, const char *client,
    int *retry_after_s)
{
	struct error err = ERROR_INIT;
	struct auth_grant grant;

	*retry_after_s = 0;
	if (login(e, password, client, &grant, &err) == 0)
		return ERR_NONE;
	*retry_after_s = err.retry_after_s;
	return err.code;
}
