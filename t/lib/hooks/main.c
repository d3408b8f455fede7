/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bangui-fcgi with the routes of hooks.c and, by the environment variable
 * TEST_REQUEST_LIMIT_S, another time limit of a request. For tests only. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/routes.h"
#include "base/num.h"
#include "pool/program.h"
#include "t/lib/hooks/routes.h"

int
main(int argc, char **argv)
{
	const size_t n = API_ROUTES_LEN + HOOK_ROUTES_LEN;
	struct route *routes = calloc(n, sizeof *routes);
	const char *limit = getenv("TEST_REQUEST_LIMIT_S");
	int64_t limit_s = 0;
	int rc;
	struct program_variant variant = {.routes = routes, .n_routes = n};

	if (!routes ||
	    (limit && !num_parse_i64(limit, strlen(limit), 1, 60, &limit_s)))
		return EXIT_FAILURE;
	memcpy(routes, API_ROUTES, API_ROUTES_LEN * sizeof *routes);
	memcpy(routes + API_ROUTES_LEN, HOOK_ROUTES,
	    HOOK_ROUTES_LEN * sizeof *routes);
	variant.request_limit_s = (unsigned)limit_s;
	rc = program_main(argc, argv, &variant);
	free(routes);
	return rc;
}
