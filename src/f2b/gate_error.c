/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate_error.h"

#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/commit.h"
#include "f2b/conf_copy.h"
#include "f2b/pickle.h"
#include "f2b/pickle_write.h"
#include "f2b/result.h"
#include "f2b/run.h"
#include "f2b/tail.h"

/* The class that stands for all: every client of Python has it. */
#define CLASS_ON_WIRE "builtins\nRuntimeError\n"
#define CLASS "builtins.RuntimeError"
#define MARK "bangui-gate" /* the first argument of ours */

enum { ARG_MARK, ARG_NAME, ARG_RETRY, ARG_DETAIL, ARG__MAX };

struct travelling {
	const char *name; /* never changes: versions may differ */
	enum err_code code;
	const char *message;
};

/* clang-format off */
static const struct travelling ERRORS[] = {
	{ "internal", ERR_INTERNAL,
	  "Something went wrong here. See the log of BanGUI." },
	{ "invalid", ERR_INVALID,
	  "fail2ban is never asked for this. Check the jail and addresses." },
	{ "needs-operate", ERR_FEATURE, GATE_NEEDS_OPERATE },
	{ "needs-configure", ERR_FEATURE, GATE_NEEDS_CONFIGURE },
	{ "needs-full", ERR_FEATURE, GATE_NEEDS_FULL },
	{ "fail2ban-down", ERR_F2B_DOWN,
	  "fail2ban cannot be reached. Check that it is running." },
	{ "fail2ban-timeout", ERR_F2B_TIMEOUT,
	  "fail2ban did not answer in time. Try again in a moment." },
	{ "fail2ban-protocol", ERR_F2B_PROTOCOL,
	  "fail2ban gave an answer that could not be read. Try again." },
	{ "fail2ban-refused", ERR_F2B_REFUSED,
	  "fail2ban refused this. Its log may say why." },
	{ "no-memory", ERR_NOMEM,
	  "The server is short of memory. Try again in a moment." },
	{ "too-large", ERR_TOO_LARGE,
	  "This is more than can be handled at once. Ask for less." },
	{ "program-absent", ERR_F2B_DOWN, RUN_ABSENT },
	{ "program-slow", ERR_F2B_TIMEOUT, RUN_SLOW },
	{ "changed-meanwhile", ERR_PRECONDITION, COMMIT_CHANGED },
	{ "disk-full", ERR_DB_FULL, COMMIT_FULL },
	{ "configuration-odd", ERR_CONFLICT, CONF_COPY_ODD },
	{ "log-odd", ERR_CONFLICT, TAIL_ODD },
	{ "log-no-file", ERR_CONFLICT, TAIL_NO_FILE },
	{ "log-unknown", ERR_NOT_FOUND, TAIL_UNKNOWN },
	{ "busy", ERR_OVERLOADED, GATE_BUSY },
	{ "denied", ERR_F2B_DOWN, GATE_DENIED },
};
/* clang-format on */

static const struct travelling *
find(const struct error *error)
{
	const struct travelling *first = NULL;

	for (size_t i = 0; i < ARRAY_LEN(ERRORS); i++) {
		const struct travelling *t = &ERRORS[i];

		if (t->code != error->code)
			continue;
		if (str_eq(t->message, error->message))
			return t;
		if (first == NULL)
			first = t;
	}
	return first != NULL ? first : &ERRORS[0];
}

int
gate_error_put(struct buf *out, const struct error *error, struct error *err)
{
	pickle_put_begin_failure(out, CLASS_ON_WIRE);
	pickle_put_str(out, MARK);
	pickle_put_str(out, find(error)->name);
	pickle_put_i64(out, error->retry_after_s);
	/* whatever bytes it holds: it is for a log */
	pickle_put_bytes(out, error->detail, strlen(error->detail));
	return pickle_put_end_failure(out, err);
}

static bool
is_ours(const struct pickle_value *e)
{
	const struct pickle_value *args;

	if (e->type != PICKLE_OBJECT || !str_eq(e->u.object.name, CLASS))
		return false;
	args = e->u.object.args;
	return args->n == ARG__MAX &&
	       result_is_text(args->u.items[ARG_MARK], MARK) &&
	       args->u.items[ARG_NAME]->type == PICKLE_STR &&
	       args->u.items[ARG_RETRY]->type == PICKLE_INT &&
	       args->u.items[ARG_DETAIL]->type == PICKLE_BYTES;
}

bool
gate_error_read(const struct pickle_value *exception, struct error *error)
{
	const struct travelling *t = &ERRORS[0];
	const struct pickle_value **args;
	int64_t retry_s;

	if (!is_ours(exception))
		return false;
	args = exception->u.object.args->u.items;
	for (size_t i = 0; i < ARRAY_LEN(ERRORS); i++)
		if (result_is_text(args[ARG_NAME], ERRORS[i].name))
			t = &ERRORS[i];
	err_set_at(error, __func__, t->code, t->message, "gate: %.*s",
	    (int)args[ARG_DETAIL]->n, args[ARG_DETAIL]->u.s);
	retry_s = args[ARG_RETRY]->u.i;
	if (retry_s > 0 && retry_s <= LIMIT_F2B_FAILFAST_MS / 1000)
		error->retry_after_s = (int)retry_s;
	return true;
}
