/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/lists/list_read.h"

#include <string.h>

#include "t/lib/torture.h"
#include "t/lib/unit.h"

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "base/own_addr.h"
#include "service/lists/list_range.h"

#define PLAIN                                                                  \
	{                                                                      \
		.format = LIST_PLAIN                                           \
	}
#define AUTOMATIC                                                              \
	{                                                                      \
		.format = LIST_AUTO                                            \
	}

static const char *
items_of(const struct list *list, struct buf *out)
{
	char ip[ADDR_TEXT_SIZE];

	buf_clear(out);
	for (size_t i = 0; i < list->n; i++) {
		addr_format(&list->items[i], ip);
		buf_addf(out, "%s%s", i == 0 ? "" : " ", ip);
	}
	return buf_str(out);
}

static void
assert_reads(struct list_how how, const char *text, const char *items)
{
	AUTO(list_release) struct list list = {0};
	AUTO(buf_release) struct buf got = BUF_INIT(64 * 1024);
	struct error err = ERROR_INIT;

	unit_must(list_read(text, strlen(text), &how, NULL, &list, &err), &err);
	assert_string_equal(items_of(&list, &got), items);
}

static void
plain_lines_with_comments_are_read(void **state)
{
	(void)state;
	assert_reads((struct list_how)PLAIN,
	    "# a comment\r\n"
	    "; another\n"
	    "// one more\n"
	    "\n"
	    "  9.9.9.9 # of a line\r\n"
	    "1.10.16.0/20 ; SBL256894\n"
	    "5.6.7.8,botnet,2026-01-01\n"
	    "5.7.0.0 - 5.7.0.3\n"
	    "2a00:1450:4001::/48\n"
	    "8.8.4.4",
	    "1.10.16.0/20 5.6.7.8 5.7.0.0/30 8.8.4.4 9.9.9.9 "
	    "2a00:1450:4001::/48");
}

static void
a_column_of_csv_is_read(void **state)
{
	const struct list_how second = {.format = LIST_CSV, .column = 2};
	const struct list_how first = {.format = LIST_CSV};

	(void)state;
	assert_reads(second,
	    "#c\nname,ip\n\"a, b\",\"9.9.9.9\",3\r\nc, 8.8.8.8 ,4\nd,1.2.3.4\n",
	    "1.2.3.4 8.8.8.8 9.9.9.9");
	assert_reads(second, "name;ip\na;9.9.9.9;3\n", "9.9.9.9");
	assert_reads(second, "a\t9.9.9.9\n", "9.9.9.9");
	assert_reads(first, "9.9.9.9,x\n8.8.8.8\n", "8.8.8.8 9.9.9.9");
}

static void
json_is_read_by_field_or_by_looks(void **state)
{
	const struct list_how field = {.format = LIST_JSON, .field = "ip"};

	(void)state;
	assert_reads((struct list_how)AUTOMATIC,
	    " [\"9.9.9.9\", \"8.8.8.0\\/24\"]", "8.8.8.0/24 9.9.9.9");
	assert_reads((struct list_how)AUTOMATIC,
	    "{\"cidr\":\"1.10.16.0/20\",\"sblid\":\"SBL2\",\"n\":-1.5e3}\n"
	    "{\"cidr\":\"5.6.7.8\"}\n",
	    "1.10.16.0/20 5.6.7.8");
	assert_reads(field,
	    "{\"data\":[{\"ip\":\"9.9.9.9\",\"by\":\"1.1.1.1\"},"
	    "{\"ip\":[\"8.8.8.8\",\"8.8.4.4\"],\"ok\":true,\"x\":null}]}",
	    "8.8.4.4 8.8.8.8 9.9.9.9");
}

static void
ipset_and_nft_are_read(void **state)
{
	(void)state;
	assert_reads((struct list_how)AUTOMATIC,
	    "# saved\ncreate bad hash:net family inet maxelem 65536\n"
	    "add bad 9.9.9.9 timeout 300 comment \"1.2.3.4\"\n"
	    "-A bad 8.8.8.0/24\nflush other\nadd bad 5.0.0.0-5.0.0.1\n",
	    "5.0.0.0/31 8.8.8.0/24 9.9.9.9");
	assert_reads((struct list_how)AUTOMATIC,
	    "table inet filter {\n\tset bad {\n\t\ttype ipv4_addr\n"
	    "\t\tflags interval # 1.1.1.1\n"
	    "\t\telements = { 9.9.9.9 timeout 1d, 8.8.8.0/24,\n"
	    "\t\t\t     5.0.0.0-5.0.0.1, 1.1.1.1, }\n\t}\n"
	    "\tchain c { ip saddr 1.2.3.4 drop }\n}\n",
	    "1.1.1.1 5.0.0.0/31 8.8.8.0/24 9.9.9.9");
	assert_reads((struct list_how){.format = LIST_IPSET},
	    "add element inet filter bad { 9.9.9.9, 8.8.8.8 }",
	    "8.8.8.8 9.9.9.9");
}

static void
what_lies_in_another_entry_is_a_double(void **state)
{
	AUTO(list_release) struct list list = {0};
	AUTO(buf_release) struct buf got = BUF_INIT(1024);
	struct error err = ERROR_INIT;
	const struct list_how how = PLAIN;
	const char text[] =
	    "9.9.9.9\n9.9.9.0/24\n9.9.9.9\n9.9.9.128/25\n9.9.8.1";

	(void)state;
	unit_must(
	    list_read(text, sizeof text - 1, &how, NULL, &list, &err), &err);
	assert_string_equal(items_of(&list, &got), "9.9.8.1 9.9.9.0/24");
	assert_int_equal(list.counts.duplicates, 3);
	assert_int_equal(list.counts.taken, 5);
	assert_int_equal(list.counts.lines, 5);
}

static void
what_must_not_be_banned_is_dropped_and_counted(void **state)
{
	AUTO(list_release) struct list list = {0};
	AUTO(buf_release) struct buf got = BUF_INIT(1024);
	struct error err = ERROR_INIT;
	const struct list_how how = PLAIN;
	struct addr mine[1];
	const struct own_addrs own = {mine, 1};
	const char text[] = "10.0.0.1\n127.0.0.1\n169.254.1.1\n224.0.0.1\n"
			    "::1\nfe80::1\nfc00::1\n2002:a00:1::1\n"
			    "192.0.0.0/8\n2002::/19\n172.0.0.0-172.31.0.0\n"
			    "8.0.0.0/7\n0.0.0.0/0\n2600::/18\n"
			    "9.9.9.9\n9.9.9.0/24\n"
			    "8.0.0.0/8\n2600::/19\n";

	(void)state;
	assert_true(addr_parse("9.9.9.9", 7, &mine[0]));
	unit_must(
	    list_read(text, sizeof text - 1, &how, &own, &list, &err), &err);
	assert_string_equal(items_of(&list, &got), "8.0.0.0/8 2600::/19");
	assert_int_equal(list.counts.special, 11);
	assert_int_equal(list.counts.too_wide, 3);
	assert_int_equal(list.counts.own, 2);
	assert_int_equal(list.counts.taken, 2);
	assert_int_equal(list.counts.entries, 18);
}

static void
what_cannot_be_read_is_shown(void **state)
{
	AUTO(list_release) struct list list = {0};
	struct error err = ERROR_INIT;
	const struct list_how how = PLAIN;
	const char text[] = "9.9.9.9\nexample.org\n9.9.9.9/24\na\x1b[31m\xff\n"
			    "b\nc\nd\n";

	(void)state;
	unit_must(
	    list_read(text, sizeof text - 1, &how, NULL, &list, &err), &err);
	assert_int_equal(list.counts.invalid, 6);
	assert_int_equal(list.n_faults, LIST_FAULTS);
	assert_int_equal(list.faults[0].line, 2);
	assert_string_equal(list.faults[0].text, "example.org");
	assert_string_equal(list.faults[1].text, "9.9.9.9/24");
	assert_string_equal(list.faults[2].text, "a?[31m?");
}

static void
what_is_no_list_is_refused(void **state)
{
	static const struct {
		struct list_how how;
		const char *text;
	} CASES[] = {
	    {{.format = LIST_JSON}, "9.9.9.9\n"                                    },
	    {{.format = LIST_JSON}, ""					     },
	    {AUTOMATIC,             "\n <!DOCTYPE html>\n9.9.9.9\n"                },
	    {PLAIN,                 "<html>"				       },
	    {PLAIN,                 "not\na list\n"                                },
	    {AUTOMATIC,             "[\"9.9.9.9\""                                 },
	    {AUTOMATIC,             "[\"9.9.9.9\"}"                                },
	    {AUTOMATIC,             "[\"9.9.9.9"                                   },
	    {AUTOMATIC,             "[9.9.9.9?]"                                   },
	    {AUTOMATIC,             "[[[[[[[[[[[[[[[[[\"9.9.9.9\"]]]]]]]]]]]]]]]]]"},
	    {{.format = LIST_JSON}, "]"					    },
	};
	struct error err = ERROR_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		AUTO(list_release) struct list list = {0};

		unit_must_fail(list_read(CASES[i].text, strlen(CASES[i].text),
				   &CASES[i].how, NULL, &list, &err),
		    ERR_REMOTE_PROTOCOL, &err);
	}
}

/* How a text of n times a byte is read. */
static int
read_many(char c, size_t n, struct error *err)
{
	AUTO(list_release) struct list list = {0};
	AUTO(buf_release) struct buf text = BUF_INIT(64 * 1024 * 1024);
	const struct list_how how = PLAIN;
	char *to = buf_reserve(&text, n);

	assert_non_null(to);
	memset(to, c, n);
	buf_commit(&text, n);
	return list_read(text.data, text.len, &how, NULL, &list, err);
}

static void
lines_are_bounded_in_number_and_length(void **state)
{
	struct error err = ERROR_INIT;

	(void)state;
	unit_must(read_many('\n', LIMIT_LIST_LINES, &err), &err);
	unit_must_fail(read_many('\n', LIMIT_LIST_LINES + 1, &err),
	    ERR_REMOTE_TOO_LARGE, &err);
	unit_must(read_many('#', LIMIT_LIST_LINE, &err), &err);
	unit_must_fail(read_many('#', LIMIT_LIST_LINE + 1, &err),
	    ERR_REMOTE_TOO_LARGE, &err);
}

/* A list with room for one range of 32 networks. */
static void
entries_are_bounded(void **state)
{
	static const char TEXT[] = "2a00::1-2a00::1:fffe";
	AUTO(list_release) struct list list = {.n = LIMIT_LIST_ITEMS - 32};
	struct list_range range;
	struct error err = ERROR_INIT;

	(void)state;
	list.cap = list.n;
	list.items = calloc(list.cap, sizeof *list.items);
	assert_non_null(list.items);
	assert_true(list_range_parse(TEXT, sizeof TEXT - 1, &range));
	unit_must(list_add(&list, &range, NULL, &err), &err);
	assert_int_equal(list.n, LIMIT_LIST_ITEMS);
	assert_true(list_range_parse("9.9.9.9", 7, &range));
	unit_must_fail(
	    list_add(&list, &range, NULL, &err), ERR_REMOTE_TOO_LARGE, &err);
	assert_int_equal(list.n, LIMIT_LIST_ITEMS);
}

static int
read_some(void *arg, struct error *err)
{
	AUTO(list_release) struct list list = {0};
	const struct list_how how = PLAIN;
	static const char TEXT[] =
	    "2a00:e000::1-2a00:ffff:ffff:ffff:ffff:ffff:ffff:fffe\n"
	    "2a01:e000::1-2a01:ffff:ffff:ffff:ffff:ffff:ffff:fffe\n"
	    "2a02:e000::1-2a02:ffff:ffff:ffff:ffff:ffff:ffff:fffe\n";
	int rc = list_read(TEXT, sizeof TEXT - 1, &how, NULL, &list, err);

	(void)arg;
	if (rc == 0)
		assert_true(list.n > 256);
	return rc;
}

static void
a_list_without_memory_is_an_error(void **state)
{
	(void)state;
	assert_true(torture_run(read_some, NULL) >= 2);
}

static void
formats_have_names(void **state)
{
	enum list_format f = LIST_AUTO;

	(void)state;
	for (int i = 0; i < LIST_FORMAT__MAX; i++) {
		assert_true(list_format_parse(
		    list_format_name((enum list_format)i), &f));
		assert_int_equal(f, i);
	}
	assert_false(list_format_parse("xml", &f));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_lines_with_comments_are_read),
	    cmocka_unit_test(a_column_of_csv_is_read),
	    cmocka_unit_test(json_is_read_by_field_or_by_looks),
	    cmocka_unit_test(ipset_and_nft_are_read),
	    cmocka_unit_test(what_lies_in_another_entry_is_a_double),
	    cmocka_unit_test(what_must_not_be_banned_is_dropped_and_counted),
	    cmocka_unit_test(what_cannot_be_read_is_shown),
	    cmocka_unit_test(what_is_no_list_is_refused),
	    cmocka_unit_test(lines_are_bounded_in_number_and_length),
	    cmocka_unit_test(entries_are_bounded),
	    cmocka_unit_test(a_list_without_memory_is_an_error),
	    cmocka_unit_test(formats_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
