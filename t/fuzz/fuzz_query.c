/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The query language: what is accepted prints as a text that is read as the
 * same tree again, within the bounds of the language; what is refused names a
 * column that the text has.
 */
#include "t/fuzz/fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "service/archive/query.h"
#include "t/lib/query_print.h"

static int
refused(const struct error *err, size_t len)
{
	FUZZ_REQUIRE(err->code == ERR_QUERY && err->n_fields == 1);
	FUZZ_REQUIRE(err->fields[0].column >= 1);
	FUZZ_REQUIRE((size_t)err->fields[0].column <= len + 1);
	FUZZ_REQUIRE(err->fields[0].message != NULL);
	return 0;
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_QUERY * 32);
	struct ban_query q, again;
	struct error err = ERROR_INIT;

	if (query_parse((const char *)data, size, &q, &err) < 0) {
		FUZZ_REQUIRE(q.n == 0);
		return refused(&err, size);
	}
	FUZZ_REQUIRE(size <= LIMIT_QUERY && q.n <= BAN_QUERY_NODES);
	query_print(&q, &text);
	FUZZ_REQUIRE(!text.failed);
	/* it may be longer than what it was read from */
	if (text.len > LIMIT_QUERY)
		return 1;
	FUZZ_REQUIRE(query_parse(buf_str(&text), text.len, &again, &err) == 0);
	FUZZ_REQUIRE(query_same(&q, &again));
	return 1;
}
