/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ends of logs: fail2ban's own, and those that its jails read. */
#include "service/logs/logs.h"

#include <string.h>

#include "api/handlers.h"
#include "api/query.h"
#include "base/error.h"
#include "base/num.h"
#include "base/str.h"
#include "http/reply.h"
#include "http/request.h"
#include "json/write.h"

static const char *const OWN_QUERY[] = {"level", "lines", "q"};
static const char *const PREVIEW_QUERY[] = {"lines", "path", "q"};

static void
read_shared(const struct request *req, struct logs_ask *ask, struct error *err)
{
	const char *text = request_query(req, "lines");
	int64_t lines = LIMIT_LOG_LINES_DEFAULT;

	if (text != NULL &&
	    !num_parse_i64(text, strlen(text), 1, LIMIT_LOG_LINES, &lines))
		(void)err_field(
		    err, "lines", "Must be a whole number from 1 to 1000.");
	ask->lines = (size_t)lines;
	ask->q = request_query(req, "q");
	if (ask->q != NULL && (strlen(ask->q) > LIMIT_LOG_QUERY ||
				  !str_is_utf8(ask->q, strlen(ask->q))))
		(void)err_field(
		    err, "q", "Must be a text of 200 bytes at most.");
}

static void
put_line(struct json_out *o, const struct logs_line *line)
{
	json_put_object(o, NULL);
	json_put_str_n(o, "line", line->text, line->len);
	json_put_str(o, "level", logs_level_name(line->level));
	json_put_bool(o, "truncated", line->cut);
	json_put_close(o);
}

static int
answer(struct app *app, const struct logs_ask *ask, struct reply *rep,
    struct error *err)
{
	AUTO(logs_release) struct logs l = LOGS_INIT;
	struct json_out o;

	if (query_check(err) < 0 || logs_read(app, ask, &l, err) < 0)
		return -1;
	rep->etag = true;
	json_begin(&o, &rep->body);
	json_put_object(&o, NULL);
	json_put_array(&o, "items");
	for (size_t i = 0; i < l.n; i++)
		put_line(&o, &l.lines[i]);
	json_put_close(&o);
	json_put_i64(&o, "matched", (int64_t)l.matched);
	json_put_i64(&o, "bytes_read", (int64_t)l.text.len);
	json_put_bool(&o, "truncated", l.truncated);
	json_put_close(&o);
	return json_end(&o, err);
}

int
api_logs_own(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	const char *words[LOGS_LEVEL__MAX - 1];
	size_t level = SIZE_MAX;
	struct logs_ask ask = {.path = NULL};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		words[i] = logs_level_name((enum logs_level)(i + 1));
	query_refuse_unknown(req, OWN_QUERY, ARRAY_LEN(OWN_QUERY), err);
	read_shared(req, &ask, err);
	query_word(req, "level", words, ARRAY_LEN(words), &level, err);
	if (level < ARRAY_LEN(words))
		ask.least = (enum logs_level)(level + 1);
	return answer(app, &ask, rep, err);
}

int
api_logs_preview(struct app *app, const struct request *req, struct reply *rep,
    struct error *err)
{
	struct logs_ask ask = {.path = request_query(req, "path")};

	query_refuse_unknown(req, PREVIEW_QUERY, ARRAY_LEN(PREVIEW_QUERY), err);
	read_shared(req, &ask, err);
	if (ask.path == NULL || ask.path[0] != '/')
		(void)err_field(err, "path",
		    "Must be a log file of a jail, as the jail names it.");
	return answer(app, &ask, rep, err);
}
