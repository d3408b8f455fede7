/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/active_ban_json.h"

#include "api/ban_json.h"
#include "api/geo_json.h"
#include "service/bans/bans.h"
#include "json/write.h"

int
active_ban_json_row(void *ctx, const struct bans_row *r, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_str(o, "ip", r->ip);
	json_put_str(o, "jail", r->jail);
	json_put_time(o, "banned_at", r->banned_at);
	json_put_i64(o, "bantime_seconds", r->bantime_s);
	json_put_time(o, "expires_at", r->expires_at);
	json_put_bool(o, "permanent", r->bantime_s < 0);
	geo_json_fields(o, &r->geo.answer, r->geo.kind);
	json_put_bool(o, "geo_pending", r->geo.pending);
	json_put_str(o, "origin", r->origin);
	json_put_i64_known(o, "ban_id", r->ban_id);
	ban_json_by_hand(o, r->manual);
	json_put_close(o);
	return 0;
}
