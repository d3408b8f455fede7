/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/cmd_conf.h"

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "f2b/ask.h"
#include "f2b/cmd.h"
#include "f2b/gate_op.h"
#include "f2b/pickle.h"
#include "f2b/pickle_write.h"
#include "f2b/result.h"

void
f2b_files(
    struct f2b *f, const struct conf_place *place, enum policy_level level)
{
	f->place = place == NULL ? NULL : &f->room;
	if (place != NULL)
		f->room = *place;
	f->level = level;
}

/* As the gate does it: the same row, the same function, the same reply. */
static int
do_here(struct f2b *f, const char *const *words, size_t n, result_read *read,
    void *out, struct error *err)
{
	struct gate_ctx ctx = {.level = f->level, .f2b = f, .place = f->place};
	AUTO(buf_release) struct buf reply = BUF_INIT(LIMIT_PICKLE_BYTES);
	AUTO(pickle_freep) struct pickle *p = NULL;
	const struct policy_row *row = NULL;
	size_t used = 0;

	if (policy_check(words, n, &row, err) < 0 ||
	    policy_allow(row, f->level, err) < 0)
		return -1;
	pickle_put_begin(&reply);
	if (gate_op_run(&ctx, row, words, n, &reply, err) < 0 ||
	    pickle_put_end(&reply, err) < 0 ||
	    pickle_decode(&p, reply.data, reply.len, &used, err) < 0)
		return -1;
	/* (0, value): we have written it ourselves */
	return read(out, pickle_value(p)->u.items[1], err);
}

/* A gate does it if there is one, whatever files are at hand here. */
static int
ask_gate(struct f2b *f, const char *const *words, size_t n, result_read *read,
    void *out, struct error *err)
{
	struct f2b_peer peer = {.gate = f->place == NULL};

	if (f->place != NULL && f->greets && f2b_peer_get(f, &peer, err) < 0)
		return -1;
	return peer.gate ? ask(f, words, n, read, out, err)
			 : do_here(f, words, n, read, out, err);
}

/* --- what comes back ------------------------------------------------------ */

static bool
is_tuple_of(const struct pickle_value *v, size_t n)
{
	return v->type == PICKLE_TUPLE && v->n == n;
}

static int
read_issue(
    struct conf_issues *l, const struct pickle_value *v, struct error *err)
{
	AUTO(str_list_release) struct str_list texts = STR_LIST_INIT;
	struct pickle_value pair = {.type = PICKLE_LIST, .n = 2};
	int64_t severity = 0;

	if (!is_tuple_of(v, 3))
		return result_unexpected(v, "an issue", err);
	pair.u.items = v->u.items + 1;
	if (result_i64(v->u.items[0], &severity, err) < 0 ||
	    result_texts(&pair, &texts, err) < 0)
		return -1;
	return conf_issues_add(l,
	    severity == CONF_WARNING ? CONF_WARNING : CONF_ERROR,
	    texts.items[0], texts.items[1], err);
}

static int
read_issues(void *out, const struct pickle_value *v, struct error *err)
{
	if (v->type != PICKLE_LIST)
		return result_unexpected(v, "issues", err);
	for (size_t i = 0; i < v->n; i++)
		if (read_issue(out, v->u.items[i], err) < 0)
			return -1;
	return 0;
}

static int
read_tested(void *out, const struct pickle_value *v, struct error *err)
{
	struct conf_tested *t = out;

	if (!is_tuple_of(v, 2))
		return result_unexpected(v, "a test's result", err);
	if (read_issues(&t->issues, v->u.items[0], err) < 0)
		return -1;
	return result_texts(v->u.items[1], &t->jails, err);
}

static int
read_reloaded(void *out, const struct pickle_value *v, struct error *err)
{
	struct reloaded *r = out;

	if (!is_tuple_of(v, 5))
		return result_unexpected(v, "a reload's result", err);
	if (result_bool(v->u.items[0], &r->done, err) < 0 ||
	    read_issues(&r->issues, v->u.items[1], err) < 0 ||
	    result_texts(v->u.items[2], &r->before, err) < 0 ||
	    result_texts(v->u.items[3], &r->after, err) < 0)
		return -1;
	return result_texts(v->u.items[4], &r->lost, err);
}

static int
read_bytes(void *out, const struct pickle_value *v, struct error *err)
{
	if (v->type != PICKLE_BYTES || v->n > LIMIT_TAIL_BYTES)
		return result_unexpected(v, "the end of a log", err);
	buf_add(out, v->u.s, v->n);
	return buf_check(out, err);
}

/* --- what is asked -------------------------------------------------------- */

enum { WORDS_MAX = 1 + LIMIT_CONF_CHANGES * CONF_CHANGE_WORDS };

/* The words of a request, and the names of files that they point to. */
struct request {
	const char *words[WORDS_MAX];
	size_t n;
	char files[LIMIT_CONF_CHANGES]
		  [sizeof("filter.d/") + sizeof(((struct conf_file *)0)->name)];
};

static void
make_request(
    struct request *r, const char *op, const struct conf_changes *changes)
{
	r->n = 0;
	r->words[r->n++] = op;
	for (size_t i = 0; i < changes->n; i++) {
		const struct conf_change *c = &changes->items[i];

		(void)snprintf(r->files[i], sizeof r->files[i], "%s/%s",
		    conf_dir_name(c->file.dir), c->file.name);
		r->words[r->n++] = r->files[i];
		r->words[r->n++] = c->expected;
		r->words[r->n++] = c->remove ? "remove" : "write";
		r->words[r->n++] = c->text;
	}
}

int
f2b_conf_test(struct f2b *f, const struct conf_changes *changes,
    struct conf_tested *out, struct error *err)
{
	AUTO(conf_tested_release)
	struct conf_tested t = {.issues = CONF_ISSUES_INIT};
	struct request r;

	make_request(&r, "@test", changes);
	if (ask_gate(f, r.words, r.n, read_tested, &t, err) < 0)
		return -1;
	*out = t;
	t = (struct conf_tested){.issues = CONF_ISSUES_INIT};
	return 0;
}

int
f2b_conf_commit(struct f2b *f, const struct conf_changes *changes,
    struct conf_issues *refused, struct error *err)
{
	AUTO(conf_issues_release) struct conf_issues l = CONF_ISSUES_INIT;
	struct request r;

	make_request(&r, "@commit", changes);
	if (ask_gate(f, r.words, r.n, read_issues, &l, err) < 0)
		return -1;
	*refused = l;
	l = (struct conf_issues)CONF_ISSUES_INIT;
	return 0;
}

int
f2b_reload(
    struct f2b *f, const char *jail, struct reloaded *out, struct error *err)
{
	const char *const words[] = {"@reload", jail};
	AUTO(reloaded_release)
	struct reloaded r = {.issues = CONF_ISSUES_INIT};

	if (jail != NULL && ask_check_jail(jail, err) < 0)
		return -1;
	if (ask_gate(f, words, jail == NULL ? 1 : 2, read_reloaded, &r, err) <
	    0)
		return -1;
	*out = r;
	r = (struct reloaded){.issues = CONF_ISSUES_INIT};
	return 0;
}

int
f2b_log_tail(struct f2b *f, const char *which, size_t bytes, struct buf *out,
    struct error *err)
{
	char number[sizeof("18446744073709551615")];
	const char *const words[] = {"@tail", which, number};

	(void)snprintf(number, sizeof number, "%zu", bytes);
	return ask_gate(f, words, ARRAY_LEN(words), read_bytes, out, err);
}
