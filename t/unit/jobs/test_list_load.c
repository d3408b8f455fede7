/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "jobs/list_load.h"

#include <string.h>
#include <unistd.h>

#include "t/lib/raw_server.h"
#include "t/lib/unit.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/macros.h"

#define OK "HTTP/1.1 200 OK\r\n"

static void
say_lines(int fd, int n)
{
	char piece[1024];

	memset(piece, '\n', sizeof piece);
	(void)raw_say_text(fd, OK "\r\n");
	for (; n > 0 && raw_say(fd, piece, sizeof piece); n -= 1024)
		;
}

static void
say_for_ever(int fd)
{
	(void)raw_say_text(fd, OK "\r\n");
	while (raw_say_text(fd, "9.9.9.9 and so on and on and on\n"))
		;
}

static const struct {
	const char *path, *bytes;
} FIXED[] = {
    {"/good",  OK "Content-Length: 23\r\n\r\n9.9.9.9\n10.0.0.1\nwhat?\n"     },
    {"/away",  "HTTP/1.1 404 Not Found\r\nContent-Length: 8\r\n\r\n9.9.9.9\n"},
    {"/page",  OK "Content-Length: 24\r\n\r\n<html><p>9.9.9.9</html>\n"      },
    {"/cut",   OK "Content-Length: 99\r\n\r\n9.9.9.9\n"                      },
    {"/gzip",
     OK "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\n\x1f\x8b\x08"    },
    {"/moved", "HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: "
	       "0\r\n\r\n"				     },
};

static void
answer(int fd, const char *request)
{
	for (size_t i = 0; i < ARRAY_LEN(FIXED); i++)
		if (raw_is_for(request, FIXED[i].path))
			(void)raw_say_text(fd, FIXED[i].bytes);
	if (raw_is_for(request, "/5-million-lines"))
		say_lines(fd, 5000000);
	if (raw_is_for(request, "/endless"))
		say_for_ever(fd);
	if (raw_is_for(request, "/hangs"))
		(void)pause();
}

static struct raw_server server;

static int
load(const char *path, bool private, struct list *out, struct error *err)
{
	const struct list_source from = {
	    .url = raw_server_url(&server, path),
	    .may_be_private = private,
	};

	return list_load(&from, out, err);
}

static void
a_list_is_fetched_and_read(void **state)
{
	AUTO(list_release) struct list list = {0};
	struct error err = ERROR_INIT;
	char ip[ADDR_TEXT_SIZE];

	(void)state;
	unit_must(load("/good", true, &list, &err), &err);
	assert_int_equal(list.n, 1);
	addr_format(&list.items[0], ip);
	assert_string_equal(ip, "9.9.9.9");
	assert_int_equal(list.counts.special, 1);
	assert_int_equal(list.counts.invalid, 1);
	assert_int_equal(list.n_faults, 1);
	assert_string_equal(list.faults[0].text, "what?");
	assert_int_equal(list.format, LIST_PLAIN);
}

static void
a_private_server_is_asked_with_leave_alone(void **state)
{
	AUTO(list_release) struct list list = {0};
	struct error err = ERROR_INIT;
	unsigned before = server.seen->connections;

	(void)state;
	unit_must_fail(
	    load("/good", false, &list, &err), ERR_REMOTE_REFUSED, &err);
	assert_int_equal(server.seen->connections, before);
	assert_int_equal(list.n, 0);
	/* and where it leads to is not followed */
	unit_must_fail(
	    load("/moved", true, &list, &err), ERR_REMOTE_PROTOCOL, &err);
	assert_int_equal(server.seen->connections, before + 1);
}

static void
a_server_that_misbehaves_is_an_error(void **state)
{
	static const struct {
		const char *path;
		enum err_code code;
	} CASES[] = {
	    {"/away",            ERR_REMOTE_PROTOCOL },
	    {"/page",            ERR_REMOTE_PROTOCOL },
	    {"/cut",             ERR_REMOTE_PROTOCOL },
	    {"/gzip",            ERR_REMOTE_PROTOCOL },
	    {"/5-million-lines", ERR_REMOTE_TOO_LARGE},
	    {"/endless",         ERR_REMOTE_TOO_LARGE},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
		AUTO(list_release) struct list list = {0};
		struct error err = ERROR_INIT;

		unit_must_fail(load(CASES[i].path, true, &list, &err),
		    CASES[i].code, &err);
		assert_null(list.items);
	}
}

static void
standard_input_is_read(void **state)
{
	AUTO(list_release) struct list list = {0};
	struct error err = ERROR_INIT;
	int fds[2];
	struct list_source from = {.how = {.format = LIST_JSON}};

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "[\"9.9.9.9\"]", 11), 11);
	assert_int_equal(close(fds[1]), 0);
	from.fd = fds[0];
	unit_must(list_load(&from, &list, &err), &err);
	assert_int_equal(close(fds[0]), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.format, LIST_JSON);
}

static int
give_up(void *arg, struct error *err)
{
	int *beats = arg;

	(*beats)++;
	return err_set(err, ERR_CANCELLED, "", "%s", "told to stop");
}

static void
a_beat_that_fails_ends_it(void **state)
{
	AUTO(list_release) struct list list = {0};
	struct error err = ERROR_INIT;
	int beats = 0;
	const struct list_source from = {
	    .url = raw_server_url(&server, "/hangs"),
	    .may_be_private = true,
	    .beat = give_up,
	    .beat_arg = &beats,
	};

	(void)state;
	unit_must_fail(list_load(&from, &list, &err), ERR_CANCELLED, &err);
	assert_int_equal(beats, 1);
}

static int
start(void **state)
{
	(void)state;
	raw_server_start(&server, "127.0.0.1", answer);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	raw_server_stop(&server);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_list_is_fetched_and_read),
	    cmocka_unit_test(a_private_server_is_asked_with_leave_alone),
	    cmocka_unit_test(a_server_that_misbehaves_is_an_error),
	    cmocka_unit_test(standard_input_is_read),
	    cmocka_unit_test(a_beat_that_fails_ends_it),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
