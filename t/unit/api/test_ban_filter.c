/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/ban_filter.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/macros.h"
#include "http/request.h"
#include "t/lib/unit.h"

enum { TEXT_SIZE = 256 };

/* A request of "name=value&name=value" into room. */
static struct request
request_of(const char *query, char room[TEXT_SIZE])
{
	struct request req = {0};
	char *at = room;

	(void)snprintf(room, TEXT_SIZE, "%s", query);
	while (*at != '\0') {
		struct request_param *p = &req.query[req.n_query++];
		char *value = strchr(at, '='), *end = strchr(at, '&');

		assert_non_null(value);
		*p = (struct request_param){.name = at,
		    .name_len = (size_t)(value - at),
		    .value = value + 1};
		if (end == NULL)
			break;
		*end = '\0';
		at = end + 1;
	}
	return req;
}

#define LONG_64                                                                \
	"1234567890123456789012345678901234567890123456789012345678901234"

static const struct {
	const char *query, *fields; /* at fault, in order */
} CASES[] = {
    {"range=24h",					      ""                },
    {"range=",						 "range"           },
    {"range=1h",					       "range"           },
    {"range=24H",					      "range"           },
    {"from=2026-11-23T00:00:00Z",                              ""                },
    {"to=2026-11-23T00:00:00Z",				""                },
    {"from=",						  "from"            },
    {"from=yesterday",					 "from"            },
    {"from=1795467845",					"from"            },
    {"to=2026-11-23",					  "to"              },
    {"from=x&to=y",					    "from to"         },
    {"from=2026-11-23T00:00:00Z&to=2026-11-23T00:00:01Z",      ""                },
    {"from=2026-11-23T00:00:00Z&to=2026-11-23T00:00:00Z",      "to"              },
    {"from=2026-11-23T01:00:00+01:00&to=2026-11-23T00:00:00Z", "to"              },
    {"range=all&to=2026-11-23T00:00:00Z",                      "range"           },
    {"range=bad&from=bad",				     "from range range"},
    {"jail=a&jail=b",					  ""                },
    {"jail=",						  "jail"            },
    {"jail=a&jail=",					   "jail"            },
    {"jail=" LONG_64,					  ""                },
    {"jail=" LONG_64 "5",				      "jail"            },
    {"ip=203.0.113.7",					 ""                },
    {"ip=2001:db8::/32",				       ""                },
    {"ip=203.",						""                },
    {"ip=",						    "ip"              },
    {"ip=203.0.113",					   "ip"              },
    {"ip=203.0.113.7/24",				      "ip"              },
    {"ip=alice",					       "ip"              },
    {"ip=%",						   "ip"              },
    {"ip=" LONG_64 "5",					"ip"              },
    {"country=DE",					     ""                },
    {"country=ZZ",					     ""                },
    {"country=de",					     "country"         },
    {"country=",					       "country"         },
    {"country=XX",					     "country"         },
    {"country=DEU",					    "country"         },
    {"country=DE,FR",					  "country"         },
    {"asn=1",						  ""		},
    {"asn=4294967295",					 ""                },
    {"asn=0",						  "asn"             },
    {"asn=4294967296",					 "asn"             },
    {"asn=AS64500",					    "asn"             },
    {"asn=-1",						 "asn"             },
    {"asn=",						   "asn"             },
    {"origin=fail2ban",					""                },
    {"origin=manual",					  ""                },
    {"origin=blocklist",				       ""                },
    {"origin=Manual",					  "origin"          },
    {"origin=",						"origin"          },
    {"range=x&ip=y&country=z&asn=u&origin=v&jail=",
     "range jail ip country asn origin"					  },
};

static void
what_cannot_be_read_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		char room[TEXT_SIZE], got[TEXT_SIZE] = "";
		struct request req = request_of(CASES[i].query, room);
		struct error err = ERROR_INIT;
		struct ban_filter f;
		size_t len = 0;

		ban_filter_read(&req, BAN_RANGE_ALL, &f, &err);
		for (size_t k = 0; k < err.n_fields; k++)
			len += (size_t)snprintf(got + len, sizeof got - len,
			    "%s%s", k == 0 ? "" : " ", err.fields[k].name);
		if (strcmp(got, CASES[i].fields) != 0)
			fail_msg("%s: \"%s\"", CASES[i].query, got);
		assert_int_equal(
		    err.code, got[0] == '\0' ? ERR_NONE : ERR_INVALID);
	}
}

static struct ban_filter
read_filter(const char *query, enum ban_range range, char room[TEXT_SIZE])
{
	struct request req = request_of(query, room);
	struct error err = ERROR_INIT;
	struct ban_filter f;

	ban_filter_read(&req, range, &f, &err);
	assert_int_equal(err.code, ERR_NONE);
	return f;
}

static void
what_is_not_there_filters_nothing(void **state)
{
	char room[TEXT_SIZE];
	struct ban_filter f = read_filter("", BAN_RANGE_24H, room);

	(void)state;
	assert_int_equal(f.range, BAN_RANGE_24H);
	assert_int_equal(f.n_jails, 0);
	assert_string_equal(f.country, "");
	assert_int_equal(f.asn, -1);
	assert_int_equal(f.origin, -1);
	assert_false(f.has_net);
	f = read_filter("range=7d", BAN_RANGE_ALL, room);
	assert_int_equal(f.range, BAN_RANGE_7D);
}

static void
what_is_there_is_read(void **state)
{
	char room[TEXT_SIZE], net[ADDR_TEXT_SIZE];
	struct ban_filter f = read_filter(
	    "from=1969-01-01T00:00:00Z&jail=a&jail=b&ip=203.0.113.&country=ZZ"
	    "&asn=64500&origin=manual",
	    BAN_RANGE_24H, room);

	(void)state;
	assert_int_equal(f.range, BAN_RANGE_GIVEN);
	assert_true(f.from == 0 && f.to == -1); /* no ban is from before */
	assert_int_equal(f.n_jails, 2);
	assert_string_equal(f.jails[0], "a");
	assert_string_equal(f.jails[1], "b");
	addr_format(&f.net, net);
	assert_true(f.has_net);
	assert_string_equal(net, "203.0.113.0/24");
	assert_string_equal(f.country, "ZZ");
	assert_int_equal(f.asn, 64500);
	assert_int_equal(f.origin, 1);
}

static void
as_many_jails_as_a_request_can_hold_are_read(void **state)
{
	struct request req = {0};
	struct error err = ERROR_INIT;
	struct ban_filter f;

	(void)state;
	for (; req.n_query < LIMIT_QUERY_PARAMS; req.n_query++)
		req.query[req.n_query] = (struct request_param){
		    .name = "jail", .name_len = 4, .value = "sshd"};
	ban_filter_read(&req, BAN_RANGE_ALL, &f, &err);
	assert_int_equal(err.code, ERR_NONE);
	assert_int_equal(f.n_jails, LIMIT_QUERY_PARAMS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_cannot_be_read_is_named),
	    cmocka_unit_test(what_is_not_there_filters_nothing),
	    cmocka_unit_test(what_is_there_is_read),
	    cmocka_unit_test(as_many_jails_as_a_request_can_hold_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
