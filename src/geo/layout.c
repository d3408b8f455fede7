/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "geo/value.h"

#define MSG_BAD                                                                \
	"The file is no MaxMind DB file, or it is damaged. Download it again."

static const char MARKER[] = "\xab\xcd\xefMaxMind.com";

enum {
	MARKER_LEN = sizeof MARKER - 1,
	SEPARATOR_LEN = 16, /* zero bytes between the tree and the records */
	METADATA_VALUES = 4096, /* all of the metadata; real ones have 40 */
	RECORD_VALUES = 4096,   /* of one record; GeoIP2's largest have 200 */
	VALUES_PER_BYTE = 32,   /* of all records: many share their strings */
};

/* The metadata that a walk depends on; the first of equal keys counts, as it
 * does to libmaxminddb. */
enum meta {
	META_NODES,
	META_RECORD,
	META_VERSION,
	META_FORMAT,
	META_BUILT,
	META__MAX
};
static const char *const META_KEYS[] = {
    [META_NODES] = "node_count",
    [META_RECORD] = "record_size",
    [META_VERSION] = "ip_version",
    [META_FORMAT] = "binary_format_major_version",
    [META_BUILT] = "build_epoch",
};
_Static_assert(ARRAY_LEN(META_KEYS) == META__MAX, "one key a number");

struct meta_values {
	uint64_t numbers[META__MAX];
	bool has[META__MAX];
	bool has_type;
	char type[GEO_TYPE_SIZE];
};

/* The last marker in the tail, or tail_len. */
static size_t
marker_find(const uint8_t *tail, size_t tail_len)
{
	const uint8_t *found = NULL, *p = tail;

	while ((p = memmem(p, tail_len - (size_t)(p - tail), MARKER,
		    MARKER_LEN)) != NULL) {
		found = p;
		p += MARKER_LEN;
	}
	return found == NULL ? tail_len : (size_t)(found - tail);
}

/* A list of texts, or a map to texts. */
static bool
holds_texts(const struct value_section *s, const struct value_head *list,
    enum value_type type)
{
	size_t n = type == VALUE_MAP ? 2 * list->size : list->size;
	size_t pos = list->at;
	struct value_head h;

	if (list->type != type)
		return false;
	while (n-- > 0) {
		if (!value_follow(s, pos, &h) || h.type != VALUE_STRING)
			return false;
		pos = h.next;
	}
	return true;
}

static bool
meta_take(const struct value_section *s, const struct value_head *key,
    const struct value_head *value, struct meta_values *out)
{
	for (size_t i = 0; i < META__MAX; i++) {
		if (out->has[i] || !value_is_text(s, key, META_KEYS[i]))
			continue;
		out->has[i] = true;
		return value_uint(s, value, &out->numbers[i]);
	}
	/* of no use to us, but libmaxminddb 1.7 leaks what it has read of them
	 * when they are not as it expects */
	if (value_is_text(s, key, "languages"))
		return holds_texts(s, value, VALUE_ARRAY);
	if (value_is_text(s, key, "description"))
		return holds_texts(s, value, VALUE_MAP);
	if (!out->has_type && value_is_text(s, key, "database_type")) {
		const char *text = (const char *)s->bytes + value->at;

		out->has_type = true;
		if (value->type != VALUE_STRING)
			return false;
		if (str_is_utf8(text, value->size) &&
		    !str_has_control(text, value->size) &&
		    !str_copy_n(out->type, sizeof out->type, text, value->size))
			out->type[0] = '\0'; /* no name is that long */
	}
	return true;
}

static bool
meta_read(const struct value_section *s, struct meta_values *out)
{
	uint64_t budget = METADATA_VALUES;
	struct value_head map, key, value;
	size_t pos = 0;

	if (!value_skip(s, &pos, &budget) || !value_head(s, 0, &map) ||
	    map.type != VALUE_MAP)
		return false;
	pos = map.at;
	budget = METADATA_VALUES;
	for (size_t i = 0; i < map.size; i++) {
		if (!value_follow(s, pos, &key) ||
		    !value_follow(s, key.next, &value) ||
		    !meta_take(s, &key, &value, out))
			return false;
		pos = key.next;
		if (!value_skip(s, &pos, &budget))
			return false;
	}
	for (size_t i = 0; i < META__MAX; i++)
		if (!out->has[i])
			return false;
	return out->has_type;
}

static bool
numbers_are_sane(const uint64_t n[META__MAX])
{
	return n[META_NODES] > 0 && n[META_NODES] <= UINT32_MAX &&
	       (n[META_RECORD] == 24 || n[META_RECORD] == 28 ||
		   n[META_RECORD] == 32) &&
	       (n[META_VERSION] == 4 || n[META_VERSION] == 6) &&
	       n[META_FORMAT] == 2 && n[META_BUILT] > 0 &&
	       n[META_BUILT] <= INT64_MAX;
}

bool
geo_layout_read(struct geo_layout *out, const uint8_t *tail, size_t tail_len,
    uint64_t file_size)
{
	size_t at = marker_find(tail, tail_len);
	struct meta_values m = {0};
	struct value_section s;
	uint64_t data_end, data_at;

	if (at == tail_len || tail_len > file_size)
		return false;
	s = (struct value_section){
	    .bytes = tail + at + MARKER_LEN,
	    .len = tail_len - at - MARKER_LEN,
	};
	if (!meta_read(&s, &m) || !numbers_are_sane(m.numbers))
		return false;
	data_end = file_size - tail_len + at;
	data_at = m.numbers[META_NODES] * (m.numbers[META_RECORD] / 4) +
		  SEPARATOR_LEN;
	/* a record number has 32 bits and counts the nodes, too */
	if (data_at >= data_end || data_end - data_at > UINT32_MAX / 2)
		return false;
	*out = (struct geo_layout){
	    .node_count = (uint32_t)m.numbers[META_NODES],
	    .record_bits = (unsigned)m.numbers[META_RECORD],
	    .ip_version = (unsigned)m.numbers[META_VERSION],
	    .built_at = (int64_t)m.numbers[META_BUILT],
	    .data_at = data_at,
	    .data_len = data_end - data_at,
	};
	return str_copy(out->type, sizeof out->type, m.type);
}

/* A whole file under examination. */
struct check {
	const struct geo_layout *l;
	const uint8_t *file;
	struct value_section data;
	uint8_t *seen; /* a bit for each byte of data: a record looked at */
	uint64_t budget;
};

static void
check_release(struct check *c)
{
	free(c->seen);
}

/* Both records of a node. */
static void
node_read(const struct check *c, uint64_t node, uint32_t out[2])
{
	unsigned bits = c->l->record_bits;
	const uint8_t *b = c->file + node * (bits / 4);
	uint32_t left = (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | b[2];

	switch (bits) {
	case 24:
		out[0] = left;
		out[1] = (uint32_t)b[3] << 16 | (uint32_t)b[4] << 8 | b[5];
		break;
	case 28:
		out[0] = (uint32_t)(b[3] >> 4) << 24 | left;
		out[1] = (uint32_t)(b[3] & 15) << 24 | (uint32_t)b[4] << 16 |
			 (uint32_t)b[5] << 8 | b[6];
		break;
	default:
		out[0] = left << 8 | b[3];
		out[1] = (uint32_t)b[4] << 24 | (uint32_t)b[5] << 16 |
			 (uint32_t)b[6] << 8 | b[7];
		break;
	}
}

static bool
data_is_sane(struct check *c, size_t pos)
{
	uint8_t bit = (uint8_t)(1U << pos % 8);
	uint64_t budget = RECORD_VALUES;
	uint64_t left;

	if (pos >= c->data.len)
		return false;
	if ((c->seen[pos / 8] & bit) != 0)
		return true;
	c->seen[pos / 8] |= bit;
	if (budget > c->budget)
		budget = c->budget;
	left = budget;
	if (!value_skip(&c->data, &pos, &left))
		return false;
	c->budget -= budget - left;
	return true;
}

/* A record leads to a node, to nothing, or to data. */
static bool
record_is_sane(struct check *c, uint32_t record)
{
	uint32_t nodes = c->l->node_count;

	if (record <= nodes)
		return record != 0; /* nothing leads back to the root */
	return record - nodes >= SEPARATOR_LEN &&
	       data_is_sane(c, record - nodes - SEPARATOR_LEN);
}

int
geo_layout_check(
    const struct geo_layout *l, const uint8_t *file, struct error *err)
{
	AUTO(check_release)
	struct check c = {
	    .l = l,
	    .file = file,
	    .data = {.bytes = file + l->data_at, .len = l->data_len},
	    .seen = calloc(l->data_len / 8 + 1, 1),
	    .budget = l->data_len * VALUES_PER_BYTE,
	};

	if (c.seen == NULL)
		return err_nomem(err);
	for (uint64_t node = 0; node < l->node_count; node++) {
		uint32_t records[2];

		node_read(&c, node, records);
		if (!record_is_sane(&c, records[0]) ||
		    !record_is_sane(&c, records[1]))
			return err_set(err, ERR_INVALID, MSG_BAD,
			    "node %llu of %u leads to %u and %u, of which one "
			    "is no node and no record",
			    (unsigned long long)node, l->node_count, records[0],
			    records[1]);
	}
	return 0;
}
