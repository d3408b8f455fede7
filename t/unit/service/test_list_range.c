/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/lists/list_range.h"

#include <string.h>

#include "t/lib/unit.h"

#include "base/buf.h"
#include "base/macros.h"

/* What an entry comes to, as text: "a b", or "-" for none. */
static const char *
networks_of(const char *entry, struct buf *out)
{
	struct list_range r;
	struct addr net;
	char ip[ADDR_TEXT_SIZE];

	buf_clear(out);
	if (!list_range_parse(entry, strlen(entry), &r))
		return "-";
	while (list_range_next(&r, &net)) {
		addr_format(&net, ip);
		buf_addf(out, "%s%s", out->len == 0 ? "" : " ", ip);
	}
	return buf_str(out);
}

static void
a_range_is_the_fewest_networks(void **state)
{
	/* clang-format off */
	static const char *const CASES[][2] = {
	    {"192.0.2.1", "192.0.2.1"},
	    {"192.0.2.0/24", "192.0.2.0/24"},
	    {"192.0.2.0-192.0.2.255", "192.0.2.0/24"},
	    {"192.0.2.1 - 192.0.2.6",
		"192.0.2.1 192.0.2.2/31 192.0.2.4/31 192.0.2.6"},
	    {"0.0.0.0-255.255.255.255", "0.0.0.0/0"},
	    {"255.255.255.254-255.255.255.255", "255.255.255.254/31"},
	    {"192.0.2.9-192.0.2.9", "192.0.2.9"},
	    {"2001:db8::-2001:db8::2", "2001:db8::/127 2001:db8::2"},
	    {"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
	    {"::ffff:192.0.2.0-192.0.2.1", "192.0.2.0/31"},
	};
	/* clang-format on */
	AUTO(buf_release) struct buf text = BUF_INIT(64 * 1024);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		assert_string_equal(
		    networks_of(CASES[i][0], &text), CASES[i][1]);
}

static void
the_longest_range_has_254_networks(void **state)
{
	AUTO(buf_release) struct buf text = BUF_INIT(64 * 1024);
	const char *all =
	    networks_of("::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", &text);
	int n = 1;

	(void)state;
	for (; *all != '\0'; all++)
		n += *all == ' ';
	assert_int_equal(n, 254);
}

static void
what_can_be_read_in_two_ways_is_refused(void **state)
{
	static const char *const CASES[] = {"", "-", "192.0.2.1-", "-192.0.2.1",
	    "192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::1", "192.0.2.1/24",
	    "192.0.2.0/24-192.0.2.9", "192.0.2.1-9", "1-2-3", "192.0.2",
	    "0300.0.2.1", "192.0.2.1x", " 192.0.2.1"};
	AUTO(buf_release) struct buf text = BUF_INIT(64 * 1024);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		assert_string_equal(networks_of(CASES[i], &text), "-");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_range_is_the_fewest_networks),
	    cmocka_unit_test(the_longest_range_has_254_networks),
	    cmocka_unit_test(what_can_be_read_in_two_ways_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
