/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "api/routes.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json_object.h>
#include <json_tokener.h>
#include <linkhash.h>

#include "api/openapi.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/macros.h"
#include "base/str.h"
#include "t/lib/unit.h"
#include "json/scan.h"

enum { DOCUMENT_MAX = 1024 * 1024 };

static int
set_up(void **state)
{
	struct buf b = BUF_INIT(DOCUMENT_MAX);

	for (size_t i = 0; i < OPENAPI_LEN; i++)
		buf_add_str(&b, OPENAPI[i]);
	assert_false(b.failed);
	*state = json_tokener_parse(b.data);
	buf_release(&b);
	assert_non_null(*state);
	return 0;
}

static int
tear_down(void **state)
{
	assert_int_equal(json_object_put(*state), 1);
	return 0;
}

static struct json_object *
get(struct json_object *from, const char *name)
{
	struct json_object *value = NULL;

	(void)json_object_object_get_ex(from, name, &value);
	return value;
}

static const char *const METHODS[] = {
    [HTTP_GET] = "get",
    [HTTP_POST] = "post",
    [HTTP_PUT] = "put",
    [HTTP_PATCH] = "patch",
    [HTTP_DELETE] = "delete",
};

static struct json_object *
operation(struct json_object *doc, const struct route *r)
{
	return get(get(get(doc, "paths"), r->path), METHODS[r->method]);
}

static void
the_table_has_no_fault(void **state)
{
	size_t row = 0;
	const char *fault = route_table_fault(API_ROUTES, API_ROUTES_LEN, &row);

	(void)state;
	if (fault != NULL)
		fail_msg("row %zu: %s", row, fault);
}

static void
every_row_is_described(void **state)
{
	(void)state;
	assert_true(API_ROUTES_LEN >= 16);
	for (size_t i = 0; i < API_ROUTES_LEN; i++)
		if (operation(*state, &API_ROUTES[i]) == NULL)
			fail_msg("%s %s is not in doc/openapi.yaml",
			    METHODS[API_ROUTES[i].method], API_ROUTES[i].path);
}

static bool
has_row(const char *path, const char *method)
{
	for (size_t i = 0; i < API_ROUTES_LEN; i++)
		if (str_eq(API_ROUTES[i].path, path) &&
		    str_eq(METHODS[API_ROUTES[i].method], method))
			return true;
	return false;
}

static void
every_description_has_its_row(void **state)
{
	size_t n = 0;

	json_object_object_foreach(get(*state, "paths"), path, item)
	{
		json_object_object_foreach(item, method, op)
		{
			(void)op;
			if (!has_row(path, method))
				fail_msg("%s %s has no row", method, path);
			n++;
		}
	}
	assert_int_equal(n, API_ROUTES_LEN);
}

/* What the row decides is what the description says. */
static void
access_and_body_are_described_as_they_are(void **state)
{
	for (size_t i = 0; i < API_ROUTES_LEN; i++) {
		const struct route *r = &API_ROUTES[i];
		struct json_object *op = operation(*state, r);
		struct json_object *responses = get(op, "responses");
		bool session = r->access == ACCESS_SESSION ||
			       r->access == ACCESS_SESSION_CSRF;
		bool csrf = r->access == ACCESS_SESSION_CSRF ||
			    r->access == ACCESS_PUBLIC_FORM;
		bool login = r->rate == RATE_LOGIN;

		print_message("%s\n", r->path);
		/* absent: the document's own, which is a session */
		assert_int_equal(get(op, "security") == NULL, session);
		if (!login)
			assert_int_equal(
			    get(responses, "401") != NULL, session);
		/* a token may be good for other things */
		assert_int_equal(
		    get(responses, "403") != NULL, csrf || session);
		assert_int_equal(get(responses, "429") != NULL, login);
		assert_int_equal(
		    get(op, "requestBody") != NULL, r->body_max > 0);
		assert_int_equal(
		    get(responses, "413") != NULL, r->method != HTTP_GET);
	}
}

/* "x-scope": what a token must be good for. */
static void
scopes_are_described_as_they_are(void **state)
{
	static const char *const NAMES[] = {
	    [SCOPE_NONE] = NULL,
	    [SCOPE_ANY] = "any",
	    [SCOPE_READ] = "read",
	    [SCOPE_BAN] = "ban",
	    [SCOPE_ADMIN] = "admin",
	};

	_Static_assert(ARRAY_LEN(NAMES) == SCOPE__MAX, "one name a scope");
	for (size_t i = 0; i < API_ROUTES_LEN; i++) {
		const struct route *r = &API_ROUTES[i];
		const char *name = json_object_get_string(
		    get(operation(*state, r), "x-scope"));

		if ((name == NULL) != (NAMES[r->scope] == NULL) ||
		    (name != NULL && !str_eq(name, NAMES[r->scope])))
			fail_msg(
			    "x-scope of %s %s", METHODS[r->method], r->path);
	}
}

static void
the_document_is_strict_json_of_this_version(void **state)
{
	struct buf b = BUF_INIT(DOCUMENT_MAX);
	struct error err = ERROR_INIT;
	const char *version =
	    json_object_get_string(get(get(*state, "info"), "version"));

	for (size_t i = 0; i < OPENAPI_LEN; i++)
		buf_add_str(&b, OPENAPI[i]);
	if (json_scan(b.data, b.len, &err) < 0)
		fail_msg("%s", err.detail);
	buf_release(&b);
	assert_string_equal(version, PACKAGE_VERSION);
	assert_string_equal(
	    json_object_get_string(get(*state, "openapi")), "3.1.0");
}

/* "#/components/schemas/Ban" names something. */
static bool
resolves(struct json_object *doc, const char *ref)
{
	char name[64];
	size_t len;

	if (!str_starts(ref, "#/"))
		return false;
	for (ref += 2; doc != NULL && *ref != '\0'; ref += len) {
		len = strcspn(ref, "/");
		if (!str_copy_n(name, sizeof name, ref, len))
			return false;
		doc = get(doc, name);
		len += ref[len] == '/' ? 1 : 0;
	}
	return doc != NULL;
}

static int
check_refs(struct json_object *doc, struct json_object *at)
{
	int n = 0;

	if (json_object_is_type(at, json_type_array))
		for (size_t i = 0; i < json_object_array_length(at); i++)
			n += check_refs(doc, json_object_array_get_idx(at, i));
	if (!json_object_is_type(at, json_type_object))
		return n;
	json_object_object_foreach(at, name, value)
	{
		n += check_refs(doc, value);
		if (!str_eq(name, "$ref"))
			continue;
		n++;
		if (!resolves(doc, json_object_get_string(value)))
			fail_msg(
			    "%s names nothing", json_object_get_string(value));
	}
	return n;
}

static void
every_reference_resolves(void **state)
{
	assert_true(check_refs(*state, *state) > 50);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_table_has_no_fault),
	    cmocka_unit_test(every_row_is_described),
	    cmocka_unit_test(every_description_has_its_row),
	    cmocka_unit_test(access_and_body_are_described_as_they_are),
	    cmocka_unit_test(scopes_are_described_as_they_are),
	    cmocka_unit_test(the_document_is_strict_json_of_this_version),
	    cmocka_unit_test(every_reference_resolves),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
