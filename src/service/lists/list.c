/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/lists/list.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr_kind.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/own_addr.h"
#include "base/str.h"
#include "service/lists/list_range.h"

enum {
	V4_WIDEST = 96 + 8, /* prefix lengths, in IPv6 terms */
	V6_WIDEST = 19,
	PIECES_MAX = 256, /* of one range: 2 x 127 is the most there can be */
	CAP_FIRST = 256,
};

static const char *const FORMATS[] = {
    [LIST_AUTO] = "auto",
    [LIST_PLAIN] = "plain",
    [LIST_CSV] = "csv",
    [LIST_JSON] = "json",
    [LIST_IPSET] = "ipset",
};
_Static_assert(ARRAY_LEN(FORMATS) == LIST_FORMAT__MAX, "one word a format");

void
list_release(struct list *list)
{
	free(list->items);
	*list = (struct list){0};
}

const char *
list_format_name(enum list_format format)
{
	return FORMATS[format];
}

bool
list_format_parse(const char *word, enum list_format *out)
{
	for (int i = 0; i < LIST_FORMAT__MAX; i++)
		if (str_eq(word, FORMATS[i])) {
			*out = (enum list_format)i;
			return true;
		}
	return false;
}

static bool
is_too_wide(const struct addr *a)
{
	return a->prefix_len < (addr_is_v4(a) ? V4_WIDEST : V6_WIDEST);
}

bool
list_is_bannable(const struct addr *a)
{
	return !is_too_wide(a) && addr_is_all_global(a);
}

static int
grow(struct list *list, struct error *err)
{
	size_t cap = list->cap == 0 ? CAP_FIRST : list->cap * 2;
	struct addr *items;

	if (list->n < list->cap)
		return 0;
	if (list->n >= LIMIT_LIST_ITEMS)
		return err_set(err, ERR_REMOTE_TOO_LARGE,
		    "The list has more entries than are taken.",
		    "more than %d addresses and networks", LIMIT_LIST_ITEMS);
	if (cap > LIMIT_LIST_ITEMS)
		cap = LIMIT_LIST_ITEMS;
	items = reallocarray(list->items, cap, sizeof *items);
	if (items == NULL)
		return err_nomem(err);
	list->items = items;
	list->cap = cap;
	return 0;
}

/* Count a piece of an entry that must not be banned. */
static bool
refuse(struct list *list, const struct addr *piece, const struct own_addrs *own)
{
	if (is_too_wide(piece))
		list->counts.too_wide++;
	else if (!addr_is_all_global(piece))
		list->counts.special++;
	else if (own != NULL && own_addrs_in(own, piece))
		list->counts.own++;
	else
		return false;
	return true;
}

/* A range is taken as a whole or not at all. */
int
list_add(struct list *list, const struct list_range *entry,
    const struct own_addrs *own, struct error *err)
{
	struct list_range left = *entry;
	struct addr pieces[PIECES_MAX];
	size_t n = 0;

	list->counts.entries++;
	while (n < PIECES_MAX && list_range_next(&left, &pieces[n]))
		if (refuse(list, &pieces[n++], own))
			return 0;
	for (size_t i = 0; i < n; i++) {
		if (grow(list, err) < 0)
			return -1;
		list->items[list->n++] = pieces[i];
	}
	list->counts.taken++;
	return 0;
}

void
list_add_fault(struct list *list, int64_t line, const char *text, size_t len)
{
	struct list_fault *f;

	list->counts.entries++;
	list->counts.invalid++;
	if (list->n_faults == LIST_FAULTS)
		return;
	f = &list->faults[list->n_faults++];
	*f = (struct list_fault){.line = line};
	if (len > sizeof f->text - 1)
		len = sizeof f->text - 1;
	memcpy(f->text, text, len);
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] >= 0x7f)
			f->text[i] = '?';
}

/* A network comes before what lies in it. */
static int
by_place(const void *one, const void *other)
{
	const struct addr *a = one, *b = other;
	int order = memcmp(a->bytes, b->bytes, sizeof a->bytes);

	return order != 0 ? order : a->prefix_len - b->prefix_len;
}

void
list_finish(struct list *list)
{
	size_t kept = 0;

	if (list->n == 0)
		return;
	qsort(list->items, list->n, sizeof *list->items, by_place);
	for (size_t i = 0; i < list->n; i++)
		if (kept == 0 ||
		    !addr_contains(&list->items[kept - 1], &list->items[i]))
			list->items[kept++] = list->items[i];
	list->counts.duplicates = (int64_t)(list->n - kept);
	list->n = kept;
}
