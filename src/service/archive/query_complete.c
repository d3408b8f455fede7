/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/query_complete.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/addr_kind.h"
#include "base/error.h"
#include "base/str.h"
#include "service/app.h"
#include "service/archive/ban_list.h"
#include "service/archive/query.h"
#include "service/archive/stats.h"
#include "service/archive/stats_jails.h"

/* What each field is, for people who see its name offered. */
static const char *const LABELS[] = {
    [BAN_QUERY_JAIL] = "jail",
    [BAN_QUERY_COUNTRY] = "country, two letters",
    [BAN_QUERY_SINCE] = "banned then or later",
    [BAN_QUERY_UNTIL] = "banned before",
    [BAN_QUERY_IP] = "address or network",
    [BAN_QUERY_FAILS] = "failures",
    [BAN_QUERY_COUNT] = "how often the address was banned",
    [BAN_QUERY_BANTIME] = "length of the ban",
    [BAN_QUERY_ASN] = "number of the network (AS)",
    [BAN_QUERY_ORIGIN] = "who banned",
    [BAN_QUERY_KIND] = "kind of address",
    [BAN_QUERY_TEXT] = "words in the matched lines",
};
_Static_assert(ARRAY_LEN(LABELS) == BAN_QUERY__MAX, "a label a field");

static const char *const TIMES[] = {"24h", "7d", "30d", "365d"};
static const char *const BANTIMES[] = {
    "10m", "1h", "1d", "1w", "permanent", "unknown"};

/* The word that is completed: part of the text, as bytes. */
struct word {
	const char *s;
	size_t len, at; /* of the text, and the cursor in it */
	size_t from, to;
	const struct query_field *field; /* NULL: of a field's name */
	struct completions *out;
};

static bool
is_end(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '(' ||
	       c == ')';
}

static size_t
chars_in(const char *s, size_t bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < bytes; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80;
	return n;
}

static size_t
byte_of(const char *s, size_t len, size_t chars)
{
	size_t i = 0;

	while (i < len && (chars > 0 || ((unsigned char)s[i] & 0xc0) == 0x80)) {
		chars -= ((unsigned char)s[i] & 0xc0) != 0x80;
		i++;
	}
	return i;
}

/* Where the term around the cursor begins: blanks within quotes do not end
 * it. */
static size_t
term_start(const struct word *w)
{
	size_t start = 0;
	bool quoted = false;

	for (size_t i = 0; i < w->at; i++) {
		if (quoted && w->s[i] == '\\')
			i++;
		else if (w->s[i] == '"')
			quoted = !quoted;
		else if (!quoted && is_end(w->s[i]))
			start = i + 1;
	}
	return start > w->at ? w->at : start;
}

static bool
is_sign(char c)
{
	return c == ':' || c == '=' || c == '<' || c == '>' || c == '!';
}

/* Field and value, if the cursor is behind an operator. */
static void
word_find(struct word *w)
{
	size_t name = term_start(w), end;

	while (name < w->at && (w->s[name] == '-' || w->s[name] == '!'))
		name++;
	for (end = name; end < w->at && !is_sign(w->s[end]); end++)
		;
	w->from = name;
	if (end < w->at)
		w->field = query_field_find(w->s + name, end - name);
	while (w->field != NULL && end < w->at && is_sign(w->s[end]))
		w->from = ++end;
	for (w->to = w->at; w->to < w->len && !is_end(w->s[w->to]); w->to++)
		if (w->field == NULL && is_sign(w->s[w->to]))
			break;
	while (w->field == NULL && w->to < w->len && is_sign(w->s[w->to]))
		w->to++; /* an insert has an operator of its own */
}

/* Does s begin with what stands before the cursor, whatever the case? */
static bool
begins(const struct word *w, const char *s)
{
	const char *typed = w->s + w->from;
	size_t n = w->at - w->from;

	if (n > 0 && *typed == '"') {
		typed++;
		n--;
	}
	return strncasecmp(s, typed, n) == 0;
}

/* Does it have that somewhere? */
static bool
contains(const struct word *w, const char *s)
{
	for (; w->at > w->from && *s != '\0'; s++)
		if (begins(w, s))
			return true;
	return false;
}

static void
add(struct word *w, const char *insert, const char *label, int64_t bans)
{
	struct completion *c = &w->out->items[w->out->n];

	if (w->out->n == LIMIT_COMPLETIONS ||
	    !str_copy(c->insert, sizeof c->insert, insert))
		return;
	if (!str_copy(c->label, sizeof c->label, label))
		c->label[0] = '\0';
	c->bans = bans;
	w->out->n++;
}

static void
add_words(struct word *w, const char *const words[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (begins(w, words[i]))
			add(w, words[i], "", -1);
}

/* A name that could be read as something else stands in quotes. */
static void
add_name(struct word *w, const char *name, int64_t bans)
{
	char quoted[LIMIT_JAIL_NAME * 2 + 3] = "\"";
	size_t n = 1;
	bool plain = name[0] != '!' && name[0] != '\0';

	if (!begins(w, name) || strlen(name) > LIMIT_JAIL_NAME)
		return;
	for (size_t i = 0; name[i] != '\0'; i++) {
		plain = plain && !is_end(name[i]) && name[i] != '"';
		if (name[i] == '"' || name[i] == '\\')
			quoted[n++] = '\\';
		quoted[n++] = name[i];
	}
	quoted[n++] = '"';
	quoted[n] = '\0';
	add(w, plain ? name : quoted, name, bans);
}

static const struct ban_filter EVERYTHING = {
    .range = BAN_RANGE_ALL, .asn = -1, .origin = -1};

static int
add_jails(struct app *app, struct word *w, struct error *err)
{
	AUTO(stats_jails_release) struct stats_jails jails = {.n = 0};

	if (stats_by_jail(app, &EVERYTHING, &jails, err) < 0)
		return -1;
	for (size_t i = 0; i < jails.n; i++)
		add_name(w, jails.items[i].name, jails.items[i].bans);
	return 0;
}

static int
add_countries(struct app *app, struct word *w, struct error *err)
{
	struct stats_countries stats;

	if (stats_by_country(app, &EVERYTHING, &stats, err) < 0)
		return -1;
	for (size_t i = 0; i < stats.n; i++)
		if (begins(w, stats.items[i].code))
			add(w, stats.items[i].code, "", stats.items[i].bans);
	if (begins(w, BAN_COUNTRY_UNKNOWN))
		add(w, BAN_COUNTRY_UNKNOWN, "not known",
		    stats.frame.unresolved);
	return 0;
}

static int
add_asn(void *ctx, const struct stats_asn *a, struct error *err)
{
	struct word *w = ctx;
	char number[sizeof "4294967295"] = "";

	(void)err;
	(void)snprintf(number, sizeof number, "%u", (unsigned)a->asn);
	if (begins(w, number) || contains(w, a->as_org))
		add(w, number, a->as_org, a->bans);
	return 0;
}

static int
add_asns(struct app *app, struct word *w, struct error *err)
{
	const struct ban_ask ask = {
	    .filter = &EVERYTHING, .limit = LIMIT_LIST_MAX};
	struct stats_frame frame;

	return stats_by_asn(app, &ask, add_asn, w, &frame, err);
}

static void
add_origins(struct word *w)
{
	for (int i = 0; i < BAN_ORIGIN__MAX; i++)
		if (begins(w, ban_origin_name(i)))
			add(w, ban_origin_name(i), "", -1);
}

static void
add_kinds(struct word *w)
{
	for (int i = 0; i < ADDR_KIND__MAX; i++)
		if (begins(w, addr_kind_name((enum addr_kind)i)))
			add(w, addr_kind_name((enum addr_kind)i), "", -1);
}

static void
add_fields(struct word *w)
{
	const struct query_field *f;
	char insert[sizeof "bantime>="];

	for (size_t i = 0; (f = query_field_at(i)) != NULL; i++)
		if (begins(w, f->name)) {
			(void)snprintf(insert, sizeof insert, "%s%s", f->name,
			    f->compares ? ">=" : ":"); /* fits the longest */
			add(w, insert, LABELS[f->kind], -1);
		}
}

static int
add_values(struct app *app, struct word *w, struct error *err)
{
	switch (w->field->kind) {
	case BAN_QUERY_JAIL:
		return add_jails(app, w, err);
	case BAN_QUERY_COUNTRY:
		return add_countries(app, w, err);
	case BAN_QUERY_ASN:
		return add_asns(app, w, err);
	case BAN_QUERY_ORIGIN:
		add_origins(w);
		return 0;
	case BAN_QUERY_KIND:
		add_kinds(w);
		return 0;
	case BAN_QUERY_SINCE:
	case BAN_QUERY_UNTIL:
		add_words(w, TIMES, ARRAY_LEN(TIMES));
		return 0;
	case BAN_QUERY_BANTIME:
		add_words(w, BANTIMES, ARRAY_LEN(BANTIMES));
		return 0;
	case BAN_QUERY_AND:
	case BAN_QUERY_OR:
	case BAN_QUERY_IP:
	case BAN_QUERY_FAILS:
	case BAN_QUERY_COUNT:
	case BAN_QUERY_TEXT:
	case BAN_QUERY__MAX:
		break;
	}
	return 0;
}

int
query_complete(struct app *app, const char *text, size_t len, size_t at,
    struct completions *out, struct error *err)
{
	struct word w = {.s = text, .len = len, .out = out};

	out->n = 0;
	w.at = byte_of(text, len, at);
	word_find(&w);
	if (w.field != NULL && add_values(app, &w, err) < 0)
		return -1;
	if (w.field == NULL)
		add_fields(&w);
	out->from = chars_in(text, w.from);
	out->to = chars_in(text, w.to);
	return 0;
}
