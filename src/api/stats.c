/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Statistics over the archive of bans. */
#include "service/archive/stats.h"

#include "api/ban_filter.h"
#include "api/ban_json.h"
#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/archive/ranges.h"
#include "service/archive/stats_jails.h"
#include "service/archive/stats_top.h"
#include "json/write.h"

static const char *const FILTER_QUERY[] = {BAN_FILTER_NAMES};
static const char *const LIMITED_QUERY[] = {BAN_FILTER_NAMES, "limit"};
static const char *const RANGES_QUERY[] = {BAN_FILTER_NAMES, "limit", "by"};

static const char *const GROUPS[] = {
    [BAN_GROUP_V4_24] = "24",
    [BAN_GROUP_V4_16] = "16",
    [BAN_GROUP_V6_64] = "64",
    [BAN_GROUP_V6_48] = "48",
    [BAN_GROUP_ASN] = "asn",
    [BAN_GROUP_COUNTRY] = "country",
};
_Static_assert(ARRAY_LEN(GROUPS) == BAN_GROUP__MAX, "a word a kind");

static int
read_filter(
    const struct request *req, struct ban_filter *filter, struct error *err)
{
	query_refuse_unknown(req, FILTER_QUERY, ARRAY_LEN(FILTER_QUERY), err);
	ban_filter_read(req, BAN_RANGE_24H, filter, err);
	return query_check(err);
}

static void
put_window(struct json_out *o, const struct stats_frame *f)
{
	json_put_i64(o, "total", f->total);
	json_put_time(o, "from", f->from);
	json_put_time(o, "to", f->to);
	json_put_time(o, "oldest", f->oldest);
	json_put_time(o, "last_sync_at", f->last_sync_at);
}

static void
put_frame(struct json_out *o, const struct stats_frame *f)
{
	json_put_i64(o, "unresolved", f->unresolved);
	json_put_i64(o, "special", f->special);
	put_window(o, f);
}

static void
put_country(struct json_out *o, const struct stats_country *c)
{
	json_put_object(o, NULL);
	json_put_str(o, "country_code", c->code);
	json_put_null(o, "country_name"); /* the archive keeps codes alone */
	json_put_i64(o, "bans", c->bans);
	json_put_i64_known(o, "addresses", c->addresses);
	json_put_close(o);
}

int
api_stats_by_country(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	struct ban_filter filter;
	struct stats_countries stats;
	struct json_out o;

	if (read_filter(req, &filter, err) < 0 ||
	    stats_by_country(app, &filter, &stats, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (size_t i = 0; i < stats.n; i++)
		put_country(&o, &stats.items[i]);
	json_put_close(&o);
	put_frame(&o, &stats.frame);
	json_put_close(&o);
	return json_end(&o, err);
}

/* A question whose answer is cut to so many items. */
static int
read_limited(const struct request *req,
    void (*read_limit)(const struct request *, int *, struct error *),
    struct ban_filter *filter, struct ban_ask *ask, struct error *err)
{
	query_refuse_unknown(req, LIMITED_QUERY, ARRAY_LEN(LIMITED_QUERY), err);
	read_limit(req, &ask->limit, err);
	ban_filter_read(req, BAN_RANGE_24H, filter, err);
	return query_check(err);
}

static int
put_asn(void *ctx, const struct stats_asn *a, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_i64(o, "asn", a->asn);
	json_put_str_known(o, "as_org", a->as_org);
	json_put_i64(o, "bans", a->bans);
	json_put_close(o);
	return 0;
}

int
api_stats_by_asn(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct ban_filter filter;
	struct ban_ask ask = {.filter = &filter};
	struct stats_frame frame;
	struct json_out o;

	if (read_limited(req, query_limit, &filter, &ask, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (stats_by_asn(app, &ask, put_asn, &o, &frame, err) < 0)
		return -1;
	json_put_close(&o);
	put_frame(&o, &frame);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_stats_by_jail(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(stats_jails_release) struct stats_jails stats = {.n = 0};
	struct ban_filter filter;
	struct json_out o;

	if (read_filter(req, &filter, err) < 0 ||
	    stats_by_jail(app, &filter, &stats, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (size_t i = 0; i < stats.n; i++) {
		json_put_object(&o, NULL);
		json_put_str(&o, "jail", stats.items[i].name);
		json_put_i64(&o, "bans", stats.items[i].bans);
		json_put_close(&o);
	}
	json_put_close(&o);
	put_window(&o, &stats.frame);
	json_put_close(&o);
	return json_end(&o, err);
}

/* With the jails that made any of its bans. */
static void
put_bucket(struct json_out *o, const struct stats_trend *t, size_t i)
{
	const int64_t *bans = &t->bans[i * t->jails.n];
	int64_t sum = 0;

	for (size_t j = 0; j < t->jails.n; j++)
		sum += bans[j];
	json_put_object(o, NULL);
	json_put_time(o, "start", stats_trend_start(t, i));
	json_put_i64(o, "bans", sum);
	json_put_object(o, "by_jail");
	for (size_t j = 0; j < t->jails.n; j++)
		if (bans[j] != 0)
			json_put_i64_of(o, t->jails.items[j].name, bans[j]);
	json_put_close(o);
	json_put_close(o);
}

int
api_stats_trend(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(stats_trend_release) struct stats_trend trend = {.n = 0};
	struct ban_filter filter;
	struct json_out o;

	if (read_filter(req, &filter, err) < 0 ||
	    stats_trend(app, &filter, &trend, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_i64(&o, "bucket_seconds", trend.bucket_s);
	json_put_array(&o, "buckets");
	for (size_t i = 0; i < trend.n; i++)
		put_bucket(&o, &trend, i);
	json_put_close(&o);
	ban_json_gaps(&o, &trend.gaps);
	put_window(&o, &trend.jails.frame);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
put_top(
    void *ctx, const struct ban_list_row *last, int64_t bans, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_str(o, "ip", last->ip);
	json_put_str(o, "kind", last->kind);
	json_put_i64(o, "bans", bans);
	json_put_time(o, "last_banned_at", last->banned_at);
	json_put_str(o, "country_code", last->country);
	json_put_null(o, "country_name"); /* the archive keeps codes alone */
	json_put_i64_known(o, "asn", last->asn);
	json_put_str(o, "as_org", last->as_org);
	json_put_close(o);
	return 0;
}

int
api_stats_top_ips(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct ban_filter filter;
	struct ban_ask ask = {.filter = &filter};
	struct stats_top top;
	struct json_out o;

	if (read_limited(req, query_limit_top, &filter, &ask, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (stats_top(app, &ask, put_top, &o, &top, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_bool(&o, "exact", top.exact);
	put_window(&o, &top.frame);
	json_put_close(&o);
	return json_end(&o, err);
}

static int
put_range(void *ctx, const struct range *r, struct error *err)
{
	struct json_out *o = ctx;

	(void)err; /* the writer latches, json_end() tells */
	json_put_object(o, NULL);
	json_put_str(o, "range", r->name);
	json_put_i64_known(o, "addresses", r->addresses);
	json_put_i64(o, "bans", r->bans);
	json_put_time(o, "last_banned_at", r->last_at);
	json_put_str(o, "country_code", r->country);
	json_put_null(o, "country_name"); /* the archive keeps codes alone */
	json_put_i64_known(o, "asn", r->asn);
	json_put_str(o, "as_org", r->as_org);
	json_put_close(o);
	return 0;
}

int
api_stats_ranges(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct ban_filter filter;
	struct ban_ask ask = {.filter = &filter};
	struct ranges ranges = {.exact = false};
	struct json_out o;
	size_t by = BAN_GROUP_V4_24;

	query_refuse_unknown(req, RANGES_QUERY, ARRAY_LEN(RANGES_QUERY), err);
	query_word(req, "by", GROUPS, ARRAY_LEN(GROUPS), &by, err);
	query_limit_top(req, &ask.limit, err);
	ban_filter_read(req, BAN_RANGE_24H, &filter, err);
	if (query_check(err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	ranges.by = (enum ban_group_by)by;
	if (stats_ranges(app, &ask, put_range, &o, &ranges, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_bool(&o, "exact", ranges.exact);
	put_window(&o, &ranges.frame);
	json_put_close(&o);
	return json_end(&o, err);
}
