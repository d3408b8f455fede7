/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/own_addr.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/macros.h"

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

static const uint8_t MAPPED[12] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}; /* ::ffff:0:0/96 */

static bool
addr_of(const struct sockaddr *sa, struct addr *out)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (sa == NULL)
		return false;
	out->prefix_len = 128;
	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof in);
		memcpy(out->bytes, MAPPED, sizeof MAPPED);
		memcpy(out->bytes + 12, &in.sin_addr, 4);
		return true;
	}
	if (sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof in6);
		memcpy(out->bytes, &in6.sin6_addr, 16);
		return true;
	}
	return false;
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
		if (addr_of(i->ifa_addr, &out->items[out->n]))
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
