/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/audit/audit_chain.h"

#include <sodium.h>
#include <string.h>

#include "service/app.h"

_Static_assert((int)AUDIT_HASH_LEN == (int)crypto_hash_sha256_BYTES,
    "rows are chained by SHA-256");

enum { TAG_NULL, TAG_NUMBER, TAG_BYTES, WORD = 8 };

static void
add_word(crypto_hash_sha256_state *st, unsigned char tag, uint64_t v)
{
	unsigned char bytes[1 + WORD];

	bytes[0] = tag;
	for (int i = 0; i < WORD; i++)
		bytes[1 + i] = (unsigned char)(v >> (8 * (WORD - 1 - i)));
	(void)crypto_hash_sha256_update(st, bytes, sizeof bytes); /* 0 */
}

static void
add_null(crypto_hash_sha256_state *st)
{
	static const unsigned char tag = TAG_NULL;

	(void)crypto_hash_sha256_update(st, &tag, 1); /* always 0 */
}

static void
add_i64(crypto_hash_sha256_state *st, int64_t v)
{
	add_word(st, TAG_NUMBER, (uint64_t)v);
}

static void
add_bytes(crypto_hash_sha256_state *st, const struct audit_bytes *b)
{
	if (b->data == NULL) {
		add_null(st);
		return;
	}
	add_word(st, TAG_BYTES, b->len);
	(void)crypto_hash_sha256_update(st, b->data, b->len); /* always 0 */
}

void
audit_hash(const struct audit_row *row, const uint8_t prev[AUDIT_HASH_LEN],
    uint8_t out[AUDIT_HASH_LEN])
{
	const struct audit_bytes *const bytes[] = {&row->actor_name,
	    &row->client, &row->action, &row->target, &row->outcome,
	    &row->request_id, &row->details};
	crypto_hash_sha256_state st;

	(void)crypto_hash_sha256_init(&st); /* none of these can fail */
	(void)crypto_hash_sha256_update(&st, prev, AUDIT_HASH_LEN);
	add_i64(&st, row->seq);
	add_i64(&st, row->at);
	add_i64(&st, row->actor_kind);
	if (row->has_actor_id)
		add_i64(&st, row->actor_id);
	else
		add_null(&st);
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++)
		add_bytes(&st, bytes[i]);
	(void)crypto_hash_sha256_final(&st, out);
}

const char *
audit_fault_name(enum audit_fault fault)
{
	static const char *const NAMES[] = {
	    [AUDIT_WHOLE] = "none",
	    [AUDIT_CHANGED] = "changed",
	    [AUDIT_MISSING] = "missing",
	    [AUDIT_CUT] = "cut",
	    [AUDIT_STRAY] = "stray",
	};

	_Static_assert(ARRAY_LEN(NAMES) == AUDIT_FAULT__MAX, "one word each");
	return NAMES[fault];
}

struct walk {
	struct audit_head head; /* as it was before the walk */
	struct audit_report report;
};

static void
blame(struct audit_report *r, enum audit_fault fault, int64_t seq)
{
	if (r->fault != AUDIT_WHOLE)
		return;
	r->fault = fault;
	r->bad_seq = seq;
}

/* After the first fault the rest is passed over: nothing follows from it. */
static int
check_row(void *ctx, const struct audit_row *row, struct error *err)
{
	struct walk *w = ctx;
	struct audit_report *r = &w->report;
	uint8_t hash[AUDIT_HASH_LEN];

	(void)err;
	if (r->fault != AUDIT_WHOLE)
		return 0;
	if (row->seq != r->last.seq + 1) {
		blame(r, AUDIT_MISSING, r->last.seq + 1);
		return 0;
	}
	audit_hash(row, r->last.hash, hash);
	if (row->hash.len != sizeof hash ||
	    memcmp(row->hash.data, hash, sizeof hash) != 0 ||
	    (row->seq == w->head.seq &&
		memcmp(hash, w->head.hash, sizeof hash) != 0)) {
		blame(r, AUDIT_CHANGED, row->seq);
		return 0;
	}
	r->rows++;
	r->last.seq = row->seq;
	memcpy(r->last.hash, hash, sizeof hash);
	return 0;
}

/* Meanwhile others may have gone on: the end is where it is afterwards. */
int
audit_verify(struct app *app, struct audit_report *out, struct error *err)
{
	struct walk w = {.report = {.fault = AUDIT_WHOLE}};
	struct audit_head after;

	if (audit_store_head(app->db, &w.head, err) < 0 ||
	    audit_store_walk(app->db, check_row, &w, err) < 0 ||
	    audit_store_head(app->db, &after, err) < 0)
		return -1;
	if (w.report.last.seq < w.head.seq)
		blame(&w.report, AUDIT_CUT, w.report.last.seq + 1);
	if (w.report.last.seq > after.seq)
		blame(&w.report, AUDIT_STRAY, after.seq + 1);
	*out = w.report;
	return 0;
}
