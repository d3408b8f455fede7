/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bans in force: listing, banning, lifting. */
#include <stdlib.h>
#include <string.h>

#include "api/active_ban_filter.h"
#include "api/active_ban_json.h"
#include "api/handlers.h"
#include "api/lockout_json.h"
#include "api/once.h"
#include "api/query.h"
#include "base/error.h"
#include "base/limits.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/bans/bans.h"
#include "service/guard/lockout.h"
#include "json/decode.h"
#include "json/write.h"

/* An address with its length takes 48 characters; what is longer is told
 * apart from it in the results, what is absurd is refused as a whole. */
enum { IP_READ_MAX = 256 };

static const char *const LIST_QUERY[] = {
    ACTIVE_BAN_FILTER_NAMES, "cursor", "limit"};

int
api_bans_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct bans_filter filter;
	struct bans_page page;
	struct json_out o;

	query_refuse_unknown(req, LIST_QUERY, ARRAY_LEN(LIST_QUERY), err);
	active_ban_filter_read(req, &filter, err);
	query_limit(req, &filter.limit, err);
	if (query_check(err) < 0)
		return -1;
	filter.cursor = request_query(req, "cursor");
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (bans_list(app, &filter, active_ban_json_row, &o, &page, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", page.total);
	json_put_str_known(&o, "next_cursor", page.next_cursor);
	json_put_str_known(&o, "prev_cursor", page.prev_cursor);
	json_put_time(&o, "as_of", page.as_of);
	json_put_close(&o);
	return json_end(&o, err);
}

struct bans_body {
	struct str_list ips;
	struct json_text jail, reason;
	int64_t bantime_s;
	bool has_bantime;
	bool force;
};

/* clang-format off */
#define FIELD_IPS \
	{ .name = "ips", .kind = JSON_STR_LIST, .required = true, \
	  .into = offsetof(struct bans_body, ips), \
	  .min = 1, .max = LIMIT_BAN_IPS, .item_max = IP_READ_MAX, \
	  .present = JSON_NO_FLAG }
#define FIELD_JAIL(must) \
	{ .name = "jail", .kind = JSON_STR, .required = (must), \
	  .nullable = true, .into = offsetof(struct bans_body, jail), \
	  .min = 1, .max = LIMIT_JAIL_NAME, .present = JSON_NO_FLAG }
#define FIELD_REASON \
	{ .name = "reason", .kind = JSON_STR, .nullable = true, \
	  .into = offsetof(struct bans_body, reason), \
	  .max = LIMIT_REASON, .present = JSON_NO_FLAG }

static const struct json_field ADD_BODY[] = {
	FIELD_IPS,
	FIELD_JAIL(false),
	FIELD_REASON,
	{ .name = "bantime_seconds", .kind = JSON_INT, .nullable = true,
	  .into = offsetof(struct bans_body, bantime_s),
	  .min = -1, .max = LIMIT_BANTIME_S,
	  .present = offsetof(struct bans_body, has_bantime) },
	{ .name = "force", .kind = JSON_BOOL,
	  .into = offsetof(struct bans_body, force), .present = JSON_NO_FLAG },
};

/* jail must be there: null, said aloud, means every jail. */
static const struct json_field REMOVE_BODY[] = {
	FIELD_IPS,
	FIELD_JAIL(true),
	FIELD_REASON,
};
/* clang-format on */

/* A reason is one line of a log. */
static int
bans_body_read(const struct request *req, const struct json_field *fields,
    size_t n, struct bans_body *out, struct error *err)
{
	if (json_decode(req->body, req->body_len, fields, n, out, err) < 0)
		return -1;
	if (out->reason.s != NULL &&
	    str_has_control(out->reason.s, out->reason.len))
		return err_field(
		    err, "reason", "Must not hold control characters.");
	if (out->has_bantime && out->bantime_s == 0)
		return err_field(err, "bantime_seconds",
		    "Must be -1, for ever, or at least 1.");
	return 0;
}

static void
bans_body_release(struct bans_body *b)
{
	/* ADD_BODY names everything that the struct can own */
	json_release(ADD_BODY, ARRAY_LEN(ADD_BODY), b);
}

static struct bans_request
request_of(const struct bans_body *b, const struct request *req)
{
	return (struct bans_request){
	    .ips = &b->ips,
	    .jail = b->jail.s,
	    .reason = b->reason.s,
	    .bantime_s = b->has_bantime ? b->bantime_s : 0,
	    .force = b->force,
	    .caller = req->client_addr,
	};
}

static int
put_results(
    struct reply *rep, const struct bans_results *results, struct error *err)
{
	struct json_out o;

	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_str(&o, "jail", results->jail);
	json_put_array(&o, "results");
	for (size_t i = 0; i < results->n; i++) {
		const struct bans_result *r = &results->items[i];

		json_put_object(&o, NULL);
		json_put_str(&o, "ip", r->ip);
		json_put_str(&o, "outcome", bans_outcome_name(r->outcome));
		json_put_str(&o, "detail", r->detail);
		json_put_close(&o);
	}
	json_put_close(&o);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
add(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(bans_body_release) struct bans_body b = {0};
	AUTO(bans_results_release) struct bans_results results = {0};
	AUTO(lockout_hits_release)
	struct lockout_hits hits = LOCKOUT_HITS_INIT;
	struct bans_request request;

	if (bans_body_read(req, ADD_BODY, ARRAY_LEN(ADD_BODY), &b, err) < 0)
		return -1;
	request = request_of(&b, req);
	if (bans_add(app, &request, &hits, &results, err) < 0)
		return lockout_json(rep, &hits, &b.ips, err);
	return put_results(rep, &results, err);
}

int
api_bans_add(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	return once(app, req, rep, add, err);
}

int
api_bans_remove(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(bans_body_release) struct bans_body b = {0};
	AUTO(bans_results_release) struct bans_results results = {0};
	struct bans_request request;

	if (bans_body_read(req, REMOVE_BODY, ARRAY_LEN(REMOVE_BODY), &b, err) <
	    0)
		return -1;
	request = request_of(&b, req);
	if (bans_remove(app, &request, &results, err) < 0)
		return -1;
	return put_results(rep, &results, err);
}

struct all_body {
	struct json_text confirm;
};

static const struct json_field ALL_BODY[] = {
    {.name = "confirm",
     .kind = JSON_STR,
     .required = true,
     .into = offsetof(struct all_body, confirm),
     .max = 64,
     .present = JSON_NO_FLAG},
};

static void
all_body_release(struct all_body *b)
{
	json_release(ALL_BODY, ARRAY_LEN(ALL_BODY), b);
}

int
api_bans_remove_all(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	AUTO(all_body_release) struct all_body b = {0};
	struct json_out o;
	int64_t count;

	if (json_decode(req->body, req->body_len, ALL_BODY, ARRAY_LEN(ALL_BODY),
		&b, err) < 0)
		return -1;
	if (strcmp(b.confirm.s, "unban all") != 0)
		return err_field(err, "confirm", "Must be \"unban all\".");
	if (bans_remove_all(app, &count, err) < 0)
		return -1;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_i64(&o, "count", count);
	json_put_close(&o);
	return json_end(&o, err);
}
