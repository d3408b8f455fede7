/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/ban_filter.h"

#include <string.h>

#include "api/query.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/str.h"
#include "base/time.h"
#include "http/request.h"
#include "service/archive/ban_list.h"
#include "service/archive/query.h"

static const char *const RANGES[] = {
    [BAN_RANGE_24H] = "24h",
    [BAN_RANGE_7D] = "7d",
    [BAN_RANGE_30D] = "30d",
    [BAN_RANGE_365D] = "365d",
    [BAN_RANGE_ALL] = "all",
};
_Static_assert(ARRAY_LEN(RANGES) == BAN_RANGE_GIVEN, "one word a range");

/* -1 when it is absent; what is before 1970 is 1970. */
static int64_t
read_time(const struct request *req, const char *name, struct error *err)
{
	const char *text = request_query(req, name);
	int64_t t = -1;

	if (text == NULL)
		return -1;
	if (!time_parse_rfc3339(text, strlen(text), &t)) {
		(void)err_field(err, name,
		    "Is not a time: write it as 2026-11-23T21:04:05Z.");
		return -1;
	}
	return t < 0 ? 0 : t;
}

static void
read_window(
    const struct request *req, struct ban_filter *out, struct error *err)
{
	size_t range = out->range;

	out->from = read_time(req, "from", err);
	out->to = read_time(req, "to", err);
	query_word(req, "range", RANGES, ARRAY_LEN(RANGES), &range, err);
	out->range = (enum ban_range)range;
	if (request_query(req, "from") == NULL &&
	    request_query(req, "to") == NULL)
		return;
	out->range = BAN_RANGE_GIVEN;
	if (request_query(req, "range") != NULL)
		(void)err_field(
		    err, "range", "Cannot stand beside from and to.");
	if (out->from >= 0 && out->to >= 0 && out->from >= out->to)
		(void)err_field(err, "to", "Must be later than from.");
}

static void
read_jails(const struct request *req, struct ban_filter *out, struct error *err)
{
	const char *jail;

	/* the request holds no more parameters than out has room for */
	while (out->n_jails < LIMIT_QUERY_PARAMS &&
	       (jail = request_query_nth(req, "jail", out->n_jails)) != NULL)
		out->jails[out->n_jails++] = jail;
	for (size_t i = 0; i < out->n_jails; i++)
		if (out->jails[i][0] == '\0' ||
		    strlen(out->jails[i]) > LIMIT_JAIL_NAME) {
			(void)err_field(
			    err, "jail", "Must be a name of 1 to 64 bytes.");
			return;
		}
}

static void
read_ip(const struct request *req, struct ban_filter *out, struct error *err)
{
	const char *text = request_query(req, "ip");

	if (text == NULL)
		return;
	out->has_net = strlen(text) <= LIMIT_IP_FILTER && text[0] != '\0' &&
		       addr_parse_begin(text, strlen(text), &out->net);
	if (!out->has_net)
		(void)err_field(err, "ip",
		    "Is neither an address nor a network: write 203.0.113.7, "
		    "203.0.113.0/24 or 203.0.113. with the dot at its end.");
}

static void
read_country(
    const struct request *req, struct ban_filter *out, struct error *err)
{
	const char *text = request_query(req, "country");

	if (text == NULL)
		return;
	if ((!geo_is_country(text, strlen(text)) &&
		!str_eq(text, BAN_COUNTRY_UNKNOWN)) ||
	    !str_copy(out->country, sizeof out->country, text))
		(void)err_field(err, "country",
		    "Must be two capital letters of ISO 3166-1, or ZZ for "
		    "unknown.");
}

static void
read_asn(const struct request *req, struct ban_filter *out, struct error *err)
{
	const char *text = request_query(req, "asn");

	if (text != NULL &&
	    !num_parse_i64(text, strlen(text), 1, UINT32_MAX, &out->asn))
		(void)err_field(
		    err, "asn", "Must be a whole number from 1 to 4294967295.");
}

static void
read_origin(
    const struct request *req, struct ban_filter *out, struct error *err)
{
	const char *text = request_query(req, "origin");

	if (text != NULL && !ban_origin_parse(text, &out->origin))
		(void)err_field(
		    err, "origin", "Must be fail2ban, manual or blocklist.");
}

/* A time in the query takes the place of a range that nobody has named. */
static void
read_query(const struct request *req, struct ban_filter *out, struct error *err)
{
	const char *text = request_query(req, "q");
	bool has_range = request_query(req, "range") != NULL ||
			 out->range == BAN_RANGE_GIVEN;

	if (text == NULL ||
	    query_parse(text, strlen(text), &out->query, err) < 0)
		return; /* the fault is noted */
	for (uint16_t i = 0; i < out->query.n && !has_range; i++)
		if (out->query.nodes[i].kind == BAN_QUERY_SINCE ||
		    out->query.nodes[i].kind == BAN_QUERY_UNTIL)
			out->range = BAN_RANGE_ALL;
}

void
ban_filter_read(const struct request *req, enum ban_range range,
    struct ban_filter *out, struct error *err)
{
	*out = (struct ban_filter){.range = range, .asn = -1, .origin = -1};
	read_window(req, out, err);
	read_jails(req, out, err);
	read_ip(req, out, err);
	read_country(req, out, err);
	read_asn(req, out, err);
	read_origin(req, out, err);
	read_query(req, out, err);
}
