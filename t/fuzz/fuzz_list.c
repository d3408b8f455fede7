/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a client gives the lists of bans, as text: a cursor that is accepted is
 * written as exactly that text again; a filter is a network that is read from
 * its own canonical form as the same, or the text itself, or refused.
 */
#include "t/fuzz/fuzz.h"

#include <string.h>

#include "api/ip_filter.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/str.h"
#include "service/archive/ban_cursor.h"
#include "service/bans/bans.h"
#include "service/bans/bans_cursor.h"

static int
try_cursor(const char *text)
{
	struct bans_cursor c;
	struct error err = ERROR_INIT;
	char again[BANS_CURSOR_SIZE];

	if (bans_cursor_read(text, &c, &err) < 0) {
		FUZZ_REQUIRE(err.code == ERR_MALFORMED);
		return 0;
	}
	FUZZ_REQUIRE(c.order < ACTIVE_BAN_ORDER__MAX);
	FUZZ_REQUIRE(c.place.key.len <= ACTIVE_BAN_KEY_MAX);
	bans_cursor_write(&c, again);
	FUZZ_REQUIRE(str_eq(again, text));
	return 1;
}

static int
try_archive_cursor(const char *text)
{
	struct ban_cursor c;
	struct error err = ERROR_INIT;
	char again[BAN_CURSOR_SIZE];

	if (ban_cursor_read(text, &c, &err) < 0) {
		FUZZ_REQUIRE(err.code == ERR_MALFORMED);
		return 0;
	}
	ban_cursor_write(&c, again);
	FUZZ_REQUIRE(str_eq(again, text));
	return 1;
}

static int
try_filter(const char *text)
{
	struct bans_filter f = {0};
	struct error err = ERROR_INIT;
	char canonical[ADDR_TEXT_SIZE];
	struct addr again;

	ip_filter_read(text, &f, &err);
	if (err.code != ERR_NONE) {
		FUZZ_REQUIRE(err.code == ERR_INVALID && err.n_fields == 1);
		FUZZ_REQUIRE(strlen(text) > LIMIT_IP_FILTER ||
			     strchr(text, '/') != NULL);
		return 0;
	}
	FUZZ_REQUIRE(!f.has_net || f.text == NULL);
	FUZZ_REQUIRE(f.text == NULL || f.text == text);
	if (f.has_net) {
		addr_format(&f.net, canonical);
		FUZZ_REQUIRE(
		    addr_parse_net(canonical, strlen(canonical), &again));
		FUZZ_REQUIRE(addr_equal(&f.net, &again));
	}
	return 1;
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	char *text = calloc(size + 1, 1);
	int taken;

	FUZZ_REQUIRE(text);
	if (size > 0)
		memcpy(text, data, size);
	taken = try_cursor(text);
	taken |= try_archive_cursor(text);
	taken |= try_filter(text);
	free(text);
	return taken;
}
