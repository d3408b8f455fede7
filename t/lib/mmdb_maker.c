/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "t/lib/mmdb_maker.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/macros.h"

enum {
	DATA_MAX = 512 * 1024 * 1024,
	EMPTY = 0, /* of a side: node 0 is the root, nothing leads to it */
	SEPARATOR_LEN = 16,
	V4_PREFIX = 96,
};
#define IS_DATA 0x80000000U /* of a side: the rest is an offset */

static void
need(bool yes, const char *what)
{
	if (yes)
		return;
	(void)fprintf(stderr, "mmdb_maker: %s\n", what);
	abort();
}

static uint32_t
node_new(struct mmdb_maker *m, uint32_t both)
{
	if (m->n_nodes == m->cap_nodes) {
		m->cap_nodes = m->cap_nodes == 0 ? 1024 : 2 * m->cap_nodes;
		m->nodes =
		    reallocarray(m->nodes, m->cap_nodes, sizeof *m->nodes);
		need(m->nodes != NULL, "no memory");
	}
	m->nodes[m->n_nodes] = (struct mmdb_node){
	    {both, both}
        };
	return (uint32_t)m->n_nodes++;
}

void
mmdb_init(struct mmdb_maker *m, unsigned record_bits, unsigned ip_version,
    const char *type)
{
	*m = (struct mmdb_maker){
	    .record_bits = record_bits,
	    .ip_version = ip_version,
	    .type = type,
	    .built_at = 1790000000,
	};
	buf_init(&m->data, DATA_MAX);
	(void)node_new(m, EMPTY);
}

void
mmdb_release(struct mmdb_maker *m)
{
	free(m->nodes);
	buf_release(&m->data);
}

uint32_t
mmdb_here(const struct mmdb_maker *m)
{
	return (uint32_t)m->data.len;
}

static void
add_number(struct buf *b, uint64_t v, size_t n)
{
	while (n-- > 0)
		buf_add_char(b, (char)(v >> 8 * n));
}

/* The head of a value: type and size. */
static void
add_head(struct buf *b, unsigned type, size_t size)
{
	static const size_t BASE[] = {0, 29, 285, 65821, SIZE_MAX};
	size_t more = 0;

	while (size >= BASE[more + 1])
		more++;
	buf_add_char(
	    b, (char)((type <= 7 ? type : 0) << 5 | (more ? 28 + more : size)));
	if (type > 7)
		buf_add_char(b, (char)(type - 7));
	add_number(b, size - BASE[more], more);
}

static void
add_str(struct buf *b, const char *s, size_t len)
{
	add_head(b, 2, len);
	buf_add(b, s, len);
}

static void
add_uint(struct buf *b, unsigned type, uint64_t v)
{
	size_t n = 0;

	while (n < 8 && v >> 8 * n != 0)
		n++;
	add_head(b, type, n);
	add_number(b, v, n);
}

void
mmdb_map(struct mmdb_maker *m, size_t n)
{
	add_head(&m->data, 7, n);
}

void
mmdb_array(struct mmdb_maker *m, size_t n)
{
	add_head(&m->data, 11, n);
}

void
mmdb_str(struct mmdb_maker *m, const char *s)
{
	add_str(&m->data, s, strlen(s));
}

void
mmdb_str_n(struct mmdb_maker *m, const char *s, size_t len)
{
	add_str(&m->data, s, len);
}

void
mmdb_uint(struct mmdb_maker *m, unsigned type, uint64_t v)
{
	add_uint(&m->data, type, v);
}

void
mmdb_bool(struct mmdb_maker *m, int yes)
{
	add_head(&m->data, 14, yes ? 1 : 0);
}

void
mmdb_pointer(struct mmdb_maker *m, uint32_t to)
{
	if (to < 2048) {
		buf_add_char(&m->data, (char)(1 << 5 | to >> 8));
		add_number(&m->data, to, 1);
	} else {
		buf_add_char(&m->data, (char)(1 << 5 | 3 << 3));
		add_number(&m->data, to, 4);
	}
}

void
mmdb_raw(struct mmdb_maker *m, const void *bytes, size_t len)
{
	buf_add(&m->data, bytes, len);
}

/* In an IPv6 tree IPv4 lies at ::/96. */
static void
place_of(const struct mmdb_maker *m, const char *net, uint8_t bytes[16],
    unsigned *from, unsigned *to)
{
	struct addr a;
	bool v4;

	need(addr_parse_net(net, strlen(net), &a), net);
	v4 = addr_is_v4(&a);
	need(v4 || m->ip_version == 6, "IPv6 in an IPv4 file");
	memcpy(bytes, a.bytes, sizeof a.bytes);
	if (v4)
		memset(bytes, 0, 12);
	*from = m->ip_version == 4 ? V4_PREFIX : 0;
	*to = a.prefix_len;
	need(*to > *from, "a network that is everything");
}

void
mmdb_add(struct mmdb_maker *m, const char *net, uint32_t offset)
{
	unsigned from, to;
	uint8_t bytes[16];
	uint32_t node = 0;

	place_of(m, net, bytes, &from, &to);
	for (unsigned i = from; i + 1 < to; i++) {
		unsigned bit = bytes[i / 8] >> (7 - i % 8) & 1;
		uint32_t next = m->nodes[node].side[bit];

		if (next == EMPTY || (next & IS_DATA) != 0) {
			next = node_new(m, next);
			m->nodes[node].side[bit] = next;
		}
		node = next;
	}
	m->nodes[node].side[bytes[(to - 1) / 8] >> (7 - (to - 1) % 8) & 1] =
	    offset | IS_DATA;
}

static uint32_t
record_of(const struct mmdb_maker *m, uint32_t side)
{
	uint32_t nodes = (uint32_t)m->n_nodes;

	if (side == EMPTY)
		return nodes;
	return (side & IS_DATA) == 0
		   ? side
		   : nodes + SEPARATOR_LEN + (side & ~IS_DATA);
}

static void
add_node(const struct mmdb_maker *m, const struct mmdb_node *n, struct buf *out)
{
	uint32_t left = record_of(m, n->side[0]);
	uint32_t right = record_of(m, n->side[1]);

	if (m->record_bits != 28) {
		add_number(out, left, m->record_bits / 8);
		add_number(out, right, m->record_bits / 8);
		return;
	}
	add_number(out, left & 0xffffff, 3);
	add_number(out, left >> 24 << 4 | right >> 24, 1);
	add_number(out, right & 0xffffff, 3);
}

static void
add_key(struct buf *b, const char *key)
{
	add_str(b, key, strlen(key));
}

static void
add_metadata(const struct mmdb_maker *m, struct buf *b)
{
	buf_add_str(b, "\xab\xcd\xefMaxMind.com");
	add_head(b, 7, 9);
	add_key(b, "binary_format_major_version");
	add_uint(b, 5, 2);
	add_key(b, "binary_format_minor_version");
	add_uint(b, 5, 0);
	add_key(b, "build_epoch");
	add_uint(b, 9, m->built_at);
	add_key(b, "database_type");
	add_key(b, m->type);
	add_key(b, "description");
	add_head(b, 7, 1);
	add_key(b, "en");
	add_key(b, "made by a test");
	add_key(b, "ip_version");
	add_uint(b, 5, m->ip_version);
	add_key(b, "languages");
	add_head(b, 11, 1);
	add_key(b, "en");
	add_key(b, "node_count");
	add_uint(b, 6, m->n_nodes);
	add_key(b, "record_size");
	add_uint(b, 5, m->record_bits);
}

void
mmdb_finish(const struct mmdb_maker *m, struct buf *out)
{
	static const char SEPARATOR[SEPARATOR_LEN];

	for (size_t i = 0; i < m->n_nodes; i++)
		add_node(m, &m->nodes[i], out);
	buf_add(out, SEPARATOR, sizeof SEPARATOR);
	buf_add(out, m->data.data, m->data.len);
	add_metadata(m, out);
	need(!out->failed && !m->data.failed, "too large");
}
