/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/query.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/geo_answer.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/str.h"
#include "http/request.h"

static bool
is_one_of(const struct request_param *p, const char *const names[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(names[i]) == p->name_len &&
		    memcmp(names[i], p->name, p->name_len) == 0)
			return true;
	return false;
}

void
query_refuse_unknown(const struct request *req, const char *const names[],
    size_t n, struct error *err)
{
	char name[ERR_FIELD_SIZE];

	for (size_t i = 0; i < req->n_query; i++) {
		const struct request_param *p = &req->query[i];
		size_t len = p->name_len < sizeof name - 1 ? p->name_len
							   : sizeof name - 1;

		if (is_one_of(p, names, n))
			continue;
		memcpy(name, p->name, len); /* cut: it is for reading */
		name[len] = '\0';
		(void)err_field(err, name, "Is not known here.");
	}
}

/* False: it is no number from 1 to max. */
static bool
limit_read(const struct request *req, int64_t max, int *out)
{
	const char *text = request_query(req, "limit");
	int64_t limit = *out;

	if (text != NULL && !num_parse_i64(text, strlen(text), 1, max, &limit))
		return false;
	*out = (int)limit;
	return true;
}

void
query_limit(const struct request *req, int *out, struct error *err)
{
	*out = LIMIT_LIST_DEFAULT;
	if (!limit_read(req, LIMIT_LIST_MAX, out))
		(void)err_field(
		    err, "limit", "Must be a whole number from 1 to 1000.");
}

void
query_limit_top(const struct request *req, int *out, struct error *err)
{
	*out = LIMIT_TOP_DEFAULT;
	if (!limit_read(req, LIMIT_TOP_MAX, out))
		(void)err_field(
		    err, "limit", "Must be a whole number from 1 to 100.");
}

void
query_word(const struct request *req, const char *name,
    const char *const words[], size_t n, size_t *out, struct error *err)
{
	const char *text = request_query(req, name);

	if (text == NULL)
		return;
	for (size_t i = 0; i < n; i++)
		if (str_eq(words[i], text)) {
			*out = i;
			return;
		}
	(void)err_field(err, name, "Is not one of the words known here.");
}

void
query_country(const struct request *req, const char **out, struct error *err)
{
	const char *text = request_query(req, "country");

	*out = text;
	if (text != NULL && strcmp(text, "ZZ") != 0 &&
	    !geo_is_country(text, strlen(text)))
		(void)err_field(err, "country",
		    "Is no country: two capital letters of ISO 3166-1, or ZZ "
		    "for unknown.");
}

void
query_asn(const struct request *req, int64_t *out, struct error *err)
{
	const char *text = request_query(req, "asn");

	*out = 0;
	if (text != NULL &&
	    !num_parse_i64(text, strlen(text), 1, UINT32_MAX, out))
		(void)err_field(
		    err, "asn", "Must be a whole number from 1 to 4294967295.");
}

int
query_path_id(const struct request *req, int64_t *out, struct error *err)
{
	const char *text = request_path_param(req, "id");

	if (num_parse_i64(text, strlen(text), 1, INT64_MAX, out))
		return 0;
	return err_set(err, ERR_NOT_FOUND,
	    "There is nothing of this number. See the list.", "%s",
	    "not a number of ours");
}

int
query_check(const struct error *err)
{
	return err->code == ERR_NONE ? 0 : -1;
}
