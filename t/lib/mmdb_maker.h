/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Makes MaxMind DB files, good and bad ones, so that no test needs data that
 * somebody has a licence on. First the values of a record are written, then
 * networks are given the offset at which it began. What cannot be done ends
 * the program: the caller is a test.
 */
#ifndef BANGUI_T_LIB_MMDB_MAKER_H
#define BANGUI_T_LIB_MMDB_MAKER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct mmdb_node {
	uint32_t side[2];
};

struct mmdb_maker {
	unsigned record_bits; /* 24, 28, 32 */
	unsigned ip_version;  /* 4, 6 */
	const char *type;     /* borrowed */
	uint64_t built_at;
	struct mmdb_node *nodes;
	size_t n_nodes, cap_nodes;
	struct buf data; /* the records */
};

void mmdb_init(struct mmdb_maker *m, unsigned record_bits, unsigned ip_version,
    const char *type);
void mmdb_release(struct mmdb_maker *m);

/** Where the next value will be. */
uint32_t mmdb_here(const struct mmdb_maker *m);

/* One value each; a map has n keys and n values behind it, an array n
 * values. */
void mmdb_map(struct mmdb_maker *m, size_t n);
void mmdb_array(struct mmdb_maker *m, size_t n);
void mmdb_str(struct mmdb_maker *m, const char *s);
void mmdb_str_n(struct mmdb_maker *m, const char *s, size_t len);
void mmdb_uint(struct mmdb_maker *m, unsigned type, uint64_t v); /* 5, 6, 9 */
void mmdb_bool(struct mmdb_maker *m, int yes);
void mmdb_pointer(struct mmdb_maker *m, uint32_t to);
/** Bytes as they are: for what is no value. */
void mmdb_raw(struct mmdb_maker *m, const void *bytes, size_t len);

/** Give a network ("192.0.2.0/24", "2001:db8::/32") the record at offset. A
 * smaller network within a larger one has to come behind it. */
void mmdb_add(struct mmdb_maker *m, const char *net, uint32_t offset);

/** Append the whole file to out. */
void mmdb_finish(const struct mmdb_maker *m, struct buf *out);

/* What publishers put into their records; "" and 0 are left out. */
struct mmdb_place {
	const char *code; /* "DE" */
	const char *name; /* "Germany" */
	uint32_t asn;
	const char *org;
};

enum mmdb_layout {
	MMDB_GEOLITE_COUNTRY, /* country.iso_code, country.names.en */
	MMDB_GEOLITE_CITY,    /* the same among much else */
	MMDB_GEOLITE_ASN,     /* autonomous_system_number, ... */
	MMDB_DBIP_LITE,       /* as GeoLite, fewer names */
	MMDB_IPINFO_LITE,     /* country is the name; asn "AS1" */
	MMDB_IPINFO_COUNTRY,  /* country is the code */
	MMDB_IPTOASN,         /* country_code alone */
	MMDB_LAYOUT__MAX
};

/** "geolite-country", "ipinfo-lite", ...; NULL past the last. */
const char *mmdb_layout_name(enum mmdb_layout layout);

/** Write a record in a layout; where it is. */
uint32_t mmdb_record(
    struct mmdb_maker *m, enum mmdb_layout layout, const struct mmdb_place *p);

#endif
