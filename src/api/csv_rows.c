/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/csv_rows.h"

#include "api/audit_json.h"
#include "api/csv.h"
#include "base/addr_kind.h"
#include "service/archive/ban_list.h"
#include "service/audit/audit_list.h"
#include "service/bans/bans.h"
#include "service/bans/bans_manual.h"

const char CSV_HEAD_BANS[] =
    "ip,jail,banned_at,bantime_seconds,expires_at,permanent,country_code,"
    "country_name,asn,as_org,kind,geo_pending,origin,ban_id,reason,"
    "author_kind,author_name,due_at\r\n";
const char CSV_HEAD_HISTORY[] =
    "id,ip,jail,banned_at,bantime_seconds,expires_at,permanent,ban_count,"
    "active,country_code,country_name,asn,as_org,kind,origin,failures,"
    "reason,author_kind,author_name,due_at\r\n";
const char CSV_HEAD_AUDIT[] =
    "seq,at,actor_kind,actor_id,actor_name,client,action,target,outcome,"
    "request_id,details\r\n";

/* The last four columns; empty of a ban that was not made by hand. */
static void
put_by_hand(struct csv_out *o, const struct manual_ban *manual)
{
	const struct manual_ban none = {.due_at = -1};
	const struct manual_ban *m = manual != NULL ? manual : &none;

	csv_put_str(o, m->reason);
	csv_put_str(
	    o, manual != NULL ? audit_actor_name(m->author_kind) : NULL);
	csv_put_str(o, m->author_name);
	csv_put_time(o, m->due_at);
}

void
csv_row_bans(struct buf *to, const struct bans_row *r)
{
	const struct geo_answer *a = &r->geo.answer;
	struct csv_out o;

	csv_begin(&o, to);
	csv_put_str(&o, r->ip);
	csv_put_str(&o, r->jail);
	csv_put_time(&o, r->banned_at);
	csv_put_i64(&o, r->bantime_s);
	csv_put_time(&o, r->expires_at);
	csv_put_bool(&o, r->bantime_s < 0);
	csv_put_str(&o, a->country_code);
	csv_put_str(&o, a->country_name);
	csv_put_i64_known(&o, a->asn);
	csv_put_str(&o, a->as_org);
	csv_put_str(&o, addr_kind_name(r->geo.kind));
	csv_put_bool(&o, r->geo.pending);
	csv_put_str(&o, r->origin);
	csv_put_i64_known(&o, r->ban_id);
	put_by_hand(&o, r->manual);
	csv_end(&o);
}

void
csv_row_history(struct buf *to, const struct ban_list_row *r)
{
	struct csv_out o;

	csv_begin(&o, to);
	csv_put_i64(&o, r->id);
	csv_put_str(&o, r->ip);
	csv_put_str(&o, r->jail);
	csv_put_time(&o, r->banned_at);
	if (r->bantime_s < -1)
		csv_put_str(&o, NULL);
	else
		csv_put_i64(&o, r->bantime_s);
	csv_put_time(&o, r->expires_at);
	csv_put_bool(&o, r->bantime_s == -1);
	csv_put_i64(&o, r->ban_count);
	csv_put_bool(&o, r->active);
	csv_put_str(&o, r->country);
	csv_put_str(&o, NULL); /* the archive keeps codes alone */
	csv_put_i64_known(&o, r->asn);
	csv_put_str(&o, r->as_org);
	csv_put_str(&o, r->kind);
	csv_put_str(&o, r->origin);
	csv_put_i64_known(&o, r->failures);
	put_by_hand(&o, r->manual);
	csv_end(&o);
}

static void
put_bytes(struct csv_out *o, const struct audit_bytes *b)
{
	csv_put_str_n(o, b->data, b->len);
}

void
csv_row_audit(struct buf *to, const struct audit_row *r)
{
	struct audit_bytes details = r->details;
	const char *text = details.data;
	char client[ADDR_TEXT_SIZE];
	struct csv_out o;

	if (details.len > 0 && text[details.len - 1] == '\n')
		details.len--; /* ends a line, begins none */
	csv_begin(&o, to);
	csv_put_i64(&o, r->seq);
	csv_put_time(&o, r->at);
	csv_put_str(&o, audit_actor_name(r->actor_kind));
	csv_put_i64_known(&o, r->has_actor_id ? r->actor_id : -1);
	put_bytes(&o, &r->actor_name);
	csv_put_str(&o, audit_client_text(&r->client, client) ? client : NULL);
	put_bytes(&o, &r->action);
	put_bytes(&o, &r->target);
	put_bytes(&o, &r->outcome);
	put_bytes(&o, &r->request_id);
	put_bytes(&o, &details);
	csv_end(&o);
}
