/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr_kind.h"

#include <string.h>

#include "base/addr.h"
#include "base/macros.h"
#include "base/str.h"
#include "t/lib/unit.h"

/* The first and the last of each range, and the neighbours. */
static const struct {
	const char *text;
	enum addr_kind kind;
} KINDS[] = {
  // clang-format off
	{ "0.0.0.0", ADDR_UNSPECIFIED },
	{ "0.255.255.255", ADDR_UNSPECIFIED },
	{ "1.0.0.0", ADDR_GLOBAL },
	{ "8.8.8.8", ADDR_GLOBAL },
	{ "9.255.255.255", ADDR_GLOBAL },
	{ "10.0.0.0", ADDR_PRIVATE },
	{ "10.255.255.255", ADDR_PRIVATE },
	{ "11.0.0.0", ADDR_GLOBAL },
	{ "100.63.255.255", ADDR_GLOBAL },
	{ "100.64.0.0", ADDR_SHARED },
	{ "100.127.255.255", ADDR_SHARED },
	{ "100.128.0.0", ADDR_GLOBAL },
	{ "126.255.255.255", ADDR_GLOBAL },
	{ "127.0.0.1", ADDR_LOOPBACK },
	{ "127.255.255.255", ADDR_LOOPBACK },
	{ "128.0.0.0", ADDR_GLOBAL },
	{ "169.253.255.255", ADDR_GLOBAL },
	{ "169.254.0.0", ADDR_LINK_LOCAL },
	{ "169.254.255.255", ADDR_LINK_LOCAL },
	{ "169.255.0.0", ADDR_GLOBAL },
	{ "172.15.255.255", ADDR_GLOBAL },
	{ "172.16.0.0", ADDR_PRIVATE },
	{ "172.31.255.255", ADDR_PRIVATE },
	{ "172.32.0.0", ADDR_GLOBAL },
	{ "192.0.0.0", ADDR_RESERVED },
	{ "192.0.0.255", ADDR_RESERVED },
	{ "192.0.1.0", ADDR_GLOBAL },
	{ "192.0.2.0", ADDR_DOCUMENTATION },
	{ "192.0.2.255", ADDR_DOCUMENTATION },
	{ "192.0.3.0", ADDR_GLOBAL },
	{ "192.88.98.255", ADDR_GLOBAL },
	{ "192.88.99.1", ADDR_RESERVED },
	{ "192.88.100.0", ADDR_GLOBAL },
	{ "192.167.255.255", ADDR_GLOBAL },
	{ "192.168.0.0", ADDR_PRIVATE },
	{ "192.168.255.255", ADDR_PRIVATE },
	{ "192.169.0.0", ADDR_GLOBAL },
	{ "198.17.255.255", ADDR_GLOBAL },
	{ "198.18.0.0", ADDR_BENCHMARK },
	{ "198.19.255.255", ADDR_BENCHMARK },
	{ "198.20.0.0", ADDR_GLOBAL },
	{ "198.51.99.255", ADDR_GLOBAL },
	{ "198.51.100.7", ADDR_DOCUMENTATION },
	{ "198.51.101.0", ADDR_GLOBAL },
	{ "203.0.112.255", ADDR_GLOBAL },
	{ "203.0.113.255", ADDR_DOCUMENTATION },
	{ "203.0.114.0", ADDR_GLOBAL },
	{ "223.255.255.255", ADDR_GLOBAL },
	{ "224.0.0.0", ADDR_MULTICAST },
	{ "239.255.255.255", ADDR_MULTICAST },
	{ "240.0.0.0", ADDR_RESERVED },
	{ "255.255.255.255", ADDR_RESERVED },
	{ "::", ADDR_UNSPECIFIED },
	{ "::1", ADDR_LOOPBACK },
	{ "::2", ADDR_RESERVED },
	{ "::8.8.8.8", ADDR_RESERVED },
	{ "::ffff:8.8.8.8", ADDR_GLOBAL },
	{ "::ffff:127.0.0.1", ADDR_LOOPBACK },
	{ "64:ff9b::8.8.8.8", ADDR_GLOBAL },
	{ "64:ff9b::10.1.2.3", ADDR_PRIVATE },
	{ "64:ff9b::1:0:0", ADDR_RESERVED },
	{ "64:ff9b:1::1", ADDR_RESERVED },
	{ "100::1", ADDR_RESERVED },
	{ "1fff:ffff::", ADDR_RESERVED },
	{ "2000::", ADDR_GLOBAL },
	{ "2001::1", ADDR_RESERVED },
	{ "2001:1ff:ffff::", ADDR_RESERVED },
	{ "2001:2::1", ADDR_BENCHMARK },
	{ "2001:2:1::", ADDR_RESERVED },
	{ "2001:200::", ADDR_GLOBAL },
	{ "2001:db7:ffff::", ADDR_GLOBAL },
	{ "2001:db8::", ADDR_DOCUMENTATION },
	{ "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", ADDR_DOCUMENTATION },
	{ "2001:db9::", ADDR_GLOBAL },
	{ "2002:808:808::1", ADDR_GLOBAL },
	{ "2002:7f00:1::1", ADDR_LOOPBACK },
	{ "2002:c0a8:101::", ADDR_PRIVATE },
	{ "2a00:1450::1", ADDR_GLOBAL },
	{ "3ffe:ffff::", ADDR_GLOBAL },
	{ "3fff::1", ADDR_DOCUMENTATION },
	{ "3fff:1000::", ADDR_GLOBAL },
	{ "4000::", ADDR_RESERVED },
	{ "5f00::1", ADDR_RESERVED },
	{ "fbff::", ADDR_RESERVED },
	{ "fc00::", ADDR_PRIVATE },
	{ "fdff:ffff::", ADDR_PRIVATE },
	{ "fe00::", ADDR_RESERVED },
	{ "fe80::1", ADDR_LINK_LOCAL },
	{ "febf:ffff::", ADDR_LINK_LOCAL },
	{ "fec0::1", ADDR_PRIVATE },
	{ "feff:ffff::", ADDR_PRIVATE },
	{ "ff00::", ADDR_MULTICAST },
	{ "ff02::1", ADDR_MULTICAST },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ADDR_MULTICAST },
	/* networks: what holds all of it */
	{ "10.0.0.0/8", ADDR_PRIVATE },
	{ "10.0.0.0/7", ADDR_GLOBAL },
	{ "10.128.0.0/9", ADDR_PRIVATE },
	{ "192.168.0.0/15", ADDR_GLOBAL },
	{ "0.0.0.0/0", ADDR_GLOBAL },
	{ "fe80::/10", ADDR_LINK_LOCAL },
	{ "2001:db8::/31", ADDR_GLOBAL },
	{ "2001:db8::/48", ADDR_DOCUMENTATION },
	{ "2002:c0a8:101::/48", ADDR_PRIVATE },
	{ "2002::/16", ADDR_GLOBAL },
	{ "64:ff9b::/96", ADDR_GLOBAL },
	{ "64:ff9b::7f00:0/104", ADDR_LOOPBACK },
	{ "::/127", ADDR_RESERVED },
  // clang-format on
};

static void
each_range_is_known_to_its_ends(void **state)
{
	struct addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(KINDS); i++) {
		assert_true(
		    addr_parse_net(KINDS[i].text, strlen(KINDS[i].text), &a));
		if (addr_kind(&a) != KINDS[i].kind)
			fail_msg("%s is %s", KINDS[i].text,
			    addr_kind_name(addr_kind(&a)));
	}
}

static void
each_kind_has_a_name_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < ADDR_KIND__MAX; i++)
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
			    addr_kind_name((enum addr_kind)i),
			    addr_kind_name((enum addr_kind)k));
}

static void
a_network_that_holds_a_special_address_is_not_all_global(void **state)
{
	static const struct {
		const char *net;
		bool all;
	} CASES[] = {
	    {"9.9.9.9",            true },
	    {"9.0.0.0/8",          true },
	    {"10.0.0.0/7",         false},
	    {"192.0.0.0/8",        false},
	    {"192.168.0.0/15",     false},
	    {"192.169.0.0/16",     true },
	    {"10.0.0.1",           false},
	    {"0.0.0.0/0",          false},
	    {"2a00::/19",          true },
	    {"2001:db8::/31",      false},
	    {"2001:db9::/32",      true },
	    {"2000::/4",           false},
	    {"2002::/16",          false},
	    {"2002::/19",          false},
	    {"2000::/14",          false},
	    {"2002:909:909::/48",  true },
	    {"2002:a00:1::1",      false},
	    {"64:ff9b::/96",       false},
	    {"64:ff9b::900:0/104", true },
	    {"::/0",               false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		struct addr a;

		assert_true(
		    addr_parse_net(CASES[i].net, strlen(CASES[i].net), &a));
		if (addr_is_all_global(&a) != CASES[i].all)
			fail_msg("%s", CASES[i].net);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_range_is_known_to_its_ends),
	    cmocka_unit_test(
		a_network_that_holds_a_special_address_is_not_all_global),
	    cmocka_unit_test(each_kind_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
