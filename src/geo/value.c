/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/value.h"

#include <string.h>

enum {
	EXTENDED_BASE = 7,    /* an extended type is a byte and so much more */
	SIZE_INLINE_MAX = 28, /* larger ones are in 1 to 3 bytes behind */
	DEPTH_MAX = 32,       /* GeoIP2's records nest five deep */
};

/* How many bytes a scalar of each type may have. */
static const struct {
	size_t min, max;
} SIZES[VALUE__MAX] = {
    [VALUE_STRING] = {0, SIZE_MAX},
    [VALUE_DOUBLE] = {8, 8       },
    [VALUE_BYTES] = {0, SIZE_MAX},
    [VALUE_UINT16] = {0, 2       },
    [VALUE_UINT32] = {0, 4       },
    [VALUE_INT32] = {0, 4       },
    [VALUE_UINT64] = {0, 8       },
    [VALUE_UINT128] = {0, 16      },
    [VALUE_FLOAT] = {4, 4       },
};

/* n bytes, at most 8, big-endian */
static uint64_t
number_at(const struct value_section *s, size_t pos, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | s->bytes[pos + i];
	return v;
}

static bool
has_room(const struct value_section *s, size_t pos, size_t n)
{
	return pos <= s->len && n <= s->len - pos;
}

static bool
pointer_read(const struct value_section *s, unsigned control, size_t pos,
    struct value_head *out)
{
	/* a longer pointer begins to count where a shorter one ends */
	static const uint64_t BASE[] = {0, 2048, 2048 + 524288, 0};
	size_t len = (control >> 3 & 3) + 1;
	uint64_t high = len == 4 ? 0 : control & 7;

	if (!has_room(s, pos, len))
		return false;
	out->size = len;
	/* at most 32 bits */
	out->at = (size_t)((high << 8 * len | number_at(s, pos, len)) +
			   BASE[len - 1]);
	out->next = pos + len;
	return true;
}

/* The size in the control byte or behind it; moves *pos there. */
static bool
size_read(
    const struct value_section *s, unsigned control, size_t *pos, size_t *out)
{
	static const size_t BASE[] = {0, 29, 285, 65821};
	size_t size = control & 31;
	size_t more = size > SIZE_INLINE_MAX ? size - SIZE_INLINE_MAX : 0;

	if (!has_room(s, *pos, more))
		return false;
	*out = more == 0 ? size : BASE[more] + (size_t)number_at(s, *pos, more);
	*pos += more;
	return true;
}

static bool
is_container(enum value_type type)
{
	return type == VALUE_MAP || type == VALUE_ARRAY;
}

static bool
body_read(const struct value_section *s, size_t pos, struct value_head *out)
{
	size_t least = out->type == VALUE_MAP ? 2 * out->size : out->size;

	out->at = pos;
	out->next = pos;
	if (out->type == VALUE_BOOL)
		return out->size <= 1;
	if (is_container(out->type)) /* each entry has a byte at least */
		return has_room(s, pos, least);
	if (out->size < SIZES[out->type].min ||
	    out->size > SIZES[out->type].max || !has_room(s, pos, out->size))
		return false;
	out->next = pos + out->size;
	return true;
}

bool
value_head(const struct value_section *s, size_t pos, struct value_head *out)
{
	unsigned control, type;

	if (!has_room(s, pos, 1))
		return false;
	control = s->bytes[pos++];
	type = control >> 5;
	if (type == 0) {
		if (!has_room(s, pos, 1))
			return false;
		type = EXTENDED_BASE + s->bytes[pos++];
		if (type <= EXTENDED_BASE || type >= VALUE__MAX || type == 12 ||
		    type == 13)
			return false;
	}
	out->type = (enum value_type)type;
	if (type == VALUE_POINTER)
		return pointer_read(s, control, pos, out);
	return size_read(s, control, &pos, &out->size) &&
	       body_read(s, pos, out);
}

bool
value_follow(const struct value_section *s, size_t pos, struct value_head *out)
{
	size_t next;

	if (!value_head(s, pos, out))
		return false;
	if (out->type != VALUE_POINTER)
		return true;
	next = out->next;
	/* a pointer to a pointer is against the format */
	if (!value_head(s, out->at, out) || out->type == VALUE_POINTER)
		return false;
	if (!is_container(out->type))
		out->next = next;
	return true;
}

/* A map or an array that is being walked. */
struct frame {
	size_t left;   /* values to come; of a map, keys count too */
	size_t resume; /* where to go on behind it; 0: where it ends */
	bool is_map;
};

struct walk {
	struct frame frames[DEPTH_MAX];
	size_t depth;
	size_t pos;
};

static void
walk_leave(struct walk *w)
{
	while (w->depth > 0 && w->frames[w->depth - 1].left == 0) {
		w->depth--;
		if (w->frames[w->depth].resume > 0)
			w->pos = w->frames[w->depth].resume;
	}
}

static bool
walk_enter(struct walk *w, const struct value_head *h, size_t resume)
{
	if (w->depth == DEPTH_MAX)
		return false;
	w->frames[w->depth++] = (struct frame){
	    .left = h->type == VALUE_MAP ? 2 * h->size : h->size,
	    .resume = resume,
	    .is_map = h->type == VALUE_MAP,
	};
	w->pos = h->at;
	return true;
}

static bool
walk_step(const struct value_section *s, struct walk *w)
{
	struct frame *f = &w->frames[w->depth - 1];
	bool is_key = f->is_map && f->left % 2 == 0;
	struct value_head own, h;

	f->left--;
	if (!value_head(s, w->pos, &own) || !value_follow(s, w->pos, &h) ||
	    (is_key && h.type != VALUE_STRING))
		return false;
	if (is_container(h.type))
		return walk_enter(
		    w, &h, own.type == VALUE_POINTER ? own.next : 0);
	w->pos = h.next;
	return true;
}

bool
value_skip(const struct value_section *s, size_t *pos, uint64_t *budget)
{
	struct walk w = {.frames = {{.left = 1}}, .depth = 1, .pos = *pos};

	while (w.depth > 0) {
		if (*budget == 0)
			return false;
		--*budget;
		if (!walk_step(s, &w))
			return false;
		walk_leave(&w);
	}
	*pos = w.pos;
	return true;
}

bool
value_is_text(
    const struct value_section *s, const struct value_head *h, const char *text)
{
	return h->type == VALUE_STRING && h->size == strlen(text) &&
	       memcmp(s->bytes + h->at, text, h->size) == 0;
}

bool
value_uint(
    const struct value_section *s, const struct value_head *h, uint64_t *out)
{
	if (h->type != VALUE_UINT16 && h->type != VALUE_UINT32 &&
	    h->type != VALUE_UINT64)
		return false;
	*out = number_at(s, h->at, h->size);
	return true;
}
