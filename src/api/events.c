/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What has happened since somebody last asked. */
#include "service/events.h"

#include <stdio.h>

#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

static const char *const EVENTS_QUERY[] = {"after"};

/* Of both lists: one letter tells which. */
static void
put_id(struct json_out *o, char letter, int64_t number)
{
	char id[sizeof "b-9223372036854775808"];

	/* the array has room for any number */
	(void)snprintf(id, sizeof id, "%c%lld", letter, (long long)number);
	json_put_str(o, "id", id);
}

static void
put_ban(struct json_out *o, const struct ban_list_row *b)
{
	put_id(o, 'b', b->id);
	json_put_str(o, "type", "ban");
	json_put_time(o, "at", b->banned_at);
	json_put_str(o, "jail", b->jail);
	json_put_str(o, "ip", b->ip);
	json_put_str(o, "country_code", b->country);
	json_put_i64(o, "bans", 1);
	json_put_i64(o, "ban_id", b->id);
}

static void
put_event(struct json_out *o, const struct event_row *e)
{
	put_id(o, 'e', e->id);
	json_put_str(o, "type", events_type_name(e->type));
	json_put_time(o, "at", e->at);
	json_put_str(o, "jail", e->jail);
	json_put_str(o, "ip", e->ident);
	json_put_null(o, "country_code");
	json_put_i64(o, "bans", e->bans);
	json_put_null(o, "ban_id");
}

static int
put_item(void *ctx, const struct ban_list_row *ban,
    const struct event_row *event, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	if (ban != NULL)
		put_ban(o, ban);
	else
		put_event(o, event);
	json_put_close(o);
	return 0;
}

int
api_events(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct events_page page;
	struct json_out o;

	query_refuse_unknown(req, EVENTS_QUERY, ARRAY_LEN(EVENTS_QUERY), err);
	if (query_check(err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (events_list(
		app, request_query(req, "after"), put_item, &o, &page, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_str(&o, "next_after", page.next_after);
	json_put_bool(&o, "more", page.more);
	json_put_close(&o);
	return json_end(&o, err);
}
