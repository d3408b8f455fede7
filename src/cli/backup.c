/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Copies of the database, and putting one back. Root may write and read where
 * the owner of the state directory may not, so that the file is opened before
 * we become him.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "base/macros.h"
#include "base/owner.h"
#include "base/str.h"
#include "cli/cli.h"
#include "db/backup.h"
#include "service/app.h"
#include "service/auth/auth.h"
#include "store/migrations.h"
#include "json/write.h"

enum { TEXT_MAX = 4096 }; /* two paths and some words */

static bool
is_stream(const char *operand)
{
	return str_eq(operand, "-");
}

static int
say_errno(const char *what, const char *path)
{
	(void)fprintf(stderr, "bangui: %s %s: %m\n", what, path);
	return CLI_FAILED;
}

/* A file that is there is somebody's last backup. */
static int
open_to_write(const char *path)
{
	if (is_stream(path)) {
		if (!isatty(STDOUT_FILENO))
			return dup(STDOUT_FILENO);
		errno = ENOTSUP;
		return -1;
	}
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

/* Whole and checked under a name of ours first, then byte by byte. */
static int
copy_out(struct app *app, int to, struct error *err)
{
	char path[DB_KEPT_SIZE];
	AUTO(fd_closep) int from = -1;

	(void)snprintf(path, sizeof path, "%s/bangui.db.backup-%ld",
	    app->settings->state_dir, (long)getpid());
	if (db_backup(app->db, path, err) < 0)
		return -1;
	from = open(path, O_RDONLY | O_CLOEXEC);
	(void)unlink(path); /* its name is not needed any more */
	if (from < 0 || fd_copy_all(to, from) < 0)
		return err_set(
		    err, ERR_INTERNAL, "The copy could not be written.", "%m");
	if (fsync(to) < 0 && errno != EINVAL) /* a pipe has no disk */
		return err_set(err, ERR_INTERNAL,
		    "The copy could not be written.", "fsync: %m");
	return 0;
}

static int
back_up(struct cli *cli, struct app *app, int to, struct error *err)
{
	if (owner_become(cli->settings.state_dir, err) < 0 ||
	    app_open_db(app, &cli->settings, true, err) < 0)
		return -1;
	return copy_out(app, to, err);
}

int
cli_backup(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	AUTO(fd_closep) int to = open_to_write(cli->operand);
	struct error err = ERROR_INIT;

	if (to < 0)
		return say_errno("cannot write", cli->operand);
	if (back_up(cli, &app, to, &err) < 0) {
		/* Half a copy must not be taken for one; its name may not be
		 * ours to remove any more. */
		if (ftruncate(to, 0) < 0 && errno != EINVAL)
			(void)say_errno("cannot empty", cli->operand);
		if (!is_stream(cli->operand))
			(void)unlink(cli->operand); /* if we may */
		return cli_fail(&err);
	}
	if (!is_stream(cli->operand))
		(void)fprintf(stderr, "Done: the copy is whole and checked.\n");
	return CLI_OK;
}

static int
open_to_read(const char *path)
{
	return is_stream(path) ? dup(STDIN_FILENO)
			       : open(path, O_RDONLY | O_CLOEXEC);
}

static int
print_restored(const struct cli *cli, const char *kept, int64_t ended)
{
	AUTO(buf_release) struct buf text = BUF_INIT(TEXT_MAX);
	struct error err = ERROR_INIT;
	struct json_out o;

	if (!cli->json) {
		(void)fprintf(stderr,
		    "Done. %" PRId64 " sessions of the copy have ended; "
		    "start BanGUI again.\n",
		    ended);
		if (kept[0] == '\0')
			return CLI_OK;
		(void)fputs("What was there before is kept as:\n", stderr);
		return cli_print(kept);
	}
	json_begin(&o, &text);
	json_put_object(&o, NULL);
	json_put_str(&o, "kept", kept[0] == '\0' ? NULL : kept);
	json_put_i64(&o, "sessions_ended", ended);
	json_put_close(&o);
	return json_end(&o, &err) < 0 ? cli_fail(&err)
				      : cli_print(buf_str(&text));
}

int
cli_restore(struct cli *cli)
{
	AUTO(app_close) struct app app = {0};
	AUTO(fd_closep) int from = open_to_read(cli->operand);
	struct error err = ERROR_INIT;
	char kept[DB_KEPT_SIZE] = "";
	int64_t ended = 0;
	int rc;

	if (from < 0)
		return say_errno("cannot read", cli->operand);
	if (owner_become(cli->settings.state_dir, &err) < 0 ||
	    db_restore(cli->settings.state_dir, from, (int64_t)MIGRATIONS_LEN,
		kept, &err) < 0) {
		rc = cli_fail(&err);
		if (err.code == ERR_DB_BUSY)
			(void)fputs("bangui: stop BanGUI first: systemctl stop "
				    "bangui-fcgi bangui-jobs\n",
			    stderr);
		return rc;
	}
	/* Whoever was signed in when the copy was made may be out by now. */
	rc = cli_open(cli, &app);
	if (rc != CLI_OK)
		return rc;
	if (auth_logout_all(&app, &ended, &err) < 0)
		return cli_fail(&err);
	return print_restored(cli, kept, ended);
}
