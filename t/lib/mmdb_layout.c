/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The records of the publishers, as their files of 2024 to 2026 have them. */
#include <stdio.h>

#include "base/macros.h"
#include "t/lib/mmdb_maker.h"

static const char *const NAMES[] = {
    [MMDB_GEOLITE_COUNTRY] = "geolite-country",
    [MMDB_GEOLITE_CITY] = "geolite-city",
    [MMDB_GEOLITE_ASN] = "geolite-asn",
    [MMDB_DBIP_LITE] = "dbip-lite",
    [MMDB_IPINFO_LITE] = "ipinfo-lite",
    [MMDB_IPINFO_COUNTRY] = "ipinfo-country",
    [MMDB_IPTOASN] = "iptoasn",
};
_Static_assert(ARRAY_LEN(NAMES) == MMDB_LAYOUT__MAX, "one name a layout");

const char *
mmdb_layout_name(enum mmdb_layout layout)
{
	return layout < MMDB_LAYOUT__MAX ? NAMES[layout] : NULL;
}

static void
pair(struct mmdb_maker *m, const char *key, const char *value)
{
	mmdb_str(m, key);
	mmdb_str(m, value);
}

static void
as_text(struct mmdb_maker *m, const char *key, uint32_t asn)
{
	char text[16]; /* "AS" and ten digits */

	(void)snprintf(text, sizeof text, "AS%u", asn);
	pair(m, key, text);
}

/* { "geoname_id": 1, "iso_code": ..., "names": { "de": ..., "en": ... } } */
static void
geolite_country(struct mmdb_maker *m, const char *key,
    const struct mmdb_place *p, size_t n_names)
{
	mmdb_str(m, key);
	mmdb_map(m, 3);
	mmdb_str(m, "geoname_id");
	mmdb_uint(m, 6, 1);
	pair(m, "iso_code", p->code);
	mmdb_str(m, "names");
	mmdb_map(m, n_names);
	if (n_names > 1)
		pair(m, "de", "?");
	pair(m, "en", p->name);
}

static void
geolite_city(struct mmdb_maker *m, const struct mmdb_place *p)
{
	static const struct mmdb_place OTHER = {.code = "FR", .name = "France"};

	mmdb_map(m, 5);
	mmdb_str(m, "city");
	mmdb_map(m, 2);
	mmdb_str(m, "geoname_id");
	mmdb_uint(m, 6, 2);
	mmdb_str(m, "names");
	mmdb_map(m, 1);
	pair(m, "en", "Somewhere");
	geolite_country(m, "country", p, 2);
	mmdb_str(m, "location");
	mmdb_map(m, 1);
	pair(m, "time_zone", "UTC");
	geolite_country(m, "registered_country", &OTHER, 2);
	mmdb_str(m, "subdivisions");
	mmdb_array(m, 1);
	mmdb_map(m, 1);
	pair(m, "iso_code", "XX");
}

static void
geolite_asn(struct mmdb_maker *m, const struct mmdb_place *p)
{
	mmdb_map(m, 2);
	mmdb_str(m, "autonomous_system_number");
	mmdb_uint(m, 6, p->asn);
	pair(m, "autonomous_system_organization", p->org);
}

static void
ipinfo_lite(struct mmdb_maker *m, const struct mmdb_place *p)
{
	mmdb_map(m, 7);
	as_text(m, "asn", p->asn);
	pair(m, "as_domain", "example.net");
	pair(m, "as_name", p->org);
	pair(m, "continent", "Europe");
	pair(m, "continent_code", "EU");
	pair(m, "country", p->name);
	pair(m, "country_code", p->code);
}

static void
ipinfo_country(struct mmdb_maker *m, const struct mmdb_place *p)
{
	mmdb_map(m, 4);
	pair(m, "continent", "EU");
	pair(m, "continent_name", "Europe");
	pair(m, "country", p->code);
	pair(m, "country_name", p->name);
}

uint32_t
mmdb_record(
    struct mmdb_maker *m, enum mmdb_layout layout, const struct mmdb_place *p)
{
	uint32_t here = mmdb_here(m);

	switch (layout) {
	case MMDB_GEOLITE_COUNTRY:
	case MMDB_DBIP_LITE:
		mmdb_map(m, 1);
		geolite_country(
		    m, "country", p, layout == MMDB_DBIP_LITE ? 1 : 2);
		break;
	case MMDB_GEOLITE_CITY:
		geolite_city(m, p);
		break;
	case MMDB_GEOLITE_ASN:
		geolite_asn(m, p);
		break;
	case MMDB_IPINFO_LITE:
		ipinfo_lite(m, p);
		break;
	case MMDB_IPINFO_COUNTRY:
		ipinfo_country(m, p);
		break;
	case MMDB_IPTOASN:
		mmdb_map(m, 1);
		pair(m, "country_code", p->code);
		break;
	case MMDB_LAYOUT__MAX:
		break;
	}
	return here;
}
