/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fail2ban's own database, read for a client that may not read it. */
#include "f2b/gate_op.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/random.h"
#include "base/time.h"
#include "f2b/ban_db_rows.h"
#include "f2b/cmd.h"
#include "f2b/pickle_write.h"

void
gate_ctx_release(struct gate_ctx *ctx)
{
	ban_db_freep(&ctx->bans);
	free(ctx->bans_path);
	ctx->bans_path = NULL;
}

static int
init(struct gate_ctx *ctx, struct error *err)
{
	if (ctx->bans != NULL)
		return 0;
	if (random_bytes(&ctx->epoch, sizeof ctx->epoch, err) < 0)
		return -1;
	return ban_db_new(&ctx->bans, err);
}

/* The client does not say where it is: fail2ban does. What is known stays
 * known while it does not answer. */
static int
path_find(struct gate_ctx *ctx, struct error *err)
{
	int64_t now = time_mono_ms();
	char *path = NULL;

	if (ctx->path_asked_ms != 0 &&
	    now - ctx->path_asked_ms < LIMIT_HISTORY_ASK_MS)
		return 0;
	if (f2b_database_path(ctx->f2b, &path, err) < 0) {
		if (ctx->path_asked_ms == 0)
			return -1;
		err_clear(err);
		return 0;
	}
	free(ctx->bans_path);
	ctx->bans_path = path;
	ctx->path_asked_ms = now;
	return 0;
}

/* A reply that has only the reason in it. */
static int
put_fault(struct buf *reply, enum ban_db_fault fault, struct error *err)
{
	err_clear(err);
	pickle_put_open(reply, PICKLE_TUPLE);
	pickle_put_i64(reply, fault);
	pickle_put_close(reply, PICKLE_TUPLE);
	return 0;
}

/* ... or the error, if it is not the database's fault. */
static int
failed(struct gate_ctx *ctx, struct buf *reply, struct error *err)
{
	enum ban_db_fault fault = ban_db_fault(ctx->bans);

	return fault == BAN_DB_FINE ? -1 : put_fault(reply, fault, err);
}

static void
begin(struct buf *reply)
{
	pickle_put_open(reply, PICKLE_TUPLE);
	pickle_put_i64(reply, BAN_DB_FINE);
}

int
gate_op_history_state(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	int64_t device, inode;

	(void)words; /* they say no more than the row */
	(void)n;
	if (init(ctx, err) < 0 || path_find(ctx, err) < 0)
		return -1;
	if (ctx->bans_path == NULL || ctx->bans_path[0] != '/')
		return put_fault(reply, BAN_DB_NONE, err);
	if (ban_db_open(ctx->bans, ctx->bans_path, err) < 0 ||
	    ban_db_is_changed(ctx->bans, err) < 0)
		return failed(ctx, reply, err);
	ban_db_identity(ctx->bans, &device, &inode);
	begin(reply);
	pickle_put_i64(reply, device);
	pickle_put_i64(reply, inode);
	pickle_put_i64(reply, ctx->epoch);
	pickle_put_i64(reply, ctx->bans->version);
	pickle_put_close(reply, PICKLE_TUPLE);
	return 0;
}

/* A client that did not ask for the state, or whose file was closed for a
 * fault meanwhile: it asks again later. */
static bool
is_open(const struct gate_ctx *ctx)
{
	return ctx->bans != NULL && ctx->bans->db != NULL;
}

int
gate_op_history_last(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	int64_t last = 0;

	(void)words; /* as above */
	(void)n;
	if (!is_open(ctx))
		return put_fault(reply, BAN_DB_BUSY, err);
	if (ban_db_last_rowid(ctx->bans, &last, err) < 0)
		return failed(ctx, reply, err);
	begin(reply);
	pickle_put_i64(reply, last);
	pickle_put_close(reply, PICKLE_TUPLE);
	return 0;
}

int
gate_op_history_oldest(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	int64_t oldest = 0;
	int rc;

	(void)words; /* as above */
	(void)n;
	if (!is_open(ctx))
		return put_fault(reply, BAN_DB_BUSY, err);
	rc = ban_db_oldest(ctx->bans, &oldest, err);
	if (rc < 0)
		return failed(ctx, reply, err);
	begin(reply);
	if (rc > 0)
		pickle_put_i64(reply, oldest);
	else
		pickle_put_none(reply);
	pickle_put_close(reply, PICKLE_TUPLE);
	return 0;
}

static void
put_key(struct buf *reply, const struct ban_db_row *row)
{
	pickle_put_open(reply, PICKLE_TUPLE);
	pickle_put_i64(reply, row->rowid);
	pickle_put_bytes(reply, row->jail, strlen(row->jail));
	pickle_put_bytes(reply, row->id, strlen(row->id));
	pickle_put_i64(reply, row->banned_at);
	pickle_put_i64(reply, row->nth);
}

static void
put_row(struct buf *reply, const struct ban_db_row *row)
{
	put_key(reply, row);
	pickle_put_i64(reply, row->bantime_s);
	pickle_put_i64(reply, row->ban_count);
	pickle_put_i64(reply, (int64_t)row->data_size);
	if (row->data == NULL)
		pickle_put_none(reply);
	else
		pickle_put_pieces(reply, row->data, row->data_len);
	pickle_put_close(reply, PICKLE_TUPLE);
}

static void
put_batch(struct buf *reply, const struct ban_db_batch *batch)
{
	begin(reply);
	pickle_put_bool(reply, batch->more);
	pickle_put_open(reply, PICKLE_LIST);
	for (size_t i = 0; i < batch->known.n; i++) {
		put_key(reply, &batch->known.items[i]);
		pickle_put_close(reply, PICKLE_TUPLE);
	}
	pickle_put_close(reply, PICKLE_LIST);
	pickle_put_open(reply, PICKLE_LIST);
	for (size_t i = 0; i < batch->fresh.n; i++)
		put_row(reply, &batch->fresh.items[i]);
	pickle_put_close(reply, PICKLE_LIST);
	pickle_put_close(reply, PICKLE_TUPLE);
}

/* The policy has looked at them: these are numbers. */
static int64_t
number(const char *word)
{
	int64_t v = 0;

	if (!num_parse_i64(word, strlen(word), INT64_MIN, INT64_MAX, &v))
		return 0;
	return v;
}

int
gate_op_history_read(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	AUTO(ban_db_batch_release) struct ban_db_batch batch = {0};
	const struct ban_db_ask ask = {
	    .mark = number(words[2]),
	    .n_known = (size_t)number(words[3]),
	    .n_fresh = (size_t)number(words[4]),
	    .high_at = number(words[5]),
	};

	(void)n; /* the row has six */
	if (!is_open(ctx))
		return put_fault(reply, BAN_DB_BUSY, err);
	if (ban_db_read(ctx->bans, &ask, &batch, err) < 0)
		return failed(ctx, reply, err);
	put_batch(reply, &batch);
	return 0;
}
