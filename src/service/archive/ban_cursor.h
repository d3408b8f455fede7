/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The opaque cursor of the archive's list: a place and which way to go from
 * there, in base64url. It comes back from a client, so it is input like any
 * other: what does not parse to the last bit is refused.
 */
#ifndef BANGUI_SERVICE_BAN_CURSOR_H
#define BANGUI_SERVICE_BAN_CURSOR_H

#include <stdbool.h>

#include "base/macros.h"
#include "store/ban_find.h"

struct error;

/* format and flags, time, id: 18 bytes, which are 24 characters */
enum { BAN_CURSOR_SIZE = 25 };

struct ban_cursor {
	bool back; /* the page that ends before the place */
	struct ban_place place;
};

/** As text of base64url, for the client to bring back. */
void ban_cursor_write(const struct ban_cursor *c, char out[BAN_CURSOR_SIZE]);

/** ERR_MALFORMED for anything that ban_cursor_write() did not make. */
NODISCARD int ban_cursor_read(
    const char *text, struct ban_cursor *out, struct error *err);

#endif
