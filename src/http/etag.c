/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "http/etag.h"

#include <string.h>

#include <sodium.h>

#include "base/str.h"

void
etag_of(const char *data, size_t len, char out[ETAG_SIZE])
{
	/* Not a secret: whoever could choose both texts would only mislead a
	 * cache with the same text. */
	static const unsigned char KEY[crypto_shorthash_siphashx24_KEYBYTES];
	unsigned char hash[crypto_shorthash_siphashx24_BYTES];

	/* cannot fail; a tenth of a whole page's time went into BLAKE2b */
	(void)crypto_shorthash_siphashx24(
	    hash, (const unsigned char *)(data ? data : ""), len, KEY);
	out[0] = '"';
	(void)sodium_bin2hex(out + 1, ETAG_SIZE - 2, hash, sizeof hash);
	out[ETAG_SIZE - 2] = '"';
	out[ETAG_SIZE - 1] = '\0';
}

bool
etag_matches(const char *list, const char *etag)
{
	size_t len = strlen(etag);

	if (str_eq(list, "*"))
		return true;
	while (*list) {
		size_t n;
		list += strspn(list, " \t,");
		if (str_starts(list, "W/"))
			list += 2;
		n = strcspn(list, " \t,"); /* our tags hold none of these */
		if (n == len && memcmp(list, etag, n) == 0)
			return true;
		list += n;
	}
	return false;
}
