/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/audit/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit_chain.h"
#include "service/jobs/task.h"
#include "store/audit_store.h"

enum { MINUTE_S = 60, NUMBER_SIZE = sizeof("-9223372036854775808") };

static const char *const ACTIONS[] = {
    [AUDIT_SETUP] = "setup",
    [AUDIT_SETUP_CODE] = "setup_code",
    [AUDIT_SIGN_IN] = "sign_in",
    [AUDIT_SIGN_IN_FAILED] = "sign_in_failed",
    [AUDIT_SIGN_OUT] = "sign_out",
    [AUDIT_SESSION_ENDED] = "session_ended",
    [AUDIT_SESSIONS_ENDED] = "sessions_ended",
    [AUDIT_PASSWORD_CHANGED] = "password_changed",
    [AUDIT_TOKEN_CREATED] = "token_created",
    [AUDIT_TOKEN_REVOKED] = "token_revoked",
    [AUDIT_TOKENS_REVOKED] = "tokens_revoked",
    [AUDIT_BAN] = "ban",
    [AUDIT_UNBAN] = "unban",
    [AUDIT_UNBAN_ALL] = "unban_all",
    [AUDIT_JAIL_START] = "jail_start",
    [AUDIT_JAIL_STOP] = "jail_stop",
    [AUDIT_JAIL_IDLE] = "jail_idle",
    [AUDIT_JAIL_BUSY] = "jail_busy",
    [AUDIT_JAIL_RELOAD] = "jail_reload",
    [AUDIT_JAIL_SET] = "jail_set",
    [AUDIT_IGNORE_ADD] = "ignore_add",
    [AUDIT_IGNORE_REMOVE] = "ignore_remove",
    [AUDIT_ALLOW_ADD] = "allow_add",
    [AUDIT_ALLOW_CHANGE] = "allow_change",
    [AUDIT_ALLOW_REMOVE] = "allow_remove",
    [AUDIT_ALLOW_END] = "allow_end",
    [AUDIT_GEO_RE_RESOLVE] = "geo_re_resolve",
    [AUDIT_JOB_CANCELLED] = "job_cancelled",
    [AUDIT_EXPORTED] = "audit_exported",
};
_Static_assert(ARRAY_LEN(ACTIONS) == AUDIT_ACTION__MAX, "one name each");

static const char *const OUTCOMES[] = {
    [AUDIT_DONE] = "done",
    [AUDIT_REFUSED] = "refused",
    [AUDIT_FAILED] = "failed",
};
_Static_assert(ARRAY_LEN(OUTCOMES) == AUDIT_OUTCOME__MAX, "one name each");

const char *
audit_action_name(enum audit_action action)
{
	return ACTIONS[action];
}

const char *
audit_outcome_name(enum audit_outcome outcome)
{
	return OUTCOMES[outcome];
}

/* How much of s fits into room bytes, cut between characters. */
static size_t
fit(const char *s, size_t len, size_t room)
{
	size_t at = 0, n;
	uint32_t cp;

	if (len <= room)
		return len;
	while ((n = str_utf8_char(s + at, room - at, &cp)) > 0)
		at += n;
	return at;
}

/* A line end would make one detail two. */
static void
put_clean(char *to, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (str_has_control(s + i, 1))
			to[i] = '?';
		else
			to[i] = s[i];
	to[len] = '\0';
}

void
audit_target(struct audit_entry *e, const char *target)
{
	size_t len = strlen(target);

	put_clean(e->target, target, fit(target, len, sizeof e->target - 1));
}

static void
number_text(int64_t n, char out[NUMBER_SIZE])
{
	(void)snprintf(out, NUMBER_SIZE, "%" PRId64, n);
}

void
audit_target_i64(struct audit_entry *e, int64_t number)
{
	number_text(number, e->target);
}

void
audit_detail_n(
    struct audit_entry *e, const char *name, const char *value, size_t len)
{
	size_t name_len = strlen(name);
	size_t room = sizeof e->details - 1 - e->details_len;
	char *to = e->details + e->details_len;

	if (value == NULL || name_len + sizeof "=\n" > room)
		return;
	memcpy(to, name, name_len);
	to[name_len] = '=';
	to += name_len + 1;
	len = fit(value, len, room - name_len - strlen("=\n"));
	put_clean(to, value, len);
	to[len] = '\n';
	to[len + 1] = '\0';
	e->details_len += name_len + len + strlen("=\n");
}

void
audit_detail(struct audit_entry *e, const char *name, const char *value)
{
	if (value != NULL)
		audit_detail_n(e, name, value, strlen(value));
}

void
audit_detail_i64(struct audit_entry *e, const char *name, int64_t value)
{
	char text[NUMBER_SIZE];

	number_text(value, text);
	audit_detail(e, name, text);
}

static struct audit_bytes
text_of(const char *s)
{
	return (struct audit_bytes){.data = s, .len = strlen(s)};
}

static struct audit_bytes
text_or_null(const char *s)
{
	return *s != '\0' ? text_of(s) : (struct audit_bytes){.data = NULL};
}

static void
row_of(
    const struct app *app, const struct audit_entry *e, struct audit_row *out)
{
	const struct actor *who = &app->actor;

	*out = (struct audit_row){
	    .at = app->now_s(),
	    .actor_kind = who->kind,
	    .has_actor_id = who->kind != ACTOR_NOBODY,
	    .actor_id = who->id,
	    .actor_name = text_or_null(who->name),
	    .action = text_of(ACTIONS[e->action]),
	    .target = text_or_null(e->target),
	    .outcome = text_of(OUTCOMES[e->outcome]),
	    .request_id = text_or_null(who->request_id),
	    .details = {.data = e->details, .len = e->details_len},
	};
	if (who->has_client)
		out->client = (struct audit_bytes){
		    .data = who->client.bytes, .len = sizeof who->client.bytes};
	if (who->kind != ACTOR_NOBODY || e->session_id == 0)
		return;
	out->actor_kind = ACTOR_SESSION;
	out->has_actor_id = true;
	out->actor_id = e->session_id;
}

int
audit_add(struct app *app, const struct audit_entry *e, struct error *err)
{
	uint8_t hash[AUDIT_HASH_LEN];
	struct audit_head head;
	struct audit_row row;

	if (audit_store_head(app->db, &head, err) < 0)
		return -1;
	row_of(app, e, &row);
	row.seq = head.seq + 1;
	audit_hash(&row, head.hash, hash);
	row.hash = (struct audit_bytes){.data = hash, .len = sizeof hash};
	return audit_store_add(app->db, &row, err);
}

static int
add_alone(struct app *app, const struct audit_entry *e, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    audit_add(app, e, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

void
audit_note(struct app *app, const struct audit_entry *e)
{
	struct error err = ERROR_INIT;

	if (add_alone(app, e, &err) < 0)
		task_fail_now(app, TASK_AUDIT, &err);
}

int
audit_add_failure(
    struct app *app, const struct audit_entry *e, struct error *err)
{
	int64_t now = app->now_s();
	int seen;

	if (!app->actor.has_client)
		return audit_add(app, e, err);
	seen = audit_store_seen(app->db, ACTIONS[AUDIT_SIGN_IN_FAILED],
	    now - now % MINUTE_S, MINUTE_S, &app->actor.client, err);
	if (seen != 0)
		return seen < 0 ? -1 : 0;
	return audit_add(app, e, err);
}
