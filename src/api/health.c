/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is it alive, is it ready, what is it? */
#include "api/guard.h"
#include "api/handlers.h"
#include "http/reply.h"
#include "http/request.h"
#include "service/status.h"
#include "json/write.h"

static const char *const WORDS[] = {
    [HEALTH_OK] = "ok",
    [HEALTH_DEGRADED] = "degraded",
    [HEALTH_UNAVAILABLE] = "unavailable",
};
_Static_assert(ARRAY_LEN(WORDS) == HEALTH__MAX, "one word a state");

int
api_health_live(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct json_out o;

	(void)app; /* that this runs is all there is to say */
	(void)req;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_str(&o, "status", "ok");
	json_put_close(&o);
	return json_end(&o, err);
}

static void
put_check(struct json_out *o, const struct health_check *c, bool detailed)
{
	json_put_object(o, NULL);
	json_put_str(o, "name", c->name);
	json_put_str(o, "status", WORDS[c->status]);
	json_put_time(o, "since", c->since);
	if (detailed)
		json_put_str(o, "detail", c->detail);
	json_put_close(o);
}

int
api_health_ready(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	bool detailed = api_caller(req)->kind != CALLER_NOBODY;
	struct health_report report;
	struct json_out o;

	health_check(app, &report);
	rep->status = report.status == HEALTH_UNAVAILABLE ? 503 : 200;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_str(&o, "status", WORDS[report.status]);
	json_put_array(&o, "checks");
	for (size_t i = 0; i < report.n; i++)
		put_check(&o, &report.checks[i], detailed);
	json_put_close(&o);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_version(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct json_out o;

	(void)app; /* all of it was known when this was built */
	(void)req;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_str(&o, "version", PACKAGE_VERSION);
	json_put_i64(&o, "api", 1);
	json_put_str(&o, "build", BUILD_ID[0] == '\0' ? NULL : BUILD_ID);
	json_put_close(&o);
	return json_end(&o, err);
}
