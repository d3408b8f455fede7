/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the text of a blocklist, which whoever serves it may have written to
 * do harm: every size is bounded, nothing is taken that cannot be read in one
 * way only, and what is not taken is counted and shown.
 */
#ifndef BANGUI_SERVICE_LIST_READ_H
#define BANGUI_SERVICE_LIST_READ_H

#include <stddef.h>

#include "base/macros.h"
#include "service/lists/list.h"

struct error;
struct own_addrs;

struct list_how {
	enum list_format format;
	unsigned column;   /* of LIST_CSV, from 1; 0: the first */
	const char *field; /* of LIST_JSON, or NULL: any text */
};

/**
 * Read all of text into an empty list, and finish it.
 *
 * own  addresses that no entry may hold, or NULL
 *
 * ERR_REMOTE_PROTOCOL it is a page of a site or broken JSON, or nothing in it
 * can be read; ERR_REMOTE_TOO_LARGE more than LIMIT_LIST_LINES lines, a line
 * of more than LIMIT_LIST_LINE bytes, too many entries; ERR_NOMEM.
 */
NODISCARD int list_read(const char *text, size_t len,
    const struct list_how *how, const struct own_addrs *own, struct list *out,
    struct error *err);

#endif
