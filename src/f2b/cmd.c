/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/cmd.h"

#include <stdlib.h>

#include "base/error.h"
#include "f2b/ask.h"
#include "f2b/pickle.h"
#include "f2b/policy.h"
#include "f2b/result.h"
#include "f2b/wire.h"

int
f2b_new(struct f2b **out, const char *socket_path, struct error *err)
{
	AUTO(f2b_freep) struct f2b *f = calloc(1, sizeof *f);

	if (f == NULL)
		return err_nomem(err);
	if (wire_new(&f->wire, socket_path, err) < 0)
		return -1;
	*out = STEAL(f);
	return 0;
}

void
f2b_free(struct f2b *f)
{
	if (f == NULL)
		return;
	wire_free(f->wire);
	free(f);
}

int
f2b_share(struct f2b *f, const char *path, unsigned places, struct error *err)
{
	return wire_share(f->wire, path, places, err);
}

void
f2b_greets(struct f2b *f, enum policy_level direct_level)
{
	f->greets = true;
	wire_greets(f->wire, direct_level);
}

static void
peer_fill(struct f2b_peer *out, const struct wire_peer *p)
{
	*out = (struct f2b_peer){p->known, p->gate, p->level};
}

int
f2b_peer_get(struct f2b *f, struct f2b_peer *out, struct error *err)
{
	struct wire_peer p;

	if (wire_peer(f->wire, &p, err) < 0)
		return -1;
	peer_fill(out, &p);
	return 0;
}

void
f2b_peer_last(const struct f2b *f, struct f2b_peer *out)
{
	peer_fill(out, wire_last_peer(f->wire));
}

void
f2b_freep(struct f2b **f)
{
	f2b_free(*f);
	*f = NULL;
}

int
ask_check_jail(const char *jail, struct error *err)
{
	if (policy_is_jail(jail))
		return 0;
	return err_set(err, ERR_JAIL_NOT_FOUND,
	    "There is no such jail. It may have been removed.", "%s",
	    "a name outside the grammar");
}

/* What fail2ban says for people: the first argument of its exception. */
static const char *
words_of(const struct pickle_value *exception)
{
	const struct pickle_value *args = exception->u.object.args;

	if (args->n > 0 && args->u.items[0]->type == PICKLE_STR)
		return args->u.items[0]->u.s;
	return "";
}

int
ask_refused(const struct pickle_value *e, struct error *err)
{
	if (e->type != PICKLE_OBJECT)
		return err_set(err, ERR_F2B_REFUSED,
		    "fail2ban refused this. Its log may say why.", "%s",
		    e->type == PICKLE_STR ? e->u.s : "no exception");
	if (str_eq(
		e->u.object.name, "fail2ban.exceptions.UnknownJailException"))
		return err_set(err, ERR_JAIL_NOT_FOUND,
		    "There is no such jail. It may have been removed.",
		    "fail2ban knows no jail %s", words_of(e));
	return err_set(err, ERR_F2B_REFUSED,
	    "fail2ban refused this. Its log may say why.", "%s: %s",
	    e->u.object.name, words_of(e));
}

struct asked {
	result_read *read;
	void *out;
};

static int
take_result(void *ctx, const struct wire_reply *reply, struct error *err)
{
	const struct asked *a = ctx;

	if (!reply->done)
		return ask_refused(reply->value, err);
	return a->read(a->out, reply->value, err);
}

int
ask(struct f2b *f, const char *const *words, size_t n, result_read *read,
    void *out, struct error *err)
{
	struct asked a = {read, out};
	const struct wire_request request = {words, n};

	return wire_call(f->wire, &request, 1, take_result, &a, err);
}
