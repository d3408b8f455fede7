/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/audit_filter.h"

#include <string.h>

#include "api/ban_filter.h"
#include "api/query.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "http/request.h"

static void
read_action(
    const struct request *req, struct audit_filter *out, struct error *err)
{
	const char *words[AUDIT_ACTION__MAX];
	size_t at = AUDIT_ACTION__MAX;

	for (int i = 0; i < AUDIT_ACTION__MAX; i++)
		words[i] = audit_action_name((enum audit_action)i);
	query_word(req, "action", words, ARRAY_LEN(words), &at, err);
	out->action = at < AUDIT_ACTION__MAX ? (int)at : -1;
}

static void
read_outcome(
    const struct request *req, struct audit_filter *out, struct error *err)
{
	const char *words[AUDIT_OUTCOME__MAX];
	size_t at = AUDIT_OUTCOME__MAX;

	for (int i = 0; i < AUDIT_OUTCOME__MAX; i++)
		words[i] = audit_outcome_name((enum audit_outcome)i);
	query_word(req, "outcome", words, ARRAY_LEN(words), &at, err);
	out->outcome = at < AUDIT_OUTCOME__MAX ? (int)at : -1;
}

/* "token" for all of them, "token:3" for one. */
static void
read_actor(
    const struct request *req, struct audit_filter *out, struct error *err)
{
	const char *text = request_query(req, "actor");
	const char *colon;

	if (text == NULL)
		return;
	colon = strchr(text, ':');
	if (!audit_actor_parse(text, strcspn(text, ":"), &out->actor) ||
	    (colon != NULL && !num_parse_i64(colon + 1, strlen(colon + 1), 0,
				  INT64_MAX, &out->actor_id)))
		(void)err_field(err, "actor",
		    "Must be session, token, cli or nobody, perhaps with a "
		    "colon and a number behind it.");
}

static void
read_target(
    const struct request *req, struct audit_filter *out, struct error *err)
{
	out->target = request_query(req, "target");
	if (out->target != NULL &&
	    (out->target[0] == '\0' ||
		strlen(out->target) > LIMIT_AUDIT_TARGET))
		(void)err_field(
		    err, "target", "Must be a text of 1 to 256 bytes.");
}

void
audit_filter_read(const struct request *req, struct ban_filter *base,
    struct audit_filter *out, struct error *err)
{
	*out = (struct audit_filter){.base = base,
	    .action = -1,
	    .outcome = -1,
	    .actor = -1,
	    .actor_id = -1};
	ban_filter_read(req, BAN_RANGE_ALL, base, err);
	read_action(req, out, err);
	read_outcome(req, out, err);
	read_actor(req, out, err);
	read_target(req, out, err);
}
