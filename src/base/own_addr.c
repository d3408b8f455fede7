/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/own_addr.h"

#include <ifaddrs.h>
#include <stdlib.h>

#include "base/error.h"

static void
ifaddrs_freep(struct ifaddrs **list)
{
	if (*list != NULL)
		freeifaddrs(*list);
}

void
own_addrs_release(struct own_addrs *l)
{
	free(l->items);
	*l = (struct own_addrs){0};
}

int
own_addrs_add(struct own_addrs *l, const struct addr *a, struct error *err)
{
	struct addr *more;

	for (size_t i = 0; i < l->n; i++)
		if (addr_equal(&l->items[i], a))
			return 0;
	more = reallocarray(l->items, l->n + 1, sizeof *more);
	if (more == NULL)
		return err_nomem(err);
	l->items = more;
	l->items[l->n++] = *a;
	return 0;
}

bool
own_addrs_get(struct own_addrs *out)
{
	AUTO(ifaddrs_freep) struct ifaddrs *list = NULL;
	size_t n = 0;

	*out = (struct own_addrs){0};
	if (getifaddrs(&list) != 0)
		return false;
	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
		n++;
	out->items = calloc(n + 1, sizeof *out->items);
	if (out->items == NULL)
		return false;
	for (const struct ifaddrs *i = list; i != NULL; i = i->ifa_next)
		if (i->ifa_addr != NULL &&
		    addr_from_sockaddr(i->ifa_addr, &out->items[out->n]))
			out->n++;
	return true;
}

bool
own_addrs_in(const struct own_addrs *l, const struct addr *net)
{
	for (size_t i = 0; i < l->n; i++)
		if (addr_contains(net, &l->items[i]))
			return true;
	return false;
}
