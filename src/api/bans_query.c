/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What helps to ask the archive of bans: completions and facets. */
#include <string.h>

#include "api/ban_filter.h"
#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "base/num.h"
#include "base/str.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/archive/facets.h"
#include "service/archive/query_complete.h"
#include "json/write.h"

static const char *const COMPLETE_QUERY[] = {"at", "q"};
static const char *const FACET_QUERY[] = {BAN_FILTER_NAMES};

static const char *const FACET_NAMES[] = {
    [FACET_JAIL] = "jails",
    [FACET_COUNTRY] = "countries",
    [FACET_ASN] = "networks",
    [FACET_ORIGIN] = "origins",
};
_Static_assert(ARRAY_LEN(FACET_NAMES) == FACET__MAX, "a name a facet");

static void
read_place(
    const struct request *req, const char **q, int64_t *at, struct error *err)
{
	const char *text = request_query(req, "at");

	*q = request_query(req, "q");
	if (*q == NULL)
		*q = "";
	if (strlen(*q) > LIMIT_QUERY || !str_is_utf8(*q, strlen(*q)))
		(void)err_field(
		    err, "q", "Must be a text of 1024 bytes at most.");
	*at = LIMIT_QUERY; /* absent: the end */
	if (text != NULL &&
	    !num_parse_i64(text, strlen(text), 0, LIMIT_QUERY, at))
		(void)err_field(
		    err, "at", "Must be a whole number from 0 to 1024.");
}

static void
put_completion(struct json_out *o, const struct completion *c)
{
	json_put_object(o, NULL);
	json_put_str(o, "insert", c->insert);
	json_put_str_known(o, "label", c->label);
	json_put_i64_known(o, "count", c->bans);
	json_put_close(o);
}

int
api_bans_completions(struct app *app, const struct request *req,
    struct reply *rep, struct error *err)
{
	struct completions found;
	struct json_out o;
	const char *q;
	int64_t at;

	query_refuse_unknown(
	    req, COMPLETE_QUERY, ARRAY_LEN(COMPLETE_QUERY), err);
	read_place(req, &q, &at, err);
	if (query_check(err) < 0 ||
	    query_complete(app, q, strlen(q), (size_t)at, &found, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (size_t i = 0; i < found.n; i++)
		put_completion(&o, &found.items[i]);
	json_put_close(&o);
	json_put_i64(&o, "from", (int64_t)found.from);
	json_put_i64(&o, "to", (int64_t)found.to);
	json_put_close(&o);
	return json_end(&o, err);
}

static void
put_facet(struct json_out *o, const struct facets *f, enum facet facet)
{
	json_put_array(o, FACET_NAMES[facet]);
	for (size_t i = 0; i < f->n[facet]; i++) {
		const struct facet_item *item = &f->items[facet][i];

		json_put_object(o, NULL);
		json_put_str(o, "value", item->value);
		json_put_str_known(o, "label", item->label);
		json_put_i64(o, "count", item->bans);
		json_put_close(o);
	}
	json_put_close(o);
}

int
api_bans_facets(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(facets_freep) struct facets *f = NULL;
	struct ban_filter filter;
	struct json_out o;

	query_refuse_unknown(req, FACET_QUERY, ARRAY_LEN(FACET_QUERY), err);
	ban_filter_read(req, BAN_RANGE_ALL, &filter, err);
	if (query_check(err) < 0 || facets_count(app, &filter, &f, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	for (int i = 0; i < FACET__MAX; i++)
		put_facet(&o, f, (enum facet)i);
	json_put_i64(&o, "counted", f->counted);
	json_put_bool(&o, "exact", f->exact);
	json_put_close(&o);
	return json_end(&o, err);
}
