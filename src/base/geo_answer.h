/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be said of where an address is, and the one judge of what a source
 * says of it. Every source (a MaxMind DB file, an answer from the network) is
 * hostile input: what is not plainly a country, a number or a text is unknown.
 */
#ifndef BANGUI_BASE_GEO_ANSWER_H
#define BANGUI_BASE_GEO_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum { GEO_COUNTRY_SIZE = 3, GEO_NAME_SIZE = 64, GEO_AS_ORG_SIZE = 128 };

/* "" and -1 are unknown, which is no error. */
struct geo_answer {
	char country_code[GEO_COUNTRY_SIZE]; /* ISO 3166-1 alpha-2 */
	char country_name[GEO_NAME_SIZE];    /* English, if the source has it */
	int64_t asn;                         /* 1 ... 4294967295 */
	char as_org[GEO_AS_ORG_SIZE];        /* whose AS it is */
};

#define GEO_ANSWER_INIT                                                        \
	{                                                                      \
		.asn = -1                                                      \
	}

/** Is a country known? */
bool geo_has_country(const struct geo_answer *a);

/** One of the upper-case codes of ISO 3166-1, or XK (Kosovo), which the
 * sources use too. Lower case, EU, AP, ZZ and the like are none. */
bool geo_is_country(const char *s, size_t len);

/* Each sets its field if the value is acceptable and leaves it alone
 * otherwise; len bytes, no NUL needed. Texts must be UTF-8 without control
 * characters, and are cut between characters when too long. */
NODISCARD bool geo_answer_set_country(
    struct geo_answer *a, const char *s, size_t len);
NODISCARD bool geo_answer_set_name(
    struct geo_answer *a, const char *s, size_t len);
/** "AS64500" or "64500". AS 0 is none: sources say it of what is not routed. */
NODISCARD bool geo_answer_set_asn_text(
    struct geo_answer *a, const char *s, size_t len);
NODISCARD bool geo_answer_set_asn(struct geo_answer *a, uint64_t n);
NODISCARD bool geo_answer_set_as_org(
    struct geo_answer *a, const char *s, size_t len);

#endif
