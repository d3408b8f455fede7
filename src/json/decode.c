/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "json/decode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json_object.h>
#include <json_object_iterator.h>
#include <json_tokener.h>

#include "base/error.h"
#include "base/limits.h"
#include "json/scan.h"

static void
tokener_freep(struct json_tokener **tok)
{
	if (*tok)
		json_tokener_free(*tok);
}

/* Overwrite a string that json-c holds: a request may have been a login. */
static void
wipe_string(struct json_object *value)
{
	/* json-c lends its own heap buffer as const; it is ours to free. */
	uintptr_t text = (uintptr_t)json_object_get_string(value);

	explicit_bzero((void *)text, (size_t)json_object_get_string_len(value));
}

static void
wipe_value(struct json_object *value)
{
	if (json_object_is_type(value, json_type_string))
		wipe_string(value);
	if (!json_object_is_type(value, json_type_array))
		return;
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		struct json_object *item = json_object_array_get_idx(value, i);
		if (json_object_is_type(item, json_type_string))
			wipe_string(item);
	}
}

static void
root_putp(struct json_object **root)
{
	struct json_object_iterator it, end;

	if (!*root)
		return;
	if (!json_object_is_type(*root, json_type_object)) {
		(void)json_object_put(*root); /* an answer holds no secret */
		return;
	}
	it = json_object_iter_begin(*root);
	end = json_object_iter_end(*root);
	while (!json_object_iter_equal(&it, &end)) {
		wipe_value(json_object_iter_peek_value(&it));
		json_object_iter_next(&it);
	}
	(void)json_object_put(*root); /* 0 or 1: somebody else holds it? no */
}

/* The text has passed json_scan() and begins an object. */
static int
build(
    const char *text, size_t len, struct json_object **root, struct error *err)
{
	AUTO(tokener_freep) struct json_tokener *tok = NULL;

	tok = json_tokener_new_ex(LIMIT_JSON_DEPTH + 1);
	if (!tok)
		return err_nomem(err);
	/* Not JSON_TOKENER_STRICT: json-c 0.18 takes every byte over 0x7f for
	 * a control character then. The scanner has been stricter already. */
	json_tokener_set_flags(tok, JSON_TOKENER_VALIDATE_UTF8);
	*root = json_tokener_parse_ex(
	    tok, text, (int)len); /* LIMIT_JSON_TEXT at most */
	/* It takes all that the scanner takes (t/fuzz/fuzz_json.c), and
	 * reports a failed allocation as any other fault. */
	if (!*root)
		return err_nomem(err);
	return 0;
}

static void *
field_at(void *target, size_t offset)
{
	return (char *)target + offset;
}

static bool
in_range(const struct json_field *f, int64_t value)
{
	return value >= f->min && value <= f->max;
}

static int
decode_str(const struct json_field *f, struct json_object *value, void *target,
    struct error *err)
{
	struct json_text *into = field_at(target, f->into);
	size_t len;

	if (!json_object_is_type(value, json_type_string))
		return err_field(err, f->name, "Must be a text.");
	len = (size_t)json_object_get_string_len(value);
	if (len == 0 && f->min > 0)
		return err_field(err, f->name, "Must not be empty.");
	if ((int64_t)len < f->min)
		return err_field(err, f->name, "Is too short.");
	if ((int64_t)len > f->max)
		return err_field(err, f->name, "Is too long.");
	into->s = malloc(len + 1);
	if (!into->s)
		return err_nomem(err);
	memcpy(into->s, json_object_get_string(value), len);
	into->s[len] = '\0';
	into->len = len;
	return 0;
}

static int
decode_int(const struct json_field *f, struct json_object *value, void *target,
    struct error *err)
{
	int64_t *into = field_at(target, f->into);
	int64_t number;

	if (!json_object_is_type(value, json_type_int))
		return err_field(err, f->name, "Must be a whole number.");
	number = json_object_get_int64(value);
	if (!in_range(f, number))
		return err_field(
		    err, f->name, "Is outside of the accepted range.");
	*into = number;
	return 0;
}

static int
decode_int_or_null(const struct json_field *f, struct json_object *value,
    void *target, struct error *err)
{
	int64_t *into = field_at(target, f->into);

	if (value)
		return decode_int(f, value, target, err);
	*into = JSON_NULL_INT;
	return 0;
}

static int
decode_bool(const struct json_field *f, struct json_object *value, void *target,
    struct error *err)
{
	bool *into = field_at(target, f->into);

	if (!json_object_is_type(value, json_type_boolean))
		return err_field(err, f->name, "Must be true or false.");
	*into = json_object_get_boolean(value);
	return 0;
}

/* One element; its name in the answer is "ips[3]". */
static int
decode_item(const struct json_field *f, struct json_object *item, size_t i,
    struct str_list *into, struct error *err)
{
	char name[ERR_FIELD_SIZE];
	size_t len;

	(void)snprintf(name, sizeof name, "%s[%zu]", f->name, i); /* cut */
	if (!json_object_is_type(item, json_type_string))
		return err_field(err, name, "Must be a text.");
	len = (size_t)json_object_get_string_len(item);
	if ((int64_t)len > f->item_max)
		return err_field(err, name, "Is too long.");
	return str_list_add(into, json_object_get_string(item), len, err);
}

static int
decode_list(const struct json_field *f, struct json_object *value, void *target,
    struct error *err)
{
	struct str_list *into = field_at(target, f->into);
	size_t n;
	int rc = 0;

	if (!json_object_is_type(value, json_type_array))
		return err_field(err, f->name, "Must be a list of texts.");
	n = json_object_array_length(value);
	if (n == 0 && f->min > 0)
		return err_field(err, f->name, "Must not be empty.");
	if ((int64_t)n < f->min)
		return err_field(err, f->name, "Has too few elements.");
	if ((int64_t)n > f->max)
		return err_field(err, f->name, "Has too many elements.");
	for (size_t i = 0; i < n; i++)
		if (decode_item(f, json_object_array_get_idx(value, i), i, into,
			err) < 0)
			rc = -1;
	return rc;
}

static int
decode_kind(const struct json_field *f, struct json_object *value, void *target,
    struct error *err)
{
	switch (f->kind) {
	case JSON_STR:
		return decode_str(f, value, target, err);
	case JSON_INT:
		return decode_int(f, value, target, err);
	case JSON_INT_OR_NULL:
		return decode_int_or_null(f, value, target, err);
	case JSON_BOOL:
		return decode_bool(f, value, target, err);
	case JSON_STR_LIST:
		return decode_list(f, value, target, err);
	case JSON_KIND__MAX:
		break;
	}
	return err_set(err, ERR_INTERNAL, "Something went wrong here.",
	    "field %s has no kind", f->name);
}

static int
decode_field(const struct json_field *f, struct json_object *value,
    void *target, struct error *err)
{
	if (!value && f->nullable)
		return 0;
	if (!value && f->kind != JSON_INT_OR_NULL)
		return err_field(err, f->name, "Must not be null.");
	if (decode_kind(f, value, target, err) < 0)
		return -1;
	if (f->present != JSON_NO_FLAG)
		*(bool *)field_at(target, f->present) = true;
	return 0;
}

static const struct json_field *
find_field(const struct json_field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(fields[i].name, name))
			return &fields[i];
	return NULL;
}

/* What becomes of names that the table does not have. */
enum strangers { STRANGERS_REFUSED, STRANGERS_PASSED };

/* Every member against its row, every required row against the members. */
static int
decode_members(struct json_object *root, const struct json_field *fields,
    size_t n, enum strangers strangers, void *target, struct error *err)
{
	struct json_object_iterator it = json_object_iter_begin(root);
	struct json_object_iterator end = json_object_iter_end(root);

	/* Faults of fields add up; anything else ends the walk at once. */
	while (!json_object_iter_equal(&it, &end)) {
		const char *name = json_object_iter_peek_name(&it);
		const struct json_field *f = find_field(fields, n, name);
		if (!f && strangers == STRANGERS_REFUSED)
			(void)err_field(err, name, "Is not known here.");
		else if (f &&
			 decode_field(f, json_object_iter_peek_value(&it),
			     target, err) < 0 &&
			 err->code != ERR_INVALID)
			return -1;
		json_object_iter_next(&it);
	}
	for (size_t i = 0; i < n; i++)
		if (fields[i].required &&
		    !json_object_object_get_ex(root, fields[i].name, NULL))
			(void)err_field(err, fields[i].name, "Is required.");
	return err->code == ERR_NONE ? 0 : -1;
}

/* The first byte that is no blank, of a text that passed the scanner. */
static bool
begins_with(const char *text, size_t len, char c)
{
	size_t at = 0;

	while (at < len && text[at] != c && text[at] <= ' ')
		at++;
	return at < len && text[at] == c;
}

static int
check(const char *text, size_t len, struct error *err)
{
	if (len == 0)
		return err_set(err, ERR_MALFORMED,
		    "A request body in JSON is needed here.", "no body");
	if (len > LIMIT_JSON_TEXT)
		return err_set(err, ERR_TOO_LARGE,
		    "The request body is too large.", "%zu bytes", len);
	return json_scan(text, len, err);
}

int
json_decode(const char *text, size_t len, const struct json_field *fields,
    size_t n, void *target, struct error *err)
{
	AUTO(root_putp) struct json_object *root = NULL;

	err_clear(err);
	if (check(text, len, err) < 0)
		return -1;
	if (!begins_with(text, len, '{'))
		return err_set(err, ERR_INVALID,
		    "The request body must be one JSON object.", "no object");
	if (build(text, len, &root, err) < 0)
		return -1;
	if (decode_members(root, fields, n, STRANGERS_REFUSED, target, err) <
	    0) {
		json_release(fields, n, target);
		return -1;
	}
	return 0;
}

static int
decode_row(
    struct json_object *item, const struct json_rows *rows, struct error *err)
{
	struct error bad = ERROR_INIT;
	int rc = 0;

	if (!json_object_is_type(item, json_type_object))
		return 0;
	if (decode_members(item, rows->fields, rows->n, STRANGERS_PASSED,
		rows->target, &bad) == 0) {
		rc = rows->row(rows->arg, rows->target, err);
	} else if (bad.code != ERR_INVALID) {
		*err = bad;
		rc = -1;
	}
	json_release(rows->fields, rows->n, rows->target);
	return rc;
}

int
json_decode_rows(const char *text, size_t len, const struct json_rows *rows,
    struct error *err)
{
	AUTO(root_putp) struct json_object *root = NULL;

	if (check(text, len, err) < 0)
		return -1;
	if (!begins_with(text, len, '['))
		return err_set(err, ERR_INVALID,
		    "The request body must be a JSON array.", "no array");
	if (build(text, len, &root, err) < 0)
		return -1;
	for (size_t i = 0; i < json_object_array_length(root); i++)
		if (decode_row(json_object_array_get_idx(root, i), rows, err) <
		    0)
			return -1;
	return 0;
}

static void
release_text(struct json_text *text)
{
	if (text->s)
		explicit_bzero(text->s, text->len);
	free(text->s);
	*text = (struct json_text){0};
}

static void
release_list(struct str_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		explicit_bzero(list->items[i], strlen(list->items[i]));
	str_list_release(list);
	*list = (struct str_list)STR_LIST_INIT;
}

void
json_release(const struct json_field *fields, size_t n, void *target)
{
	for (size_t i = 0; i < n; i++) {
		void *at = field_at(target, fields[i].into);
		switch (fields[i].kind) {
		case JSON_STR:
			release_text(at);
			break;
		case JSON_STR_LIST:
			release_list(at);
			break;
		case JSON_INT:
		case JSON_INT_OR_NULL:
			*(int64_t *)at = 0;
			break;
		case JSON_BOOL:
			*(bool *)at = false;
			break;
		case JSON_KIND__MAX:
			break;
		}
		if (fields[i].present != JSON_NO_FLAG)
			*(bool *)field_at(target, fields[i].present) = false;
	}
}
