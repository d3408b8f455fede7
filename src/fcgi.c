/* SPDX-License-Identifier: GPL-2.0-or-later */
/* bangui-fcgi: the API and nothing besides. */
#include "api/routes.h"
#include "pool/program.h"

int
main(int argc, char **argv)
{
	const struct program_variant variant = {
	    .routes = API_ROUTES,
	    .n_routes = API_ROUTES_LEN,
	};

	return program_main(argc, argv, &variant);
}
