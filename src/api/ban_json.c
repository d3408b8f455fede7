/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/ban_json.h"

#include "service/audit/audit_list.h"
#include "service/bans/bans_manual.h"
#include "json/write.h"

int
ban_json_fields(void *ctx, const struct ban_list_row *r, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_i64(o, "id", r->id);
	json_put_str(o, "ip", r->ip);
	json_put_str(o, "jail", r->jail);
	json_put_time(o, "banned_at", r->banned_at);
	if (r->bantime_s < -1)
		json_put_null(o, "bantime_seconds");
	else
		json_put_i64(o, "bantime_seconds", r->bantime_s);
	json_put_time(o, "expires_at", r->expires_at);
	json_put_bool(o, "permanent", r->bantime_s == -1);
	json_put_i64(o, "ban_count", r->ban_count);
	json_put_bool(o, "active", r->active);
	json_put_str(o, "country_code", r->country);
	json_put_null(o, "country_name"); /* the archive keeps codes alone */
	json_put_i64_known(o, "asn", r->asn);
	json_put_str(o, "as_org", r->as_org);
	json_put_str(o, "kind", r->kind);
	json_put_str(o, "origin", r->origin);
	json_put_i64_known(o, "failures", r->failures);
	ban_json_by_hand(o, r->manual);
	return 0;
}

void
ban_json_by_hand(struct json_out *o, const struct manual_ban *manual)
{
	const struct manual_ban none = {.due_at = -1};
	const struct manual_ban *m = manual != NULL ? manual : &none;

	json_put_str_known(o, "reason", m->reason);
	json_put_str(o, "author_kind",
	    manual != NULL ? audit_actor_name(m->author_kind) : NULL);
	json_put_str_known(o, "author_name", m->author_name);
	json_put_time(o, "due_at", m->due_at);
}

int
ban_json_row(void *ctx, const struct ban_list_row *r, struct error *err)
{
	int rc;

	json_put_object(ctx, NULL);
	rc = ban_json_fields(ctx, r, err);
	json_put_close(ctx);
	return rc;
}

void
ban_json_gaps(struct json_out *o, const struct ban_gaps *gaps)
{
	json_put_array(o, "gaps");
	for (size_t i = 0; i < gaps->n; i++) {
		json_put_object(o, NULL);
		json_put_time(o, "from", gaps->items[i].from_at);
		json_put_time(o, "to", gaps->items[i].to_at);
		json_put_close(o);
	}
	json_put_close(o);
}
