/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP fallback: addresses that nobody here knows are asked for from
 * ip-api.com, or whatever the operator has put in its place. Only with the
 * operator's leave, never for special addresses, and no faster than the
 * service likes. What was not answered stays due.
 */
#include <string.h>

#include "base/addr_kind.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/settings.h"
#include "fetch/fetch.h"
#include "jobs/ipapi.h"
#include "jobs/job.h"
#include "service/app.h"
#include "service/geo/geo.h"
#include "service/geo/geo_quota.h"
#include "json/write.h"

/* Of an address that is not to be asked for at all. */
#define RESOLVER_NOBODY "none"

enum {
	QUESTION_MAX = IPAPI_BATCH * (ADDR_TEXT_SIZE + 3) + 2,
	URL_MAX = SETTING_TEXT_SIZE + 128, /* with the question's parameters */
	HTTP_OK = 200,
	HTTP_TOO_MANY = 429,
	TOO_MANY_WAIT_S = 60, /* a window of the service, if it says nothing */
};

/* One run: what is asked for just now, and what has come of it so far. */
struct asking {
	struct job_run *run;
	struct addr asked[IPAPI_BATCH];
	size_t n;
	struct geo_lesson lessons[IPAPI_BATCH];
	size_t n_lessons;
	int64_t n_addresses, n_countries; /* of all batches */
};

static int
tell_progress(void *arg, struct error *err)
{
	struct asking *k = arg;

	return job_progress(k->run, k->n_addresses, -1, "asking", err);
}

/* One that is nowhere has no business in the table; should it be there, it is
 * not sent, and does not stay at the head of the queue either. */
static int
drop_special(struct asking *k, struct error *err)
{
	size_t kept = 0;

	k->n_lessons = 0;
	for (size_t i = 0; i < k->n; i++) {
		struct geo_lesson *l = &k->lessons[k->n_lessons];

		if (addr_kind(&k->asked[i]) == ADDR_GLOBAL) {
			k->asked[kept++] = k->asked[i];
			continue;
		}
		*l = (struct geo_lesson){
		    .addr = k->asked[i], .answer = GEO_ANSWER_INIT};
		k->n_lessons++;
	}
	k->n = kept;
	if (k->n_lessons == 0)
		return 0;
	return geo_learn(
	    k->run->app, k->lessons, k->n_lessons, RESOLVER_NOBODY, err);
}

/* The headers that say how much more the service takes. */
enum { LEFT, RESET, HEADERS };

static int
send_question(struct asking *k, struct fetch_header headers[HEADERS],
    struct fetch_reply *reply, struct error *err)
{
	AUTO(buf_release) struct buf url = BUF_INIT(URL_MAX);
	AUTO(buf_release) struct buf question = BUF_INIT(QUESTION_MAX);
	const struct settings *settings = k->run->app->settings;
	struct fetch_request req = {
	    .content_type = "application/json",
	    .max_bytes = LIMIT_GEO_HTTP_BYTES,
	    .total_ms = LIMIT_GEO_HTTP_MS,
	    .beat = tell_progress,
	    .beat_arg = k,
	};

	ipapi_write_url(&url, settings->geoip_http_url);
	ipapi_write_question(&question, k->asked, k->n);
	if (buf_check(&url, err) < 0 || buf_check(&question, err) < 0)
		return -1;
	req.url = buf_str(&url);
	req.body = question.data;
	req.body_len = question.len;
	if (!settings_is_preset(settings, settings->geoip_http_url))
		req.may_connect = fetch_to_configured;
	return fetch(&req, headers, HEADERS, reply, err);
}

static int
refused_status(int status, int64_t wait_s, struct error *err)
{
	if (status != HTTP_TOO_MANY)
		return err_set(err, ERR_REMOTE_PROTOCOL,
		    "The service for addresses is out of order.",
		    "HTTP status %d", status);
	(void)err_set(err, ERR_THROTTLED,
	    "The service for addresses wants to be asked less often.",
	    "HTTP status 429, for %lld s", (long long)wait_s);
	err->retry_after_s = (int)wait_s; /* LIMIT_GEO_HTTP_WAIT_S at most */
	return -1;
}

/* Heed what the answer says about the next question, then take it. */
static int
take_answer(struct asking *k, const struct fetch_header headers[HEADERS],
    const struct fetch_reply *reply, struct error *err)
{
	int64_t wait_s =
	    ipapi_wait_s(headers[LEFT].value, headers[RESET].value);

	if (reply->status == HTTP_TOO_MANY && wait_s <= 0)
		wait_s = TOO_MANY_WAIT_S;
	/* without a word from it the pace of geo_quota_take() holds */
	if (wait_s >= 0 && geo_quota_set(k->run->app, wait_s, err) < 0)
		return -1;
	if (reply->status != HTTP_OK)
		return refused_status(reply->status, wait_s, err);
	return ipapi_read_answer(
	    &reply->body, k->asked, k->n, k->lessons, &k->n_lessons, err);
}

static int
ask(struct asking *k, struct error *err)
{
	struct fetch_header headers[HEADERS] = {
	    [LEFT] = {.name = IPAPI_HEADER_LEFT},
	    [RESET] = {.name = IPAPI_HEADER_RESET},
	};
	AUTO(fetch_reply_release) struct fetch_reply reply = {0};

	if (send_question(k, headers, &reply, err) < 0 ||
	    take_answer(k, headers, &reply, err) < 0 ||
	    geo_learn(
		k->run->app, k->lessons, k->n_lessons, IPAPI_RESOLVER, err) < 0)
		return -1;
	k->n_addresses += (int64_t)k->n_lessons;
	for (size_t i = 0; i < k->n_lessons; i++)
		k->n_countries += k->lessons[i].answer.country_code[0] != '\0';
	return 0;
}

/* 1 asked, 0 nothing is due or it is not allowed yet. */
static int
ask_next(struct asking *k, struct error *err)
{
	struct app *app = k->run->app;
	int rc;

	if (geo_due(app, k->asked, IPAPI_BATCH, &k->n, err) < 0 ||
	    drop_special(k, err) < 0)
		return -1;
	if (k->n == 0)
		return k->n_lessons > 0 ? 1 : 0;
	if (tell_progress(k, err) < 0)
		return -1;
	rc = geo_quota_take(app, &k->run->again_s, err);
	if (rc <= 0)
		return rc;
	k->run->again_s = 0;
	return ask(k, err) < 0 ? -1 : 1;
}

int
job_geo_http(struct job_run *run, struct error *err)
{
	struct asking k = {.run = run};
	struct json_out o;
	int rc;

	do
		rc = ask_next(&k, err);
	while (rc > 0);
	if (rc < 0)
		return -1;
	json_begin(&o, &run->result);
	json_put_object(&o, NULL);
	json_put_i64(&o, "addresses", k.n_addresses);
	json_put_i64(&o, "countries", k.n_countries);
	json_put_close(&o);
	return json_end(&o, err);
}
