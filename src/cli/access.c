/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Commands on who gets in: the set-up code, the password, the sessions.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "cli/cli.h"
#include "cli/prompt.h"
#include "service/app.h"
#include "service/auth/auth.h"
#include "service/auth/auth_secret.h"
#include "service/auth/auth_token.h"
#include "json/write.h"

enum { JSON_MAX = 1024 }; /* bytes of a one-line answer */

static int
print_code(const struct cli *cli, const char *code)
{
	AUTO(buf_release) struct buf text = BUF_INIT(JSON_MAX);
	struct error err = ERROR_INIT;
	struct json_out out;

	if (!cli->json) {
		(void)fputs("Open BanGUI in a browser and type this code to "
			    "choose the password. It works once;\n"
			    "codes from before no longer do.\n",
		    stderr);
		return cli_print(code);
	}
	json_begin(&out, &text);
	json_put_object(&out, NULL);
	json_put_str(&out, "code", code);
	json_put_close(&out);
	if (json_end(&out, &err) < 0)
		return cli_fail(&err);
	return cli_print(buf_str(&text));
}

int
cli_setup_code(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	struct error err = ERROR_INIT;
	char code[AUTH_SETUP_CODE_SIZE];
	int rc = cli_open(cli, &app);

	if (rc != CLI_OK)
		return rc;
	if (auth_setup_code_new(&app, code, &err) < 0)
		return cli_fail(&err);
	rc = print_code(cli, code);
	auth_wipe(code, sizeof code);
	return rc;
}

static int
set_password(struct app *app, struct error *err)
{
	char password[PROMPT_SIZE];
	size_t len = 0;
	int rc;

	if (prompt_password(password, &len) < 0)
		return CLI_FAILED;
	rc = auth_setup_local(app, password, len, err);
	auth_wipe(password, sizeof password);
	return rc < 0 ? cli_fail(err) : CLI_OK;
}

/* Set the password where there is none yet, or where there is one. */
static int
set_password_if(struct app *app, bool replace)
{
	struct error err = ERROR_INIT;
	bool done = false;

	if (auth_setup_done(app, &done, &err) < 0)
		return cli_fail(&err);
	if (done == replace)
		return set_password(app, &err);
	(void)fputs(done ? "bangui: there is a password already. To set "
			   "another one and end all sessions:\n"
			   "bangui: bangui password\n"
			 : "bangui: there is no password yet. To set the "
			   "first:\n"
			   "bangui: bangui setup\n",
	    stderr);
	return CLI_FAILED;
}

int
cli_setup(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	int rc = cli_open(cli, &app);

	if (rc != CLI_OK)
		return rc;
	rc = set_password_if(&app, false);
	if (rc == CLI_OK)
		(void)fputs("Done. Sign in with this password.\n", stderr);
	return rc;
}

int
cli_password(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	struct error err = ERROR_INIT;
	int64_t revoked = 0;
	int rc = cli_open(cli, &app);

	if (rc != CLI_OK)
		return rc;
	rc = set_password_if(&app, true);
	if (rc != CLI_OK)
		return rc;
	(void)fputs("Done. All sessions have ended; sign in with this "
		    "password.\n",
	    stderr);
	if (!cli->revoke_tokens)
		return CLI_OK;
	if (auth_token_revoke_all(&app, &revoked, &err) < 0)
		return cli_fail(&err);
	(void)fprintf(stderr, "%" PRId64 " tokens revoked.\n", revoked);
	return CLI_OK;
}

int
cli_sessions_end(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	struct error err = ERROR_INIT;
	int64_t ended = 0;
	char text[64]; /* a sentence or object around one 64-bit number */
	int rc;

	if (!cli->all) {
		(void)fputs("bangui: say --all: there is no other choice of "
			    "sessions yet\n",
		    stderr);
		return CLI_USAGE;
	}
	rc = cli_open(cli, &app);
	if (rc != CLI_OK)
		return rc;
	if (auth_logout_all(&app, &ended, &err) < 0)
		return cli_fail(&err);
	(void)snprintf(text, sizeof text,
	    cli->json ? "{\"ended\":%" PRId64 "}"
		      : "%" PRId64 " sessions ended",
	    ended);
	return cli_print(text);
}
