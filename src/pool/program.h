/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The program bangui-fcgi but for the table of what it serves: options,
 * settings, log, then a pool or one plain worker. A program for tests is made
 * of the same with more routes.
 */
#ifndef BANGUI_POOL_PROGRAM_H
#define BANGUI_POOL_PROGRAM_H

#include <stddef.h>

#include "base/macros.h"

struct route;

struct program_variant {
	const struct route *routes;
	size_t n_routes;
	unsigned request_limit_s; /* 0: LIMIT_REQUEST_S */
};

/** What main() does; the exit code. */
NODISCARD int program_main(
    int argc, char **argv, const struct program_variant *variant);

#endif
