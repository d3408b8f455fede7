/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/policy.h"

#include "base/addr.h"
#include "base/addr_kind.h"
#include "base/macros.h"
#include "base/own_addr.h"

enum { HTTP_PORT = 80, HTTPS_PORT = 443, FIRST_USER_PORT = 1024 };

/* Where the kernel does not say which addresses are ours, none is known. */
static bool
is_own(const struct addr *a)
{
	AUTO(own_addrs_release) struct own_addrs own = {0};

	return own_addrs_get(&own) && own_addrs_in(&own, a);
}

bool
fetch_to_public(const struct addr *to, uint16_t port)
{
	if (port != HTTP_PORT && port != HTTPS_PORT && port < FIRST_USER_PORT)
		return false;
	return addr_kind(to) == ADDR_GLOBAL && !is_own(to);
}

bool
fetch_to_configured(const struct addr *to, uint16_t port)
{
	enum addr_kind kind = addr_kind(to);

	(void)port; /* the operator's choice */
	return kind != ADDR_UNSPECIFIED && kind != ADDR_MULTICAST;
}
