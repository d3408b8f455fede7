/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and networks: 16 bytes (IPv4 as ::ffff:a.b.c.d) and a prefix
 * length. One parser and one canonical form (RFC 5952) for wire, store and
 * output, so that two spellings of one address never meet.
 */
#ifndef BANGUI_BASE_ADDR_H
#define BANGUI_BASE_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

struct sockaddr;

/* "xxxx:xxxx:xxxx:xxxx:xxxx:xxxx:255.255.255.255" and "/128", with NUL */
enum { ADDR_TEXT_SIZE = 46 + 4 };

struct addr {
	uint8_t bytes[16];  /* network order; IPv4 mapped */
	uint8_t prefix_len; /* 0-128 in IPv6 terms: one IPv4 host is 128 */
};

/**
 * One address: dotted decimal without leading zeros, or IPv6 without zone.
 * IPv4-mapped IPv6 becomes IPv4. No octal, hex, short or decimal forms.
 */
NODISCARD bool addr_parse(const char *s, size_t len, struct addr *out);

/**
 * An address or a network "addr/len". Host bits that are set are refused,
 * as is a length that is not plain decimal.
 */
NODISCARD bool addr_parse_net(const char *s, size_t len, struct addr *out);

/** The same, or the beginning of an IPv4 address: "203.", "203.0.",
 * "203.0.113.". */
NODISCARD bool addr_parse_begin(const char *s, size_t len, struct addr *out);

/** The address of an IPv4 or IPv6 socket address; false of other families. A
 * zone is left out. */
NODISCARD bool addr_from_sockaddr(const struct sockaddr *sa, struct addr *out);

/** Canonical text; "/len" only for networks. */
void addr_format(const struct addr *a, char out[ADDR_TEXT_SIZE]);

bool addr_is_v4(const struct addr *a);       /* or a network of them */
bool addr_is_net(const struct addr *a);      /* more than one address */
bool addr_is_loopback(const struct addr *a); /* 127/8, ::1 */
bool addr_equal(const struct addr *a, const struct addr *b);
/** Every address of b lies in a; one family never holds the other's. */
bool addr_contains(const struct addr *a, const struct addr *b);
/** The network of prefix_len (IPv6 terms) that a lies in. */
struct addr addr_network(const struct addr *a, uint8_t prefix_len);
/** The last address of a network; an address is its own. */
struct addr addr_last(const struct addr *net);

#endif
