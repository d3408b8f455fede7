/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/ban_key.h"

#include <sodium.h>
#include <string.h>

enum {
	ADDR_BYTES = 16,
	ADDR_KEY = ADDR_BYTES + 1, /* and the prefix length */
	TEXT_BYTES = 16,
	HASH_BYTES = 16,
};
_Static_assert(1 + TEXT_BYTES + HASH_BYTES == (int)ACTIVE_BAN_KEY_MAX,
    "a mark, how it begins, and its hash");

struct active_ban_key
ban_key_of(const struct addr *a)
{
	struct active_ban_key key = {.len = ADDR_KEY};

	memcpy(key.bytes, a->bytes, sizeof a->bytes);
	key.bytes[ADDR_BYTES] = a->prefix_len;
	return key;
}

/* Text sorts by how it begins; the hash keeps two that begin alike apart. */
struct active_ban_key
ban_key_of_text(const char *id)
{
	struct active_ban_key key = {.len = ACTIVE_BAN_KEY_MAX};
	size_t len = strlen(id);

	key.bytes[0] = UINT8_MAX;
	memcpy(key.bytes + 1, id, len < TEXT_BYTES ? len : TEXT_BYTES);
	/* fails for impossible lengths only */
	(void)crypto_generichash(key.bytes + 1 + TEXT_BYTES, HASH_BYTES,
	    (const unsigned char *)id, len, NULL, 0);
	return key;
}

bool
ban_key_addr(const struct active_ban_key *key, struct addr *out)
{
	if (key->len != ADDR_KEY)
		return false;
	memcpy(out->bytes, key->bytes, sizeof out->bytes);
	out->prefix_len = key->bytes[ADDR_BYTES];
	return true;
}
