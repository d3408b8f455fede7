/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "geo/record.h"

#include <stdbool.h>
#include <stddef.h>

#include <maxminddb.h>

#include "base/geo_answer.h"
#include "base/macros.h"

enum { PATH_LEN = 4 }; /* three names at most, and NULL */

/* A country's code and, for the code that was found, its English name. */
static const struct {
	const char *code[PATH_LEN];
	const char *names[2][PATH_LEN];
} COUNTRIES[] = {
  // clang-format off
	/* GeoLite2 and GeoIP2 Country, City, Enterprise; DB-IP */
	{ { "country", "iso_code" }, { { "country", "names", "en" } } },
	{ { "registered_country", "iso_code" },
	  { { "registered_country", "names", "en" } } },
	/* IPinfo Lite; iptoasn and others of ip-location-db */
	{ { "country_code" }, { { "country_name" }, { "country" } } },
	/* IPinfo Country and Country ASN */
	{ { "country" }, { { "country_name" } } },
  // clang-format on
};

/* An AS number and the name of whose it is. */
static const struct {
	const char *number[PATH_LEN];
	const char *names[3][PATH_LEN];
} NETWORKS[] = {
  // clang-format off
	/* GeoLite2 ASN, GeoIP2 ISP; DB-IP; iptoasn */
	{ { "autonomous_system_number" },
	  { { "autonomous_system_organization" } } },
	/* IPinfo */
	{ { "asn" }, { { "as_name" }, { "name" }, { "as_domain" } } },
	/* GeoIP2 Enterprise */
	{ { "traits", "autonomous_system_number" },
	  { { "traits", "autonomous_system_organization" } } },
  // clang-format on
};

static bool
find(const MMDB_entry_s *entry, const char *const *path, MMDB_entry_data_s *out)
{
	MMDB_entry_s start = *entry;

	return path[0] != NULL &&
	       MMDB_aget_value(&start, out, path) == MMDB_SUCCESS &&
	       out->has_data;
}

/* Set a text that stands at path, by one of geo_answer's setters. */
static bool
take_text(const MMDB_entry_s *entry, const char *const *path,
    struct geo_answer *out,
    bool set(struct geo_answer *a, const char *s, size_t len))
{
	MMDB_entry_data_s data;

	return find(entry, path, &data) &&
	       data.type == MMDB_DATA_TYPE_UTF8_STRING &&
	       set(out, data.utf8_string, data.data_size);
}

static bool
take_number(
    const MMDB_entry_s *entry, const char *const *path, struct geo_answer *out)
{
	MMDB_entry_data_s data;

	if (!find(entry, path, &data))
		return false;
	switch (data.type) {
	case MMDB_DATA_TYPE_UINT16:
		return geo_answer_set_asn(out, data.uint16);
	case MMDB_DATA_TYPE_UINT32:
		return geo_answer_set_asn(out, data.uint32);
	case MMDB_DATA_TYPE_UINT64:
		return geo_answer_set_asn(out, data.uint64);
	case MMDB_DATA_TYPE_UTF8_STRING:
		return geo_answer_set_asn_text(
		    out, data.utf8_string, data.data_size);
	default:
		return false;
	}
}

static void
read_country(const MMDB_entry_s *entry, struct geo_answer *out)
{
	for (size_t i = 0; i < ARRAY_LEN(COUNTRIES); i++) {
		if (!take_text(
			entry, COUNTRIES[i].code, out, geo_answer_set_country))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(COUNTRIES[i].names); k++)
			if (take_text(entry, COUNTRIES[i].names[k], out,
				geo_answer_set_name))
				return;
		return;
	}
}

static void
read_network(const MMDB_entry_s *entry, struct geo_answer *out)
{
	for (size_t i = 0; i < ARRAY_LEN(NETWORKS); i++) {
		if (!take_number(entry, NETWORKS[i].number, out))
			continue;
		for (size_t k = 0; k < ARRAY_LEN(NETWORKS[i].names); k++)
			if (take_text(entry, NETWORKS[i].names[k], out,
				geo_answer_set_as_org))
				return;
		return;
	}
}

void
geo_record_read(const MMDB_entry_s *entry, struct geo_answer *out)
{
	read_country(entry, out);
	read_network(entry, out);
}
