/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_cursor.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"

enum {
	FORMAT = 2, /* 1 is that of bans in force */
	FLAG_BACK = 1,
	HEAD = 2,
	NUMBER = 8, /* big endian */
	BYTES = HEAD + 2 * NUMBER,
};
_Static_assert(BAN_CURSOR_SIZE == BYTES / 3 * 4 + 1, "no bit is left over");

static void
number_write(int64_t v, uint8_t out[NUMBER])
{
	for (int i = 0; i < NUMBER; i++)
		out[i] = (uint8_t)((uint64_t)v >> (56 - 8 * i));
}

static int64_t
number_read(const uint8_t bytes[NUMBER])
{
	uint64_t v = 0;

	for (int i = 0; i < NUMBER; i++)
		v = v << 8 | bytes[i];
	return (int64_t)v;
}

void
ban_cursor_write(const struct ban_cursor *c, char out[BAN_CURSOR_SIZE])
{
	uint8_t bytes[BYTES] = {FORMAT, c->back ? FLAG_BACK : 0};

	number_write(c->place.time, bytes + HEAD);
	number_write(c->place.id, bytes + HEAD + NUMBER);
	/* cannot fail: the assertion above has counted */
	(void)sodium_bin2base64(out, BAN_CURSOR_SIZE, bytes, sizeof bytes,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

int
ban_cursor_read(const char *text, struct ban_cursor *out, struct error *err)
{
	struct ban_cursor c = {0};
	uint8_t bytes[BYTES] = {0};
	char again[BAN_CURSOR_SIZE] = "";
	size_t len = 0;

	if (sodium_base642bin(bytes, sizeof bytes, text, strlen(text), NULL,
		&len, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	    len == sizeof bytes) {
		c.back = (bytes[1] & FLAG_BACK) != 0;
		c.place.time = number_read(bytes + HEAD);
		c.place.id = number_read(bytes + HEAD + NUMBER);
		ban_cursor_write(&c, again);
	}
	/* another format, unknown flags, another spelling: libsodium takes
	 * some bytes that are no characters for what they resemble */
	if (!str_eq(again, text) || again[0] == '\0')
		return err_set(err, ERR_MALFORMED,
		    "The cursor is not one of this list. Start from its first "
		    "page.",
		    "cursor of %zu bytes", strlen(text));
	*out = c;
	return 0;
}
