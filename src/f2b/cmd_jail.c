/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One jail: counters and settings, many gets in one conversation. */
#include "f2b/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "f2b/ask.h"
#include "f2b/pickle.h"
#include "f2b/result.h"
#include "f2b/wire.h"

/* [["Filter", [[label, n], ...]], ["Actions", [[label, n], ...]]] */
static int
read_counters(
    struct f2b_counters *out, const struct pickle_value *v, struct error *err)
{
	static const struct {
		const char *part, *label;
		size_t into;
	} ROWS[] = {
	    {"Filter",  "Currently failed",
             offsetof(struct f2b_counters, currently_failed)},
	    {"Filter",  "Total failed",
             offsetof(struct f2b_counters, total_failed)    },
	    {"Actions", "Currently banned",
             offsetof(struct f2b_counters, currently_banned)},
	    {"Actions", "Total banned",
             offsetof(struct f2b_counters, total_banned)    },
	};

	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		const struct pickle_value *part =
		    result_labelled(v, ROWS[i].part);
		const struct pickle_value *n =
		    part == NULL ? NULL : result_labelled(part, ROWS[i].label);

		if (n == NULL)
			return result_unexpected(v, ROWS[i].label, err);
		if (result_i64(
			n, (int64_t *)((char *)out + ROWS[i].into), err) < 0)
			return -1;
	}
	return 0;
}

static bool
is_unknown_jail(const struct pickle_value *refusal)
{
	struct error err = ERROR_INIT;

	(void)ask_refused(refusal, &err); /* only to learn its code */
	return err.code == ERR_JAIL_NOT_FOUND;
}

static int
take_counters(void *ctx, const struct wire_reply *reply, struct error *err)
{
	struct f2b_counters *c = (struct f2b_counters *)ctx + reply->index;

	if (reply->done)
		return read_counters(c, reply->value, err);
	if (!is_unknown_jail(reply->value))
		return ask_refused(reply->value, err);
	*c = (struct f2b_counters){.currently_failed = -1};
	return 0;
}

/* What f2b_counters_all() needs while it asks. */
struct counting {
	const char *(*words)[3];
	struct wire_request *requests;
	struct f2b_counters *counters;
};

static void
counting_release(struct counting *c)
{
	free(c->words);
	free(c->requests);
	free(c->counters);
}

int
f2b_counters_all(struct f2b *f, const struct str_list *names,
    struct f2b_counters *out, struct error *err)
{
	AUTO(counting_release)
	struct counting c = {calloc(names->n + 1, sizeof *c.words),
	    calloc(names->n + 1, sizeof *c.requests),
	    calloc(names->n + 1, sizeof *c.counters)};

	if (c.words == NULL || c.requests == NULL || c.counters == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < names->n; i++) {
		c.words[i][0] = "status";
		c.words[i][1] = names->items[i];
		c.words[i][2] = "short";
		c.requests[i] = (struct wire_request){c.words[i], 3};
	}
	if (wire_call(f->wire, c.requests, names->n, take_counters, c.counters,
		err) < 0)
		return -1;
	if (names->n > 0)
		memcpy(out, c.counters, names->n * sizeof *out);
	return 0;
}

void
f2b_jail_release(struct f2b_jail *j)
{
	free(j->name);
	str_list_release(&j->log_paths);
	str_list_release(&j->journal_match);
	str_list_release(&j->fail_regex);
	str_list_release(&j->ignore_regex);
	str_list_release(&j->ignore_ips);
	str_list_release(&j->actions);
	free(j->use_dns);
	free(j->encoding);
	free(j->date_pattern);
	free(j->factor);
	free(j->formula);
	free(j->multipliers);
	*j = (struct f2b_jail){0};
}

/* Each match is a list of fields that must all hold; one text a match. */
static int
read_matches(
    struct str_list *out, const struct pickle_value *v, struct error *err)
{
	if (v->type != PICKLE_LIST)
		return result_unexpected(v, "journal matches", err);
	for (size_t i = 0; i < v->n; i++) {
		AUTO(str_list_release) struct str_list fields = STR_LIST_INIT;
		AUTO(buf_release)
		struct buf text = BUF_INIT(4 * LIMIT_PICKLE_STRING);

		if (result_texts(v->u.items[i], &fields, err) < 0)
			return -1;
		for (size_t k = 0; k < fields.n; k++) {
			buf_add_str(&text, k == 0 ? "" : " ");
			buf_add_str(&text, fields.items[k]);
		}
		if (buf_check(&text, err) < 0 ||
		    str_list_add(out, buf_str(&text), text.len, err) < 0)
			return -1;
	}
	return 0;
}

/* None or [pattern or None, name]. Without a pattern the name tells: it is
 * "Default Detectors", or one of fail2ban's own words for a format. */
static int
read_pattern(char **out, const struct pickle_value *v, struct error *err)
{
	const struct pickle_value *pattern;

	if (v->type == PICKLE_NONE)
		return 0;
	if ((v->type != PICKLE_LIST && v->type != PICKLE_TUPLE) || v->n != 2)
		return result_unexpected(v, "a date pattern", err);
	pattern = v->u.items[0];
	if (pattern->type == PICKLE_NONE)
		pattern = v->u.items[1];
	if (result_is_text(pattern, "Default Detectors"))
		return 0;
	return result_text(pattern, out, err);
}

enum field_kind {
	FIELD_TEXTS,
	FIELD_TEXT,   /* or None: NULL */
	FIELD_NUMBER, /* or None: -1 */
	FIELD_BOOL,   /* or None: false */
	FIELD_TRUTH, /* the same, or a text, of which only the empty is false */
	FIELD_MATCHES,
	FIELD_PATTERN
};

struct field {
	const char *word;
	enum field_kind kind;
	size_t into;
	bool newer; /* not in every version: left as it is when refused */
};

#define FIELD(word, kind, member, newer)                                       \
	{                                                                      \
		word, kind, offsetof(struct f2b_jail, member), newer           \
	}

/* clang-format off */
static const struct field FIELDS[] = {
	FIELD("logpath",              FIELD_TEXTS,   log_paths,     false),
	FIELD("logencoding",          FIELD_TEXT,    encoding,      false),
	FIELD("journalmatch",         FIELD_MATCHES, journal_match, false),
	FIELD("ignoreself",           FIELD_BOOL,    ignore_self,   false),
	FIELD("ignoreip",             FIELD_TEXTS,   ignore_ips,    false),
	FIELD("failregex",            FIELD_TEXTS,   fail_regex,    false),
	FIELD("ignoreregex",          FIELD_TEXTS,   ignore_regex,  false),
	FIELD("usedns",               FIELD_TEXT,    use_dns,       false),
	FIELD("findtime",             FIELD_NUMBER,  find_time_s,   false),
	FIELD("bantime",              FIELD_NUMBER,  ban_time_s,    false),
	FIELD("maxretry",             FIELD_NUMBER,  max_retry,     false),
	FIELD("maxmatches",           FIELD_NUMBER,  max_matches,   true),
	FIELD("datepattern",          FIELD_PATTERN, date_pattern,  false),
	FIELD("actions",              FIELD_TEXTS,   actions,       false),
	FIELD("bantime.increment",    FIELD_BOOL,    increment,     true),
	FIELD("bantime.overalljails", FIELD_TRUTH,   overall_jails, true),
	FIELD("bantime.maxtime",      FIELD_NUMBER,  max_time_s,    true),
	FIELD("bantime.rndtime",      FIELD_NUMBER,  rnd_time_s,    true),
	FIELD("bantime.factor",       FIELD_TEXT,    factor,        true),
	FIELD("bantime.formula",      FIELD_TEXT,    formula,       true),
	FIELD("bantime.multipliers",  FIELD_TEXT,    multipliers,   true),
};
/* clang-format on */

static int
read_field(struct f2b_jail *j, const struct field *field,
    const struct pickle_value *v, struct error *err)
{
	void *into = (char *)j + field->into;

	switch (field->kind) {
	case FIELD_TEXTS:
		return result_texts(v, into, err);
	case FIELD_TEXT:
		return result_text_or_null(v, into, err);
	case FIELD_NUMBER:
		return result_i64_or(v, -1, into, err);
	case FIELD_BOOL:
		return result_bool(v, into, err);
	case FIELD_TRUTH:
		if (v->type != PICKLE_STR)
			return result_bool(v, into, err);
		*(bool *)into = v->n > 0;
		return 0;
	case FIELD_MATCHES:
		return read_matches(into, v, err);
	case FIELD_PATTERN:
		return read_pattern(into, v, err);
	}
	return result_unexpected(v, field->word, err);
}

static int
take_field(void *ctx, const struct wire_reply *reply, struct error *err)
{
	const struct field *field = &FIELDS[reply->index];
	struct f2b_jail *j = ctx;

	if (!reply->done)
		return field->newer ? 0 : ask_refused(reply->value, err);
	if (str_eq(field->word, "bantime.increment"))
		j->has_increment = true;
	return read_field(j, field, reply->value, err);
}

static int
read_status(void *out, const struct pickle_value *v, struct error *err)
{
	return read_counters(out, v, err);
}

static int
get_fields(
    struct f2b *f, const char *jail, struct f2b_jail *j, struct error *err)
{
	const char *words[ARRAY_LEN(FIELDS)][3];
	struct wire_request requests[ARRAY_LEN(FIELDS)];

	for (size_t i = 0; i < ARRAY_LEN(FIELDS); i++) {
		words[i][0] = "get";
		words[i][1] = jail;
		words[i][2] = FIELDS[i].word;
		requests[i] = (struct wire_request){words[i], 3};
	}
	return wire_call(
	    f->wire, requests, ARRAY_LEN(FIELDS), take_field, j, err);
}

int
f2b_jail_get(
    struct f2b *f, const char *jail, struct f2b_jail *out, struct error *err)
{
	const char *const words[] = {"status", jail, "short"};
	AUTO(f2b_jail_release)
	struct f2b_jail j = {
	    .max_matches = -1, .max_time_s = -1, .rnd_time_s = -1};

	if (ask_check_jail(jail, err) < 0)
		return -1;
	j.name = strdup(jail);
	if (j.name == NULL)
		return err_nomem(err);
	/* First the one question that tells whether there is such a jail:
	 * fail2ban logs each command that fails. */
	if (ask(f, words, ARRAY_LEN(words), read_status, &j.counters, err) <
		0 ||
	    get_fields(f, jail, &j, err) < 0)
		return -1;
	/* fail2ban keeps single addresses in no order */
	str_list_sort(&j.ignore_ips);
	*out = j;
	j = (struct f2b_jail){0}; /* handed over */
	return 0;
}
