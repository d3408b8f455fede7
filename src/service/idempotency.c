/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/idempotency.h"

#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"
#include "db/db.h"
#include "service/app.h"

_Static_assert((int)IDEMPOTENCY_HASH_LEN == (int)crypto_hash_sha256_BYTES,
    "requests are told apart by SHA-256");

bool
idempotency_key_ok(const char *key)
{
	static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
	size_t len = strlen(key);

	return len > 0 && len <= LIMIT_IDEMPOTENCY_KEY &&
	       strspn(key, ALLOWED) == len;
}

static void
id_of(const struct app *app, const struct idempotency_request *req,
    struct idempotency_id *out)
{
	crypto_hash_sha256_state st;

	*out = (struct idempotency_id){.caller_kind = app->actor.kind,
	    .caller_id = app->actor.id,
	    .key = req->key};
	(void)crypto_hash_sha256_init(&st); /* none of these can fail */
	(void)crypto_hash_sha256_update(
	    &st, (const unsigned char *)req->what, strlen(req->what) + 1);
	(void)crypto_hash_sha256_update(
	    &st, (const unsigned char *)req->body, req->body_len);
	(void)crypto_hash_sha256_final(&st, out->hash);
}

/* Nobody works on a request for longer than the limit; whoever began it then
 * has died. A time to come means that the clock was set back. */
static bool
is_over(int64_t now, int64_t begun_at, int64_t limit_s)
{
	return now - begun_at >= limit_s || begun_at - now >= limit_s;
}

/* 1 answered, 0 to be done. */
static int
judge(const struct idempotency_row *row, int64_t now, struct error *err)
{
	if (is_over(now, row->begun_at, LIMIT_IDEMPOTENCY_S))
		return 0;
	if (!row->same)
		return err_field(err, "Idempotency-Key",
		    "Was used for another request in the last 24 hours.");
	if (row->status > 0)
		return 1;
	if (is_over(now, row->begun_at, LIMIT_REQUEST_S))
		return 0;
	(void)err_set(err, ERR_CONFLICT,
	    "The same request is being worked on. Send it again in a moment.",
	    "%s", "its key is in use");
	err->retry_after_s = 1;
	return -1;
}

int
idempotency_begin(struct app *app, const struct idempotency_request *req,
    struct idempotency_id *id, struct idempotency_answer *answer,
    struct error *err)
{
	AUTO(db_txn_end) struct db_txn txn = DB_TXN_INIT;
	struct idempotency_row row = {0};
	int rc;

	id_of(app, req, id);
	if (db_txn_begin(&txn, app->db, err) < 0)
		return -1;
	rc = idempotency_store_get(
	    app->db, id, &row, answer->headers, answer->body, err);
	if (rc > 0)
		rc = judge(&row, app->now_s(), err);
	if (rc != 0) {
		answer->status = (int)row.status;
		return rc;
	}
	buf_clear(answer->headers);
	buf_clear(answer->body);
	if (idempotency_store_begin(app->db, id, app->now_s(), err) < 0)
		return -1;
	return db_txn_commit(&txn, err);
}

static void
tell(int rc, const struct error *err)
{
	struct log_line l;

	if (rc == 0)
		return;
	log_begin(&l, LOG_LEVEL_WARNING, "answer_not_kept");
	log_error_fields(&l, err);
	log_end(&l);
}

void
idempotency_end(struct app *app, const struct idempotency_id *id,
    const struct idempotency_answer *answer)
{
	struct error err = ERROR_INIT;

	tell(idempotency_store_end(app->db, id, answer->status, answer->headers,
		 answer->body, &err),
	    &err);
}

void
idempotency_forget(struct app *app, const struct idempotency_id *id)
{
	struct error err = ERROR_INIT;

	tell(idempotency_store_forget(app->db, id, &err), &err);
}
