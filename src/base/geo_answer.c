/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/geo_answer.h"

#include <string.h>

#include "base/num.h"
#include "base/str.h"

enum { TEXT_MAX = 4096 }; /* bytes of a name that we look at */

/* Second letters of the codes that begin with A, B, ... Source: ISO 3166-1,
 * officially assigned codes as of 2024, and XK. */
static const char *const COUNTRIES[26] = {
    "DEFGILMOQRSTUWXZ",
    "ABDEFGHIJLMNOQRSTVWYZ",
    "ACDFGHIKLMNORUVWXYZ",
    "EJKMOZ",
    "CEGHRST",
    "IJKMOR",
    "ABDEFGHILMNPQRSTUWY",
    "KMNRTU",
    "DELMNOQRST",
    "EMOP",
    "EGHIMNPRWYZ",
    "ABCIKRSTUVY",
    "ACDEFGHKLMNOPQRSTUVWXYZ",
    "ACEFGILOPRUZ",
    "M",
    "AEFGHKLMNRSTWY",
    "A",
    "EOSUW",
    "ABCDEGHIJKLMNORSTVXYZ",
    "CDFGHJKLMNORTVWZ",
    "AGMSYZ",
    "ACEGINU",
    "FS",
    "K",
    "ET",
    "AMW",
};

bool
geo_has_country(const struct geo_answer *a)
{
	return a->country_code[0] != '\0';
}

bool
geo_is_country(const char *s, size_t len)
{
	return len == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' &&
	       s[1] <= 'Z' && strchr(COUNTRIES[s[0] - 'A'], s[1]) != NULL;
}

bool
geo_answer_set_country(struct geo_answer *a, const char *s, size_t len)
{
	return geo_is_country(s, len) &&
	       str_copy_n(a->country_code, sizeof a->country_code, s, len);
}

/* How many of len bytes make whole characters within max bytes. */
static size_t
whole_characters(const char *s, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max > 0 && ((unsigned char)s[max] & 0xc0) == 0x80)
		max--;
	return max;
}

static bool
set_text(char *dst, size_t dst_size, const char *s, size_t len)
{
	if (len == 0 || len > TEXT_MAX || !str_is_utf8(s, len) ||
	    str_has_control(s, len))
		return false;
	return str_copy_n(
	    dst, dst_size, s, whole_characters(s, len, dst_size - 1));
}

bool
geo_answer_set_name(struct geo_answer *a, const char *s, size_t len)
{
	return set_text(a->country_name, sizeof a->country_name, s, len);
}

bool
geo_answer_set_as_org(struct geo_answer *a, const char *s, size_t len)
{
	return set_text(a->as_org, sizeof a->as_org, s, len);
}

bool
geo_answer_set_asn(struct geo_answer *a, uint64_t n)
{
	if (n == 0 || n > UINT32_MAX)
		return false;
	a->asn = (int64_t)n;
	return true;
}

bool
geo_answer_set_asn_text(struct geo_answer *a, const char *s, size_t len)
{
	size_t skip = len > 2 && memcmp(s, "AS", 2) == 0 ? 2 : 0;

	return num_parse_i64(s + skip, len - skip, 1, UINT32_MAX, &a->asn);
}
