/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a blocklist comes to: the addresses and networks that may be banned,
 * in order and without doubles, and how many there were of everything else.
 * Knows neither where a text came from nor who bans.
 */
#ifndef BANGUI_SERVICE_LIST_H
#define BANGUI_SERVICE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/macros.h"

struct error;
struct list_range;
struct own_addrs;

enum list_format {
	LIST_AUTO,  /* whichever it looks like, but for columns */
	LIST_PLAIN, /* an entry a line; what follows it is a comment */
	LIST_CSV,   /* an entry a line, in one of its columns */
	LIST_JSON,  /* texts in arrays, or of one field; also a value a line */
	LIST_IPSET, /* of ipset (add, -A) or nft (elements) */
	LIST_FORMAT__MAX
};

enum { LIST_FAULTS = 5, LIST_FAULT_SIZE = 64 };

/* An entry that could not be read. */
struct list_fault {
	int64_t line;
	char text[LIST_FAULT_SIZE]; /* its beginning, printable ASCII */
};

struct list_counts {
	int64_t lines;
	int64_t entries; /* each is one of the next five */
	int64_t taken;
	int64_t special;    /* nowhere on the internet, or in part */
	int64_t own;        /* this machine's addresses */
	int64_t too_wide;   /* wider than /8, for IPv6 /19 */
	int64_t invalid;    /* the first ones are in faults */
	int64_t duplicates; /* addresses and networks within another one */
};

struct list {
	struct addr *items; /* of list_finish() on: sorted, none in another */
	size_t n, cap;
	enum list_format format; /* the one that it was read as */
	struct list_counts counts;
	struct list_fault faults[LIST_FAULTS];
	size_t n_faults;
};

void list_release(struct list *list);

/** "auto", "plain", ... */
const char *list_format_name(enum list_format format);
NODISCARD bool list_format_parse(const char *word, enum list_format *out);

/** May it be banned, as far as it alone tells? Nothing special in it, not too
 * wide. */
bool list_is_bannable(const struct addr *a);

/**
 * An entry that was read. own (may be NULL): addresses that no entry may hold.
 * ERR_REMOTE_TOO_LARGE: it comes to more than LIMIT_LIST_ITEMS.
 */
NODISCARD int list_add(struct list *list, const struct list_range *entry,
    const struct own_addrs *own, struct error *err);
/** ... and one that could not be. */
void list_add_fault(
    struct list *list, int64_t line, const char *text, size_t len);
/** Sort, and drop what lies within another. */
void list_finish(struct list *list);

#endif
