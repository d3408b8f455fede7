/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/macros.h"
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

static bool
become(uid_t uid, gid_t gid)
{
	const struct passwd *pw = getpwuid(uid);
	int rc;

	rc = pw != NULL ? initgroups(pw->pw_name, pw->pw_gid)
			: setgroups(0, NULL);
	if (rc == 0 && setgid(pw != NULL ? pw->pw_gid : gid) == 0 &&
	    setuid(uid) == 0)
		return true;
	(void)fprintf(
	    stderr, "bangui: cannot become user %ld: %m\n", (long)uid);
	return false;
}

bool
cli_become_owner(const struct settings *settings)
{
	const char *dir = settings->state_dir;
	struct stat st;

	if (geteuid() != 0)
		return true;
	if (stat(dir, &st) < 0) {
		(void)fprintf(stderr,
		    "bangui: %s: %m\n"
		    "bangui: make it, for the user that BanGUI runs as: "
		    "install -d -o bangui -g bangui -m 0700 %s\n",
		    dir, dir);
		return false;
	}
	return st.st_uid == 0 || become(st.st_uid, st.st_gid);
}

int
cli_open(struct cli *cli, struct app *app)
{
	struct error err = ERROR_INIT;

	if (!cli_become_owner(&cli->settings))
		return CLI_FAILED;
	if (app_open_tool(app, &cli->settings, &err) < 0)
		return cli_fail(&err);
	return CLI_OK;
}
