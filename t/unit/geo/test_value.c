/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/value.h"

#include <string.h>

#include "base/macros.h"
#include "t/lib/mmdb_maker.h"
#include "t/lib/unit.h"

static int
set_up(void **state)
{
	static struct mmdb_maker m;

	mmdb_init(&m, 24, 4, "values");
	*state = &m;
	return 0;
}

static int
tear_down(void **state)
{
	mmdb_release(*state);
	return 0;
}

static struct value_section
section(const struct mmdb_maker *m)
{
	return (struct value_section){
	    .bytes = (const uint8_t *)buf_str(&m->data),
	    .len = m->data.len,
	};
}

/* Does the value at pos end where the data ends, within the budget? */
static bool
skips(const struct mmdb_maker *m, size_t pos, uint64_t budget)
{
	struct value_section s = section(m);

	return value_skip(&s, &pos, &budget) && pos == s.len;
}

static void
sizes_stand_where_the_format_has_them(void **state)
{
	static const size_t SIZES[] = {
	    0, 28, 29, 284, 285, 65820, 65821, 100000};
	struct mmdb_maker *m = *state;
	static char text[100000];
	struct value_head h;

	for (size_t i = 0; i < ARRAY_LEN(SIZES); i++) {
		size_t at = mmdb_here(m);
		struct value_section s;

		mmdb_str_n(m, text, SIZES[i]);
		s = section(m);
		assert_true(value_head(&s, at, &h));
		assert_int_equal(h.type, VALUE_STRING);
		assert_int_equal(h.size, SIZES[i]);
		assert_int_equal(h.next, s.len);
		s.len--;
		assert_false(value_head(&s, at, &h));
	}
}

static void
pointers_of_every_length_are_read(void **state)
{
	static const struct {
		const char *bytes;
		size_t len, to;
	} POINTERS[] = {
	    {"\x20\x05",             2, 5                        },
	    {"\x27\xff",             2, 2047                     },
	    {"\x28\x00\x01",         3, 2049                     },
	    {"\x2f\xff\xff",         3, 2048 + 0x7ffff           },
	    {"\x30\x00\x00\x02",     4, 2048 + 524288 + 2        },
	    {"\x37\xff\xff\xff",     4, 2048 + 524288 + 0x7ffffff},
	    {"\x38\x00\x00\x00\x03", 5, 3                        },
	    {"\x3f\xff\xff\xff\xff", 5, 0xffffffff               },
	};
	struct value_head h;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(POINTERS); i++) {
		struct value_section s = {
		    .bytes = (const uint8_t *)POINTERS[i].bytes,
		    .len = POINTERS[i].len,
		};

		assert_true(value_head(&s, 0, &h));
		assert_int_equal(h.type, VALUE_POINTER);
		assert_int_equal(h.at, POINTERS[i].to);
		assert_int_equal(h.next, POINTERS[i].len);
		s.len--;
		assert_false(value_head(&s, 0, &h));
	}
}

static void
what_is_no_value_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
	} BAD[] = {
	    {"",				 0},
            {"\x00",                             1},
            {"\x00\x00",                         2}, /* type 7 again */
	    {"\x00\x05",			 2}, /* a container */
	    {"\x00\x06",			 2}, /* an end marker */
	    {"\x00\x09",			 2}, /* past the last type */
	    {"\xa3\x01\x02\x03",                 4}, /* uint16 of three */
	    {"\xc5\x01\x02\x03\x04\x05",         6}, /* uint32 of five */
	    {"\x67\x01\x02\x03\x04\x05\x06\x07", 8}, /* double of seven */
	    {"\x03\x08\x01\x02\x03",             5}, /* float of three */
	    {"\x02\x07",			 2}, /* true of two */
	    {"\xe2\x41\x61",                     3}, /* map of two */
	    {"\x03\x04\x41\x61",                 4}, /* array of three */
	    {"\x42\x61",			 2}, /* text cut */
	    {"\x5d",			     1}, /* its size cut */
	};
	struct value_head h;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		struct value_section s = {
		    .bytes = (const uint8_t *)BAD[i].bytes,
		    .len = BAD[i].len,
		};

		assert_false(value_head(&s, 0, &h));
	}
}

static void
a_whole_record_is_walked_over(void **state)
{
	static const struct mmdb_place P = {
	    .code = "DE", .name = "Germany", .asn = 1, .org = "x"};
	struct mmdb_maker *m = *state;

	for (int i = 0; i < MMDB_LAYOUT__MAX; i++) {
		uint32_t at = mmdb_record(m, (enum mmdb_layout)i, &P);

		assert_true(skips(m, at, 100));
	}
}

static void
a_walk_goes_on_behind_a_pointer(void **state)
{
	struct mmdb_maker *m = *state;
	uint32_t shared = mmdb_here(m), at;

	mmdb_map(m, 1);
	mmdb_str(m, "en");
	mmdb_str(m, "Germany");
	at = mmdb_here(m);
	mmdb_array(m, 3);
	mmdb_pointer(m, shared);
	mmdb_uint(m, 6, 7);
	mmdb_pointer(m, shared);
	assert_true(skips(m, at, 8));
	assert_false(skips(m, at, 7)); /* one value more than the budget */
}

static void
a_key_is_a_text(void **state)
{
	struct mmdb_maker *m = *state;

	mmdb_map(m, 1);
	mmdb_uint(m, 6, 1);
	mmdb_str(m, "x");
	assert_false(skips(m, 0, 10));
}

static void
values_nest_up_to_the_limit(void **state)
{
	struct mmdb_maker *m = *state;

	for (int depth = 0; depth < 31; depth++)
		mmdb_array(m, 1);
	mmdb_bool(m, 1);
	assert_true(skips(m, 0, 100));
	mmdb_release(m);
	mmdb_init(m, 24, 4, "deeper");
	for (int depth = 0; depth < 32; depth++)
		mmdb_array(m, 1);
	mmdb_bool(m, 1);
	assert_false(skips(m, 0, 100));
}

static void
a_circle_of_pointers_ends(void **state)
{
	struct mmdb_maker *m = *state;

	mmdb_array(m, 2);
	mmdb_pointer(m, 0);
	mmdb_pointer(m, 0);
	assert_false(skips(m, 0, UINT64_MAX));
}

/* 2^20 texts out of a hundred bytes. */
static void
a_fan_of_pointers_ends_at_the_budget(void **state)
{
	struct mmdb_maker *m = *state;
	uint32_t below = mmdb_here(m);

	mmdb_str(m, "x");
	for (int i = 0; i < 20; i++) {
		uint32_t here = mmdb_here(m);

		mmdb_array(m, 2);
		mmdb_pointer(m, below);
		mmdb_pointer(m, below);
		below = here;
	}
	assert_false(skips(m, below, 4096));
	assert_true(skips(m, below, 1 << 22));
}

static void
numbers_of_64_bits_are_whole(void **state)
{
	struct mmdb_maker *m = *state;
	struct value_section s;
	struct value_head h;
	uint64_t v;

	mmdb_uint(m, 9, UINT64_MAX - 1);
	s = section(m);
	assert_true(value_head(&s, 0, &h));
	assert_true(value_uint(&s, &h, &v));
	assert_true(v == UINT64_MAX - 1);
	mmdb_release(m);
	mmdb_init(m, 24, 4, "text");
	mmdb_str(m, "7");
	s = section(m);
	assert_true(value_head(&s, 0, &h));
	assert_false(value_uint(&s, &h, &v));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(sizes_stand_where_the_format_has_them),
	    CASE(pointers_of_every_length_are_read),
	    CASE(what_is_no_value_is_refused),
	    CASE(a_whole_record_is_walked_over),
	    CASE(a_walk_goes_on_behind_a_pointer),
	    CASE(a_key_is_a_text),
	    CASE(values_nest_up_to_the_limit),
	    CASE(a_circle_of_pointers_ends),
	    CASE(a_fan_of_pointers_ends_at_the_budget),
	    CASE(numbers_of_64_bits_are_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
