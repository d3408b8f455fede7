/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/pickle.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/str.h"
#include "f2b/frame.h"
#include "t/lib/fixtures.h"
#include "t/lib/pickle_json.h"
#include "t/lib/unit.h"

enum { JSON_MAX = 16 * 1024 * 1024, REASON_SIZE = 32, WORDS_MAX = 1100 };

static struct fixtures fixtures;

static int
load(void **state)
{
	(void)state;
	fixtures_load(&fixtures);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	fixtures_release(&fixtures);
	return 0;
}

/* What a whole message is refused as: the decoder's word, or what is wrong
 * behind the pickle. NULL: it is good, and *out holds it. */
static const char *
message_decode(struct pickle **out, const uint8_t *data, size_t len,
    char reason[REASON_SIZE])
{
	struct error err = ERROR_INIT;
	size_t used = 0;

	if (pickle_decode(out, data, len, &used, &err) < 0) {
		assert_int_equal(err.code, ERR_F2B_PROTOCOL);
		assert_int_equal(sscanf(err.detail, "%31s at ", reason), 1);
		return reason;
	}
	if (len - used < FRAME_END_LEN ||
	    memcmp(data + used, FRAME_END, FRAME_END_LEN) != 0)
		return "no-end-marker";
	return len - used > FRAME_END_LEN ? "after-end-marker" : NULL;
}

static void
assert_renders_as(const struct fixture *item, const struct fixture *json)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT(JSON_MAX);
	char reason[REASON_SIZE];
	const char *why = message_decode(&p, item->data, item->len, reason);

	if (why != NULL)
		fail_msg("%s was refused: %s", item->name, why);
	pickle_json_reply(&text, pickle_value(p));
	buf_add_char(&text, '\n');
	if (text.failed || text.len != json->len ||
	    memcmp(text.data, json->data, text.len) != 0)
		fail_msg("%s is %.300s", item->name, buf_str(&text));
}

static void
every_captured_reply_decodes_to_its_json(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < fixtures.n; i++) {
		const struct fixture *item = &fixtures.items[i];
		const struct fixture *json =
		    fixtures_beside(&fixtures, item, ".rep.bin", ".json");

		if (json == NULL)
			continue;
		assert_renders_as(item, json);
		n++;
	}
	assert_int_equal(n, 298 + 10 * 56);
}

static void
every_unusual_but_valid_reply_is_accepted(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < fixtures.n; i++) {
		const struct fixture *item = &fixtures.items[i];

		if (!fixture_in(item, "edge") || !fixture_ends(item, ".bin"))
			continue;
		assert_renders_as(
		    item, fixtures_beside(&fixtures, item, ".bin", ".json"));
		n++;
	}
	assert_int_equal(n, 30);
}

static struct json_object *
index_of(const char *name)
{
	const struct fixture *item = fixtures_find(&fixtures, name);
	struct json_tokener *tok = json_tokener_new();
	struct json_object *root;

	assert_non_null(item);
	assert_non_null(tok);
	root = json_tokener_parse_ex(
	    tok, (const char *)item->data, (int)item->len);
	assert_non_null(root);
	json_tokener_free(tok);
	return root;
}

static const char *
member(struct json_object *o, const char *name)
{
	return json_object_get_string(json_object_object_get(o, name));
}

/* Text opcodes of protocol 0 are refused as such, whatever they hold. */
static bool
is_text_opcode(const char *name)
{
	static const char *const NAMES[] = {"len-int-text", "len-long-text",
	    "memo-text-get-junk", "memo-text-put-huge",
	    "memo-text-put-negative", "reduce-posix-system-p0",
	    "text-float-word", "text-int-word", "text-int-empty",
	    "text-string-noquote", "trunc-float", "trunc-get", "trunc-int",
	    "trunc-long", "trunc-put", "trunc-string", "trunc-unicode"};

	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++)
		if (strcmp(name, NAMES[i]) == 0)
			return true;
	return false;
}

static void
assert_refused_as(const char *name, const char *expected)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	char path[128];
	char reason[REASON_SIZE];
	const struct fixture *item;
	const char *why;

	(void)snprintf(path, sizeof path, "hostile/%s.bin", name);
	item = fixtures_find(&fixtures, path);
	assert_non_null(item);
	if (is_text_opcode(name))
		expected = "text-opcode";
	if (strcmp(expected, "opaque") == 0) {
		assert_renders_as(
		    item, fixtures_beside(&fixtures, item, ".bin", ".json"));
		return;
	}
	why = message_decode(&p, item->data, item->len, reason);
	if (why == NULL || strcmp(why, expected) != 0)
		fail_msg("%s: %s in place of %s", name,
		    why == NULL ? "accepted" : why, expected);
}

static void
every_hostile_reply_is_refused_for_its_own_reason(void **state)
{
	struct json_object *list = index_of("hostile/index.json");
	size_t n = json_object_array_length(list);

	(void)state;
	assert_int_equal(n, 197);
	for (size_t i = 0; i < n; i++) {
		struct json_object *row = json_object_array_get_idx(list, i);

		assert_refused_as(member(row, "name"), member(row, "expect"));
	}
	json_object_put(list);
}

/* Python 3 writes the old names of classes into the old protocols. */
static void
modernise(const struct buf *in, struct buf *out)
{
	static const char OLD[] = "\"!exception\": \"exceptions.";
	static const char NEW[] = "\"!exception\": \"builtins.";
	const char *text = buf_str(in);
	const char *at = strstr(text, OLD);

	if (at == NULL) {
		buf_add(out, text, in->len);
		return;
	}
	buf_add(out, text, (size_t)(at - text));
	buf_add_str(out, NEW);
	buf_add_str(out, at + sizeof OLD - 1);
}

/* Decodes to the JSON, or is refused for a text opcode: is it decoded? */
static bool
check_protocol_file(const char *file, const char *json, size_t json_len)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT(JSON_MAX);
	AUTO(buf_release) struct buf modern = BUF_INIT(JSON_MAX);
	char path[128];
	char reason[REASON_SIZE];
	const struct fixture *item;
	const char *why;

	(void)snprintf(path, sizeof path, "protocols/%s", file);
	item = fixtures_find(&fixtures, path);
	assert_non_null(item);
	why = message_decode(&p, item->data, item->len, reason);
	if (why != NULL) {
		assert_string_equal(why, "text-opcode");
		assert_true(strstr(file, ".p0.") != NULL ||
			    strstr(file, ".p1.") != NULL);
		return false;
	}
	pickle_json_reply(&text, pickle_value(p));
	modernise(&text, &modern);
	if (modern.len != json_len || memcmp(modern.data, json, json_len) != 0)
		fail_msg("%s is %.300s", file, buf_str(&modern));
	return true;
}

/* The files of one value that have its JSON. */
static void
check_protocol_value(struct json_object *row, size_t *decoded, size_t *refused)
{
	struct json_object *files = json_object_object_get(row, "files");
	char path[128];
	const struct fixture *json;

	(void)snprintf(
	    path, sizeof path, "protocols/%s.json", member(row, "name"));
	json = fixtures_find(&fixtures, path);
	assert_non_null(json);
	for (size_t i = 0; i < json_object_array_length(files); i++) {
		const char *file =
		    json_object_get_string(json_object_array_get_idx(files, i));
		bool ok = check_protocol_file(
		    file, (const char *)json->data, json->len - 1);

		*decoded += ok;
		*refused += !ok;
	}
}

static void
every_binary_protocol_decodes_alike(void **state)
{
	struct json_object *root = index_of("protocols/index.json");
	struct json_object *values = json_object_object_get(root, "values");
	size_t decoded = 0;
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < json_object_array_length(values); i++)
		check_protocol_value(
		    json_object_array_get_idx(values, i), &decoded, &refused);
	assert_true(decoded > 300);
	assert_true(refused > 30);
	json_object_put(root);
}

static size_t
request_words(struct json_object *command, const char **words)
{
	size_t n = json_object_array_length(command);

	assert_true(n <= WORDS_MAX);
	for (size_t i = 0; i < n; i++)
		words[i] = json_object_get_string(
		    json_object_array_get_idx(command, i));
	return n;
}

static bool
all_utf8(const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!str_is_utf8(words[i], strlen(words[i])))
			return false;
	return true;
}

/* A captured request reads back as its words, and they are written again as
 * the same bytes; but a byte that is no UTF-8 is never sent. */
static void
assert_request(const char *path, const char *const *words, size_t n)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_F2B_REQUEST * 2);
	AUTO(pickle_freep) struct pickle *p = NULL;
	struct error err = ERROR_INIT;
	const struct fixture *item = fixtures_find(&fixtures, path);
	const char *back[WORDS_MAX];
	size_t used = 0;
	size_t n_back = 0;

	assert_non_null(item);
	assert_int_equal(
	    pickle_decode(&p, item->data, item->len, &used, &err), 0);
	assert_int_equal(used, item->len - FRAME_END_LEN);
	assert_int_equal(
	    pickle_words(pickle_value(p), back, WORDS_MAX, &n_back, &err), 0);
	if (!all_utf8(back, n_back)) {
		assert_int_equal(
		    pickle_encode_words(&out, back, n_back, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		return;
	}
	assert_int_equal(n_back, n);
	for (size_t i = 0; i < n; i++)
		assert_string_equal(back[i], words[i]);
	if (n > 0 && strlen(words[n - 1]) > LIMIT_F2B_REQUEST)
		return; /* echo-long: more than we send */
	assert_int_equal(pickle_encode_words(&out, words, n, &err), 0);
	buf_add_str(&out, FRAME_END);
	if (out.len != item->len || memcmp(out.data, item->data, out.len) != 0)
		fail_msg("%s differs", path);
}

static size_t
check_requests(const char *folder, const char *index)
{
	char path[128];
	const char *words[WORDS_MAX];
	size_t n_seen = 0;
	struct json_object *root;
	struct json_object *list;

	(void)snprintf(path, sizeof path, "%s", index);
	root = index_of(path);
	list = json_object_object_get(root, "fixtures");
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *row = json_object_array_get_idx(list, i);
		struct json_object *min = json_object_object_get(row, "reqmin");
		struct json_object *cmd =
		    json_object_object_get(row, "command");

		if (!json_object_get_boolean(min) || cmd == NULL)
			continue;
		(void)snprintf(path, sizeof path, "%s/%s.reqmin.bin", folder,
		    member(row, "name"));
		assert_request(path, words, request_words(cmd, words));
		n_seen++;
	}
	json_object_put(root);
	return n_seen;
}

static void
every_request_encodes_as_captured(void **state)
{
	(void)state;
	assert_true(check_requests("replies", "index.json") > 200);
	assert_true(check_requests("versions/1.1.0-python3.12",
			"versions/1.1.0-python3.12/index.json") > 40);
}

static void
assert_not_sent(const char *const *words, size_t n, enum err_code code)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_F2B_REQUEST);
	struct error err = ERROR_INIT;

	assert_int_equal(pickle_encode_words(&out, words, n, &err), -1);
	assert_int_equal(err.code, code);
}

static void
a_word_with_the_end_marker_is_never_sent(void **state)
{
	static const char *const WHOLE[] = {"echo", FRAME_END};
	static const char *const WITHIN[] = {"a" FRAME_END "b"};
	static const char *const SPLIT[] = {"<F2B_END_", "COMMAND>"};
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_F2B_REQUEST);
	struct error err = ERROR_INIT;

	(void)state;
	assert_not_sent(WHOLE, ARRAY_LEN(WHOLE), ERR_INVALID);
	assert_not_sent(WITHIN, ARRAY_LEN(WITHIN), ERR_INVALID);
	assert_int_equal(
	    pickle_encode_words(&out, SPLIT, ARRAY_LEN(SPLIT), &err), 0);
}

static void
a_word_that_is_no_utf8_or_too_long_is_never_sent(void **state)
{
	static char huge[LIMIT_F2B_REQUEST + 2];
	static const char *const BYTES[] = {"a\xff"};
	static const char *const SURROGATE[] = {"\xed\xb3\xbf"};
	const char *words[] = {huge};

	(void)state;
	memset(huge, 'a', sizeof huge - 1);
	assert_not_sent(BYTES, 1, ERR_INVALID);
	assert_not_sent(SURROGATE, 1, ERR_INVALID);
	assert_not_sent(words, 1, ERR_INVALID);
	huge[LIMIT_F2B_REQUEST] = '\0';
	assert_not_sent(words, 1, ERR_TOO_LARGE); /* the buffer's maximum */
}

static void
only_a_flat_list_of_words_is_a_request(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool ok;
	} ROWS[] = {
#define ROW(text, ok) {text, sizeof(text) - 1, ok}
	    ROW("\x80\x02](X\1\0\0\0ae.", true), ROW("\x80\x02].", true),
	    ROW("\x80\x02](X\1\0\0\0a]e.", false),
	    ROW("\x80\x02](K\1e.", false),
	    ROW("\x80\x02](X\3\0\0\0a\0be.", false),
	    ROW("\x80\x02](C\1ae.", false), ROW("\x80\x02X\1\0\0\0a.", false),
	    ROW("\x80\x02(X\1\0\0\0at.", false),
	    ROW("\x80\x02](X\1\0\0\0aX\1\0\0\0ae.", false), /* more than max */
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		AUTO(pickle_freep) struct pickle *p = NULL;
		struct error err = ERROR_INIT;
		const char *words[1] = {NULL};
		size_t used = 0;
		size_t n = 99;

		assert_int_equal(
		    pickle_decode(&p, ROWS[i].bytes, ROWS[i].len, &used, &err),
		    0);
		assert_int_equal(
		    pickle_words(pickle_value(p), words, 1, &n, &err),
		    ROWS[i].ok ? 0 : -1);
		if (!ROWS[i].ok)
			assert_int_equal(n, 99);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_captured_reply_decodes_to_its_json),
	    cmocka_unit_test(every_unusual_but_valid_reply_is_accepted),
	    cmocka_unit_test(every_hostile_reply_is_refused_for_its_own_reason),
	    cmocka_unit_test(every_binary_protocol_decodes_alike),
	    cmocka_unit_test(every_request_encodes_as_captured),
	    cmocka_unit_test(a_word_with_the_end_marker_is_never_sent),
	    cmocka_unit_test(a_word_that_is_no_utf8_or_too_long_is_never_sent),
	    cmocka_unit_test(only_a_flat_list_of_words_is_a_request),
	};

	return cmocka_run_group_tests_name("pickle", tests, load, unload);
}
