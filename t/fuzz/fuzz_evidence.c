/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What fail2ban wrote of a ban, whatever it is: each line is UTF-8 within the
 * limits, its date is a part of it, and no more are given than are counted.
 * What is right to its end has the same lines when it is read again.
 */
#include "t/fuzz/fuzz.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "service/archive/ban_evidence.h"

struct seen {
	int64_t lines;
	size_t bytes;
};

static int
take(void *ctx, const struct ban_match *m, struct error *err)
{
	struct seen *s = ctx;

	(void)err;
	s->lines++;
	s->bytes += m->text_len;
	FUZZ_REQUIRE(m->text_len <= LIMIT_MATCH_TEXT);
	FUZZ_REQUIRE(str_is_utf8(m->text, m->text_len));
	FUZZ_REQUIRE(m->time >= m->text);
	FUZZ_REQUIRE(m->time_len <= m->text_len);
	FUZZ_REQUIRE(m->time + m->time_len <= m->text + m->text_len);
	return 0;
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	struct ban_evidence first = {.whole = false}, again = {.whole = false};
	struct seen a = {0}, b = {0};
	struct error err = ERROR_INIT;

	FUZZ_REQUIRE(ban_evidence_matches((const char *)data, size, take, &a,
			 &first, &err) == 0);
	FUZZ_REQUIRE(a.lines <= LIMIT_MATCHES && a.lines <= first.matches);
	FUZZ_REQUIRE(ban_evidence_matches((const char *)data, size, take, &b,
			 &again, &err) == 0);
	FUZZ_REQUIRE(a.lines == b.lines && a.bytes == b.bytes);
	FUZZ_REQUIRE(first.whole == again.whole);
	return first.whole;
}
