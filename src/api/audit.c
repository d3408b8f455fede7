/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The audit log: its list. */
#include <string.h>

#include "api/ban_filter.h"
#include "api/handlers.h"
#include "api/query.h"
#include "base/addr.h"
#include "base/error.h"
#include "base/num.h"
#include "base/str.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/audit/audit_list.h"
#include "json/write.h"

static const char *const LIST_QUERY[] = {"action", "actor", "cursor", "from",
    "ip", "limit", "outcome", "range", "target", "to"};

static void
read_action(
    const struct request *req, struct audit_filter *out, struct error *err)
{
	const char *words[AUDIT_ACTION__MAX];
	size_t at = AUDIT_ACTION__MAX;

	for (int i = 0; i < AUDIT_ACTION__MAX; i++)
		words[i] = audit_action_name((enum audit_action)i);
	query_word(req, "action", words, ARRAY_LEN(words), &at, err);
	out->action = at < AUDIT_ACTION__MAX ? (int)at : -1;
}

static void
read_outcome(
    const struct request *req, struct audit_filter *out, struct error *err)
{
	const char *words[AUDIT_OUTCOME__MAX];
	size_t at = AUDIT_OUTCOME__MAX;

	for (int i = 0; i < AUDIT_OUTCOME__MAX; i++)
		words[i] = audit_outcome_name((enum audit_outcome)i);
	query_word(req, "outcome", words, ARRAY_LEN(words), &at, err);
	out->outcome = at < AUDIT_OUTCOME__MAX ? (int)at : -1;
}

/* "token" for all of them, "token:3" for one. */
static void
read_actor(
    const struct request *req, struct audit_filter *out, struct error *err)
{
	const char *text = request_query(req, "actor");
	const char *colon;

	if (text == NULL)
		return;
	colon = strchr(text, ':');
	if (!audit_actor_parse(text, strcspn(text, ":"), &out->actor) ||
	    (colon != NULL && !num_parse_i64(colon + 1, strlen(colon + 1), 0,
				  INT64_MAX, &out->actor_id)))
		(void)err_field(err, "actor",
		    "Must be session, token, cli or nobody, perhaps with a "
		    "colon and a number behind it.");
}

static void
read_target(
    const struct request *req, struct audit_filter *out, struct error *err)
{
	out->target = request_query(req, "target");
	if (out->target != NULL &&
	    (out->target[0] == '\0' ||
		strlen(out->target) > LIMIT_AUDIT_TARGET))
		(void)err_field(
		    err, "target", "Must be a text of 1 to 256 bytes.");
}

/* What was not written by this program may hold anything. */
static void
put_bytes(struct json_out *o, const char *name, const struct audit_bytes *b)
{
	if (b->data == NULL)
		json_put_null(o, name);
	else
		json_put_str_n(o, name, b->data, b->len);
}

static void
put_client(struct json_out *o, const struct audit_bytes *b)
{
	struct addr a = {.prefix_len = 128};
	char text[ADDR_TEXT_SIZE];

	if (b->data == NULL || b->len != sizeof a.bytes) {
		json_put_null(o, "client");
		return;
	}
	memcpy(a.bytes, b->data, b->len);
	addr_format(&a, text);
	json_put_str(o, "client", text);
}

static void
put_detail(struct json_out *o, const char *line, size_t len)
{
	const char *sep = memchr(line, '=', len);

	if (sep == NULL)
		return;
	json_put_object(o, NULL);
	json_put_str_n(o, "name", line, (size_t)(sep - line));
	json_put_str_n(o, "value", sep + 1, (size_t)(line + len - sep - 1));
	json_put_close(o);
}

static void
put_details(struct json_out *o, const struct audit_bytes *b)
{
	const char *at = b->data;
	size_t left = b->len;

	json_put_array(o, "details");
	while (left > 0) {
		const char *end = memchr(at, '\n', left);
		size_t len = end != NULL ? (size_t)(end - at) : left;

		put_detail(o, at, len);
		len += end != NULL;
		at += len;
		left -= len;
	}
	json_put_close(o);
}

static int
put_row(void *ctx, const struct audit_row *r, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_i64(o, "seq", r->seq);
	json_put_time(o, "at", r->at);
	json_put_object(o, "actor");
	json_put_str(o, "kind", audit_actor_name(r->actor_kind));
	json_put_i64_known(o, "id", r->has_actor_id ? r->actor_id : -1);
	put_bytes(o, "name", &r->actor_name);
	json_put_close(o);
	put_client(o, &r->client);
	put_bytes(o, "action", &r->action);
	put_bytes(o, "target", &r->target);
	put_bytes(o, "outcome", &r->outcome);
	put_bytes(o, "request_id", &r->request_id);
	put_details(o, &r->details);
	json_put_close(o);
	return 0;
}

int
api_audit_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct ban_filter base;
	struct audit_filter filter = {.base = &base,
	    .action = -1,
	    .outcome = -1,
	    .actor = -1,
	    .actor_id = -1,
	    .cursor = request_query(req, "cursor")};
	struct audit_page page;
	struct json_out o;

	query_refuse_unknown(req, LIST_QUERY, ARRAY_LEN(LIST_QUERY), err);
	query_limit(req, &filter.limit, err);
	ban_filter_read(req, BAN_RANGE_ALL, &base, err);
	read_action(req, &filter, err);
	read_outcome(req, &filter, err);
	read_actor(req, &filter, err);
	read_target(req, &filter, err);
	if (query_check(err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (audit_list(app, &filter, put_row, &o, &page, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", page.total);
	json_put_bool(&o, "total_exact", page.total_exact);
	json_put_str_known(&o, "next_cursor", page.next_cursor);
	json_put_str_known(&o, "prev_cursor", page.prev_cursor);
	json_put_close(&o);
	return json_end(&o, err);
}
