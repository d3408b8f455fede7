/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/result.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/pickle.h"

#define REPLACEMENT "\xef\xbf\xbd"

int
result_unexpected(
    const struct pickle_value *v, const char *expected, struct error *err)
{
	return err_set(err, ERR_F2B_PROTOCOL,
	    "fail2ban gave an answer that could not be read. Try again.",
	    "%s expected, not type %d of %zu parts", expected, (int)v->type,
	    v->n);
}

static int64_t
clamp(double f)
{
	if (f >= 9.2e18)
		return INT64_MAX;
	if (f <= -9.2e18)
		return INT64_MIN;
	return (int64_t)f;
}

int
result_i64(const struct pickle_value *v, int64_t *out, struct error *err)
{
	if (v->type == PICKLE_INT)
		*out = v->u.i;
	else if (v->type == PICKLE_BIGINT)
		*out = v->u.s[0] == '-' ? INT64_MIN : INT64_MAX;
	else if (v->type == PICKLE_FLOAT && v->u.f == v->u.f)
		*out = clamp(v->u.f);
	else
		return result_unexpected(v, "a number", err);
	return 0;
}

int
result_i64_or(const struct pickle_value *v, int64_t absent, int64_t *out,
    struct error *err)
{
	if (v->type != PICKLE_NONE)
		return result_i64(v, out, err);
	*out = absent;
	return 0;
}

int
result_bool(const struct pickle_value *v, bool *out, struct error *err)
{
	if (v->type != PICKLE_BOOL && v->type != PICKLE_NONE)
		return result_unexpected(v, "a bool", err);
	*out = v->type == PICKLE_BOOL && v->u.b;
	return 0;
}

/* Lone surrogates and NUL bytes become U+FFFD. */
static void
add_clean(struct buf *b, const char *s, size_t n)
{
	uint32_t cp = 0;

	for (size_t i = 0; i < n;) {
		size_t k = str_utf8_char(s + i, n - i, &cp);

		if (k == 0 || s[i] == '\0')
			buf_add_str(b, REPLACEMENT);
		else
			buf_add(b, s + i, k);
		/* a surrogate has three bytes */
		i += k == 0 ? 3 : k;
	}
}

/* The text of v, which b holds when it had to be cleaned. */
static int
clean_text(const struct pickle_value *v, struct buf *b, const char **s,
    size_t *n, struct error *err)
{
	*s = v->u.s;
	*n = v->n;
	if (str_is_utf8(*s, *n) && memchr(*s, '\0', *n) == NULL)
		return 0;
	add_clean(b, *s, *n);
	if (buf_check(b, err) < 0)
		return -1;
	*s = buf_str(b);
	*n = b->len;
	return 0;
}

int
result_text(const struct pickle_value *v, char **out, struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(3 * LIMIT_PICKLE_STRING);
	const char *s;
	size_t n;

	if (v->type != PICKLE_STR)
		return result_unexpected(v, "a text", err);
	if (clean_text(v, &b, &s, &n, err) < 0)
		return -1;
	*out = strndup(s, n);
	return *out == NULL ? err_nomem(err) : 0;
}

int
result_text_or_null(const struct pickle_value *v, char **out, struct error *err)
{
	if (v->type != PICKLE_NONE)
		return result_text(v, out, err);
	*out = NULL;
	return 0;
}

static int
text_to(const struct pickle_value *v, struct str_list *l, struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(3 * LIMIT_PICKLE_STRING);
	const char *s;
	size_t n;

	if (clean_text(v, &b, &s, &n, err) < 0)
		return -1;
	return str_list_add(l, s, n, err);
}

/* What stands for an object in a list of texts. The one that is known is the
 * set of addresses of a file, which the configuration calls "file:NAME". */
static int
object_to(const struct pickle_value *v, struct str_list *l, struct error *err)
{
	AUTO(buf_release) struct buf b = BUF_INIT(4 * LIMIT_PICKLE_STRING);
	const struct pickle_value *state = v->u.object.state;
	const struct pickle_value *file =
	    state == NULL ? NULL : result_of_key(state, "fileName");

	if (file != NULL && file->type == PICKLE_STR) {
		buf_add_str(&b, "file:");
		add_clean(&b, file->u.s, file->n);
	} else {
		add_clean(&b, v->u.object.name, strlen(v->u.object.name));
	}
	if (buf_check(&b, err) < 0)
		return -1;
	return str_list_add(l, buf_str(&b), b.len, err);
}

int
result_texts(
    const struct pickle_value *v, struct str_list *out, struct error *err)
{
	if (v->type != PICKLE_LIST)
		return result_unexpected(v, "a list of texts", err);
	for (size_t i = 0; i < v->n; i++) {
		const struct pickle_value *item = v->u.items[i];
		int rc;

		if (item->type == PICKLE_STR)
			rc = text_to(item, out, err);
		else if (item->type == PICKLE_OBJECT)
			rc = object_to(item, out, err);
		else
			rc = result_unexpected(item, "a text", err);
		if (rc < 0)
			return -1;
	}
	return 0;
}

bool
result_is_text(const struct pickle_value *v, const char *text)
{
	return v->type == PICKLE_STR && v->n == strlen(text) &&
	       memcmp(v->u.s, text, v->n) == 0;
}

const struct pickle_value *
result_labelled(const struct pickle_value *pairs, const char *label)
{
	if (pairs->type != PICKLE_LIST)
		return NULL;
	for (size_t i = 0; i < pairs->n; i++) {
		const struct pickle_value *p = pairs->u.items[i];

		if ((p->type == PICKLE_TUPLE || p->type == PICKLE_LIST) &&
		    p->n == 2 && result_is_text(p->u.items[0], label))
			return p->u.items[1];
	}
	return NULL;
}

const struct pickle_value *
result_of_key(const struct pickle_value *dict, const char *key)
{
	if (dict->type != PICKLE_DICT)
		return NULL;
	for (size_t i = dict->n; i-- > 0;)
		if (result_is_text(dict->u.items[2 * i], key))
			return dict->u.items[2 * i + 1];
	return NULL;
}
