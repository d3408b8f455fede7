/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/archive/query.h"

#include <string.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"

struct parser {
	const char *s;
	size_t len, at;
	struct ban_query *q;
	int n_terms;
	struct error *err;
};

/* Columns count characters, from 1. */
static int
column_of(const struct parser *p, size_t at)
{
	int column = 1;

	for (size_t i = 0; i < at; i++)
		column += ((unsigned char)p->s[i] & 0xc0) != 0x80;
	return column;
}

#define query_fail(p, at, message)                                             \
	err_query((p)->err, column_of((p), (at)), message)

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* What a word without quotes ends at. */
static bool
is_end(char c)
{
	return is_blank(c) || c == '(' || c == ')' || c == '"';
}

static bool
has_more(const struct parser *p)
{
	return p->at < p->len;
}

static void
skip_blanks(struct parser *p)
{
	while (has_more(p) && is_blank(p->s[p->at]))
		p->at++;
}

static size_t
word_len(const struct parser *p)
{
	size_t n = 0;

	while (p->at + n < p->len && !is_end(p->s[p->at + n]))
		n++;
	return n;
}

/* Is it the next word? Those of the language are in capitals. */
static bool
is_next(const struct parser *p, const char *word)
{
	size_t n = word_len(p);

	return n == strlen(word) && memcmp(p->s + p->at, word, n) == 0;
}

static bool
take_word(struct parser *p, const char *word)
{
	skip_blanks(p);
	if (!is_next(p, word))
		return false;
	p->at += strlen(word);
	return true;
}

/* A quoted text into room, without quotes and backslashes. */
static int
take_quoted(struct parser *p, char room[LIMIT_QUERY], size_t *len)
{
	size_t begin = p->at++;

	*len = 0;
	while (has_more(p) && p->s[p->at] != '"') {
		if (p->s[p->at] == '\\' && p->at + 1 < p->len &&
		    (p->s[p->at + 1] == '"' || p->s[p->at + 1] == '\\'))
			p->at++;
		room[(*len)++] = p->s[p->at++];
	}
	if (!has_more(p))
		return query_fail(p, begin,
		    "This quote has no end: put another one behind the text.");
	p->at++;
	return 0;
}

/* A value, quoted or not, into room. */
static int
take_value(struct parser *p, char room[LIMIT_QUERY], size_t *len)
{
	if (has_more(p) && p->s[p->at] == '"')
		return take_quoted(p, room, len);
	*len = word_len(p);
	memcpy(room, p->s + p->at, *len);
	p->at += *len;
	return 0;
}

struct operator
{
	const char *text;
	enum ban_query_op op;
	bool negated;
};

/* The longer ones first. */
static const struct operator OPERATORS[] = {
    {">=", BAN_QUERY_GE, false},
    {"<=", BAN_QUERY_LE, false},
    {"!=", BAN_QUERY_EQ, true },
    {":",  BAN_QUERY_EQ, false},
    {"=",  BAN_QUERY_EQ, false},
    {">",  BAN_QUERY_GT, false},
    {"<",  BAN_QUERY_LT, false},
};

/* The operator behind letters at the next word's start; NULL: there is none,
 * and it is a text or an address. */
static const struct operator*
    find_operator(const struct parser *p, size_t *name_len)
{
	const char *s = p->s + p->at;
	size_t left = p->len - p->at, n = 0;

	while (n < left && (s[n] | 0x20) >= 'a' && (s[n] | 0x20) <= 'z')
		n++;
	*name_len = n;
	for (size_t i = 0; n > 0 && i < ARRAY_LEN(OPERATORS); i++) {
		size_t len = strlen(OPERATORS[i].text);

		if (left - n >= len &&
		    memcmp(s + n, OPERATORS[i].text, len) == 0)
			return &OPERATORS[i];
	}
	return NULL;
}

static int
add_term(struct parser *p, enum ban_query_kind kind, size_t at, uint16_t *out)
{
	if (++p->n_terms > LIMIT_QUERY_TERMS)
		return query_fail(
		    p, at, "There are more than 64 terms. Leave some out.");
	*out = ban_query_add(p->q, kind);
	if (*out == BAN_QUERY_NONE)
		return query_fail(p, at, "This is too much. Leave some out.");
	return 0;
}

/* The value of a field that is named, with the place behind its operator. */
static int
parse_value(struct parser *p, const struct query_field *field, uint16_t node)
{
	char room[LIMIT_QUERY];
	struct ban_query_node *n = &p->q->nodes[node];
	const char *why;
	size_t at, len = 0;

	if (has_more(p) && p->s[p->at] == '!' && n->op == BAN_QUERY_EQ) {
		n->negated = !n->negated;
		p->at++;
	}
	at = p->at;
	if (take_value(p, room, &len) < 0)
		return -1;
	if (len == 0)
		return query_fail(
		    p, at, "Here must be a value, right behind the field.");
	why = field->read(p->q, node, room, len);
	if (why == NULL)
		return 0;
	err_query_at(p->err, __func__, column_of(p, at), why);
	return -1;
}

static int
parse_field(
    struct parser *p, const struct operator* op, size_t name_len, uint16_t *out)
{
	const struct query_field *field =
	    query_field_find(p->s + p->at, name_len);
	size_t begin = p->at;

	if (field == NULL)
		return query_fail(p, begin,
		    "Is no field. There are asn, bantime, count, country, "
		    "fails, ip, jail, kind, origin, since, text and until; "
		    "quote what is a text.");
	p->at += name_len;
	if (op->op != BAN_QUERY_EQ && !field->compares)
		return query_fail(p, p->at,
		    "This field cannot be compared. Put a colon here.");
	p->at += strlen(op->text);
	if (add_term(p, field->kind, begin, out) < 0)
		return -1;
	p->q->nodes[*out].op = (uint8_t)op->op;
	p->q->nodes[*out].negated = op->negated;
	return parse_value(p, field, *out);
}

/* A term without a field: an address, or else a text. */
static int
parse_plain(struct parser *p, uint16_t *out)
{
	static const char TEXT[] = "text", IP[] = "ip";
	size_t begin = p->at, len = word_len(p);
	struct addr net;
	const char *name =
	    addr_parse_begin(p->s + begin, len, &net) ? IP : TEXT;
	const struct query_field *field = query_field_find(name, strlen(name));

	if (add_term(p, field->kind, begin, out) < 0)
		return -1;
	return parse_value(p, field, *out);
}

static int
parse_term(struct parser *p, uint16_t *out)
{
	size_t name_len;
	struct addr net;
	const struct operator* op = find_operator(p, &name_len);

	/* "dead:beef::1" is no field */
	if (op == NULL || addr_parse_net(p->s + p->at, word_len(p), &net))
		return parse_plain(p, out);
	return parse_field(p, op, name_len, out);
}

static int parse_or(struct parser *p, int depth, uint16_t *out);

static int
parse_bracket(struct parser *p, int depth, uint16_t *out)
{
	size_t begin = p->at++;

	if (depth == LIMIT_QUERY_DEPTH)
		return query_fail(p, begin,
		    "There are more than 16 brackets in each other. Take some "
		    "away.");
	if (parse_or(p, depth + 1, out) < 0)
		return -1;
	skip_blanks(p);
	if (!has_more(p))
		return query_fail(p, begin,
		    "This bracket is not closed: put ) behind its last term.");
	p->at++; /* parse_or() ends before nothing else */
	return 0;
}

/* NOT, "-" and "!" before something, as many as there are. */
static bool
take_negations(struct parser *p)
{
	bool negated = false;

	for (;;) {
		skip_blanks(p);
		if (has_more(p) && (p->s[p->at] == '-' || p->s[p->at] == '!'))
			p->at++;
		else if (!take_word(p, "NOT"))
			return negated;
		negated = !negated;
	}
}

static int
parse_unary(struct parser *p, int depth, uint16_t *out)
{
	bool negated = take_negations(p);
	int rc;

	if (!has_more(p) || p->s[p->at] == ')' || is_next(p, "OR") ||
	    is_next(p, "AND"))
		return query_fail(p, p->at,
		    "Something is missing here: a term, or a bracket with "
		    "terms in it.");
	rc = p->s[p->at] == '(' ? parse_bracket(p, depth, out)
				: parse_term(p, out);
	if (rc == 0 && negated)
		p->q->nodes[*out].negated = !p->q->nodes[*out].negated;
	return rc;
}

/* Is there another term that "and" joins to those before? */
static bool
and_goes_on(struct parser *p)
{
	if (take_word(p, "AND"))
		return true;
	return has_more(p) && p->s[p->at] != ')' && !is_next(p, "OR");
}

static int
group_end(struct parser *p, const struct ban_query_group *g, uint16_t *out)
{
	*out = ban_query_close(p->q, g);
	if (*out == BAN_QUERY_NONE)
		return query_fail(
		    p, p->at, "This is too much. Leave some out.");
	return 0;
}

static int
parse_and(struct parser *p, int depth, uint16_t *out)
{
	struct ban_query_group g = BAN_QUERY_GROUP(BAN_QUERY_AND);
	uint16_t child;

	do {
		if (parse_unary(p, depth, &child) < 0)
			return -1;
		ban_query_join(p->q, &g, child);
	} while (and_goes_on(p));
	return group_end(p, &g, out);
}

static int
parse_or(struct parser *p, int depth, uint16_t *out)
{
	struct ban_query_group g = BAN_QUERY_GROUP(BAN_QUERY_OR);
	uint16_t child;

	do {
		if (parse_and(p, depth, &child) < 0)
			return -1;
		ban_query_join(p->q, &g, child);
	} while (take_word(p, "OR"));
	return group_end(p, &g, out);
}

/* Characters that are none, and such as no keyboard has. */
static int
check_characters(struct parser *p)
{
	size_t n;

	for (size_t at = 0; at < p->len; at += n) {
		uint32_t cp = 0;

		n = str_utf8_char(p->s + at, p->len - at, &cp);
		if (n == 0 || (cp < ' ' && !is_blank((char)cp)) || cp == 0x7f)
			return query_fail(p, at,
			    "Here is a character that is not allowed. Take it "
			    "out.");
	}
	return 0;
}

static int
parse_all(struct parser *p)
{
	if (p->len > LIMIT_QUERY)
		return query_fail(
		    p, 0, "The query is longer than 1024 bytes. Shorten it.");
	if (check_characters(p) < 0)
		return -1;
	skip_blanks(p);
	if (!has_more(p))
		return 0;
	if (parse_or(p, 0, &p->q->root) < 0)
		return -1;
	if (has_more(p))
		return query_fail(p, p->at,
		    "This bracket closes nothing: take it out, or put one "
		    "before the terms.");
	return 0;
}

int
query_parse(
    const char *text, size_t len, struct ban_query *out, struct error *err)
{
	struct parser p = {.s = text, .len = len, .q = out, .err = err};

	ban_query_init(out);
	if (parse_all(&p) == 0)
		return 0;
	ban_query_init(out);
	return -1;
}
