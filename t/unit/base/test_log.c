/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/log.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <json.h>

#include "base/error.h"
#include "base/file.h"
#include "base/str.h"
#include "t/lib/unit.h"

enum { CAPTURE_MAX = 4 * 1024 * 1024 };

/* Everything that is written to stderr between capture_start() and
 * capture_end(), which gives cmocka its stderr back. */
static struct {
	int saved;
	int file;
	char text[CAPTURE_MAX];
	size_t len;
	size_t at; /* of next_line() */
} capture;

static void
capture_into(int fd)
{
	capture.saved = dup(STDERR_FILENO);
	assert_true(capture.saved >= 0);
	assert_int_equal(dup2(fd, STDERR_FILENO), STDERR_FILENO);
}

static void
capture_start(void)
{
	char path[] = "/tmp/bangui-test-log.XXXXXX";

	capture.file = mkstemp(path);
	assert_true(capture.file >= 0);
	assert_int_equal(unlink(path), 0);
	capture_into(capture.file);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
}

static void
capture_restore(void)
{
	assert_int_equal(dup2(capture.saved, STDERR_FILENO), STDERR_FILENO);
	fd_closep(&capture.saved);
}

static void
capture_end(void)
{
	ssize_t n;

	capture_restore();
	n = pread(capture.file, capture.text, sizeof capture.text - 1, 0);
	assert_in_range(n, 0, sizeof capture.text - 2);
	capture.len = (size_t)n;
	capture.at = 0;
	capture.text[n] = '\0';
	fd_closep(&capture.file);
}

static json_object *
parse_text(const char *text, size_t len, int flags)
{
	json_tokener *tok = json_tokener_new();
	json_object *o;

	json_tokener_set_flags(tok, flags);
	o = json_tokener_parse_ex(tok, text, (int)len);
	if (o == NULL || json_tokener_get_parse_end(tok) != len)
		fail_msg("no JSON: %.*s", (int)len, text);
	json_tokener_free(tok);
	return o;
}

/* json-c takes more than JSON: raw controls and bad UTF-8 are ours to see. It
 * is strict on request, but 0.18 refuses every byte over 0x7f then: those are
 * hidden from its strict reading, which is for the rest. */
static json_object *
parse_line(const char *line, size_t len)
{
	char ascii[LIMIT_LOG_LINE];

	assert_false(str_has_control(line, len));
	assert_true(str_is_utf8(line, len));
	assert_in_range(len, 1, sizeof ascii);
	for (size_t i = 0; i < len; i++)
		ascii[i] = (line[i] & 0x80) != 0 ? 'x' : line[i];
	json_object_put(parse_text(ascii, len, JSON_TOKENER_STRICT));
	return parse_text(line, len, JSON_TOKENER_VALIDATE_UTF8);
}

/* Hand out the captured lines one by one; NULL at the end. */
static json_object *
next_line(void)
{
	const char *end;
	size_t len;

	if (capture.at == capture.len)
		return NULL;
	end = memchr(capture.text + capture.at, '\n', capture.len - capture.at);
	assert_non_null(end);
	len = (size_t)(end - capture.text) - capture.at;
	assert_true(len < LIMIT_LOG_LINE);
	capture.at += len + 1;
	return parse_line(end - len, len);
}

static const char *
field(json_object *o, const char *key)
{
	json_object *v = NULL;

	if (!json_object_object_get_ex(o, key, &v))
		fail_msg("no field %s", key);
	return json_object_get_string(v);
}

static bool
has_field(json_object *o, const char *key)
{
	return json_object_object_get_ex(o, key, NULL);
}

static void
leading_keys_come_first_and_in_order(void **state)
{
	static const char *const KEYS[] = {"ts", "level", "event", "client",
	    "request_id", "n", "min", "yes", "no", "none", "text"};
	struct log_line l;
	json_object *o;
	size_t i = 0;

	(void)state;
	capture_start();
	log_context("192.0.2.1", "abc");
	log_begin(&l, LOG_LEVEL_WARNING, "thing_done");
	log_i64(&l, "n", 7);
	log_i64(&l, "min", INT64_MIN);
	log_bool(&l, "yes", true);
	log_bool(&l, "no", false);
	log_str(&l, "none", NULL);
	log_str_n(&l, "text", "abcdef", 3);
	log_end(&l);
	log_context(NULL, NULL);
	capture_end();
	o = next_line();
	json_object_object_foreach(o, key, value)
	{
		(void)value;
		assert_in_range(i, 0, ARRAY_LEN(KEYS) - 1);
		assert_string_equal(key, KEYS[i++]);
	}
	assert_int_equal(i, ARRAY_LEN(KEYS));
	assert_int_equal(strlen(field(o, "ts")), 24);
	assert_string_equal(field(o, "level"), "warning");
	assert_string_equal(field(o, "event"), "thing_done");
	assert_string_equal(field(o, "client"), "192.0.2.1");
	assert_string_equal(field(o, "request_id"), "abc");
	assert_string_equal(field(o, "n"), "7");
	assert_string_equal(field(o, "min"), "-9223372036854775808");
	assert_string_equal(field(o, "yes"), "true");
	assert_string_equal(field(o, "no"), "false");
	assert_null(field(o, "none"));
	assert_string_equal(field(o, "text"), "abc");
	json_object_put(o);
	assert_null(next_line());
}

static void
without_a_request_its_keys_are_null(void **state)
{
	json_object *o;

	(void)state;
	capture_start();
	log_context("192.0.2.1", "abc");
	log_context(NULL, NULL);
	log_event(LOG_LEVEL_INFO, "started", "%d workers", 4);
	capture_end();
	o = next_line();
	assert_null(field(o, "client"));
	assert_null(field(o, "request_id"));
	assert_string_equal(field(o, "detail"), "4 workers");
	assert_false(has_field(o, "cut"));
	assert_false(has_field(o, "dropped"));
	json_object_put(o);
	assert_null(next_line());
}

static void
a_long_context_is_cut_and_stays_one_line(void **state)
{
	char text[3000];
	json_object *o;

	(void)state;
	memset(text, '\n', sizeof text);
	text[sizeof text - 1] = '\0';
	capture_start();
	log_context(text, text);
	log_event(LOG_LEVEL_ERROR, "x", "%s", "y");
	log_context(NULL, NULL);
	capture_end();
	o = next_line();
	assert_int_equal(strlen(field(o, "request_id")), LIMIT_REQUEST_ID);
	assert_string_equal(field(o, "detail"), "y");
	json_object_put(o);
	assert_null(next_line());
}

struct injection {
	const char *bytes;
	size_t len;
	const char *reads; /* NULL: the same */
};

#define BYTES(s) (s), sizeof(s) - 1

/* What an attacker can put into a user name, a path, a header. */
static const struct injection INJECTIONS[] = {
    {BYTES("x\n{\"ts\":\"2026\",\"level\":\"info\"}"),          NULL                  },
    {BYTES("x\r\nnext"),					NULL                  },
    {BYTES("\"}\n{\"a\":\""),				   NULL                  },
    {BYTES("\",\"level\":\"error"),                             NULL                  },
    {BYTES("\\"),					       NULL                  },
    {BYTES("\\\""),					     NULL                  },
    {BYTES("\\u0000"),					  NULL                  },
    {BYTES("\0"),					       NULL                  },
    {BYTES("a\0b"),					     NULL                  },
    {BYTES("\x01\x02\x1b[31mred\x1b]0;title\x07\x7f"),          NULL                  },
    {BYTES("\b\f\t\v"),					 NULL                  },
    {BYTES("\xc2\x85\xc2\x9b"),				 NULL                  }, /* NEL, CSI */
    {BYTES("\xe2\x80\xa8\xe2\x80\xa9"),                         NULL                  }, /* U+2028, U+2029 */
    {BYTES("\xe2\x80\xae"
	   "abc\xe2\x81\xa6"),
     NULL									     }, /* direction overrides */
    {BYTES("gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80 \xe6\xbc\xa2"), NULL                  },
    {BYTES("\xff"),					     "\\xff"               },
    {BYTES("a\xc3"),					    "a\\xc3"              },
    {BYTES("\xc0\xafz"),					"\\xc0\\xafz"         },
    {BYTES("\xed\xa0\x80"),				     "\\xed\\xa0\\x80"     },
    {BYTES("\xf5\x80\x80\x80"),				 "\\xf5\\x80\\x80\\x80"},
    {BYTES("\xe2\x80\n"),				       "\\xe2\\x80\n"        },
    {BYTES("<script>alert(1)</script>"),                        NULL                  },
    {BYTES("%s%n%x"),					   NULL                  },
    {BYTES(""),						 NULL                  },
};

static void
whatever_a_value_holds_one_event_is_one_line(void **state)
{
	struct log_line l;

	(void)state;
	capture_start();
	for (size_t i = 0; i < ARRAY_LEN(INJECTIONS); i++) {
		log_begin(&l, LOG_LEVEL_INFO, "request");
		log_str_n(&l, "value", INJECTIONS[i].bytes, INJECTIONS[i].len);
		log_i64(&l, "after", 1);
		log_end(&l);
	}
	capture_end();
	for (size_t i = 0; i < ARRAY_LEN(INJECTIONS); i++) {
		const struct injection *in = &INJECTIONS[i];
		json_object *o = next_line(), *v = NULL;
		const char *want = in->reads == NULL ? in->bytes : in->reads;
		size_t len = in->reads == NULL ? in->len : strlen(in->reads);

		assert_non_null(o);
		assert_true(json_object_object_get_ex(o, "value", &v));
		if ((size_t)json_object_get_string_len(v) != len ||
		    memcmp(json_object_get_string(v), want, len) != 0)
			fail_msg("row %zu: %s", i, json_object_get_string(v));
		assert_string_equal(field(o, "event"), "request");
		assert_string_equal(field(o, "level"), "info");
		assert_string_equal(field(o, "after"), "1");
		json_object_put(o);
	}
	assert_null(next_line()); /* as many lines as events */
}

static void
terminals_and_line_readers_see_no_control_character(void **state)
{
	struct log_line l;

	(void)state;
	capture_start();
	log_begin(&l, LOG_LEVEL_INFO, "x");
	log_str(&l, "ascii", " ~\x1f\x7f");
	log_str(&l, "v",
	    "\xe2\x80\xa8 \xe2\x80\xae \xc2\x9b \xe2\x81\xa6 \xe2\x81\xa9");
	log_str(&l, "kept", "\xe2\x80\xa7 \xe2\x80\xaf \xc2\xa0 \xe2\x81\xaa");
	log_end(&l);
	capture_end();
	assert_non_null(strstr(
	    capture.text, "\"\\u2028 \\u202e \\u009b \\u2066 \\u2069\""));
	assert_non_null(strstr(capture.text, "\" ~\\u001f\\u007f\""));
	assert_non_null(strstr(capture.text,
	    "\"\xe2\x80\xa7 \xe2\x80\xaf \xc2\xa0 \xe2\x81\xaa\""));
}

/* Events whose one value grows around the limit, a byte at a time. */
static void
log_growing(const char *unit, size_t unit_len)
{
	static char text[2 * LIMIT_LOG_LINE];
	struct log_line l;

	for (size_t i = 0; i + unit_len <= sizeof text; i += unit_len)
		memcpy(text + i, unit, unit_len);
	for (size_t len = 7990; len < 8120; len += unit_len) {
		log_begin(&l, LOG_LEVEL_INFO, "x");
		log_str_n(&l, "v", text, len - len % unit_len);
		log_end(&l);
	}
}

static void
lines_are_cut_at_the_limit_and_say_so(void **state)
{
	size_t n_cut = 0, n_whole = 0, longest = 0;
	json_object *o;

	(void)state;
	capture_start();
	log_growing("x", 1);
	capture_end();
	for (const char *p = capture.text; *p != '\0';) {
		size_t len = strcspn(p, "\n") + 1;

		longest = len > longest ? len : longest;
		p += len;
	}
	assert_in_range(longest, LIMIT_LOG_LINE - 64, LIMIT_LOG_LINE);
	while ((o = next_line()) != NULL) {
		n_cut += has_field(o, "cut");
		n_whole += !has_field(o, "cut");
		json_object_put(o);
	}
	assert_true(n_cut > 0 && n_whole > 0);
	assert_int_equal(n_cut + n_whole, 130);
}

static void
a_cut_splits_no_character_and_no_escape(void **state)
{
	static const char *const UNITS[] = {
	    "\"", "\n", "\xff", "\xc3\xbc", "\xe2\x80\xa8", "\xf0\x9f\x98\x80"};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(UNITS); i++) {
		size_t n_cut = 0;
		json_object *o;

		capture_start();
		log_growing(UNITS[i], strlen(UNITS[i]));
		capture_end();
		while ((o = next_line()) != NULL) {
			n_cut += has_field(o, "cut");
			json_object_put(o);
		}
		assert_true(n_cut > 0);
	}
}

static void
fields_after_a_cut_are_left_out_whole(void **state)
{
	static char text[LIMIT_LOG_LINE];
	struct log_line l;
	json_object *o;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	capture_start();
	log_begin(&l, LOG_LEVEL_INFO, "x");
	log_str(&l, "v", text);
	log_i64(&l, "n", 1);
	log_str(&l, "s", "");
	log_end(&l);
	log_begin(&l, LOG_LEVEL_INFO, "y");
	for (int i = 0; i < 1000; i++)
		log_i64(&l, "number", INT64_MAX);
	log_end(&l);
	log_begin(&l, LOG_LEVEL_INFO, "z");
	log_str(&l, text, "a key that does not fit");
	log_end(&l);
	capture_end();
	o = next_line();
	assert_false(has_field(o, "n"));
	assert_false(has_field(o, "s"));
	assert_string_equal(field(o, "cut"), "true");
	json_object_put(o);
	o = next_line();
	assert_string_equal(field(o, "number"), "9223372036854775807");
	assert_string_equal(field(o, "cut"), "true");
	json_object_put(o);
	o = next_line();
	assert_string_equal(field(o, "cut"), "true");
	json_object_put(o);
	assert_null(next_line());
}

static void
levels_below_the_threshold_are_not_written(void **state)
{
	size_t n = 0;
	json_object *o;

	(void)state;
	capture_start();
	for (int level = 0; level < LOG_LEVEL__MAX; level++) {
		log_open("test", LOG_TARGET_STDERR, (enum log_level)level);
		for (int i = 0; i < LOG_LEVEL__MAX; i++)
			log_event((enum log_level)i, "x", "%d", i);
	}
	capture_end();
	while ((o = next_line()) != NULL) {
		n++;
		json_object_put(o);
	}
	assert_int_equal(n, 1 + 2 + 3 + 4);
}

static void
an_error_logs_code_where_and_detail(void **state)
{
	struct error err = ERROR_INIT;
	struct log_line l;
	json_object *o;

	(void)state;
	(void)err_set(&err, ERR_DB_BUSY, "Try again.", "after %d ms", 9);
	capture_start();
	log_begin(&l, LOG_LEVEL_ERROR, "request_failed");
	log_error_fields(&l, &err);
	log_end(&l);
	capture_end();
	o = next_line();
	assert_string_equal(field(o, "code"), "database_busy");
	assert_string_equal(field(o, "where"), __func__);
	assert_string_equal(field(o, "detail"), "after 9 ms");
	json_object_put(o);
	assert_null(next_line());
}

/* Fill a pipe until a writer would block; returns how many bytes it took. */
static size_t
fill_pipe(int fd)
{
	char block[PIPE_BUF] = {0};
	size_t total = 0;
	ssize_t n;

	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	while ((n = write(fd, block, sizeof block)) > 0)
		total += (size_t)n;
	assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
	return total;
}

static void
drain_pipe(int fd, size_t n)
{
	char block[PIPE_BUF];

	while (n > 0) {
		ssize_t got = read(fd, block, n < sizeof block ? n : PIPE_BUF);

		assert_true(got > 0);
		n -= (size_t)got;
	}
}

static void
a_full_pipe_drops_lines_and_the_next_says_how_many(void **state)
{
	int ends[2];
	size_t filled;
	ssize_t n;
	json_object *o;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	filled = fill_pipe(ends[1]);
	capture_into(ends[1]);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	for (int i = 0; i < 3; i++) /* would hang here, not drop */
		log_event(LOG_LEVEL_INFO, "lost", "%d", i);
	drain_pipe(ends[0], filled);
	log_event(LOG_LEVEL_INFO, "through", "%s", "");
	log_event(LOG_LEVEL_INFO, "after", "%s", "");
	capture_restore();
	n = read(ends[0], capture.text, sizeof capture.text - 1);
	assert_true(n > 0);
	capture.len = (size_t)n;
	capture.at = 0;
	o = next_line();
	assert_string_equal(field(o, "event"), "through");
	assert_string_equal(field(o, "dropped"), "3");
	json_object_put(o);
	o = next_line();
	assert_string_equal(field(o, "event"), "after");
	assert_false(has_field(o, "dropped"));
	json_object_put(o);
	assert_null(next_line());
	fd_closep(&ends[0]);
	fd_closep(&ends[1]);
}

static void
on_a_pipe_no_line_is_longer_than_an_atomic_write(void **state)
{
	static char text[LIMIT_LOG_LINE];
	int ends[2];
	ssize_t n;
	json_object *o;

	(void)state;
	memset(text, '"', sizeof text - 1);
	assert_int_equal(pipe(ends), 0);
	capture_into(ends[1]);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	log_event(LOG_LEVEL_INFO, "long", "%s", text);
	capture_restore();
	n = read(ends[0], capture.text, sizeof capture.text - 1);
	assert_in_range(n, PIPE_BUF - 64, PIPE_BUF);
	capture.len = (size_t)n;
	capture.at = 0;
	o = next_line();
	assert_string_equal(field(o, "cut"), "true");
	json_object_put(o);
	assert_null(next_line());
	fd_closep(&ends[0]);
	fd_closep(&ends[1]);
}

static void
a_closed_stderr_is_counted_and_harms_nobody(void **state)
{
	json_object *o;

	(void)state;
	capture.saved = dup(STDERR_FILENO);
	assert_int_equal(close(STDERR_FILENO), 0);
	log_open("test", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	log_event(LOG_LEVEL_INFO, "lost", "%s", "");
	capture_restore();
	capture_start();
	log_event(LOG_LEVEL_INFO, "through", "%s", "");
	capture_end();
	o = next_line();
	assert_string_equal(field(o, "dropped"), "1");
	json_object_put(o);
	assert_null(next_line());
}

static void take_syslog(int priority, const char *fmt, va_list args)
    PRINTF(2, 0);

/* What reached syslog; _FORTIFY_SOURCE turns the call into the second, or,
 * with clang and glibc 2.40 or later, into the third. */
static struct {
	int priority;
	char text[LIMIT_LOG_LINE];
} logged;

void __wrap_syslog(int priority, const char *fmt, ...) PRINTF(2, 3);
void __wrap___syslog_chk(int priority, int flag, const char *fmt, ...)
    PRINTF(3, 4);
void __wrap___vsyslog_chk(int priority, int flag, const char *fmt, va_list args)
    PRINTF(3, 0);

static void
take_syslog(int priority, const char *fmt, va_list args)
{
	logged.priority = priority;
	(void)vsnprintf(logged.text, sizeof logged.text, fmt, args);
}

void
__wrap_syslog(int priority, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	take_syslog(priority, fmt, args);
	va_end(args);
}

void
__wrap___syslog_chk(int priority, int flag, const char *fmt, ...)
{
	va_list args;

	(void)flag;
	va_start(args, fmt);
	take_syslog(priority, fmt, args);
	va_end(args);
}

void
__wrap___vsyslog_chk(int priority, int flag, const char *fmt, va_list args)
{
	(void)flag;
	take_syslog(priority, fmt, args);
}

static void
syslog_gets_the_same_line_and_its_priority(void **state)
{
	static const int WANT[] = {LOG_ERR, LOG_WARNING, LOG_INFO, LOG_DEBUG};
	json_object *o;

	(void)state;
	log_open("test", LOG_TARGET_SYSLOG, LOG_LEVEL_DEBUG);
	for (int i = 0; i < LOG_LEVEL__MAX; i++) {
		log_event((enum log_level)i, "x", "%s", "100%s\n");
		assert_int_equal(logged.priority, WANT[i]);
		o = parse_line(logged.text, strlen(logged.text));
		assert_string_equal(field(o, "event"), "x");
		assert_string_equal(field(o, "detail"), "100%s\n");
		json_object_put(o);
	}
}

static void
names_of_levels_and_targets_are_read_exactly(void **state)
{
	enum log_level level = LOG_LEVEL__MAX;
	enum log_target target = LOG_TARGET__MAX;

	(void)state;
	assert_true(log_level_parse("error", &level));
	assert_int_equal(level, LOG_LEVEL_ERROR);
	assert_true(log_level_parse("debug", &level));
	assert_int_equal(level, LOG_LEVEL_DEBUG);
	assert_false(log_level_parse("Debug", &level));
	assert_false(log_level_parse("", &level));
	assert_true(log_target_parse("syslog", &target));
	assert_int_equal(target, LOG_TARGET_SYSLOG);
	assert_true(log_target_parse("stderr", &target));
	assert_int_equal(target, LOG_TARGET_STDERR);
	assert_false(log_target_parse("stdout", &target));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(leading_keys_come_first_and_in_order),
	    cmocka_unit_test(without_a_request_its_keys_are_null),
	    cmocka_unit_test(a_long_context_is_cut_and_stays_one_line),
	    cmocka_unit_test(whatever_a_value_holds_one_event_is_one_line),
	    cmocka_unit_test(
		terminals_and_line_readers_see_no_control_character),
	    cmocka_unit_test(lines_are_cut_at_the_limit_and_say_so),
	    cmocka_unit_test(a_cut_splits_no_character_and_no_escape),
	    cmocka_unit_test(fields_after_a_cut_are_left_out_whole),
	    cmocka_unit_test(levels_below_the_threshold_are_not_written),
	    cmocka_unit_test(an_error_logs_code_where_and_detail),
	    cmocka_unit_test(
		a_full_pipe_drops_lines_and_the_next_says_how_many),
	    cmocka_unit_test(on_a_pipe_no_line_is_longer_than_an_atomic_write),
	    cmocka_unit_test(a_closed_stderr_is_counted_and_harms_nobody),
	    cmocka_unit_test(syslog_gets_the_same_line_and_its_priority),
	    cmocka_unit_test(names_of_levels_and_targets_are_read_exactly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
