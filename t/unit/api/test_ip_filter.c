/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/ip_filter.h"

#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "service/bans/bans.h"
#include "t/lib/unit.h"

/* What a filter became: the network's text, "text:" and the part, "none" or
 * "refused". */
static void
assert_reads(const char *in, const char *expected)
{
	struct bans_filter f = {0};
	struct error err = ERROR_INIT;
	char net[ADDR_TEXT_SIZE] = "";

	ip_filter_read(in, &f, &err);
	if (err.code != ERR_NONE) {
		assert_int_equal(err.code, ERR_INVALID);
		assert_string_equal(err.fields[0].name, "ip");
		assert_false(f.has_net);
		assert_string_equal("refused", expected);
	} else if (f.has_net) {
		addr_format(&f.net, net);
		assert_null(f.text);
		assert_string_equal(net, expected);
	} else if (f.text != NULL) {
		assert_string_equal(f.text, in);
		assert_string_equal("text", expected);
	} else {
		assert_string_equal("none", expected);
	}
}

static void
a_filter_is_read_as_the_table_says(void **state)
{
	static const struct {
		const char *in, *expected;
	} CASES[] = {
	    {NULL,							       "none"            },
	    {"",								 "none"            },
	    {"203.0.113.7",						      "203.0.113.7"     },
	    {"203.0.113.0/24",						   "203.0.113.0/24"  },
	    {"2001:DB8::1",						      "2001:db8::1"     },
	    {"2001:db8::/32",						    "2001:db8::/32"   },
	    {"0.0.0.0/0",							"0.0.0.0/0"       },
	    {"203.",							     "203.0.0.0/8"     },
	    {"203.0.",							   "203.0.0.0/16"    },
	    {"203.0.113.",						       "203.0.113.0/24"  },
	    {"255.255.255.",						     "255.255.255.0/24"},
	    {"203.0.113",							"text"            },
	    {"203",							      "text"            },
	    {"203.0.113.7.",						     "text"            },
	    {"256.",							     "text"            },
	    {"203..",							    "text"            },
	    {".",								"text"            },
	    {"....",							     "text"            },
	    {"2001:db8:",							"text"            },
	    {"alice",							    "text"            },
	    {"%",								"text"            },
	    {"203.0.113.7/24",						   "refused"         },
	    {"203.0.113.0/33",						   "refused"         },
	    {"203.0.113./24",						    "refused"         },
	    {"/",								"refused"         },
	    {"alice/24",							 "refused"         },
	    {"1234567890123456789012345678901234567890123456789012345678901234",
             "text"										},
	    {"1234567890123456789012345678901234567890123456789012345678901234"
	     "5",						   "refused"         },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		assert_reads(CASES[i].in, CASES[i].expected);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_filter_is_read_as_the_table_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
