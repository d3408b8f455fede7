/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/bans/bans_cursor.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "t/lib/unit.h"

static struct bans_cursor
sample(enum active_ban_order order)
{
	struct bans_cursor c = {
	    .order = order,
	    .descending = true,
	    .back = true,
	    .place = {.time = 1800000000, .key = {.len = 17}, .jail = "sshd"},
	};

	memcpy(c.place.key.bytes, "0123456789abcdef\x80", 17);
	return c;
}

static struct bans_cursor
longest(void)
{
	struct bans_cursor c = {
	    .order = ACTIVE_BAN_BY_JAIL,
	    .place = {.time = INT64_MIN, .key = {.len = ACTIVE_BAN_KEY_MAX}},
	};

	memset(c.place.key.bytes, 0xff, ACTIVE_BAN_KEY_MAX);
	memset(c.place.jail, 'j', LIMIT_JAIL_NAME);
	return c;
}

static void
assert_same(const struct bans_cursor *a, const struct bans_cursor *b)
{
	assert_int_equal(a->order, b->order);
	assert_int_equal(a->descending, b->descending);
	assert_int_equal(a->back, b->back);
	assert_true(a->place.time == b->place.time);
	assert_int_equal(
	    active_ban_key_compare(&a->place.key, &b->place.key), 0);
	assert_string_equal(a->place.jail, b->place.jail);
}

static void
what_was_written_is_read_back(void **state)
{
	const struct bans_cursor all[] = {sample(ACTIVE_BAN_BY_BANNED_AT),
	    sample(ACTIVE_BAN_BY_EXPIRES_AT), sample(ACTIVE_BAN_BY_ADDR),
	    sample(ACTIVE_BAN_BY_JAIL), longest(),
	    {.place = {.time = INT64_MAX}}};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		struct bans_cursor back;
		struct error err = ERROR_INIT;
		char text[BANS_CURSOR_SIZE];

		bans_cursor_write(&all[i], text);
		assert_int_equal(bans_cursor_read(text, &back, &err), 0);
		assert_same(&all[i], &back);
		assert_int_equal(
		    strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
				 "pqrstuvwxyz0123456789-_"),
		    strlen(text));
	}
}

static void
assert_refused(const char *text)
{
	struct bans_cursor c = sample(ACTIVE_BAN_BY_ADDR), before = c;
	struct error err = ERROR_INIT;

	if (bans_cursor_read(text, &c, &err) == 0)
		fail_msg("taken: %s", text);
	assert_int_equal(err.code, ERR_MALFORMED);
	assert_same(&c, &before);
}

static void
what_was_not_written_is_refused(void **state)
{
	static const char *const TEXTS[] = {"", "x", "AAAA", "AQAA", "!!!!",
	    "AQAAAAAAAAAAAAAA=", " AQAAAAAAAAAAAAAA", "AQAAAAAAAAAAAAAA ",
	    "AgAAAAAAAAAAAAAA" /* another format */,
	    "AQQAAAAAAAAAAAAA" /* no such order */,
	    "AQAEAAAAAAAAAAAA" /* unknown flag */,
	    "AQAAIgAAAAAAAAAA" /* key too long */,
	    "AQAAAQAAAAAAAAAA" /* key longer than the rest */,
	    "AQAAAAAAAAAAAAAAAA" /* NUL in the jail */,
	    "AQAAAAAAAAAAAAAA_w" /* no UTF-8 in the jail */,
	    "AQAAAAAAAAAAAAAAQR" /* bits behind the last byte */};
	char text[400];
	struct bans_cursor c;
	struct error err = ERROR_INIT;

	(void)state;
	/* what most of them are one step away from */
	assert_int_equal(bans_cursor_read("AQAAAAAAAAAAAAAA", &c, &err), 0);
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++)
		assert_refused(TEXTS[i]);
	memset(text, 'A', sizeof text);
	text[0] = 'A', text[1] = 'Q', text[sizeof text - 1] = '\0';
	assert_refused(text);
}

static char
flip(char c, unsigned bit)
{
	unsigned byte = (unsigned char)c ^ 1U << bit;

	return (char)byte;
}

/* Cut at each length and with each bit flipped: refused, or what comes out
 * is written as exactly that text. */
static void
a_damaged_cursor_is_refused_or_is_another_one(void **state)
{
	struct bans_cursor c = sample(ACTIVE_BAN_BY_JAIL);
	char text[BANS_CURSOR_SIZE], bad[BANS_CURSOR_SIZE];
	char again[BANS_CURSOR_SIZE];
	int taken = 0, refused = 0;

	(void)state;
	bans_cursor_write(&c, text);
	for (size_t i = 0; i < strlen(text) * 9; i++) {
		struct error err = ERROR_INIT;
		size_t at = i / 9;

		memcpy(bad, text, sizeof bad);
		if (i % 9 == 8)
			bad[at] = '\0';
		else
			bad[at] = flip(bad[at], (unsigned)(i % 9));
		if (bans_cursor_read(bad, &c, &err) < 0) {
			refused++;
			continue;
		}
		taken++;
		bans_cursor_write(&c, again);
		assert_string_equal(again, bad);
	}
	assert_true(taken > 20 && refused > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_written_is_read_back),
	    cmocka_unit_test(what_was_not_written_is_refused),
	    cmocka_unit_test(a_damaged_cursor_is_refused_or_is_another_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
