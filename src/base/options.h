/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of a program's command line, as each of our programs reads them
 * and complains of them. What an option means is the program's matter.
 */
#ifndef BANGUI_BASE_OPTIONS_H
#define BANGUI_BASE_OPTIONS_H

#include "base/macros.h"

struct option;

enum {
	OPTIONS_EXIT_USAGE = 2, /* what a program returns for a bad one */
	OPTIONS_HELP = 'h', /* how --help and --version stand in the table */
	OPTIONS_VERSION = 'V',
};

struct options {
	const char *program;
	const char *usage;          /* what --help prints */
	const struct option *table; /* getopt_long()'s */
	/* One option, its value in optarg. 0 to go on, else one more than what
	 * the program is to return at once; options_common() for the rest. */
	int (*take)(void *ctx, int opt);
};

/**
 * Take every option; then optind is the first word that is none.
 * 0, or what take() gave to end with.
 */
NODISCARD int options_read(
    const struct options *o, int argc, char **argv, void *ctx);

/** As take() gives it: --help, --version, and what is not in the table. */
NODISCARD int options_common(const struct options *o, int opt);

/** Say on stderr what is wrong, in two parts; gives OPTIONS_EXIT_USAGE. */
int options_wrong(const struct options *o, const char *what, const char *value);

#endif
