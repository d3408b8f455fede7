/* SPDX-License-Identifier: GPL-2.0-or-later */
/* json_decode_rows(): what other servers send, an element at a time. */
#include "json/decode.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

struct row {
	struct json_text name;
	int64_t n;
};

static const struct json_field ROW[] = {
    {"name", JSON_STR, offsetof(struct row, name), true,  1, 8, false,
     JSON_NO_FLAG,								   0},
    {"n",    JSON_INT, offsetof(struct row, n),    false, 0, 9, true,  JSON_NO_FLAG,
     0										},
};

/* Writes "name=n " of each row. */
static int
write_row(void *arg, const void *target, struct error *err)
{
	const struct row *row = target;

	if (strcmp(row->name.s, "stop") == 0)
		return err_set(err, ERR_CONFLICT, "Stop.", "%s", "told to");
	buf_addf(arg, "%s=%lld ", row->name.s, (long long)row->n);
	return 0;
}

static int
decode_n(const char *text, size_t len, struct buf *out, struct error *err)
{
	struct row row = {0}, zero = {0};
	const struct json_rows rows = {
	    .fields = ROW,
	    .n = ARRAY_LEN(ROW),
	    .target = &row,
	    .row = write_row,
	    .arg = out,
	};
	int rc = json_decode_rows(text, len, &rows, err);

	assert_memory_equal(&row, &zero, sizeof row);
	return rc;
}

static void
gives(const char *text, const char *expected)
{
	AUTO(buf_release) struct buf out = BUF_INIT(1000);
	struct error err = ERROR_INIT;

	if (decode_n(text, strlen(text), &out, &err) < 0)
		fail_msg("%s: %s", text, err.detail);
	assert_string_equal(buf_str(&out), expected);
}

static void
refuses(const char *text, enum err_code code)
{
	AUTO(buf_release) struct buf out = BUF_INIT(1000);
	struct error err = ERROR_INIT;

	if (decode_n(text, strlen(text), &out, &err) == 0)
		fail_msg("%s: taken", text);
	if (err.code != code)
		fail_msg("%s: %s", text, err_name(err.code));
}

static void
each_element_is_given_once(void **state)
{
	(void)state;
	gives(" [ {\"name\":\"a\",\"n\":1},{\"n\":2,\"name\":\"b\"}]",
	    "a=1 b=2 ");
	gives("[]", "");
	gives("[{\"name\":\"a\"},{\"name\":\"b\",\"n\":null}]", "a=0 b=0 ");
}

static void
names_that_nobody_asked_for_are_passed_over(void **state)
{
	(void)state;
	gives("[{\"x\":{\"name\":\"no\"},\"name\":\"a\",\"y\":[1]}]", "a=0 ");
}

static void
an_element_that_does_not_fit_is_passed_over(void **state)
{
	static const char *const BAD[] = {
	    "{}",
	    "{\"n\":1}",
	    "{\"name\":1}",
	    "{\"name\":null}",
	    "{\"name\":\"\"}",
	    "{\"name\":\"too long a name\"}",
	    "{\"name\":\"x\",\"n\":\"1\"}",
	    "{\"name\":\"x\",\"n\":10}",
	    "{\"name\":\"x\",\"n\":1.5}",
	    "null",
	    "true",
	    "7",
	    "\"name\"",
	    "[{\"name\":\"x\"}]",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
		AUTO(buf_release) struct buf text = BUF_INIT(1000);

		buf_addf(
		    &text, "[{\"name\":\"a\"},%s,{\"name\":\"b\"}]", BAD[i]);
		gives(buf_str(&text), "a=0 b=0 ");
	}
}

static void
the_text_is_held_to_the_same_rules_as_a_body(void **state)
{
	static const char *const BAD[] = {"", "[", "[{]", "[{\"name\":'a'}]",
	    "[{\"name\":\"a\",\"name\":\"b\"}]", "[NaN]", "[1,]", "[] []",
	    "<html>", "[\"\xff\"]"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
		refuses(BAD[i], ERR_MALFORMED);
	refuses("{\"name\":\"a\"}", ERR_INVALID);
	refuses("null", ERR_INVALID);
	refuses("\"[\"", ERR_INVALID);
}

static void
a_text_over_the_limit_is_not_taken(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT(1000);
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_JSON_TEXT + 1);
	struct error err = ERROR_INIT;

	(void)state;
	buf_add_str(&text, "[{\"name\":\"a\"}");
	while (text.len < LIMIT_JSON_TEXT - 1)
		buf_add_char(&text, ' ');
	buf_add_char(&text, ']');
	assert_int_equal(decode_n(text.data, text.len, &out, &err), 0);
	assert_string_equal(buf_str(&out), "a=0 ");
	buf_add_char(&text, ' ');
	assert_int_equal(decode_n(text.data, text.len, &out, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
}

static void
what_takes_the_rows_can_end_it(void **state)
{
	(void)state;
	refuses("[{\"name\":\"a\"},{\"name\":\"stop\"},{\"name\":\"b\"}]",
	    ERR_CONFLICT);
}

static int
decode_once(void *arg, struct error *err)
{
	static const char TEXT[] = "[{\"name\":\"a\"},{},{\"name\":\"b\"}]";
	AUTO(buf_release) struct buf out = BUF_INIT(1000);

	(void)arg;
	buf_add_str(&out, "");
	if (buf_check(&out, err) < 0 ||
	    decode_n(TEXT, sizeof TEXT - 1, &out, err) < 0)
		return -1;
	return buf_check(&out, err);
}

static void
a_failed_allocation_is_no_element_that_does_not_fit(void **state)
{
	(void)state;
	assert_true(torture_run(decode_once, NULL) >= 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_element_is_given_once),
	    cmocka_unit_test(names_that_nobody_asked_for_are_passed_over),
	    cmocka_unit_test(an_element_that_does_not_fit_is_passed_over),
	    cmocka_unit_test(the_text_is_held_to_the_same_rules_as_a_body),
	    cmocka_unit_test(a_text_over_the_limit_is_not_taken),
	    cmocka_unit_test(what_takes_the_rows_can_end_it),
	    cmocka_unit_test(
		a_failed_allocation_is_no_element_that_does_not_fit),
	};

	return cmocka_run_group_tests_name("json/rows", tests, NULL, NULL);
}
