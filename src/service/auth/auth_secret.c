/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_secret.h"

#include <sodium.h>
#include <string.h>

#include "base/error.h"
#include "base/random.h"
#include "base/str.h"

#define BEARER_PREFIX "bgt_"

enum { TOKEN_BYTES = 32, CODE_LEN = AUTH_CODE_CANONICAL_SIZE - 1, GROUP = 5 };
enum {
	BEARER_PREFIX_LEN = sizeof(BEARER_PREFIX) - 1,
	BEARER_CHECKSUM = 4,
	BEARER_RANDOM = TOKEN_BYTES - BEARER_CHECKSUM
};
_Static_assert(AUTH_BEARER_SIZE == BEARER_PREFIX_LEN + AUTH_TOKEN_SIZE,
    "a token for a program is its prefix and its bytes");
_Static_assert(AUTH_TOKEN_SIZE == sodium_base64_ENCODED_LEN(TOKEN_BYTES,
				      sodium_base64_VARIANT_URLSAFE_NO_PADDING),
    "a token is its bytes in base64url");
_Static_assert((int)AUTH_SECRET_HASH_LEN == (int)crypto_hash_sha256_BYTES,
    "secrets are stored as SHA-256");

/* Crockford's: no I, L, O (read as 1, 1, 0) and no U. */
static const char ALPHABET[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void
auth_wipe(void *p, size_t len)
{
	sodium_memzero(p, len);
}

static void
hash(const char *s, size_t len, uint8_t out[AUTH_SECRET_HASH_LEN])
{
	/* Cannot fail: it returns 0 and nothing else. */
	(void)crypto_hash_sha256(out, (const unsigned char *)s, len);
}

int
auth_token_new(char out[AUTH_TOKEN_SIZE], struct error *err)
{
	unsigned char bytes[TOKEN_BYTES];

	if (random_bytes(bytes, sizeof bytes, err) < 0)
		return -1;
	(void)sodium_bin2base64(out, AUTH_TOKEN_SIZE, bytes, sizeof bytes,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* yields out */
	auth_wipe(bytes, sizeof bytes);
	return 0;
}

static bool
is_token_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool
auth_token_hash(const char *s, uint8_t out[AUTH_SECRET_HASH_LEN])
{
	size_t len = strnlen(s, AUTH_TOKEN_SIZE);
	size_t i;

	if (len != AUTH_TOKEN_SIZE - 1)
		return false;
	for (i = 0; i < len; i++)
		if (!is_token_char(s[i]))
			return false;
	hash(s, len, out);
	return true;
}

/* What the last bytes of a token for a program must be. */
static void
bearer_checksum(const unsigned char random[BEARER_RANDOM],
    unsigned char out[BEARER_CHECKSUM])
{
	uint8_t sum[AUTH_SECRET_HASH_LEN];

	hash((const char *)random, BEARER_RANDOM, sum);
	memcpy(out, sum, BEARER_CHECKSUM);
	auth_wipe(sum, sizeof sum);
}

int
auth_bearer_new(char out[AUTH_BEARER_SIZE], struct error *err)
{
	unsigned char bytes[TOKEN_BYTES];

	if (random_bytes(bytes, BEARER_RANDOM, err) < 0)
		return -1;
	bearer_checksum(bytes, bytes + BEARER_RANDOM);
	memcpy(out, BEARER_PREFIX, BEARER_PREFIX_LEN);
	(void)sodium_bin2base64(out + BEARER_PREFIX_LEN, AUTH_TOKEN_SIZE, bytes,
	    sizeof bytes,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING); /* yields out */
	auth_wipe(bytes, sizeof bytes);
	return 0;
}

bool
auth_bearer_hash(const char *s, uint8_t out[AUTH_SECRET_HASH_LEN])
{
	unsigned char bytes[TOKEN_BYTES], sum[BEARER_CHECKSUM];
	size_t len = strnlen(s, AUTH_BEARER_SIZE), n = 0;
	bool ok;

	/* Decoded strictly: of the last character's spare bits there is one
	 * spelling only. */
	ok = len == AUTH_BEARER_SIZE - 1 && str_starts(s, BEARER_PREFIX) &&
	     sodium_base642bin(bytes, sizeof bytes, s + BEARER_PREFIX_LEN,
		 AUTH_TOKEN_SIZE - 1, NULL, &n, NULL,
		 sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	     n == sizeof bytes;
	if (ok) {
		bearer_checksum(bytes, sum);
		ok = str_equal_secret(
		    sum, bytes + BEARER_RANDOM, BEARER_CHECKSUM);
	}
	if (ok)
		hash(s, len, out);
	auth_wipe(bytes, sizeof bytes);
	return ok;
}

int
auth_code_new(char out[AUTH_SETUP_CODE_SIZE], struct error *err)
{
	unsigned char bytes[CODE_LEN];
	size_t i, at = 0;

	if (random_bytes(bytes, sizeof bytes, err) < 0)
		return -1;
	for (i = 0; i < CODE_LEN; i++) {
		if (i > 0 && i % GROUP == 0)
			out[at++] = '-';
		out[at++] = ALPHABET[bytes[i] % 32]; /* 256 is 8 times 32 */
	}
	out[at] = '\0';
	auth_wipe(bytes, sizeof bytes);
	return 0;
}

/* The character of the alphabet that was meant, or NUL. */
static char
code_char(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		return '0';
	if (c == 'I' || c == 'L')
		return '1';
	if (c == '\0' || strchr(ALPHABET, c) == NULL)
		return '\0';
	return c;
}

bool
auth_code_hash(const char *typed, size_t len, uint8_t out[AUTH_SECRET_HASH_LEN])
{
	char code[AUTH_CODE_CANONICAL_SIZE] = {0};
	size_t i, at = 0;
	bool ok = true;

	for (i = 0; i < len && ok; i++) {
		char c;

		if (typed[i] == '-' || typed[i] == ' ')
			continue;
		c = code_char(typed[i]);
		ok = c != '\0' && at < CODE_LEN;
		if (ok)
			code[at++] = c;
	}
	ok = ok && at == CODE_LEN;
	if (ok)
		hash(code, at, out);
	auth_wipe(code, sizeof code);
	return ok;
}
