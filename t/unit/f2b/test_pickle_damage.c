/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every captured reply, cut at each length and flipped at each bit. */
#include "f2b/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/time.h"
#include "t/lib/fixtures.h"
#include "t/lib/heap_peak.h"
#include "t/lib/pickle_json.h"
#include "t/lib/unit.h"

enum { JSON_MAX = 64 * 1024 * 1024, PLACES_MIN = 24, DECODE_MS = 2000 };

static struct fixtures fixtures;

struct outcome {
	size_t accepted, refused;
};

static int
load(void **state)
{
	(void)state;
	fixtures_load(&fixtures);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	fixtures_release(&fixtures);
	return 0;
}

/* Memory follows what is there: each byte makes at most one value, and the
 * stack, the memo and the items of lists grow with it. */
static size_t
memory_limit(size_t len)
{
	return 512 * 1024 + 256 * len;
}

/* Bytes decoded for one fixture. A bigger one is not damaged at every place,
 * but at places that are spread over it. */
static size_t
budget(void)
{
	return (size_t)unit_size(4 * 1024 * 1024, 64 * 1024);
}

static size_t
step_for(size_t places, size_t len)
{
	size_t most = budget() / (len + 1) + (size_t)unit_size(24, 4);

	return places / most + 1;
}

/* Decode from a block of exactly this size, so that a sanitizer sees a read
 * past its end: bytes used, or 0 when it was refused. */
static size_t
decode_exactly(const uint8_t *data, size_t len, struct pickle **out)
{
	struct error err = ERROR_INIT;
	int64_t start = time_mono_ms();
	size_t used = 0;
	int rc;

	heap_peak_start();
	rc = pickle_decode(out, data, len, &used, &err);
	if (heap_peak() > memory_limit(len))
		fail_msg("%zu bytes took %zu bytes", len, heap_peak());
	if (time_mono_ms() - start > DECODE_MS)
		fail_msg("%zu bytes took too long", len);
	if (rc == 0)
		return used;
	assert_int_equal(err.code, ERR_F2B_PROTOCOL);
	assert_true(err.detail[0] != '\0');
	return 0;
}

static int
scan(const uint8_t *data, size_t len, size_t *pos)
{
	struct error err = ERROR_INIT;

	*pos = 0;
	return pickle_scan(data, len, pos, &err);
}

/* A cut reply is accepted when, and only when, its STOP is still there. */
static void
cut(const struct fixture *item, size_t whole, struct outcome *o)
{
	size_t step = step_for(item->len, item->len);

	for (size_t len = 0; len < item->len; len += step) {
		AUTO(pickle_freep) struct pickle *p = NULL;
		uint8_t *copy = malloc(len);
		size_t pos = 0;
		size_t used;

		assert_true(len == 0 || copy != NULL);
		if (len > 0)
			memcpy(copy, item->data, len);
		used = decode_exactly(copy, len, &p);
		assert_int_equal(used, len < whole ? 0 : whole);
		assert_int_equal(scan(copy, len, &pos), len >= whole);
		o->accepted += used > 0;
		o->refused += used == 0;
		free(copy);
	}
}

/* What is still accepted can be walked over and written out. */
static void
flip(const struct fixture *item, uint8_t *copy, size_t bit, struct outcome *o)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT(JSON_MAX);
	size_t pos = 0;
	size_t used;

	copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
	used = decode_exactly(copy, item->len, &p);
	if (used > 0) {
		assert_int_equal(scan(copy, item->len, &pos), 1);
		assert_int_equal(pos, used);
		pickle_json_reply(&text, pickle_value(p));
		assert_true(text.len > 0);
	}
	o->accepted += used > 0;
	o->refused += used == 0;
	copy[bit / 8] ^= (uint8_t)(1u << bit % 8);
}

static void
flip_all(const struct fixture *item, size_t whole, struct outcome *o)
{
	uint8_t *copy = malloc(item->len);
	size_t bits = whole * 8; /* the end marker is no part of the pickle */
	size_t step = step_for(bits, item->len);

	assert_non_null(copy);
	memcpy(copy, item->data, item->len);
	for (size_t bit = 0; bit < bits; bit += step)
		flip(item, copy, bit, o);
	free(copy);
}

/* The same bytes come from several servers: once is enough. */
static bool
seen_before(size_t n)
{
	const struct fixture *item = &fixtures.items[n];

	for (size_t i = 0; i < n; i++)
		if (fixtures.items[i].len == item->len &&
		    memcmp(fixtures.items[i].data, item->data, item->len) == 0)
			return true;
	return false;
}

static size_t
for_each_reply(
    void (*damage)(const struct fixture *item, size_t whole, struct outcome *o),
    struct outcome *o)
{
	size_t n = 0;

	for (size_t i = 0; i < fixtures.n; i++) {
		const struct fixture *item = &fixtures.items[i];
		size_t whole;

		if ((!fixture_ends(item, ".rep.bin") &&
			!fixture_in(item, "edge")) ||
		    !fixture_ends(item, ".bin") || seen_before(i))
			continue;
		assert_int_equal(scan(item->data, item->len, &whole), 1);
		damage(item, whole, o);
		n++;
	}
	return n;
}

static void
a_cut_reply_is_refused_at_every_length(void **state)
{
	struct outcome o = {0};

	(void)state;
	assert_true(for_each_reply(cut, &o) > 300);
	assert_true(o.refused > 20000);
	assert_true(o.accepted > 1000);
}

static void
a_reply_with_any_bit_flipped_is_refused_or_data(void **state)
{
	struct outcome o = {0};

	(void)state;
	assert_true(for_each_reply(flip_all, &o) > 300);
	assert_in_range(o.refused, (size_t)unit_size(100000, 10000), SIZE_MAX);
	assert_in_range(o.accepted, (size_t)unit_size(100000, 10000), SIZE_MAX);
}

static void
a_hostile_reply_takes_no_memory_for_what_it_only_claims(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < fixtures.n; i++) {
		AUTO(pickle_freep) struct pickle *p = NULL;
		const struct fixture *item = &fixtures.items[i];

		if (!fixture_in(item, "hostile") || !fixture_ends(item, ".bin"))
			continue;
		n += decode_exactly(item->data, item->len, &p) == 0;
	}
	assert_true(n > 180);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cut_reply_is_refused_at_every_length),
	    cmocka_unit_test(a_reply_with_any_bit_flipped_is_refused_or_data),
	    cmocka_unit_test(
		a_hostile_reply_takes_no_memory_for_what_it_only_claims),
	};

	return cmocka_run_group_tests_name(
	    "pickle_damage", tests, load, unload);
}
