/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/own_way.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

typedef int reader(const char *text, struct own_addrs *to, struct error *err);

/* What is read of a text, in order, a blank behind each. */
static void
expect(reader *read, const char *text, const char *want)
{
	AUTO(own_addrs_release) struct own_addrs found = {0};
	struct error err = ERROR_INIT;
	char all[1024] = "", one[ADDR_TEXT_SIZE];
	size_t len = 0;

	assert_int_equal(read(text, &found, &err), 0);
	for (size_t i = 0; i < found.n; i++) {
		addr_format(&found.items[i], one);
		len +=
		    (size_t)snprintf(all + len, sizeof all - len, "%s ", one);
	}
	assert_string_equal(all, want);
}

#define HEAD_V4                                                                \
	"Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"

static void
gateways_of_ipv4_are_read_as_the_kernel_prints_them(void **state)
{
	char text[256];
	uint32_t word = inet_addr("192.0.2.1"); /* as the kernel holds it */

	(void)state;
	(void)snprintf(text, sizeof text,
	    HEAD_V4 "eth0\t00000000\t%08" PRIX32 "\t0003\t0\t0\t0\t00000000\n"
		    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n"
		    "eth1\t00000000\t%08" PRIX32 "\t0003\t0\t0\t9\t00000000",
	    word, word);
	expect(own_way_gateways_v4, text, "192.0.2.1 ");
}

static void
gateways_of_ipv6_are_the_next_hops(void **state)
{
	static const char ZERO[] = "00000000000000000000000000000000";
	char text[1024];

	(void)state;
	(void)snprintf(text, sizeof text,
	    "%s 00 %s 00 fe800000000000000000000000000001 00000400 1 0 3 eth0\n"
	    "20010db8000000000000000000000000 40 %s 00 %s 00000100 1 0 1 eth0\n"
	    "%s 00 %s 00 %s ffffffff 1 0 200200 lo\n",
	    ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO);
	expect(own_way_gateways_v6, text, "fe80::1 ");
}

static void
name_servers_are_read_without_their_zone(void **state)
{
	(void)state;
	expect(own_way_resolvers,
	    "# nameserver 192.0.2.9\n"
	    "search example.org\n"
	    "nameserver 192.0.2.1\n"
	    "  nameserver\t2001:db8::53 \r\n"
	    "nameserver fe80::1%eth0\n"
	    "nameserver 192.0.2.1\n"
	    "nameservers 192.0.2.8\n"
	    "options edns0",
	    "192.0.2.1 2001:db8::53 fe80::1 ");
}

static void
what_is_not_understood_is_passed_over(void **state)
{
	static const char *const TEXTS[] = {"", "\n", "\n\n\n", "nameserver",
	    "nameserver\n", "nameserver x\n", "nameserver 1.2.3\n",
	    "nameserver 1.2.3.4.5\n", "eth0\t0\t1\n", "a b GGGGGGGG\n",
	    "a b 0102030\n", "a b 010203040\n", "a b c d 01020304\n",
	    "nameserver %eth0\n", "a b c d e f g h i j k l m n o p\n"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(TEXTS); i++) {
		expect(own_way_gateways_v4, TEXTS[i], "");
		expect(own_way_gateways_v6, TEXTS[i], "");
		expect(own_way_resolvers, TEXTS[i], "");
	}
}

static int
read_two(void *arg, struct error *err)
{
	AUTO(own_addrs_release) struct own_addrs found = {0};

	(void)arg;
	return own_way_resolvers(
	    "nameserver 192.0.2.1\nnameserver 192.0.2.2\n", &found, err);
}

static void
allocations_that_fail_are_told(void **state)
{
	(void)state;
	assert_int_equal(torture_run(read_two, NULL), 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(
		gateways_of_ipv4_are_read_as_the_kernel_prints_them),
	    cmocka_unit_test(gateways_of_ipv6_are_the_next_hops),
	    cmocka_unit_test(name_servers_are_read_without_their_zone),
	    cmocka_unit_test(what_is_not_understood_is_passed_over),
	    cmocka_unit_test(allocations_that_fail_are_told),
	};

	return cmocka_run_group_tests_name("base/own_way", tests, NULL, NULL);
}
