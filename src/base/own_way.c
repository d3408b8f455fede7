/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/own_way.h"

#include <string.h>

#include "base/addr.h"

enum {
	FIELDS = 6, /* of a line; the last gateway is the fifth */
	V4_AT = 12, /* of struct addr's bytes */
	HOST_PREFIX = 128
};

/* One line, cut at blanks. */
struct line {
	const char *field[FIELDS];
	size_t len[FIELDS];
	size_t n;
};

/* Reads the line at text; where the next one begins, or NULL. */
static const char *
cut_line(const char *text, struct line *out)
{
	const char *end = text + strcspn(text, "\n");

	out->n = 0;
	while (out->n < FIELDS) {
		text += strspn(text, " \t\r");
		if (text >= end)
			break;
		out->field[out->n] = text;
		out->len[out->n] = strcspn(text, " \t\r\n");
		text += out->len[out->n++];
	}
	return *end == '\n' ? end + 1 : NULL;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Exactly n bytes, each two digits. */
static bool
read_hex(const struct line *l, size_t at, size_t n, uint8_t *out)
{
	if (at >= l->n || l->len[at] != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(l->field[at][2 * i]);
		int low = hex_digit(l->field[at][2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

static bool
is_zero(const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

/* The kernel prints the word as its processor holds it. */
static void
put_v4(const uint8_t printed[4], struct addr *out)
{
	uint32_t word = (uint32_t)printed[0] << 24 |
			(uint32_t)printed[1] << 16 | (uint32_t)printed[2] << 8 |
			printed[3];

	*out = (struct addr){
	    .bytes = {[10] = 0xff, [11] = 0xff},
              .prefix_len = HOST_PREFIX
        };
	memcpy(out->bytes + V4_AT, &word, sizeof word);
}

/* Iface Destination Gateway Flags ... */
static bool
gateway_v4(const struct line *l, struct addr *out)
{
	uint8_t gateway[4];

	if (!read_hex(l, 2, sizeof gateway, gateway) ||
	    is_zero(gateway, sizeof gateway))
		return false;
	put_v4(gateway, out);
	return true;
}

/* Destination its-length Source its-length Next-hop Metric ... */
static bool
gateway_v6(const struct line *l, struct addr *out)
{
	uint8_t gateway[16];

	if (!read_hex(l, 4, sizeof gateway, gateway) ||
	    is_zero(gateway, sizeof gateway))
		return false;
	memcpy(out->bytes, gateway, sizeof gateway);
	out->prefix_len = HOST_PREFIX;
	return true;
}

static bool
resolver(const struct line *l, struct addr *out)
{
	static const char WORD[] = "nameserver";
	const char *zone;
	size_t len;

	if (l->n < 2 || l->len[0] != strlen(WORD) ||
	    memcmp(l->field[0], WORD, strlen(WORD)) != 0)
		return false;
	zone = memchr(l->field[1], '%', l->len[1]);
	len = zone == NULL ? l->len[1] : (size_t)(zone - l->field[1]);
	return addr_parse(l->field[1], len, out);
}

static int
each_line(const char *text, bool (*read)(const struct line *, struct addr *),
    struct own_addrs *to, struct error *err)
{
	struct line line;
	struct addr a;

	while (text != NULL) {
		text = cut_line(text, &line);
		if (read(&line, &a) && own_addrs_add(to, &a, err) < 0)
			return -1;
	}
	return 0;
}

int
own_way_gateways_v4(const char *text, struct own_addrs *to, struct error *err)
{
	return each_line(text, gateway_v4, to, err);
}

int
own_way_gateways_v6(const char *text, struct own_addrs *to, struct error *err)
{
	return each_line(text, gateway_v6, to, err);
}

int
own_way_resolvers(const char *text, struct own_addrs *to, struct error *err)
{
	return each_line(text, resolver, to, err);
}
