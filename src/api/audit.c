/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The audit log: its list. */
#include "api/audit_filter.h"
#include "api/audit_json.h"
#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

static const char *const LIST_QUERY[] = {AUDIT_FILTER_NAMES, "cursor", "limit"};

int
api_audit_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct ban_filter base;
	struct audit_filter filter;
	struct audit_page page;
	struct json_out o;

	query_refuse_unknown(req, LIST_QUERY, ARRAY_LEN(LIST_QUERY), err);
	audit_filter_read(req, &base, &filter, err);
	query_limit(req, &filter.limit, err);
	filter.cursor = request_query(req, "cursor");
	if (query_check(err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	if (audit_list(app, &filter, audit_json_row, &o, &page, err) < 0)
		return -1;
	json_put_close(&o);
	json_put_i64(&o, "total", page.total);
	json_put_bool(&o, "total_exact", page.total_exact);
	json_put_str_known(&o, "next_cursor", page.next_cursor);
	json_put_str_known(&o, "prev_cursor", page.prev_cursor);
	json_put_close(&o);
	return json_end(&o, err);
}
