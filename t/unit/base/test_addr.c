/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "t/lib/unit.h"

struct row {
	const char *text;
	const char *canonical; /* NULL: refused */
};

static const struct row HOSTS[] = {
    {"192.0.2.1",					"192.0.2.1"           },
    {"0.0.0.0",					  "0.0.0.0"             },
    {"255.255.255.255",				  "255.255.255.255"     },
    {"::",					       "::"		  },
    {"::1",					      "::1"		 },
    {"1::",					      "1::"		 },
    {"2001:DB8::00a",				    "2001:db8::a"         },
    {"2001:0db8:0000:0000:0000:0000:0000:0001",          "2001:db8::1"         },
    {"2001:db8:0:0:1:0:0:1",			     "2001:db8::1:0:0:1"   }, /* first of equal runs */
    {"1:0:0:2:0:0:0:3",				  "1:0:0:2::3"          }, /* longest run */
    {"2001:db8:0:1:1:1:1:1",			     "2001:db8:0:1:1:1:1:1"}, /* one is no run */
    {"1:2:3:4:5:6:7::",				  "1:2:3:4:5:6:7:0"     },
    {"::2:3:4:5:6:7:8",				  "0:2:3:4:5:6:7:8"     },
    {"0:1:0:1:0:1:0:1",				  "0:1:0:1:0:1:0:1"     },
    {"::ffff:192.0.2.1",				 "192.0.2.1"           },
    {"::ffff:c000:201",				  "192.0.2.1"           },
    {"0:0:0:0:0:FFFF:192.0.2.1",                         "192.0.2.1"           },
    {"::192.0.2.1",				      "::c000:201"          }, /* compatible is not mapped */
    {"64:ff9b::192.0.2.1",			       "64:ff9b::c000:201"   },
    {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"                                 },
    {"",						 NULL		  },
    {"192.0.2",					  NULL                  },
    {"192.0.2.1.1",				      NULL                  },
    {"192.0.2.",					 NULL                  },
    {".192.0.2.1",				       NULL                  },
    {"192..2.1",					 NULL                  },
    {"192.0.2.256",				      NULL                  },
    {"192.0.2.01",				       NULL                  },
    {"192.0.2.001",				      NULL                  },
    {"00.0.0.0",					 NULL                  },
    {"0300.0.2.1",				       NULL                  },
    {"0xc0.0.2.1",				       NULL                  },
    {"3221225985",				       NULL                  },
    {"0xc0000201",				       NULL                  },
    {"127.1",					    NULL		  },
    {"192.0.2.-1",				       NULL                  },
    {"192.0.2.+1",				       NULL                  },
    {" 192.0.2.1",				       NULL                  },
    {"192.0.2.1 ",				       NULL                  },
    {"192.0.2.1\n",				      NULL                  },
    {"192.0.2.1:80",				     NULL                  },
    {"192.0.2.1/32",				     NULL                  }, /* no network here */
    {"[::1]",					    NULL		  },
    {"fe80::1%eth0",				     NULL                  },
    {"fe80::1%1",					NULL                  },
    {":",						NULL		  },
    {":::",					      NULL		  },
    {"1:2:3:4:5:6:7",				    NULL                  },
    {"1:2:3:4:5:6:7:8:9",				NULL                  },
    {"1:2:3:4:5:6:7:8::",				NULL                  },
    {"1::2::3",					  NULL                  },
    {":1:2:3:4:5:6:7",				   NULL                  },
    {"1:2:3:4:5:6:7:",				   NULL                  },
    {"12345::",					  NULL                  },
    {"00001::",					  NULL                  },
    {"g::",					      NULL		  },
    {"::ffff:192.0.2.01",				NULL                  },
    {"::ffff:192.0.2",				   NULL                  },
    {"::192.0.2.1:1",				    NULL                  },
    {"localhost",					NULL                  },
    {"\xd9\xa1.0.0.1",				   NULL                  },
    {"2001:0db8:0000:0000:0000:0000:0000:0001000000000", NULL                  },
};

static const struct row NETS[] = {
    {"192.0.2.1",		      "192.0.2.1"     },
    {"192.0.2.1/32",                   "192.0.2.1"     },
    {"192.0.2.0/24",                   "192.0.2.0/24"  },
    {"192.0.2.0/31",                   "192.0.2.0/31"  },
    {"128.0.0.0/1",		    "128.0.0.0/1"   },
    {"0.0.0.0/0",		      "0.0.0.0/0"     },
    {"::/0",			   "::/0"          },
    {"::1/128",			"::1"           },
    {"2001:db8::/32",                  "2001:db8::/32" },
    {"2001:DB8:0::/127",               "2001:db8::/127"},
    {"::ffff:192.0.2.0/120",           "192.0.2.0/24"  },
    {"::ffff:0.0.0.0/96",              "0.0.0.0/0"     },
    {"::fffe:0:0/95",                  "::fffe:0:0/95" },
    {"192.0.2.1/24",                   NULL            }, /* host bits */
    {"192.0.2.1/31",                   NULL            },
    {"128.0.0.0/0",		    NULL            },
    {"2001:db8::1/64",                 NULL            },
    {"::1/0",			  NULL            },
    {"::ffff:0.0.0.0/95",              NULL            }, /* the last bit of ffff */
    {"::ffff:192.0.2.0/24",            NULL            },
    {"192.0.2.0/33",                   NULL            },
    {"192.0.2.0/-1",                   NULL            },
    {"192.0.2.0/",		     NULL            },
    {"192.0.2.0/024",                  NULL            },
    {"192.0.2.0/00",                   NULL            },
    {"192.0.2.0/+24",                  NULL            },
    {"192.0.2.0/ 24",                  NULL            },
    {"192.0.2.0/24 ",                  NULL            },
    {"192.0.2.0/24/24",                NULL            },
    {"192.0.2.0/0x18",                 NULL            },
    {"192.0.2.0/255.255.255.0",        NULL            },
    {"192.0.2.0/99999999999999999999", NULL            },
    {"::/129",			 NULL            },
    {"::/128",			 "::"            },
    {"/24",			    NULL            },
    {"/",			      NULL            },
    {"192.0.2/24",		     NULL            },
    {"",			       NULL            },
};

typedef bool parser(const char *s, size_t len, struct addr *out);

static void
check_rows(const struct row *rows, size_t n, parser *parse)
{
	for (size_t i = 0; i < n; i++) {
		struct addr a = {.prefix_len = 77};
		char text[ADDR_TEXT_SIZE] = "";
		bool ok = parse(rows[i].text, strlen(rows[i].text), &a);

		if (ok)
			addr_format(&a, text);
		if (ok != (rows[i].canonical != NULL) ||
		    (ok && strcmp(text, rows[i].canonical) != 0))
			fail_msg("\"%s\": %d, \"%s\"", rows[i].text, ok, text);
		if (!ok)
			assert_int_equal(a.prefix_len, 77); /* untouched */
	}
}

static void
hosts_have_one_spelling_and_no_loose_forms(void **state)
{
	(void)state;
	check_rows(HOSTS, ARRAY_LEN(HOSTS), addr_parse);
}

static void
networks_have_no_host_bits_and_plain_lengths(void **state)
{
	(void)state;
	check_rows(NETS, ARRAY_LEN(NETS), addr_parse_net);
}

static struct addr
net(const char *text)
{
	struct addr a = {0};

	if (!addr_parse_net(text, strlen(text), &a))
		fail_msg("\"%s\" was refused", text);
	return a;
}

static void
the_length_ends_the_text_and_nul_does_not(void **state)
{
	struct addr a;

	(void)state;
	assert_true(addr_parse("192.0.2.10", 9, &a));
	assert_int_equal(a.bytes[15], 1);
	assert_false(addr_parse("192.0.2.1\0", 10, &a));
	assert_false(addr_parse("::1\0junk", 8, &a));
	assert_false(addr_parse_net("192.0.2.0\0/24", 13, &a));
	assert_false(addr_parse_net("192.0.2.0/24\0", 13, &a));
}

static void
format_and_parse_are_inverse_for_every_prefix(void **state)
{
	struct addr ones = {.prefix_len = 128};

	(void)state;
	memset(ones.bytes, 0xff, sizeof ones.bytes);
	for (unsigned i = 0; i <= 128; i++) {
		struct addr a = addr_network(&ones, (uint8_t)i);
		char text[ADDR_TEXT_SIZE];
		struct addr back;

		addr_format(&a, text);
		assert_true(addr_parse_net(text, strlen(text), &back));
		assert_true(addr_equal(&a, &back));
		assert_int_equal(a.prefix_len, i);
		assert_true(addr_contains(&a, &ones));
		assert_int_equal(addr_is_net(&a), i < 128);
	}
}

static void
containing_needs_one_family_and_a_wider_net(void **state)
{
	struct addr v4 = net("192.0.2.0/24"), v6 = net("2001:db8::/32");
	struct addr all4 = net("0.0.0.0/0"), all6 = net("::/0");
	struct addr a;

	(void)state;
	a = net("192.0.2.255");
	assert_true(addr_contains(&v4, &a));
	assert_true(addr_contains(&all4, &a));
	assert_false(addr_contains(&all6, &a));
	a = net("192.0.3.0");
	assert_false(addr_contains(&v4, &a));
	a = net("192.0.2.128/25");
	assert_true(addr_contains(&v4, &a));
	assert_false(addr_contains(&a, &v4));
	assert_true(addr_contains(&v4, &v4));
	a = net("2001:db8:ffff::1");
	assert_true(addr_contains(&v6, &a));
	assert_true(addr_contains(&all6, &a));
	assert_false(addr_contains(&all4, &a));
	a = net("2001:db9::");
	assert_false(addr_contains(&v6, &a));
}

static void
families_nets_and_loopback_are_told_apart(void **state)
{
	struct addr a;

	(void)state;
	a = net("::ffff:127.0.0.1");
	assert_true(addr_is_v4(&a));
	assert_true(addr_is_loopback(&a));
	assert_false(addr_is_net(&a));
	a = net("127.0.0.0/8");
	assert_true(addr_is_loopback(&a));
	assert_true(addr_is_net(&a));
	a = net("126.0.0.0/7");
	assert_false(addr_is_loopback(&a));
	a = net("128.0.0.1");
	assert_false(addr_is_loopback(&a));
	a = net("::1");
	assert_true(addr_is_loopback(&a));
	assert_false(addr_is_v4(&a));
	a = net("::");
	assert_false(addr_is_loopback(&a));
	a = net("::127.0.0.1");
	assert_false(addr_is_loopback(&a));
	assert_false(addr_is_v4(&a));
}

static void
network_clears_host_bits_only(void **state)
{
	struct addr a = net("2001:db8:1:2:3:4:5:6"), b;
	struct addr want = net("2001:db8:1:2::/64");

	(void)state;
	b = addr_network(&a, 64);
	assert_true(addr_equal(&b, &want));
	b = addr_network(&a, 128);
	assert_true(addr_equal(&b, &a));
	assert_false(addr_equal(&want, &a));
	a = net("192.0.2.77");
	want = net("192.0.2.64/27");
	b = addr_network(&a, 96 + 27);
	assert_true(addr_equal(&b, &want));
	want = net("192.0.2.64/28"); /* same bytes, another length */
	assert_false(addr_equal(&b, &want));
}

static void
socket_addresses_of_both_families_are_read_and_no_others(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_scope_id = 7};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct addr a = {0};
	char text[ADDR_TEXT_SIZE];

	(void)state;
	assert_int_equal(inet_pton(AF_INET, "192.0.2.7", &in.sin_addr), 1);
	assert_true(addr_from_sockaddr((struct sockaddr *)&in, &a));
	addr_format(&a, text);
	assert_string_equal(text, "192.0.2.7");
	assert_int_equal(inet_pton(AF_INET6, "fe80::7", &in6.sin6_addr), 1);
	assert_true(addr_from_sockaddr((struct sockaddr *)&in6, &a));
	addr_format(&a, text);
	assert_string_equal(text, "fe80::7");
	assert_false(addr_from_sockaddr((struct sockaddr *)&un, &a));
}

static void
the_last_address_of_a_network_has_all_its_bits(void **state)
{
	static const char *const CASES[][2] = {
	    {"192.0.2.7",       "192.0.2.7"                              },
	    {"192.0.2.0/27",    "192.0.2.31"                             },
	    {"10.0.0.0/8",      "10.255.255.255"                         },
	    {"2001:db8::/64",   "2001:db8::ffff:ffff:ffff:ffff"          },
	    {"2001:db8::8/125", "2001:db8::f"                            },
	    {"::/0",            "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		char text[ADDR_TEXT_SIZE];
		struct addr net, last;

		assert_true(
		    addr_parse_net(CASES[i][0], strlen(CASES[i][0]), &net));
		last = addr_last(&net);
		addr_format(&last, text);
		assert_string_equal(text, CASES[i][1]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(hosts_have_one_spelling_and_no_loose_forms),
	    cmocka_unit_test(networks_have_no_host_bits_and_plain_lengths),
	    cmocka_unit_test(the_length_ends_the_text_and_nul_does_not),
	    cmocka_unit_test(format_and_parse_are_inverse_for_every_prefix),
	    cmocka_unit_test(containing_needs_one_family_and_a_wider_net),
	    cmocka_unit_test(families_nets_and_loopback_are_told_apart),
	    cmocka_unit_test(network_clears_host_bits_only),
	    cmocka_unit_test(the_last_address_of_a_network_has_all_its_bits),
	    cmocka_unit_test(
		socket_addresses_of_both_families_are_read_and_no_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
