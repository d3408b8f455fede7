/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bans: listing, making, lifting. */
#include "f2b/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/num.h"
#include "base/time.h"
#include "f2b/ask.h"
#include "f2b/pickle.h"
#include "f2b/policy.h"
#include "f2b/result.h"

/* "2026-11-24 02:26:50", "9999-12-31 23:59:59": no later time has a text. */
enum { TIME_LEN = 19 };
#define FAR_FUTURE INT64_C(253402300799)

void
f2b_ban_list_release(struct f2b_ban_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->items[i].id);
	free(l->items);
	*l = (struct f2b_ban_list){0};
}

/* Texts of one minute differ in their seconds alone: the calendar is asked
 * once a minute, not once a ban. */
struct minute {
	char text[TIME_LEN - 2]; /* "2026-11-24 02:26:" */
	int64_t start;
	bool known;
};

static bool
parse_time(const char *s, struct minute *m, int64_t *out)
{
	int64_t second;

	if (!num_parse_i64(s + TIME_LEN - 1, 1, 0, 9, &second) ||
	    s[TIME_LEN - 2] < '0' || s[TIME_LEN - 2] > '5')
		return false;
	second += (int64_t)(s[TIME_LEN - 2] - '0') * 10;
	if (m->known && memcmp(m->text, s, sizeof m->text) == 0) {
		*out = m->start + second;
		return true;
	}
	if (!time_parse_local(s, TIME_LEN, out))
		return false;
	memcpy(m->text, s, sizeof m->text);
	m->start = *out - second;
	m->known = true;
	return true;
}

/* Whole seconds of "600", "600.5" or "-1". A number past 64 bits, or with an
 * exponent, is longer than any time that has a text. */
static int64_t
parse_seconds(const char *s, size_t n)
{
	const char *dot = memchr(s, '.', n);
	int64_t v = FAR_FUTURE;

	if (dot != NULL && memchr(s, 'e', n) == NULL)
		n = (size_t)(dot - s);
	if (!num_parse_i64(s, n, -1, FAR_FUTURE, &v))
		v = FAR_FUTURE;
	return v;
}

/* "START + SECONDS = END" */
static bool
parse_span(const char *s, size_t n, struct minute *m, struct f2b_ban *b)
{
	const char *seconds = s + TIME_LEN + 3;
	const char *equals;

	if (n < TIME_LEN + 3 || memcmp(s + TIME_LEN, " + ", 3) != 0 ||
	    !parse_time(s, m, &b->banned_at))
		return false;
	n -= TIME_LEN + 3;
	equals = memmem(seconds, n, " = ", 3);
	if (equals == NULL || equals == seconds)
		return false;
	b->bantime_s = parse_seconds(seconds, (size_t)(equals - seconds));
	if (b->bantime_s < 0)
		b->expires_at = -1;
	else if (b->bantime_s > FAR_FUTURE - b->banned_at)
		b->expires_at = FAR_FUTURE;
	else
		b->expires_at = b->banned_at + b->bantime_s;
	return true;
}

/* "ID \tSTART + SECONDS = END". An id may hold anything, tabs as well; what
 * is behind the last one is fail2ban's. */
static int
read_ban(struct f2b_ban *b, const struct pickle_value *v, struct minute *m,
    struct error *err)
{
	const char *tab =
	    v->type == PICKLE_STR ? memrchr(v->u.s, '\t', v->n) : NULL;
	struct pickle_value id = {.type = PICKLE_STR};

	if (tab == NULL || tab == v->u.s || tab[-1] != ' ' ||
	    !parse_span(tab + 1, v->n - (size_t)(tab + 1 - v->u.s), m, b))
		return result_unexpected(v, "a ban with its time", err);
	id.u.s = v->u.s;
	id.n = (size_t)(tab - 1 - v->u.s);
	b->is_addr = addr_parse_net(id.u.s, id.n, &b->addr);
	return result_text(&id, &b->id, err);
}

static int
read_bans(void *out, const struct pickle_value *v, struct error *err)
{
	struct f2b_ban_list *l = out;
	struct minute minute = {.known = false};

	if (v->type != PICKLE_LIST)
		return result_unexpected(v, "a list of bans", err);
	l->items = calloc(v->n + 1, sizeof *l->items);
	if (l->items == NULL)
		return err_nomem(err);
	for (; l->n < v->n; l->n++)
		if (read_ban(&l->items[l->n], v->u.items[l->n], &minute, err) <
		    0)
			return -1;
	return 0;
}

int
f2b_jail_bans(struct f2b *f, const char *jail, struct f2b_ban_list *out,
    struct error *err)
{
	const char *const words[] = {"get", jail, "banip", "--with-time"};
	AUTO(f2b_ban_list_release) struct f2b_ban_list l = {0};

	if (ask_check_jail(jail, err) < 0 ||
	    ask(f, words, ARRAY_LEN(words), read_bans, &l, err) < 0)
		return -1;
	*out = l;
	l = (struct f2b_ban_list){0}; /* handed over */
	return 0;
}

static int
read_count(void *out, const struct pickle_value *v, struct error *err)
{
	return result_i64(v, out, err);
}

/* Words of a request that ends in addresses. */
struct addressed {
	const char **words;
	char (*texts)[ADDR_TEXT_SIZE];
	size_t n;
};

static void
addressed_release(struct addressed *a)
{
	free(a->words);
	free(a->texts);
}

/* head is what stands before the addresses. */
static int
address(struct addressed *a, const char *const *head, size_t n_head,
    const struct addr *addrs, size_t n, struct error *err)
{
	if (n == 0 || n > LIMIT_BAN_IPS)
		return err_set(err, ERR_INVALID,
		    "Give at least one address, and not too many at once.",
		    "%zu addresses", n);
	a->words = calloc(n_head + n, sizeof *a->words);
	a->texts = calloc(n, sizeof *a->texts);
	if (a->words == NULL || a->texts == NULL)
		return err_nomem(err);
	memcpy(a->words, head, n_head * sizeof *a->words);
	for (size_t i = 0; i < n; i++) {
		addr_format(&addrs[i], a->texts[i]);
		a->words[n_head + i] = a->texts[i];
	}
	a->n = n_head + n;
	return 0;
}

int
f2b_ban(struct f2b *f, const char *jail, const struct addr *addrs, size_t n,
    int64_t *n_new, struct error *err)
{
	const char *const head[] = {"set", jail, "banip"};
	AUTO(addressed_release) struct addressed a = {0};

	if (ask_check_jail(jail, err) < 0 ||
	    address(&a, head, ARRAY_LEN(head), addrs, n, err) < 0)
		return -1;
	return ask(f, a.words, a.n, read_count, n_new, err);
}

int
f2b_unban(struct f2b *f, const char *jail, const struct addr *addrs, size_t n,
    int64_t *n_lifted, struct error *err)
{
	const char *const head[] = {"set", jail, "unbanip"};
	AUTO(addressed_release) struct addressed a = {0};

	if (ask_check_jail(jail, err) < 0 ||
	    address(&a, head, ARRAY_LEN(head), addrs, n, err) < 0)
		return -1;
	return ask(f, a.words, a.n, read_count, n_lifted, err);
}

int
f2b_unban_everywhere(struct f2b *f, const struct addr *addrs, size_t n,
    int64_t *n_lifted, struct error *err)
{
	static const char *const HEAD[] = {"unban"};
	AUTO(addressed_release) struct addressed a = {0};

	if (address(&a, HEAD, ARRAY_LEN(HEAD), addrs, n, err) < 0)
		return -1;
	return ask(f, a.words, a.n, read_count, n_lifted, err);
}

int
f2b_unban_all(struct f2b *f, int64_t *n_lifted, struct error *err)
{
	static const char *const WORDS[] = {"unban", "--all"};

	return ask(f, WORDS, ARRAY_LEN(WORDS), read_count, n_lifted, err);
}

struct flags {
	bool *banned;
	size_t n;
};

/* One number for one address, a list of them for more. */
static int
read_flags(void *out, const struct pickle_value *v, struct error *err)
{
	const struct flags *f = out;
	const struct pickle_value *const *items = f->n == 1 ? &v : v->u.items;

	if (f->n > 1 && (v->type != PICKLE_LIST || v->n != f->n))
		return result_unexpected(v, "a list of 0 and 1", err);
	for (size_t i = 0; i < f->n; i++) {
		int64_t flag = 0;

		if (result_i64(items[i], &flag, err) < 0)
			return -1;
		f->banned[i] = flag != 0;
	}
	return 0;
}

int
f2b_is_banned(struct f2b *f, const char *jail, const struct addr *addrs,
    size_t n, bool *banned, struct error *err)
{
	const char *const head[] = {"get", jail, "banned"};
	AUTO(addressed_release) struct addressed a = {0};
	struct flags flags = {banned, n};

	if (ask_check_jail(jail, err) < 0 ||
	    address(&a, head, ARRAY_LEN(head), addrs, n, err) < 0)
		return -1;
	return ask(f, a.words, a.n, read_flags, &flags, err);
}
