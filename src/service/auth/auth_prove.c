/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_prove.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/settings.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/auth/auth.h"
#include "service/auth/auth_password.h"
#include "service/auth/auth_throttle.h"

/* The leading keys of this line are what fail2ban's filter looks for. */
static void
log_failure(const struct auth_attempt *attempt, const char *reason)
{
	struct log_line line;

	log_begin(&line, LOG_LEVEL_WARNING, "login_failed");
	log_str(&line, "reason", reason);
	log_str(&line, "purpose", attempt->purpose);
	if (attempt->user_agent != NULL)
		log_str_n(&line, "user_agent", attempt->user_agent,
		    strnlen(attempt->user_agent, LIMIT_USER_AGENT));
	log_end(&line);
}

static int
refuse(struct app *app, const struct auth_attempt *attempt,
    const struct owner *owner, struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct audit_entry note = AUDIT_ENTRY(AUDIT_SIGN_IN_FAILED);

	note.outcome = AUDIT_REFUSED;
	audit_detail(&note, "purpose", attempt->purpose);
	log_failure(
	    attempt, owner->has_password ? "wrong_password" : "no_password");
	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    auth_throttle_fail(app, &attempt->client, err) < 0 ||
	    audit_add_failure(app, &note, err) < 0 ||
	    db_txn_commit(&txn, err) < 0)
		return -1;
	if (!owner->has_password)
		return err_set(err, ERR_SETUP_REQUIRED,
		    "BanGUI has not been set up yet. Open it in a browser "
		    "first.",
		    "%s", "no password is stored");
	return err_set(err, ERR_CREDENTIALS,
	    "The password is wrong. Try again.", "%s", "no match");
}

/* The settings ask for another hash than the stored one: this is the moment
 * at which the password is at hand. One that is too long for the new kind of
 * hash keeps the old. */
static int
upgrade(struct app *app, const struct auth_attempt *attempt,
    const struct owner *owner, struct error *err)
{
	const struct auth_hashing how = auth_hashing_of(app->settings);
	char hash[AUTH_PASSWORD_HASH_SIZE];

	if (auth_password_hash_fits(owner->password_hash, &how) ||
	    attempt->password_len > how.max_bytes)
		return 0;
	if (auth_password_hash(
		attempt->password, attempt->password_len, &how, hash, err) < 0)
		return -1;
	return owner_store_rehash(app->db, owner->password_hash, hash, err);
}

/* Can it be a password at all? By the limit of the hash that is stored. */
static int
check_form(
    struct app *app, const struct auth_attempt *attempt, struct error *err)
{
	struct owner owner;
	size_t max = 0;

	if (owner_store_get(app->db, &owner, err) < 0)
		return -1;
	if (owner.has_password)
		max = auth_password_hash_max(owner.password_hash);
	if (max == 0)
		max = auth_password_max(app);
	return auth_password_check(
	    attempt->password, attempt->password_len, max, attempt->field, err);
}

void
auth_proof_release(struct auth_proof *proof)
{
	fd_closep(&proof->slot);
}

int
auth_prove(struct app *app, const struct auth_attempt *attempt,
    struct auth_proof *out, struct error *err)
{
	const struct auth_hashing how = auth_hashing_of(app->settings);
	bool good = false, known = false;

	if (check_form(app, attempt, err) < 0 ||
	    auth_throttle_check(app, &attempt->client, err) < 0 ||
	    auth_throttle_afford(app, &attempt->client, &known, err) < 0)
		return -1;
	out->slot = auth_password_slot(app->settings->state_dir, known, err);
	if (out->slot < 0)
		return -1;
	/* Asked again: who held the slot may have been the same client, and
	 * with the slot in hand nobody can fail in between. */
	if (auth_throttle_check(app, &attempt->client, err) < 0 ||
	    auth_throttle_spend(app, &attempt->client, false, err) < 0 ||
	    owner_store_get(app->db, &out->owner, err) < 0 ||
	    auth_password_verify(attempt->password, attempt->password_len,
		out->owner.has_password ? out->owner.password_hash : NULL, &how,
		&good, err) < 0)
		return -1;
	if (!good)
		return refuse(app, attempt, &out->owner, err);
	return upgrade(app, attempt, &out->owner, err);
}
