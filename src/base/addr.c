/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/num.h"
#include "base/str.h"

enum {
	V4_PREFIX = 96, /* bits before the IPv4 part of a mapped address */
	HOST_PREFIX = 128,
	GROUPS = 8, /* of 16 bits */
};

static const uint8_t V4_MAPPED[12] = {[10] = 0xff, [11] = 0xff};

static bool
is_mapped(const uint8_t bytes[16])
{
	return memcmp(bytes, V4_MAPPED, sizeof V4_MAPPED) == 0;
}

bool
addr_parse(const char *s, size_t len, struct addr *out)
{
	struct addr a = {.prefix_len = HOST_PREFIX};
	char text[INET6_ADDRSTRLEN]; /* the longest form and its NUL */

	/* inet_pton() takes neither zones, leading zeros, octal, hex, nor
	 * short forms (the unit test holds it to that), but ends at a NUL. */
	if (!str_copy_n(text, sizeof text, s, len) || strlen(text) != len)
		return false;
	if (inet_pton(AF_INET, text, a.bytes + sizeof V4_MAPPED) == 1)
		memcpy(a.bytes, V4_MAPPED, sizeof V4_MAPPED);
	else if (inet_pton(AF_INET6, text, a.bytes) != 1)
		return false;
	*out = a;
	return true;
}

bool
addr_from_sockaddr(const struct sockaddr *sa, struct addr *out)
{
	struct addr a = {.prefix_len = HOST_PREFIX};
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (sa->sa_family == AF_INET) {
		memcpy(&in, sa, sizeof in);
		memcpy(a.bytes, V4_MAPPED, sizeof V4_MAPPED);
		memcpy(a.bytes + sizeof V4_MAPPED, &in.sin_addr, 4);
	} else if (sa->sa_family == AF_INET6) {
		memcpy(&in6, sa, sizeof in6);
		memcpy(a.bytes, &in6.sin6_addr, sizeof a.bytes);
	} else {
		return false;
	}
	*out = a;
	return true;
}

/* Bits above the first prefix_len become 0. */
struct addr
addr_network(const struct addr *a, uint8_t prefix_len)
{
	struct addr net = *a;

	net.prefix_len = prefix_len;
	for (unsigned i = 0; i < sizeof net.bytes; i++) {
		unsigned bits = i * 8 >= prefix_len ? 0 : prefix_len - i * 8;

		if (bits < 8)
			net.bytes[i] &= (uint8_t)(0xff00U >> bits);
	}
	return net;
}

struct addr
addr_last(const struct addr *net)
{
	struct addr last = *net;

	last.prefix_len = HOST_PREFIX;
	for (unsigned bit = net->prefix_len; bit < HOST_PREFIX; bit++)
		last.bytes[bit / 8] |= (uint8_t)(0x80U >> (bit % 8));
	return last;
}

bool
addr_parse_net(const char *s, size_t len, struct addr *out)
{
	const char *slash = memchr(s, '/', len);
	size_t host_len = slash == NULL ? len : (size_t)(slash - s);
	struct addr a, net;
	int64_t prefix_len;
	bool dotted;

	if (!addr_parse(s, host_len, &a))
		return false;
	if (slash == NULL) {
		*out = a;
		return true;
	}
	/* the length counts in the family that was written: ::ffff:192.0.2.0
	 * is IPv4 to us but its /120 counts IPv6 bits */
	dotted = memchr(s, ':', host_len) == NULL;
	if (!num_parse_i64(slash + 1, len - host_len - 1, 0,
		dotted ? HOST_PREFIX - V4_PREFIX : HOST_PREFIX, &prefix_len))
		return false;
	if (dotted)
		prefix_len += V4_PREFIX;
	net = addr_network(&a, (uint8_t)prefix_len);
	if (memcmp(net.bytes, a.bytes, sizeof a.bytes) != 0)
		return false;
	*out = net;
	return true;
}

/* "203.", "203.0." or "203.0.113.": the network that they begin. */
static bool
parse_v4_begin(const char *s, size_t len, struct addr *out)
{
	char text[sizeof "255.255.255.0.0.0/24"];
	int n_dots = 0;

	for (size_t i = 0; i < len; i++)
		n_dots += s[i] == '.' ? 1 : 0;
	if (n_dots < 1 || n_dots > 3 || len > sizeof "255.255.255." - 1 ||
	    s[len - 1] != '.')
		return false;
	(void)snprintf(text, sizeof text, "%.*s%s/%d", (int)len, s,
	    n_dots == 1   ? "0.0.0"
	    : n_dots == 2 ? "0.0"
			  : "0",
	    n_dots * 8); /* fits: len was checked */
	return addr_parse_net(text, strlen(text), out);
}

bool
addr_parse_begin(const char *s, size_t len, struct addr *out)
{
	return addr_parse_net(s, len, out) || parse_v4_begin(s, len, out);
}

/* The longest run of two or more zero groups, the first of equals (RFC 5952
 * 4.2): from *start, *n groups; *n is 0 when there is none. */
static void
longest_zeros(const uint16_t groups[GROUPS], int *start, int *n)
{
	int run = 0;

	*start = 0;
	*n = 0;
	for (int i = 0; i < GROUPS; i++) {
		run = groups[i] == 0 ? run + 1 : 0;
		if (run >= 2 && run > *n) {
			*n = run;
			*start = i - run + 1;
		}
	}
}

static int
format_v6(const uint8_t bytes[16], char *out, size_t size)
{
	uint16_t groups[GROUPS];
	int start, n, len = 0;

	for (size_t i = 0; i < GROUPS; i++)
		groups[i] = (uint16_t)(bytes[i * 2] << 8 | bytes[i * 2 + 1]);
	longest_zeros(groups, &start, &n);
	for (int i = 0; i < GROUPS; i++) {
		bool colon = i > 0 && (n == 0 || i != start + n);

		if (n > 0 && i == start) {
			len += snprintf(out + len, size - (size_t)len, "::");
			i += n - 1;
			continue;
		}
		len += snprintf(out + len, size - (size_t)len, "%s%x",
		    colon ? ":" : "", groups[i]);
	}
	return len;
}

/* By hand, as each row of a list has one. Returns its length. */
static int
format_v4(const uint8_t b[4], char out[ADDR_TEXT_SIZE])
{
	char *p = out;

	for (int i = 0; i < 4; i++) {
		if (b[i] >= 100)
			*p++ = (char)('0' + b[i] / 100);
		if (b[i] >= 10)
			*p++ = (char)('0' + b[i] / 10 % 10);
		*p++ = (char)('0' + b[i] % 10);
		*p++ = i < 3 ? '.' : '\0';
	}
	return (int)(p - out) - 1;
}

void
addr_format(const struct addr *a, char out[ADDR_TEXT_SIZE])
{
	const uint8_t *b = a->bytes;
	bool v4 = addr_is_v4(a);
	int len;

	if (v4)
		len = format_v4(&b[12], out);
	else
		len = format_v6(b, out, ADDR_TEXT_SIZE);
	if (addr_is_net(a)) /* fits: 39 and 4 characters at most */
		(void)snprintf(out + len, ADDR_TEXT_SIZE - (size_t)len, "/%d",
		    v4 ? a->prefix_len - V4_PREFIX : a->prefix_len);
}

bool
addr_is_v4(const struct addr *a)
{
	return a->prefix_len >= V4_PREFIX && is_mapped(a->bytes);
}

bool
addr_is_net(const struct addr *a)
{
	return a->prefix_len < HOST_PREFIX;
}

bool
addr_is_loopback(const struct addr *a)
{
	static const struct addr ONE = {
	    .bytes = {[15] = 1}, .prefix_len = HOST_PREFIX};

	if (addr_is_v4(a))
		return a->prefix_len >= V4_PREFIX + 8 && a->bytes[12] == 127;
	return addr_equal(a, &ONE);
}

bool
addr_equal(const struct addr *a, const struct addr *b)
{
	return a->prefix_len == b->prefix_len &&
	       memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool
addr_contains(const struct addr *a, const struct addr *b)
{
	struct addr net;

	/* ::/0 is all of IPv6, although IPv4 lies in it as we store it */
	if (b->prefix_len < a->prefix_len || addr_is_v4(a) != addr_is_v4(b))
		return false;
	net = addr_network(b, a->prefix_len);
	return memcmp(net.bytes, a->bytes, sizeof net.bytes) == 0;
}
