/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Jails as they run. */
#include "service/jails/jails.h"
#include "api/handlers.h"
#include "api/jail_json.h"
#include "base/error.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

int
api_jails_list(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(jails_list_release) struct jails_list l = {.items = NULL};
	struct json_out o;

	(void)req; /* a closed collection: all of it */
	if (jails_list(app, &l, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (size_t i = 0; i < l.names.n; i++)
		jail_json_put(&o, NULL, &l.items[i]);
	json_put_close(&o);
	json_put_i64(&o, "total", (int64_t)l.names.n);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_jails_get(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	AUTO(f2b_jail_release) struct f2b_jail jail = {0};
	struct json_out o;

	if (jails_get(app, request_path_param(req, "name"), &jail, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	jail_json_put(&o, NULL, &jail);
	return json_end(&o, err);
}
