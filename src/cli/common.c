/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/owner.h"
#include "cli/cli.h"
#include "service/app.h"

int
cli_fail(const struct error *err)
{
	size_t i;

	for (i = 0; i < err->n_fields; i++)
		(void)fprintf(stderr, "bangui: %s: %s\n", err->fields[i].name,
		    err->fields[i].message);
	if (err->n_fields == 0)
		(void)fprintf(
		    stderr, "bangui: %s\n(%s)\n", err->message, err->detail);
	return err->code == ERR_DB_NEWER ? CLI_NEWER : CLI_FAILED;
}

int
cli_print(const char *text)
{
	if (puts(text) >= 0 && fflush(stdout) == 0)
		return CLI_OK;
	(void)fprintf(stderr, "bangui: cannot write to stdout: %m\n");
	return CLI_FAILED;
}

int
cli_open(struct cli *cli, struct app *app)
{
	struct error err = ERROR_INIT;
	uid_t user = getuid(); /* before it is the owner's */

	if (owner_become(cli->settings.state_dir, &err) < 0 ||
	    app_open_tool(app, &cli->settings, &err) < 0)
		return cli_fail(&err);
	app->actor = (struct actor){.kind = ACTOR_CLI, .id = user};
	return CLI_OK;
}
