/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fetch/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/addr.h"
#include "base/macros.h"
#include "base/own_addr.h"
#include "t/lib/unit.h"

bool __wrap_own_addrs_get(struct own_addrs *out);

static struct addr
addr_of(const char *text)
{
	struct addr a;

	assert_true(addr_parse(text, strlen(text), &a));
	return a;
}

/* This machine has one address of the internet. */
bool
__wrap_own_addrs_get(struct own_addrs *out)
{
	out->items = calloc(1, sizeof *out->items);
	assert_non_null(out->items);
	out->items[0] = addr_of("11.1.2.3");
	out->n = 1;
	return true;
}

/* Each row of SECURITY section 5: its first and its last address. */
static const char *const NOT_PUBLIC[] = {
    "0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0",
    "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.0",
    "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.0",
    "192.0.0.255", "192.0.2.0", "192.88.99.255", "192.168.0.0",
    "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7",
    "203.0.113.7", "224.0.0.0", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::127.0.0.1",                        /* compatible */
    "::11.9.9.9",                         /* ... nobody is there */
    "::ffff:127.0.0.1",                   /* mapped */
    "::ffff:10.0.0.1", "64:ff9b::7f00:1", /* NAT64 of 127.0.0.1 */
    "64:ff9b::a9fe:a9fe",                 /* ... of 169.254.169.254 */
    "64:ff9b:1::1",                       /* the local NAT64 */
    "2002:7f00:1::",                      /* 6to4 of 127.0.0.1 */
    "2002:c0a8:101::1",                   /* ... of 192.168.1.1 */
    "2001::1",                            /* Teredo */
    "2001:db8::1", "3fff::1", "100::1", "4000::1", "fc00::1", "fdff::1",
    "fe80::1", "fec0::1", "ff02::1", "11.1.2.3", /* our own */
};

static const char *const PUBLIC[] = {
    "1.1.1.1",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.0.3.0",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "::ffff:11.9.9.9",
    "64:ff9b::0b09:0909", /* NAT64 of 11.9.9.9 */
    "2002:b09:909::1",
    "2000::1",
    "2001:200::1",
    "3ffe::1",
};

static void
only_addresses_of_the_internet_are_public(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(NOT_PUBLIC); i++) {
		struct addr a = addr_of(NOT_PUBLIC[i]);

		if (fetch_to_public(&a, 443))
			fail_msg("%s is let through", NOT_PUBLIC[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(PUBLIC); i++) {
		struct addr a = addr_of(PUBLIC[i]);

		if (!fetch_to_public(&a, 443))
			fail_msg("%s is refused", PUBLIC[i]);
	}
}

static void
of_the_low_ports_two_are_public(void **state)
{
	static const uint16_t GOOD[] = {80, 443, 1024, 8080, 65535};
	static const uint16_t BAD[] = {0, 1, 22, 25, 79, 81, 442, 444, 1023};
	struct addr a = addr_of("1.1.1.1");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(GOOD); i++)
		assert_true(fetch_to_public(&a, GOOD[i]));
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		assert_false(fetch_to_public(&a, BAD[i]));
}

static void
the_operator_may_name_any_host_that_is_one(void **state)
{
	static const char *const HOSTS[] = {"127.0.0.1", "10.0.0.1",
	    "192.168.1.1", "::1", "fd00::1", "fe80::1", "1.1.1.1", "11.1.2.3"};
	static const char *const NONE[] = {
	    "0.0.0.0", "::", "224.0.0.1", "ff02::1"};
	struct addr a;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(HOSTS); i++) {
		a = addr_of(HOSTS[i]);
		assert_true(fetch_to_configured(&a, 81));
	}
	for (size_t i = 0; i < ARRAY_LEN(NONE); i++) {
		a = addr_of(NONE[i]);
		assert_false(fetch_to_configured(&a, 80));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(only_addresses_of_the_internet_are_public),
	    cmocka_unit_test(of_the_low_ports_two_are_public),
	    cmocka_unit_test(the_operator_may_name_any_host_that_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
