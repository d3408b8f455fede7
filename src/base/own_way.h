/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The neighbours that this machine cannot do without: gateways and resolvers,
 * from the texts that the kernel and the system tell them in. Whatever in
 * those is not understood is passed over.
 */
#ifndef BANGUI_BASE_OWN_WAY_H
#define BANGUI_BASE_OWN_WAY_H

#include "base/macros.h"
#include "base/own_addr.h"

struct error;

/** Add the gateways of a text as /proc/net/route (IPv4). */
NODISCARD int own_way_gateways_v4(
    const char *text, struct own_addrs *to, struct error *err);

/** ... as /proc/net/ipv6_route. */
NODISCARD int own_way_gateways_v6(
    const char *text, struct own_addrs *to, struct error *err);

/** Add the name servers of a text as resolv.conf(5). A zone is left out. */
NODISCARD int own_way_resolvers(
    const char *text, struct own_addrs *to, struct error *err);

#endif
