/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The addresses of this machine: banning one of them may lock everybody out.
 */
#ifndef BANGUI_BASE_OWN_ADDR_H
#define BANGUI_BASE_OWN_ADDR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/macros.h"

struct error;

struct own_addrs {
	struct addr *items;
	size_t n;
};

void own_addrs_release(struct own_addrs *l);

/** One more at the end, unless it is there. */
NODISCARD int own_addrs_add(
    struct own_addrs *l, const struct addr *a, struct error *err);

/**
 * Ask the kernel now. Where it does not answer (a sandbox without AF_NETLINK)
 * the list is empty and false is returned: the caller then knows no more than
 * loopback and the client's address.
 */
bool own_addrs_get(struct own_addrs *out);

/** Does net hold, or equal, one of them? */
bool own_addrs_in(const struct own_addrs *l, const struct addr *net);

#endif
