/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate_request.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "f2b/pickle_op.h"

/* What may follow: PROTO [FRAME] EMPTY_LIST, then MARK words APPENDS or one
 * word APPEND or nothing, then STOP; MEMOIZE and its kin, behind the list or a
 * word, say nothing. */
enum place { AT_PROTO, AT_LIST, AT_BODY, AT_WORDS, AT_WORD, AT_STOP, AT_END };

struct reader {
	struct gate_request *r;
	size_t len; /* of the request */
	enum place place;
	size_t used; /* bytes of r->text */
};

/* Each word is at least two bytes shorter than what it is written in, so the
 * text of all has room, with their NULs. */
static const char *
add_word(struct reader *rd, const struct pickle_op *op)
{
	struct gate_request *r = rd->r;
	char *to = r->text + rd->used;

	if (r->n == POLICY_WORDS_MAX)
		return "too many words";
	if (op->n >= sizeof r->text - rd->used)
		return "too many bytes";
	if (memchr(op->arg, '\0', op->n) != NULL)
		return "NUL in a word";
	if (!str_is_utf8((const char *)op->arg, op->n))
		return "a word that is no text";
	memcpy(to, op->arg, op->n);
	to[op->n] = '\0';
	rd->used += op->n + 1;
	r->words[r->n++] = to;
	return NULL;
}

/* From one place to the next; NULL, or why not. */
static const char *
move(struct reader *rd, enum place from, enum place to)
{
	if (rd->place != from)
		return "not a list of words";
	rd->place = to;
	return NULL;
}

static const char *
take_word(struct reader *rd, const struct pickle_op *op)
{
	if (rd->place == AT_BODY)
		rd->place = AT_WORD;
	else if (rd->place != AT_WORDS)
		return "not a list of words";
	return add_word(rd, op);
}

static const char *
take_proto(struct reader *rd, const struct pickle_op *op)
{
	if (op->u < PICKLE_PROTOCOL_MIN || op->u > PICKLE_PROTOCOL_MAX)
		return "an unknown protocol";
	return move(rd, AT_PROTO, AT_LIST);
}

/* Frames only help a reader that buffers; the length must be true. */
static const char *
take_frame(const struct reader *rd, const struct pickle_op *op)
{
	if (rd->place == AT_PROTO)
		return "no PROTO";
	return op->u > rd->len - (op->at + 1 + op->n) ? "truncated" : NULL;
}

/* Nothing is ever fetched from the memo, but each index must be one. */
static const char *
take_memo(const struct reader *rd, const struct pickle_op *op)
{
	if (op->u >= LIMIT_PICKLE_VALUES)
		return "too much to remember";
	if (rd->place == AT_BODY || rd->place == AT_WORD ||
	    (rd->place == AT_WORDS && rd->r->n > 0))
		return NULL;
	return "nothing to remember";
}

/* NULL, or why this opcode has no place here. */
static const char *
take(struct reader *rd, const struct pickle_op *op)
{
	switch (op->code) {
	case OP_PROTO:
		return take_proto(rd, op);
	case OP_FRAME:
		return take_frame(rd, op);
	case OP_MEMOIZE:
	case OP_BINPUT:
	case OP_LONG_BINPUT:
		return take_memo(rd, op);
	case OP_EMPTY_LIST:
		return move(rd, AT_LIST, AT_BODY);
	case OP_MARK:
		return move(rd, AT_BODY, AT_WORDS);
	case OP_SHORT_BINUNICODE:
	case OP_BINUNICODE:
		return take_word(rd, op);
	case OP_APPENDS:
		return move(rd, AT_WORDS, AT_STOP);
	case OP_APPEND:
		return move(rd, AT_WORD, AT_STOP);
	case OP_STOP:
		return move(rd, AT_STOP, AT_END);
	default:
		return "an opcode that no request needs";
	}
}

int
gate_request_read(
    struct gate_request *r, const void *data, size_t len, struct error *err)
{
	struct reader rd = {.r = r, .len = len};
	const char *why = NULL;
	struct pickle_op op = {0};
	size_t pos = 0;

	r->n = 0;
	while (why == NULL && rd.place != AT_END) {
		const char *reason = "truncated";

		if (pickle_op_next(data, len, &pos, &op, &reason) <= 0)
			why = reason;
		else
			why = take(&rd, &op);
	}
	if (why == NULL && pos != len)
		why = "something behind it";
	if (why == NULL)
		return 0;
	return err_set(err, ERR_INVALID,
	    "fail2ban is never asked for this. Check the jail and addresses.",
	    "no request: %s at %zu", why, pos);
}
