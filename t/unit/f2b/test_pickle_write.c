/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/pickle_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "f2b/frame.h"
#include "f2b/gate_error.h"
#include "f2b/gate_op.h"
#include "f2b/pickle.h"
#include "f2b/result.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

/* The value of a whole reply; code says which kind. */
static const struct pickle_value *
value_of(struct pickle **p, const struct buf *out, int64_t code)
{
	struct error err = ERROR_INIT;
	const struct pickle_value *v;
	size_t used = 0;

	assert_int_equal(pickle_decode(p, out->data, out->len, &used, &err), 0);
	assert_int_equal(out->len - used, FRAME_END_LEN);
	assert_memory_equal(out->data + used, FRAME_END, FRAME_END_LEN);
	v = pickle_value(*p);
	assert_int_equal(v->type, PICKLE_TUPLE);
	assert_int_equal(v->n, 2);
	assert_int_equal(v->u.items[0]->u.i, code);
	return v->u.items[1];
}

static void
every_number_arrives_as_it_was(void **state)
{
	static const int64_t NUMBERS[] = {0, 1, -1, 255, 256, INT32_MAX,
	    INT32_MIN, (int64_t)INT32_MAX + 1, (int64_t)INT32_MIN - 1,
	    INT64_MAX, INT64_MIN};
	AUTO(buf_release) struct buf out = BUF_INIT(4096);
	AUTO(pickle_freep) struct pickle *p = NULL;
	const struct pickle_value *v;
	struct error err = ERROR_INIT;

	(void)state;
	pickle_put_begin(&out);
	pickle_put_open(&out, PICKLE_LIST);
	for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++)
		pickle_put_i64(&out, NUMBERS[i]);
	pickle_put_close(&out, PICKLE_LIST);
	assert_int_equal(pickle_put_end(&out, &err), 0);
	v = value_of(&p, &out, 0);
	assert_int_equal(v->n, ARRAY_LEN(NUMBERS));
	for (size_t i = 0; i < ARRAY_LEN(NUMBERS); i++) {
		assert_int_equal(v->u.items[i]->type, PICKLE_INT);
		assert_int_equal(v->u.items[i]->u.i, NUMBERS[i]);
	}
}

static void
every_kind_arrives_as_it_was(void **state)
{
	static const char BYTES[] = {'a', '\0', '\xff', '\n'};
	AUTO(buf_release) struct buf out = BUF_INIT(4096);
	AUTO(pickle_freep) struct pickle *p = NULL;
	const struct pickle_value *v;
	struct error err = ERROR_INIT;

	(void)state;
	pickle_put_begin(&out);
	pickle_put_open(&out, PICKLE_DICT);
	pickle_put_str(&out, "none");
	pickle_put_none(&out);
	pickle_put_str(&out, "yes");
	pickle_put_bool(&out, true);
	pickle_put_str(&out, "no");
	pickle_put_bool(&out, false);
	pickle_put_str(&out, "b\xc3\xbcrste");
	pickle_put_bytes(&out, BYTES, sizeof BYTES);
	pickle_put_str(&out, "pair");
	pickle_put_open(&out, PICKLE_TUPLE);
	pickle_put_str(&out, "");
	pickle_put_open(&out, PICKLE_LIST);
	pickle_put_close(&out, PICKLE_LIST);
	pickle_put_close(&out, PICKLE_TUPLE);
	pickle_put_close(&out, PICKLE_DICT);
	assert_int_equal(pickle_put_end(&out, &err), 0);
	v = value_of(&p, &out, 0);
	assert_int_equal(v->n, 5);
	assert_int_equal(result_of_key(v, "none")->type, PICKLE_NONE);
	assert_true(result_of_key(v, "yes")->u.b);
	assert_false(result_of_key(v, "no")->u.b);
	assert_int_equal(result_of_key(v, "b\xc3\xbcrste")->n, sizeof BYTES);
	assert_memory_equal(
	    result_of_key(v, "b\xc3\xbcrste")->u.s, BYTES, sizeof BYTES);
	v = result_of_key(v, "pair");
	assert_int_equal(v->n, 2);
	assert_string_equal(v->u.items[0]->u.s, "");
	assert_int_equal(v->u.items[1]->n, 0);
}

/* One string has a limit on the other side, so longer ones go in pieces. */
static void
bytes_of_any_number_arrive_in_pieces(void **state)
{
	static const size_t SIZES[] = {
	    0, 1, LIMIT_PICKLE_STRING, LIMIT_PICKLE_STRING + 1};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(SIZES); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_PICKLE_BYTES);
		AUTO(pickle_freep) struct pickle *p = NULL;
		const struct pickle_value *v;
		struct error err = ERROR_INIT;
		char *bytes = malloc(SIZES[i] + 1);
		size_t seen = 0;

		assert_non_null(bytes);
		memset(bytes, 'x', SIZES[i] + 1);
		pickle_put_begin(&out);
		pickle_put_pieces(&out, bytes, SIZES[i]);
		free(bytes);
		assert_int_equal(pickle_put_end(&out, &err), 0);
		v = value_of(&p, &out, 0);
		for (size_t k = 0; k < v->n; k++)
			seen += v->u.items[k]->n;
		assert_int_equal(seen, SIZES[i]);
		assert_int_equal(v->n,
		    (SIZES[i] + LIMIT_PICKLE_STRING - 1) / LIMIT_PICKLE_STRING);
	}
}

static void
what_does_not_fit_is_an_error_at_the_end(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT(64);
	struct error err = ERROR_INIT;

	(void)state;
	pickle_put_begin(&out);
	pickle_put_str(&out,
	    "0123456789012345678901234567890123456789012345678901234567890123");
	assert_int_equal(pickle_put_end(&out, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
}

static int
write_an_error(void *arg, struct error *err)
{
	AUTO(buf_release) struct buf out = BUF_INIT(4096);
	struct error error = ERROR_INIT;

	(void)arg;
	(void)err_set(&error, ERR_F2B_DOWN, "fail2ban is away.", "%s", "x");
	return gate_error_put(&out, &error, err);
}

static void
writing_fails_cleanly_without_memory(void **state)
{
	(void)state;
	assert_true(torture_run(write_an_error, NULL) > 0);
}

/* There and back. */
static bool
travel(const struct error *error, struct error *back)
{
	AUTO(buf_release) struct buf out = BUF_INIT(4096);
	AUTO(pickle_freep) struct pickle *p = NULL;
	struct error err = ERROR_INIT;

	assert_int_equal(gate_error_put(&out, error, &err), 0);
	return gate_error_read(value_of(&p, &out, 1), back);
}

static void
errors_arrive_with_code_message_and_detail(void **state)
{
	struct error error = ERROR_INIT;
	struct error back = ERROR_INIT;

	(void)state;
	(void)err_set(&error, ERR_F2B_TIMEOUT,
	    "fail2ban did not answer in time. Try again in a moment.", "%s",
	    "reply timed out, \xff");
	error.retry_after_s = 2;
	assert_true(travel(&error, &back));
	assert_int_equal(back.code, ERR_F2B_TIMEOUT);
	assert_string_equal(back.message, error.message);
	assert_string_equal(back.detail, "gate: reply timed out, \xff");
	assert_int_equal(back.retry_after_s, 2);
	error.retry_after_s = 1000000;
	err_clear(&back);
	assert_true(travel(&error, &back));
	assert_int_equal(back.retry_after_s, 0);
}

static void
a_refusal_arrives_with_the_level_that_is_needed(void **state)
{
	(void)state;
	for (enum policy_level l = POLICY_OPERATE; l < POLICY_LEVEL__MAX; l++) {
		struct error error = ERROR_INIT;
		struct error back = ERROR_INIT;

		assert_int_equal(policy_refuse(l, "it", &error), -1);
		assert_true(travel(&error, &back));
		assert_int_equal(back.code, ERR_FEATURE);
		assert_string_equal(back.message, error.message);
		assert_non_null(strstr(back.message, policy_level_name(l)));
	}
}

/* A message that is not in the table stays where it is. */
static void
an_error_of_no_row_arrives_as_the_first_of_its_code(void **state)
{
	struct error error = ERROR_INIT;
	struct error back = ERROR_INIT;

	(void)state;
	(void)err_set(&error, ERR_F2B_REFUSED, "Only here.", "%s", "d");
	assert_true(travel(&error, &back));
	assert_int_equal(back.code, ERR_F2B_REFUSED);
	assert_string_not_equal(back.message, "Only here.");
	(void)err_set(&error, ERR_CSRF, "Only here.", "%s", "d");
	err_clear(&back);
	assert_true(travel(&error, &back));
	assert_int_equal(back.code, ERR_INTERNAL);
}

/* ... as fail2ban sends it. */
static void
an_exception_of_fail2ban_is_not_one_of_ours(void **state)
{
	static const struct {
		const char *class, *first;
		bool whole;
	} ROWS[] = {
	    {"builtins\nRuntimeError\n", "x",           true },
	    {"builtins\nRuntimeError\n", "bangui-gate", false},
	    {"builtins\nValueError\n",   "bangui-gate", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT(4096);
		AUTO(pickle_freep) struct pickle *p = NULL;
		struct error err = ERROR_INIT;

		pickle_put_begin_failure(&out, ROWS[i].class);
		pickle_put_str(&out, ROWS[i].first);
		if (ROWS[i].whole) {
			pickle_put_str(&out, "fail2ban-down");
			pickle_put_i64(&out, 0);
			pickle_put_bytes(&out, "", 0);
		}
		assert_int_equal(pickle_put_end_failure(&out, &err), 0);
		assert_false(gate_error_read(value_of(&p, &out, 1), &err));
		assert_int_equal(err.code, ERR_NONE);
	}
}

static void
the_level_is_told_by_its_name(void **state)
{
	static const char *const WORDS[] = {"ping", "@level"};

	(void)state;
	for (enum policy_level l = 0; l < POLICY_LEVEL__MAX; l++) {
		AUTO(gate_ctx_release) struct gate_ctx ctx = {.level = l};
		AUTO(buf_release) struct buf out = BUF_INIT(4096);
		AUTO(pickle_freep) struct pickle *p = NULL;
		const struct policy_row *row = NULL;
		const struct pickle_value *v;
		struct error err = ERROR_INIT;

		assert_int_equal(policy_check(WORDS, 2, &row, &err), 0);
		pickle_put_begin(&out);
		assert_int_equal(
		    gate_op_run(&ctx, row, WORDS, 2, &out, &err), 0);
		assert_int_equal(pickle_put_end(&out, &err), 0);
		v = value_of(&p, &out, 0);
		assert_int_equal(v->n, 2);
		assert_true(result_is_text(v->u.items[0], "bangui-gate"));
		assert_true(
		    result_is_text(v->u.items[1], policy_level_name(l)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_number_arrives_as_it_was),
	    cmocka_unit_test(every_kind_arrives_as_it_was),
	    cmocka_unit_test(bytes_of_any_number_arrive_in_pieces),
	    cmocka_unit_test(what_does_not_fit_is_an_error_at_the_end),
	    cmocka_unit_test(writing_fails_cleanly_without_memory),
	    cmocka_unit_test(errors_arrive_with_code_message_and_detail),
	    cmocka_unit_test(a_refusal_arrives_with_the_level_that_is_needed),
	    cmocka_unit_test(
		an_error_of_no_row_arrives_as_the_first_of_its_code),
	    cmocka_unit_test(an_exception_of_fail2ban_is_not_one_of_ours),
	    cmocka_unit_test(the_level_is_told_by_its_name),
	};

	return cmocka_run_group_tests_name("pickle_write", tests, NULL, NULL);
}
