/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operator's command: what its parts share. Each command is a function
 * that gets what was asked and returns the exit code; what it prints for
 * scripts goes to stdout, what it says to people to stderr.
 */
#ifndef BANGUI_CLI_CLI_H
#define BANGUI_CLI_CLI_H

#include <stdbool.h>

#include "base/settings.h"

struct app;
struct buf;
struct error;

enum {
	CLI_OK = 0,
	CLI_FAILED = 1,
	CLI_USAGE = 2,
	CLI_BROKEN = 3, /* looked, and found what should not be */
	CLI_NEWER = 78, /* the database is of a later version */
};

struct cli {
	struct settings settings;
	const char *config;  /* --config, or NULL */
	bool json;           /* --json */
	bool all;            /* --all */
	bool revoke_tokens;  /* --revoke-tokens */
	unsigned scopes;     /* --scope, each adds one: AUTH_SCOPE_* */
	const char *expires; /* --expires, or NULL */
	bool watch;          /* --watch */
	const char *pidfile; /* --pidfile, or NULL */
	const char *format;  /* --format, or NULL */
	const char *column;  /* --column, or NULL */
	const char *field;   /* --field, or NULL */
	const char *operand; /* of a command that takes one */
};

/** `bangui setup-code`: a new one-time code. */
int cli_setup_code(struct cli *cli);
/** `bangui setup`: the password, from a prompt or stdin. */
int cli_setup(struct cli *cli);
/** `bangui password`: another one, for whoever is locked out. */
int cli_password(struct cli *cli);
/** `bangui token create NAME`: prints the token, this once. */
int cli_token_create(struct cli *cli);
/** `bangui token list`. */
int cli_token_list(struct cli *cli);
/** `bangui token revoke ID`. */
int cli_token_revoke(struct cli *cli);
/** Add the scope of that name; false when there is none. */
bool cli_token_scope(struct cli *cli, const char *name);
/** `bangui sessions end --all`. */
int cli_sessions_end(struct cli *cli);
/** `bangui audit verify`: 0 the log is whole, 3 it is not. */
int cli_audit_verify(struct cli *cli);
/** `bangui backup FILE`: a checked copy of the database; "-": stdout. */
int cli_backup(struct cli *cli);
/** `bangui restore FILE`: put one in place of the database; "-": stdin. */
int cli_restore(struct cli *cli);
/** `bangui config show`: every setting, its value and where it came from. */
int cli_config_show(struct cli *cli);
/** `bangui config template`: a settings file that sets nothing. */
int cli_config_template(struct cli *cli);
/** `bangui version`. */
int cli_version(struct cli *cli);
/** `bangui jobs run [--watch] [--pidfile FILE]`; forks: sysexits.h's codes. */
int cli_jobs_run(struct cli *cli);
/** `bangui jobs list`: those of late, the unfinished ones among them. */
int cli_jobs_list(struct cli *cli);
/** `bangui jobs cancel ID`. */
int cli_jobs_cancel(struct cli *cli);
/** `bangui blocklist preview URL|-`: what a list would come to. */
int cli_blocklist(struct cli *cli);
/** `bangui doctor`: 0 all is well, 1 warnings, 2 faults. */
int cli_doctor(struct cli *cli);

/** Say on stderr what went wrong, with the detail that operators need; yields
 * the exit code for it. */
int cli_fail(const struct error *err);

/** Print text and a line end to stdout; CLI_FAILED if it cannot be written. */
int cli_print(const char *text);

/** Become the owner and open the database; 0, or the exit code plus nothing
 * to close. */
int cli_open(struct cli *cli, struct app *app);

#endif
