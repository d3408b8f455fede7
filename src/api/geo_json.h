/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one encoder of where an address is. */
#ifndef BANGUI_API_GEO_JSON_H
#define BANGUI_API_GEO_JSON_H

#include "base/addr_kind.h"

struct geo_answer;
struct geo_result;
struct json_out;

/** Into the open object, what every list shows of an address: country_code,
 * country_name, asn, as_org, kind. */
void geo_json_fields(
    struct json_out *o, const struct geo_answer *a, enum addr_kind kind);

/** All that is known, as an object. ip: canonical text. */
void geo_json_put(struct json_out *o, const char *name, const char *ip,
    const struct geo_result *r);

#endif
