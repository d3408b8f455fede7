/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/geo_json.h"

#include "base/geo_answer.h"
#include "service/geo/geo.h"
#include "json/write.h"

void
geo_json_fields(
    struct json_out *o, const struct geo_answer *a, enum addr_kind kind)
{
	json_put_str_known(o, "country_code", a->country_code);
	json_put_str_known(o, "country_name", a->country_name);
	json_put_i64_known(o, "asn", a->asn);
	json_put_str_known(o, "as_org", a->as_org);
	json_put_str(o, "kind", addr_kind_name(kind));
}

void
geo_json_put(struct json_out *o, const char *name, const char *ip,
    const struct geo_result *r)
{
	json_put_object(o, name);
	json_put_str(o, "ip", ip);
	geo_json_fields(o, &r->answer, r->kind);
	json_put_str(o, "source", geo_source_name(r->source));
	json_put_str_known(o, "resolver", r->resolver);
	json_put_time(
	    o, "resolved_at", r->resolved_at > 0 ? r->resolved_at : -1);
	json_put_bool(o, "pending", r->pending);
	json_put_close(o);
}
