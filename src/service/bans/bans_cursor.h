/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The opaque cursor of the bans list: a place, the order it belongs to, and
 * which way to go from there, in base64url. It comes back from a client, so
 * it is input like any other: what does not parse to the last bit is refused.
 */
#ifndef BANGUI_SERVICE_BANS_CURSOR_H
#define BANGUI_SERVICE_BANS_CURSOR_H

#include <stdbool.h>

#include "base/macros.h"
#include "store/active_ban_page.h"

struct error;

/* format, order, flags, key length, time, key, jail: at most 4 + 8 + 33 + 64
 * bytes; base64url makes 146 characters of them */
enum { BANS_CURSOR_SIZE = 160 };

struct bans_cursor {
	enum active_ban_order order;
	bool descending; /* of the list as shown */
	bool back;       /* the page that ends before the place */
	struct active_ban_place place;
};

/** As text of base64url, for the client to bring back. */
void bans_cursor_write(const struct bans_cursor *c, char out[BANS_CURSOR_SIZE]);

/** ERR_MALFORMED for anything that bans_cursor_write() did not make. */
NODISCARD int bans_cursor_read(
    const char *text, struct bans_cursor *out, struct error *err);

#endif
