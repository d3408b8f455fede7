/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the readers of the formats share; list_read() chooses among them. */
#ifndef BANGUI_SERVICE_LIST_READER_H
#define BANGUI_SERVICE_LIST_READER_H

#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"
#include "service/lists/list_read.h"

struct list_reader {
	const struct list_how *how;
	const struct own_addrs *own;
	struct list *list;
	int64_t line; /* that is being read, from 1 */
};

/** Take an entry, or note that it is none. */
NODISCARD int list_reader_take(
    struct list_reader *r, const char *s, size_t len, struct error *err);

/** All of a JSON text. */
NODISCARD int list_json_read(
    struct list_reader *r, const char *text, size_t len, struct error *err);
/** All of what ipset or nft printed. */
NODISCARD int list_ipset_read(
    struct list_reader *r, const char *text, size_t len, struct error *err);

/** Length of the word at s: up to a blank or one of what ends it. */
size_t list_word(const char *s, size_t len, const char *ends);

/** What is no list at all. detail is for the log. */
#define LIST_NO_LIST                                                           \
	"That is no list of addresses. Check its URL and its format."

#endif
