/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bangui: what an operator does on the machine itself. */
#include <getopt.h>
#include <stdio.h>

#include "base/error.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/options.h"
#include "base/settings.h"
#include "base/str.h"
#include "cli/cli.h"

enum {
	OPT_CONFIG = 'c',
	OPT_JSON = 'j',
	OPT_ALL = 'a',
	OPT_REVOKE = 'r',
	OPT_SCOPE = 's',
	OPT_EXPIRES = 'e',
	OPT_WATCH = 'w',
	OPT_PIDFILE = 'p',
	OPT_FORMAT = 'f',
	OPT_COLUMN = 'C',
	OPT_FIELD = 'F',
};

static const struct option OPTIONS[] = {
    {"config",        required_argument, NULL, OPT_CONFIG     },
    {"json",          no_argument,       NULL, OPT_JSON       },
    {"all",           no_argument,       NULL, OPT_ALL        },
    {"revoke-tokens", no_argument,       NULL, OPT_REVOKE     },
    {"scope",         required_argument, NULL, OPT_SCOPE      },
    {"expires",       required_argument, NULL, OPT_EXPIRES    },
    {"watch",         no_argument,       NULL, OPT_WATCH      },
    {"pidfile",       required_argument, NULL, OPT_PIDFILE    },
    {"format",        required_argument, NULL, OPT_FORMAT     },
    {"column",        required_argument, NULL, OPT_COLUMN     },
    {"field",         required_argument, NULL, OPT_FIELD      },
    {"help",          no_argument,       NULL, OPTIONS_HELP   },
    {"version",       no_argument,       NULL, OPTIONS_VERSION},
    {NULL,	    0,		 NULL, 0              },
};

static const char USAGE[] =
    "usage: bangui COMMAND [OPTIONS]\n"
    "\n"
    "  setup-code            print a new one-time code for the first sign-in\n"
    "  setup                 set the password: typed, or a line of stdin\n"
    "  password              set another one, and sign everybody out\n"
    "  sessions end --all    sign everybody out\n"
    "  token create NAME --scope read|ban|admin ... [--expires 90d|never]\n"
    "                        print a token for a program, this once\n"
    "  token list            the tokens there are, but not what they are\n"
    "  token revoke ID       end one of them\n"
    "  jobs run [--watch]    do what is due; stay and wait for more\n"
    "  jobs list             what was to be done of late, and is\n"
    "  jobs cancel ID        end one that is not finished\n"
    "  audit verify          has anybody changed the audit log?\n"
    "  backup FILE           copy the database; - is standard output\n"
    "  restore FILE          put such a copy in its place; - is stdin\n"
    "  blocklist preview URL what a list would ban; - reads standard input\n"
    "  doctor                check the installation; say how to mend it\n"
    "  config show           every setting, and where its value came from\n"
    "  config template       a file of settings, all as comments\n"
    "  version               print the version\n"
    "\n"
    "  --config FILE         read settings from FILE\n"
    "  --json                print JSON\n"
    "  --revoke-tokens       of password: end all tokens as well\n"
    "  --pidfile FILE        of jobs run: where to write its process id\n"
    "  --format auto|plain|csv|json|ipset, --column N, --field NAME\n"
    "                        of blocklist preview: how to read it\n"
    "  --help, --version     and nothing else\n"
    "\n"
    "As root it becomes the owner of the state directory first. See "
    "bangui(1).\n";

/* Options that belong to commands. */
enum {
	TAKES_JSON = 1,
	TAKES_ALL = 2,
	TAKES_REVOKE = 4,
	TAKES_SCOPE = 32,
	TAKES_EXPIRES = 64,
	TAKES_WATCH = 8,
	TAKES_PIDFILE = 16,
	TAKES_HOW = 128
};

/* A command is one word or two, and perhaps what to do it to. */
static const struct command {
	const char *word, *second;
	int (*run)(struct cli *cli);
	unsigned takes;
	bool operand;
} COMMANDS[] = {
    {"setup-code", NULL,       cli_setup_code,      TAKES_JSON,                  false},
    {"setup",      NULL,       cli_setup,           0,                           false},
    {"password",   NULL,       cli_password,        TAKES_REVOKE,                false},
    {"sessions",   "end",      cli_sessions_end,    TAKES_JSON | TAKES_ALL,      false},
    {"token",      "create",   cli_token_create,
     TAKES_JSON | TAKES_SCOPE | TAKES_EXPIRES,                                   true },
    {"token",      "list",     cli_token_list,      TAKES_JSON,                  false},
    {"token",      "revoke",   cli_token_revoke,    0,                           true },
    {"jobs",       "run",      cli_jobs_run,        TAKES_WATCH | TAKES_PIDFILE, false},
    {"jobs",       "list",     cli_jobs_list,       TAKES_JSON,                  false},
    {"jobs",       "cancel",   cli_jobs_cancel,     TAKES_JSON,                  true },
    {"audit",      "verify",   cli_audit_verify,    TAKES_JSON,                  false},
    {"blocklist",  "preview",  cli_blocklist,       TAKES_JSON | TAKES_HOW,      true },
    {"backup",     NULL,       cli_backup,          0,                           true },
    {"restore",    NULL,       cli_restore,         TAKES_JSON,                  true },
    {"doctor",     NULL,       cli_doctor,          TAKES_JSON,                  false},
    {"config",     "show",     cli_config_show,     TAKES_JSON,                  false},
    {"config",     "template", cli_config_template, 0,                           false},
    {"version",    NULL,       cli_version,         TAKES_JSON,                  false},
};

static const struct command *
find_command(int n, char **words)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(COMMANDS); i++) {
		const struct command *c = &COMMANDS[i];

		if (n == (c->second == NULL ? 1 : 2) + (c->operand ? 1 : 0) &&
		    str_eq(words[0], c->word) &&
		    (c->second == NULL || str_eq(words[1], c->second)))
			return c;
	}
	return NULL;
}

static int take_option(void *ctx, int opt);

static const struct options COMMAND_LINE = {
    "bangui", USAGE, OPTIONS, take_option};

static int
take_option(void *ctx, int opt)
{
	struct cli *cli = ctx;

	switch (opt) {
	case OPT_CONFIG:
		cli->config = optarg;
		return 0;
	case OPT_JSON:
		cli->json = true;
		return 0;
	case OPT_ALL:
		cli->all = true;
		return 0;
	case OPT_REVOKE:
		cli->revoke_tokens = true;
		return 0;
	case OPT_SCOPE:
		if (cli_token_scope(cli, optarg))
			return 0;
		return 1 +
		       options_wrong(&COMMAND_LINE, "no such scope: ", optarg);
	case OPT_EXPIRES:
		cli->expires = optarg;
		return 0;
	case OPT_WATCH:
		cli->watch = true;
		return 0;
	case OPT_PIDFILE:
		cli->pidfile = optarg;
		return 0;
	case OPT_FORMAT:
		cli->format = optarg;
		return 0;
	case OPT_COLUMN:
		cli->column = optarg;
		return 0;
	case OPT_FIELD:
		cli->field = optarg;
		return 0;
	case OPTIONS_HELP:
		return 1 + cli_print(USAGE);
	case OPTIONS_VERSION:
		return 1 + cli_version(cli);
	default:
		return options_common(&COMMAND_LINE, opt);
	}
}

static unsigned
options_of(const struct cli *cli)
{
	return (cli->json ? TAKES_JSON : 0U) | (cli->all ? TAKES_ALL : 0U) |
	       (cli->revoke_tokens ? TAKES_REVOKE : 0U) |
	       (cli->scopes != 0 ? TAKES_SCOPE : 0U) |
	       (cli->expires != NULL ? TAKES_EXPIRES : 0U) |
	       (cli->watch ? TAKES_WATCH : 0U) |
	       (cli->pidfile != NULL ? TAKES_PIDFILE : 0U) |
	       (cli->format != NULL || cli->column != NULL || cli->field != NULL
		       ? TAKES_HOW
		       : 0U);
}

static int
run_command(const struct command *command, struct cli *cli)
{
	struct error err = ERROR_INIT;

	if (settings_load(&cli->settings, cli->config, &err) < 0) {
		(void)fprintf(stderr, "bangui: %s\n", err.detail);
		return CLI_FAILED;
	}
	/* People read stderr here; events are for the server's log. */
	log_open("bangui", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	return command->run(cli);
}

int
main(int argc, char **argv)
{
	const struct command *command;
	struct cli cli = {0};
	int rc = options_read(&COMMAND_LINE, argc, argv, &cli);

	if (rc != 0)
		return rc - 1;
	if (optind == argc)
		return options_wrong(&COMMAND_LINE, "say what to do", "");
	command = find_command(argc - optind, argv + optind);
	if (command == NULL)
		return options_wrong(
		    &COMMAND_LINE, "no such command: ", argv[optind]);
	if (command->operand)
		cli.operand = argv[argc - 1];
	if ((options_of(&cli) & ~command->takes) != 0)
		return options_wrong(&COMMAND_LINE,
		    "an option that does not go with ", command->word);
	return run_command(command, &cli);
}
