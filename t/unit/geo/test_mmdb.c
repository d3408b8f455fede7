/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/mmdb.h"

#include <stdio.h>
#include <string.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/geo_answer.h"
#include "base/macros.h"
#include "base/str.h"
#include "t/lib/mmdb_maker.h"
#include "t/lib/scratch.h"
#include "t/lib/unit.h"

enum { FILE_MAX = 16 * 1024 * 1024, MANY = 1000 };

static const struct mmdb_place GERMANY = {
    .code = "DE",
    .name = "Germany",
    .asn = 64500,
    .org = "Example Net",
};
static const struct mmdb_place JAPAN = {
    .code = "JP",
    .name = "Japan",
    .asn = 4200000000,
    .org = "\xe4\xbe\x8b",
};

struct env {
	struct scratch scratch;
	struct geo_mmdb *m;
};

static int
set_up(void **state)
{
	static struct env e;

	scratch_init(&e.scratch);
	*state = &e;
	return 0;
}

static int
tear_down(void **state)
{
	struct env *e = *state;

	geo_mmdb_freep(&e->m);
	scratch_release(&e->scratch);
	return 0;
}

/* Moved into place, as geo/copy.c does. */
static void
put_file(struct env *e, const void *bytes, size_t len)
{
	char fresh[SCRATCH_PATH_SIZE];

	scratch_write(&e->scratch, "fresh", bytes, len);
	assert_true(
	    str_copy(fresh, sizeof fresh, scratch_path(&e->scratch, "fresh")));
	assert_int_equal(rename(fresh, scratch_path(&e->scratch, "x.mmdb")), 0);
}

static void
put_maker(struct env *e, const struct mmdb_maker *m)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);

	mmdb_finish(m, &file);
	put_file(e, file.data, file.len);
}

static void
open_file(struct env *e)
{
	struct error err = ERROR_INIT;

	geo_mmdb_freep(&e->m);
	assert_int_equal(
	    geo_mmdb_new(&e->m, scratch_path(&e->scratch, "x.mmdb"), &err), 0);
}

static struct geo_file
info(const struct env *e)
{
	struct geo_file f;

	geo_mmdb_info(e->m, &f);
	return f;
}

static struct geo_answer
find(struct env *e, const char *text)
{
	const struct geo_answer *found;
	struct addr addr;

	assert_true(addr_parse_net(text, strlen(text), &addr));
	found = geo_mmdb_find(e->m, &addr);
	return found == NULL ? (struct geo_answer)GEO_ANSWER_INIT : *found;
}

static void
assert_unknown(const struct geo_answer *a)
{
	assert_string_equal(a->country_code, "");
	assert_string_equal(a->country_name, "");
	assert_int_equal(a->asn, -1);
	assert_string_equal(a->as_org, "");
}

/* 192.0.2/24, and 2001:db8::/32 in an IPv6 file. */
static void
make_two(struct mmdb_maker *m, unsigned bits, unsigned version,
    enum mmdb_layout layout)
{
	mmdb_init(m, bits, version, mmdb_layout_name(layout));
	mmdb_add(m, "192.0.2.0/24", mmdb_record(m, layout, &GERMANY));
	if (version == 6)
		mmdb_add(m, "2001:db8::/32", mmdb_record(m, layout, &JAPAN));
}

static const struct {
	enum mmdb_layout layout;
	bool code, name, network;
} LAYOUTS[] = {
    {MMDB_GEOLITE_COUNTRY, true,  true,  false},
    {MMDB_GEOLITE_CITY,    true,  true,  false},
    {MMDB_GEOLITE_ASN,     false, false, true },
    {MMDB_DBIP_LITE,       true,  true,  false},
    {MMDB_IPINFO_LITE,     true,  true,  true },
    {MMDB_IPINFO_COUNTRY,  true,  true,  false},
    {MMDB_IPTOASN,         true,  false, false},
};
_Static_assert(ARRAY_LEN(LAYOUTS) == MMDB_LAYOUT__MAX, "every layout");

static void
assert_place(size_t i, const struct geo_answer *a, const struct mmdb_place *p)
{
	assert_string_equal(a->country_code, LAYOUTS[i].code ? p->code : "");
	assert_string_equal(a->country_name, LAYOUTS[i].name ? p->name : "");
	assert_int_equal(a->asn, LAYOUTS[i].network ? (int64_t)p->asn : -1);
	assert_string_equal(a->as_org, LAYOUTS[i].network ? p->org : "");
}

static void
every_layout_tells_what_it_holds(void **state)
{
	static const unsigned BITS[] = {24, 28, 32};
	struct env *e = *state;
	struct geo_answer a;

	for (size_t i = 0; i < ARRAY_LEN(LAYOUTS); i++)
		for (size_t k = 0; k < ARRAY_LEN(BITS); k++) {
			AUTO(mmdb_release) struct mmdb_maker m;

			make_two(&m, BITS[k], 6, LAYOUTS[i].layout);
			put_maker(e, &m);
			open_file(e);
			a = find(e, "192.0.2.255");
			assert_place(i, &a, &GERMANY);
			a = find(e, "2001:db8::1");
			assert_place(i, &a, &JAPAN);
			a = find(e, "192.0.3.0");
			assert_unknown(&a);
			assert_string_equal(
			    info(e).type, mmdb_layout_name(LAYOUTS[i].layout));
			assert_int_equal(info(e).built_at, m.built_at);
		}
}

static void
a_file_of_ipv4_knows_nothing_of_ipv6(void **state)
{
	AUTO(mmdb_release) struct mmdb_maker m;
	struct env *e = *state;
	struct geo_answer a;

	make_two(&m, 24, 4, MMDB_IPINFO_LITE);
	put_maker(e, &m);
	open_file(e);
	a = find(e, "192.0.2.1");
	assert_string_equal(a.country_code, "DE");
	a = find(e, "2001:db8::1");
	assert_unknown(&a);
	a = find(e, "::192.0.2.1"); /* not the same as ::ffff:192.0.2.1 */
	assert_unknown(&a);
}

static void
a_network_is_looked_up_by_its_first_address(void **state)
{
	AUTO(mmdb_release) struct mmdb_maker m;
	struct env *e = *state;
	struct geo_answer a;

	make_two(&m, 24, 6, MMDB_IPTOASN);
	put_maker(e, &m);
	open_file(e);
	a = find(e, "192.0.2.0/25");
	assert_string_equal(a.country_code, "DE");
}

/* What a file may hold that has never seen a publisher. */
static void
key_text(struct mmdb_maker *m, const char *key, const char *s)
{
	mmdb_str(m, key);
	mmdb_str(m, s);
}

static void
lower_case(struct mmdb_maker *m)
{
	mmdb_map(m, 1);
	key_text(m, "country_code", "de");
}

static void
not_assigned(struct mmdb_maker *m)
{
	mmdb_map(m, 2);
	key_text(m, "country_code", "ZZ");
	key_text(m, "country_name", "Nowhere");
}

static void
three_letters(struct mmdb_maker *m)
{
	mmdb_map(m, 1);
	key_text(m, "country_code", "DEU");
}

static void
a_nul_within(struct mmdb_maker *m)
{
	mmdb_map(m, 1);
	mmdb_str(m, "country_code");
	mmdb_str_n(m, "D\0", 2);
}

static void
a_number(struct mmdb_maker *m)
{
	mmdb_map(m, 1);
	mmdb_str(m, "country_code");
	mmdb_uint(m, 6, 0x4445);
}

static void
an_array(struct mmdb_maker *m)
{
	mmdb_map(m, 1);
	mmdb_str(m, "country");
	mmdb_array(m, 1);
	mmdb_str(m, "DE");
}

static void
an_empty_map(struct mmdb_maker *m)
{
	mmdb_map(m, 0);
}

static void
a_text_alone(struct mmdb_maker *m)
{
	mmdb_str(m, "DE");
}

static void
as_zero(struct mmdb_maker *m)
{
	mmdb_map(m, 2);
	mmdb_str(m, "autonomous_system_number");
	mmdb_uint(m, 6, 0);
	key_text(m, "autonomous_system_organization", "Not routed");
}

static void
as_too_large(struct mmdb_maker *m)
{
	mmdb_map(m, 1);
	mmdb_str(m, "asn");
	mmdb_uint(m, 9, 1ULL << 32);
}

static void
as_text_of_nonsense(struct mmdb_maker *m)
{
	mmdb_map(m, 1);
	key_text(m, "asn", "AS-1");
}

static void
as_true(struct mmdb_maker *m)
{
	mmdb_map(m, 1);
	mmdb_str(m, "asn");
	mmdb_bool(m, 1);
}

static void
a_pointer_to_a_pointer(struct mmdb_maker *m)
{
	uint32_t at = mmdb_here(m);

	mmdb_pointer(m, at + 2);
	mmdb_pointer(m, at);
}

static void
a_pointer_out(struct mmdb_maker *m)
{
	mmdb_pointer(m, 0x7fffffff);
}

static void
no_value(struct mmdb_maker *m)
{
	mmdb_raw(m, "\x00\xff", 2);
}

static void (*const HOSTILE[])(struct mmdb_maker *m) = {
    lower_case,
    not_assigned,
    three_letters,
    a_nul_within,
    a_number,
    an_array,
    an_empty_map,
    a_text_alone,
    as_zero,
    as_too_large,
    as_text_of_nonsense,
    as_true,
    a_pointer_to_a_pointer,
    a_pointer_out,
    no_value,
};

static void
hostile_values_are_unknown(void **state)
{
	struct env *e = *state;
	struct geo_answer a;

	for (size_t i = 0; i < ARRAY_LEN(HOSTILE); i++) {
		AUTO(mmdb_release) struct mmdb_maker m;
		uint32_t at;

		mmdb_init(&m, 24, 4, "hostile");
		at = mmdb_here(&m);
		HOSTILE[i](&m);
		mmdb_add(&m, "192.0.2.0/24", at);
		put_maker(e, &m);
		open_file(e);
		assert_true(info(e).open);
		a = find(e, "192.0.2.1");
		assert_unknown(&a);
	}
}

/* The country of an IPinfo record with this name, and the name. */
static struct geo_answer
with_name(struct env *e, const char *name, size_t len)
{
	AUTO(mmdb_release) struct mmdb_maker m;

	mmdb_init(&m, 24, 4, "names");
	mmdb_map(&m, 2);
	key_text(&m, "country_code", "DE");
	mmdb_str(&m, "country_name");
	mmdb_str_n(&m, name, len);
	mmdb_add(&m, "192.0.2.0/24", 0);
	put_maker(e, &m);
	open_file(e);
	return find(e, "192.0.2.1");
}

static void
a_name_that_is_no_text_leaves_the_country(void **state)
{
	static const char *const BAD[] = {
	    "", "a\nb", "\x7f", "\xc3", "\xed\xa0\x80", "\xff"};
	struct env *e = *state;
	struct geo_answer a;

	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		a = with_name(e, BAD[i], strlen(BAD[i]));
		assert_string_equal(a.country_code, "DE");
		assert_string_equal(a.country_name, "");
	}
	a = with_name(e, "a\0b", 3);
	assert_string_equal(a.country_name, "");
}

static void
a_long_name_is_cut_between_characters(void **state)
{
	struct env *e = *state;
	struct geo_answer a;
	char name[200];

	for (size_t i = 0; i < sizeof name; i += 2)
		memcpy(name + i, "\xc3\xa4", 2); /* an umlaut */
	a = with_name(e, name, sizeof name);
	assert_int_equal(strlen(a.country_name), GEO_NAME_SIZE - 2);
	assert_true(str_is_utf8(a.country_name, GEO_NAME_SIZE - 2));
	a = with_name(e, name, GEO_NAME_SIZE - 2);
	assert_int_equal(strlen(a.country_name), GEO_NAME_SIZE - 2);
}

static void
the_registered_country_stands_in(void **state)
{
	AUTO(mmdb_release) struct mmdb_maker m;
	struct env *e = *state;
	struct geo_answer a;

	mmdb_init(&m, 24, 4, "registered");
	mmdb_map(&m, 2);
	mmdb_str(&m, "country");
	mmdb_map(&m, 0);
	mmdb_str(&m, "registered_country");
	mmdb_map(&m, 1);
	key_text(&m, "iso_code", "NZ");
	mmdb_add(&m, "192.0.2.0/24", 0);
	put_maker(e, &m);
	open_file(e);
	a = find(e, "192.0.2.1");
	assert_string_equal(a.country_code, "NZ");
}

/* More records than the table of read ones has room for. */
static void
each_record_is_told_from_the_others(void **state)
{
	static const char LETTERS[] = "DEFGILMOQRSTUWXZ"; /* of AD to AZ */
	AUTO(mmdb_release) struct mmdb_maker m;
	struct env *e = *state;
	char net[32], code[3] = "A";
	struct mmdb_place p = {.code = code, .name = "x", .org = "y"};
	struct geo_answer a;

	mmdb_init(&m, 28, 4, "many");
	for (unsigned i = 0; i < MANY; i++) {
		code[1] = LETTERS[i % 16];
		p.asn = i + 1;
		(void)snprintf(
		    net, sizeof net, "11.%u.%u.0/24", i / 256, i % 256);
		mmdb_add(&m, net, mmdb_record(&m, MMDB_IPINFO_LITE, &p));
	}
	put_maker(e, &m);
	open_file(e);
	for (unsigned i = 0; i < 2 * MANY; i++) {
		unsigned k = i * 7 % MANY;

		(void)snprintf(net, sizeof net, "11.%u.%u.9", k / 256, k % 256);
		a = find(e, net);
		assert_int_equal(a.asn, k + 1);
		assert_int_equal(a.country_code[1], LETTERS[k % 16]);
	}
}

static void
a_file_that_is_not_there_may_come_later(void **state)
{
	AUTO(mmdb_release) struct mmdb_maker m;
	struct env *e = *state;
	struct geo_answer a;

	open_file(e);
	assert_int_equal(info(e).state, GEO_FILE_ABSENT);
	a = find(e, "192.0.2.1");
	assert_unknown(&a);
	assert_false(geo_mmdb_refresh(e->m, 1000, 60));
	make_two(&m, 24, 4, MMDB_IPTOASN);
	put_maker(e, &m);
	assert_false(geo_mmdb_refresh(e->m, 1059, 60)); /* asked just now */
	assert_true(geo_mmdb_refresh(e->m, 1060, 60));
	assert_int_equal(info(e).state, GEO_FILE_OK);
	a = find(e, "192.0.2.1");
	assert_string_equal(a.country_code, "DE");
	assert_false(geo_mmdb_refresh(e->m, 2000, 60));
}

static void
a_new_file_takes_over_and_a_bad_one_does_not(void **state)
{
	AUTO(mmdb_release) struct mmdb_maker m, other;
	struct env *e = *state;
	struct geo_answer a;

	make_two(&m, 24, 4, MMDB_IPTOASN);
	put_maker(e, &m);
	open_file(e);
	put_file(e, "rubbish", 7);
	assert_true(geo_mmdb_refresh(e->m, 100, 60));
	assert_int_equal(info(e).state, GEO_FILE_BAD);
	assert_true(info(e).open);
	a = find(e, "192.0.2.1");
	assert_string_equal(a.country_code, "DE");
	assert_false(geo_mmdb_refresh(e->m, 200, 60)); /* the same rubbish */
	assert_int_equal(info(e).state, GEO_FILE_BAD);

	mmdb_init(&other, 24, 4, "newer");
	mmdb_add(
	    &other, "192.0.2.0/24", mmdb_record(&other, MMDB_IPTOASN, &JAPAN));
	put_maker(e, &other);
	assert_true(geo_mmdb_refresh(e->m, 300, 60));
	assert_int_equal(info(e).state, GEO_FILE_OK);
	assert_string_equal(info(e).type, "newer");
	a = find(e, "192.0.2.1");
	assert_string_equal(a.country_code, "JP");
}

static void
a_clock_set_back_makes_it_look(void **state)
{
	AUTO(mmdb_release) struct mmdb_maker m;
	struct env *e = *state;

	open_file(e);
	assert_false(geo_mmdb_refresh(e->m, 100000, 60));
	make_two(&m, 24, 4, MMDB_IPTOASN);
	put_maker(e, &m);
	assert_true(geo_mmdb_refresh(e->m, 5, 60));
}

static void
a_directory_is_a_bad_file(void **state)
{
	struct env *e = *state;
	struct error err = ERROR_INIT;

	geo_mmdb_freep(&e->m);
	assert_int_equal(geo_mmdb_new(&e->m, e->scratch.dir, &err), 0);
	assert_int_equal(info(e).state, GEO_FILE_BAD);
	assert_false(info(e).open);
}

/* Whatever it says then, it says without harm. */
static bool
survive(struct env *e)
{
	static const char *const ASKED[] = {"0.0.0.0", "192.0.2.1", "192.0.3.1",
	    "255.255.255.255", "2001:db8::1", "ffff::"};
	struct geo_answer a;

	open_file(e);
	for (size_t i = 0; i < ARRAY_LEN(ASKED); i++) {
		a = find(e, ASKED[i]);
		assert_true(
		    a.country_code[0] == '\0' ||
		    geo_is_country(a.country_code, strlen(a.country_code)));
		assert_true(str_is_utf8(a.as_org, strlen(a.as_org)));
	}
	return info(e).open;
}

static void
a_file_cut_at_any_length_does_no_harm(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	AUTO(mmdb_release) struct mmdb_maker m;
	struct env *e = *state;
	size_t opened = 0;

	make_two(&m, 28, 6, MMDB_IPINFO_LITE);
	mmdb_finish(&m, &file);
	for (size_t n = 0; n < file.len; n++) {
		put_file(e, file.data, n);
		opened += survive(e) ? 1 : 0;
	}
	assert_int_equal(opened, 0);
	put_file(e, file.data, file.len);
	assert_true(survive(e));
}

static void
a_file_with_any_byte_changed_does_no_harm(void **state)
{
	static const uint8_t FLIPS[] = {0x01, 0x80, 0xff};
	AUTO(buf_release) struct buf file = BUF_INIT(FILE_MAX);
	AUTO(mmdb_release) struct mmdb_maker m;
	struct env *e = *state;
	size_t opened = 0, refused = 0;

	make_two(&m, 24, 4, MMDB_IPINFO_LITE);
	mmdb_finish(&m, &file);
	for (size_t i = 0; i < file.len; i++)
		for (size_t k = 0; k < ARRAY_LEN(FLIPS); k++) {
			file.data[i] = (char)(file.data[i] ^ FLIPS[k]);
			put_file(e, file.data, file.len);
			if (survive(e))
				opened++;
			else
				refused++;
			file.data[i] = (char)(file.data[i] ^ FLIPS[k]);
		}
	assert_true(opened > 0 && refused > 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    CASE(every_layout_tells_what_it_holds),
	    CASE(a_file_of_ipv4_knows_nothing_of_ipv6),
	    CASE(a_network_is_looked_up_by_its_first_address),
	    CASE(hostile_values_are_unknown),
	    CASE(a_name_that_is_no_text_leaves_the_country),
	    CASE(a_long_name_is_cut_between_characters),
	    CASE(the_registered_country_stands_in),
	    CASE(each_record_is_told_from_the_others),
	    CASE(a_file_that_is_not_there_may_come_later),
	    CASE(a_new_file_takes_over_and_a_bad_one_does_not),
	    CASE(a_clock_set_back_makes_it_look),
	    CASE(a_directory_is_a_bad_file),
	    CASE(a_file_cut_at_any_length_does_no_harm),
	    CASE(a_file_with_any_byte_changed_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
