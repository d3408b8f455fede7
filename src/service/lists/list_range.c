/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/lists/list_range.h"

#include <string.h>

enum { HOST_PREFIX = 128, V4_PREFIX = 96 };

static int
compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static void
trim(const char **s, size_t *len)
{
	while (*len > 0 && (**s == ' ' || **s == '\t')) {
		(*s)++;
		(*len)--;
	}
	while (*len > 0 && ((*s)[*len - 1] == ' ' || (*s)[*len - 1] == '\t'))
		(*len)--;
}

static bool
parse_end(const char *s, size_t len, struct addr *out)
{
	trim(&s, &len);
	return addr_parse(s, len, out);
}

bool
list_range_parse(const char *s, size_t len, struct list_range *out)
{
	const char *hyphen = len == 0 ? NULL : memchr(s, '-', len);
	struct list_range r;

	if (hyphen == NULL) {
		if (!addr_parse_net(s, len, &r.first))
			return false;
		r.last = addr_last(&r.first);
		r.first.prefix_len = HOST_PREFIX;
	} else if (!parse_end(s, (size_t)(hyphen - s), &r.first) ||
		   !parse_end(
		       hyphen + 1, len - (size_t)(hyphen + 1 - s), &r.last) ||
		   addr_is_v4(&r.first) != addr_is_v4(&r.last) ||
		   compare(&r.first, &r.last) > 0)
		return false;
	*out = r;
	return true;
}

/* The address behind a; false: there is none. */
static bool
step(struct addr *a)
{
	for (size_t i = sizeof a->bytes; i-- > 0;)
		if (++a->bytes[i] != 0)
			return true;
	return false;
}

/* Does the network that begins at first, so long, lie within the range? */
static bool
is_within(const struct list_range *r, uint8_t prefix_len)
{
	struct addr net = addr_network(&r->first, prefix_len);
	struct addr last = addr_last(&net);

	return compare(&net, &r->first) == 0 && compare(&last, &r->last) <= 0;
}

bool
list_range_next(struct list_range *range, struct addr *out)
{
	uint8_t least = addr_is_v4(&range->first) ? V4_PREFIX : 0;
	uint8_t len = HOST_PREFIX;
	struct addr last;

	if (compare(&range->first, &range->last) > 0)
		return false;
	while (len > least && is_within(range, (uint8_t)(len - 1)))
		len--;
	*out = addr_network(&range->first, len);
	last = addr_last(out);
	range->first = last;
	if (compare(&last, &range->last) == 0 || !step(&range->first)) {
		/* nothing is left: first comes behind last */
		memset(range->first.bytes, 0xff, sizeof range->first.bytes);
		memset(range->last.bytes, 0, sizeof range->last.bytes);
	}
	return true;
}
