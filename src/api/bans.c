/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The archive of bans: its list. */
#include "api/ban_filter.h"
#include "api/ban_json.h"
#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

static const char *const LIST_QUERY[] = {BAN_FILTER_NAMES, "cursor", "limit"};

int
api_archive_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct ban_filter filter;
	struct ban_ask ask = {.filter = &filter};
	struct ban_list_page page;
	struct json_out o;

	query_refuse_unknown(req, LIST_QUERY, ARRAY_LEN(LIST_QUERY), err);
	query_limit(req, &ask.limit, err);
	ban_filter_read(req, BAN_RANGE_ALL, &filter, err);
	if (query_check(err) < 0)
		return -1;
	ask.cursor = request_query(req, "cursor");
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (ban_list(app, &ask, ban_json_row, &o, &page, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64_known(&o, "total", page.total);
	json_put_bool(&o, "total_exact", page.total_exact);
	if (page.text_complete < 0)
		json_put_null(&o, "text_complete");
	else
		json_put_bool(&o, "text_complete", page.text_complete == 1);
	json_put_str_known(&o, "next_cursor", page.next_cursor);
	json_put_str_known(&o, "prev_cursor", page.prev_cursor);
	ban_json_gaps(&o, &page.gaps);
	json_put_close(&o);
	return json_end(&o, err);
}
