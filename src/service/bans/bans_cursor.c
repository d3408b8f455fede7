/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_cursor.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"

enum {
	FORMAT = 1,
	FLAG_DESCENDING = 1,
	FLAG_BACK = 2,
	HEAD = 4,     /* format, order, flags, key length */
	TIME_LEN = 8, /* big endian */
	BYTES_MAX = HEAD + TIME_LEN + ACTIVE_BAN_KEY_MAX + LIMIT_JAIL_NAME,
};
_Static_assert(BANS_CURSOR_SIZE >= (BYTES_MAX + 2) / 3 * 4 + 1,
    "the longest cursor fits, with its NUL");

void
bans_cursor_write(const struct bans_cursor *c, char out[BANS_CURSOR_SIZE])
{
	const struct active_ban_place *p = &c->place;
	uint8_t bytes[BYTES_MAX];
	size_t jail_len = strlen(p->jail);
	size_t len = 0;

	bytes[len++] = FORMAT;
	bytes[len++] = (uint8_t)c->order;
	bytes[len++] = (uint8_t)((c->descending ? FLAG_DESCENDING : 0) |
				 (c->back ? FLAG_BACK : 0));
	bytes[len++] = p->key.len;
	for (int shift = 56; shift >= 0; shift -= 8)
		bytes[len++] = (uint8_t)((uint64_t)p->time >> shift);
	memcpy(bytes + len, p->key.bytes, p->key.len);
	len += p->key.len;
	memcpy(bytes + len, p->jail, jail_len);
	len += jail_len;
	/* cannot fail: the assertion above has counted */
	(void)sodium_bin2base64(out, BANS_CURSOR_SIZE, bytes, len,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static int
cursor_bad(struct error *err, const char *why)
{
	return err_set(err, ERR_MALFORMED,
	    "The cursor is not one of this list. Start from its first page.",
	    "cursor: %s", why);
}

static int64_t
time_read(const uint8_t bytes[TIME_LEN])
{
	uint64_t t = 0;

	for (int i = 0; i < TIME_LEN; i++)
		t = t << 8 | bytes[i];
	return (int64_t)t;
}

static int
place_read(
    const uint8_t *bytes, size_t len, struct bans_cursor *c, struct error *err)
{
	struct active_ban_place *p = &c->place;
	size_t key_len = bytes[3];
	const uint8_t *key = bytes + HEAD + TIME_LEN;
	size_t left = len - HEAD - TIME_LEN;

	if (key_len > sizeof p->key.bytes || key_len > left)
		return cursor_bad(err, "key length");
	p->time = time_read(bytes + HEAD);
	memcpy(p->key.bytes, key, key_len);
	p->key.len = (uint8_t)key_len;
	if (!str_copy_n(p->jail, sizeof p->jail, (const char *)key + key_len,
		left - key_len) ||
	    strlen(p->jail) != left - key_len ||
	    !str_is_utf8(p->jail, left - key_len))
		return cursor_bad(err, "jail");
	return 0;
}

int
bans_cursor_read(const char *text, struct bans_cursor *out, struct error *err)
{
	struct bans_cursor c = {0};
	uint8_t bytes[BYTES_MAX];
	char again[BANS_CURSOR_SIZE];
	size_t len = 0;

	if (sodium_base642bin(bytes, sizeof bytes, text, strlen(text), NULL,
		&len, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return cursor_bad(err, "not base64url");
	if (len < HEAD + TIME_LEN || bytes[0] != FORMAT ||
	    bytes[1] >= ACTIVE_BAN_ORDER__MAX ||
	    (bytes[2] & ~(FLAG_DESCENDING | FLAG_BACK)) != 0)
		return cursor_bad(err, "head");
	c.order = (enum active_ban_order)bytes[1];
	c.descending = (bytes[2] & FLAG_DESCENDING) != 0;
	c.back = (bytes[2] & FLAG_BACK) != 0;
	if (place_read(bytes, len, &c, err) < 0)
		return -1;
	bans_cursor_write(&c, again);
	if (!str_eq(again, text)) /* a second spelling of the same bytes */
		return cursor_bad(err, "not canonical");
	*out = c;
	return 0;
}
