/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server on a loopback address, in a process of its own, that says whatever
 * a test wants it to: right, wrong, slowly, for ever, or nothing at all.
 */
#ifndef BANGUI_T_LIB_RAW_SERVER_H
#define BANGUI_T_LIB_RAW_SERVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { RAW_REQUEST_SIZE = 16 * 1024, RAW_URL_SIZE = 128 };

/** Answers one request on fd, which is closed behind it; runs in the server's
 * process. request ends in NUL. */
typedef void raw_answer(int fd, const char *request);

/* What the server tells the test. */
struct raw_seen {
	unsigned connections;
	char request[RAW_REQUEST_SIZE]; /* the last one, with its body */
};

struct raw_server {
	pid_t pid;
	uint16_t port;
	struct raw_seen *seen;  /* in memory of both processes */
	char url[RAW_URL_SIZE]; /* raw_server_url()'s answer */
};

/** host: "127.0.0.1" or "::1". Ends the running case if that fails. */
void raw_server_start(
    struct raw_server *s, const char *host, raw_answer *answer);
void raw_server_stop(struct raw_server *s);

/** http://127.0.0.1:PORT and path; valid until the next call. */
const char *raw_server_url(struct raw_server *s, const char *path);

/** For answers: write all of it; false when the other side is gone. */
int raw_say(int fd, const char *bytes, size_t len);
int raw_say_text(int fd, const char *text);
/** Is it a request for that path? */
int raw_is_for(const char *request, const char *path);

#endif
