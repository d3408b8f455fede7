/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_secret.h"

#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "t/lib/unit.h"

static void
tokens_are_43_characters_of_base64url_and_differ(void **state)
{
	static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz0123456789-_";
	struct error err = ERROR_INIT;
	char a[AUTH_TOKEN_SIZE], b[AUTH_TOKEN_SIZE];

	(void)state;
	assert_int_equal(auth_token_new(a, &err), 0);
	assert_int_equal(auth_token_new(b, &err), 0);
	assert_int_equal(strlen(a), 43);
	assert_int_equal(strspn(a, ALPHABET), 43);
	assert_string_not_equal(a, b);
}

static void
a_token_is_stored_as_its_sha256(void **state)
{
	/* 43 times the letter A | sha256sum */
	static const uint8_t WANT[4] = {0x0f, 0x00, 0x73, 0x85};
	char token[AUTH_TOKEN_SIZE];
	uint8_t hash[AUTH_SECRET_HASH_LEN];

	(void)state;
	memset(token, 'A', sizeof token - 1);
	token[sizeof token - 1] = '\0';
	assert_true(auth_token_hash(token, hash));
	assert_memory_equal(hash, WANT, sizeof WANT);
}

/* The bytes 0 to 27, the first four bytes of their SHA-256, in base64url: made
 * by other programs, as whoever looks for leaked tokens would. */
#define BEARER "bgt_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaG9wn-Og"

static void
a_program_token_carries_the_checksum_that_is_documented(void **state)
{
	/* ... | sha256sum */
	static const uint8_t WANT[4] = {0x88, 0x11, 0x0a, 0xdf};
	uint8_t hash[AUTH_SECRET_HASH_LEN];

	(void)state;
	assert_true(auth_bearer_hash(BEARER, hash));
	assert_memory_equal(hash, WANT, sizeof WANT);
}

static void
program_tokens_differ_and_are_what_they_should_be(void **state)
{
	uint8_t hash_a[AUTH_SECRET_HASH_LEN], hash_b[AUTH_SECRET_HASH_LEN];
	char a[AUTH_BEARER_SIZE], b[AUTH_BEARER_SIZE];
	struct error err = ERROR_INIT;

	(void)state;
	assert_int_equal(auth_bearer_new(a, &err), 0);
	assert_int_equal(auth_bearer_new(b, &err), 0);
	assert_int_equal(strlen(a), 47);
	assert_int_equal(strncmp(a, "bgt_", 4), 0);
	assert_string_not_equal(a, b);
	assert_true(auth_bearer_hash(a, hash_a));
	assert_true(auth_bearer_hash(b, hash_b));
	assert_memory_not_equal(hash_a, hash_b, sizeof hash_a);
}

/* Every length, and every character changed into every other. */
static void
a_damaged_program_token_is_told_by_its_form(void **state)
{
	static const char OTHERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789-_"
				     "+/= .\n\t\xff";
	uint8_t hash[AUTH_SECRET_HASH_LEN] = {0x55};
	char text[AUTH_BEARER_SIZE + 1];
	size_t at, i, tried = 0;

	(void)state;
	for (i = 0; i < sizeof BEARER - 1; i++) {
		memcpy(text, BEARER, sizeof BEARER);
		text[i] = '\0';
		assert_false(auth_bearer_hash(text, hash));
	}
	assert_false(auth_bearer_hash(BEARER "A", hash));
	assert_false(auth_bearer_hash(BEARER "=", hash));
	assert_false(auth_bearer_hash(BEARER BEARER, hash));
	for (at = 0; at < sizeof BEARER - 1; at++)
		for (i = 0; i < sizeof OTHERS - 1; i++) {
			memcpy(text, BEARER, sizeof BEARER);
			if (text[at] == OTHERS[i])
				continue;
			text[at] = OTHERS[i];
			assert_false(auth_bearer_hash(text, hash));
			tried++;
		}
	assert_true(tried > 3000);
	assert_int_equal(hash[0], 0x55); /* nothing was written */
}

static void
a_program_token_in_another_case_is_none(void **state)
{
	uint8_t hash[AUTH_SECRET_HASH_LEN];
	char text[AUTH_BEARER_SIZE];
	size_t i;

	(void)state;
	memcpy(text, BEARER, sizeof text);
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] >= 'a' && text[i] <= 'z')
			text[i] = (char)(text[i] - 'a' + 'A');
	assert_false(auth_bearer_hash(text, hash));
	memcpy(text + 1, &BEARER[1], sizeof text - 1); /* "Bgt_..." */
	assert_false(auth_bearer_hash(text, hash));
}

static void
codes_are_four_groups_of_five(void **state)
{
	struct error err = ERROR_INIT;
	char code[AUTH_SETUP_CODE_SIZE];
	size_t i;

	(void)state;
	assert_int_equal(auth_code_new(code, &err), 0);
	assert_int_equal(strlen(code), 23);
	for (i = 0; i < 23; i++) {
		if (i % 6 == 5)
			assert_int_equal(code[i], '-');
		else
			assert_non_null(strchr(
			    "0123456789ABCDEFGHJKMNPQRSTVWXYZ", code[i]));
	}
}

static void
codes_use_the_whole_alphabet(void **state)
{
	struct error err = ERROR_INIT;
	char code[AUTH_SETUP_CODE_SIZE];
	unsigned seen[256] = {0}, kinds = 0;
	size_t i, round;

	(void)state;
	for (round = 0; round < 200; round++) {
		assert_int_equal(auth_code_new(code, &err), 0);
		for (i = 0; code[i] != '\0'; i++)
			seen[(unsigned char)code[i]]++;
	}
	for (i = 0; i < 256; i++)
		kinds += seen[i] > 0;
	assert_int_equal(kinds, 32 + 1); /* and the dash */
}

static void
a_code_may_be_typed_in_many_ways(void **state)
{
	static const char *const SAME[] = {
	    "0123A-BCD1F-GHJKM-N0101",
	    "0123a-bcd1f-ghjkm-n0101",
	    "0123ABCD1FGHJKMN0101",
	    "  0123A BCD1F GHJKM N0101 ",
	    "O123A-BCDIF-GHJKM-NO1Ol",
	    "o123a-bcdlf-ghjkm-noiOL",
	    "0-1-2-3-A-B-C-D-1-F-G-H-J-K-M-N-0-1-0-1",
	};
	uint8_t want[AUTH_SECRET_HASH_LEN], hash[AUTH_SECRET_HASH_LEN];
	size_t i;

	(void)state;
	assert_true(auth_code_hash(SAME[0], strlen(SAME[0]), want));
	for (i = 1; i < ARRAY_LEN(SAME); i++) {
		assert_true(auth_code_hash(SAME[i], strlen(SAME[i]), hash));
		assert_memory_equal(hash, want, sizeof want);
	}
}

static void
what_cannot_be_a_code_is_refused(void **state)
{
	static const struct {
		const char *s;
		size_t len;
	} BAD[] = {
	    {"",			       0 },
	    {"-----",			  5 },
	    {"0123A-BCD1F-GHJKM-N010",         22},
	    {"0123A-BCD1F-GHJKM-N01011",       24},
	    {"U123A-BCD1F-GHJKM-N0101",        23},
	    {"0123A_BCD1F_GHJKM_N0101",        23},
	    {"0123A-BCD1F-GHJKM-N010\0",       23},
	    {"0123A-BCD1F-GHJKM-N010\xc3\xa9", 24},
	};
	uint8_t hash[AUTH_SECRET_HASH_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_LEN(BAD); i++)
		assert_false(auth_code_hash(BAD[i].s, BAD[i].len, hash));
}

static void
another_code_has_another_hash(void **state)
{
	uint8_t a[AUTH_SECRET_HASH_LEN], b[AUTH_SECRET_HASH_LEN];

	(void)state;
	assert_true(auth_code_hash("0123ABCD1FGHJKMN0101", 20, a));
	assert_true(auth_code_hash("0123ABCD1FGHJKMN0102", 20, b));
	assert_memory_not_equal(a, b, sizeof a);
}

static void
wiping_leaves_zeros(void **state)
{
	char secret[] = "a secret";
	const char zeros[sizeof secret] = {0};

	(void)state;
	auth_wipe(secret, sizeof secret);
	assert_memory_equal(secret, zeros, sizeof secret);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(tokens_are_43_characters_of_base64url_and_differ),
	    cmocka_unit_test(a_token_is_stored_as_its_sha256),
	    cmocka_unit_test(
		a_program_token_carries_the_checksum_that_is_documented),
	    cmocka_unit_test(program_tokens_differ_and_are_what_they_should_be),
	    cmocka_unit_test(a_damaged_program_token_is_told_by_its_form),
	    cmocka_unit_test(a_program_token_in_another_case_is_none),
	    cmocka_unit_test(codes_are_four_groups_of_five),
	    cmocka_unit_test(codes_use_the_whole_alphabet),
	    cmocka_unit_test(a_code_may_be_typed_in_many_ways),
	    cmocka_unit_test(what_cannot_be_a_code_is_refused),
	    cmocka_unit_test(another_code_has_another_hash),
	    cmocka_unit_test(wiping_leaves_zeros),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
