/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Both sides of each limit of the decoder, and the lack of memory. */
#include "f2b/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"
#include "t/lib/fixtures.h"
#include "t/lib/torture.h"
#include "t/lib/unit.h"

enum { TEXT_MAX = 64 * 1024 * 1024 };

static void
add_u32(struct buf *b, uint32_t v)
{
	for (int i = 0; i < 4; i++, v >>= 8)
		buf_add_char(b, (char)(v & 0xff));
}

static void
add_times(struct buf *b, const char *bytes, size_t len, size_t times)
{
	size_t all = len * times, done = len;
	char *room = buf_reserve(b, all);

	assert_non_null(room);
	memcpy(room, bytes, len);
	for (size_t more; done < all; done += more) {
		more = done < all - done ? done : all - done;
		memcpy(room + done, room, more);
	}
	buf_commit(b, all);
}

/* BINUNICODE of n times 'a' */
static void
add_str(struct buf *b, size_t n)
{
	char *room;

	buf_add_char(b, 'X');
	add_u32(b, (uint32_t)n);
	room = buf_reserve(b, n);
	assert_non_null(room);
	memset(room, 'a', n);
	buf_commit(b, n);
}

/* NULL: accepted. */
static const char *
reason_of(const void *data, size_t len)
{
	static char reason[32];
	AUTO(pickle_freep) struct pickle *p = NULL;
	struct error err = ERROR_INIT;
	size_t used = 0;

	if (pickle_decode(&p, data, len, &used, &err) == 0) {
		assert_int_equal(used, len);
		return NULL;
	}
	assert_null(p);
	assert_int_equal(used, 0);
	assert_int_equal(err.code, ERR_F2B_PROTOCOL);
	assert_int_equal(sscanf(err.detail, "%31s at ", reason), 1);
	return reason;
}

static void
assert_reason(const struct buf *b, const char *expected)
{
	const char *reason = reason_of(b->data, b->len);

	assert_false(b->failed);
	if (expected == NULL)
		assert_string_equal(reason == NULL ? "" : reason, "");
	else
		assert_string_equal(reason == NULL ? "" : reason, expected);
}

static void
a_protocol_is_2_to_5(void **state)
{
	char text[] = "\x80\x00N.";

	(void)state;
	for (int protocol = 0; protocol < 256; protocol++) {
		const char *reason;

		text[1] = (char)protocol;
		reason = reason_of(text, sizeof text - 1);
		if (protocol >= 2 && protocol <= 5)
			assert_null(reason);
		else
			assert_string_equal(reason, "protocol");
	}
}

/* text(b, n) is accepted for n = most, and refused for one more. */
static void
assert_limit(
    void (*text)(struct buf *b, size_t n), size_t most, const char *reason)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);

	text(&b, most);
	assert_reason(&b, NULL);
	buf_clear(&b);
	text(&b, most + 1);
	assert_reason(&b, reason);
}

static void
one_string(struct buf *b, size_t n)
{
	add_str(b, n);
	buf_add_char(b, '.');
}

static void
nested_lists(struct buf *b, size_t n)
{
	add_times(b, "]", 1, n);
	add_times(b, "a", 1, n - 1);
	buf_add_char(b, '.');
}

/* One list and n - 1 values in it, a batch of thousand at a time. */
static void
many_values(struct buf *b, size_t n)
{
	buf_add_char(b, ']');
	for (n--; n > 0;) {
		size_t batch = n < 1000 ? n : 1000;

		buf_add_char(b, '(');
		add_times(b, "N", 1, batch);
		buf_add_char(b, 'e');
		n -= batch;
	}
	buf_add_char(b, '.');
}

static void
string_repeated(struct buf *b, size_t n)
{
	buf_add_str(b, "](");
	add_str(b, LIMIT_PICKLE_STRING);
	buf_add_char(b, (char)0x94);
	add_times(b, "h\0", 2, n - 1);
	buf_add_str(b, "e.");
}

static void
tuple_repeated(struct buf *b, size_t n)
{
	/* a tuple of 999 stands for 1000 values with itself */
	buf_add_str(b, "](");
	buf_add_char(b, '(');
	add_times(b, "N", 1, 999);
	buf_add_char(b, 't');
	buf_add_char(b, (char)0x94);
	add_times(b, "h\0", 2, n - 1);
	buf_add_str(b, "e.");
}

static void
memo_index(struct buf *b, size_t n)
{
	buf_add_char(b, 'N');
	buf_add_char(b, 'r');
	add_u32(b, (uint32_t)n);
	buf_add_char(b, '.');
}

static void
long_integer(struct buf *b, size_t n)
{
	buf_add_char(b, (char)0x8b);
	add_u32(b, (uint32_t)n);
	add_times(b, "\x7f", 1, n);
	buf_add_char(b, '.');
}

static void
global_name(struct buf *b, size_t n)
{
	buf_add_str(b, "cm\n");
	add_times(b, "x", 1, n);
	buf_add_str(b, "\n.");
}

static void
stack_global_name(struct buf *b, size_t n)
{
	add_str(b, 1);
	add_str(b, n);
	buf_add_char(b, (char)0x93);
	buf_add_char(b, '.');
}

static void
stack_global_module(struct buf *b, size_t n)
{
	add_str(b, n);
	add_str(b, 1);
	buf_add_char(b, (char)0x93);
	buf_add_char(b, '.');
}

static void
each_limit_is_taken_and_one_more_is_not(void **state)
{
	(void)state;
	assert_limit(one_string, LIMIT_PICKLE_STRING, "limit-string");
	assert_limit(nested_lists, LIMIT_PICKLE_DEPTH, "limit-depth");
	assert_limit(many_values, LIMIT_PICKLE_VALUES, "limit-values");
	assert_limit(string_repeated, LIMIT_PICKLE_TEXT / LIMIT_PICKLE_STRING,
	    "limit-expanded");
	assert_limit(
	    tuple_repeated, 2 * LIMIT_PICKLE_VALUES / 1000, "limit-expanded");
	assert_limit(memo_index, LIMIT_PICKLE_VALUES - 1, "limit-memo");
	assert_limit(long_integer, 255, "limit-int");
	assert_limit(global_name, 256, "bad-global");
	assert_limit(stack_global_name, 256, "bad-global");
	assert_limit(stack_global_module, 256, "bad-global");
}

/* Each way to make a value is the one that is too many. */
static void
every_kind_of_value_is_counted(void **state)
{
	static const struct {
		const char *operands;
		size_t len;
		size_t n; /* values in operands */
		char op[8];
		size_t op_len;
	} ROWS[] = {
#define ROW(operands, n, op)                                                   \
	{operands, sizeof(operands) - 1, n, op, sizeof(op) - 1}
	    ROW("", 0, "N"),
	    ROW("", 0, "\x88"),
	    ROW("", 0, "K\0"),
	    ROW("", 0, "\x8a\1\1"),
	    ROW("", 0, "]"),
	    ROW("", 0, "U\1a"),
	    ROW("", 0, "U\1\xff"),
	    ROW("", 0, "C\1a"),
	    ROW("", 0, "cm\nn\n"),
	    ROW("U\1mU\1n", 2, "\x93"),
	    ROW("cbuiltins\nstr\nU\1a\x85", 5, "R"),
	    ROW("cbuiltins\nset\n]\x85", 5, "R"),
	    ROW("cbuiltins\nbytes\n)", 4, "R"),
	    ROW("c_codecs\nencode\nU\1aU\6latin1\x86", 6, "R"),
	    ROW("cm\nn\n)", 4, "R"),
	    ROW("cm\nn\n)", 4, "\x81"),
#undef ROW
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);

		many_values(&b, LIMIT_PICKLE_VALUES - ROWS[i].n);
		b.len--; /* its STOP */
		buf_add(&b, ROWS[i].operands, ROWS[i].len);
		if (i + 1 == ARRAY_LEN(ROWS)) /* its operands fit */
			assert_reason(&b, "truncated");
		buf_add(&b, ROWS[i].op, ROWS[i].op_len);
		assert_reason(&b, "limit-values");
	}
}

static void
the_state_of_an_object_nests_as_well(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);

	(void)state;
	buf_add_str(&b, "cm\nn\n)R)");
	add_times(&b, "\x85", 1, LIMIT_PICKLE_DEPTH - 2);
	buf_add_str(&b, "b.");
	assert_reason(&b, NULL);
	b.len -= 2;
	buf_add_str(&b, "\x85"
			"b.");
	assert_reason(&b, "limit-depth");
}

static void
open_marks_are_counted(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);

	(void)state;
	add_times(&b, "(", 1, 256);
	assert_reason(&b, "truncated");
	buf_add_char(&b, '(');
	assert_reason(&b, "limit-marks");
}

/* References cost two bytes and a place on the stack. */
static void
the_stack_has_a_height(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);

	(void)state;
	buf_add(&b, "N\x94", 2);
	add_times(&b, "h\0", 2, LIMIT_PICKLE_VALUES + 200000);
	assert_reason(&b, "limit-values");
}

/* Bytes made of a text that is only referred to are real memory. */
static void
a_reply_cannot_be_written_large_in_memory(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);

	(void)state;
	buf_add_str(&b, "(c_codecs\nencode\nq"); /* memo 0 */
	buf_add_char(&b, 0);
	add_str(&b, LIMIT_PICKLE_STRING);
	buf_add(&b, "X\6\0\0\0latin1\x86q\1R", 14); /* memo 1 */
	add_times(&b, "h\0h\1R", 5, 300);
	assert_reason(&b, "limit-memory");
}

static void
a_reply_past_its_size_is_not_looked_at(void **state)
{
	(void)state;
	assert_string_equal(
	    reason_of("N.", LIMIT_PICKLE_BYTES + 1), "limit-input");
}

static void
the_memo_takes_any_index_in_any_order(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);
	AUTO(pickle_freep) struct pickle *p = NULL;
	struct error err = ERROR_INIT;
	size_t used = 0;
	uint32_t index = 1;

	(void)state;
	buf_add_char(&b, ']');
	for (int64_t i = 0; i < 1000; i++) {
		index = (uint32_t)(index * UINT64_C(48271) % 1999993);
		buf_add_char(&b, 'J');
		add_u32(&b, index);
		buf_add_char(&b, 'r');
		add_u32(&b, index);
		buf_add_str(&b, "aj");
		add_u32(&b, index);
		buf_add_char(&b, 'a');
	}
	buf_add_char(&b, '.');
	assert_int_equal(pickle_decode(&p, b.data, b.len, &used, &err), 0);
	assert_int_equal(pickle_value(p)->n, 2000);
	for (size_t i = 0; i < 2000; i += 2)
		assert_int_equal(pickle_value(p)->u.items[i]->u.i,
		    pickle_value(p)->u.items[i + 1]->u.i);
}

/* MEMOIZE counts entries: one that was replaced is still one. */
static void
a_replaced_memo_entry_is_not_counted_twice(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(TEXT_MAX);

	(void)state;
	buf_add(&b, "Nq\0q\0\x94h\1\x86.", 10);
	assert_reason(&b, NULL);
}

static void
assert_digits(const uint8_t *bytes, const char *start, const char *end)
{
	AUTO(pickle_freep) struct pickle *p = NULL;
	struct error err = ERROR_INIT;
	size_t used = 0;
	const char *digits;

	assert_int_equal(pickle_decode(&p, bytes, 258, &used, &err), 0);
	assert_int_equal(pickle_value(p)->type, PICKLE_BIGINT);
	digits = pickle_value(p)->u.s;
	assert_int_equal(strlen(digits), 614 + (*start == '-'));
	assert_memory_equal(digits, start, strlen(start));
	assert_string_equal(digits + strlen(digits) - strlen(end), end);
}

static void
the_longest_integers_keep_their_digits(void **state)
{
	uint8_t bytes[258] = {0x8a, 255};

	(void)state;
	bytes[257] = '.';
	memset(bytes + 2, 0xff, 254);
	bytes[256] = 0x7f; /* 2^2039 - 1 */
	assert_digits(bytes, "631191524830", "584100773887");
	memset(bytes + 2, 0, 254);
	bytes[256] = 0x80; /* -2^2039 */
	assert_digits(bytes, "-631191524830", "584100773888");
}

/* What the table of layouts lets pass, the table of the machine can run. */
static void
every_opcode_is_refused_or_runs(void **state)
{
	size_t known = 0;

	(void)state;
	for (int op = 0; op < 256; op++) {
		char text[20] = {(char)op};
		struct error err = ERROR_INIT;
		size_t pos = 0;

		/* no opcode is a pickle by itself; NUL is none at all */
		assert_non_null(reason_of(text, sizeof text));
		if (op == '.')
			assert_int_equal(
			    pickle_scan(text, sizeof text, &pos, &err), 1);
		else
			assert_true(
			    pickle_scan(text, sizeof text, &pos, &err) <= 0);
		known += pos > 0 || strstr(err.detail, "-opcode") == NULL;
	}
	assert_int_equal(known, 48);
}

static void
the_end_is_found_as_bytes_arrive(void **state)
{
	static const char TEXT[] =
	    "\x80\4\x95\x20\0\0\0\0\0\0\0cm\nn\n\x8c\1.X\2\0\0\0..\x86.rest";
	size_t whole = sizeof TEXT - sizeof "rest";
	struct error err = ERROR_INIT;
	size_t pos = 0;

	(void)state;
	for (size_t len = 0; len < whole; len++) {
		assert_int_equal(pickle_scan(TEXT, len, &pos, &err), 0);
		assert_true(pos <= len);
	}
	assert_int_equal(pickle_scan(TEXT, sizeof TEXT - 1, &pos, &err), 1);
	assert_int_equal(pos, whole);
}

static void
what_cannot_become_a_reply_is_refused_as_it_arrives(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *detail;
	} ROWS[] = {
	    {"HTTP/1.1 400",                          1,  "unknown-opcode at 0"  },
	    {"\x80\4P",			       3,  "forbidden-opcode at 2"},
	    {"I1",				    1,  "text-opcode at 0"     },
	    {"N\x8d\xff\xff\xff\xff\xff\xff\xff\xff", 10, "limit-string at 1"    },
	    {"\x8b\0\1\0\0",                          5,  "limit-int at 0"       },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
		struct error err = ERROR_INIT;
		size_t pos = 0;

		assert_int_equal(
		    pickle_scan(ROWS[i].text, ROWS[i].len, &pos, &err), -1);
		assert_int_equal(err.code, ERR_F2B_PROTOCOL);
		assert_string_equal(err.detail, ROWS[i].detail);
	}
}

static int
decode_once(void *arg, struct error *err)
{
	const struct fixture *item = arg;
	AUTO(pickle_freep) struct pickle *p = NULL;
	size_t used = 0;
	int rc = pickle_decode(&p, item->data, item->len, &used, err);

	if (rc < 0) {
		assert_null(p);
		assert_int_equal(used, 0);
	}
	return rc;
}

/* Every allocation of these fails once: all types, five frames, memo pages. */
static void
decoding_survives_every_failed_allocation(void **state)
{
	static const char *const NAMES[] = {"replies/echo-types.rep.bin",
	    "replies/status-users.rep.bin", "replies/banned-shared.rep.bin",
	    "replies/status-big.rep.bin", "protocols/sets.p2.bin",
	    "protocols/bytes.p2.bin", "protocols/bigints.p4.bin",
	    "versions/0.11.2-python2.7/status-users.rep.bin",
	    "versions/1.1.0-python3.12/get-action-noprop.rep.bin"};
	struct fixtures f;

	(void)state;
	fixtures_load(&f);
	for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
		struct fixture item = *fixtures_find(&f, NAMES[i]);

		assert_true(torture_run(decode_once, &item) > 2);
	}
	fixtures_release(&f);
}

static int
encode_once(void *arg, struct error *err)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_F2B_REQUEST);

	return pickle_encode_words(&out, arg, 2, err);
}

static void
encoding_survives_every_failed_allocation(void **state)
{
	const char *words[] = {"status", "a name of some length, so that it "
					 "takes more than one allocation"};

	(void)state;
	assert_true(torture_run(encode_once, words) > 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_protocol_is_2_to_5),
	    cmocka_unit_test(each_limit_is_taken_and_one_more_is_not),
	    cmocka_unit_test(every_kind_of_value_is_counted),
	    cmocka_unit_test(the_state_of_an_object_nests_as_well),
	    cmocka_unit_test(open_marks_are_counted),
	    cmocka_unit_test(the_stack_has_a_height),
	    cmocka_unit_test(a_reply_cannot_be_written_large_in_memory),
	    cmocka_unit_test(a_reply_past_its_size_is_not_looked_at),
	    cmocka_unit_test(the_memo_takes_any_index_in_any_order),
	    cmocka_unit_test(a_replaced_memo_entry_is_not_counted_twice),
	    cmocka_unit_test(the_longest_integers_keep_their_digits),
	    cmocka_unit_test(every_opcode_is_refused_or_runs),
	    cmocka_unit_test(the_end_is_found_as_bytes_arrive),
	    cmocka_unit_test(
		what_cannot_become_a_reply_is_refused_as_it_arrives),
	    cmocka_unit_test(decoding_survives_every_failed_allocation),
	    cmocka_unit_test(encoding_survives_every_failed_allocation),
	};

	return cmocka_run_group_tests_name("pickle_limits", tests, NULL, NULL);
}
