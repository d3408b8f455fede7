/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One entry of a list: an address, a network or a range "first-last". A range
 * becomes the fewest networks that hold it and nothing else.
 */
#ifndef BANGUI_SERVICE_LIST_RANGE_H
#define BANGUI_SERVICE_LIST_RANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/addr.h"
#include "base/macros.h"

struct list_range {
	struct addr first, last; /* both addresses, of one family */
};

/**
 * "192.0.2.1", "192.0.2.0/24", "192.0.2.1-192.0.2.9", the same of IPv6; with
 * blanks around the hyphen. Host bits that are set are refused: who wrote
 * them may have meant one address or the network.
 */
NODISCARD bool list_range_parse(
    const char *s, size_t len, struct list_range *out);

/**
 * The next network: the largest that begins where the range does and does not
 * pass its end. The range is what is left of it then. False: nothing was.
 */
bool list_range_next(struct list_range *range, struct addr *out);

#endif
