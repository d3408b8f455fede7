/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fields of the query language, and how the value of each is read. */
#include <string.h>
#include <strings.h>

#include "base/addr_kind.h"
#include "base/geo_answer.h"
#include "base/num.h"
#include "base/str.h"
#include "base/time.h"
#include "service/archive/ban_list.h"
#include "service/archive/query.h"
#include "store/ban_find.h"
#include "store/ban_store.h"

/* Where times end that are written with four digits. */
#define YEAR_9999_S INT64_C(253402300799)

enum { MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400, WEEK_S = 7 * DAY_S };

static bool
is_word(const char *s, size_t len, const char *word)
{
	return strlen(word) == len && strncasecmp(s, word, len) == 0;
}

/* "90s", "30m", "12h", "7d", "2w", or seconds alone. */
static bool
read_duration(const char *s, size_t len, int64_t *out)
{
	static const struct {
		char unit;
		int64_t seconds;
	} UNITS[] = {
	    {'s', 1       },
            {'m', MINUTE_S},
            {'h', HOUR_S  },
            {'d', DAY_S   },
	    {'w', WEEK_S  }
        };
	int64_t factor = 1, n = 0;

	for (size_t i = 0; len > 1 && i < ARRAY_LEN(UNITS); i++)
		if (s[len - 1] == UNITS[i].unit) {
			factor = UNITS[i].seconds;
			len--;
			break;
		}
	if (!num_parse_i64(s, len, 0, UINT32_MAX, &n))
		return false;
	*out = n * factor;
	return true;
}

/* A day alone is its first second. */
static bool
read_day(const char *s, size_t len, int64_t *out)
{
	char text[sizeof "2026-11-01T00:00:00Z"];

	if (len != sizeof "2026-11-01" - 1)
		return false;
	memcpy(text, s, len);
	memcpy(text + len, "T00:00:00Z", sizeof "T00:00:00Z");
	return time_parse_rfc3339(text, strlen(text), out);
}

static const char *
read_time(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	struct ban_query_node *n = &q->nodes[node];

	n->relative = read_duration(s, len, &n->value);
	if (!n->relative && !read_day(s, len, &n->value) &&
	    !time_parse_rfc3339(s, len, &n->value))
		return "Is not a time: write 7d (30m, 12h, 2w), 2026-11-01 or "
		       "2026-11-01T21:04:05Z.";
	if (n->value < 0)
		n->value = 0; /* nothing was banned before 1970 */
	if (!n->relative && n->value > YEAR_9999_S)
		n->value = YEAR_9999_S;
	return NULL;
}

static const char *
read_jail(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	if (len <= LIMIT_JAIL_NAME && ban_query_set_text(q, node, s, len))
		return NULL;
	return "Is too long for the name of a jail, which has 64 bytes at "
	       "most.";
}

static const char *
read_country(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	char code[GEO_COUNTRY_SIZE] = "";

	if (len == GEO_COUNTRY_SIZE - 1)
		for (size_t i = 0; i < len; i++)
			code[i] = (char)(s[i] >= 'a' && s[i] <= 'z' ? s[i] - 32
								    : s[i]);
	if (is_word(s, len, "unknown"))
		memcpy(code, BAN_COUNTRY_UNKNOWN, sizeof code);
	if ((geo_is_country(code, strlen(code)) ||
		str_eq(code, BAN_COUNTRY_UNKNOWN)) &&
	    ban_query_set_text(q, node, code, strlen(code)))
		return NULL;
	return "Is no country: write two letters of ISO 3166-1, or ZZ for "
	       "unknown.";
}

static const char *
read_ip(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	struct ban_query_node *n = &q->nodes[node];

	if (addr_parse_begin(s, len, &n->net)) {
		n->last = addr_last(&n->net);
		return NULL;
	}
	return "Is neither an address nor a network: write 203.0.113.7, "
	       "203.0.113.0/24 or 203.0.113. with the dot at its end.";
}

static const char *
read_number(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	if (num_parse_i64(s, len, 0, UINT32_MAX, &q->nodes[node].value))
		return NULL;
	return "Is not a whole number from 0 to 4294967295.";
}

static const char *
read_bantime(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	struct ban_query_node *n = &q->nodes[node];

	if (read_duration(s, len, &n->value))
		return NULL;
	n->value = is_word(s, len, "permanent") ? -1
		   : is_word(s, len, "unknown") ? -2
						: 0;
	if (n->value == 0)
		return "Is not a duration: write 600, 30m, 12h, 7d, permanent "
		       "or unknown.";
	if (n->op != BAN_QUERY_EQ)
		return "Cannot be compared: write bantime:permanent or "
		       "bantime:unknown.";
	return NULL;
}

static const char *
read_asn(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	if (is_word(s, len, "unknown"))
		return NULL; /* its value is 0 */
	if (len > 2 && strncasecmp(s, "AS", 2) == 0) {
		s += 2;
		len -= 2;
	}
	if (num_parse_i64(s, len, 1, UINT32_MAX, &q->nodes[node].value))
		return NULL;
	return "Is not the number of a network: write 64500, AS64500 or "
	       "unknown.";
}

static const char *
read_origin(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	for (int i = 0; i < BAN_ORIGIN__MAX; i++)
		if (is_word(s, len, ban_origin_name(i))) {
			q->nodes[node].value = i;
			return NULL;
		}
	return "Is no origin: write fail2ban, manual or blocklist.";
}

static const char *
read_kind(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	for (int i = 0; i < ADDR_KIND__MAX; i++)
		if (is_word(s, len, addr_kind_name((enum addr_kind)i))) {
			q->nodes[node].value = i;
			return NULL;
		}
	return "Is no kind of address: write global, private, loopback, "
	       "link_local, shared, documentation, benchmark, multicast, "
	       "reserved, unspecified or text.";
}

/* What has no letter and no digit is nothing that could be looked up. */
static const char *
read_text(struct ban_query *q, uint16_t node, const char *s, size_t len)
{
	bool has_letter = false;

	for (size_t i = 0; i < len; i++)
		has_letter |= (s[i] >= '0' && s[i] <= '9') ||
			      ((s[i] | 0x20) >= 'a' && (s[i] | 0x20) <= 'z') ||
			      (s[i] & 0x80) != 0;
	if (!has_letter)
		return "Has no letter and no digit to look for.";
	if (!ban_query_set_text(q, node, s, len))
		return "Is too long.";
	return NULL;
}

static const struct query_field FIELDS[] = {
  // clang-format off
	{ "asn", BAN_QUERY_ASN, false, read_asn },
	{ "bantime", BAN_QUERY_BANTIME, true, read_bantime },
	{ "count", BAN_QUERY_COUNT, true, read_number },
	{ "country", BAN_QUERY_COUNTRY, false, read_country },
	{ "fails", BAN_QUERY_FAILS, true, read_number },
	{ "ip", BAN_QUERY_IP, false, read_ip },
	{ "jail", BAN_QUERY_JAIL, false, read_jail },
	{ "kind", BAN_QUERY_KIND, false, read_kind },
	{ "origin", BAN_QUERY_ORIGIN, false, read_origin },
	{ "since", BAN_QUERY_SINCE, false, read_time },
	{ "text", BAN_QUERY_TEXT, false, read_text },
	{ "until", BAN_QUERY_UNTIL, false, read_time },
  // clang-format on
};
_Static_assert(ARRAY_LEN(FIELDS) == BAN_QUERY__MAX - BAN_QUERY_JAIL,
    "one field a kind of term");

const struct query_field *
query_field_find(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(FIELDS); i++)
		if (is_word(name, len, FIELDS[i].name))
			return &FIELDS[i];
	return NULL;
}

const struct query_field *
query_field_at(size_t i)
{
	return i < ARRAY_LEN(FIELDS) ? &FIELDS[i] : NULL;
}
