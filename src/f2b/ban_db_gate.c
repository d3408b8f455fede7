/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fail2ban's database as the gate reads it for us: f2b/gate_op.h has the
 * forms of its replies. */
#include "f2b/ban_db_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "f2b/ask.h"
#include "f2b/pickle.h"
#include "f2b/result.h"

#define MSG "The ban history cannot be read. See the log of BanGUI."

enum { NUMBER_SIZE = 24 }; /* an int64_t as text */

/* A reply under way: what has been read of it, and into what. */
struct reading {
	struct ban_db *b;
	const struct ban_db_ask *ask;
	struct ban_db_batch *out;
	int64_t *number;
	bool absent; /* the number is None */
};

static int
unexpected(const struct pickle_value *v, struct error *err)
{
	return result_unexpected(v, "what a gate tells of bans", err);
}

/* The tuple's n parts behind the fault, which is none; else an error. */
static int
open_reply(
    struct ban_db *b, const struct pickle_value *v, size_t n, struct error *err)
{
	int64_t fault = 0;

	if (v->type != PICKLE_TUPLE || v->n == 0 ||
	    result_i64(v->u.items[0], &fault, err) < 0 || fault < 0 ||
	    fault >= BAN_DB_FAULT__MAX)
		return unexpected(v, err);
	b->fault = (enum ban_db_fault)fault;
	if (b->fault != BAN_DB_FINE)
		return err_set(err,
		    b->fault == BAN_DB_BUSY ? ERR_DB_BUSY : ERR_DB_UNAVAILABLE,
		    MSG, "the gate says: fault %d", (int)b->fault);
	return v->n == n + 1 ? 0 : unexpected(v, err);
}

static int
read_state(void *into, const struct pickle_value *v, struct error *err)
{
	struct ban_db *b = ((struct reading *)into)->b;
	int64_t part[4];

	if (open_reply(b, v, ARRAY_LEN(part), err) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(part); i++)
		if (result_i64(v->u.items[i + 1], &part[i], err) < 0)
			return -1;
	if (b->epoch != part[2])
		b->settled = 0;
	b->device = part[0];
	b->inode = part[1];
	b->epoch = part[2];
	b->version = part[3];
	return 0;
}

static int
read_number(void *into, const struct pickle_value *v, struct error *err)
{
	struct reading *r = into;

	if (open_reply(r->b, v, 1, err) < 0)
		return -1;
	r->absent = v->u.items[1]->type == PICKLE_NONE;
	return r->absent ? 0 : result_i64(v->u.items[1], r->number, err);
}

/* A file that was closed for a fault is asked for again. */
static int
ask_gate(struct reading *r, const char *const *words, size_t n,
    result_read *read, struct error *err)
{
	struct ban_db *b = r->b;
	struct f2b *gate = b->gate;

	b->fault = BAN_DB_FINE;
	if (ask(gate, words, n, read, r, err) == 0)
		return 0;
	ban_db_close(b);
	return -1;
}

int
ban_db_open_gate(struct ban_db *b, struct f2b *gate, struct error *err)
{
	static const char *const WORDS[] = {"@history", "state"};
	struct reading r = {.b = b};

	if (b->gate == NULL)
		ban_db_close(b);
	b->gate = gate;
	return ask_gate(&r, WORDS, ARRAY_LEN(WORDS), read_state, err);
}

int
ban_db_gate_last(struct ban_db *b, int64_t *out, struct error *err)
{
	static const char *const WORDS[] = {"@history", "last"};
	struct reading r = {.b = b, .number = out};

	if (ask_gate(&r, WORDS, ARRAY_LEN(WORDS), read_number, err) < 0)
		return -1;
	return r.absent ? 0 : 1;
}

int
ban_db_gate_oldest(struct ban_db *b, int64_t *out, struct error *err)
{
	static const char *const WORDS[] = {"@history", "oldest"};
	struct reading r = {.b = b, .number = out};

	if (ask_gate(&r, WORDS, ARRAY_LEN(WORDS), read_number, err) < 0)
		return -1;
	return r.absent ? 0 : 1;
}

static int
no_room(const struct arena *a, struct error *err)
{
	if (!a->too_big)
		return err_nomem(err);
	return err_set(err, ERR_TOO_LARGE, MSG, "%s",
	    "the gate sent more bans than it should");
}

/* A text of the batch's own, as it is in fail2ban's database. */
static int
take_bytes(struct reading *r, const struct pickle_value *v, const char **out,
    struct error *err)
{
	char *to;

	if (v->type != PICKLE_BYTES || memchr(v->u.s, '\0', v->n) != NULL)
		return unexpected(v, err);
	to = arena_alloc(&r->out->memory, v->n + 1);
	if (to == NULL)
		return no_room(&r->out->memory, err);
	memcpy(to, v->u.s, v->n);
	*out = to;
	return 0;
}

/* (rowid, jail, id, banned_at, nth, ...) */
static int
take_key(struct reading *r, const struct pickle_value *v,
    struct ban_db_row *row, struct error *err)
{
	const struct pickle_value *const *part;

	if (v->type != PICKLE_TUPLE || (v->n != 5 && v->n != 9))
		return unexpected(v, err);
	part = v->u.items;
	if (result_i64(part[0], &row->rowid, err) < 0 ||
	    take_bytes(r, part[1], &row->jail, err) < 0 ||
	    take_bytes(r, part[2], &row->id, err) < 0 ||
	    result_i64(part[3], &row->banned_at, err) < 0)
		return -1;
	return result_i64(part[4], &row->nth, err);
}

static int
pieces_len(const struct pickle_value *v, size_t *len, struct error *err)
{
	*len = 0;
	if (v->type != PICKLE_LIST)
		return unexpected(v, err);
	for (size_t i = 0; i < v->n; i++) {
		if (v->u.items[i]->type != PICKLE_BYTES ||
		    v->u.items[i]->n > LIMIT_BAN_DATA_READ * 4 - *len)
			return unexpected(v, err);
		*len += v->u.items[i]->n;
	}
	return 0;
}

static int
take_data(struct reading *r, const struct pickle_value *v,
    struct ban_db_row *row, struct error *err)
{
	size_t used = 0;
	char *to;

	if (v->type == PICKLE_NONE)
		return 0;
	if (pieces_len(v, &row->data_len, err) < 0)
		return -1;
	to = arena_alloc(&r->out->memory, row->data_len + 1);
	if (to == NULL)
		return no_room(&r->out->memory, err);
	for (size_t i = 0; i < v->n; i++) {
		const struct pickle_value *piece = v->u.items[i];

		memcpy(to + used, piece->u.s, piece->n);
		used += piece->n;
	}
	row->data = to;
	return 0;
}

/* (..., bantime_s, ban_count, data_size, [pieces] or None) */
static int
take_row(struct reading *r, const struct pickle_value *v,
    struct ban_db_row *row, struct error *err)
{
	const struct pickle_value *const *part;
	int64_t size = 0;

	if (take_key(r, v, row, err) < 0)
		return -1;
	if (v->n != 9)
		return unexpected(v, err);
	part = v->u.items;
	if (result_i64(part[5], &row->bantime_s, err) < 0 ||
	    result_i64(part[6], &row->ban_count, err) < 0 ||
	    result_i64(part[7], &size, err) < 0)
		return -1;
	row->data_size = size > 0 ? (size_t)size : 0;
	return take_data(r, part[8], row, err);
}

typedef int take_one(struct reading *r, const struct pickle_value *v,
    struct ban_db_row *row, struct error *err);

static int
take_rows(struct reading *r, const struct pickle_value *v, size_t max,
    struct ban_db_rows *rows, take_one *take, struct error *err)
{
	if (v->type != PICKLE_LIST || v->n > max)
		return unexpected(v, err);
	rows->items =
	    arena_alloc(&r->out->memory, (v->n + 1) * sizeof *rows->items);
	if (rows->items == NULL)
		return no_room(&r->out->memory, err);
	for (; rows->n < v->n; rows->n++) {
		rows->items[rows->n] = (struct ban_db_row){0};
		if (take(r, v->u.items[rows->n], &rows->items[rows->n], err) <
		    0)
			return -1;
	}
	return 0;
}

static int
read_batch(void *into, const struct pickle_value *v, struct error *err)
{
	struct reading *r = into;
	const struct pickle_value *const *part;

	if (open_reply(r->b, v, 3, err) < 0)
		return -1;
	part = v->u.items;
	if (result_bool(part[1], &r->out->more, err) < 0 ||
	    take_rows(
		r, part[2], r->ask->n_known, &r->out->known, take_key, err) < 0)
		return -1;
	return take_rows(
	    r, part[3], r->ask->n_fresh, &r->out->fresh, take_row, err);
}

int
ban_db_gate_read(struct ban_db *b, const struct ban_db_ask *ask,
    struct ban_db_batch *out, struct error *err)
{
	AUTO(ban_db_batch_release)
	struct ban_db_batch batch = {.memory = ARENA_INIT(LIMIT_BAN_DB_GATE)};
	struct reading r = {.b = b, .ask = ask, .out = &batch};
	char number[4][NUMBER_SIZE];
	const char *const words[] = {
	    "@history", "read", number[0], number[1], number[2], number[3]};

	(void)snprintf(number[0], NUMBER_SIZE, "%" PRId64, ask->mark);
	(void)snprintf(number[1], NUMBER_SIZE, "%zu", ask->n_known);
	(void)snprintf(number[2], NUMBER_SIZE, "%zu", ask->n_fresh);
	(void)snprintf(number[3], NUMBER_SIZE, "%" PRId64, ask->high_at);
	if (ask_gate(&r, words, ARRAY_LEN(words), read_batch, err) < 0)
		return -1;
	*out = batch;
	batch = (struct ban_db_batch){0}; /* handed over */
	return 0;
}
