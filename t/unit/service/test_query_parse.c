/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/query.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "t/lib/query_print.h"
#include "t/lib/unit.h"

static void
assert_reads(const char *text, const char *printed)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_QUERY * 32);
	struct ban_query q;
	struct error err = ERROR_INIT;

	if (query_parse(text, strlen(text), &q, &err) < 0)
		fail_msg("%s: column %d: %s", text, err.fields[0].column,
		    err.fields[0].message);
	query_print(&q, &b);
	assert_string_equal(buf_str(&b), printed);
}

static void
every_field_is_read(void **state)
{
	static const char *const CASES[][2] = {
	    {"jail:sshd",                       "jail:\"sshd\""             },
	    {"JAIL=sshd",                       "jail:\"sshd\""             },
	    {"jail:\"web \\\"1\\\\\"",          "jail:\"web \\\"1\\\\\""    },
	    {"jail:!sshd",                      "-jail:\"sshd\""            },
	    {"jail!=sshd",                      "-jail:\"sshd\""            },
	    {"jail!=!sshd",                     "jail:\"sshd\""             },
	    {"jail:a:b=c",                      "jail:\"a:b=c\""            },
	    {"country:de",                      "country:\"DE\""            },
	    {"country:unknown",                 "country:\"ZZ\""            },
	    {"since:7d",                        "since:1w"                  },
	    {"since:36h",                       "since:36h"                 },
	    {"since:90",                        "since:90s"                 },
	    {"until:2026-11-01",                "until:2026-11-01T00:00:00Z"},
	    {"until:2026-11-01T01:00:00+01:00", "until:2026-11-01T00:00:00Z"},
	    {"since:1969-01-01",                "since:1970-01-01T00:00:00Z"},
	    {"ip:203.0.113.0/24",               "ip:203.0.113.0/24"         },
	    {"203.0.113.",                      "ip:203.0.113.0/24"         },
	    {"203.0.113.7",                     "ip:203.0.113.7"            },
	    {"dead:beef::1",                    "ip:dead:beef::1"           },
	    {"2001:db8::/32",                   "ip:2001:db8::/32"          },
	    {"fails>=10",                       "fails>=10"                 },
	    {"fails:10",                        "fails:10"                  },
	    {"fails!=10",                       "-fails:10"                 },
	    {"count>3 count<5 count<=4",        "count>3 count<5 count<=4"  },
	    {"bantime>=1d",                     "bantime>=1d"               },
	    {"bantime:Permanent",               "bantime:permanent"         },
	    {"bantime:unknown",                 "bantime:unknown"           },
	    {"asn:64500",                       "asn:64500"                 },
	    {"asn:as64500",                     "asn:64500"                 },
	    {"asn:unknown",                     "asn:unknown"               },
	    {"origin:manual",                   "origin:manual"             },
	    {"kind:link_local",                 "kind:link_local"           },
	    {"text:root",                       "\"root\""                  },
	    {"\"in the lines\"",                "\"in the lines\""          },
	    {"root",			    "\"root\""                  },
	    {"/wp-login.php",                   "\"/wp-login.php\""         },
	    {"\"jail:sshd\"",                   "\"jail:sshd\""             },
	    {"m\xc3\xbcller",                   "\"m\xc3\xbcller\""         },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		assert_reads(CASES[i][0], CASES[i][1]);
}

static void
terms_are_joined_as_they_bind(void **state)
{
	static const char *const CASES[][2] = {
	    {"",              ""		       },
	    {" \t\n",         ""                       },
	    {"a b",           "\"a\" \"b\""            },
	    {"a AND b",       "\"a\" \"b\""            },
	    {"a OR b c",      "\"a\" OR \"b\" \"c\""   },
	    {"a b OR c",      "\"a\" \"b\" OR \"c\""   },
	    {"(a OR b) c",    "(\"a\" OR \"b\") \"c\"" },
	    {"(a b) c",       "\"a\" \"b\" \"c\""      },
	    {"a OR (b OR c)", "\"a\" OR \"b\" OR \"c\""},
	    {"a (b c)",       "\"a\" \"b\" \"c\""      },
	    {"NOT a",         "-\"a\""                 },
	    {"-a",            "-\"a\""                 },
	    {"!a",            "-\"a\""                 },
	    {"NOT NOT a",     "\"a\""                  },
	    {"--a",           "\"a\""                  },
	    {"-(a b)",        "-(\"a\" \"b\")"         },
	    {"c -(a OR b)",   "\"c\" -(\"a\" OR \"b\")"},
	    {"-(a b) c",      "-(\"a\" \"b\") \"c\""   },
	    {"-(a)",          "-\"a\""                 },
	    {"((a))",         "\"a\""                  },
	    {"a(b)\"c\"",     "\"a\" \"b\" \"c\""      },
	    {"or and not",    "\"or\" \"and\" \"not\"" },
	    {"ORDER ANDY",    "\"ORDER\" \"ANDY\""     },
	    {"root-user",     "\"root-user\""          },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		assert_reads(CASES[i][0], CASES[i][1]);
}

static void
assert_refused(const char *text, size_t len, int column, const char *hint)
{
	struct ban_query q;
	struct error err = ERROR_INIT;

	if (query_parse(text, len, &q, &err) == 0)
		fail_msg("taken: %s", text);
	assert_int_equal(err.code, ERR_QUERY);
	assert_int_equal(err.n_fields, 1);
	assert_string_equal(err.fields[0].name, "q");
	if (err.fields[0].column != column)
		fail_msg("%s: column %d", text, err.fields[0].column);
	if (strstr(err.fields[0].message, hint) == NULL)
		fail_msg("%s: %s", text, err.fields[0].message);
	assert_true(q.n == 0 && q.root == BAN_QUERY_NONE);
}

static void
a_fault_is_told_with_its_column(void **state)
{
	static const struct {
		const char *text;
		int column;
		const char *hint;
	} CASES[] = {
	    {"jial:sshd",                   1,  "Is no field"         },
	    {"a http://x",                  3,  "Is no field"         },
	    {"jail:",		       6,  "must be a value"     },
	    {"jail: x",                     6,  "must be a value"     },
	    {"jail:\"\"",                   6,  "must be a value"     },
	    {"\"\"",			1,  "must be a value"     },
	    {"jail>=x",                     5,  "cannot be compared"  },
	    {"a \"b",		       3,  "no end"              },
	    {"(a",			  1,  "not closed"          },
	    {"a)",			  2,  "closes nothing"      },
	    {"()",			  2,  "Something is missing"},
	    {"a OR",			5,  "Something is missing"},
	    {"a OR OR b",                   6,  "Something is missing"},
	    {"AND a",		       1,  "Something is missing"},
	    {"NOT",			 4,  "Something is missing"},
	    {"-",			   2,  "Something is missing"},
	    {"country:xx1",                 9,  "two letters"         },
	    {"country:QQ",                  9,  "two letters"         },
	    {"since:yesterday",             7,  "2026-11-01"          },
	    {"since:2026-13-01",            7,  "2026-11-01"          },
	    {"since:7y",                    7,  "2026-11-01"          },
	    {"ip:203.0.113",                4,  "with the dot"        },
	    {"ip:203.0.113.7/24",           4,  "with the dot"        },
	    {"fails>=-1",                   8,  "whole number"        },
	    {"fails:4294967296",            7,  "whole number"        },
	    {"bantime:long",                9,  "duration"            },
	    {"bantime>=permanent",          10, "bantime:permanent"   },
	    {"asn:0",		       5,  "AS64500"             },
	    {"asn:AS",                      5,  "AS64500"             },
	    {"origin:me",                   8,  "blocklist"           },
	    {"kind:odd",                    6,  "link_local"          },
	    {"- ...",		       3,  "no letter"           },
	    {"\xc3\xa4 \xe2\x82\xac asn:x", 9,  "AS64500"             },
	    {"a \x01",                      3,  "not allowed"         },
	    {"a \xff",                      3,  "not allowed"         },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
		assert_refused(CASES[i].text, strlen(CASES[i].text),
		    CASES[i].column, CASES[i].hint);
	assert_refused("a \0b", 4, 3, "not allowed");
}

/* n times what. */
static void
repeat(struct buf *b, const char *what, int n)
{
	for (int i = 0; i < n; i++)
		buf_add_str(b, what);
}

static void
every_bound_is_kept(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4096);
	char jail[LIMIT_JAIL_NAME + 2] = "";
	struct ban_query q;
	struct error err = ERROR_INIT;

	(void)state;
	repeat(&b, "a ", LIMIT_QUERY_TERMS);
	assert_int_equal(query_parse(b.data, b.len, &q, &err), 0);
	repeat(&b, "a", 1);
	assert_refused(b.data, b.len, 2 * LIMIT_QUERY_TERMS + 1, "64 terms");
	buf_clear(&b);
	repeat(&b, "(", LIMIT_QUERY_DEPTH);
	repeat(&b, "a", 1);
	repeat(&b, ")", LIMIT_QUERY_DEPTH);
	assert_reads(b.data, "\"a\"");
	buf_clear(&b);
	repeat(&b, "(", LIMIT_QUERY_DEPTH + 1);
	assert_refused(b.data, b.len, LIMIT_QUERY_DEPTH + 1, "16 brackets");
	buf_clear(&b);
	repeat(&b, " ", LIMIT_QUERY);
	assert_reads(b.data, "");
	repeat(&b, " ", 1);
	assert_refused(b.data, b.len, 1, "1024 bytes");
	buf_clear(&b);
	repeat(&b, "-", LIMIT_QUERY - 1); /* an odd number of them */
	repeat(&b, "a", 1);
	assert_reads(b.data, "-\"a\"");
	memset(jail, 'j', LIMIT_JAIL_NAME + 1);
	buf_clear(&b);
	buf_addf(&b, "jail:%s", jail);
	assert_refused(b.data, b.len, 6, "64 bytes");
}

/* A thousand texts made of pieces of the language: whatever is taken prints
 * as what is read the same. */
static void
what_is_printed_is_read_as_the_same(void **state)
{
	static const char *const PIECES[] = {"a", "\"b c\"", "jail:x",
	    "country:!de", "since:7d", "fails>=3", "(", ")", ")", "OR", "AND",
	    "NOT", "-", "1.2.3.", "bantime<5m", "asn:unknown"};
	uint64_t seed = 7;
	int taken = 0, refused = 0, n = unit_size(4000, 400);

	(void)state;
	for (int i = 0; i < n; i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(4096);
		AUTO(buf_release) struct buf printed = BUF_INIT(4096);
		struct ban_query q, again;
		struct error err = ERROR_INIT;

		for (int k = 0; k < 1 + i % 12; k++) {
			seed = seed * 6364136223846793005U + 99;
			buf_add_str(
			    &b, PIECES[(seed >> 33) % ARRAY_LEN(PIECES)]);
			buf_add_char(&b, ' ');
		}
		if (query_parse(b.data, b.len, &q, &err) < 0) {
			refused++;
			continue;
		}
		taken++;
		query_print(&q, &printed);
		assert_int_equal(
		    query_parse(buf_str(&printed), printed.len, &again, &err),
		    0);
		if (!query_same(&q, &again))
			fail_msg("%s: %s", b.data, printed.data);
	}
	assert_true(taken > n / 8 && refused > n / 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_field_is_read),
	    cmocka_unit_test(terms_are_joined_as_they_bind),
	    cmocka_unit_test(a_fault_is_told_with_its_column),
	    cmocka_unit_test(every_bound_is_kept),
	    cmocka_unit_test(what_is_printed_is_read_as_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
