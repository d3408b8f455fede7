/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A real database in a private directory and a clock that tests move. */
#ifndef BANGUI_T_UNIT_SERVICE_AUTH_ENV_H
#define BANGUI_T_UNIT_SERVICE_AUTH_ENV_H

#include <stdint.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/settings.h"
#include "service/app.h"
#include "service/auth/auth.h"
#include "t/lib/scratch.h"

#define PASSWORD "correct horse battery"
#define WRONG "wrong horse battery!"

enum { COST = 4 }; /* bcrypt's least: tests hash a lot */

struct auth_env {
	struct scratch scratch;
	struct settings settings;
	struct app app;
};

/* For cmocka; state is the struct auth_env. */
int auth_env_set_up(void **state);
int auth_env_tear_down(void **state);

/** Open the database of e into app, as one more process would. */
void auth_env_open(struct auth_env *e, struct app *app);

/** What app.now_s gives. */
void auth_env_set_time(int64_t now);
int64_t auth_env_time(void);

/** What app.mono_ms gives. */
void auth_env_set_mono(int64_t ms);
int64_t auth_env_mono(void);

struct addr auth_env_addr(const char *text);

/** Set-up with PASSWORD, without a code. */
void auth_env_complete(struct auth_env *e);

/** Sign in; the code of the error, ERR_NONE when it went well. */
enum err_code auth_env_login(struct auth_env *e, const char *password,
    const char *client, struct auth_grant *out);
/** The same, telling the wait too. */
enum err_code auth_env_try(struct auth_env *e, const char *password,
    const char *client, int *retry_after_s);

#endif
