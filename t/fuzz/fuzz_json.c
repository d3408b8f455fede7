/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The scanner and the decoder, with json-c as second opinion: what the
 * scanner takes json-c can build, and what json-c then prints the scanner
 * takes again.
 */
#include "t/fuzz/fuzz.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include <json_object.h>
#include <json_tokener.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "json/decode.h"
#include "json/scan.h"

struct target {
	struct json_text text;
	struct str_list list;
	int64_t number;
	bool flag, present;
};

/* clang-format off */
static const struct json_field FIELDS[] = {
	{ "jail", JSON_STR, offsetof(struct target, text), true, 1, 64, true, JSON_NO_FLAG, 0 },
	{ "ips", JSON_STR_LIST, offsetof(struct target, list), false, 0, 5, false, JSON_NO_FLAG, 20 },
	{ "n", JSON_INT, offsetof(struct target, number), false, -1, 1000000, false, offsetof(struct target, present), 0 },
	{ "force", JSON_BOOL, offsetof(struct target, flag), false, 0, 0, true, JSON_NO_FLAG, 0 },
};
/* clang-format on */

static void
check_json_c(const char *text, size_t size)
{
	struct json_tokener *tok = json_tokener_new_ex(LIMIT_JSON_DEPTH + 1);
	struct json_object *root;
	enum json_tokener_error code;
	struct error err = ERROR_INIT;
	const char *printed;

	FUZZ_REQUIRE(tok);
	/* not strict: 0.18 refuses every byte over 0x7f then */
	root = json_tokener_parse_ex(tok, text, (int)size);
	/* a number at the very end may be going on, for json-c */
	if (json_tokener_get_error(tok) == json_tokener_continue)
		root = json_tokener_parse_ex(tok, "", 1);
	code = json_tokener_get_error(tok);
	FUZZ_REQUIRE(code == json_tokener_success);
	printed = json_object_to_json_string_ext(root, JSON_C_TO_STRING_PLAIN);
	FUZZ_REQUIRE(json_scan(printed, strlen(printed), &err) == 0);
	(void)json_object_put(root); /* ours alone */
	json_tokener_free(tok);
}

static void
check_decode(const char *text, size_t size, bool is_json)
{
	struct target t = {0}, zero = {0};
	struct error err = ERROR_INIT;

	if (json_decode(text, size, FIELDS, ARRAY_LEN(FIELDS), &t, &err) == 0) {
		FUZZ_REQUIRE(is_json);
		FUZZ_REQUIRE(!t.text.s || strlen(t.text.s) == t.text.len);
		FUZZ_REQUIRE(t.list.n <= 5 && t.number <= 1000000);
		json_release(FIELDS, ARRAY_LEN(FIELDS), &t);
	} else {
		FUZZ_REQUIRE(
		    err.code == ERR_MALFORMED || err.code == ERR_INVALID);
		FUZZ_REQUIRE(
		    is_json || err.code == ERR_MALFORMED || err.n_fields > 0);
	}
	FUZZ_REQUIRE(memcmp(&t, &zero, sizeof t) == 0);
}

int
fuzz_one(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct error err = ERROR_INIT;
	bool is_json;

	if (size > INT_MAX)
		return 0;
	is_json = json_scan(text, size, &err) == 0;
	if (is_json)
		check_json_c(text, size);
	check_decode(text, size, is_json);
	return is_json;
}
