/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The operations on fail2ban's files: what they answer. */
#include "f2b/gate_op.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/str.h"
#include "f2b/commit.h"
#include "f2b/conf_change.h"
#include "f2b/conf_place.h"
#include "f2b/conf_test.h"
#include "f2b/pickle_write.h"
#include "f2b/reload.h"
#include "f2b/tail.h"

static void
put_issues(struct buf *reply, const struct conf_issues *l)
{
	pickle_put_open(reply, PICKLE_LIST);
	for (size_t i = 0; i < l->n; i++) {
		pickle_put_open(reply, PICKLE_TUPLE);
		pickle_put_i64(reply, (int64_t)l->items[i].severity);
		pickle_put_str(reply, l->items[i].where);
		pickle_put_str(reply, l->items[i].text);
		pickle_put_close(reply, PICKLE_TUPLE);
	}
	pickle_put_close(reply, PICKLE_LIST);
}

static void
put_names(struct buf *reply, const struct str_list *l)
{
	pickle_put_open(reply, PICKLE_LIST);
	for (size_t i = 0; i < l->n; i++)
		pickle_put_str(reply, l->items[i]);
	pickle_put_close(reply, PICKLE_LIST);
}

/* Without it nothing can be done to files. */
static int
check_place(const struct gate_ctx *ctx, struct error *err)
{
	if (ctx->place != NULL)
		return 0;
	return err_set(err, ERR_INTERNAL,
	    "Something went wrong here. See the log of BanGUI.", "%s",
	    "nobody has said where fail2ban's files are");
}

int
gate_op_reload(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	AUTO(reloaded_release)
	struct reloaded r = {.issues = CONF_ISSUES_INIT};

	if (check_place(ctx, err) < 0 ||
	    reload(ctx->f2b, ctx->place, n > 1 ? words[1] : NULL, &r, err) < 0)
		return -1;
	pickle_put_open(reply, PICKLE_TUPLE);
	pickle_put_bool(reply, r.done);
	put_issues(reply, &r.issues);
	put_names(reply, &r.before);
	put_names(reply, &r.after);
	put_names(reply, &r.lost);
	pickle_put_close(reply, PICKLE_TUPLE);
	return 0;
}

/* The changes of the words. 1 they may be, 0 not: the issues say why. */
static int
take_changes(const struct gate_ctx *ctx, const char *const *words, size_t n,
    struct conf_changes *c, struct conf_issues *issues, struct error *err)
{
	struct error why = ERROR_INIT;

	if (check_place(ctx, err) < 0)
		return -1;
	if (conf_changes_read(words, n, c, &why) == 0) {
		if (ctx->level == POLICY_FULL)
			return 1;
		if (conf_changes_need_full(c))
			return policy_refuse(POLICY_FULL, "action.d", err);
		if (conf_changes_check(
			c, ctx->place->dir, ctx->place->log_dirs, &why) == 0)
			return 1;
	}
	if (why.code != ERR_INVALID) {
		*err = why;
		return -1;
	}
	return conf_issues_of(issues, &why, err);
}

int
gate_op_test(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	AUTO(conf_tested_release)
	struct conf_tested t = {.issues = CONF_ISSUES_INIT};
	struct conf_changes c = {.n = 0};
	int rc = take_changes(ctx, words + 1, n - 1, &c, &t.issues, err);

	if (rc < 0)
		return -1;
	if (rc == 1 && conf_test(ctx->place, &c, NULL, &t, err) < 0)
		return -1;
	pickle_put_open(reply, PICKLE_TUPLE);
	put_issues(reply, &t.issues);
	put_names(reply, &t.jails);
	pickle_put_close(reply, PICKLE_TUPLE);
	return 0;
}

int
gate_op_commit(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	AUTO(conf_issues_release) struct conf_issues issues = CONF_ISSUES_INIT;
	struct conf_changes c = {.n = 0};
	int rc = take_changes(ctx, words + 1, n - 1, &c, &issues, err);

	if (rc < 0)
		return -1;
	if (rc == 1 && commit(ctx->place->dir, &c, err) < 0)
		return -1;
	put_issues(reply, &issues);
	return 0;
}

int
gate_op_tail(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_TAIL_BYTES);
	int64_t bytes = 0;

	(void)n; /* the row has three words, and a number as the last */
	if (!num_parse_i64(
		words[2], strlen(words[2]), 1, LIMIT_TAIL_BYTES, &bytes))
		bytes = 1;
	if (tail_read(ctx->f2b, words[1], (size_t)bytes, &text, err) < 0)
		return -1;
	pickle_put_bytes(reply, buf_str(&text), text.len);
	return 0;
}
