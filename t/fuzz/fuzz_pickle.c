/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Replies: what decodes has its end where the scanner finds it, is refused
 * when it is cut before, can be written out, and if it is a list of words it
 * is the same list after it was sent.
 */
#include "t/fuzz/fuzz.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "f2b/pickle.h"
#include "t/lib/pickle_json.h"

enum { WORDS_MAX = 64, JSON_MAX = 16 * 1024 * 1024 };

static void
check_words(const struct pickle_value *v)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_F2B_REQUEST);
	AUTO(pickle_freep) struct pickle *again = NULL;
	struct error err = ERROR_INIT;
	const char *words[WORDS_MAX];
	const char *back[WORDS_MAX];
	size_t n = 0;
	size_t n_back = 0;
	size_t used = 0;

	if (pickle_words(v, words, WORDS_MAX, &n, &err) < 0 ||
	    pickle_encode_words(&out, words, n, &err) < 0)
		return;
	FUZZ_REQUIRE(!memmem(out.data, out.len, "<F2B_END_COMMAND>", 17));
	FUZZ_REQUIRE(
	    pickle_decode(&again, out.data, out.len, &used, &err) == 0);
	FUZZ_REQUIRE(used == out.len);
	FUZZ_REQUIRE(pickle_words(pickle_value(again), back, WORDS_MAX, &n_back,
			 &err) == 0);
	FUZZ_REQUIRE(n_back == n);
	for (size_t i = 0; i < n; i++)
		FUZZ_REQUIRE(strcmp(back[i], words[i]) == 0);
}

/* How the scanner ends on the whole, when the data come in two pieces. */
static int
scan_in_two(const uint8_t *data, size_t size, size_t *pos)
{
	struct error err = ERROR_INIT;
	int rc;

	*pos = 0;
	rc = pickle_scan(data, size / 2, pos, &err);
	if (rc == 0)
		rc = pickle_scan(data, size, pos, &err);
	return rc;
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	AUTO(pickle_freep) struct pickle *cut = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT(JSON_MAX);
	struct error err = ERROR_INIT;
	size_t used = 0;
	size_t pos = 0;
	int rc = scan_in_two(data, size, &pos);

	FUZZ_REQUIRE(pos <= size);
	if (pickle_decode(&p, data, size, &used, &err) < 0) {
		FUZZ_REQUIRE(!p && used == 0);
		FUZZ_REQUIRE(err.code == ERR_F2B_PROTOCOL);
		return 0;
	}
	FUZZ_REQUIRE(rc == 1 && pos == used);
	FUZZ_REQUIRE(pickle_decode(&cut, data, used - 1, &pos, &err) < 0);
	pickle_json_reply(&text, pickle_value(p));
	FUZZ_REQUIRE(text.len > 0);
	check_words(pickle_value(p));
	return 1;
}
