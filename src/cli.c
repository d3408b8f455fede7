/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bangui: what an operator does on the machine itself. */
#include <getopt.h>
#include <stdio.h>

#include "base/error.h"
#include "base/log.h"
#include "base/macros.h"
#include "base/settings.h"
#include "base/str.h"
#include "cli/cli.h"

enum {
	OPT_CONFIG = 'c',
	OPT_JSON = 'j',
	OPT_ALL = 'a',
	OPT_REPLACE = 'r',
	OPT_HELP = 'h',
	OPT_VERSION = 'V'
};

static const struct option OPTIONS[] = {
    {"config",  required_argument, NULL, OPT_CONFIG },
    {"json",    no_argument,       NULL, OPT_JSON   },
    {"all",     no_argument,       NULL, OPT_ALL    },
    {"replace", no_argument,       NULL, OPT_REPLACE},
    {"help",    no_argument,       NULL, OPT_HELP   },
    {"version", no_argument,       NULL, OPT_VERSION},
    {NULL,      0,		 NULL, 0          },
};

static const char USAGE[] =
    "usage: bangui COMMAND [OPTIONS]\n"
    "\n"
    "  setup-code            print a new one-time code for the first sign-in\n"
    "  setup [--replace]     set the password: typed, or a line of stdin\n"
    "  sessions end --all    sign everybody out\n"
    "  doctor                check the installation; say how to mend it\n"
    "  config show           every setting, and where its value came from\n"
    "  version               print the version\n"
    "\n"
    "  --config FILE         read settings from FILE\n"
    "  --json                print JSON\n"
    "  --help, --version     and nothing else\n"
    "\n"
    "As root it becomes the owner of the state directory first. See "
    "bangui(1).\n";

/* A command is one word or two, and takes no options but these. */
static const struct command {
	const char *word, *second;
	int (*run)(struct cli *cli);
	bool json, all, replace;
} COMMANDS[] = {
    {"setup-code", NULL,   cli_setup_code,   true,  false, false},
    {"setup",      NULL,   cli_setup,        false, false, true },
    {"sessions",   "end",  cli_sessions_end, true,  true,  false},
    {"doctor",     NULL,   cli_doctor,       true,  false, false},
    {"config",     "show", cli_config_show,  true,  false, false},
    {"version",    NULL,   cli_version,      true,  false, false},
};

static int
usage_error(const char *what, const char *value)
{
	(void)fprintf(stderr, "bangui: %s%s\nTry --help.\n", what, value);
	return CLI_USAGE;
}

static const struct command *
find_command(int n, char **words)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(COMMANDS); i++) {
		const struct command *c = &COMMANDS[i];

		if (n == (c->second == NULL ? 1 : 2) &&
		    str_eq(words[0], c->word) &&
		    (c->second == NULL || str_eq(words[1], c->second)))
			return c;
	}
	return NULL;
}

/* One option; 0 to go on, else the exit code plus one. */
static int
take_option(int opt, struct cli *cli, const char **config)
{
	switch (opt) {
	case OPT_CONFIG:
		*config = optarg;
		return 0;
	case OPT_JSON:
		cli->json = true;
		return 0;
	case OPT_ALL:
		cli->all = true;
		return 0;
	case OPT_REPLACE:
		cli->replace = true;
		return 0;
	case OPT_HELP:
		return 1 + cli_print(USAGE);
	case OPT_VERSION:
		return 1 + cli_version(cli);
	default: /* getopt_long() has said what is wrong */
		return 1 + usage_error("unknown option or value missing", "");
	}
}

static int
run_command(const struct command *command, struct cli *cli, const char *config)
{
	struct error err = ERROR_INIT;

	if (settings_load(&cli->settings, config, &err) < 0) {
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
	const char *config = NULL;
	int opt, rc = 0;

	while (
	    rc == 0 && (opt = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1)
		rc = take_option(opt, &cli, &config);
	if (rc != 0)
		return rc - 1;
	if (optind == argc)
		return usage_error("say what to do", "");
	command = find_command(argc - optind, argv + optind);
	if (command == NULL)
		return usage_error("no such command: ", argv[optind]);
	if ((cli.json && !command->json) || (cli.all && !command->all) ||
	    (cli.replace && !command->replace))
		return usage_error(
		    "an option that does not go with ", command->word);
	return run_command(command, &cli, config);
}
