/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_token.h"

#include <inttypes.h>
#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "base/time.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/auth/auth_prove.h"
#include "service/auth/auth_secret.h"
#include "service/auth/auth_throttle.h"

static const struct {
	unsigned bit;
	const char *name;
} SCOPES[] = {
    {AUTH_SCOPE_READ,  "read" },
    {AUTH_SCOPE_BAN,   "ban"  },
    {AUTH_SCOPE_ADMIN, "admin"},
};

unsigned
auth_scope_parse(const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(SCOPES); i++)
		if (str_eq(SCOPES[i].name, s))
			return SCOPES[i].bit;
	return 0;
}

const char *
auth_scope_name(unsigned scopes, size_t n)
{
	for (size_t i = 0; i < ARRAY_LEN(SCOPES); i++)
		if ((scopes & SCOPES[i].bit) != 0 && n-- == 0)
			return SCOPES[i].name;
	return NULL;
}

/* Notes every field that is not acceptable, not only the first. */
static int
check_fields(const struct auth_token_req *req, struct error *err)
{
	size_t len = req->name_len;
	int rc = 0;

	if (len == 0 || len > LIMIT_TOKEN_NAME)
		rc = err_field(err, "name", "Give a name of 1 to 64 bytes.");
	else if (!str_is_utf8(req->name, len) ||
		 str_has_control(req->name, len))
		rc = err_field(
		    err, "name", "Use UTF-8 text without control characters.");
	else if (req->name[0] == ' ' || req->name[len - 1] == ' ')
		rc = err_field(
		    err, "name", "Leave out the blanks around the name.");
	if (req->scopes == 0 || (req->scopes & ~(unsigned)AUTH_SCOPE_ALL) != 0)
		rc = err_field(err, "scopes",
		    "Name at least one of \"read\", \"ban\", \"admin\".");
	if (req->expires_in_s != AUTH_TOKEN_FOREVER &&
	    (req->expires_in_s < LIMIT_TOKEN_S_MIN ||
		req->expires_in_s > LIMIT_TOKEN_S_MAX))
		rc = err_field(err, "expires_in_seconds",
		    "Give a minute to ten years, or null for never.");
	return rc;
}

/* Inside a transaction of the caller. */
static int
store(struct app *app, const struct auth_token_req *req,
    struct auth_token_grant *out, struct error *err)
{
	uint8_t hash[AUTH_SECRET_HASH_LEN];
	struct token_row row = {.scopes = req->scopes,
	    .created_at = app->now_s(),
	    .expires_at = -1};
	int64_t n = 0;

	if (req->expires_in_s != AUTH_TOKEN_FOREVER)
		row.expires_at = row.created_at + req->expires_in_s;
	if (token_store_count(app->db, &n, err) < 0)
		return -1;
	if (n >= LIMIT_TOKENS)
		return err_set(err, ERR_CONFLICT,
		    "There are 100 tokens already. Revoke one that is no "
		    "longer used.",
		    "%" PRId64 " tokens", n);
	if (auth_bearer_new(out->token, err) < 0)
		return -1;
	if (!auth_bearer_hash(out->token, hash) ||
	    !str_copy_n(row.name, sizeof row.name, req->name, req->name_len))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "a new token is not a token");
	out->expires_at = row.expires_at;
	if (token_store_add(app->db, hash, &row, &out->id, err) == 0)
		return 0;
	if (err->code == ERR_CONFLICT)
		return err_set(err, ERR_CONFLICT,
		    "There is a token of this name already. Choose another "
		    "name, or revoke that one.",
		    "%s", "the name is taken");
	return -1;
}

static void
log_created(const struct auth_token_req *req, int64_t id)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_INFO, "token_created");
	log_i64(&line, "token_id", id);
	log_str_n(&line, "name", req->name, req->name_len);
	log_i64(&line, "scopes", req->scopes);
	log_end(&line);
}

static int
note_created(struct app *app, const struct auth_token_req *req,
    const struct auth_token_grant *made, struct error *err)
{
	struct audit_entry note = AUDIT_ENTRY(AUDIT_TOKEN_CREATED);
	char expires[TIME_RFC3339_SIZE] = "never";
	const char *scope;

	audit_target_i64(&note, made->id);
	audit_detail_n(&note, "name", req->name, req->name_len);
	for (size_t n = 0; (scope = auth_scope_name(req->scopes, n)); n++)
		audit_detail(&note, scope, "yes");
	if (made->expires_at >= 0)
		time_format(made->expires_at, expires);
	audit_detail(&note, "expires", expires);
	return audit_add(app, &note, err);
}

/* attempt  of who has proved to know the password; NULL: from the machine */
static int
grant(struct app *app, const struct auth_attempt *attempt,
    const struct auth_token_req *req, struct auth_token_grant *out,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct auth_token_grant made;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    (attempt != NULL &&
		auth_throttle_clear(app, &attempt->client, err) < 0) ||
	    store(app, req, &made, err) < 0 ||
	    note_created(app, req, &made, err) < 0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	*out = made;
	auth_wipe(&made, sizeof made);
	log_created(req, out->id);
	return 0;
}

int
auth_token_create(struct app *app, const struct auth_attempt *attempt,
    const struct auth_token_req *req, struct auth_token_grant *out,
    struct error *err)
{
	AUTO(auth_proof_release) struct auth_proof proof = AUTH_PROOF_INIT;

	if (check_fields(req, err) < 0 ||
	    auth_prove(app, attempt, &proof, err) < 0)
		return -1;
	return grant(app, attempt, req, out, err);
}

int
auth_token_create_local(struct app *app, const struct auth_token_req *req,
    struct auth_token_grant *out, struct error *err)
{
	if (check_fields(req, err) < 0)
		return -1;
	return grant(app, NULL, req, out, err);
}

/* Also when it was last used in the future: the clock was set back. (Its end
 * is a date; that it then comes an hour later is better than that every
 * program stops.) */
static bool
touch_is_due(const struct token_row *row, int64_t now)
{
	return row->last_used_at < 0 ||
	       now - row->last_used_at >= LIMIT_SESSION_SEEN_S ||
	       row->last_used_at - now >= LIMIT_SESSION_SEEN_S;
}

int
auth_token_find(struct app *app, const char *text, const struct addr *from,
    struct token_row *out, struct error *err)
{
	uint8_t hash[AUTH_SECRET_HASH_LEN];
	struct error ignored = ERROR_INIT;
	struct token_row row;
	int64_t now = app->now_s();
	int rc;

	if (!auth_bearer_hash(text, hash))
		return 0;
	rc = token_store_get(app->db, hash, &row, err);
	if (rc <= 0)
		return rc;
	if (row.expires_at >= 0 && now >= row.expires_at)
		return 0;
	/* A request is not lost because somebody else is writing or the disk
	 * is full: the next one tries again. */
	if (touch_is_due(&row, now) &&
	    token_store_touch(app->db, row.id, now, from, &ignored) == 0) {
		row.last_used_at = now;
		row.last_used_from = *from;
	}
	*out = row;
	return 1;
}

int
auth_token_list(struct app *app,
    int (*fn)(void *ctx, const struct token_row *row, struct error *err),
    void *ctx, struct error *err)
{
	return token_store_list(app->db, fn, ctx, err);
}

int
auth_token_revoke(struct app *app, int64_t id, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct audit_entry note = AUDIT_ENTRY(AUDIT_TOKEN_REVOKED);
	struct log_line line;
	int rc;

	if (db_txn_begin_durable(&txn, app->db, err) < 0)
		return -1;
	rc = token_store_delete(app->db, id, err);
	if (rc < 0)
		return -1;
	if (rc == 0)
		return err_set(err, ERR_NOT_FOUND,
		    "There is no such token. It may have been revoked "
		    "already.",
		    "token %" PRId64, id);
	audit_target_i64(&note, id);
	if (audit_add(app, &note, err) < 0 || db_txn_commit(&txn, err) < 0)
		return -1;
	log_begin(&line, LOG_LEVEL_INFO, "token_revoked");
	log_i64(&line, "token_id", id);
	log_end(&line);
	return 0;
}

int
auth_token_revoke_all(struct app *app, int64_t *revoked, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct audit_entry note = AUDIT_ENTRY(AUDIT_TOKENS_REVOKED);
	int64_t n = 0;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    token_store_delete_all(app->db, &n, err) < 0)
		return -1;
	audit_detail_i64(&note, "count", n);
	if (audit_add(app, &note, err) < 0 || db_txn_commit(&txn, err) < 0)
		return -1;
	*revoked = n;
	return 0;
}
