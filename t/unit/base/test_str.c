/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/str.h"

#include <string.h>

#include "base/error.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

static void
copies_fit_or_leave_the_empty_text(void **state)
{
	char dst[4] = "old";

	(void)state;
	assert_true(str_copy(dst, sizeof dst, "abc"));
	assert_string_equal(dst, "abc");
	assert_false(str_copy(dst, sizeof dst, "abcd"));
	assert_string_equal(dst, "");
	assert_true(str_copy_n(dst, sizeof dst, "abcdef", 3));
	assert_string_equal(dst, "abc");
	assert_false(str_copy_n(dst, sizeof dst, "abcdef", 4));
	assert_string_equal(dst, "");
	assert_true(str_copy_n(dst, 1, NULL, 0));
	dst[0] = 'x';
	assert_false(str_copy_n(dst, 0, "", 0));
	assert_int_equal(dst[0], 'x');
}

static void
equality_and_prefixes_look_at_every_byte(void **state)
{
	(void)state;
	assert_true(str_eq("", ""));
	assert_false(str_eq("a", "A"));
	assert_false(str_eq("a", "ab"));
	assert_true(str_starts("abc", "ab"));
	assert_true(str_starts("abc", ""));
	assert_false(str_starts("a", "ab"));
}

struct utf8_row {
	const char *bytes;
	size_t len; /* 0: invalid */
	uint32_t cp;
};

static const struct utf8_row UTF8_ROWS[] = {
    {"a",		    1, 'a'     },
    {"\x7f",		 1, 0x7f    },
    {"\xc2\x80",             2, 0x80    },
    {"\xdf\xbf",             2, 0x7ff   },
    {"\xe0\xa0\x80",         3, 0x800   },
    {"\xed\x9f\xbf",         3, 0xd7ff  },
    {"\xee\x80\x80",         3, 0xe000  },
    {"\xef\xbf\xbf",         3, 0xffff  },
    {"\xf0\x90\x80\x80",     4, 0x10000 },
    {"\xf4\x8f\xbf\xbf",     4, 0x10ffff},
    {"\x80",		 0, 0       }, /* continuation alone */
    {"\xbf",		 0, 0       }, /* the last of them */
    {"\xc0\x80",             0, 0       }, /* overlong NUL */
    {"\xc1\xbf",             0, 0       }, /* overlong 0x7f */
    {"\xe0\x9f\xbf",         0, 0       }, /* overlong 0x7ff */
    {"\xf0\x8f\xbf\xbf",     0, 0       }, /* overlong 0xffff */
    {"\xed\xa0\x80",         0, 0       }, /* first surrogate */
    {"\xed\xbf\xbf",         0, 0       }, /* last surrogate */
    {"\xf4\x90\x80\x80",     0, 0       }, /* 0x110000 */
    {"\xf7\xbf\xbf\xbf",     0, 0       }, /* far above */
    {"\xf8\x88\x80\x80\x80", 0, 0       },
    {"\xf8\x90\x80\x80",     0, 0       }, /* five bytes, four of them here */
    {"\x80\x90\x80\x80",     0, 0       },
    {"\xfe",		 0, 0       },
    {"\xff",		 0, 0       },
    {"\xc2",		 0, 0       }, /* truncated */
    {"\xe2\x82",             0, 0       }, /* truncated */
    {"\xf0\x9f\x98",         0, 0       }, /* truncated */
    {"\xc2\x41",             0, 0       }, /* no continuation */
    {"\xe2\x82\x41",         0, 0       },
    {"\xe2\x28\xa1",         0, 0       },
    {"\xc2\xc2",             0, 0       },
};

static void
utf8_is_exactly_rfc_3629(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(UTF8_ROWS); i++) {
		const struct utf8_row *r = &UTF8_ROWS[i];
		size_t len = strlen(r->bytes);
		uint32_t cp = 4711;
		size_t n = str_utf8_char(r->bytes, len, &cp);

		if (n != r->len || cp != (n == 0 ? 4711 : r->cp) ||
		    str_is_utf8(r->bytes, len) != (r->len != 0))
			fail_msg("row %zu: %zu, U+%04X", i, n, cp);
	}
}

static void
utf8_texts_may_hold_nul_and_no_half_characters(void **state)
{
	uint32_t cp;

	(void)state;
	assert_true(str_is_utf8("", 0));
	assert_int_equal(str_utf8_char("", 0, &cp), 0);
	assert_true(str_is_utf8("a\0b", 3));
	assert_true(str_is_utf8("gr\xc3\xbc\xc3\x9f", 6));
	assert_false(str_is_utf8("gr\xc3\xbc\xc3\x9f", 5));
	assert_false(str_is_utf8("ok\xffok", 5));
}

static void
controls_are_c0_and_del(void **state)
{
	char c;

	(void)state;
	for (int i = 0; i < 256; i++) {
		c = (char)i;
		assert_int_equal(str_has_control(&c, 1), i < 0x20 || i == 0x7f);
	}
	assert_false(str_has_control("", 0));
	assert_true(str_has_control("a\0b", 3));
	assert_true(str_has_control("ab\n", 3));
	assert_false(str_has_control("ab\n", 2));
}

static void
secrets_differ_at_any_byte(void **state)
{
	char a[33] = "0123456789abcdef0123456789abcdef";
	char b[33];

	(void)state;
	memcpy(b, a, sizeof a);
	assert_true(str_equal_secret(a, b, 32));
	assert_true(str_equal_secret(a, "x", 0));
	for (size_t i = 0; i < 32; i++) {
		b[i] ^= (char)0x80;
		assert_false(str_equal_secret(a, b, 32));
		assert_true(str_equal_secret(a, b, i));
		b[i] = a[i];
	}
}

static void
a_list_owns_copies_and_sorts_them(void **state)
{
	struct str_list l = STR_LIST_INIT;
	struct error err = ERROR_INIT;
	char text[] = "sshd,nginx,apache";

	(void)state;
	str_list_sort(&l);
	assert_false(str_list_has(&l, "sshd"));
	assert_int_equal(str_list_add(&l, text, 4, &err), 0);
	assert_int_equal(str_list_add(&l, text + 5, 5, &err), 0);
	assert_int_equal(str_list_add(&l, text + 11, 6, &err), 0);
	assert_int_equal(str_list_add(&l, text, 0, &err), 0);
	memset(text, '-', sizeof text);
	str_list_sort(&l);
	assert_int_equal(l.n, 4);
	assert_string_equal(l.items[0], "");
	assert_string_equal(l.items[1], "apache");
	assert_string_equal(l.items[3], "sshd");
	assert_true(str_list_has(&l, "nginx"));
	assert_false(str_list_has(&l, "ngin"));
	str_list_release(&l);
	assert_int_equal(l.n, 0);
	str_list_release(&l);
}

static int
fill_list(void *arg, struct error *err)
{
	AUTO(str_list_release) struct str_list l = STR_LIST_INIT;

	(void)arg;
	for (size_t i = 0; i < 20; i++) {
		if (str_list_add(&l, "text", 4, err) < 0) {
			assert_int_equal(l.n, i); /* what was in, stays */
			return -1;
		}
	}
	return 0;
}

static void
a_list_survives_every_failing_allocation(void **state)
{
	(void)state;
	assert_int_equal(torture_run(fill_list, NULL), 20 + 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(copies_fit_or_leave_the_empty_text),
	    cmocka_unit_test(equality_and_prefixes_look_at_every_byte),
	    cmocka_unit_test(utf8_is_exactly_rfc_3629),
	    cmocka_unit_test(utf8_texts_may_hold_nul_and_no_half_characters),
	    cmocka_unit_test(controls_are_c0_and_del),
	    cmocka_unit_test(secrets_differ_at_any_byte),
	    cmocka_unit_test(a_list_owns_copies_and_sorts_them),
	    cmocka_unit_test(a_list_survives_every_failing_allocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
