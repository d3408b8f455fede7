/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "t/lib/mmdb_maker.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

enum { FILE_MAX = 1024 * 1024 };

static const struct mmdb_place GERMANY = {
    .code = "DE", .name = "Germany", .asn = 64500, .org = "Example Net"};

static void
make(struct buf *file, unsigned bits, unsigned version)
{
	AUTO(mmdb_release) struct mmdb_maker m;

	mmdb_init(&m, bits, version, "Test");
	mmdb_add(
	    &m, "192.0.2.0/24", mmdb_record(&m, MMDB_IPINFO_LITE, &GERMANY));
	mmdb_add(&m, "198.51.100.0/24",
	    mmdb_record(&m, MMDB_GEOLITE_CITY, &GERMANY));
	mmdb_finish(&m, file);
}

static bool
reads(const struct buf *file, struct geo_layout *l)
{
	size_t tail = file->len < GEO_TAIL_MAX ? file->len : GEO_TAIL_MAX;

	return geo_layout_read(
	    l, (const uint8_t *)file->data + file->len - tail, tail, file->len);
}

static bool
is_sound(const struct buf *file)
{
	struct error err = ERROR_INIT;
	struct geo_layout l;

	if (!reads(file, &l))
		return false;
	if (geo_layout_check(&l, (const uint8_t *)file->data, &err) == 0)
		return true;
	assert_int_equal(err.code, ERR_INVALID);
	return false;
}

static void
a_sound_file_is_read_and_found_sound(void **state)
{
	static const unsigned BITS[] = {24, 28, 32};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BITS); i++) {
		AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
		struct geo_layout l;

		make(&file, BITS[i], i == 0 ? 4 : 6);
		assert_true(reads(&file, &l));
		assert_int_equal(l.record_bits, BITS[i]);
		assert_int_equal(l.ip_version, i == 0 ? 4 : 6);
		assert_string_equal(l.type, "Test");
		assert_int_equal(l.built_at, 1790000000);
		assert_int_equal(l.data_at, l.node_count * (BITS[i] / 4) + 16);
		assert_true(is_sound(&file));
	}
}

/* Where text stands in the file; once. */
static char *
place(const struct buf *file, const char *text)
{
	char *p = memmem(file->data, file->len, text, strlen(text));

	assert_non_null(p);
	return p;
}

static const struct {
	const char *key; /* of the metadata */
	uint8_t control, value;
} WRONG[] = {
    {"record_size",                 0xa1, 25  },
    {"record_size",                 0xa0, 0x45}, /* 0, then a text cut */
    {"ip_version",                  0xa1, 5   },
    {"binary_format_major_version", 0xa1, 3   },
    {"node_count",                  0x41, 'x' }, /* a text */
    {"node_count",                  0xc1, 0xff}, /* more than there are */
};

static void
metadata_that_does_not_fit_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(WRONG); i++) {
		AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
		struct geo_layout l;
		char *p;

		make(&file, 24, 4);
		p = place(&file, WRONG[i].key) + strlen(WRONG[i].key);
		assert_int_equal(p[0] & 31, 1); /* a value of one byte */
		p[0] = (char)WRONG[i].control;
		p[1] = (char)WRONG[i].value;
		assert_false(reads(&file, &l));
	}
}

/* What follows key is no list of texts any more. */
static void
lists_that_are_none_are_refused(void **state)
{
	static const struct {
		const char *key;
		size_t at;     /* behind it */
		uint8_t value; /* of the byte there */
	} LISTS[] = {
	    {"description", 0, 0x41}, /* a text for the map */
	    {"description", 4, 0x8e}, /* bytes for its text */
	    {"languages",   0, 0x41}, /* a text for the list */
	    {"languages",   2, 0xc2}, /* a number for its text */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(LISTS); i++) {
		AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
		struct geo_layout l;
		char *p;

		make(&file, 24, 4);
		p = place(&file, LISTS[i].key) + strlen(LISTS[i].key);
		p[LISTS[i].at] = (char)LISTS[i].value;
		assert_false(reads(&file, &l));
	}
}

static void
a_key_that_is_missing_is_refused(void **state)
{
	static const char *const KEYS[] = {"node_count", "record_size",
	    "ip_version", "binary_format_major_version", "build_epoch",
	    "database_type"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(KEYS); i++) {
		AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
		struct geo_layout l;

		make(&file, 24, 4);
		*place(&file, KEYS[i]) = 'X';
		assert_false(reads(&file, &l));
	}
}

/* A tail that announces what its file need not have. */
static void
make_tail(struct buf *tail, uint64_t nodes, unsigned bits, const char *type)
{
	AUTO(mmdb_release) struct mmdb_maker m;

	mmdb_init(&m, bits, 4, "");
	mmdb_map(&m, 6);
	mmdb_str(&m, "node_count");
	mmdb_uint(&m, nodes > UINT32_MAX ? 9 : 6, nodes);
	mmdb_str(&m, "record_size");
	mmdb_uint(&m, 5, bits);
	mmdb_str(&m, "ip_version");
	mmdb_uint(&m, 5, 4);
	mmdb_str(&m, "binary_format_major_version");
	mmdb_uint(&m, 5, 2);
	mmdb_str(&m, "build_epoch");
	mmdb_uint(&m, 9, 1);
	mmdb_str(&m, "database_type");
	mmdb_str(&m, type);
	buf_add_str(tail, "data and \xab\xcd\xefMaxMind.com");
	buf_add(tail, m.data.data, m.data.len);
}

static bool
tail_reads(uint64_t nodes, unsigned bits, uint64_t file_size)
{
	AUTO(buf_release) struct buf tail = BUF_INIT(FILE_MAX);
	struct geo_layout l;

	make_tail(&tail, nodes, bits, "Test");
	return geo_layout_read(
	    &l, (const uint8_t *)tail.data, tail.len, file_size);
}

static void
a_file_has_room_for_its_tree(void **state)
{
	(void)state;
	assert_true(tail_reads(100, 24, 1000));
	assert_true(tail_reads(100, 32, 1000));
	assert_false(tail_reads(150, 32, 1000));
	assert_false(tail_reads(0, 24, 1000));
	assert_false(tail_reads(1ULL << 32, 24, 1000));
	/* these take 0 and 8 bytes, modulo 2^32 */
	assert_false(tail_reads(1U << 29, 32, 1000));
	assert_false(tail_reads((1U << 29) + 1, 32, 1000));
	/* more records than a record number can name */
	assert_true(tail_reads(100, 32, 1ULL << 30));
	assert_false(tail_reads(100, 32, 1ULL << 33));
}

static void
a_type_that_is_no_name_is_left_out(void **state)
{
	static const char LONG[] =
	    "0123456789012345678901234567890123456789012345678901234567890123";
	static const char *const BAD[] = {LONG, "a\nb", "\xff"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		AUTO(buf_release) struct buf tail = BUF_INIT(FILE_MAX);
		struct geo_layout l;

		make_tail(&tail, 1, 24, BAD[i]);
		assert_true(geo_layout_read(
		    &l, (const uint8_t *)tail.data, tail.len, 1000));
		assert_string_equal(l.type, "");
	}
}

static void
the_last_marker_counts(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	AUTO(buf_release) struct buf two = BUF_INIT(FILE_MAX);
	struct geo_layout l;

	(void)state;
	make(&file, 24, 4);
	make(&two, 24, 4);
	buf_add_str(&two, "\xab\xcd\xefMaxMind.com");
	assert_false(reads(&two, &l)); /* nothing is behind it */
	buf_add(&two, file.data, file.len);
	assert_true(reads(&two, &l));
}

static void
no_marker_is_no_file(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	struct geo_layout l;

	(void)state;
	assert_false(geo_layout_read(&l, (const uint8_t *)"", 0, 0));
	buf_add_str(&file, "\xab\xcd\xefMaxMind.co");
	assert_false(reads(&file, &l));
	buf_add_char(&file, 'm');
	assert_false(reads(&file, &l));
}

/* A file whose first network has a record of these bytes. */
static bool
record_is_sound(const char *bytes, size_t len)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	AUTO(mmdb_release) struct mmdb_maker m;

	mmdb_init(&m, 24, 4, "Test");
	mmdb_raw(&m, bytes, len);
	mmdb_add(&m, "192.0.2.0/24", 0);
	mmdb_finish(&m, &file);
	return is_sound(&file);
}

static void
a_record_that_cannot_be_walked_is_found(void **state)
{
	static char deep[100000];

	(void)state;
	assert_true(record_is_sound("\xe1\x42"
				    "ab\x41x",
	    6));
	assert_false(record_is_sound("\xe1\x42"
				     "ab",
	    4));
	assert_false(record_is_sound("\x20\x10", 2)); /* points out */
	assert_false(record_is_sound("\x20\x00", 2)); /* points to itself */
	for (size_t i = 0; i + 1 < sizeof deep; i += 2)
		memcpy(deep + i, "\x01\x04", 2); /* an array of one */
	assert_false(record_is_sound(deep, sizeof deep));
}

static void
a_record_number_that_leads_nowhere_is_found(void **state)
{
	static const struct {
		uint32_t past_nodes;
		bool sound;
	} NUMBERS[] = {
	    {0,     true },
	    {1,     false}, /* into the separator */
	    {15,    false},
	    {16,    true },
	    {18,    true }, /* another value within the record */
	    {17,    false}, /* the middle of one */
	    {10000, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
		AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
		AUTO(mmdb_release) struct mmdb_maker m;
		uint32_t n;

		mmdb_init(&m, 24, 4, "Test");
		mmdb_raw(&m, "\xc1\x7f\x41\x61", 4); /* a number, a text */
		mmdb_add(&m, "192.0.2.0/24", 0);
		mmdb_finish(&m, &file);
		n = (uint32_t)m.n_nodes + NUMBERS[i].past_nodes;
		file.data[0] = (char)(n >> 16);
		file.data[1] = (char)(n >> 8);
		file.data[2] = (char)n;
		assert_int_equal(is_sound(&file), NUMBERS[i].sound);
	}
}

static void
nothing_leads_back_to_the_root(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);

	(void)state;
	make(&file, 24, 4);
	memset(file.data + 6, 0, 3);
	assert_false(is_sound(&file));
}

static int
check_once(void *arg, struct error *err)
{
	const struct buf *file = arg;
	struct geo_layout l;

	assert_true(reads(file, &l));
	return geo_layout_check(&l, (const uint8_t *)file->data, err);
}

static void
lost_memory_is_told(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);

	(void)state;
	make(&file, 24, 4);
	assert_int_equal(torture_run(check_once, &file), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sound_file_is_read_and_found_sound),
	    cmocka_unit_test(metadata_that_does_not_fit_is_refused),
	    cmocka_unit_test(lists_that_are_none_are_refused),
	    cmocka_unit_test(a_key_that_is_missing_is_refused),
	    cmocka_unit_test(a_file_has_room_for_its_tree),
	    cmocka_unit_test(a_type_that_is_no_name_is_left_out),
	    cmocka_unit_test(the_last_marker_counts),
	    cmocka_unit_test(no_marker_is_no_file),
	    cmocka_unit_test(a_record_that_cannot_be_walked_is_found),
	    cmocka_unit_test(a_record_number_that_leads_nowhere_is_found),
	    cmocka_unit_test(nothing_leads_back_to_the_root),
	    cmocka_unit_test(lost_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
