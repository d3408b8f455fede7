/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs/ipapi.h"

#include <string.h>

#include "base/addr.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/num.h"
#include "service/geo/geo.h"
#include "json/decode.h"
#include "json/write.h"

#define QUERY "/batch?fields=status,country,countryCode,as,query"

enum {
	STATUS_MAX = 16,
	CODE_MAX = 64,    /* longer is no country, and no honest mistake */
	NAME_MAX = 4096,  /* longer names are cut, but not of any length */
	LEFT_MAX = 10000, /* requests that a window may have left */
};

/* One element of the answer. */
struct row {
	struct json_text query, status, country, code, as;
};

/* clang-format off */
static const struct json_field ROW[] = {
	{ "query", JSON_STR, offsetof(struct row, query), true, 1, ADDR_TEXT_SIZE, false, JSON_NO_FLAG, 0 },
	{ "status", JSON_STR, offsetof(struct row, status), true, 1, STATUS_MAX, false, JSON_NO_FLAG, 0 },
	{ "country", JSON_STR, offsetof(struct row, country), false, 0, NAME_MAX, true, JSON_NO_FLAG, 0 },
	{ "countryCode", JSON_STR, offsetof(struct row, code), false, 0, CODE_MAX, true, JSON_NO_FLAG, 0 },
	{ "as", JSON_STR, offsetof(struct row, as), false, 0, NAME_MAX, true, JSON_NO_FLAG, 0 },
};
/* clang-format on */

/* Lessons as they come in. */
struct collector {
	const struct addr *asked;
	size_t n;
	struct geo_lesson *lessons;
	size_t n_lessons;
};

void
ipapi_write_url(struct buf *to, const char *base)
{
	size_t len = strlen(base);

	while (len > 0 && base[len - 1] == '/')
		len--;
	buf_add(to, base, len);
	buf_add_str(to, QUERY);
}

void
ipapi_write_question(struct buf *to, const struct addr *asked, size_t n)
{
	char text[ADDR_TEXT_SIZE];

	buf_add_char(to, '[');
	for (size_t i = 0; i < n; i++) {
		addr_format(&asked[i], text);
		buf_addf(to, "%s\"%s\"", i == 0 ? "" : ",", text);
	}
	buf_add_char(to, ']');
}

static bool
is_among(const struct addr *list, size_t n, const struct addr *a)
{
	for (size_t i = 0; i < n; i++)
		if (addr_equal(&list[i], a))
			return true;
	return false;
}

static bool
is_told(const struct collector *c, const struct addr *a)
{
	for (size_t i = 0; i < c->n_lessons; i++)
		if (addr_equal(&c->lessons[i].addr, a))
			return true;
	return false;
}

/* "AS15169 Google LLC": the number, and whose it is. */
static void
take_network(struct geo_answer *a, const struct json_text *as)
{
	const char *blank;
	size_t len;

	if (as->len == 0)
		return;
	blank = memchr(as->s, ' ', as->len);
	len = blank == NULL ? as->len : (size_t)(blank - as->s);
	if (geo_answer_set_asn_text(a, as->s, len) && blank != NULL &&
	    !geo_answer_set_as_org(a, blank + 1, as->len - len - 1))
		a->as_org[0] = '\0'; /* a number without a name is one */
}

static void
take_country(struct geo_answer *a, const struct row *row)
{
	if (row->code.len == 0 ||
	    !geo_answer_set_country(a, row->code.s, row->code.len))
		return;
	if (row->country.len > 0 &&
	    !geo_answer_set_name(a, row->country.s, row->country.len))
		a->country_name[0] = '\0'; /* the code is what counts */
}

static int
take_row(void *arg, const void *target, struct error *err)
{
	struct collector *c = arg;
	const struct row *row = target;
	struct geo_lesson lesson = {.answer = GEO_ANSWER_INIT};
	bool success = str_eq(row->status.s, "success");

	(void)err; /* a row that makes no sense is passed over */
	if (!success && !str_eq(row->status.s, "fail"))
		return 0;
	if (!addr_parse(row->query.s, row->query.len, &lesson.addr) ||
	    !is_among(c->asked, c->n, &lesson.addr) || is_told(c, &lesson.addr))
		return 0;
	if (success) {
		take_country(&lesson.answer, row);
		take_network(&lesson.answer, &row->as);
	}
	c->lessons[c->n_lessons++] = lesson;
	return 0;
}

static int
no_answer(struct error *err, const char *why)
{
	return err_set(err, ERR_REMOTE_PROTOCOL,
	    "The service for addresses gives no usable answer.", "%s", why);
}

int
ipapi_read_answer(const struct buf *text, const struct addr *asked, size_t n,
    struct geo_lesson *lessons, size_t *n_lessons, struct error *err)
{
	struct collector c = {.asked = asked, .n = n, .lessons = lessons};
	struct row row = {0};
	const struct json_rows rows = {
	    .fields = ROW,
	    .n = ARRAY_LEN(ROW),
	    .target = &row,
	    .row = take_row,
	    .arg = &c,
	};
	struct error why = ERROR_INIT;

	if (json_decode_rows(buf_str(text), text->len, &rows, &why) < 0) {
		if (why.code == ERR_NOMEM)
			return err_nomem(err);
		return no_answer(err, why.detail);
	}
	if (c.n_lessons == 0)
		return no_answer(err, "none of the addresses is in it");
	*n_lessons = c.n_lessons;
	return 0;
}

int64_t
ipapi_wait_s(const char *left, const char *reset)
{
	int64_t n, s;

	if (!num_parse_i64(left, strlen(left), 0, LEFT_MAX, &n))
		return -1;
	if (n > 0)
		return 0;
	if (!num_parse_i64(reset, strlen(reset), 0, LIMIT_GEO_HTTP_WAIT_S, &s))
		return -1;
	return s + 1; /* its seconds are rounded, we do not know which way */
}
