/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this machine lives by, noted for those who have no network to look at:
 * its own addresses, its gateways, its resolvers.
 */
#ifndef BANGUI_SERVICE_OWN_ADDRESS_H
#define BANGUI_SERVICE_OWN_ADDRESS_H

#include "base/macros.h"

struct app;
struct error;

/* Where the system tells them. One that is not there tells nothing. */
struct own_address_files {
	const char *routes_v4, *routes_v6; /* /proc/net/route, ipv6_route */
	const char *resolvers[2];          /* resolv.conf(5) */
};

extern const struct own_address_files OWN_ADDRESS_FILES;

/**
 * Look, and note what is there now; nothing is written when that is noted
 * already. What cannot be looked at stays as it was noted.
 */
NODISCARD int own_address_refresh(
    struct app *app, const struct own_address_files *files, struct error *err);

#endif
