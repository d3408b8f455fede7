/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/options.h"

#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

int
options_wrong(const struct options *o, const char *what, const char *value)
{
	(void)fprintf(
	    stderr, "%s: %s%s\nTry --help.\n", o->program, what, value);
	return OPTIONS_EXIT_USAGE;
}

int
options_common(const struct options *o, int opt)
{
	switch (opt) {
	case OPTIONS_HELP:
		(void)fputs(o->usage, stdout);
		return 1 + EX_OK;
	case OPTIONS_VERSION:
		(void)puts(PACKAGE_STRING);
		return 1 + EX_OK;
	default: /* getopt_long() has said what is wrong */
		return 1 +
		       options_wrong(o, "unknown option or value missing", "");
	}
}

int
options_read(const struct options *o, int argc, char **argv, void *ctx)
{
	int opt, rc = 0;

	while (rc == 0 &&
	       (opt = getopt_long(argc, argv, "", o->table, NULL)) != -1)
		rc = o->take(ctx, opt);
	return rc;
}
