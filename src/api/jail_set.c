/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a running jail, and what it never bans. */
#include <stdlib.h>
#include <string.h>

#include "api/handlers.h"
#include "api/jail_json.h"
#include "api/query.h"
#include "base/error.h"
#include "base/limits.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/jails/jails_ignore.h"
#include "service/jails/jails_set.h"
#include "json/decode.h"
#include "json/write.h"

/* --- settings ------------------------------------------------------------- */

struct set_body {
	struct json_text reason;
	int64_t number[F2B_SETTING__MAX];
	bool on[F2B_SETTING__MAX];
	bool given[F2B_SETTING__MAX];
};

enum {
	SECONDS_MAX = 1000000000, /* as f2b/policy.c has them */
	COUNT_MAX = 100000,
};

/* clang-format off */
#define FIELD_REASON(type) \
	{ .name = "reason", .kind = JSON_STR, .nullable = true, \
	  .into = offsetof(type, reason), \
	  .max = LIMIT_REASON, .present = JSON_NO_FLAG }
#define NUMBER(word, setting, least, most) \
	{ .name = (word), .kind = JSON_INT, .min = (least), .max = (most), \
	  .into = offsetof(struct set_body, number[setting]), \
	  .present = offsetof(struct set_body, given[setting]) }
#define SWITCH(word, setting) \
	{ .name = (word), .kind = JSON_BOOL, \
	  .into = offsetof(struct set_body, on[setting]), \
	  .present = offsetof(struct set_body, given[setting]) }

static const struct json_field SET_BODY[] = {
	FIELD_REASON(struct set_body),
	NUMBER("find_time_seconds", F2B_FIND_TIME, 1, SECONDS_MAX),
	NUMBER("ban_time_seconds", F2B_BAN_TIME, -1, SECONDS_MAX),
	NUMBER("max_retry", F2B_MAX_RETRY, 1, COUNT_MAX),
	NUMBER("max_matches", F2B_MAX_MATCHES, 0, COUNT_MAX),
	SWITCH("ignore_self", F2B_IGNORE_SELF),
	SWITCH("increment_enabled", F2B_INCREMENT),
	SWITCH("increment_overall_jails", F2B_OVERALL_JAILS),
	NUMBER("increment_max_time_seconds", F2B_MAX_TIME, 1, SECONDS_MAX),
	NUMBER("increment_rnd_time_seconds", F2B_RND_TIME, 0, SECONDS_MAX),
};
/* clang-format on */

static void
set_body_release(struct set_body *b)
{
	json_release(SET_BODY, ARRAY_LEN(SET_BODY), b);
}

static int
check_reason(const struct json_text *reason, struct error *err)
{
	if (reason->s == NULL || !str_has_control(reason->s, reason->len))
		return 0;
	return err_field(err, "reason", "Must not hold control characters.");
}

static bool
is_switch(enum f2b_setting s)
{
	return s == F2B_IGNORE_SELF || s == F2B_INCREMENT ||
	       s == F2B_OVERALL_JAILS;
}

/* How many there are; with none there is nothing to be done. */
static size_t
take_changes(const struct set_body *b, struct jails_change *to)
{
	size_t n = 0;

	for (int i = 0; i < F2B_SETTING__MAX; i++) {
		enum f2b_setting s = (enum f2b_setting)i;

		if (!b->given[i])
			continue;
		to[n].setting = s;
		to[n++].value =
		    is_switch(s) ? (b->on[i] ? 1 : 0) : b->number[i];
	}
	return n;
}

int
api_jails_set(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(set_body_release) struct set_body b = {.given = {false}};
	AUTO(f2b_jail_release) struct f2b_jail now = {0};
	struct jails_change changes[F2B_SETTING__MAX];
	struct jails_set set = {.changes = changes};
	struct json_out o;

	if (json_decode(req->body, req->body_len, SET_BODY, ARRAY_LEN(SET_BODY),
		&b, err) < 0 ||
	    check_reason(&b.reason, err) < 0)
		return -1;
	if (b.given[F2B_BAN_TIME] && b.number[F2B_BAN_TIME] == 0)
		return err_field(err, "ban_time_seconds",
		    "Must be at least 1, or -1: for ever.");
	set.jail = request_path_param(req, "name");
	set.reason = b.reason.s;
	set.n = take_changes(&b, changes);
	if (set.n == 0)
		return err_set(err, ERR_INVALID,
		    "Give at least one setting to change.", "%s", "none");
	if (jails_set(app, &set, &now, err) < 0)
		return -1;
	json_begin(&o, &rep->body);
	jail_json_put(&o, NULL, &now);
	return json_end(&o, err);
}

/* --- what it never bans --------------------------------------------------- */

/* A host name has 253 characters at most; a longer one is told apart. */
enum { VALUE_READ_MAX = 300 };

static void
ignored_release(struct jails_ignored *l)
{
	str_list_release(&l->items);
}

static void
put_ignored(struct json_out *o, const struct jails_ignored *l)
{
	json_put_object(o, NULL);
	json_put_array(o, "items");
	for (size_t i = 0; i < l->items.n; i++)
		json_put_str(o, NULL, l->items.items[i]);
	json_put_close(o);
	json_put_i64(o, "total", l->total);
	json_put_str(
	    o, "next_cursor", l->more ? l->items.items[l->items.n - 1] : NULL);
	json_put_close(o);
}

int
api_jails_ignored(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	static const char *const QUERY[] = {"q", "cursor", "limit"};
	AUTO(ignored_release) struct jails_ignored l = {.total = 0};
	struct jails_ignored_filter filter = {
	    .jail = request_path_param(req, "name"),
	    .text = request_query(req, "q"),
	    .after = request_query(req, "cursor"),
	};
	struct json_out o;
	int limit = 0;

	query_refuse_unknown(req, QUERY, ARRAY_LEN(QUERY), err);
	query_limit(req, &limit, err);
	if (query_check(err) < 0)
		return -1;
	filter.limit = (size_t)limit;
	if (jails_ignored(app, &filter, &l, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	put_ignored(&o, &l);
	return json_end(&o, err);
}

struct ignore_body {
	struct json_text reason;
	struct str_list values;
};

static const struct json_field IGNORE_BODY[] = {
    FIELD_REASON(struct ignore_body),
    {.name = "values",
			  .kind = JSON_STR_LIST,
			  .required = true,
			  .into = offsetof(struct ignore_body, values),
			  .min = 1,
			  .max = LIMIT_BAN_IPS,
			  .item_max = VALUE_READ_MAX,
			  .present = JSON_NO_FLAG},
};

static void
ignore_body_release(struct ignore_body *b)
{
	json_release(IGNORE_BODY, ARRAY_LEN(IGNORE_BODY), b);
}

static int
put_results(struct reply *rep, const struct str_list *values,
    const struct jails_ignore_result *results, int64_t total, struct error *err)
{
	struct json_out o;

	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "results");
	for (size_t i = 0; i < values->n; i++) {
		json_put_object(&o, NULL);
		json_put_str(&o, "value", values->items[i]);
		json_put_str(
		    &o, "outcome", jails_ignore_name(results[i].outcome));
		json_put_str(&o, "detail", results[i].detail);
		json_put_close(&o);
	}
	json_put_close(&o);
	json_put_i64(&o, "total", total);
	json_put_close(&o);
	return json_end(&o, err);
}

static void
freep(struct jails_ignore_result **p)
{
	free(*p);
}

typedef int ignore_call(struct app *app, const struct jails_ignore *req,
    struct jails_ignore_result *out, int64_t *total, struct error *err);

static int
run_ignore(struct app *app, const struct request *req, struct reply *rep,
    ignore_call *call, struct error *err)
{
	AUTO(ignore_body_release)
	struct ignore_body b = {
	    .reason = {NULL, 0}
        };
	AUTO(freep) struct jails_ignore_result *results = NULL;
	struct jails_ignore ignore = {.jail = request_path_param(req, "name")};
	int64_t total = 0;

	if (json_decode(req->body, req->body_len, IGNORE_BODY,
		ARRAY_LEN(IGNORE_BODY), &b, err) < 0 ||
	    check_reason(&b.reason, err) < 0)
		return -1;
	results = calloc(b.values.n, sizeof *results);
	if (results == NULL)
		return err_nomem(err);
	ignore.reason = b.reason.s;
	ignore.values = &b.values;
	if (call(app, &ignore, results, &total, err) < 0)
		return -1;
	return put_results(rep, &b.values, results, total, err);
}

int
api_jails_ignore_add(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return run_ignore(app, req, rep, jails_ignore_add, err);
}

int
api_jails_ignore_remove(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	return run_ignore(app, req, rep, jails_ignore_remove, err);
}
