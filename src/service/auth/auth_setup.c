/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From an empty database to one with a password: the one-time code, and the
 * one transaction in which it is spent.
 */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/auth/auth.h"
#include "service/auth/auth_password.h"
#include "service/auth/auth_secret.h"
#include "service/auth/auth_throttle.h"
#include "store/owner_store.h"
#include "store/session_store.h"

size_t
auth_password_max(const struct app *app)
{
	return auth_hashing_of(app->settings).max_bytes;
}

int
auth_setup_done(struct app *app, bool *out, struct error *err)
{
	struct owner owner;

	if (owner_store_get(app->db, &owner, err) < 0)
		return -1;
	*out = owner.has_password;
	return 0;
}

static int
refuse_done(struct error *err)
{
	return err_set(err, ERR_SETUP_DONE,
	    "Set-up has been done already. Sign in.", "%s",
	    "there is a password");
}

static int
refuse_code(const char *why, struct error *err)
{
	return err_set(err, ERR_SETUP_CODE,
	    "This set-up code is not valid. Run \"bangui setup-code\" on the "
	    "server to get a new one.",
	    "%s", why);
}

/* Inside a transaction of the caller. */
static int
code_replace(struct app *app, char out[AUTH_SETUP_CODE_SIZE], struct error *err)
{
	uint8_t hash[AUTH_SECRET_HASH_LEN];

	if (auth_code_new(out, err) < 0)
		return -1;
	if (!auth_code_hash(out, strlen(out), hash))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "a new code is not a code");
	return owner_store_set_code(app->db, hash, app->now_s(), err);
}

int
auth_setup_code_new(
    struct app *app, char out[AUTH_SETUP_CODE_SIZE], struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	const struct audit_entry note = AUDIT_ENTRY(AUDIT_SETUP_CODE);
	char code[AUTH_SETUP_CODE_SIZE];
	struct owner owner;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    owner_store_get(app->db, &owner, err) < 0)
		return -1;
	if (owner.has_password)
		return refuse_done(err);
	if (code_replace(app, code, err) < 0 ||
	    audit_add(app, &note, err) < 0 || db_txn_commit(&txn, err) < 0)
		return -1;
	memcpy(out, code, sizeof code);
	auth_wipe(code, sizeof code);
	return 0;
}

int
auth_first_start(struct app *app, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	char code[AUTH_SETUP_CODE_SIZE];
	struct log_line line;
	struct owner owner;

	if (owner_store_get(app->db, &owner, err) < 0)
		return -1;
	if (owner.has_password || owner.code_made)
		return 0; /* the usual start writes nothing */
	if (db_txn_begin(&txn, app->db, err) < 0 ||
	    owner_store_get(app->db, &owner, err) < 0)
		return -1;
	if (owner.has_password || owner.code_made)
		return 0; /* another process was faster */
	if (code_replace(app, code, err) < 0 || db_txn_commit(&txn, err) < 0)
		return -1;
	log_begin(&line, LOG_LEVEL_WARNING, "setup_code");
	log_str(&line, "code", code);
	log_str(&line, "detail",
	    "open BanGUI in a browser and type this code to choose the "
	    "password; \"bangui setup-code\" prints a new one");
	log_end(&line);
	auth_wipe(code, sizeof code);
	return 0;
}

/* Letters, digits and + - _ in parts divided by single slashes. Whether there
 * is such a zone is for those who show times. */
static bool
is_timezone(const char *s)
{
	static const char PART[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_";
	size_t n;

	if (strnlen(s, LIMIT_TIMEZONE + 1) > LIMIT_TIMEZONE)
		return false;
	for (;;) {
		n = strspn(s, PART);
		if (n == 0)
			return false;
		if (s[n] == '\0')
			return true;
		if (s[n] != '/')
			return false;
		s += n + 1;
	}
}

/* Notes every field that is not acceptable, not only the first. */
static int
setup_check_fields(
    const struct app *app, const struct auth_setup *req, struct error *err)
{
	int rc = auth_password_check(req->password, req->password_len,
	    auth_password_max(app), "password", err);

	if (req->timezone != NULL && !is_timezone(req->timezone))
		rc = err_field(err, "timezone",
		    "Give an IANA time zone such as \"Europe/Berlin\".");
	if (req->session_minutes != 0 &&
	    (req->session_minutes < LIMIT_SESSION_MINUTES_MIN ||
		req->session_minutes > LIMIT_SESSION_MINUTES_MAX))
		rc = err_field(err, "session_minutes",
		    "Give 5 to 43200 minutes (30 days).");
	return rc;
}

static bool
code_matches(const struct auth_setup *req, const struct owner *owner)
{
	uint8_t hash[AUTH_SECRET_HASH_LEN];

	return auth_code_hash(req->code, req->code_len, hash) &&
	       owner->has_code &&
	       str_equal_secret(hash, owner->code_hash, sizeof hash);
}

/* A wrong code: one of the ten tries, and a failure of this client. */
static int
code_refuse(struct app *app, struct db_txn *txn, const struct auth_setup *req,
    const struct owner *owner, struct error *err)
{
	struct audit_entry note = AUDIT_ENTRY(AUDIT_SIGN_IN_FAILED);

	note.outcome = AUDIT_REFUSED;
	audit_detail(&note, "purpose", "setup");
	log_event(LOG_LEVEL_WARNING, "setup_refused", "%s",
	    owner->has_code ? "wrong set-up code"
			    : "there is no valid set-up code");
	if (owner->has_code &&
	    (owner_store_count_try(app->db, LIMIT_SETUP_TRIES, err) < 0 ||
		auth_throttle_fail(app, &req->client, err) < 0 ||
		audit_add_failure(app, &note, err) < 0 ||
		db_txn_commit(txn, err) < 0))
		return -1;
	return refuse_code(
	    owner->has_code ? "wrong code" : "no code is valid", err);
}

/* Only who knows the code gets the machine to hash. */
static int
setup_check_code(
    struct app *app, const struct auth_setup *req, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct owner owner;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    owner_store_get(app->db, &owner, err) < 0)
		return -1;
	if (owner.has_password)
		return refuse_done(err);
	if (!code_matches(req, &owner))
		return code_refuse(app, &txn, req, &owner, err);
	return 0;
}

/* While we hashed, another set-up or another code may have come. */
static int
setup_store(struct app *app, const struct auth_setup *req, const char *hash,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	const struct audit_entry note = AUDIT_ENTRY(AUDIT_SETUP);
	const struct owner_setup setup = {
	    .password_hash = hash,
	    .timezone = req->timezone,
	    .session_minutes = req->session_minutes,
	    .now = app->now_s(),
	};
	struct owner owner;

	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    owner_store_get(app->db, &owner, err) < 0)
		return -1;
	if (owner.has_password)
		return refuse_done(err);
	if (!code_matches(req, &owner))
		return refuse_code("replaced while hashing", err);
	if (owner_store_set_up(app->db, &setup, err) < 0 ||
	    auth_throttle_clear(app, &req->client, err) < 0 ||
	    audit_add(app, &note, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

int
auth_setup(struct app *app, const struct auth_setup *req, struct error *err)
{
	AUTO(fd_closep) int slot = -1;
	const struct auth_hashing how = auth_hashing_of(app->settings);
	char hash[AUTH_PASSWORD_HASH_SIZE];
	bool done = false;

	if (auth_setup_done(app, &done, err) < 0)
		return -1;
	if (done)
		return refuse_done(err);
	if (setup_check_fields(app, req, err) < 0 ||
	    auth_throttle_check(app, &req->client, err) < 0 ||
	    setup_check_code(app, req, err) < 0)
		return -1;
	slot = auth_password_slot(app->settings->state_dir, true, err);
	if (slot < 0 || auth_throttle_spend(app, &req->client, true, err) < 0 ||
	    auth_password_hash(
		req->password, req->password_len, &how, hash, err) < 0 ||
	    setup_store(app, req, hash, err) < 0)
		return -1;
	log_event(LOG_LEVEL_INFO, "setup_done", "%s", "by set-up code");
	return 0;
}

int
auth_setup_local(
    struct app *app, const char *password, size_t len, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	const struct auth_hashing how = auth_hashing_of(app->settings);
	struct audit_entry note = AUDIT_ENTRY(AUDIT_SETUP);
	char hash[AUTH_PASSWORD_HASH_SIZE];
	struct owner owner;

	/* Without the slot: however many strangers sign in, whoever is on the
	 * machine itself gets in. */
	if (auth_password_check(password, len, how.max_bytes, "password", err) <
		0 ||
	    auth_password_hash(password, len, &how, hash, err) < 0 ||
	    db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    owner_store_get(app->db, &owner, err) < 0 ||
	    owner_store_set_password(app->db, hash, app->now_s(), err) < 0 ||
	    session_store_delete_all(app->db, NULL, err) < 0)
		return -1;
	if (owner.has_password)
		note.action = AUDIT_PASSWORD_CHANGED;
	if (audit_add(app, &note, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}
