/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr_kind.h"

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"

enum {
	V4_AT = 12,    /* byte of a mapped address where the IPv4 one begins */
	NAT64_AT = 12, /* where 64:ff9b::/96 and 2002::/16 have theirs */
	SIXTO4_AT = 2,
	V4_PREFIX = 96, /* bits before the IPv4 part of a mapped address */
	SIXTO4_BITS = 16 + 32,
};

static const uint64_t NAT64_NET = 0x0064ff9b00000000; /* and 32 bits of 0 */

/* The first row that holds it decides. Source: IANA IPv4 Special-Purpose
 * Address Registry. */
static const struct {
	uint32_t net;
	unsigned bits;
	enum addr_kind kind;
} V4_KINDS[] = {
  // clang-format off
	{ 0x00000000,  8, ADDR_UNSPECIFIED },
	{ 0x0a000000,  8, ADDR_PRIVATE },
	{ 0x64400000, 10, ADDR_SHARED },        /* 100.64/10 */
	{ 0x7f000000,  8, ADDR_LOOPBACK },
	{ 0xa9fe0000, 16, ADDR_LINK_LOCAL },    /* 169.254/16 */
	{ 0xac100000, 12, ADDR_PRIVATE },       /* 172.16/12 */
	{ 0xc0000000, 24, ADDR_RESERVED },      /* 192.0.0/24 */
	{ 0xc0000200, 24, ADDR_DOCUMENTATION }, /* 192.0.2/24 */
	{ 0xc0586300, 24, ADDR_RESERVED },      /* 192.88.99/24 */
	{ 0xc0a80000, 16, ADDR_PRIVATE },       /* 192.168/16 */
	{ 0xc6120000, 15, ADDR_BENCHMARK },     /* 198.18/15 */
	{ 0xc6336400, 24, ADDR_DOCUMENTATION }, /* 198.51.100/24 */
	{ 0xcb007100, 24, ADDR_DOCUMENTATION }, /* 203.0.113/24 */
	{ 0xe0000000,  4, ADDR_MULTICAST },
	{ 0xf0000000,  4, ADDR_RESERVED },
  // clang-format on
};

/* The same by the upper 64 bits. Source: IANA IPv6 Special-Purpose Address
 * Registry; what lies outside 2000::/3 is given to nobody. */
static const struct {
	uint64_t net;
	unsigned bits;
	enum addr_kind kind;
} V6_KINDS[] = {
  // clang-format off
	{ 0x2001000200000000, 48, ADDR_BENCHMARK },
	{ 0x20010db800000000, 32, ADDR_DOCUMENTATION },
	{ 0x2001000000000000, 23, ADDR_RESERVED },  /* Teredo, ORCHID, ... */
	{ 0x3fff000000000000, 20, ADDR_DOCUMENTATION },
	{ 0x2000000000000000,  3, ADDR_GLOBAL },
	{ 0xfc00000000000000,  7, ADDR_PRIVATE },
	{ 0xfe80000000000000, 10, ADDR_LINK_LOCAL },
	{ 0xfec0000000000000, 10, ADDR_PRIVATE },
	{ 0xff00000000000000,  8, ADDR_MULTICAST },
  // clang-format on
};

static const char *const NAMES[] = {
    [ADDR_GLOBAL] = "global",
    [ADDR_UNSPECIFIED] = "unspecified",
    [ADDR_PRIVATE] = "private",
    [ADDR_LOOPBACK] = "loopback",
    [ADDR_LINK_LOCAL] = "link_local",
    [ADDR_SHARED] = "shared",
    [ADDR_DOCUMENTATION] = "documentation",
    [ADDR_BENCHMARK] = "benchmark",
    [ADDR_MULTICAST] = "multicast",
    [ADDR_RESERVED] = "reserved",
    [ADDR_TEXT] = "text",
};
_Static_assert(ARRAY_LEN(NAMES) == ADDR_KIND__MAX, "one name a kind");

const char *
addr_kind_name(enum addr_kind kind)
{
	return NAMES[kind];
}

/* n bytes, big-endian */
static uint64_t
number_at(const uint8_t *bytes, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | bytes[i];
	return v;
}

/* bits: how many of them are given, at most 32 */
static enum addr_kind
v4_kind(uint32_t v, unsigned bits)
{
	for (size_t i = 0; i < ARRAY_LEN(V4_KINDS); i++)
		if (bits >= V4_KINDS[i].bits &&
		    (v ^ V4_KINDS[i].net) >> (32 - V4_KINDS[i].bits) == 0)
			return V4_KINDS[i].kind;
	return ADDR_GLOBAL;
}

static enum addr_kind
v6_kind(const struct addr *a, uint64_t high, uint64_t low)
{
	if (high == 0 && a->prefix_len == 128 && low <= 1)
		return low == 0 ? ADDR_UNSPECIFIED : ADDR_LOOPBACK;
	for (size_t i = 0; i < ARRAY_LEN(V6_KINDS); i++)
		if (a->prefix_len >= V6_KINDS[i].bits &&
		    (high ^ V6_KINDS[i].net) >> (64 - V6_KINDS[i].bits) == 0)
			return V6_KINDS[i].kind;
	return ADDR_RESERVED;
}

static enum addr_kind
v4_kind_at(const struct addr *a, size_t at, unsigned bits)
{
	return v4_kind((uint32_t)number_at(a->bytes + at, 4), bits);
}

enum addr_kind
addr_kind(const struct addr *a)
{
	uint64_t high, low;

	if (addr_is_v4(a))
		return v4_kind_at(a, V4_AT, a->prefix_len - V4_PREFIX);
	high = number_at(a->bytes, 8);
	low = number_at(a->bytes + 8, 8);
	if (high == NAT64_NET && low >> 32 == 0 && a->prefix_len >= V4_PREFIX)
		return v4_kind_at(a, NAT64_AT, a->prefix_len - V4_PREFIX);
	if (high >> 48 == 0x2002 && a->prefix_len >= SIXTO4_BITS)
		return v4_kind_at(a, SIXTO4_AT, 32);
	return v6_kind(a, high, low);
}

/* bits: how many of v are given, at most 32 */
static bool
v4_holds_special(uint64_t v, unsigned bits)
{
	for (size_t i = 0; i < ARRAY_LEN(V4_KINDS); i++)
		if (V4_KINDS[i].bits > bits &&
		    (v ^ V4_KINDS[i].net) >> (32 - bits) == 0)
			return true;
	return false;
}

/* Are the first bits of both the same? At most 63 of them. */
static bool
begins_as(uint64_t a, uint64_t b, unsigned bits)
{
	return bits == 0 || (a ^ b) >> (64 - bits) == 0;
}

/* 2002::/16 is what its IPv4 addresses are, and those of a network are many. */
static bool
v6_holds_special(const struct addr *a)
{
	enum { SIXTO4_NET = 16 };
	uint64_t high = number_at(a->bytes, 8);
	unsigned bits = a->prefix_len;

	if (bits < SIXTO4_BITS && begins_as(high, 0x2002000000000000,
				      bits < SIXTO4_NET ? bits : SIXTO4_NET))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(V6_KINDS); i++)
		if (V6_KINDS[i].kind != ADDR_GLOBAL &&
		    V6_KINDS[i].bits > bits &&
		    begins_as(high, V6_KINDS[i].net, bits))
			return true;
	return false;
}

bool
addr_is_all_global(const struct addr *a)
{
	if (addr_kind(a) != ADDR_GLOBAL)
		return false;
	/* of NAT64 nothing shorter than /96 is global */
	if (addr_is_v4(a) || number_at(a->bytes, 8) == NAT64_NET)
		return !v4_holds_special(
		    number_at(a->bytes + V4_AT, 4), a->prefix_len - V4_PREFIX);
	return !v6_holds_special(a);
}
