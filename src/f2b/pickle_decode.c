/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stack machine that pickle opcodes drive. REDUCE, NEWOBJ and BUILD make
 * data; nothing is ever called, looked up or imported.
 */
#include "f2b/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "f2b/pickle_make.h"
#include "f2b/pickle_memo.h"
#include "f2b/pickle_op.h"

enum { MARKS_MAX = 256 };

struct pickle {
	struct pickle_maker make;
	struct pickle_value *value;
};

struct machine {
	struct pickle_maker *make;
	struct memo memo;
	struct pickle_value **stack;
	size_t n, cap;
	size_t marks[MARKS_MAX]; /* height of the stack at each open MARK */
	size_t n_marks;
	size_t end; /* length of the text */
	struct pickle_value *value;
	const char *reason; /* of a refusal; NULL: no memory */
};

typedef int op_run(struct machine *m, const struct pickle_op *op);

static int
refuse(struct machine *m, const char *reason)
{
	m->reason = reason;
	return -1;
}

/* v NULL: making it failed, and the maker says why. */
static int
push(struct machine *m, struct pickle_value *v)
{
	if (v == NULL)
		return refuse(m, m->make->reason);
	if (m->n == m->cap) {
		size_t cap = m->cap * 2;
		struct pickle_value **stack;

		if (m->n >= LIMIT_PICKLE_VALUES)
			return refuse(m, "limit-values");
		stack = reallocarray(m->stack, cap, sizeof(*stack));
		if (stack == NULL)
			return refuse(m, NULL);
		m->stack = stack;
		m->cap = cap;
	}
	m->stack[m->n++] = v;
	return 0;
}

/* The n values on top, if so many lie above the last MARK; else NULL. */
static struct pickle_value **
top(struct machine *m, size_t n)
{
	size_t base = m->n_marks == 0 ? 0 : m->marks[m->n_marks - 1];

	if (m->n - base >= n)
		return m->stack + (m->n - n);
	(void)refuse(m, "stack-underflow");
	return NULL;
}

static struct pickle_value **
pop(struct machine *m, size_t n)
{
	struct pickle_value **v = top(m, n);

	if (v != NULL)
		m->n -= n;
	return v;
}

/* Take all above the last MARK, and the MARK. They stay where they are until
 * the next push. */
static struct pickle_value **
pop_mark(struct machine *m, size_t *n)
{
	size_t base;

	if (m->n_marks == 0) {
		(void)refuse(m, "no-mark");
		return NULL;
	}
	base = m->marks[--m->n_marks];
	*n = m->n - base;
	m->n = base;
	return m->stack + base;
}

static int
run_proto(struct machine *m, const struct pickle_op *op)
{
	if (op->at != 0)
		return refuse(m, "late-proto");
	if (op->u < PICKLE_PROTOCOL_MIN || op->u > PICKLE_PROTOCOL_MAX)
		return refuse(m, "protocol");
	return 0;
}

static int
run_frame(struct machine *m, const struct pickle_op *op)
{
	size_t behind = op->at + 1 + op->n;

	/* Frames only help a reader that buffers; the length must be true. */
	return op->u > m->end - behind ? refuse(m, "truncated") : 0;
}

static int
run_stop(struct machine *m, const struct pickle_op *op)
{
	struct pickle_value **v = pop(m, 1);

	(void)op;
	if (v == NULL)
		return -1;
	m->value = v[0];
	return m->n > 0 || m->n_marks > 0 ? refuse(m, "stack-left") : 0;
}

static int
run_mark(struct machine *m, const struct pickle_op *op)
{
	(void)op;
	if (m->n_marks == MARKS_MAX)
		return refuse(m, "limit-marks");
	m->marks[m->n_marks++] = m->n;
	return 0;
}

static int
run_none(struct machine *m, const struct pickle_op *op)
{
	(void)op;
	return push(m, make_plain(m->make, PICKLE_NONE));
}

static int
run_bool(struct machine *m, const struct pickle_op *op)
{
	return push(m, make_bool(m->make, op->code == OP_NEWTRUE));
}

static int
run_int(struct machine *m, const struct pickle_op *op)
{
	int64_t i = (int64_t)op->u;

	if (op->code == OP_BININT) /* the only one with a sign */
		i = (int32_t)op->u;
	return push(m, make_int(m->make, i));
}

static int
run_long(struct machine *m, const struct pickle_op *op)
{
	return push(m, make_long(m->make, op->arg, op->n));
}

/* The only number that is big endian. */
static int
run_float(struct machine *m, const struct pickle_op *op)
{
	uint64_t bits = __builtin_bswap64(op->u);
	double f;

	_Static_assert(sizeof f == sizeof bits, "IEEE 754 binary64");
	memcpy(&f, &bits, sizeof f);
	return push(m, make_float(m->make, f));
}

static int
run_str(struct machine *m, const struct pickle_op *op)
{
	return push(m, make_text(m->make, PICKLE_STR, op->arg, op->n));
}

static int
run_str_of_bytes(struct machine *m, const struct pickle_op *op)
{
	return push(m, make_str_of_bytes(m->make, op->arg, op->n));
}

static int
run_bytes(struct machine *m, const struct pickle_op *op)
{
	return push(m, make_text(m->make, PICKLE_BYTES, op->arg, op->n));
}

static int
run_empty(struct machine *m, const struct pickle_op *op)
{
	enum pickle_type type = op->code == OP_EMPTY_LIST   ? PICKLE_LIST
				: op->code == OP_EMPTY_DICT ? PICKLE_DICT
				: op->code == OP_EMPTY_SET  ? PICKLE_SET
							    : PICKLE_TUPLE;

	return push(m, make_container(m->make, type, NULL, 0));
}

static int
run_tuple_n(struct machine *m, const struct pickle_op *op)
{
	size_t n = op->code - (size_t)OP_TUPLE1 + 1;
	struct pickle_value **kids = pop(m, n);

	if (kids == NULL)
		return -1;
	return push(m, make_container(m->make, PICKLE_TUPLE, kids, n));
}

/* TUPLE, LIST, DICT, FROZENSET: of what lies above the MARK. */
static int
run_gather(struct machine *m, const struct pickle_op *op)
{
	enum pickle_type type = op->code == OP_LIST        ? PICKLE_LIST
				: op->code == OP_DICT      ? PICKLE_DICT
				: op->code == OP_FROZENSET ? PICKLE_SET
							   : PICKLE_TUPLE;
	size_t n = 0;
	struct pickle_value **kids = pop_mark(m, &n);

	if (kids == NULL)
		return -1;
	return push(m, make_container(m->make, type, kids, n));
}

static int
extend(struct machine *m, enum pickle_type type, struct pickle_value **kids,
    size_t n)
{
	struct pickle_value **into = kids == NULL ? NULL : top(m, 1);

	if (into == NULL)
		return -1;
	if ((*into)->type != type)
		return refuse(m, "type-mismatch");
	if (container_add(m->make, *into, kids, n) < 0)
		return refuse(m, m->make->reason);
	return 0;
}

static int
run_append(struct machine *m, const struct pickle_op *op)
{
	(void)op;
	return extend(m, PICKLE_LIST, pop(m, 1), 1);
}

static int
run_setitem(struct machine *m, const struct pickle_op *op)
{
	(void)op;
	return extend(m, PICKLE_DICT, pop(m, 2), 2);
}

/* APPENDS, SETITEMS, ADDITEMS: what lies above the MARK into what is below. */
static int
run_extend(struct machine *m, const struct pickle_op *op)
{
	enum pickle_type type = op->code == OP_APPENDS    ? PICKLE_LIST
				: op->code == OP_SETITEMS ? PICKLE_DICT
							  : PICKLE_SET;
	size_t n = 0;
	struct pickle_value **kids = pop_mark(m, &n);

	return extend(m, type, kids, n);
}

static int
run_put(struct machine *m, const struct pickle_op *op)
{
	struct pickle_value **v = top(m, 1);
	uint64_t index = op->code == OP_MEMOIZE ? m->memo.n : op->u;

	if (v == NULL)
		return -1;
	return memo_put(&m->memo, index, *v, &m->reason);
}

/* A list, dict, set or object comes once in every reply that was ever seen;
 * only through a second reference could a value contain itself. */
static int
run_get(struct machine *m, const struct pickle_op *op)
{
	struct pickle_value *v = memo_get(&m->memo, op->u);

	if (v == NULL)
		return refuse(m, "bad-memo");
	if (v->type == PICKLE_LIST || v->type == PICKLE_DICT ||
	    v->type == PICKLE_SET || v->type == PICKLE_OBJECT)
		return refuse(m, "shared-container");
	return push(m, v);
}

static int
push_global(
    struct machine *m, struct pickle_value *module, struct pickle_value *name)
{
	if (module == NULL || name == NULL)
		return refuse(m, m->make->reason);
	return push(m, make_global(m->make, module, name));
}

static int
run_global(struct machine *m, const struct pickle_op *op)
{
	const uint8_t *name = op->arg + op->line + 1;
	size_t n = op->n - op->line - 1;
	struct pickle_value *module =
	    make_text(m->make, PICKLE_STR, op->arg, op->line);

	if (module == NULL)
		return refuse(m, m->make->reason);
	return push_global(m, module, make_text(m->make, PICKLE_STR, name, n));
}

static int
run_stack_global(struct machine *m, const struct pickle_op *op)
{
	struct pickle_value **v = pop(m, 2);

	(void)op;
	return v == NULL ? -1 : push_global(m, v[0], v[1]);
}

static bool
is_any(const struct pickle_value *global, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(global->u.s, *names) == 0)
			return true;
	return false;
}

static bool
is_latin1_encode(
    const struct pickle_value *global, const struct pickle_value *args)
{
	return strcmp(global->u.s, "_codecs.encode") == 0 && args->n == 2 &&
	       args->u.items[0]->type == PICKLE_STR &&
	       args->u.items[1]->type == PICKLE_STR &&
	       strcmp(args->u.items[1]->u.s, "latin1") == 0;
}

/* What a call stands for. Four pure forms are understood, since servers write
 * addresses, sets and bytes so; any other is an object with its arguments. */
static struct pickle_value *
reduce(
    struct machine *m, struct pickle_value *global, struct pickle_value *args)
{
	static const char *const STR[] = {
	    "builtins.str", "__builtin__.str", "__builtin__.unicode", NULL};
	static const char *const SET[] = {"builtins.set", "__builtin__.set",
	    "builtins.frozenset", "__builtin__.frozenset", NULL};
	static const char *const BYTES[] = {
	    "builtins.bytes", "__builtin__.bytes", NULL};
	const struct pickle_value **a = args->u.items;

	if (args->n == 1 && a[0]->type == PICKLE_STR && is_any(global, STR))
		return make_same_text(m->make, a[0]);
	if (args->n == 1 && a[0]->type == PICKLE_LIST && is_any(global, SET))
		return make_set_of(m->make, a[0]);
	if (args->n == 0 && is_any(global, BYTES))
		return make_text(m->make, PICKLE_BYTES, NULL, 0);
	if (is_latin1_encode(global, args))
		return make_latin1(m->make, a[0]);
	return make_object(m->make, global, args);
}

static int
run_reduce(struct machine *m, const struct pickle_op *op)
{
	struct pickle_value **v = pop(m, 2);

	(void)op;
	if (v == NULL)
		return -1;
	if (v[0]->type != PICKLE_GLOBAL || v[1]->type != PICKLE_TUPLE)
		return refuse(m, "bad-reduce");
	return push(m, reduce(m, v[0], v[1]));
}

static int
run_newobj(struct machine *m, const struct pickle_op *op)
{
	struct pickle_value **v = pop(m, 2);

	(void)op;
	if (v == NULL)
		return -1;
	if (v[0]->type != PICKLE_GLOBAL || v[1]->type != PICKLE_TUPLE)
		return refuse(m, "bad-newobj");
	return push(m, make_object(m->make, v[0], v[1]));
}

static int
run_build(struct machine *m, const struct pickle_op *op)
{
	struct pickle_value **v = top(m, 2);

	(void)op;
	if (v == NULL)
		return -1;
	if (object_build(m->make, v[0], v[1]) < 0)
		return refuse(m, m->make->reason);
	m->n--;
	return 0;
}

/* clang-format off */
static op_run *const RUN[256] = {
	[OP_PROTO] = run_proto,
	[OP_FRAME] = run_frame,
	[OP_STOP] = run_stop,
	[OP_MARK] = run_mark,
	[OP_NONE] = run_none,
	[OP_NEWTRUE] = run_bool,
	[OP_NEWFALSE] = run_bool,
	[OP_BININT] = run_int,
	[OP_BININT1] = run_int,
	[OP_BININT2] = run_int,
	[OP_LONG1] = run_long,
	[OP_LONG4] = run_long,
	[OP_BINFLOAT] = run_float,
	[OP_SHORT_BINUNICODE] = run_str,
	[OP_BINUNICODE] = run_str,
	[OP_BINUNICODE8] = run_str,
	[OP_SHORT_BINSTRING] = run_str_of_bytes,
	[OP_BINSTRING] = run_str_of_bytes,
	[OP_SHORT_BINBYTES] = run_bytes,
	[OP_BINBYTES] = run_bytes,
	[OP_BINBYTES8] = run_bytes,
	[OP_BYTEARRAY8] = run_bytes,
	[OP_EMPTY_LIST] = run_empty,
	[OP_EMPTY_TUPLE] = run_empty,
	[OP_EMPTY_DICT] = run_empty,
	[OP_EMPTY_SET] = run_empty,
	[OP_TUPLE1] = run_tuple_n,
	[OP_TUPLE2] = run_tuple_n,
	[OP_TUPLE3] = run_tuple_n,
	[OP_TUPLE] = run_gather,
	[OP_LIST] = run_gather,
	[OP_DICT] = run_gather,
	[OP_FROZENSET] = run_gather,
	[OP_APPEND] = run_append,
	[OP_APPENDS] = run_extend,
	[OP_SETITEM] = run_setitem,
	[OP_SETITEMS] = run_extend,
	[OP_ADDITEMS] = run_extend,
	[OP_MEMOIZE] = run_put,
	[OP_BINPUT] = run_put,
	[OP_LONG_BINPUT] = run_put,
	[OP_BINGET] = run_get,
	[OP_LONG_BINGET] = run_get,
	[OP_GLOBAL] = run_global,
	[OP_STACK_GLOBAL] = run_stack_global,
	[OP_REDUCE] = run_reduce,
	[OP_NEWOBJ] = run_newobj,
	[OP_BUILD] = run_build,
};
/* clang-format on */

/* *pos ends behind STOP, or where it went wrong. */
static int
machine_run(struct machine *m, const uint8_t *data, size_t *pos)
{
	struct pickle_op op;

	do {
		int rc = pickle_op_next(data, m->end, pos, &op, &m->reason);

		if (rc == 0)
			return refuse(m, "truncated");
		if (rc < 0 || RUN[op.code](m, &op) < 0)
			return -1;
	} while (op.code != OP_STOP);
	return 0;
}

/* The stack is never NULL: a MARK on an empty one is a place as well. */
static int
machine_init(struct machine *m, struct pickle_maker *make, size_t len)
{
	memo_init(&m->memo);
	m->make = make;
	m->end = len;
	m->cap = 64;
	m->stack = calloc(m->cap, sizeof(*m->stack));
	return m->stack == NULL ? -1 : 0;
}

static void
machine_release(struct machine *m)
{
	memo_release(&m->memo);
	free(m->stack);
}

static int
refused(struct error *err, const char *reason, size_t at)
{
	return err_set(err, ERR_F2B_PROTOCOL,
	    "fail2ban gave an answer that could not be read. Try again.",
	    "%s at %zu", reason, at);
}

int
pickle_decode(struct pickle **out, const void *data, size_t len, size_t *used,
    struct error *err)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	AUTO(machine_release) struct machine m = {0};
	size_t pos = 0;

	if (len > LIMIT_PICKLE_BYTES)
		return refused(err, "limit-input", 0);
	p = calloc(1, sizeof *p);
	if (p == NULL || machine_init(&m, &p->make, len) < 0)
		return err_nomem(err);
	p->make.arena = (struct arena)ARENA_INIT(LIMIT_PICKLE_MEMORY);
	if (machine_run(&m, data, &pos) < 0)
		return m.reason == NULL ? err_nomem(err)
					: refused(err, m.reason, pos);
	p->value = m.value;
	*used = pos;
	*out = STEAL(p);
	return 0;
}

int
pickle_scan(const void *data, size_t len, size_t *pos, struct error *err)
{
	const char *reason = "";
	struct pickle_op op = {0};
	int rc = 1;

	while (rc == 1 && op.code != OP_STOP)
		rc = pickle_op_next(data, len, pos, &op, &reason);
	return rc < 0 ? refused(err, reason, *pos) : rc;
}

void
pickle_free(struct pickle *p)
{
	if (p == NULL)
		return;
	arena_release(&p->make.arena);
	free(p);
}

void
pickle_freep(struct pickle **p)
{
	pickle_free(*p);
	*p = NULL;
}

const struct pickle_value *
pickle_value(const struct pickle *p)
{
	return p->value;
}
