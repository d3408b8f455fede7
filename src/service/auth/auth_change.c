/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_change.h"

#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "db/db.h"
#include "service/app.h"
#include "service/audit/audit.h"
#include "service/auth/auth_password.h"
#include "service/auth/auth_prove.h"
#include "service/auth/auth_secret.h"
#include "service/auth/auth_throttle.h"
#include "store/owner_store.h"
#include "store/session_store.h"
#include "store/token_store.h"

/* Both passwords are at hand, and the old one has been proved to be it. */
static int
refuse_same(const struct auth_attempt *attempt,
    const struct auth_change *change, struct error *err)
{
	if (attempt->password_len != change->password_len ||
	    !str_equal_secret(
		attempt->password, change->password, change->password_len))
		return 0;
	return err_field(err, change->field,
	    "This is the password that you have. Choose another one.");
}

/* Inside a transaction of the caller: the browser that asks goes on. */
static int
rotate(struct app *app, int64_t session_id, char token[AUTH_TOKEN_SIZE],
    struct error *err)
{
	uint8_t hash[AUTH_SECRET_HASH_LEN];

	if (session_id == 0)
		return 0;
	if (auth_token_new(token, err) < 0)
		return -1;
	if (!auth_token_hash(token, hash))
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "a new token is not a token");
	return session_store_rotate(app->db, session_id, hash, err);
}

static int
store(struct app *app, const struct addr *client,
    const struct auth_change *change, const char *hash,
    char token[AUTH_TOKEN_SIZE], struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct audit_entry note = AUDIT_ENTRY(AUDIT_PASSWORD_CHANGED);

	audit_detail(
	    &note, "tokens", change->revoke_tokens ? "revoked" : "kept");
	if (db_txn_begin_durable(&txn, app->db, err) < 0 ||
	    owner_store_set_password(app->db, hash, app->now_s(), err) < 0 ||
	    session_store_delete_others(
		app->db, change->session_id, NULL, err) < 0 ||
	    rotate(app, change->session_id, token, err) < 0 ||
	    (change->revoke_tokens &&
		token_store_delete_all(app->db, NULL, err) < 0) ||
	    auth_throttle_clear(app, client, err) < 0 ||
	    audit_add(app, &note, err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

int
auth_password_change(struct app *app, const struct auth_attempt *attempt,
    const struct auth_change *change, char token[AUTH_TOKEN_SIZE],
    struct error *err)
{
	AUTO(auth_proof_release) struct auth_proof proof = AUTH_PROOF_INIT;
	const struct auth_hashing how = auth_hashing_of(app->settings);
	char hash[AUTH_PASSWORD_HASH_SIZE], made[AUTH_TOKEN_SIZE] = "";

	/* The hash of the new one is paid for too, by a proven owner. */
	if (auth_password_check(change->password, change->password_len,
		how.max_bytes, change->field, err) < 0 ||
	    auth_prove(app, attempt, &proof, err) < 0 ||
	    refuse_same(attempt, change, err) < 0 ||
	    auth_throttle_spend(app, &attempt->client, true, err) < 0 ||
	    auth_password_hash(
		change->password, change->password_len, &how, hash, err) < 0 ||
	    store(app, &attempt->client, change, hash, made, err) < 0)
		return -1;
	memcpy(token, made, sizeof made);
	auth_wipe(made, sizeof made);
	log_event(LOG_LEVEL_INFO, "password_changed", "%s",
	    change->revoke_tokens ? "tokens were revoked" : "tokens live on");
	return 0;
}
