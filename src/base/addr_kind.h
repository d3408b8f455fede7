/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an address is for, by the IANA special-purpose registries (RFC 6890
 * and those after it). Only a global address is anywhere: the others have no
 * country, are never sent to anybody, and nothing is fetched from them.
 */
#ifndef BANGUI_BASE_ADDR_KIND_H
#define BANGUI_BASE_ADDR_KIND_H

#include <stdbool.h>

struct addr;

/* Numbers are stored: a new one goes to the end. */
enum addr_kind {
	ADDR_GLOBAL,
	ADDR_UNSPECIFIED,   /* 0/8, :: */
	ADDR_PRIVATE,       /* RFC 1918, fc00::/7, and the old fec0::/10 */
	ADDR_LOOPBACK,      /* 127/8, ::1 */
	ADDR_LINK_LOCAL,    /* 169.254/16, fe80::/10 */
	ADDR_SHARED,        /* 100.64/10: between a provider and its clients */
	ADDR_DOCUMENTATION, /* 192.0.2/24 and the like */
	ADDR_BENCHMARK,     /* 198.18/15, 2001:2::/48 */
	ADDR_MULTICAST,     /* 224/4, ff00::/8 */
	ADDR_RESERVED,      /* not, or no longer, given to anybody */
	ADDR_TEXT, /* no address: fail2ban bans by any text. addr_kind() never
		    * says so, it has an address in hand */
	ADDR_KIND__MAX
};

/**
 * Of an address, or of a network: then the kind that holds the whole of it.
 * NAT64 (64:ff9b::/96) and 6to4 (2002::/16) are what the IPv4 address inside
 * them is.
 */
enum addr_kind addr_kind(const struct addr *a);

/** Global, and of a network every address in it. */
bool addr_is_all_global(const struct addr *a);

/** Its stable name: "global", "private", "link_local". */
const char *addr_kind_name(enum addr_kind kind);

#endif
