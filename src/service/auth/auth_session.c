/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signing in and out, and who a token belongs to.
 */
#include <inttypes.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/auth/auth.h"
#include "service/auth/auth_prove.h"
#include "service/auth/auth_secret.h"
#include "service/auth/auth_throttle.h"
#include "service/list_page.h"
#include "store/owner_store.h"
#include "store/session_store.h"
#include "store/token_store.h"

enum { CLEAN_EVERY_S = 300, CLEAN_ROWS = 200 };

static int64_t
idle_seconds(const struct app *app, const struct owner *owner)
{
	return 60 * (owner->session_minutes > 0
			    ? owner->session_minutes
			    : app->settings->session_idle_minutes);
}

/* The browser's name, cut between characters to what is kept. */
static const char *
user_agent_cut(const char *s, char out[LIMIT_USER_AGENT + 1])
{
	size_t at = 0, n, len;
	uint32_t cp;

	if (s == NULL)
		return NULL;
	len = strnlen(s, LIMIT_USER_AGENT);
	while (at < len && (n = str_utf8_char(s + at, len - at, &cp)) > 0)
		at += n;
	memcpy(out, s, at);
	out[at] = '\0';
	return out;
}

static int
session_end(struct app *app, const char *token, struct error *err)
{
	uint8_t hash[AUTH_SECRET_HASH_LEN];

	if (token == NULL || !auth_token_hash(token, hash))
		return 0;
	return session_store_delete(app->db, hash, err);
}

/* Note an act of the session of that hash; 0 as well when there is none. */
static int
session_note(struct app *app, const uint8_t hash[AUTH_SECRET_HASH_LEN],
    enum audit_action action, struct error *err)
{
	struct audit_entry note = AUDIT_ENTRY(action);
	struct session_row row;
	int rc = session_store_get(app->db, hash, &row, err);

	if (rc <= 0)
		return rc;
	note.session_id = row.id;
	audit_target_i64(&note, row.id);
	return audit_add(app, &note, err);
}

static int
session_begin(struct app *app, const struct auth_login *req, int64_t idle_s,
    struct auth_grant *out, struct error *err)
{
	char agent[LIMIT_USER_AGENT + 1];
	uint8_t hash[AUTH_SECRET_HASH_LEN];
	int64_t now = app->now_s();
	const struct session_row row = {
	    .created_at = now,
	    .last_seen_at = now,
	    .expires_at = now + 3600 * app->settings->session_hours,
	    .idle_s = idle_s,
	};

	if (auth_token_new(out->token, err) < 0)
		return -1;
	if (!auth_token_hash(out->token, hash))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "a new token is not a token");
	out->expires_at = row.expires_at;
	if (session_store_add(app->db, hash, &row, &req->client,
		user_agent_cut(req->user_agent, agent), err) < 0)
		return -1;
	return session_note(app, hash, AUDIT_SIGN_IN, err);
}

static int
login_grant(struct app *app, const struct auth_login *req,
    const struct owner *owner, struct auth_grant *out, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct auth_grant grant;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    auth_throttle_clear(app, &req->client, err) < 0 ||
	    session_end(app, req->old_token, err) < 0 ||
	    session_begin(app, req, idle_seconds(app, owner), &grant, err) <
		0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	*out = grant;
	auth_wipe(&grant, sizeof grant);
	log_event(LOG_LEVEL_INFO, "login", "%s", "by password");
	return 0;
}

int
auth_login(struct app *app, const struct auth_login *req,
    struct auth_grant *out, struct error *err)
{
	AUTO(auth_proof_release) struct auth_proof proof = AUTH_PROOF_INIT;
	const struct auth_attempt attempt = {
	    .password = req->password,
	    .password_len = req->password_len,
	    .client = req->client,
	    .user_agent = req->user_agent,
	    .field = "password",
	    .purpose = "login",
	};

	if (auth_prove(app, &attempt, &proof, err) < 0)
		return -1;
	return login_grant(app, req, &proof.owner, out, err);
}

/* Is it live at now? A session seen in the future means that the clock was
 * set back: it ends rather than live longer. */
static bool
session_is_live(const struct session_row *row, int64_t now)
{
	return now < row->expires_at && now < row->last_seen_at + row->idle_s &&
	       now >= row->last_seen_at - LIMIT_SESSION_SEEN_S;
}

int
auth_session_find(struct app *app, const char *token, bool active,
    struct auth_session *out, struct error *err)
{
	uint8_t hash[AUTH_SECRET_HASH_LEN];
	struct error ignored = ERROR_INIT;
	struct session_row row;
	int64_t now = app->now_s();
	int rc;

	if (token == NULL || !auth_token_hash(token, hash))
		return 0;
	rc = session_store_get(app->db, hash, &row, err);
	if (rc <= 0)
		return rc;
	if (!session_is_live(&row, now))
		return 0;
	/* A request is not lost because somebody else is writing or the disk
	 * is full: the next one tries again. */
	if (active && now - row.last_seen_at >= LIMIT_SESSION_SEEN_S &&
	    session_store_touch(app->db, hash, now, &ignored) == 0)
		row.last_seen_at = now;
	out->id = row.id;
	out->created_at = row.created_at;
	out->expires_at = row.expires_at;
	out->idle_expires_at = row.last_seen_at + row.idle_s;
	if (out->idle_expires_at > row.expires_at)
		out->idle_expires_at = row.expires_at;
	return 1;
}

int
auth_logout(struct app *app, const char *token, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	uint8_t hash[AUTH_SECRET_HASH_LEN];

	if (token == NULL || !auth_token_hash(token, hash))
		return 0;
	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    session_note(app, hash, AUDIT_SIGN_OUT, err) < 0 ||
	    session_store_delete(app->db, hash, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

/* A page under way; a session's place is its number. */
struct page_walk {
	int (*fn)(void *ctx, const struct session_seen *s, struct error *err);
	void *ctx;
	struct list_page page;
};

static int
page_row(void *arg, const struct session_seen *s, struct error *err)
{
	struct page_walk *walk = arg;

	if (!list_page_takes(&walk->page, (struct ban_place){0, s->row.id}))
		return 0;
	return walk->fn(walk->ctx, s, err);
}

int
auth_session_list(struct app *app, struct auth_session_page *page,
    int (*fn)(void *ctx, const struct session_seen *s, struct error *err),
    void *ctx, struct error *err)
{
	struct page_walk walk = {.fn = fn, .ctx = ctx};
	struct session_cut cut = {.now = app->now_s()};

	if (list_page_begin(&walk.page, page->cursor, page->limit, err) < 0)
		return -1;
	cut.id = walk.page.from.id;
	cut.newer = walk.page.back;
	cut.max = walk.page.limit + 1;
	while (list_page_pass(&walk.page))
		if (session_store_page(app->db, &cut, page_row, &walk, err) < 0)
			return -1;
	if (session_store_count(app->db, cut.now, &page->total, err) < 0)
		return -1;
	list_page_end(&walk.page, page->next_cursor, page->prev_cursor);
	return 0;
}

static void
log_ended(const char *key, int64_t value)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_INFO, "sessions_ended");
	log_i64(&line, key, value);
	log_end(&line);
}

static int
note_ended(struct app *app, int64_t n, struct error *err)
{
	struct audit_entry note = AUDIT_ENTRY(AUDIT_SESSIONS_ENDED);

	audit_detail_i64(&note, "count", n);
	return audit_add(app, &note, err);
}

int
auth_session_end(struct app *app, int64_t id, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct audit_entry note = AUDIT_ENTRY(AUDIT_SESSION_ENDED);
	int rc;

	if (db_txn_begin_durable(&txn, app->db, err) < 0)
		return -1;
	rc = session_store_delete_id(app->db, id, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "There is no such session. It may have ended already.",
		    "session %" PRId64, id);
	audit_target_i64(&note, id);
	if (audit_add(app, &note, err) < 0 || db_txn_commit(&txn, err) < 0)
		return -1;
	log_ended("session_id", id);
	return 0;
}

int
auth_session_end_others(
    struct app *app, int64_t id, int64_t *ended, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int64_t n = 0;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    session_store_delete_others(app->db, id, &n, err) < 0 ||
	    note_ended(app, n, err) < 0 || db_txn_commit(&txn, err) < 0)
		return -1;
	log_ended("ended", n);
	*ended = n;
	return 0;
}

int
auth_logout_all(struct app *app, int64_t *ended, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int64_t n = 0;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    session_store_delete_all(app->db, &n, err) < 0 ||
	    note_ended(app, n, err) < 0 || db_txn_commit(&txn, err) < 0)
		return -1;
	*ended = n;
	return 0;
}

bool
auth_clean_is_due(const struct app *app)
{
	int64_t since = app->now_s() - app->auth_cleaned_at;

	return since < 0 || since >= CLEAN_EVERY_S;
}

int
auth_clean(struct app *app, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	int64_t now = app->now_s();

	if (!auth_clean_is_due(app))
		return 0;
	app->auth_cleaned_at = now;
	if (db_txn_begin(&txn, app->db, err) < 0 ||
	    session_store_delete_ended(app->db, now, CLEAN_ROWS, err) < 0 ||
	    token_store_delete_expired(app->db, now - LIMIT_TOKEN_KEPT_S, err) <
		0 ||
	    auth_throttle_clean(app, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}
